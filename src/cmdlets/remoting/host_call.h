/* A call of our host by the other side, at work.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_REMOTING_HOST_CALL_H
#define HOP_CMDLETS_REMOTING_HOST_CALL_H

#include "cmdlets/remoting/remote.h"

/* One call at work. */
struct asked {
    struct remote *r;
    struct hop_runspace *rs;
    struct hop_context *cx;
    struct hop_host *host;
    struct hop_array *args; /* never NULL */
    struct hop_value result;
    int method;
    const char *failure; /* text; NULL: it was done */
    bool stopped;
};

/* An argument (borrowed, null when it is missing), its text ("" for anything
 * else), its number (-1). */
struct hop_value host_arg(const struct asked *a, size_t i);
const char *host_text(const struct asked *a, size_t i);
int64_t host_int(const struct asked *a, size_t i);
int64_t host_number(struct hop_value v, int64_t fallback);
/* A property of an argument; the text is owned, never NULL. */
struct hop_string *host_field_text(const struct asked *a, struct hop_value v,
                                   const char *name);
int64_t host_field_int(const struct asked *a, struct hop_value v,
                       const char *name, int64_t fallback);
/* Notes how a question ended; true: it was answered. */
bool host_answered(struct asked *a, enum hop_ask how);

/* Methods of the host that ask (host_ask.c). */
void host_read_line(struct asked *a);
void host_read_secure(struct asked *a);
void host_prompt_credential(struct asked *a);
void host_prompt(struct asked *a);
void host_prompt_choice(struct asked *a);
void host_prompt_choices(struct asked *a);
void host_read_key(struct asked *a);

/* The screen (host_raw.c): the methods from 27 to 51 that are about it. */
void call_get_raw(struct asked *a);
void call_set_raw(struct asked *a);
void call_key_available(struct asked *a);
void call_flush_input(struct asked *a);
void call_get_cells(struct asked *a);
void call_fill_cells(struct asked *a);
void call_put_cells(struct asked *a);
void call_scroll_cells(struct asked *a);

#endif
