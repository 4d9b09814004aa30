/* A service ticket in a user's name, from what the user's logon left: an
 * ordinary request with the forwarded TGT; S4U2Proxy with the server's own key
 * and the user's ticket to it as evidence (MS-SFU 3.2.5.2); S4U2Self first
 * where the logon brought a name alone (MS-SFU 3.2.5.1).
 *
 * Asks the KDC and waits for it: to be called in a process of its own.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_MINT_H
#define HOP_AUTH_MINT_H

#include "auth/grant.h"
#include "auth/kcm.h"

struct mint_result {
    int32_t code;         /* krb5_error_code; 0: a ticket */
    uint32_t status;      /* the KDC's NTSTATUS with it, auth/kdcerror.h */
    struct hop_buf creds; /* the ticket, as KCM and FILE caches write it */
    struct hop_buf own;   /* the server's own TGT, when it is a new one */
    char text[256];       /* the library's words for the code */
};

struct mint_order {
    const struct hop_grant *grant;
    const char *service;          /* "cifs/c.corp.test@CORP.TEST" */
    const char *keytab, *account; /* the server's: "MEMORY:...", "B$@..." */
    const void *own;              /* its TGT from an earlier result, or NULL */
    size_t own_len;
};

/* Never outlives the grant: the ticket's end is asked to be that of what it is
 * made from. */
void mint_ticket(const struct mint_order *o, struct mint_result *out);
/* Renews the grant's TGT: the new one in result->creds. */
void mint_renew(const struct mint_order *o, struct mint_result *out);
void mint_result_done(struct mint_result *r);

/* "C's name asked for" as text with a realm: an empty realm becomes that of
 * krb5.conf for the host, else the grant's; a short host name its full one.
 * free(); NULL for a name that is no service. */
char *mint_service_name(const struct kcm_principal *p,
                        const struct hop_grant *grant);

/* Whether a service text may be asked for: lists of patterns ("cifs", "HTTP/
 * *.corp.test") by commas, any case; deny goes before allow; an empty allow
 * list allows all. */
bool mint_is_allowed(const char *service, const char *allow, const char *deny);

/* Why a code came for a service ("cifs/c.corp.test@CORP.TEST"), in words for
 * people; status 0 where the KDC said no more. */
const char *mint_explain(int32_t code, uint32_t status, const char *service,
                         const struct hop_grant *grant);

/* Reads a ticket's end from such bytes; 0 when they are malformed. */
int64_t mint_creds_end(const void *creds, size_t n);

/* The entry that every listing of an agent's cache begins with: libgssapi takes
 * a cache without a live entry for an empty one.  No key, no ticket. */
bool mint_marker(const struct hop_grant *grant, struct hop_buf *out);
/* The grant's client as a KCM principal. */
void mint_client(const struct hop_grant *grant, struct hop_buf *out);
bool mint_is_client(const struct hop_grant *grant,
                    const struct kcm_principal *p);

#endif
