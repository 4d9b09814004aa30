/* System.UriBuilder.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "value/member.h"
#include "value/types/def.h"
#include "value/types/more.h"

enum { SCHEME, HOST, PATH, QUERY, FRAGMENT, USER, PASSWORD, PARTS };

struct builder {
    struct hop_object base;
    struct hop_string *part[PARTS]; /* query and fragment with ? and # */
    int port;                       /* -1: none */
};

static struct builder *
self_of(struct hop_value v)
{
    return (struct builder *)hop_value_base(v).u.o;
}

static void
destroy(struct hop_object *o)
{
    struct builder *b = (struct builder *)o;

    for (size_t i = 0; i < PARTS; i++)
        hop_string_clear(&b->part[i]);
}

static void
put(struct builder *b, size_t i, struct hop_string *s)
{
    hop_string_release(b->part[i]);
    b->part[i] = s;
}

static struct builder *
make_builder(struct hop_context *cx)
{
    struct builder *b = hop_object_new(cx, &hop_class_uri_builder);

    for (size_t i = 0; i < PARTS; i++)
        b->part[i] = hop_string_empty();
    put(b, SCHEME, hop_string_from("http"));
    put(b, HOST, hop_string_from("localhost"));
    put(b, PATH, hop_string_from("/"));
    b->port = -1;
    return b;
}

static void
add_text(const struct builder *b, struct hop_buf *out)
{
    const struct hop_string *user = b->part[USER];
    const struct hop_string *word = b->part[PASSWORD];

    hop_buf_addf(out, "%s:%s", b->part[SCHEME]->data,
                 hop_string_is(b->part[SCHEME], "mailto") ? "" : "//");
    if (user->len)
        hop_buf_addf(out, "%s%s%s@", user->data, word->len ? ":" : "",
                     word->data);
    hop_buf_adds(out, b->part[HOST]->data);
    if (b->port >= 0 && b->part[HOST]->len)
        hop_buf_addf(out, ":%d", b->port);
    if (b->part[HOST]->len && b->part[PATH]->len &&
        b->part[PATH]->data[0] != '/')
        hop_buf_addc(out, '/');
    hop_buf_addf(out, "%s%s%s", b->part[PATH]->data, b->part[QUERY]->data,
                 b->part[FRAGMENT]->data);
}

static bool
to_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct hop_buf b = HOP_BUF_INIT;

    (void)cx;
    add_text(self_of(v), &b);
    *out = hop_string_take_buf(&b);
    return true;
}

/* ---- from a URI ---- */

static bool
take_part(struct hop_context *cx, struct builder *b, struct hop_value uri,
          const char *property, size_t part)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from(property);
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (hop_member_get(cx, uri, name, &v) != HOP_FOUND || !hop_is_string(v))
        return !hop_has_exception(cx);
    put(b, part, hop_string_retain(v.u.s));
    return true;
}

static bool
take_port(struct hop_context *cx, struct builder *b, struct hop_value uri)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("Port");
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (hop_member_get(cx, uri, name, &v) != HOP_FOUND)
        return false;
    b->port = (int)v.u.i;
    return true;
}

/* "user:password" in two. */
static void
split_user(struct builder *b)
{
    const char *colon = strchr(b->part[USER]->data, ':');

    if (!colon)
        return;
    put(b, PASSWORD, hop_string_from(colon + 1));
    put(b, USER,
        hop_string_new(b->part[USER]->data,
                       (size_t)(colon - b->part[USER]->data)));
}

static bool
from_uri(struct hop_context *cx, struct hop_value uri, struct hop_value *out)
{
    static const struct {
        const char *property;
        size_t part;
    } parts[] = {{"Scheme", SCHEME},     {"Host", HOST},
                 {"AbsolutePath", PATH}, {"Query", QUERY},
                 {"Fragment", FRAGMENT}, {"UserInfo", USER}};
    struct builder *b = make_builder(cx);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(b);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(parts); i++)
        if (!take_part(cx, b, uri, parts[i].property, parts[i].part))
            return false;
    split_user(b);
    if (!take_port(cx, b, uri))
        return false;
    *out = hop_value_steal(&v);
    return true;
}

static bool
from_text(struct hop_context *cx, const struct hop_string *s,
          struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value uri = hop_null();
    HOP_AUTO_STRING struct hop_string *whole =
        strstr(s->data, ":") && strstr(s->data, "//")
            ? hop_string_from(s->data)
            : hop_string_format("http://%s", s->data);

    return hop_class_uri.parse(cx, whole, &uri) && from_uri(cx, uri, out);
}

