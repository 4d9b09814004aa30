/* HashAlgorithm, HMAC and HashAlgorithmName on libcrypto.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/crypto.h"
#include "value/types/def.h"
#include "value/types/more.h"
#include "value/types/stream.h"

/* ---- HashAlgorithmName ---- */

struct hash_name {
    struct hop_object base;
    struct hop_string *name;
};

static void
destroy_name(struct hop_object *o)
{
    hop_string_release(((struct hash_name *)o)->name);
}

const char *
hop_hash_algorithm(struct hop_value v)
{
    v = hop_value_base(v);
    if (hop_is_string(v))
        return hop_cstr(v);
    return hop_is_exactly(v, &hop_class_hash_name)
               ? ((struct hash_name *)v.u.o)->name->data
               : NULL;
}

METHOD(new_name)
{
    struct hash_name *h = hop_object_new(cx, &hop_class_hash_name);

    h->name = ARG_NULL(0) ? hop_string_empty() : hop_string_retain(ARG_S(0));
    RETURN(hop_obj(h));
}

static bool
show_name(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(((struct hash_name *)v.u.o)->name);
    return true;
}

GETTER(get_name)
{
    *out = hop_str(hop_string_retain(((struct hash_name *)self.u.o)->name));
    return true;
}

static const char *const algorithms[] = {"MD5", "SHA1", "SHA256", "SHA384",
                                         "SHA512"};

GETTER(get_algorithm)
{
    struct hash_name *h = hop_object_new(cx, &hop_class_hash_name);

    h->name = hop_string_from(algorithms[data]);
    *out = hop_obj(h);
    return true;
}

#define HAN "System.Security.Cryptography.HashAlgorithmName"
static const struct hop_property name_properties[] = {
    {"Name", "string", get_name},
    STATIC_GET("MD5", HAN, get_algorithm, 0),
    STATIC_GET("SHA1", HAN, get_algorithm, 1),
    STATIC_GET("SHA256", HAN, get_algorithm, 2),
    STATIC_GET("SHA384", HAN, get_algorithm, 3),
    STATIC_GET("SHA512", HAN, get_algorithm, 4),
    END_PROPERTIES,
};

static const struct hop_method name_constructors[] = {
    {HAN " new(string name)", new_name},
    END_METHODS,
};

const struct hop_class hop_class_hash_name = {
    .name = HAN,
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hash_name),
    .properties = name_properties,
    .constructors = name_constructors,
    .destroy = destroy_name,
    .to_string = show_name,
};

/* ---- hashes ---- */

struct hash {
    struct hop_object base;
    struct hop_buf data; /* of TransformBlock */
    struct hop_buf key;  /* of an HMAC */
    struct hop_value sum;
    const char *name; /* OpenSSL's */
    bool keyed;
};

#define SELF ((struct hash *)c->self.u.o)

static void
destroy_hash(struct hop_object *o)
{
    hop_buf_done(&((struct hash *)o)->data);
    hop_buf_done(&((struct hash *)o)->key);
    hop_release(((struct hash *)o)->sum);
}

static bool
compute(struct hop_context *cx, const char *name, const struct hop_buf *key,
        const struct hop_buf *data, struct hop_value *out)
{
    unsigned char sum[HOP_DIGEST_MAX];
    size_t n = 0;
    const char *p = hop_buf_str(data);

    if (!(key ? hop_crypto_hmac(cx, name, hop_buf_str(key), key->len, p,
                                data->len, sum, &n)
              : hop_crypto_digest(cx, name, p, data->len, sum, &n)))
        return false;
    *out = hop_obj(hop_array_of_bytes(cx, sum, n));
    return true;
}

/* The class's own name, or that of the base of an +Implementation. */
static const char *
class_algorithm(const struct hop_class *cls)
{
    static const struct {
        const char *end, *name;
    } names[] = {{"MD5", "MD5"},
                 {"SHA1", "SHA1"},
                 {"SHA256", "SHA256"},
                 {"SHA384", "SHA384"},
                 {"SHA512", "SHA512"}};
    const char *own = strrchr(cls->name, '.') + 1;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++)
        if (strncmp(own, names[i].end, strlen(names[i].end)) == 0 ||
            (strncmp(own, "HMAC", 4) == 0 &&
             strcmp(own + 4, names[i].end) == 0))
            return names[i].name;
    return "SHA256";
}

