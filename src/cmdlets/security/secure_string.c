/* ConvertTo-SecureString and ConvertFrom-SecureString.
 *
 * Text of a secret is UTF-16, as hexadecimal digits; with a key it is AES-CBC
 * under "version|IV|digits", UTF-16 in Base64 behind a fixed prefix.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/libcrypto.h"
#include "base/base64.h"
#include "base/text.h"
#include "cmdlets/security/security.h"
#include "value/collections.h"
#include "value/types/secure.h"

#define PREFIX   "76492d1116743f0423413b16050a5345"
#define IV_BYTES 16
#define BLOCK    16

enum { SECRET, SECURE_KEY, KEY, PLAIN, FORCE };

static bool
bad_argument(struct hop_command *c, const char *message)
{
    struct hop_error_spec spec = {
        .id = "Argument",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Management.Automation.PSArgumentException"};

    return hop_command_throw(c, &spec, "%s", message);
}

/* ---- key and cipher ---- */

static const EVP_CIPHER *
cipher_of(size_t key_bytes)
{
    return key_bytes == 16   ? EVP_aes_128_cbc()
           : key_bytes == 24 ? EVP_aes_192_cbc()
           : key_bytes == 32 ? EVP_aes_256_cbc()
                             : NULL;
}

/* The key's bytes; a SecureString's are its UTF-16.  False: thrown. */
static bool
read_key(struct hop_command *c, struct hop_buf *key)
{
    struct hop_array *bytes = hop_as_array(hop_arg(c, KEY));

    if (hop_arg_bound(c, SECURE_KEY)) {
        size_t n;
        const char *s = hop_secure_text(hop_arg(c, SECURE_KEY), &n);

        hop_utf16le_from_utf8(key, s, n);
    } else if (bytes) {
        hop_array_add_bytes(bytes, key);
    }
    if (!cipher_of(key->len))
        return bad_argument(c, "The specified key is not valid. Valid key "
                               "length settings are either 128 bits, 192 "
                               "bits, or 256 bits.");
    return true;
}

/* Appends what AES-CBC with PKCS #7 padding makes of the text. */
static bool
run_cipher(const struct hop_buf *key, const void *iv, bool encrypt,
           const struct hop_buf *in, struct hop_buf *out)
{
    EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
    unsigned char *to = hop_buf_reserve(out, in->len + BLOCK);
    int n = 0, rest = 0;
    bool ok =
        x && to &&
        EVP_CipherInit_ex(x, cipher_of(key->len), NULL,
                          (const unsigned char *)key->data, iv, encrypt) == 1 &&
        EVP_CipherUpdate(x, to, &n, (const unsigned char *)in->data,
                         (int)in->len) == 1 &&
        EVP_CipherFinal_ex(x, to + n, &rest) == 1;

    EVP_CIPHER_CTX_free(x);
    if (ok)
        hop_buf_commit(out, (size_t)(n + rest));
    return ok;
}

static void
add_hex(struct hop_buf *out, const struct hop_buf *bytes)
{
    for (size_t i = 0; i < bytes->len; i++)
        hop_buf_addf(out, "%02x", (unsigned char)bytes->data[i]);
}

static bool
read_hex(const char *s, size_t n, struct hop_buf *out)
{
    for (size_t i = 0; i + 1 < n; i += 2) {
        int high = hop_ascii_hex(s[i]), low = hop_ascii_hex(s[i + 1]);

        if (high < 0 || low < 0)
            return false;
        hop_buf_addc(out, (char)(high << 4 | low));
    }
    return true;
}

/* ---- ConvertFrom-SecureString ---- */

static const struct hop_param from_params[] = {
    [SECRET] = {"SecureString", "securestring", HOP_MANDATORY | HOP_BY_VALUE,
                .position = HOP_POS(0)},
    [SECURE_KEY] = {"SecureKey", "securestring",
                    .in = HOP_SETS({"Secure", 0, HOP_POS(1)})},
    [KEY] = {"Key", "byte[]", .in = HOP_SETS({"Open"})},
    [PLAIN] = {"AsPlainText", "switch", .in = HOP_SETS({"AsPlainText"})},
};

static bool
write_encrypted(struct hop_command *c, const struct hop_buf *units)
{
    HOP_AUTO_BUF struct hop_buf key = {.secret = true};
    HOP_AUTO_BUF struct hop_buf cipher = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf package = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf wide = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    unsigned char iv[IV_BYTES];

    if (!read_key(c, &key))
        return false;
    while (getrandom(iv, sizeof(iv), 0) != (ssize_t)sizeof(iv))
        continue;
    if (!run_cipher(&key, iv, true, units, &cipher))
        return bad_argument(c, "The secret cannot be encrypted: the cipher "
                               "is not available.");
    hop_buf_adds(&package, "2|");
    hop_base64_encode(&package, iv, sizeof(iv));
    hop_buf_addc(&package, '|');
    add_hex(&package, &cipher);
    hop_utf16le_from_utf8(&wide, package.data, package.len);
    hop_buf_adds(&out, PREFIX);
    hop_base64_encode(&out, wide.data, wide.len);
    return hop_write_text(c, out.data, out.len);
}

static bool
process_from(struct hop_command *c)
{
    size_t n;
    const char *s = hop_secure_text(hop_arg(c, SECRET), &n);
    HOP_AUTO_BUF struct hop_buf units = {.secret = true};
    HOP_AUTO_BUF struct hop_buf digits = {.secret = true};

    if (n == 0)
        return bad_argument(c, "Cannot process argument because the value of "
                               "argument \"SecureString\" is not valid. "
                               "Change the value of the \"SecureString\" "
                               "argument and run the operation again.");
    if (hop_arg_on(c, PLAIN))
        return hop_write_text(c, s, n);
    hop_utf16le_from_utf8(&units, s, n);
    if (hop_arg_bound(c, KEY) || hop_arg_bound(c, SECURE_KEY))
        return write_encrypted(c, &units);
    add_hex(&digits, &units);
    return hop_write_text(c, digits.data, digits.len);
}

