/* Listeners: many of one kind, told apart by Address and Transport, as WinRM
 * has it; in the file each has a name.
 *
 * Without any there is one for HTTP.  One with the name "none", which listens
 * to nothing, stands for the wish that there be none.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "config/change.h"
#include "wsman/settings_internal.h"

#define TREE       "Listener"
#define NONE       "none"
#define ROOM       256
#define NAME_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-"

static const char *const selectors[] = {"Address", "Transport", NULL};

struct listener {
    char name[ROOM], address[ROOM], transport[ROOM], port[ROOM];
    const char *hostname, *enabled, *prefix, *thumbprint;
    bool given; /* it is in the settings */
};

static const char *
entry(const struct hop_config *c, const char *name, const char *key,
      const char *otherwise)
{
    const char *v = hop_config_entry(c, TREE, name, key);

    return v != NULL && v[0] != '\0' ? v : otherwise;
}

/* WinRM writes "IP:10.0.0.1"; the file has the address alone. */
static const char *
bare_address(const char *address)
{
    return hop_ascii_ieqn(address, "IP:", 3) ? address + 3 : address;
}

static void
read_listener(const struct hop_config *c, const char *name, bool given,
              struct listener *out)
{
    const char *address = bare_address(entry(c, name, "Address", "*"));
    bool https = hop_ascii_ieq(entry(c, name, "Transport", name), "https");
    const char *port = entry(c, name, "Port", NULL);
    enum hop_config_id usual =
        https ? HOP_SET_SERVICE_PORT_HTTPS : HOP_SET_SERVICE_PORT_HTTP;

    snprintf(out->name, sizeof(out->name), "%s", name);
    snprintf(out->address, sizeof(out->address), "%s%s",
             strcmp(address, "*") == 0 ? "" : "IP:", address);
    snprintf(out->transport, sizeof(out->transport), "%s",
             https ? "HTTPS" : "HTTP");
    snprintf(out->port, sizeof(out->port), "%u", hop_config_u32(c, usual));
    if (port != NULL)
        snprintf(out->port, sizeof(out->port), "%s", port);
    out->hostname = entry(c, name, "Hostname", "");
    out->enabled = entry(c, name, "Enabled", "true");
    out->prefix = entry(c, name, "URLPrefix", "wsman");
    out->thumbprint =
        entry(c, name, "CertificateThumbprint",
              https ? hop_config_text(c, HOP_SET_SERVICE_THUMBPRINT) : "");
    out->given = given;
}

/* The next one; *at counts from 0. */
static bool
next_listener(const struct hop_config *c, size_t *at, struct listener *out)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    size_t first = 0;

    if (hop_config_entry_name(c, TREE, &first, &name) == NULL) {
        read_listener(c, "http", false, out);
        return (*at)++ == 0;
    }
    while (hop_config_entry_name(c, TREE, at, &name) != NULL)
        if (!hop_ascii_ieq(hop_buf_str(&name), NONE)) {
            read_listener(c, hop_buf_str(&name), true, out);
            return true;
        }
    return false;
}

static bool
find_listener(const struct hop_config *c, const struct hop_settings_request *r,
              struct listener *out)
{
    const char *address = bare_address(settings_selector(r, "Address"));
    const char *transport = settings_selector(r, "Transport");
    size_t at = 0;

    while (next_listener(c, &at, out))
        if (hop_ascii_ieq(bare_address(out->address), address) &&
            hop_ascii_ieq(out->transport, transport))
            return true;
    return false;
}

static bool
want_listener(const struct hop_settings_view *v,
              const struct hop_settings_request *r, struct listener *out,
              struct hop_fault *fault)
{
    if (!settings_check_selectors(r, selectors, fault))
        return false;
    return find_listener(v->config, r, out) ||
           settings_fail(fault, HOP_FAULT_RESOURCE_NOT_FOUND,
                         "There is no listener Address=%.100s+Transport=%.20s.",
                         settings_selector(r, "Address"),
                         settings_selector(r, "Transport"));
}

