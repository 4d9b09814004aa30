/* SPDX-License-Identifier: MIT */
#include "http/auth.h"

#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/text.h"
#include "http/token.h"

struct list {
    struct hop_arena *arena;
    struct hop_http_challenge *items;
    size_t count;
    struct hop_http_auth_param *params; /* of the last item */
};

static bool
fail_syntax(struct hop_error *err, const char *why)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "HTTP authentication header: %s", why);
}

static char *
cut(struct list *l, const char *s, size_t n)
{
    return hop_arena_strndup(l->arena, s, n);
}

/* token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=", up to
 * the end of the item; 0 when it is none. */
static size_t
token68_len(const char *s)
{
    size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "abcdefghijklmnopqrstuvwxyz0123456789-._~+/");
    const char *end;

    if (n == 0)
        return 0;
    n += strspn(s + n, "=");
    end = hop_http_skip_blanks(s + n);
    return *end == '\0' || *end == ',' ? n : 0;
}

/* auth-param = token BWS "=" BWS ( token / quoted-string ) */
static bool
is_param(const char *s)
{
    size_t n = hop_http_token_len(s);

    return n > 0 && *hop_http_skip_blanks(s + n) == '=';
}

static bool
take_param(struct list *l, char **at, struct hop_error *err)
{
    struct hop_http_challenge *c = &l->items[l->count - 1];
    size_t n = hop_http_token_len(*at);
    const char *name = cut(l, *at, n), *value;
    char *s = strchr(*at + n, '=') + 1;

    s += strspn(s, " \t");
    if (*s == '"') {
        value = hop_http_unquote(&s);
    } else {
        n = hop_http_token_len(s);
        value = cut(l, s, n);
        s += n;
    }
    if (name == NULL || value == NULL)
        return fail_syntax(err, "a parameter is malformed");
    if (c->param_count == HOP_HTTP_AUTH_PARAMS_MAX)
        return fail_syntax(err, "too many parameters");
    if (l->params == NULL) {
        l->params = hop_arena_alloc(l->arena, HOP_HTTP_AUTH_PARAMS_MAX *
                                                  sizeof(*l->params));
        if (l->params == NULL)
            return fail_syntax(err, "too long");
        c->params = l->params;
    }
    l->params[c->param_count++] = (struct hop_http_auth_param){name, value};
    *at = s;
    return true;
}

/* A token, and what WS-Management has made a scheme of: the profile
 * "http://schemas.dmtf.org/.../https/mutual", DSP0226 C.3.1. */
static size_t
scheme_len(const char *s)
{
    size_t n = 0;

    while (hop_http_is_tchar(s[n]) || (n > 0 && (s[n] == ':' || s[n] == '/')))
        n++;
    return n;
}

static bool
take_scheme(struct list *l, char **at, struct hop_error *err)
{
    size_t n = scheme_len(*at);
    struct hop_http_challenge *c;

    if (n == 0)
        return fail_syntax(err, "no scheme where one is due");
    if (l->count == HOP_HTTP_CHALLENGES_MAX)
        return fail_syntax(err, "too many challenges");
    c = &l->items[l->count++];
    l->params = NULL;
    c->scheme = cut(l, *at, n);
    *at += n;
    if (c->scheme == NULL)
        return fail_syntax(err, "too long");
    if (**at != '\0' && **at != ',' && !hop_http_is_blank(**at))
        return fail_syntax(err, "a scheme is malformed");
    *at += strspn(*at, " \t");
    n = token68_len(*at);
    if (n > 0) {
        c->token68 = cut(l, *at, n);
        *at += n;
    } else if (**at != '\0' && **at != ',') {
        return is_param(*at) ? take_param(l, at, err)
                             : fail_syntax(err, "a token is malformed");
    }
    return true;
}

static bool
take_value(struct list *l, char *at, struct hop_error *err)
{
    while (true) {
        at += strspn(at, " \t,");
        if (*at == '\0')
            return true;
        if (l->count > 0 && l->params != NULL && is_param(at)) {
            if (!take_param(l, &at, err))
                return false;
        } else if (!take_scheme(l, &at, err)) {
            return false;
        }
        at += strspn(at, " \t");
        if (*at != '\0' && *at != ',')
            return fail_syntax(err, "a comma is missing");
    }
}

