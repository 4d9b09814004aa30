/* Select-Xml.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "cmdlets/management/paths.h"
#include "cmdlets/record.h"
#include "cmdlets/utility/utility.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"

enum { XPATH, XML, PATH, LITERAL, CONTENT, NAMESPACE };
static const struct hop_param params[] = {
    [XPATH] = {"XPath", "string", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY,
               .position = HOP_POS(0)},
    [XML] = {"Xml", "System.Xml.XmlNode[]",
             .in = HOP_SETS({"Xml", HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                             HOP_POS(1)}),
             .aliases = "Node"},
    [PATH] = {"Path", "string[]", HOP_NOT_NULL_OR_EMPTY,
              .in =
                  HOP_SETS({"Path", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(1)})},
    [LITERAL] = {"LiteralPath", "string[]", HOP_NOT_NULL_OR_EMPTY,
                 .in =
                     HOP_SETS({"LiteralPath", HOP_MANDATORY | HOP_BY_NAME, 0}),
                 .aliases = "PSPath LP"},
    [CONTENT] = {"Content", "string[]", HOP_NOT_NULL_OR_EMPTY,
                 .in = HOP_SETS({"Content", HOP_MANDATORY | HOP_BY_VALUE, 0})},
    [NAMESPACE] = {"Namespace", "hashtable", HOP_NOT_NULL_OR_EMPTY},
};

enum { I_NODE, I_PATH, I_PATTERN };
static const struct hop_property properties[] = {
    HOP_RECORD_WRITABLE(I_NODE, "Node", "System.Xml.XmlNode"),
    HOP_RECORD_WRITABLE(I_PATH, "Path", "string"),
    HOP_RECORD_WRITABLE(I_PATTERN, "Pattern", "string"),
    {0}};

static bool
show_info(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("InnerText");
    HOP_AUTO_VALUE struct hop_value text = hop_null();

    return hop_member_get(cx, ((struct hop_record *)v.u.o)->slot[I_NODE], name,
                          &text) != HOP_FAILED &&
           hop_to_string(cx, text, out);
}

const struct hop_class hop_class_select_xml_info =
    HOP_RECORD_CLASS("Microsoft.PowerShell.Commands.SelectXmlInfo", properties,
                     .to_string = show_info);

/* An XmlNamespaceManager of -Namespace; null when there is none. */
static bool
make_names(struct hop_command *c, struct hop_value *out)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_dict *d = hop_as_dict(hop_arg(c, NAMESPACE));
    static const char type[] = "System.Xml.XmlNamespaceManager";
    HOP_AUTO_STRING struct hop_string *add = hop_string_from("AddNamespace");
    struct hop_value none = hop_null();
    size_t n;

    if (!d)
        return true;
    if (!hop_construct(cx, hop_types_find(cx, type, sizeof(type) - 1), &none, 1,
                       out))
        return false;
    HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &n);
    for (size_t i = 0; i < n; i++) {
        struct hop_value args[] = {e[i]->key, e[i]->value};

        if (!hop_member_call(cx, *out, add, args, 2, NULL, &none))
            return false;
    }
    return true;
}

static bool
select_nodes(struct hop_command *c, struct hop_value node, const char *path)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("SelectNodes");
    HOP_AUTO_VALUE struct hop_value names = hop_null(), found = hop_null();
    struct hop_array *a;

    if (!make_names(c, &names))
        return false;
    struct hop_value args[] = {hop_arg(c, XPATH), names};
    if (!hop_member_call(cx, node, name, args, hop_is_null(names) ? 1 : 2, NULL,
                         &found))
        return false;
    a = hop_as_array(found);
    for (size_t i = 0; a && i < a->n; i++) {
        struct hop_record *r = hop_record_new(cx, &hop_class_select_xml_info);

        hop_record_set(r, I_NODE, hop_retain(a->items[i]));
        hop_record_set(r, I_PATH, hop_text(path));
        hop_record_set(r, I_PATTERN, hop_retain(hop_arg(c, XPATH)));
        if (!hop_write_take(c, hop_obj(r)))
            return false;
    }
    return true;
}

static bool
select_text(struct hop_command *c, struct hop_value text, const char *path)
{
    HOP_AUTO_VALUE struct hop_value doc = hop_null();

    return hop_convert(hop_command_context(c), text, &hop_class_xml_document,
                       &doc) &&
           select_nodes(c, doc, path);
}

/* A file that is no XML is an error of its own; the others go on. */
static bool
bad_file(struct hop_command *c, const char *path)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value x = hop_take_exception(cx);
    HOP_AUTO_VALUE struct hop_value target = hop_text(path);
    struct hop_error_spec spec = {.id = "ProcessingFile",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException",
                                  .target = target};

    return hop_command_error(c, &spec, "The file '%s' can not be read: %s",
                             path, hop_exception_message(x));
}

static bool
select_file(struct hop_command *c, struct hop_item_path *p)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT, text = HOP_BUF_INIT;
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (!hop_file_read_all(cx, p->path, &raw))
        return bad_file(c, p->path);
    hop_encoding_decode_file(hop_encoding_utf8(false), hop_buf_str(&raw),
                             raw.len, &text);
    v = hop_text_buf(&text);
    return select_text(c, v, p->path) ||
           (!hop_command_stopping(c) && hop_has_exception(cx) &&
            bad_file(c, p->path));
}

static const struct hop_path_params paths = {
    PATH, LITERAL, HOP_NO_PARAM, HOP_NO_PARAM, HOP_NO_PARAM, HOP_NO_PARAM};

static bool
process(struct hop_command *c)
{
    bool xml = hop_arg_bound(c, XML);

    if (hop_arg_bound(c, PATH) || hop_arg_bound(c, LITERAL))
        return hop_paths_each(c, &paths, select_file);
    for (size_t i = 0; i < hop_arg_count(c, xml ? XML : CONTENT); i++) {
        struct hop_value v = hop_arg_item(c, xml ? XML : CONTENT, i);

        if (!(xml ? select_nodes(c, v, "InputStream")
                  : select_text(c, v, "InputStream")))
            return false;
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_select_xml = {
    .name = "Select-Xml",
    .default_set = "Xml",
    HOP_PARAMS(params),
    .output = "Microsoft.PowerShell.Commands.SelectXmlInfo",
    .synopsis = "Finds nodes of XML by XPath.",
    .process = process,
};
