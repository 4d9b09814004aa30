/* Aes, its transforms, and CryptoStream.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/crypto.h"
#include "value/types/def.h"
#include "value/types/more.h"
#include "value/types/stream.h"

#define BLOCK 16

enum { CBC = 1, ECB = 2, CFB = 4 };                        /* CipherMode */
enum { NO_PADDING = 1, PKCS7, ZEROS, ANSIX923, ISO10126 }; /* PaddingMode */

/* An Aes object; also what a transform remembers of one. */
struct aes {
    struct hop_object base;
    struct hop_cipher cipher;
    int mode, padding;
    bool has_key, has_iv;
    struct hop_buf pending; /* of a transform: not yet a whole block */
    bool encrypt;
};

#define SELF ((struct aes *)c->self.u.o)

static void
destroy_aes(struct hop_object *o)
{
    struct aes *a = (struct aes *)o;

    explicit_bzero(&a->cipher, sizeof(a->cipher));
    hop_buf_done(&a->pending);
}

/* ---- padding ---- */

static bool
add_padding(struct hop_context *cx, int padding, struct hop_buf *b)
{
    size_t n = BLOCK - b->len % BLOCK;
    unsigned char tail[BLOCK];

    if ((padding == NO_PADDING || padding == ZEROS) && n == BLOCK)
        return true;
    if (padding == NO_PADDING)
        return hop_throw(cx, &hop_exception_crypto,
                         "The input data is not a complete block.");
    memset(tail, padding == PKCS7 ? (int)n : 0, sizeof(tail));
    if (padding == ISO10126 && !hop_crypto_random(cx, tail, n))
        return false;
    if (padding != ZEROS)
        tail[n - 1] = (unsigned char)n;
    hop_buf_add(b, tail, n);
    return true;
}

static bool
remove_padding(struct hop_context *cx, int padding, struct hop_buf *b,
               size_t from)
{
    unsigned char n, bad;

    if (padding == NO_PADDING || padding == ZEROS)
        return true;
    n = b->len > from ? (unsigned char)b->data[b->len - 1] : 0;
    bad = n == 0 || n > BLOCK || n > b->len - from;
    for (size_t i = 1; !bad && i <= n && padding == PKCS7; i++)
        bad = (unsigned char)b->data[b->len - i] ^ n;
    if (bad)
        return hop_throw(cx, &hop_exception_crypto,
                         "Padding is invalid and cannot be removed.");
    b->len -= n;
    return true;
}

/* ---- whole messages ---- */

static const char *
mode_name(int mode)
{
    return mode == ECB ? "ecb" : mode == CFB ? "cfb8" : "cbc";
}

static bool
encrypt(struct hop_context *cx, struct hop_cipher *cipher, int padding,
        struct hop_buf *in, struct hop_buf *out)
{
    cipher->encrypt = true;
    return add_padding(cx, padding, in) &&
           hop_crypto_aes(cx, cipher, hop_buf_str(in), in->len, out);
}

static bool
decrypt(struct hop_context *cx, struct hop_cipher *cipher, int padding,
        struct hop_buf *in, struct hop_buf *out)
{
    size_t from = out->len;

    cipher->encrypt = false;
    if (in->len % BLOCK)
        return hop_throw(cx, &hop_exception_crypto,
                         "The input data is not a complete block.");
    return hop_crypto_aes(cx, cipher, hop_buf_str(in), in->len, out) &&
           remove_padding(cx, padding, out, from);
}

static bool
need_key(struct hop_context *cx, struct aes *a)
{
    if (a->has_key)
        return true;
    a->has_key = true;
    return hop_crypto_random(cx, a->cipher.key, a->cipher.key_n);
}

static bool
need_iv(struct hop_context *cx, struct aes *a)
{
    if (a->has_iv)
        return true;
    a->has_iv = true;
    return hop_crypto_random(cx, a->cipher.iv, BLOCK);
}

static bool
take_key(struct hop_context *cx, struct hop_cipher *cipher, struct hop_value v)
{
    struct hop_array *a = hop_as_array(v);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!a)
        return hop_throw_null(cx, "value");
    if (a->n != 16 && a->n != 24 && a->n != 32)
        return hop_throw(cx, &hop_exception_crypto,
                         "Specified key is not a valid size for this "
                         "algorithm.");
    b.secret = true;
    hop_array_add_bytes(a, &b);
    memcpy(cipher->key, b.data, b.len);
    cipher->key_n = b.len;
    return true;
}

