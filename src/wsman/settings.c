/* SPDX-License-Identifier: MIT */
#include "wsman/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/nearest.h"
#include "base/text.h"
#include "config/change.h"
#include "wsman/settings_internal.h"
#include "xml/writer.h"

#define DEPTH_MAX 8
#define PATH_SIZE 256
#define SLIP_MAX  3

/* ---- the resources */

/* Below the URI of the settings; in the order in which a longer one is tried
 * before what it begins with. */
static const struct settings_resource resources[] = {
    {"", "Config", "", &settings_tree},
    {"/client", "Client", "Client/", &settings_tree},
    {"/client/auth", "Auth", "Client/Auth/", &settings_tree},
    {"/client/defaultports", "DefaultPorts", "Client/DefaultPorts/",
     &settings_tree},
    {"/service", "Service", "Service/", &settings_tree},
    {"/service/auth", "Auth", "Service/Auth/", &settings_tree},
    {"/service/certmapping", "CertMapping", "ClientCertificate",
     &settings_certmap},
    {"/service/defaultports", "DefaultPorts", "Service/DefaultPorts/",
     &settings_tree},
    {"/winrs", "Winrs", "Shell/", &settings_tree},
    {"/shell", "Winrs", "Shell/", &settings_tree},
    {"/linux", "Linux", "Linux/", &settings_tree},
    {"/listener", "Listener", "Listener", &settings_listener},
    {"/plugin", "PlugInConfiguration", "Plugin", &settings_plugin},
};

bool
hop_settings_has(const char *uri)
{
    size_t n = strlen(HOP_URI_CONFIG);

    return uri && hop_ascii_ieqn(uri, HOP_URI_CONFIG, n) &&
           (uri[n] == '\0' || uri[n] == '/');
}

bool
hop_settings_guess(const char *uri, struct hop_buf *out)
{
    const struct settings_resource *best = NULL;
    size_t least = SLIP_MAX + 1;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(resources); i++) {
        HOP_AUTO_FREE char *whole =
            hop_xasprintf(HOP_URI_CONFIG "%s", resources[i].suffix);
        size_t k = hop_edit_distance(uri, whole, SLIP_MAX);

        if (k < least) {
            least = k;
            best = &resources[i];
        }
    }
    if (best != NULL)
        hop_buf_addf(out, "winrm/config%s", best->suffix);
    return best != NULL;
}

static const struct settings_resource *
find_resource(const char *uri, struct hop_fault *fault)
{
    const char *rest =
        hop_settings_has(uri) ? uri + strlen(HOP_URI_CONFIG) : "?";

    for (size_t i = 0; i < HOP_ARRAY_SIZE(resources); i++) {
        size_t n = strlen(resources[i].suffix);
        if (hop_ascii_ieqn(rest, resources[i].suffix, n) &&
            (rest[n] == '\0' || strcmp(rest + n, "/") == 0))
            return &resources[i];
    }
    HOP_AUTO_BUF struct hop_buf meant = HOP_BUF_INIT;
    if (hop_settings_guess(uri, &meant))
        settings_fail(fault, HOP_FAULT_INVALID_RESOURCE_URI,
                      "There are no settings %.200s. Is %s meant?", uri,
                      hop_buf_str(&meant));
    else
        settings_fail(fault, HOP_FAULT_INVALID_RESOURCE_URI,
                      "There are no settings %.200s: there is config, client, "
                      "service, service/certmapping, winrs, linux, listener, "
                      "plugin below " HOP_URI_CONFIG ".",
                      uri);
    return NULL;
}