bool
hop_http_challenges_parse(struct hop_arena *a, const struct hop_http_head *h,
                          const char *name,
                          const struct hop_http_challenge **list, size_t *count,
                          struct hop_error *err)
{
    struct list l = {.arena = a};
    const char *value;
    size_t at = 0;

    l.items = hop_arena_alloc(a, HOP_HTTP_CHALLENGES_MAX * sizeof(*l.items));
    if (l.items == NULL)
        return fail_syntax(err, "too long");
    while ((value = hop_http_head_next(h, name, &at)) != NULL) {
        char *copy = hop_arena_strdup(a, value);
        l.params = NULL;
        if (copy == NULL)
            return fail_syntax(err, "too long");
        if (!take_value(&l, copy, err))
            return false;
    }
    *list = l.items;
    *count = l.count;
    return true;
}

const struct hop_http_challenge *
hop_http_challenge_find(const struct hop_http_challenge *list, size_t count,
                        const char *scheme)
{
    for (size_t i = 0; i < count; i++)
        if (hop_ascii_ieq(list[i].scheme, scheme))
            return &list[i];
    return NULL;
}

const char *
hop_http_challenge_param(const struct hop_http_challenge *c, const char *name)
{
    for (size_t i = 0; i < c->param_count; i++)
        if (hop_ascii_ieq(c->params[i].name, name))
            return c->params[i].value;
    return NULL;
}

bool
hop_http_challenge_token(const struct hop_http_challenge *c,
                         struct hop_buf *out)
{
    if (c->token68 == NULL)
        return false;
    return hop_base64_decode(out, c->token68, strlen(c->token68)) &&
           hop_buf_ok(out);
}

void
hop_http_auth_format(struct hop_buf *out, const char *scheme, const void *token,
                     size_t n)
{
    hop_buf_adds(out, scheme);
    if (n > 0) {
        hop_buf_addc(out, ' ');
        hop_base64_encode(out, token, n);
    }
}

bool
hop_http_basic_format(struct hop_buf *out, const char *user,
                      const struct hop_secret *password, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf pair = HOP_BUF_INIT;

    pair.secret = true;
    if (strchr(user, ':'))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the user name %s contains a colon, which Basic "
                             "authentication cannot carry",
                             user);
    hop_buf_addf(&pair, "%s:%s", user, hop_secret_bytes(password));
    if (!hop_buf_ok(&pair))
        return hop_error_set(err, HOP_ERROR_LIMIT, 0, "out of memory");
    hop_http_auth_format(out, "Basic", pair.data, pair.len);
    return true;
}

/* "user-id:password", the first colon divides; neither may hold control bytes,
 * RFC 7617 2. */
static bool
check_pair(const struct hop_buf *pair, struct hop_error *err)
{
    if (pair->len == 0 || memchr(pair->data, ':', pair->len) == NULL)
        return fail_syntax(err, "Basic credentials without a colon");
    for (size_t i = 0; i < pair->len; i++)
        if ((unsigned char)pair->data[i] < 0x20 || pair->data[i] == 0x7F)
            return fail_syntax(err, "a control byte in Basic credentials");
    if (!hop_utf8_valid(pair->data, pair->len))
        return fail_syntax(err, "Basic credentials are not UTF-8");
    return true;
}

bool
hop_http_basic_parse(const struct hop_http_challenge *c, char **user,
                     struct hop_secret **password, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf pair = HOP_BUF_INIT;
    struct hop_secret *secret;
    size_t n;

    pair.secret = true;
    if (!hop_http_challenge_token(c, &pair))
        return fail_syntax(err, "Basic credentials are not base64");
    if (!check_pair(&pair, err))
        return false;
    n = (size_t)((char *)memchr(pair.data, ':', pair.len) - pair.data);
    secret = hop_secret_new(pair.data + n + 1, pair.len - n - 1);
    if (secret == NULL)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0, "out of memory");
    *user = hop_xstrndup(pair.data, n);
    *password = secret;
    return true;
}
