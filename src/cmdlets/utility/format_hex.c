/* Format-Hex: bytes of files, texts and numbers, sixteen to an object.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "base/text.h"
#include "cmdlets/management/paths.h"
#include "cmdlets/record.h"
#include "cmdlets/utility/utility.h"
#include "value/collections.h"
#include "value/exception.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"

#define PER_LINE 16

enum { PATH, LITERAL, INPUT, ENCODING, COUNT, OFFSET };
static const struct hop_param params[] = {
    [PATH] = {"Path", "string[]", HOP_NOT_NULL_OR_EMPTY,
              .in = HOP_SETS({"Path", HOP_MANDATORY, HOP_POS(0)})},
    [LITERAL] = {"LiteralPath", "string[]", HOP_NOT_NULL_OR_EMPTY,
                 .in = HOP_SETS({"LiteralPath", HOP_MANDATORY, 0}),
                 .aliases = "PSPath LP"},
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE,
               .in = HOP_SETS({"ByInputObject", HOP_MANDATORY, 0})},
    [ENCODING] = {"Encoding", "System.Text.Encoding", HOP_ENCODING,
                  .in = HOP_SETS({"ByInputObject"})},
    [COUNT] = {"Count", "long", .range = HOP_RANGE_KIND("Positive")},
    [OFFSET] = {"Offset", "long", .range = HOP_RANGE_KIND("NonNegative")},
};

/* ---- ByteCollection ---- */

enum { B_OFFSET, B_BYTES, B_PATH, B_LABEL };

static struct hop_value
slot(struct hop_value v, size_t i)
{
    return ((struct hop_record *)v.u.o)->slot[i];
}

static void
add_hex(struct hop_value v, struct hop_buf *b)
{
    const struct hop_array *a = hop_as_array(slot(v, B_BYTES));

    for (size_t i = 0; i < a->n; i++)
        hop_buf_addf(b, i ? " %02X" : "%02X", (unsigned)a->items[i].u.i);
}

/* Bytes as Latin-1; what does not print as U+FFFD, NUL as a blank. */
static void
add_ascii(struct hop_value v, struct hop_buf *b)
{
    const struct hop_array *a = hop_as_array(slot(v, B_BYTES));

    for (size_t i = 0; i < a->n; i++) {
        unsigned u = (unsigned)a->items[i].u.i;
        char utf8[4];

        if (u < 0x20 || (u >= 0x7F && u < 0xA0))
            u = u ? 0xFFFD : ' ';
        hop_buf_add(b, utf8, hop_utf8_encode(u, utf8));
    }
}

static bool
get_offset(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    *out = hop_integer(HOP_UINT32, slot(self, B_OFFSET).u.i & UINT32_MAX);
    return true;
}

enum { T_HEX, T_ASCII, T_OFFSET };

static bool
get_text(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (data == T_HEX)
        add_hex(self, &b);
    else if (data == T_ASCII)
        add_ascii(self, &b);
    else
        hop_buf_addf(&b, "%016llX",
                     (unsigned long long)slot(self, B_OFFSET).u.u);
    *out = hop_text_buf(&b);
    return true;
}

static bool
show_bytes(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t n = hop_as_array(slot(v, B_BYTES))->n;

    if (n) {
        hop_buf_addf(&b, "%016llX   ",
                     (unsigned long long)slot(v, B_OFFSET).u.u);
        add_hex(v, &b);
        hop_buf_fill(&b, ' ', 3 * (PER_LINE - n) + 2);
        add_ascii(v, &b);
        hop_buf_fill(&b, ' ', PER_LINE - n);
        if (n == PER_LINE && hop_is_null(slot(v, B_PATH)))
            hop_buf_addc(&b, '\n');
    }
    *out = hop_string_take_buf(&b);
    return true;
}

#define DERIVED(n, d)                                                          \
    {                                                                          \
        .name = (n), .type = "string", .get = get_text, .data = (d)            \
    }
static const struct hop_property properties[] = {
    {"Offset", "uint", get_offset},
    HOP_RECORD_PROPERTY(B_OFFSET, "Offset64", "ulong"),
    HOP_RECORD_PROPERTY(B_BYTES, "Bytes", "byte[]"),
    HOP_RECORD_PROPERTY(B_PATH, "Path", "string"),
    DERIVED("HexOffset", T_OFFSET),
    HOP_RECORD_PROPERTY(B_LABEL, "Label", "string"),
    DERIVED("HexBytes", T_HEX),
    DERIVED("Ascii", T_ASCII),
    {0}};

const struct hop_class hop_class_byte_collection =
    HOP_RECORD_CLASS("Microsoft.PowerShell.Commands.ByteCollection", properties,
                     .to_string = show_bytes);

/* ---- the cmdlet ---- */

