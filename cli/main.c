// SPDX-License-Identifier: Apache-2.0
// nbota: the table of commands. A new one is a source file and a row.
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/dispatch.h"
#include "cli/message.h"

// In the order in which a person meets them.
static const struct cli_command *const commands[] = {
    &cli_demo,     //
    &cli_image,    //
    &cli_key,      //
    &cli_device,   //
    &cli_assign,   //
    &cli_serve,    //
    &cli_trigger,  //
    &cli_node,     //
    &cli_explain,  //
    &cli_hardware, //
    &cli_accept,   //
    &cli_prove,    //
    NULL,
};

static const struct cli_command nbota = {
    .name = "nbota",
    .help = "usage: nbota COMMAND …\n"
            "\n"
            "Over-the-air firmware update for NB-IoT and LTE-M end nodes.\n"
            "\n"
            "  nbota help COMMAND      explains a command and its options; so does --help\n"
            "  nbota help image pack   … and one of a group\n"
            "  nbota --version         which nbota this is\n"
            "\n"
            "example: nbota help device add\n",
    .commands = commands,
};

static int run(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("nbota %s\n", NBOTA_VERSION);
        return EXIT_OK;
    }
    return dispatch(&nbota, argc, argv);
}

// What a script redirects to a full disk must not be lost in silence.
int main(int argc, char **argv)
{
    int result = run(argc, argv);
    bool is_lost = fflush(stdout) != 0 || ferror(stdout);

    if (is_lost && result == EXIT_OK) {
        message_error("not all of the output could be written: %s", strerror(errno));
        return EXIT_FAILED;
    }
    return result;
}
