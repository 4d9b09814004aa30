/* Sealed messages by every kind of key: the library's and ours against each
 * other.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/seal.h"

#include <time.h>

#include "auth/exchange.h"
#include "auth/explain.h"
#include "auth/fastseal.h"
#include "auth/gss.h"
#include "auth/realm.h"
#include "test.h"

static struct realm realm;
static struct hop_acceptor_cred *server;
static struct hop_cred *tickets;

enum { BIG = 614400 };
static char text[BIG];

struct pair {
    struct hop_seal *c, *s;
};

enum how { LIBRARY, FAST };
static size_t padding; /* of the kind of key at hand */

static bool pass(struct hop_seal *from, enum how f, struct hop_seal *to,
                 enum how t, size_t n);

/* With a small message each way: the change waits for one. */
static bool
open_pair(struct pair *p)
{
    struct hop_initiator_options io = {
        .mech = HOP_AUTH_NEGOTIATE, .cred = tickets, .spn = {.host = "b.test"}};
    static const struct hop_acceptor_rule rule = {.kerberos = true,
                                                  .mech = HOP_AUTH_NEGOTIATE};
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct exchange x;
    bool ok;

    *p = (struct pair){NULL, NULL};
    exchange_run(&x, &io, server, &rule, NULL);
    ok = x.ok && hop_initiator_take_seal(x.i, &p->c, &err) &&
         hop_acceptor_export(x.a, &token, &err) &&
         hop_seal_import(token.data, token.len, &p->s, &err);
    if (!ok)
        printf("# %s%s%s\n", x.client_err.text, x.server_err.text, err.text);
    exchange_done(&x);
    return ok && pass(p->c, LIBRARY, p->s, LIBRARY, 10) &&
           pass(p->s, LIBRARY, p->c, LIBRARY, 10);
}

static void
close_pair(struct pair *p)
{
    hop_seal_free(p->c);
    hop_seal_free(p->s);
}

static void
use(enum how h)
{
    hop_fastseal_use(h == FAST ? &hop_fastseal_openssl : NULL);
}

/* One message; the first large one settles how each side works from then on. */
static bool
pass(struct hop_seal *from, enum how f, struct hop_seal *to, enum how t,
     size_t n)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_error err = {0};
    size_t length = 0, plain_len = 0;
    char *plain = NULL;
    bool ok;

    use(f);
    ok = hop_seal_wrap(from, text, n, &b, &length, &err);
    use(t);
    ok = ok &&
         hop_seal_unwrap(to, b.data, b.len, length, &plain, &plain_len, &err);
    if (!ok)
        printf("# %zu bytes: %s\n", n, err.text);
    return ok && length == n + padding && plain_len == n &&
           memcmp(plain, text, n) == 0;
}

static void
both_ways(const char *name, enum how c, enum how s, size_t header)
{
    static const size_t sizes[] = {20000, 1,     2,     15,    16,   17,
                                   31,    32,    33,    4095,  4096, 16384,
                                   16385, 32768, 32785, 65536, BIG};
    static char row[96];
    struct pair p;

    snprintf(row, sizeof(row), "%s, client by %s, server by %s", name,
             c == FAST ? "us" : "the library",
             s == FAST ? "us" : "the library");
    ROW(row);
    if (!open_pair(&p)) {
        FAIL("a context");
        return;
    }
    CHECK_INT(hop_seal_overhead(p.c), 4 + header);
    for (size_t k = 0; k < HOP_ARRAY_SIZE(sizes); k++) {
        CHECK(pass(p.c, c, p.s, s, sizes[k]));
        CHECK(pass(p.s, s, p.c, c, sizes[k]));
    }
    close_pair(&p);
}

/* The order in which small and large messages come does not matter. */
static void
late_change(const char *name)
{
    static char row[96];
    struct pair p;

    snprintf(row, sizeof(row), "%s, the change after small messages", name);
    ROW(row);
    if (!open_pair(&p))
        return;
    for (size_t k = 0; k < 5; k++)
        CHECK(pass(p.c, FAST, p.s, FAST, 100 + k));
    CHECK(pass(p.s, FAST, p.c, FAST, 50000));
    CHECK(pass(p.c, FAST, p.s, FAST, 100));
    CHECK(pass(p.c, FAST, p.s, FAST, 50000));
    close_pair(&p);
}

enum fault { REPLAY, GAP, FLIP_DATA, FLIP_HEADER, FLIP_SUM, FLIP_TAIL, OWN };

