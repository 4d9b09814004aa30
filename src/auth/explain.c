/* SPDX-License-Identifier: MIT */
#include "auth/explain.h"

#include <errno.h>
#include <gssapi/gssapi.h>
#include <krb5.h>
#include <stdio.h>
#include <string.h>

#include "auth/gss.h"
#include "auth/kdcerror.h"
#include "auth/mech.h"

/* Codes of MIT's gssapi_err_krb5 table, which has no public header. */
enum {
    KG_CCACHE_NOMATCH = 39756032,
    KG_KEYTAB_NOMATCH = 39756033,
    KG_TGT_MISSING = 39756034,
    KG_EMPTY_CCACHE = 39756044,
};

struct sec_row {
    uint32_t code;
    const char *name;
    const char *why, *advice; /* when nothing more precise is known */
};

static const struct sec_row sec_rows[] = {
    {HOP_SEC_E_TARGET_UNKNOWN, "SEC_E_TARGET_UNKNOWN",
     "the domain knows no service of that name",
     "check the spelling, use the full host name, or register the SPN"},
    {HOP_SEC_E_INTERNAL_ERROR, "SEC_E_INTERNAL_ERROR",
     "the security library failed", "see the library's words"},
    {HOP_SEC_E_INVALID_TOKEN, "SEC_E_INVALID_TOKEN",
     "the other side sent a malformed token",
     "check that nothing between the two changes headers"},
    {HOP_SEC_E_LOGON_DENIED, "SEC_E_LOGON_DENIED",
     "the user name or the password is wrong",
     "check both, and that the account is not locked"},
    {HOP_SEC_E_NO_CREDENTIALS, "SEC_E_NO_CREDENTIALS",
     "there is no credential to show",
     "get a ticket with kinit, or give a user and a password"},
    {HOP_SEC_E_MESSAGE_ALTERED, "SEC_E_MESSAGE_ALTERED",
     "a message was changed on its way", "connect again"},
    {HOP_SEC_E_OUT_OF_SEQUENCE, "SEC_E_OUT_OF_SEQUENCE",
     "a message came twice or out of order", "connect again"},
    {HOP_SEC_E_NO_AUTHENTICATING_AUTHORITY, "SEC_E_NO_AUTHENTICATING_AUTHORITY",
     "no domain controller of the realm answers",
     "check DNS, the network and krb5.conf"},
    {HOP_SEC_E_CONTEXT_EXPIRED, "SEC_E_CONTEXT_EXPIRED",
     "the ticket has expired", "get a new one with kinit, and connect again"},
    {HOP_SEC_E_WRONG_PRINCIPAL, "SEC_E_WRONG_PRINCIPAL",
     "the service's key is not the one that the domain has for this name",
     "ask for another SPN (host/, WSMAN/, or with the port), or renew the "
     "server's keytab"},
    {HOP_SEC_E_TIME_SKEW, "SEC_E_TIME_SKEW",
     "the clocks differ by more than five minutes", "set the clocks"},
    {HOP_SEC_E_ENCRYPT_FAILURE, "SEC_E_ENCRYPT_FAILURE",
     "a message could not be sealed", "connect again"},
    {HOP_SEC_E_KDC_UNKNOWN_ETYPE, "SEC_E_KDC_UNKNOWN_ETYPE",
     "the two sides have no encryption type in common",
     "allow AES for the account (msDS-SupportedEncryptionTypes)"},
    {HOP_SEC_E_DELEGATION_REQUIRED, "SEC_E_DELEGATION_REQUIRED",
     "the domain does not let this server act for the user there",
     "grant it: RBCD on the target's account, or KCD on this server's"},
    {HOP_SEC_E_BAD_BINDINGS, "SEC_E_BAD_BINDINGS",
     "the token was made for another TLS connection",
     "something in between ends the TLS connection, or the client sends no "
     "channel bindings"},
    {HOP_SEC_E_CROSSREALM_DELEGATION_FAILURE,
     "SEC_E_CROSSREALM_DELEGATION_FAILURE",
     "constrained delegation does not cross realms",
     "use RBCD on the target's account"},
    {HOP_SEC_E_DELEGATION_POLICY, "SEC_E_DELEGATION_POLICY",
     "policy does not allow a ticket to this service",
     "ask the server's administrator to allow it for this endpoint"},
};

