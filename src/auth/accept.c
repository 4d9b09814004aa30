/* SPDX-License-Identifier: MIT */
#include "auth/accept.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/explain.h"
#include "auth/grantctx.h"
#include "auth/gss.h"
#include "auth/ntlmchild.h"
#include "auth/ntlmguard.h"
#include "auth/sealctx.h"
#include "auth/spnego.h"
#include "base/alloc.h"

struct hop_acceptor_cred {
    gss_cred_id_t cred; /* Kerberos alone; GSS_C_NO_CREDENTIAL without keytab */
    char *keytab;
    bool evidence;
    struct ntlm_helper *ntlm; /* NULL: not accepted */
};

enum acceptor_way { WAY_NONE, WAY_KERBEROS, WAY_NTLM };

struct hop_acceptor {
    const struct hop_acceptor_cred *cred;
    struct hop_acceptor_rule rule;
    struct hop_buf binding;
    enum acceptor_way way;
    bool over; /* failed or done: no more tokens */

    /* Kerberos */
    gss_ctx_id_t ctx;
    gss_cred_id_t delegated;
    struct hop_buf ap_req; /* the mechanism's token with the user's ticket */

    /* NTLM */
    struct ntlm_guard guard;
    int fd;                 /* -1: no child */
    struct hop_buf context; /* exported by the child */

    /* the outcome */
    bool established;
    struct hop_auth_identity id;
    struct hop_grant *grant;
};

/* ---- the process's credential */

static bool
acquire(const char *keytab, gss_cred_id_t *out, struct hop_error *err)
{
    OM_uint32 maj, min;
    gss_OID_desc oids[] = {gss_oid_spnego, gss_oid_krb5};
    gss_OID_set_desc mechs = {2, oids}, krb5 = {1, &gss_oid_krb5};
    gss_key_value_element_desc el = {"keytab", keytab};
    gss_key_value_set_desc store = {1, &el};
    GSS_AUTO_CRED gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    struct hop_explain x = {.what = "read the keytab", .target = NULL};

    maj = gss_acquire_cred_from(&min, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs,
                                GSS_C_ACCEPT, &store, &cred, NULL, NULL);
    /* NTLM is accepted in another process and never from here. */
    if (maj == GSS_S_COMPLETE)
        maj = gss_set_neg_mechs(&min, cred, &krb5);
    if (maj != GSS_S_COMPLETE) {
        hop_explain_gss(err, &x, maj, min, HOP_AUTH_KERBEROS);
        return hop_error_prefix(err, "keytab %s", keytab);
    }
    *out = hop_steal(&cred);
    return true;
}

/* gss_acquire_cred takes a keytab that cannot be opened as good. */
static bool
check_keytab(const char *keytab, struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    KRB_AUTO_KEYTAB krb5_keytab kt = NULL;
    krb5_error_code code;
    char words[256];

    if (ctx == NULL)
        return false;
    code = krb5_kt_resolve(ctx, keytab, &kt);
    if (code == 0)
        code = krb5_kt_have_content(ctx, kt);
    if (code == 0)
        return true;
    krb_message(ctx, code, words, sizeof(words));
    return hop_error_set(err, HOP_ERROR_KRB5, code,
                         "keytab %s has no usable key: %s; join the domain or "
                         "export a keytab with host/ and HTTP/ of this host",
                         keytab, words);
}

bool
hop_acceptor_cred_set_keytab(struct hop_acceptor_cred *c, const char *keytab,
                             struct hop_error *err)
{
    gss_cred_id_t fresh = GSS_C_NO_CREDENTIAL;
    char *copy;

    if (!check_keytab(keytab, err) || !acquire(keytab, &fresh, err))
        return false;
    copy = hop_xstrdup(keytab);
    free(c->keytab);
    c->keytab = copy;
    gss_cleanup_cred(&c->cred);
    c->cred = fresh;
    return true;
}

bool
hop_acceptor_cred_reload(struct hop_acceptor_cred *c, struct hop_error *err)
{
    return c->keytab == NULL || hop_acceptor_cred_set_keytab(c, c->keytab, err);
}

bool
hop_acceptor_cred_new(const struct hop_acceptor_options *o,
                      struct hop_acceptor_cred **out, struct hop_error *err)
{
    HOP_AUTO_ACCEPTOR_CRED struct hop_acceptor_cred *c =
        hop_xmalloc(sizeof(*c));

