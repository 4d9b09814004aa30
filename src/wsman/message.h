/* One WS-Management message, either direction, decoded into a struct or encoded
 * from one.  Client and server use the same struct: what a verb carries is in
 * the member of the union that its kind names.  DSP0226 1.0; MS-WSMV 2.2, 3.1.
 *
 * All strings of a decoded message are NUL-terminated UTF-8 inside the message
 * and live until hop_wsman_message_done; those of a message to encode are
 * borrowed from the caller.  NULL means "not there" everywhere.  Ids are kept
 * as the peer wrote them: WinRM compares ShellId, CommandId and SessionId by
 * case, so make them upper-case and echo a peer's unchanged.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_WSMAN_MESSAGE_H
#define HOP_WSMAN_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "wsman/fault.h"
#include "wsman/uri.h"
#include "xml/tree.h"

/* What the message asks or answers.  A response is its request + 1. */
enum hop_wsman_kind {
    HOP_WSMAN_INVOKE, /* an action not named below: see header.action */
    HOP_WSMAN_INVOKE_RESPONSE,
    HOP_WSMAN_IDENTIFY, /* no headers at all */
    HOP_WSMAN_IDENTIFY_RESPONSE,
    HOP_WSMAN_GET,
    HOP_WSMAN_GET_RESPONSE,
    HOP_WSMAN_PUT,
    HOP_WSMAN_PUT_RESPONSE,
    HOP_WSMAN_CREATE,
    HOP_WSMAN_CREATE_RESPONSE,
    HOP_WSMAN_DELETE,
    HOP_WSMAN_DELETE_RESPONSE,
    HOP_WSMAN_ENUMERATE,
    HOP_WSMAN_ENUMERATE_RESPONSE,
    HOP_WSMAN_PULL,
    HOP_WSMAN_PULL_RESPONSE,
    HOP_WSMAN_RELEASE,
    HOP_WSMAN_RELEASE_RESPONSE,
    HOP_WSMAN_COMMAND,
    HOP_WSMAN_COMMAND_RESPONSE,
    HOP_WSMAN_SEND,
    HOP_WSMAN_SEND_RESPONSE,
    HOP_WSMAN_RECEIVE,
    HOP_WSMAN_RECEIVE_RESPONSE,
    HOP_WSMAN_SIGNAL,
    HOP_WSMAN_SIGNAL_RESPONSE,
    HOP_WSMAN_DISCONNECT,
    HOP_WSMAN_DISCONNECT_RESPONSE,
    HOP_WSMAN_RECONNECT,
    HOP_WSMAN_RECONNECT_RESPONSE,
    HOP_WSMAN_CONNECT,
    HOP_WSMAN_CONNECT_RESPONSE,
    HOP_WSMAN_FAULT, /* a response only */
    HOP_WSMAN_KINDS
};

/* "Create", "ReceiveResponse": for logs. */
const char *hop_wsman_kind_name(enum hop_wsman_kind kind);

struct hop_wsman_selector {
    const char *name;
    const char *value; /* NULL when it is an endpoint reference */
};

struct hop_wsman_option {
    const char *name;
    const char *value; /* never NULL once decoded */
    const char *type;  /* QName as written, or NULL */
    bool must_comply;
};

struct hop_wsman_header {
    const char *action;
    const char *message_id; /* with its "uuid:" */
    const char *relates_to; /* responses */
    const char *to;
    const char *reply_to;
    const char *resource_uri;
    uint64_t max_envelope_bytes; /* 0: not said */
    int64_t timeout_ms;          /* OperationTimeout; -1: not said */
    const char *locale, *data_locale;
    const char *session_id, *operation_id, *activity_id;
    uint64_t sequence_id; /* valid with has_sequence_id */
    bool has_sequence_id;
    const char *compression;  /* "xpress" */
    bool want_total_estimate; /* w:RequestTotalItemsCountEstimate */
    uint64_t total_estimate;  /* of a response; UINT64_MAX: not said */
    const struct hop_wsman_selector *selectors;
    size_t selector_count;
    const struct hop_wsman_option *options;
    size_t option_count;
};

/* rsp:Shell, MS-WSMV 2.2.4.37: body of Create and its response, of a Get
 * response, of an enumeration's item. Times are -1 when not said. */
struct hop_wsman_variable {
    const char *name, *value;
};

