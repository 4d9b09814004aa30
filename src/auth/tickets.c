/* SPDX-License-Identifier: MIT */
#include "auth/tickets.h"

#include <stdlib.h>
#include <string.h>

#include "auth/explain.h"
#include "auth/gss.h"
#include "auth/ticket.h"
#include "auth/tickets_ops.h"
#include "base/alloc.h"

static bool
explain(struct hop_error *err, const char *what, krb5_error_code code)
{
    char words[256];
    struct hop_explain x = {.what = what, .detail = words};

    krb_message(krb_context(NULL), code, words, sizeof(words));
    return hop_explain_krb5(err, &x, code);
}

static char *
name_of(krb5_context ctx, krb5_const_principal p)
{
    KRB_AUTO_NAME char *text = NULL;

    return krb5_unparse_name(ctx, p, &text) == 0 ? hop_xstrdup(text)
                                                 : hop_xstrdup("");
}

static int32_t
type_of(krb5_context ctx, const krb5_data *der)
{
    krb5_ticket *t = NULL;
    int32_t type = krb5_decode_ticket(der, &t) == 0 ? t->enc_part.enctype : 0;

    krb5_free_ticket(ctx, t);
    return type;
}

static struct hop_ticket
describe(krb5_context ctx, const krb5_creds *c)
{
    return (struct hop_ticket){
        .client = name_of(ctx, c->client),
        .server = name_of(ctx, c->server),
        .start = (uint32_t)(c->times.starttime ? c->times.starttime
                                               : c->times.authtime),
        .end = (uint32_t)c->times.endtime,
        .renew = (uint32_t)c->times.renew_till,
        .flags = (uint32_t)c->ticket_flags,
        .type = type_of(ctx, &c->ticket),
        .key_type = c->keyblock.enctype,
        .tgt = krb_is_tgt(c),
    };
}

/* Entries of configuration and the agent's marker hold no ticket. */
static bool
is_shown(krb5_context ctx, const krb5_creds *c)
{
    return c->ticket.length > 0 && !krb5_is_config_principal(ctx, c->server);
}

static bool
take_ticket(void *arg, krb5_context ctx, krb5_creds *c)
{
    struct hop_tickets *out = arg;

    if (is_shown(ctx, c)) {
        out->rows = hop_xrealloc(out->rows, out->count + 1, sizeof(*out->rows));
        out->rows[out->count++] = describe(ctx, c);
    }
    return true;
}

static bool
is_absent(krb5_error_code code)
{
    return code == KRB5_FCC_NOFILE || code == KRB5_CC_NOTFOUND ||
           code == KRB5_CC_END;
}

static bool
list(struct hop_tickets *out, struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    KRB_AUTO_CCACHE krb5_ccache cc = NULL;
    KRB_AUTO_PRINCIPAL krb5_principal owner = NULL;
    HOP_CLEANUP(hop_tickets_done) struct hop_tickets t = {0};
    krb5_error_code code;

    if (ctx == NULL)
        return false;
    t.cache = hop_xstrdup(krb5_cc_default_name(ctx));
    code = krb5_cc_default(ctx, &cc);
    if (code == 0)
        code = krb5_cc_get_principal(ctx, cc, &owner);
    if (code == 0) {
        t.owner = name_of(ctx, owner);
        code = krb_each_cred(ctx, cc, take_ticket, &t);
    }
    if (code != 0 && !is_absent(code))
        return explain(err, "read the ticket cache", code);
    *out = t;
    t = (struct hop_tickets){0};
    return true;
}

/* ---- dropping */

struct kept {
    krb5_creds **rows;
    size_t count, dropped;
};

static bool
keep_tgt(void *arg, krb5_context ctx, krb5_creds *c)
{
    struct kept *k = arg;
    krb5_creds *copy;

    if (is_shown(ctx, c) && !krb_is_tgt(c)) {
        k->dropped++;
    } else if (krb5_copy_creds(ctx, c, &copy) == 0) {
        k->rows = hop_xrealloc(k->rows, k->count + 1, sizeof(*k->rows));
        k->rows[k->count++] = copy;
    }
    return true;
}

static krb5_error_code
rewrite(krb5_context ctx, krb5_ccache cc, struct kept *k)
{
    KRB_AUTO_PRINCIPAL krb5_principal owner = NULL;
    krb5_error_code code = krb5_cc_get_principal(ctx, cc, &owner);

    if (code == 0)
        code = krb_each_cred(ctx, cc, keep_tgt, k);
    if (code == 0 && k->dropped > 0)
        code = krb5_cc_initialize(ctx, cc, owner);
    for (size_t i = 0; i < k->count && k->dropped > 0 && code == 0; i++)
        code = krb5_cc_store_cred(ctx, cc, k->rows[i]);
    return code;
}

static bool
purge(size_t *count, struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    KRB_AUTO_CCACHE krb5_ccache cc = NULL;
    struct kept k = {0};
    krb5_error_code code;

    if (ctx == NULL)
        return false;
    code = krb5_cc_default(ctx, &cc);
    if (code == 0)
        code = rewrite(ctx, cc, &k);
    for (size_t i = 0; i < k.count; i++)
        krb5_free_creds(ctx, k.rows[i]);
    free(k.rows);
    if (code != 0 && !is_absent(code))
        return explain(err, "drop tickets of the ticket cache", code);
    *count = k.dropped;
    return true;
}

/* ---- getting */

static bool
get(const char *spn, struct hop_ticket *out, struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    struct hop_spn_list one = {.count = 1};
    HOP_CLEANUP(hop_tickets_done) struct hop_tickets all = {0};
    HOP_AUTO_FREE char *used = NULL, *target = NULL;

    if (ctx == NULL)
        return false;
    one.names[0] = (char *)(uintptr_t)spn;
    if (!ticket_get(krb5_cc_default_name(ctx), &one, &used, &target, err) ||
        !list(&all, err))
        return false;
    for (size_t k = 0; k < all.count; k++)
        if (strcmp(all.rows[k].server, target) == 0) {
            *out = all.rows[k];
            all.rows[k] = (struct hop_ticket){0};
            return true;
        }
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "get a ticket for %s: it came, and is not kept in "
                         "the ticket cache",
                         target);
}

static bool
agent(bool machine, struct hop_agent_status *out, struct hop_error *err)
{
    return machine ? hop_agent_machine_status(out, err)
                   : hop_agent_status_get(out, err);
}

const struct hop_krb_ops hop_krb_ops = {
    .list = list,
    .purge = purge,
    .get = get,
    .agent = agent,
    .agent_purge = hop_agent_purge,
    .keys = &hop_service_key_ops,
};