    if (o->ntlm &&
        !ntlm_helper_start(o->ntlm_file, o->ntlm_sandbox, &c->ntlm, err))
        return false;
    c->evidence = o->evidence;
    c->keytab = o->keytab != NULL ? hop_xstrdup(o->keytab) : NULL;
    if (!hop_acceptor_cred_reload(c, err))
        return false;
    *out = hop_steal(&c);
    return true;
}

void
hop_acceptor_cred_free(struct hop_acceptor_cred *c)
{
    if (c == NULL)
        return;
    ntlm_helper_free(c->ntlm);
    gss_cleanup_cred(&c->cred);
    free(c->keytab);
    free(c);
}

void
hop_acceptor_cred_freep(struct hop_acceptor_cred **c)
{
    hop_acceptor_cred_free(*c);
}

/* ---- one connection */

bool
hop_acceptor_new(struct hop_acceptor_cred *cred,
                 const struct hop_acceptor_rule *rule,
                 struct hop_acceptor **out, struct hop_error *err)
{
    struct hop_acceptor *a = hop_xmalloc(sizeof(*a));

    a->cred = cred;
    a->rule = *rule;
    a->fd = -1;
    a->ap_req.max = HOP_TOKEN_MAX;
    a->context.secret = true;
    if (rule->cbt != HOP_AUTH_CBT_NONE)
        hop_buf_add(&a->binding, rule->binding, rule->binding_len);
    *out = a;
    return true;
}

static void
close_child(struct hop_acceptor *a)
{
    if (a->fd >= 0)
        close(a->fd);
    a->fd = -1;
}

void
hop_acceptor_free(struct hop_acceptor *a)
{
    if (a == NULL)
        return;
    close_child(a);
    gss_cleanup_ctx(&a->ctx);
    gss_cleanup_cred(&a->delegated);
    hop_buf_done(&a->binding);
    hop_buf_done(&a->ap_req);
    hop_buf_done(&a->context);
    hop_grant_free(a->grant);
    free(a->id.principal);
    hop_buf_done(&a->id.pac);
    free(a);
}

void
hop_acceptor_freep(struct hop_acceptor **a)
{
    hop_acceptor_free(*a);
}

static enum hop_auth_step
refuse(struct hop_acceptor *a, struct hop_error *err, uint32_t code,
       const char *why)
{
    a->over = true;
    hop_error_set(err, HOP_ERROR_WSMAN, code, "accept a logon: %s (0x%08X %s)",
                  why, code, hop_sec_name(code));
    return HOP_AUTH_FAILED;
}

/* Strict means that bindings were sent, which only the flag
 * shows. */
static bool
check_bound(struct hop_acceptor *a, struct hop_error *err)
{
    if (a->rule.cbt != HOP_AUTH_CBT_STRICT || a->rule.binding_len == 0 ||
        a->id.channel_bound)
        return true;
    refuse(a, err, HOP_SEC_E_BAD_BINDINGS,
           "the client sent no channel bindings, and CbtHardeningLevel is "
           "Strict; use a client that sends them, or set Relaxed");
    return false;
}

static bool
permitted(const struct hop_acceptor *a, enum acceptor_way way)
{
    if (way == WAY_KERBEROS)
        return a->rule.kerberos && a->cred->cred != GSS_C_NO_CREDENTIAL;
    return a->rule.ntlm && a->rule.mech != HOP_AUTH_KERBEROS &&
           a->cred->ntlm != NULL;
}

/* Who takes the exchange is settled by its first token. */
static bool
choose_way(struct hop_acceptor *a, const struct spnego_token *t,
           struct hop_error *err)
{
    bool krb5 = permitted(a, WAY_KERBEROS), ntlm = permitted(a, WAY_NTLM);

    if (t->kind == SPNEGO_RAW_KRB5 && krb5)
        a->way = WAY_KERBEROS;
    else if (t->kind == SPNEGO_RAW_NTLM && ntlm)
        a->way = WAY_NTLM;
    else if (t->kind == SPNEGO_INIT && t->krb5_first && krb5)
        a->way = WAY_KERBEROS;
    else if (t->kind == SPNEGO_INIT && t->has_ntlm && ntlm)
        a->way = WAY_NTLM;
    else if (t->kind == SPNEGO_INIT && t->has_krb5 && krb5)
        a->way = WAY_KERBEROS;
    if (a->way != WAY_NONE)
        return true;
    if (t->kind == SPNEGO_UNKNOWN || t->kind == SPNEGO_RESP)
        refuse(a, err, HOP_SEC_E_INVALID_TOKEN,
               "the first token is neither Kerberos, NTLM nor SPNEGO");
    else
        refuse(a, err, HOP_SEC_E_LOGON_DENIED,
               "the client offers only mechanisms that this server is not "
               "configured for");
    return false;
}

