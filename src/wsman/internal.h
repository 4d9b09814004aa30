/* Between the sources of this room.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_WSMAN_INTERNAL_H
#define HOP_WSMAN_INTERNAL_H

#include "wsman/message.h"
#include "xml/writer.h"

/* What a decoding function needs; each returns false with *fault set. */
struct wsman_decoder {
    struct hop_wsman_message *m;
    struct hop_arena *arena;
    struct hop_fault *fault;
    bool request;
};

/* One kind of message: its action and its body. */
struct wsman_kind {
    const char *name;
    const char *action; /* NULL: none of its own */
    /* Takes s:Body's first element, NULL in an empty body; NULL: any body. */
    bool (*decode)(struct wsman_decoder *d, const struct hop_xml_node *body);
    void (*encode)(struct hop_xml_writer *w, const struct hop_wsman_message *m);
};

extern const struct wsman_kind wsman_kinds[HOP_WSMAN_KINDS];

/* Faults of decoding: a body that is not what its action needs, too many of
 * something.  Always false. */
bool wsman_bad_body(struct wsman_decoder *d, const char *fmt, ...)
    HOP_PRINTF(2, 3);
bool wsman_over_limit(struct wsman_decoder *d, const char *what, size_t max);
bool wsman_no_memory(struct wsman_decoder *d);

/* Pieces of text; white space around them is dropped. */
const char *wsman_trim(struct hop_arena *arena, const char *s);
HOP_MUST_CHECK bool wsman_parse_uint(const char *s, uint64_t *out);
bool wsman_is_true(const char *s);

/* The parts of a message, each in its own source. */
HOP_MUST_CHECK bool wsman_decode_header(struct wsman_decoder *d,
                                        const struct hop_xml_node *header);
HOP_MUST_CHECK bool wsman_check_header(struct wsman_decoder *d);
HOP_MUST_CHECK bool
wsman_decode_selectors(struct wsman_decoder *d, const struct hop_xml_node *set,
                       const struct hop_wsman_selector **out, size_t *count);
void wsman_encode_selectors(struct hop_xml_writer *w,
                            const struct hop_wsman_selector *s, size_t n);
/* <s:Envelope ...> and s:Header, up to and with <s:Body>. */
void wsman_encode_start(struct hop_xml_writer *w,
                        const struct hop_wsman_message *m);
void wsman_encode_end(struct hop_xml_writer *w);

HOP_MUST_CHECK bool wsman_decode_fault(struct wsman_decoder *d,
                                       const struct hop_xml_node *fault);
void wsman_encode_fault(struct hop_xml_writer *w,
                        const struct hop_wsman_message *m);
const char *wsman_fault_action(const struct hop_fault *f);

HOP_MUST_CHECK bool wsman_decode_shell(struct wsman_decoder *d,
                                       struct hop_wsman_shell *shell,
                                       const struct hop_xml_node *n);
void wsman_encode_shell(struct hop_xml_writer *w,
                        const struct hop_wsman_shell *shell, bool request);
void wsman_shell_init(struct hop_wsman_shell *shell);
/* "Not said" in the body's struct of m->kind, as far as that is not 0. */
void wsman_init_body(struct hop_wsman_message *m);

#define WSMAN_BODY(name)                                                       \
    bool wsman_decode_##name(struct wsman_decoder *d,                          \
                             const struct hop_xml_node *body);                 \
    void wsman_encode_##name(struct hop_xml_writer *w,                         \
                             const struct hop_wsman_message *m)

WSMAN_BODY(identify);
WSMAN_BODY(identify_response);
WSMAN_BODY(get_response);
WSMAN_BODY(create);
WSMAN_BODY(create_response);
WSMAN_BODY(enumerate);
WSMAN_BODY(enumerate_response);
WSMAN_BODY(pull);
WSMAN_BODY(pull_response);
WSMAN_BODY(release);
WSMAN_BODY(command);
WSMAN_BODY(command_response);
WSMAN_BODY(send);
WSMAN_BODY(receive);
WSMAN_BODY(receive_response);
WSMAN_BODY(signal);
WSMAN_BODY(disconnect);
WSMAN_BODY(connect);
WSMAN_BODY(connect_response);
/* Elements without content in bodies that may also be empty. */
void wsman_encode_send_response(struct hop_xml_writer *w,
                                const struct hop_wsman_message *m);
void wsman_encode_signal_response(struct hop_xml_writer *w,
                                  const struct hop_wsman_message *m);
/* body_xml, or body, or nothing. */
void wsman_encode_any(struct hop_xml_writer *w,
                      const struct hop_wsman_message *m);

/* rsp:Stream's start tag; the base64 and the end tag are the caller's. */
void wsman_open_stream(struct hop_xml_writer *w, const char *name,
                       const char *command_id, bool end);
void wsman_encode_state(struct hop_xml_writer *w, const char *command_id,
                        enum hop_wsman_command_state state, bool has_exit_code,
                        int32_t exit_code);

#endif