void
hop_settings_expand_uri(const char *uri, struct hop_buf *out)
{
    static const struct {
        const char *alias, *uri;
    } aliases[] = {
        {"winrm/", "http://schemas.microsoft.com/wbem/wsman/1/"},
        {"wsman/", "http://schemas.microsoft.com/wbem/wsman/1/"},
        {"shell/", HOP_URI_SHELL "/"},
        {"wmi/", "http://schemas.microsoft.com/wbem/wsman/1/wmi/"},
        {"wmicimv2/",
         "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/"},
        {"cimv2/", "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(aliases); i++) {
        size_t n = strlen(aliases[i].alias);
        if (hop_ascii_ieqn(uri, aliases[i].alias, n)) {
            hop_buf_addf(out, "%s%s", aliases[i].uri, uri + n);
            return;
        }
    }
    /* "shell" alone, as `winrm enumerate shell` has it */
    if (hop_ascii_ieq(uri, "shell"))
        hop_buf_adds(out, HOP_URI_SHELL);
    else
        hop_buf_adds(out, uri);
}

bool
settings_fail(struct hop_fault *fault, uint32_t code, const char *fmt, ...)
{
    char text[HOP_FAULT_TEXT_MAX];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    hop_fault_set(fault, code, "%s", text);
    return false;
}

const char *
settings_selector(const struct hop_settings_request *r, const char *name)
{
    for (size_t i = 0; i < r->selector_count; i++)
        if (hop_ascii_ieq(r->selectors[i].name, name))
            return r->selectors[i].value;
    return NULL;
}

bool
settings_check_selectors(const struct hop_settings_request *r,
                         const char *const *names, struct hop_fault *fault)
{
    size_t count = 0;

    for (; names[count] != NULL; count++)
        if (settings_selector(r, names[count]) == NULL)
            return settings_fail(fault, HOP_FAULT_INSUFFICIENT_SELECTORS,
                                 "The request must say which: the selector %s "
                                 "is missing.",
                                 names[count]);
    for (size_t i = 0; i < r->selector_count; i++) {
        bool known = false;
        for (size_t k = 0; k < count; k++)
            known = known || hop_ascii_ieq(r->selectors[i].name, names[k]);
        if (!known)
            return settings_fail(fault, HOP_FAULT_UNEXPECTED_SELECTORS,
                                 "The selector %.100s says nothing about this "
                                 "resource.",
                                 r->selectors[i].name);
    }
    return true;
}

bool
settings_check_line(const char *name, const char *value,
                    struct hop_fault *fault)
{
    return strpbrk(value, "\r\n") == NULL ||
           settings_fail(fault, HOP_FAULT_INVALID_REPRESENTATION,
                         "The value of %s is more than one line.", name);
}

bool
settings_plan_value(const struct hop_settings_view *v, const char *path,
                    const char *value, struct hop_buf *changes,
                    struct hop_fault *fault)
{
    HOP_AUTO_BUF struct hop_buf now = HOP_BUF_INIT;

    if (!settings_check_line(path, value, fault))
        return false;
    if (hop_config_get(v->config, path, &now) &&
        strcmp(hop_buf_str(&now), value) == 0)
        return true;
    if (hop_config_is_fixed(v->config, path))
        return settings_fail(
            fault, 0x8033808A,
            "%s is fixed by a policy and cannot be changed; see " HOP_CONFIG_DIR
            "/policy.d.",
            path);
    hop_config_change_set(changes, path, value);
    return true;
}

void
settings_add_element(struct hop_xml_writer *w, const char *name,
                     const char *value, bool fixed)
{
    char tag[PATH_SIZE];

    snprintf(tag, sizeof(tag), "cfg:%s", name);
    hop_xml_open(w, tag);
    if (fixed)
        hop_xml_attr(w, "Source", "GPO");
    if (value[0] != '\0')
        hop_xml_text(w, value);
    hop_xml_close(w, tag);
}

/* ---- trees of settings */

/* Policies are no settings on Windows, and what is Linux' own would be strange
 * in its tree. */
static bool
is_shown(const char *path, const char *top)
{
    static const char *const hidden[] = {
        "Client/AllowFresh",
        "Client/ConcatenateDefaults",
        "Client/DenyFresh",
        "Service/DisableRunAs",
        "Linux/",
    };

    if (strcmp(top, "Linux/") == 0)
        return true;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(hidden); i++)
        if (strncmp(path, hidden[i], strlen(hidden[i])) == 0)
            return false;
    return true;
}

