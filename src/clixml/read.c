/* CLIXML to objects: a stack of the elements that are open.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/text.h"
#include "clixml/classes.h"
#include "clixml/clixml.h"
#include "clixml/text.h"
#include "value/member.h"
#include "xml/reader.h"

#define MAX_TEXT   ((size_t)1 << 30)
#define MAX_FRAMES (HOP_CLIXML_MAX_DEPTH * 4)
#define PREFIX     "Deserialized."

enum tag {
    TAG_ROOT,
    TAG_OBJ,
    TAG_TYPES,
    TAG_TYPE,
    TAG_TYPES_REF,
    TAG_PROPS,
    TAG_MEMBERS,
    TAG_TEXT,
    TAG_DICT,
    TAG_ENTRY,
    TAG_LIST,
    TAG_STACK,
    TAG_QUEUE,
    TAG_REF,
    TAG_PROGRESS,
    TAG_PRIMITIVE,
    TAG_UNKNOWN
};

struct primitive {
    const char *tag;
    const char *type; /* that the text is converted to */
    bool (*parse)(struct hop_context *cx, const struct hop_buf *text,
                  struct hop_value *out);
};

struct frame {
    enum tag tag;
    const struct primitive *primitive;
    struct hop_string *name; /* N attribute */
    char *stream;            /* S attribute */
    struct hop_buf text;
    size_t ref; /* RefId + 1, or 0 */
    /* of an object */
    struct hop_value value; /* made early when referred to; or a container */
    struct hop_value base;  /* what it wraps */
    bool has_base, has_props;
    struct hop_value types; /* List of type names, or null */
    struct hop_string *shown;
    struct hop_value notes; /* custom objects that collect members */
    struct hop_value props;
    /* of an entry */
    struct hop_value key;
    bool has_key;
};

struct slots {
    struct hop_value *item;
    size_t n;
};

struct reader {
    struct hop_context *cx;
    const struct hop_clixml_options *opt;
    bool (*object)(void *ctx, struct hop_value v, const char *stream);
    void *ctx;
    struct frame *frame; /* open elements */
    size_t n, cap;
    struct slots objects, types; /* by RefId */
};

/* ---- primitive values ---- */

static bool
parse_string(struct hop_context *cx, const struct hop_buf *text,
             struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    (void)cx;
    hop_clixml_unescape(&b, hop_buf_str(text), text->len);
    *out = hop_text_buf(&b);
    return true;
}

static bool
parse_bool(struct hop_context *cx, const struct hop_buf *text,
           struct hop_value *out)
{
    const char *s = hop_buf_str(text);
    bool yes = strcmp(s, "true") == 0 || strcmp(s, "1") == 0;

    (void)cx;
    if (!yes && strcmp(s, "false") != 0 && strcmp(s, "0") != 0)
        return false;
    *out = hop_bool(yes);
    return true;
}

static bool
parse_char(struct hop_context *cx, const struct hop_buf *text,
           struct hop_value *out)
{
    char *end;
    long unit = strtol(hop_buf_str(text), &end, 10);

    (void)cx;
    if (*end || text->len == 0 || unit < 0 || unit > 0xFFFF)
        return false;
    *out = hop_char((uint16_t)unit);
    return true;
}

static bool
parse_bytes(struct hop_context *cx, const struct hop_buf *text,
            struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!hop_base64_decode(&b, hop_buf_str(text), text->len))
        return false;
    *out = hop_obj(hop_array_of_bytes(cx, hop_buf_str(&b), b.len));
    return true;
}

static bool
parse_date(struct hop_context *cx, const struct hop_buf *text,
           struct hop_value *out)
{
    (void)cx;
    return hop_clixml_parse_date(hop_buf_str(text), text->len, out);
}

static bool
parse_span(struct hop_context *cx, const struct hop_buf *text,
           struct hop_value *out)
{
    int64_t ticks;

    (void)cx;
    if (!hop_clixml_parse_duration(hop_buf_str(text), text->len, &ticks))
        return false;
    *out = hop_timespan(ticks);
    return true;
}

static bool
parse_float(struct hop_context *cx, const struct hop_buf *text,
            struct hop_value *out)
{
    const char *s = hop_buf_str(text);
    char *end;
    double d = strtod(s, &end); /* INF, -INF and NaN too */

    (void)cx;
    if (*end || text->len == 0)
        return false;
    *out = hop_double(d);
    return true;
}

