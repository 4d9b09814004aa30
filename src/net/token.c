/* SPDX-License-Identifier: MIT */
/* Iterators are marked unstable, and have been as they are for ten years. */
#define P11_KIT_FUTURE_UNSTABLE_API 1
#include "net/token.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <p11-kit/iter.h>
#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/text.h"

enum { PIN_MAX = 256, ID_MAX = 256, DER_MAX = 65536 / 2, DN_MAX = 4096 };
/* Authorities above a certificate. */
enum { CHAIN_MAX = 8 };

struct token {
    P11KitUri *uri;
    CK_FUNCTION_LIST_PTR *modules, one[2];
    P11KitIter *iter;
};

struct found {
    CK_FUNCTION_LIST_PTR module;
    CK_SESSION_HANDLE session; /* logged in; 0: none */
    CK_OBJECT_HANDLE key;
    unsigned char id[ID_MAX], der[DER_MAX];
    size_t id_len, der_len;
};

static void
close_token(struct token *t)
{
    if (t->iter != NULL)
        p11_kit_iter_free(t->iter);
    if (t->modules != NULL)
        p11_kit_modules_finalize_and_release(t->modules);
    if (t->one[0] != NULL) {
        p11_kit_module_finalize(t->one[0]);
        p11_kit_module_release(t->one[0]);
    }
    p11_kit_uri_free(t->uri);
}

/* Libraries of tokens; NULL or what is wrong. */
static const char *
load_modules(struct token *t)
{
    const char *path = p11_kit_uri_get_module_path(t->uri);

    if (path == NULL) {
        t->modules = p11_kit_modules_load_and_initialize(0);
        return t->modules != NULL ? NULL : "p11-kit has no library for tokens";
    }
    t->one[0] = p11_kit_module_load(path, 0);
    if (t->one[0] == NULL)
        return "its library (module-path) cannot be loaded";
    if (p11_kit_module_initialize(t->one[0]) == CKR_OK)
        return NULL;
    p11_kit_module_release(t->one[0]);
    t->one[0] = NULL;
    return "its library (module-path) does not start";
}

static const char *
open_token(struct token *t, const char *uri)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ATTRIBUTE want = {CKA_CLASS, &class, sizeof(class)};
    const char *why;

    *t = (struct token){.uri = p11_kit_uri_new()};
    if (p11_kit_uri_parse(uri, P11_KIT_URI_FOR_ANY, t->uri) != P11_KIT_URI_OK)
        return "is no PKCS#11 URI (RFC 7512)";
    if (p11_kit_uri_get_pin_value(t->uri) != NULL)
        return "has its PIN in it, which settings would show to everybody: "
               "put it into a file of root's and name that as pin-source";
    if ((why = load_modules(t)) != NULL)
        return why;
    p11_kit_uri_set_attribute(t->uri, &want);
    t->iter = p11_kit_iter_new(t->uri, 0);
    p11_kit_iter_begin(t->iter, t->modules != NULL ? t->modules : t->one);
    return NULL;
}

static const char *
log_in(const struct token *t, CK_FUNCTION_LIST_PTR m, CK_SESSION_HANDLE session)
{
    const char *path = p11_kit_uri_get_pin_source(t->uri);
    unsigned char pin[PIN_MAX];
    ssize_t n;
    CK_RV rv;

    if (path == NULL)
        return NULL; /* a token that asks for none */
    if (strncmp(path, "file:", 5) == 0)
        path += strncmp(path, "file://", 7) == 0 ? 7 : 5;
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd >= 0 ? read(fd, pin, sizeof(pin)) : -1;
    if (n < 0)
        return "the file of its PIN (pin-source) cannot be read";
    while (n > 0 && (pin[n - 1] == '\n' || pin[n - 1] == '\r'))
        n--;
    rv = m->C_Login(session, CKU_USER, pin, (CK_ULONG)n);
    explicit_bzero(pin, sizeof(pin));
    return rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN
               ? NULL
               : "its token refuses the PIN in the file of pin-source";
}

static const char *
find_key(struct found *f)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE want[] = {{CKA_CLASS, &class, sizeof(class)},
                           {CKA_ID, f->id, f->id_len}};
    CK_ULONG n = 0;

    if (f->module->C_FindObjectsInit(f->session, want, 2) == CKR_OK) {
        (void)f->module->C_FindObjects(f->session, &f->key, 1, &n);
        (void)f->module->C_FindObjectsFinal(f->session);
    }
    return n == 1 ? NULL
                  : "has no private key of the same id on its token that can "
                    "be seen (pin-source names the file of the PIN)";
}