struct state {
    struct hop_buf bytes;        /* of numbers that came one by one */
    const struct hop_class *cls; /* theirs */
};

static bool
write_lines(struct hop_command *c, const char *p, size_t n, uint64_t offset,
            const char *path, const char *label)
{
    struct hop_context *cx = hop_command_context(c);

    for (size_t i = 0; i < n; i += PER_LINE) {
        size_t k = n - i < PER_LINE ? n - i : PER_LINE;
        struct hop_record *r = hop_record_new(cx, &hop_class_byte_collection);

        hop_record_set(r, B_OFFSET, hop_ulong(offset + i));
        hop_record_set(r, B_BYTES, hop_obj(hop_array_of_bytes(cx, p + i, k)));
        hop_record_set(r, B_PATH, path ? hop_text(path) : hop_null());
        hop_record_set(r, B_LABEL, hop_text(label));
        if (!hop_write_take(c, hop_obj(r)))
            return false;
    }
    return true;
}

/* The part of n bytes that -Offset and -Count name. */
static void
cut(struct hop_command *c, const char **p, size_t *n)
{
    uint64_t from = (uint64_t)hop_arg_int(c, OFFSET, 0);
    uint64_t count = (uint64_t)hop_arg_int(c, COUNT, INT64_MAX);

    if (from > *n)
        from = *n;
    *p += from;
    *n -= from;
    if (*n > count)
        *n = count;
}

/* A group of its own: "String (System.String) <1A2B3C4D>". */
static bool
write_group(struct hop_command *c, const struct hop_buf *bytes,
            const struct hop_class *cls)
{
    HOP_AUTO_BUF struct hop_buf label = HOP_BUF_INIT;
    const char *p = hop_buf_str(bytes);
    size_t n = bytes->len;
    uint32_t id = 0;

    if (getrandom(&id, sizeof(id), 0) != sizeof(id))
        id = (uint32_t)n;
    hop_class_add_name(cls, &label);
    hop_buf_adds(&label, " (");
    hop_class_add_full_name(cls, &label);
    hop_buf_addf(&label, ") <%08X>", id & 0x7FFFFFFF);
    cut(c, &p, &n);
    return write_lines(c, p, n, 0, NULL, hop_buf_str(&label));
}

static bool
flush(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    bool ok = true;

    if (s->bytes.len == 0)
        return true;
    ok = write_group(c, &s->bytes, s->cls);
    hop_buf_clear(&s->bytes);
    s->cls = NULL;
    return ok;
}

static bool
write_file(struct hop_command *c, const char *path)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_BUF struct hop_buf all = HOP_BUF_INIT;
    HOP_AUTO_VALUE struct hop_value x = hop_null(), target = hop_text(path);
    const char *p;
    size_t n;

    if (!hop_file_read_all(cx, path, &all)) {
        x = hop_take_exception(cx);
        return hop_write_error(
            c, hop_error_record_from(
                   hop_command_runspace(c), x,
                   hop_value_is(x, &hop_exception_unauthorized_access)
                       ? "FormatHexUnauthorizedAccessError"
                       : "FormatHexIOError",
                   HOP_CAT_WRITE_ERROR, target));
    }
    p = hop_buf_str(&all);
    n = all.len;
    cut(c, &p, &n);
    return write_lines(c, p, n, (uint64_t)hop_arg_int(c, OFFSET, 0), path,
                       path);
}

/* ---- values ---- */

/* Bytes of one element as the machine keeps it; 0: has no such form. */
static size_t
element_size(enum hop_kind kind)
{
    static const uint8_t sizes[] = {
        [HOP_BOOL] = 4,  [HOP_CHAR] = 1,   [HOP_SBYTE] = 1,  [HOP_BYTE] = 1,
        [HOP_INT16] = 2, [HOP_UINT16] = 2, [HOP_INT32] = 4,  [HOP_UINT32] = 4,
        [HOP_INT64] = 8, [HOP_UINT64] = 8, [HOP_SINGLE] = 4, [HOP_DOUBLE] = 8};

    return kind < HOP_ARRAY_SIZE(sizes) ? sizes[kind] : 0;
}

static void
add_element(struct hop_value v, enum hop_kind kind, struct hop_buf *b)
{
    float f = (float)v.u.d;

    if (kind == HOP_SINGLE)
        hop_buf_add(b, &f, sizeof(f));
    else
        hop_buf_add(b, &v.u, element_size(kind));
}

static bool
refuse(struct hop_command *c, const struct hop_class *cls)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    struct hop_error_spec spec = {.id = "FormatHexTypeNotSupported",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException",
                                  .target = hop_type(cls)};

    hop_class_add_full_name(cls, &name);
    return hop_command_error(
        c, &spec,
        "Cannot convert input of type '%s' to hexadecimal. To view the "
        "hexadecimal formatting of its string representation, pipe it to the "
        "Out-String cmdlet before piping it to Format-Hex.",
        hop_buf_str(&name));
}

