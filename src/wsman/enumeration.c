/* WS-Enumeration's bodies, and Identify's.  WS-Enumeration (2004/09) 3;
 * DSP0226 8 (optimized, modes, filters), 11 (Identify).
 *
 * SPDX-License-Identifier: MIT
 */
#include "wsman/internal.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "wsman/duration.h"

static const char *const mode_names[] = {
    [HOP_WSMAN_MODE_OBJECT] = NULL,
    [HOP_WSMAN_MODE_EPR] = "EnumerateEPR",
    [HOP_WSMAN_MODE_OBJECT_AND_EPR] = "EnumerateObjectAndEPR",
};

static bool
decode_mode(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    const char *mode =
        hop_xml_node_child_text(body, HOP_NS_WSMAN, "EnumerationMode");

    if (mode == NULL || (mode = wsman_trim(d->arena, mode)) == NULL)
        return true;
    for (unsigned i = 1; i < HOP_ARRAY_SIZE(mode_names); i++) {
        if (strcmp(mode, mode_names[i]) == 0) {
            d->m->enumeration.mode = (enum hop_wsman_enumeration_mode)i;
            return true;
        }
    }
    hop_fault_set(d->fault, HOP_FAULT_UNSUPPORTED_FEATURE,
                  "The EnumerationMode %.100s is not known.", mode);
    return false;
}

/* DSP0226 8.2.1: w:Filter is WS-Management's own, n:Filter the original. */
static bool
decode_filter(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    struct hop_wsman_enumeration *e = &d->m->enumeration;
    const struct hop_xml_node *f =
        hop_xml_node_child(body, HOP_NS_WSMAN, "Filter");
    const struct hop_xml_node *set;

    if (f == NULL)
        f = hop_xml_node_child(body, HOP_NS_ENUMERATION, "Filter");
    if (f == NULL)
        return true;
    e->filter_xml = f;
    e->filter = f->text;
    e->filter_dialect = hop_xml_node_attr(f, "", "Dialect");
    if (e->filter_dialect == NULL)
        e->filter_dialect = HOP_DIALECT_XPATH;
    if (strcmp(e->filter_dialect, HOP_DIALECT_SELECTOR) != 0)
        return true;
    set = hop_xml_node_child(f, HOP_NS_WSMAN, "SelectorSet");
    if (set)
        return wsman_decode_selectors(d, set, &e->filter_selectors,
                                      &e->filter_selector_count);
    hop_fault_set(d->fault, HOP_FAULT_CANNOT_PROCESS_FILTER,
                  "The selector filter holds no SelectorSet.");
    return false;
}

static bool
decode_count(struct wsman_decoder *d, const struct hop_xml_node *body,
             const char *ns, const char *local, uint64_t *out)
{
    const char *text = hop_xml_node_child_text(body, ns, local);

    if (text == NULL || (wsman_parse_uint(text, out) && *out > 0))
        return true;
    return wsman_bad_body(d, "%s is no positive number: %.100s", local, text);
}

bool
wsman_decode_enumerate(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    struct hop_wsman_enumeration *e = &d->m->enumeration;

    if (!hop_xml_node_is(body, HOP_NS_ENUMERATION, "Enumerate"))
        return wsman_bad_body(d, "There is no n:Enumerate.");
    e->optimize =
        hop_xml_node_child(body, HOP_NS_WSMAN, "OptimizeEnumeration") != NULL;
    e->expires = hop_xml_node_child_text(body, HOP_NS_ENUMERATION, "Expires");
    return decode_count(d, body, HOP_NS_WSMAN, "MaxElements",
                        &e->max_elements) &&
           decode_mode(d, body) && decode_filter(d, body);
}

static void
encode_filter(struct hop_xml_writer *w, const struct hop_wsman_enumeration *e)
{
    if (e->filter == NULL && e->filter_selector_count == 0)
        return;
    hop_xml_open(w, "w:Filter");
    if (e->filter_dialect)
        hop_xml_attr(w, "Dialect", e->filter_dialect);
    if (e->filter_selector_count)
        wsman_encode_selectors(w, e->filter_selectors,
                               e->filter_selector_count);
    else
        hop_xml_text(w, e->filter);
    hop_xml_close(w, "w:Filter");
}

