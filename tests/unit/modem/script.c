// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "tests/unit/modem/script.h"

#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/modem/rig.h"

enum {
    LINE_MAX_CHARS = 2048,
    PATIENCE_S = 200,  // of virtual time
    LATE_TRIES = 1000, // of 10 ms of real time
};

struct script {
    const char *path;
    unsigned number; // of the line
    const struct script_ports *ports;
    struct rig rig;
};

static void complain(struct script *self, const char *what, const char *line)
{
    struct rig *rig = &self->rig;

    fail_msg("%s:%u: %s: %s\nthe module said: %.*s", self->path, self->number, what, line,
             (int)(rig->seen_size - rig->read), (const char *)rig->seen + rig->read);
}

// ---- text ----

static void replace(char *text, const char *name, unsigned port)
{
    char *at = strstr(text, name);
    char rest[LINE_MAX_CHARS];

    if (at != NULL) {
        snprintf(rest, sizeof rest, "%s", at + strlen(name));
        snprintf(at, LINE_MAX_CHARS - (size_t)(at - text), "%u%s", port, rest);
    }
}

static size_t unescape(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0';) {
        if (strncmp(from, "\\x", 2) == 0) {
            char digits[3] = {from[2], from[3], '\0'};
            *to++ = (char)strtoul(digits, NULL, 16);
            from += 4;
        } else if (*from == '\\' && (from[1] == 'r' || from[1] == 'n')) {
            *to++ = from[1] == 'r' ? '\r' : '\n';
            from += 2;
        } else {
            *to++ = *from++;
        }
    }
    return (size_t)(to - text);
}

static bool matches(const char *pattern, const char *text)
{
    if (*pattern == '\0') {
        return *text == '\0';
    }
    if (*pattern == '*') {
        return matches(pattern + 1, text) || (*text != '\0' && matches(pattern, text + 1));
    }
    return *pattern == *text && matches(pattern + 1, text + 1);
}

static uint64_t duration_ns(const char *text)
{
    char *end;
    double value = strtod(text, &end);

    return (uint64_t)(value * (strncmp(end, "ms", 2) == 0 ? 1e6 : 1e9));
}

// ---- what the module says ----

// The next complete line that is not empty, not taken yet; its end in *end.
static bool peek_line(struct rig *rig, char line[LINE_MAX_CHARS], size_t *end)
{
    size_t begin = rig->read;

    while (begin < rig->seen_size && (rig->seen[begin] == '\r' || rig->seen[begin] == '\n')) {
        begin++;
    }
    const uint8_t *stop = memmem(rig->seen + begin, rig->seen_size - begin, "\r\n", 2);
    if (stop == NULL) {
        return false;
    }
    *end = (size_t)(stop - rig->seen) + 2;
    snprintf(line, LINE_MAX_CHARS, "%.*s", (int)((size_t)(stop - rig->seen) - begin),
             (const char *)rig->seen + begin);
    line[strcspn(line, "\r")] = '\0'; // of an echo
    return true;
}

// The peers live in real time, of which a busy machine gives them little: what they say may come behind any virtual bound.
static bool comes_late(struct rig *rig, char *line, size_t *end)
{
    for (int i = 0; i < LATE_TRIES && !peek_line(rig, line, end); i++) {
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        rig_run(rig, rig->now_ns + RIG_MS);
    }
    return peek_line(rig, line, end);
}

static void expect_line(struct script *self, const char *pattern, uint64_t bound_ns)
{
    char line[LINE_MAX_CHARS];
    size_t end;
    uint64_t until_ns = self->rig.now_ns + bound_ns;

    while (!peek_line(&self->rig, line, &end)) {
        if (self->rig.now_ns >= until_ns) {
            if (bound_ns < (uint64_t)PATIENCE_S * RIG_S || !comes_late(&self->rig, line, &end)) {
                complain(self, "expected and did not come", pattern);
            }
            break;
        }
        rig_step(&self->rig, until_ns);
    }
    if (!matches(pattern, line)) {
        complain(self, "expected", pattern);
    }
    self->rig.read = end;
}

// One of several lines whose order is open: it may be the next or one behind it.
static void expect_soon(struct script *self, const char *pattern)
{
    struct rig *rig = &self->rig;
    size_t begin = rig->read, end;
    char line[LINE_MAX_CHARS];
    uint64_t until_ns = rig->now_ns + PATIENCE_S * RIG_S;

    for (;;) {
        while (!peek_line(rig, line, &end)) {
            if (rig->now_ns >= until_ns) {
                rig->read = begin;
                complain(self, "expected among the next lines", pattern);
            }
            rig_step(rig, until_ns);
        }
        if (matches(pattern, line)) {
            break;
        }
        rig->read = end;
    }
    // The found line goes out of the way, what came before it stays.
    size_t size = end - rig->read;
    memmove(rig->seen + begin + size, rig->seen + begin, rig->read - begin);
    rig->read = begin + size;
}