static const struct hop_class *
number_class(const struct hop_class *cls)
{
    return cls->flags & HOP_CLASS_ENUM ? hop_class_of_kind(cls->underlying)
                                       : cls;
}

/* Numbers that follow each other are one group while they are of one type. */
static bool
process_number(struct hop_command *c, struct hop_value v)
{
    struct state *s = hop_command_state(c);
    const struct hop_class *cls = number_class(hop_class_of(v));

    if (!element_size(cls->kind))
        return refuse(c, hop_class_of(v));
    if (s->cls && cls != s->cls && !flush(c))
        return false;
    s->cls = cls;
    add_element(v, cls->kind, &s->bytes);
    return true;
}

static bool
process_array(struct hop_command *c, struct hop_value v,
              const struct hop_array *a)
{
    const struct hop_class *cls = number_class(hop_array_element(a));
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT;

    if (!flush(c))
        return false;
    if (!element_size(cls->kind) || a->n == 0)
        return refuse(c, hop_class_of(v));
    for (size_t i = 0; i < a->n; i++)
        add_element(a->items[i], cls->kind, &bytes);
    return write_group(c, &bytes, hop_class_of(v));
}

static bool
process_text(struct hop_command *c, const struct hop_string *text)
{
    const struct hop_encoding *e = hop_as_encoding(hop_arg(c, ENCODING));
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT;

    hop_encoding_encode(e ? e : hop_encoding_utf8(false), text->data, text->len,
                        &bytes);
    return flush(c) && write_group(c, &bytes, &hop_class_string);
}

static bool
process_input(struct hop_command *c)
{
    struct hop_value v = hop_value_base(hop_arg(c, INPUT));
    struct hop_file_info *file = hop_as_file_info(v);
    struct hop_array *a = hop_as_array(v);

    if (file)
        return flush(c) && write_file(c, file->path->data);
    if (v.kind == HOP_STRING)
        return process_text(c, v.u.s);
    if (a && (a->base.cls->flags & HOP_CLASS_ARRAY))
        return process_array(c, v, a);
    return process_number(c, v);
}

/* ---- files ---- */

struct match {
    struct hop_command *c;
    const char *given;
    bool ok;
};

static bool
take_match(void *ctx, struct hop_item_path *p)
{
    struct match *m = ctx;
    struct hop_error_spec spec = {.id = "FormatHexOnlySupportsFileSystemPaths",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException"};

    if (strcmp(p->provider->name, "FileSystem") == 0)
        m->ok = write_file(m->c, p->path);
    else
        m->ok = hop_command_error(m->c, &spec,
                                  "The given path '%s' is not supported. This "
                                  "command only supports the FileSystem "
                                  "Provider paths.",
                                  m->given);
    return m->ok;
}

static bool
missing(struct hop_command *c, const char *path)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value x = hop_take_exception(cx);

    return hop_write_error(
        c, hop_error_record_from(hop_command_runspace(c), x, "FileNotFound",
                                 HOP_CAT_OBJECT_NOT_FOUND, hop_arg(c, PATH)));
}

static bool
process_path(struct hop_command *c, const char *path, bool literal)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    struct match m = {c, path, true};
    struct hop_item_path p;
    bool ok;

    if (!literal)
        return hop_path_glob(rs, path, false, true, take_match, &m) ||
               (m.ok && missing(c, path));
    if (!hop_path_resolve(rs, path, &p))
        return false;
    ok = take_match(&m, &p);
    hop_item_path_done(&p);
    return ok;
}

static bool
process(struct hop_command *c)
{
    bool literal = hop_arg_bound(c, LITERAL);
    size_t param = literal ? LITERAL : PATH;

    if (hop_command_in_set(c, "ByInputObject"))
        return process_input(c);
    for (size_t i = 0; i < hop_arg_count(c, param); i++)
        if (!process_path(c, hop_cstr(hop_arg_item(c, param, i)), literal))
            return false;
    return true;
}

static bool
end(struct hop_command *c)
{
    return flush(c);
}

static void
dispose(struct hop_command *c)
{
    hop_buf_done(&((struct state *)hop_command_state(c))->bytes);
}

const struct hop_cmdlet hop_cmdlet_format_hex = {
    .name = "Format-Hex",
    HOP_PARAMS(params),
    .output = "Microsoft.PowerShell.Commands.ByteCollection",
    .synopsis = "Shows bytes in hexadecimal.",
    .class_name = "FormatHex",
    .state_size = sizeof(struct state),
    .process = process,
    .end = end,
    .dispose = dispose,
};
