/* SPDX-License-Identifier: MIT */
#include "client/certificate.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/thumbprint.h"
#include "base/alloc.h"
#include "base/base64.h"
#include "base/module.h"
#include "base/text.h"
#include "net/token.h"
#include "net/tokenkey.h"

enum { SHA1_DIGITS = 40, SHA256_DIGITS = 64 };

static bool
is_thumbprint(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++) {
        if (*s == ' ' || *s == ':')
            continue;
        if (strchr("0123456789abcdefABCDEF", *s) == NULL)
            return false;
        n++;
    }
    return n == SHA1_DIGITS || n == SHA256_DIGITS;
}

static bool
is_token_uri(const char *s)
{
    return hop_ascii_ieqn(s, HOP_TOKEN_SCHEME, strlen(HOP_TOKEN_SCHEME));
}

static char *
list_dirs(const struct hop_config *config, const char *config_dir)
{
    const char *home = secure_getenv("HOME");
    const struct passwd *pw = home == NULL ? getpwuid(geteuid()) : NULL;
    HOP_AUTO_FREE char *host = hop_config_certificate_dirs(config, config_dir);

    if (home == NULL && pw != NULL)
        home = pw->pw_dir;
    return hop_xasprintf("%s/" CLIENT_CERTIFICATES ":%s", home ? home : "",
                         host);
}

/* ---- tokens */

struct search {
    const char *wanted;
    char *uri;
};

static void
look_at(void *ctx, const char *uri, const uint8_t *der, size_t n,
        const char *lack)
{
    struct search *s = ctx;
    HOP_AUTO_BUF struct hop_buf pem = HOP_BUF_INIT;

    if (s->uri != NULL || n == 0 || lack != NULL)
        return;
    hop_buf_adds(&pem, "-----BEGIN CERTIFICATE-----\n");
    hop_base64_encode(&pem, der, n);
    hop_buf_adds(&pem, "\n-----END CERTIFICATE-----\n");
    if (hop_thumbprint_fits(s->wanted, hop_buf_str(&pem), pem.len))
        s->uri = hop_xstrdup(uri);
}

static char *
find_on_tokens(const struct hop_config *config, const char *wanted)
{
    const char *uris = hop_config_text(config, HOP_SET_CERTIFICATE_TOKENS);
    const struct hop_token_ops *ops;
    struct search s = {.wanted = wanted};
    struct hop_error ignored;

    if (uris[0] == '\0')
        return NULL;
    ops = hop_module_load("hop-token.so", "hop_token_p11", "tokens",
                          HOP_ERROR_TLS, &ignored);
    if (ops != NULL)
        ops->list(uris, look_at, &s);
    return s.uri;
}

static bool
open_token(const char *uri, struct client_certificate *out,
           struct hop_error *err)
{
    if (!hop_tokenkey_start(uri, &out->cert_fd, &out->key_fd, err))
        return hop_error_prefix(err, "log on with a certificate");
    out->cert = hop_xasprintf("/proc/self/fd/%d", out->cert_fd);
    return true;
}

/* ---- all */

static bool
find_print(const char *given, const struct hop_config *config, const char *dir,
           struct client_certificate *out, struct hop_error *err)
{
    HOP_AUTO_FREE char *dirs = list_dirs(config, dir);
    HOP_AUTO_FREE char *uri = NULL;
    struct hop_error ignored;

    if (hop_thumbprint_find(dirs, given, &out->cert, &out->key, &ignored))
        return true;
    uri = find_on_tokens(config, given);
    if (uri != NULL)
        return open_token(uri, out, err);
    return hop_error_set(
        err, HOP_ERROR_GENERIC, 0,
        "no certificate has the thumbprint %.100s: neither a file (*.pem, "
        "*.crt) in %s nor one on a token of Linux/CertificateTokens; put it "
        "into the first of these directories with its key beside it (NAME.pem, "
        "NAME.key), or name its file or its pkcs11: URI",
        given, dirs);
}

bool
client_certificate_find(const char *given, const char *key_file,
                        const struct hop_config *config, const char *config_dir,
                        struct client_certificate *out, struct hop_error *err)
{
    *out = (struct client_certificate){.cert_fd = -1, .key_fd = -1};
    if (given == NULL)
        return true;
    if (is_token_uri(given))
        return open_token(given, out, err);
    if (is_thumbprint(given) && access(given, F_OK) < 0)
        return find_print(given, config, config_dir, out, err);
    out->cert = hop_xstrdup(given);
    out->key = key_file != NULL ? hop_xstrdup(key_file) : NULL;
    return true;
}

void
client_certificate_use(const struct client_certificate *c,
                       struct hop_tls_config *tls)
{
    tls->cert_file = c->cert;
    tls->key_file = c->key;
    tls->ask_socket = c->key_fd >= 0;
    tls->key_socket = c->key_fd;
}

void
client_certificate_done(struct client_certificate *c)
{
    free(c->cert);
    free(c->key);
    if (c->cert_fd >= 0)
        close(c->cert_fd);
    if (c->key_fd >= 0)
        close(c->key_fd);
}
