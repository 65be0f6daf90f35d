// SPDX-License-Identifier: Apache-2.0
// Texts from files and from the network, before they reach a terminal or a JSON document.
#ifndef NBOTA_CLI_PRINTABLE_H
#define NBOTA_CLI_PRINTABLE_H

// Replaces everything but printable ASCII by '?', so that no device moves the operator's cursor and every text is UTF-8.
void printable_make(char *text);

#endif