static bool
parse_single(struct hop_context *cx, const struct hop_buf *text,
             struct hop_value *out)
{
    if (!parse_float(cx, text, out))
        return false;
    *out = hop_single((float)out->u.d);
    return true;
}

static bool
parse_nil(struct hop_context *cx, const struct hop_buf *text,
          struct hop_value *out)
{
    (void)cx;
    (void)text;
    *out = hop_null();
    return true;
}

static const struct primitive primitives[] = {
    {"S", NULL, parse_string},
    {"I32", "System.Int32", NULL},
    {"Nil", NULL, parse_nil},
    {"B", NULL, parse_bool},
    {"C", NULL, parse_char},
    {"DT", NULL, parse_date},
    {"TS", NULL, parse_span},
    {"By", "System.Byte", NULL},
    {"SB", "System.SByte", NULL},
    {"U16", "System.UInt16", NULL},
    {"I16", "System.Int16", NULL},
    {"U32", "System.UInt32", NULL},
    {"U64", "System.UInt64", NULL},
    {"I64", "System.Int64", NULL},
    {"Sg", NULL, parse_single},
    {"Db", NULL, parse_float},
    {"D", "System.Decimal", NULL},
    {"BA", NULL, parse_bytes},
    {"G", "System.Guid", NULL},
    {"URI", "System.Uri", NULL},
    {"Version", "System.Version", NULL},
    {"XD", "System.Xml.XmlDocument", NULL},
    {"SBK", NULL, parse_string},
    {"SS", NULL, NULL},
};

static bool
bad_value(const struct frame *f, struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "\"%.64s\" is no value for a <%s> element",
                         hop_buf_str(&f->text), f->primitive->tag);
}

static bool
primitive_value(struct reader *r, struct frame *f, struct hop_value *out,
                struct hop_error *err)
{
    HOP_AUTO_VALUE struct hop_value text = hop_null();
    const struct primitive *p = f->primitive;
    const struct hop_class *cls;

    if (strcmp(p->tag, "SS") == 0) {
        *out = hop_null();
        return !r->opt->read_secret ||
               r->opt->read_secret(r->opt->secret_ctx, r->cx,
                                   hop_buf_str(&f->text), f->text.len, out) ||
               bad_value(f, err);
    }
    if (p->parse)
        return p->parse(r->cx, &f->text, out) || bad_value(f, err);
    (void)parse_string(r->cx, &f->text, &text);
    cls = hop_types_find(r->cx, p->type, strlen(p->type));
    if (cls && text.u.s->len && hop_try_convert(r->cx, text, cls, out))
        return true;
    return bad_value(f, err);
}

/* ---- references ---- */

static bool
keep(struct slots *s, size_t ref, struct hop_value v)
{
    if (ref > 1000000)
        return false;
    if (ref > s->n) {
        s->item = hop_xrealloc(s->item, ref, sizeof(*s->item));
        while (s->n < ref)
            s->item[s->n++] = hop_null();
    }
    hop_value_set(&s->item[ref - 1], hop_retain(v));
    return true;
}

static struct hop_value
kept(const struct slots *s, size_t ref)
{
    return ref && ref <= s->n ? s->item[ref - 1] : hop_null();
}

/* ---- making the object ---- */

static void
set_types(struct reader *r, struct hop_value object, const struct frame *f)
{
    struct hop_array *types = hop_as_array(f->types), *own;

    if (!types && !(r->opt->keep && object.kind == HOP_OBJECT && !f->has_base &&
                    !f->shown))
        return;
    hop_type_names_push(r->cx, object.u.o, "");
    own = object.u.o->ext->type_names;
    hop_array_clear(own);
    for (size_t i = 0; types && i < types->n; i++)
        hop_array_push(own, hop_retain(types->items[i]));
}

static void
move_members(struct hop_value from, struct hop_value to,
             enum hop_member_kind kind)
{
    struct hop_members *m;

    if (hop_is_null(from) || !from.u.o->ext)
        return;
    m = from.u.o->ext;
    for (uint32_t i = 0; i < m->n; i++)
        hop_member_add(to.u.o, (struct hop_member){
                                   .name = hop_string_retain(m->items[i].name),
                                   .kind = kind,
                                   .value = hop_retain(m->items[i].value),
                               });
}

/* Types that become themselves again, MS-PSRP 2.2.3: made from the property
 * named, or from the text. */
