/* Tickets in users' names, from a real KDC with a policy of delegation.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/kdcerror.h"
#include "auth/mint.h"

#include <krb5.h>
#include <time.h>

#include "auth/exchange.h"
#include "auth/keys.h"
#include "auth/realm.h"
#include "test.h"

static struct realm realm;
static struct hop_acceptor_cred *server;

#define KCD  "kcd host/b.test@TEST host/c.test@TEST\n"
#define RBCD "rbcd host/c.test@TEST host/b.test@TEST\n"

/* A logon to host/b.test; what it left. */
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
    if (x.ok)
        g = hop_acceptor_take_grant(x.a);
    else
        printf("# %s %s\n", x.client_err.text, x.server_err.text);
    exchange_done(&x);
    return g;
}

static struct mint_order
order(const struct hop_grant *g, const char *service)
{
    return (struct mint_order){.grant = g,
                               .service = service,
                               .keytab = hop_keys_name(),
                               .account = "host/b.test@TEST"};
}

enum source { TICKET, FORWARDED, NAME };

static struct hop_grant *
make_grant(enum source s, const char *user)
{
    struct hop_grant *g = NULL;
    char name[64];

    if (s != NAME)
        return log_on(user,
                      s == FORWARDED ? HOP_DELEGATE_ALWAYS : HOP_DELEGATE_NONE);
    snprintf(name, sizeof(name), "%s@TEST", user);
    return hop_grant_from_name(name, time(NULL) + 3600, &g, NULL) ? g : NULL;
}

static void
ways(void)
{
    static const struct {
        const char *name;
        enum source source;
        const char *user, *policy, *service;
        int32_t code;
    } rows[] = {
        {"forwarded ticket", FORWARDED, "alice", "", "host/c.test@TEST", 0},
        {"forwarded ticket, no such service", FORWARDED, "alice", "",
         "cifs/none.test@TEST", KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN},
        {"evidence and nothing granted", TICKET, "alice", "",
         "host/c.test@TEST", KRB5KDC_ERR_BADOPTION},
        {"evidence with classic delegation", TICKET, "alice", KCD,
         "host/c.test@TEST", 0},
        {"evidence with the target's consent", TICKET, "alice", RBCD,
         "host/c.test@TEST", 0},
        {"evidence for another service than granted", TICKET, "alice", KCD,
         "HTTP/web.test@TEST", KRB5KDC_ERR_BADOPTION},
        {"evidence of a sensitive user", TICKET, "carol", KCD RBCD,
         "host/c.test@TEST", KRB5KDC_ERR_BADOPTION},
        {"a name alone with protocol transition", NAME, "bob", KCD,
         "host/c.test@TEST", 0},
        {"a name alone and nothing granted", NAME, "bob", "",
         "host/c.test@TEST", KRB5KDC_ERR_BADOPTION},
        {"a name that does not exist", NAME, "nobody", KCD, "host/c.test@TEST",
         KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_CLEANUP(mint_result_done) struct mint_result r = {0};
        HOP_AUTO_GRANT struct hop_grant *g = NULL;
        struct mint_order o;

        ROW(rows[k].name);
        realm_policy(&realm, rows[k].policy);
        g = make_grant(rows[k].source, rows[k].user);
        if (g == NULL) {
            FAIL("a logon");
            continue;
        }
        /* a session has a copy of its own */
        HOP_AUTO_GRANT struct hop_grant *copy = hop_grant_dup(g);
        o = order(copy, rows[k].service);
        mint_ticket(&o, &r);
        CHECK_INT(r.code, rows[k].code);
        CHECK_INT(r.creds.len > 100, rows[k].code == 0);
        if (rows[k].code == 0)
            CHECK(mint_creds_end(r.creds.data, r.creds.len) <=
                  hop_grant_expires(g));
        else
            CHECK(strlen(mint_explain(r.code, r.status, rows[k].service, g)) >
                  20);
    }
}

/* The words for each NTSTATUS with which a KDC refuses S4U2Proxy, MS-SFU
 * 3.2.5.2.1 and 3.2.5.2.3. */
static void
words(void)
{
    static const struct {
        const char *name;
        uint32_t status;
        const char *has, *has_not;
        const char *service; /* NULL: one of this domain */
    } rows[] = {
        {"no list of the server's at all", HOP_STATUS_NOT_SUPPORTED,
         "(msDS-AllowedToDelegateTo) is empty", NULL},
        {"a list without this service", HOP_STATUS_NO_MATCH,
         "which names others", "PrincipalsAllowedToDelegateToAccount"},
        {"a target that trusts others", HOP_STATUS_NOT_FOUND,
         "trusts other servers", "msDS-AllowedToDelegateTo"},
        {"a sensitive user", HOP_STATUS_ACCOUNT_RESTRICTION, "Protected Users",
         "msDS-AllowedToDelegateTo"},
        {"KCD towards another domain", HOP_STATUS_CROSSREALM_DELEGATION_FAILURE,
         "in another domain", NULL},
        {"a KDC that says no more", 0, "msDS-AllowedToDelegateTo", NULL},
        {"the same of a service in another domain", 0, "across a trust",
         "msDS-AllowedToDelegateTo", "host/d@OTHER"},
        {"a status that says nothing of it", 0xC0000001,
         "PrincipalsAllowedToDelegateToAccount", NULL},
    };
    HOP_AUTO_GRANT struct hop_grant *g = make_grant(TICKET, "alice");

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows) && g != NULL; k++) {
        const char *text =
            mint_explain(KRB5KDC_ERR_BADOPTION, rows[k].status,
                         rows[k].service ? rows[k].service : "host/c@TEST", g);

        ROW(rows[k].name);
        CHECK(strstr(text, rows[k].has) != NULL);
        CHECK(rows[k].has_not == NULL || strstr(text, rows[k].has_not) == NULL);
    }
}

