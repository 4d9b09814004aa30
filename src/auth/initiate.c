/* Kerberos inside SPNEGO is wrapped here, with Kerberos as the one mechanism
 * offered: the library's SPNEGO would load and ask every mechanism installed
 * before the first byte is sent, and could fall to another one unasked.  NTLM
 * inside SPNEGO is the library's, with NTLM as the one offered: it knows when
 * a mechListMIC is due and what that does to NTLM's ciphers (MS-SPNG 3.3.5.1).
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/initiate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/agentstatus.h"
#include "auth/credctx.h"
#include "auth/explain.h"
#include "auth/gss.h"
#include "auth/sealctx.h"
#include "auth/spnego.h"
#include "auth/ticket.h"
#include "base/alloc.h"
#include "base/text.h"

#define FLAGS_WANTED                                                           \
    (GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG |             \
     GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG)

struct hop_initiator {
    /* as asked for */
    enum hop_auth_mech mech;
    struct hop_cred *cred;
    struct hop_spn_list spns;
    char *host;
    enum hop_auth_delegate delegate;
    bool one_way;
    struct hop_buf binding;
    struct hop_error no_spn;      /* why Kerberos has no name for the host */
    struct hop_error no_kerberos; /* why NTLM is taken instead, or empty */

    /* from the first step on */
    enum hop_auth_mech chosen; /* KERBEROS or NTLM */
    bool started;
    bool wrapped;     /* by our SPNEGO */
    gss_OID mech_oid; /* what the library is asked for */
    char *spn;
    char *principal;
    gss_cred_id_t gss_cred;
    gss_name_t target;
    gss_ctx_id_t ctx;

    /* once established */
    bool done;
    uint32_t flags;
};

static bool
check_options(const struct hop_initiator_options *o, struct hop_error *err)
{
    if (o->mech != HOP_AUTH_NEGOTIATE && o->mech != HOP_AUTH_KERBEROS &&
        o->mech != HOP_AUTH_NTLM)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s exchanges no tokens",
                             hop_auth_mech_name(o->mech));
    if (o->mech == HOP_AUTH_NTLM && o->delegate == HOP_DELEGATE_ALWAYS)
        return hop_error_set(err, HOP_ERROR_WSMAN,
                             HOP_SEC_E_DELEGATION_REQUIRED,
                             "delegate to %s: NTLM cannot carry a credential; "
                             "use Kerberos, or CredSSP (0x80090345 "
                             "SEC_E_DELEGATION_REQUIRED)",
                             o->spn.host);
    return true;
}

bool
hop_initiator_new(const struct hop_initiator_options *o,
                  struct hop_initiator **out, struct hop_error *err)
{
    HOP_AUTO_INITIATOR struct hop_initiator *i = NULL;

    if (!check_options(o, err))
        return false;
    i = hop_xmalloc(sizeof(*i));
    i->mech = o->mech;
    i->cred = o->cred;
    i->delegate = o->delegate;
    i->one_way = o->one_way;
    i->host = hop_xstrdup(o->spn.host != NULL ? o->spn.host : "");
    hop_buf_add(&i->binding, o->binding, o->binding_len);
    /* An address has no SPN, which only NTLM can do without. */
    if (!hop_spn_choose(&o->spn, &i->spns, &i->no_spn) &&
        o->mech == HOP_AUTH_KERBEROS) {
        if (err != NULL)
            *err = i->no_spn;
        return false;
    }
    *out = hop_steal(&i);
    return true;
}

void
hop_initiator_free(struct hop_initiator *i)
{
    if (i == NULL)
        return;
    hop_spn_list_done(&i->spns);
    hop_buf_done(&i->binding);
    gss_cleanup_ctx(&i->ctx);
    gss_cleanup_cred(&i->gss_cred);
    gss_cleanup_name(&i->target);
    free(i->host);
    free(i->spn);
    free(i->principal);
    free(i);
}

void
hop_initiator_freep(struct hop_initiator **i)
{
    hop_initiator_free(*i);
}

static bool
fail_gss(struct hop_initiator *i, uint32_t maj, uint32_t min,
         struct hop_error *err)
{
    struct hop_explain x = {.what = "authenticate",
                            .target = i->spn != NULL ? i->spn : i->host,
                            .principal = i->principal};