static void
close_found(struct found *f)
{
    if (f->session != 0)
        (void)f->module->C_CloseSession(f->session);
    f->session = 0;
}

/* The key of the certificate that the iterator stands at. */
static const char *
open_key(const struct token *t, struct found *f)
{
    const char *why;

    f->module = p11_kit_iter_get_module(t->iter);
    if (f->module->C_OpenSession(p11_kit_iter_get_slot(t->iter),
                                 CKF_SERIAL_SESSION, NULL, NULL,
                                 &f->session) != CKR_OK) {
        f->session = 0;
        return "is on a token that cannot be opened";
    }
    why = log_in(t, f->module, f->session);
    return why != NULL ? why : find_key(f);
}

/* The next certificate; lack as for hop_token_fn. */
static bool
next_certificate(struct token *t, struct found *f, const char **lack)
{
    while (p11_kit_iter_next(t->iter) == CKR_OK) {
        CK_ATTRIBUTE got[] = {{CKA_VALUE, f->der, sizeof(f->der)},
                              {CKA_ID, f->id, sizeof(f->id)}};

        if (p11_kit_iter_get_attributes(t->iter, got, 2) != CKR_OK)
            continue;
        f->der_len = got[0].ulValueLen;
        f->id_len = got[1].ulValueLen;
        *lack = open_key(t, f);
        return true;
    }
    return false;
}

/* The URI with the certificate's id in it. */
static char *
name_certificate(const char *uri, const struct found *f)
{
    struct hop_buf out = HOP_BUF_INIT;
    size_t path = strcspn(uri, "?");

    if (memmem(uri, path, "id=", 3) != NULL)
        return hop_xstrdup(uri);
    hop_buf_addf(&out, "%.*s%sid=", (int)path, uri,
                 path > strlen(HOP_TOKEN_SCHEME) ? ";" : "");
    for (size_t i = 0; i < f->id_len; i++)
        hop_buf_addf(&out, "%%%02X", f->id[i]);
    hop_buf_addf(&out, "%s", uri + path);
    return hop_buf_take(&out);
}

static void
list_one(const char *uri, hop_token_fn *each, void *ctx)
{
    HOP_AUTO_FREE struct found *f = hop_xmalloc(sizeof(*f));
    struct token t;
    const char *lack = open_token(&t, uri);
    bool any = false;

    while (lack == NULL && next_certificate(&t, f, &lack)) {
        HOP_AUTO_FREE char *name = name_certificate(uri, f);

        any = true;
        each(ctx, name, f->der, f->der_len, lack);
        lack = NULL;
        close_found(f);
    }
    if (!any)
        each(ctx, uri, NULL, 0,
             lack != NULL ? lack : "names no token with a certificate");
    close_token(&t);
}

static void
list(const char *uris, hop_token_fn *each, void *ctx)
{
    while (*uris != '\0') {
        size_t n = strcspn(uris, ",");
        HOP_AUTO_FREE char *one = hop_xstrndup(uris, n);

        if (one[strspn(one, " ")] != '\0')
            list_one(one + strspn(one, " "), each, ctx);
        uris += n + (uris[n] == ',');
    }
}

/* ---- signing */

static bool
say(int fd, char kind, const char *text, size_t n)
{
    HOP_AUTO_BUF struct hop_buf packet = HOP_BUF_INIT;

    hop_buf_add(&packet, &kind, 1);
    hop_buf_add(&packet, text, n);
    return write(fd, packet.data, packet.len) == (ssize_t)packet.len;
}

static void
add_pem(struct hop_buf *pem, const unsigned char *der, size_t n)
{
    HOP_AUTO_BUF struct hop_buf code = HOP_BUF_INIT;

    hop_base64_encode(&code, der, n);
    hop_buf_adds(pem, "-----BEGIN CERTIFICATE-----\n");
    for (size_t i = 0; i < code.len; i += 64)
        hop_buf_addf(pem, "%.64s\n", hop_buf_str(&code) + i);
    hop_buf_adds(pem, "-----END CERTIFICATE-----\n");
}

/* A certificate on the token, as far as its object tells. */
struct link {
    CK_OBJECT_HANDLE object;
    unsigned char subject[DN_MAX], issuer[DN_MAX], der[DER_MAX];
    size_t subject_len, issuer_len, der_len;
};

static bool
read_link(const struct found *f, struct link *l)
{
    CK_ATTRIBUTE got[] = {{CKA_SUBJECT, l->subject, sizeof(l->subject)},
                          {CKA_ISSUER, l->issuer, sizeof(l->issuer)},
                          {CKA_VALUE, l->der, sizeof(l->der)}};

    if (f->module->C_GetAttributeValue(f->session, l->object, got, 3) != CKR_OK)
        return false;
    l->subject_len = got[0].ulValueLen;
    l->issuer_len = got[1].ulValueLen;
    l->der_len = got[2].ulValueLen;
    return true;
}