struct krb_row {
    int32_t code;
    uint32_t sec;
    const char *why, *advice; /* NULL: the words of the security code */
};

static const struct krb_row krb_rows[] = {
    {KRB5_FCC_NOFILE, HOP_SEC_E_NO_CREDENTIALS, "there is no ticket cache",
     NULL},
    {KG_EMPTY_CCACHE, HOP_SEC_E_NO_CREDENTIALS, "the ticket cache is empty",
     NULL},
    {KG_TGT_MISSING, HOP_SEC_E_NO_CREDENTIALS,
     "the ticket cache has no ticket-granting ticket", NULL},
    {KG_CCACHE_NOMATCH, HOP_SEC_E_NO_CREDENTIALS,
     "the ticket cache belongs to another principal", NULL},
    {KRB5_CC_NOTFOUND, HOP_SEC_E_NO_CREDENTIALS,
     "the ticket cache has no ticket-granting ticket", NULL},
    {KRB5_CC_END, HOP_SEC_E_NO_CREDENTIALS, "the ticket cache is empty", NULL},
    {KRB5_FCC_PERM, HOP_SEC_E_NO_CREDENTIALS,
     "the ticket cache may not be read", "check who owns the file"},
    {KRB5_CC_FORMAT, HOP_SEC_E_NO_CREDENTIALS, "the ticket cache is damaged",
     NULL},
    {KRB5_KCM_NO_SERVER, HOP_SEC_E_NO_CREDENTIALS,
     "the session's credential agent does not answer",
     "try again in a few seconds, or open a new session"},
    {ECONNREFUSED, HOP_SEC_E_NO_CREDENTIALS,
     "the session's credential agent does not answer",
     "try again in a few seconds, or open a new session"},
    {KRB5_CONFIG_NODEFREALM, HOP_SEC_E_NO_AUTHENTICATING_AUTHORITY,
     "krb5.conf names no default realm",
     "write the user as user@REALM, or set default_realm"},
    {KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, HOP_SEC_E_TARGET_UNKNOWN, NULL, NULL},
    {KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, HOP_SEC_E_LOGON_DENIED,
     "the domain knows no such user", "check the name and the realm"},
    {KRB5KDC_ERR_PREAUTH_FAILED, HOP_SEC_E_LOGON_DENIED,
     "the password is wrong", "type it again; mind that tries are counted"},
    {KRB5KRB_AP_ERR_BAD_INTEGRITY, HOP_SEC_E_LOGON_DENIED,
     "the password or the key is wrong",
     "check the password; on a server, renew the keytab"},
    {KRB5KDC_ERR_CLIENT_REVOKED, HOP_SEC_E_LOGON_DENIED,
     "the account is disabled, locked or outside its logon hours",
     "ask a domain administrator"},
    {KRB5KDC_ERR_KEY_EXP, HOP_SEC_E_LOGON_DENIED, "the password has expired",
     "change it with kpasswd"},
    {KRB5KDC_ERR_NAME_EXP, HOP_SEC_E_LOGON_DENIED, "the account has expired",
     "ask a domain administrator"},
    {KRB5KDC_ERR_CANNOT_POSTDATE, HOP_SEC_E_LOGON_DENIED, NULL, NULL},
    {KRB5_KDC_UNREACH, HOP_SEC_E_NO_AUTHENTICATING_AUTHORITY, NULL, NULL},
    {KRB5_REALM_UNKNOWN, HOP_SEC_E_NO_AUTHENTICATING_AUTHORITY,
     "no domain controller is known for the realm", NULL},
    {KRB5_REALM_CANT_RESOLVE, HOP_SEC_E_NO_AUTHENTICATING_AUTHORITY,
     "the realm's domain controller has no address", NULL},
    {KRB5KRB_AP_ERR_SKEW, HOP_SEC_E_TIME_SKEW, NULL, NULL},
    {KRB5_KDCREP_SKEW, HOP_SEC_E_TIME_SKEW, NULL, NULL},
    {KRB5KRB_AP_ERR_TKT_NYV, HOP_SEC_E_TIME_SKEW, "the ticket is not valid yet",
     NULL},
    {KRB5KRB_AP_ERR_TKT_EXPIRED, HOP_SEC_E_CONTEXT_EXPIRED, NULL, NULL},
    {KRB5KDC_ERR_NEVER_VALID, HOP_SEC_E_CONTEXT_EXPIRED, NULL, NULL},
    {KRB5KRB_AP_ERR_MODIFIED, HOP_SEC_E_WRONG_PRINCIPAL, NULL, NULL},
    {KRB5KRB_AP_ERR_NOT_US, HOP_SEC_E_WRONG_PRINCIPAL, NULL, NULL},
    {KRB5KRB_AP_WRONG_PRINC, HOP_SEC_E_WRONG_PRINCIPAL,
     "the ticket is for a name that is not in the server's keytab", NULL},
    {KRB5KRB_AP_ERR_BADKEYVER, HOP_SEC_E_WRONG_PRINCIPAL,
     "the ticket was made with another version of the server's key",
     "renew the server's keytab, or get a new ticket"},
    {KRB5KRB_AP_ERR_NOKEY, HOP_SEC_E_WRONG_PRINCIPAL, NULL, NULL},
    {KRB5_KT_NOTFOUND, HOP_SEC_E_WRONG_PRINCIPAL,
     "the server's keytab has no key for the ticket's service name",
     "ask for another SPN, or renew the server's keytab"},
    {KRB5_KT_KVNONOTFOUND, HOP_SEC_E_WRONG_PRINCIPAL,
     "the server's keytab has another version of the key",
     "renew the server's keytab, or get a new ticket"},
    {KG_KEYTAB_NOMATCH, HOP_SEC_E_WRONG_PRINCIPAL,
     "the server's keytab has no key for the ticket's service name",
     "ask for another SPN, or renew the server's keytab"},
    {KRB5KRB_AP_ERR_REPEAT, HOP_SEC_E_OUT_OF_SEQUENCE,
     "the token was used before", "connect again"},
    {KRB5KDC_ERR_ETYPE_NOSUPP, HOP_SEC_E_KDC_UNKNOWN_ETYPE, NULL, NULL},
    {KRB5_PROG_ETYPE_NOSUPP, HOP_SEC_E_KDC_UNKNOWN_ETYPE, NULL, NULL},
    {KRB5KDC_ERR_BADOPTION, HOP_SEC_E_DELEGATION_REQUIRED, NULL, NULL},
    {KRB5KDC_ERR_POLICY, HOP_SEC_E_DELEGATION_POLICY, NULL, NULL},
    {KRB5KRB_AP_ERR_BADADDR, HOP_SEC_E_LOGON_DENIED,
     "the ticket is bound to another network address", NULL},
    {KRB5KRB_AP_ERR_INAPP_CKSUM, HOP_SEC_E_BAD_BINDINGS, NULL, NULL},
};

