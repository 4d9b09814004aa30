/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/wire.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "clixml/classes.h"
#include "value/collections.h"
#include "value/member.h"

#define SPACE    "Microsoft.PowerShell.Commands.Internal.Format."
#define CLASS_ID "ClassId2e4f51ef21dd47e99d3c952918aff9cd"

/* PowerShell's classes, their ids, and what they are derived from. */
enum wire_class {
    W_START,
    W_END,
    W_GROUP_START,
    W_GROUP_END,
    W_ENTRY,
    W_WIDE_HEADER,
    W_TABLE_HEADER,
    W_LIST_HEADER,
    W_COMPLEX_HEADER,
    W_COLUMN,
    W_RAW,
    W_LIST,
    W_LIST_FIELD,
    W_ROW,
    W_WIDE,
    W_COMPLEX,
    W_GROUPING,
    W_AUTOSIZE,
    W_NEWLINE,
    W_TEXT,
    W_FIELD,
    W_NESTED,
    W_FRAME,
    W_CLASSES
};

#define PACKET  "PacketInfoData FormatInfoData"
#define CONTROL "ControlInfoData " PACKET
static const struct {
    const char *name, *bases, *id;
} classes[W_CLASSES] = {
    [W_START] = {"FormatStartData", "StartData " CONTROL,
                 "033ecb2bc07a4d43b5ef94ed5a35d280"},
    [W_END] = {"FormatEndData", CONTROL, "cf522b78d86c486691226b40aa69e95c"},
    [W_GROUP_START] = {"GroupStartData", "StartData " CONTROL,
                       "9e210fe47d09416682b841769c78b8a3"},
    [W_GROUP_END] = {"GroupEndData", CONTROL,
                     "4ec4f0187cb04f4cb6973460dfe252df"},
    [W_ENTRY] = {"FormatEntryData", PACKET, "27c87ef9bbda4f709f6b4002fa4af63c"},
    [W_WIDE_HEADER] = {"WideViewHeaderInfo", "ShapeInfo FormatInfoData",
                       "b2e2775d33d544c794d0081f27021b5c"},
    [W_TABLE_HEADER] = {"TableHeaderInfo", "ShapeInfo FormatInfoData",
                        "e3b7a39c089845d388b2e84c5d38f5dd"},
    [W_LIST_HEADER] = {"ListViewHeaderInfo", "ShapeInfo FormatInfoData",
                       "830bdcb24c1642258724e441512233a4"},
    [W_COMPLEX_HEADER] = {"ComplexViewHeaderInfo", "ShapeInfo FormatInfoData",
                          "5197dd85ca6f4cce9ae9e6fd6ded9d76"},
    [W_COLUMN] = {"TableColumnInfo", "FormatInfoData",
                  "7572aa4155ec4558817a615acf7dd92e"},
    [W_RAW] = {"RawTextFormatEntry", "FormatEntryInfo FormatInfoData",
               "29ED81BA914544d4BC430F027EE053E9"},
    [W_LIST] = {"ListViewEntry", "FormatEntryInfo FormatInfoData",
                "cf58f450baa848ef8eb3504008be6978"},
    [W_LIST_FIELD] = {"ListViewField", "FormatInfoData",
                      "b761477330ce4fb2a665999879324d73"},
    [W_ROW] = {"TableRowEntry", "FormatEntryInfo FormatInfoData",
               "0e59526e2dd441aa91e7fc952caf4a36"},
    [W_WIDE] = {"WideViewEntry", "FormatEntryInfo FormatInfoData",
                "59bf79de63354a7b9e4d1697940ff188"},
    [W_COMPLEX] = {"ComplexViewEntry",
                   "FreeFormatEntry FormatEntryInfo FormatInfoData",
                   "22e7ef3c896449d4a6f2dedea05dd737"},
    [W_GROUPING] = {"GroupingEntry",
                    "FreeFormatEntry FormatEntryInfo FormatInfoData",
                    "919820b7eadb48be8e202c5afa5c2716"},
    [W_AUTOSIZE] = {"AutosizeInfo", "FormatInfoData",
                    "a27f094f0eec4d64845801a4c06a32ae"},
    [W_NEWLINE] = {"FormatNewLine", "FormatValue FormatInfoData",
                   "de7e8b96fbd84db5a43aa82eb34580ec"},
    [W_TEXT] = {"FormatTextField", "FormatValue FormatInfoData",
                "b8d9e369024a43a580b9e0c9279e3354"},
    [W_FIELD] = {"FormatPropertyField", "FormatValue FormatInfoData",
                 "78b102e894f742aca8c1d6737b6ff86a"},
    [W_NESTED] = {"FormatEntry", "FormatValue FormatInfoData",
                  "fba029a113a5458d932a2ed4871fadf2"},
    [W_FRAME] = {"FrameInfo", "FormatInfoData",
                 "091C9E762E33499eBE318901B6EFB733"},
};