static void
copies(void)
{
    static const char *const names[] = {
        [TICKET] = "a copy of an evidence ticket",
        [FORWARDED] = "a copy of a forwarded ticket",
        [NAME] = "a copy of a name",
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(names); k++) {
        HOP_AUTO_GRANT struct hop_grant *g = make_grant((enum source)k, "bob");
        HOP_AUTO_GRANT struct hop_grant *copy = hop_grant_dup(g);

        ROW(names[k]);
        if (copy == NULL) {
            FAIL("a copy");
            continue;
        }
        CHECK_STR(hop_grant_principal(copy), "bob@TEST");
        CHECK_INT(hop_grant_expires(copy), hop_grant_expires(g));
    }
}

/* Without asking, the ticket would live as
 * long as the KDC likes. */
TEST(ticket_ends_with_its_evidence)
{
    HOP_CLEANUP(mint_result_done) struct mint_result r = {0};
    HOP_AUTO_GRANT struct hop_grant *g = NULL;
    struct mint_order o;
    const char *argv[] = {"kinit", "-f", "-l", "5m", "alice", NULL};
    HOP_AUTO_CRED struct hop_cred *c = NULL;
    struct hop_initiator_options io = {.mech = HOP_AUTH_KERBEROS,
                                       .spn = {.host = "b.test"}};
    static const struct hop_acceptor_rule rule = {.kerberos = true,
                                                  .mech = HOP_AUTH_KERBEROS};
    struct exchange x;
    int64_t end;

    realm_policy(&realm, RBCD);
    REQUIRE(realm_run(&realm, REALM_PASSWORD "\n", argv));
    REQUIRE(hop_cred_default(NULL, &c, NULL));
    io.cred = c;
    exchange_run(&x, &io, server, &rule, NULL);
    REQUIRE(x.ok);
    g = hop_acceptor_take_grant(x.a);
    exchange_done(&x);
    REQUIRE(g != NULL);
    o = order(g, "host/c.test@TEST");
    mint_ticket(&o, &r);
    REQUIRE(r.code == 0);
    end = mint_creds_end(r.creds.data, r.creds.len);
    CHECK(end > time(NULL) && end <= time(NULL) + 300);
    CHECK(end <= hop_grant_expires(g));
}