static const struct rehydration {
    const char *name;
    const char *type;
    const char *property; /* NULL: the text */
} rehydrations[] = {
    {"Deserialized.System.Management.Automation.SwitchParameter",
     "System.Management.Automation.SwitchParameter", "IsPresent"},
    {"Deserialized.System.Net.IPAddress", "System.Net.IPAddress", NULL},
    {"Deserialized.System.Net.Mail.MailAddress", "System.Net.Mail.MailAddress",
     NULL},
    {"Deserialized.System.Globalization.CultureInfo",
     "System.Globalization.CultureInfo", "Name"},
};

static struct hop_value
property_of(struct hop_value bag, const char *name)
{
    struct hop_value *v =
        hop_is_null(bag) ? NULL : hop_custom_get_text(bag.u.o, name);

    return v ? *v : hop_null();
}

static bool
rehydrate_credential(struct reader *r, const struct frame *f,
                     struct hop_value *out)
{
    struct hop_value args[2] = {property_of(f->props, "UserName"),
                                property_of(f->props, "Password")};

    static const char type[] = "System.Management.Automation.PSCredential";
    const struct hop_class *cls = hop_types_find(r->cx, type, sizeof(type) - 1);

    if (!cls || !hop_is_string(args[0]) || hop_is_null(args[1]))
        return false;
    if (hop_construct(r->cx, cls, args, 2, out))
        return true;
    hop_drop_exception(r->cx);
    return false;
}

static bool
rehydrate(struct reader *r, const struct frame *f, struct hop_value *out)
{
    struct hop_array *types = hop_as_array(f->types);
    const char *name = types && types->n ? hop_cstr(types->items[0]) : "";

    if (strcmp(name, PREFIX "System.Management.Automation.PSCredential") == 0)
        return rehydrate_credential(r, f, out);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rehydrations); i++) {
        const struct rehydration *h = &rehydrations[i];
        const struct hop_class *cls;
        HOP_AUTO_VALUE struct hop_value from = hop_null();

        if (strcmp(name, h->name) != 0)
            continue;
        cls = hop_types_find(r->cx, h->type, strlen(h->type));
        if (h->property)
            from = hop_retain(property_of(f->props, h->property));
        else if (f->shown)
            from = hop_str(hop_string_retain(f->shown));
        return cls && !hop_is_null(from) &&
               hop_try_convert(r->cx, from, cls, out);
    }
    return false;
}

/* The object that stands for the frame while it is still open. */
static struct hop_value
early_object(struct reader *r, struct frame *f)
{
    if (hop_is_null(f->value)) {
        f->value = f->has_base ? hop_wrap(r->cx, hop_retain(f->base))
                   : f->has_props || f->shown
                       ? hop_obj(hop_clixml_bag_new(r->cx, f->has_props))
                       : hop_obj(hop_custom_new(r->cx));
    }
    return f->value;
}

/* As types.ps1xml has it: the name of an enum from elsewhere is its Value. */
static bool
get_enum_name(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    struct hop_string *s = hop_enum_text(self);

    (void)cx;
    (void)data;
    *out = s ? hop_str(hop_string_retain(s)) : hop_null();
    return true;
}

#define ENUM_TYPE "Deserialized.System.Enum"

static void
know_enums(struct hop_context *cx)
{
    static const struct hop_property value = {
        .name = "Value", .type = "System.String", .get = get_enum_name};

    if (!hop_type_data(cx, ENUM_TYPE) &&
        !hop_type_data_add(
            cx, ENUM_TYPE,
            (struct hop_member){.name = hop_string_from(value.name),
                                .kind = HOP_MEMBER_CODE_PROPERTY,
                                .code = &value},
            false))
        hop_drop_exception(cx);
}

/* What stands for several objects has the text of the last. */
static void
set_text(struct hop_context *cx, struct hop_value v, struct hop_string *shown)
{
    struct hop_string **text = NULL;

    if (hop_clixml_is_bag(v))
        text = &((struct hop_bag *)v.u.o)->text;
    else if (hop_is_exactly(v, &hop_class_psobject))
        text = &((struct hop_wrapper *)v.u.o)->text;
    if (!text)
        return;
    if (hop_has_type_name(cx, v, ENUM_TYPE))
        know_enums(cx);
    hop_string_clear(text);
    *text = hop_string_retain(shown);
}