/* ---- writing ---- */

static void
push_type(struct hop_context *cx, struct hop_object *o, const char *s, size_t n)
{
    HOP_AUTO_FREE char *name = hop_xasprintf(SPACE "%.*s", (int)n, s);

    hop_type_names_push(cx, o, name);
}

/* Types are put in front: the farthest base first. */
static struct hop_object *
make(struct hop_context *cx, enum wire_class c)
{
    struct hop_object *o = hop_custom_new(cx);
    const char *bases = classes[c].bases;

    for (size_t n = strlen(bases); n > 0;) {
        size_t from = n;

        while (from > 0 && bases[from - 1] != ' ')
            from--;
        push_type(cx, o, bases + from, n - from);
        n = from > 0 ? from - 1 : 0;
    }
    push_type(cx, o, classes[c].name, strlen(classes[c].name));
    hop_custom_set_text(o, CLASS_ID, hop_text(classes[c].id));
    return o;
}

static void
set(struct hop_object *o, const char *name, struct hop_value v)
{
    hop_custom_set_text(o, name, v);
}

static struct hop_array *
new_list(struct hop_context *cx)
{
    return hop_array_new_of(cx, &hop_class_array_list, 0);
}

static struct hop_value
text_or_null(const char *s)
{
    return s ? hop_text(s) : hop_null();
}

static struct hop_value
field_object(struct hop_context *cx, const struct hop_cell *f)
{
    struct hop_object *o = make(cx, W_FIELD);

    set(o, "propertyValue", hop_textn(f->text ? f->text : "", f->len));
    set(o, "alignment", hop_int((int32_t)f->align));
    return hop_obj(o);
}

static struct hop_value doc_list(struct hop_context *cx,
                                 const struct hop_doc *d, size_t *at);

/* What stands from *at on in a frame. */
static struct hop_object *
nested(struct hop_context *cx, const struct hop_doc *d, size_t *at,
       const struct hop_doc_node *push)
{
    struct hop_object *o = make(cx, W_NESTED), *frame = make(cx, W_FRAME);

    set(frame, "firstLine", hop_int(push ? push->first : 0));
    set(frame, "leftIndentation", hop_int(push ? push->left : 0));
    set(frame, "rightIndentation", hop_int(push ? push->right : 0));
    set(o, "formatValueList", doc_list(cx, d, at));
    set(o, "frameInfo", hop_obj(frame));
    return o;
}

static struct hop_value
doc_list(struct hop_context *cx, const struct hop_doc *d, size_t *at)
{
    struct hop_array *list = new_list(cx);

    while (*at < d->n) {
        const struct hop_doc_node *n = &d->node[(*at)++];
        struct hop_object *o;

        if (n->op == HOP_DOC_POP)
            break;
        if (n->op == HOP_DOC_PUSH) {
            hop_array_push(list, hop_obj(nested(cx, d, at, n)));
            continue;
        }
        o = make(cx, n->op == HOP_DOC_TEXT ? W_TEXT : W_NEWLINE);
        if (n->op == HOP_DOC_TEXT)
            set(o, "text", hop_text(n->text));
        hop_array_push(list, hop_obj(o));
    }
    return hop_obj(list);
}

