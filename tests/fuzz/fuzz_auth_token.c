/* Tokens of peers who have shown nothing yet: DER, SPNEGO, NTLM's guard.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/ntlmguard.h"
#include "auth/spnego.h"
#include "fuzz.h"

static bool
is_inside(struct hop_der_span s, const uint8_t *p, size_t n)
{
    return s.n == 0 || (s.p >= p && s.p + s.n <= p + n);
}

/* Walks into every constructed element, as deep as the tags say. */
static void
walk(struct hop_der_span in, unsigned depth)
{
    struct hop_der_span contents, element;
    uint8_t tag;

    while (hop_der_next(&in, &tag, &contents, &element)) {
        MUST(is_inside(contents, element.p, element.n));
        if (tag & 0x20 && depth < 50)
            walk(contents, depth + 1);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ntlm_guard guard = {0};
    struct spnego_token t;

    walk((struct hop_der_span){data, size}, 0);
    if (spnego_decode(data, size, &t)) {
        MUST(is_inside(t.mech_token, data, size));
        MUST(is_inside(t.mech_list, data, size));
        MUST(is_inside(t.mic, data, size));
        MUST(is_inside(t.first_mech, data, size));
        if (t.mech_token.n)
            (void)!ntlm_guard_check(&guard, t.mech_token.p, t.mech_token.n);
    }
    (void)!ntlm_guard_check(&guard, data, size);
    return 0;
}
