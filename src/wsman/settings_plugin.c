/* Endpoints as plug-ins, MS-WSMV 2.2.4.27 (PlugInConfiguration): attributes,
 * initialization parameters, one resource, quotas.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "config/change.h"
#include "config/endpoint.h"
#include "wsman/settings_internal.h"

#define TREE "Plugin"
#define NS   HOP_NS_CONFIG "/PluginConfiguration"
#define ROOM 256
#define NAME_CHARS                                                             \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

enum place { ATTRIBUTE, PARAMETER, QUOTA, RESOURCE, SECURITY };

/* Keys of config/config.h and where the XML has them. */
static const struct row {
    const char *key;
    enum place place;
    enum hop_config_id like; /* what holds where it is not set; 0: nothing */
} rows[] = {
    {"Enabled", ATTRIBUTE},
    {"RunAsUser", ATTRIBUTE},
    {"ResourceUri", RESOURCE},
    {"Security", SECURITY},
    {"Engine", PARAMETER},
    {"Command", PARAMETER},
    {"ConfigurationFile", PARAMETER},
    {"RunAsVirtualAccount", PARAMETER},
    {"RunAsVirtualAccountGroups", PARAMETER},
    {"GroupManagedServiceAccount", PARAMETER},
    {"Users", PARAMETER},
    {"Groups", PARAMETER},
    {"Credential", PARAMETER},
    {"AllowDelegationTo", PARAMETER},
    {"DenyDelegationTo", PARAMETER},
    {"IdleTimeoutms", QUOTA, HOP_SET_SHELL_IDLE_TIMEOUT_MS},
    {"MaxIdleTimeoutms", QUOTA},
    {"MaxConcurrentUsers", QUOTA, HOP_SET_SHELL_MAX_USERS},
    {"MaxProcessesPerShell", QUOTA, HOP_SET_SHELL_MAX_PROCESSES},
    {"MaxMemoryPerShellMB", QUOTA, HOP_SET_SHELL_MAX_MEMORY_MB},
    {"MaxShellsPerUser", QUOTA, HOP_SET_SHELL_MAX_PER_USER},
    {"MaxShells", QUOTA},
};

static const char *const selectors[] = {"Name", NULL};

/* Its name as it is written in out, which may be NULL. */
static bool
is_there(const struct hop_config *c, const char *name, struct hop_endpoint *out)
{
    struct hop_endpoint e;

    for (size_t at = 0; hop_endpoint_next(c, &at, &e);)
        if (hop_ascii_ieq(e.name, name)) {
            if (out != NULL)
                *out = e;
            return true;
        }
    return false;
}

/* What is shown where nothing is set. */
static const char *
usual_value(const struct hop_config *c, const struct row *row, char text[16])
{
    if (row->place != QUOTA)
        return NULL;
    snprintf(text, 16, "%u",
             row->like ? hop_config_u32(c, row->like) : 2147483647u);
    return text;
}

static bool
check_name(const char *name, struct hop_fault *fault)
{
    size_t n = strlen(name);

    return (n > 0 && n <= 100 && strspn(name, NAME_CHARS) == n) ||
           settings_fail(fault, HOP_FAULT_INVALID_SELECTOR_VALUE,
                         "\"%.100s\" is no name of an endpoint: letters, "
                         "digits, dots, dashes.",
                         name);
}

static void
add_rows(const struct hop_settings_view *v, const char *name, enum place place,
         struct hop_xml_writer *w)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        const char *value =
            hop_config_entry(v->config, TREE, name, rows[i].key);
        char text[16];

        if (value == NULL)
            value = usual_value(v->config, &rows[i], text);
        if (rows[i].place != place || value == NULL)
            continue;
        if (place != PARAMETER) {
            hop_xml_attr(w, rows[i].key, value);
            continue;
        }
        hop_xml_open(w, "Param");
        hop_xml_attr(w, "Name", rows[i].key);
        hop_xml_attr(w, "Value", value);
        hop_xml_close(w, "Param");
    }
}

static void
add_resource(const struct hop_settings_view *v, const char *name,
             struct hop_xml_writer *w)
{
    HOP_AUTO_FREE char *usual = hop_xasprintf(HOP_URI_POWERSHELL "%s", name);
    const char *uri = hop_config_entry(v->config, TREE, name, "ResourceUri");
    const char *sddl = hop_config_entry(v->config, TREE, name, "Security");

