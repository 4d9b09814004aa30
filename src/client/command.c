/* Commands: Command, Receive, Send, Signal; MS-WSMV 3.1.4.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/clock.h"
#include "wsman/stream.h"

#define STRAY_MS        300
#define RECEIVE_REPEATS 5 /* as other clients do */

static struct hop_command *
make_command(struct hop_shell *shell, const char *id)
{
    struct hop_command *command = hop_xmalloc(sizeof(*command));

    command->shell = shell;
    command->id = hop_xstrdup(id);
    return command;
}

static void
select_shell(const struct hop_command *command, struct hop_wsman_message *m,
             struct hop_wsman_selector *selector)
{
    *selector = (struct hop_wsman_selector){"ShellId", command->shell->id};
    m->header.selectors = selector;
    m->header.selector_count = 1;
}

bool
hop_command_start(hop_shell *shell, const char *line,
                  const char *const *arguments, size_t count, unsigned flags,
                  hop_command **command)
{
    struct hop_connection *c = shell->c;
    struct hop_wsman_message m;
    struct hop_guid guid;
    char id[WIRE_ID], command_id[HOP_GUID_TEXT];
    const struct hop_wsman_option options[] = {
        {.name = HOP_OPTION_CONSOLEMODE_STDIN,
         .value = flags & HOP_CONSOLE_INPUT ? "TRUE" : "FALSE"},
        {.name = HOP_OPTION_SKIP_CMD_SHELL,
         .value = flags & HOP_SKIP_SHELL ? "TRUE" : "FALSE"},
    };
    const struct hop_wsman_selector selector = {"ShellId", shell->id};

    if (!connection_begin(c))
        return false;
    hop_guid_new(&guid);
    hop_guid_format(&guid, true, command_id);
    connection_request(c, &m, HOP_WSMAN_COMMAND, shell->resource_uri, id);
    m.header.options = options;
    m.header.option_count = HOP_ARRAY_SIZE(options);
    m.header.selectors = &selector;
    m.header.selector_count = 1;
    m.command = (struct hop_wsman_command){.command_id = command_id,
                                           .command_line = line,
                                           .arguments = arguments,
                                           .argument_count = count};
    if (!connection_call(c, &m, 0))
        return false;
    /* Servers that do not know the attribute choose an id of their own. */
    *command = make_command(shell, c->answer.command.command_id
                                       ? c->answer.command.command_id
                                       : command_id);
    return true;
}

bool
hop_command_attach(hop_shell *shell, const char *id, hop_command **command)
{
    if (!connection_begin(shell->c))
        return false;
    *command = make_command(shell, id);
    return true;
}

static void
drop_answer(struct hop_command *command)
{
    if (command->has_answer)
        hop_wsman_message_done(&command->answer);
    command->has_answer = false;
}

void
hop_command_free(hop_command *command)
{
    if (command == NULL)
        return;
    if (command->waiting)
        wire_close(&command->shell->c->main);
    drop_answer(command);
    free(command->id);
    free(command);
}

const char *
hop_command_id(const hop_command *command)
{
    return command->id;
}

static bool
encode_receive(struct hop_command *command, struct hop_buf *out)
{
    static const struct hop_wsman_option keepalive = {
        .name = HOP_OPTION_KEEPALIVE, .value = "TRUE"};
    struct hop_connection *c = command->shell->c;
    struct hop_wsman_message m;
    struct hop_wsman_selector selector;
    char id[WIRE_ID];

    connection_request(c, &m, HOP_WSMAN_RECEIVE, command->shell->resource_uri,
                       id);
    select_shell(command, &m, &selector);
    m.header.options = &keepalive;
    m.header.option_count = 1;
    m.receive.desired = "stdout stderr";
    m.receive.command_id = command->id;
    hop_wsman_encode(out, &m);
    return hop_buf_ok(out) ||
           trouble_set(&c->trouble, HOP_CAUSE_USAGE, 0, "out of memory");
}

/* While much is coming the next Receive goes out before this one's answer is
 * decoded: both ends work at once. */
