/* Mappings of client certificates to users, MS-WSMV 2.2.4.5 (CertMapping): told
 * apart by Issuer, Subject and URI; in the file each has a name.
 *
 * Windows keeps a password with each, to log on with.  Here none is needed, so
 * one that comes is not kept, and none is ever shown.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "config/change.h"
#include "wsman/settings_internal.h"

#define TREE "ClientCertificate"
#define NS   HOP_NS_CONFIG "/service/certmapping"
#define ROOM 256

enum { SHA1_DIGITS = 40, SHA256_DIGITS = 64 };

static const char *const selectors[] = {"Issuer", "Subject", "URI", NULL};

struct mapping {
    char name[ROOM];
    const char *issuer, *subject, *uri, *user, *enabled;
};

static const char *
entry(const struct hop_config *c, const char *name, const char *key,
      const char *otherwise)
{
    const char *v = hop_config_entry(c, TREE, name, key);

    return v != NULL && v[0] != '\0' ? v : otherwise;
}

/* The next one; *at counts from 0. */
static bool
next_mapping(const struct hop_config *c, size_t *at, struct mapping *out)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;

    if (hop_config_entry_name(c, TREE, at, &name) == NULL)
        return false;
    snprintf(out->name, sizeof(out->name), "%s", hop_buf_str(&name));
    out->issuer = entry(c, out->name, "Issuer", "");
    out->subject = entry(c, out->name, "Subject", "*");
    out->uri = entry(c, out->name, "URI", "*");
    out->user = entry(c, out->name, "UserName", "");
    out->enabled = entry(c, out->name, "Enabled", "true");
    return true;
}

/* Thumbprints are the same with and without blanks and colons. */
static void
write_print(const char *text, char out[ROOM])
{
    size_t n = 0;

    for (; *text != '\0' && n + 1 < ROOM; text++)
        if (*text != ' ' && *text != ':')
            out[n++] = hop_ascii_lower(*text);
    out[n] = '\0';
}

static bool
is_same_print(const char *a, const char *b)
{
    char one[ROOM], other[ROOM];

    write_print(a, one);
    write_print(b, other);
    return strcmp(one, other) == 0;
}

static bool
find_mapping(const struct hop_config *c, const struct hop_settings_request *r,
             struct mapping *out)
{
    for (size_t at = 0; next_mapping(c, &at, out);)
        if (is_same_print(out->issuer, settings_selector(r, "Issuer")) &&
            hop_ascii_ieq(out->subject, settings_selector(r, "Subject")) &&
            hop_ascii_ieq(out->uri, settings_selector(r, "URI")))
            return true;
    return false;
}

static bool
want_mapping(const struct hop_settings_view *v,
             const struct hop_settings_request *r, struct mapping *out,
             struct hop_fault *fault)
{
    if (!settings_check_selectors(r, selectors, fault))
        return false;
    return find_mapping(v->config, r, out) ||
           settings_fail(fault, HOP_FAULT_RESOURCE_NOT_FOUND,
                         "There is no mapping of client certificates "
                         "Issuer=%.64s+Subject=%.100s+URI=%.200s.",
                         settings_selector(r, "Issuer"),
                         settings_selector(r, "Subject"),
                         settings_selector(r, "URI"));
}

/* ---- reading */

static void
format_mapping(const struct hop_settings_view *v, const struct mapping *m,
               struct hop_buf *xml)
{
    const struct {
        const char *name, *value;
    } rows[] = {
        {"URI", m->uri},       {"Subject", m->subject}, {"Issuer", m->issuer},
        {"UserName", m->user}, {"Enabled", m->enabled},
    };
    struct hop_xml_writer w = HOP_XML_WRITER(xml);
    char path[2 * ROOM];

    hop_xml_open(&w, "cfg:CertMapping");
    hop_xml_declare(&w, "cfg", NS);
    hop_xml_attr(&w, "xml:lang", "en-US");
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        snprintf(path, sizeof(path), TREE "/%s/%s", m->name, rows[i].name);
        settings_add_element(&w, rows[i].name, rows[i].value,
                             hop_config_is_fixed(v->config, path));
    }
    settings_add_element(&w, "Password", "", false);
    hop_xml_close(&w, "cfg:CertMapping");
}

static bool
get_mapping(const struct hop_settings_view *v,
            const struct settings_resource *s,
            const struct hop_settings_request *r, struct hop_buf *xml,
            struct hop_fault *fault)
{
    struct mapping m;

    if (!want_mapping(v, r, &m, fault))
        return false;
    format_mapping(v, &m, xml);
    return true;
}

static void
enumerate_mappings(const struct hop_settings_view *v,
                   hop_settings_item_fn *item, void *ctx)
{
    struct mapping m;

    for (size_t at = 0; next_mapping(v->config, &at, &m);) {
        HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
        format_mapping(v, &m, &xml);
        item(ctx, &xml);
    }
}

/* ---- writing */

static bool
check_value(const char *key, const char *value, struct hop_fault *fault)
{
    if (strcmp(key, "Enabled") == 0 && !hop_ascii_ieq(value, "true") &&
        !hop_ascii_ieq(value, "false"))
        return settings_fail(fault, HOP_FAULT_INVALID_REPRESENTATION,
                             "Enabled is true or false, not \"%.40s\".", value);
    if (strcmp(key, "UserName") == 0 && value[0] == '\0')
        return settings_fail(fault, HOP_FAULT_INVALID_REPRESENTATION,
                             "The UserName of a mapping cannot be empty: it "
                             "says who the certificate's owner is here.");
    return settings_check_line(key, value, fault);
}

