/* SPDX-License-Identifier: MIT */
#include "ad/dn.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"

/* Of a part: up to the comma that ends it. */
static size_t
part_length(const char *p)
{
    size_t n = 0;

    while (p[n] != '\0' && p[n] != ',')
        n += p[n] == '\\' && p[n + 1] != '\0' ? 2 : 1;
    return n;
}

char *
hop_ad_domain_of_dn(const char *dn)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    while (*dn != '\0') {
        size_t n = part_length(dn);

        if (n > 3 && hop_ascii_ieqn(dn, "DC=", 3))
            hop_buf_addf(&out, "%s%.*s", out.len ? "." : "", (int)n - 3,
                         dn + 3);
        dn += n + (dn[n] == ',');
    }
    return hop_xstrdup(hop_buf_str(&out));
}
