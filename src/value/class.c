/* Classes of values, how they relate, what they are called.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/class.h"

#include "value/enums.h"
#include "value/internal.h"
#include "value/types.h"

static const struct hop_class *const by_kind[] = {
    [HOP_BOOL] = &hop_class_boolean,
    [HOP_CHAR] = &hop_class_char,
    [HOP_SBYTE] = &hop_class_sbyte,
    [HOP_BYTE] = &hop_class_byte,
    [HOP_INT16] = &hop_class_int16,
    [HOP_UINT16] = &hop_class_uint16,
    [HOP_INT32] = &hop_class_int32,
    [HOP_UINT32] = &hop_class_uint32,
    [HOP_INT64] = &hop_class_int64,
    [HOP_UINT64] = &hop_class_uint64,
    [HOP_SINGLE] = &hop_class_single,
    [HOP_DOUBLE] = &hop_class_double,
    [HOP_DECIMAL] = &hop_class_decimal,
    [HOP_DATETIME] = &hop_class_datetime,
    [HOP_DATETIMEOFFSET] = &hop_class_datetime_offset,
    [HOP_TIMESPAN] = &hop_class_timespan,
    [HOP_TYPE] = &hop_class_runtime_type,
    [HOP_STRING] = &hop_class_string,
    [HOP_OBJECT] = NULL,
};

const struct hop_class *
hop_class_of_kind(enum hop_kind kind)
{
    return by_kind[kind];
}

const struct hop_class *
hop_class_of(struct hop_value v)
{
    if (v.kind == HOP_OBJECT) {
        if (v.u.o->cls != &hop_class_psobject)
            return v.u.o->cls;
        v = ((struct hop_wrapper *)v.u.o)->value;
        if (v.kind == HOP_OBJECT)
            return v.u.o->cls;
    }
    if (v.kind == HOP_ENUM)
        return hop_enum_class(v.ext);
    return by_kind[v.kind];
}

static bool
implements(const struct hop_class *cls, const struct hop_class *of)
{
    for (const struct hop_class *c = cls; c; c = c->base)
        for (size_t i = 0; c->interfaces && c->interfaces[i]; i++)
            if (c->interfaces[i] == of || implements(c->interfaces[i], of))
                return true;
    return false;
}

bool
hop_class_is(const struct hop_class *cls, const struct hop_class *of)
{
    if (!cls || !of)
        return false;
    if (of == &hop_class_object)
        return true;
    for (const struct hop_class *c = cls; c; c = c->base)
        if (c == of || (c->definition && c->definition == of))
            return true;
    if ((cls->flags & of->flags & HOP_CLASS_ARRAY) && cls->rank == of->rank &&
        !(cls->element->flags & HOP_CLASS_VALUE) &&
        hop_class_is(cls->element, of->element))
        return true;
    return (of->flags & HOP_CLASS_INTERFACE) && implements(cls, of);
}

bool
hop_value_is(struct hop_value v, const struct hop_class *of)
{
    if (of == &hop_class_psobject)
        return hop_is_exactly(v, &hop_class_psobject) ||
               hop_is_exactly(v, &hop_class_pscustomobject);
    if (of->flags & HOP_CLASS_NULLABLE)
        of = of->args[0];
    return hop_class_is(hop_class_of(v), of);
}

/* ---- names ---- */

static void
add_rank(const struct hop_class *cls, struct hop_buf *b)
{
    hop_buf_addc(b, '[');
    hop_buf_fill(b, ',', (size_t)(cls->rank > 1 ? cls->rank - 1 : 0));
    hop_buf_addc(b, ']');
}

void
hop_class_add_name(const struct hop_class *cls, struct hop_buf *b)
{
    const char *dot = strrchr(cls->name, '.');
    const char *plus = strrchr(cls->name, '+');

    if (cls->flags & HOP_CLASS_ARRAY && cls->element) {
        hop_class_add_name(cls->element, b);
        add_rank(cls, b);
        return;
    }
    if (plus)
        dot = plus;
    hop_buf_adds(b, dot ? dot + 1 : cls->name);
}

static const struct assembly {
    const char *prefix, *name, *version, *token;
} assemblies[] = {
    {"System.Management.Automation.", "System.Management.Automation",
     "7.6.0.500", "31bf3856ad364e35"},
    {"Microsoft.PowerShell.Commands.", "Microsoft.PowerShell.Commands.Utility",
     "7.6.0.500", "31bf3856ad364e35"},
    {"System.Text.RegularExpressions.", "System.Text.RegularExpressions",
     "10.0.0.0", "b03f5f7f11d50a3a"},
    {"System.Uri", "System.Private.Uri", "10.0.0.0", "b03f5f7f11d50a3a"},
    {"System.Collections.Generic.Stack", "System.Collections", "10.0.0.0",
     "b03f5f7f11d50a3a"},
    {"System.Collections.Generic.Sorted", "System.Collections", "10.0.0.0",
     "b03f5f7f11d50a3a"},
    {"System.Collections.Generic.LinkedList", "System.Collections", "10.0.0.0",
     "b03f5f7f11d50a3a"},
    {"System.Collections.Specialized.", "System.Collections.Specialized",
     "10.0.0.0", "b03f5f7f11d50a3a"},
    {"System.Numerics.BigInteger", "System.Runtime.Numerics", "10.0.0.0",
     "b03f5f7f11d50a3a"},
    {"System.Net.IP", "System.Net.Primitives", "10.0.0.0",
     "b03f5f7f11d50a3a"},
    {"System.Xml.", "System.Private.Xml", "10.0.0.0", "cc7b13ffcd2ddd51"},
    {"", "System.Private.CoreLib", "10.0.0.0", "7cec85d7bea7798e"},
};

