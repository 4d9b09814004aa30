/* Logons by CredSSP, from the client library to a running server.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "client/hop.h"
#include "credssp/tls.h"
#include "live/live.h"
#include "net/tls.h"
#include "net/tls_openssl.h"
#include "test.h"

static struct live live;
static char *ntlm_user; /* "TESTDOM\NAME" */

/* live/wire.c is left out: the client's library has a wire of its own. */
void
wire_forget_credentials(void)
{
}

#define ON "Service/Auth/CredSSP = true\n"

/* Where the client's policy is: everything is allowed by it. */
static const char *
client_config(void)
{
    const char *dir = realm_path(&live.realm, "client");
    FILE *f;

    mkdir(dir, 0700);
    f = fopen(realm_path(&live.realm, "client/wsman.conf"), "w");
    fputs("Client/Auth/CredSSP = true\n"
          "Client/AllowFreshCredentials = wsman/*\n"
          "Client/AllowFreshCredentialsWhenNTLMOnly = wsman/127.*\n",
          f);
    fclose(f);
    return dir;
}

static hop_connection *
connect_as(const char *user, const char *password)
{
    hop_connection *c = hop_connection_new();
    char where[64];

    snprintf(where, sizeof(where), "127.0.0.1:%d", live.port);
    hop_connection_set_text(c, HOP_SET_ENDPOINT, where);
    hop_connection_set_text(c, HOP_SET_USER, user);
    hop_connection_set_text(c, HOP_SET_PASSWORD, password);
    hop_connection_set_text(c, HOP_SET_SPN, "host/b.test");
    hop_connection_set_text(c, HOP_SET_CONFIG_DIR, client_config());
    hop_connection_set_text(c, HOP_SET_PROXY, "");
    hop_connection_set_number(c, HOP_SET_AUTH, HOP_USE_CREDSSP);
    return c;
}

/* Runs it, and counts what comes; the text, as far as it fits, in out. */
static size_t
run(hop_connection *c, const char *line, char *out, size_t size)
{
    hop_shell *shell = NULL;
    hop_command *command = NULL;
    struct hop_output o = {0};
    size_t total = 0;

    out[0] = '\0';
    if (!hop_shell_create(c, NULL, &shell) ||
        !hop_command_start(shell, line, NULL, 0, 0, &command))
        return 0;
    while (!o.done && hop_command_receive(command, &o)) {
        if (o.stream == HOP_STDOUT && total < size - 1) {
            size_t n = o.len < size - 1 - total ? o.len : size - 1 - total;

            memcpy(out + total, o.data, n);
            out[total + n] = '\0';
        }
        total += o.stream == HOP_STDOUT ? o.len : 0;
    }
    hop_command_free(command);
    hop_shell_delete(shell);
    return total;
}

static void
lets_in(void)
{
    const char *const users[] = {"alice@TEST", ntlm_user};
    const char *const names[] = {"Kerberos inside", "NTLM inside"};
    char out[64];

    for (size_t k = 0; k < 2; k++) {
        hop_connection *c = connect_as(users[k], REALM_PASSWORD);

        ROW(names[k]);
        CHECK_INT(run(c, "echo hello", out, sizeof(out)), 6);
        CHECK_STR(hop_connection_error(c), "");
        CHECK_STR(out, "hello\n");
        CHECK_STR(hop_connection_mechanism(c), "CredSSP");
        CHECK_INT(
            run(c, "head -c 700000 /dev/zero | tr '\\0' x", out, sizeof(out)),
            700000);
        CHECK_STR(hop_connection_error(c), "");
        hop_connection_free(c);
    }
    LIVE_JOURNALED(&live, "logged on from", "credssp", "alice@TEST");
}

static bool
keep_item(void *ctx, const char *xml, size_t len)
{
    hop_buf_add(ctx, xml, len);
    return true;
}

/* Instances of the host, made by a process of the user, and their faults. */
static void
shows_instances(hop_connection *c)
{
    const struct hop_resource all = {.size = sizeof(all), .uri = "wmicimv2/*"},
                              none = {.size = sizeof(none),
                                      .uri = "wmicimv2/Win32_Nothing"};
    HOP_AUTO_BUF struct hop_buf items = HOP_BUF_INIT;
    struct hop_enumerate how = {
        .size = sizeof(how),
        .dialect = "WQL",
        .filter = "SELECT Name, Handle FROM Win32_Process WHERE ProcessId < 99",
        .batch = 2,
        .ctx = &items,
        .item = keep_item,
    };

    CHECK(hop_resource_enumerate(c, &all, &how));
    CHECK_STR(hop_connection_error(c), "");
    CHECK(strstr(hop_buf_str(&items), "<p:Handle>1</p:Handle>") != NULL);
    how.filter = "SELECT * FRM x";
    CHECK(!hop_resource_enumerate(c, &all, &how));
    CHECK(hop_connection_error(c)[0] != '\0');
    how.filter = how.dialect = NULL;
    CHECK(!hop_resource_enumerate(c, &none, &how));
    CHECK(strstr(hop_connection_error(c), "Win32_Nothing") != NULL);
}

