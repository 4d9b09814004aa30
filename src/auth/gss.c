/* SPDX-License-Identifier: MIT */
#include "auth/gss.h"

#include <com_err.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "auth/explain.h"
#include "auth/kdcerror.h"

gss_OID_desc gss_oid_krb5 = {9, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
gss_OID_desc gss_oid_spnego = {6, (void *)"\x2b\x06\x01\x05\x05\x02"};
gss_OID_desc gss_oid_ntlm = {
    10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};

static __thread krb5_context thread_ctx;
static __thread uint32_t thread_status;

gss_OID
gss_oid_of(enum hop_auth_mech mech)
{
    static gss_OID const oids[HOP_AUTH_MECHS] = {
        [HOP_AUTH_NEGOTIATE] = &gss_oid_spnego,
        [HOP_AUTH_KERBEROS] = &gss_oid_krb5,
        [HOP_AUTH_NTLM] = &gss_oid_ntlm,
    };

    return mech < HOP_AUTH_MECHS ? oids[mech] : GSS_C_NO_OID;
}

static bool
is_oid(gss_OID a, gss_OID b)
{
    return a != GSS_C_NO_OID && a->length == b->length &&
           memcmp(a->elements, b->elements, a->length) == 0;
}

enum hop_auth_mech
gss_mech_of(gss_OID oid)
{
    if (is_oid(oid, &gss_oid_krb5))
        return HOP_AUTH_KERBEROS;
    return is_oid(oid, &gss_oid_ntlm) ? HOP_AUTH_NTLM : HOP_AUTH_NONE;
}

static void
append_status(uint32_t status, int type, gss_OID oid, char *out, size_t size)
{
    OM_uint32 min, more = 0;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    size_t n = strlen(out);

    if (gss_display_status(&min, status, type, oid, &more, &text) != 0)
        return;
    snprintf(out + n, size - n, "%s%.*s", n > 0 ? ", " : "", (int)text.length,
             (char *)text.value);
    gss_release_buffer(&min, &text);
}

void
gss_message(uint32_t major, uint32_t minor, int mech, char *out, size_t size)
{
    out[0] = '\0';
    if (minor != 0)
        append_status(minor, GSS_C_MECH_CODE,
                      gss_oid_of((enum hop_auth_mech)mech), out, size);
    if (out[0] == '\0')
        append_status(major, GSS_C_GSS_CODE, GSS_C_NO_OID, out, size);
    for (char *p = out; *p != '\0'; p++)
        if ((unsigned char)*p < ' ')
            *p = ' ';
}

void
krb_message(krb5_context ctx, int32_t code, char *out, size_t size)
{
    krb5_context any = ctx != NULL ? ctx : krb_context(NULL);
    const char *text = krb5_get_error_message(any, code);

    snprintf(out, size, "%s", text);
    krb5_free_error_message(any, text);
}

void
gss_cleanup_buffer(gss_buffer_t b)
{
    OM_uint32 min;

    gss_release_buffer(&min, b);
}

void
gss_cleanup_name(gss_name_t *n)
{
    OM_uint32 min;

    gss_release_name(&min, n);
}

void
gss_cleanup_cred(gss_cred_id_t *c)
{
    OM_uint32 min;

    gss_release_cred(&min, c);
}

void
gss_cleanup_ctx(gss_ctx_id_t *c)
{
    OM_uint32 min;

    gss_delete_sec_context(&min, c, GSS_C_NO_BUFFER);
}

void
gss_cleanup_buffer_set(gss_buffer_set_t *s)
{
    OM_uint32 min;

    gss_release_buffer_set(&min, s);
}

static pthread_key_t ctx_key;
static pthread_once_t ctx_once = PTHREAD_ONCE_INIT;

static void
free_context(void *ctx)
{
    krb5_free_context(ctx);
}

static void
make_key(void)
{
    pthread_key_create(&ctx_key, free_context);
}

/* The e-data of "preauthentication is needed" is another thing, RFC 4120
 * 7.5.1. */
static void
note_error(krb5_context ctx, const krb5_data *reply)
{
    krb5_error *e = NULL;

    thread_status = 0;
    if (krb5_rd_error(ctx, reply, &e) != 0)
        return; /* it is an answer of another kind */
    if (e->error != KRB5KDC_ERR_PREAUTH_REQUIRED - ERROR_TABLE_BASE_krb5)
        thread_status = kdc_error_status(e->e_data.data, e->e_data.length);
    krb5_free_error(ctx, e);
}

static krb5_error_code
hear_kdc(krb5_context ctx, void *data, krb5_error_code code,
         const krb5_data *realm, const krb5_data *message,
         const krb5_data *reply, krb5_data **new_reply)
{
    (void)data, (void)realm, (void)message;
    *new_reply = NULL;
    if (code == 0 && reply != NULL)
        note_error(ctx, reply);
    return code;
}

uint32_t
krb_status(void)
{
    return thread_status;
}

void
krb_status_forget(void)
{
    thread_status = 0;
}

krb5_context
krb_context(struct hop_error *err)
{
    krb5_error_code code;

    if (thread_ctx != NULL)
        return thread_ctx;
    code = krb5_init_context(&thread_ctx);
    if (code != 0) {
        hop_error_set(err, HOP_ERROR_KRB5, code, "read krb5.conf: %s",
                      error_message(code));
        thread_ctx = NULL;
        return NULL;
    }
    krb5_set_kdc_recv_hook(thread_ctx, hear_kdc, NULL);
    pthread_once(&ctx_once, make_key);
    pthread_setspecific(ctx_key, thread_ctx);
    return thread_ctx;
}

void
krb_context_reset(void)
{
    if (thread_ctx != NULL)
        krb5_free_context(thread_ctx);
    thread_ctx = NULL;
    pthread_once(&ctx_once, make_key);
    pthread_setspecific(ctx_key, NULL);
}

krb5_error_code
krb_each_cred(krb5_context ctx, krb5_ccache cc, krb_cred_fn *f, void *arg)
{
    krb5_cc_cursor cursor;
    krb5_error_code code = krb5_cc_start_seq_get(ctx, cc, &cursor);
    bool more = true;

    if (code != 0)
        return code;
    while (more) {
        krb5_creds c = {0};

        code = krb5_cc_next_cred(ctx, cc, &cursor, &c);
        if (code != 0)
            break;
        more = f(arg, ctx, &c);
        krb5_free_cred_contents(ctx, &c);
    }
    krb5_cc_end_seq_get(ctx, cc, &cursor);
    return code == KRB5_CC_END ? 0 : code;
}

bool
krb_is_tgt(const krb5_creds *c)
{
    static const char name[] = "krbtgt";

    return c->server->length == 2 &&
           c->server->data[0].length == sizeof(name) - 1 &&
           memcmp(c->server->data[0].data, name, sizeof(name) - 1) == 0;
}