/* Adds bytes [offset, offset + count) of an array argument. */
static bool
add_part(struct hop_context *cx, struct hop_call *c, struct hop_buf *b)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    HOP_AUTO_BUF struct hop_buf all = HOP_BUF_INIT;
    size_t from = c->n > 1 ? (size_t)ARG_I(1) : 0, n;

    if (!a)
        return hop_throw_null(cx, c->n > 1 ? "inputBuffer" : "buffer");
    n = c->n > 2 ? (size_t)ARG_I(2) : a->n;
    if (from > a->n || n > a->n - from)
        return hop_throw(cx, &hop_exception_argument, "Value was invalid.");
    hop_array_add_bytes(a, &all);
    hop_buf_add(b, hop_buf_str(&all) + from, n);
    return true;
}

METHOD(hash_bytes)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!add_part(cx, c, &b) ||
        !compute(cx, SELF->name, SELF->keyed ? &SELF->key : NULL, &b,
                 &c->result))
        return false;
    hop_value_set(&SELF->sum, hop_retain(c->result));
    return true;
}

METHOD(hash_stream)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!hop_as_stream(c->args[0]))
        return hop_throw_null(cx, "inputStream");
    if (!hop_stream_rest(cx, hop_as_stream(c->args[0]), &b) ||
        !compute(cx, SELF->name, SELF->keyed ? &SELF->key : NULL, &b,
                 &c->result))
        return false;
    hop_value_set(&SELF->sum, hop_retain(c->result));
    return true;
}

METHOD(transform_block)
{
    if (!add_part(cx, c, &SELF->data))
        return false;
    RETURN(hop_int((int32_t)ARG_I(2)));
}

METHOD(transform_final)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_value sum = hop_null();

    if (!add_part(cx, c, &b) || !add_part(cx, c, &SELF->data) ||
        !compute(cx, SELF->name, SELF->keyed ? &SELF->key : NULL, &SELF->data,
                 &sum))
        return false;
    hop_buf_clear(&SELF->data);
    hop_value_set(&SELF->sum, sum);
    RETURN(hop_obj(hop_array_of_bytes(cx, hop_buf_str(&b), b.len)));
}

/* HashData(bytes | stream), and with a key in front for HMACs. */
METHOD(hash_data)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, key = HOP_BUF_INIT;
    struct hop_array *a = hop_as_array(c->args[c->n - 1]);
    struct hop_stream *s = a ? NULL : hop_as_stream(c->args[c->n - 1]);

    if (!a && !s)
        return hop_throw_null(cx, "source");
    if (c->n > 1 && ARG_NULL(0))
        return hop_throw_null(cx, "key");
    if (c->n > 1)
        hop_array_add_bytes(hop_as_array(c->args[0]), &key);
    if (a)
        hop_array_add_bytes(a, &b);
    else if (!hop_stream_rest(cx, s, &b))
        return false;
    return compute(cx, class_algorithm(c->cls), c->n > 1 ? &key : NULL, &b,
                   &c->result);
}

METHOD(clear_hash)
{
    hop_buf_clear(&SELF->data);
    return true;
}

/* data: the class of the objects, NULL: the one asked. */
METHOD(create_hash)
{
    const struct hop_class *cls =
        c->data ? (const struct hop_class *)c->data : c->cls;
    struct hash *h = hop_object_new(cx, cls);

    h->name = class_algorithm(cls);
    RETURN(hop_obj(h));
}

METHOD(create_hmac)
{
    struct hash *h = hop_object_new(cx, c->cls);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(h);
    unsigned char key[2 * HOP_DIGEST_MAX];

    h->name = class_algorithm(c->cls);
    h->keyed = true;
    h->key.secret = true;
    if (c->n && ARG_NULL(0))
        return hop_throw_null(cx, "key");
    if (c->n) {
        hop_array_add_bytes(hop_as_array(c->args[0]), &h->key);
    } else {
        /* a block of the hash */
        size_t n = h->name[3] == '3' || h->name[3] == '5' ? 128 : 64;

        if (!hop_crypto_random(cx, key, n))
            return false;
        hop_buf_add(&h->key, key, n);
        explicit_bzero(key, sizeof(key));
    }
    RETURN(hop_value_steal(&v));
}

