// SPDX-License-Identifier: Apache-2.0
// nbota node console: sits at the console of a running node. The node does not echo, so this end does, and sends a line
// as a whole, so that it can be corrected before. Input that is no terminal is sent line by line, for scripts.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/interrupt.h"
#include "cli/line.h"
#include "cli/line_editor.h"
#include "cli/message.h"
#include "cli/node_commands.h"
#include "cli/node_folder.h"
#include "cli/places.h"
#include "cli/serial_line.h"
#include "vnode/run/pace.h"

// A script's last line is answered too: until the node has said something and then been quiet for longer than it is deaf
// after a wrong password (docs/protocol.md, "password"), or for so long that it speaks by itself.
enum { QUIET_MS = 1500, LAST_WORDS_MS = 15000 };

struct seat {
    int line;         // the node's console
    bool is_terminal; // keys come in, not a file
    bool is_owed;     // nothing was heard since the last line; a busy machine takes its time
    uint64_t end_ns;  // of the file: when it was reached; 0 = not yet
    struct line_editor editor;
};

static void show(const char *bytes, size_t size)
{
    fwrite(bytes, 1, size, stdout);
    fflush(stdout);
}

static void show_editor(const struct seat *self)
{
    if (self->is_terminal) {
        show(self->editor.shown, strlen(self->editor.shown));
    }
}

static void send_line(struct seat *self, const char *text)
{
    char bytes[LINE_EDITOR_MAX + 2];
    int size = snprintf(bytes, sizeof bytes, "%s\r", text);
    ssize_t sent = write(self->line, bytes, (size_t)size);

    (void)sent; // a full line: the node has not read for a long time, and the person sees that
    self->is_owed = true;
}

// False when the person wants to leave.
static bool take_keys(struct seat *self)
{
    char keys[64];
    ssize_t size = read(STDIN_FILENO, keys, sizeof keys);

    for (ssize_t i = 0; i < size; i++) {
        enum line_editor_event event = line_editor_key(&self->editor, keys[i]);
        show_editor(self);
        if (event == LINE_EDITOR_LEFT) {
            return false;
        }
        if (event == LINE_EDITOR_ENTERED) {
            send_line(self, self->editor.line);
        }
    }
    self->end_ns = size <= 0 ? pace_real_ns() : 0;
    return size > 0 || !self->is_terminal;
}

// False when the node is gone.
static bool take_output(struct seat *self)
{
    char bytes[512];
    ssize_t size = read(self->line, bytes, sizeof bytes);

    if (size <= 0) {
        return false;
    }
    self->is_owed = false;
    line_editor_make_room(&self->editor);
    show_editor(self);
    show(bytes, (size_t)size);
    line_editor_come_back(&self->editor, bytes[size - 1]);
    show_editor(self);
    return true;
}

static bool is_over(const struct seat *self)
{
    return self->end_ns != 0 && pace_real_ns() - self->end_ns > LAST_WORDS_MS * 1000000ULL;
}

static int talk(struct seat *self)
{
    while (!interrupt_came() && !is_over(self)) {
        struct pollfd both[2] = {{.fd = self->line, .events = POLLIN},
                                 {.fd = self->end_ns != 0 ? -1 : STDIN_FILENO, .events = POLLIN}};
        int ready = poll(both, 2, self->end_ns != 0 ? QUIET_MS : -1);
        if (ready < 0 && errno != EINTR) {
            message_error("cannot wait for the node: %s", strerror(errno));
            return EXIT_FAILED;
        }
        if (ready == 0 && !self->is_owed) {
            return EXIT_OK;
        }
        if (ready > 0 && both[0].revents != 0 && !take_output(self)) {
            message_note("the node has been switched off");
            return EXIT_OK;
        }
        if (ready > 0 && both[1].revents != 0 && !take_keys(self)) {
            break;
        }
    }
    if (self->is_terminal) {
        printf("\r\n");
    }
    return EXIT_OK;
}

// AT+PIN takes the password whether or not the console is locked: the bare one would be a wrong command if it is not.
static void unlock(struct seat *self, const struct node_folder *folder)
{
    char password[NODE_PASSWORD_SIZE];
    char text[32];

    node_folder_password(folder, password);
    snprintf(text, sizeof text, "AT+PIN=%s", password);
    send_line(self, text);
}

static int sit_down(struct seat *self, const struct node_folder *folder)
{
    struct termios before;
    char password[NODE_PASSWORD_SIZE];

    interrupt_catch(); // the terminal is given back as it was
    self->is_terminal = tcgetattr(STDIN_FILENO, &before) == 0;
    if (self->is_terminal) {
        struct termios raw = before;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
        raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
        node_folder_password(folder, password);
        printf("console of '%s'; password %s, typed for you now, by you after a restart\r\n"
               "AT? lists the commands, Ctrl-D leaves\r\n",
               folder->name, password);
        fflush(stdout);
    }
    unlock(self, folder);
    int result = talk(self);
    if (self->is_terminal) {
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    }
    return result;
}

static int open_console(const struct node_folder *folder)
{
    char path[PATH_MAX];

    // A name that a killed process left behind may be somebody else's terminal by now.
    node_folder_file(folder, "console", path);
    int line = node_folder_is_running(folder) ? open(path, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (line < 0) {
        message_error("node '%s' is not running with a console", folder->name);
        message_hint("start it with 'nbota node run %s' in another terminal", folder->name);
    } else if (serial_line_claim(path, line) != STATUS_OK) {
        close(line);
        line = -1;
    }
    return line;
}

static int run(int argc, char **argv)
{
    const char *given = NULL;
    const struct line_option rows[] = {{"data-dir", '\0', .text = &given}};
    const struct line options = {&node_console, rows, 1, 0, 1};
    struct node_folder folder;
    struct seat seat = {0};
    char data_dir[PATH_MAX];
    int first = line_parse(&options, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    const char *name = first < argc ? argv[first] : NODE_PRESET_NAME;
    if (places_data_dir(given, data_dir, sizeof data_dir) != STATUS_OK ||
        node_folder_look(&folder, data_dir, name) != STATUS_OK) {
        return EXIT_FAILED;
    }
    seat.line = open_console(&folder);
    if (seat.line < 0) {
        return EXIT_FAILED;
    }
    line_editor_init(&seat.editor);
    int result = sit_down(&seat, &folder);
    close(seat.line);
    return result;
}

const struct cli_command node_console = {
    .name = "console",
    .summary = "type at the console of a running node",
    .help = "usage: nbota node console [NAME] [--data-dir DIR]\n"
            "\n"
            "Opens the console of a running virtual node, types its password and shows what\n"
            "is typed (the node itself does not echo). Backspace and Ctrl-U correct a line,\n"
            "Ctrl-D or Ctrl-C leaves; the node runs on. Lines from a file are sent as they\n"
            "are: nbota node console < settings.txt\n"
            "\n"
            "A real node, with a terminal program: picocom -b 9600 --echo /dev/ttyUSB0\n"
            "\n"
            "      --data-dir DIR  default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota node console\n",
    .run = run,
};
