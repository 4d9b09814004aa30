/* SPDX-License-Identifier: MIT */
#include "http/head.h"

#include <string.h>

#include "base/text.h"
#include "http/token.h"

const char *
hop_http_head_next(const struct hop_http_head *h, const char *name, size_t *at)
{
    while (*at < h->header_count) {
        const struct hop_http_header *f = &h->headers[(*at)++];
        if (hop_ascii_ieq(f->name, name))
            return f->value;
    }
    return NULL;
}

const char *
hop_http_head_get(const struct hop_http_head *h, const char *name)
{
    size_t at = 0;

    return hop_http_head_next(h, name, &at);
}

static bool
list_has(const char *list, const char *token)
{
    size_t want = strlen(token);

    while (*list != '\0') {
        size_t n;
        list += strspn(list, " \t,");
        n = strcspn(list, " \t,");
        if (n == want && hop_ascii_ieqn(list, token, n))
            return true;
        list += n;
    }
    return false;
}

bool
hop_http_head_lists(const struct hop_http_head *h, const char *name,
                    const char *token)
{
    const char *value;
    size_t at = 0;

    while ((value = hop_http_head_next(h, name, &at)) != NULL)
        if (list_has(value, token))
            return true;
    return false;
}
