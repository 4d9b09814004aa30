/* SPDX-License-Identifier: MIT */
#include "base/der.h"

/* X.690 8.1.3: one byte, or a count of up to four bytes. */
static bool
read_length(struct hop_der_span *in, size_t *out)
{
    size_t n, count;

    if (in->n == 0)
        return false;
    n = *in->p++;
    in->n--;
    if (n < 0x80) {
        *out = n;
        return true;
    }
    count = n & 0x7f;
    if (count == 0 || count > 4 || count > in->n)
        return false;
    n = 0;
    for (size_t k = 0; k < count; k++)
        n = n << 8 | in->p[k];
    in->p += count;
    in->n -= count;
    *out = n;
    return true;
}

bool
hop_der_next(struct hop_der_span *in, uint8_t *tag,
             struct hop_der_span *contents, struct hop_der_span *element)
{
    struct hop_der_span rest = *in;
    const uint8_t *start = in->p;
    size_t n;

    if (rest.n < 2 || (rest.p[0] & 0x1f) == 0x1f)
        return false;
    *tag = *rest.p++;
    rest.n--;
    if (!read_length(&rest, &n) || n > rest.n)
        return false;
    *contents = (struct hop_der_span){rest.p, n};
    rest.p += n;
    rest.n -= n;
    if (element != NULL)
        *element = (struct hop_der_span){start, (size_t)(rest.p - start)};
    *in = rest;
    return true;
}

bool
hop_der_expect(struct hop_der_span *in, uint8_t tag,
               struct hop_der_span *contents)
{
    struct hop_der_span rest = *in;
    uint8_t got;

    if (!hop_der_next(&rest, &got, contents, NULL) || got != tag)
        return false;
    *in = rest;
    return true;
}

void
hop_der_put(struct hop_buf *out, uint8_t tag, const void *p, size_t n)
{
    char head[6] = {(char)tag};
    size_t k = 1;

    if (n < 0x80) {
        head[k++] = (char)n;
    } else {
        size_t bytes = n > 0xffffff ? 4 : n > 0xffff ? 3 : n > 0xff ? 2 : 1;

        head[k++] = (char)(0x80 | bytes);
        while (bytes-- > 0)
            head[k++] = (char)(n >> (8 * bytes));
    }
    hop_buf_add(out, head, k);
    hop_buf_add(out, p, n);
}