enum { SUM, BITS, KEY, NAME };

GETTER(get_hash)
{
    static const struct {
        const char *name;
        int bits;
    } sizes[] = {{"MD5", 128},
                 {"SHA1", 160},
                 {"SHA256", 256},
                 {"SHA384", 384},
                 {"SHA512", 512}};
    struct hash *h = (struct hash *)self.u.o;

    switch (data) {
    case SUM: *out = hop_retain(h->sum); break;
    case KEY:
        *out =
            hop_obj(hop_array_of_bytes(cx, hop_buf_str(&h->key), h->key.len));
        break;
    case NAME: *out = hop_text(h->name); break;
    default:
        *out = hop_int(0);
        for (size_t i = 0; i < HOP_ARRAY_SIZE(sizes); i++)
            if (strcmp(sizes[i].name, h->name) == 0)
                *out = hop_int(sizes[i].bits);
    }
    return true;
}

SETTER(set_key)
{
    struct hash *h = (struct hash *)self.u.o;

    if (hop_is_null(v))
        return hop_throw_null(cx, "value");
    hop_buf_clear(&h->key);
    hop_array_add_bytes(hop_as_array(v), &h->key);
    return true;
}

static const struct hop_property hash_properties[] = {
    {"Hash", "byte[]", get_hash, NULL, 0, SUM},
    {"HashSize", "int", get_hash, NULL, 0, BITS},
    END_PROPERTIES,
};

static bool create_by_name(struct hop_context *cx, struct hop_call *c);

static const struct hop_method hash_methods[] = {
    {"byte[] ComputeHash(byte[] buffer)", hash_bytes},
    {"byte[] ComputeHash(byte[] buffer, int offset, int count)", hash_bytes},
    {"byte[] ComputeHash(System.IO.Stream inputStream)", hash_stream},
    {"int TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, "
     "byte[] outputBuffer, int outputOffset)",
     transform_block},
    {"byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int "
     "inputCount)",
     transform_final},
    {"void Initialize()", clear_hash},
    {"void Clear()", clear_hash},
    {"void Dispose()", clear_hash},
    {"static System.Security.Cryptography.HashAlgorithm Create(string "
     "hashName)",
     create_by_name},
    END_METHODS,
};

static const struct hop_class *const disposable[] = {&hop_class_idisposable,
                                                     NULL};

#define CRYPTO(n) "System.Security.Cryptography." n

const struct hop_class hop_class_hash_algorithm = {
    .name = CRYPTO("HashAlgorithm"),
    .base = &hop_class_object,
    .interfaces = disposable,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hash),
    .properties = hash_properties,
    .methods = hash_methods,
    .destroy = destroy_hash,
};

#define HASH(c_, text)                                                         \
    static const struct hop_class c_##_implementation = {                      \
        .name = CRYPTO(text) "+Implementation",                                \
        .base = &hop_class_##c_,                                               \
        .flags = HOP_CLASS_SEALED | HOP_CLASS_NOT_PUBLIC,                      \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hash),                                           \
    };                                                                         \
    static const struct hop_method c_##_methods[] = {                          \
        {"static byte[] HashData(byte[] source)", hash_data},                  \
        {"static byte[] HashData(System.IO.Stream source)", hash_data},        \
        {"static " CRYPTO(text) " Create()", create_hash,                      \
         (intptr_t)&c_##_implementation},                                      \
        END_METHODS,                                                           \
    };                                                                         \
    const struct hop_class hop_class_##c_ = {                                  \
        .name = CRYPTO(text),                                                  \
        .base = &hop_class_hash_algorithm,                                     \
        .flags = HOP_CLASS_ABSTRACT,                                           \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hash),                                           \
        .methods = c_##_methods,                                               \
    }

