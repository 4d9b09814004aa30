/* SPDX-License-Identifier: MIT */
#include "auth/certmap.h"

#include <fnmatch.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "auth/explain.h"
#include "base/alloc.h"
#include "base/text.h"

enum { RULES_MAX = 4096, WORD_MAX = 1024 };

enum rule_kind { BY_UPN, BY_SUBJECT, BY_THUMBPRINT, RULE_KINDS };

static const char *const kinds[RULE_KINDS] = {
    [BY_UPN] = "upn",
    [BY_SUBJECT] = "subject",
    [BY_THUMBPRINT] = "thumbprint",
};

struct rule {
    enum rule_kind kind;
    char *pattern;
    char *issuer; /* thumbprint, NULL: any that TLS accepts */
    char *user;
};

struct hop_certmap {
    struct rule *rules;
    size_t count;
};

/* What is known of a certificate. */
struct identity {
    char *upn; /* may be NULL */
    char *subject;
    char sha1[41], sha256[65];
    char issuer_sha1[41], issuer_sha256[65];
};

/* ---- parsing */

/* One word, or the text between double quotes. */
static bool
next_word(const char **p, const char *end, char *out)
{
    size_t n = 0;
    bool quoted = false;

    while (*p < end && hop_ascii_is_space(**p))
        (*p)++;
    if (*p == end)
        return false;
    for (; *p < end && (quoted || !hop_ascii_is_space(**p)); (*p)++) {
        if (**p == '"')
            quoted = !quoted;
        else if (n + 1 < WORD_MAX)
            out[n++] = **p;
    }
    out[n] = '\0';
    return true;
}

static bool
parse_option(struct rule *r, const char *word)
{
    char **slot = strncmp(word, "issuer=", 7) == 0 ? &r->issuer
                  : strncmp(word, "user=", 5) == 0 ? &r->user
                                                   : NULL;

    if (slot == NULL || *slot != NULL)
        return false;
    *slot = hop_xstrdup(strchr(word, '=') + 1);
    return **slot != '\0';
}

static bool
parse_kind(const char *word, enum rule_kind *out)
{
    for (int k = 0; k < RULE_KINDS; k++)
        if (strcmp(kinds[k], word) == 0) {
            *out = (enum rule_kind)k;
            return true;
        }
    return false;
}

/* Thumbprints are written with or without colons and blanks, in any case. */
static void
normalize_print(char *s)
{
    char *out = s;

    for (; *s != '\0'; s++)
        if (*s != ':' && *s != ' ')
            *out++ = hop_ascii_lower(*s);
    *out = '\0';
}

static bool
parse_rule(const char *p, const char *end, struct rule *r)
{
    char word[WORD_MAX];

    if (!next_word(&p, end, word) || !parse_kind(word, &r->kind) ||
        !next_word(&p, end, word) || word[0] == '\0')
        return false;
    r->pattern = hop_xstrdup(word);
    while (next_word(&p, end, word))
        if (!parse_option(r, word))
            return false;
    if (r->kind == BY_THUMBPRINT)
        normalize_print(r->pattern);
    if (r->issuer != NULL)
        normalize_print(r->issuer);
    /* %u is what stands before the @, so only a UPN has it. */
    return r->user != NULL &&
           (r->kind == BY_UPN || strstr(r->user, "%u") == NULL);
}

static void
free_rule(struct rule *r)
{
    free(r->pattern);
    free(r->issuer);
    free(r->user);
}

static bool
is_blank(const char *p, const char *end)
{
    while (p < end && hop_ascii_is_space(*p))
        p++;
    return p == end || *p == '#';
}

bool
hop_certmap_parse(const char *text, size_t n, struct hop_certmap **out,
                  struct hop_error *err)
{
    HOP_AUTO_CERTMAP struct hop_certmap *m = hop_xmalloc(sizeof(*m));
    const char *p = text, *stop = text + n;

    for (size_t line = 1; p < stop; line++) {
        const char *nl = memchr(p, '\n', (size_t)(stop - p));
        const char *end = nl != NULL ? nl : stop;
        struct rule r = {0};

        if (!is_blank(p, end)) {
            if (m->count == RULES_MAX || !parse_rule(p, end, &r)) {
                free_rule(&r);
                return hop_error_set(
                    err, HOP_ERROR_GENERIC, 0,
                    "certificate map, line %zu: a rule is upn, subject or "
                    "thumbprint, a pattern, and user=NAME",
                    line);
            }
            m->rules = hop_xrealloc(m->rules, m->count + 1, sizeof(r));
            m->rules[m->count++] = r;
        }
        p = end + (nl != NULL);
    }
    *out = hop_steal(&m);
    return true;
}

void
hop_certmap_free(struct hop_certmap *m)
{
    if (m == NULL)
        return;
    for (size_t k = 0; k < m->count; k++)
        free_rule(&m->rules[k]);
    free(m->rules);
    free(m);
}

void
hop_certmap_freep(struct hop_certmap **m)
{
    hop_certmap_free(*m);
}

/* ---- the certificate */

static void
free_x509(X509 **c)
{
    X509_free(*c);
}