/* WinRM's element for the drive's folder "Shell" is Winrs. */
static void
name_folder(const char *name, size_t n, char out[PATH_SIZE])
{
    if (n == 5 && strncmp(name, "Shell", 5) == 0)
        snprintf(out, PATH_SIZE, "cfg:Winrs");
    else
        snprintf(out, PATH_SIZE, "cfg:%.*s", (int)n, name);
}

struct folder {
    const char *name;
    size_t len;
};

/* How many leading folders of the path are already open. */
static size_t
common_depth(const struct folder *open, size_t depth, const char *path)
{
    for (size_t i = 0; i < depth; i++) {
        size_t n = strcspn(path, "/");
        if (path[n] == '\0' || n != open[i].len ||
            strncmp(path, open[i].name, n) != 0)
            return i;
        path += n + 1;
    }
    return depth;
}

static size_t
close_folders(struct hop_xml_writer *w, const struct folder *open, size_t depth,
              size_t keep)
{
    char tag[PATH_SIZE];

    while (depth > keep) {
        depth--;
        name_folder(open[depth].name, open[depth].len, tag);
        hop_xml_close(w, tag);
    }
    return depth;
}

/* The table is in the order of the tree: folders are opened and closed on the
 * way through it. */
static void
add_tree(const struct hop_config *config, const char *top,
         struct hop_xml_writer *w)
{
    struct folder open[DEPTH_MAX];
    size_t depth = 0, skip = strlen(top);
    char tag[PATH_SIZE];

    for (size_t i = 0; i < HOP_SET_COUNT; i++) {
        const char *whole = hop_setting_table[i].path, *path = whole + skip;
        HOP_AUTO_BUF struct hop_buf value = HOP_BUF_INIT;
        if (strncmp(whole, top, skip) != 0 || !is_shown(whole, top) ||
            !hop_config_get(config, whole, &value))
            continue;
        depth = close_folders(w, open, depth, common_depth(open, depth, path));
        for (size_t k = 0; k < depth; k++)
            path = strchr(path, '/') + 1;
        for (const char *slash;
             (slash = strchr(path, '/')) != NULL && depth < DEPTH_MAX;
             path = slash + 1) {
            open[depth++] = (struct folder){path, (size_t)(slash - path)};
            name_folder(path, (size_t)(slash - path), tag);
            hop_xml_open(w, tag);
        }
        settings_add_element(w, path, hop_buf_str(&value), config->policy[i]);
    }
    close_folders(w, open, depth, 0);
}

static bool
get_tree(const struct hop_settings_view *v, const struct settings_resource *s,
         const struct hop_settings_request *r, struct hop_buf *xml,
         struct hop_fault *fault)
{
    static const char *const none[] = {NULL};
    struct hop_xml_writer w = HOP_XML_WRITER(xml);
    char tag[PATH_SIZE], ns[PATH_SIZE];

    if (!settings_check_selectors(r, none, fault))
        return false;
    snprintf(tag, sizeof(tag), "cfg:%s", s->element);
    snprintf(ns, sizeof(ns), HOP_NS_CONFIG "%s", s->suffix);
    hop_xml_open(&w, tag);
    hop_xml_declare(&w, "cfg", ns);
    hop_xml_attr(&w, "xml:lang", "en-US");
    add_tree(v->config, s->path, &w);
    hop_xml_close(&w, tag);
    return true;
}

static bool
fail_unknown(const char *path, struct hop_fault *fault)
{
    return settings_fail(fault, HOP_FAULT_INVALID_REPRESENTATION,
                         "There is no setting %.200s.", path);
}

static bool
has_folder(const char *path)
{
    size_t n = strlen(path);

    for (size_t i = 0; i < HOP_SET_COUNT; i++)
        if (hop_ascii_ieqn(hop_setting_table[i].path, path, n))
            return true;
    return false;
}

/* The setting of that path as the table writes it. */
static const struct hop_setting_row *
find_setting(const char *path)
{
    for (size_t i = 0; i < HOP_SET_COUNT; i++)
        if (hop_ascii_ieq(hop_setting_table[i].path, path))
            return &hop_setting_table[i];
    return NULL;
}