static struct hop_value
free_form(struct hop_context *cx, enum wire_class c, const struct hop_doc *d)
{
    struct hop_object *o = make(cx, c);
    struct hop_array *list = new_list(cx);
    struct hop_doc body = *d; /* borrowed */
    size_t at = 0;

    /* PowerShell has frames alone on top, and ends the last line itself. */
    if (body.n && body.node[body.n - 1].op == HOP_DOC_NEWLINE)
        body.n--;
    hop_array_push(list, hop_obj(nested(cx, &body, &at, NULL)));
    set(o, "formatValueList", hop_obj(list));
    return hop_obj(o);
}

/* PowerShell's label of a group carries its blanks, and no line end. */
static struct hop_value
grouping(struct hop_context *cx, const struct hop_doc *d)
{
    const struct hop_doc_node *n = d->node;
    HOP_AUTO_FREE char *text = NULL;
    struct hop_doc_node one = {.op = HOP_DOC_TEXT};
    struct hop_doc flat = {&one, 1, 1};

    if (d->n != 4 || n[0].op != HOP_DOC_PUSH || n[1].op != HOP_DOC_TEXT)
        return free_form(cx, W_GROUPING, d);
    text = hop_xasprintf("%*s%s", n[0].left, "", n[1].text);
    one.text = text;
    return free_form(cx, W_GROUPING, &flat);
}

static struct hop_value
shape_info(struct hop_context *cx, const struct hop_packet *p)
{
    static const enum wire_class headers[] = {
        [HOP_SHAPE_TABLE] = W_TABLE_HEADER,
        [HOP_SHAPE_LIST] = W_LIST_HEADER,
        [HOP_SHAPE_WIDE] = W_WIDE_HEADER,
        [HOP_SHAPE_CUSTOM] = W_COMPLEX_HEADER,
    };
    struct hop_object *o;
    struct hop_array *list;

    if (p->shape < HOP_SHAPE_TABLE || p->shape > HOP_SHAPE_CUSTOM)
        return hop_null();
    o = make(cx, headers[p->shape]);
    if (p->shape == HOP_SHAPE_WIDE)
        set(o, "columns", hop_int(p->wide_columns));
    if (p->shape != HOP_SHAPE_TABLE)
        return hop_obj(o);
    list = new_list(cx);
    for (size_t i = 0; i < p->columns; i++) {
        struct hop_object *c = make(cx, W_COLUMN);

        set(c, "width", hop_int(p->column[i].width));
        set(c, "alignment", hop_int((int32_t)p->column[i].align));
        set(c, "label", text_or_null(p->column[i].label));
        set(c, "propertyName", text_or_null(p->column[i].label));
        set(c, "HeaderMatchesProperty", hop_bool(!p->column[i].foreign));
        hop_array_push(list, hop_obj(c));
    }
    set(o, "hideHeader", hop_bool(p->hide_header));
    set(o, "repeatHeader", hop_bool(p->repeat_header));
    set(o, "tableColumnInfoList", hop_obj(list));
    return hop_obj(o);
}

static struct hop_value
row_info(struct hop_context *cx, const struct hop_packet *p)
{
    struct hop_object *o = make(cx, W_ROW);
    struct hop_array *list = new_list(cx);

    for (size_t i = 0; i < p->fields; i++)
        hop_array_push(list, field_object(cx, &p->field[i]));
    set(o, "formatPropertyFieldList", hop_obj(list));
    set(o, "multiLine", hop_bool(p->multi_line));
    return hop_obj(o);
}

