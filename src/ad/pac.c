/* SPDX-License-Identifier: MIT */
#include "ad/pac.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { STRINGS = 8, TYPE_HEADER = 16, SERVER_STRING = 6 };

/* The reader has a sticky failure: what is read after it is 0. */
struct ndr {
    const uint8_t *p;
    size_t n, at;
    bool bad;
};

/* What the fixed part says; pointers are 0 or not. */
struct info {
    uint32_t strings[STRINGS]; /* names ..., server, domain */
    uint32_t user, primary, group_count, groups;
    uint32_t domain, extra_count, extras;
    uint32_t resource_domain, resource_count, resources;
};

struct list {
    struct hop_sid *sids;
    size_t count;
};

static void
skip(struct ndr *r, size_t n)
{
    if (n > r->n - r->at)
        r->bad = true;
    else
        r->at += n;
}

static void
align(struct ndr *r, size_t to)
{
    skip(r, (to - r->at % to) % to);
}

static uint32_t
take_u32(struct ndr *r)
{
    const uint8_t *b = r->p + r->at;

    align(r, 4);
    b = r->p + r->at;
    skip(r, 4);
    return r->bad ? 0
                  : b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
                        (uint32_t)b[3] << 24;
}

/* RPC_UNICODE_STRING: lengths, and whether there is one. */
static uint32_t
take_string(struct ndr *r)
{
    align(r, 4);
    skip(r, 4);
    return take_u32(r);
}

static void
take_fixed(struct ndr *r, struct info *i)
{
    skip(r, 6 * 8); /* times */
    for (size_t k = 0; k < SERVER_STRING; k++)
        i->strings[k] = take_string(r);
    skip(r, 4); /* LogonCount, BadPasswordCount */
    i->user = take_u32(r);
    i->primary = take_u32(r);
    i->group_count = take_u32(r);
    i->groups = take_u32(r);
    skip(r, 4 + 16); /* UserFlags, UserSessionKey */
    for (size_t k = SERVER_STRING; k < STRINGS; k++)
        i->strings[k] = take_string(r);
    i->domain = take_u32(r);
    /* Reserved1, UserAccountControl, SubAuthStatus, two times, FailedILogon-
     * Count, Reserved3 */
    skip(r, 8 + 4 + 4 + 8 + 8 + 4 + 4);
    i->extra_count = take_u32(r);
    i->extras = take_u32(r);
    i->resource_domain = take_u32(r);
    i->resource_count = take_u32(r);
    i->resources = take_u32(r);
}

/* The text of a string: maximum, offset, length, characters. */
static void
skip_text(struct ndr *r)
{
    (void)take_u32(r);
    (void)take_u32(r);
    uint32_t count = take_u32(r);

    if (count > r->n)
        r->bad = true;
    else
        skip(r, (size_t)count * 2);
}

static void
take_sid(struct ndr *r, struct hop_sid *out)
{
    size_t used = 0;
    uint32_t count = take_u32(r);

    *out = (struct hop_sid){0};
    if (r->bad || !hop_sid_decode(r->p + r->at, r->n - r->at, out, &used) ||
        out->count != count)
        r->bad = true;
    else
        skip(r, used);
}

static void
add(struct list *l, const struct hop_sid *sid)
{
    l->sids[l->count++] = *sid;
}

static void
add_relative(struct list *l, const struct hop_sid *domain, uint32_t rid)
{
    struct hop_sid sid = *domain;

    if (sid.count < HOP_SID_SUBS) {
        sid.sub[sid.count++] = rid;
        add(l, &sid);
    }
}

/* GROUP_MEMBERSHIPs: relative identifiers, whose domain may come behind. */
static uint32_t *
take_groups(struct ndr *r, uint32_t pointer, uint32_t count)
{
    uint32_t *rids = hop_xcalloc(count + 1, sizeof(*rids));

    if (pointer == 0)
        return rids;
    if (take_u32(r) != count)
        r->bad = true;
    for (uint32_t k = 0; k < count; k++) {
        rids[k] = take_u32(r);
        (void)take_u32(r); /* attributes */
    }
    return rids;
}

static void
take_extras(struct ndr *r, const struct info *i, struct list *l)
{
    if (i->extras == 0)
        return;
    if (take_u32(r) != i->extra_count)
        r->bad = true;
    for (uint32_t k = 0; k < i->extra_count; k++) {
        if (take_u32(r) == 0)
            r->bad = true;
        (void)take_u32(r); /* attributes */
    }
    for (uint32_t k = 0; !r->bad && k < i->extra_count; k++) {
        struct hop_sid sid;

        take_sid(r, &sid);
        add(l, &sid);
    }
}

/* What the pointers lead to stands in their order. */
static void
take_deferred(struct ndr *r, const struct info *i, struct list *l)
{
    HOP_AUTO_FREE uint32_t *groups = NULL, *resources = NULL;
    struct hop_sid domain = {0};

    for (size_t k = 0; k < SERVER_STRING; k++)
        if (i->strings[k] != 0)
            skip_text(r);
    groups = take_groups(r, i->groups, i->group_count);
    for (size_t k = SERVER_STRING; k < STRINGS; k++)
        if (i->strings[k] != 0)
            skip_text(r);
    if (i->domain != 0) {
        take_sid(r, &domain);
        add_relative(l, &domain, i->user);
        add_relative(l, &domain, i->primary);
        for (uint32_t k = 0; i->groups != 0 && k < i->group_count; k++)
            add_relative(l, &domain, groups[k]);
    }
    take_extras(r, i, l);
    if (i->resource_domain != 0)
        take_sid(r, &domain);
    resources = take_groups(r, i->resources, i->resource_count);
    for (uint32_t k = 0;
         i->resource_domain != 0 && i->resources != 0 && k < i->resource_count;
         k++)
        add_relative(l, &domain, resources[k]);
}

bool
hop_pac_sids(const void *p, size_t n, struct hop_sid **sids, size_t *count,
             struct hop_error *err)
{
    struct ndr r = {.p = p, .n = n};
    struct info i = {0};
    struct list l = {0};

    skip(&r, TYPE_HEADER);
    if (take_u32(&r) == 0)
        r.bad = true;
    take_fixed(&r, &i);
    if (i.group_count > HOP_PAC_SIDS_MAX || i.extra_count > HOP_PAC_SIDS_MAX ||
        i.resource_count > HOP_PAC_SIDS_MAX)
        r.bad = true;
    if (!r.bad) {
        l.sids = hop_xcalloc(2 + (size_t)i.group_count + i.extra_count +
                                 i.resource_count,
                             sizeof(*l.sids));
        take_deferred(&r, &i, &l);
    }
    if (r.bad) {
        free(l.sids);
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "the %zu bytes of the ticket's PAC are malformed",
                             n);
    }
    *sids = l.sids;
    *count = l.count;
    return true;
}
