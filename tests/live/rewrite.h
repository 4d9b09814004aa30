/* What a recorded client said, as it would say it to this host: texts of its
 * own host are replaced, and what it had sealed under a key that only the
 * recorder knew is sealed under ours.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TESTS_REWRITE_H
#define HOP_TESTS_REWRITE_H

#include "psrp/key.h"

struct rewrite_swap {
    const char *from, *to;
};

struct rewriter {
    const struct rewrite_swap *swaps;
    size_t count;
    struct hop_psrp_keys keys;
    struct hop_psrp_key_source source;
    uint8_t key[HOP_PSRP_KEY]; /* zeros until the server has given it */
};

void rewriter_init(struct rewriter *r, const struct rewrite_swap *swaps,
                   size_t count);
void rewriter_done(struct rewriter *r);
/* Takes the key out of the text of an ENCRYPTED_SESSION_KEY of ours. */
bool rewriter_take_key(struct rewriter *r, const char *text, size_t n);
/* Appends the fragments of p, with other texts in the objects that are whole in
 * one; all others stay as they were. */
bool rewriter_fragments(struct rewriter *r, const void *p, size_t n,
                        struct hop_buf *out);

#endif
