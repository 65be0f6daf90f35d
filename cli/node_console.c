// SPDX-License-Identifier: Apache-2.0
// nbota node console: sits at the console of a running node. The node does not echo, so this end does.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/line.h"
#include "cli/message.h"
#include "cli/node_commands.h"
#include "cli/node_folder.h"
#include "cli/places.h"

enum { CTRL_D = 4, CTRL_C = 3, BACKSPACE = 127, LINE_CAPACITY = 300 };

static struct {
    // What is being typed: sent as a whole, so that it can be corrected before.
    char line[LINE_CAPACITY];
    size_t size;
} typing;

static void show(const char *bytes, size_t size)
{
    fwrite(bytes, 1, size, stdout);
    fflush(stdout);
}

static void send_line(int line)
{
    typing.line[typing.size] = '\r';
    ssize_t sent = write(line, typing.line, typing.size + 1);
    (void)sent;
    typing.size = 0;
    show("\r\n", 2);
}

// False when the person wants to leave.
static bool take_key(int line, char key)
{
    if (key == CTRL_D || key == CTRL_C) {
        return false;
    }
    if (key == '\r' || key == '\n') {
        send_line(line);
    } else if (key == BACKSPACE || key == '\b') {
        if (typing.size > 0) {
            typing.size--;
            show("\b \b", 3);
        }
    } else if (typing.size + 1 < LINE_CAPACITY) {
        typing.line[typing.size++] = key;
        show(&key, 1);
    }
    return true;
}

static bool take_keys(int line)
{
    char keys[64];
    ssize_t size = read(STDIN_FILENO, keys, sizeof keys);

    if (size <= 0) {
        return false;
    }
    for (ssize_t i = 0; i < size; i++) {
        if (!take_key(line, keys[i])) {
            return false;
        }
    }
    return true;
}

// What the node says replaces the half line, which is shown again behind it.
static bool take_output(int line)
{
    char bytes[512];
    ssize_t size = read(line, bytes, sizeof bytes);

    if (size <= 0) {
        return false;
    }
    show(bytes, (size_t)size);
    return true;
}

static int talk(int line)
{
    struct pollfd both[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                             {.fd = line, .events = POLLIN}};

    for (;;) {
        if (poll(both, 2, -1) < 0 && errno != EINTR) {
            return EXIT_FAILED;
        }
        if (both[1].revents != 0 && !take_output(line)) {
            printf("\r\nthe node has ended\r\n");
            return EXIT_OK;
        }
        if (both[0].revents != 0 && !take_keys(line)) {
            printf("\r\n");
            return EXIT_OK;
        }
    }
}

static void unlock(const struct node_folder *folder, int line)
{
    char password[NODE_PASSWORD_SIZE + 1];

    node_folder_password(folder, password);
    strcat(password, "\r");
    ssize_t sent = write(line, password, strlen(password));
    (void)sent;
}

static int talk_raw(const struct node_folder *folder, int line)
{
    struct termios before;
    bool is_terminal = tcgetattr(STDIN_FILENO, &before) == 0;

    if (is_terminal) {
        struct termios raw = before;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
        raw.c_iflag &= ~(tcflag_t)ICRNL;
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    printf("console of '%s', unlocked; Ctrl-D leaves, AT? lists the commands\r\n", folder->name);
    fflush(stdout);
    unlock(folder, line);
    int result = talk(line);
    if (is_terminal) {
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    }
    return result;
}

static int run(int argc, char **argv)
{
    const char *given = NULL;
    const struct line_option rows[] = {{"data-dir", '\0', .text = &given}};
    const struct line options = {&node_console, rows, 1, 0, 1};
    struct node_folder folder;
    char data_dir[PATH_MAX];
    char path[PATH_MAX];
    int first = line_parse(&options, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    const char *name = first < argc ? argv[first] : NODE_PRESET_NAME;
    if (places_data_dir(given, data_dir, sizeof data_dir) != STATUS_OK ||
        node_folder_look(&folder, data_dir, name) != STATUS_OK) {
        return EXIT_FAILED;
    }
    node_folder_file(&folder, "console", path);
    int line = open(path, O_RDWR | O_NOCTTY);
    if (line < 0) {
        message_error("node '%s' is not running", name);
        message_hint("start it with 'nbota node run %s' in another terminal", name);
        return EXIT_FAILED;
    }
    int result = talk_raw(&folder, line);
    close(line);
    return result;
}

const struct cli_command node_console = {
    .name = "console",
    .summary = "type at the console of a running node",
    .help = "usage: nbota node console [NAME] [--data-dir DIR]\n"
            "\n"
            "Opens the console of a running virtual node, types its password and shows what is "
            "typed (the node itself "
            "does\nnot echo). A real node is reached the same way: picocom -b 9600 /dev/ttyUSB0.\n",
    .run = run,
};
