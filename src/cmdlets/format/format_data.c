/* Get-FormatData: the views as objects.  A client that imports a session
 * (Import-PSSession) rebuilds them from the properties that PowerShell's own
 * objects have.  Views drawn by code have none and are left out.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "cmdlets/format/view.h"
#include "engine/cmdlet.h"
#include "value/collections.h"
#include "value/member.h"
#include "value/ops.h"
#include "value/types/values.h"

#define MANAGE "System.Management.Automation."

enum { TYPE_NAME, VERSION };
static const struct hop_param params[] = {
    [TYPE_NAME] = {"TypeName", "string[]", HOP_NOT_NULL | HOP_WILDCARDS,
                   .position = HOP_POS(0)},
    [VERSION] = {"PowerShellVersion", "version"},
};

static struct hop_object *
make(struct hop_context *cx, const char *type)
{
    struct hop_object *o = hop_custom_new(cx);

    hop_type_names_push(cx, o, type);
    return o;
}

static struct hop_value
text_or_null(const char *s)
{
    return s ? hop_text(s) : hop_null();
}

static struct hop_value
entry(struct hop_context *cx, const char *property, const char *script)
{
    struct hop_object *o = make(cx, MANAGE "DisplayEntry");

    hop_custom_set_text(o, "ValueType",
                        hop_text(script ? "ScriptBlock" : "Property"));
    hop_custom_set_text(o, "Value", hop_text(script ? script : property));
    return hop_obj(o);
}

/* Also of an object that came back from the host. */
static struct hop_value
condition(struct hop_context *cx, const char *type)
{
    HOP_AUTO_FREE char *script = NULL;

    if (!type)
        return hop_null();
    script = hop_xasprintf("\"$($_.PSTypeNames)\" -like '*%s*'", type);
    return entry(cx, NULL, script);
}

/* ---- the shapes ---- */

static struct hop_value
header(struct hop_context *cx, const struct hop_view_item *it)
{
    static const char *const names[] = {
        [HOP_ALIGN_NONE] = "Undefined",
        [HOP_ALIGN_LEFT] = "Left",
        [HOP_ALIGN_CENTER] = "Center",
        [HOP_ALIGN_RIGHT] = "Right",
    };
    struct hop_object *o = make(cx, MANAGE "TableControlColumnHeader");
    const char *label = it->label    ? it->label
                        : it->script ? it->property
                                     : NULL;

    hop_custom_set_text(o, "Label", text_or_null(label));
    hop_custom_set_text(o, "Alignment", hop_text(names[it->align]));
    hop_custom_set_text(o, "Width", hop_int(it->width));
    return hop_obj(o);
}

static struct hop_value
column(struct hop_context *cx, const struct hop_view_item *it)
{
    struct hop_object *o = make(cx, MANAGE "TableControlColumn");
    HOP_AUTO_FREE char *script = NULL;

    if (it->only && !it->script)
        script = hop_xasprintf("if (\"$($_.PSTypeNames)\" -like '*%s*') "
                               "{ $_.%s }",
                               it->only, it->property);
    hop_custom_set_text(o, "Alignment", hop_text("Undefined"));
    hop_custom_set_text(o, "DisplayEntry",
                        entry(cx, it->property, script ? script : it->script));
    hop_custom_set_text(o, "FormatString", text_or_null(it->format));
    return hop_obj(o);
}

static struct hop_value
list_item(struct hop_context *cx, const struct hop_view_item *it)
{
    struct hop_object *o = make(cx, MANAGE "ListControlEntryItem");
    const char *label = it->label    ? it->label
                        : it->script ? it->property
                                     : NULL;

    hop_custom_set_text(o, "Label", text_or_null(label));
    hop_custom_set_text(o, "DisplayEntry", entry(cx, it->property, it->script));
    hop_custom_set_text(o, "ItemSelectionCondition", condition(cx, it->only));
    hop_custom_set_text(o, "FormatString", text_or_null(it->format));
    return hop_obj(o);
}

static struct hop_value
each_item(struct hop_context *cx, const struct hop_view *view,
          struct hop_value (*make_one)(struct hop_context *,
                                       const struct hop_view_item *))
{
    struct hop_array *list = hop_array_new(cx, 0);

    for (size_t i = 0; i < view->n; i++)
        hop_array_push(list, make_one(cx, &view->item[i]));
    return hop_obj(list);
}

static struct hop_value
only_one(struct hop_context *cx, struct hop_object *o)
{
    struct hop_array *list = hop_array_new(cx, 0);

    hop_array_push(list, hop_obj(o));
    return hop_obj(list);
}

static struct hop_object *
table(struct hop_context *cx, const struct hop_view *view)
{
    struct hop_object *o = make(cx, MANAGE "PSControl");
    struct hop_object *row = make(cx, MANAGE "TableControlRow");

    hop_type_names_push(cx, o, MANAGE "TableControl");
    hop_custom_set_text(row, "Columns", each_item(cx, view, column));
    hop_custom_set_text(row, "SelectedBy", hop_null());
    hop_custom_set_text(row, "Wrap", hop_bool(view->flags & HOP_VIEW_WRAP));
    hop_custom_set_text(o, "Headers", each_item(cx, view, header));
    hop_custom_set_text(o, "Rows", only_one(cx, row));
    hop_custom_set_text(o, "AutoSize",
                        hop_bool(view->flags & HOP_VIEW_AUTOSIZE));
    hop_custom_set_text(o, "HideTableHeaders",
                        hop_bool(view->flags & HOP_VIEW_HIDE_HEADER));
    return o;
}