static bool
prepare_follow_up(struct hop_command *command)
{
    struct wire *w = &command->shell->c->main;
    struct hop_buf next = HOP_BUF_INIT;

    if (!w->large)
        return true;
    if (!encode_receive(command, &next)) {
        hop_buf_done(&next);
        return false;
    }
    wire_follow(w, &next);
    return true;
}

bool
command_begin_receive(struct hop_command *command)
{
    struct hop_connection *c = command->shell->c;
    struct hop_buf out = HOP_BUF_INIT;

    if (!encode_receive(command, &out)) {
        hop_buf_done(&out);
        return false;
    }
    wire_begin(&c->main, &out, connection_patience(c), RECEIVE_REPEATS);
    command->waiting = true;
    return prepare_follow_up(command);
}

/* A Receive that had gone out before the command turned out to be done: its
 * answer is a fault and comes at once; a server that thinks otherwise is not
 * waited for. */
static void
drop_follow_up(struct hop_command *command)
{
    struct wire *w = &command->shell->c->main;
    struct trouble ignored;

    w->repeats = 0;
    w->deadline = net_now_ms() + STRAY_MS;
    if (wire_finish(w, &ignored) != WIRE_DONE)
        wire_close(w);
    command->waiting = false;
}

static bool
take_receive(struct hop_command *command)
{
    struct hop_connection *c = command->shell->c;

    command->answer = c->answer; /* the next call's answer leaves it alone */
    command->has_answer = true;
    c->has_answer = false;
    command->next_stream = 0;
    command->done = command->answer.receive.state == HOP_WSMAN_STATE_DONE;
    if (command->done)
        command->exit_code = command->answer.receive.exit_code;
    if (command->done && command->waiting)
        drop_follow_up(command);
    return !command->waiting || prepare_follow_up(command);
}

bool
command_end_receive(struct hop_command *command)
{
    struct hop_connection *c = command->shell->c;
    struct hop_fault fault;

    command->waiting = c->main.follows;
    drop_answer(command);
    if (!connection_take_answer(c, &c->main, HOP_WSMAN_RECEIVE_RESPONSE,
                                &fault))
        return false;
    if (fault.code != 0)
        return hop_fault_is_timeout(&fault) ||
               trouble_fault(&c->trouble, &fault);
    return take_receive(command);
}

static enum hop_stream
name_stream(const char *name)
{
    if (strcmp(name, "stdout") == 0)
        return HOP_STDOUT;
    return strcmp(name, "stderr") == 0 ? HOP_STDERR : HOP_OTHER;
}

bool
command_next_output(struct hop_command *command, struct hop_output *out)
{
    const struct hop_wsman_receive *r = &command->answer.receive;

    while (command->has_answer && command->next_stream < r->stream_count) {
        const struct hop_wsman_stream *s = &r->streams[command->next_stream++];
        if (s->len == 0)
            continue;
        *out = (struct hop_output){.stream = name_stream(s->name),
                                   .name = s->name,
                                   .data = s->data,
                                   .len = s->len};
        return true;
    }
    return false;
}

bool
hop_command_receive(hop_command *command, struct hop_output *out)
{
    struct hop_connection *c = command->shell->c;

    /* The next Receive may be under way already. */
    if (command_next_output(command, out))
        return true;
    if (!connection_begin(c))
        return false;
    while (!command->done) {
        if (!command->waiting && !command_begin_receive(command))
            return false;
        if (wire_finish(&c->main, &c->trouble) != WIRE_DONE) {
            command->waiting = false;
            return false;
        }
        if (!command_end_receive(command))
            return false;
        if (command_next_output(command, out))
            return true;
    }
    *out = (struct hop_output){
        .name = "", .data = "", .done = true, .exit_code = command->exit_code};
    return true;
}