static void accept_line(struct script *self, const char *pattern)
{
    char line[LINE_MAX_CHARS];
    size_t end;

    rig_run(&self->rig, self->rig.now_ns + 200 * RIG_MS);
    if (peek_line(&self->rig, line, &end) && matches(pattern, line)) {
        self->rig.read = end;
    }
}

static void stay_silent(struct script *self, const char *duration)
{
    rig_run(&self->rig, self->rig.now_ns + duration_ns(duration));
    for (size_t i = self->rig.read; i < self->rig.seen_size; i++) {
        if (self->rig.seen[i] != '\r' && self->rig.seen[i] != '\n') {
            complain(self, "expected silence for", duration);
        }
    }
}

// ---- lines of the script ----

static void begin_module(struct script *self, const char *text)
{
    char name[32], class[32];
    unsigned long seed = 1;

    if (sscanf(text, "%31s %31s %lu", name, class, &seed) < 2) {
        complain(self, "module NAME CLASS SEED", text);
    }
    rig_begin_with(&self->rig, strcmp(name, "bg95") == 0 ? bg95_create : bc660k_create, class,
                   seed);
}

static void order_fault(struct script *self, const char *text)
{
    char name[64], times[32] = "1";

    (void)sscanf(text, "%63s %31s", name, times);
    unsigned long count =
        strcmp(times, "always") == 0 ? MODEM_FAULT_ALWAYS : strtoul(times, NULL, 10);
    if (!modem_fault_order(modem_faults(self->rig.modem), name, (uint32_t)count)) {
        complain(self, "no such fault", name);
    }
}

static void type_bytes(struct script *self, char *text)
{
    size_t size = unescape(text);

    rig_type_bytes(&self->rig, text, size, RIG_BAUD);
}

static void check_status(struct script *self, bool high)
{
    modem_poll(self->rig.modem, self->rig.now_ns);
    if (modem_status_pin(self->rig.modem) != high) {
        complain(self, "status pin should be", high ? "high" : "low");
    }
}

// A word that takes no argument; false when `line` is none.
static bool do_pin(struct script *self, const char *line)
{
    struct rig *rig = &self->rig;

    if (strcmp(line, "power on") == 0) {
        modem_power_on(rig->modem, rig->now_ns);
    } else if (strcmp(line, "power off") == 0) {
        modem_power_off(rig->modem, rig->now_ns);
    } else if (strncmp(line, "pin ", 4) == 0) {
        modem_pin(rig->modem, strcmp(line + 4, "high") == 0, rig->now_ns);
    } else if (strncmp(line, "status ", 7) == 0) {
        check_status(self, strcmp(line + 7, "high") == 0);
    } else {
        return false;
    }
    return true;
}

static void expect(struct script *self, const char *text)
{
    const char *pattern = text + strcspn(text, " ");
    unsigned long bound_s = strtoul(text, NULL, 10);

    if (*text == '>') {
        rig_expect(&self->rig, "\r\n> ", 1000);
    } else {
        expect_line(self, pattern + (*pattern == ' '),
                    (*text != ' ' && bound_s > 0 ? bound_s : PATIENCE_S) * RIG_S);
    }
}

static void play_line(struct script *self, char *line)
{
    if (*line == '\0' || *line == '#' || do_pin(self, line)) {
        return;
    }
    if (strncmp(line, "module ", 7) == 0) {
        begin_module(self, line + 7);
    } else if (strncmp(line, ">> ", 3) == 0) {
        type_bytes(self, line + 3);
    } else if (strncmp(line, "> ", 2) == 0) {
        rig_type(&self->rig, line + 2);
    } else if (*line == '<') {
        expect(self, line + 1);
    } else if (strncmp(line, "? ", 2) == 0) {
        accept_line(self, line + 2);
    } else if (strncmp(line, "any ", 4) == 0) {
        expect_soon(self, line + 4);
    } else if (strcmp(line, "drain") == 0) {
        self->rig.read = self->rig.seen_size;
    } else if (strncmp(line, "wait ", 5) == 0) {
        rig_run(&self->rig, self->rig.now_ns + duration_ns(line + 5));
    } else if (strncmp(line, "silent ", 7) == 0) {
        stay_silent(self, line + 7);
    } else if (strncmp(line, "fault ", 6) == 0) {
        order_fault(self, line + 6);
    } else {
        complain(self, "no line of a transcript", line);
    }
}

void script_play(const char *path, const struct script_ports *ports)
{
    struct script self = {.path = path, .ports = ports};
    FILE *file = fopen(path, "r");
    char line[LINE_MAX_CHARS];

    if (file == NULL) {
        fail_msg("%s: cannot be read", path);
    }
    while (fgets(line, sizeof line, file) != NULL) {
        self.number++;
        line[strcspn(line, "\n")] = '\0';
        replace(line, "$udp", ports->udp);
        replace(line, "$tcp", ports->tcp);
        replace(line, "$coap", ports->coap);
        replace(line, "$mqtt", ports->mqtt);
        play_line(&self, line);
    }
    fclose(file);
    rig_end(&self.rig);
}
