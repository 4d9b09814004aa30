/* SPDX-License-Identifier: MIT */
#include "net/servercert.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/module.h"
#include "base/text.h"
#include "net/token.h"

struct search {
    const char *host;
    time_t now;
    struct hop_servercert *best;
    int64_t until; /* of the best one; 0: none yet */
    struct hop_buf lacking;
};

static X509 *
read_certificate(const char *path)
{
    FILE *f = fopen(path, "re");
    X509 *x = f != NULL ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;

    if (f != NULL)
        fclose(f);
    ERR_clear_error();
    return x;
}

/* A key that wants a password is none: nobody is there to type it. */
static int
no_password(char *buf, int size, int rw, void *ctx)
{
    return -1;
}

static bool
fits_key(const char *path, X509 *x)
{
    FILE *f = fopen(path, "re");
    EVP_PKEY *key =
        f != NULL ? PEM_read_PrivateKey(f, NULL, no_password, NULL) : NULL;
    bool fits = key != NULL && X509_check_private_key(x, key) == 1;

    EVP_PKEY_free(key);
    if (f != NULL)
        fclose(f);
    ERR_clear_error();
    return fits;
}

static bool
find_key(const char *cert, X509 *x, char **out)
{
    HOP_AUTO_FREE char *beside =
        hop_xasprintf("%.*s.key", (int)strlen(cert) - 4, cert);
    const char *path = access(beside, F_OK) == 0 ? beside : cert;

    if (!fits_key(path, x))
        return false;
    *out = hop_xstrdup(path);
    return true;
}

static bool
is_for_servers(X509 *x)
{
    return (X509_get_extension_flags(x) & EXFLAG_XKUSAGE) == 0 ||
           (X509_get_extended_key_usage(x) & XKU_SSL_SERVER) != 0;
}

/* What it lacks, or NULL. */
static const char *
judge(const struct search *s, X509 *x)
{
    time_t now = s->now;

    if (X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0)
        return "is self-signed";
    if (X509_check_ca(x) == 1)
        return "is an authority's";
    if (X509_check_host(x, s->host, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
                        NULL) != 1)
        return "is for another name";
    if (X509_cmp_time(X509_get0_notBefore(x), &now) > 0)
        return "is not in force yet";
    if (X509_cmp_time(X509_get0_notAfter(x), &now) < 0)
        return "has expired";
    if (!is_for_servers(x))
        return "is not meant for servers (no serverAuth among its usages)";
    return NULL;
}

static int64_t
end_of(X509 *x, time_t now)
{
    ASN1_TIME *from = ASN1_TIME_set(NULL, now);
    int days = 0, seconds = 0;

    if (from != NULL)
        (void)ASN1_TIME_diff(&days, &seconds, from, X509_get0_notAfter(x));
    ASN1_TIME_free(from);
    return (int64_t)now + days * INT64_C(86400) + seconds;
}

static char *
subject_of(X509 *x)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL, *out;
    long n;

    X509_NAME_print_ex(bio, X509_get_subject_name(x), 0,
                       XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
    n = BIO_get_mem_data(bio, &text);
    out = hop_xstrndup(text, (size_t)n);
    BIO_free(bio);
    return out;
}

static void
take(struct search *s, X509 *x, const char *path, char *key)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    free(s->best->cert);
    free(s->best->key);
    free(s->best->subject);
    s->best->cert = hop_xstrdup(path);
    s->best->key = key;
    s->best->subject = subject_of(x);
    X509_digest(x, EVP_sha1(), hash, &n);
    for (unsigned i = 0; i < n && i < 20; i++)
        snprintf(s->best->thumbprint + 2 * i, 3, "%02X", hash[i]);
}

/* Takes the key's name; without one keyless tells why. */
static void
weigh(struct search *s, X509 *x, const char *path, char *key,
      const char *keyless)
{
    const char *lack = judge(s, x);

    if (lack == NULL && key == NULL)
        lack = keyless;
    if (lack != NULL) {
        HOP_AUTO_FREE char *subject = subject_of(x);
        hop_buf_addf(&s->lacking, "\n  %s (%s) %s", path, subject, lack);
        free(key);
    } else if (end_of(x, s->now) > s->until) {
        s->until = end_of(x, s->now);
        take(s, x, path, key);
    } else {
        free(key);
    }
}

static void
look_at(struct search *s, const char *path)
{
    X509 *x = read_certificate(path);
    char *key = NULL;

    if (x == NULL)
        return;
    (void)find_key(path, x, &key);
    weigh(s, x, path, key, "has no key beside it that fits and can be read");
    X509_free(x);
}

static void
look_at_token(void *ctx, const char *uri, const uint8_t *der, size_t n,
              const char *lack)
{
    struct search *s = ctx;
    X509 *x = n > 0 ? d2i_X509(NULL, &der, (long)n) : NULL;

    if (x != NULL)
        weigh(s, x, uri, lack == NULL ? hop_xstrdup(uri) : NULL, lack);
    else
        hop_buf_addf(&s->lacking, "\n  %s %s", uri,
                     lack != NULL ? lack : "is no X.509 certificate");
    X509_free(x);
}

/* p11-kit is loaded where there are tokens. */
static void
search_tokens(struct search *s, const char *tokens)
{
    struct hop_error err;
    const struct hop_token_ops *ops = hop_module_load(
        "hop-token.so", "hop_token_p11", "tokens", HOP_ERROR_TLS, &err);

    if (ops != NULL)
        ops->list(tokens, look_at_token, s);
    else
        hop_buf_addf(&s->lacking, "\n  %s: %s", tokens, err.text);
}

static void
search_dir(struct search *s, const char *dir)
{
    struct dirent **list = NULL;
    int n = scandir(dir, &list, NULL, alphasort);

    for (int i = 0; i < n; i++) {
        const char *name = list[i]->d_name;
        size_t len = strlen(name);
        HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", dir, name);

        if (name[0] != '.' && len > 4 &&
            (strcmp(name + len - 4, ".pem") == 0 ||
             strcmp(name + len - 4, ".crt") == 0))
            look_at(s, path);
        free(list[i]);
    }
    free(list);
}

static bool
find(const char *dirs, const char *tokens, const char *host, int64_t now,
     struct hop_servercert *out, struct hop_error *err)
{
    struct search s = {.host = host, .now = (time_t)now, .best = out};
    bool ok;

    *out = (struct hop_servercert){0};
    for (const char *p = dirs; *p != '\0';) {
        size_t n = strcspn(p, ":");
        HOP_AUTO_FREE char *dir = hop_xstrndup(p, n);

        search_dir(&s, dir);
        p += n + (p[n] == ':');
    }
    if (tokens[0] != '\0')
        search_tokens(&s, tokens);
    ok = s.until != 0 ||
         hop_error_set(
             err, HOP_ERROR_GENERIC, 0,
             "there is no certificate for HTTPS in %s%s%s: one is needed that "
             "an "
             "authority has signed for %s, for servers, as NAME.pem with its "
             "key in NAME.key%s%s",
             dirs, tokens[0] != '\0' ? " and on " : "", tokens, host,
             s.lacking.len > 0 ? "; looked at:" : "", hop_buf_str(&s.lacking));
    hop_buf_done(&s.lacking);
    return ok;
}

const struct hop_servercert_ops hop_servercert_openssl = {.find = find};