static void
write_print(const void *der, size_t n, const EVP_MD *md, char *out)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    out[0] = '\0';
    if (n > 0 && EVP_Digest(der, n, hash, &len, md, NULL))
        for (unsigned k = 0; k < len; k++)
            snprintf(out + 2 * k, 3, "%02x", hash[k]);
}

/* The otherName 1.3.6.1.4.1.311.20.2.3 with a UTF8String, MS-WCCE 2.2.2.7.7.3.
 */
static char *
find_upn(X509 *cert)
{
    GENERAL_NAMES *names =
        X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    char *out = NULL;

    for (int k = 0; out == NULL && k < sk_GENERAL_NAME_num(names); k++) {
        GENERAL_NAME *g = sk_GENERAL_NAME_value(names, k);

        if (g->type == GEN_OTHERNAME &&
            OBJ_obj2nid(g->d.otherName->type_id) == NID_ms_upn &&
            g->d.otherName->value->type == V_ASN1_UTF8STRING) {
            ASN1_STRING *s = g->d.otherName->value->value.utf8string;
            const char *text = (const char *)ASN1_STRING_get0_data(s);
            size_t n = (size_t)ASN1_STRING_length(s);

            if (memchr(text, '\0', n) == NULL && hop_utf8_valid(text, n))
                out = hop_xstrndup(text, n);
        }
    }
    GENERAL_NAMES_free(names);
    return out;
}

static char *
write_subject(X509 *cert)
{
    BIO *b = BIO_new(BIO_s_mem());
    char *text = NULL, *out = NULL;
    long n;

    if (b != NULL && X509_NAME_print_ex(b, X509_get_subject_name(cert), 0,
                                        XN_FLAG_RFC2253) >= 0) {
        n = BIO_get_mem_data(b, &text);
        out = hop_xstrndup(text, n > 0 ? (size_t)n : 0);
    }
    BIO_free(b);
    return out != NULL ? out : hop_xstrdup("");
}

static bool
read_identity(const void *leaf, size_t leaf_len, const void *issuer,
              size_t issuer_len, struct identity *out, struct hop_error *err)
{
    const unsigned char *p = leaf;
    HOP_CLEANUP(free_x509)
    X509 *cert =
        leaf_len <= INT_MAX ? d2i_X509(NULL, &p, (long)leaf_len) : NULL;

    if (cert == NULL)
        return hop_error_set(err, HOP_ERROR_TLS, 0,
                             "map a client certificate: it is malformed");
    out->upn = find_upn(cert);
    out->subject = write_subject(cert);
    write_print(leaf, leaf_len, EVP_sha1(), out->sha1);
    write_print(leaf, leaf_len, EVP_sha256(), out->sha256);
    write_print(issuer, issuer_len, EVP_sha1(), out->issuer_sha1);
    write_print(issuer, issuer_len, EVP_sha256(), out->issuer_sha256);
    return true;
}

static void
free_identity(struct identity *id)
{
    free(id->upn);
    free(id->subject);
}

static bool
is_print(const char *want, const char *sha1, const char *sha256)
{
    return *want != '\0' &&
           (strcmp(want, sha1) == 0 || strcmp(want, sha256) == 0);
}

static bool
rule_fits(const struct rule *r, const struct identity *id)
{
    if (r->issuer != NULL &&
        !is_print(r->issuer, id->issuer_sha1, id->issuer_sha256))
        return false;
    if (r->kind == BY_THUMBPRINT)
        return is_print(r->pattern, id->sha1, id->sha256);
    if (r->kind == BY_SUBJECT)
        return fnmatch(r->pattern, id->subject, FNM_NOESCAPE) == 0;
    return id->upn != NULL &&
           fnmatch(r->pattern, id->upn, FNM_CASEFOLD | FNM_NOESCAPE) == 0;
}

static char *
expand_user(const char *user, const char *upn)
{
    const char *at = strstr(user, "%u");

    if (at == NULL)
        return hop_xstrdup(user);
    return hop_xasprintf("%.*s%.*s%s", (int)(at - user), user,
                         (int)strcspn(upn, "@"), upn, at + 2);
}

bool
hop_certmap_find(const struct hop_certmap *m, const void *leaf, size_t leaf_len,
                 const void *issuer, size_t issuer_len, char **user,
                 char **name, struct hop_error *err)
{
    HOP_CLEANUP(free_identity) struct identity id = {0};

    if (!read_identity(leaf, leaf_len, issuer, issuer_len, &id, err))
        return false;
    for (size_t k = 0; k < m->count; k++)
        if (rule_fits(&m->rules[k], &id)) {
            *user = expand_user(m->rules[k].user, id.upn);
            *name = hop_xstrdup(id.upn != NULL ? id.upn : id.subject);
            return true;
        }
    return hop_error_set(err, HOP_ERROR_WSMAN, HOP_SEC_E_LOGON_DENIED,
                         "map the certificate of %s: no rule of the map names "
                         "it; add one for its UPN, subject or thumbprint %s "
                         "(0x8009030C SEC_E_LOGON_DENIED)",
                         id.upn != NULL ? id.upn : id.subject, id.sha1);
}
