/* Bodies of Put, Create and Invoke from names and values, and the address of a
 * resource as users write it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "wsman/settings.h"
#include "xml/writer.h"

#define BODY_MAX (1024 * 1024)

static bool
set_attribute(struct hop_xml_node *n, const struct hop_settings_value *v)
{
    for (size_t i = 0; i < n->attr_count; i++) {
        struct hop_xml_attr *a = &n->attrs[i];
        if (!hop_ascii_ieq(a->local, v->name))
            continue;
        a->value = v->value;
        a->value_len = strlen(v->value);
        return true;
    }
    return false;
}

/* An element right below the root; what is deeper has a resource of its own. */
static bool
set_element(struct hop_xml_node *root, const struct hop_settings_value *v)
{
    for (struct hop_xml_node *n = root->first; n; n = n->next) {
        if (!hop_ascii_ieq(n->local, v->name) || n->first != NULL)
            continue;
        n->text = v->value;
        n->text_len = strlen(v->value);
        n->attr_count = 0; /* it is not nil, and no policy's, any more */
        return true;
    }
    return false;
}

bool
hop_settings_merge(const char *xml, const struct hop_settings_value *values,
                   size_t count, struct hop_buf *out, struct hop_error *err)
{
    const struct hop_xml_tree_options options = {
        .limits = hop_xml_soap_limits(BODY_MAX)};
    struct hop_xml_writer w = HOP_XML_WRITER(out);
    struct hop_xml_node *root = NULL;
    struct hop_arena arena;
    bool ok;

    hop_arena_init(&arena, 0);
    ok =
        hop_xml_tree_read(xml, strlen(xml), &options, &arena, NULL, &root, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = set_element(root, &values[i]) || set_attribute(root, &values[i]) ||
             hop_error_set(
                 err, HOP_ERROR_WSMAN, HOP_FAULT_INVALID_REPRESENTATION,
                 "%s has no property %.100s", root->local, values[i].name);
    if (ok)
        hop_xml_write_fragment(&w, root);
    hop_arena_done(&arena);
    return ok;
}

void
hop_settings_body(const char *uri, const char *root,
                  const struct hop_settings_value *values, size_t count,
                  struct hop_buf *out)
{
    struct hop_xml_writer w = HOP_XML_WRITER(out);
    const char *slash = strrchr(uri, '/');
    char name[256];

    snprintf(name, sizeof(name), "p:%s",
             root ? root : (slash ? slash + 1 : uri));
    hop_xml_open(&w, name);
    hop_xml_declare(&w, "p", uri);
    for (size_t i = 0; i < count; i++) {
        char tag[256];
        snprintf(tag, sizeof(tag), "p:%s", values[i].name);
        hop_xml_element(&w, tag, values[i].value);
    }
    hop_xml_close(&w, name);
}

bool
hop_settings_split_uri(char *text, struct hop_wsman_selector *out, size_t max,
                       size_t *count)
{
    char *p = strchr(text, '?');

    *count = 0;
    if (p == NULL)
        return true;
    *p++ = '\0';
    while (*p != '\0') {
        size_t n = strcspn(p, "+&");
        char *equals = memchr(p, '=', n), *next = p + n + (p[n] != '\0');

        p[n] = '\0';
        if (equals == NULL || equals == p || *count == max)
            return false;
        *equals = '\0';
        out[(*count)++] = (struct hop_wsman_selector){p, equals + 1};
        p = next;
    }
    return true;
}
