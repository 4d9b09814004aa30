/* The password of a group managed service account, as the directory gives it
 * to those that may have it: MSDS-MANAGEDPASSWORD_BLOB, MS-ADTS 2.2.19.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_MANAGEDPASSWORD_H
#define HOP_AD_MANAGEDPASSWORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct hop_managed_password {
    struct hop_buf current, previous; /* UTF-8, secret; previous may be empty */
    uint64_t next_s;                  /* until it changes, in seconds */
};

/* As keys are made of it: UTF-8, halves of surrogate pairs replaced by U+FFFD.
 * Fails (PROTOCOL) for what does not lie inside the n bytes. */
HOP_MUST_CHECK bool
hop_managed_password_decode(const void *p, size_t n,
                            struct hop_managed_password *out,
                            struct hop_error *err);
void hop_managed_password_done(struct hop_managed_password *m);

#endif
