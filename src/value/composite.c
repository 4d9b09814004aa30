/* String.Format: "{0,-5:N2}".
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/text.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/ops.h"

#define LIMIT 1000000

struct format {
    struct hop_context *cx;
    const char *s;
    size_t n, at;
};

static bool
fail(struct format *f, size_t offset, const char *why)
{
    return hop_throw(f->cx, &hop_exception_format,
                     "Input string was not in a correct format. Failure to "
                     "parse near offset %zu. %s",
                     offset, why);
}

/* The next character of a format item, or false at the end. */
static bool
advance(struct format *f)
{
    if (++f->at < f->n)
        return true;
    return fail(f, f->at, "Format item ends prematurely.");
}

static bool
parse_digits(struct format *f, int *out)
{
    int k = 0;

    if (f->s[f->at] < '0' || f->s[f->at] > '9')
        return fail(f, f->at, "Expected an ASCII digit.");
    while (f->s[f->at] >= '0' && f->s[f->at] <= '9' && k < LIMIT) {
        k = k * 10 + (f->s[f->at] - '0');
        if (!advance(f))
            return false;
    }
    *out = k;
    return true;
}

static bool
skip_blanks(struct format *f)
{
    while (f->s[f->at] == ' ')
        if (!advance(f))
            return false;
    return true;
}

struct item {
    int index, width;
    bool left;
    const char *format;
    size_t len;
};

static bool
parse_item(struct format *f, struct item *it)
{
    memset(it, 0, sizeof *it);
    if (!parse_digits(f, &it->index) || !skip_blanks(f))
        return false;
    if (f->s[f->at] == ',') {
        if (!advance(f) || !skip_blanks(f))
            return false;
        if (f->s[f->at] == '-') {
            it->left = true;
            if (!advance(f))
                return false;
        }
        if (!parse_digits(f, &it->width) || !skip_blanks(f))
            return false;
    }
    if (f->s[f->at] == '}')
        return true;
    if (f->s[f->at] != ':')
        return fail(f, f->at, "Expected '}' or ':'.");
    it->format = f->s + f->at + 1;
    do {
        if (!advance(f))
            return false;
        if (f->s[f->at] == '{')
            return fail(f, f->at, "Expected '}'.");
    } while (f->s[f->at] != '}');
    it->len = (size_t)(f->s + f->at - it->format);
    return true;
}

static bool
add_item(struct format *f, const struct item *it, const struct hop_value *args,
         size_t n, struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    size_t units, pad;

    if ((size_t)it->index >= n)
        return hop_throw(f->cx, &hop_exception_format,
                         "Index (zero based) must be greater than or equal to "
                         "zero and less than the size of the argument list.");
    struct hop_string *token = hop_token_text(args[it->index]);
    if (token && !it->format)
        hop_buf_add(&text, token->data, token->len);
    else if (!hop_is_null(hop_value_base(args[it->index])) &&
             !hop_format_value(f->cx, args[it->index],
                               it->format ? it->format : "", it->len, &text))
        return false;
    units = hop_utf8_utf16_len(hop_buf_str(&text), text.len);
    pad = (size_t)it->width > units ? (size_t)it->width - units : 0;
    if (!it->left)
        hop_buf_fill(out, ' ', pad);
    hop_buf_add(out, hop_buf_str(&text), text.len);
    if (it->left)
        hop_buf_fill(out, ' ', pad);
    return true;
}

bool
hop_composite(struct hop_context *cx, const char *format, size_t len,
              const struct hop_value *args, size_t n, struct hop_buf *out)
{
    struct format f = {cx, format, len, 0};

    while (f.at < len) {
        char c = format[f.at];
        struct item it;

        if (c != '{' && c != '}') {
            hop_buf_addc(out, c);
            f.at++;
            continue;
        }
        if (!advance(&f))
            return false;
        if (format[f.at] == c) {
            hop_buf_addc(out, c);
            f.at++;
            continue;
        }
        if (c == '}')
            return fail(&f, f.at,
                        "Unexpected closing brace without a corresponding "
                        "opening brace.");
        if (!parse_item(&f, &it) || !add_item(&f, &it, args, n, out))
            return false;
        f.at++;
    }
    if (!hop_buf_ok(out))
        return hop_context_may_alloc(cx, SIZE_MAX, 1);
    return true;
}
