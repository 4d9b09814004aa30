/* SPDX-License-Identifier: MIT */
#include "client/endpoint.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

static bool
fail(struct hop_error *err, const char *text, const char *why)
{
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "\"%.200s\" is not an address of a server: %s; write "
                         "a name, name:port or http://name:port/wsman",
                         text, why);
}

static bool
parse_port(const char *s, size_t n, uint16_t *port)
{
    unsigned long value = 0;

    if (n == 0 || n > 5)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!hop_ascii_is_digit(s[i]))
            return false;
        value = value * 10 + (unsigned long)(s[i] - '0');
    }
    *port = (uint16_t)value;
    return value > 0 && value <= 65535;
}

/* The scheme, when there is one: its length, and what it says of TLS. */
static bool
take_scheme(const char **s, bool *tls)
{
    if (strstr(*s, "://") == NULL)
        return true;
    if (hop_ascii_ieqn(*s, "http://", 7))
        *tls = false;
    else if (hop_ascii_ieqn(*s, "https://", 8))
        *tls = true;
    else
        return false;
    *s = strstr(*s, "://") + 3;
    return true;
}

static bool
is_host(const char *s, size_t n)
{
    if (n == 0 || n > 253)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] <= ' ' || strchr("/@?#\\<>\"{}|^`,;%", s[i]))
            return false;
    return true;
}

/* Splits n bytes "host", "host:port", "[v6]", "[v6]:port" or a bare v6. */
static const char *
split_authority(struct endpoint *e, const char *s, size_t n)
{
    const char *colon = memrchr(s, ':', n), *close = memchr(s, ']', n);
    size_t host = n;

    if (s[0] == '[') {
        if (close == NULL)
            return "a bracket is not closed";
        if (close + 1 < s + n && close[1] != ':')
            return "something stands behind the bracket";
        host = (size_t)(close - s) - 1;
        colon = close + 1 < s + n ? close + 1 : NULL;
        s++;
        n--;
    } else if (colon && memchr(s, ':', n) == colon) {
        host = (size_t)(colon - s);
    } else {
        colon = NULL; /* none, or the colons of a bare IPv6 address */
    }
    if (!is_host(s, host))
        return host ? "the name has characters that no name has"
                    : "the name is missing";
    if (colon && !parse_port(colon + 1, (size_t)(s + n - colon - 1), &e->port))
        return "the port is not a number from 1 to 65535";
    e->host = hop_xstrndup(s, host);
    return NULL;
}

bool
endpoint_parse(const char *text, bool tls,
               const struct endpoint_defaults *defaults, struct endpoint *out,
               struct hop_error *err)
{
    struct endpoint e = {.tls = tls};
    const char *s = text, *why;
    size_t n;

    if (!take_scheme(&s, &e.tls))
        return fail(err, text, "only http and https are spoken");
    e.port = e.tls ? defaults->https : defaults->http;
    n = strcspn(s, "/?");
    why = split_authority(&e, s, n);
    if (why == NULL && strpbrk(s + n, " \r\n\t"))
        why = "there is a blank in it";
    if (why) {
        free(e.host);
        return fail(err, text, why);
    }
    e.path = s[n] == '/' && s[n + 1] != '\0'
                 ? hop_xstrdup(s + n)
                 : hop_xasprintf("/%s", defaults->prefix);
    e.host_header = hop_xasprintf(strchr(e.host, ':') ? "[%s]:%u" : "%s:%u",
                                  e.host, e.port);
    *out = e;
    return true;
}

void
endpoint_done(struct endpoint *e)
{
    free(e->host);
    free(e->path);
    free(e->host_header);
    *e = (struct endpoint){0};
}
