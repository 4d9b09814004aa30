/* s:Fault as a body.  SOAP 1.2 part 1, 5.4; DSP0226 14; MS-WSMV 2.2.4.43.
 *
 * SPDX-License-Identifier: MIT
 */
#include "wsman/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* The action goes with the subcode's namespace. */
const char *
wsman_fault_action(const struct hop_fault *f)
{
    static const struct {
        const char *ns, *action;
    } rows[] = {
        {HOP_NS_ADDRESSING, HOP_ACTION_FAULT_ADDRESSING},
        {HOP_NS_TRANSFER, HOP_ACTION_FAULT_TRANSFER},
        {HOP_NS_ENUMERATION, HOP_ACTION_FAULT_ENUMERATION},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        if (strcmp(f->subcode_ns, rows[i].ns) == 0)
            return rows[i].action;
    }
    return HOP_ACTION_FAULT_WSMAN;
}

static const char *
subcode_prefix(const struct hop_fault *f)
{
    static const struct {
        const char *ns, *prefix;
    } rows[] = {
        {HOP_NS_ADDRESSING, "a:"},
        {HOP_NS_TRANSFER, "x:"},
        {HOP_NS_ENUMERATION, "n:"},
        {HOP_NS_WSMAN, "w:"},
        {"", ""}, /* some peers' names are in no namespace */
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        if (strcmp(f->subcode_ns, rows[i].ns) == 0)
            return rows[i].prefix;
    }
    return "c:"; /* declared on the element */
}

static void
encode_code(struct hop_xml_writer *w, const struct hop_fault *f)
{
    hop_xml_open(w, "s:Code");
    hop_xml_elementf(w, "s:Value", "s:%s", f->value[0] ? f->value : "Receiver");
    if (f->subcode[0]) {
        const char *prefix = subcode_prefix(f);

        hop_xml_open(w, "s:Subcode");
        hop_xml_open(w, "s:Value");
        if (*prefix == 'c')
            hop_xml_declare(w, "c", f->subcode_ns);
        hop_xml_textf(w, "%s%s", prefix, f->subcode);
        hop_xml_close(w, "s:Value");
        hop_xml_close(w, "s:Subcode");
    }
    hop_xml_close(w, "s:Code");
}

static void
encode_message(struct hop_xml_writer *w, const struct hop_fault *f)
{
    const char *text = f->message[0] ? f->message : f->reason;

    hop_xml_open(w, "f:Message");
    if (f->provider[0]) {
        hop_xml_open(w, "f:ProviderFault");
        hop_xml_attr(w, "provider", f->provider);
        hop_xml_attr(w, "path", f->provider_path);
        hop_xml_text(w, text);
        hop_xml_close(w, "f:ProviderFault");
    } else {
        hop_xml_text(w, text);
    }
    hop_xml_close(w, "f:Message");
}

void
wsman_encode_fault(struct hop_xml_writer *w, const struct hop_wsman_message *m)
{
    const struct hop_fault *f = &m->fault;

    hop_xml_open(w, "s:Fault");
    encode_code(w, f);
    hop_xml_open(w, "s:Reason");
    hop_xml_open(w, "s:Text");
    hop_xml_attr(w, "xml:lang", "en-US");
    hop_xml_text(w, f->reason);
    hop_xml_close(w, "s:Text");
    hop_xml_close(w, "s:Reason");
    hop_xml_open(w, "s:Detail");
    if (f->detail[0])
        hop_xml_element(w, "w:FaultDetail", f->detail);
    if (f->code) {
        hop_xml_open(w, "f:WSManFault");
        hop_xml_declare(w, "f", HOP_NS_WSMANFAULT);
        hop_xml_attrf(w, "Code", "%u", f->code);
        hop_xml_attr(w, "Machine", f->machine);
        encode_message(w, f);
        hop_xml_close(w, "f:WSManFault");
    }
    hop_xml_close(w, "s:Detail");
    hop_xml_close(w, "s:Fault");
}

