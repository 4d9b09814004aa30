/* string.Compare in invariant culture: the root collation.  ASCII has its
 * order in a table; other text goes to ICU, loaded when first needed, and
 * without ICU by upper-cased code points.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dlfcn.h>
#include <stdio.h>

#include "value/ops.h"

/* The root collation's order of ASCII's characters (letters by case later). */
static const char order[] = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
                            "0123456789abcdefghijklmnopqrstuvwxyz";

/* 0: ignored (control characters). */
static unsigned char weights[128];

static void
fill_weights(void)
{
    for (unsigned char i = 0; order[i]; i++)
        weights[(unsigned char)order[i]] = (unsigned char)(i + 1);
    for (unsigned char c = 'A'; c <= 'Z'; c++)
        weights[c] = weights[c + 32];
}

static int
collate_ascii(const char *a, size_t an, const char *b, size_t bn, bool fold)
{
    int third = 0;

    if (!weights['a'])
        fill_weights();
    for (;;) {
        while (an && !weights[(unsigned char)*a])
            a++, an--;
        while (bn && !weights[(unsigned char)*b])
            b++, bn--;
        if (!an || !bn)
            break;
        if (*a != *b) {
            int wa = weights[(unsigned char)*a];
            int wb = weights[(unsigned char)*b];

            if (wa != wb)
                return wa < wb ? -1 : 1;
            if (!third)
                third = *a > *b ? -1 : 1; /* lower case first */
        }
        a++, an--;
        b++, bn--;
    }
    if (an || bn)
        return an ? 1 : -1;
    return fold ? 0 : third;
}

/* ---- ICU ---- */

struct collators {
    bool tried;
    void *exact, *fold;
    int (*compare)(const void *, const char *, int32_t, const char *, int32_t,
                   int *);
};

static void *
symbol(void *lib, const char *name, int version)
{
    char full[64];

    snprintf(full, sizeof full, "%s_%d", name, version);
    return dlsym(lib, full);
}

static void
load_icu(struct collators *c)
{
    char name[64];
    void *lib = NULL;
    int version = 90, status = 0;
    void *(*open)(const char *, int *);
    void (*strength)(void *, int);

    c->tried = true;
    for (; version >= 60 && !lib; version--) {
        snprintf(name, sizeof name, "libicui18n.so.%d", version);
        lib = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    }
    version++;
    if (!lib)
        return;
    *(void **)&open = symbol(lib, "ucol_open", version);
    *(void **)&strength = symbol(lib, "ucol_setStrength", version);
    *(void **)&c->compare = symbol(lib, "ucol_strcollUTF8", version);
    if (!open || !strength || !c->compare)
        return;
    c->exact = open("", &status);
    c->fold = open("", &status);
    if (c->fold)
        strength(c->fold, 1); /* UCOL_SECONDARY: case is tertiary */
}

int
hop_collate(const struct hop_string *a, const struct hop_string *b,
            bool ignore_case)
{
    static struct collators icu;
    int status = 0;

    if (a == b)
        return 0;
    if (a->flags & b->flags & HOP_STRING_ASCII)
        return collate_ascii(a->data, a->len, b->data, b->len, ignore_case);
    if (!icu.tried)
        load_icu(&icu);
    if (icu.exact && icu.fold)
        return icu.compare(ignore_case ? icu.fold : icu.exact, a->data,
                           (int32_t)a->len, b->data, (int32_t)b->len, &status);
    return ignore_case ? hop_string_icmp(a, b) : hop_string_cmp(a, b);
}