    hop_xml_open(w, "Resources");
    hop_xml_open(w, "Resource");
    hop_xml_attr(w, "ResourceUri", uri != NULL ? uri : usual);
    hop_xml_attr(w, "SupportsOptions", "true");
    hop_xml_attr(w, "ExactMatch", "true");
    if (sddl != NULL && sddl[0] != '\0') {
        hop_xml_open(w, "Security");
        hop_xml_attr(w, "Uri", uri != NULL ? uri : usual);
        hop_xml_attr(w, "ExactMatch", "true");
        hop_xml_attr(w, "Sddl", sddl);
        hop_xml_close(w, "Security");
    }
    hop_xml_open(w, "Capability");
    hop_xml_attr(w, "Type", "Shell");
    hop_xml_close(w, "Capability");
    hop_xml_close(w, "Resource");
    hop_xml_close(w, "Resources");
}

static void
format_plugin(const struct hop_settings_view *v, const char *name,
              struct hop_buf *xml)
{
    struct hop_xml_writer w = HOP_XML_WRITER(xml);

    hop_xml_open(&w, "PlugInConfiguration");
    hop_xml_declare(&w, "", NS);
    hop_xml_attr(&w, "xml:lang", "en-US");
    hop_xml_attr(&w, "Name", name);
    hop_xml_attr(&w, "SDKVersion", "2");
    hop_xml_attr(&w, "XmlRenderingType", "text");
    if (hop_config_entry(v->config, TREE, name, "Enabled") == NULL)
        hop_xml_attr(&w, "Enabled", "true");
    add_rows(v, name, ATTRIBUTE, &w);
    hop_xml_open(&w, "InitializationParameters");
    add_rows(v, name, PARAMETER, &w);
    hop_xml_close(&w, "InitializationParameters");
    add_resource(v, name, &w);
    hop_xml_open(&w, "Quotas");
    add_rows(v, name, QUOTA, &w);
    hop_xml_close(&w, "Quotas");
    hop_xml_close(&w, "PlugInConfiguration");
}

static bool
want_plugin(const struct hop_settings_view *v,
            const struct hop_settings_request *r, struct hop_fault *fault)
{
    return settings_check_selectors(r, selectors, fault) &&
           (is_there(v->config, settings_selector(r, "Name"), NULL) ||
            settings_fail(fault, HOP_FAULT_RESOURCE_NOT_FOUND,
                          "There is no endpoint %.100s.",
                          settings_selector(r, "Name")));
}

static bool
get_plugin(const struct hop_settings_view *v, const struct settings_resource *s,
           const struct hop_settings_request *r, struct hop_buf *xml,
           struct hop_fault *fault)
{
    struct hop_endpoint e;

    if (!want_plugin(v, r, fault) ||
        !is_there(v->config, settings_selector(r, "Name"), &e))
        return false;
    format_plugin(v, e.name, xml);
    return true;
}

static void
enumerate_plugins(const struct hop_settings_view *v, hop_settings_item_fn *item,
                  void *ctx)
{
    struct hop_endpoint e;

    for (size_t at = 0; hop_endpoint_next(v->config, &at, &e);) {
        HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
        format_plugin(v, e.name, &xml);
        item(ctx, &xml);
    }
}

/* ---- writing */

static const char *
find_param(const struct hop_xml_node *list, const char *key)
{
    for (const struct hop_xml_node *n = list ? list->first : NULL; n;
         n = n->next) {
        const char *name = hop_xml_node_attr(n, "", "Name");
        if (name != NULL && hop_ascii_ieq(name, key))
            return hop_xml_node_attr(n, "", "Value");
    }
    return NULL;
}

static const struct hop_xml_node *
find_child(const struct hop_xml_node *n, const char *local)
{
    for (n = n ? n->first : NULL; n; n = n->next)
        if (hop_ascii_ieq(n->local, local))
            return n;
    return NULL;
}

