// SPDX-License-Identifier: Apache-2.0
// A subcommand of `nbota`: one source file each, named in the table of main.c. A group ("image") names its own
// commands and has no code; a command has code and no commands.
#ifndef NBOTA_CLI_COMMAND_H
#define NBOTA_CLI_COMMAND_H

enum exit_code {
    EXIT_OK = 0,     // done as asked
    EXIT_FAILED = 1, // understood, but it did not work; stderr says why and what to do
    EXIT_USAGE = 2,  // not understood; stderr shows the usage line
};

struct cli_command {
    const char *name;    // one word, "image"; a group's commands follow it on the line
    const char *summary; // one line for the list
    // Text of --help, ends with a newline. Its first line is the usage: "usage: nbota image pack IN.bin".
    const char *help;
    // argv[0] is the command's name; returns enum exit_code. --help and -h never reach it. NULL in a group.
    int (*run)(int argc, char **argv);
    const struct cli_command *const *commands; // of a group, ends with NULL; NULL in a command
};

// One per source file cli/<name>.c.
extern const struct cli_command cli_image;   // pack, sign, inspect, verify
extern const struct cli_command cli_key;     // create, show: who signs images
extern const struct cli_command cli_device;  // add, list, show
extern const struct cli_command cli_assign;  // which image a device is offered
extern const struct cli_command cli_serve;   // the OTA broker with the gateway
extern const struct cli_command cli_node;    // create, run, console, update, …: the virtual node
extern const struct cli_command cli_trigger; // F901 through the data server
extern const struct cli_command cli_demo;    // everything once, to watch

extern const struct cli_command cli_explain;  // what became of an update
extern const struct cli_command cli_accept;   // the vendor's document as a test
extern const struct cli_command cli_prove;    // power cuts at every operation of an update
extern const struct cli_command cli_hardware; // check: what a serial number says

#endif