/* The finished object; owned. */
static struct hop_value
finish_object(struct reader *r, struct frame *f)
{
    struct hop_value v = hop_null();

    if (hop_is_null(f->value) && rehydrate(r, f, &v))
        return v;
    if (f->has_base && hop_is_null(f->base))
        return hop_null();
    v = early_object(r, f);
    set_types(r, v, f);
    move_members(f->props, v, HOP_MEMBER_PROPERTY);
    move_members(f->notes, v, HOP_MEMBER_NOTE);
    if (f->shown)
        set_text(r->cx, v, f->shown);
    return hop_retain(v);
}

/* ---- elements ---- */

static const struct {
    const char *name;
    enum tag tag;
} tags[] = {
    {"Objs", TAG_ROOT},   {"Obj", TAG_OBJ},         {"TN", TAG_TYPES},
    {"T", TAG_TYPE},      {"TNRef", TAG_TYPES_REF}, {"Props", TAG_PROPS},
    {"MS", TAG_MEMBERS},  {"ToString", TAG_TEXT},   {"DCT", TAG_DICT},
    {"En", TAG_ENTRY},    {"LST", TAG_LIST},        {"IE", TAG_LIST},
    {"STK", TAG_STACK},   {"QUE", TAG_QUEUE},       {"Ref", TAG_REF},
    {"PR", TAG_PROGRESS},
};

/* A progress record's fields by element name, MS-PSRP 2.2.5.1.25. */
static const struct {
    const char *tag, *property, *read_as;
} progress_fields[] = {
    {"AV", "Activity", "S"},
    {"AI", "ActivityId", "I32"},
    {"PI", "ParentActivityId", "I32"},
    {"PC", "PercentComplete", "I32"},
    {"T", "Type", "S"},
    {"SR", "SecondsRemaining", "I32"},
    {"SD", "StatusDescription", "S"},
    {"S", "CurrentOperation", "S"},
    {"Nil", "CurrentOperation", "Nil"},
};

static const struct primitive *
find_primitive(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(primitives); i++)
        if (strcmp(primitives[i].tag, name) == 0)
            return &primitives[i];
    return NULL;
}

static enum tag
find_tag(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(tags); i++)
        if (strcmp(tags[i].name, name) == 0)
            return tags[i].tag;
    return TAG_UNKNOWN;
}

static struct frame *
top(struct reader *r)
{
    return r->n ? &r->frame[r->n - 1] : NULL;
}

/* A field of a progress record becomes a named primitive. */
static bool
enter_progress_field(struct frame *f, const char *local)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(progress_fields); i++) {
        if (strcmp(progress_fields[i].tag, local) != 0)
            continue;
        f->tag = TAG_PRIMITIVE;
        f->primitive = find_primitive(progress_fields[i].read_as);
        hop_string_clear(&f->name);
        f->name = hop_string_from(progress_fields[i].property);
        return true;
    }
    return false;
}

static bool
parse_ref(const char *s, size_t n, size_t *id)
{
    size_t v = 0;

    if (n == 0 || n > 6)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!hop_ascii_is_digit(s[i]))
            return false;
        v = v * 10 + (size_t)(s[i] - '0');
    }
    *id = v;
    return true;
}

static bool
read_attrs(struct frame *f, const struct hop_xml_start *e,
           struct hop_error *err)
{
    for (size_t i = 0; i < e->attr_count; i++) {
        const struct hop_xml_attr *a = &e->attrs[i];

        if (strcmp(a->local, "N") == 0) {
            HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

            hop_clixml_unescape(&b, a->value, a->value_len);
            hop_string_clear(&f->name);
            f->name = hop_string_take_buf(&b);
        } else if (strcmp(a->local, "S") == 0) {
            free(f->stream);
            f->stream = hop_xstrndup(a->value, a->value_len);
        } else if (strcmp(a->local, "RefId") == 0) {
            size_t id;

            if (!parse_ref(a->value, a->value_len, &id))
                return hop_error_set(
                    err, HOP_ERROR_PROTOCOL, 0, "\"%.*s\" is no RefId",
                    (int)(a->value_len < 32 ? a->value_len : 32), a->value);
            f->ref = id + 1;
        }
    }
    return true;
}

static bool
unexpected(const char *local, struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "a <%.64s> element is not allowed here", local);
}

static struct frame *
push_frame(struct reader *r)
{
    struct frame *f;

    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 8;
        r->frame = hop_xrealloc(r->frame, r->cap, sizeof(*r->frame));
    }
    f = &r->frame[r->n++];
    memset(f, 0, sizeof(*f));
    return f;
}

