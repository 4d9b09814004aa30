/* A shell's note: what hopd-net knows about it beyond the monitor's message,
 * kept by hopd-run for a hopd-net that comes after.  Lines of "name value".
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "server/net_state.h"

void
net_note_format(const struct net_shell *s, struct hop_buf *out)
{
    hop_buf_addf(out, "idle %lld\nopened %lld\n", (long long)s->idle_ms,
                 (long long)s->opened_at);
    hop_buf_addf(out, "in %s\nout %s\n", s->input_streams, s->output_streams);
    hop_buf_addf(out, "client %s\ndirectory %s\n", s->client, s->directory);
    if (s->disconnected)
        hop_buf_addf(out, "disconnected %lld\ndrop %d\n",
                     (long long)s->disconnected_ms, s->drop);
}

void
net_note_send(struct net_shell *s)
{
    HOP_AUTO_BUF struct hop_buf note = HOP_BUF_INIT;

    net_note_format(s, &note);
    struct hop_msg_note m = {.note = {note.data, note.len},
                             .drop = s->disconnected && s->drop};
    net_channel_send(&s->channel, HOP_MSG_NOTE, 0, &m);
}

static void
set_text(char **to, const char *value)
{
    free(*to);
    *to = hop_xstrdup(value);
}

static void
parse_line(struct net_shell *s, const char *name, const char *value)
{
    if (strcmp(name, "idle") == 0)
        s->idle_ms = strtoll(value, NULL, 10);
    else if (strcmp(name, "opened") == 0)
        s->opened_at = strtoll(value, NULL, 10);
    else if (strcmp(name, "drop") == 0)
        s->drop = value[0] == '1';
    else if (strcmp(name, "disconnected") == 0) {
        s->disconnected = true;
        s->disconnected_ms = strtoll(value, NULL, 10);
    } else if (strcmp(name, "in") == 0)
        set_text(&s->input_streams, value);
    else if (strcmp(name, "out") == 0)
        set_text(&s->output_streams, value);
    else if (strcmp(name, "client") == 0)
        set_text(&s->client, value);
    else if (strcmp(name, "directory") == 0)
        set_text(&s->directory, value);
}

void
net_note_parse(struct net_shell *s, struct hop_ipc_bytes note)
{
    HOP_AUTO_FREE char *text = hop_xstrndup(note.data, note.len);

    for (char *line = text, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        char *space = strchr(line, ' ');
        if (!space)
            continue;
        *space = '\0';
        parse_line(s, line, space + 1);
    }
}