static struct hop_value
list_info(struct hop_context *cx, const struct hop_packet *p)
{
    struct hop_object *o = make(cx, W_LIST);
    struct hop_array *list = new_list(cx);

    for (size_t i = 0; i < p->fields; i++) {
        struct hop_object *f = make(cx, W_LIST_FIELD);

        set(f, "label", text_or_null(p->field[i].label));
        set(f, "propertyName", text_or_null(p->field[i].label));
        set(f, "formatPropertyField", field_object(cx, &p->field[i]));
        hop_array_push(list, hop_obj(f));
    }
    set(o, "listViewFieldList", hop_obj(list));
    return hop_obj(o);
}

static struct hop_value
entry_info(struct hop_context *cx, const struct hop_packet *p)
{
    struct hop_object *o;

    if (p->has_doc || p->shape == HOP_SHAPE_CUSTOM)
        return free_form(cx, W_COMPLEX, &p->doc);
    if (p->shape == HOP_SHAPE_TABLE)
        return row_info(cx, p);
    if (p->shape == HOP_SHAPE_LIST)
        return list_info(cx, p);
    o = make(cx, p->shape == HOP_SHAPE_WIDE ? W_WIDE : W_RAW);
    if (p->fields && p->shape == HOP_SHAPE_WIDE)
        set(o, "formatPropertyField", field_object(cx, &p->field[0]));
    else if (p->fields)
        set(o, "text", hop_textn(p->field[0].text, p->field[0].len));
    return hop_obj(o);
}

struct hop_value
hop_packet_to_wire(struct hop_context *cx, const struct hop_packet *p)
{
    static const enum wire_class kinds[HOP_PACKET_KINDS] = {
        [HOP_PACKET_START] = W_START,
        [HOP_PACKET_END] = W_END,
        [HOP_PACKET_GROUP_START] = W_GROUP_START,
        [HOP_PACKET_GROUP_END] = W_GROUP_END,
        [HOP_PACKET_ENTRY] = W_ENTRY,
    };
    struct hop_object *o = make(cx, kinds[p->kind]), *size;

    if (p->kind == HOP_PACKET_START) {
        set(o, "pageHeaderEntry", hop_null());
        set(o, "pageFooterEntry", hop_null());
        if (p->autosize) {
            size = make(cx, W_AUTOSIZE);
            set(size, "objectCount", hop_int(0));
            set(o, "autosizeInfo", hop_obj(size));
        } else {
            set(o, "autosizeInfo", hop_null());
        }
        set(o, "shapeInfo", shape_info(cx, p));
    } else if (p->kind == HOP_PACKET_ENTRY) {
        set(o, "formatEntryInfo", entry_info(cx, p));
        set(o, "outOfBand", hop_bool(p->out_of_band));
        set(o, "writeStream", hop_text("None"));
        return hop_obj(o);
    } else if (p->kind == HOP_PACKET_GROUP_START) {
        set(o, "shapeInfo", hop_null());
    }
    set(o, "groupingEntry", p->has_doc ? grouping(cx, &p->doc) : hop_null());
    return hop_obj(o);
}

/* ---- reading ---- */

static struct hop_value
get(struct hop_context *cx, struct hop_value v, const char *path)
{
    return hop_member_path(cx, v, path);
}

/* The class of an object, W_CLASSES when it is none of them. */
static enum wire_class
class_of(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value id = hop_null();
    int c = 0;

    if (v.kind != HOP_OBJECT)
        return W_CLASSES;
    id = get(cx, v, CLASS_ID);
    if (!hop_is_string(id))
        return W_CLASSES;
    while (c < W_CLASSES && !hop_string_iis(id.u.s, classes[c].id))
        c++;
    return (enum wire_class)c;
}

static char *
get_text(struct hop_context *cx, struct hop_value v, const char *path)
{
    HOP_AUTO_VALUE struct hop_value m = get(cx, v, path);
    struct hop_value base = hop_value_base(m);

    return hop_is_string(base) ? hop_xstrndup(base.u.s->data, base.u.s->len)
                               : NULL;
}

static int
get_int(struct hop_context *cx, struct hop_value v, const char *path)
{
    HOP_AUTO_VALUE struct hop_value m = get(cx, v, path);
    struct hop_value base = hop_value_base(m);

    return hop_is_integer(base) && base.u.i > -1000 && base.u.i < 100000
               ? (int)base.u.i
               : 0;
}