/* ---- Kerberos */

/* The user's ticket is in the mechanism's first token, wherever SPNEGO puts
 * it. */
static void
remember_ticket(struct hop_acceptor *a, const struct spnego_token *t)
{
    struct spnego_token inner;

    if (!a->cred->evidence || a->ap_req.len > 0 || t->mech_token.n == 0)
        return;
    if (spnego_decode(t->mech_token.p, t->mech_token.n, &inner) &&
        inner.kind == SPNEGO_RAW_KRB5)
        hop_buf_add(&a->ap_req, t->mech_token.p, t->mech_token.n);
}

static bool
note_identity(struct hop_acceptor *a, gss_name_t who, gss_OID mech,
              uint32_t flags, uint32_t lifetime, struct hop_error *err)
{
    OM_uint32 maj, min;
    GSS_AUTO_BUFFER gss_buffer_desc name = GSS_C_EMPTY_BUFFER;
    struct hop_explain x = {.what = "accept a logon"};

    maj = gss_display_name(&min, who, &name, NULL);
    if (maj != GSS_S_COMPLETE)
        return hop_explain_gss(err, &x, maj, min, HOP_AUTH_KERBEROS);
    a->id.mech = gss_mech_of(mech);
    a->id.principal = hop_xstrndup(name.value, name.length);
    a->id.flags = flags;
    a->id.delegated = (flags & GSS_C_DELEG_FLAG) != 0;
    a->id.channel_bound = (flags & GSS_C_CHANNEL_BOUND_FLAG) != 0;
    a->id.expires =
        lifetime == GSS_C_INDEFINITE ? 0 : (int64_t)time(NULL) + lifetime;
    return true;
}

/* Verified by the library, MS-PAC 2.5; most clients of other domains' KDCs have
 * one, those of MIT's none. */
static void
note_pac(struct hop_acceptor *a, gss_name_t who)
{
    static char name[] = "urn:mspac:logon-info";
    gss_buffer_desc attribute = {sizeof(name) - 1, name};
    GSS_AUTO_BUFFER gss_buffer_desc value = GSS_C_EMPTY_BUFFER;
    GSS_AUTO_BUFFER gss_buffer_desc shown = GSS_C_EMPTY_BUFFER;
    int authenticated = 0, complete = 0, more = -1;
    OM_uint32 min;

    if (gss_get_name_attribute(&min, who, &attribute, &authenticated, &complete,
                               &value, &shown, &more) == GSS_S_COMPLETE &&
        authenticated)
        hop_buf_add(&a->id.pac, value.value, value.length);
}

/* A grant that cannot be had does not spoil the logon. */
static void
note_grant(struct hop_acceptor *a)
{
    if (a->id.delegated && a->delegated != GSS_C_NO_CREDENTIAL &&
        grant_from_cred(a->delegated, &a->grant, NULL))
        return;
    a->id.delegated = false;
    if (a->ap_req.len > 0 && !grant_from_token(a->cred->keytab, a->ap_req.data,
                                               a->ap_req.len, &a->grant, NULL))
        a->grant = NULL;
}

/* Kerberos as the client's first choice with its token beside it is unwrapped
 * here: the library's SPNEGO hides Kerberos' error codes. */
static bool
is_plain_choice(const struct spnego_token *t)
{
    struct spnego_token inner;

    return t->kind == SPNEGO_INIT && t->krb5_first && t->mech_token.n > 0 &&
           spnego_decode(t->mech_token.p, t->mech_token.n, &inner) &&
           inner.kind == SPNEGO_RAW_KRB5;
}

static void
put_answer(struct hop_buf *out, const struct spnego_token *t, bool wrapped,
           uint32_t maj, const gss_buffer_desc *reply)
{
    if (!wrapped)
        hop_buf_add(out, reply->value, reply->length);
    else
        spnego_encode_answer(
            out, GSS_ERROR(maj) ? SPNEGO_REJECT : SPNEGO_COMPLETED,
            t->first_mech, (struct hop_der_span){reply->value, reply->length});
}

