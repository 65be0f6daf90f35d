// SPDX-License-Identifier: Apache-2.0
// nbota demo: one whole update, from an empty folder to the report at the data server, to watch.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/demo_servers.h"
#include "cli/demo_steps.h"
#include "cli/interrupt.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/node_play.h"
#include "cli/progress.h"
#include "cli/places.h"
#include "vnode/run/pace.h"
#include "wire/image.h"

#define OLD_VERSION "v1.0.0"
#define NEW_VERSION "v1.1.0"
#define NEW_IMAGE   "s31-nb-" NEW_VERSION ".bin"

enum {
    SCENARIO_SIZE = 2048,
    REPORT_PATIENCE_MS = 5000,
    NAP_MS = 20,
};

struct demo {
    struct demo_servers servers;
    struct node_session session;
    struct demo_flow flow;
    struct progress progress;
    bool downloading;
    bool colours;
    bool triggered;
    uint64_t real_start_ns;
    uint64_t step_ns[DEMO_STEPS];
    uint64_t done_ns;
};

// ---- what is shown ----

static double real_s(const struct demo *self)
{
    return (double)(pace_real_ns() - self->real_start_ns) / 1e9;
}

static void heading(const char *text)
{
    printf("\n%s\n", text);
}

static void show_step(struct demo *self, unsigned step, uint64_t now_ns)
{
    self->step_ns[step] = now_ns;
    printf("%s[%2u/10] %s%s  (virtual %.1f s, real %.1f s)\n", self->colours ? "\033[1m" : "",
           step + 1, demo_steps[step].title, self->colours ? "\033[0m" : "", (double)now_ns / 1e9,
           real_s(self));
}

// A line of percentages becomes the bar.
static bool show_download(struct demo *self, const char *line)
{
    const char *percent = strstr(line, "Downloading ");

    if (percent == NULL) {
        return false;
    }
    if (!self->downloading) {
        self->downloading = true;
        progress_begin(&self->progress, stdout, "download", 100);
    }
    progress_set(&self->progress, (uint32_t)strtoul(percent + strlen("Downloading "), NULL, 10));
    return true;
}

static void on_line(void *context, const char *line, uint64_t began_ns)
{
    struct demo *self = context;

    if (self->downloading) {
        progress_clear(&self->progress);
    }
    if (demo_flow_take(&self->flow, line)) {
        show_step(self, self->flow.next - 1, began_ns);
    }
    if (!show_download(self, line)) {
        printf("%s%10.3f  %s%s\n", self->colours ? "\033[2m" : "", (double)began_ns / 1e9, line,
               self->colours ? "\033[0m" : "");
    }
    if (strstr(line, "Image Version: " NEW_VERSION) != NULL) {
        self->done_ns = began_ns;
    }
    fflush(stdout);
}

// ---- the node ----

static void write_scenario(const struct demo *self, char text[SCENARIO_SIZE])
{
    const struct demo_servers *servers = &self->servers;

    snprintf(text, SCENARIO_SIZE,
             "expect Protocol in Used\nunlock\nexpect Password Correct\n"
             "type AT+OTASER=127.0.0.1,%u\nexpect OK\n"
             "type AT+OTACLT=%s\nexpect OK\n"
             "type AT+OTAUNAME=%s\nexpect OK\n"
             "type AT+OTAPWD=NULL\nexpect OK\n"
             "type AT+OTATITLE=s31-nb\nexpect OK\n"
             "type AT+SERVADDR=127.0.0.1,%u\nexpect OK\n"
             "type AT+CLIENT=%s\nexpect OK\n"
             "type AT+PUBTOPIC=%s\nexpect OK\n"
             "type AT+SUBTOPIC=%s\nexpect OK\n"
             "type ATZ\n"
             "expect Image Version: %s within 3600s\n"
             "expect End of upload within 900s\n",
             servers->ota_port, servers->token, servers->token, servers->data_port, DEMO_DEVICE,
             DEMO_PUBLISH, DEMO_LISTEN, NEW_VERSION);
}

static int run_node(struct demo *self)
{
    char scenario[SCENARIO_SIZE];
    struct node_session_config config = {
        .data_dir = self->servers.data_dir,
        .name = "demo",
        .seed = 1,
        .on_line = on_line,
        .context = self,
    };

    if (node_session_open(&self->session, &config) != STATUS_OK) {
        return EXIT_FAILED;
    }
    node_session_print_label(&self->session.folder);
    printf("\n");
    write_scenario(self, scenario);
    return node_play(&self->session, "demo", scenario);
}