void
wsman_encode_enumerate(struct hop_xml_writer *w,
                       const struct hop_wsman_message *m)
{
    const struct hop_wsman_enumeration *e = &m->enumeration;

    hop_xml_open(w, "n:Enumerate");
    hop_xml_element(w, "n:Expires", e->expires);
    if (e->optimize) {
        hop_xml_open(w, "w:OptimizeEnumeration");
        hop_xml_close(w, "w:OptimizeEnumeration");
    }
    if (e->max_elements)
        hop_xml_elementf(w, "w:MaxElements", "%" PRIu64, e->max_elements);
    hop_xml_element(w, "w:EnumerationMode", mode_names[e->mode]);
    encode_filter(w, e);
    hop_xml_close(w, "n:Enumerate");
}

/* The context is opaque: kept and sent back as it is. */
static void
decode_items(struct wsman_decoder *d, const struct hop_xml_node *body,
             const char *ns)
{
    struct hop_wsman_enumeration *e = &d->m->enumeration;
    const struct hop_xml_node *items = hop_xml_node_child(body, ns, "Items");

    e->items = items ? items->first : NULL;
    e->context =
        hop_xml_node_child_text(body, HOP_NS_ENUMERATION, "EnumerationContext");
    e->end_of_sequence = hop_xml_node_child(body, ns, "EndOfSequence") != NULL;
}

bool
wsman_decode_enumerate_response(struct wsman_decoder *d,
                                const struct hop_xml_node *body)
{
    if (!hop_xml_node_is(body, HOP_NS_ENUMERATION, "EnumerateResponse"))
        return wsman_bad_body(d, "There is no n:EnumerateResponse.");
    decode_items(d, body, HOP_NS_WSMAN);
    return true;
}

static void
encode_items(struct hop_xml_writer *w, const struct hop_wsman_enumeration *e,
             const char *name)
{
    hop_xml_open(w, name);
    if (e->items_xml)
        hop_xml_raw(w, e->items_xml, e->items_xml_len);
    for (const struct hop_xml_node *n = e->items_xml ? NULL : e->items; n;
         n = n->next)
        hop_xml_write_node(w, n);
    hop_xml_close(w, name);
}

void
wsman_encode_enumerate_response(struct hop_xml_writer *w,
                                const struct hop_wsman_message *m)
{
    const struct hop_wsman_enumeration *e = &m->enumeration;

    hop_xml_open(w, "n:EnumerateResponse");
    hop_xml_element(w, "n:EnumerationContext", e->context ? e->context : "");
    if (e->optimize || e->items_xml || e->items)
        encode_items(w, e, "w:Items");
    if (e->end_of_sequence) {
        hop_xml_open(w, "w:EndOfSequence");
        hop_xml_close(w, "w:EndOfSequence");
    }
    hop_xml_close(w, "n:EnumerateResponse");
}

bool
wsman_decode_pull(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    struct hop_wsman_enumeration *e = &d->m->enumeration;
    const char *max_time;

    if (!hop_xml_node_is(body, HOP_NS_ENUMERATION, "Pull"))
        return wsman_bad_body(d, "There is no n:Pull.");
    e->context =
        hop_xml_node_child_text(body, HOP_NS_ENUMERATION, "EnumerationContext");
    if (e->context == NULL)
        return wsman_bad_body(d, "The n:Pull has no EnumerationContext.");
    max_time = hop_xml_node_child_text(body, HOP_NS_ENUMERATION, "MaxTime");
    if (max_time && !hop_duration_parse(max_time, &e->max_time_ms))
        return wsman_bad_body(d, "MaxTime is no duration: %.100s", max_time);
    return decode_count(d, body, HOP_NS_ENUMERATION, "MaxElements",
                        &e->max_elements) &&
           decode_count(d, body, HOP_NS_ENUMERATION, "MaxCharacters",
                        &e->max_characters);
}

void
wsman_encode_pull(struct hop_xml_writer *w, const struct hop_wsman_message *m)
{
    const struct hop_wsman_enumeration *e = &m->enumeration;

    hop_xml_open(w, "n:Pull");
    hop_xml_element(w, "n:EnumerationContext", e->context ? e->context : "");
    if (e->max_time_ms >= 0) {
        char text[HOP_DURATION_TEXT];

        hop_duration_format(e->max_time_ms, text);
        hop_xml_element(w, "n:MaxTime", text);
    }
    if (e->max_elements)
        hop_xml_elementf(w, "n:MaxElements", "%" PRIu64, e->max_elements);
    if (e->max_characters)
        hop_xml_elementf(w, "n:MaxCharacters", "%" PRIu64, e->max_characters);
    hop_xml_close(w, "n:Pull");
}

