/* From struct hop_wsman_message to the bytes of an envelope.
 *
 * SPDX-License-Identifier: MIT
 */
#include "wsman/internal.h"

#include <inttypes.h>
#include <string.h>

#include "wsman/duration.h"

static bool
is_request(enum hop_wsman_kind kind)
{
    return kind != HOP_WSMAN_FAULT && kind % 2 == 0;
}

static void
declare_namespaces(struct hop_xml_writer *w)
{
    hop_xml_declare(w, "s", HOP_NS_SOAP);
    hop_xml_declare(w, "a", HOP_NS_ADDRESSING);
    hop_xml_declare(w, "x", HOP_NS_TRANSFER);
    hop_xml_declare(w, "n", HOP_NS_ENUMERATION);
    hop_xml_declare(w, "w", HOP_NS_WSMAN);
    hop_xml_declare(w, "rsp", HOP_NS_SHELL);
    hop_xml_declare(w, "p", HOP_NS_WSMV);
}

/* <name s:mustUnderstand="...">text</name>; nothing without a text. */
static void
header_text(struct hop_xml_writer *w, const char *name, const char *understand,
            const char *text)
{
    if (text == NULL)
        return;
    hop_xml_open(w, name);
    if (understand)
        hop_xml_attr(w, "s:mustUnderstand", understand);
    hop_xml_text(w, text);
    hop_xml_close(w, name);
}

static void
header_lang(struct hop_xml_writer *w, const char *name, const char *lang)
{
    if (lang == NULL)
        return;
    hop_xml_open(w, name);
    hop_xml_attr(w, "xml:lang", lang);
    hop_xml_attr(w, "s:mustUnderstand", "false");
    hop_xml_close(w, name);
}

static void
header_number(struct hop_xml_writer *w, const char *name,
              const char *understand, uint64_t n)
{
    hop_xml_open(w, name);
    hop_xml_attr(w, "s:mustUnderstand", understand);
    hop_xml_textf(w, "%" PRIu64, n);
    hop_xml_close(w, name);
}

void
wsman_encode_selectors(struct hop_xml_writer *w,
                       const struct hop_wsman_selector *s, size_t n)
{
    if (n == 0)
        return;
    hop_xml_open(w, "w:SelectorSet");
    for (size_t i = 0; i < n; i++) {
        if (s[i].value == NULL)
            continue;
        hop_xml_open(w, "w:Selector");
        hop_xml_attr(w, "Name", s[i].name);
        hop_xml_text(w, s[i].value);
        hop_xml_close(w, "w:Selector");
    }
    hop_xml_close(w, "w:SelectorSet");
}

static void
encode_options(struct hop_xml_writer *w, const struct hop_wsman_option *o,
               size_t n)
{
    if (n == 0)
        return;
    hop_xml_open(w, "w:OptionSet");
    hop_xml_attr(w, "s:mustUnderstand", "true");
    for (size_t i = 0; i < n; i++) {
        hop_xml_open(w, "w:Option");
        hop_xml_attr(w, "Name", o[i].name);
        if (o[i].type)
            hop_xml_attr(w, "Type", o[i].type);
        if (o[i].must_comply)
            hop_xml_attr(w, "MustComply", "true");
        hop_xml_text(w, o[i].value ? o[i].value : "");
        hop_xml_close(w, "w:Option");
    }
    hop_xml_close(w, "w:OptionSet");
}

static void
encode_compression(struct hop_xml_writer *w, const char *compression)
{
    if (compression == NULL)
        return;
    hop_xml_open(w, "h:CompressionType");
    hop_xml_declare(w, "h", HOP_NS_SHELL);
    hop_xml_attr(w, "s:mustUnderstand", "true");
    hop_xml_text(w, compression);
    hop_xml_close(w, "h:CompressionType");
}

static void
encode_request_header(struct hop_xml_writer *w,
                      const struct hop_wsman_header *h)
{
    hop_xml_open(w, "a:ReplyTo");
    header_text(w, "a:Address", "true",
                h->reply_to ? h->reply_to : HOP_URI_ANONYMOUS);
    hop_xml_close(w, "a:ReplyTo");
    header_text(w, "w:ResourceURI", "true", h->resource_uri);
    if (h->max_envelope_bytes)
        header_number(w, "w:MaxEnvelopeSize", "true", h->max_envelope_bytes);
    header_lang(w, "w:Locale", h->locale);
    header_lang(w, "p:DataLocale", h->data_locale);
    header_text(w, "p:SessionId", "false", h->session_id);
    if (h->timeout_ms >= 0) {
        char text[HOP_DURATION_TEXT];

        hop_duration_format(h->timeout_ms, text);
        hop_xml_element(w, "w:OperationTimeout", text);
    }
    if (h->want_total_estimate) {
        hop_xml_open(w, "w:RequestTotalItemsCountEstimate");
        hop_xml_close(w, "w:RequestTotalItemsCountEstimate");
    }
    encode_compression(w, h->compression);
    encode_options(w, h->options, h->option_count);
    wsman_encode_selectors(w, h->selectors, h->selector_count);
}

