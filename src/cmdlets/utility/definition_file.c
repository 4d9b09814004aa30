/* Reads .ps1xml files (about_Types.ps1xml).
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/utility/definition_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/libxml.h"
#include "base/text.h"
#include "engine/provider.h"
#include "smb/files.h"
#include "value/collections.h"

#define EXTENSION ".ps1xml"

#define SAFE_PARSING                                                           \
    (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |               \
     XML_PARSE_NOCDATA)

/* ---- the file ---- */

bool
hop_definition_path(struct hop_command *c, struct hop_value name,
                    const char *id, char **path)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    struct hop_item_path p = {0};
    struct hop_error_spec spec = {
        .id = id, .category = HOP_CAT_INVALID_OPERATION, .target = name};
    size_t n;

    *path = NULL;
    if (!hop_is_string(name))
        return true;
    if (!hop_path_resolve(rs, hop_cstr(name), &p))
        return hop_command_report(c);
    if (hop_files_access(p.path, R_OK) != 0) {
        HOP_AUTO_FREE char *shown = hop_path_display(&p);

        spec.exception = "System.Management.Automation.ItemNotFoundException";
        hop_item_path_done(&p);
        return hop_command_error(c, &spec,
                                 "Cannot find path '%s' because it does not "
                                 "exist.",
                                 shown);
    }
    n = strlen(p.path);
    if (n < strlen(EXTENSION) ||
        !hop_ascii_ieq(p.path + n - strlen(EXTENSION), EXTENSION)) {
        bool ok;

        spec.id = "WrongExtension";
        spec.category = HOP_CAT_INVALID_ARGUMENT;
        spec.exception = "System.Management.Automation."
                         "PSInvalidOperationException";
        ok = hop_command_error(c, &spec,
                               "Cannot read the file \"%s\"  because it does "
                               "not have the file name extension \"ps1xml\".",
                               p.path);
        hop_item_path_done(&p);
        return ok;
    }
    *path = strdup(p.path);
    hop_item_path_done(&p);
    return true;
}

static xmlDoc *
read_document(const char *path, struct hop_buf *why)
{
    xmlDoc *doc = xmlReadFile(path, NULL, SAFE_PARSING);

    if (!doc)
        hop_buf_addf(why, "%s cannot be read: it is no well-formed XML.", path);
    if (doc && doc->intSubset) {
        hop_buf_addf(why, "%s cannot be read: a DOCTYPE is not allowed.", path);
        xmlFreeDoc(doc);
        return NULL;
    }
    return doc;
}

/* ---- nodes ---- */

static bool
is_named(const xmlNode *n, const char *name)
{
    return n->type == XML_ELEMENT_NODE &&
           strcmp((const char *)n->name, name) == 0;
}

static xmlNode *
child(xmlNode *n, const char *name)
{
    for (xmlNode *k = n ? n->children : NULL; k; k = k->next)
        if (is_named(k, name))
            return k;
    return NULL;
}

/* The text of a child element without the blanks around it; NULL when there is
 * none.  Owned. */
static char *
text(xmlNode *n, const char *name)
{
    xmlNode *k = name ? child(n, name) : n;
    xmlChar *raw = k ? xmlNodeGetContent(k) : NULL;
    const char *s = (const char *)raw;
    size_t len;
    char *out;

    if (!raw)
        return NULL;
    while (hop_ascii_is_space(*s))
        s++;
    len = strlen(s);
    while (len && hop_ascii_is_space(s[len - 1]))
        len--;
    out = strndup(s, len);
    xmlFree(raw);
    return out;
}

static bool
script(struct hop_runspace *rs, xmlNode *n, const char *name,
       struct hop_value *out)
{
    HOP_AUTO_FREE char *s = text(n, name);

    return !s || hop_scriptblock_create(rs, s, strlen(s), out);
}

/* ---- types ---- */

struct reading {
    struct hop_runspace *rs;
    struct hop_context *cx;
    struct hop_record *record;
};

static bool
read_note(struct reading *r, xmlNode *n, struct hop_member *m)
{
    HOP_AUTO_FREE char *value = text(n, "Value");
    HOP_AUTO_FREE char *type = text(n, "TypeName");
    const struct hop_class *cls =
        type ? hop_types_find(r->cx, type, strlen(type)) : NULL;
    HOP_AUTO_VALUE struct hop_value s = hop_text(value ? value : "");

    m->kind = HOP_MEMBER_NOTE;
    if (cls)
        return hop_convert(r->cx, s, cls, &m->value);
    m->value = hop_retain(s);
    return true;
}

static bool
read_alias(struct reading *r, xmlNode *n, struct hop_member *m)
{
    HOP_AUTO_FREE char *of = text(n, "ReferencedMemberName");
    HOP_AUTO_FREE char *type = text(n, "TypeName");
    const struct hop_class *cls =
        type ? hop_types_find(r->cx, type, strlen(type)) : NULL;

    m->kind = HOP_MEMBER_ALIAS;
    m->value = hop_text(of ? of : "");
    if (cls)
        m->second = hop_type(cls);
    return true;
}

