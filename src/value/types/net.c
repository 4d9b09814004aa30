/* IPAddress, IPEndPoint, MailAddress, WebUtility.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>

#include "base/text.h"
#include "value/types/more.h"
#include "value/types/text.h"

/* ---- percent encoding ---- */

static int
hex_digit(char x)
{
    return x >= '0' && x <= '9'                     ? x - '0'
           : (x | 0x20) >= 'a' && (x | 0x20) <= 'f' ? (x | 0x20) - 'a' + 10
                                                    : -1;
}

static void
unescape(const char *s, size_t n, bool plus, struct hop_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        int hi = i + 2 < n + 0 ? hex_digit(s[i + 1]) : -1;
        int lo = i + 2 < n ? hex_digit(s[i + 2]) : -1;

        if (s[i] == '%' && hi >= 0 && lo >= 0) {
            hop_buf_addc(out, (char)(hi << 4 | lo));
            i += 2;
        } else {
            hop_buf_addc(out, plus && s[i] == '+' ? ' ' : s[i]);
        }
    }
}

/* ---- IPAddress ---- */

struct ip {
    struct hop_object base;
    bool v6;
    uint8_t bytes[16];
    int port; /* IPEndPoint */
};

static struct ip *
ip_of(struct hop_value v)
{
    return (struct ip *)v.u.o;
}

/* IPv4 also in its short and hexadecimal forms: "1", "0x7f.1". */
static bool
read_ipv4(const char *s, uint8_t bytes[4])
{
    struct in_addr a;

    if (!*s || !isdigit((unsigned char)*s) || !inet_aton(s, &a))
        return false;
    memcpy(bytes, &a, 4);
    return true;
}

static struct ip *
read_ip(struct hop_context *cx, const struct hop_string *s)
{
    struct ip *ip;
    uint8_t bytes[16];
    bool v6 = memchr(s->data, ':', s->len) != NULL;

    if (v6 ? inet_pton(AF_INET6, s->data, bytes) != 1
           : !read_ipv4(s->data, bytes))
        return NULL;
    ip = hop_object_new(cx, &hop_class_ipaddress);
    ip->v6 = v6;
    memcpy(ip->bytes, bytes, v6 ? 16 : 4);
    return ip;
}

static bool
parse_ip(struct hop_context *cx, const struct hop_string *s,
         struct hop_value *out)
{
    struct ip *ip = read_ip(cx, s);

    if (!ip)
        return hop_throw(cx, &hop_exception_format,
                         "An invalid IP address was specified.");
    *out = hop_obj(ip);
    return true;
}

static void
add_ip(const struct ip *ip, struct hop_buf *b)
{
    char text[INET6_ADDRSTRLEN];

    inet_ntop(ip->v6 ? AF_INET6 : AF_INET, ip->bytes, text, sizeof text);
    hop_buf_adds(b, text);
}

static bool
ip_to_string(struct hop_context *cx, struct hop_value v,
             struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct ip *ip = ip_of(v);
    bool endpoint = ip->base.cls == &hop_class_ip_endpoint;

    if (endpoint && ip->v6)
        hop_buf_addc(&b, '[');
    add_ip(ip, &b);
    if (endpoint)
        hop_buf_addf(&b, "%s:%d", ip->v6 ? "]" : "", ip->port);
    *out = hop_string_take_buf(&b);
    return true;
}

static bool
ip_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    return ip_of(a)->v6 == ip_of(b)->v6 && ip_of(a)->port == ip_of(b)->port &&
           memcmp(ip_of(a)->bytes, ip_of(b)->bytes, 16) == 0;
}

static uint32_t
ip_hash(struct hop_value v)
{
    uint32_t h;

    memcpy(&h, ip_of(v)->bytes, 4);
    return h;
}

METHOD(ip_parse)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "ipString");
    return parse_ip(cx, ARG_S(0), &c->result);
}

METHOD(ip_try_parse)
{
    struct ip *ip =
        c->args[0].kind == HOP_STRING ? read_ip(cx, ARG_S(0)) : NULL;

    if (!hop_reference_set(cx, c->args[1], ip ? hop_obj(ip) : hop_null()))
        return false;
    RETURN(hop_bool(ip != NULL));
}

METHOD(ip_bytes)
{
    struct ip *ip = ip_of(c->self);

    RETURN(hop_obj(hop_array_of_bytes(cx, ip->bytes, ip->v6 ? 16 : 4)));
}

