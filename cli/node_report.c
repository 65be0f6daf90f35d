// SPDX-License-Identifier: Apache-2.0
#include "cli/node_report.h"

#include <jansson.h>

enum ota_code node_report_code(struct span payload)
{
    json_t *object = json_loadb((const char *)payload.data, payload.size, 0, NULL);
    const char *message = json_string_value(json_object_get(object, "Message"));
    enum ota_code code = message != NULL ? code_of_report(message) : OTA_NONE;

    json_decref(object);
    return code;
}