static bool
take_iv(struct hop_context *cx, struct hop_cipher *cipher, struct hop_value v)
{
    struct hop_array *a = hop_as_array(v);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!a)
        return hop_throw_null(cx, "value");
    if (a->n != BLOCK)
        return hop_throw(cx, &hop_exception_crypto,
                         "Specified initialization vector (IV) does not match "
                         "the block size for this algorithm.");
    hop_array_add_bytes(a, &b);
    memcpy(cipher->iv, b.data, BLOCK);
    return true;
}

/* EncryptCbc, DecryptEcb ...; data: the mode, negative to decrypt. */
METHOD(one_shot)
{
    HOP_AUTO_BUF struct hop_buf in = HOP_BUF_INIT, out = HOP_BUF_INIT;
    int mode = c->data < 0 ? (int)-c->data : (int)c->data;
    bool last = c->args[c->n - 1].kind == HOP_ENUM, ok;
    int padding = last ? (int)ARG_I(c->n - 1) : PKCS7;
    struct hop_cipher cipher;

    if (ARG_NULL(0))
        return hop_throw_null(cx, c->data < 0 ? "ciphertext" : "plaintext");
    if (!need_key(cx, SELF))
        return false;
    cipher = SELF->cipher;
    cipher.mode = mode_name(mode);
    ok = mode == ECB || take_iv(cx, &cipher, c->args[1]);
    hop_array_add_bytes(hop_as_array(c->args[0]), &in);
    ok = ok && (c->data < 0 ? decrypt(cx, &cipher, padding, &in, &out)
                            : encrypt(cx, &cipher, padding, &in, &out));
    explicit_bzero(&cipher, sizeof(cipher));
    if (ok)
        c->result = hop_obj(hop_array_of_bytes(cx, hop_buf_str(&out), out.len));
    return ok;
}

/* ---- the object ---- */

METHOD(create_aes)
{
    struct aes *a = hop_object_new(
        cx, c->data ? (const struct hop_class *)c->data : c->cls);

    a->cipher.key_n = 32;
    a->mode = CBC;
    a->padding = PKCS7;
    RETURN(hop_obj(a));
}

METHOD(generate)
{
    if (c->data) {
        SELF->has_key = false;
        return need_key(cx, SELF);
    }
    SELF->has_iv = false;
    return need_iv(cx, SELF);
}

METHOD(clear_aes)
{
    explicit_bzero(SELF->cipher.key, sizeof(SELF->cipher.key));
    SELF->has_key = SELF->has_iv = false;
    return true;
}

/* data: to encrypt. */
METHOD(create_transform)
{
    struct aes *t = hop_object_new(cx, &hop_class_crypto_transform);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(t);

    if (!need_key(cx, SELF) || !need_iv(cx, SELF))
        return false;
    t->cipher = SELF->cipher;
    t->mode = SELF->mode;
    t->padding = SELF->padding;
    t->encrypt = c->data;
    t->pending.secret = true;
    t->cipher.mode = mode_name(t->mode);
    if (c->n && (!take_key(cx, &t->cipher, c->args[0]) ||
                 (t->mode != ECB && !take_iv(cx, &t->cipher, c->args[1]))))
        return false;
    RETURN(hop_value_steal(&v));
}

enum { KEY, IV, KEY_SIZE, BLOCK_SIZE, MODE, PADDING, FEEDBACK };

GETTER(get_aes)
{
    struct aes *a = (struct aes *)self.u.o;

    if ((data == KEY && !need_key(cx, a)) || (data == IV && !need_iv(cx, a)))
        return false;
    switch (data) {
    case KEY:
        *out = hop_obj(hop_array_of_bytes(cx, a->cipher.key, a->cipher.key_n));
        break;
    case IV: *out = hop_obj(hop_array_of_bytes(cx, a->cipher.iv, BLOCK)); break;
    case KEY_SIZE: *out = hop_int((int32_t)a->cipher.key_n * 8); break;
    case BLOCK_SIZE: *out = hop_int(128); break;
    case FEEDBACK: *out = hop_int(8); break;
    case MODE: *out = hop_enum(HOP_ENUM_CIPHER_MODE, a->mode); break;
    default: *out = hop_enum(HOP_ENUM_PADDING_MODE, a->padding); break;
    }
    return true;
}

