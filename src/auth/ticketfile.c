/* SPDX-License-Identifier: MIT */
#include "auth/ticketfile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/ccache.h"
#include "auth/explain.h"
#include "auth/grant.h"
#include "base/alloc.h"
#include "base/guid.h"

struct maker {
    krb5_context ctx;
    krb5_ccache cc;
    krb5_principal client;
};

static void
close_maker(struct maker *m)
{
    krb_cleanup_principal(&m->client);
    krb_cleanup_ccache(&m->cc);
}

static krb5_error_code
open_maker(struct maker *m)
{
    krb5_error_code code = krb5_cc_default(m->ctx, &m->cc);

    return code != 0 ? code : krb5_cc_get_principal(m->ctx, m->cc, &m->client);
}

/* The SPN as typed, in the host's realm, or the user's where krb5.conf knows
 * none. */
static krb5_error_code
parse_literal(const struct maker *m, const char *spn, krb5_principal *out)
{
    const char *host = strchr(spn, '/');
    char **realms = NULL;
    krb5_error_code code = krb5_parse_name(m->ctx, spn, out);

    if (code != 0 || strchr(spn, '@') != NULL || host == NULL)
        return code;
    code = krb5_get_host_realm(m->ctx, host + 1, &realms);
    if (code == 0) {
        code = krb5_set_principal_realm(
            m->ctx, *out,
            realms[0][0] != '\0' ? realms[0] : m->client->realm.data);
        krb5_free_host_realm(m->ctx, realms);
    }
    return code;
}

static krb5_error_code
parse_full(const struct maker *m, const char *spn, krb5_principal *out)
{
    const char *host = strchr(spn, '/');
    HOP_AUTO_FREE char *class = NULL;

    if (host == NULL)
        return KRB5_PARSE_MALFORMED;
    class = hop_xstrndup(spn, (size_t)(host - spn));
    return krb5_sname_to_principal(m->ctx, host + 1, class, KRB5_NT_SRV_HST,
                                   out);
}

static krb5_error_code
ask(const struct maker *m, krb5_principal server, krb5_creds **out)
{
    krb5_creds want = {.client = m->client, .server = server};

    return krb5_get_credentials(m->ctx, 0, m->cc, &want, out);
}

static krb5_error_code
add_ticket(const struct maker *m, const char *spn, struct hop_buf *out)
{
    KRB_AUTO_PRINCIPAL krb5_principal literal = NULL, full = NULL;
    KRB_AUTO_CREDS krb5_creds *creds = NULL;
    krb5_creds entry;
    krb5_error_code code = parse_literal(m, spn, &literal);

    if (code != 0)
        return code;
    code = ask(m, literal, &creds);
    if (code != 0 && strchr(spn, '@') == NULL &&
        parse_full(m, spn, &full) == 0 && ask(m, full, &creds) == 0)
        code = 0;
    if (code != 0)
        return code;
    entry = *creds;
    entry.server = literal;
    return ccache_put_creds(out, &entry) ? 0 : KRB5_CC_NOMEM;
}

static bool
explain(const struct maker *m, const char *spn, krb5_error_code code,
        struct hop_error *err)
{
    char words[256];
    struct hop_explain x = {
        .what = "get a ticket", .target = spn, .detail = words};

    krb_message(m->ctx, code, words, sizeof(words));
    return hop_explain_krb5(err, &x, code);
}

/* Names a session's files after it: what a program that was killed leaves goes
 * with the session. */
static char *
choose_path(const char *dir)
{
    const char *session = getenv("HOP_SESSION");
    bool named = session != NULL && strchr(session, '/') == NULL;
    struct hop_guid g;
    char text[HOP_GUID_TEXT];

    hop_guid_new(&g);
    hop_guid_format(&g, false, text);
    return hop_xasprintf("%s/" HOP_TICKETFILE_PREFIX "%s%s%s", dir,
                         named ? session : "", named ? "-" : "", text);
}

bool
hop_ticketfile_make(const char *const *spns, size_t count, const char *dir,
                    char **path, struct hop_error *err)
{
    HOP_CLEANUP(close_maker) struct maker m = {.ctx = krb_context(err)};
    HOP_AUTO_BUF struct hop_buf file = {.secret = true};
    HOP_AUTO_FREE char *to = choose_path(dir);
    krb5_error_code code;

    if (m.ctx == NULL)
        return false;
    code = open_maker(&m);
    if (code != 0)
        return explain(&m, spns[0], code, err);
    if (!ccache_file(m.client, NULL, 0, &file, err))
        return false;
    for (size_t k = 0; k < count; k++) {
        code = add_ticket(&m, spns[k], &file);
        if (code != 0)
            return explain(&m, spns[k], code, err);
    }
    if (!hop_ccache_write(to, file.data, file.len, err))
        return false;
    *path = hop_steal(&to);
    return true;
}
