// SPDX-License-Identifier: Apache-2.0
// Which form a file has, and the order of looking: form, container, image, manifest. A container that is broken is still opened
// as far as it goes, so that inspect shows what is left.
#include "cli/anatomy.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/endian.h"
#include "cli/anatomy_parts.h"
#include "cli/printable.h"

struct finding *anatomy_find(struct anatomy *self, enum finding_level level, const char *format,
                             ...)
{
    uint32_t at = self->finding_count < FINDINGS_MAX ? self->finding_count++ : FINDINGS_MAX - 1;
    struct finding *finding = &self->findings[at];
    va_list arguments;

    *finding = (struct finding){.level = level, .piece = NO_PIECE};
    va_start(arguments, format);
    vsnprintf(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
    printable_make(finding->text); // it may quote the file
    return finding;
}

void anatomy_advise(struct finding *finding, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(finding->advice, sizeof finding->advice, format, arguments);
    va_end(arguments);
}

const struct finding *anatomy_first(const struct anatomy *self, enum finding_level level)
{
    for (uint32_t i = 0; i < self->finding_count; i++) {
        if (self->findings[i].level >= level) {
            return &self->findings[i];
        }
    }
    return NULL;
}

bool anatomy_container_is_good(const struct anatomy *self)
{
    const struct finding *problem = anatomy_first(self, FINDING_PROBLEM);

    return self->form == FORM_PACKED &&
           (problem == NULL || problem >= self->findings + self->container_finding_count);
}

const char *anatomy_form_text(enum anatomy_form form)
{
    static const char *const texts[] = {
        [FORM_UNKNOWN] = "no image",
        [FORM_PLAIN] = "plain image",
        [FORM_PACKED] = "packed image",
    };

    return texts[form];
}

static bool begins_with_magic(struct span file)
{
    return file.size >= 4 && load_le32(file.data) == WIRE_IMAGE_MAGIC;
}

void anatomy_read(struct anatomy *self, struct span file)
{
    memset(self, 0, sizeof *self);
    self->file = file;
    self->info_status = STATUS_NOT_FOUND;
    self->manifest_status = STATUS_NOT_FOUND;
    if (anatomy_is_foreign(self)) {
        return;
    }
    if (begins_with_magic(file)) {
        self->form = FORM_PACKED;
        anatomy_read_container(self);
    } else {
        self->form = FORM_PLAIN;
        self->image = file;
    }
    self->container_finding_count = self->finding_count;
    anatomy_read_image(self);
    if (self->form == FORM_PACKED && self->has_header) {
        anatomy_read_manifest(self);
    }
}
