/* SPDX-License-Identifier: MIT */
#include "auth/grant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "auth/ccache.h"
#include "auth/explain.h"
#include "auth/grantctx.h"
#include "base/alloc.h"
#include "base/der.h"
#include "base/io.h"

struct hop_grant {
    enum hop_grant_kind kind;
    char *principal;
    krb5_creds creds;
};

struct hop_grant *
grant_from_creds(enum hop_grant_kind kind, krb5_creds *creds)
{
    struct hop_grant *g = hop_xmalloc(sizeof(*g));
    KRB_AUTO_NAME char *name = NULL;

    g->kind = kind;
    g->creds = *creds;
    memset(creds, 0, sizeof(*creds));
    if (krb5_unparse_name(krb_context(NULL), g->creds.client, &name) == 0)
        g->principal = hop_xstrdup(name);
    return g;
}

const krb5_creds *
grant_creds(const struct hop_grant *g)
{
    return &g->creds;
}

static bool
explain(struct hop_error *err, const char *what, krb5_error_code code)
{
    char words[256];
    struct hop_explain x = {.what = what, .detail = words};

    krb_message(krb_context(NULL), code, words, sizeof(words));
    return hop_explain_krb5(err, &x, code);
}

static bool
take_tgt(void *arg, krb5_context ctx, krb5_creds *c)
{
    if (!krb_is_tgt(c))
        return true;
    *(krb5_creds *)arg = *c;
    memset(c, 0, sizeof(*c));
    return false;
}

/* The first TGT of a cache; its contents are the caller's. */
static krb5_error_code
find_tgt(krb5_context ctx, krb5_ccache cc, krb5_creds *out)
{
    krb5_error_code code = krb_each_cred(ctx, cc, take_tgt, out);

    return code == 0 && out->server == NULL ? KRB5_CC_END : code;
}

static void
destroy(krb5_ccache *cc)
{
    if (*cc != NULL)
        krb5_cc_destroy(krb_context(NULL), *cc);
}

static krb5_error_code
make_memory(krb5_context ctx, krb5_ccache *cc, char **name)
{
    krb5_error_code code = krb5_cc_new_unique(ctx, "MEMORY", NULL, cc);

    return code != 0 ? code : krb5_cc_get_full_name(ctx, *cc, name);
}

bool
grant_from_cred(gss_cred_id_t cred, struct hop_grant **out,
                struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    HOP_CLEANUP(destroy) krb5_ccache cc = NULL;
    KRB_AUTO_NAME char *name = NULL;
    krb5_error_code code;
    OM_uint32 maj, min;
    krb5_creds tgt = {0};

    if (ctx == NULL)
        return false;
    code = make_memory(ctx, &cc, &name);
    if (code != 0)
        return explain(err, "keep the forwarded ticket", code);
    gss_key_value_element_desc el = {"ccache", name};
    gss_key_value_set_desc store = {1, &el};
    struct hop_explain x = {.what = "keep the forwarded ticket"};

    maj = gss_store_cred_into(&min, cred, GSS_C_INITIATE, &gss_oid_krb5, 1, 1,
                              &store, NULL, NULL);
    if (maj != GSS_S_COMPLETE)
        return hop_explain_gss(err, &x, maj, min, HOP_AUTH_KERBEROS);
    code = find_tgt(ctx, cc, &tgt);
    if (code != 0)
        return explain(err, "keep the forwarded ticket", code);
    *out = grant_from_creds(HOP_GRANT_TGT, &tgt);
    return true;
}

/* RFC 4121 4.1: [APPLICATION 0] { OID, 01 00, AP-REQ }; RFC 4120 5.5.1:
 * AP-REQ ::= [APPLICATION 14] SEQUENCE { pvno [0], msg-type [1],
 * ap-options [2], ticket [3] Ticket, authenticator [4] }. */