static bool
set_key_size(struct hop_context *cx, struct aes *a, int64_t bits)
{
    if (bits != 128 && bits != 192 && bits != 256)
        return hop_throw(cx, &hop_exception_crypto,
                         "Specified key is not a valid size for this "
                         "algorithm.");
    a->cipher.key_n = (size_t)bits / 8;
    a->has_key = false;
    return true;
}

SETTER(set_aes)
{
    struct aes *a = (struct aes *)self.u.o;

    switch (data) {
    case KEY: return take_key(cx, &a->cipher, v) && (a->has_key = true);
    case IV: return take_iv(cx, &a->cipher, v) && (a->has_iv = true);
    case KEY_SIZE: return set_key_size(cx, a, v.u.i);
    case BLOCK_SIZE:
        return v.u.i == 128 ||
               hop_throw(cx, &hop_exception_crypto,
                         "Specified block size is not valid for this "
                         "algorithm.");
    case MODE:
        if (v.u.i != CBC && v.u.i != ECB && v.u.i != CFB)
            return hop_throw(cx, &hop_exception_crypto,
                             "Specified cipher mode is not valid for this "
                             "algorithm.");
        a->mode = (int)v.u.i;
        return true;
    default: a->padding = (int)v.u.i; return true;
    }
}

#define CRYPTO(n) "System.Security.Cryptography." n
#define WRITABLE(n, type, d)                                                   \
    {                                                                          \
        n, type, get_aes, set_aes, 0, d                                        \
    }
static const struct hop_property aes_properties[] = {
    WRITABLE("BlockSize", "int", BLOCK_SIZE),
    {"FeedbackSize", "int", get_aes, NULL, 0, FEEDBACK},
    WRITABLE("IV", "byte[]", IV),
    WRITABLE("Key", "byte[]", KEY),
    WRITABLE("KeySize", "int", KEY_SIZE),
    WRITABLE("Mode", CRYPTO("CipherMode"), MODE),
    WRITABLE("Padding", CRYPTO("PaddingMode"), PADDING),
    END_PROPERTIES,
};

#define ICT CRYPTO("ICryptoTransform ")
#define PAD CRYPTO("PaddingMode paddingMode")
static const struct hop_method symmetric_methods[] = {
    {"void GenerateKey()", generate, true},
    {"void GenerateIV()", generate, false},
    {ICT "CreateEncryptor()", create_transform, true},
    {ICT "CreateEncryptor(byte[] rgbKey, byte[] rgbIV)", create_transform,
     true},
    {ICT "CreateDecryptor()", create_transform, false},
    {ICT "CreateDecryptor(byte[] rgbKey, byte[] rgbIV)", create_transform,
     false},
    {"byte[] EncryptCbc(byte[] plaintext, byte[] iv)", one_shot, CBC},
    {"byte[] EncryptCbc(byte[] plaintext, byte[] iv, " PAD ")", one_shot, CBC},
    {"byte[] DecryptCbc(byte[] ciphertext, byte[] iv)", one_shot, -CBC},
    {"byte[] DecryptCbc(byte[] ciphertext, byte[] iv, " PAD ")", one_shot,
     -CBC},
    {"byte[] EncryptEcb(byte[] plaintext, " PAD ")", one_shot, ECB},
    {"byte[] DecryptEcb(byte[] ciphertext, " PAD ")", one_shot, -ECB},
    {"void Clear()", clear_aes},
    {"void Dispose()", clear_aes},
    END_METHODS,
};

static const struct hop_class *const disposable[] = {&hop_class_idisposable,
                                                     NULL};

const struct hop_class hop_class_symmetric = {
    .name = CRYPTO("SymmetricAlgorithm"),
    .base = &hop_class_object,
    .interfaces = disposable,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct aes),
    .properties = aes_properties,
    .methods = symmetric_methods,
    .destroy = destroy_aes,
};

static const struct hop_class aes_implementation = {
    .name = CRYPTO("AesImplementation"),
    .base = &hop_class_aes,
    .flags = HOP_CLASS_SEALED | HOP_CLASS_NOT_PUBLIC,
    .kind = HOP_OBJECT,
    .size = sizeof(struct aes),
};

static const struct hop_method aes_methods[] = {
    {"static " CRYPTO("Aes") " Create()", create_aes,
     (intptr_t)&aes_implementation},
    END_METHODS,
};

const struct hop_class hop_class_aes = {
    .name = CRYPTO("Aes"),
    .base = &hop_class_symmetric,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct aes),
    .methods = aes_methods,
};