METHOD(ip_loopback)
{
    struct ip *ip = ip_of(c->args[0]);
    static const uint8_t one[16] = {[15] = 1};

    RETURN(hop_bool(ip->v6 ? memcmp(ip->bytes, one, 16) == 0
                           : ip->bytes[0] == 127));
}

METHOD(new_ip)
{
    struct ip *ip = hop_object_new(cx, &hop_class_ipaddress);
    struct hop_array *a = hop_as_array(c->args[0]);

    c->result = hop_obj(ip);
    if (!a) {
        uint32_t u = (uint32_t)ARG_I(0);

        memcpy(ip->bytes, &u, 4);
        return true;
    }
    if (a->n != 4 && a->n != 16)
        return hop_throw_argument(cx, &hop_exception_argument, "address",
                                  "An invalid IP address was specified.");
    ip->v6 = a->n == 16;
    for (size_t i = 0; i < a->n; i++)
        ip->bytes[i] = (uint8_t)a->items[i].u.i;
    return true;
}

METHOD(new_endpoint)
{
    struct ip *ip = hop_object_new(cx, &hop_class_ip_endpoint);

    ip->v6 = ip_of(c->args[0])->v6;
    memcpy(ip->bytes, ip_of(c->args[0])->bytes, 16);
    ip->port = (int)ARG_I(1);
    RETURN(hop_obj(ip));
}

static bool
parse_endpoint(struct hop_context *cx, const struct hop_string *s,
               struct hop_value *out)
{
    const char *colon = strrchr(s->data, ':');
    HOP_AUTO_STRING struct hop_string *host = NULL;
    struct ip *ip, *e;
    bool bracket = *s->data == '[';

    if (!colon || (strchr(s->data, ':') != colon && !bracket))
        colon = s->data + s->len;
    host = hop_string_new(s->data + bracket,
                          (size_t)(colon - s->data) - 2u * bracket);
    ip = read_ip(cx, host);
    if (!ip)
        return hop_throw(cx, &hop_exception_format,
                         "An invalid IPEndPoint was specified.");
    e = hop_object_new(cx, &hop_class_ip_endpoint);
    e->v6 = ip->v6;
    memcpy(e->bytes, ip->bytes, 16);
    e->port = *colon ? atoi(colon + 1) : 0;
    hop_release(hop_obj(ip));
    *out = hop_obj(e);
    return true;
}

enum { IP_FAMILY, IP_TEXT, IP_PORT, IP_ADDRESS, IP_LINK_LOCAL, IP_NUMBER };

GETTER(get_ip)
{
    struct ip *ip = ip_of(self), *copy;
    uint32_t u;

    switch (data) {
    case IP_FAMILY:
        *out = hop_enum(HOP_ENUM_ADDRESS_FAMILY, ip->v6 ? 23 : 2);
        break;
    case IP_PORT: *out = hop_int(ip->port); break;
    case IP_LINK_LOCAL:
        *out = hop_bool(ip->v6 && ip->bytes[0] == 0xFE &&
                        (ip->bytes[1] & 0xC0) == 0x80);
        break;
    case IP_NUMBER:
        memcpy(&u, ip->bytes, 4);
        *out = hop_long(u);
        break;
    case IP_ADDRESS:
        copy = hop_object_new(cx, &hop_class_ipaddress);
        copy->v6 = ip->v6;
        memcpy(copy->bytes, ip->bytes, 16);
        *out = hop_obj(copy);
        break;
    default: {
        struct hop_string *s;

        ip_to_string(cx, self, &s);
        *out = hop_str(s);
    }
    }
    return true;
}

/* data: index into the well-known addresses. */
GETTER(get_known_ip)
{
    static const char *const known[] = {"0.0.0.0", "127.0.0.1",
                                        "255.255.255.255", "::", "::1"};
    HOP_AUTO_STRING struct hop_string *s = hop_string_from(known[data]);

    return parse_ip(cx, s, out);
}

static const struct hop_property ip_properties[] = {
    {"IPAddressToString", "System.Object", get_ip, NULL, HOP_PROP_SCRIPT,
     IP_TEXT},
    {"AddressFamily", "System.Net.Sockets.AddressFamily", get_ip, NULL, 0,
     IP_FAMILY},
    {"IsIPv6LinkLocal", "bool", get_ip, NULL, 0, IP_LINK_LOCAL},
    {"Address", "long", get_ip, NULL, 0, IP_NUMBER},
    STATIC_GET("Any", "ipaddress", get_known_ip, 0),
    STATIC_GET("Loopback", "ipaddress", get_known_ip, 1),
    STATIC_GET("Broadcast", "ipaddress", get_known_ip, 2),
    STATIC_GET("None", "ipaddress", get_known_ip, 2),
    STATIC_GET("IPv6Any", "ipaddress", get_known_ip, 3),
    STATIC_GET("IPv6Loopback", "ipaddress", get_known_ip, 4),
    END_PROPERTIES,
};

