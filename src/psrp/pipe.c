/* SPDX-License-Identifier: MIT */
#include "psrp/pipe.h"

#include <string.h>

#include "base/base64.h"
#include "base/text.h"

static const char *const elements[] = {
    [HOP_PSRP_DATA] = "Data",       [HOP_PSRP_DATA_ACK] = "DataAck",
    [HOP_PSRP_COMMAND] = "Command", [HOP_PSRP_COMMAND_ACK] = "CommandAck",
    [HOP_PSRP_CLOSE] = "Close",     [HOP_PSRP_CLOSE_ACK] = "CloseAck",
    [HOP_PSRP_SIGNAL] = "Signal",   [HOP_PSRP_SIGNAL_ACK] = "SignalAck",
};
_Static_assert(HOP_ARRAY_SIZE(elements) == HOP_PSRP_ELEMENTS, "a name each");

static const char *const streams[] = {
    [HOP_PSRP_DEFAULT] = "Default",
    [HOP_PSRP_PROMPT] = "PromptResponse",
};

const char *
hop_psrp_element_name(enum hop_psrp_element e)
{
    return elements[e];
}

void
hop_psrp_packet_encode(struct hop_buf *out, enum hop_psrp_element element,
                       const struct hop_guid *id, enum hop_psrp_stream stream,
                       const void *data, size_t n)
{
    char text[HOP_GUID_TEXT];

    hop_guid_format(id, false, text);
    if (element != HOP_PSRP_DATA) {
        hop_buf_addf(out, "<%s PSGuid='%s' />\n", elements[element], text);
        return;
    }
    hop_buf_addf(out, "<Data Stream='%s' PSGuid='%s'>", streams[stream], text);
    hop_base64_encode(out, data, n);
    hop_buf_adds(out, "</Data>\n");
}

/* ---- reading one line ---- */

struct span {
    const char *s;
    size_t n;
};

/* What is still to read of a line. */
struct cursor {
    const char *s, *end;
};

static void
skip_blanks(struct cursor *c)
{
    while (c->s < c->end && hop_ascii_is_space(*c->s))
        c->s++;
}

static bool
skip_text(struct cursor *c, const char *s, size_t n)
{
    if ((size_t)(c->end - c->s) < n || memcmp(c->s, s, n) != 0)
        return false;
    c->s += n;
    return true;
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct span
read_name(struct cursor *c)
{
    struct span name = {c->s, 0};

    while (c->s < c->end && is_letter(*c->s))
        c->s++;
    name.n = (size_t)(c->s - name.s);
    return name;
}

static bool
is(struct span a, const char *b)
{
    return a.n == strlen(b) && memcmp(a.s, b, a.n) == 0;
}

/* name = 'value' */
static bool
read_attribute(struct cursor *c, struct span *name, struct span *value)
{
    const char *end;
    char quote;

    *name = read_name(c);
    skip_blanks(c);
    if (!name->n || !skip_text(c, "=", 1))
        return false;
    skip_blanks(c);
    if (c->s == c->end || (*c->s != '\'' && *c->s != '"'))
        return false;
    quote = *c->s++;
    end = memchr(c->s, quote, (size_t)(c->end - c->s));
    if (!end)
        return false;
    *value = (struct span){c->s, (size_t)(end - c->s)};
    c->s = end + 1;
    return true;
}

static bool
read_attributes(struct cursor *c, struct span *stream, struct span *id)
{
    for (;;) {
        struct span name, value;

        skip_blanks(c);
        if (c->s == c->end || *c->s == '/' || *c->s == '>')
            return true;
        if (!read_attribute(c, &name, &value))
            return false;
        if (is(name, "PSGuid") && !id->s)
            *id = value;
        else if (is(name, "Stream") && !stream->s)
            *stream = value;
        else
            return false;
    }
}

/* Everything up to the end tag, and that. */
static bool
read_content(struct cursor *c, struct span name, struct span *text)
{
    const char *end;

    if (skip_text(c, "/>", 2))
        return true;
    if (!skip_text(c, ">", 1))
        return false;
    end = memchr(c->s, '<', (size_t)(c->end - c->s));
    if (!end)
        return false;
    *text = (struct span){c->s, (size_t)(end - c->s)};
    c->s = end;
    if (!skip_text(c, "</", 2) || !skip_text(c, name.s, name.n))
        return false;
    skip_blanks(c);
    return skip_text(c, ">", 1);
}

static bool
find_element(struct span name, enum hop_psrp_element *out)
{
    for (int i = 0; i < HOP_PSRP_ELEMENTS; i++) {
        if (is(name, elements[i])) {
            *out = (enum hop_psrp_element)i;
            return true;
        }
    }
    return false;
}

static bool
bad_packet(const char *line, size_t n, struct hop_error *err)
{
    size_t shown = n < 80 ? n : 80;

    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "a line is no packet of the remoting protocol: %.*s%s",
                         (int)shown, line, shown < n ? "..." : "");
}

