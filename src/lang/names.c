/* SPDX-License-Identifier: MIT */
#include "lang/names.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/alloc.h"
#include "base/text.h"

static uint32_t
upper(uint32_t c)
{
    if (c < 128)
        return c >= 'a' && c <= 'z' ? c - 32 : c;
    return (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
}

bool
lang_name_eq(struct hop_name a, struct hop_name b)
{
    size_t i = 0, j = 0, n, m;

    if (a.len == b.len && (a.len == 0 || memcmp(a.text, b.text, a.len) == 0))
        return true;
    while (i < a.len && j < b.len) {
        if (upper(hop_utf8_decode(a.text + i, a.len - i, &n)) !=
            upper(hop_utf8_decode(b.text + j, b.len - j, &m)))
            return false;
        i += n;
        j += m;
    }
    return i == a.len && j == b.len;
}

bool
lang_name_is(struct hop_name a, const char *b)
{
    return lang_name_eq(a, (struct hop_name){b, (uint32_t)strlen(b)});
}

void
lang_names_done(struct lang_names *s)
{
    free(s->slots);
}

/* Bytes of letters beyond ASCII do not count: their case may change them. */
static size_t
hash(struct hop_name name)
{
    size_t h = 1469598103934665603u;

    for (uint32_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.text[i];

        if (c < 128)
            h = (h ^ upper(c)) * 1099511628211u;
    }
    return h;
}

static bool
insert(struct lang_names *s, struct hop_name name)
{
    size_t i = hash(name) & (s->cap - 1);

    for (; s->slots[i].text; i = (i + 1) & (s->cap - 1))
        if (lang_name_eq(s->slots[i], name))
            return false;
    s->slots[i] = name;
    s->n++;
    return true;
}

bool
lang_names_add(struct lang_names *s, struct hop_name name)
{
    if (2 * (s->n + 1) > s->cap) {
        struct lang_names grown = {.cap = s->cap ? s->cap * 2 : 16};

        grown.slots = hop_xcalloc(grown.cap, sizeof(grown.slots[0]));
        for (size_t i = 0; i < s->cap; i++)
            if (s->slots[i].text)
                insert(&grown, s->slots[i]);
        free(s->slots);
        *s = grown;
    }
    return insert(s, name);
}
