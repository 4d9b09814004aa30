/* New-Item in the drive WSMan: listeners, endpoints, mappings of client
 * certificates.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/wsman/drive.h"
#include "engine/engine.h"
#include "value/convert.h"
#include "value/member.h"
#include "value/types/secure.h"
#include "wsman/uri.h"
#include "xml/writer.h"

#define VALUES 16

/* ---- parameters ---- */

enum {
    N_ADDRESS,
    N_TRANSPORT,
    N_PORT,
    N_HOST_NAME,
    N_PREFIX,
    N_ENABLED,
    N_THUMBPRINT,
};
static const struct hop_param listener_parameters[] = {
    [N_ADDRESS] = {"Address", "string", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY},
    [N_TRANSPORT] = {"Transport", "string", HOP_NOT_NULL_OR_EMPTY},
    [N_PORT] = {"Port", "int", .range = HOP_RANGE(1, 65535)},
    [N_HOST_NAME] = {"HostName", "string", HOP_NOT_NULL_OR_EMPTY},
    [N_PREFIX] = {"URLPrefix", "string", HOP_NOT_NULL_OR_EMPTY},
    [N_ENABLED] = {"Enabled", "bool"},
    [N_THUMBPRINT] = {"CertificateThumbprint", "string", HOP_NOT_NULL_OR_EMPTY},
};
enum { P_PLUGIN, P_FILE, P_RUN_AS, P_RESOURCE, P_CREDENTIAL };
static const struct hop_param plugin_parameters[] = {
    [P_PLUGIN] = {"Plugin", "string", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY},
    [P_FILE] = {"FileName", "string"},
    [P_RUN_AS] = {"RunAsUser", "string"},
    [P_RESOURCE] = {"Resource", "uri"},
    [P_CREDENTIAL] = {"RunAsCredential", "pscredential"},
};
enum { C_ISSUER, C_SUBJECT, C_URI, C_ENABLED };
static const struct hop_param certificate_parameters[] = {
    [C_ISSUER] = {"Issuer", "string", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY},
    [C_SUBJECT] = {"Subject", "string", HOP_NOT_NULL_OR_EMPTY},
    [C_URI] = {"URI", "uri", HOP_NOT_NULL_OR_EMPTY},
    [C_ENABLED] = {"Enabled", "bool"},
};

const struct hop_param *
drive_new_parameters(const struct drive_list *list, size_t *n)
{
    if (strcmp(list->name, "Listener") == 0) {
        *n = HOP_ARRAY_SIZE(listener_parameters);
        return listener_parameters;
    }
    if (strcmp(list->name, "Plugin") == 0) {
        *n = HOP_ARRAY_SIZE(plugin_parameters);
        return plugin_parameters;
    }
    *n = HOP_ARRAY_SIZE(certificate_parameters);
    return certificate_parameters;
}

/* The value of the i-th of them; NULL: not given. */
static struct hop_string *
own_text(const struct hop_item_path *p, size_t i)
{
    size_t at = hop_command_cmdlet(p->command)->n_params + i;
    struct hop_string *s = NULL;

    if (!hop_arg_bound(p->command, at) ||
        !hop_to_string(&p->rs->cx, hop_arg(p->command, at), &s))
        return NULL;
    return s;
}

struct making {
    struct hop_string *held[VALUES];
    size_t held_count;
    struct hop_settings_value values[VALUES];
    size_t count;
};

static void
done_making(struct making *m)
{
    for (size_t i = 0; i < m->held_count; i++)
        hop_string_release(m->held[i]);
}

static bool
fail(const struct hop_item_path *p, const char *text)
{
    struct hop_error err = {0};

    hop_error_set(&err, HOP_ERROR_GENERIC, 0, "%s", text);
    return drive_fail(p, &err);
}

static const char *
hold(const struct hop_item_path *p, struct making *m, size_t i)
{
    struct hop_string *s = own_text(p, i);

    if (s != NULL)
        m->held[m->held_count++] = s;
    return s != NULL ? s->data : NULL;
}

