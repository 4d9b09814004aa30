/* SPDX-License-Identifier: MIT */
#include "xml/reader.h"

#include <string.h>

#include "base/alloc.h"
#include "base/libxml.h"
#include "base/text.h"

/* The parser keeps about six times a piece in its buffers. */
#define PIECE 4096

enum encoding { ENC_UNKNOWN, ENC_UTF8, ENC_UTF16LE, ENC_UTF16BE };

struct hop_xml_reader {
    const struct hop_xml_handler *handler;
    void *ctx;
    struct hop_xml_limits limits;
    xmlParserCtxtPtr parser;

    enum encoding encoding;
    unsigned char head[4]; /* bytes held back until the encoding is known */
    unsigned head_len;
    unsigned char odd; /* first half of a UTF-16 unit */
    bool has_odd;
    uint16_t high; /* high surrogate that waits for its low one */

    size_t bytes, elements;
    unsigned depth;
    struct hop_xml_attr *attrs; /* of the element being started */
    struct hop_xml_nsdecl *decls;
    unsigned attr_cap, decl_cap;

    bool failed;
    struct hop_error error; /* why, repeated to every later call */
};

struct hop_xml_limits
hop_xml_soap_limits(size_t max_bytes)
{
    return (struct hop_xml_limits){.max_bytes = max_bytes,
                                   .max_depth = 64,
                                   .max_attributes = 64,
                                   .max_name = 512,
                                   .max_value = 64 * 1024,
                                   .max_elements = 20000};
}

/* Keeps the first error and makes the parser call nobody any more. */
static bool
fail(struct hop_xml_reader *r)
{
    r->failed = true;
    if (r->parser)
        xmlStopParser(r->parser);
    return false;
}

static bool
over_limit(struct hop_xml_reader *r, const char *what, size_t max)
{
    if (!r->failed)
        hop_error_set(
            &r->error, HOP_ERROR_LIMIT, 0, "line %d: %s, the limit is %zu",
            r->parser ? xmlSAX2GetLineNumber(r->parser) : 1, what, max);
    return fail(r);
}

static bool
refuse(struct hop_xml_reader *r, const char *what)
{
    if (!r->failed)
        hop_error_set(&r->error, HOP_ERROR_PROTOCOL, 0, "line %d: %s",
                      r->parser ? xmlSAX2GetLineNumber(r->parser) : 1, what);
    return fail(r);
}

static const char *
or_empty(const xmlChar *s)
{
    return s ? (const char *)s : "";
}

static bool
check_name(struct hop_xml_reader *r, const char *name)
{
    if (strlen(name) <= r->limits.max_name)
        return true;
    return over_limit(r, "name too long", r->limits.max_name);
}

static bool
take_attributes(struct hop_xml_reader *r, int n, const xmlChar **a)
{
    if ((unsigned)n > r->attr_cap) {
        r->attr_cap = (unsigned)n;
        r->attrs = hop_xrealloc(r->attrs, (size_t)n, sizeof(*r->attrs));
    }
    for (int i = 0; i < n; i++, a += 5) {
        struct hop_xml_attr *out = &r->attrs[i];

        out->local = (const char *)a[0];
        out->prefix = or_empty(a[1]);
        out->ns = or_empty(a[2]);
        out->value = (const char *)a[3];
        out->value_len = (size_t)(a[4] - a[3]);
        if (*out->prefix && !*out->ns)
            return refuse(r, "an attribute's prefix is not declared");
        if (!check_name(r, out->local))
            return false;
        if (out->value_len > r->limits.max_value)
            return over_limit(r, "attribute value too long",
                              r->limits.max_value);
    }
    return true;
}

static bool
take_declarations(struct hop_xml_reader *r, int n, const xmlChar **d)
{
    if ((unsigned)n > r->decl_cap) {
        r->decl_cap = (unsigned)n;
        r->decls = hop_xrealloc(r->decls, (size_t)n, sizeof(*r->decls));
    }
    for (int i = 0; i < n; i++, d += 2) {
        r->decls[i].prefix = or_empty(d[0]);
        r->decls[i].uri = or_empty(d[1]);
        if (!check_name(r, r->decls[i].prefix) ||
            !check_name(r, r->decls[i].uri))
            return false;
    }
    return true;
}

static bool
within_limits(struct hop_xml_reader *r, int attributes)
{
    if (++r->depth > r->limits.max_depth)
        return over_limit(r, "elements nested too deep", r->limits.max_depth);
    if (++r->elements > r->limits.max_elements)
        return over_limit(r, "too many elements", r->limits.max_elements);
    if ((unsigned)attributes > r->limits.max_attributes)
        return over_limit(r, "too many attributes in one element",
                          r->limits.max_attributes);
    return true;
}