bool
command_begin_send(struct hop_command *command, struct wire *w,
                   const void *data, size_t len, bool end, size_t *taken)
{
    struct hop_connection *c = command->shell->c;
    size_t max = (size_t)setting(&c->settings, HOP_SET_MAX_ENVELOPE_BYTES);
    struct hop_wsman_stream_writer writer;
    struct hop_wsman_message m;
    struct hop_wsman_selector selector;
    struct hop_buf out = HOP_BUF_INIT;
    char id[WIRE_ID];
    size_t room;

    connection_request(c, &m, HOP_WSMAN_SEND, command->shell->resource_uri, id);
    select_shell(command, &m, &selector);
    hop_wsman_send_begin(&writer, &out, &m, max);
    room = hop_wsman_stream_room(&writer);
    *taken = len < room ? len : room;
    hop_wsman_stream_add(&writer, "stdin", command->id, data, *taken,
                         end && *taken == len);
    hop_wsman_send_end(&writer);
    if (!hop_buf_ok(&out) || (*taken == 0 && len > 0)) {
        hop_buf_done(&out);
        return trouble_set(&c->trouble, HOP_CAUSE_USAGE, 0,
                           "the largest envelope allowed is too small to send "
                           "input in");
    }
    wire_begin(w, &out, connection_patience(c), 0);
    return true;
}

bool
command_begin_signal(struct hop_command *command, struct wire *w,
                     enum hop_signal signal)
{
    static const enum hop_wsman_signal_code codes[] = {
        [HOP_SIG_TERMINATE] = HOP_WSMAN_SIGNAL_TERMINATE,
        [HOP_SIG_CTRL_C] = HOP_WSMAN_SIGNAL_CTRL_C,
        [HOP_SIG_CTRL_BREAK] = HOP_WSMAN_SIGNAL_CTRL_BREAK,
    };
    struct hop_connection *c = command->shell->c;
    struct hop_wsman_message m;
    struct hop_wsman_selector selector;
    char id[WIRE_ID];

    connection_request(c, &m, HOP_WSMAN_SIGNAL, command->shell->resource_uri,
                       id);
    select_shell(command, &m, &selector);
    m.signal.command_id = command->id;
    m.signal.code = codes[signal];
    return connection_begin_call(c, w, &m, 1);
}

/* The command may have ended while this was on its way. */
static bool
is_too_late(const struct hop_fault *fault)
{
    return fault->code == HOP_FAULT_UNEXPECTED_SELECTORS ||
           fault->code == HOP_FAULT_OPERATION_ABORTED ||
           fault->code == HOP_FAULT_COMMAND_TERMINATED ||
           fault->code == 109 /* ERROR_BROKEN_PIPE */ ||
           fault->code == 232 /* ERROR_NO_DATA */;
}

bool
command_end_side(struct hop_command *command, struct wire *w,
                 enum hop_wsman_kind want)
{
    struct hop_connection *c = command->shell->c;
    struct hop_fault fault;

    if (!connection_take_answer(c, w, want, &fault))
        return false;
    if (fault.code == 0)
        return true;
    if (!is_too_late(&fault))
        return trouble_fault(&c->trouble, &fault);
    command->input_ended = true;
    return true;
}

/* The wire on which something can go out now: not the one that waits for
 * output. */
static struct wire *
free_wire(struct hop_command *command)
{
    struct hop_connection *c = command->shell->c;

    return command->waiting ? &c->side : &c->main;
}

bool
hop_command_send(hop_command *command, const void *data, size_t len, bool end)
{
    struct hop_connection *c = command->shell->c;
    const char *p = data;

    if (!connection_begin(c))
        return false;
    do {
        struct wire *w = free_wire(command);
        size_t taken = 0;
        if (command->done || command->input_ended)
            return true;
        if (!command_begin_send(command, w, p, len, end, &taken) ||
            wire_finish(w, &c->trouble) != WIRE_DONE ||
            !command_end_side(command, w, HOP_WSMAN_SEND_RESPONSE))
            return false;
        p += taken;
        len -= taken;
    } while (len > 0);
    return true;
}

bool
hop_command_signal(hop_command *command, enum hop_signal signal)
{
    struct hop_connection *c = command->shell->c;
    struct wire *w = free_wire(command);

    if (!connection_begin(c))
        return false;
    return command_begin_signal(command, w, signal) &&
           wire_finish(w, &c->trouble) == WIRE_DONE &&
           command_end_side(command, w, HOP_WSMAN_SIGNAL_RESPONSE);
}