/* What a domain controller adds to a code that stands for several causes. */
struct status_row {
    uint32_t status;
    int32_t code; /* with which it is believed */
    const char *why, *advice;
};

static const struct status_row status_rows[] = {
    {HOP_STATUS_ACCOUNT_DISABLED, KRB5KDC_ERR_CLIENT_REVOKED,
     "the account is disabled", "ask a domain administrator to enable it"},
    {HOP_STATUS_ACCOUNT_LOCKED_OUT, KRB5KDC_ERR_CLIENT_REVOKED,
     "the account is locked after too many wrong passwords",
     "wait until the lock ends, or ask a domain administrator"},
    {HOP_STATUS_ACCOUNT_EXPIRED, KRB5KDC_ERR_CLIENT_REVOKED,
     "the account has expired", "ask a domain administrator"},
    {HOP_STATUS_INVALID_LOGON_HOURS, KRB5KDC_ERR_CLIENT_REVOKED,
     "the account may not log on at this hour",
     "try again within its logon hours"},
    {HOP_STATUS_PASSWORD_MUST_CHANGE, KRB5KDC_ERR_KEY_EXP,
     "the password must be changed before the first logon",
     "change it with kpasswd"},
    {HOP_STATUS_INVALID_WORKSTATION, KRB5KDC_ERR_POLICY,
     "the account may not log on from this host",
     "ask a domain administrator to allow it (userWorkstations)"},
    {HOP_STATUS_ACCOUNT_RESTRICTION, KRB5KDC_ERR_POLICY,
     "a restriction of the account, or an authentication policy, forbids it",
     "ask a domain administrator"},
    {HOP_STATUS_AUTHENTICATION_FIREWALL, KRB5KDC_ERR_POLICY,
     "the trust between the domains is selective, and the service's account "
     "does not allow users of the other one to authenticate",
     "grant them \"Allowed to Authenticate\" on it"},
    {HOP_STATUS_CROSSREALM_DELEGATION_FAILURE, KRB5KDC_ERR_BADOPTION,
     "constrained delegation does not cross domains",
     "use RBCD on the target's account"},
};

