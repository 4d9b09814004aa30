/* SPDX-License-Identifier: MIT */
#include "http/sealed.h"

#include <string.h>

#include "base/text.h"
#include "http/content.h"

#define BOUNDARY "Encrypted Boundary"

static const struct {
    const char *protocol, *type, *multi_type;
} sealings[] = {
#define SEALING(word)                                                          \
    {                                                                          \
        "application/HTTP-" word "-session-encrypted",                         \
            "multipart/encrypted;protocol=\"application/HTTP-" word            \
            "-session-encrypted\";boundary=\"" BOUNDARY "\"",                  \
            "multipart/x-multi-encrypted;protocol=\"application/HTTP-" word    \
            "-session-encrypted\";boundary=\"" BOUNDARY "\""                   \
    }
    [HOP_HTTP_SPNEGO] = SEALING("SPNEGO"),
    [HOP_HTTP_KERBEROS] = SEALING("Kerberos"),
    [HOP_HTTP_CREDSSP] = SEALING("CredSSP"),
};

const char *
hop_http_sealed_type(enum hop_http_sealing sealing, size_t parts)
{
    return parts > 1 ? sealings[sealing].multi_type : sealings[sealing].type;
}

void
hop_http_sealed_begin(struct hop_buf *out, enum hop_http_sealing sealing,
                      const char *original_type, size_t original_len)
{
    hop_buf_addf(out,
                 "--" BOUNDARY "\r\n"
                 "\tContent-Type: %s\r\n"
                 "\tOriginalContent: type=%s;Length=%zu\r\n"
                 "--" BOUNDARY "\r\n"
                 "\tContent-Type: application/octet-stream\r\n",
                 sealings[sealing].protocol, original_type, original_len);
}

void
hop_http_sealed_end(struct hop_buf *out)
{
    hop_buf_adds(out, "--" BOUNDARY "--\r\n");
}

bool
hop_http_is_sealed(const char *content_type)
{
    static const char *const media[] = {"multipart/encrypted",
                                        "multipart/x-multi-encrypted"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(media); i++) {
        size_t n = strlen(media[i]);
        if (hop_ascii_ieqn(content_type, media[i], n) &&
            strchr("; \t", content_type[n]))
            return true;
    }
    return false;
}

/* The reader: s..end is what is left of the body. */
struct reader {
    struct hop_arena *arena;
    char *s, *end;
    const char *boundary;
    const char *protocol;
    size_t plain, max_plain;
};

static bool
fail(struct hop_error *err, const char *why)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "sealed body: %s", why);
}

/* A line up to CRLF as an arena string without leading blanks; NULL at the end
 * or over 1000 bytes. */
static char *
take_line(struct reader *r)
{
    size_t room = (size_t)(r->end - r->s), n;
    char *cr = memmem(r->s, room < 1000 ? room : 1000, "\r\n", 2), *line;

    if (cr == NULL)
        return NULL;
    while (r->s < cr && (*r->s == ' ' || *r->s == '\t'))
        r->s++;
    n = (size_t)(cr - r->s);
    if (memchr(r->s, '\0', n))
        return NULL;
    line = hop_arena_strndup(r->arena, r->s, n);
    r->s = cr + 2;
    return line;
}

/* Length of "--[ ]boundary" at s, 0 when it is something else. */
static size_t
boundary_len(const struct reader *r, const char *s)
{
    size_t room = (size_t)(r->end - s), n = strlen(r->boundary);
    size_t dashes = room > 2 && s[2] == ' ' ? 3 : 2;

    if (room < dashes + n || memcmp(s, "--", 2) != 0 ||
        memcmp(s + dashes, r->boundary, n) != 0)
        return 0;
    return dashes + n;
}

static bool
take_boundary(struct reader *r, struct hop_error *err)
{
    size_t n = boundary_len(r, r->s);

    if (n == 0 || r->end - r->s < (ptrdiff_t)n + 2 ||
        memcmp(r->s + n, "\r\n", 2) != 0)
        return fail(err, "a boundary is missing");
    r->s += n + 2;
    return true;
}

/* "Name: value" with that name (case-sensitive on the wire, but nobody is
 * served by insisting); the value, or NULL. */
static char *
take_field(struct reader *r, const char *name)
{
    char *line = take_line(r);
    size_t n = strlen(name);

    if (line == NULL || !hop_ascii_ieqn(line, name, n) || line[n] != ':')
        return NULL;
    return line + n + 1 + strspn(line + n + 1, " \t");
}

/* "type=application/soap+xml;charset=UTF-8;Length=1234": Length is last. */
static bool
parse_original(struct reader *r, char *value, struct hop_http_sealed_part *part,
               struct hop_error *err)
{
    char *length = NULL, *at = value;
    size_t digits, n = 0;

