/* A throw-away Kerberos realm for tests: MIT's KDC on a free port of the
 * loopback, in a temporary folder that goes away with the test.
 *
 *     struct realm r;
 *     REQUIRE(realm_start(&r));   // skips the program when there is no KDC
 *     realm_kinit(&r, "alice", "password", "-f");
 *
 * Users alice, bob, carol (never forwardable), erin (whose password has
 * expired), frank (disabled), password "Passw0rd.test";
 * services host/b.test, HTTP/b.test and host/c.test with keytabs b and c.
 * KRB5_CONFIG and KRB5CCNAME of the process are set.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TESTS_AUTH_REALM_H
#define HOP_TESTS_AUTH_REALM_H

#include <stdbool.h>
#include <sys/types.h>

#define REALM_PASSWORD "Passw0rd.test"

struct realm {
    char dir[64];
    pid_t kdc, other; /* other: 0 without realm_trust */
    int port;
};

/* enctype: "aes256-cts", "aes128-sha2", "rc4-hmac": the only one. */
bool realm_start(struct realm *r, const char *enctypes);
/* A second realm OTHER behind the host names *.other, with a trust in both
 * directions: user zoe@OTHER (the same password), service host/d.other. */
bool realm_trust(struct realm *r, const char *enctypes);
void realm_stop(struct realm *r);
/* Runs a command with the realm's settings, its input from text (may be NULL);
 * true when it ends with 0.  Output goes to DIR/log. */
bool realm_run(const struct realm *r, const char *input,
               const char *const argv[]);
/* A fresh TGT in the default cache. */
bool realm_kinit(const struct realm *r, const char *user, const char *options);
/* The account that runs the test, to which alice@TEST maps. */
const char *realm_user(void);
/* "DIR/name", in one of a few static buffers. */
const char *realm_path(const struct realm *r, const char *name);
/* Lines "kcd SERVICE TARGET", "rbcd TARGET SERVICE": who may delegate; "status
 * CLIENT LOCKED": who may not log on, with an NTSTATUS that says why; "clock 600
 * by", "clock -600 by": the KDC's clock is wrong. */
void realm_policy(const struct realm *r, const char *lines);

#endif
