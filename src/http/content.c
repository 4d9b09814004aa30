/* SPDX-License-Identifier: MIT */
#include "http/content.h"

#include <string.h>

#include "base/text.h"
#include "http/token.h"

static bool
fail_type(struct hop_error *err, const char *value)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "the Content-Type %.200s is malformed", value);
}

static void
keep_parameter(struct hop_http_type *type, const char *name, char *value)
{
    const struct {
        const char *name;
        const char **at;
    } known[] = {
        {"charset", &type->charset},
        {"protocol", &type->protocol},
        {"boundary", &type->boundary},
        {"action", &type->action},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(known); i++)
        if (*known[i].at == NULL && hop_ascii_ieq(name, known[i].name))
            *known[i].at = value;
}

/* *at stands behind the semicolon's blanks.  Unquoted values may hold more than
 * a token does: boundary=Encrypted Boundary is seen unquoted. */
static bool
take_parameter(struct hop_http_type *type, char **at)
{
    char *name = *at, *value;
    size_t n = hop_http_token_len(name);

    if (n == 0 || name[n] != '=')
        return false;
    name[n] = '\0';
    value = name + n + 1;
    if (*value == '"') {
        *at = value;
        value = hop_http_unquote(at);
        if (value == NULL)
            return false;
    } else {
        *at = value + strcspn(value, ";\"");
        if (**at == '"' || *at == value)
            return false;
    }
    keep_parameter(type, name, value);
    return true;
}

/* Cuts trailing blanks off the unquoted value that ends at end. */
static void
trim_end(char *start, char *end)
{
    while (end > start && hop_http_is_blank(end[-1]))
        end--;
    *end = '\0';
}

static bool
take_parameters(struct hop_http_type *type, char *at)
{
    while (*at == ';') {
        char *start;
        *at++ = '\0';
        at += strspn(at, " \t");
        if (*at == '\0') /* a trailing semicolon is common */
            return true;
        start = at;
        if (!take_parameter(type, &at))
            return false;
        at += strspn(at, " \t");
        if (*at == ';' || *at == '\0') {
            bool more = *at == ';';
            trim_end(start, at);
            if (more)
                *at = ';';
        }
    }
    return *at == '\0';
}

bool
hop_http_type_parse(struct hop_arena *a, const char *value,
                    struct hop_http_type *type, struct hop_error *err)
{
    struct hop_http_type found = {0};
    char *copy = hop_arena_strdup(a, value), *rest;
    size_t n;

    if (copy == NULL)
        return fail_type(err, value);
    n = hop_http_token_len(copy);
    if (n == 0 || copy[n] != '/' || hop_http_token_len(copy + n + 1) == 0)
        return fail_type(err, value);
    n += 1 + hop_http_token_len(copy + n + 1);
    rest = copy + n + strspn(copy + n, " \t");
    if (*rest != '\0' && *rest != ';')
        return fail_type(err, value);
    if (!take_parameters(&found, rest))
        return fail_type(err, value);
    copy[n] = '\0';
    for (char *c = copy; *c != '\0'; c++)
        *c = hop_ascii_lower(*c);
    found.media = copy;
    *type = found;
    return true;
}

enum charset { UTF8, UTF16, UTF16LE, UTF16BE, UNKNOWN };

static const struct {
    const char *name;
    enum charset charset;
} charsets[] = {
    {"utf-8", UTF8},       {"utf8", UTF8},        {"us-ascii", UTF8},
    {"utf-16", UTF16},     {"utf16", UTF16},      {"unicode", UTF16},
    {"utf-16le", UTF16LE}, {"utf-16be", UTF16BE},
};

static enum charset
name_charset(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(charsets); i++)
        if (hop_ascii_ieq(name, charsets[i].name))
            return charsets[i].charset;
    return UNKNOWN;
}

/* A byte order mark settles what the header leaves open. */
static enum charset
settle_charset(const char *name, const unsigned char **p, size_t *n)
{
    enum charset charset = name ? name_charset(name) : UTF8;
    bool open = name == NULL || charset == UTF16;

    if (charset == UTF16)
        charset = UTF16LE;
    if (*n >= 3 && charset == UTF8 && memcmp(*p, "\xEF\xBB\xBF", 3) == 0) {
        *p += 3;
        *n -= 3;
    } else if (*n >= 2 && memcmp(*p, "\xFF\xFE", 2) == 0 &&
               (open || charset == UTF16LE)) {
        charset = UTF16LE;
        *p += 2;
        *n -= 2;
    } else if (*n >= 2 && memcmp(*p, "\xFE\xFF", 2) == 0 &&
               (open || charset == UTF16BE)) {
        charset = UTF16BE;
        *p += 2;
        *n -= 2;
    }
    return charset;
}

static bool
decode_utf16(struct hop_buf *out, bool big, const unsigned char *p, size_t n)
{
    HOP_AUTO_BUF struct hop_buf turned = HOP_BUF_INIT;

    if (!big)
        return hop_utf8_from_utf16le(out, p, n);
    if (n % 2)
        return false;
    hop_buf_add(&turned, p, n);
    if (!hop_buf_ok(&turned))
        return false;
    for (size_t i = 0; i + 1 < n; i += 2) {
        char c = turned.data[i];
        turned.data[i] = turned.data[i + 1];
        turned.data[i + 1] = c;
    }
    return hop_utf8_from_utf16le(out, turned.data, n);
}

bool
hop_http_text_decode(struct hop_buf *out, const char *charset, const void *p,
                     size_t n, struct hop_error *err)
{
    const unsigned char *bytes = p;
    size_t before = out->len;
    enum charset kind = settle_charset(charset, &bytes, &n);

    if (kind == UNKNOWN)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "the character set %.60s is not supported; UTF-8 "
                             "and UTF-16 are",
                             charset);
    if (n == 0)
        return true;
    if (kind == UTF8)
        hop_buf_add(out, bytes, n);
    else if (!decode_utf16(out, kind == UTF16BE, bytes, n))
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "the body has an odd number of bytes for UTF-16");
    if (!hop_buf_ok(out))
        return hop_error_set(err, HOP_ERROR_LIMIT, 0, "the body is too large");
    if (!hop_utf8_valid(out->data + before, out->len - before))
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "the body is not valid %s text",
                             kind == UTF8 ? "UTF-8" : "UTF-16");
    return true;
}