static void
faults(const char *name)
{
    static const struct {
        const char *name;
        enum fault fault;
        uint32_t code;
    } rows[] = {
        {"a message twice", REPLAY, HOP_SEC_E_OUT_OF_SEQUENCE},
        {"a message left out", GAP, HOP_SEC_E_OUT_OF_SEQUENCE},
        {"data changed", FLIP_DATA, HOP_SEC_E_MESSAGE_ALTERED},
        {"flags changed", FLIP_HEADER, HOP_SEC_E_INVALID_TOKEN},
        {"checksum changed", FLIP_SUM, HOP_SEC_E_MESSAGE_ALTERED},
        {"tail changed", FLIP_TAIL, HOP_SEC_E_MESSAGE_ALTERED},
        {"its own message sent back", OWN, HOP_SEC_E_INVALID_TOKEN},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_BUF struct hop_buf m = HOP_BUF_INIT, copy = HOP_BUF_INIT;
        static char row[96];
        struct hop_error err = {0};
        struct pair p;
        size_t len, n;
        char *plain;

        snprintf(row, sizeof(row), "%s by us: %s", name, rows[k].name);
        ROW(row);
        if (!open_pair(&p))
            continue;
        use(FAST);
        CHECK(hop_seal_wrap(p.c, text, 20000, &m, &len, &err));
        hop_buf_add(&copy, m.data, m.len);
        if (rows[k].fault == REPLAY)
            CHECK(hop_seal_unwrap(p.s, m.data, m.len, len, &plain, &n, &err));
        if (rows[k].fault == GAP) {
            hop_buf_clear(&copy);
            CHECK(hop_seal_wrap(p.c, text, 20000, &copy, &len, &err));
        }
        if (rows[k].fault == FLIP_DATA)
            copy.data[10000] ^= 1;
        if (rows[k].fault == FLIP_HEADER)
            copy.data[4 + 2] ^= 1;
        if (rows[k].fault == FLIP_TAIL)
            copy.data[4 + 16] ^= 1;
        if (rows[k].fault == FLIP_SUM)
            copy.data[4 + 32] ^= 1;
        CHECK(!hop_seal_unwrap(rows[k].fault == OWN ? p.c : p.s, copy.data,
                               copy.len, len, &plain, &n, &err));
        CHECK_INT(err.code, rows[k].code);
        CHECK(!hop_seal_wrap(rows[k].fault == OWN ? p.c : p.s, text, 10, &m,
                             &len, &err));
        close_pair(&p);
    }
}

/* Any rotation is legal, RFC 4121 4.2.5: a token turned by another count. */
static void
other_rotation(const char *name, size_t mac)
{
    static char row[96];
    HOP_AUTO_BUF struct hop_buf m = HOP_BUF_INIT, turned = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct pair p;
    size_t len = 0, n = 0, rrc = 16 + mac, more = 5;
    char *plain = NULL, *body;

    snprintf(row, sizeof(row), "%s turned by another count", name);
    ROW(row);
    if (!open_pair(&p))
        return;
    use(FAST);
    CHECK(hop_seal_wrap(p.c, text, 20000, &m, &len, &err));
    body = m.data + 4 + 16;
    hop_buf_add(&turned, m.data, 4 + 16);
    /* five bytes of the end come to the front */
    hop_buf_add(&turned, m.data + m.len - more, more);
    hop_buf_add(&turned, body, m.len - 4 - 16 - more);
    turned.data[4 + 7] = (char)(rrc + more);
    CHECK(hop_seal_unwrap(p.s, turned.data, turned.len, len, &plain, &n, &err));
    CHECK_STR(err.text, "");
    CHECK_MEM(plain, n, text, 20000);
    close_pair(&p);
}

static void
measure(const char *name)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct pair p;
    size_t len, n;
    char *plain;

    for (int h = LIBRARY; h <= FAST; h++) {
        struct timespec t0, t1;
        double seal = 0, unseal = 0;

        if (!open_pair(&p))
            return;
        use((enum how)h);
        for (int k = 0; k < 30; k++) {
            hop_buf_clear(&b);
            clock_gettime(CLOCK_MONOTONIC, &t0);
            if (!hop_seal_wrap(p.c, text, BIG, &b, &len, NULL))
                return;
            clock_gettime(CLOCK_MONOTONIC, &t1);
            seal += (double)(t1.tv_sec - t0.tv_sec) * 1e3 +
                    (double)(t1.tv_nsec - t0.tv_nsec) / 1e6;
            if (!hop_seal_unwrap(p.s, b.data, b.len, len, &plain, &n, NULL))
                return;
            clock_gettime(CLOCK_MONOTONIC, &t0);
            unseal += (double)(t0.tv_sec - t1.tv_sec) * 1e3 +
                      (double)(t0.tv_nsec - t1.tv_nsec) / 1e6;
        }
        printf("# %s by %s: seal %.0f MB/s, open %.0f MB/s\n", name,
               h == FAST ? "us" : "the library", 30 * BIG / 1e3 / seal,
               30 * BIG / 1e3 / unseal);
        close_pair(&p);
    }
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        size_t header, padding, mac;
        bool fast;
    } rows[] = {
        {"aes256-cts", 60, 0, 12, true},  {"aes128-cts", 60, 0, 12, true},
        {"aes256-sha2", 72, 0, 24, true}, {"aes128-sha2", 64, 0, 16, true},
        {"rc4-hmac", 47, 1, 0, false},
    };
    struct hop_acceptor_options o = {0};

    for (size_t k = 0; k < sizeof(text); k++)
        text[k] = (char)(k * 7 + k / 251);
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        if (!realm_start(&realm, rows[k].name) ||
            !realm_kinit(&realm, "alice", "-f")) {
            printf("Bail out! no realm for %s, see %s\n", rows[k].name,
                   realm.dir);
            return 1;
        }
        krb_context_reset();
        o.keytab = realm_path(&realm, "b.keytab");
        if (!hop_acceptor_cred_new(&o, &server, NULL) ||
            !hop_cred_default(NULL, &tickets, NULL))
            return 1;
        padding = rows[k].padding;
        both_ways(rows[k].name, LIBRARY, LIBRARY, rows[k].header);
        if (rows[k].fast) {
            both_ways(rows[k].name, FAST, LIBRARY, rows[k].header);
            both_ways(rows[k].name, LIBRARY, FAST, rows[k].header);
            both_ways(rows[k].name, FAST, FAST, rows[k].header);
            faults(rows[k].name);
            other_rotation(rows[k].name, rows[k].mac);
        }
        late_change(rows[k].name);
        if (argc > 1)
            measure(rows[k].name);
        hop_cred_free(tickets);
        hop_acceptor_cred_free(server);
        realm_stop(&realm);
    }
    return test_done();
}