static bool
get_bool(struct hop_context *cx, struct hop_value v, const char *path)
{
    HOP_AUTO_VALUE struct hop_value m = get(cx, v, path);
    struct hop_value base = hop_value_base(m);

    return base.kind == HOP_BOOL && base.u.i;
}

static enum hop_align
get_align(struct hop_context *cx, struct hop_value v)
{
    int a = get_int(cx, v, "alignment");

    return a >= HOP_ALIGN_NONE && a <= HOP_ALIGN_RIGHT ? (enum hop_align)a
                                                       : HOP_ALIGN_NONE;
}

static char *
or_empty(char *s)
{
    return s ? s : hop_xstrdup("");
}

/* The label, else the property's name. */
static char *
get_label(struct hop_context *cx, struct hop_value v)
{
    char *label = get_text(cx, v, "label");

    return or_empty(label ? label : get_text(cx, v, "propertyName"));
}

static void
add_field(struct hop_context *cx, struct hop_packet *p, char *label,
          struct hop_value field)
{
    char *text = or_empty(get_text(cx, field, "propertyValue"));

    hop_packet_add_field(p, label, text, strlen(text), get_align(cx, field));
}

#define MAX_NESTED 40

static void
read_doc(struct hop_context *cx, struct hop_value list, struct hop_doc *d,
         int depth)
{
    struct hop_array *a = hop_as_array(list);

    for (size_t i = 0; a && i < a->n && depth < MAX_NESTED; i++) {
        struct hop_value v = a->items[i];
        enum wire_class c = class_of(cx, v);
        HOP_AUTO_VALUE struct hop_value inner = hop_null();
        HOP_AUTO_FREE char *text = NULL;

        if (c == W_TEXT || c == W_FIELD) {
            text = or_empty(
                get_text(cx, v, c == W_TEXT ? "text" : "propertyValue"));
            hop_doc_text(d, text, strlen(text));
        } else if (c == W_NEWLINE) {
            hop_doc_newline(d);
        } else if (c == W_NESTED) {
            hop_doc_push(d, get_int(cx, v, "frameInfo.leftIndentation"),
                         get_int(cx, v, "frameInfo.rightIndentation"),
                         get_int(cx, v, "frameInfo.firstLine"));
            inner = get(cx, v, "formatValueList");
            read_doc(cx, inner, d, depth + 1);
            hop_doc_pop(d);
        }
    }
}

static void
read_columns(struct hop_context *cx, struct hop_packet *p,
             struct hop_value info)
{
    HOP_AUTO_VALUE struct hop_value list = get(cx, info, "tableColumnInfoList");
    struct hop_array *a = hop_as_array(list);

    p->hide_header = get_bool(cx, info, "hideHeader");
    p->repeat_header = get_bool(cx, info, "repeatHeader");
    for (size_t i = 0; a && i < a->n; i++)
        hop_packet_add_column(
            p, get_label(cx, a->items[i]), get_int(cx, a->items[i], "width"),
            get_align(cx, a->items[i]),
            !get_bool(cx, a->items[i], "HeaderMatchesProperty"));
}

static enum hop_shape
shape_of(enum wire_class c)
{
    static const enum hop_shape shapes[W_CLASSES] = {
        [W_TABLE_HEADER] = HOP_SHAPE_TABLE,
        [W_LIST_HEADER] = HOP_SHAPE_LIST,
        [W_WIDE_HEADER] = HOP_SHAPE_WIDE,
        [W_COMPLEX_HEADER] = HOP_SHAPE_CUSTOM,
        [W_ROW] = HOP_SHAPE_TABLE,
        [W_LIST] = HOP_SHAPE_LIST,
        [W_WIDE] = HOP_SHAPE_WIDE,
        [W_COMPLEX] = HOP_SHAPE_CUSTOM,
        [W_RAW] = HOP_SHAPE_RAW,
    };

    return c < W_CLASSES ? shapes[c] : HOP_SHAPE_ANY;
}