bool
hop_psrp_packet_decode(const char *line, size_t n,
                       struct hop_psrp_packet *packet, struct hop_error *err)
{
    struct cursor c = {line, line + n};
    struct span name, stream = {0}, id = {0}, text = {0};
    enum hop_psrp_element e;
    bool ok;

    if (n && line[n - 1] == '\r')
        c.end--;
    ok = skip_text(&c, "<", 1);
    name = read_name(&c);
    ok = ok && find_element(name, &e) && read_attributes(&c, &stream, &id) &&
         read_content(&c, name, &text) && c.s == c.end && id.s &&
         hop_guid_parse(id.s, id.n, &packet->id);
    if (!ok || (e == HOP_PSRP_DATA) != (stream.s != NULL))
        return bad_packet(line, n, err);
    hop_buf_clear(&packet->data);
    if (e == HOP_PSRP_DATA
            ? !text.n || !hop_base64_decode(&packet->data, text.s, text.n)
            : text.n > 0)
        return bad_packet(line, n, err);
    packet->element = e;
    /* The reader of PowerShell takes any name for the default. */
    packet->stream = is(stream, streams[HOP_PSRP_PROMPT]) ? HOP_PSRP_PROMPT
                                                          : HOP_PSRP_DEFAULT;
    return hop_buf_ok(&packet->data) || bad_packet(line, n, err);
}

/* ---- lines ---- */

void
hop_psrp_lines_done(struct hop_psrp_lines *l)
{
    hop_buf_done(&l->in);
    l->at = l->searched = l->tail = 0;
}

bool
hop_psrp_lines_add(struct hop_psrp_lines *l, const void *p, size_t n,
                   struct hop_error *err)
{
    const char *last = n ? memrchr(p, '\n', n) : NULL;

    hop_buf_consume(&l->in, l->at);
    l->at = 0;
    hop_buf_add(&l->in, p, n);
    if (!hop_buf_ok(&l->in))
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "there is no memory for a line");
    l->tail = last ? n - (size_t)(last + 1 - (const char *)p) : l->tail + n;
    return l->tail <= l->max_line ||
           hop_error_set(err, HOP_ERROR_LIMIT, 0,
                         "a line is longer than the %zu bytes allowed",
                         l->max_line);
}

bool
hop_psrp_lines_next(struct hop_psrp_lines *l, const char **line, size_t *n)
{
    const char *from, *end;

    if (l->in.len - l->at <= l->searched)
        return false;
    from = l->in.data + l->at;
    end = memchr(from + l->searched, '\n', l->in.len - l->at - l->searched);
    if (!end) {
        l->searched = l->in.len - l->at;
        return false;
    }
    *line = from;
    *n = (size_t)(end - from);
    l->at += *n + 1;
    l->searched = 0;
    return true;
}
