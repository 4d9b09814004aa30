/* Messages of the remoting protocol, MS-PSRP 2.2.2, as plain structures.
 *
 * What is an object on the wire and may be of any type is a hop_value here;
 * texts are strings.  A message owns what it holds until
 * hop_psrp_message_done().
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_PSRP_MESSAGE_H
#define HOP_PSRP_MESSAGE_H

#include "clixml/clixml.h"
#include "psrp/type.h"
#include "value/value.h"

/* major.minor[.build[.revision]]; absent parts are -1. */
struct hop_psrp_version {
    int32_t major, minor, build, revision;
};

/* 2.2.2.1 */
struct hop_psrp_capability {
    struct hop_psrp_version protocol, ps, serialization;
    struct hop_value time_zone; /* byte[] of older peers, or void */
};

/* 2.2.3.14: the client's host as it was when the pool or pipeline was made. */
struct hop_psrp_default_host {
    int32_t foreground, background; /* ConsoleColor, -1: unknown */
    int32_t cursor_x, cursor_y, window_x, window_y, cursor_size;
    int32_t buffer_width, buffer_height, window_width, window_height;
    int32_t max_window_width, max_window_height;
    int32_t max_physical_width, max_physical_height;
    struct hop_string *title; /* or NULL */
};
struct hop_psrp_host_info {
    bool host_null, ui_null, raw_ui_null, use_runspace_host;
    bool has_data; /* data was there, or is to be sent */
    struct hop_psrp_default_host data;
};

/* 2.2.2.2 */
struct hop_psrp_init {
    int32_t min, max;
    int32_t thread_options, apartment; /* enums of value/enums.h */
    struct hop_psrp_host_info host;
    struct hop_value arguments; /* ApplicationArguments: a dictionary or null */
};

/* 2.2.2.3, 2.2.2.4: base64 of the blob. */
struct hop_psrp_key {
    struct hop_string *text;
};

/* 2.2.2.6, 2.2.2.7 (number), 2.2.2.11, 2.2.2.31 (call alone) */
struct hop_psrp_runspaces {
    int32_t number;
    int64_t call;
};

/* 2.2.2.8: a Boolean answers SET_MAX, SET_MIN and RESET, an integer
 * GET_AVAILABLE_RUNSPACES. */
struct hop_psrp_availability {
    struct hop_value answer;
    int64_t call;
};

/* 2.2.2.9, 2.2.2.21 */
enum hop_psrp_pool_state {
    HOP_PSRP_POOL_BEFORE_OPEN = 0,
    HOP_PSRP_POOL_OPENING = 1,
    HOP_PSRP_POOL_OPENED = 2,
    HOP_PSRP_POOL_CLOSED = 3,
    HOP_PSRP_POOL_CLOSING = 4,
    HOP_PSRP_POOL_BROKEN = 5,
    HOP_PSRP_POOL_NEGOTIATION_SENT = 6,
    HOP_PSRP_POOL_NEGOTIATION_SUCCEEDED = 7,
    HOP_PSRP_POOL_CONNECTING = 8,
    HOP_PSRP_POOL_DISCONNECTED = 9,
};
enum hop_psrp_pipeline_state {
    HOP_PSRP_PIPELINE_NOT_STARTED = 0,
    HOP_PSRP_PIPELINE_RUNNING = 1,
    HOP_PSRP_PIPELINE_STOPPING = 2,
    HOP_PSRP_PIPELINE_STOPPED = 3,
    HOP_PSRP_PIPELINE_COMPLETED = 4,
    HOP_PSRP_PIPELINE_FAILED = 5,
    HOP_PSRP_PIPELINE_DISCONNECTED = 6,
};
struct hop_psrp_state {
    int32_t state;
    struct hop_value error; /* an ErrorRecord; void: none */
};

/* 2.2.3.13 */
struct hop_psrp_argument {
    struct hop_string *name; /* NULL: positional */
    struct hop_value value;
};

/* 2.2.3.12.  The merges are PipelineResultTypes; those that the peer did not
 * send are -1 and left out again. */
enum {
    HOP_PSRP_MERGE_ERROR,
    HOP_PSRP_MERGE_WARNING,
    HOP_PSRP_MERGE_VERBOSE,
    HOP_PSRP_MERGE_DEBUG,
    HOP_PSRP_MERGE_INFORMATION,
    HOP_PSRP_MERGES
};
struct hop_psrp_command {
    struct hop_string *text; /* a name, or a script */
    bool is_script;
    int8_t use_local_scope; /* -1: not said */
    int32_t merge_my, merge_to, merge_previous;
    int32_t merge[HOP_PSRP_MERGES];
    struct hop_psrp_argument *arguments;
    size_t argument_count;
    bool ends_statement; /* the next one begins a statement */
};

/* 2.2.2.10 with 2.2.3.11 */
struct hop_psrp_pipeline {
    struct hop_psrp_command *commands;
    size_t command_count;
    bool is_nested;
    struct hop_string *history; /* or NULL */
    bool redirect_errors;       /* RedirectShellErrorOutputPipe */
    bool no_input, add_history;
    int32_t apartment, stream_options;
    struct hop_psrp_host_info host;
};

