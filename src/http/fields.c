/* A head's start line and fields, and the framing they declare: RFC 9112 3, 4,
 * 5, 6.3.
 *
 * SPDX-License-Identifier: MIT
 */
#include "http/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "http/token.h"

static bool
refuse(struct hop_http_parser *p, int status, struct hop_error *err,
       const char *why)
{
    p->bad_status = status;
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "HTTP: %s", why);
}

/* Cuts the line at *at out of the text: NUL instead of CR, *at behind the LF.
 */
static char *
take_line(char **at)
{
    char *line = *at, *end = strstr(line, "\r\n");

    *end = '\0';
    *at = end + 2;
    return line;
}

static bool
parse_version(struct hop_http_parser *p, const char *s, struct hop_error *err)
{
    if (strncmp(s, "HTTP/", 5) != 0 || !hop_ascii_is_digit(s[5]) ||
        s[6] != '.' || !hop_ascii_is_digit(s[7]))
        return refuse(p, 400, err,
                      "the version in the start line is malformed");
    if (s[5] != '1')
        return refuse(p, 505, err,
                      "only HTTP/1.0 and HTTP/1.1 are spoken here");
    p->head.minor = s[7] == '0' ? 0 : 1;
    return true;
}

static bool
is_target(const char *s)
{
    if (*s == '\0')
        return false;
    for (; *s != '\0'; s++)
        if (*s <= 0x20 || *s == 0x7F)
            return false;
    return true;
}

/* request-line = method SP request-target SP HTTP-version, single spaces. */
static bool
parse_request_line(struct hop_http_parser *p, char *line, struct hop_error *err)
{
    char *target = strchr(line, ' '), *version;

    if (target == NULL || hop_http_token_len(line) != (size_t)(target - line) ||
        target == line)
        return refuse(p, 400, err, "the request line is malformed");
    *target++ = '\0';
    version = strchr(target, ' ');
    if (version == NULL || strlen(version + 1) != strlen("HTTP/1.1"))
        return refuse(p, 400, err, "the request line is malformed");
    *version++ = '\0';
    if (!is_target(target))
        return refuse(p, 400, err, "the request target is malformed");
    p->head.method = line;
    p->head.target = target;
    return parse_version(p, version, err);
}

/* status-line = HTTP-version SP 3DIGIT SP [reason]; the last space is often
 * missing when there is no reason. */