static void
on_start(void *ctx, const xmlChar *local, const xmlChar *prefix,
         const xmlChar *uri, int nb_ns, const xmlChar **ns, int nb_attrs,
         int nb_defaulted, const xmlChar **attrs)
{
    struct hop_xml_reader *r = ctx;
    struct hop_xml_start e = {
        .ns = or_empty(uri),
        .local = (const char *)local,
        .prefix = or_empty(prefix),
        .attr_count = (size_t)nb_attrs,
        .decl_count = (size_t)nb_ns,
    };

    if (r->failed || !within_limits(r, nb_attrs + nb_ns) ||
        !check_name(r, e.local) || !check_name(r, e.prefix))
        return;
    if (*e.prefix && !*e.ns) {
        refuse(r, "an element's prefix is not declared");
        return;
    }
    if (!take_attributes(r, nb_attrs, attrs) ||
        !take_declarations(r, nb_ns, ns) || !r->handler->start)
        return;
    e.attrs = r->attrs;
    e.decls = r->decls;
    e.depth = r->depth;
    if (!r->handler->start(r->ctx, &e, &r->error))
        fail(r);
}

static void
on_end(void *ctx, const xmlChar *local, const xmlChar *prefix,
       const xmlChar *uri)
{
    struct hop_xml_reader *r = ctx;

    if (r->failed)
        return;
    r->depth--;
    if (r->handler->end &&
        !r->handler->end(r->ctx, or_empty(uri), (const char *)local, &r->error))
        fail(r);
}

static void
on_text(void *ctx, const xmlChar *s, int n)
{
    struct hop_xml_reader *r = ctx;

    if (r->failed || !r->handler->text)
        return;
    if (!r->handler->text(r->ctx, (const char *)s, (size_t)n, &r->error))
        fail(r);
}

/* Called for "<!DOCTYPE" before anything in it is read. */
static void
on_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
           const xmlChar *system)
{
    refuse(ctx, "a DOCTYPE is not allowed");
}

static void
on_processing_instruction(void *ctx, const xmlChar *target, const xmlChar *data)
{
    refuse(ctx, "a processing instruction is not allowed");
}

static void
on_reference(void *ctx, const xmlChar *name)
{
    refuse(ctx, "an entity reference is not allowed");
}

/* The same function for both kinds of white space makes libxml2 tell them
 * apart no more. */
static const xmlSAXHandler sax = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .internalSubset = on_doctype,
    .processingInstruction = on_processing_instruction,
    .reference = on_reference,
};

struct hop_xml_reader *
hop_xml_reader_new(const struct hop_xml_handler *handler, void *ctx,
                   const struct hop_xml_limits *limits)
{
    struct hop_xml_reader *r = hop_xmalloc(sizeof(*r));

    r->handler = handler;
    r->ctx = ctx;
    r->limits = *limits;
    r->parser =
        xmlCreatePushParserCtxt((xmlSAXHandlerPtr)&sax, r, NULL, 0, NULL);
    if (r->parser == NULL) {
        hop_error_set(&r->error, HOP_ERROR_GENERIC, 0,
                      "no memory for an XML parser");
        r->failed = true;
        return r;
    }
    /* NOENT resolves &amp; in attributes; no other entity can exist, because a
     * DOCTYPE is refused. */
    xmlCtxtUseOptions(r->parser, XML_PARSE_NOENT | XML_PARSE_NONET |
                                     XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR |
                                     XML_PARSE_NOWARNING);
    xmlSwitchEncoding(r->parser, XML_CHAR_ENCODING_UTF8);
    return r;
}

void
hop_xml_reader_free(struct hop_xml_reader *r)
{
    if (r == NULL)
        return;
    if (r->parser)
        xmlFreeParserCtxt(r->parser);
    free(r->attrs);
    free(r->decls);
    free(r);
}

void
hop_xml_reader_freep(struct hop_xml_reader **r)
{
    hop_xml_reader_free(*r);
}

/* Tells libxml2's own complaint, without its line break. */
static bool
parser_says(struct hop_xml_reader *r)
{
    const xmlError *e = xmlCtxtGetLastError(r->parser);
    const char *text = e && e->message ? e->message : "not well-formed XML";
    int len = (int)strcspn(text, "\n");

    /* Its way to say that nothing it knows begins like this. */
    if (e && e->code == XML_ERR_INTERNAL_ERROR)
        return refuse(r, "malformed UTF-8 or a character XML does not allow");
    if (r->elements == 0 && e && e->code == XML_ERR_DOCUMENT_END)
        return refuse(r, "there is no root element");
    if (!r->failed)
        hop_error_set(&r->error, HOP_ERROR_PROTOCOL, 0, "line %d: %.*s",
                      e ? e->line : 0, len, text);
    return fail(r);
}

static bool
parse(struct hop_xml_reader *r, const char *s, size_t n, bool last)
{
    do {
        size_t part = n < PIECE ? n : PIECE;

        xmlParseChunk(r->parser, s, (int)part, last && part == n);
        if (r->failed)
            return false;
        if (!r->parser->wellFormed || !r->parser->nsWellFormed)
            return parser_says(r);
        s += part;
        n -= part;
    } while (n > 0);
    return true;
}

