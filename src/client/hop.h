/* libhop: WS-Management shells on other hosts, from C.
 *
 *     hop_connection *c = hop_connection_new();
 *     hop_shell *shell;
 *     hop_command *command;
 *     struct hop_output o;
 *
 *     hop_connection_set_text(c, HOP_SET_ENDPOINT, "b.corp.test");
 *     hop_connection_set_number(c, HOP_SET_DELEGATE, HOP_DELEGATE_YES);
 *     if (!hop_shell_create(c, NULL, &shell) ||
 *         !hop_command_start(shell, "hostname", NULL, 0, 0, &command))
 *         errx(1, "%s", hop_connection_error(c));
 *     while (hop_command_receive(command, &o) && !o.done)
 *         fwrite(o.data, 1, o.len, o.stream == HOP_STDOUT ? stdout : stderr);
 *     hop_command_free(command);
 *     hop_shell_delete(shell);
 *     hop_connection_free(c);
 *
 * Functions that can fail return true for success; what went wrong is then told
 * by hop_connection_error and its kin until the next call on that connection.
 * Texts are UTF-8.  A connection and what belongs to it are used by one thread
 * at a time; different connections are independent.  Calls block; none leaves
 * SIGPIPE or another signal's handling changed.  Each call has a man page.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_HOP_H
#define HOP_HOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "choice.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HOP_API __attribute__((visibility("default")))

typedef struct hop_connection hop_connection;
typedef struct hop_shell hop_shell;
typedef struct hop_command hop_command;

/* "0.1.0" */
HOP_API const char *hop_version(void);

/* ---- connections ---- */

HOP_API hop_connection *hop_connection_new(void);
/* Free commands and shells first.  Nothing is sent. */
HOP_API void hop_connection_free(hop_connection *c);
HOP_API bool hop_connection_set_text(hop_connection *c,
                                     enum hop_setting setting,
                                     const char *value);
HOP_API bool hop_connection_set_number(hop_connection *c,
                                       enum hop_setting setting, long value);
/* Connects and authenticates now; otherwise the first call does. */
HOP_API bool hop_connection_open(hop_connection *c);
/* What happened, to what, why, what to do; "" when nothing did. */
HOP_API const char *hop_connection_error(const hop_connection *c);
/* The code Windows shows for it, 0x8009030E; 0 when there is none. */
HOP_API uint32_t hop_connection_code(const hop_connection *c);
HOP_API enum hop_cause hop_connection_cause(const hop_connection *c);
/* How it stands once connected: "Kerberos", "NTLM", "Basic" ...; "" before. */
HOP_API const char *hop_connection_mechanism(const hop_connection *c);
/* "10.77.0.12:5985"; "" before. */
HOP_API const char *hop_connection_peer(const hop_connection *c);
/* HTTP messages sent so far: round trips. */
HOP_API unsigned hop_connection_round_trips(const hop_connection *c);

/* Texts live until the next call on the connection. */
struct hop_identity {
    const char *protocol_version, *product_vendor, *product_version;
};
HOP_API bool hop_connection_identify(hop_connection *c,
                                     struct hop_identity *identity);

/* ---- shells ---- */

struct hop_variable {
    const char *name, *value;
};

/* Set size to sizeof(struct hop_shell_options) and the rest to 0 for defaults;
 * fields may be added at the end. */
struct hop_shell_options {
    size_t size;
    const char *resource_uri; /* NULL: .../windows/shell/cmd */
    const char *name;
    const char *directory; /* working directory */
    const struct hop_variable *variables;
    size_t variable_count;
    int64_t idle_timeout_ms; /* 0: the server's own */
    bool no_profile;
    uint32_t code_page; /* 0: 65001, UTF-8 */
};

/* options may be NULL. */
HOP_API bool hop_shell_create(hop_connection *c,
                              const struct hop_shell_options *options,
                              hop_shell **shell);
/* A shell that was disconnected, by its id, also from another process. */
HOP_API bool hop_shell_connect(hop_connection *c, const char *resource_uri,
                               const char *id, hop_shell **shell);
/* Leaves it running on the server, for idle_timeout_ms (0: its own). */
HOP_API bool hop_shell_disconnect(hop_shell *shell, int64_t idle_timeout_ms);
HOP_API bool hop_shell_reconnect(hop_shell *shell);
/* Ends it on the server and frees it, also when the server fails to. */
HOP_API bool hop_shell_delete(hop_shell *shell);
/* Frees it and leaves it on the server. */
HOP_API void hop_shell_free(hop_shell *shell);
HOP_API const char *hop_shell_id(const hop_shell *shell);