static void
add_addresses(const struct hop_settings_view *v, const struct listener *l,
              struct hop_xml_writer *w)
{
    const char *list =
        strcmp(l->address, "*") == 0 ? v->addresses : bare_address(l->address);

    while (list != NULL && *list != '\0') {
        size_t n = strcspn(list, " ");
        char one[64];

        snprintf(one, sizeof(one), "%.*s", (int)n, list);
        settings_add_element(w, "ListeningOn", one, false);
        list += n + (list[n] == ' ');
    }
}

static void
format_listener(const struct hop_settings_view *v, const struct listener *l,
                struct hop_buf *xml)
{
    const struct {
        const char *name, *value;
    } rows[] = {
        {"Address", l->address},
        {"Transport", l->transport},
        {"Port", l->port},
        {"Hostname", l->hostname},
        {"Enabled", l->enabled},
        {"URLPrefix", l->prefix},
        {"CertificateThumbprint", l->thumbprint},
    };
    struct hop_xml_writer w = HOP_XML_WRITER(xml);
    char path[3 * ROOM];

    hop_xml_open(&w, "cfg:Listener");
    hop_xml_declare(&w, "cfg", HOP_NS_CONFIG "/listener");
    hop_xml_declare(&w, "xsi", HOP_NS_XSI);
    hop_xml_attr(&w, "xml:lang", "en-US");
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        snprintf(path, sizeof(path), TREE "/%s/%s", l->name, rows[i].name);
        settings_add_element(&w, rows[i].name, rows[i].value,
                             hop_config_is_fixed(v->config, path));
    }
    add_addresses(v, l, &w);
    hop_xml_close(&w, "cfg:Listener");
}

static bool
get_listener(const struct hop_settings_view *v,
             const struct settings_resource *s,
             const struct hop_settings_request *r, struct hop_buf *xml,
             struct hop_fault *fault)
{
    struct listener l;

    if (!want_listener(v, r, &l, fault))
        return false;
    format_listener(v, &l, xml);
    return true;
}

static void
enumerate_listeners(const struct hop_settings_view *v,
                    hop_settings_item_fn *item, void *ctx)
{
    struct listener l;

    for (size_t at = 0; next_listener(v->config, &at, &l);) {
        HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
        format_listener(v, &l, &xml);
        item(ctx, &xml);
    }
}

/* ---- writing */

static bool
check_value(const char *key, const char *value, struct hop_fault *fault)
{
    size_t n = strlen(value);

    if (strcmp(key, "Enabled") == 0 && !hop_ascii_ieq(value, "true") &&
        !hop_ascii_ieq(value, "false"))
        return settings_fail(fault, HOP_FAULT_INVALID_REPRESENTATION,
                             "Enabled is true or false, not \"%.40s\".", value);
    if (strcmp(key, "Port") == 0 &&
        (n == 0 || n > 5 || strspn(value, "0123456789") != n))
        return settings_fail(fault, HOP_FAULT_INVALID_REPRESENTATION,
                             "Port is a number from 1 to 65535, not \"%.40s\".",
                             value);
    return settings_check_line(key, value, fault);
}

static bool
has_element(const struct hop_xml_node *body, const char *name)
{
    for (const struct hop_xml_node *n = body ? body->first : NULL; n;
         n = n->next)
        if (hop_ascii_ieq(n->local, name))
            return true;
    return false;
}

/* A certificate named by its thumbprint alone takes the place of the file. */
static bool
plan_no_file(const struct hop_settings_view *v,
             const struct hop_settings_request *r, const struct listener *l,
             struct hop_buf *changes, struct hop_fault *fault)
{
    static const char *const keys[] = {"CertificateFile", "KeyFile"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(keys); i++) {
        char path[3 * ROOM];

        snprintf(path, sizeof(path), TREE "/%s/%s", l->name, keys[i]);
        if (entry(v->config, l->name, keys[i], NULL) == NULL ||
            has_element(r->body, keys[i]))
            continue;
        if (hop_config_is_fixed(v->config, path))
            return settings_fail(fault, 0x8033808A,
                                 "%s is fixed by a policy, and names the "
                                 "certificate; its thumbprint cannot be "
                                 "changed beside it.",
                                 path);
        hop_config_change_remove(changes, path);
    }
    return true;
}

