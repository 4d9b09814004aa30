/* System.Uri.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "value/types/def.h"
#include "value/types/more.h"

struct uri {
    struct hop_object base;
    struct hop_string *original, *scheme, *user, *host, *path, *query,
        *fragment, *authority;
    int port; /* -1: none */
    bool absolute, default_port;
};

static const struct {
    const char *scheme;
    int port;
} schemes[] = {{"http", 80}, {"https", 443}, {"ftp", 21},  {"ldap", 389},
               {"ssh", 22},  {"ws", 80},     {"wss", 443}, {"telnet", 23}};

static void
destroy(struct hop_object *o)
{
    struct uri *u = (struct uri *)o;

    hop_string_clear(&u->original);
    hop_string_clear(&u->scheme);
    hop_string_clear(&u->user);
    hop_string_clear(&u->host);
    hop_string_clear(&u->path);
    hop_string_clear(&u->query);
    hop_string_clear(&u->fragment);
    hop_string_clear(&u->authority);
}

static struct uri *
as_uri(struct hop_value v)
{
    return (struct uri *)hop_value_base(v).u.o;
}

/* Characters that a URI carries as they are. */
static bool
is_plain(unsigned char ch)
{
    return hop_ascii_is_digit((char)ch) || (ch | 32u) - 'a' < 26u ||
           (ch && strchr("-._~!$&'()*+,;=:@/?%[]#", ch));
}

struct hop_string *
hop_uri_escape(const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (size_t i = 0; i < n; i++) {
        if (is_plain((unsigned char)s[i]))
            hop_buf_addc(&b, s[i]);
        else
            hop_buf_addf(&b, "%%%02X", (unsigned char)s[i]);
    }
    return hop_string_take_buf(&b);
}

static struct hop_string *
lower(const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (size_t i = 0; i < n; i++)
        hop_buf_addc(&b, hop_ascii_lower(s[i]));
    return hop_string_take_buf(&b);
}

static size_t
scheme_len(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n && (hop_ascii_is_digit(s[i]) ||
                     (unsigned)(s[i] | 32) - 'a' < 26u || strchr("+-.", s[i])))
        i++;
    return i > 0 && i < n && s[i] == ':' && !hop_ascii_is_digit(s[0]) ? i : 0;
}

/* user@host:port; false when the port is no number. */
static bool
split_authority(struct uri *u, const char *s, size_t n)
{
    const char *at = memrchr(s, '@', n);
    const char *colon;

    if (at) {
        u->user = hop_string_new(s, (size_t)(at - s));
        n -= (size_t)(at + 1 - s);
        s = at + 1;
    }
    colon = n && s[0] == '[' ? memchr(s, ']', n) : s;
    colon = colon ? memchr(colon, ':', n - (size_t)(colon - s)) : NULL;
    u->host = lower(s, colon ? (size_t)(colon - s) : n);
    if (colon && colon + 1 < s + n) {
        char *end;
        long port = strtol(colon + 1, &end, 10);

        if (end != s + n || port < 0 || port > 65535)
            return false;
        u->port = (int)port;
    }
    return u->host->len > 0 || hop_string_is(u->scheme, "file");
}

static void
note_port(struct uri *u)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(schemes); i++) {
        if (!hop_string_is(u->scheme, schemes[i].scheme))
            continue;
        if (u->port < 0)
            u->port = schemes[i].port;
        u->default_port = u->port == schemes[i].port;
        return;
    }
    u->default_port = u->port < 0;
}

static bool
split_absolute(struct uri *u, const char *s, size_t n, size_t scheme)
{
    size_t i = scheme + 1, from;

    u->absolute = true;
    u->scheme = lower(s, scheme);
    if (n - i >= 2 && s[i] == '/' && s[i + 1] == '/') {
        from = i += 2;
        while (i < n && !strchr("/?#", s[i]))
            i++;
        if (!split_authority(u, s + from, i - from))
            return false;
    } else if (i == n) {
        return false;
    }
    note_port(u);
    from = i;
    while (i < n && s[i] != '?' && s[i] != '#')
        i++;
    u->path = i == from && u->host ? hop_string_from("/")
                                   : hop_uri_escape(s + from, i - from);
    from = i;
    while (i < n && s[i] != '#')
        i++;
    u->query = hop_uri_escape(s + from, i - from);
    u->fragment = hop_uri_escape(s + i, n - i);
    return true;
}