struct major_row {
    uint32_t major; /* routine error */
    uint32_t sec;
    const char *why, *advice;
};

static const struct major_row major_rows[] = {
    {GSS_S_NO_CRED, HOP_SEC_E_NO_CREDENTIALS, NULL, NULL},
    {GSS_S_DEFECTIVE_CREDENTIAL, HOP_SEC_E_NO_CREDENTIALS, NULL, NULL},
    {GSS_S_CREDENTIALS_EXPIRED, HOP_SEC_E_CONTEXT_EXPIRED, NULL, NULL},
    {GSS_S_CONTEXT_EXPIRED, HOP_SEC_E_CONTEXT_EXPIRED, NULL, NULL},
    {GSS_S_BAD_BINDINGS, HOP_SEC_E_BAD_BINDINGS, NULL, NULL},
    {GSS_S_DEFECTIVE_TOKEN, HOP_SEC_E_INVALID_TOKEN, NULL, NULL},
    {GSS_S_BAD_MECH, HOP_SEC_E_INVALID_TOKEN,
     "the mechanism asked for is not offered here",
     "choose Negotiate, or install the mechanism's library"},
    {GSS_S_BAD_MIC, HOP_SEC_E_MESSAGE_ALTERED, NULL, NULL},
    {GSS_S_BAD_NAME, HOP_SEC_E_TARGET_UNKNOWN, NULL, NULL},
    {GSS_S_BAD_NAMETYPE, HOP_SEC_E_TARGET_UNKNOWN, NULL, NULL},
    {GSS_S_UNAUTHORIZED, HOP_SEC_E_LOGON_DENIED, NULL, NULL},
};

static const struct sec_row *
find_sec(uint32_t code)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(sec_rows); k++)
        if (sec_rows[k].code == code)
            return &sec_rows[k];
    return NULL;
}

static const struct krb_row *
find_krb(int32_t code)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(krb_rows); k++)
        if (krb_rows[k].code == code)
            return &krb_rows[k];
    return NULL;
}

static const struct major_row *
find_major(uint32_t major)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(major_rows); k++)
        if (major_rows[k].major == GSS_ROUTINE_ERROR(major))
            return &major_rows[k];
    return NULL;
}

static const struct status_row *
find_status(uint32_t status, int32_t code)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(status_rows); k++)
        if (status_rows[k].status == status && status_rows[k].code == code)
            return &status_rows[k];
    return NULL;
}

