/* Parts of a resource, as DSP0226 7.7 names them by a path (its level 1 of
 * XPath): "Auth/Basic", "Status/text()", "@Enabled".  They are cut out of the
 * whole and put into it on this side, so that every server will do.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "wsman/settings.h"
#include "wsman/uri.h"
#include "xml/writer.h"

#define BODY_MAX (1024 * 1024)
#define NAME_MAX 256

struct place {
    struct hop_xml_node *node; /* the first one of that name */
    struct hop_xml_attr *attr; /* or that of it */
    bool text;                 /* its text alone */
};

/* The next part of the path without its prefix; false at the end. */
static bool
next_part(const char **path, char out[NAME_MAX])
{
    size_t n;
    const char *colon;

    *path += strspn(*path, "/");
    n = strcspn(*path, "/");
    colon = memchr(*path, ':', n);
    if (n == 0 || n >= NAME_MAX)
        return false;
    if (colon != NULL) {
        n -= (size_t)(colon + 1 - *path);
        *path = colon + 1;
    }
    memcpy(out, *path, n);
    out[n] = '\0';
    *path += n;
    return true;
}

static bool
step(struct place *p, const char *part)
{
    if (strcmp(part, "text()") == 0) {
        p->text = true;
        return true;
    }
    if (part[0] == '@') {
        for (size_t i = 0; i < p->node->attr_count && p->attr == NULL; i++)
            if (hop_ascii_ieq(p->node->attrs[i].local, part + 1))
                p->attr = &p->node->attrs[i];
        return p->attr != NULL;
    }
    for (struct hop_xml_node *n = p->node->first; n; n = n->next)
        if (hop_ascii_ieq(n->local, part)) {
            p->node = n;
            return true;
        }
    return false;
}

static bool
find(struct hop_xml_node *root, const char *path, struct place *out,
     struct hop_error *err)
{
    const char *rest = path;
    char part[NAME_MAX];
    bool first = true;

    *out = (struct place){.node = root};
    while (next_part(&rest, part)) {
        bool over = out->attr != NULL || out->text;

        if (over || !step(out, part))
            if (over || !first || !hop_ascii_ieq(part, root->local))
                return hop_error_set(err, HOP_ERROR_WSMAN,
                                     HOP_FAULT_INVALID_REPRESENTATION,
                                     "%s has no part %.200s: a fragment is "
                                     "named by the names on the way to it, "
                                     "such as Auth/Basic",
                                     root->local, path);
        first = false;
    }
    return !first ||
           hop_error_set(err, HOP_ERROR_WSMAN, HOP_FAULT_INVALID_REPRESENTATION,
                         "the fragment's name is empty");
}

static void
write_part(const struct place *p, struct hop_buf *out)
{
    struct hop_xml_writer w = HOP_XML_WRITER(out);

    hop_xml_open(&w, "w:XmlFragment");
    hop_xml_declare(&w, "w", HOP_NS_WSMAN);
    if (p->attr != NULL || p->text)
        hop_xml_text(&w, p->attr != NULL ? p->attr->value : p->node->text);
    for (const struct hop_xml_node *n = p->node;
         n != NULL && p->attr == NULL && !p->text; n = n->next)
        if (n == p->node || strcmp(n->local, p->node->local) == 0)
            hop_xml_write_fragment(&w, n);
    hop_xml_close(&w, "w:XmlFragment");
}

static void
change_part(const struct place *p, const char *value)
{
    if (p->attr != NULL) {
        p->attr->value = value;
        p->attr->value_len = strlen(value);
        return;
    }
    p->node->text = value;
    p->node->text_len = strlen(value);
    p->node->attr_count = 0; /* it is not nil, and no policy's, any more */
}

bool
hop_settings_fragment(const char *xml, const char *path, const char *value,
                      struct hop_buf *out, struct hop_error *err)
{
    const struct hop_xml_tree_options options = {
        .limits = hop_xml_soap_limits(BODY_MAX)};
    struct hop_xml_writer w = HOP_XML_WRITER(out);
    struct hop_xml_node *root = NULL;
    struct hop_arena arena;
    struct place p = {0};
    bool ok;

    hop_arena_init(&arena, 0);
    ok = hop_xml_tree_read(xml, strlen(xml), &options, &arena, NULL, &root,
                           err) &&
         find(root, path, &p, err);
    if (ok && value == NULL)
        write_part(&p, out);
    if (ok && value != NULL && p.attr == NULL && p.node->first != NULL)
        ok = hop_error_set(err, HOP_ERROR_WSMAN,
                           HOP_FAULT_INVALID_REPRESENTATION,
                           "%.200s is no value but a folder of some", path);
    else if (ok && value != NULL) {
        change_part(&p, value);
        hop_xml_write_fragment(&w, root);
    }
    hop_arena_done(&arena);
    return ok;
}

const char *
hop_settings_fragment_value(const char *path,
                            const struct hop_settings_value *values,
                            size_t count, struct hop_error *err)
{
    char part[NAME_MAX] = "", last[NAME_MAX] = "";

    while (next_part(&path, part))
        if (strcmp(part, "text()") != 0)
            memcpy(last, part, sizeof(last));
    for (size_t i = 0; i < count; i++)
        if (hop_ascii_ieq(values[i].name, last[0] == '@' ? last + 1 : last))
            return values[i].value;
    hop_error_set(err, HOP_ERROR_GENERIC, 0,
                  "the fragment ends with %.100s, and no value of that name is "
                  "given",
                  last);
    return NULL;
}