/* The types with constructors that scripts of old name. */
#define MANAGED(c_, parent, text)                                              \
    static const struct hop_method c_##_constructors[] = {                     \
        {CRYPTO(text) " new()", create_hash},                                  \
        END_METHODS,                                                           \
    };                                                                         \
    const struct hop_class hop_class_##c_ = {                                  \
        .name = CRYPTO(text),                                                  \
        .base = &hop_class_##parent,                                           \
        .flags = HOP_CLASS_SEALED,                                             \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hash),                                           \
        .constructors = c_##_constructors,                                     \
    }

HASH(md5, "MD5");
HASH(sha1, "SHA1");
HASH(sha256, "SHA256");
HASH(sha384, "SHA384");
HASH(sha512, "SHA512");
MANAGED(md5_provider, md5, "MD5CryptoServiceProvider");
MANAGED(sha1_provider, sha1, "SHA1CryptoServiceProvider");
MANAGED(sha1_managed, sha1, "SHA1Managed");
MANAGED(sha256_managed, sha256, "SHA256Managed");
MANAGED(sha256_provider, sha256, "SHA256CryptoServiceProvider");
MANAGED(sha384_managed, sha384, "SHA384Managed");
MANAGED(sha512_managed, sha512, "SHA512Managed");

METHOD(create_by_name)
{
    static const struct {
        const char *name;
        const struct hop_class *cls;
    } known[] = {
        {"MD5", &md5_implementation},        {"SHA", &sha1_implementation},
        {"SHA1", &sha1_implementation},      {"SHA256", &sha256_implementation},
        {"SHA-256", &sha256_implementation}, {"SHA384", &sha384_implementation},
        {"SHA-384", &sha384_implementation}, {"SHA512", &sha512_implementation},
        {"SHA-512", &sha512_implementation}};

    if (ARG_NULL(0))
        return hop_throw_null(cx, "hashName");
    for (size_t i = 0; i < HOP_ARRAY_SIZE(known); i++)
        if (hop_string_iis(ARG_S(0), known[i].name)) {
            c->data = (intptr_t)known[i].cls;
            return create_hash(cx, c);
        }
    RETURN(hop_null());
}

static const struct hop_property hmac_properties[] = {
    {"HashName", "string", get_hash, NULL, 0, NAME},
    {"Key", "byte[]", get_hash, set_key, 0, KEY},
    END_PROPERTIES,
};

const struct hop_class hop_class_hmac = {
    .name = CRYPTO("HMAC"),
    .base = &hop_class_hash_algorithm,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hash),
    .properties = hmac_properties,
};

#define HMAC(c_, text)                                                         \
    static const struct hop_method c_##_constructors[] = {                     \
        {CRYPTO(text) " new()", create_hmac},                                  \
        {CRYPTO(text) " new(byte[] key)", create_hmac},                        \
        END_METHODS,                                                           \
    };                                                                         \
    static const struct hop_method c_##_methods[] = {                          \
        {"static byte[] HashData(byte[] key, byte[] source)", hash_data},      \
        {"static byte[] HashData(byte[] key, System.IO.Stream source)",        \
         hash_data},                                                           \
        END_METHODS,                                                           \
    };                                                                         \
    const struct hop_class hop_class_##c_ = {                                  \
        .name = CRYPTO(text),                                                  \
        .base = &hop_class_hmac,                                               \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hash),                                           \
        .methods = c_##_methods,                                               \
        .constructors = c_##_constructors,                                     \
    }

HMAC(hmac_md5, "HMACMD5");
HMAC(hmac_sha1, "HMACSHA1");
HMAC(hmac_sha256, "HMACSHA256");
HMAC(hmac_sha384, "HMACSHA384");
HMAC(hmac_sha512, "HMACSHA512");

const char *
hop_hash_digest_name(struct hop_value v)
{
    const char *name = hop_hash_algorithm(v);

    for (size_t i = 0; name && i < HOP_ARRAY_SIZE(algorithms); i++)
        if (strcmp(name, algorithms[i]) == 0)
            return algorithms[i];
    return NULL;
}