static bool
find_ticket(const void *token, size_t n, struct hop_der_span *ticket)
{
    struct hop_der_span in = {token, n}, body, v, seq;
    uint8_t tag;

    if (!hop_der_expect(&in, HOP_DER_APPLICATION0, &body) ||
        !hop_der_expect(&body, HOP_DER_OID, &v) || body.n < 2 ||
        body.p[0] != 1 || body.p[1] != 0)
        return false;
    body.p += 2;
    body.n -= 2;
    if (!hop_der_expect(&body, HOP_DER_APPLICATION0 + 14, &v) ||
        !hop_der_expect(&v, HOP_DER_SEQUENCE, &seq))
        return false;
    while (hop_der_next(&seq, &tag, &v, NULL))
        if (tag == HOP_DER_CONTEXT0 + 3) {
            *ticket = v;
            return true;
        }
    return false;
}

static krb5_error_code
read_ticket(krb5_context ctx, const char *keytab, struct hop_der_span der,
            krb5_creds *out)
{
    krb5_data data = {.length = (unsigned)der.n,
                      .data = (char *)(uintptr_t)der.p};
    KRB_AUTO_KEYTAB krb5_keytab kt = NULL;
    krb5_ticket *t = NULL;
    krb5_error_code code = krb5_kt_resolve(ctx, keytab, &kt);

    if (code == 0)
        code = krb5_decode_ticket(&data, &t);
    if (code == 0)
        code = krb5_server_decrypt_ticket_keytab(ctx, kt, t);
    if (code == 0)
        code = krb5_copy_principal(ctx, t->enc_part2->client, &out->client);
    if (code == 0)
        code = krb5_copy_principal(ctx, t->server, &out->server);
    if (code == 0) {
        out->times = t->enc_part2->times;
        out->ticket_flags = t->enc_part2->flags;
        out->ticket.length = (unsigned)der.n;
        out->ticket.data = hop_xmalloc(der.n);
        memcpy(out->ticket.data, der.p, der.n);
    }
    krb5_free_ticket(ctx, t);
    return code;
}

bool
grant_from_token(const char *keytab, const void *token, size_t n,
                 struct hop_grant **out, struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    KRB_AUTO_CRED_CONTENTS krb5_creds creds = {0};
    struct hop_der_span der;
    krb5_error_code code;

    if (ctx == NULL)
        return false;
    if (!find_ticket(token, n, &der))
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "keep the user's ticket: the token has none");
    code = read_ticket(ctx, keytab, der, &creds);
    if (code != 0)
        return explain(err, "keep the user's ticket", code);
    *out = grant_from_creds(HOP_GRANT_EVIDENCE, &creds);
    return true;
}

bool
hop_grant_from_name(const char *principal, int64_t expires,
                    struct hop_grant **out, struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    krb5_creds creds = {0};
    krb5_error_code code;

    if (ctx == NULL)
        return false;
    code = krb5_parse_name(ctx, principal, &creds.client);
    if (code != 0)
        return explain(err, "act for a user", code);
    creds.times.endtime = (krb5_timestamp)expires;
    *out = grant_from_creds(HOP_GRANT_NAME, &creds);
    return true;
}

/* A name has no ticket, which krb5_copy_creds does not survive. */
static struct hop_grant *
dup_name(krb5_context ctx, const struct hop_grant *g)
{
    krb5_creds creds = {.times = g->creds.times};

    if (krb5_copy_principal(ctx, g->creds.client, &creds.client) != 0)
        return NULL;
    return grant_from_creds(HOP_GRANT_NAME, &creds);
}

struct hop_grant *
hop_grant_dup(const struct hop_grant *g)
{
    krb5_context ctx = krb_context(NULL);
    KRB_AUTO_CREDS krb5_creds *copy = NULL;

    if (g != NULL && g->kind == HOP_GRANT_NAME)
        return dup_name(ctx, g);
    if (g == NULL || krb5_copy_creds(ctx, &g->creds, &copy) != 0)
        return NULL;
    return grant_from_creds(g->kind, copy);
}

bool
hop_grant_from_tgt(const void *creds, size_t n, struct hop_grant **out,
                   struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    krb5_data d = {.length = (unsigned)n, .data = (char *)(uintptr_t)creds};
    krb5_creds *tgt = NULL;
    krb5_error_code code;

    if (ctx == NULL)
        return false;
    code = krb5_unmarshal_credentials(ctx, &d, &tgt);
    if (code != 0)
        return explain(err, "keep the user's ticket", code);
    *out = grant_from_creds(HOP_GRANT_TGT, tgt);
    free(tgt);
    return true;
}