static bool
start_element(void *ctx, const struct hop_xml_start *e, struct hop_error *err)
{
    struct reader *r = ctx;
    struct frame *parent, *f;

    if (r->n == MAX_FRAMES)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "objects are nested more than %d deep",
                             HOP_CLIXML_MAX_DEPTH);
    f = push_frame(r);
    parent = r->n > 1 ? f - 1 : NULL;
    f->text.max = MAX_TEXT;
    if (!read_attrs(f, e, err))
        return false;
    if (parent && parent->tag == TAG_PROGRESS)
        return enter_progress_field(f, e->local) || unexpected(e->local, err);
    f->tag = find_tag(e->local);
    if (f->tag == TAG_TYPE && (!parent || parent->tag != TAG_TYPES))
        f->tag = TAG_UNKNOWN;
    if (f->tag == TAG_UNKNOWN) {
        f->primitive = find_primitive(e->local);
        if (f->primitive)
            f->tag = TAG_PRIMITIVE;
    }
    return f->tag != TAG_UNKNOWN || unexpected(e->local, err);
}

static bool
text_data(void *ctx, const char *s, size_t n, struct hop_error *err)
{
    struct frame *f = top(ctx);

    if (!f ||
        (f->tag != TAG_PRIMITIVE && f->tag != TAG_TYPE && f->tag != TAG_TEXT))
        return true;
    hop_buf_add(&f->text, s, n);
    return hop_buf_ok(&f->text) ||
           hop_error_set(err, HOP_ERROR_LIMIT, 0, "a text is too long");
}

/* ---- giving a value to the element around it ---- */

static struct hop_string *
member_name(struct frame *f)
{
    if (!f->name)
        f->name = hop_string_empty();
    return f->name;
}

static void
collect(struct reader *r, struct hop_value *bag, struct frame *f,
        struct hop_value v)
{
    if (hop_is_null(*bag))
        *bag = hop_obj(hop_custom_new(r->cx));
    hop_custom_set(bag->u.o, member_name(f), hop_retain(v));
}

static bool
deliver_to_entry(struct frame *entry, struct frame *f, struct hop_value v,
                 struct hop_error *err)
{
    const char *name = member_name(f)->data;

    if (!entry->has_key) {
        if (strcmp(name, "Key") != 0 || hop_is_null(v))
            return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                                 "a dictionary entry has no key");
        entry->has_key = true;
        entry->key = hop_retain(v);
        return true;
    }
    if (strcmp(name, "Value") != 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a dictionary entry has no value");
    hop_value_set(&entry->value, hop_retain(v));
    return true;
}

/* v is borrowed; f is its element, the one below the top now. */
static bool
deliver(struct reader *r, struct frame *f, struct hop_value v,
        struct hop_error *err)
{
    struct frame *to = top(r);

    if (!to)
        return r->object(r->ctx, v, f->stream);
    switch (to->tag) {
    case TAG_ROOT: return r->object(r->ctx, v, f->stream);
    case TAG_OBJ:
        to->has_base = true;
        hop_value_set(&to->base, hop_retain(v));
        return true;
    case TAG_PROPS:
    case TAG_MEMBERS:
    case TAG_PROGRESS: collect(r, &to->notes, f, v); return true;
    case TAG_ENTRY: return deliver_to_entry(to, f, v, err);
    case TAG_LIST:
    case TAG_STACK:
    case TAG_QUEUE:
        if (hop_is_null(to->value))
            to->value = hop_obj(hop_object_new(r->cx, &hop_class_array_list));
        hop_array_push(hop_as_array(to->value), hop_retain(v));
        return true;
    default: return unexpected("value", err);
    }
}

/* ---- ends of elements ---- */

static bool
end_types(struct reader *r, struct frame *f, struct hop_error *err)
{
    struct frame *to = top(r);

    if (!to || to->tag != TAG_OBJ)
        return unexpected("TN", err);
    if (f->tag == TAG_TYPES_REF)
        f->value = hop_retain(kept(&r->types, f->ref));
    else if (f->ref)
        (void)keep(&r->types, f->ref, f->value);
    if (hop_is_null(f->value) && f->tag == TAG_TYPES_REF)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "there are no type names with RefId %zu",
                             f->ref - 1);
    hop_value_set(&to->types, hop_retain(f->value));
    return true;
}