    while ((at = strchr(at, ';')) != NULL) {
        at += 1 + strspn(at + 1, " \t");
        if (hop_ascii_ieqn(at, "Length=", 7))
            length = at;
    }
    if (!hop_ascii_ieqn(value, "type=", 5) || length == NULL)
        return fail(err, "OriginalContent is malformed");
    digits = strspn(length + 7, "0123456789");
    if (digits == 0 || digits > 10 || length[7 + digits] != '\0')
        return fail(err, "OriginalContent has no sound Length");
    for (size_t i = 0; i < digits; i++)
        n = n * 10 + (size_t)(length[7 + i] - '0');
    if (n > r->max_plain - r->plain)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "sealed body: the announced length %zu is larger "
                             "than allowed",
                             n);
    r->plain += n;
    part->original_len = n;
    length[-1] = '\0';
    part->type = value + 5;
    return true;
}

/* Where the bytes of this part end: at the next boundary that can be one.
 * Sealed bytes may hold anything, so the boundary is looked for from where the
 * announced length lets it be: a header and at least that much data. */
static char *
find_boundary(const struct reader *r, const char *from)
{
    char *at = (char *)from;

    while (at < r->end && (at = memmem(at, (size_t)(r->end - at), "--", 2))) {
        size_t n = boundary_len(r, at);
        if (n && r->end - at >= (ptrdiff_t)n + 2 &&
            (memcmp(at + n, "\r\n", 2) == 0 || memcmp(at + n, "--", 2) == 0))
            return at;
        at++;
    }
    return NULL;
}

static bool
take_bytes(struct reader *r, struct hop_http_sealed_part *part,
           struct hop_error *err)
{
    const unsigned char *b = (const unsigned char *)r->s;
    size_t room = (size_t)(r->end - r->s), header;
    char *end;

    if (room < 4)
        return fail(err, "cut off before the header length");
    header = (size_t)b[0] | (size_t)b[1] << 8 | (size_t)b[2] << 16 |
             (size_t)b[3] << 24;
    room -= 4;
    if (header > room || part->original_len > room - header)
        return fail(err, "shorter than its lengths say");
    part->payload = r->s;
    end = find_boundary(r, r->s + 4 + header + part->original_len);
    if (end == NULL)
        return fail(err, "the closing boundary is missing");
    part->payload_len = (size_t)(end - part->payload);
    r->s = end;
    return true;
}

static bool
take_part(struct reader *r, struct hop_http_sealed_part *part,
          struct hop_error *err)
{
    char *protocol, *original, *type;

    if (!take_boundary(r, err))
        return false;
    protocol = take_field(r, "Content-Type");
    if (protocol == NULL || !hop_ascii_ieq(protocol, r->protocol))
        return fail(err, "a part is not of the protocol in the header");
    original = take_field(r, "OriginalContent");
    if (original == NULL)
        return fail(err, "OriginalContent is missing");
    if (!parse_original(r, original, part, err) || !take_boundary(r, err))
        return false;
    type = take_field(r, "Content-Type");
    if (type == NULL || !hop_ascii_ieq(type, "application/octet-stream"))
        return fail(err, "no application/octet-stream part");
    return take_bytes(r, part, err);
}

/* True when the closing boundary stands at r->s; white space may follow. */
static bool
is_last(const struct reader *r)
{
    size_t n = boundary_len(r, r->s);
    const char *s = r->s + n;

    if (n == 0 || r->end - s < 2 || memcmp(s, "--", 2) != 0)
        return false;
    for (s += 2; s < r->end; s++)
        if (!hop_ascii_is_space(*s))
            return false;
    return true;
}

static bool
start_reader(struct reader *r, const char *content_type,
             enum hop_http_sealing *sealing, struct hop_error *err)
{
    struct hop_http_type type;

    if (!hop_http_type_parse(r->arena, content_type, &type, err))
        return false;
    if (type.protocol == NULL || type.boundary == NULL ||
        type.boundary[0] == '\0' || strlen(type.boundary) > 70)
        return fail(err, "Content-Type lacks protocol or boundary");
    r->boundary = type.boundary;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(sealings); i++)
        if (hop_ascii_ieq(type.protocol, sealings[i].protocol)) {
            r->protocol = sealings[i].protocol;
            *sealing = (enum hop_http_sealing)i;
            return true;
        }
    return fail(err, "the protocol in Content-Type is unknown");
}

bool
hop_http_sealed_decode(struct hop_arena *a, const char *content_type,
                       char *body, size_t n, size_t max_plain,
                       struct hop_http_sealed *out, struct hop_error *err)
{
    struct reader r = {
        .arena = a, .s = body, .end = body + n, .max_plain = max_plain};
    struct hop_http_sealed found = {0};
    size_t cap = 0;

    if (!start_reader(&r, content_type, &found.sealing, err))
        return false;
    do {
        if (found.part_count == cap) {
            struct hop_http_sealed_part *more;
            cap = cap ? cap * 4 : 1;
            if (cap > HOP_HTTP_SEALED_PARTS_MAX)
                return fail(err, "too many parts");
            more = hop_arena_alloc(a, cap * sizeof(*more));
            if (more == NULL)
                return fail(err, "too many parts");
            if (found.part_count)
                memcpy(more, found.parts, found.part_count * sizeof(*more));
            found.parts = more;
        }
        if (!take_part(&r, &found.parts[found.part_count], err))
            return false;
        found.part_count++;
    } while (!is_last(&r) && r.s < r.end);
    if (!is_last(&r))
        return fail(err, "the closing boundary is missing");
    *out = found;
    return true;
}