/* What the body has for that key, or NULL. */
static const char *
find_value(const struct hop_xml_node *body, const struct row *row)
{
    const struct hop_xml_node *n = body;

    switch (row->place) {
    case ATTRIBUTE: break;
    case PARAMETER:
        return find_param(find_child(body, "InitializationParameters"),
                          row->key);
    case QUOTA: n = find_child(body, "Quotas"); break;
    case RESOURCE:
        n = find_child(find_child(body, "Resources"), "Resource");
        break;
    case SECURITY:
        n = find_child(find_child(find_child(body, "Resources"), "Resource"),
                       "Security");
        return n ? hop_xml_node_attr(n, "", "Sddl") : NULL;
    }
    return n ? hop_xml_node_attr(n, "", row->key) : NULL;
}

/* The address that an endpoint has by its name. */
static bool
is_usual_uri(const char *name, const struct row *row, const char *value)
{
    size_t n = strlen(HOP_URI_POWERSHELL);

    return row->place == RESOURCE &&
           hop_ascii_ieqn(value, HOP_URI_POWERSHELL, n) &&
           hop_ascii_ieq(value + n, name);
}

static bool
plan_body(const struct hop_settings_view *v,
          const struct hop_settings_request *r, const char *name,
          struct hop_buf *changes, struct hop_fault *fault)
{
    for (size_t i = 0; r->body && i < HOP_ARRAY_SIZE(rows); i++) {
        const char *value = find_value(r->body, &rows[i]);
        const char *now = hop_config_entry(v->config, TREE, name, rows[i].key);
        char path[2 * ROOM], text[16];

        if (now == NULL)
            now = usual_value(v->config, &rows[i], text);
        if (now == NULL && strcmp(rows[i].key, "Enabled") == 0)
            now = "true";
        snprintf(path, sizeof(path), TREE "/%.100s/%s", name, rows[i].key);
        if (value != NULL && (now == NULL || strcmp(now, value) != 0) &&
            !is_usual_uri(name, &rows[i], value) &&
            !settings_plan_value(v, path, value, changes, fault))
            return false;
    }
    return true;
}

static bool
is_built_in(const char *name)
{
    HOP_CLEANUP(hop_config_done) struct hop_config none;

    hop_config_init(&none);
    return is_there(&none, name, NULL);
}

static bool
plan_plugin(const struct hop_settings_view *v,
            const struct settings_resource *s,
            const struct hop_settings_request *r, struct hop_buf *changes,
            struct hop_fault *fault)
{
    const char *name = settings_selector(r, "Name");
    struct hop_endpoint e;
    char path[2 * ROOM];

    if (r->verb == HOP_WSMAN_CREATE) {
        if (!settings_check_selectors(r, selectors, fault) ||
            !check_name(name, fault))
            return false;
        if (is_there(v->config, name, NULL))
            return settings_fail(fault, HOP_FAULT_ALREADY_EXISTS,
                                 "There is an endpoint %s already.", name);
        snprintf(path, sizeof(path), TREE "/%.100s/Enabled", name);
        hop_config_change_set(changes, path, "true");
        return plan_body(v, r, name, changes, fault);
    }
    if (!want_plugin(v, r, fault) || !is_there(v->config, name, &e))
        return false;
    name = e.name;
    if (r->verb == HOP_WSMAN_PUT)
        return plan_body(v, r, name, changes, fault);
    if (r->verb != HOP_WSMAN_DELETE)
        return settings_refuse_verb(r, fault);
    snprintf(path, sizeof(path), TREE "/%.100s", name);
    if (hop_config_is_fixed(v->config, path))
        return settings_fail(fault, 0x8033808A,
                             "%s is fixed by a policy and cannot be removed.",
                             path);
    hop_config_change_remove(changes, path);
    /* One that is there by itself is switched off. */
    if (is_built_in(name)) {
        strcat(path, "/Enabled");
        hop_config_change_set(changes, path, "false");
    }
    return true;
}

/* Those that were added go. */
static bool
restore_plugins(const struct hop_settings_view *v,
                const struct settings_resource *s,
                const struct hop_settings_request *r, struct hop_buf *changes,
                struct hop_fault *fault)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    size_t at = 0;
    char path[2 * ROOM];

    while (hop_config_entry_name(v->config, TREE, &at, &name) != NULL) {
        snprintf(path, sizeof(path), TREE "/%.200s", hop_buf_str(&name));
        if (!hop_config_is_fixed(v->config, path))
            hop_config_change_remove(changes, path);
    }
    return true;
}

const struct settings_kind settings_plugin = {
    .get = get_plugin,
    .enumerate = enumerate_plugins,
    .plan = plan_plugin,
    .restore = restore_plugins,
};