static bool
end_type(struct reader *r, struct frame *f)
{
    bool mark = !r->opt->keep &&
                strncmp(hop_buf_str(&f->text), PREFIX, strlen(PREFIX)) != 0;
    struct frame *to = top(r);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (f->text.len == 0)
        return true;
    if (hop_is_null(to->value))
        to->value = hop_obj(hop_array_new(r->cx, 0));
    if (mark)
        hop_buf_adds(&b, PREFIX);
    hop_clixml_unescape(&b, hop_buf_str(&f->text), f->text.len);
    hop_array_push(hop_as_array(to->value), hop_text_buf(&b));
    return true;
}

static bool
end_text(struct reader *r, struct frame *f, struct hop_error *err)
{
    struct frame *to = top(r);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!to || to->tag != TAG_OBJ)
        return unexpected("ToString", err);
    hop_clixml_unescape(&b, hop_buf_str(&f->text), f->text.len);
    hop_string_clear(&to->shown);
    to->shown = hop_string_take_buf(&b);
    return true;
}

static bool
end_members(struct reader *r, struct frame *f, struct hop_error *err)
{
    struct frame *to = top(r);

    /* A member set inside a member set has a name of its own. */
    if (to && to->tag == TAG_MEMBERS) {
        if (hop_is_null(f->notes))
            f->notes = hop_obj(hop_custom_new(r->cx));
        collect(r, &to->notes, f, f->notes);
        return true;
    }
    if (!to || to->tag != TAG_OBJ)
        return unexpected(f->tag == TAG_PROPS ? "Props" : "MS", err);
    if (f->tag == TAG_PROPS) {
        to->has_props = true;
        hop_value_set(&to->props, hop_value_steal(&f->notes));
    } else {
        hop_value_set(&to->notes, hop_value_steal(&f->notes));
    }
    return true;
}

static bool
end_entry(struct reader *r, struct frame *f, struct hop_error *err)
{
    struct frame *to = top(r);

    if (!to || to->tag != TAG_DICT || !f->has_key)
        return unexpected("En", err);
    if (hop_is_null(to->value))
        to->value = hop_obj(hop_ordered_new(r->cx));
    hop_dict_set(hop_as_dict(to->value), f->key, hop_value_steal(&f->value));
    return true;
}

/* The dictionary of the kind that the type names say. */
static struct hop_value
make_dict(struct reader *r, const struct frame *object, struct hop_value read)
{
    struct hop_array *types = object ? hop_as_array(object->types) : NULL;
    const char *name = types && types->n ? hop_cstr(types->items[0]) : "";
    bool ordered = strcmp(name, PREFIX "System.Collections.Specialized."
                                       "OrderedDictionary") == 0;
    struct hop_dict *from = hop_as_dict(read), *d;

    if ((ordered || r->opt->keep) && from)
        return hop_retain(read);
    d = ordered ? hop_ordered_new(r->cx) : hop_hashtable_new(r->cx);
    for (size_t i = 0; from && i < from->count; i++) {
        struct hop_dict_entry *e = hop_dict_at(from, i);

        hop_dict_set(d, e->key, hop_retain(e->value));
    }
    return hop_obj(d);
}

static struct hop_value
make_list(struct reader *r, const struct frame *f)
{
    const struct hop_class *cls = f->tag == TAG_STACK   ? &hop_class_stack
                                  : f->tag == TAG_QUEUE ? &hop_class_queue
                                                        : &hop_class_array_list;
    struct hop_array *from = hop_as_array(f->value), *list;

    if (f->tag == TAG_LIST && from)
        return hop_retain(f->value);
    list = hop_object_new(r->cx, cls);
    for (size_t i = 0; from && i < from->n; i++) {
        size_t at = f->tag == TAG_STACK ? from->n - 1 - i : i;

        hop_array_push(list, hop_retain(from->items[at]));
    }
    return hop_obj(list);
}

static struct hop_value
make_progress(struct reader *r, struct frame *f)
{
    struct hop_value v = hop_is_null(f->notes) ? hop_obj(hop_custom_new(r->cx))
                                               : hop_value_steal(&f->notes);

    hop_type_names_push(r->cx, v.u.o,
                        PREFIX "System.Management.Automation.ProgressRecord");
    return v;
}