static enum hop_auth_step
step_kerberos(struct hop_acceptor *a, const struct spnego_token *t,
              const void *in, size_t n, struct hop_buf *out,
              struct hop_error *err)
{
    OM_uint32 maj, min, flags = 0, lifetime = 0;
    bool wrapped = a->ctx == GSS_C_NO_CONTEXT && is_plain_choice(t);
    gss_buffer_desc token = {
        wrapped ? t->mech_token.n : n,
        (void *)(uintptr_t)(wrapped ? t->mech_token.p : in)};
    GSS_AUTO_BUFFER gss_buffer_desc reply = GSS_C_EMPTY_BUFFER;
    GSS_AUTO_NAME gss_name_t who = GSS_C_NO_NAME;
    gss_OID mech = GSS_C_NO_OID;
    struct gss_channel_bindings_struct cb = {
        .application_data = {a->binding.len, a->binding.data}};
    struct hop_explain x = {.what = "accept a logon"};

    maj = gss_accept_sec_context(
        &min, &a->ctx, a->cred->cred, &token,
        a->binding.len > 0 ? &cb : GSS_C_NO_CHANNEL_BINDINGS, &who, &mech,
        &reply, &flags, &lifetime, &a->delegated);
    put_answer(out, t, wrapped, maj, &reply);
    if (GSS_ERROR(maj) || (wrapped && (maj & GSS_S_CONTINUE_NEEDED))) {
        a->over = true;
        hop_explain_gss(err, &x, maj, min, HOP_AUTH_KERBEROS);
        return HOP_AUTH_FAILED;
    }
    if (maj & GSS_S_CONTINUE_NEEDED)
        return HOP_AUTH_CONTINUE;
    a->over = true;
    if (!note_identity(a, who, mech, flags, lifetime, err) ||
        !check_bound(a, err))
        return HOP_AUTH_FAILED;
    note_pac(a, who);
    note_grant(a);
    a->established = true;
    return HOP_AUTH_DONE;
}

/* ---- NTLM */

static bool
check_ntlm_message(struct hop_acceptor *a, const struct spnego_token *t,
                   struct hop_error *err)
{
    const struct hop_der_span m = t->mech_token;

    if (m.n < 8 || memcmp(m.p, "NTLMSSP", 8) != 0 ||
        ntlm_guard_check(&a->guard, m.p, m.n))
        return true;
    refuse(a, err, HOP_SEC_E_INVALID_TOKEN, "the NTLM message is malformed");
    return false;
}

static enum hop_auth_step
step_ntlm(struct hop_acceptor *a, const struct spnego_token *t, const void *in,
          size_t n, struct hop_error *err)
{
    uint8_t full[NTLM_NEGOTIATE_FULL];

    if (!check_ntlm_message(a, t, err))
        return HOP_AUTH_FAILED;
    if (ntlm_guard_pad(in, n, full)) {
        in = full;
        n = sizeof(full);
    }
    if (a->fd < 0 && !ntlm_child_open(a->cred->ntlm, a->binding.data,
                                      a->binding.len, &a->fd, err)) {
        a->over = true;
        return HOP_AUTH_FAILED;
    }
    if (!ntlm_child_send(a->fd, in, n, err)) {
        a->over = true;
        return HOP_AUTH_FAILED;
    }
    return HOP_AUTH_PENDING;
}

/* gss-ntlmssp reports other bindings as a defective token. */
static enum hop_auth_step
fail_ntlm(struct hop_acceptor *a, const struct ntlm_reply *r,
          struct hop_error *err)
{
    struct hop_explain x = {.what = "accept a logon"};

    a->over = true;
    if (a->binding.len > 0 &&
        GSS_ROUTINE_ERROR(r->major) == GSS_S_DEFECTIVE_TOKEN)
        return refuse(a, err, HOP_SEC_E_BAD_BINDINGS,
                      "the NTLM message was made for another TLS connection, "
                      "or is damaged");
    hop_explain_gss(err, &x, r->major, r->minor, HOP_AUTH_NTLM);
    return HOP_AUTH_FAILED;
}