/* What of the body differs from what is. */
static bool
plan_body(const struct hop_settings_view *v,
          const struct hop_settings_request *r, const struct listener *l,
          struct hop_buf *changes, struct hop_fault *fault)
{
    const struct {
        const char *key, *now;
    } rows[] = {
        {"Port", l->port},
        {"Hostname", l->hostname},
        {"Enabled", l->enabled},
        {"URLPrefix", l->prefix},
        {"CertificateThumbprint", l->thumbprint},
        {"CertificateFile", entry(v->config, l->name, "CertificateFile", "")},
        {"KeyFile", entry(v->config, l->name, "KeyFile", "")},
    };

    for (const struct hop_xml_node *n = r->body ? r->body->first : NULL; n;
         n = n->next) {
        char path[3 * ROOM];
        size_t k = 0;

        if (hop_ascii_ieq(n->local, "Address") ||
            hop_ascii_ieq(n->local, "Transport") ||
            hop_ascii_ieq(n->local, "ListeningOn"))
            continue; /* they say which; they cannot be changed */
        while (k < HOP_ARRAY_SIZE(rows) &&
               !hop_ascii_ieq(rows[k].key, n->local))
            k++;
        if (k == HOP_ARRAY_SIZE(rows))
            return settings_fail(fault, HOP_FAULT_INVALID_REPRESENTATION,
                                 "A listener has no %.100s.", n->local);
        if (strcmp(rows[k].now, n->text) == 0)
            continue;
        snprintf(path, sizeof(path), TREE "/%s/%s", l->name, rows[k].key);
        if (!check_value(rows[k].key, n->text, fault) ||
            !settings_plan_value(v, path, n->text, changes, fault))
            return false;
        if (strcmp(rows[k].key, "CertificateThumbprint") == 0 &&
            n->text[0] != '\0' && !plan_no_file(v, r, l, changes, fault))
            return false;
    }
    return true;
}

static bool
is_taken(const struct hop_config *c, const char *name)
{
    HOP_AUTO_BUF struct hop_buf other = HOP_BUF_INIT;
    size_t at = 0;

    while (hop_config_entry_name(c, TREE, &at, &other) != NULL)
        if (hop_ascii_ieq(hop_buf_str(&other), name))
            return true;
    return false;
}

/* "https"; "https-10-0-0-1"; one that is taken gets a number. */
static void
choose_name(const struct hop_config *c, const char *address, bool https,
            char out[ROOM])
{
    char base[ROOM / 2];

    snprintf(base, sizeof(base), "%s%s%.60s", https ? "https" : "http",
             strcmp(address, "*") == 0 ? "" : "-",
             strcmp(address, "*") == 0 ? "" : address);
    for (char *p = base; *p != '\0'; p++)
        if (strchr(NAME_CHARS, *p) == NULL)
            *p = '-';
    snprintf(out, ROOM, "%s", base);
    for (unsigned k = 2; is_taken(c, out); k++)
        snprintf(out, ROOM, "%s-%u", base, k);
}

static bool
check_new(const struct hop_settings_request *r, bool https,
          struct hop_fault *fault)
{
    const char *transport = settings_selector(r, "Transport");
    const char *address = bare_address(settings_selector(r, "Address"));
    bool has_certificate = false;