/* 2.2.2.12 */
struct hop_psrp_event_args {
    int32_t identifier;
    struct hop_string *source;
    struct hop_value time, sender, arguments, data;
    struct hop_string *computer; /* or NULL */
    struct hop_value runspace;   /* Guid */
};

/* 2.2.2.13 */
struct hop_psrp_private_data {
    struct hop_value data;
};

/* 2.2.2.14 */
struct hop_psrp_metadata {
    struct hop_value name;  /* string[] or null */
    int32_t types;          /* CommandTypes; -1: null */
    struct hop_value space; /* Namespace: string[] or null */
    struct hop_value module, arguments;
};

/* 2.2.2.15, 2.2.2.27; calls without an answer have this id. */
#define HOP_PSRP_NO_ANSWER (-100)
struct hop_psrp_host_call {
    int64_t call;
    int32_t method;              /* enum hop_psrp_method, psrp/host.h */
    struct hop_value parameters; /* a list */
};

/* 2.2.2.16, 2.2.2.28 */
struct hop_psrp_host_response {
    struct hop_value result; /* void: none */
    struct hop_value error;  /* an ErrorRecord; void: none */
    int64_t call;
    int32_t method;
};

/* 2.2.2.22, 2.2.2.23, 2.2.2.24 */
struct hop_psrp_record {
    struct hop_string *message;
    struct hop_value invocation; /* what else came of the invocation, as an
                                    object; or null */
};

/* 2.2.2.25 */
struct hop_psrp_progress {
    struct hop_string *activity, *status, *operation; /* operation or NULL */
    int32_t id, parent, percent, seconds;             /* -1: none, unknown */
    int32_t type;                                     /* 1: completed */
};

/* 2.2.2.26 */
struct hop_psrp_information {
    struct hop_value data, time, tags; /* any; DateTime; a list of strings */
    struct hop_string *source, *user, *computer;
    uint32_t process, native_thread, managed_thread;
};

/* 2.2.2.29 (-1: absent), 2.2.2.30 */
struct hop_psrp_pool_size {
    int32_t min, max;
};

struct hop_psrp_message {
    enum hop_psrp_type type;
    struct hop_guid pool, pipeline;
    union {
        struct hop_psrp_capability capability;
        struct hop_psrp_init init;
        struct hop_psrp_key key;
        struct hop_psrp_runspaces runspaces;
        struct hop_psrp_availability availability;
        struct hop_psrp_state state;
        struct hop_psrp_pipeline pipeline;
        struct hop_psrp_event_args event;
        struct hop_psrp_private_data private_data;
        struct hop_psrp_metadata metadata;
        struct hop_psrp_host_call call;
        struct hop_psrp_host_response response;
        struct hop_value object; /* PIPELINE_INPUT, PIPELINE_OUTPUT,
                                    ERROR_RECORD (an ErrorRecord's members) */
        struct hop_psrp_record record;
        struct hop_psrp_progress progress;
        struct hop_psrp_information information;
        struct hop_psrp_pool_size size;
    } u;
};

#define HOP_AUTO_MESSAGE HOP_CLEANUP(hop_psrp_message_done)

/* Numbers of one message that are under a limit whatever its size. */
#define HOP_PSRP_MAX_COMMANDS  1000
#define HOP_PSRP_MAX_ARGUMENTS 10000

/* The text of m in CLIXML, appended.  o: how values are written; its depth is
 * that of values sent (1 as PowerShell has it).  False: a property threw and
 * the pipeline stops, text that XML cannot carry, or no memory; err says
 * which, no exception is pending. */
HOP_MUST_CHECK bool hop_psrp_body_encode(struct hop_context *cx,
                                         const struct hop_clixml_options *o,
                                         const struct hop_psrp_message *m,
                                         struct hop_buf *out,
                                         struct hop_error *err);
/* The reverse for m->type, which must be a type of the table.  False: err
 * names the property that is missing or of another type. */
HOP_MUST_CHECK bool hop_psrp_body_decode(struct hop_context *cx,
                                         const struct hop_clixml_options *o,
                                         const char *s, size_t n,
                                         struct hop_psrp_message *m,
                                         struct hop_error *err);
/* A whole message for a peer: head, mark, text. */
HOP_MUST_CHECK bool hop_psrp_message_encode(struct hop_context *cx,
                                            const struct hop_clixml_options *o,
                                            unsigned to,
                                            const struct hop_psrp_message *m,
                                            struct hop_buf *out,
                                            struct hop_error *err);
/* Releases what m holds; m is zeroed. */
void hop_psrp_message_done(struct hop_psrp_message *m);

/* "2.3", with one to three more parts. */
HOP_MUST_CHECK bool hop_psrp_version_parse(const char *s, size_t n,
                                           struct hop_psrp_version *out);
void hop_psrp_version_format(const struct hop_psrp_version *v, char out[64]);
/* Empties the type names of o and gives it these; ends with NULL. */
void hop_psrp_set_types(struct hop_context *cx, struct hop_object *o,
                        const char *const *names);
/* A PSPrimitiveDictionary: what application arguments and private data are. */
struct hop_dict *hop_psrp_primitive_dict(struct hop_context *cx);
/* What came as one, as one, and those in it; anything else as it is; owned.
 * (What is read keeps the order of the wire.) */
struct hop_value hop_psrp_primitive_of(struct hop_context *cx,
                                       struct hop_value v);

#endif