static void
add_value(struct making *m, const char *name, const char *value)
{
    if (value != NULL)
        m->values[m->count++] = (struct hop_settings_value){name, value};
}

static const char *
truth(const char *text)
{
    return hop_ascii_ieq(text, "true") ? "true" : "false";
}

static bool
make_listener(const struct hop_item_path *p, struct spot *s,
              struct hop_buf *body)
{
    HOP_CLEANUP(done_making) struct making m = {.count = 0};
    const char *address = hold(p, &m, N_ADDRESS);
    const char *transport = hold(p, &m, N_TRANSPORT);
    const char *enabled = hold(p, &m, N_ENABLED);

    add_value(&m, "Port", hold(p, &m, N_PORT));
    add_value(&m, "Hostname", hold(p, &m, N_HOST_NAME));
    add_value(&m, "URLPrefix", hold(p, &m, N_PREFIX));
    add_value(&m, "CertificateThumbprint", hold(p, &m, N_THUMBPRINT));
    if (enabled != NULL)
        add_value(&m, "Enabled", truth(enabled));
    drive_select(s, "Address", address ? address : "*");
    drive_select(s, "Transport", transport ? transport : "HTTP");
    hop_settings_body(s->uri, "Listener", m.values, m.count, body);
    return true;
}

static bool
make_plugin(const struct hop_item_path *p, struct spot *s, struct hop_buf *body)
{
    HOP_CLEANUP(done_making) struct making m = {.count = 0};
    struct hop_xml_writer w = HOP_XML_WRITER(body);
    const char *name = hold(p, &m, P_PLUGIN);
    const char *run_as = hold(p, &m, P_RUN_AS);
    const char *resource = hold(p, &m, P_RESOURCE);

    if (hop_arg_bound(p->command,
                      hop_command_cmdlet(p->command)->n_params + P_CREDENTIAL))
        return fail(p, "-RunAsCredential was not taken: no endpoint of this "
                       "service runs sessions as another account yet, and no "
                       "password is stored that nothing uses; leave it out");
    drive_select(s, "Name", name ? name : "");
    hop_xml_open(&w, "PlugInConfiguration");
    hop_xml_declare(&w, "", HOP_NS_CONFIG "/PluginConfiguration");
    if (run_as != NULL)
        hop_xml_attr(&w, "RunAsUser", run_as);
    if (resource != NULL) {
        hop_xml_open(&w, "Resources");
        hop_xml_open(&w, "Resource");
        hop_xml_attr(&w, "ResourceUri", resource);
        hop_xml_close(&w, "Resource");
        hop_xml_close(&w, "Resources");
    }
    hop_xml_close(&w, "PlugInConfiguration");
    return true;
}

/* -Credential of New-Item itself: whom the certificate logs on.  A password is
 * told to other hosts alone, which may be Windows; here none is stored. */
static bool
add_account(const struct hop_item_path *p, struct spot *s, struct making *m,
            struct hop_value *user, struct hop_value *secret)
{
    struct hop_context *cx = &p->rs->cx;
    size_t at = drive_parameter(p, "Credential");
    struct hop_value credential =
        at != SIZE_MAX ? hop_arg(p->command, at) : hop_null();

    if (!hop_is_null(credential)) {
        *user = hop_member_path(cx, credential, "UserName");
        *secret = hop_member_path(cx, credential, "Password");
    }
    if (!hop_is_string(*user))
        return fail(p, "nothing was made: -Credential says which account the "
                       "certificate's owner logs on to; its password is not "
                       "stored on this host");
    add_value(m, "UserName", hop_cstr(*user));
    if (s->place->c != NULL &&
        hop_is_exactly(*secret, &hop_class_secure_string)) {
        size_t n = 0;

        add_value(m, "Password", hop_secure_text(*secret, &n));
    }
    return true;
}

