/* SPDX-License-Identifier: MIT */
#include "wsman/message.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "wsman/internal.h"

#define RESPONSE "Response"

const struct wsman_kind wsman_kinds[HOP_WSMAN_KINDS] = {
    [HOP_WSMAN_INVOKE] = {"Invoke", NULL, NULL, wsman_encode_any},
    [HOP_WSMAN_INVOKE_RESPONSE] = {"InvokeResponse", NULL, NULL,
                                   wsman_encode_any},
    [HOP_WSMAN_IDENTIFY] = {"Identify", NULL, wsman_decode_identify,
                            wsman_encode_identify},
    [HOP_WSMAN_IDENTIFY_RESPONSE] = {"IdentifyResponse", NULL,
                                     wsman_decode_identify_response,
                                     wsman_encode_identify_response},
    [HOP_WSMAN_GET] = {"Get", HOP_ACTION_GET, NULL, NULL},
    [HOP_WSMAN_GET_RESPONSE] = {"GetResponse", HOP_ACTION_GET RESPONSE,
                                wsman_decode_get_response,
                                wsman_encode_get_response},
    [HOP_WSMAN_PUT] = {"Put", HOP_ACTION_PUT, NULL, wsman_encode_any},
    [HOP_WSMAN_PUT_RESPONSE] = {"PutResponse", HOP_ACTION_PUT RESPONSE, NULL,
                                wsman_encode_any},
    [HOP_WSMAN_CREATE] = {"Create", HOP_ACTION_CREATE, wsman_decode_create,
                          wsman_encode_create},
    [HOP_WSMAN_CREATE_RESPONSE] = {"CreateResponse", HOP_ACTION_CREATE RESPONSE,
                                   wsman_decode_create_response,
                                   wsman_encode_create_response},
    [HOP_WSMAN_DELETE] = {"Delete", HOP_ACTION_DELETE, NULL, NULL},
    [HOP_WSMAN_DELETE_RESPONSE] = {"DeleteResponse", HOP_ACTION_DELETE RESPONSE,
                                   NULL, wsman_encode_any},
    [HOP_WSMAN_ENUMERATE] = {"Enumerate", HOP_ACTION_ENUMERATE,
                             wsman_decode_enumerate, wsman_encode_enumerate},
    [HOP_WSMAN_ENUMERATE_RESPONSE] = {"EnumerateResponse",
                                      HOP_ACTION_ENUMERATE RESPONSE,
                                      wsman_decode_enumerate_response,
                                      wsman_encode_enumerate_response},
    [HOP_WSMAN_PULL] = {"Pull", HOP_ACTION_PULL, wsman_decode_pull,
                        wsman_encode_pull},
    [HOP_WSMAN_PULL_RESPONSE] = {"PullResponse", HOP_ACTION_PULL RESPONSE,
                                 wsman_decode_pull_response,
                                 wsman_encode_pull_response},
    [HOP_WSMAN_RELEASE] = {"Release", HOP_ACTION_RELEASE, wsman_decode_release,
                           wsman_encode_release},
    [HOP_WSMAN_RELEASE_RESPONSE] = {"ReleaseResponse",
                                    HOP_ACTION_RELEASE RESPONSE, NULL, NULL},
    [HOP_WSMAN_COMMAND] = {"Command", HOP_ACTION_COMMAND, wsman_decode_command,
                           wsman_encode_command},
    [HOP_WSMAN_COMMAND_RESPONSE] = {"CommandResponse",
                                    HOP_ACTION_COMMAND RESPONSE,
                                    wsman_decode_command_response,
                                    wsman_encode_command_response},
    [HOP_WSMAN_SEND] = {"Send", HOP_ACTION_SEND, wsman_decode_send,
                        wsman_encode_send},
    [HOP_WSMAN_SEND_RESPONSE] = {"SendResponse", HOP_ACTION_SEND RESPONSE, NULL,
                                 wsman_encode_send_response},
    [HOP_WSMAN_RECEIVE] = {"Receive", HOP_ACTION_RECEIVE, wsman_decode_receive,
                           wsman_encode_receive},
    [HOP_WSMAN_RECEIVE_RESPONSE] = {"ReceiveResponse",
                                    HOP_ACTION_RECEIVE RESPONSE,
                                    wsman_decode_receive_response,
                                    wsman_encode_receive_response},
    [HOP_WSMAN_SIGNAL] = {"Signal", HOP_ACTION_SIGNAL, wsman_decode_signal,
                          wsman_encode_signal},
    [HOP_WSMAN_SIGNAL_RESPONSE] = {"SignalResponse", HOP_ACTION_SIGNAL RESPONSE,
                                   NULL, wsman_encode_signal_response},
    [HOP_WSMAN_DISCONNECT] = {"Disconnect", HOP_ACTION_DISCONNECT,
                              wsman_decode_disconnect, wsman_encode_disconnect},
    [HOP_WSMAN_DISCONNECT_RESPONSE] = {"DisconnectResponse",
                                       HOP_ACTION_DISCONNECT RESPONSE, NULL,
                                       NULL},
    [HOP_WSMAN_RECONNECT] = {"Reconnect", HOP_ACTION_RECONNECT, NULL, NULL},
    [HOP_WSMAN_RECONNECT_RESPONSE] = {"ReconnectResponse",
                                      HOP_ACTION_RECONNECT RESPONSE, NULL,
                                      NULL},
    [HOP_WSMAN_CONNECT] = {"Connect", HOP_ACTION_CONNECT, wsman_decode_connect,
                           wsman_encode_connect},
    [HOP_WSMAN_CONNECT_RESPONSE] = {"ConnectResponse",
                                    HOP_ACTION_CONNECT RESPONSE,
                                    wsman_decode_connect_response,
                                    wsman_encode_connect_response},
    [HOP_WSMAN_FAULT] = {"Fault", NULL, NULL, wsman_encode_fault},
};