METHOD(construct)
{
    if (c->n == 0)
        RETURN(hop_obj(make_builder(cx)));
    if (ARG_NULL(0))
        return hop_throw_null(cx, "uri");
    if (c->data)
        return from_uri(cx, c->args[0], &c->result);
    return from_text(cx, ARG_S(0), &c->result);
}

/* Scheme, host, then port, path and what follows it. */
METHOD(construct_parts)
{
    struct builder *b = make_builder(cx);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(b);
    const struct hop_string *extra = c->n > 4 ? ARG_S(4) : NULL;

    put(b, SCHEME, hop_string_retain(ARG_S(0)));
    put(b, HOST, hop_string_retain(ARG_S(1)));
    if (c->n > 2)
        b->port = (int)ARG_I(2);
    if (c->n > 3)
        put(b, PATH,
            ARG_S(3)->data[0] == '/'
                ? hop_string_retain(ARG_S(3))
                : hop_string_format("/%s", ARG_S(3)->data));
    if (extra && extra->len)
        put(b, extra->data[0] == '#' ? FRAGMENT : QUERY,
            hop_string_from(extra->data));
    RETURN(hop_value_steal(&v));
}

/* ---- members ---- */

GETTER(get_part)
{
    (void)cx;
    *out = hop_str(hop_string_retain(self_of(self)->part[data]));
    return true;
}

/* What a part begins with, if there is any. */
static const char leads[PARTS] = {
    [PATH] = '/', [QUERY] = '?', [FRAGMENT] = '#'};

SETTER(put_part)
{
    struct builder *b = self_of(self);
    const char *s = hop_is_string(v) ? hop_cstr(v) : "";

    (void)cx;
    if (data == SCHEME) {
        HOP_AUTO_FREE char *lower = hop_xstrndup(s, strcspn(s, ":"));

        for (char *p = lower; *p; p++)
            *p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
        put(b, SCHEME, hop_string_from(lower));
    } else if (leads[data] && (*s || data == PATH) && *s != leads[data]) {
        HOP_AUTO_FREE char *led = hop_xasprintf("%c%s", leads[data], s);

        put(b, (size_t)data, hop_uri_escape(led, strlen(led)));
    } else {
        put(b, (size_t)data,
            leads[data] ? hop_uri_escape(s, strlen(s)) : hop_string_from(s));
    }
    return true;
}

GETTER(get_port)
{
    (void)cx;
    (void)data;
    *out = hop_int(self_of(self)->port);
    return true;
}

SETTER(put_port)
{
    (void)data;
    if (v.u.i < -1 || v.u.i > 65535)
        return hop_throw_argument(cx, &hop_exception_argument_range, "value",
                                  "Specified argument was out of the range of "
                                  "valid values.");
    self_of(self)->port = (int)v.u.i;
    return true;
}

GETTER(get_uri)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;

    (void)data;
    return to_text(cx, self, &s) && hop_class_uri.parse(cx, s, out);
}

#define PART(n, d)                                                             \
    {                                                                          \
        n, "string", get_part, put_part, 0, d                                  \
    }
static const struct hop_property properties[] = {
    PART("Scheme", SCHEME),
    PART("UserName", USER),
    PART("Password", PASSWORD),
    PART("Host", HOST),
    {"Port", "int", get_port, put_port},
    PART("Path", PATH),
    PART("Query", QUERY),
    PART("Fragment", FRAGMENT),
    {"Uri", "uri", get_uri},
    END_PROPERTIES,
};
#define NEW "System.UriBuilder new("
static const struct hop_method constructors[] = {
    {NEW ")", construct},
    {NEW "string uri)", construct},
    {NEW "uri uri)", construct, 1},
    {NEW "string schemeName, string hostName)", construct_parts},
    {NEW "string scheme, string host, int portNumber)", construct_parts},
    {NEW "string scheme, string host, int port, string pathValue)",
     construct_parts},
    {NEW "string scheme, string host, int port, string path, string "
         "extraValue)",
     construct_parts},
    END_METHODS,
};
const struct hop_class hop_class_uri_builder = {
    .name = "System.UriBuilder",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct builder),
    .properties = properties,
    .constructors = constructors,
    .destroy = destroy,
    .to_string = to_text,
    .parse = from_text,
};
