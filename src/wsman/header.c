/* The SOAP header, both directions.  DSP0226 5.4 (addressing, selectors), 6
 * (time-outs, sizes, options); MS-WSMV 2.2.4 (the p: headers).
 *
 * SPDX-License-Identifier: MIT
 */
#include "wsman/internal.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "wsman/duration.h"

struct header_row {
    const char *ns, *local;
    bool (*take)(struct wsman_decoder *d, const struct header_row *row,
                 const struct hop_xml_node *n);
    size_t offset; /* in struct hop_wsman_header */
    size_t max;    /* bytes of a text */
};

/* SOAP 1.2 part 1, 5.2.3: a header with mustUnderstand that is meant for us and
 * that we do not know MUST end the processing.  A role of its own means another
 * node. */
static bool
must_understand(const struct hop_xml_node *n)
{
    return wsman_is_true(hop_xml_node_attr(n, HOP_NS_SOAP, "mustUnderstand")) &&
           hop_xml_node_attr(n, HOP_NS_SOAP, "role") == NULL;
}

static bool
bad_header(struct wsman_decoder *d, const struct hop_xml_node *n,
           const char *why)
{
    hop_fault_set(d->fault, HOP_FAULT_INVALID_HEADER,
                  "The header %s %s: %.200s", n->local, why, n->text);
    return false;
}

static void *
field(struct wsman_decoder *d, const struct header_row *row)
{
    return (char *)&d->m->header + row->offset;
}

static bool
take_string(struct wsman_decoder *d, const struct header_row *row,
            const struct hop_xml_node *n, const char *text)
{
    const char *s = wsman_trim(d->arena, text);

    if (s == NULL)
        return wsman_no_memory(d);
    if (strlen(s) > row->max)
        return bad_header(d, n, "is too long");
    if (*s == '\0')
        return bad_header(d, n, "is empty");
    *(const char **)field(d, row) = s;
    return true;
}

static bool
take_text(struct wsman_decoder *d, const struct header_row *row,
          const struct hop_xml_node *n)
{
    return take_string(d, row, n, n->text);
}

/* a:ReplyTo and its kind: only the address counts. */
static bool
take_endpoint(struct wsman_decoder *d, const struct header_row *row,
              const struct hop_xml_node *n)
{
    const char *address =
        hop_xml_node_child_text(n, HOP_NS_ADDRESSING, "Address");

    return address ? take_string(d, row, n, address)
                   : bad_header(d, n, "has no Address");
}

static bool
take_lang(struct wsman_decoder *d, const struct header_row *row,
          const struct hop_xml_node *n)
{
    const char *lang = hop_xml_node_attr(n, HOP_NS_XML, "lang");

    if (lang == NULL || strlen(lang) > row->max)
        return bad_header(d, n, "has no usable xml:lang");
    /* DSP0226 6.3: a locale that must be understood and cannot be served. */
    if (d->request && strcmp(n->local, "Locale") == 0 && must_understand(n) &&
        *lang && !hop_ascii_ieqn(lang, "en", 2)) {
        hop_fault_set(d->fault, HOP_FAULT_LOCALE_MUST_UNDERSTAND,
                      "The request insists on the locale %s; answers are in "
                      "en-US.",
                      lang);
        return false;
    }
    *(const char **)field(d, row) = lang;
    return true;
}

static bool
take_number(struct wsman_decoder *d, const struct header_row *row,
            const struct hop_xml_node *n)
{
    return wsman_parse_uint(n->text, field(d, row)) ||
           bad_header(d, n, "is not a number");
}

static bool
take_sequence(struct wsman_decoder *d, const struct header_row *row,
              const struct hop_xml_node *n)
{
    d->m->header.has_sequence_id = true;
    return take_number(d, row, n);
}

static bool
take_duration(struct wsman_decoder *d, const struct header_row *row,
              const struct hop_xml_node *n)
{
    return hop_duration_parse(n->text, field(d, row)) ||
           bad_header(d, n, "is not a duration of a fixed length");
}

static bool
take_flag(struct wsman_decoder *d, const struct header_row *row,
          const struct hop_xml_node *n)
{
    *(bool *)field(d, row) = true;
    return true;
}

static bool
take_nothing(struct wsman_decoder *d, const struct header_row *row,
             const struct hop_xml_node *n)
{
    return true;
}

static size_t
count_children(const struct hop_xml_node *n, const char *ns, const char *local)
{
    size_t count = 0;

    for (const struct hop_xml_node *c = hop_xml_node_child(n, ns, local); c;
         c = hop_xml_node_again(c))
        count++;
    return count;
}