/* Copies as much as fits, cut at a character, without white space around. */
static void
copy(char *to, size_t size, const char *from)
{
    size_t n;

    while (from && hop_ascii_is_space(*from))
        from++;
    n = from ? strlen(from) : 0;
    while (n && hop_ascii_is_space(from[n - 1]))
        n--;
    if (n >= size) {
        n = size - 1;
        while (n && ((unsigned char)from[n] & 0xC0) == 0x80)
            n--;
    }
    if (n)
        memcpy(to, from, n);
    to[n] = '\0';
}

static bool
decode_code(struct wsman_decoder *d, const struct hop_xml_node *fault)
{
    struct hop_fault *f = &d->m->fault;
    const struct hop_xml_node *code =
        hop_xml_node_child(fault, HOP_NS_SOAP, "Code");
    const struct hop_xml_node *value =
        hop_xml_node_child(code, HOP_NS_SOAP, "Value");
    const struct hop_xml_node *sub = hop_xml_node_child(
        hop_xml_node_child(code, HOP_NS_SOAP, "Subcode"), HOP_NS_SOAP, "Value");
    struct hop_xml_qname q;

    if (value == NULL || !hop_xml_node_qname(value, d->arena, &q) ||
        strcmp(q.ns, HOP_NS_SOAP) != 0)
        return wsman_bad_body(d, "The fault has no SOAP code.");
    copy(f->value, sizeof(f->value), q.local);
    if (sub == NULL)
        return true;
    if (!hop_xml_node_qname(sub, d->arena, &q))
        return wsman_bad_body(d, "The fault's subcode is no name.");
    copy(f->subcode_ns, sizeof(f->subcode_ns), q.ns);
    copy(f->subcode, sizeof(f->subcode), q.local);
    return true;
}

/* A provider may put a document of its own into f:ProviderFault: its texts are
 * the message then. */
static void
collect_text(const struct hop_xml_node *n, struct hop_buf *out)
{
    for (; n; n = n->next) {
        if (n->text_len && out->len)
            hop_buf_addc(out, ' ');
        hop_buf_add(out, n->text, n->text_len);
        collect_text(n->first, out);
    }
}

static void
decode_message(struct hop_fault *f, const struct hop_xml_node *wsman_fault)
{
    const struct hop_xml_node *message =
        hop_xml_node_child(wsman_fault, HOP_NS_WSMANFAULT, "Message");
    const struct hop_xml_node *provider =
        hop_xml_node_child(message, HOP_NS_WSMANFAULT, "ProviderFault");
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    if (provider) {
        copy(f->provider, sizeof(f->provider),
             hop_xml_node_attr(provider, "", "provider"));
        copy(f->provider_path, sizeof(f->provider_path),
             hop_xml_node_attr(provider, "", "path"));
        hop_buf_add(&text, provider->text, provider->text_len);
        collect_text(provider->first, &text);
    }
    if (message && text.len == 0)
        hop_buf_add(&text, message->text, message->text_len);
    copy(f->message, sizeof(f->message), hop_buf_str(&text));
}

bool
wsman_decode_fault(struct wsman_decoder *d, const struct hop_xml_node *fault)
{
    struct hop_fault *f = &d->m->fault;
    const struct hop_xml_node *detail =
        hop_xml_node_child(fault, HOP_NS_SOAP, "Detail");
    const struct hop_xml_node *wf =
        hop_xml_node_child(detail, HOP_NS_WSMANFAULT, "WSManFault");
    const char *code = hop_xml_node_attr(wf, "", "Code");
    uint64_t n = 0;

    *f = (struct hop_fault){0};
    if (!decode_code(d, fault))
        return false;
    copy(f->reason, sizeof(f->reason),
         hop_xml_node_child_text(
             hop_xml_node_child(fault, HOP_NS_SOAP, "Reason"), HOP_NS_SOAP,
             "Text"));
    copy(f->detail, sizeof(f->detail),
         hop_xml_node_child_text(detail, HOP_NS_WSMAN, "FaultDetail"));
    if (wf == NULL)
        return true;
    if (code == NULL || !wsman_parse_uint(code, &n) || n > UINT32_MAX)
        return wsman_bad_body(d, "The WSManFault has no usable Code.");
    f->code = (uint32_t)n;
    copy(f->machine, sizeof(f->machine), hop_xml_node_attr(wf, "", "Machine"));
    decode_message(f, wf);
    return true;
}
