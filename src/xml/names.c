/* SPDX-License-Identifier: MIT */
#include "xml/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define FIRST_SLOTS 64

void
hop_xml_names_done(struct hop_xml_names *t)
{
    for (size_t i = 0; i < t->cap; i++)
        for (struct hop_xml_name *n = t->slots[i], *next; n; n = next) {
            next = n->next;
            free(n);
        }
    free(t->slots);
    *t = (struct hop_xml_names){0};
}

/* Eight bytes at a time: each name of a document passes here.  The table's own
 * address, which a peer does not know, keeps it from choosing names that meet
 * in one slot. */
static uint64_t
hash_of(const struct hop_xml_names *t, const char *s, size_t n)
{
    uint64_t h = (uintptr_t)t ^ n, word;

    for (; n >= sizeof(word); s += sizeof(word), n -= sizeof(word)) {
        memcpy(&word, s, sizeof(word));
        h = (h ^ word) * 0x9E3779B97F4A7C15u;
        h ^= h >> 32;
    }
    word = 0;
    memcpy(&word, s, n);
    h = (h ^ word) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 32;
}

static void
grow(struct hop_xml_names *t)
{
    size_t cap = t->cap ? t->cap * 2 : FIRST_SLOTS;
    struct hop_xml_name **slots =
        hop_xcalloc(cap, sizeof(struct hop_xml_name *));

    for (size_t i = 0; i < t->cap; i++)
        for (struct hop_xml_name *n = t->slots[i], *next; n; n = next) {
            next = n->next;
            n->next = slots[n->hash & (cap - 1)];
            slots[n->hash & (cap - 1)] = n;
        }
    free(t->slots);
    t->slots = slots;
    t->cap = cap;
}

/* Takes the part up to a break, or the rest; NULL where nothing is left. */
static const char *
take_part(char **at, size_t *longest)
{
    char *part = *at, *end;
    size_t n;

    if (part == NULL)
        return NULL;
    end = strchr(part, HOP_XML_NAME_BREAK);
    n = end ? (size_t)(end - part) : strlen(part);
    part[n] = '\0';
    *at = end ? end + 1 : NULL;
    if (n > *longest)
        *longest = n;
    return part;
}

/* The parts lie in a copy behind the key. */
static struct hop_xml_name *
make_name(const char *key, size_t n, uint64_t hash)
{
    struct hop_xml_name *name = hop_xmalloc(sizeof(*name) + 2 * (n + 1));
    char *at = name->key + n + 1;
    const char *second;

    memcpy(name->key, key, n + 1);
    memcpy(at, key, n + 1);
    name->key_len = n;
    name->hash = hash;
    name->ns = take_part(&at, &name->longest);
    second = take_part(&at, &name->longest);
    name->prefix = take_part(&at, &name->longest);
    name->local = second ? second : name->ns;
    if (second == NULL)
        name->ns = "";
    if (name->prefix == NULL)
        name->prefix = "";
    return name;
}

const struct hop_xml_name *
hop_xml_names_get(struct hop_xml_names *t, const char *key)
{
    size_t n = strlen(key);
    uint64_t hash = hash_of(t, key, n);
    struct hop_xml_name *name = NULL;

    if (t->cap)
        name = t->slots[hash & (t->cap - 1)];
    for (; name; name = name->next)
        if (name->hash == hash && name->key_len == n &&
            memcmp(name->key, key, n) == 0)
            return name;
    if (t->count >= t->cap)
        grow(t);
    name = make_name(key, n, hash);
    name->next = t->slots[hash & (t->cap - 1)];
    t->slots[hash & (t->cap - 1)] = name;
    t->count++;
    return name;
}