struct hop_wsman_shell {
    const char *shell_id; /* also the client's wish, as an attribute */
    const char *name;
    const char *resource_uri, *owner, *client_ip;
    uint32_t process_id; /* 0: not said */
    int64_t idle_timeout_ms, max_idle_timeout_ms, lifetime_ms;
    const char *input_streams, *output_streams; /* "stdout stderr" */
    const char *working_directory;
    const struct hop_wsman_variable *environment;
    size_t environment_count;
    const char *locale, *data_locale, *compression_mode, *profile_loaded;
    const char *encoding, *buffer_mode;
    const char *state; /* "Connected", "Disconnected" */
    int64_t run_time_ms, inactivity_ms;
    const char *memory_used; /* "59MB" */
    const char *child_processes;
    /* creationXml's or connectXml's base64, decoded; NULL without one. */
    const unsigned char *open_data;
    size_t open_data_len;
};

/* Create's response: x:ResourceCreated, an endpoint reference. */
struct hop_wsman_epr {
    const char *address, *resource_uri;
    const struct hop_wsman_selector *selectors;
    size_t selector_count;
};

/* Connect and its response, MS-WSMV 3.1.4.16. */
struct hop_wsman_connect {
    const char *command_id; /* request: connect to that command's output */
    const char *input_streams, *output_streams; /* response */
    const unsigned char *open_data; /* connectXml, connectResponseXml */
    size_t open_data_len;
    const char *buffer_mode;
};

struct hop_wsman_command {
    const char *command_id; /* the client's wish, or the response's */
    const char *command_line;
    const char *const *arguments;
    size_t argument_count;
};

/* One rsp:Stream of Send or of Receive's response. */
struct hop_wsman_stream {
    const char *name;
    const char *command_id;    /* NULL: the shell's own */
    const unsigned char *data; /* decoded */
    size_t len;
    bool end;
};

struct hop_wsman_send {
    const struct hop_wsman_stream *streams;
    size_t stream_count;
    const char *desired_stream; /* MS-WSMV 2.2.4.35: may be there, or NULL */
};

enum hop_wsman_command_state {
    HOP_WSMAN_STATE_NONE, /* no rsp:CommandState */
    HOP_WSMAN_STATE_RUNNING,
    HOP_WSMAN_STATE_PENDING,
    HOP_WSMAN_STATE_DONE,
};

struct hop_wsman_receive {
    /* Request. */
    const char *desired; /* "stdout stderr" */
    const char *command_id;
    /* Response. */
    const struct hop_wsman_stream *streams;
    size_t stream_count;
    enum hop_wsman_command_state state;
    const char *state_command_id;
    bool has_exit_code;
    int32_t exit_code;
};

enum hop_wsman_signal_code {
    HOP_WSMAN_SIGNAL_OTHER, /* see uri */
    HOP_WSMAN_SIGNAL_TERMINATE,
    HOP_WSMAN_SIGNAL_CTRL_C,
    HOP_WSMAN_SIGNAL_CTRL_BREAK,
    HOP_WSMAN_SIGNAL_PS_CTRL_C,
};

struct hop_wsman_signal {
    const char *command_id; /* NULL: the shell */
    enum hop_wsman_signal_code code;
    const char *uri; /* decoded: as written; encode: only for OTHER */
};

struct hop_wsman_disconnect {
    int64_t idle_timeout_ms; /* -1: not said */
    const char *buffer_mode; /* "Block", "Drop" */
};

enum hop_wsman_enumeration_mode {
    HOP_WSMAN_MODE_OBJECT,
    HOP_WSMAN_MODE_EPR,
    HOP_WSMAN_MODE_OBJECT_AND_EPR,
};

/* Enumerate, Pull, Release and their responses. */
struct hop_wsman_enumeration {
    bool optimize;
    uint64_t max_elements; /* 0: not said, which means 1 */
    uint64_t max_characters;
    int64_t max_time_ms; /* -1: not said */
    enum hop_wsman_enumeration_mode mode;
    const char *expires; /* as written */
    const char *filter_dialect;
    const char *filter;                    /* text of the filter, raw */
    const struct hop_xml_node *filter_xml; /* w:Filter, n:Filter */
    const struct hop_wsman_selector *filter_selectors; /* SelectorFilter */
    size_t filter_selector_count;
    const char *context;
    bool end_of_sequence;
    /* Items: decoded, the children of n:Items or w:Items, first to
     * next; encode, finished XML. */
    const struct hop_xml_node *items;
    const char *items_xml;
    size_t items_xml_len;
};

/* Identify's response, DSP0226 11. */
struct hop_wsman_identify {
    const char *protocol_version, *product_vendor, *product_version;
    const char *security_profiles; /* space-separated, may be NULL */
};

