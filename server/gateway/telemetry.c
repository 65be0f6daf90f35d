// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/telemetry.h"

#include <jansson.h>
#include <string.h>

static bool copy(const json_t *object, const char *key, char *to, size_t capacity)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_string(value)) {
        return false;
    }
    const char *from = json_string_value(value);
    size_t size = 0;
    for (; from[size] != '\0' && size + 1 < capacity; size++) {
        bool printable = from[size] >= ' ' && from[size] <= '~';
        to[size] = printable ? from[size] : '?';
    }
    to[size] = '\0';
    return true;
}

static void read_values(const json_t *values, struct telemetry *into)
{
    into->has_title |= copy(values, "current_fw_title", into->title, sizeof into->title);
    into->has_version |= copy(values, "current_fw_version", into->version, sizeof into->version);
    into->has_state |= copy(values, "fw_state", into->state, sizeof into->state);
    into->has_error |= copy(values, "fw_error", into->error, sizeof into->error);
}

static void read_object(const json_t *object, struct telemetry *into)
{
    const json_t *values = json_object_get(object, "values");

    read_values(json_is_object(values) ? values : object, into);
}

bool telemetry_read(struct span payload, struct telemetry *telemetry)
{
    json_t *root =
        json_loadb((const char *)payload.data, payload.size, JSON_DISABLE_EOF_CHECK, NULL);

    memset(telemetry, 0, sizeof *telemetry);
    if (root == NULL) {
        return false;
    }
    if (json_is_object(root)) {
        read_object(root, telemetry);
    }
    for (size_t i = 0; i < json_array_size(root); i++) { // 0 for an object
        read_object(json_array_get(root, i), telemetry);
    }
    json_decref(root);
    if (telemetry->has_title && strcmp(telemetry->title, telemetry->version) == 0) {
        telemetry->has_title = false;
    }
    return true;
}