// ---- the report ----

// What the listener printed, until the success message is in it.
static bool read_reports(struct demo *self, char *text, size_t capacity)
{
    size_t size = 0;

    for (int waited = 0; waited < REPORT_PATIENCE_MS; waited += NAP_MS) {
        size += child_read(&self->servers.listener, text + size, capacity - 1 - size);
        text[size] = '\0';
        if (strstr(text, "OTA Update OK") != NULL) {
            return true;
        }
        nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000L}, NULL);
    }
    return false;
}

static int show_report(struct demo *self)
{
    static char text[8192];
    bool good = read_reports(self, text, sizeof text);

    heading("mosquitto_sub on the data server received:");
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        printf("  %s\n", line);
    }
    if (!good) {
        message_error("the success message (code 100) did not arrive at the data server");
    }
    return good ? EXIT_OK : EXIT_FAILED;
}

static void show_figures(struct demo *self)
{
    const struct modem_counters *air = modem_counters(board_modem(self->session.board));
    double download_s = (double)(self->step_ns[8] - self->step_ns[6]) / 1e9;

    heading("figures");
    printf("  trigger to new banner   %.1f s virtual, of it download %.1f s\n",
           (double)(self->done_ns - self->step_ns[0]) / 1e9, download_s);
    printf("  chunks                  %llu asked, %llu received\n",
           (unsigned long long)air->chunk_requests, (unsigned long long)air->chunk_replies);
    printf("  bytes on air (IP)       %llu up, %llu down\n", (unsigned long long)air->bytes_up,
           (unsigned long long)air->bytes_down);
    printf("  processor               %.1f million instructions\n",
           (double)machine_instructions(board_machine(self->session.board)) / 1e6);
    printf("  all of it               %.1f s of real time\n", real_s(self));
}

static void show_next(void)
{
    heading("now by hand");
    printf("  nbota node run               the same node at its own pace, its console on a serial "
           "line\n"
           "  nbota help                   every command; README.md has the whole way\n");
}

// ---- the command ----

static int demonstrate(struct demo *self)
{
    heading("an OTA server with one device and one image, and a data server");
    if (demo_servers_start(&self->servers) != STATUS_OK ||
        demo_servers_trigger(&self->servers) != STATUS_OK) {
        return EXIT_FAILED;
    }
    heading("a node that runs " OLD_VERSION " (virtual seconds, console)");
    int result = run_node(self);
    if (result == EXIT_OK && self->flow.next < DEMO_STEPS) {
        message_error("step %u did not show: %s", self->flow.next + 1,
                      demo_steps[self->flow.next].title);
        result = EXIT_FAILED;
    }
    if (result == EXIT_OK) {
        result = show_report(self);
    }
    if (result == EXIT_OK) {
        show_figures(self);
        show_next();
    }
    if (self->session.board != NULL && node_session_close(&self->session) != STATUS_OK) {
        result = EXIT_FAILED;
    }
    return result;
}

static int run(int argc, char **argv)
{
    static struct demo demo;
    const struct line line = {&cli_demo, NULL, 0, 0, 0};

    if (line_parse(&line, argc, argv) == LINE_WRONG) {
        return EXIT_USAGE;
    }
    interrupt_catch();
    demo.real_start_ns = pace_real_ns();
    demo.colours = isatty(STDOUT_FILENO) != 0;
    printf("nbota demo: an S31-NB node takes itself from " OLD_VERSION " to " NEW_VERSION
           " over the air\n");
    int result = demo_servers_prepare(&demo.servers, NEW_IMAGE) == STATUS_OK ? demonstrate(&demo)
                                                                             : EXIT_FAILED;
    demo_servers_end(&demo.servers);
    return result;
}

const struct cli_command cli_demo = {
    .name = "demo",
    .summary = "watch a node update itself, from nothing to the report",
    .help = "usage: nbota demo\n"
            "\n"
            "Starts an OTA server and a data server on this machine, runs a virtual S31-NB with "
            "firmware v1.0.0, types the\n"
            "settings into its console, triggers the update by the downlink F901 and shows the ten "
            "steps, the new\n"
            "firmware's banner and the message that arrives at the data server. Everything lives "
            "in a temporary folder.\n",
    .run = run,
};