static bool
is_duplicate(const struct hop_wsman_selector *all, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (hop_ascii_ieq(all[i].name, name))
            return true;
    }
    return false;
}

bool
wsman_decode_selectors(struct wsman_decoder *d, const struct hop_xml_node *set,
                       const struct hop_wsman_selector **out, size_t *count)
{
    size_t n = count_children(set, HOP_NS_WSMAN, "Selector"), i = 0;
    struct hop_wsman_selector *all;

    if (n > HOP_WSMAN_MAX_SELECTORS) {
        hop_fault_set(d->fault, HOP_FAULT_SELECTOR_LIMIT, NULL);
        return false;
    }
    all = hop_arena_alloc(d->arena, n * sizeof(*all) + 1);
    if (all == NULL)
        return wsman_no_memory(d);
    for (const struct hop_xml_node *c =
             hop_xml_node_child(set, HOP_NS_WSMAN, "Selector");
         c; c = hop_xml_node_again(c)) {
        const char *name = hop_xml_node_attr(c, "", "Name");

        if (name == NULL || *name == '\0' ||
            strlen(name) > HOP_WSMAN_MAX_NAME) {
            hop_fault_set(d->fault, HOP_FAULT_INVALID_SELECTORS,
                          "A selector has no usable name.");
            return false;
        }
        if (is_duplicate(all, i, name)) {
            hop_fault_set(d->fault, HOP_FAULT_DUPLICATE_SELECTORS,
                          "The selector %s is there twice.", name);
            return false;
        }
        all[i].name = name;
        all[i].value = c->first ? NULL : wsman_trim(d->arena, c->text);
        if (all[i].value == NULL && !c->first)
            return wsman_no_memory(d);
        i++;
    }
    *out = all;
    *count = n;
    return true;
}

static bool
take_selectors(struct wsman_decoder *d, const struct header_row *row,
               const struct hop_xml_node *n)
{
    struct hop_wsman_header *h = &d->m->header;

    return wsman_decode_selectors(d, n, &h->selectors, &h->selector_count);
}

static bool
take_options(struct wsman_decoder *d, const struct header_row *row,
             const struct hop_xml_node *set)
{
    size_t n = count_children(set, HOP_NS_WSMAN, "Option"), i = 0;
    struct hop_wsman_option *all;

    if (n > HOP_WSMAN_MAX_OPTIONS) {
        hop_fault_set(d->fault, HOP_FAULT_OPTION_LIMIT, NULL);
        return false;
    }
    all = hop_arena_alloc(d->arena, n * sizeof(*all) + 1);
    if (all == NULL)
        return wsman_no_memory(d);
    for (const struct hop_xml_node *c =
             hop_xml_node_child(set, HOP_NS_WSMAN, "Option");
         c; c = hop_xml_node_again(c)) {
        const char *name = hop_xml_node_attr(c, "", "Name");

        if (name == NULL || *name == '\0' ||
            strlen(name) > HOP_WSMAN_MAX_NAME) {
            hop_fault_set(d->fault, HOP_FAULT_OPTION_INVALID_NAME,
                          "An option has no usable name.");
            return false;
        }
        all[i].name = name;
        all[i].value = c->text;
        all[i].type = hop_xml_node_attr(c, "", "Type");
        all[i].must_comply =
            wsman_is_true(hop_xml_node_attr(c, "", "MustComply"));
        i++;
    }
    d->m->header.options = all;
    d->m->header.option_count = n;
    return true;
}

#define AT(member) offsetof(struct hop_wsman_header, member)