const char *
hop_wsman_kind_name(enum hop_wsman_kind kind)
{
    return wsman_kinds[kind].name;
}

/* The members whose "not said" is no zero byte. */
void
wsman_init_body(struct hop_wsman_message *m)
{
    switch (m->kind) {
    case HOP_WSMAN_CREATE:
    case HOP_WSMAN_GET_RESPONSE: wsman_shell_init(&m->shell); break;
    case HOP_WSMAN_CREATE_RESPONSE: wsman_shell_init(&m->created.shell); break;
    case HOP_WSMAN_DISCONNECT: m->disconnect.idle_timeout_ms = -1; break;
    case HOP_WSMAN_ENUMERATE:
    case HOP_WSMAN_PULL: m->enumeration.max_time_ms = -1; break;
    default: break;
    }
}

void
hop_wsman_message_init(struct hop_wsman_message *m, enum hop_wsman_kind kind)
{
    memset(m, 0, sizeof(*m));
    m->kind = kind;
    m->header.timeout_ms = -1;
    m->header.total_estimate = UINT64_MAX;
    wsman_init_body(m);
    hop_arena_init(&m->arena, 0);
    hop_buf_init(&m->data, 0);
}

void
hop_wsman_message_done(struct hop_wsman_message *m)
{
    hop_arena_done(&m->arena);
    hop_buf_done(&m->data);
}

bool
wsman_bad_body(struct wsman_decoder *d, const char *fmt, ...)
{
    char text[HOP_FAULT_TEXT_MAX];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    hop_fault_set(d->fault, HOP_FAULT_INVALID_SOAP_BODY, "%s", text);
    return false;
}

bool
wsman_over_limit(struct wsman_decoder *d, const char *what, size_t max)
{
    hop_fault_set(d->fault, HOP_FAULT_ENCODING_LIMIT,
                  "Too many %s in one message; the limit is %zu.", what, max);
    return false;
}

bool
wsman_no_memory(struct wsman_decoder *d)
{
    hop_fault_set(d->fault, HOP_FAULT_ENCODING_LIMIT,
                  "The message needs more memory than one may have.");
    return false;
}

const char *
wsman_trim(struct hop_arena *arena, const char *s)
{
    size_t n;

    while (hop_ascii_is_space(*s))
        s++;
    n = strlen(s);
    if (n == 0 || !hop_ascii_is_space(s[n - 1]))
        return s;
    while (n && hop_ascii_is_space(s[n - 1]))
        n--;
    return hop_arena_strndup(arena, s, n);
}

bool
wsman_parse_uint(const char *s, uint64_t *out)
{
    uint64_t n = 0;
    bool any = false;

    while (hop_ascii_is_space(*s))
        s++;
    for (; hop_ascii_is_digit(*s); s++) {
        uint64_t digit = (uint64_t)(*s - '0');

        if (n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
        any = true;
    }
    while (hop_ascii_is_space(*s))
        s++;
    if (*s || !any)
        return false;
    *out = n;
    return true;
}

/* xs:boolean, and the "True" that Python clients write. */
bool
wsman_is_true(const char *s)
{
    return s && (hop_ascii_ieq(s, "true") || strcmp(s, "1") == 0);
}

/* Names of selectors compare without case, DSP0226 5.4.2.2. */
const char *
hop_wsman_selector(const struct hop_wsman_message *m, const char *name)
{
    const struct hop_wsman_header *h = &m->header;

    for (size_t i = 0; i < h->selector_count; i++) {
        if (hop_ascii_ieq(h->selectors[i].name, name))
            return h->selectors[i].value;
    }
    return NULL;
}

const struct hop_wsman_option *
hop_wsman_option(const struct hop_wsman_message *m, const char *name)
{
    const struct hop_wsman_header *h = &m->header;

    for (size_t i = 0; i < h->option_count; i++) {
        if (hop_ascii_ieq(h->options[i].name, name))
            return &h->options[i];
    }
    return NULL;
}

bool
hop_wsman_option_true(const struct hop_wsman_message *m, const char *name)
{
    const struct hop_wsman_option *o = hop_wsman_option(m, name);

    return o && wsman_is_true(o->value);
}

void
hop_wsman_answer_init(struct hop_wsman_message *answer,
                      enum hop_wsman_kind kind,
                      const struct hop_wsman_message *request,
                      const char *message_id)
{
    hop_wsman_message_init(answer, kind);
    answer->header.message_id = message_id;
    answer->header.relates_to = request->header.message_id;
    answer->header.operation_id = request->header.operation_id;
    answer->header.sequence_id = request->header.sequence_id;
    answer->header.has_sequence_id = request->header.has_sequence_id;
    if (kind == HOP_WSMAN_INVOKE_RESPONSE)
        answer->header.action = request->header.action;
}
