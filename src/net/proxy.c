/* The conventions of http_proxy and no_proxy, as curl and Python read them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/text.h"
#include "net/dial.h"

/* True when the entry is the host, or a domain it lies in (".corp.test" and
 * "corp.test" alike), with the right port where one is given. */
static bool
entry_matches(const char *entry, size_t n, const char *host, uint16_t port)
{
    size_t len = strlen(host);
    const char *colon = memchr(entry, ':', n);

    if (n == 1 && *entry == '*')
        return true;
    if (colon &&
        memchr(colon + 1, ':', n - (size_t)(colon + 1 - entry)) == NULL) {
        char text[8];
        snprintf(text, sizeof(text), "%u", port);
        if ((size_t)(entry + n - colon - 1) != strlen(text) ||
            strncmp(colon + 1, text, strlen(text)) != 0)
            return false;
        n = (size_t)(colon - entry);
    }
    if (n > 0 && *entry == '.') {
        entry++;
        n--;
    }
    if (n == 0 || n > len || !hop_ascii_ieqn(host + len - n, entry, n))
        return false;
    return n == len || host[len - n - 1] == '.';
}

static bool
is_exempt(const char *list, const char *host, uint16_t port)
{
    while (list && *list != '\0') {
        size_t n;
        list += strspn(list, " ,");
        n = strcspn(list, " ,");
        if (n > 0 && entry_matches(list, n, host, port))
            return true;
        list += n;
    }
    return false;
}

static const char *
first_set(const char *(*get)(const char *name), const char *a, const char *b)
{
    const char *value = get(a);

    if ((value == NULL || *value == '\0') && b)
        value = get(b);
    return value && *value != '\0' ? value : NULL;
}

static int
hex_digit(char c)
{
    const char *digits = "0123456789abcdef",
               *at = strchr(digits, hop_ascii_lower(c));

    return c != '\0' && at ? (int)(at - digits) : -1;
}

/* "user:password" with %xx undone, as a value of Proxy-Authorization. */
static char *
format_authorization(const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf pair = HOP_BUF_INIT;
    struct hop_buf value = HOP_BUF_INIT;

    pair.secret = true;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '%' && i + 2 < n && hex_digit(s[i + 1]) >= 0 &&
            hex_digit(s[i + 2]) >= 0) {
            hop_buf_addc(
                &pair, (char)(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2])));
            i += 2;
        } else {
            hop_buf_addc(&pair, s[i]);
        }
    }
    value.secret = true;
    hop_buf_adds(&value, "Basic ");
    hop_base64_encode(&value, pair.data, pair.len);
    return hop_buf_take(&value);
}

/* "[scheme://][user:password@]host[:port][/]" to "host:port". */
static char *
cut_authority(const char *url, char **authorization)
{
    const char *s = strstr(url, "://"), *at;
    size_t n;

    s = s ? s + 3 : url;
    n = strcspn(s, "/");
    at = memrchr(s, '@', n);
    if (at) {
        *authorization = format_authorization(s, (size_t)(at - s));
        n -= (size_t)(at + 1 - s);
        s = at + 1;
    }
    if (n == 0)
        return NULL;
    if (memchr(s, ':', n) == NULL || s[n - 1] == ']')
        return hop_xasprintf("%.*s:3128", (int)n, s);
    return hop_xstrndup(s, n);
}

char *
hop_proxy_from_env(const char *host, uint16_t port, bool tls,
                   const char *(*get)(const char *name), char **authorization)
{
    const char *url = tls ? first_set(get, "https_proxy", "HTTPS_PROXY")
                          : first_set(get, "http_proxy", NULL);

    *authorization = NULL;
    if (url == NULL)
        url = first_set(get, "all_proxy", "ALL_PROXY");
    if (url == NULL ||
        is_exempt(first_set(get, "no_proxy", "NO_PROXY"), host, port))
        return NULL;
    return cut_authority(url, authorization);
}
