/* The shells of a host and the pipelines in them: WS-Enumeration of
 * MS-WSMV 3.1.4.13 (shell) and 2.2.4.9 (Command).
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "client/pool_event.h"
#include "client/pool_shell.h"

#define ALL 32000 /* MaxElements, as other clients ask */

/* ---- what was found ---- */

void
pool_found_free(struct hop_pool_found *f)
{
    const char *const texts[] = {f->id,     f->name,       f->resource_uri,
                                 f->owner,  f->state,      f->client,
                                 f->locale, f->buffer_mode};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(texts); i++)
        free((char *)(uintptr_t)texts[i]);
    for (size_t i = 0; i < f->command_count; i++) {
        free((char *)(uintptr_t)f->commands[i].id);
        free((char *)(uintptr_t)f->commands[i].state);
        free((char *)(uintptr_t)f->commands[i].line);
    }
    free((void *)(uintptr_t)f->commands);
    free(f);
}

static const char *
copy(const char *s)
{
    return s ? hop_xstrdup(s) : NULL;
}

static void
add_shell(struct shell *s, const struct hop_wsman_shell *in)
{
    struct listed *l = hop_xmalloc(sizeof(*l)), **end = &s->listed;
    struct hop_pool_found *f = l->found = hop_xmalloc(sizeof(*f));

    *f = (struct hop_pool_found){
        .id = copy(in->shell_id),
        .name = copy(in->name),
        .resource_uri = copy(in->resource_uri),
        .owner = copy(in->owner),
        .client = copy(in->client_ip),
        .state = copy(in->state),
        .locale = copy(in->locale),
        .buffer_mode = copy(in->buffer_mode),
        .idle_timeout_ms = in->idle_timeout_ms,
        .max_idle_timeout_ms = in->max_idle_timeout_ms,
    };
    while (*end)
        end = &(*end)->next;
    *end = l;
}

/* ---- requests ---- */

static void
begin_list(struct hop_pool *p, struct line *l, enum call_kind kind,
           struct hop_wsman_message *m)
{
    struct call *c = shell_call_new(kind, NULL);

    hop_wsman_encode(&c->envelope, m);
    shell_begin(p, l, c);
}

static void
init_list(struct hop_pool *p, struct hop_wsman_message *m,
          enum hop_wsman_kind kind, const char *uri, char id[SHELL_MESSAGE_ID])
{
    struct shell *s = p->way;
    struct hop_guid g;

    hop_wsman_message_init(m, kind);
    hop_guid_new(&g);
    memcpy(id, "uuid:", 5);
    hop_guid_format(&g, true, id + 5);
    m->header.message_id = id;
    m->header.to = s->wires->to(s->c);
    m->header.resource_uri = uri;
    m->header.max_envelope_bytes =
        (uint64_t)s->wires->number(s->c, HOP_SET_MAX_ENVELOPE_BYTES);
    m->header.timeout_ms = s->wires->number(s->c, HOP_SET_OPERATION_TIMEOUT_MS);
    m->header.locale = s->ui_culture;
    m->header.data_locale = s->culture;
    m->header.session_id = s->session_id;
    m->enumeration.max_elements = ALL;
    m->enumeration.max_time_ms = -1;
}

static void
list_shells(struct hop_pool *p, struct line *l)
{
    struct shell *s = p->way;
    struct hop_wsman_message m;
    char id[SHELL_MESSAGE_ID];

    init_list(p, &m, s->context ? HOP_WSMAN_PULL : HOP_WSMAN_ENUMERATE,
              HOP_URI_SHELL, id);
    m.enumeration.optimize = true;
    m.enumeration.context = s->context;
    begin_list(p, l, CALL_LIST_SHELLS, &m);
}

static void
list_commands(struct hop_pool *p, struct line *l)
{
    struct shell *s = p->way;
    struct hop_wsman_message m;
    char id[SHELL_MESSAGE_ID];
    const struct hop_wsman_selector selector = {"ShellId", s->asked->found->id};

    init_list(p, &m, HOP_WSMAN_ENUMERATE, HOP_URI_SHELL_COMMAND, id);
    m.enumeration.optimize = true;
    m.enumeration.filter_dialect = HOP_DIALECT_SELECTOR;
    m.enumeration.filter_selectors = &selector;
    m.enumeration.filter_selector_count = 1;
    m.header.selectors = &selector;
    m.header.selector_count = 1;
    begin_list(p, l, CALL_LIST_COMMANDS, &m);
}

/* ---- answers ---- */

static void
tell_asked(struct hop_pool *p)
{
    struct shell *s = p->way;
    struct listed *l = s->asked;

    pool_note(p, HOP_POOL_FOUND, HOP_CAUSE_NONE, NULL)->shell = l->found;
    s->listed = l->next;
    s->asked = NULL;
    free(l);
}

/* Of PowerShell endpoints alone. */
static void
take_shell(struct shell *s, const struct hop_xml_node *n,
           struct hop_wsman_message *m)
{
    struct hop_wsman_shell in = {0};
    struct hop_fault ignored;

    if (hop_wsman_shell_decode(&in, n, &m->arena, &ignored) && in.shell_id &&
        in.resource_uri &&
        hop_ascii_ieqn(in.resource_uri, HOP_URI_POWERSHELL,
                       strlen(HOP_URI_POWERSHELL)))
        add_shell(s, &in);
}

/* What has not fit one answer is pulled. */
void
shell_listed(struct hop_pool *p, struct hop_wsman_message *m)
{
    struct shell *s = p->way;
    const struct hop_wsman_enumeration *e = &m->enumeration;

    for (const struct hop_xml_node *n = e->items; n; n = n->next)
        take_shell(s, n, m);
    free(hop_steal(&s->context));
    if (!e->end_of_sequence && e->context && e->context[0])
        s->context = hop_xstrdup(e->context);
    s->shells_listed = !s->context;
}

static void
add_command(struct hop_pool_found *f, const struct hop_xml_node *n)
{
    struct hop_pool_found_command *c =
        (struct hop_pool_found_command *)(uintptr_t)f->commands;

    c = hop_xrealloc(c, f->command_count + 1, sizeof(*c));
    c[f->command_count++] = (struct hop_pool_found_command){
        .id = copy(hop_xml_node_child_text(n, HOP_NS_SHELL, "CommandId")),
        .state = copy(hop_xml_node_child_text(n, HOP_NS_SHELL, "State")),
        .line = copy(hop_xml_node_child_text(n, HOP_NS_SHELL, "CommandLine")),
    };
    f->commands = c;
}

void
shell_commands_listed(struct hop_pool *p, struct hop_wsman_message *m)
{
    struct shell *s = p->way;

    for (const struct hop_xml_node *n = m ? m->enumeration.items : NULL; n;
         n = n->next)
        add_command(s->asked->found, n);
    tell_asked(p);
}

void
shell_list(struct hop_pool *p, struct line *l)
{
    struct shell *s = p->way;

    if (!s->shells_listed) {
        list_shells(p, l);
    } else if (s->listed) {
        s->asked = s->listed;
        list_commands(p, l);
    } else {
        pool_end(p, HOP_POOL_LISTED);
    }
}

void
shell_list_drop(struct shell *s)
{
    while (s->listed) {
        struct listed *l = s->listed;

        s->listed = l->next;
        pool_found_free(l->found);
        free(l);
    }
    free(hop_steal(&s->context));
}