static struct hop_object *
list(struct hop_context *cx, const struct hop_view *view)
{
    struct hop_object *o = make(cx, MANAGE "PSControl");
    struct hop_object *e = make(cx, MANAGE "ListControlEntry");

    hop_type_names_push(cx, o, MANAGE "ListControl");
    hop_custom_set_text(e, "Items", each_item(cx, view, list_item));
    hop_custom_set_text(e, "EntrySelectedBy", hop_null());
    hop_custom_set_text(o, "Entries", only_one(cx, e));
    return o;
}

static struct hop_object *
wide(struct hop_context *cx, const struct hop_view *view)
{
    struct hop_object *o = make(cx, MANAGE "PSControl");
    struct hop_object *e = make(cx, MANAGE "WideControlEntryItem");
    const struct hop_view_item *it = view->item;

    hop_type_names_push(cx, o, MANAGE "WideControl");
    hop_custom_set_text(e, "DisplayEntry", entry(cx, it->property, it->script));
    hop_custom_set_text(e, "FormatString", text_or_null(it->format));
    hop_custom_set_text(e, "EntrySelectedBy", hop_null());
    hop_custom_set_text(o, "Entries", only_one(cx, e));
    hop_custom_set_text(o, "AutoSize",
                        hop_bool(view->flags & HOP_VIEW_AUTOSIZE));
    hop_custom_set_text(o, "Columns", hop_int(0));
    return o;
}

static struct hop_object *(*const shapes[])(struct hop_context *,
                                            const struct hop_view *) = {
    [HOP_SHAPE_TABLE] = table,
    [HOP_SHAPE_LIST] = list,
    [HOP_SHAPE_WIDE] = wide,
};

static bool
is_given(const struct hop_view *view)
{
    return view->shape < HOP_ARRAY_SIZE(shapes) && shapes[view->shape] &&
           view->n && !view->draw;
}

/* ---- views and their types ---- */

static struct hop_value
group_of(struct hop_context *cx, const struct hop_view *view)
{
    struct hop_object *o;

    if (!view->group && !view->group_script)
        return hop_null();
    o = make(cx, MANAGE "PSControlGroupBy");
    hop_custom_set_text(o, "Expression",
                        entry(cx, view->group, view->group_script));
    hop_custom_set_text(o, "Label", text_or_null(view->group_label));
    hop_custom_set_text(o, "CustomControl", hop_null());
    return hop_obj(o);
}

static struct hop_value
definition(struct hop_context *cx, const struct hop_view *view)
{
    struct hop_object *o = make(cx, MANAGE "FormatViewDefinition");
    struct hop_object *control = shapes[view->shape](cx, view);
    struct hop_guid id;

    hop_guid_new(&id);
    hop_custom_set_text(control, "GroupBy", group_of(cx, view));
    hop_custom_set_text(control, "OutOfBand",
                        hop_bool(view->flags & HOP_VIEW_OUT_OF_BAND));
    hop_custom_set_text(o, "Name", hop_text(view->name ? view->name : ""));
    hop_custom_set_text(o, "Control", hop_obj(control));
    hop_custom_set_text(o, "InstanceId", hop_guid_value(cx, &id));
    return hop_obj(o);
}

static struct hop_value
type_names(struct hop_context *cx, const char *types)
{
    struct hop_array *names = hop_array_new(cx, 0);

    for (const char *at = types; *at;) {
        size_t n = strcspn(at, "|");

        hop_array_push(names, hop_str(hop_string_new(at, n)));
        at += n + (at[n] == '|');
    }
    return hop_obj(names);
}

/* All views for the same types, from the first of them on. */
static struct hop_value
extended(struct hop_context *cx, const struct hop_view *const *first)
{
    struct hop_object *o = make(cx, MANAGE "ExtendedTypeDefinition");
    struct hop_array *views = hop_array_new(cx, 0);
    HOP_AUTO_VALUE struct hop_value names = type_names(cx, (*first)->types);

    for (const struct hop_view *const *v = first; *v; v++)
        if (is_given(*v) && strcmp((*v)->types, (*first)->types) == 0)
            hop_array_push(views, definition(cx, *v));
    hop_custom_set_text(o, "TypeNames", hop_retain(names));
    hop_custom_set_text(o, "FormatViewDefinition", hop_obj(views));
    return hop_obj(o);
}

static bool
is_first(const struct hop_view *const *view)
{
    if (!is_given(*view))
        return false;
    for (const struct hop_view *const *v = hop_views; v < view; v++)
        if (is_given(*v) && strcmp((*v)->types, (*view)->types) == 0)
            return false;
    return true;
}

static bool
is_wanted(struct hop_command *c, const struct hop_view *view)
{
    size_t count = hop_arg_count(c, TYPE_NAME);

    for (size_t i = 0; i < count; i++) {
        struct hop_value p = hop_arg_item(c, TYPE_NAME, i);

        for (const char *at = view->types; hop_is_string(p) && *at;) {
            size_t n = strcspn(at, "|");

            if (hop_wildcard_match(p.u.s->data, p.u.s->len, at, n, true))
                return true;
            at += n + (at[n] == '|');
        }
    }
    return count == 0;
}

static bool
process(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);

    for (const struct hop_view *const *v = hop_views; *v; v++)
        if (is_first(v) && is_wanted(c, *v) &&
            !hop_write_take(c, extended(cx, v)))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_format_data = {
    .name = "Get-FormatData",
    HOP_PARAMS(params),
    .output = MANAGE "ExtendedTypeDefinition",
    .synopsis = "Gets the views that objects of some types are shown in.",
    .process = process,
};