/* ---- commands ---- */

enum hop_command_flags {
    HOP_CONSOLE_INPUT = 1, /* standard input is a terminal's */
    HOP_SKIP_SHELL = 2, /* the line is a program, not one for a command shell */
};

/* The command runs; free it before its shell. */
HOP_API bool hop_command_start(hop_shell *shell, const char *line,
                               const char *const *arguments, size_t count,
                               unsigned flags, hop_command **command);
/* One that runs in a reconnected shell. */
HOP_API bool hop_command_attach(hop_shell *shell, const char *id,
                                hop_command **command);
HOP_API void hop_command_free(hop_command *command);
HOP_API const char *hop_command_id(const hop_command *command);

enum hop_stream { HOP_STDOUT, HOP_STDERR, HOP_OTHER };

struct hop_output {
    enum hop_stream stream;
    const char *name; /* of the stream: "stdout" */
    const void *data; /* until the next call on the connection */
    size_t len;
    bool done;         /* nothing follows; exit_code is valid */
    int32_t exit_code; /* as the server sent it: 32 bits */
};

/* The next piece; waits for it as long as the command runs. */
HOP_API bool hop_command_receive(hop_command *command, struct hop_output *out);
/* All of it is sent, in as many messages as it takes.  end: nothing follows. */
HOP_API bool hop_command_send(hop_command *command, const void *data,
                              size_t len, bool end);

enum hop_signal { HOP_SIG_TERMINATE, HOP_SIG_CTRL_C, HOP_SIG_CTRL_BREAK };
HOP_API bool hop_command_signal(hop_command *command, enum hop_signal signal);

/* Both directions at once, until the command is done.  Sending uses a second
 * connection, made when there is something to send while output is awaited. */
struct hop_io {
    size_t size; /* sizeof(struct hop_io) */
    void *ctx;
    /* false stops: hop_command_run fails with HOP_CAUSE_INTERRUPTED. */
    bool (*output)(void *ctx, enum hop_stream stream, const void *data,
                   size_t len);
    int input_fd;     /* read when it is readable; -1: none, the command's
                         input is left open */
    int interrupt_fd; /* readable: interrupted() is asked; -1: none */
    /* Returns the signal to send, or -1 to give up waiting. */
    int (*interrupted)(void *ctx);
};
HOP_API bool hop_command_run(hop_command *command, const struct hop_io *io,
                             int32_t *exit_code);

/* ---- resources ---- */

struct hop_selector {
    const char *name, *value;
};

/* One resource, or all of a kind; size is sizeof(struct hop_resource). */
struct hop_resource {
    size_t size;
    const char *uri; /* whole, or "winrm/config/listener", "wmicimv2/..." */
    const struct hop_selector *selectors;
    size_t selector_count;
    const struct hop_variable *options; /* OptionSet */
    size_t option_count;
};

/* XML is one element, UTF-8, with its namespaces declared; it lives until the
 * next call on the connection, "" when there is none.  Pointers for results may
 * be NULL. */
HOP_API bool hop_resource_get(hop_connection *c,
                              const struct hop_resource *resource,
                              const char **xml);
HOP_API bool hop_resource_put(hop_connection *c,
                              const struct hop_resource *resource,
                              const char *body, const char **xml);
HOP_API bool hop_resource_create(hop_connection *c,
                                 const struct hop_resource *resource,
                                 const char *body, const char **xml);
HOP_API bool hop_resource_delete(hop_connection *c,
                                 const struct hop_resource *resource);
/* action: a name below the resource's URI, or a whole URI. */
HOP_API bool hop_resource_invoke(hop_connection *c,
                                 const struct hop_resource *resource,
                                 const char *action, const char *body,
                                 const char **xml);

enum hop_enumerate_mode {
    HOP_ENUMERATE_OBJECTS,
    HOP_ENUMERATE_EPRS, /* references to them */
    HOP_ENUMERATE_OBJECTS_AND_EPRS,
};

/* Set size, and the rest to 0 for all items. */
struct hop_enumerate {
    size_t size;
    const char *dialect; /* of the filter: "WQL", "Selector" or a whole URI */
    const char *filter;
    enum hop_enumerate_mode mode;
    unsigned batch; /* most items in an answer; 0: 1000 */
    void *ctx;
    /* Called for each; false stops, and the enumeration is a success. */
    bool (*item)(void *ctx, const char *xml, size_t len);
};
HOP_API bool hop_resource_enumerate(hop_connection *c,
                                    const struct hop_resource *resource,
                                    const struct hop_enumerate *how);

#ifdef __cplusplus
}
#endif

#endif
