// SPDX-License-Identifier: Apache-2.0
// nbota demo: one whole update, from an empty folder to the report at the data server, to watch.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/demo_servers.h"
#include "cli/demo_view.h"
#include "cli/interrupt.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/node_play.h"
#include "cli/places.h"

#define OLD_VERSION "v1.0.0"
#define NEW_VERSION "v1.1.0"
#define NEW_IMAGE   "s31-nb-" NEW_VERSION ".bin"
#define REPORT      "OTA Update OK"

enum {
    SCENARIO_SIZE = 2048,
    REPORT_PATIENCE_MS = 5000,
    NAP_MS = 20,
    // Virtual seconds per second when a person watches: the update's minute and a half in twenty seconds.
    WATCHED_SPEED = 5,
};
#define NOT_GIVEN UINT32_MAX

struct demo {
    struct demo_servers servers;
    struct node_session session;
    struct demo_view view;
    uint32_t speed;
    uint64_t done_ns; // virtual time of the new firmware's banner
};

// ---- the node ----

static void on_line(void *context, const char *line, uint64_t began_ns)
{
    struct demo *self = context;
    long chunk = board_chunk(self->session.board);

    demo_view_line(&self->view, line, began_ns, (uint32_t)(chunk + 1));
    if (strstr(line, "Image Version: " NEW_VERSION) != NULL) {
        self->done_ns = began_ns;
    }
}

static void on_typed(void *context, const char *line, uint64_t now_ns)
{
    struct demo *self = context;

    demo_view_typed(&self->view, line, now_ns);
}

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

static void introduce_node(const struct demo *self)
{
    demo_view_heading(&self->view,
                      "Node: a new S31-NB with firmware " OLD_VERSION ", on an emulated board");
    printf("boot      %s, which trusts that key alone\n",
           places_seen_from_here(self->servers.boot));
    node_session_print_label(&self->session.folder);
    demo_view_heading(&self->view,
                      "Its console: virtual seconds since power-on; > typed; [ms since reset]");
}

static int run_node(struct demo *self)
{
    char scenario[SCENARIO_SIZE];
    struct node_session_config config = {
        .data_dir = self->servers.bench.data_dir,
        .name = "demo",
        .boot = self->servers.boot,
        .speed = self->speed,
        .seed = 1,
        .on_line = on_line,
        .on_typed = on_typed,
        .context = self,
    };

    if (node_session_open(&self->session, &config) != STATUS_OK) {
        return EXIT_FAILED;
    }
    introduce_node(self);
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
        if (strstr(text, REPORT) != NULL) {
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

    demo_view_heading(&self->view, "Data server: what mosquitto_sub printed there");
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        demo_view_message(&self->view, line, strstr(line, REPORT) != NULL);
    }
    if (!good) {
        message_error("the success message (code 100) did not arrive at the data server");
    }
    return good ? EXIT_OK : EXIT_FAILED;
}

static double step_s(const struct demo *self, unsigned step)
{
    return (double)self->view.step_ns[step - 1] / 1e9;
}

static void show_figures(struct demo *self)
{
    const struct modem_counters *air = modem_counters(board_modem(self->session.board));
    double done_s = (double)self->done_ns / 1e9;

    demo_view_heading(&self->view, "Figures");
    printf("  from F901 to the new banner  %.1f s of the node's time, of it download %.1f s\n",
           done_s - step_s(self, 1), step_s(self, 9) - step_s(self, 7));
    printf("  copy and start               %.1f s\n", done_s - step_s(self, 10));
    printf("  chunks                       %" PRIu64 " asked for, %" PRIu64 " received\n",
           air->chunk_requests, air->chunk_replies);
    printf("  bytes on air                 %" PRIu64 " up, %" PRIu64 " down, IP headers included\n",
           air->bytes_up, air->bytes_down);
    printf("  processor                    %.1f million Cortex-M0+ instructions\n",
           (double)board_machine(self->session.board)->cpu.instructions / 1e6);
    printf("  real time                    %.1f s\n", demo_view_real_s(&self->view));
}

static void show_next(const struct demo *self)
{
    demo_view_heading(&self->view, "Now by hand (README.md has the whole way)");
    printf("  build/gcc/bin/nbota node run   the same node in real time, for your fingers\n"
           "  build/gcc/bin/nbota help       every command\n");
}

// ---- the command ----

static enum status start_servers(struct demo *self)
{
    demo_view_heading(&self->view, "Maker: an image, signed with a key that this build made");
    if (demo_servers_sign(&self->servers) != STATUS_OK) {
        return STATUS_IO;
    }
    demo_view_heading(&self->view, "OTA server: one device, one image");
    if (demo_servers_start_ota(&self->servers) != STATUS_OK) {
        return STATUS_IO;
    }
    demo_view_heading(&self->view,
                      "Data server: a plain broker, somebody who listens, the trigger");
    return demo_servers_start_data(&self->servers);
}

static int update(struct demo *self)
{
    int result = run_node(self);

    if (result == EXIT_OK && self->view.flow.next < DEMO_STEPS) {
        message_error("step %u did not show: %s", self->view.flow.next + 1,
                      demo_steps[self->view.flow.next].title);
        result = EXIT_FAILED;
    }
    if (result == EXIT_OK) {
        result = show_report(self);
    }
    if (result == EXIT_OK) {
        show_figures(self);
        show_next(self);
    }
    if (self->session.board != NULL && node_session_close(&self->session) != STATUS_OK) {
        result = EXIT_FAILED;
    }
    return result;
}

static int demonstrate(struct demo *self)
{
    int result = EXIT_FAILED;

    demo_view_begin(&self->view);
    printf("nbota demo: a node takes itself from " OLD_VERSION " to " NEW_VERSION " over the air\n"
           "\n"
           "Servers and node run on this machine. The node's firmware is the binary that\n"
           "would be flashed, on an emulated board; the radio is a model, the messages go\n"
           "through two real brokers.\n");
    if (demo_servers_prepare(&self->servers, NEW_IMAGE) == STATUS_OK &&
        start_servers(self) == STATUS_OK) {
        result = update(self);
    } else if (interrupt_came()) {
        message_error("interrupted");
    }
    demo_servers_end(&self->servers);
    return result;
}

static int run(int argc, char **argv)
{
    static struct demo demo = {.speed = NOT_GIVEN};
    const struct line_option rows[] = {{"speed", '\0', .number = &demo.speed}};
    const struct line line = {&cli_demo, rows, 1, 0, 0};

    if (line_parse(&line, argc, argv) == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (demo.speed == NOT_GIVEN) {
        demo.speed = isatty(STDOUT_FILENO) != 0 ? WATCHED_SPEED : 0;
    }
    interrupt_catch();
    return demonstrate(&demo);
}

const struct cli_command cli_demo = {
    .name = "demo",
    .summary = "watch a node update itself, from nothing to the report",
    .help = "usage: nbota demo [--speed N]\n"
            "\n"
            "Starts an OTA server and a data server on this machine, runs a virtual S31-NB\n"
            "with firmware v1.0.0, types the settings into its console, triggers the update\n"
            "by the downlink F901 and shows the ten steps, the new firmware's banner and the\n"
            "message that arrives at the data server. Everything lives in a temporary folder.\n"
            "\n"
            "  --speed N  virtual seconds per second; 0: as fast as the network allows.\n"
            "             Usual: 5 on a terminal, so that it can be watched, else 0\n"
            "\n"
            "example: nbota demo\n",
    .run = run,
};