static const struct header_row rows[] = {
    {HOP_NS_ADDRESSING, "Action", take_text, AT(action), HOP_WSMAN_MAX_URI},
    {HOP_NS_ADDRESSING, "MessageID", take_text, AT(message_id),
     HOP_WSMAN_MAX_ID},
    {HOP_NS_ADDRESSING, "RelatesTo", take_text, AT(relates_to),
     HOP_WSMAN_MAX_ID},
    {HOP_NS_ADDRESSING, "To", take_text, AT(to), HOP_WSMAN_MAX_URI},
    {HOP_NS_ADDRESSING, "ReplyTo", take_endpoint, AT(reply_to),
     HOP_WSMAN_MAX_URI},
    {HOP_NS_ADDRESSING, "FaultTo", take_nothing, 0, 0},
    {HOP_NS_ADDRESSING, "From", take_nothing, 0, 0},
    {HOP_NS_WSMAN, "ResourceURI", take_text, AT(resource_uri),
     HOP_WSMAN_MAX_URI},
    {HOP_NS_WSMAN, "SelectorSet", take_selectors, 0, 0},
    {HOP_NS_WSMAN, "OptionSet", take_options, 0, 0},
    {HOP_NS_WSMAN, "MaxEnvelopeSize", take_number, AT(max_envelope_bytes), 0},
    {HOP_NS_WSMAN, "OperationTimeout", take_duration, AT(timeout_ms), 0},
    {HOP_NS_WSMAN, "Locale", take_lang, AT(locale), HOP_WSMAN_MAX_NAME},
    {HOP_NS_WSMAN, "RequestTotalItemsCountEstimate", take_flag,
     AT(want_total_estimate), 0},
    {HOP_NS_WSMAN, "TotalItemsCountEstimate", take_number, AT(total_estimate),
     0},
    {HOP_NS_WSMV, "DataLocale", take_lang, AT(data_locale), HOP_WSMAN_MAX_NAME},
    {HOP_NS_WSMV, "SessionId", take_text, AT(session_id), HOP_WSMAN_MAX_ID},
    {HOP_NS_WSMV, "OperationID", take_text, AT(operation_id), HOP_WSMAN_MAX_ID},
    {HOP_NS_WSMV, "SequenceId", take_sequence, AT(sequence_id), 0},
    {HOP_NS_WSMV, "ActivityId", take_text, AT(activity_id), HOP_WSMAN_MAX_ID},
    {HOP_NS_WSMV, "FirstPacket", take_nothing, 0, 0},
    {HOP_NS_SHELL, "CompressionType", take_text, AT(compression),
     HOP_WSMAN_MAX_NAME},
};

_Static_assert(HOP_ARRAY_SIZE(rows) <= 32, "one bit of seen for each");

static const struct header_row *
find_row(const struct hop_xml_node *n)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        if (hop_xml_node_is(n, rows[i].ns, rows[i].local))
            return &rows[i];
    }
    return NULL;
}

static bool
take_header(struct wsman_decoder *d, const struct hop_xml_node *n,
            uint32_t *seen)
{
    const struct header_row *row = find_row(n);
    uint32_t bit = row ? 1u << (row - rows) : 0;

    if (row == NULL) {
        if (!d->request || !must_understand(n))
            return true;
        hop_fault_set(d->fault, HOP_FAULT_MUST_UNDERSTAND,
                      "The header {%s}%s is not known here, and the request "
                      "insists on it.",
                      n->ns, n->local);
        return false;
    }
    if (*seen & bit)
        return bad_header(d, n, "is there twice");
    *seen |= bit;
    return row->take(d, row, n);
}

/* The message id is read first, so that whatever fails can be related to it. */
bool
wsman_decode_header(struct wsman_decoder *d, const struct hop_xml_node *header)
{
    const struct hop_xml_node *id =
        hop_xml_node_child(header, HOP_NS_ADDRESSING, "MessageID");
    uint32_t seen = 0;

    if (id && strlen(id->text) <= HOP_WSMAN_MAX_ID)
        d->m->header.message_id = wsman_trim(d->arena, id->text);
    for (const struct hop_xml_node *n = header ? header->first : NULL; n;
         n = n->next) {
        if (!take_header(d, n, &seen))
            return false;
    }
    return true;
}

static bool
require(struct wsman_decoder *d, const char *value, const char *name)
{
    if (value)
        return true;
    hop_fault_set(d->fault, HOP_FAULT_HEADER_REQUIRED,
                  "The header %s is missing.", name);
    return false;
}

/* DSP0226 5.4.2: what each request MUST carry. */
bool
wsman_check_header(struct wsman_decoder *d)
{
    const struct hop_wsman_header *h = &d->m->header;

    if (!require(d, h->action, "a:Action"))
        return false;
    if (!d->request)
        return true;
    if (!require(d, h->message_id, "a:MessageID") ||
        !require(d, h->to, "a:To") || !require(d, h->reply_to, "a:ReplyTo") ||
        !require(d, h->resource_uri, "w:ResourceURI"))
        return false;
    if (strcmp(h->reply_to, HOP_URI_ANONYMOUS) != 0) {
        hop_fault_set(d->fault, HOP_FAULT_UNSUPPORTED_ADDRESSING, NULL);
        return false;
    }
    if (h->max_envelope_bytes &&
        h->max_envelope_bytes < HOP_WSMAN_MIN_ENVELOPE) {
        hop_fault_set(d->fault, HOP_FAULT_MIN_ENVELOPE_SIZE,
                      "The request accepts answers of %" PRIu64
                      " bytes; the least is %d.",
                      h->max_envelope_bytes, HOP_WSMAN_MIN_ENVELOPE);
        return false;
    }
    return true;
}
