/* rsp:Shell, MS-WSMV 2.2.4.37, and the bodies that carry it: Create, its
 * response, Get's response.
 *
 * SPDX-License-Identifier: MIT
 */
#include "wsman/internal.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "wsman/duration.h"

enum field_type { TEXT, MILLISECONDS, DAYS, NUMBER };

struct field {
    const char *local;
    enum field_type type;
    size_t offset;
};

#define AT(member) offsetof(struct hop_wsman_shell, member)

/* In the order WinRM writes them; Environment comes behind ProcessId. */
static const struct field fields[] = {
    {"ShellId", TEXT, AT(shell_id)},
    {"Name", TEXT, AT(name)},
    {"ResourceUri", TEXT, AT(resource_uri)},
    {"Owner", TEXT, AT(owner)},
    {"ClientIP", TEXT, AT(client_ip)},
    {"ProcessId", NUMBER, AT(process_id)},
    {"WorkingDirectory", TEXT, AT(working_directory)},
    {"Lifetime", MILLISECONDS, AT(lifetime_ms)},
    {"IdleTimeOut", MILLISECONDS, AT(idle_timeout_ms)},
    {"InputStreams", TEXT, AT(input_streams)},
    {"OutputStreams", TEXT, AT(output_streams)},
    {"MaxIdleTimeOut", MILLISECONDS, AT(max_idle_timeout_ms)},
    {"Locale", TEXT, AT(locale)},
    {"DataLocale", TEXT, AT(data_locale)},
    {"CompressionMode", TEXT, AT(compression_mode)},
    {"ProfileLoaded", TEXT, AT(profile_loaded)},
    {"Encoding", TEXT, AT(encoding)},
    {"BufferMode", TEXT, AT(buffer_mode)},
    {"State", TEXT, AT(state)},
    {"ShellRunTime", DAYS, AT(run_time_ms)},
    {"ShellInactivity", DAYS, AT(inactivity_ms)},
    {"MemoryUsed", TEXT, AT(memory_used)},
    {"ChildProcesses", TEXT, AT(child_processes)},
};

#define BEFORE_ENVIRONMENT 6 /* ShellId to ProcessId */

void
wsman_shell_init(struct hop_wsman_shell *shell)
{
    *shell = (struct hop_wsman_shell){.idle_timeout_ms = -1,
                                      .max_idle_timeout_ms = -1,
                                      .lifetime_ms = -1,
                                      .run_time_ms = -1,
                                      .inactivity_ms = -1};
}

static bool
take_field(struct wsman_decoder *d, struct hop_wsman_shell *shell,
           const struct field *f, const struct hop_xml_node *n)
{
    void *at = (char *)shell + f->offset;
    uint64_t number;

    switch (f->type) {
    case TEXT: *(const char **)at = n->text; return true;
    case NUMBER:
        if (!wsman_parse_uint(n->text, &number) || number > UINT32_MAX)
            break;
        *(uint32_t *)at = (uint32_t)number;
        return true;
    case MILLISECONDS:
    case DAYS:
        if (!hop_duration_parse(n->text, at))
            break;
        return true;
    }
    return wsman_bad_body(d, "rsp:%s has a value that cannot be: %.100s",
                          f->local, n->text);
}

/* Case does not count: pywinrm writes IdleTimeout. */
static const struct field *
find_field(const char *local)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(fields); i++) {
        if (hop_ascii_ieq(fields[i].local, local))
            return &fields[i];
    }
    return NULL;
}

static bool
take_environment(struct wsman_decoder *d, struct hop_wsman_shell *shell,
                 const struct hop_xml_node *n)
{
    struct hop_wsman_variable *all;
    size_t count = 0;

    for (const struct hop_xml_node *v = n->first; v; v = v->next)
        count++;
    if (count > HOP_WSMAN_MAX_VARIABLES)
        return wsman_over_limit(d, "environment variables",
                                HOP_WSMAN_MAX_VARIABLES);
    all = hop_arena_alloc(d->arena, count * sizeof(*all) + 1);
    if (all == NULL)
        return wsman_no_memory(d);
    count = 0;
    for (const struct hop_xml_node *v = n->first; v; v = v->next) {
        const char *name = hop_xml_node_attr(v, "", "Name");

        if (!hop_xml_node_is(v, HOP_NS_SHELL, "Variable"))
            continue;
        if (name == NULL || *name == '\0')
            return wsman_bad_body(d, "An environment variable has no name.");
        all[count++] = (struct hop_wsman_variable){name, v->text};
    }
    shell->environment = all;
    shell->environment_count = count;
    return true;
}

static bool
take_child(struct wsman_decoder *d, struct hop_wsman_shell *shell,
           const struct hop_xml_node *c)
{
    const struct field *f;

    if (strcmp(c->ns, HOP_NS_POWERSHELL) == 0 && c->data) {
        shell->open_data = c->data;
        shell->open_data_len = c->data_len;
        return true;
    }
    if (strcmp(c->ns, HOP_NS_SHELL) != 0)
        return true;
    if (strcmp(c->local, "Environment") == 0)
        return take_environment(d, shell, c);
    f = find_field(c->local);
    return f == NULL || take_field(d, shell, f, c);
}