bool
wsman_decode_pull_response(struct wsman_decoder *d,
                           const struct hop_xml_node *body)
{
    if (!hop_xml_node_is(body, HOP_NS_ENUMERATION, "PullResponse"))
        return wsman_bad_body(d, "There is no n:PullResponse.");
    decode_items(d, body, HOP_NS_ENUMERATION);
    return true;
}

/* A response has a context or the end of the sequence, never both. */
void
wsman_encode_pull_response(struct hop_xml_writer *w,
                           const struct hop_wsman_message *m)
{
    const struct hop_wsman_enumeration *e = &m->enumeration;

    hop_xml_open(w, "n:PullResponse");
    if (!e->end_of_sequence)
        hop_xml_element(w, "n:EnumerationContext",
                        e->context ? e->context : "");
    encode_items(w, e, "n:Items");
    if (e->end_of_sequence) {
        hop_xml_open(w, "n:EndOfSequence");
        hop_xml_close(w, "n:EndOfSequence");
    }
    hop_xml_close(w, "n:PullResponse");
}

bool
wsman_decode_release(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    struct hop_wsman_enumeration *e = &d->m->enumeration;

    if (!hop_xml_node_is(body, HOP_NS_ENUMERATION, "Release"))
        return wsman_bad_body(d, "There is no n:Release.");
    e->context =
        hop_xml_node_child_text(body, HOP_NS_ENUMERATION, "EnumerationContext");
    if (e->context == NULL)
        return wsman_bad_body(d, "The n:Release has no EnumerationContext.");
    return true;
}

void
wsman_encode_release(struct hop_xml_writer *w,
                     const struct hop_wsman_message *m)
{
    const char *context = m->enumeration.context;

    hop_xml_open(w, "n:Release");
    hop_xml_element(w, "n:EnumerationContext", context ? context : "");
    hop_xml_close(w, "n:Release");
}

bool
wsman_decode_identify(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    return true;
}

void
wsman_encode_identify(struct hop_xml_writer *w,
                      const struct hop_wsman_message *m)
{
    hop_xml_open(w, "wsmid:Identify");
    hop_xml_declare(w, "wsmid", HOP_NS_IDENTITY);
    hop_xml_close(w, "wsmid:Identify");
}

bool
wsman_decode_identify_response(struct wsman_decoder *d,
                               const struct hop_xml_node *body)
{
    struct hop_wsman_identify *id = &d->m->identify;

    id->protocol_version =
        hop_xml_node_child_text(body, HOP_NS_IDENTITY, "ProtocolVersion");
    id->product_vendor =
        hop_xml_node_child_text(body, HOP_NS_IDENTITY, "ProductVendor");
    id->product_version =
        hop_xml_node_child_text(body, HOP_NS_IDENTITY, "ProductVersion");
    id->security_profiles =
        hop_xml_node_child_text(body, HOP_NS_IDENTITY, "SecurityProfiles");
    if (id->protocol_version)
        return true;
    return wsman_bad_body(d, "The IdentifyResponse has no ProtocolVersion.");
}

void
wsman_encode_identify_response(struct hop_xml_writer *w,
                               const struct hop_wsman_message *m)
{
    const struct hop_wsman_identify *id = &m->identify;

    hop_xml_open(w, "wsmid:IdentifyResponse");
    hop_xml_declare(w, "wsmid", HOP_NS_IDENTITY);
    hop_xml_element(w, "wsmid:ProtocolVersion",
                    id->protocol_version ? id->protocol_version : HOP_NS_WSMAN);
    hop_xml_element(w, "wsmid:ProductVendor", id->product_vendor);
    hop_xml_element(w, "wsmid:ProductVersion", id->product_version);
    hop_xml_element(w, "wsmid:SecurityProfiles", id->security_profiles);
    hop_xml_close(w, "wsmid:IdentifyResponse");
}