const struct hop_cmdlet hop_cmdlet_convert_from_secure_string = {
    .name = "ConvertFrom-SecureString",
    .default_set = "Secure",
    HOP_PARAMS(from_params),
    .output = "System.String",
    .synopsis = "Makes text of a secure string, encrypted if a key is given.",
    .process = process_from,
};

/* ---- ConvertTo-SecureString ---- */

static const struct hop_param to_params[] = {
    [SECRET] = {"String", "string", HOP_MANDATORY | HOP_BY_VALUE,
                .position = HOP_POS(0)},
    [SECURE_KEY] = {"SecureKey", "securestring",
                    .in = HOP_SETS({"Secure", 0, HOP_POS(1)})},
    [KEY] = {"Key", "byte[]", .in = HOP_SETS({"Open"})},
    [PLAIN] = {"AsPlainText", "switch",
               .in = HOP_SETS({"PlainText", 0, HOP_POS(1)})},
    [FORCE] = {"Force", "switch", .in = HOP_SETS({"PlainText", 0, HOP_POS(2)})},
};

static bool
not_encrypted(struct hop_command *c, const char *why)
{
    struct hop_error_spec spec = {
        .id = "ImportSecureString_InvalidArgument",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Management.Automation.PSArgumentException"};

    return hop_command_error(c, &spec, "%s", why);
}

static bool
bad_digits(struct hop_command *c)
{
    struct hop_error_spec spec = {.id = "FormatException",
                                  .category = HOP_CAT_NOT_SPECIFIED,
                                  .exception = "System.FormatException"};

    return hop_command_throw(c, &spec,
                             "The input string was not in a correct format: "
                             "an encrypted string has hexadecimal digits "
                             "only.");
}

static bool
wrong_key(struct hop_command *c)
{
    struct hop_error_spec spec = {
        .id = "ImportSecureString_InvalidArgument_CryptographicError",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Security.Cryptography.CryptographicException"};

    return hop_command_error(c, &spec,
                             "Padding is invalid and cannot be removed.");
}

/* "version|IV|digits" taken apart; false when the text is no such package. */
static bool
open_package(const char *s, size_t n, struct hop_buf *iv,
             struct hop_buf *digits)
{
    HOP_AUTO_BUF struct hop_buf wide = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    const char *first, *second;
    size_t skip = sizeof(PREFIX) - 1;

    if (n < skip || !hop_ascii_ieqn(s, PREFIX, skip) ||
        !hop_base64_decode(&wide, s + skip, n - skip) ||
        !hop_utf8_from_utf16le(&text, wide.data, wide.len))
        return false;
    first = strchr(hop_buf_str(&text), '|');
    second = first ? strchr(first + 1, '|') : NULL;
    if (!second || strchr(second + 1, '|'))
        return false;
    if (!hop_base64_decode(iv, first + 1, (size_t)(second - first - 1)))
        return false;
    hop_buf_adds(digits, second + 1);
    return true;
}

static bool
write_secret(struct hop_command *c, const struct hop_buf *units)
{
    HOP_AUTO_BUF struct hop_buf text = {.secret = true};

    if (units->len % 2)
        return not_encrypted(c, "The key is not the one the secret was "
                                "encrypted with.");
    if (!hop_utf8_from_utf16le(&text, units->data, units->len))
        return wrong_key(c);
    return hop_write_take(c, hop_secure_new(hop_command_context(c),
                                            hop_buf_str(&text), text.len));
}

static bool
write_decrypted(struct hop_command *c, const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf key = {.secret = true};
    HOP_AUTO_BUF struct hop_buf iv = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf digits = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf cipher = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf units = {.secret = true};

    if (!read_key(c, &key))
        return false;
    if (!open_package(s, n, &iv, &digits)) {
        hop_buf_clear(&iv);
        hop_buf_clear(&digits);
        hop_buf_fill(&iv, 0, IV_BYTES);
        hop_buf_add(&digits, s, n);
    }
    if (!read_hex(hop_buf_str(&digits), digits.len, &cipher))
        return bad_digits(c);
    if (iv.len != IV_BYTES)
        return not_encrypted(c, "The initialization vector of the encrypted "
                                "string has the wrong length.");
    if (!run_cipher(&key, iv.data, false, &cipher, &units))
        return wrong_key(c);
    return write_secret(c, &units);
}

static bool
process_to(struct hop_command *c)
{
    const char *s = hop_arg_text(c, SECRET);
    size_t n = strlen(s);
    HOP_AUTO_BUF struct hop_buf units = {.secret = true};

    if (hop_arg_on(c, PLAIN))
        return hop_write_take(c, hop_secure_new(hop_command_context(c), s, n));
    if (hop_arg_bound(c, KEY) || hop_arg_bound(c, SECURE_KEY))
        return write_decrypted(c, s, n);
    if (n % 2)
        return not_encrypted(c, "The string is not a valid encrypted string: "
                                "its digits do not come in pairs.");
    if (!read_hex(s, n, &units))
        return bad_digits(c);
    return write_secret(c, &units);
}

const struct hop_cmdlet hop_cmdlet_convert_to_secure_string = {
    .name = "ConvertTo-SecureString",
    .default_set = "Secure",
    HOP_PARAMS(to_params),
    .output = "System.Security.SecureString",
    .synopsis = "Makes a secure string of plain or encrypted text.",
    .process = process_to,
};