static struct hop_string *
or_empty(struct hop_string *s)
{
    return s ? s : hop_string_empty();
}

enum { KIND_ANY, KIND_ABSOLUTE, KIND_RELATIVE };

/* NULL: it is no URI of the kind. */
static struct uri *
make(struct hop_context *cx, const char *s, size_t n, int kind)
{
    struct uri *u = hop_object_new(cx, &hop_class_uri);
    HOP_AUTO_FREE char *file = NULL;
    size_t scheme;
    bool ok = true;

    while (n && hop_ascii_is_space(*s))
        s++, n--;
    while (n && hop_ascii_is_space(s[n - 1]))
        n--;
    u->original = hop_string_new(s, n);
    u->port = -1;
    scheme = scheme_len(s, n);
    if (!scheme && n && s[0] == '/' && kind != KIND_RELATIVE) {
        file = hop_xasprintf("file://%.*s", (int)n, s);
        ok = split_absolute(u, file, strlen(file), 4);
    } else if (scheme && kind != KIND_RELATIVE) {
        ok = split_absolute(u, s, n, scheme);
    } else {
        ok = kind != KIND_ABSOLUTE && !(scheme && kind == KIND_RELATIVE);
    }
    u->user = or_empty(u->user);
    u->host = or_empty(u->host);
    u->path = or_empty(u->path);
    u->query = or_empty(u->query);
    u->fragment = or_empty(u->fragment);
    u->scheme = or_empty(u->scheme);
    if (ok)
        return u;
    hop_release(hop_obj(u));
    return NULL;
}

static void
add_authority(struct uri *u, struct hop_buf *b)
{
    hop_buf_add(b, u->host->data, u->host->len);
    if (!u->default_port && u->port >= 0)
        hop_buf_addf(b, ":%d", u->port);
}

static void
add_absolute(struct uri *u, struct hop_buf *b)
{
    hop_buf_addf(b, "%s:", u->scheme->data);
    if (u->host->len || hop_string_is(u->scheme, "file"))
        hop_buf_adds(b, "//");
    if (u->user->len)
        hop_buf_addf(b, "%s@", u->user->data);
    add_authority(u, b);
    hop_buf_add(b, u->path->data, u->path->len);
    hop_buf_add(b, u->query->data, u->query->len);
    hop_buf_add(b, u->fragment->data, u->fragment->len);
}

static void
unescape(const struct hop_string *s, struct hop_buf *b)
{
    for (size_t i = 0; i < s->len; i++) {
        char hex[3] = {0};
        char *end;
        long v;

        if (s->data[i] != '%' || i + 2 >= s->len) {
            hop_buf_addc(b, s->data[i]);
            continue;
        }
        memcpy(hex, s->data + i + 1, 2);
        v = strtol(hex, &end, 16);
        if (*end) {
            hop_buf_addc(b, '%');
        } else {
            hop_buf_addc(b, (char)v);
            i += 2;
        }
    }
}

static bool
to_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct uri *u = as_uri(v);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *s = NULL;
    HOP_AUTO_BUF struct hop_buf plain = HOP_BUF_INIT;

    (void)cx;
    if (!u->absolute) {
        *out = hop_string_retain(u->original);
        return true;
    }
    add_absolute(u, &b);
    s = hop_string_take_buf(&b);
    unescape(s, &plain);
    *out = hop_string_take_buf(&plain);
    return true;
}

/* ---- members ---- */

static bool
need_absolute(struct hop_context *cx, struct uri *u)
{
    return u->absolute || hop_throw(cx, &hop_exception_invalid_operation,
                                    "This operation is not supported for a "
                                    "relative URI.");
}

enum {
    U_ORIGINAL,
    U_IS_ABSOLUTE,
    U_SCHEME,
    U_HOST,
    U_PORT,
    U_PATH,
    U_QUERY,
    U_FRAGMENT,
    U_USER,
    U_URI,
    U_AUTHORITY,
    U_PATH_QUERY,
    U_LOCAL,
    U_IS_FILE,
    U_DEFAULT,
    U_LOOPBACK,
    U_SEGMENTS,
    U_IS_UNC,
    U_DNS
};