static const struct hop_method ip_methods[] = {
    {"byte[] GetAddressBytes()", ip_bytes},
    {"static ipaddress Parse(string ipString)", ip_parse},
    {"static bool TryParse(string ipString, [ref] ipaddress address)",
     ip_try_parse},
    {"static bool IsLoopback(ipaddress address)", ip_loopback},
    END_METHODS,
};

static const struct hop_method ip_constructors[] = {
    {"ipaddress new(long newAddress)", new_ip},
    {"ipaddress new(byte[] address)", new_ip},
    END_METHODS,
};

const struct hop_class hop_class_ipaddress = {
    .name = "System.Net.IPAddress",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct ip),
    .properties = ip_properties,
    .methods = ip_methods,
    .constructors = ip_constructors,
    .to_string = ip_to_string,
    .equals = ip_equals,
    .hash = ip_hash,
    .parse = parse_ip,
};

static const struct hop_property endpoint_properties[] = {
    {"AddressFamily", "System.Net.Sockets.AddressFamily", get_ip, NULL, 0,
     IP_FAMILY},
    {"Address", "ipaddress", get_ip, NULL, 0, IP_ADDRESS},
    {"Port", "int", get_ip, NULL, 0, IP_PORT},
    END_PROPERTIES,
};

static const struct hop_method endpoint_constructors[] = {
    {"System.Net.IPEndPoint new(ipaddress address, int port)", new_endpoint},
    END_METHODS,
};

const struct hop_class hop_class_ip_endpoint = {
    .name = "System.Net.IPEndPoint",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct ip),
    .properties = endpoint_properties,
    .constructors = endpoint_constructors,
    .to_string = ip_to_string,
    .equals = ip_equals,
    .hash = ip_hash,
    .parse = parse_endpoint,
};

/* ---- MailAddress ---- */

struct mail {
    struct hop_object base;
    struct hop_string *address, *display;
};

static void
destroy_mail(struct hop_object *o)
{
    hop_string_release(((struct mail *)o)->address);
    hop_string_release(((struct mail *)o)->display);
}

static bool
make_mail(struct hop_context *cx, const struct hop_string *s,
          const struct hop_string *display, struct hop_value *out)
{
    const char *open = memchr(s->data, '<', s->len), *p = s->data;
    const char *end = p + s->len, *at;
    struct mail *m;

    if (open && end > p && end[-1] == '>') {
        p = open + 1;
        end--;
    }
    at = memchr(p, '@', (size_t)(end - p));
    if (!at || at == p || at + 1 == end || memchr(p, ' ', (size_t)(end - p)) ||
        memchr(at + 1, '@', (size_t)(end - at - 1)))
        return hop_throw(cx, &hop_exception_format,
                         "The specified string is not in the form required "
                         "for an e-mail address.");
    m = hop_object_new(cx, &hop_class_mail_address);
    m->address = hop_string_new(p, (size_t)(end - p));
    if (display) {
        m->display = hop_string_new(display->data, display->len);
    } else {
        size_t n = open ? (size_t)(open - s->data) : 0;
        const char *d = s->data;

        while (n && (d[n - 1] == ' ' || d[n - 1] == '"'))
            n--;
        while (n && (*d == ' ' || *d == '"'))
            d++, n--;
        m->display = hop_string_new(d, n);
    }
    *out = hop_obj(m);
    return true;
}

METHOD(new_mail)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "address");
    return make_mail(cx, ARG_S(0), c->n > 1 && !ARG_NULL(1) ? ARG_S(1) : NULL,
                     &c->result);
}

GETTER(get_mail)
{
    struct mail *m = (struct mail *)self.u.o;
    const char *at = strchr(m->address->data, '@');

    *out = data == 0 ? hop_str(hop_string_retain(m->address))
           : data == 1
               ? hop_textn(m->address->data, (size_t)(at - m->address->data))
           : data == 2 ? hop_text(at + 1)
                       : hop_str(hop_string_retain(m->display));
    return true;
}

static bool
mail_to_string(struct hop_context *cx, struct hop_value v,
               struct hop_string **out)
{
    struct mail *m = (struct mail *)v.u.o;