    return hop_explain_gss(err, &x, maj, min, (int)i->chosen);
}

static bool
import_name(const char *text, gss_OID type, gss_name_t *out,
            struct hop_error *err)
{
    OM_uint32 maj, min;
    gss_buffer_desc b = {strlen(text), (void *)(uintptr_t)text};
    struct hop_explain x = {.what = "use the name", .target = text};

    maj = gss_import_name(&min, &b, type, out);
    return maj == GSS_S_COMPLETE ||
           hop_explain_gss(err, &x, maj, min, HOP_AUTH_KERBEROS);
}

/* Before anything goes out: a TGT that cannot be forwarded is the commonest
 * cause of a second hop that fails later with less to go by. */
static bool
check_forwardable(const struct hop_initiator *i, const struct hop_cred_tgt *t,
                  struct hop_error *err)
{
    if (i->delegate != HOP_DELEGATE_ALWAYS || t->forwardable)
        return true;
    if (t->expires == 0)
        return hop_error_set(
            err, HOP_ERROR_WSMAN, HOP_SEC_E_DELEGATION_REQUIRED,
            "delegate %s to %s: the ticket cache has no ticket-granting "
            "ticket, so there is nothing to forward; get one with kinit -f, "
            "or connect without delegation (0x80090345 "
            "SEC_E_DELEGATION_REQUIRED)",
            t->principal, i->host);
    return hop_error_set(
        err, HOP_ERROR_WSMAN, HOP_SEC_E_DELEGATION_REQUIRED,
        "delegate %s to %s: the ticket-granting ticket is not forwardable; "
        "get a new one with kinit -f. If that one is not forwardable either, "
        "the domain never lets this account be delegated: it is marked "
        "sensitive or is in Protected Users (0x80090345 "
        "SEC_E_DELEGATION_REQUIRED)",
        t->principal, i->host);
}

static bool
acquire_krb5(struct hop_initiator *i, const char *ccache, struct hop_error *err)
{
    OM_uint32 maj, min;
    gss_OID_set_desc mechs = {1, &gss_oid_krb5};
    gss_key_value_element_desc el = {"ccache", ccache};
    gss_key_value_set_desc store = {1, &el};

    maj =
        gss_acquire_cred_from(&min, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs,
                              GSS_C_INITIATE, &store, &i->gss_cred, NULL, NULL);
    return maj == GSS_S_COMPLETE || fail_gss(i, maj, min, err);
}

static bool
start_krb5(struct hop_initiator *i, struct hop_error *err)
{
    const char *ccache;
    struct hop_cred_tgt tgt = {0};
    HOP_AUTO_FREE char *target = NULL;
    bool ok;

    i->chosen = HOP_AUTH_KERBEROS;
    if (i->spns.count == 0) {
        if (err != NULL)
            *err = i->no_spn;
        return false;
    }
    if (!cred_open(i->cred, &ccache, err) || !hop_cred_tgt(i->cred, &tgt, err))
        return hop_error_prefix(err, "authenticate to %s", i->host);
    i->principal = hop_steal(&tgt.principal);
    tgt.principal = i->principal;
    ok = check_forwardable(i, &tgt, err) &&
         ticket_get(ccache, &i->spns, &i->spn, &target, err) &&
         import_name(target, GSS_KRB5_NT_PRINCIPAL_NAME, &i->target, err) &&
         acquire_krb5(i, ccache, err);
    i->mech_oid = &gss_oid_krb5;
    i->wrapped = i->mech == HOP_AUTH_NEGOTIATE;
    return ok;
}

