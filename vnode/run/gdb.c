// SPDX-License-Identifier: Apache-2.0
// One debugger at a time, and whether the board runs.
#include "vnode/run/gdb.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vnode/run/gdb_command.h"

enum { STAND_WAIT_MS = 20, CALLS_WAITING = 1 };

enum step { NO_STEP, STEP, STEP_ASIDE }; // for the debugger, or off a breakpoint before going on

struct gdb {
    int door, line; // line -1 = nobody is there
    bool stands, ends;
    enum step step;
    struct gdb_target target;
    struct gdb_input input;
    struct gdb_reply last;   // packet sent, should it have to be repeated
    struct gdb_reply status; // last stop reply
};

// ---- open and close ----

static enum status listen_at(struct gdb *self, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    self->door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (self->door < 0) {
        return STATUS_IO;
    }
    setsockopt(self->door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool good = bind(self->door, (struct sockaddr *)&address, sizeof address) == 0 &&
                listen(self->door, CALLS_WAITING) == 0;
    return good ? STATUS_OK : STATUS_IO;
}

enum status gdb_open(struct gdb **out, struct board *board, uint16_t port)
{
    struct gdb *self = calloc(1, sizeof *self);

    if (self == NULL) {
        return STATUS_IO;
    }
    self->line = self->door = -1;
    self->stands = true;
    gdb_target_init(&self->target, board);
    if (listen_at(self, port) != STATUS_OK) {
        int cause = errno;
        gdb_close(self);
        errno = cause;
        return STATUS_IO;
    }
    *out = self;
    return STATUS_OK;
}

static void hang_up(struct gdb *self)
{
    if (self->line >= 0) {
        close(self->line);
        self->line = -1;
    }
    gdb_target_clear_breakpoints(&self->target);
    gdb_target_arm(&self->target, false);
    self->stands = false;
}

void gdb_close(struct gdb *self)
{
    if (self == NULL) {
        return;
    }
    hang_up(self);
    gdb_target_release(&self->target);
    if (self->door >= 0) {
        close(self->door);
    }
    free(self);
}

// ---- sending ----

static void send_bytes(struct gdb *self, const char *bytes, size_t size)
{
    if (self->line >= 0 && send(self->line, bytes, size, MSG_NOSIGNAL) != (ssize_t)size) {
        hang_up(self); // a debugger that does not read is gone
    }
}

static void send_reply(struct gdb *self, const struct gdb_reply *reply)
{
    char frame[GDB_PAYLOAD_MAX + 5];

    self->last = *reply;
    send_bytes(self, frame, gdb_frame(reply, frame));
}

// For the person at the debugger.
static void send_text(struct gdb *self, const char *text)
{
    struct gdb_reply reply = {0};

    gdb_reply_add(&reply, "O");
    gdb_reply_add_hex(&reply, text, strlen(text));
    gdb_reply_add_hex(&reply, "\n", 1);
    send_reply(self, &reply);
}

static void stop(struct gdb *self, const char *status)
{
    self->stands = true;
    self->step = NO_STEP;
    board_machine(self->target.board)->pause_at_instruction = UINT64_MAX;
    self->status = (struct gdb_reply){0};
    gdb_reply_add(&self->status, status);
    send_reply(self, &self->status);
}

// ---- running ----

static void run(struct gdb *self, enum step step)
{
    struct machine *machine = board_machine(self->target.board);

    self->stands = false;
    self->step = step;
    gdb_target_arm(&self->target, step == NO_STEP);
    machine->pause_at_instruction = step == NO_STEP ? UINT64_MAX : machine->cpu.instructions + 1;
}

static void follow(struct gdb *self, enum gdb_order order, const struct gdb_reply *reply)
{
    switch (order) {
    case GDB_GO:
        run(self, gdb_target_is_at_breakpoint(&self->target) ? STEP_ASIDE : NO_STEP);
        break;
    case GDB_STEP:
        run(self, STEP);
        break;
    case GDB_STATUS:
        send_reply(self, &self->status);
        break;
    case GDB_KILL:
        self->ends = true;
        break;
    case GDB_DETACH:
        send_reply(self, reply);
        hang_up(self);
        break;
    case GDB_STAY:
    default:
        send_reply(self, reply);
        break;
    }
}

// While the board runs nothing but an interruption is expected; what comes all the same has to wait for none.
static void take(struct gdb *self, char character)
{
    struct gdb_reply reply = {0};

    switch (gdb_input_take(&self->input, character)) {
    case GDB_PACKET:
        send_bytes(self, "+", 1);
        follow(self, gdb_command(&self->target, self->input.payload, &reply), &reply);
        break;
    case GDB_SPOILED:
        send_bytes(self, "-", 1);
        break;
    case GDB_AGAIN:
        reply = self->last;
        send_reply(self, &reply);
        break;
    case GDB_INTERRUPT:
        stop(self, "T02thread:1;");
        break;
    case GDB_NOTHING:
    default:
        break;
    }
}

// ---- the line ----

static void answer_door(struct gdb *self)
{
    int on = 1;
    int line = accept4(self->door, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (line < 0) {
        return;
    }
    setsockopt(line, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    self->line = line;
    self->input = (struct gdb_input){0};
    self->status = (struct gdb_reply){0};
    gdb_reply_add(&self->status, "T05thread:1;");
    self->stands = true;
    self->step = NO_STEP;
    board_machine(self->target.board)->pause_at_instruction = UINT64_MAX;
}

static void read_line(struct gdb *self)
{
    char bytes[512];
    ssize_t size = recv(self->line, bytes, sizeof bytes, 0);

    for (ssize_t i = 0; i < size && self->line >= 0; i++) {
        take(self, bytes[i]);
    }
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) {
        hang_up(self);
    }
}

enum gdb_state gdb_attend(struct gdb *self)
{
    struct pollfd one = {.fd = self->line >= 0 ? self->line : self->door, .events = POLLIN};

    if (poll(&one, 1, self->stands ? STAND_WAIT_MS : 0) > 0) {
        if (self->line < 0) {
            answer_door(self);
        } else {
            read_line(self);
        }
    }
    return self->ends ? GDB_BOARD_ENDS : self->stands ? GDB_BOARD_STANDS : GDB_BOARD_RUNS;
}

static void tell_fault(struct gdb *self)
{
    send_text(self, board_complaint(self->target.board));
    stop(self, "T0bthread:1;");
}

bool gdb_board_stopped(struct gdb *self, enum board_outcome outcome)
{
    if (self->line < 0) {
        return false;
    }
    switch (outcome) {
    case BOARD_PAUSED:
        if (self->step == STEP_ASIDE) {
            run(self, NO_STEP);
        } else {
            stop(self, "T05thread:1;");
        }
        return true;
    case BOARD_BREAKPOINT:
        stop(self,
             gdb_target_is_at_breakpoint(&self->target) ? "T05swbreak:;thread:1;" : "T05thread:1;");
        return true;
    case BOARD_STOPPED:
        tell_fault(self);
        return true;
    case BOARD_TIME:
    case BOARD_CHUNK:
    case BOARD_POWER_CUT:
    default:
        return false;
    }
}
