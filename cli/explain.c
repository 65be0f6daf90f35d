// SPDX-License-Identifier: Apache-2.0
// nbota explain: what became of an update, from a console's log, a report, or a code.
#include "cli/explain.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "cli/command.h"
#include "cli/line.h"
#include "cli/message.h"

enum { WORDS_SIZE = 1024 };

int explain_put_json(json_t *object)
{
    int refused = json_dumpf(object, stdout, JSON_INDENT(2));

    json_decref(object);
    return refused == 0 && putchar('\n') != EOF ? EXIT_OK : EXIT_FAILED;
}

// ---- a log ----

// A wrong line speed turns a log into noise; the vendor's section 10 has the right one.
static void complain(const char *name, const struct log_count *count)
{
    message_error("'%s' holds no update: %lu lines, %lu of them of a node", name, count->lines,
                  count->read);
    if (count->damaged > count->read && count->damaged > count->foreign) {
        message_hint("%lu lines are damaged: the console runs at 9600 baud, 8 data bits, 1 stop "
                     "bit, no parity",
                     count->damaged);
    } else if (count->foreign > 0) {
        message_hint("line %lu is none of a node's console: '%s'", count->first_foreign,
                     count->foreign_text);
    } else {
        message_hint("an update begins with 'FW check'; record from the trigger on");
    }
}

int explain_log(FILE *in, const char *name, const struct explain_options *options)
{
    static struct flow flow;
    struct log_count count;
    struct explanation explanation = {.name = name, .flow = &flow, .count = &count};

    flow_begin(&flow);
    if (log_read(in, &flow, &count) != STATUS_OK) {
        message_error("cannot read '%s': %s", name, strerror(errno));
        return EXIT_FAILED;
    }
    bool found = flow.count + flow.report_count > 0;
    if (options->json) {
        int result = explain_put_json(explain_log_object(&explanation));
        return found ? result : EXIT_FAILED;
    }
    if (!found) {
        complain(name, &count);
        return EXIT_FAILED;
    }
    explain_print_log(stdout, &explanation, options->all, isatty(STDOUT_FILENO) != 0);
    return EXIT_OK;
}

static int explain_file(const char *path, const struct explain_options *options)
{
    struct stat about;
    FILE *in = fopen(path, "rbe");

    if (in == NULL || fstat(fileno(in), &about) != 0) {
        message_error("cannot read '%s': %s", path, strerror(errno));
        return EXIT_FAILED;
    }
    int result = EXIT_FAILED;
    if (S_ISDIR(about.st_mode)) {
        message_error("'%s' is a folder; name a log in it", path);
    } else {
        result = explain_log(in, path, options);
    }
    fclose(in);
    return result;
}

static bool join(int count, char **words, char out[WORDS_SIZE])
{
    struct fmt text;

    fmt_init(&text, out, WORDS_SIZE);
    for (int i = 0; i < count; i++) {
        fmt_add(&text, i > 0 ? " %s" : "%s", words[i]);
    }
    return !text.overflowed;
}

static int explain(int count, char **words, const struct explain_options *options)
{
    char joined[WORDS_SIZE];

    if (count == 1 && strcmp(words[0], "-") == 0) {
        return explain_log(stdin, "standard input", options);
    }
    if (count == 1 && access(words[0], F_OK) == 0) {
        return explain_file(words[0], options);
    }
    if (!join(count, words, joined)) {
        message_error("these words are too many; write them into a file");
        return EXIT_FAILED;
    }
    return explain_words(joined, options);
}

static int run(int argc, char **argv)
{
    struct explain_options options = {0};
    const struct line_option rows[] = {
        {.name = "all", .letter = 'a', .flag = &options.all},
        {.name = "json", .letter = 'j', .flag = &options.json},
    };
    const struct line line = {&cli_explain, rows, sizeof rows / sizeof rows[0], 1, argc};
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    int result = explain(argc - first, argv + first, &options);
    if (fflush(stdout) != 0) {
        message_error("cannot write the explanation: %s", strerror(errno));
        return EXIT_FAILED;
    }
    return result;
}

const struct cli_command cli_explain = {
    .name = "explain",
    .summary = "what became of an update, from a console's log, a report or a code",
    .help = "usage: nbota explain LOG|MESSAGE|CODE [--all] [--json]\n"
            "\n"
            "LOG is a file that holds what a node printed on its console, or what a client of\n"
            "the data server received; '-' reads standard input. MESSAGE is a report or one\n"
            "line of a console, CODE a number. Shipped nodes' texts are understood as well as\n"
            "nbota's. Draws the ten steps of the update, names the one that failed, its\n"
            "cause, the recommended action and what to try next, and says which lines it\n"
            "could not read.\n"
            "\n"
            "  -a, --all   draw every attempt in the log, not only the last one\n"
            "  -j, --json  one JSON object\n"
            "\n"
            "example: nbota explain console.log\n"
            "         nbota explain Firmware title mismatch\n"
            "         nbota explain 7\n",
    .run = run,
};
