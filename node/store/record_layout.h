// SPDX-License-Identifier: Apache-2.0
// Bits of the records' flags, shared by their two sources; nobody else includes it. The drawing is in record.h.
#ifndef NBOTA_NODE_STORE_RECORD_LAYOUT_H
#define NBOTA_NODE_STORE_RECORD_LAYOUT_H

enum { // of the download
    FLAG_TOLD = 1,
    FLAG_ERASED = 2,
};
enum { // of the install
    FLAG_MANIFEST = 1,
    FLAG_BACKUP = 2,
};

#endif
