/* Requests of any program in a session to the credential agent.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/kcm.h"
#include "fuzz.h"

static void
check_inside(struct kcm_text t, const uint8_t *p, size_t n)
{
    MUST(t.n == 0 ||
         ((const uint8_t *)t.p >= p && (const uint8_t *)t.p + t.n <= p + n));
}

static void
check_principal(const struct kcm_principal *q, const uint8_t *p, size_t n)
{
    MUST(q->count <= KCM_COMPONENTS_MAX);
    check_inside(q->realm, p, n);
    for (size_t i = 0; i < q->count; i++)
        check_inside(q->parts[i], p, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    while (size > 0) {
        struct kcm_request r = {0};
        size_t used = 0;
        enum kcm_result result = kcm_decode(data, size, &r, &used);

        if (result == KCM_MORE || result == KCM_BAD)
            break;
        MUST(used > 0 && used <= size && used <= KCM_REQUEST_MAX + 4);
        if (result == KCM_OK) {
            check_inside(r.cache, data, used);
            if (r.has_client)
                check_principal(&r.client, data, used);
            if (r.has_server)
                check_principal(&r.server, data, used);
        }
        data += used;
        size -= used;
    }
    return 0;
}