/* TLS around the TLS that carries the password. */
static void
lets_in_over_https(void)
{
    const char *const users[] = {"alice@TEST", ntlm_user};
    const char *const names[] = {"over HTTPS, Kerberos inside",
                                 "over HTTPS, NTLM inside"};
    char out[64], where[64];

    snprintf(where, sizeof(where), "127.0.0.1:%d", live.tls_port);
    for (size_t k = 0; k < 2; k++) {
        hop_connection *c = connect_as(users[k], REALM_PASSWORD);

        ROW(names[k]);
        hop_connection_set_text(c, HOP_SET_ENDPOINT, where);
        hop_connection_set_number(c, HOP_SET_TLS, 1);
        hop_connection_set_number(c, HOP_SET_SKIP_CA, 1);
        hop_connection_set_number(c, HOP_SET_SKIP_NAME, 1);
        CHECK_INT(run(c, "echo hello", out, sizeof(out)), 6);
        CHECK_STR(hop_connection_error(c), "");
        CHECK_INT(
            run(c, "head -c 100000 /dev/zero | tr '\\0' x", out, sizeof(out)),
            100000);
        shows_instances(c);
        hop_connection_free(c);
    }
}

static void
refuses(void)
{
    const struct {
        const char *name, *user, *password;
        uint32_t code;
        const char *text, *journal;
    } rows[] = {
        {"an account that is never forwardable", "carol@TEST", REALM_PASSWORD,
         0x80090345, "STATUS_ACCOUNT_RESTRICTION",
         "it is marked sensitive or is in Protected Users"},
        {"a user without an account here", "bob@TEST", REALM_PASSWORD,
         0x8009030C, "STATUS_ACCESS_DENIED",
         "no Unix account belongs to it here"},
        {"a wrong password, by Kerberos", "alice@TEST", "wrong", 0x8009030C,
         "the password is wrong", NULL},
        {"a wrong password, by NTLM", ntlm_user, "wrong", 0x8009030C,
         "STATUS_LOGON_FAILURE", "logon-refused"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        hop_connection *c = connect_as(rows[k].user, rows[k].password);

        ROW(rows[k].name);
        live_forget_log(&live);
        CHECK(!hop_connection_open(c));
        CHECK_INT(hop_connection_code(c), rows[k].code);
        if (strstr(hop_connection_error(c), rows[k].text) == NULL)
            CHECK_STR(hop_connection_error(c), rows[k].text);
        if (rows[k].journal)
            LIVE_JOURNALED(&live, rows[k].journal);
        hop_connection_free(c);
    }
}

/* The status of the answer, which has no body. */
static int
post(int fd, const char *fields)
{
    char text[2048];
    int status = 0;
    size_t n = 0;

    snprintf(text, sizeof(text),
             "POST /wsman HTTP/1.1\r\nHost: b\r\n%sContent-Length: 0\r\n\r\n",
             fields);
    if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        return 0;
    text[0] = '\0';
    while (strstr(text, "\r\n\r\n") == NULL && n < sizeof(text) - 1) {
        ssize_t k = read(fd, text + n, sizeof(text) - 1 - n);

        if (k <= 0)
            return 0;
        n += (size_t)k;
        text[n] = '\0';
    }
    (void)!sscanf(text, "HTTP/1.1 %d", &status);
    return status;
}

/* Tokens that are none, each on a connection of its own. */
static void
garbage(void)
{
    static const struct {
        const char *name, *fields;
    } rows[] = {
        {"no token", "Authorization: CredSSP\r\n"},
        {"no base64", "Authorization: CredSSP ***\r\n"},
        {"bytes that are no TLS",
         "Authorization: CredSSP AAAAAAAAAAAAAAAA\r\n"},
        {"a TLS record cut off", "Authorization: CredSSP FgMBAgAB\r\n"},
        {"a TLS alert", "Authorization: CredSSP FQMDAAICKA==\r\n"},
        {"an NTLM message", "Authorization: CredSSP "
                            "TlRMTVNTUAABAAAAB4IIogAAAAAAAAAA\r\n"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_FD int fd = live_dial(live.port);

        ROW(rows[k].name);
        CHECK_INT(post(fd, rows[k].fields), 401);
        /* And again: the next exchange begins anew. */
        CHECK_INT(post(fd, rows[k].fields), 401);
    }
}

TEST(off_by_default)
{
    hop_connection *c = connect_as("alice@TEST", REALM_PASSWORD);

    REQUIRE(live_reload(&live, ""));
    CHECK(!hop_connection_open(c));
    CHECK_STR(hop_connection_error(c),
              "127.0.0.1 does not take the way of authentication that was "
              "chosen; it offers Negotiate, Kerberos (0x80338036 "
              "ERROR_WSMAN_FAILED_AUTHENTICATION)");
    hop_connection_free(c);
}

TEST(nobody_unlisted_gets_anything)
{
    hop_connection *c = connect_as("alice@TEST", REALM_PASSWORD);

    hop_connection_set_text(c, HOP_SET_CONFIG_DIR, "/nonexistent");
    live_forget_log(&live);
    CHECK(!hop_connection_open(c));
    CHECK_INT(hop_connection_code(c), 0x803381A2);
    CHECK_STR(hop_connection_peer(c), ""); /* no connection was made */
    hop_connection_free(c);
}

int
main(void)
{
    hop_credssp_use(&hop_credssp_openssl);
    hop_tls_use(&hop_tls_openssl);
    live_use_tls();
    if (!live_start(&live, ON, NULL)) {
        printf("not ok 1 - the server starts\n1..1\n");
        return 1;
    }
    ntlm_user = hop_xasprintf("TESTDOM\\%s", realm_user());
    lets_in();
    lets_in_over_https();
    refuses();
    garbage();
    RUN(nobody_unlisted_gets_anything);
    RUN(off_by_default);
    free(ntlm_user);
    test_begin("the server ends as it should");
    live_stop(&live);
    return test_done();
}
