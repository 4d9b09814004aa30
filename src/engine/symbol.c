/* Interned names and the maps keyed by them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

static const struct {
    const char *name;
    enum automatic automatic;
} automatics[] = {
    {"_", AUTO_UNDER},
    {"PSItem", AUTO_UNDER},
    {"this", AUTO_THIS},
    {"args", AUTO_ARGS},
    {"input", AUTO_INPUT},
    {"MyInvocation", AUTO_INVOCATION},
    {"PSBoundParameters", AUTO_BOUND},
    {"PSCmdlet", AUTO_PSCMDLET},
    {"PSScriptRoot", AUTO_SCRIPTROOT},
    {"PSCommandPath", AUTO_COMMANDPATH},
    {"?", AUTO_QUESTION},
};

static void
grow_symbols(struct hop_runspace *rs)
{
    uint32_t size = rs->symbols_size ? rs->symbols_size * 2 : 1024;
    struct hop_symbol **table = hop_xcalloc(size, sizeof(*table));

    for (uint32_t i = 0; i < rs->symbols_size; i++) {
        struct hop_symbol *s = rs->symbols[i];
        while (s) {
            struct hop_symbol *next = s->next;
            s->next = table[s->hash & (size - 1)];
            table[s->hash & (size - 1)] = s;
            s = next;
        }
    }
    free(rs->symbols);
    rs->symbols = table;
    rs->symbols_size = size;
}

static uint8_t
automatic_of(const char *name, size_t n)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(automatics); i++)
        if (hop_text_ieq(automatics[i].name, strlen(automatics[i].name), name,
                         n))
            return (uint8_t)automatics[i].automatic;
    return AUTO_NONE;
}

struct hop_symbol *
hop_symbol_get(struct hop_runspace *rs, const char *name, size_t n)
{
    uint32_t hash = hop_text_hash(name, n);
    struct hop_symbol *s;

    if (rs->n_symbols >= rs->symbols_size / 2)
        grow_symbols(rs);
    for (s = rs->symbols[hash & (rs->symbols_size - 1)]; s; s = s->next)
        if (s->hash == hash && hop_text_ieq(s->name, s->len, name, n))
            return s;
    s = hop_xmalloc(sizeof(*s) + n + 1);
    s->hash = hash;
    s->len = (uint32_t)n;
    s->automatic = automatic_of(name, n);
    memcpy(s->name, name, n);
    s->next = rs->symbols[hash & (rs->symbols_size - 1)];
    rs->symbols[hash & (rs->symbols_size - 1)] = s;
    rs->n_symbols++;
    return s;
}

const char *
hop_symbol_name(const struct hop_symbol *s)
{
    return s->name;
}

/* Maps: a plain array up to this many entries, then an index by hash. */
#define MAP_PLAIN 8

static uint32_t
key_slot(const struct symbol_map *m, const struct hop_symbol *key)
{
    uint32_t i = key->hash & (m->index_size - 1);

    while (m->index[i] && m->items[m->index[i] - 1].key != key)
        i = (i + 1) & (m->index_size - 1);
    return i;
}

static void
index_map(struct symbol_map *m)
{
    if (m->n <= MAP_PLAIN) {
        free(m->index);
        m->index = NULL;
        m->index_size = 0;
        return;
    }
    if (m->index_size < m->n * 2) {
        m->index_size = m->index_size ? m->index_size : 16;
        while (m->index_size < m->n * 3)
            m->index_size *= 2;
    }
    free(m->index);
    m->index = hop_xcalloc(m->index_size, sizeof(*m->index));
    for (uint32_t i = 0; i < m->n; i++)
        m->index[key_slot(m, m->items[i].key)] = i + 1;
}

static struct symbol_entry *
map_entry(const struct symbol_map *m, const struct hop_symbol *key)
{
    if (m->index) {
        uint32_t at = m->index[key_slot(m, key)];
        return at ? &m->items[at - 1] : NULL;
    }
    for (uint32_t i = 0; i < m->n; i++)
        if (m->items[i].key == key)
            return &m->items[i];
    return NULL;
}

void *
symbol_map_get(const struct symbol_map *m, const struct hop_symbol *key)
{
    struct symbol_entry *e = map_entry(m, key);

    return e ? e->value : NULL;
}

void
symbol_map_set(struct symbol_map *m, struct hop_symbol *key, void *value)
{
    struct symbol_entry *e = map_entry(m, key);

    if (e) {
        e->value = value;
        return;
    }
    if (m->n == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 8;
        m->items = hop_xrealloc(m->items, m->cap, sizeof(*m->items));
    }
    m->items[m->n++] = (struct symbol_entry){key, value};
    if (m->index && m->index_size >= m->n * 2)
        m->index[key_slot(m, key)] = m->n;
    else if (m->n > MAP_PLAIN)
        index_map(m);
}

void *
symbol_map_remove(struct symbol_map *m, const struct hop_symbol *key)
{
    struct symbol_entry *e = map_entry(m, key);
    void *value = e ? e->value : NULL;

    if (!e)
        return NULL;
    size_t at = (size_t)(e - m->items);
    memmove(e, e + 1, (m->n - at - 1) * sizeof(*e));
    m->n--;
    index_map(m);
    return value;
}

void
symbol_map_done(struct symbol_map *m)
{
    free(m->items);
    free(m->index);
    memset(m, 0, sizeof(*m));
}