static bool
read_script_property(struct reading *r, xmlNode *n, struct hop_member *m)
{
    m->kind = HOP_MEMBER_SCRIPT_PROPERTY;
    return script(r->rs, n, "GetScriptBlock", &m->value) &&
           script(r->rs, n, "SetScriptBlock", &m->second);
}

static bool
read_script_method(struct reading *r, xmlNode *n, struct hop_member *m)
{
    m->kind = HOP_MEMBER_SCRIPT_METHOD;
    return script(r->rs, n, "Script", &m->value);
}

static const struct {
    const char *element;
    bool (*read)(struct reading *r, xmlNode *n, struct hop_member *m);
} kinds[] = {
    {"NoteProperty", read_note},
    {"AliasProperty", read_alias},
    {"ScriptProperty", read_script_property},
    {"ScriptMethod", read_script_method},
};

static struct hop_value
read_names(struct reading *r, xmlNode *n)
{
    struct hop_array *a = hop_array_of_strings(r->cx, NULL, 0);
    xmlNode *list = child(n, "ReferencedProperties");

    for (xmlNode *k = list ? list->children : NULL; k; k = k->next) {
        HOP_AUTO_FREE char *s = is_named(k, "Name") ? text(k, NULL) : NULL;

        if (s)
            hop_array_push_text(a, s);
    }
    return hop_obj(a);
}

static const struct {
    const char *name;
    enum hop_type_record_slot slot;
} standard[] = {
    {"DefaultDisplayPropertySet", HOP_TYPE_DISPLAY_SET},
    {"DefaultKeyPropertySet", HOP_TYPE_KEY_SET},
    {"PropertySerializationSet", HOP_TYPE_SERIAL_SET},
    {"DefaultDisplayProperty", HOP_TYPE_DISPLAY},
    {"SerializationMethod", HOP_TYPE_METHOD},
    {"StringSerializationSource", HOP_TYPE_STRING_SOURCE},
};

/* A member of the MemberSet PSStandardMembers. */
static void
read_standard(struct reading *r, xmlNode *n)
{
    HOP_AUTO_FREE char *name = text(n, "Name");

    for (size_t i = 0; name && i < HOP_ARRAY_SIZE(standard); i++) {
        if (!hop_ascii_ieq(name, standard[i].name))
            continue;
        if (is_named(n, "PropertySet")) {
            HOP_AUTO_VALUE struct hop_value names = read_names(r, n);

            hop_record_set(r->record, standard[i].slot,
                           hop_type_record_set(r->cx, names));
        } else if (is_named(n, "NoteProperty")) {
            HOP_AUTO_FREE char *value = text(n, "Value");

            hop_record_set(r->record, standard[i].slot,
                           hop_text(value ? value : ""));
        }
    }
}

static bool
read_one(struct reading *r, xmlNode *n)
{
    HOP_AUTO_FREE char *name = text(n, "Name");
    struct hop_member m = {.name = NULL};

    if (is_named(n, "MemberSet")) {
        xmlNode *members = child(n, "Members");

        for (xmlNode *k = members ? members->children : NULL; k; k = k->next)
            read_standard(r, k);
        return true;
    }
    for (size_t i = 0; name && i < HOP_ARRAY_SIZE(kinds); i++) {
        if (!is_named(n, kinds[i].element))
            continue;
        if (!kinds[i].read(r, n, &m)) {
            hop_release(m.value);
            hop_release(m.second);
            return false;
        }
        m.name = hop_string_from(name);
        hop_type_record_add(r->cx, r->record, m);
    }
    return true;
}

static bool
read_type(struct hop_runspace *rs, xmlNode *type,
          bool (*f)(void *arg, struct hop_record *r), void *arg)
{
    HOP_AUTO_FREE char *name = text(type, "Name");
    struct reading r = {rs, hop_runspace_context(rs), NULL};
    HOP_AUTO_VALUE struct hop_value held = hop_null();
    xmlNode *members = child(type, "Members");

    if (!name || !*name)
        return true;
    r.record = hop_type_record_new(r.cx, name);
    held = hop_obj(r.record);
    for (xmlNode *k = members ? members->children : NULL; k; k = k->next)
        if (k->type == XML_ELEMENT_NODE && !read_one(&r, k))
            return false;
    return f(arg, r.record);
}

bool
hop_definition_types(struct hop_runspace *rs, const char *path,
                     struct hop_buf *why,
                     bool (*f)(void *arg, struct hop_record *r), void *arg)
{
    xmlDoc *doc = read_document(path, why);
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    bool ok = doc != NULL;

    if (root && !is_named(root, "Types")) {
        hop_buf_addf(why, "%s cannot be read: its root is %s, not Types.", path,
                     (const char *)root->name);
        ok = false;
    }
    for (xmlNode *k = ok && root ? root->children : NULL; k && ok; k = k->next)
        if (is_named(k, "Type"))
            ok = read_type(rs, k, f, arg);
    xmlFreeDoc(doc);
    return ok;
}
