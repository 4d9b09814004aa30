/* RandomNumberGenerator.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/crypto.h"
#include "value/types/def.h"
#include "value/types/more.h"

static const struct hop_class *const disposable[] = {&hop_class_idisposable,
                                                     NULL};

#define CRYPTO(n) "System.Security.Cryptography." n

METHOD(random_array)
{
    size_t n = (size_t)ARG_I(0);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    void *p;

    if (ARG_I(0) < 0)
        return hop_throw_range(cx, "count", ARG_I(0), "a non-negative value");
    if (!hop_context_may_alloc(cx, n, 16))
        return false;
    p = hop_buf_reserve(&b, n + 1);
    if (!p || !hop_crypto_random(cx, p, n))
        return false;
    RETURN(hop_obj(hop_array_of_bytes(cx, p, n)));
}

/* data: bytes are to be other than zero. */
METHOD(random_fill)
{
    struct hop_array *a = hop_as_array(c->args[0]);

    if (!a)
        return hop_throw_null(cx, "data");
    for (size_t i = 0; i < a->n; i++) {
        uint8_t u = 0;

        do {
            if (!hop_crypto_random(cx, &u, 1))
                return false;
        } while (c->data && u == 0);
        a->items[i] = hop_byte(u);
    }
    return true;
}

/* 0 <= x < n without a preference. */
static bool
below(struct hop_context *cx, uint64_t n, uint64_t *out)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % n;

    do {
        if (!hop_crypto_random(cx, out, sizeof(*out)))
            return false;
    } while (*out >= limit);
    *out %= n;
    return true;
}

METHOD(random_integer)
{
    int64_t lo = c->n > 1 ? ARG_I(0) : 0, hi = ARG_I(c->n - 1);
    uint64_t u;

    if (c->n == 1 && hi <= 0)
        return hop_throw_range(cx, "toExclusive", hi,
                               "a non-negative and non-zero value");
    if (hi <= lo)
        return hop_throw(cx, &hop_exception_argument,
                         "Range of random number does not contain at least one "
                         "possibility.");
    if (!below(cx, (uint64_t)(hi - lo), &u))
        return false;
    RETURN(hop_int((int32_t)(lo + (int64_t)u)));
}

METHOD(random_hex)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *digits =
        c->n > 1 && ARG_B(1) ? "0123456789abcdef" : "0123456789ABCDEF";
    uint64_t u;

    if (ARG_I(0) < 0)
        return hop_throw_range(cx, "stringLength", ARG_I(0),
                               "a non-negative value");
    for (int64_t i = 0; i < ARG_I(0); i++) {
        if (!below(cx, 16, &u))
            return false;
        hop_buf_addc(&b, digits[u]);
    }
    RETURN(hop_text_buf(&b));
}

METHOD(create_generator)
{
    static const struct hop_class implementation = {
        .name = CRYPTO("RandomNumberGeneratorImplementation"),
        .base = &hop_class_random_generator,
        .flags = HOP_CLASS_SEALED | HOP_CLASS_NOT_PUBLIC,
        .kind = HOP_OBJECT,
        .size = sizeof(struct hop_object),
    };

    RETURN(hop_obj(hop_object_new(cx, &implementation)));
}

static const struct hop_method generator_methods[] = {
    {"static byte[] GetBytes(int count)", random_array},
    {"static void Fill(byte[] data)", random_fill, false},
    {"static int GetInt32(int toExclusive)", random_integer},
    {"static int GetInt32(int fromInclusive, int toExclusive)", random_integer},
    {"static string GetHexString(int stringLength, bool lowercase = false)",
     random_hex},
    {"static " CRYPTO("RandomNumberGenerator") " Create()", create_generator},
    {"void GetBytes(byte[] data)", random_fill, false},
    {"void GetNonZeroBytes(byte[] data)", random_fill, true},
    {"void Dispose()", hop_method_nothing},
    END_METHODS,
};

const struct hop_class hop_class_random_generator = {
    .name = CRYPTO("RandomNumberGenerator"),
    .base = &hop_class_object,
    .interfaces = disposable,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .methods = generator_methods,
};

static const struct hop_method provider_constructors[] = {
    {CRYPTO("RNGCryptoServiceProvider") " new()", create_generator},
    END_METHODS,
};

const struct hop_class hop_class_random_provider = {
    .name = CRYPTO("RNGCryptoServiceProvider"),
    .base = &hop_class_random_generator,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .constructors = provider_constructors,
};