static bool
acquire_ntlm(struct hop_initiator *i, struct hop_error *err)
{
    OM_uint32 maj, min;
    gss_OID_desc oids[] = {gss_oid_ntlm, gss_oid_spnego};
    gss_OID_set_desc ntlm = {1, oids};
    gss_OID_set_desc mechs = {i->mech == HOP_AUTH_NEGOTIATE ? 2 : 1, oids};
    const struct hop_secret *password = hop_cred_secret(i->cred);
    GSS_AUTO_NAME gss_name_t user = GSS_C_NO_NAME;

    if (password == NULL) {
        maj = gss_acquire_cred(&min, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs,
                               GSS_C_INITIATE, &i->gss_cred, NULL, NULL);
    } else {
        gss_buffer_desc secret = {
            hop_secret_len(password),
            (void *)(uintptr_t)hop_secret_bytes(password)};

        if (!import_name(hop_cred_user(i->cred), GSS_C_NT_USER_NAME, &user,
                         err))
            return false;
        maj = gss_acquire_cred_with_password(
            &min, user, &secret, GSS_C_INDEFINITE, &mechs, GSS_C_INITIATE,
            &i->gss_cred, NULL, NULL);
    }
    if (maj == GSS_S_COMPLETE && mechs.count == 2)
        maj = gss_set_neg_mechs(&min, i->gss_cred, &ntlm);
    if (maj == GSS_S_COMPLETE)
        return true;
    if (password == NULL)
        maj = GSS_S_NO_CRED;
    return fail_gss(i, maj, min, err);
}

static bool
start_ntlm(struct hop_initiator *i, struct hop_error *err)
{
    HOP_AUTO_FREE char *service = hop_xasprintf("HTTP@%s", i->host);

    i->chosen = HOP_AUTH_NTLM;
    i->mech_oid =
        i->mech == HOP_AUTH_NEGOTIATE ? &gss_oid_spnego : &gss_oid_ntlm;
    i->wrapped = false;
    free(i->principal);
    i->principal = hop_cred_user(i->cred) != NULL
                       ? hop_xstrdup(hop_cred_user(i->cred))
                       : NULL;
    if (i->spn == NULL)
        i->spn = hop_xasprintf("HTTP/%s", i->host);
    return import_name(service, GSS_C_NT_HOSTBASED_SERVICE, &i->target, err) &&
           acquire_ntlm(i, err);
}

/* NTLM follows Kerberos where a password was given and Kerberos cannot be had
 * at all; a wrong password is not tried twice. */
static bool
may_fall_to_ntlm(const struct hop_initiator *i, const struct hop_error *why)
{
    if (i->mech != HOP_AUTH_NEGOTIATE || hop_cred_secret(i->cred) == NULL ||
        i->delegate == HOP_DELEGATE_ALWAYS)
        return false;
    return cred_knows_no_kerberos(i->cred) || i->spns.count == 0 ||
           why->code == HOP_SEC_E_TARGET_UNKNOWN ||
           why->code == HOP_SEC_E_NO_AUTHENTICATING_AUTHORITY;
}

/* Inside a session of hopd the question is not where kinit is, but why nothing
 * came along: the server and its agent tell. */
static bool
explain_session(const struct hop_initiator *i, const struct hop_error *why,
                struct hop_error *err)
{
    const char *who = getenv("HOP_SESSION_PRINCIPAL");
    HOP_AUTO_FREE char *reason = NULL;
    char here[256] = "this host";

    if (why->code != HOP_SEC_E_NO_CREDENTIALS || who == NULL ||
        hop_cred_user(i->cred) != NULL)
        return false;
    reason = hop_agent_reason();
    if (reason == NULL)
        return false;
    gethostname(here, sizeof(here) - 1);
    hop_error_set(err, HOP_ERROR_WSMAN, HOP_SEC_E_NO_CREDENTIALS,
                  "authenticate to %s: the session on %s has no credential of "
                  "%s to show to %s: %s (0x8009030E SEC_E_NO_CREDENTIALS)",
                  i->host, here, who, i->host, reason);
    return true;
}

static bool
start(struct hop_initiator *i, struct hop_error *err)
{
    struct hop_error why = {0};

    i->started = true;
    if (i->mech == HOP_AUTH_NTLM ||
        (i->mech == HOP_AUTH_NEGOTIATE && cred_knows_no_kerberos(i->cred) &&
         i->delegate != HOP_DELEGATE_ALWAYS))
        return start_ntlm(i, err);
    if (start_krb5(i, &why))
        return true;
    if (may_fall_to_ntlm(i, &why) && start_ntlm(i, err)) {
        i->no_kerberos = why;
        return true;
    }
    if (err != NULL && !explain_session(i, &why, err))
        *err = why;
    return false;
}