/* ": STATUS_ACCOUNT_DISABLED", or nothing. */
static void
put_status(uint32_t status, char *out, size_t size)
{
    const char *name = kdc_error_name(status);

    if (status == 0)
        *out = '\0';
    else if (name != NULL)
        snprintf(out, size, ": %s", name);
    else
        snprintf(out, size, ": NTSTATUS 0x%08X", status);
}

/* "authenticate to b as alice@CORP.TEST: the password is wrong; type it again
 * (0x8009030C SEC_E_LOGON_DENIED: Preauthentication failed)". */
static bool
compose(struct hop_error *err, const struct hop_explain *x, uint32_t sec,
        const char *why, const char *advice)
{
    const struct sec_row *row = find_sec(sec);
    char status[64];

    put_status(x->status, status, sizeof(status));
    why = why != NULL ? why : row->why;
    advice = advice != NULL ? advice : row->advice;
    return hop_error_set(
        err, HOP_ERROR_WSMAN, sec, "%s%s%s%s%s%s%s; %s (0x%08X %s%s%s%s)",
        x->what != NULL ? x->what : "authenticate",
        x->target != NULL ? " to " : "", x->target != NULL ? x->target : "",
        x->principal != NULL ? " as " : "",
        x->principal != NULL ? x->principal : "", ": ", why, advice, sec,
        row->name, status, x->detail != NULL && *x->detail != '\0' ? ": " : "",
        x->detail != NULL ? x->detail : "");
}

const char *
hop_sec_name(uint32_t code)
{
    const struct sec_row *row = find_sec(code);

    return row != NULL ? row->name : NULL;
}

bool
hop_explain_sec(struct hop_error *err, const struct hop_explain *x,
                uint32_t code)
{
    if (find_sec(code) == NULL)
        code = HOP_SEC_E_INTERNAL_ERROR;
    return compose(err, x, code, NULL, NULL);
}

bool
hop_explain_krb5(struct hop_error *err, const struct hop_explain *x,
                 int32_t code)
{
    const struct krb_row *row = find_krb(code);
    const struct status_row *more = find_status(x->status, code);
    struct hop_explain y = *x;
    char words[256];

    if (y.detail == NULL) {
        krb_message(NULL, code, words, sizeof(words));
        y.detail = words;
    }
    if (row == NULL)
        return compose(err, &y, HOP_SEC_E_INTERNAL_ERROR, NULL, NULL);
    if (more != NULL)
        return compose(err, &y, row->sec, more->why, more->advice);
    return compose(err, &y, row->sec, row->why, row->advice);
}

bool
hop_explain_gss(struct hop_error *err, const struct hop_explain *x,
                uint32_t major, uint32_t minor, int mech)
{
    const struct major_row *row = find_major(major);
    const struct krb_row *krb = find_krb((int32_t)minor);
    struct hop_explain y = *x;
    char words[512];

    if (y.detail == NULL) {
        gss_message(major, minor, mech, words, sizeof(words));
        y.detail = words;
    }
    if (mech != HOP_AUTH_NTLM && krb != NULL)
        return compose(err, &y, krb->sec, krb->why, krb->advice);
    /* gss-ntlmssp 1.2.0 reports a wrong password as GSS_S_FAILURE with
     * EINVAL, EPERM or EACCES. */
    if (mech == HOP_AUTH_NTLM && GSS_ROUTINE_ERROR(major) == GSS_S_FAILURE)
        return compose(err, &y, HOP_SEC_E_LOGON_DENIED, NULL, NULL);
    if (row != NULL)
        return compose(err, &y, row->sec, row->why, row->advice);
    if ((major & GSS_S_DUPLICATE_TOKEN) || (major & GSS_S_OLD_TOKEN) ||
        (major & GSS_S_UNSEQ_TOKEN) || (major & GSS_S_GAP_TOKEN))
        return compose(err, &y, HOP_SEC_E_OUT_OF_SEQUENCE, NULL, NULL);
    return compose(err, &y, HOP_SEC_E_INTERNAL_ERROR, NULL, NULL);
}
