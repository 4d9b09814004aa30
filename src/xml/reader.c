/* SPDX-License-Identifier: MIT */
#include "xml/reader.h"

#include <expat.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "xml/names.h"

/* What the parser gets at once: what it can't use yet it copies. */
#define PIECE 16384
/* Of a tag or a comment, which the parser reads again with each piece until
 * its end is there. */
#define MAX_MARKUP (1 << 20)

enum encoding { ENC_UNKNOWN, ENC_UTF8, ENC_UTF16LE, ENC_UTF16BE };

struct hop_xml_reader {
    const struct hop_xml_handler *handler;
    void *ctx;
    struct hop_xml_limits limits;
    XML_Parser parser;
    struct hop_xml_names names;

    enum encoding encoding;
    unsigned char head[4]; /* bytes held back until the encoding is known */
    unsigned head_len;
    unsigned char odd; /* first half of a UTF-16 unit */
    bool has_odd;
    uint16_t high; /* high surrogate that waits for its low one */

    size_t bytes, elements;
    const struct hop_xml_name **open; /* elements, from the root */
    unsigned depth, open_cap;
    struct hop_xml_attr *attrs; /* of the element being started */
    struct hop_xml_nsdecl *decls;
    unsigned attr_cap, decl_cap, decl_count;

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
        (void)XML_StopParser(r->parser, XML_FALSE);
    return false;
}

static unsigned long
line_of(const struct hop_xml_reader *r)
{
    return r->parser ? XML_GetCurrentLineNumber(r->parser) : 1;
}

static bool
over_limit(struct hop_xml_reader *r, const char *what, size_t max)
{
    if (!r->failed)
        hop_error_set(&r->error, HOP_ERROR_LIMIT, 0,
                      "line %lu: %s, the limit is %zu", line_of(r), what, max);
    return fail(r);
}

static bool
refuse(struct hop_xml_reader *r, const char *what)
{
    if (!r->failed)
        hop_error_set(&r->error, HOP_ERROR_PROTOCOL, 0, "line %lu: %s",
                      line_of(r), what);
    return fail(r);
}

/* A name of the parser's, or NULL where it is too long. */
static const struct hop_xml_name *
take_name(struct hop_xml_reader *r, const char *triplet)
{
    const struct hop_xml_name *name = hop_xml_names_get(&r->names, triplet);

    if (name->longest <= r->limits.max_name)
        return name;
    over_limit(r, "name too long", r->limits.max_name);
    return NULL;
}

static bool
take_attributes(struct hop_xml_reader *r, unsigned n, const char **a)
{
    if (n > r->attr_cap) {
        r->attr_cap = n;
        r->attrs = hop_xrealloc(r->attrs, n, sizeof(*r->attrs));
    }
    for (unsigned i = 0; i < n; i++, a += 2) {
        const struct hop_xml_name *name = take_name(r, a[0]);

        if (name == NULL)
            return false;
        r->attrs[i] = (struct hop_xml_attr){name->ns, name->local, name->prefix,
                                            a[1], strlen(a[1])};
        if (r->attrs[i].value_len > r->limits.max_value)
            return over_limit(r, "attribute value too long",
                              r->limits.max_value);
    }
    return true;
}

static bool
push_open(struct hop_xml_reader *r, const struct hop_xml_name *name)
{
    if (r->depth == r->limits.max_depth)
        return over_limit(r, "elements nested too deep", r->limits.max_depth);
    if (r->depth == r->open_cap) {
        r->open_cap = r->open_cap ? r->open_cap * 2 : 16;
        r->open =
            hop_xrealloc(r->open, r->open_cap, sizeof(struct hop_xml_name *));
    }
    r->open[r->depth++] = name;
    return true;
}

static bool
within_limits(struct hop_xml_reader *r, size_t attributes)
{
    if (++r->elements > r->limits.max_elements)
        return over_limit(r, "too many elements", r->limits.max_elements);
    if (attributes > r->limits.max_attributes)
        return over_limit(r, "too many attributes in one element",
                          r->limits.max_attributes);
    return true;
}

static void
on_start(void *ctx, const char *triplet, const char **attrs)
{
    struct hop_xml_reader *r = ctx;
    const struct hop_xml_name *name;
    struct hop_xml_start e = {.decl_count = r->decl_count};

    if (r->failed)
        return;
    e.attr_count = (size_t)XML_GetSpecifiedAttributeCount(r->parser) / 2;
    r->decl_count = 0;
    if (!within_limits(r, e.attr_count + e.decl_count))
        return;
    name = take_name(r, triplet);
    if (name == NULL || !push_open(r, name) ||
        !take_attributes(r, (unsigned)e.attr_count, attrs) ||
        !r->handler->start)
        return;
    e.ns = name->ns;
    e.local = name->local;
    e.prefix = name->prefix;
    e.attrs = r->attrs;
    e.decls = r->decls;
    e.depth = r->depth;
    if (!r->handler->start(r->ctx, &e, &r->error))
        fail(r);
}

static void
on_end(void *ctx, const char *triplet)
{
    struct hop_xml_reader *r = ctx;
    const struct hop_xml_name *name;

    if (r->failed)
        return;
    name = r->open[--r->depth];
    if (r->handler->end &&
        !r->handler->end(r->ctx, name->ns, name->local, &r->error))
        fail(r);
}