static uint32_t
wanted_flags(const struct hop_initiator *i)
{
    uint32_t flags = FLAGS_WANTED;

    if (i->chosen == HOP_AUTH_NTLM)
        return flags;
    if (i->one_way)
        flags &= ~(uint32_t)GSS_C_MUTUAL_FLAG;
    if (i->delegate == HOP_DELEGATE_NONE)
        return flags;
    return flags | (i->delegate == HOP_DELEGATE_ALWAYS
                        ? (uint32_t)GSS_C_DELEG_FLAG
                        : (uint32_t)GSS_C_DELEG_POLICY_FLAG);
}

/* One call of the library: the mechanism's token in, the next one out. */
static bool
step_mech(struct hop_initiator *i, struct hop_der_span in, gss_buffer_t out,
          struct hop_error *err)
{
    OM_uint32 maj, min, flags = 0;
    gss_buffer_desc token = {in.n, (void *)(uintptr_t)in.p};
    struct gss_channel_bindings_struct cb = {
        .application_data = {i->binding.len, i->binding.data}};

    maj = gss_init_sec_context(
        &min, i->gss_cred, &i->ctx, i->target, i->mech_oid, wanted_flags(i), 0,
        i->binding.len > 0 ? &cb : GSS_C_NO_CHANNEL_BINDINGS, &token, NULL, out,
        &flags, NULL);
    if (GSS_ERROR(maj))
        return fail_gss(i, maj, min, err);
    i->flags = flags;
    i->done = (maj & GSS_S_CONTINUE_NEEDED) == 0;
    return true;
}

/* The library goes on without delegation when the KDC refuses the forwarded
 * ticket, and says nothing. */
static bool
check_delegated(struct hop_initiator *i, struct hop_error *err)
{
    const char *ccache;

    if (i->delegate != HOP_DELEGATE_ALWAYS || (i->flags & GSS_C_DELEG_FLAG))
        return true;
    return cred_open(i->cred, &ccache, err) &&
           ticket_explain_forward(ccache, i->spn, err);
}

static bool
check_flags(struct hop_initiator *i, struct hop_error *err)
{
    uint32_t need = GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG;

    if (i->chosen == HOP_AUTH_KERBEROS && !i->one_way)
        need |= GSS_C_MUTUAL_FLAG;
    return (i->flags & need) == need ||
           fail_gss(i, GSS_S_DEFECTIVE_TOKEN, 0, err);
}

static bool
check_mic(struct hop_initiator *i, struct hop_der_span mic,
          struct hop_error *err)
{
    OM_uint32 maj, min;
    struct hop_der_span list = spnego_krb5_list();
    gss_buffer_desc text = {list.n, (void *)(uintptr_t)list.p};
    gss_buffer_desc sum = {mic.n, (void *)(uintptr_t)mic.p};

    maj = gss_verify_mic(&min, i->ctx, &text, &sum, NULL);
    return maj == GSS_S_COMPLETE || fail_gss(i, maj, min, err);
}

static bool
send_mic(struct hop_initiator *i, struct hop_buf *out, struct hop_error *err)
{
    OM_uint32 maj, min;
    struct hop_der_span list = spnego_krb5_list();
    gss_buffer_desc text = {list.n, (void *)(uintptr_t)list.p};
    GSS_AUTO_BUFFER gss_buffer_desc sum = GSS_C_EMPTY_BUFFER;

    maj = gss_get_mic(&min, i->ctx, GSS_C_QOP_DEFAULT, &text, &sum);
    if (maj != GSS_S_COMPLETE)
        return fail_gss(i, maj, min, err);
    spnego_encode_resp(out, (struct hop_der_span){NULL, 0},
                       (struct hop_der_span){sum.value, sum.length});
    return true;
}

/* The answer to our NegTokenInit, RFC 4178 4.2.2. */
static enum hop_auth_step
step_wrapped(struct hop_initiator *i, const void *in, size_t n,
             struct hop_buf *out, struct hop_error *err)
{
    struct spnego_token t = {0};
    GSS_AUTO_BUFFER gss_buffer_desc reply = GSS_C_EMPTY_BUFFER;
    bool was_done = i->done;