TEST(own_ticket_is_used_again)
{
    HOP_CLEANUP(mint_result_done) struct mint_result r = {0}, again = {0};
    HOP_AUTO_GRANT struct hop_grant *g = make_grant(TICKET, "alice");
    struct mint_order o;

    realm_policy(&realm, RBCD);
    REQUIRE(g != NULL);
    o = order(g, "host/c.test@TEST");
    mint_ticket(&o, &r);
    REQUIRE(r.code == 0 && r.own.len > 0);
    o.own = r.own.data;
    o.own_len = r.own.len;
    o.keytab = NULL; /* no key is needed any more */
    mint_ticket(&o, &again);
    CHECK_INT(again.code, 0);
    CHECK_INT(again.own.len, 0);
}

/* What has expired is not shown to the KDC. */
TEST(expired_grant)
{
    HOP_CLEANUP(mint_result_done) struct mint_result r = {0};
    HOP_AUTO_GRANT struct hop_grant *g = NULL;
    struct mint_order o;

    REQUIRE(hop_grant_from_name("alice@TEST", time(NULL) - 1, &g, NULL));
    o = order(g, "host/c.test@TEST");
    mint_ticket(&o, &r);
    CHECK_INT(r.code, KRB5KRB_AP_ERR_TKT_EXPIRED);
}

TEST(renewal)
{
    HOP_CLEANUP(mint_result_done) struct mint_result r = {0}, other = {0};
    HOP_AUTO_GRANT struct hop_grant *g = NULL, *bob = NULL;
    HOP_AUTO_CRED struct hop_cred *c = NULL;
    const char *argv[] = {"kinit", "-f", "-l", "5m", "-r", "1h", "alice", NULL};
    struct hop_initiator_options io = {.mech = HOP_AUTH_KERBEROS,
                                       .delegate = HOP_DELEGATE_ALWAYS,
                                       .spn = {.host = "b.test"}};
    static const struct hop_acceptor_rule rule = {.kerberos = true,
                                                  .mech = HOP_AUTH_KERBEROS};
    struct mint_order o;
    struct exchange x;
    int64_t end;

    REQUIRE(realm_run(&realm, REALM_PASSWORD "\n", argv));
    REQUIRE(hop_cred_default(NULL, &c, NULL));
    io.cred = c;
    exchange_run(&x, &io, server, &rule, NULL);
    REQUIRE(x.ok);
    g = hop_acceptor_take_grant(x.a);
    exchange_done(&x);
    REQUIRE(g != NULL);
    end = hop_grant_expires(g);
    CHECK(!hop_grant_wants_renewal(g, time(NULL)));
    CHECK(hop_grant_wants_renewal(g, end - 30));
    CHECK(!hop_grant_wants_renewal(g, end + 1));
    o = order(g, "");
    mint_renew(&o, &r);
    REQUIRE(r.code == 0);
    CHECK(hop_grant_renewed(g, r.creds.data, r.creds.len));
    CHECK(hop_grant_expires(g) >= end);
    CHECK(hop_grant_kind(g) == HOP_GRANT_TGT);
    /* nobody else's, and no ticket of another kind */
    bob = log_on("bob", HOP_DELEGATE_ALWAYS);
    REQUIRE(bob != NULL);
    CHECK(!hop_grant_renewed(bob, r.creds.data, r.creds.len));
    o = order(g, "host/c.test@TEST");
    mint_ticket(&o, &other);
    REQUIRE(other.code == 0);
    CHECK(!hop_grant_renewed(g, other.creds.data, other.creds.len));
    CHECK(!hop_grant_renewed(g, "x", 1));
}