bool
wsman_decode_shell(struct wsman_decoder *d, struct hop_wsman_shell *shell,
                   const struct hop_xml_node *n)
{
    wsman_shell_init(shell);
    /* A client proposes its own id, and gives a name, as attributes. */
    shell->shell_id = hop_xml_node_attr(n, "", "ShellId");
    shell->name = hop_xml_node_attr(n, "", "Name");
    for (const struct hop_xml_node *c = n->first; c; c = c->next) {
        if (!take_child(d, shell, c))
            return false;
    }
    if (shell->shell_id && strlen(shell->shell_id) > HOP_WSMAN_MAX_ID)
        return wsman_bad_body(d, "The ShellId is too long.");
    return true;
}

static void
encode_field(struct hop_xml_writer *w, const struct hop_wsman_shell *shell,
             const struct field *f)
{
    const void *at = (const char *)shell + f->offset;
    char name[32] = "rsp:", text[HOP_DURATION_TEXT];

    strncat(name, f->local, sizeof(name) - 5);
    if (f->type == TEXT) {
        hop_xml_element(w, name, *(const char *const *)at);
        return;
    }
    if (f->type == NUMBER) {
        if (*(const uint32_t *)at)
            hop_xml_elementf(w, name, "%" PRIu32, *(const uint32_t *)at);
        return;
    }
    if (*(const int64_t *)at < 0)
        return;
    if (f->type == DAYS)
        hop_duration_format_days(*(const int64_t *)at, text);
    else
        hop_duration_format(*(const int64_t *)at, text);
    hop_xml_element(w, name, text);
}

static void
encode_environment(struct hop_xml_writer *w,
                   const struct hop_wsman_shell *shell)
{
    if (shell->environment_count == 0)
        return;
    hop_xml_open(w, "rsp:Environment");
    for (size_t i = 0; i < shell->environment_count; i++) {
        hop_xml_open(w, "rsp:Variable");
        hop_xml_attr(w, "Name", shell->environment[i].name);
        hop_xml_text(w, shell->environment[i].value);
        hop_xml_close(w, "rsp:Variable");
    }
    hop_xml_close(w, "rsp:Environment");
}

static void
encode_open_data(struct hop_xml_writer *w, const char *name, const void *p,
                 size_t n)
{
    if (p == NULL)
        return;
    hop_xml_open(w, name);
    hop_xml_declare(w, "", HOP_NS_POWERSHELL);
    hop_xml_base64(w, p, n);
    hop_xml_close(w, name);
}

void
wsman_encode_shell(struct hop_xml_writer *w,
                   const struct hop_wsman_shell *shell, bool request)
{
    hop_xml_open(w, "rsp:Shell");
    hop_xml_declare(w, "rsp", HOP_NS_SHELL);
    if (request && shell->shell_id)
        hop_xml_attr(w, "ShellId", shell->shell_id);
    if (request && shell->name)
        hop_xml_attr(w, "Name", shell->name);
    for (size_t i = request ? 2 : 0; i < HOP_ARRAY_SIZE(fields); i++) {
        if (i == BEFORE_ENVIRONMENT)
            encode_environment(w, shell);
        encode_field(w, shell, &fields[i]);
    }
    encode_open_data(w, "creationXml", shell->open_data, shell->open_data_len);
    hop_xml_close(w, "rsp:Shell");
}

void
hop_wsman_shell_encode(struct hop_buf *out, const struct hop_wsman_shell *shell)
{
    struct hop_xml_writer w = HOP_XML_WRITER(out);

    wsman_encode_shell(&w, shell, false);
}

/* Other resources are made and read with the same actions. */
static bool
decode_shell_or_any(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    struct hop_wsman_message *m = d->m;

    m->has_shell = hop_xml_node_is(body, HOP_NS_SHELL, "Shell");
    return !m->has_shell || wsman_decode_shell(d, &m->shell, body);
}

bool
wsman_decode_create(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    if (body == NULL)
        return wsman_bad_body(d, "Create says nothing of what to create.");
    return decode_shell_or_any(d, body);
}

void
wsman_encode_create(struct hop_xml_writer *w, const struct hop_wsman_message *m)
{
    if (m->has_shell)
        wsman_encode_shell(w, &m->shell, true);
    else
        wsman_encode_any(w, m);
}

bool
wsman_decode_get_response(struct wsman_decoder *d,
                          const struct hop_xml_node *body)
{
    return decode_shell_or_any(d, body);
}

void
wsman_encode_get_response(struct hop_xml_writer *w,
                          const struct hop_wsman_message *m)
{
    if (m->has_shell)
        wsman_encode_shell(w, &m->shell, false);
    else
        wsman_encode_any(w, m);
}

