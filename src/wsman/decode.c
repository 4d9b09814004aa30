/* From the bytes of an envelope to struct hop_wsman_message.
 *
 * SPDX-License-Identifier: MIT
 */
#include "wsman/message.h"

#include <string.h>

#include "wsman/internal.h"

/* These hold base64 and can be large: decoded as they are read. */
static const struct hop_xml_qname base64_elements[] = {
    {HOP_NS_SHELL, "Stream"},
    {HOP_NS_POWERSHELL, "creationXml"},
    {HOP_NS_POWERSHELL, "connectXml"},
    {HOP_NS_POWERSHELL, "connectResponseXml"},
    {NULL, NULL},
};

static bool
read_tree(struct wsman_decoder *d, const void *bytes, size_t n,
          const struct hop_wsman_limits *limits, struct hop_xml_node **root)
{
    struct hop_xml_tree_options opt = {hop_xml_soap_limits(limits->max_bytes),
                                       base64_elements};
    struct hop_error err;

    if (n > limits->max_bytes) {
        hop_fault_set(d->fault, HOP_FAULT_ENVELOPE_TOO_LARGE,
                      "The message has %zu bytes; the largest accepted here "
                      "has %zu (MaxEnvelopeSizekb).",
                      n, limits->max_bytes);
        return false;
    }
    if (hop_xml_tree_read(bytes, n, &opt, d->arena, &d->m->data, root, &err))
        return true;
    hop_fault_set(d->fault,
                  err.domain == HOP_ERROR_LIMIT ? HOP_FAULT_ENCODING_LIMIT
                                                : HOP_FAULT_INVALID_XML,
                  "The message cannot be read: %s.", err.text);
    return false;
}

/* SOAP 1.2 part 1, 5.1: another namespace is another version. */
static bool
find_parts(struct wsman_decoder *d, const struct hop_xml_node *root,
           const struct hop_xml_node **header, const struct hop_xml_node **body)
{
    if (!hop_xml_node_is(root, HOP_NS_SOAP, "Envelope")) {
        hop_fault_set(d->fault, HOP_FAULT_VERSION_MISMATCH,
                      "The message is a {%s}%s, not a SOAP 1.2 envelope.",
                      root->ns, root->local);
        return false;
    }
    *header = hop_xml_node_child(root, HOP_NS_SOAP, "Header");
    *body = hop_xml_node_child(root, HOP_NS_SOAP, "Body");
    if (*body)
        return true;
    hop_fault_set(d->fault, HOP_FAULT_SCHEMA_VALIDATION,
                  "The envelope has no s:Body.");
    return false;
}

static enum hop_wsman_kind
kind_of_action(const char *action, bool request)
{
    for (unsigned k = 0; action && k < HOP_WSMAN_KINDS; k++) {
        if (wsman_kinds[k].action && strcmp(wsman_kinds[k].action, action) == 0)
            return (enum hop_wsman_kind)k;
    }
    return request ? HOP_WSMAN_INVOKE : HOP_WSMAN_INVOKE_RESPONSE;
}

static bool
is_response(enum hop_wsman_kind kind)
{
    return kind == HOP_WSMAN_FAULT || kind % 2 == 1;
}

static bool
decode_body(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    struct hop_wsman_message *m = d->m;
    enum hop_wsman_kind kind = kind_of_action(m->header.action, d->request);

    if (is_response(kind) == d->request) {
        hop_fault_set(d->fault, HOP_FAULT_ACTION_NOT_SUPPORTED,
                      "The action %s belongs to a %s.", m->header.action,
                      d->request ? "response" : "request");
        return false;
    }
    m->kind = kind;
    m->body = body;
    wsman_init_body(m);
    return wsman_kinds[kind].decode == NULL ||
           wsman_kinds[kind].decode(d, body);
}

/* Identify is told by its body: it needs no header, DSP0226 11. */
static bool
decode_parts(struct wsman_decoder *d, const struct hop_xml_node *header,
             const struct hop_xml_node *body)
{
    struct hop_wsman_message *m = d->m;
    const struct hop_xml_node *first = body->first;
    const char *identify = d->request ? "Identify" : "IdentifyResponse";

    if (!wsman_decode_header(d, header))
        return false;
    if (hop_xml_node_is(first, HOP_NS_IDENTITY, identify)) {
        m->kind = d->request ? HOP_WSMAN_IDENTIFY : HOP_WSMAN_IDENTIFY_RESPONSE;
        m->body = first;
        return wsman_kinds[m->kind].decode(d, first);
    }
    if (!d->request && hop_xml_node_is(first, HOP_NS_SOAP, "Fault")) {
        m->kind = HOP_WSMAN_FAULT;
        m->body = first;
        return wsman_decode_fault(d, first);
    }
    return wsman_check_header(d) && decode_body(d, first);
}

static bool
decode(struct hop_wsman_message *m, bool request, const void *bytes, size_t n,
       const struct hop_wsman_limits *limits, struct hop_fault *fault)
{
    struct wsman_decoder d = {m, &m->arena, fault, request};
    const struct hop_xml_node *header, *body;
    struct hop_xml_node *root;

    hop_wsman_message_init(m, request ? HOP_WSMAN_INVOKE
                                      : HOP_WSMAN_INVOKE_RESPONSE);
    /* A tree of SOAP's usual shape takes a few times the bytes it is read from;
     * many tiny elements take more, and are cut off here. */
    m->arena.max = 64 * 1024 + 16 * limits->max_bytes;
    m->data.max = limits->max_bytes;
    return read_tree(&d, bytes, n, limits, &root) &&
           find_parts(&d, root, &header, &body) &&
           decode_parts(&d, header, body);
}

bool
hop_wsman_request_decode(struct hop_wsman_message *m, const void *bytes,
                         size_t n, const struct hop_wsman_limits *limits,
                         struct hop_fault *fault)
{
    return decode(m, true, bytes, n, limits, fault);
}

bool
hop_wsman_response_decode(struct hop_wsman_message *m, const void *bytes,
                          size_t n, const struct hop_wsman_limits *limits,
                          struct hop_error *err)
{
    struct hop_fault fault;

    if (decode(m, false, bytes, n, limits, &fault))
        return true;
    return hop_error_set(err,
                         fault.code == HOP_FAULT_ENCODING_LIMIT ||
                                 fault.code == HOP_FAULT_ENVELOPE_TOO_LARGE
                             ? HOP_ERROR_LIMIT
                             : HOP_ERROR_PROTOCOL,
                         0, "the answer is no WS-Management response: %s",
                         fault.message);
}

bool
hop_wsman_shell_decode(struct hop_wsman_shell *shell,
                       const struct hop_xml_node *node, struct hop_arena *arena,
                       struct hop_fault *fault)
{
    struct wsman_decoder d = {NULL, arena, fault, false};

    if (!hop_xml_node_is(node, HOP_NS_SHELL, "Shell"))
        return wsman_bad_body(&d, "The item is not an rsp:Shell.");
    return wsman_decode_shell(&d, shell, node);
}