static struct hop_value
segments(struct hop_context *cx, struct uri *u)
{
    struct hop_array *a = hop_array_new_of(cx, &hop_class_string, 0);
    size_t from = 0;

    for (size_t i = 0; i < u->path->len; i++) {
        if (u->path->data[i] == '/') {
            hop_array_push(a, hop_textn(u->path->data + from, i + 1 - from));
            from = i + 1;
        }
    }
    if (from < u->path->len)
        hop_array_push(a, hop_textn(u->path->data + from, u->path->len - from));
    return hop_obj(a);
}

static bool
is_loopback(struct uri *u)
{
    return hop_string_is(u->host, "localhost") ||
           strncmp(u->host->data, "127.", 4) == 0 ||
           hop_string_is(u->host, "[::1]") ||
           (u->host->len == 0 && hop_string_is(u->scheme, "file"));
}

GETTER(get)
{
    struct uri *u = as_uri(self);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (data == U_ORIGINAL) {
        *out = hop_str(hop_string_retain(u->original));
        return true;
    }
    if (data == U_IS_ABSOLUTE) {
        *out = hop_bool(u->absolute);
        return true;
    }
    if (!need_absolute(cx, u))
        return false;
    switch (data) {
    case U_SCHEME: *out = hop_str(hop_string_retain(u->scheme)); return true;
    case U_HOST:
    case U_DNS: *out = hop_str(hop_string_retain(u->host)); return true;
    case U_PORT: *out = hop_int(u->port); return true;
    case U_PATH: *out = hop_str(hop_string_retain(u->path)); return true;
    case U_QUERY: *out = hop_str(hop_string_retain(u->query)); return true;
    case U_FRAGMENT:
        *out = hop_str(hop_string_retain(u->fragment));
        return true;
    case U_USER: *out = hop_str(hop_string_retain(u->user)); return true;
    case U_URI: add_absolute(u, &b); break;
    case U_AUTHORITY: add_authority(u, &b); break;
    case U_PATH_QUERY:
        hop_buf_addf(&b, "%s%s", u->path->data, u->query->data);
        break;
    case U_LOCAL: unescape(u->path, &b); break;
    case U_IS_FILE:
        *out = hop_bool(hop_string_is(u->scheme, "file"));
        return true;
    case U_DEFAULT: *out = hop_bool(u->default_port); return true;
    case U_LOOPBACK: *out = hop_bool(is_loopback(u)); return true;
    case U_SEGMENTS: *out = segments(cx, u); return true;
    default: *out = hop_bool(false); return true;
    }
    *out = hop_text_buf(&b);
    return true;
}

static bool
not_a_uri(struct hop_context *cx, const char *s)
{
    return hop_throw(cx, &hop_exception_uri_format, "%s",
                     *s ? "Invalid URI: The format of the URI could not be "
                          "determined."
                        : "Invalid URI: The URI is empty.");
}

METHOD(construct)
{
    int kind =
        c->n > 1 && c->args[1].kind == HOP_ENUM ? (int)ARG_I(1) : KIND_ABSOLUTE;
    struct uri *u;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "uriString");
    u = make(cx, ARG_S(0)->data, ARG_S(0)->len, kind);
    if (!u)
        return not_a_uri(cx, ARG_S(0)->data);
    RETURN(hop_obj(u));
}

/* new Uri(base, relative). */
METHOD(construct_joined)
{
    struct uri *base = as_uri(c->args[0]), *u;
    const struct hop_string *r = ARG_S(1);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!need_absolute(cx, base))
        return false;
    if (!scheme_len(r->data, r->len)) {
        const char *slash = memrchr(base->path->data, '/', base->path->len);
        size_t dir = slash ? (size_t)(slash - base->path->data) + 1 : 0;

        hop_buf_addf(&b, "%s://", base->scheme->data);
        add_authority(base, &b);
        if (r->len == 0 || r->data[0] != '/')
            hop_buf_add(&b, base->path->data, dir);
    }
    hop_buf_add(&b, r->data, r->len);
    u = make(cx, hop_buf_str(&b), b.len, KIND_ABSOLUTE);
    if (!u)
        return not_a_uri(cx, hop_buf_str(&b));
    RETURN(hop_obj(u));
}

