/* Two realms that trust each other: users of one on a server of the other,
 * services of the other asked for, and what of delegation crosses.
 *
 * Not here: S4U2Self for a user of the other realm.  Its KDC is asked for our
 * service by enterprise name (MS-SFU 3.1.5.1.1.2), which only one on a
 * directory can refer on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <krb5.h>
#include <time.h>

#include "auth/account.h"
#include "auth/exchange.h"
#include "auth/grant.h"
#include "auth/gss.h"
#include "auth/keys.h"
#include "auth/mint.h"
#include "auth/realm.h"
#include "test.h"

static struct realm realm;
static struct hop_acceptor_cred *server;

#define LOCAL_KCD  "kcd host/b.test@TEST host/c.test@TEST\n"
#define LOCAL_RBCD "rbcd host/c.test@TEST host/b.test@TEST\n"
#define FAR_KCD    "kcd host/b.test@TEST host/d.other@OTHER\n"
#define FAR_RBCD   "rbcd host/d.other@OTHER host/b.test@TEST\n"

enum source { TICKET, FORWARDED, NAME };

static struct hop_grant *
log_on(const char *user, enum hop_auth_delegate d)
{
    HOP_AUTO_SECRET struct hop_secret *s =
        hop_secret_new(REALM_PASSWORD, strlen(REALM_PASSWORD));
    HOP_AUTO_CRED struct hop_cred *c = NULL;
    struct hop_initiator_options o = {
        .mech = HOP_AUTH_NEGOTIATE, .delegate = d, .spn = {.host = "b.test"}};
    static const struct hop_acceptor_rule rule = {.kerberos = true,
                                                  .mech = HOP_AUTH_NEGOTIATE};
    struct hop_grant *g = NULL;
    struct exchange x;

    if (!hop_cred_password(user, s, &c, NULL))
        return NULL;
    o.cred = c;
    exchange_run(&x, &o, server, &rule, NULL);
    CHECK_STR(x.client_err.text, "");
    CHECK_STR(x.server_err.text, "");
    if (x.ok) {
        CHECK_STR(hop_acceptor_identity(x.a)->principal, user);
        g = hop_acceptor_take_grant(x.a);
    }
    exchange_done(&x);
    return g;
}

static struct hop_grant *
make_grant(enum source s, const char *user)
{
    struct hop_grant *g = NULL;

    if (s != NAME)
        return log_on(user,
                      s == FORWARDED ? HOP_DELEGATE_ALWAYS : HOP_DELEGATE_NONE);
    return hop_grant_from_name(user, time(NULL) + 3600, &g, NULL) ? g : NULL;
}

static void
across(void)
{
    static const struct {
        const char *name;
        enum source source;
        const char *user, *policy, *service;
        int32_t code;
    } rows[] = {
        {"a forwarded ticket of the other realm, a service of ours", FORWARDED,
         "zoe@OTHER", "", "host/c.test@TEST", 0},
        {"and a service of its own", FORWARDED, "zoe@OTHER", "",
         "host/d.other@OTHER", 0},
        {"a forwarded ticket of ours, a service of the other realm", FORWARDED,
         "alice@TEST", "", "host/d.other@OTHER", 0},
        {"the other realm's user, RBCD here", TICKET, "zoe@OTHER", LOCAL_RBCD,
         "host/c.test@TEST", 0},
        {"the other realm's user, KCD here", TICKET, "zoe@OTHER", LOCAL_KCD,
         "host/c.test@TEST", 0},
        {"the other realm's user, nothing granted", TICKET, "zoe@OTHER", "",
         "host/c.test@TEST", KRB5KDC_ERR_BADOPTION},
        {"our user, RBCD in the other realm", TICKET, "alice@TEST", FAR_RBCD,
         "host/d.other@OTHER", 0},
        {"their user, RBCD in the other realm", TICKET, "zoe@OTHER", FAR_RBCD,
         "host/d.other@OTHER", 0},
        {"our user, KCD towards the other realm", TICKET, "alice@TEST", FAR_KCD,
         "host/d.other@OTHER", KRB5KDC_ERR_BADOPTION},
        {"our user, a service that the other realm has not", TICKET,
         "alice@TEST", FAR_RBCD, "host/none.other@OTHER",
         KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN},
        {"a realm that nobody knows", TICKET, "alice@TEST", "",
         "host/x.nowhere@NOWHERE", KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN},
        {"our user by name, RBCD in the other realm", NAME, "alice@TEST",
         FAR_RBCD, "host/d.other@OTHER", 0},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_CLEANUP(mint_result_done) struct mint_result r = {0};
        HOP_AUTO_GRANT struct hop_grant *g = NULL;
        struct mint_order o = {.service = rows[k].service,
                               .keytab = hop_keys_name(),
                               .account = "host/b.test@TEST"};

        ROW(rows[k].name);
        realm_policy(&realm, rows[k].policy);
        g = make_grant(rows[k].source, rows[k].user);
        if (g == NULL) {
            FAIL("a logon");
            continue;
        }
        CHECK_STR(hop_grant_principal(g), rows[k].user);
        o.grant = g;
        mint_ticket(&o, &r);
        CHECK_INT(r.code, rows[k].code);
        if (r.code == 0)
            CHECK(mint_creds_end(r.creds.data, r.creds.len) <=
                  hop_grant_expires(g));
        else
            CHECK(strlen(mint_explain(r.code, r.status, rows[k].service, g)) >
                  20);
    }
}

/* krb5.conf says which realm a host is in; the user's realm says nothing. */
static void
names(void)
{
    static const struct {
        const char *name, *realm, *host, *user, *service;
    } rows[] = {
        {"a host of ours, no realm asked for", "", "c.test", "alice@TEST",
         "host/c.test@TEST"},
        {"a host of the other realm", "", "d.other", "alice@TEST",
         "host/d.other@OTHER"},
        {"the other realm's user, a host of ours", "", "c.test", "zoe@OTHER",
         "host/c.test@TEST"},
        {"a host in no realm: the user's own", "", "x.nowhere", "zoe@OTHER",
         "host/x.nowhere@OTHER"},
        {"a realm that was asked for stays", "OTHER", "c.test", "alice@TEST",
         "host/c.test@OTHER"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_GRANT struct hop_grant *g = make_grant(NAME, rows[k].user);
        struct kcm_principal p = {
            .count = 2,
            .realm = {rows[k].realm, strlen(rows[k].realm)},
            .parts = {{"host", 4}, {rows[k].host, strlen(rows[k].host)}}};
        HOP_AUTO_FREE char *got = g != NULL ? mint_service_name(&p, g) : NULL;

        ROW(rows[k].name);
        CHECK(got != NULL);
        if (got != NULL)
            CHECK_STR(got, rows[k].service);
    }
}

/* A user of another realm is nobody here until a rule says who: alice stands in
 * auth_to_local_names, which MIT's library reads for any realm. */
TEST(users_of_another_realm_are_mapped_by_rule)
{
    struct hop_account a = {0};
    struct hop_error err = {0};

    CHECK(!hop_account_map(HOP_AUTH_KERBEROS, "alice@OTHER", &a, &err));
    CHECK(strstr(err.text, "auth_to_local") != NULL);
    CHECK(hop_account_map(HOP_AUTH_KERBEROS, "alice@TEST", &a, &err));
    CHECK_STR(a.user, realm_user());
    hop_account_done(&a);
}

int
main(void)
{
    static const char *const enctypes = "aes256-cts";
    struct hop_acceptor_options o = {.evidence = true};
    struct hop_error err = {0};

    if (!realm_start(&realm, enctypes) || !realm_trust(&realm, enctypes) ||
        !hop_keys_load(realm_path(&realm, "b.keytab"), &err)) {
        printf("Bail out! no realms: %s\n", err.text);
        return 1;
    }
    o.keytab = hop_keys_name();
    if (!hop_acceptor_cred_new(&o, &server, &err)) {
        printf("Bail out! %s\n", err.text);
        return 1;
    }
    across();
    names();
    RUN(users_of_another_realm_are_mapped_by_rule);
    hop_acceptor_cred_free(server);
    realm_stop(&realm);
    return test_done();
}
