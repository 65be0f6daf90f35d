// SPDX-License-Identifier: Apache-2.0
// The one result type of the house. Negative: failed, nothing was changed unless the function says otherwise.
// Zero: done as asked. Positive: a success that needs another look.
#ifndef NBOTA_BASE_STATUS_H
#define NBOTA_BASE_STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_AGAIN = 1, // not finished; call again later
    STATUS_DONE = 2,  // finished, nothing more will come

    STATUS_INVALID = -1, // the input breaks its format or its limits
    STATUS_TOO_BIG = -2, // does not fit the caller's buffer or the format's maximum
    STATUS_NOT_FOUND = -3,
    STATUS_CORRUPT = -4, // a checksum or signature does not match
    STATUS_TIMEOUT = -5, // the bound of the operation ran out
    STATUS_IO = -6,      // hardware or operating system refused
    STATUS_BUSY = -7,    // another operation is under way
    STATUS_REFUSED = -8, // the peer said no
};

#endif