int64_t
hop_grant_renewal_at(const struct hop_grant *g)
{
    int64_t end = (uint32_t)g->creds.times.endtime;
    int64_t begin = (uint32_t)g->creds.times.starttime;
    int64_t till = (uint32_t)g->creds.times.renew_till;

    if (begin == 0)
        begin = (uint32_t)g->creds.times.authtime;
    if (g->kind != HOP_GRANT_TGT || till <= end ||
        (g->creds.ticket_flags & TKT_FLG_RENEWABLE) == 0)
        return 0;
    return end - (end - begin) / 4;
}

bool
hop_grant_wants_renewal(const struct hop_grant *g, int64_t now)
{
    int64_t at = hop_grant_renewal_at(g);

    return at != 0 && now >= at && now < (uint32_t)g->creds.times.endtime;
}

bool
hop_grant_renewed(struct hop_grant *g, const void *creds, size_t n)
{
    krb5_context ctx = krb_context(NULL);
    krb5_data d = {.length = (unsigned)n, .data = (char *)(uintptr_t)creds};
    KRB_AUTO_CREDS krb5_creds *fresh = NULL;
    krb5_creds old;

    if (ctx == NULL || krb5_unmarshal_credentials(ctx, &d, &fresh) != 0 ||
        !krb5_principal_compare(ctx, fresh->client, g->creds.client) ||
        !krb_is_tgt(fresh))
        return false;
    old = g->creds;
    g->creds = *fresh;
    *fresh = old; /* freed with its shell */
    return true;
}

void
hop_grant_free(struct hop_grant *g)
{
    if (g == NULL)
        return;
    krb5_free_cred_contents(krb_context(NULL), &g->creds);
    free(g->principal);
    free(g);
}

void
hop_grant_freep(struct hop_grant **g)
{
    hop_grant_free(*g);
}

enum hop_grant_kind
hop_grant_kind(const struct hop_grant *g)
{
    return g != NULL ? g->kind : HOP_GRANT_NONE;
}

const char *
hop_grant_principal(const struct hop_grant *g)
{
    return g->principal;
}

int64_t
hop_grant_expires(const struct hop_grant *g)
{
    return (uint32_t)g->creds.times.endtime;
}

bool
hop_grant_forwardable(const struct hop_grant *g)
{
    return (g->creds.ticket_flags & TKT_FLG_FORWARDABLE) != 0;
}

bool
hop_grant_ccache(const struct hop_grant *g, struct hop_buf *out,
                 struct hop_error *err)
{
    if (g->kind != HOP_GRANT_TGT)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "write a ticket cache: there is no "
                             "ticket-granting ticket of the user");
    return ccache_file(g->creds.client, &g->creds, 1, out, err);
}

bool
hop_ccache_write(const char *path, const void *bytes, size_t n,
                 struct hop_error *err)
{
    HOP_AUTO_FD int fd =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0)
        return hop_error_errno(err, errno, "create the ticket cache %s", path);
    if (!hop_fd_write(fd, bytes, n)) {
        int e = errno;

        unlink(path);
        return hop_error_errno(err, e, "write the ticket cache %s", path);
    }
    return true;
}

/* Only a plain file that nothing else links to is overwritten. */
static void
wipe(const char *path)
{
    static const char zeros[4096];
    HOP_AUTO_FD int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
        st.st_nlink != 1)
        return;
    for (off_t at = 0; at < st.st_size; at += (off_t)sizeof(zeros)) {
        size_t n = st.st_size - at < (off_t)sizeof(zeros)
                       ? (size_t)(st.st_size - at)
                       : sizeof(zeros);

        if (!hop_fd_write(fd, zeros, n))
            return;
    }
}

bool
hop_ccache_destroy(const char *path, struct hop_error *err)
{
    wipe(path);
    if (unlink(path) != 0 && errno != ENOENT)
        return hop_error_errno(err, errno, "remove the ticket cache %s", path);
    return true;
}
