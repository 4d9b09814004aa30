/* Rfc2898DeriveBytes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/crypto.h"
#include "value/types/def.h"
#include "value/types/more.h"

#define HAN "System.Security.Cryptography.HashAlgorithmName"

static const struct hop_class *const disposable[] = {&hop_class_idisposable,
                                                     NULL};

#define CRYPTO(n) "System.Security.Cryptography." n

struct derive {
    struct hop_object base;
    struct hop_buf password, salt;
    const char *name;
    int iterations;
    size_t given; /* bytes that GetBytes gave already */
};

static void
destroy_derive(struct hop_object *o)
{
    hop_buf_done(&((struct derive *)o)->password);
    hop_buf_done(&((struct derive *)o)->salt);
}

static void
add_secret(struct hop_value v, struct hop_buf *b)
{
    struct hop_array *a = hop_as_array(v);

    b->secret = true;
    if (a)
        hop_array_add_bytes(a, b);
    else if (hop_is_string(v))
        hop_buf_add(b, hop_cstr(v), v.u.s->len);
}

static bool
bad_algorithm(struct hop_context *cx, struct hop_value v)
{
    const char *name = hop_hash_algorithm(v);

    return hop_throw(cx, &hop_exception_crypto,
                     "'%s' is not a known hash algorithm.", name ? name : "");
}

METHOD(new_derive)
{
    struct derive *d;
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (ARG_NULL(0) || ARG_NULL(1))
        return hop_throw_null(cx, ARG_NULL(0) ? "password" : "salt");
    if (c->n > 2 && ARG_I(2) <= 0)
        return hop_throw_range(cx, "iterations", ARG_I(2),
                               "a non-negative and non-zero value");
    d = hop_object_new(cx, &hop_class_rfc2898);
    v = hop_obj(d);
    d->iterations = c->n > 2 ? (int)ARG_I(2) : 1000;
    d->name = c->n > 3 ? hop_hash_digest_name(c->args[3]) : "SHA1";
    if (!d->name)
        return bad_algorithm(cx, c->args[3]);
    add_secret(c->args[0], &d->password);
    if (c->args[1].kind == HOP_INT32) {
        void *p = hop_buf_reserve(&d->salt, (size_t)ARG_I(1));

        if (!p || !hop_crypto_random(cx, p, (size_t)ARG_I(1)))
            return false;
        hop_buf_commit(&d->salt, (size_t)ARG_I(1));
    } else {
        add_secret(c->args[1], &d->salt);
    }
    RETURN(hop_value_steal(&v));
}

/* Each call goes on where the last one ended. */
METHOD(derive_bytes)
{
    struct derive *d = (struct derive *)c->self.u.o;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t n = (size_t)ARG_I(0);
    void *p;

    if (ARG_I(0) <= 0)
        return hop_throw_range(cx, "cb", ARG_I(0),
                               "a non-negative and non-zero value");
    if (!hop_context_may_alloc(cx, d->given + n, 16))
        return false;
    b.secret = true;
    p = hop_buf_reserve(&b, d->given + n);
    if (!p || !hop_crypto_pbkdf2(cx, d->name, &d->password, &d->salt,
                                 d->iterations, p, d->given + n))
        return false;
    hop_buf_commit(&b, d->given + n);
    c->result = hop_obj(hop_array_of_bytes(cx, b.data + d->given, n));
    d->given += n;
    return true;
}

METHOD(pbkdf2)
{
    HOP_AUTO_BUF struct hop_buf password = HOP_BUF_INIT, salt = HOP_BUF_INIT,
                                out = HOP_BUF_INIT;
    const char *name = hop_hash_digest_name(c->args[3]);
    size_t n = (size_t)ARG_I(4);
    void *p;

    if (ARG_NULL(0) || ARG_NULL(1))
        return hop_throw_null(cx, ARG_NULL(0) ? "password" : "salt");
    if (ARG_I(2) <= 0 || ARG_I(4) < 0)
        return hop_throw_range(cx,
                               ARG_I(2) <= 0 ? "iterations" : "outputLength",
                               ARG_I(2) <= 0 ? ARG_I(2) : ARG_I(4),
                               "a non-negative and non-zero value");
    if (!name)
        return bad_algorithm(cx, c->args[3]);
    if (!hop_context_may_alloc(cx, n, 16))
        return false;
    add_secret(c->args[0], &password);
    add_secret(c->args[1], &salt);
    p = hop_buf_reserve(&out, n + 1);
    if (!p ||
        !hop_crypto_pbkdf2(cx, name, &password, &salt, (int)ARG_I(2), p, n))
        return false;
    RETURN(hop_obj(hop_array_of_bytes(cx, p, n)));
}

#define RFC  CRYPTO("Rfc2898DeriveBytes") " new("
#define ALGO ", " HAN " hashAlgorithm"
static const struct hop_method derive_constructors[] = {
    {RFC "string password, byte[] salt)", new_derive},
    {RFC "string password, byte[] salt, int iterations)", new_derive},
    {RFC "string password, byte[] salt, int iterations" ALGO ")", new_derive},
    {RFC "byte[] password, byte[] salt, int iterations)", new_derive},
    {RFC "byte[] password, byte[] salt, int iterations" ALGO ")", new_derive},
    {RFC "string password, int saltSize, int iterations" ALGO ")", new_derive},
    END_METHODS,
};

static const struct hop_method derive_methods[] = {
    {"byte[] GetBytes(int cb)", derive_bytes},
    {"void Dispose()", hop_method_nothing},
    {"static byte[] Pbkdf2(string password, byte[] salt, int iterations" ALGO
     ", int outputLength)",
     pbkdf2},
    {"static byte[] Pbkdf2(byte[] password, byte[] salt, int iterations" ALGO
     ", int outputLength)",
     pbkdf2},
    END_METHODS,
};

const struct hop_class hop_class_rfc2898 = {
    .name = CRYPTO("Rfc2898DeriveBytes"),
    .base = &hop_class_object,
    .interfaces = disposable,
    .kind = HOP_OBJECT,
    .size = sizeof(struct derive),
    .methods = derive_methods,
    .constructors = derive_constructors,
    .destroy = destroy_derive,
};