static struct hop_packet *
read_start(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value info = get(cx, v, "shapeInfo");
    HOP_AUTO_VALUE struct hop_value size = get(cx, v, "autosizeInfo");
    struct hop_packet *p =
        hop_packet_new(cx, HOP_PACKET_START, shape_of(class_of(cx, info)));

    p->autosize = !hop_is_null(size);
    p->wide_columns = get_int(cx, info, "columns");
    if (p->shape == HOP_SHAPE_TABLE)
        read_columns(cx, p, info);
    return p;
}

static void
read_fields(struct hop_context *cx, struct hop_packet *p, struct hop_value info)
{
    HOP_AUTO_VALUE struct hop_value list =
        get(cx, info,
            p->shape == HOP_SHAPE_TABLE ? "formatPropertyFieldList"
                                        : "listViewFieldList");
    struct hop_array *a = hop_as_array(list);

    for (size_t i = 0; a && i < a->n; i++) {
        HOP_AUTO_VALUE struct hop_value field = hop_null();

        if (p->shape == HOP_SHAPE_TABLE) {
            add_field(cx, p, NULL, a->items[i]);
            continue;
        }
        field = get(cx, a->items[i], "formatPropertyField");
        add_field(cx, p, get_label(cx, a->items[i]), field);
    }
}

static struct hop_packet *
read_entry(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value info = get(cx, v, "formatEntryInfo");
    HOP_AUTO_VALUE struct hop_value part = hop_null();
    struct hop_packet *p =
        hop_packet_new(cx, HOP_PACKET_ENTRY, shape_of(class_of(cx, info)));
    char *text;

    p->out_of_band = get_bool(cx, v, "outOfBand");
    p->multi_line = get_bool(cx, info, "multiLine");
    switch (p->shape) {
    case HOP_SHAPE_TABLE:
    case HOP_SHAPE_LIST: read_fields(cx, p, info); break;
    case HOP_SHAPE_WIDE:
        part = get(cx, info, "formatPropertyField");
        add_field(cx, p, NULL, part);
        break;
    case HOP_SHAPE_CUSTOM:
        part = get(cx, info, "formatValueList");
        read_doc(cx, part, &p->doc, 0);
        hop_doc_newline(&p->doc);
        p->has_doc = true;
        break;
    default:
        text = or_empty(get_text(cx, info, "text"));
        p->shape = HOP_SHAPE_RAW;
        hop_packet_add_field(p, NULL, text, strlen(text), HOP_ALIGN_NONE);
        break;
    }
    return p;
}

static struct hop_packet *
read_group(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value list =
        get(cx, v, "groupingEntry.formatValueList");
    struct hop_packet *p =
        hop_packet_new(cx, HOP_PACKET_GROUP_START, HOP_SHAPE_ANY);

    if (hop_as_array(list)) {
        read_doc(cx, list, &p->doc, 0);
        hop_doc_newline(&p->doc);
        p->has_doc = true;
    }
    return p;
}

struct hop_value
hop_packet_from_wire(struct hop_context *cx, struct hop_value v)
{
    if (!hop_clixml_is_bag(v) && !(v.kind == HOP_OBJECT && v.u.o->ext &&
                                   hop_custom_get_text(v.u.o, CLASS_ID)))
        return hop_null();
    switch (class_of(cx, v)) {
    case W_START: return hop_obj(read_start(cx, v));
    case W_ENTRY: return hop_obj(read_entry(cx, v));
    case W_GROUP_START: return hop_obj(read_group(cx, v));
    case W_END:
        return hop_obj(hop_packet_new(cx, HOP_PACKET_END, HOP_SHAPE_ANY));
    case W_GROUP_END:
        return hop_obj(hop_packet_new(cx, HOP_PACKET_GROUP_END, HOP_SHAPE_ANY));
    default: return hop_null();
    }
}