static enum hop_auth_step
take_reply(struct hop_acceptor *a, const struct ntlm_reply *r,
           struct hop_buf *out, struct hop_error *err)
{
    hop_buf_add(out, r->token.data, r->token.len);
    if (r->step == HOP_AUTH_FAILED)
        return fail_ntlm(a, r, err);
    if (r->step == HOP_AUTH_CONTINUE)
        return HOP_AUTH_CONTINUE;
    a->over = true;
    close_child(a);
    if (r->name.len == 0)
        return refuse(a, err, HOP_SEC_E_LOGON_DENIED,
                      "an anonymous NTLM logon is not accepted");
    a->id = (struct hop_auth_identity){
        .mech = HOP_AUTH_NTLM,
        .principal = hop_xstrndup(r->name.data, r->name.len),
        .flags = r->flags,
        .channel_bound = (r->flags & GSS_C_CHANNEL_BOUND_FLAG) != 0,
    };
    if (r->flags & GSS_C_ANON_FLAG)
        return refuse(a, err, HOP_SEC_E_LOGON_DENIED,
                      "an anonymous NTLM logon is not accepted");
    if (!check_bound(a, err))
        return HOP_AUTH_FAILED;
    hop_buf_add(&a->context, r->context.data, r->context.len);
    a->established = true;
    return HOP_AUTH_DONE;
}

int
hop_acceptor_fd(const struct hop_acceptor *a)
{
    return a->fd;
}

enum hop_auth_step
hop_acceptor_resume(struct hop_acceptor *a, struct hop_buf *out,
                    struct hop_error *err)
{
    HOP_CLEANUP(ntlm_reply_done) struct ntlm_reply r = {0};
    struct hop_error why = {0};

    if (a->over || a->fd < 0)
        return refuse(a, err, HOP_SEC_E_INVALID_TOKEN, "nothing is under way");
    if (!ntlm_child_receive(a->fd, &r, &why))
        return refuse(a, err, HOP_SEC_E_LOGON_DENIED, why.text);
    return take_reply(a, &r, out, err);
}

/* ---- both */

enum hop_auth_step
hop_acceptor_step(struct hop_acceptor *a, const void *in, size_t n,
                  struct hop_buf *out, struct hop_error *err)
{
    struct spnego_token t = {0};

    if (a->over)
        return refuse(a, err, HOP_SEC_E_INVALID_TOKEN,
                      "a token came after the end of the exchange");
    if (n == 0 || n > HOP_TOKEN_MAX)
        return refuse(a, err, HOP_SEC_E_INVALID_TOKEN,
                      n == 0 ? "the token is empty" : "the token is too long");
    if (!spnego_decode(in, n, &t))
        return refuse(a, err, HOP_SEC_E_INVALID_TOKEN,
                      "the SPNEGO token is malformed");
    if (a->way == WAY_NONE && !choose_way(a, &t, err))
        return HOP_AUTH_FAILED;
    if (a->way == WAY_NTLM)
        return step_ntlm(a, &t, in, n, err);
    remember_ticket(a, &t);
    return step_kerberos(a, &t, in, n, out, err);
}

enum hop_auth_step
hop_acceptor_step_wait(struct hop_acceptor *a, const void *in, size_t n,
                       int timeout_ms, struct hop_buf *out,
                       struct hop_error *err)
{
    enum hop_auth_step r = hop_acceptor_step(a, in, n, out, err);
    struct pollfd p = {a->fd, POLLIN, 0};

    if (r != HOP_AUTH_PENDING)
        return r;
    if (poll(&p, 1, timeout_ms) != 1)
        return refuse(a, err, HOP_SEC_E_LOGON_DENIED,
                      "the NTLM helper gave no answer in time");
    return hop_acceptor_resume(a, out, err);
}

const struct hop_auth_identity *
hop_acceptor_identity(const struct hop_acceptor *a)
{
    return a->established ? &a->id : NULL;
}

struct hop_grant *
hop_acceptor_take_grant(struct hop_acceptor *a)
{
    return hop_steal(&a->grant);
}

bool
hop_acceptor_export(struct hop_acceptor *a, struct hop_buf *out,
                    struct hop_error *err)
{
    if (!a->established)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "hand over a security context: nobody has logged "
                             "on");
    if (a->context.len > 0) {
        hop_buf_add(out, a->context.data, a->context.len);
        hop_buf_done(&a->context);
        return true;
    }
    return seal_export_context(&a->ctx, out, err);
}