#define MANAGED(c_, text)                                                      \
    static const struct hop_method c_##_constructors[] = {                     \
        {CRYPTO(text) " new()", create_aes},                                   \
        END_METHODS,                                                           \
    };                                                                         \
    const struct hop_class hop_class_##c_ = {                                  \
        .name = CRYPTO(text),                                                  \
        .base = &hop_class_aes,                                                \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct aes),                                            \
        .constructors = c_##_constructors,                                     \
    }
MANAGED(aes_managed, "AesManaged");
MANAGED(aes_provider, "AesCryptoServiceProvider");

/* ---- transforms ---- */

/* Whole blocks of what has come; a decryptor keeps the last one back, since it
 * may be padding. */
static bool
feed(struct hop_context *cx, struct aes *t, const void *p, size_t n,
     struct hop_buf *out)
{
    size_t whole;

    hop_buf_add(&t->pending, p, n);
    whole = t->pending.len - t->pending.len % BLOCK;
    if (!t->encrypt && whole == t->pending.len && whole &&
        t->padding != NO_PADDING && t->padding != ZEROS)
        whole -= BLOCK;
    t->cipher.encrypt = t->encrypt;
    if (whole && !hop_crypto_aes(cx, &t->cipher, t->pending.data, whole, out))
        return false;
    hop_buf_consume(&t->pending, whole);
    return true;
}

static bool
finish(struct hop_context *cx, struct aes *t, struct hop_buf *out)
{
    bool ok = t->encrypt
                  ? encrypt(cx, &t->cipher, t->padding, &t->pending, out)
                  : t->pending.len == 0 ||
                        decrypt(cx, &t->cipher, t->padding, &t->pending, out);

    hop_buf_clear(&t->pending);
    return ok;
}

static bool
input_part(struct hop_context *cx, struct hop_call *c, struct hop_buf *b)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    HOP_AUTO_BUF struct hop_buf all = HOP_BUF_INIT;
    size_t from = (size_t)ARG_I(1), n = (size_t)ARG_I(2);

    if (!a)
        return hop_throw_null(cx, "inputBuffer");
    if (from > a->n || n > a->n - from)
        return hop_throw(cx, &hop_exception_argument, "Value was invalid.");
    hop_array_add_bytes(a, &all);
    hop_buf_add(b, hop_buf_str(&all) + from, n);
    return true;
}

METHOD(transform_block)
{
    HOP_AUTO_BUF struct hop_buf in = HOP_BUF_INIT, out = HOP_BUF_INIT;
    struct hop_array *to = hop_as_array(c->args[3]);
    size_t at = (size_t)ARG_I(4);

    if (!to)
        return hop_throw_null(cx, "outputBuffer");
    if (!input_part(cx, c, &in) ||
        !feed(cx, SELF, hop_buf_str(&in), in.len, &out))
        return false;
    if (at > to->n || out.len > to->n - at)
        return hop_throw(cx, &hop_exception_argument, "Value was invalid.");
    for (size_t i = 0; i < out.len; i++)
        to->items[at + i] = hop_byte((uint8_t)out.data[i]);
    RETURN(hop_int((int32_t)out.len));
}

METHOD(transform_final)
{
    HOP_AUTO_BUF struct hop_buf in = HOP_BUF_INIT, out = HOP_BUF_INIT;

    if (!input_part(cx, c, &in) ||
        !feed(cx, SELF, hop_buf_str(&in), in.len, &out) ||
        !finish(cx, SELF, &out))
        return false;
    RETURN(hop_obj(hop_array_of_bytes(cx, hop_buf_str(&out), out.len)));
}

GETTER(get_transform)
{
    *out = data ? hop_int(BLOCK) : hop_bool(true);
    return true;
}

static const struct hop_property transform_properties[] = {
    {"InputBlockSize", "int", get_transform, NULL, 0, 1},
    {"OutputBlockSize", "int", get_transform, NULL, 0, 1},
    {"CanTransformMultipleBlocks", "bool", get_transform, NULL, 0, 0},
    {"CanReuseTransform", "bool", get_transform, NULL, 0, 0},
    END_PROPERTIES,
};

static const struct hop_method transform_methods[] = {
    {"int TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, "
     "byte[] outputBuffer, int outputOffset)",
     transform_block},
    {"byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int "
     "inputCount)",
     transform_final},
    {"void Dispose()", clear_aes},
    END_METHODS,
};

