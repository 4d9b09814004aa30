/* Fragments of a peer: joined in one piece as in many, within the limits; what
 * was joined is cut and joined to the same again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "psrp/fragment.h"

static const struct hop_psrp_join_limits limits = {4096, 8192, 4, 16384};

static bool
collect(void *ctx, const uint8_t *p, size_t n, struct hop_error *err)
{
    struct hop_buf *b = ctx;

    (void)err;
    MUST(n <= limits.max_object);
    hop_buf_addf(b, "%zu:", n);
    hop_buf_add(b, p, n);
    return true;
}

static bool
join(const uint8_t *p, size_t n, size_t step, struct hop_buf *out)
{
    struct hop_psrp_joiner j;
    struct hop_error err = {0};
    bool ok = true;

    hop_psrp_joiner_init(&j, &limits);
    for (size_t at = 0; ok && at < n; at += step) {
        ok = hop_psrp_joiner_add(&j, p + at, step < n - at ? step : n - at,
                                 collect, out, &err);
        MUST(j.open_count <= limits.max_open);
        MUST(j.open_bytes <= limits.max_bytes);
        MUST(j.rest.len < limits.max_fragment + step);
        MUST(ok || err.text[0] != '\0');
    }
    hop_psrp_joiner_done(&j);
    return ok;
}

static void
cut_again(const uint8_t *p, size_t n)
{
    struct hop_psrp_outbox o = {0};
    struct hop_buf data = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf cut = HOP_BUF_INIT, got = HOP_BUF_INIT,
                                want = HOP_BUF_INIT;
    enum hop_psrp_stream s;

    if (n > limits.max_object)
        return;
    hop_buf_add(&data, p, n);
    hop_psrp_outbox_add(&o, 1, HOP_PSRP_DEFAULT, &data);
    while (hop_psrp_outbox_take(&o, 500, 22 + n % 400, 0, &cut, &s))
        ;
    MUST(hop_psrp_outbox_is_empty(&o) && o.bytes == 0);
    MUST(join((const uint8_t *)hop_buf_str(&cut), cut.len, cut.len, &got));
    MUST(collect(&want, p, n, NULL));
    MUST(got.len == want.len && memcmp(got.data, want.data, got.len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_BUF struct hop_buf whole = HOP_BUF_INIT, parts = HOP_BUF_INIT;
    bool ok = join(data, size, size, &whole);

    MUST(join(data, size, 1 + size % 13, &parts) == ok);
    MUST(whole.len == parts.len &&
         (!whole.len || memcmp(whole.data, parts.data, whole.len) == 0));
    cut_again(data, size);
    return 0;
}