static bool
push_utf8(struct hop_xml_reader *r, const void *p, size_t n)
{
    r->bytes += n;
    if (r->bytes > r->limits.max_bytes)
        return over_limit(r, "document too large", r->limits.max_bytes);
    return n == 0 || parse(r, p, n, false);
}

/* One UTF-16 unit as UTF-8 into out; false for a lone surrogate. */
static bool
convert_unit(struct hop_xml_reader *r, uint16_t u, char *out, size_t *len)
{
    bool is_high = u >= 0xD800 && u < 0xDC00;
    bool is_low = u >= 0xDC00 && u < 0xE000;
    uint32_t cp = u;

    *len = 0;
    if (is_low != (r->high != 0))
        return refuse(r, "a surrogate stands alone");
    if (is_high) {
        r->high = u;
        return true;
    }
    if (is_low)
        cp = 0x10000 + ((uint32_t)(r->high - 0xD800) << 10) + (u - 0xDC00u);
    r->high = 0;
    *len = hop_utf8_encode(cp, out);
    return true;
}

static bool
push_utf16(struct hop_xml_reader *r, const unsigned char *p, size_t n)
{
    char piece[PIECE];
    size_t have = 0;

    for (size_t i = 0; i < n; i++) {
        size_t len;
        unsigned unit;

        if (!r->has_odd) {
            r->odd = p[i];
            r->has_odd = true;
            continue;
        }
        r->has_odd = false;
        unit = r->encoding == ENC_UTF16LE ? r->odd | (unsigned)p[i] << 8
                                          : (unsigned)r->odd << 8 | p[i];
        if (!convert_unit(r, (uint16_t)unit, piece + have, &len))
            return false;
        have += len;
        if (have > sizeof(piece) - 4) {
            if (!push_utf8(r, piece, have))
                return false;
            have = 0;
        }
    }
    return push_utf8(r, piece, have);
}

static bool
push_known(struct hop_xml_reader *r, const void *p, size_t n)
{
    return r->encoding == ENC_UTF8 ? push_utf8(r, p, n) : push_utf16(r, p, n);
}

/* XML 1.0 appendix F.1, for the two encodings we read; BOMs are skipped. */
static bool
sniff(struct hop_xml_reader *r)
{
    const unsigned char *h = r->head;
    unsigned n = r->head_len, skip = 0;

    if (n == 4 && ((h[0] == 0 && h[1] == 0) || (h[2] == 0 && h[3] == 0)))
        return refuse(r, "UTF-32 is not read, only UTF-8 and UTF-16");
    r->encoding = ENC_UTF8;
    if (n >= 2 && h[0] == 0xFF && h[1] == 0xFE) {
        r->encoding = ENC_UTF16LE;
        skip = 2;
    } else if (n >= 2 && h[0] == 0xFE && h[1] == 0xFF) {
        r->encoding = ENC_UTF16BE;
        skip = 2;
    } else if (n >= 3 && h[0] == 0xEF && h[1] == 0xBB && h[2] == 0xBF) {
        skip = 3;
    } else if (n >= 2 && h[0] == '<' && h[1] == 0) {
        r->encoding = ENC_UTF16LE;
    } else if (n >= 2 && h[0] == 0 && h[1] == '<') {
        r->encoding = ENC_UTF16BE;
    }
    return push_known(r, h + skip, n - skip);
}

static bool
push(struct hop_xml_reader *r, const unsigned char *p, size_t n)
{
    while (r->encoding == ENC_UNKNOWN && n > 0) {
        r->head[r->head_len++] = *p++;
        n--;
        if (r->head_len == sizeof(r->head) && !sniff(r))
            return false;
    }
    return n == 0 || push_known(r, p, n);
}

static bool
answer(const struct hop_xml_reader *r, bool ok, struct hop_error *err)
{
    if (!ok && err)
        *err = r->error;
    return ok;
}

bool
hop_xml_reader_push(struct hop_xml_reader *r, const void *bytes, size_t n,
                    struct hop_error *err)
{
    return answer(r, !r->failed && push(r, bytes, n), err);
}

bool
hop_xml_reader_finish(struct hop_xml_reader *r, struct hop_error *err)
{
    bool ok = !r->failed && (r->encoding != ENC_UNKNOWN || sniff(r));

    if (ok && (r->has_odd || r->high))
        ok = refuse(r, "the document ends within a character");
    return answer(r, ok && parse(r, "", 0, true), err);
}

bool
hop_xml_read(const void *bytes, size_t n, const struct hop_xml_limits *limits,
             const struct hop_xml_handler *handler, void *ctx,
             struct hop_error *err)
{
    HOP_AUTO_XML_READER struct hop_xml_reader *r =
        hop_xml_reader_new(handler, ctx, limits);

    return hop_xml_reader_push(r, bytes, n, err) &&
           hop_xml_reader_finish(r, err);
}