const struct hop_class hop_class_icrypto_transform = {
    .name = CRYPTO("ICryptoTransform"),
    .flags = HOP_CLASS_INTERFACE | HOP_CLASS_ABSTRACT,
};

static const struct hop_class *const transform_interfaces[] = {
    &hop_class_icrypto_transform, &hop_class_idisposable, NULL};

const struct hop_class hop_class_crypto_transform = {
    .name = CRYPTO("UniversalCryptoTransform"),
    .base = &hop_class_object,
    .interfaces = transform_interfaces,
    .flags = HOP_CLASS_NOT_PUBLIC,
    .kind = HOP_OBJECT,
    .size = sizeof(struct aes),
    .properties = transform_properties,
    .methods = transform_methods,
    .destroy = destroy_aes,
};

/* ---- CryptoStream ---- */

/* state: the transform, owned; bytes: transformed and not yet read. */
static bool
cipher_read(struct hop_context *cx, struct hop_stream *s, void *p, size_t n,
            size_t *got)
{
    struct aes *t = s->state;
    char chunk[4096];
    size_t came = 1;

    while (s->bytes.len < n && !s->hidden) {
        if (!hop_stream_read(cx, hop_as_stream(s->inner), chunk, sizeof(chunk),
                             &came))
            return false;
        s->hidden = came == 0;
        if (came ? !feed(cx, t, chunk, came, &s->bytes)
                 : !finish(cx, t, &s->bytes))
            return false;
    }
    *got = s->bytes.len < n ? s->bytes.len : n;
    if (*got)
        memcpy(p, s->bytes.data, *got);
    hop_buf_consume(&s->bytes, *got);
    return true;
}

static bool
cipher_write(struct hop_context *cx, struct hop_stream *s, const void *p,
             size_t n)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    return feed(cx, s->state, p, n, &out) &&
           (out.len == 0 ||
            hop_stream_write(cx, hop_as_stream(s->inner), out.data, out.len));
}

/* hidden: the last block is done. */
static bool
flush_final(struct hop_context *cx, struct hop_stream *s)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    if (s->hidden || !s->can_write)
        return true;
    s->hidden = true;
    return finish(cx, s->state, &out) &&
           (out.len == 0 ||
            hop_stream_write(cx, hop_as_stream(s->inner), out.data, out.len));
}

static bool
cipher_close(struct hop_context *cx, struct hop_stream *s)
{
    return flush_final(cx, s) &&
           (s->leave_open || hop_stream_close(cx, hop_as_stream(s->inner)));
}

static void
cipher_free(struct hop_stream *s)
{
    hop_release(hop_obj(s->state));
}

static const struct hop_stream_ops cipher_ops = {
    .read = cipher_read,
    .write = cipher_write,
    .close = cipher_close,
    .free = cipher_free,
};

METHOD(new_crypto_stream)
{
    struct hop_stream *s;

    if (ARG_NULL(0) || ARG_NULL(1))
        return hop_throw_null(cx, ARG_NULL(0) ? "stream" : "transform");
    s = hop_stream_new(cx, &hop_class_crypto_stream, &cipher_ops);
    s->inner = hop_retain(hop_value_base(c->args[0]));
    s->state = hop_retain(hop_value_base(c->args[1])).u.o;
    s->can_read = ARG_I(2) == 0;
    s->can_write = !s->can_read;
    s->leave_open = c->n > 3 && ARG_B(3);
    RETURN(hop_obj(s));
}

METHOD(flush_final_block)
{
    return flush_final(cx, (struct hop_stream *)c->self.u.o);
}

static const struct hop_method crypto_stream_methods[] = {
    {"void FlushFinalBlock()", flush_final_block},
    END_METHODS,
};

#define CS                                                                     \
    CRYPTO("CryptoStream")                                                     \
    " new(System.IO.Stream stream, " ICT                                       \
    "transform, " CRYPTO("CryptoStreamMode") " mode"
static const struct hop_method crypto_stream_constructors[] = {
    {CS ")", new_crypto_stream},
    {CS ", bool leaveOpen)", new_crypto_stream},
    END_METHODS,
};

const struct hop_class hop_class_crypto_stream = {
    .name = CRYPTO("CryptoStream"),
    .base = &hop_class_stream,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_stream),
    .methods = crypto_stream_methods,
    .constructors = crypto_stream_constructors,
};