/* The value that the element stands for, if it is one; *has tells. */
static bool
element_value(struct reader *r, struct frame *f, struct hop_value *out,
              bool *has, struct hop_error *err)
{
    *has = true;
    switch (f->tag) {
    case TAG_PRIMITIVE: return primitive_value(r, f, out, err);
    case TAG_OBJ:
        *out = finish_object(r, f);
        return !f->ref || keep(&r->objects, f->ref, *out);
    case TAG_DICT: *out = make_dict(r, top(r), f->value); return true;
    case TAG_LIST:
    case TAG_STACK:
    case TAG_QUEUE: *out = make_list(r, f); return true;
    case TAG_PROGRESS: *out = make_progress(r, f); return true;
    case TAG_REF:
        for (size_t i = 0; i < r->n; i++)
            if (r->frame[i].tag == TAG_OBJ && r->frame[i].ref == f->ref)
                (void)keep(&r->objects, f->ref, early_object(r, &r->frame[i]));
        *out = hop_retain(kept(&r->objects, f->ref));
        return true;
    default: *has = false; return true;
    }
}

static bool
end_structure(struct reader *r, struct frame *f, struct hop_error *err)
{
    switch (f->tag) {
    case TAG_TYPES:
    case TAG_TYPES_REF: return end_types(r, f, err);
    case TAG_TYPE: return end_type(r, f);
    case TAG_TEXT: return end_text(r, f, err);
    case TAG_PROPS:
    case TAG_MEMBERS: return end_members(r, f, err);
    case TAG_ENTRY: return end_entry(r, f, err);
    default: return true;
    }
}

static void
done_frame(struct frame *f)
{
    hop_string_clear(&f->name);
    hop_string_clear(&f->shown);
    free(f->stream);
    hop_buf_done(&f->text);
    hop_release(f->value);
    hop_release(f->base);
    hop_release(f->types);
    hop_release(f->notes);
    hop_release(f->props);
    hop_release(f->key);
}

static bool
end_element(void *ctx, const char *ns, const char *local, struct hop_error *err)
{
    struct reader *r = ctx;
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    struct frame f;
    bool has, ok;

    (void)ns;
    (void)local;
    f = r->frame[--r->n];
    ok = element_value(r, &f, &v, &has, err);
    if (ok)
        ok = has ? deliver(r, &f, v, err) : end_structure(r, &f, err);
    done_frame(&f);
    return ok;
}

/* ---- documents ---- */

static void
free_slots(struct slots *s)
{
    for (size_t i = 0; i < s->n; i++)
        hop_release(s->item[i]);
    free(s->item);
}

bool
hop_clixml_read(struct hop_context *cx,
                const struct hop_clixml_options *options, const char *s,
                size_t n,
                bool (*object)(void *ctx, struct hop_value v,
                               const char *stream),
                void *ctx, struct hop_error *err)
{
    static const struct hop_xml_handler handler = {start_element, text_data,
                                                   end_element};
    struct hop_xml_limits limits = {
        .max_bytes = n + 4,
        .max_depth = MAX_FRAMES,
        .max_attributes = 16,
        .max_name = 256,
        .max_value = 1 << 20,
        .max_elements = n / 4 + 1,
    };
    struct reader r = {.cx = cx, .opt = options, .object = object, .ctx = ctx};
    HOP_AUTO_BUF struct hop_buf mended = HOP_BUF_INIT;
    bool ok;

    if (hop_clixml_mend(s, n, &mended)) {
        s = hop_buf_str(&mended);
        n = mended.len;
    }
    hop_error_clear(err);
    ok = hop_xml_read(s, n, &limits, &handler, &r, err);
    while (r.n)
        done_frame(&r.frame[--r.n]);
    free(r.frame);
    free_slots(&r.objects);
    free_slots(&r.types);
    return ok;
}

struct first {
    struct hop_value v;
    bool any;
};

static bool
take_first(void *ctx, struct hop_value v, const char *stream)
{
    struct first *f = ctx;

    (void)stream;
    if (!f->any)
        f->v = hop_retain(v);
    f->any = true;
    return true;
}

bool
hop_clixml_read_one(struct hop_context *cx, const struct hop_clixml_options *o,
                    const char *s, size_t n, struct hop_value *out,
                    struct hop_error *err)
{
    struct first f = {hop_null(), false};

    if (!hop_clixml_read(cx, o, s, n, take_first, &f, err)) {
        hop_release(f.v);
        return false;
    }
    *out = f.v;
    return true;
}