void
hop_class_add_assembly(const struct hop_class *cls, struct hop_buf *b)
{
    const struct assembly *a = assemblies;

    while (strncmp(cls->name, a->prefix, strlen(a->prefix)) != 0)
        a++;
    hop_buf_addf(b, "%s, Version=%s, Culture=neutral, PublicKeyToken=%s",
                 a->name, a->version, a->token);
}

void
hop_class_add_full_name(const struct hop_class *cls, struct hop_buf *b)
{
    if (cls->flags & HOP_CLASS_ARRAY && cls->element) {
        hop_class_add_full_name(cls->element, b);
        add_rank(cls, b);
        return;
    }
    hop_buf_adds(b, cls->name);
    if (!cls->definition)
        return;
    hop_buf_addc(b, '[');
    for (int i = 0; i < cls->arity; i++) {
        hop_buf_adds(b, i ? ",[" : "[");
        hop_class_add_full_name(cls->args[i], b);
        hop_buf_adds(b, ", ");
        hop_class_add_assembly(cls->args[i], b);
        hop_buf_addc(b, ']');
    }
    hop_buf_addc(b, ']');
}

/* Type.ToString(): System.Collections.Generic.List`1[System.Int32]. */
void
hop_class_add_to_string(const struct hop_class *cls, struct hop_buf *b)
{
    if (cls->flags & HOP_CLASS_ARRAY && cls->element) {
        hop_class_add_to_string(cls->element, b);
        add_rank(cls, b);
        return;
    }
    hop_buf_adds(b, cls->name);
    for (int i = 0; i < cls->arity; i++) {
        hop_buf_addc(b, i ? ',' : '[');
        if (cls->definition)
            hop_class_add_to_string(cls->args[i], b);
        else if (cls->arity == 1)
            hop_buf_addc(b, 'T');
        else
            hop_buf_adds(b, cls->arity == 2 && i == 0   ? "TKey"
                            : cls->arity == 2 && i == 1 ? "TValue"
                                                        : "T");
    }
    if (cls->arity)
        hop_buf_addc(b, ']');
}

/* The types that Get-Member's texts abbreviate. */
static const struct brief {
    const char *full, *name;
} briefs[] = {
    {"System.Int32", "int"},
    {"System.String", "string"},
    {"System.Boolean", "bool"},
    {"System.Char", "char"},
    {"System.Byte", "byte"},
    {"System.SByte", "sbyte"},
    {"System.Int64", "long"},
    {"System.UInt64", "ulong"},
    {"System.UInt32", "uint"},
    {"System.Int16", "short"},
    {"System.UInt16", "ushort"},
    {"System.Single", "float"},
    {"System.Double", "double"},
    {"System.Decimal", "decimal"},
    {"System.DateTime", "datetime"},
    {"System.TimeSpan", "timespan"},
    {"System.Guid", "guid"},
    {"System.Uri", "uri"},
    {"System.Version", "version"},
    {"System.Text.RegularExpressions.Regex", "regex"},
    {"System.Type", "type"},
    {"System.RuntimeType", "type"},
    {"System.Collections.Hashtable", "hashtable"},
    {"System.Management.Automation.PSObject", "psobject"},
    {"System.Xml.XmlDocument", "xml"},
    {"System.Numerics.BigInteger", "bigint"},
    {"System.Net.IPAddress", "ipaddress"},
    {"System.Globalization.CultureInfo", "cultureinfo"},
    {"System.Security.SecureString", "securestring"},
    {"System.Management.Automation.SwitchParameter", "switch"},
    {"System.Array", "array"},
    {"System.Void", "void"},
};

void
hop_class_add_display(const struct hop_class *cls, bool brief,
                      struct hop_buf *b)
{
    const char *tick;

    if (cls->flags & HOP_CLASS_ARRAY && cls->element) {
        hop_class_add_display(cls->element, brief, b);
        add_rank(cls, b);
        return;
    }
    for (size_t i = 0; brief && i < HOP_ARRAY_SIZE(briefs); i++) {
        if (strcmp(briefs[i].full, cls->name) == 0) {
            hop_buf_adds(b, briefs[i].name);
            return;
        }
    }
    if (!cls->definition) {
        hop_buf_adds(b, cls->name);
        return;
    }
    tick = strchr(cls->name, '`');
    if (brief && hop_class_is(cls, &hop_class_nullable))
        hop_buf_adds(b, "System.Nullable");
    else
        hop_buf_add(b, cls->name,
                    tick ? (size_t)(tick - cls->name) : strlen(cls->name));
    hop_buf_addc(b, '[');
    for (int i = 0; i < cls->arity; i++) {
        if (i)
            hop_buf_addc(b, ',');
        hop_class_add_display(cls->args[i], brief, b);
    }
    hop_buf_addc(b, ']');
}