bool
wsman_decode_create_response(struct wsman_decoder *d,
                             const struct hop_xml_node *body)
{
    struct hop_wsman_message *m = d->m;
    struct hop_wsman_epr *epr = &m->created.epr;
    const struct hop_xml_node *ref, *set, *shell;

    if (!hop_xml_node_is(body, HOP_NS_TRANSFER, "ResourceCreated"))
        return wsman_bad_body(d, "There is no x:ResourceCreated.");
    epr->address = hop_xml_node_child_text(body, HOP_NS_ADDRESSING, "Address");
    ref = hop_xml_node_child(body, HOP_NS_ADDRESSING, "ReferenceParameters");
    epr->resource_uri =
        hop_xml_node_child_text(ref, HOP_NS_WSMAN, "ResourceURI");
    set = hop_xml_node_child(ref, HOP_NS_WSMAN, "SelectorSet");
    if (set &&
        !wsman_decode_selectors(d, set, &epr->selectors, &epr->selector_count))
        return false;
    shell = body->next;
    while (shell && !hop_xml_node_is(shell, HOP_NS_SHELL, "Shell"))
        shell = shell->next;
    /* Windows 7 sends only the reference. */
    m->has_shell = shell != NULL;
    return !shell || wsman_decode_shell(d, &m->created.shell, shell);
}

void
wsman_encode_create_response(struct hop_xml_writer *w,
                             const struct hop_wsman_message *m)
{
    const struct hop_wsman_epr *epr = &m->created.epr;

    if (m->body_xml) {
        wsman_encode_any(w, m);
        return;
    }
    hop_xml_open(w, "x:ResourceCreated");
    hop_xml_element(w, "a:Address",
                    epr->address ? epr->address : HOP_URI_ANONYMOUS);
    hop_xml_open(w, "a:ReferenceParameters");
    hop_xml_element(w, "w:ResourceURI", epr->resource_uri);
    wsman_encode_selectors(w, epr->selectors, epr->selector_count);
    hop_xml_close(w, "a:ReferenceParameters");
    hop_xml_close(w, "x:ResourceCreated");
    if (m->has_shell)
        wsman_encode_shell(w, &m->created.shell, false);
}

bool
wsman_decode_connect(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    struct hop_wsman_connect *c = &d->m->connect;
    const struct hop_xml_node *xml;

    if (!hop_xml_node_is(body, HOP_NS_SHELL, "Connect"))
        return wsman_bad_body(d, "There is no rsp:Connect.");
    c->command_id = hop_xml_node_attr(body, "", "CommandId");
    xml = hop_xml_node_child(body, HOP_NS_POWERSHELL, "connectXml");
    if (xml) {
        c->open_data = xml->data;
        c->open_data_len = xml->data_len;
    }
    c->buffer_mode = hop_xml_node_child_text(body, HOP_NS_SHELL, "BufferMode");
    return true;
}

void
wsman_encode_connect(struct hop_xml_writer *w,
                     const struct hop_wsman_message *m)
{
    hop_xml_open(w, "rsp:Connect");
    if (m->connect.command_id)
        hop_xml_attr(w, "CommandId", m->connect.command_id);
    hop_xml_element(w, "rsp:BufferMode", m->connect.buffer_mode);
    encode_open_data(w, "connectXml", m->connect.open_data,
                     m->connect.open_data_len);
    hop_xml_close(w, "rsp:Connect");
}

bool
wsman_decode_connect_response(struct wsman_decoder *d,
                              const struct hop_xml_node *body)
{
    struct hop_wsman_connect *c = &d->m->connect;
    const struct hop_xml_node *xml;

    if (!hop_xml_node_is(body, HOP_NS_SHELL, "ConnectResponse"))
        return wsman_bad_body(d, "There is no rsp:ConnectResponse.");
    c->input_streams =
        hop_xml_node_child_text(body, HOP_NS_SHELL, "InputStreams");
    c->output_streams =
        hop_xml_node_child_text(body, HOP_NS_SHELL, "OutputStreams");
    c->buffer_mode = hop_xml_node_child_text(body, HOP_NS_SHELL, "BufferMode");
    xml = hop_xml_node_child(body, HOP_NS_POWERSHELL, "connectResponseXml");
    if (xml) {
        c->open_data = xml->data;
        c->open_data_len = xml->data_len;
    }
    return true;
}

void
wsman_encode_connect_response(struct hop_xml_writer *w,
                              const struct hop_wsman_message *m)
{
    const struct hop_wsman_connect *c = &m->connect;

    hop_xml_open(w, "rsp:ConnectResponse");
    hop_xml_element(w, "rsp:InputStreams", c->input_streams);
    hop_xml_element(w, "rsp:OutputStreams", c->output_streams);
    hop_xml_element(w, "rsp:BufferMode", c->buffer_mode);
    encode_open_data(w, "connectResponseXml", c->open_data, c->open_data_len);
    hop_xml_close(w, "rsp:ConnectResponse");
}