static bool
parse_status_line(struct hop_http_parser *p, char *line, struct hop_error *err)
{
    const char *s = line + strlen("HTTP/1.1 ");

    if (strlen(line) < strlen("HTTP/1.1 200") || s[-1] != ' ' ||
        !hop_ascii_is_digit(s[0]) || !hop_ascii_is_digit(s[1]) ||
        !hop_ascii_is_digit(s[2]) || (s[3] != '\0' && s[3] != ' '))
        return refuse(p, 502, err, "the status line is malformed");
    p->head.status = (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
    p->head.reason = s[3] == ' ' ? s + 4 : "";
    if (p->head.status < 100 || p->head.status > 599)
        return refuse(p, 502, err, "the status code is out of range");
    return parse_version(p, line, err);
}

/* field-line = field-name ":" OWS field-value OWS, RFC 9112 5.  "No whitespace
 * is allowed between the field name and colon." */
static bool
parse_field(struct hop_http_parser *p, char *line,
            struct hop_http_header *field, struct hop_error *err)
{
    size_t n = hop_http_token_len(line);
    char *value, *end;

    if (hop_http_is_blank(line[0]))
        return refuse(p, 400, err, "a header line is folded");
    if (n == 0 || line[n] != ':')
        return refuse(p, 400, err, "a header line is malformed");
    line[n] = '\0';
    value = line + n + 1;
    while (hop_http_is_blank(*value))
        value++;
    end = value + strlen(value);
    while (end > value && hop_http_is_blank(end[-1]))
        end--;
    *end = '\0';
    *field = (struct hop_http_header){line, value};
    return true;
}

static size_t
count_lines(const char *s)
{
    size_t n = 0;

    while ((s = strstr(s, "\r\n")) != NULL) {
        n++;
        s += 2;
    }
    return n;
}

static bool
parse_lines(struct hop_http_parser *p, struct hop_error *err)
{
    char *at = p->text.data, *line = take_line(&at);
    size_t n = count_lines(at) - 1; /* without the empty line */

    if (p->role == HOP_HTTP_REQUESTS ? !parse_request_line(p, line, err)
                                     : !parse_status_line(p, line, err))
        return false;
    if (n > HOP_HTTP_HEADERS_MAX)
        return refuse(p, 431, err, "more than 64 header lines");
    p->fields = hop_xcalloc(n + 1, sizeof(*p->fields));
    for (size_t i = 0; i < n; i++)
        if (!parse_field(p, take_line(&at), &p->fields[i], err))
            return false;
    p->head.headers = p->fields;
    p->head.header_count = n;
    return true;
}

static size_t
count_fields(const struct hop_http_head *h, const char *name)
{
    size_t at = 0, n = 0;

    while (hop_http_head_next(h, name, &at) != NULL)
        n++;
    return n;
}

/* Content-Length = 1*DIGIT; neither sign, list nor hexadecimal. */
static bool
parse_length(struct hop_http_parser *p, struct hop_error *err)
{
    const char *s = hop_http_head_get(&p->head, "Content-Length");
    size_t n = strlen(s);
    uint64_t length = 0;

    if (count_fields(&p->head, "Content-Length") > 1)
        return refuse(p, 400, err, "more than one Content-Length");
    if (n == 0 || strspn(s, "0123456789") != n)
        return refuse(p, 400, err, "Content-Length is not a number");
    if (n > 18)
        return refuse(p, 413, err, "Content-Length is beyond all limits");
    for (; *s != '\0'; s++)
        length = length * 10 + (uint64_t)(*s - '0');
    p->head.length = length;
    p->head.framing = HOP_HTTP_LENGTH;
    return true;
}

/* uri-host [ ":" port ] without user information: what could be mistaken for
 * another host is refused. */
static bool
is_host(const char *s)
{
    if (*s == '\0')
        return false;
    for (; *s != '\0'; s++)
        if (*s <= 0x20 || *s == 0x7F || strchr("/@,?#\\<>\"{}|^`", *s))
            return false;
    return true;
}

/* "A server MUST respond with a 400 status code to any HTTP/1.1 request message
 * that lacks a Host header field and to any [...] that contains more than one",
 * RFC 9112 3.2. */
static bool
check_host(struct hop_http_parser *p, struct hop_error *err)
{
    size_t n = count_fields(&p->head, "Host");

    p->head.host = "";
    if (n > 1)
        return refuse(p, 400, err, "more than one Host");
    if (n == 0 && p->head.minor == 0)
        return true;
    if (n == 0)
        return refuse(p, 400, err, "no Host");
    p->head.host = hop_http_head_get(&p->head, "Host");
    if (!is_host(p->head.host))
        return refuse(p, 400, err, "Host is malformed");
    return true;
}

static bool
check_request(struct hop_http_parser *p, struct hop_error *err)
{
    struct hop_http_head *h = &p->head;
    const char *expect = hop_http_head_get(h, "Expect");

    if (!check_host(p, err))
        return false;
    if (hop_http_head_get(h, "Transfer-Encoding"))
        return refuse(p, 501, err,
                      "Transfer-Encoding in a request; send Content-Length");
    if (hop_http_head_get(h, "Content-Length")) {
        if (!parse_length(p, err))
            return false;
    } else if (strcmp(h->method, "POST") == 0 ||
               strcmp(h->method, "PUT") == 0) {
        return refuse(p, 411, err, "no Content-Length");
    }
    if (expect && !hop_ascii_ieq(expect, "100-continue"))
        return refuse(p, 417, err, "an unknown Expect");
    h->expect_continue = expect && h->minor > 0;
    h->close = h->minor == 0 || hop_http_head_lists(h, "Connection", "close");
    return true;
}

static bool
check_response(struct hop_http_parser *p, struct hop_error *err)
{
    struct hop_http_head *h = &p->head;
    const char *coding = hop_http_head_get(h, "Transfer-Encoding");
    bool has_length = hop_http_head_get(h, "Content-Length") != NULL;

    h->close =
        hop_http_head_lists(h, "Connection", "close") ||
        (h->minor == 0 && !hop_http_head_lists(h, "Connection", "keep-alive"));
    if (coding && has_length)
        return refuse(p, 502, err, "both Transfer-Encoding and Content-Length");
    if (coding && (!hop_ascii_ieq(coding, "chunked") ||
                   count_fields(h, "Transfer-Encoding") > 1))
        return refuse(p, 502, err, "an unknown Transfer-Encoding");
    if (has_length && !parse_length(p, err))
        return false;
    if (coding)
        h->framing = HOP_HTTP_CHUNKED;
    else if (!has_length)
        h->framing = HOP_HTTP_TO_CLOSE;
    if (p->no_body || h->status == 204 || h->status == 304 || h->status < 200)
        h->framing = HOP_HTTP_NO_BODY;
    if (h->framing == HOP_HTTP_TO_CLOSE)
        h->close = true;
    return true;
}

bool
hop_http_fields_parse(struct hop_http_parser *p, struct hop_error *err)
{
    if (!parse_lines(p, err))
        return false;
    return p->role == HOP_HTTP_REQUESTS ? check_request(p, err)
                                        : check_response(p, err);
}