static void
encode_response_header(struct hop_xml_writer *w,
                       const struct hop_wsman_header *h)
{
    hop_xml_element(w, "p:ActivityId", h->activity_id);
    hop_xml_element(w, "a:RelatesTo", h->relates_to);
    if (h->total_estimate != UINT64_MAX)
        hop_xml_elementf(w, "w:TotalItemsCountEstimate", "%" PRIu64,
                         h->total_estimate);
}

static bool
ends_in(const char *s, const char *end)
{
    size_t n = strlen(s), len = strlen(end);

    return n >= len && strcmp(s + n - len, end) == 0;
}

/* The action of an INVOKE's response is the request's with "Response". */
static void
encode_action(struct hop_xml_writer *w, const struct hop_wsman_message *m)
{
    const char *action = wsman_kinds[m->kind].action;

    if (m->kind == HOP_WSMAN_FAULT)
        action = wsman_fault_action(&m->fault);
    else if (action == NULL)
        action = m->header.action ? m->header.action : "";
    hop_xml_open(w, "a:Action");
    if (is_request(m->kind))
        hop_xml_attr(w, "s:mustUnderstand", "true");
    hop_xml_text(w, action);
    if (m->kind == HOP_WSMAN_INVOKE_RESPONSE && !ends_in(action, "Response"))
        hop_xml_text(w, "Response");
    hop_xml_close(w, "a:Action");
}

static void
encode_header(struct hop_xml_writer *w, const struct hop_wsman_message *m)
{
    const struct hop_wsman_header *h = &m->header;
    const char *to = h->to;

    if (to == NULL && !is_request(m->kind))
        to = HOP_URI_ANONYMOUS;
    encode_action(w, m);
    hop_xml_element(w, "a:To", to);
    hop_xml_element(w, "a:MessageID", h->message_id);
    if (is_request(m->kind))
        encode_request_header(w, h);
    else
        encode_response_header(w, h);
    header_text(w, "p:OperationID", "false", h->operation_id);
    if (h->has_sequence_id)
        header_number(w, "p:SequenceId", "false", h->sequence_id);
}

void
wsman_encode_start(struct hop_xml_writer *w, const struct hop_wsman_message *m)
{
    hop_xml_open(w, "s:Envelope");
    if (!is_request(m->kind))
        hop_xml_attr(w, "xml:lang", "en-US");
    declare_namespaces(w);
    hop_xml_open(w, "s:Header");
    encode_header(w, m);
    hop_xml_close(w, "s:Header");
    hop_xml_open(w, "s:Body");
}

void
wsman_encode_end(struct hop_xml_writer *w)
{
    /* <s:Body></s:Body>, as WinRM itself writes an empty one. */
    if (w->tag_open)
        hop_xml_raw(w, "", 0);
    hop_xml_close(w, "s:Body");
    hop_xml_close(w, "s:Envelope");
}

void
wsman_encode_any(struct hop_xml_writer *w, const struct hop_wsman_message *m)
{
    if (m->body_xml)
        hop_xml_raw(w, m->body_xml, m->body_xml_len);
    else if (m->body)
        hop_xml_write_node(w, m->body);
}

/* Identify has an empty header and namespaces of its own, DSP0226 11. */
static void
encode_identify(struct hop_xml_writer *w, const struct hop_wsman_message *m)
{
    hop_xml_open(w, "s:Envelope");
    hop_xml_declare(w, "s", HOP_NS_SOAP);
    hop_xml_open(w, "s:Header");
    hop_xml_close(w, "s:Header");
    hop_xml_open(w, "s:Body");
    wsman_kinds[m->kind].encode(w, m);
    wsman_encode_end(w);
}

void
hop_wsman_encode(struct hop_buf *out, const struct hop_wsman_message *m)
{
    struct hop_xml_writer w = HOP_XML_WRITER(out);

    if (m->kind == HOP_WSMAN_IDENTIFY ||
        m->kind == HOP_WSMAN_IDENTIFY_RESPONSE) {
        encode_identify(&w, m);
        return;
    }
    wsman_encode_start(&w, m);
    if (wsman_kinds[m->kind].encode)
        wsman_kinds[m->kind].encode(&w, m);
    wsman_encode_end(&w);
}
