/* The table of client certificates, and a certificate held against it: the
 * input is a rule file, a NUL, and DER.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/certmap.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nul = memchr(data, 0, size);
    size_t n = nul ? (size_t)(nul - data) : size;
    HOP_AUTO_CERTMAP struct hop_certmap *map = NULL;
    struct hop_error err = {0};
    HOP_CLEANUP(hop_certmap_match_done) struct hop_certmap_match got = {0};

    if (size == 0 || !hop_certmap_parse((const char *)data, n, &map, &err)) {
        MUST(size == 0 || err.text[0] != '\0');
        return 0;
    }
    if (nul && hop_certmap_find(map, nul + 1, size - n - 1, &got, &err))
        MUST(got.user && got.user[0] != '\0');
    return 0;
}