/* What of the body differs from what is. */
static bool
plan_body(const struct hop_settings_view *v,
          const struct hop_settings_request *r, const struct mapping *m,
          struct hop_buf *changes, struct hop_fault *fault)
{
    static const char *const aside[] = {"Issuer", "Subject", "URI", "Password"};
    const struct {
        const char *key, *now;
    } rows[] = {{"UserName", m->user}, {"Enabled", m->enabled}};

    for (const struct hop_xml_node *n = r->body ? r->body->first : NULL; n;
         n = n->next) {
        char path[2 * ROOM];
        bool skip = false;
        size_t k = 0;

        for (size_t i = 0; i < HOP_ARRAY_SIZE(aside); i++)
            skip = skip || hop_ascii_ieq(aside[i], n->local);
        if (skip)
            continue;
        while (k < HOP_ARRAY_SIZE(rows) &&
               !hop_ascii_ieq(rows[k].key, n->local))
            k++;
        if (k == HOP_ARRAY_SIZE(rows))
            return settings_fail(fault, HOP_FAULT_INVALID_REPRESENTATION,
                                 "A mapping of client certificates has no "
                                 "%.100s.",
                                 n->local);
        snprintf(path, sizeof(path), TREE "/%s/%s", m->name, rows[k].key);
        if (!check_value(rows[k].key, n->text, fault))
            return false;
        if (strcmp(rows[k].now, n->text) != 0 &&
            !settings_plan_value(v, path, n->text, changes, fault))
            return false;
    }
    return true;
}

static bool
check_new(const struct hop_settings_request *r, struct hop_fault *fault)
{
    char print[ROOM];
    size_t n;
    bool has_user = false;

    write_print(settings_selector(r, "Issuer"), print);
    n = strlen(print);
    if ((n != SHA1_DIGITS && n != SHA256_DIGITS) ||
        strspn(print, "0123456789abcdef") != n)
        return settings_fail(fault, HOP_FAULT_INVALID_SELECTOR_VALUE,
                             "Issuer is the thumbprint of an authority's "
                             "certificate, 40 or 64 hexadecimal digits, not "
                             "\"%.80s\".",
                             settings_selector(r, "Issuer"));
    for (size_t i = 1; selectors[i] != NULL; i++) {
        const char *value = settings_selector(r, selectors[i]);

        if (value[0] == '\0' || strlen(value) >= ROOM)
            return settings_fail(fault, HOP_FAULT_INVALID_SELECTOR_VALUE,
                                 "%s is a pattern of up to %d characters; * "
                                 "stands for every one.",
                                 selectors[i], ROOM - 1);
        if (!settings_check_line(selectors[i], value, fault))
            return false;
    }
    for (const struct hop_xml_node *k = r->body ? r->body->first : NULL; k;
         k = k->next)
        has_user = has_user || hop_ascii_ieq(k->local, "UserName");
    return has_user ||
           settings_fail(fault, HOP_FAULT_INVALID_REPRESENTATION,
                         "A mapping of client certificates needs a UserName, "
                         "the account that they log on to.");
}

/* "mapping-1", the first number that is free. */
static void
choose_name(const struct hop_config *c, char out[ROOM])
{
    for (unsigned k = 1;; k++) {
        struct mapping m;
        bool taken = false;

        snprintf(out, ROOM, "mapping-%u", k);
        for (size_t at = 0; !taken && next_mapping(c, &at, &m);)
            taken = hop_ascii_ieq(m.name, out);
        if (!taken)
            return;
    }
}

static bool
plan_create(const struct hop_settings_view *v,
            const struct hop_settings_request *r, struct hop_buf *changes,
            struct hop_fault *fault)
{
    struct mapping m;
    char print[ROOM];

    if (!settings_check_selectors(r, selectors, fault) || !check_new(r, fault))
        return false;
    if (find_mapping(v->config, r, &m))
        return settings_fail(fault, HOP_FAULT_ALREADY_EXISTS,
                             "There is such a mapping of client certificates "
                             "already, to %.100s; winrm set changes it.",
                             m.user);
    m = (struct mapping){.user = "", .enabled = "true"};
    choose_name(v->config, m.name);
    write_print(settings_selector(r, "Issuer"), print);
    for (size_t i = 0; selectors[i] != NULL; i++) {
        char path[2 * ROOM];

        snprintf(path, sizeof(path), TREE "/%s/%s", m.name, selectors[i]);
        hop_config_change_set(
            changes, path, i == 0 ? print : settings_selector(r, selectors[i]));
    }
    return plan_body(v, r, &m, changes, fault);
}

static bool
plan_delete(const struct hop_settings_view *v, const struct mapping *m,
            struct hop_buf *changes, struct hop_fault *fault)
{
    char path[2 * ROOM];

    snprintf(path, sizeof(path), TREE "/%s", m->name);
    if (hop_config_is_fixed(v->config, path))
        return settings_fail(fault, 0x8033808A,
                             "%s is fixed by a policy and cannot be removed.",
                             path);
    hop_config_change_remove(changes, path);
    return true;
}

static bool
plan_mapping(const struct hop_settings_view *v,
             const struct settings_resource *s,
             const struct hop_settings_request *r, struct hop_buf *changes,
             struct hop_fault *fault)
{
    struct mapping m;

    if (r->verb == HOP_WSMAN_CREATE)
        return plan_create(v, r, changes, fault);
    if (r->verb != HOP_WSMAN_PUT && r->verb != HOP_WSMAN_DELETE)
        return settings_refuse_verb(r, fault);
    if (!want_mapping(v, r, &m, fault))
        return false;
    return r->verb == HOP_WSMAN_DELETE ? plan_delete(v, &m, changes, fault)
                                       : plan_body(v, r, &m, changes, fault);
}

const struct settings_kind settings_certmap = {
    .get = get_mapping,
    .enumerate = enumerate_mappings,
    .plan = plan_mapping,
};