    if (!https && !hop_ascii_ieq(transport, "http"))
        return settings_fail(fault, HOP_FAULT_INVALID_SELECTOR_VALUE,
                             "Transport is HTTP or HTTPS, not \"%.40s\".",
                             transport);
    if (address[0] == '\0' || strlen(address) > 60 ||
        (strcmp(address, "*") != 0 &&
         strspn(address, "0123456789abcdefABCDEF.:") != strlen(address)))
        return settings_fail(fault, HOP_FAULT_INVALID_SELECTOR_VALUE,
                             "Address is * or IP: and an address, not "
                             "\"%.60s\".",
                             address);
    for (const struct hop_xml_node *n = r->body ? r->body->first : NULL; n;
         n = n->next)
        has_certificate =
            has_certificate ||
            (n->text[0] != '\0' && hop_ascii_ieqn(n->local, "Certificate", 11));
    return !https || has_certificate ||
           settings_fail(fault, HOP_FAULT_INVALID_REPRESENTATION,
                         "A listener for HTTPS needs a CertificateThumbprint; "
                         "winrm quickconfig -transport:https finds one.");
}

static bool
plan_create(const struct hop_settings_view *v,
            const struct hop_settings_request *r, struct hop_buf *changes,
            struct hop_fault *fault)
{
    struct listener l, old = {.given = true};
    size_t first = 0;
    char path[2 * ROOM], name[ROOM];

    if (!settings_check_selectors(r, selectors, fault))
        return false;
    const char *address = bare_address(settings_selector(r, "Address"));
    bool https = hop_ascii_ieq(settings_selector(r, "Transport"), "https");
    if (!check_new(r, https, fault))
        return false;
    if (find_listener(v->config, r, &l))
        return settings_fail(fault, HOP_FAULT_ALREADY_EXISTS,
                             "There is a listener Address=%s+Transport=%s "
                             "already; winrm set changes it.",
                             l.address, l.transport);
    /* The one that was there by itself stays. */
    if (next_listener(v->config, &first, &old) && !old.given)
        hop_config_change_set(changes, TREE "/http/Transport", "HTTP");
    choose_name(v->config, address, https, name);
    snprintf(path, sizeof(path), TREE "/%s/Transport", name);
    hop_config_change_set(changes, path, https ? "HTTPS" : "HTTP");
    if (strcmp(address, "*") != 0) {
        snprintf(path, sizeof(path), TREE "/%s/Address", name);
        hop_config_change_set(changes, path, address);
    }
    read_listener(v->config, name, true, &l);
    snprintf(l.port, sizeof(l.port), "%u",
             hop_config_u32(v->config, https ? HOP_SET_SERVICE_PORT_HTTPS
                                             : HOP_SET_SERVICE_PORT_HTTP));
    if (!plan_body(v, r, &l, changes, fault))
        return false;
    if (is_taken(v->config, NONE))
        hop_config_change_remove(changes, TREE "/" NONE);
    return true;
}

static bool
plan_delete(const struct hop_settings_view *v, const struct listener *l,
            struct hop_buf *changes, struct hop_fault *fault)
{
    char path[2 * ROOM];
    struct listener other;
    size_t at = 0, count = 0;

    snprintf(path, sizeof(path), TREE "/%s", l->name);
    if (hop_config_is_fixed(v->config, path))
        return settings_fail(fault, 0x8033808A,
                             "%s is fixed by a policy and cannot be removed.",
                             path);
    while (next_listener(v->config, &at, &other))
        count++;
    if (l->given)
        hop_config_change_remove(changes, path);
    if (count == 1)
        hop_config_change_set(changes, TREE "/" NONE "/Enabled", "false");
    return true;
}

static bool
plan_listener(const struct hop_settings_view *v,
              const struct settings_resource *s,
              const struct hop_settings_request *r, struct hop_buf *changes,
              struct hop_fault *fault)
{
    struct listener l;

    if (r->verb == HOP_WSMAN_CREATE)
        return plan_create(v, r, changes, fault);
    if (r->verb != HOP_WSMAN_PUT && r->verb != HOP_WSMAN_DELETE)
        return settings_refuse_verb(r, fault);
    if (!want_listener(v, r, &l, fault))
        return false;
    return r->verb == HOP_WSMAN_DELETE ? plan_delete(v, &l, changes, fault)
                                       : plan_body(v, r, &l, changes, fault);
}

const struct settings_kind settings_listener = {
    .get = get_listener,
    .enumerate = enumerate_listeners,
    .plan = plan_listener,
};