/* One element of a Put: a setting, or a folder of some. */
static bool
plan_node(const struct hop_settings_view *v, const struct hop_xml_node *n,
          const char *folder, unsigned depth, struct hop_buf *changes,
          struct hop_fault *fault)
{
    const char *name = hop_ascii_ieq(n->local, "Winrs") && folder[0] == '\0'
                           ? "Shell"
                           : n->local;
    const struct hop_setting_row *row;
    char path[PATH_SIZE];
    int len = snprintf(path, sizeof(path), "%s%s", folder, name);

    if (len >= (int)sizeof(path) - 1 || depth > DEPTH_MAX)
        return fail_unknown(n->local, fault);
    row = find_setting(path);
    if (row != NULL)
        return n->first == NULL
                   ? settings_plan_value(v, row->path, n->text, changes, fault)
                   : fail_unknown(path, fault);
    strcat(path, "/");
    if (!has_folder(path))
        return fail_unknown(path, fault);
    for (const struct hop_xml_node *k = n->first; k; k = k->next)
        if (!plan_node(v, k, path, depth + 1, changes, fault))
            return false;
    return true;
}

/* What a change makes of the settings is tried: a value that cannot be is found
 * before anybody is asked to write it. */
static bool
try_changes(const struct hop_settings_view *v, const struct hop_buf *changes,
            struct hop_fault *fault)
{
    HOP_CLEANUP(hop_config_done) struct hop_config c;
    HOP_AUTO_BUF struct hop_buf now = HOP_BUF_INIT;
    struct hop_error err = {0};

    hop_config_init(&c);
    hop_config_format(v->config, false, &now);
    if (!hop_config_parse(&c, hop_buf_str(&now), "settings", false, &err) ||
        !hop_config_parse(&c, hop_buf_str(changes), "request", false, &err))
        return settings_fail(fault, HOP_FAULT_INVALID_REPRESENTATION, "%s",
                             err.text);
    return true;
}

static bool
plan_tree(const struct hop_settings_view *v, const struct settings_resource *s,
          const struct hop_settings_request *r, struct hop_buf *changes,
          struct hop_fault *fault)
{
    static const char *const none[] = {NULL};

    if (r->verb != HOP_WSMAN_PUT)
        return settings_refuse_verb(r, fault);
    if (!settings_check_selectors(r, none, fault))
        return false;
    if (r->body == NULL || !hop_ascii_ieq(r->body->local, s->element))
        return settings_fail(fault, HOP_FAULT_SCHEMA_VALIDATION,
                             "The body must be one element %s.", s->element);
    for (const struct hop_xml_node *n = r->body->first; n; n = n->next)
        if (!plan_node(v, n, s->path, 0, changes, fault))
            return false;
    return try_changes(v, changes, fault);
}

/* "Restore": what is set goes back to its default, as far as no policy holds
 * it.  Listeners, endpoints and what is Linux' own stay. */
static bool
restore_tree(const struct hop_settings_view *v,
             const struct settings_resource *s,
             const struct hop_settings_request *r, struct hop_buf *changes,
             struct hop_fault *fault)
{
    for (size_t i = 0; i < HOP_SET_COUNT; i++) {
        const char *path = hop_setting_table[i].path;
        if (v->config->set[i] && !v->config->policy[i] &&
            hop_ascii_ieqn(path, s->path, strlen(s->path)) &&
            is_shown(path, s->path))
            hop_config_change_remove(changes, path);
    }
    return true;
}

const struct settings_kind settings_tree = {
    .get = get_tree,
    .plan = plan_tree,
    .restore = restore_tree,
};

/* ---- verbs */

bool
settings_refuse_verb(const struct hop_settings_request *r,
                     struct hop_fault *fault)
{
    return settings_fail(fault, HOP_FAULT_ACTION_NOT_SUPPORTED,
                         "%s is not for %.200s.", hop_wsman_kind_name(r->verb),
                         r->resource_uri);
}

bool
hop_settings_get(const struct hop_settings_view *v,
                 const struct hop_settings_request *r, struct hop_buf *xml,
                 struct hop_fault *fault)
{
    const struct settings_resource *s = find_resource(r->resource_uri, fault);