static bool
make_mapping(const struct hop_item_path *p, struct spot *s,
             struct hop_buf *body)
{
    HOP_CLEANUP(done_making) struct making m = {.count = 0};
    HOP_AUTO_VALUE struct hop_value user = hop_null(), secret = hop_null();
    const char *issuer = hold(p, &m, C_ISSUER);
    const char *subject = hold(p, &m, C_SUBJECT);
    const char *uri = hold(p, &m, C_URI);
    const char *enabled = hold(p, &m, C_ENABLED);

    if (!add_account(p, s, &m, &user, &secret))
        return false;
    add_value(&m, "Enabled", truth(enabled ? enabled : "true"));
    drive_select(s, "Issuer", issuer ? issuer : "");
    drive_select(s, "Subject", subject ? subject : "*");
    drive_select(s, "URI", uri ? uri : "*");
    hop_settings_body(s->uri, "CertMapping", m.values, m.count, body);
    return true;
}

static const struct making_row {
    const char *list, *query, *caption;
    bool (*make)(const struct hop_item_path *p, struct spot *s,
                 struct hop_buf *body);
} rows[] = {
    {"Listener", "A new listener lets other hosts reach this service. Make it?",
     "Creates a new Listener item.", make_listener},
    {"Plugin", NULL, NULL, make_plugin},
    {"ClientCertificate",
     "Whoever has a certificate of this kind logs on as that account. Make the "
     "mapping?",
     "Creates a new ClientCertificate item.", make_mapping},
};

static const struct making_row *
find_row(const struct drive_list *list)
{
    for (size_t i = 0; list != NULL && i < HOP_ARRAY_SIZE(rows); i++)
        if (strcmp(rows[i].list, list->name) == 0)
            return &rows[i];
    return NULL;
}

/* A mapping is read again by its issuer as the server writes it. */
static void
name_made(const struct drive_list *list, struct spot *s)
{
    if (strcmp(list->name, "ClientCertificate") == 0) {
        char *out = s->selector_text[0];

        for (const char *c = s->selector_text[0]; *c != '\0'; c++)
            if (*c != ' ' && *c != ':')
                *out++ = hop_ascii_lower(*c);
        *out = '\0';
    }
    drive_name_item(list, s);
}

bool
drive_new(const struct hop_item_path *p, const char *type,
          struct hop_value value, bool force, struct hop_value *out)
{
    HOP_CLEANUP(drive_spot_done) struct spot s;
    HOP_AUTO_BUF struct hop_buf body = {.secret = true}, xml = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct hop_settings_request r;
    bool go = true;

    *out = hop_null();
    if (!drive_find(&s, p, &err))
        return drive_fail(p, &err);
    const struct drive_list *list =
        s.kind == LIST ? drive_list_find(s.parts[1]) : NULL;
    const struct making_row *row = find_row(list);
    if (row == NULL) {
        hop_error_set(&err, HOP_ERROR_GENERIC, 0,
                      "nothing new can be made at %s: listeners can below "
                      "WSMan:\\localhost\\Listener, endpoints below "
                      "WSMan:\\localhost\\Plugin, mappings of client "
                      "certificates below WSMan:\\localhost\\ClientCertificate",
                      p->path);
        return drive_fail(p, &err);
    }
    snprintf(s.uri, sizeof(s.uri), HOP_NS_CONFIG "%s", list->suffix);
    if (!row->make(p, &s, &body) ||
        (row->query != NULL && !drive_agreed(p, row->query, row->caption, &go)))
        return false;
    if (!go)
        return true;
    r = drive_request(&s, HOP_WSMAN_CREATE);
    if (!place_call(s.place, &r, NULL, hop_buf_str(&body), &xml, &err))
        return drive_fail(p, &err);
    s.kind = FOLDER;
    name_made(list, &s);
    s.parts[s.n++] = hop_xstrdup(s.name);
    *out = drive_container(&p->rs->cx, &s);
    return true;
}
