/* Shells: Create, Connect, Disconnect, Reconnect, Delete; MS-WSMV 3.1.4.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "client/connection.h"

static struct hop_shell *
make_shell(struct hop_connection *c, const char *resource_uri, const char *id)
{
    struct hop_shell *shell = hop_xmalloc(sizeof(*shell));

    shell->c = c;
    shell->resource_uri = hop_xstrdup(resource_uri);
    shell->id = hop_xstrdup(id);
    return shell;
}

/* Options of a caller that was built against an older header. */
static struct hop_shell_options
read_options(const struct hop_shell_options *given)
{
    struct hop_shell_options o = {0};

    if (given)
        memcpy(&o, given, given->size < sizeof(o) ? given->size : sizeof(o));
    if (o.resource_uri == NULL)
        o.resource_uri = HOP_URI_SHELL_CMD;
    if (o.code_page == 0)
        o.code_page = 65001;
    return o;
}

/* "Shell Create reply's ResourceUri and ShellId must be used
 * afterwards." */
static bool
take_created(struct hop_connection *c, const char *asked_uri,
             struct hop_shell **shell)
{
    const struct hop_wsman_message *m = &c->answer;
    const char *id = m->created.shell.shell_id;
    const char *uri = m->created.epr.resource_uri;

    for (size_t i = 0; id == NULL && i < m->created.epr.selector_count; i++)
        if (strcmp(m->created.epr.selectors[i].name, "ShellId") == 0)
            id = m->created.epr.selectors[i].value;
    if (id == NULL)
        return trouble_set(&c->trouble, HOP_CAUSE_PROTOCOL, 0,
                           "%s has opened a shell and does not say its id",
                           c->settings.endpoint.host);
    *shell = make_shell(c, uri ? uri : asked_uri, id);
    return true;
}

bool
hop_shell_create(hop_connection *c, const struct hop_shell_options *given,
                 hop_shell **shell)
{
    const struct hop_shell_options o = read_options(given);
    struct hop_wsman_message m;
    struct hop_guid guid;
    char id[WIRE_ID], shell_id[HOP_GUID_TEXT], code_page[16];
    const struct hop_wsman_option options[] = {
        {.name = HOP_OPTION_NOPROFILE,
         .value = o.no_profile ? "TRUE" : "FALSE"},
        {.name = HOP_OPTION_CODEPAGE, .value = code_page},
    };

    if (!connection_begin(c))
        return false;
    (void)snprintf(code_page, sizeof(code_page), "%u", o.code_page);
    hop_guid_new(&guid);
    hop_guid_format(&guid, true, shell_id);
    connection_request(c, &m, HOP_WSMAN_CREATE, o.resource_uri, id);
    m.header.options = options;
    m.header.option_count = HOP_ARRAY_SIZE(options);
    m.has_shell = true;
    m.shell.shell_id = shell_id;
    m.shell.name = o.name;
    m.shell.working_directory = o.directory;
    m.shell.environment = (const struct hop_wsman_variable *)o.variables;
    m.shell.environment_count = o.variable_count;
    m.shell.idle_timeout_ms = o.idle_timeout_ms ? o.idle_timeout_ms : -1;
    m.shell.input_streams = "stdin";
    m.shell.output_streams = "stdout stderr";
    return connection_call(c, &m, 0) && take_created(c, o.resource_uri, shell);
}

_Static_assert(sizeof(struct hop_variable) ==
                       sizeof(struct hop_wsman_variable) &&
                   offsetof(struct hop_variable, value) ==
                       offsetof(struct hop_wsman_variable, value),
               "the public pair is the internal one");

/* A request about a shell that exists. */
static bool
call_shell(struct hop_shell *shell, struct hop_wsman_message *m,
           unsigned repeats)
{
    const struct hop_wsman_selector selector = {"ShellId", shell->id};

    m->header.selectors = &selector;
    m->header.selector_count = 1;
    return connection_call(shell->c, m, repeats);
}

bool
hop_shell_connect(hop_connection *c, const char *resource_uri, const char *id,
                  hop_shell **shell)
{
    struct hop_wsman_message m;
    struct hop_shell *made;
    char message_id[WIRE_ID];

    if (!connection_begin(c))
        return false;
    made = make_shell(c, resource_uri ? resource_uri : HOP_URI_SHELL_CMD, id);
    connection_request(c, &m, HOP_WSMAN_CONNECT, made->resource_uri,
                       message_id);
    if (!call_shell(made, &m, 1)) {
        hop_shell_free(made);
        return false;
    }
    *shell = made;
    return true;
}

bool
hop_shell_disconnect(hop_shell *shell, int64_t idle_timeout_ms)
{
    struct hop_wsman_message m;
    char id[WIRE_ID];

    if (!connection_begin(shell->c))
        return false;
    connection_request(shell->c, &m, HOP_WSMAN_DISCONNECT, shell->resource_uri,
                       id);
    m.disconnect.idle_timeout_ms = idle_timeout_ms ? idle_timeout_ms : -1;
    return call_shell(shell, &m, 1);
}

bool
hop_shell_reconnect(hop_shell *shell)
{
    struct hop_wsman_message m;
    char id[WIRE_ID];

    if (!connection_begin(shell->c))
        return false;
    connection_request(shell->c, &m, HOP_WSMAN_RECONNECT, shell->resource_uri,
                       id);
    return call_shell(shell, &m, 1);
}

bool
hop_shell_delete(hop_shell *shell)
{
    struct hop_wsman_message m;
    char id[WIRE_ID];
    bool ok = connection_begin(shell->c);

    if (ok) {
        connection_request(shell->c, &m, HOP_WSMAN_DELETE, shell->resource_uri,
                           id);
        ok = call_shell(shell, &m, 1);
    }
    hop_shell_free(shell);
    return ok;
}

void
hop_shell_free(hop_shell *shell)
{
    if (shell == NULL)
        return;
    free(shell->resource_uri);
    free(shell->id);
    free(shell);
}

const char *
hop_shell_id(const hop_shell *shell)
{
    return shell->id;
}
