/* SPDX-License-Identifier: MIT */
#include "auth/certmap.h"

#include <fnmatch.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "auth/explain.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"

enum { RULES_MAX = 4096, WORD_MAX = 1024 };

enum { CHAIN_MAX = 8, NAMES_MAX = 32 };

/* BY_NAME is that of the settings' mappings alone. */
enum rule_kind { BY_UPN, BY_SUBJECT, BY_THUMBPRINT, RULE_KINDS, BY_NAME };

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
    char *uri; /* pattern, NULL: every resource */
};

struct hop_certmap {
    struct rule *rules;
    size_t count;
};

struct prints {
    char sha1[41], sha256[65];
};

/* What is known of a certificate. */
struct identity {
    char *upn; /* may be NULL */
    char *subject;
    char *names[NAMES_MAX]; /* what a mapping's subject may be */
    size_t name_count;
    struct prints chain[CHAIN_MAX]; /* its own first */
    size_t depth;
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
    free(r->uri);
}

static void
add_rule(struct hop_certmap *m, const struct rule *r)
{
    m->rules = hop_xrealloc(m->rules, m->count + 1, sizeof(*r));
    m->rules[m->count++] = *r;
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
            add_rule(m, &r);
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

bool
hop_certmap_is_empty(const struct hop_certmap *m)
{
    return m == NULL || m->count == 0;
}

/* ---- the settings' mappings */

static const char *
mapping_text(const struct hop_config *c, const char *name, const char *key)
{
    const char *v = hop_config_entry(c, "ClientCertificate", name, key);

    return v != NULL ? v : "";
}

/* One without an issuer or a user maps nothing. */
static void
add_mapping(struct hop_certmap *m, const struct hop_config *c, const char *name)
{
    const char *issuer = mapping_text(c, name, "Issuer");
    const char *subject = mapping_text(c, name, "Subject");
    const char *uri = mapping_text(c, name, "URI");
    const char *user = mapping_text(c, name, "UserName");
    struct rule r = {.kind = BY_NAME};

    if (hop_ascii_ieq(mapping_text(c, name, "Enabled"), "false") ||
        issuer[0] == '\0' || user[0] == '\0')
        return;
    r.pattern = hop_xstrdup(subject[0] != '\0' ? subject : "*");
    r.issuer = hop_xstrdup(issuer);
    r.user = hop_xstrdup(user);
    r.uri = uri[0] != '\0' && strcmp(uri, "*") != 0 ? hop_xstrdup(uri) : NULL;
    normalize_print(r.issuer);
    add_rule(m, &r);
}

struct hop_certmap *
hop_certmap_of_settings(const struct hop_config *c)
{
    struct hop_certmap *m = hop_xmalloc(sizeof(*m));
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    size_t at = 0;

    while (m->count < RULES_MAX &&
           hop_config_entry_name(c, "ClientCertificate", &at, &name) != NULL)
        add_mapping(m, c, hop_buf_str(&name));
    return m;
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

static void
add_name(struct identity *id, const unsigned char *text, int len)
{
    size_t n = len > 0 ? (size_t)len : 0;

    if (n > 0 && id->name_count < NAMES_MAX && memchr(text, '\0', n) == NULL &&
        hop_utf8_valid((const char *)text, n))
        id->names[id->name_count++] = hop_xstrndup((const char *)text, n);
}

static void
add_dns_names(X509 *cert, struct identity *id)
{
    GENERAL_NAMES *names =
        X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);

    for (int k = 0; k < sk_GENERAL_NAME_num(names); k++) {
        GENERAL_NAME *g = sk_GENERAL_NAME_value(names, k);

        if (g->type == GEN_DNS)
            add_name(id, ASN1_STRING_get0_data(g->d.dNSName),
                     ASN1_STRING_length(g->d.dNSName));
    }
    GENERAL_NAMES_free(names);
}

/* The last one is the most specific. */
static void
add_common_name(X509 *cert, struct identity *id)
{
    X509_NAME *subject = X509_get_subject_name(cert);
    int last = -1;

    for (int at = -1;
         (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;)
        last = at;
    if (last >= 0) {
        unsigned char *text = NULL;
        int n = ASN1_STRING_to_UTF8(
            &text,
            X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)));
        add_name(id, text, n);
        OPENSSL_free(text);
    }
}

static void
find_names(X509 *cert, struct identity *id)
{
    id->upn = find_upn(cert);
    id->subject = write_subject(cert);
    if (id->upn != NULL)
        id->names[id->name_count++] = hop_xstrdup(id->upn);
    if (id->name_count == 0)
        add_dns_names(cert, id);
    if (id->name_count == 0)
        add_common_name(cert, id);
}