/* Comes before the element that it stands in. */
static void
on_declaration(void *ctx, const char *prefix, const char *uri)
{
    struct hop_xml_reader *r = ctx;
    const struct hop_xml_name *p, *u;

    if (r->failed)
        return;
    if (r->decl_count == r->limits.max_attributes) {
        over_limit(r, "too many attributes in one element",
                   r->limits.max_attributes);
        return;
    }
    if (r->decl_count == r->decl_cap) {
        r->decl_cap = r->decl_cap ? r->decl_cap * 2 : 8;
        r->decls = hop_xrealloc(r->decls, r->decl_cap, sizeof(*r->decls));
    }
    p = take_name(r, prefix ? prefix : "");
    u = take_name(r, uri ? uri : "");
    if (p && u)
        r->decls[r->decl_count++] = (struct hop_xml_nsdecl){p->local, u->local};
}

static void
on_text(void *ctx, const char *s, int n)
{
    struct hop_xml_reader *r = ctx;

    if (r->failed || !r->handler->text)
        return;
    if (!r->handler->text(r->ctx, s, (size_t)n, &r->error))
        fail(r);
}

/* Called for "<!DOCTYPE" before anything in it is read. */
static void
on_doctype(void *ctx, const char *name, const char *system, const char *public,
           int has_internal_subset)
{
    refuse(ctx, "a DOCTYPE is not allowed");
}

static void
on_processing_instruction(void *ctx, const char *target, const char *data)
{
    refuse(ctx, "a processing instruction is not allowed");
}

struct hop_xml_reader *
hop_xml_reader_new(const struct hop_xml_handler *handler, void *ctx,
                   const struct hop_xml_limits *limits)
{
    struct hop_xml_reader *r = hop_xmalloc(sizeof(*r));

    r->handler = handler;
    r->ctx = ctx;
    r->limits = *limits;
    /* whatever a declaration says */
    r->parser = XML_ParserCreateNS("UTF-8", HOP_XML_NAME_BREAK);
    if (r->parser == NULL) {
        hop_error_set(&r->error, HOP_ERROR_GENERIC, 0,
                      "no memory for an XML parser");
        r->failed = true;
        return r;
    }
    XML_SetUserData(r->parser, r);
    XML_SetReturnNSTriplet(r->parser, 1);
    XML_SetElementHandler(r->parser, on_start, on_end);
    XML_SetStartNamespaceDeclHandler(r->parser, on_declaration);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
    XML_SetProcessingInstructionHandler(r->parser, on_processing_instruction);
    return r;
}

void
hop_xml_reader_free(struct hop_xml_reader *r)
{
    if (r == NULL)
        return;
    if (r->parser)
        XML_ParserFree(r->parser);
    hop_xml_names_done(&r->names);
    free(r->open);
    free(r->attrs);
    free(r->decls);
    free(r);
}

void
hop_xml_reader_freep(struct hop_xml_reader **r)
{
    hop_xml_reader_free(*r);
}

/* What the parser says of a document, where our words are better. */
static const struct {
    enum XML_Error code;
    const char *text;
} complaints[] = {
    {XML_ERROR_NO_ELEMENTS, "the document ends within an element"},
    {XML_ERROR_INVALID_TOKEN,
     "not well-formed XML, malformed UTF-8 or a character XML does not allow"},
    {XML_ERROR_UNBOUND_PREFIX, "a prefix is not declared"},
    {XML_ERROR_TAG_MISMATCH, "an end tag does not match its start tag"},
    {XML_ERROR_DUPLICATE_ATTRIBUTE, "an attribute stands twice in one element"},
    {XML_ERROR_JUNK_AFTER_DOC_ELEMENT, "something follows the root element"},
    {XML_ERROR_UNDEFINED_ENTITY, "an entity reference is not allowed"},
};

static bool
parser_says(struct hop_xml_reader *r)
{
    enum XML_Error code = XML_GetErrorCode(r->parser);

    if (code == XML_ERROR_NO_ELEMENTS && r->elements == 0)
        return refuse(r, "there is no root element");
    for (size_t i = 0; i < HOP_ARRAY_SIZE(complaints); i++)
        if (complaints[i].code == code)
            return refuse(r, complaints[i].text);
    return refuse(r, XML_ErrorString(code));
}

/* Bytes of a tag or comment whose end is not there yet. */
static size_t
waiting(const struct hop_xml_reader *r)
{
    XML_Index at = XML_GetCurrentByteIndex(r->parser);

    return at < 0 ? 0 : r->bytes - (size_t)at;
}

static bool
parse(struct hop_xml_reader *r, const char *s, size_t n, bool last)
{
    do {
        size_t part = n < PIECE ? n : PIECE;
        enum XML_Status ok =
            XML_Parse(r->parser, s, (int)part, last && part == n);

        if (r->failed)
            return false;
        if (ok != XML_STATUS_OK)
            return parser_says(r);
        r->bytes += part;
        if (!last && waiting(r) > MAX_MARKUP)
            return over_limit(r, "a tag or comment too long", MAX_MARKUP);
        s += part;
        n -= part;
    } while (n > 0);
    return true;
}

static bool
push_utf8(struct hop_xml_reader *r, const void *p, size_t n)
{
    if (n > r->limits.max_bytes - r->bytes)
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