struct hop_wsman_message {
    enum hop_wsman_kind kind;
    struct hop_wsman_header header;
    union {
        struct hop_wsman_shell shell; /* CREATE, GET_RESPONSE */
        struct {
            struct hop_wsman_epr epr;
            struct hop_wsman_shell shell;
        } created; /* CREATE_RESPONSE */
        struct hop_wsman_connect connect;
        struct hop_wsman_command command;
        struct hop_wsman_send send;
        struct hop_wsman_receive receive;
        struct hop_wsman_signal signal;
        struct hop_wsman_disconnect disconnect;
        struct hop_wsman_enumeration enumeration;
        struct hop_wsman_identify identify;
    };
    bool has_shell;         /* CREATE, GET_RESPONSE: the body is an rsp:Shell */
    struct hop_fault fault; /* FAULT */
    /* Decoded: the first element of s:Body, or NULL.  Encode: written as the
     * body where the kind has no struct of its own (Get response, Put, Invoke,
     * Create without a shell); body_xml goes before it. */
    const struct hop_xml_node *body;
    const char *body_xml;
    size_t body_xml_len;
    /* What holds a decoded message. */
    struct hop_arena arena;
    struct hop_buf data;
};

#define HOP_AUTO_WSMAN_MESSAGE HOP_CLEANUP(hop_wsman_message_done)

/* An empty message of that kind, all "not said"; nothing to release unless it
 * is decoded into. */
void hop_wsman_message_init(struct hop_wsman_message *m,
                            enum hop_wsman_kind kind);
void hop_wsman_message_done(struct hop_wsman_message *m);

struct hop_wsman_limits {
    size_t max_bytes; /* MaxEnvelopeSizekb * 1024 */
};

/* Server: a request.  False with *fault ready to be sent; m->header is then
 * filled as far as it could be read (message_id for RelatesTo) and m must still
 * be released.  Enforced: SOAP 1.2 mustUnderstand, the headers DSP0226 5.4
 * wants, each header once, reply to anonymous, the limits of HOP_WSMAN_MAX_*.
 * The shell's resource and the id's existence are the caller's to check. */
HOP_MUST_CHECK bool
hop_wsman_request_decode(struct hop_wsman_message *m, const void *bytes,
                         size_t n, const struct hop_wsman_limits *limits,
                         struct hop_fault *fault);

/* Client: a response; a fault is a success of kind HOP_WSMAN_FAULT.  False for
 * what is no WS-Management response (HOP_ERROR_PROTOCOL, HOP_ERROR_LIMIT). */
HOP_MUST_CHECK bool
hop_wsman_response_decode(struct hop_wsman_message *m, const void *bytes,
                          size_t n, const struct hop_wsman_limits *limits,
                          struct hop_error *err);

/* Appends the envelope of either direction.  The action is the kind's own
 * (header.action for INVOKE, with "Response" behind it for its response unless
 * it is there), the fault's for FAULT.  A request without
 * reply_to gets anonymous, a response without to likewise.  The only failure is
 * out's own (hop_buf_ok). */
void hop_wsman_encode(struct hop_buf *out, const struct hop_wsman_message *m);

/* Headers of the answer to a request: RelatesTo, locale, operation id.  Message
 * id is the caller's ("uuid:" and an upper-case GUID), borrowed. */
void hop_wsman_answer_init(struct hop_wsman_message *answer,
                           enum hop_wsman_kind kind,
                           const struct hop_wsman_message *request,
                           const char *message_id);

/* The value of a selector (names compare without case), or NULL. */
const char *hop_wsman_selector(const struct hop_wsman_message *m,
                               const char *name);
const struct hop_wsman_option *
hop_wsman_option(const struct hop_wsman_message *m, const char *name);
/* True for "TRUE", "True", "1". */
bool hop_wsman_option_true(const struct hop_wsman_message *m, const char *name);

/* One rsp:Shell from its element (an enumeration's item), into arena. */
HOP_MUST_CHECK bool hop_wsman_shell_decode(struct hop_wsman_shell *shell,
                                           const struct hop_xml_node *node,
                                           struct hop_arena *arena,
                                           struct hop_fault *fault);
/* Appends <rsp:Shell ...> with its namespace declared: an enumeration's item.
 */
void hop_wsman_shell_encode(struct hop_buf *out,
                            const struct hop_wsman_shell *shell);

/* Limits of a request, beyond the envelope's size. */
#define HOP_WSMAN_MAX_URI       2048
#define HOP_WSMAN_MAX_ID        128
#define HOP_WSMAN_MAX_SELECTORS 64
#define HOP_WSMAN_MAX_OPTIONS   256
#define HOP_WSMAN_MAX_NAME      256
#define HOP_WSMAN_MAX_VARIABLES 1024
#define HOP_WSMAN_MAX_STREAMS   4096
#define HOP_WSMAN_MAX_ARGUMENTS 4096
#define HOP_WSMAN_MIN_ENVELOPE                                                 \
    8192 /* DSP0226 R6.2: may be refused under it                              \
          */

#endif