static bool
read_identity(const void *chain, size_t n, struct identity *out,
              struct hop_error *err)
{
    const unsigned char *p = chain, *end = p + n;

    while (p < end && out->depth < CHAIN_MAX && n <= INT_MAX) {
        const unsigned char *from = p;
        HOP_CLEANUP(free_x509)
        X509 *cert = d2i_X509(NULL, &p, (long)(end - p));

        if (cert == NULL)
            break;
        write_print(from, (size_t)(p - from), EVP_sha1(),
                    out->chain[out->depth].sha1);
        write_print(from, (size_t)(p - from), EVP_sha256(),
                    out->chain[out->depth].sha256);
        if (out->depth++ == 0)
            find_names(cert, out);
    }
    ERR_clear_error();
    return out->depth > 0 ||
           hop_error_set(err, HOP_ERROR_TLS, 0,
                         "map a client certificate: it is malformed");
}

static void
free_identity(struct identity *id)
{
    free(id->upn);
    free(id->subject);
    for (size_t k = 0; k < id->name_count; k++)
        free(id->names[k]);
}

static bool
is_print(const char *want, const struct prints *p)
{
    return *want != '\0' &&
           (strcmp(want, p->sha1) == 0 || strcmp(want, p->sha256) == 0);
}

static bool
issuer_fits(const char *issuer, const struct identity *id)
{
    for (size_t k = 1; k < id->depth; k++)
        if (is_print(issuer, &id->chain[k]))
            return true;
    return false;
}

static bool
name_fits(const char *pattern, const struct identity *id)
{
    for (size_t k = 0; k < id->name_count; k++)
        if (hop_config_pattern_fits(pattern, id->names[k]))
            return true;
    return strcmp(pattern, "*") == 0;
}

static bool
rule_fits(const struct rule *r, const struct identity *id)
{
    if (r->issuer != NULL && !issuer_fits(r->issuer, id))
        return false;
    switch (r->kind) {
    case BY_NAME: return name_fits(r->pattern, id);
    case BY_THUMBPRINT: return is_print(r->pattern, &id->chain[0]);
    case BY_SUBJECT: return fnmatch(r->pattern, id->subject, FNM_NOESCAPE) == 0;
    default:
        return id->upn != NULL &&
               fnmatch(r->pattern, id->upn, FNM_CASEFOLD | FNM_NOESCAPE) == 0;
    }
}

static char *
expand_user(const char *user, const char *upn)
{
    const char *at = strstr(user, "%u");

    if (at == NULL || upn == NULL)
        return hop_xstrdup(user);
    return hop_xasprintf("%.*s%.*s%s", (int)(at - user), user,
                         (int)strcspn(upn, "@"), upn, at + 2);
}

/* The resources of that mapping and of those behind it to the same user. */
static char *
find_scope(const struct hop_certmap *m, size_t first, const struct identity *id)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    for (size_t k = first; k < m->count; k++) {
        const struct rule *r = &m->rules[k];

        if (!hop_ascii_ieq(r->user, m->rules[first].user) || !rule_fits(r, id))
            continue;
        if (r->uri == NULL)
            return hop_xstrdup("");
        hop_buf_addf(&out, "%s%s", out.len > 0 ? "\n" : "", r->uri);
    }
    return hop_buf_take(&out);
}

void
hop_certmap_match_done(struct hop_certmap_match *m)
{
    free(m->user);
    free(m->name);
    free(m->scope);
    *m = (struct hop_certmap_match){0};
}

bool
hop_certmap_find(const struct hop_certmap *m, const void *chain,
                 size_t chain_len, struct hop_certmap_match *out,
                 struct hop_error *err)
{
    HOP_CLEANUP(free_identity) struct identity id = {0};

    if (!read_identity(chain, chain_len, &id, err))
        return false;
    for (size_t k = 0; k < m->count; k++)
        if (rule_fits(&m->rules[k], &id)) {
            *out = (struct hop_certmap_match){
                .user = expand_user(m->rules[k].user, id.upn),
                .name = hop_xstrdup(id.upn != NULL ? id.upn : id.subject),
                .scope = find_scope(m, k, &id)};
            return true;
        }
    return hop_error_set(
        err, HOP_ERROR_WSMAN, HOP_SEC_E_LOGON_DENIED,
        "map the certificate of %s (thumbprint %s, issuer %s): neither a "
        "mapping (winrm enumerate winrm/config/service/certmapping) nor a rule "
        "of Linux/CertificateMap names it; add one (0x8009030C "
        "SEC_E_LOGON_DENIED)",
        id.upn != NULL ? id.upn : id.subject, id.chain[0].sha1,
        id.depth > 1 ? id.chain[1].sha1 : "unknown");
}