TEST(server_without_keys)
{
    HOP_CLEANUP(mint_result_done) struct mint_result r = {0};
    HOP_AUTO_GRANT struct hop_grant *g = make_grant(TICKET, "alice");
    struct mint_order o;

    REQUIRE(g != NULL);
    o = order(g, "host/c.test@TEST");
    o.keytab = NULL;
    mint_ticket(&o, &r);
    CHECK_INT(r.code, KRB5_KT_NOTFOUND);
}

static struct kcm_principal
service(const char *class, const char *host, const char *of)
{
    return (struct kcm_principal){
        .realm = {of, strlen(of)},
        .parts = {{class, strlen(class)}, {host, strlen(host)}},
        .count = 2};
}

static void
names(void)
{
    static const struct {
        const char *name, *class, *host, *realm, *want;
    } rows[] = {
        {"a full name", "cifs", "c.test", "TEST", "cifs/c.test@TEST"},
        {"an empty realm", "cifs", "c.test", "", "cifs/c.test@TEST"},
        {"an unknown domain is the user's", "cifs", "c.elsewhere", "",
         "cifs/c.elsewhere@TEST"},
        {"letter case and a final dot", "cifs", "C.Test.", "",
         "cifs/c.test@TEST"},
        {"a blank in the host", "cifs", "c test", "TEST", NULL},
        {"a slash in the host", "cifs", "c/test", "TEST", NULL},
        {"no host", "cifs", "", "TEST", NULL},
    };
    HOP_AUTO_GRANT struct hop_grant *g = make_grant(NAME, "alice");

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct kcm_principal p =
            service(rows[k].class, rows[k].host, rows[k].realm);
        HOP_AUTO_FREE char *got = mint_service_name(&p, g);

        ROW(rows[k].name);
        CHECK_STR(got, rows[k].want);
    }
}

static void
lists(void)
{
    static const struct {
        const char *name, *allow, *deny;
        bool ok;
    } rows[] = {
        {"no lists", NULL, NULL, true},
        {"empty lists", "", " , ", true},
        {"allowed by class", "cifs, HTTP", NULL, true},
        {"allowed by pattern", "cifs/*.corp.test", NULL, true},
        {"in another case", "CIFS/C.*", NULL, true},
        {"another class", "HTTP", NULL, false},
        {"another host", "cifs/d.*", NULL, false},
        {"denied", "", "cifs", false},
        {"denied and allowed", "cifs", "*/c.corp.test", false},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        ROW(rows[k].name);
        CHECK_INT(mint_is_allowed("cifs/c.corp.test@CORP.TEST", rows[k].allow,
                                  rows[k].deny),
                  rows[k].ok);
    }
}

TEST(account_of_the_keys)
{
    HOP_AUTO_FREE char *a = hop_keys_account();

    CHECK_STR(a, "host/b.test@TEST");
}

int
main(void)
{
    struct hop_error err = {0};
    struct hop_acceptor_options o = {.evidence = true};

    if (!realm_start(&realm, "aes256-cts") ||
        !hop_keys_load(realm_path(&realm, "b.keytab"), &err)) {
        printf("Bail out! the realm did not start: %s\n", err.text);
        return 1;
    }
    o.keytab = hop_keys_name();
    if (!hop_acceptor_cred_new(&o, &server, &err)) {
        printf("Bail out! %s\n", err.text);
        return 1;
    }
    ways();
    words();
    copies();
    names();
    lists();
    RUN(ticket_ends_with_its_evidence);
    RUN(own_ticket_is_used_again);
    RUN(expired_grant);
    RUN(renewal);
    RUN(server_without_keys);
    RUN(account_of_the_keys);
    hop_acceptor_cred_free(server);
    realm_stop(&realm);
    return test_done();
}