    *out = m->display->len ? hop_string_format("\"%s\" <%s>", m->display->data,
                                               m->address->data)
                           : hop_string_retain(m->address);
    return true;
}

static const struct hop_property mail_properties[] = {
    {"DisplayName", "string", get_mail, NULL, 0, 3},
    {"User", "string", get_mail, NULL, 0, 1},
    {"Host", "string", get_mail, NULL, 0, 2},
    {"Address", "string", get_mail, NULL, 0, 0},
    END_PROPERTIES,
};

static const struct hop_method mail_constructors[] = {
    {"mailaddress new(string address)", new_mail},
    {"mailaddress new(string address, string displayName)", new_mail},
    END_METHODS,
};

const struct hop_class hop_class_mail_address = {
    .name = "System.Net.Mail.MailAddress",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct mail),
    .properties = mail_properties,
    .constructors = mail_constructors,
    .destroy = destroy_mail,
    .to_string = mail_to_string,
};

/* ---- WebUtility ---- */

static const struct {
    char c;
    const char *entity;
} entities[] = {{'<', "&lt;"},
                {'>', "&gt;"},
                {'&', "&amp;"},
                {'"', "&quot;"},
                {'\'', "&#39;"}};

void
hop_html_encode(const char *s, size_t n, struct hop_buf *out)
{
    size_t used;

    for (size_t i = 0; i < n; i += used) {
        uint32_t cp = hop_utf8_decode(s + i, n - i, &used);
        size_t k = 0;

        while (k < HOP_ARRAY_SIZE(entities) && (char)cp != entities[k].c)
            k++;
        if (cp < 0x80 && k < HOP_ARRAY_SIZE(entities))
            hop_buf_adds(out, entities[k].entity);
        else if ((cp >= 160 && cp < 256) || cp >= 0x10000)
            hop_buf_addf(out, "&#%u;", cp);
        else
            hop_buf_add(out, s + i, used);
    }
}

METHOD(html_encode)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (ARG_NULL(0))
        return true;
    hop_html_encode(ARG_S(0)->data, ARG_S(0)->len, &b);
    RETURN(hop_text_buf(&b));
}

METHOD(html_decode)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const struct hop_string *s = ARG_S(0);
    const char *p = s->data, *end = p + s->len;

    while (p < end) {
        size_t k = 0, n;
        char u8[4];

        if (*p == '&' && p + 2 < end && p[1] == '#') {
            bool hex = (p[2] | 0x20) == 'x';
            char *stop;
            unsigned long cp = strtoul(p + 2 + hex, &stop, hex ? 16 : 10);

            if (*stop == ';' && cp <= 0x10FFFF) {
                hop_buf_add(&b, u8, hop_utf8_encode((uint32_t)cp, u8));
                p = stop + 1;
                continue;
            }
        }
        for (; k < HOP_ARRAY_SIZE(entities); k++) {
            n = strlen(entities[k].entity);
            if (strncmp(p, entities[k].entity, n) == 0) {
                hop_buf_addc(&b, entities[k].c);
                p += n;
                break;
            }
        }
        if (k < HOP_ARRAY_SIZE(entities))
            continue;
        if (strncmp(p, "&nbsp;", 6) == 0) {
            hop_buf_adds(&b, "\xC2\xA0");
            p += 6;
            continue;
        }
        hop_buf_addc(&b, *p++);
    }
    RETURN(hop_text_buf(&b));
}

/* data: decodes. */
METHOD(url_code)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const struct hop_string *s = ARG_S(0);

    if (c->data) {
        unescape(s->data, s->len, true, &b);
        RETURN(hop_text_buf(&b));
    }
    for (size_t i = 0; i < s->len; i++) {
        if (s->data[i] == ' ')
            hop_buf_addc(&b, '+');
        else if (isalnum((unsigned char)s->data[i]) ||
                 strchr("-_.!*()", s->data[i]))
            hop_buf_addc(&b, s->data[i]);
        else
            hop_buf_addf(&b, "%%%02X", (unsigned char)s->data[i]);
    }
    RETURN(hop_text_buf(&b));
}

static const struct hop_method web_methods[] = {
    {"static string HtmlEncode(string value)", html_encode},
    {"static string HtmlDecode(string value)", html_decode},
    {"static string UrlEncode(string value)", url_code, false},
    {"static string UrlDecode(string encodedValue)", url_code, true},
    END_METHODS,
};

const struct hop_class hop_class_web_utility = {
    .name = "System.Net.WebUtility",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = web_methods,
};
