// SPDX-License-Identifier: Apache-2.0
// What an image that stays raises and revokes: the node's security counter, and keys of the bootloader below it.
#ifndef NBOTA_NODE_APP_SECURITY_H
#define NBOTA_NODE_APP_SECURITY_H

#include "node/store/record.h"

// At start, once: where the two records of it differ, because a word in one has gone bad, both are written anew.
void security_mend(void);

// Adds to `change` what becomes of counter and revoked keys with the image of `install`; nothing, where both stay. Without
// keys nobody has vouched for its manifest, and nothing of it is kept for a bootloader that has some.
void security_put(struct record_change *change, const struct install_record *install);
// Behind that commit: one line if the image asks for a revocation that was not carried out.
void security_log_ignored(const struct install_record *install);

#endif