METHOD(escape_data)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "stringToEscape");
    for (size_t i = 0; i < ARG_S(0)->len; i++) {
        char ch = ARG_S(0)->data[i];

        if (hop_ascii_is_digit(ch) || (unsigned)(ch | 32) - 'a' < 26u ||
            (ch && strchr("-._~", ch)))
            hop_buf_addc(&b, ch);
        else
            hop_buf_addf(&b, "%%%02X", (unsigned char)ch);
    }
    RETURN(hop_text_buf(&b));
}

METHOD(unescape_data)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "stringToUnescape");
    unescape(ARG_S(0), &b);
    RETURN(hop_text_buf(&b));
}

METHOD(is_well_formed)
{
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    struct uri *u =
        ARG_NULL(0) ? NULL
                    : make(cx, ARG_S(0)->data, ARG_S(0)->len, (int)ARG_I(1));

    if (u)
        v = hop_obj(u);
    RETURN(hop_bool(u && !memchr(ARG_S(0)->data, ' ', ARG_S(0)->len)));
}

METHOD(try_create)
{
    struct uri *u =
        ARG_NULL(0) ? NULL
                    : make(cx, ARG_S(0)->data, ARG_S(0)->len, (int)ARG_I(1));

    if (!hop_reference_set(cx, c->args[2], u ? hop_obj(u) : hop_null()))
        return false;
    RETURN(hop_bool(u != NULL));
}

static bool
parse(struct hop_context *cx, const struct hop_string *s, struct hop_value *out)
{
    struct uri *u = make(cx, s->data, s->len, KIND_ANY);

    if (!u)
        return not_a_uri(cx, s->data);
    *out = hop_obj(u);
    return true;
}

static bool
equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;
    HOP_AUTO_STRING struct hop_string *t = NULL;

    return to_text(cx, a, &s) && to_text(cx, b, &t) && hop_string_eq(s, t);
}

#define PROPERTY(n, t, d)                                                      \
    {                                                                          \
        n, t, get, NULL, 0, d                                                  \
    }
static const struct hop_property properties[] = {
    PROPERTY("AbsolutePath", "string", U_PATH),
    PROPERTY("AbsoluteUri", "string", U_URI),
    PROPERTY("LocalPath", "string", U_LOCAL),
    PROPERTY("Authority", "string", U_AUTHORITY),
    PROPERTY("IsDefaultPort", "bool", U_DEFAULT),
    PROPERTY("IsFile", "bool", U_IS_FILE),
    PROPERTY("IsLoopback", "bool", U_LOOPBACK),
    PROPERTY("PathAndQuery", "string", U_PATH_QUERY),
    PROPERTY("Segments", "string[]", U_SEGMENTS),
    PROPERTY("IsUnc", "bool", U_IS_UNC),
    PROPERTY("Host", "string", U_HOST),
    PROPERTY("Port", "int", U_PORT),
    PROPERTY("Query", "string", U_QUERY),
    PROPERTY("Fragment", "string", U_FRAGMENT),
    PROPERTY("Scheme", "string", U_SCHEME),
    PROPERTY("OriginalString", "string", U_ORIGINAL),
    PROPERTY("DnsSafeHost", "string", U_DNS),
    PROPERTY("IdnHost", "string", U_DNS),
    PROPERTY("IsAbsoluteUri", "bool", U_IS_ABSOLUTE),
    PROPERTY("UserInfo", "string", U_USER),
    END_PROPERTIES,
};
static const struct hop_method methods[] = {
    {"static string EscapeDataString(string stringToEscape)", escape_data},
    {"static string UnescapeDataString(string stringToUnescape)",
     unescape_data},
    {"static bool IsWellFormedUriString(string uriString, System.UriKind "
     "uriKind)",
     is_well_formed},
    {"static bool TryCreate(string uriString, System.UriKind uriKind, [ref] "
     "uri result)",
     try_create},
    END_METHODS,
};
static const struct hop_method constructors[] = {
    {"uri new(string uriString)", construct},
    {"uri new(string uriString, System.UriKind uriKind)", construct},
    {"uri new(uri baseUri, string relativeUri)", construct_joined},
    END_METHODS,
};
const struct hop_class hop_class_uri = {
    .name = "System.Uri",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct uri),
    .properties = properties,
    .methods = methods,
    .constructors = constructors,
    .destroy = destroy,
    .to_string = to_text,
    .equals = equals,
    .parse = parse,
};
