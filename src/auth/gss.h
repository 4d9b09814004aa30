/* Small things that the files of this room share: object identifiers, cleanup
 * of the libraries' handles, their messages.  Not for other rooms.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_GSS_H
#define HOP_AUTH_GSS_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/mech.h"
#include "base/cleanup.h"
#include "base/error.h"

/* 1.2.840.113554.1.2.2 (RFC 4121), 1.3.6.1.5.5.2 (RFC 4178),
 * 1.3.6.1.4.1.311.2.2.10 (MS-NLMP 1.9). */
extern gss_OID_desc gss_oid_krb5, gss_oid_spnego, gss_oid_ntlm;

/* NULL for mechanisms that GSSAPI has no part in. */
gss_OID gss_oid_of(enum hop_auth_mech mech);
/* KERBEROS or NTLM for an established context's mechanism, else NONE. */
enum hop_auth_mech gss_mech_of(gss_OID oid);

/* The library's own words for a status, without a line break. */
void gss_message(uint32_t major, uint32_t minor, int mech, char *out,
                 size_t size);
/* With ctx the context's own message (it may name files), else the table's. */
void krb_message(krb5_context ctx, int32_t code, char *out, size_t size);

void gss_cleanup_buffer(gss_buffer_t b);
void gss_cleanup_name(gss_name_t *n);
void gss_cleanup_cred(gss_cred_id_t *c);
void gss_cleanup_ctx(gss_ctx_id_t *c);
void gss_cleanup_buffer_set(gss_buffer_set_t *s);

#define GSS_AUTO_BUFFER     HOP_CLEANUP(gss_cleanup_buffer)
#define GSS_AUTO_NAME       HOP_CLEANUP(gss_cleanup_name)
#define GSS_AUTO_CRED       HOP_CLEANUP(gss_cleanup_cred)
#define GSS_AUTO_CTX        HOP_CLEANUP(gss_cleanup_ctx)
#define GSS_AUTO_BUFFER_SET HOP_CLEANUP(gss_cleanup_buffer_set)

/* A krb5_context of this process (there are no threads in the daemons, and a
 * client's thread has its own).  Made once per thread, released at its end;
 * NULL with err set when krb5.conf cannot be read. */
krb5_context krb_context(struct hop_error *err);
/* Drops it, so that the next call reads krb5.conf again. */
void krb_context_reset(void);

/* The NTSTATUS (auth/kdcerror.h) of the last answer that a KDC gave to this
 * thread's context since it was forgotten; 0 for none, or an answer without.
 * Contexts that libgssapi makes for itself are not heard. */
uint32_t krb_status(void);
void krb_status_forget(void);

/* Hands each entry of a ticket cache to f, which returns false to end the walk;
 * what f takes it sets to zero, the rest is freed.  0, or the library's code.
 */
typedef bool krb_cred_fn(void *arg, krb5_context ctx, krb5_creds *c);
krb5_error_code krb_each_cred(krb5_context ctx, krb5_ccache cc, krb_cred_fn *f,
                              void *arg);
/* Whether it is a ticket-granting ticket, of any realm. */
bool krb_is_tgt(const krb5_creds *c);

static inline void
krb_cleanup_principal(krb5_principal *p)
{
    if (*p != NULL)
        krb5_free_principal(krb_context(NULL), *p);
}

static inline void
krb_cleanup_creds(krb5_creds **c)
{
    if (*c != NULL)
        krb5_free_creds(krb_context(NULL), *c);
}

static inline void
krb_cleanup_cred_contents(krb5_creds *c)
{
    krb5_free_cred_contents(krb_context(NULL), c);
}

static inline void
krb_cleanup_name(char **s)
{
    if (*s != NULL)
        krb5_free_unparsed_name(krb_context(NULL), *s);
}

static inline void
krb_cleanup_ccache(krb5_ccache *cc)
{
    if (*cc != NULL)
        krb5_cc_close(krb_context(NULL), *cc);
}

static inline void
krb_cleanup_keytab(krb5_keytab *kt)
{
    if (*kt != NULL)
        krb5_kt_close(krb_context(NULL), *kt);
}

#define KRB_AUTO_PRINCIPAL     HOP_CLEANUP(krb_cleanup_principal)
#define KRB_AUTO_CREDS         HOP_CLEANUP(krb_cleanup_creds)
#define KRB_AUTO_CRED_CONTENTS HOP_CLEANUP(krb_cleanup_cred_contents)
#define KRB_AUTO_NAME          HOP_CLEANUP(krb_cleanup_name)
#define KRB_AUTO_CCACHE        HOP_CLEANUP(krb_cleanup_ccache)
#define KRB_AUTO_KEYTAB        HOP_CLEANUP(krb_cleanup_keytab)

#endif