/* The certificate of which an attribute has that value. */
static bool
find_link(const struct found *f, CK_ATTRIBUTE_TYPE type, unsigned char *value,
          size_t n, struct link *out)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ATTRIBUTE want[] = {{CKA_CLASS, &class, sizeof(class)},
                           {type, value, n}};
    CK_ULONG count = 0;

    if (f->module->C_FindObjectsInit(f->session, want, 2) == CKR_OK) {
        (void)f->module->C_FindObjects(f->session, &out->object, 1, &count);
        (void)f->module->C_FindObjectsFinal(f->session);
    }
    return count == 1 && read_link(f, out);
}

/* A root, which is its own issuer, is for the other side to have. */
static bool
is_root(const struct link *l)
{
    return l->subject_len == l->issuer_len &&
           memcmp(l->subject, l->issuer, l->subject_len) == 0;
}

/* The authorities between it and its root, as far as the token has them. */
static void
add_chain(struct hop_buf *pem, const struct found *f)
{
    HOP_AUTO_FREE struct link *l = hop_xmalloc(sizeof(*l));
    HOP_AUTO_FREE unsigned char *issuer = hop_xmalloc(DN_MAX);
    HOP_AUTO_FREE unsigned char *der = hop_xmalloc(DER_MAX);
    bool found;

    memcpy(der, f->der, f->der_len);
    found = find_link(f, CKA_VALUE, der, f->der_len, l);
    for (int k = 0; found && k < CHAIN_MAX && l->issuer_len > 0; k++) {
        size_t n = l->issuer_len;

        memcpy(issuer, l->issuer, n);
        found = find_link(f, CKA_SUBJECT, issuer, n, l) && !is_root(l) &&
                pem->len + 2 * l->der_len < HOP_TOKEN_PACKET_MAX;
        if (found)
            add_pem(pem, l->der, l->der_len);
    }
}

static bool
say_ready(int fd, const struct found *f)
{
    HOP_AUTO_BUF struct hop_buf pem = HOP_BUF_INIT;

    add_pem(&pem, f->der, f->der_len);
    add_chain(&pem, f);
    return say(fd, HOP_TOKEN_READY, hop_buf_str(&pem), pem.len);
}

static size_t
sign(const struct found *f, unsigned kind, unsigned char *data, size_t n,
     unsigned char *out, size_t size)
{
    static const CK_MECHANISM_TYPE kinds[HOP_TOKEN_SIGN_COUNT] = {
        [HOP_TOKEN_RSA_PKCS1] = CKM_RSA_PKCS,
        [HOP_TOKEN_RSA_RAW] = CKM_RSA_X_509,
        [HOP_TOKEN_ECDSA] = CKM_ECDSA,
    };
    CK_ULONG len = size;

    if (kind >= HOP_TOKEN_SIGN_COUNT)
        return 0;
    CK_MECHANISM how = {kinds[kind], NULL, 0};
    return f->module->C_SignInit(f->session, &how, f->key) == CKR_OK &&
                   f->module->C_Sign(f->session, data, n, out, &len) == CKR_OK
               ? len
               : 0;
}

/* An answer without a signature tells that there is none. */
static void
answer_all(const struct found *f, int fd)
{
    unsigned char in[4096], out[4096];
    ssize_t n;

    while ((n = read(fd, in, sizeof(in))) > 0) {
        size_t len = 0;

        if (n > 1 + HOP_TOKEN_ID) {
            memcpy(out, in + 1, HOP_TOKEN_ID);
            len = sign(f, in[0], in + 1 + HOP_TOKEN_ID,
                       (size_t)n - 1 - HOP_TOKEN_ID, out + HOP_TOKEN_ID,
                       sizeof(out) - HOP_TOKEN_ID);
        }
        if (write(fd, out, HOP_TOKEN_ID + len) < 0)
            return;
    }
}

static bool
serve(const char *uri, int fd)
{
    HOP_AUTO_FREE struct found *f = hop_xmalloc(sizeof(*f));
    struct token t;
    const char *lack = open_token(&t, uri);

    if (lack == NULL && !next_certificate(&t, f, &lack))
        lack = "names no token with a certificate";
    if (lack != NULL)
        (void)say(fd, HOP_TOKEN_FAILED, lack, strlen(lack));
    else if (say_ready(fd, f))
        answer_all(f, fd);
    close_found(f);
    close_token(&t);
    return lack == NULL;
}

const struct hop_token_ops hop_token_p11 = {.list = list, .serve = serve};