    return s != NULL && s->kind->get(v, s, r, xml, fault);
}

bool
hop_settings_enumerate(const struct hop_settings_view *v,
                       const struct hop_settings_request *r,
                       hop_settings_item_fn *item, void *ctx,
                       struct hop_fault *fault)
{
    const struct settings_resource *s = find_resource(r->resource_uri, fault);

    if (s == NULL)
        return false;
    if (s->kind->enumerate == NULL)
        return settings_refuse_verb(r, fault);
    s->kind->enumerate(v, item, ctx);
    return true;
}

/* The last word of the action's URI. */
static bool
is_restore(const char *action)
{
    const char *slash = action != NULL ? strrchr(action, '/') : NULL;

    return slash != NULL && hop_ascii_ieq(slash + 1, "Restore");
}

static bool
check_action(const struct settings_resource *s,
             const struct hop_settings_request *r, struct hop_fault *fault)
{
    return (is_restore(r->action) && s->kind->restore != NULL) ||
           settings_fail(fault, HOP_FAULT_ACTION_NOT_SUPPORTED,
                         "%.200s is no action of %.200s; there is Restore.",
                         r->action ? r->action : "", r->resource_uri);
}

bool
hop_settings_plan(const struct hop_settings_view *v,
                  const struct hop_settings_request *r, struct hop_buf *changes,
                  struct hop_fault *fault)
{
    const struct settings_resource *s = find_resource(r->resource_uri, fault);

    if (s == NULL)
        return false;
    if (r->verb != HOP_WSMAN_INVOKE)
        return s->kind->plan(v, s, r, changes, fault);
    return check_action(s, r, fault) &&
           s->kind->restore(v, s, r, changes, fault);
}

bool
hop_settings_check(const struct hop_settings_request *r,
                   struct hop_fault *fault)
{
    const struct settings_resource *s = find_resource(r->resource_uri, fault);

    if (s == NULL)
        return false;
    if (r->verb == HOP_WSMAN_INVOKE)
        return check_action(s, r, fault);
    return r->verb != HOP_WSMAN_ENUMERATE || s->kind->enumerate != NULL ||
           settings_refuse_verb(r, fault);
}

/* WS-Transfer 3.4: "x:ResourceCreated", an endpoint reference. */
static void
add_created(const struct hop_settings_request *r, struct hop_buf *xml)
{
    struct hop_xml_writer w = HOP_XML_WRITER(xml);

    hop_xml_open(&w, "x:ResourceCreated");
    hop_xml_declare(&w, "x", HOP_NS_TRANSFER);
    hop_xml_declare(&w, "a", HOP_NS_ADDRESSING);
    hop_xml_declare(&w, "w", HOP_NS_WSMAN);
    hop_xml_element(&w, "a:Address", HOP_URI_ANONYMOUS);
    hop_xml_open(&w, "a:ReferenceParameters");
    hop_xml_element(&w, "w:ResourceURI", r->resource_uri);
    hop_xml_open(&w, "w:SelectorSet");
    for (size_t i = 0; i < r->selector_count; i++) {
        hop_xml_open(&w, "w:Selector");
        hop_xml_attr(&w, "Name", r->selectors[i].name);
        hop_xml_text(&w, r->selectors[i].value ? r->selectors[i].value : "");
        hop_xml_close(&w, "w:Selector");
    }
    hop_xml_close(&w, "w:SelectorSet");
    hop_xml_close(&w, "a:ReferenceParameters");
    hop_xml_close(&w, "x:ResourceCreated");
}

void
hop_settings_answer(const struct hop_settings_view *v,
                    const struct hop_settings_request *r, struct hop_buf *xml)
{
    struct hop_fault ignored;

    if (r->verb == HOP_WSMAN_CREATE)
        add_created(r, xml);
    else if (r->verb == HOP_WSMAN_PUT)
        (void)!hop_settings_get(v, r, xml, &ignored);
    else if (r->verb == HOP_WSMAN_INVOKE)
        hop_buf_addf(xml, "<cfg:Restore_OUTPUT xmlns:cfg=\"%s\"/>",
                     HOP_NS_CONFIG);
}
