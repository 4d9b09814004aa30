/* A user's password becomes a ticket, or a reason why not.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/logon.h"

#include "auth/explain.h"
#include "auth/grant.h"
#include "auth/kdcerror.h"
#include "auth/realm.h"
#include "test.h"

#include <krb5.h>

static struct realm realm;

static void
log_on(const char *user, const char *password, const char *principal,
       struct hop_logon *l)
{
    HOP_AUTO_SECRET struct hop_secret *s =
        hop_secret_new(password, strlen(password));

    hop_logon_password(user, s, principal, l);
}

TEST(a_password_becomes_a_ticket)
{
    static const char *const names[] = {"alice@TEST", "alice@test",
                                        "TEST\\alice", "alice"};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(names); k++) {
        HOP_AUTO_GRANT struct hop_grant *g = NULL;
        struct hop_logon l;
        struct hop_error err = {0};

        log_on(names[k], REALM_PASSWORD, "alice@TEST", &l);
        CHECK_STR(l.err.text, "");
        CHECK_INT(l.status, 0);
        CHECK_STR(l.principal, "alice@TEST");
        CHECK(hop_grant_from_tgt(l.tgt.data, l.tgt.len, &g, &err));
        CHECK_STR(err.text, "");
        CHECK_INT(hop_grant_kind(g), HOP_GRANT_TGT);
        if (g != NULL) {
            CHECK_STR(hop_grant_principal(g), "alice@TEST");
            CHECK(hop_grant_forwardable(g));
        }
        hop_logon_done(&l);
    }
}

static void
refusals(void)
{
    static const struct {
        const char *name, *user, *password, *principal;
        uint32_t status, code;
        const char *text;
    } rows[] = {
        {"wrong password", "alice@TEST", "wrong", "alice@TEST",
         HOP_STATUS_LOGON_FAILURE, HOP_SEC_E_LOGON_DENIED,
         "the password is wrong"},
        {"empty password", "alice@TEST", "", "alice@TEST",
         HOP_STATUS_LOGON_FAILURE, HOP_SEC_E_LOGON_DENIED,
         "the password is wrong"},
        {"unknown user", "nobody@TEST", REALM_PASSWORD, "nobody@TEST",
         HOP_STATUS_LOGON_FAILURE, HOP_SEC_E_LOGON_DENIED,
         "the domain knows no such user"},
        {"expired password", "erin@TEST", REALM_PASSWORD, "erin@TEST",
         HOP_STATUS_PASSWORD_EXPIRED, HOP_SEC_E_LOGON_DENIED,
         "the password has expired"},
        {"disabled account", "frank@TEST", REALM_PASSWORD, "frank@TEST",
         HOP_STATUS_ACCOUNT_DISABLED, HOP_SEC_E_LOGON_DENIED,
         "the account is disabled"},
        {"never forwardable", "carol@TEST", REALM_PASSWORD, "carol@TEST",
         HOP_STATUS_ACCOUNT_RESTRICTION, HOP_SEC_E_DELEGATION_REQUIRED,
         "it is marked sensitive or is in Protected Users"},
        {"another than was proven", "bob@TEST", REALM_PASSWORD, "alice@TEST",
         HOP_STATUS_LOGON_FAILURE, HOP_SEC_E_LOGON_DENIED,
         "the client has proven to be another, alice@TEST"},
        {"unknown domain", "OTHER\\alice", REALM_PASSWORD, "alice@OTHER",
         HOP_STATUS_NO_LOGON_SERVERS, HOP_SEC_E_NO_AUTHENTICATING_AUTHORITY,
         "no domain controller is known"},
        {"no name", "", REALM_PASSWORD, "alice@TEST", HOP_STATUS_LOGON_FAILURE,
         0, "is not the name of a user"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_logon l;

        ROW(rows[k].name);
        log_on(rows[k].user, rows[k].password, rows[k].principal, &l);
        CHECK_INT(l.status, rows[k].status);
        CHECK_INT(l.err.code, rows[k].code);
        if (strstr(l.err.text, rows[k].text) == NULL)
            CHECK_STR(l.err.text, rows[k].text);
        CHECK_INT(l.tgt.len, 0);
        hop_logon_done(&l);
    }
}

/* What a domain controller of Windows adds goes before Kerberos' own code. */
TEST(the_kdcs_status_is_told)
{
    CHECK_INT(
        logon_status(KRB5KDC_ERR_CLIENT_REVOKED, HOP_STATUS_ACCOUNT_LOCKED_OUT),
        HOP_STATUS_ACCOUNT_LOCKED_OUT);
    CHECK_INT(
        logon_status(KRB5KDC_ERR_KEY_EXP, HOP_STATUS_PASSWORD_MUST_CHANGE),
        HOP_STATUS_PASSWORD_MUST_CHANGE);
    CHECK_INT(
        logon_status(KRB5KDC_ERR_PREAUTH_FAILED, HOP_STATUS_WRONG_PASSWORD),
        HOP_STATUS_LOGON_FAILURE);
    CHECK_INT(
        logon_status(KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, HOP_STATUS_NO_SUCH_USER),
        HOP_STATUS_LOGON_FAILURE);
    CHECK_INT(logon_status(KRB5KDC_ERR_POLICY, 0),
              HOP_STATUS_ACCOUNT_RESTRICTION);
    CHECK_INT(logon_status(12345, 0), HOP_STATUS_LOGON_FAILURE);
}

TEST(bytes_that_are_no_ticket)
{
    HOP_AUTO_GRANT struct hop_grant *g = NULL;
    struct hop_error err = {0};

    CHECK(!hop_grant_from_tgt("junk", 4, &g, &err));
    CHECK(g == NULL);
}

int
main(void)
{
    if (!realm_start(&realm, "aes256-cts")) {
        printf("Bail out! the realm did not start, see %s\n", realm.dir);
        return 1;
    }
    RUN(a_password_becomes_a_ticket);
    refusals();
    RUN(the_kdcs_status_is_told);
    RUN(bytes_that_are_no_ticket);
    realm_stop(&realm);
    return test_done();
}