    if (!spnego_decode(in, n, &t) || t.kind != SPNEGO_RESP) {
        fail_gss(i, GSS_S_DEFECTIVE_TOKEN, 0, err);
        return HOP_AUTH_FAILED;
    }
    /* An error token of Kerberos may come along with a refusal. */
    if (!was_done && t.mech_token.n > 0 &&
        !step_mech(i, t.mech_token, &reply, err))
        return HOP_AUTH_FAILED;
    if (t.state == SPNEGO_REJECT || !i->done || reply.length > 0) {
        fail_gss(i,
                 t.state == SPNEGO_REJECT ? GSS_S_UNAUTHORIZED
                                          : GSS_S_DEFECTIVE_TOKEN,
                 0, err);
        return HOP_AUTH_FAILED;
    }
    if (t.mic.n > 0 && !check_mic(i, t.mic, err))
        return HOP_AUTH_FAILED;
    if (t.state == SPNEGO_REQUEST_MIC ||
        (t.state == SPNEGO_INCOMPLETE && t.mic.n > 0)) {
        if (!send_mic(i, out, err))
            return HOP_AUTH_FAILED;
        return t.state == SPNEGO_REQUEST_MIC ? HOP_AUTH_CONTINUE
                                             : HOP_AUTH_DONE;
    }
    return HOP_AUTH_DONE;
}

static bool
step_first(struct hop_initiator *i, struct hop_buf *out, struct hop_error *err)
{
    GSS_AUTO_BUFFER gss_buffer_desc token = GSS_C_EMPTY_BUFFER;

    if (!start(i, err) ||
        !step_mech(i, (struct hop_der_span){NULL, 0}, &token, err))
        return false;
    if (i->chosen == HOP_AUTH_KERBEROS && !check_delegated(i, err))
        return false;
    if (i->wrapped)
        spnego_encode_init(out, token.value, token.length);
    else
        hop_buf_add(out, token.value, token.length);
    return true;
}

static enum hop_auth_step
step_raw(struct hop_initiator *i, const void *in, size_t n, struct hop_buf *out,
         struct hop_error *err)
{
    GSS_AUTO_BUFFER gss_buffer_desc token = GSS_C_EMPTY_BUFFER;

    if (i->done) /* one way: there is nothing to answer */
        return HOP_AUTH_DONE;
    if (!step_mech(i, (struct hop_der_span){in, n}, &token, err))
        return HOP_AUTH_FAILED;
    hop_buf_add(out, token.value, token.length);
    return i->done ? HOP_AUTH_DONE : HOP_AUTH_CONTINUE;
}

enum hop_auth_step
hop_initiator_step(struct hop_initiator *i, const void *in, size_t n,
                   struct hop_buf *out, struct hop_error *err)
{
    enum hop_auth_step r;

    if (!i->started)
        return step_first(i, out, err) ? HOP_AUTH_CONTINUE : HOP_AUTH_FAILED;
    if (n == 0) {
        struct hop_explain x = {.what = "authenticate",
                                .target = i->spn,
                                .principal = i->principal,
                                .detail = "the server refused the token"};

        hop_explain_sec(err, &x, HOP_SEC_E_LOGON_DENIED);
        return HOP_AUTH_FAILED;
    }
    r = i->wrapped ? step_wrapped(i, in, n, out, err)
                   : step_raw(i, in, n, out, err);
    if (r == HOP_AUTH_DONE && !check_flags(i, err))
        return HOP_AUTH_FAILED;
    return r;
}

const char *
hop_initiator_no_kerberos(const struct hop_initiator *i)
{
    return i->no_kerberos.text[0] ? i->no_kerberos.text : NULL;
}

enum hop_auth_mech
hop_initiator_mech(const struct hop_initiator *i)
{
    return i->chosen;
}

const char *
hop_initiator_spn(const struct hop_initiator *i)
{
    return i->spn;
}

bool
hop_initiator_delegated(const struct hop_initiator *i)
{
    return i->done && (i->flags & GSS_C_DELEG_FLAG) != 0;
}

bool
hop_initiator_can_seal(const struct hop_initiator *i)
{
    return i->done && (i->flags & GSS_C_CONF_FLAG) != 0;
}

bool
hop_initiator_take_seal(struct hop_initiator *i, struct hop_seal **out,
                        struct hop_error *err)
{
    if (!i->done || i->ctx == GSS_C_NO_CONTEXT)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "protect messages: the connection to %s is not "
                             "authenticated yet",
                             i->host);
    return seal_from_context(&i->ctx, out, err);
}
