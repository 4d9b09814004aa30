/* ConvertTo-Csv, ConvertFrom-Csv, Export-Csv, Import-Csv.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/format/shown.h"
#include "cmdlets/management/paths.h"
#include "cmdlets/utility/csv.h"
#include "cmdlets/utility/utility.h"
#include "smb/files.h"
#include "value/member.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"

/* ---- writing ---- */

enum { QUOTE_NEVER, QUOTE_ALWAYS, QUOTE_AS_NEEDED };

struct writing {
    struct hop_shown_list columns;
    bool started, type_info, header, append;
    char delimiter;
    int quotes;
    struct hop_buf file;        /* of Export-Csv */
    struct hop_array *expected; /* columns of the file appended to */
};

enum {
    INPUT,
    DELIMITER,
    CULTURE,
    INCLUDE_TYPE,
    NO_TYPE,
    NO_HEADER,
    QUOTE_FIELDS,
    USE_QUOTES,
    SHARED_END
};
#define SHARED                                                                 \
    [INPUT] = {"InputObject", "psobject",                                      \
               HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME},                    \
    [CULTURE] = {"UseCulture", "switch"},                                      \
    [INCLUDE_TYPE] = {"IncludeTypeInformation", "switch", .aliases = "ITI"},   \
    [NO_TYPE] = {"NoTypeInformation", "switch", .aliases = "NTI"},             \
    [NO_HEADER] = {"NoHeader", "switch"},                                      \
    [QUOTE_FIELDS] = {"QuoteFields", "string[]", .aliases = "QF"},             \
    [USE_QUOTES] = {"UseQuotes", "string", .set = "Never Always AsNeeded",     \
                    .aliases = "UQ"}

static const struct hop_param to_params[] = {
    SHARED,
    [DELIMITER] = {"Delimiter", "char", HOP_NOT_NULL, .position = HOP_POS(1)},
};

static bool
begin_writing(struct hop_command *c, struct writing *w)
{
    const char *quotes = hop_arg_text(c, USE_QUOTES);
    struct hop_error_spec spec = {.id = "CannotSpecifyQuoteFieldsAndUseQuotes",
                                  .category = HOP_CAT_INVALID_DATA,
                                  .exception =
                                      "System.InvalidOperationException"};

    if (quotes && hop_arg_bound(c, QUOTE_FIELDS))
        return hop_command_throw(c, &spec,
                                 "You must specify either the -UseQuotes or "
                                 "-QuoteFields parameters, but not both.");
    w->delimiter =
        hop_arg_bound(c, DELIMITER) ? (char)hop_arg(c, DELIMITER).u.i : ',';
    w->type_info = hop_arg_on(c, INCLUDE_TYPE);
    w->header = !hop_arg_on(c, NO_HEADER);
    w->quotes = !quotes                             ? QUOTE_ALWAYS
                : hop_ascii_ieq(quotes, "Never")    ? QUOTE_NEVER
                : hop_ascii_ieq(quotes, "AsNeeded") ? QUOTE_AS_NEEDED
                                                    : QUOTE_ALWAYS;
    return true;
}

static bool
is_quote_field(struct hop_command *c, const struct hop_string *name)
{
    for (size_t i = 0; i < hop_arg_count(c, QUOTE_FIELDS); i++)
        if (hop_string_ieq(hop_arg_item(c, QUOTE_FIELDS, i).u.s, name))
            return true;
    return false;
}

static bool
is_quoted(struct hop_command *c, const struct writing *w,
          const struct hop_string *name, const char *s, size_t n)
{
    if (hop_arg_bound(c, QUOTE_FIELDS))
        return is_quote_field(c, name);
    if (w->quotes != QUOTE_AS_NEEDED)
        return w->quotes == QUOTE_ALWAYS;
    return memchr(s, w->delimiter, n) || memchr(s, '"', n) ||
           memchr(s, '\n', n) || memchr(s, '\r', n);
}

static void
add_field(struct hop_buf *b, const char *s, size_t n, bool quoted)
{
    if (!quoted) {
        hop_buf_add(b, s, n);
        return;
    }
    hop_buf_addc(b, '"');
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '"')
            hop_buf_addc(b, '"');
        hop_buf_addc(b, s[i]);
    }
    hop_buf_addc(b, '"');
}

static void
add_header(struct hop_command *c, struct writing *w, struct hop_buf *b)
{
    for (size_t i = 0; i < w->columns.n; i++) {
        const struct hop_string *name = w->columns.item[i].name;

        if (i)
            hop_buf_addc(b, w->delimiter);
        add_field(b, name->data, name->len,
                  is_quoted(c, w, name, name->data, name->len));
    }
}

static bool
add_row(struct hop_command *c, struct writing *w, struct hop_value v,
        struct hop_buf *b)
{
    for (size_t i = 0; i < w->columns.n; i++) {
        const struct hop_shown *item = &w->columns.item[i];
        HOP_AUTO_VALUE struct hop_value x = hop_null();
        HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
        bool failed;

        if (i)
            hop_buf_addc(b, w->delimiter);
        if (!hop_shown_read(hop_command_runspace(c), item, v, &x, &failed))
            return false;
        if (hop_is_null(x))
            continue;
        if (hop_enum_text(x))
            hop_buf_adds(&text, hop_enum_text(x)->data);
        else if (!hop_add_string(hop_command_context(c), x, &text))
            return false;
        add_field(b, hop_buf_str(&text), text.len,
                  is_quoted(c, w, item->name, hop_buf_str(&text), text.len));
    }
    return true;
}

/* The columns of the first object are those of all. */
static void
choose_columns(struct hop_command *c, struct writing *w, struct hop_value v)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_dict *d = hop_as_dict(hop_value_base(v));
    size_t n;

    if (!d) {
        hop_shown_all(cx, v, &w->columns);
    } else {
        HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &n);

        for (size_t i = 0; i < n; i++)
            if (hop_is_string(e[i]->key))
                hop_shown_add(&w->columns, e[i]->key.u.s, hop_null(), NULL);
    }
    w->started = true;
}

static void
add_type(struct hop_command *c, struct hop_value v, struct hop_buf *b)
{
    struct hop_array *names = hop_type_names(hop_command_context(c), v);

    hop_buf_adds(b, "#TYPE ");
    if (names->n)
        hop_buf_adds(b, hop_cstr(names->items[0]));
    hop_release(hop_obj(names));
}

/* Gives line by line to put. */
static bool
write_object(struct hop_command *c, struct writing *w, struct hop_value v,
             bool (*put)(struct hop_command *c, struct writing *w,
                         const struct hop_buf *line))
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (hop_is_null(v))
        return true;
    if (!w->started) {
        choose_columns(c, w, v);
        if (w->type_info) {
            add_type(c, v, &b);
            if (!put(c, w, &b))
                return false;
            hop_buf_clear(&b);
        }
        if (w->header) {
            add_header(c, w, &b);
            if (!put(c, w, &b))
                return false;
            hop_buf_clear(&b);
        }
    }
    return add_row(c, w, v, &b) && put(c, w, &b);
}

static bool
put_line(struct hop_command *c, struct writing *w, const struct hop_buf *line)
{
    (void)w;
    return hop_write_text(c, hop_buf_str(line), line->len);
}

static bool
begin_to(struct hop_command *c)
{
    return begin_writing(c, hop_command_state(c));
}

static bool
process_to(struct hop_command *c)
{
    return write_object(c, hop_command_state(c), hop_arg(c, INPUT), put_line);
}

static void
dispose_writing(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);

    hop_shown_clear(&w->columns);
    hop_buf_done(&w->file);
    if (w->expected)
        hop_release(hop_obj(w->expected));
}

const struct hop_cmdlet hop_cmdlet_convert_to_csv = {
    .name = "ConvertTo-Csv",
    .default_set = "Delimiter",
    HOP_PARAMS(to_params),
    .output = "System.String",
    .synopsis = "Converts objects to lines of comma-separated values.",
    .state_size = sizeof(struct writing),
    .begin = begin_to,
    .process = process_to,
    .dispose = dispose_writing,
};

/* ---- reading ---- */

struct reading {
    struct hop_array *header; /* string[], or NULL until it is known */
    struct hop_buf text;
    struct hop_string *type; /* of a #TYPE line */
    char delimiter;
    bool any;
};

struct hop_array *
hop_csv_record(struct hop_context *cx, const char *s, size_t n, char delimiter,
               size_t *used)
{
    struct hop_array *fields = hop_array_new(cx, 0);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    bool quoted = false, was_quoted = false, at_start = true;
    size_t i = 0;

    for (; i < n; i++) {
        if (quoted) {
            if (s[i] != '"') {
                hop_buf_addc(&b, s[i]);
            } else if (i + 1 < n && s[i + 1] == '"') {
                hop_buf_addc(&b, '"');
                i++;
            } else {
                quoted = false;
            }
            continue;
        }
        if (s[i] == '\n' || s[i] == '\r')
            break;
        if (s[i] == delimiter) {
            hop_array_push(fields, hop_text_buf(&b));
            at_start = true;
            was_quoted = false;
            continue;
        }
        if (s[i] == '"' && at_start) {
            quoted = was_quoted = true;
            at_start = false;
        } else if (!(s[i] == ' ' && (at_start || was_quoted))) {
            hop_buf_addc(&b, s[i]);
            at_start = false;
        } else if (!at_start && !was_quoted) {
            hop_buf_addc(&b, s[i]);
        }
    }
    hop_array_push(fields, hop_text_buf(&b));
    if (i < n)
        i += s[i] == '\r' && i + 1 < n && s[i + 1] == '\n' ? 2 : 1;
    *used = i;
    return fields;
}

static bool
is_blank(const struct hop_array *fields)
{
    return fields->n == 1 && fields->items[0].u.s->len == 0;
}

static bool
repeated_header(struct hop_command *c, const char *name)
{
    struct hop_error_spec spec = {
        .id = "System.InvalidOperationException",
        .category = HOP_CAT_INVALID_OPERATION,
        .exception =
            "System.Management.Automation.ExtendedTypeSystemException"};

    return hop_command_throw(c, &spec, "The member \"%s\" is already present.",
                             name);
}

/* Takes fields.  Empty names become H1, H2 ... */
static bool
take_header(struct hop_command *c, struct reading *r, struct hop_array *fields)
{
    size_t made = 0;

    r->header = fields;
    for (size_t i = 0; i < fields->n; i++)
        if (hop_is_null(fields->items[i]) || !fields->items[i].u.s->len)
            hop_value_set(&fields->items[i],
                          hop_str(hop_string_format("H%zu", ++made)));
    if (made && !hop_write_warning(
                    c, "One or more headers were not specified. Default names "
                       "starting with \"H\" have been used in place of any "
                       "missing headers."))
        return false;
    for (size_t i = 0; i < fields->n; i++)
        for (size_t k = 0; k < i; k++)
            if (hop_string_ieq(fields->items[i].u.s, fields->items[k].u.s))
                return repeated_header(c, hop_cstr(fields->items[i]));
    return true;
}

static bool
write_record(struct hop_command *c, struct reading *r,
             const struct hop_array *fields)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(hop_custom_new(cx));

    for (size_t i = 0; i < r->header->n; i++)
        hop_custom_set(v.u.o, r->header->items[i].u.s,
                       i < fields->n ? hop_retain(fields->items[i])
                                     : hop_null());
    if (r->type && r->type->len) {
        HOP_AUTO_FREE char *name = hop_xasprintf("CSV:%s", r->type->data);

        hop_type_names_push(cx, v.u.o, name);
        hop_type_names_push(cx, v.u.o, r->type->data);
    }
    return hop_write(c, v);
}

/* A # line in front of the header: a type, or a comment. */
static bool
skip_comment(struct reading *r, const char *s, size_t n, size_t *used)
{
    static const char type[] = "#TYPE ";
    size_t len = 0;

    if (n == 0 || s[0] != '#')
        return false;
    while (len < n && s[len] != '\n' && s[len] != '\r')
        len++;
    if (len > sizeof(type) - 1 && memcmp(s, type, sizeof(type) - 1) == 0) {
        hop_string_release(r->type);
        r->type =
            hop_string_new(s + sizeof(type) - 1, len - (sizeof(type) - 1));
    }
    *used = len + (len < n ? (s[len] == '\r' && len + 1 < n ? 2u : 1u) : 0u);
    return true;
}

static bool
read_all(struct hop_command *c, struct reading *r, const char *s, size_t n)
{
    while (n > 0) {
        size_t used;
        struct hop_array *fields;
        bool ok = true;

        if (!r->header && skip_comment(r, s, n, &used)) {
            s += used;
            n -= used;
            continue;
        }
        fields =
            hop_csv_record(hop_command_context(c), s, n, r->delimiter, &used);
        s += used;
        n -= used;
        if (is_blank(fields)) {
            hop_release(hop_obj(fields));
            continue;
        }
        if (!r->header) {
            if (!take_header(c, r, fields))
                return false;
            continue;
        }
        ok = write_record(c, r, fields);
        hop_release(hop_obj(fields));
        if (!ok || hop_command_stopping(c))
            return false;
    }
    return true;
}

static void
given_header(struct hop_command *c, struct reading *r, size_t param)
{
    size_t n = hop_arg_count(c, param);

    if (n == 0)
        return;
    r->header = hop_array_new(hop_command_context(c), 0);
    for (size_t i = 0; i < n; i++)
        hop_array_push(r->header, hop_retain(hop_arg_item(c, param, i)));
}

static void
dispose_reading(struct hop_command *c)
{
    struct reading *r = hop_command_state(c);

    if (r->header)
        hop_release(hop_obj(r->header));
    hop_string_release(r->type);
    hop_buf_done(&r->text);
}

enum { F_INPUT, F_DELIMITER, F_CULTURE, F_HEADER };
static const struct hop_param from_params[] = {
    [F_INPUT] = {"InputObject", "psobject[]",
                 HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                 .position = HOP_POS(0)},
    [F_DELIMITER] = {"Delimiter", "char", HOP_NOT_NULL, .position = HOP_POS(1)},
    [F_CULTURE] = {"UseCulture", "switch"},
    [F_HEADER] = {"Header", "string[]", HOP_NOT_NULL_OR_EMPTY,
                  .position = HOP_POS(2)},
};

static bool
process_from(struct hop_command *c)
{
    struct reading *r = hop_command_state(c);

    for (size_t i = 0; i < hop_arg_count(c, F_INPUT); i++) {
        if (!hop_add_string(hop_command_context(c), hop_arg_item(c, F_INPUT, i),
                            &r->text))
            return false;
        hop_buf_addc(&r->text, '\n');
    }
    return true;
}

static bool
end_from(struct hop_command *c)
{
    struct reading *r = hop_command_state(c);

    r->delimiter =
        hop_arg_bound(c, F_DELIMITER) ? (char)hop_arg(c, F_DELIMITER).u.i : ',';
    given_header(c, r, F_HEADER);
    return read_all(c, r, hop_buf_str(&r->text), r->text.len);
}

const struct hop_cmdlet hop_cmdlet_convert_from_csv = {
    .name = "ConvertFrom-Csv",
    .default_set = "Delimiter",
    HOP_PARAMS(from_params),
    .synopsis = "Converts lines of comma-separated values to objects.",
    .state_size = sizeof(struct reading),
    .process = process_from,
    .end = end_from,
    .dispose = dispose_reading,
};

/* ---- Import-Csv ---- */

enum { I_DELIMITER, I_PATH, I_LITERAL, I_CULTURE, I_HEADER, I_ENCODING };
static const struct hop_param import_params[] = {
    [I_DELIMITER] = {"Delimiter", "char", HOP_NOT_NULL, .position = HOP_POS(1)},
    [I_PATH] = {"Path", "string[]", HOP_BY_VALUE | HOP_NOT_NULL_OR_EMPTY,
                .position = HOP_POS(0)},
    [I_LITERAL] = {"LiteralPath", "string[]",
                   HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY, .aliases = "PSPath LP"},
    [I_CULTURE] = {"UseCulture", "switch"},
    [I_HEADER] = {"Header", "string[]", HOP_NOT_NULL_OR_EMPTY,
                  .position = HOP_POS(2)},
    [I_ENCODING] = {"Encoding", "System.Text.Encoding", HOP_ENCODING},
};
static const struct hop_path_params import_paths = {
    I_PATH, I_LITERAL, HOP_NO_PARAM, HOP_NO_PARAM, HOP_NO_PARAM, HOP_NO_PARAM};

static const struct hop_encoding *
encoding(struct hop_command *c, size_t param)
{
    const struct hop_encoding *e = hop_as_encoding(hop_arg(c, param));

    return e ? e : hop_encoding_utf8(false);
}

static bool
import_one(struct hop_command *c, struct hop_item_path *p)
{
    struct reading r = {0};
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    bool ok;

    if (!hop_file_read_all(hop_command_context(c), p->path, &raw))
        return hop_paths_open_failed(c, p->path);
    hop_encoding_decode_file(encoding(c, I_ENCODING), hop_buf_str(&raw),
                             raw.len, &text);
    r.delimiter =
        hop_arg_bound(c, I_DELIMITER) ? (char)hop_arg(c, I_DELIMITER).u.i : ',';
    given_header(c, &r, I_HEADER);
    ok = read_all(c, &r, hop_buf_str(&text), text.len);
    if (r.header)
        hop_release(hop_obj(r.header));
    hop_string_release(r.type);
    return ok;
}

static bool
process_import(struct hop_command *c)
{
    return hop_paths_each_file(c, &import_paths, import_one);
}

const struct hop_cmdlet hop_cmdlet_import_csv = {
    .name = "Import-Csv",
    .default_set = "DelimiterPath",
    HOP_PARAMS(import_params),
    .synopsis = "Makes objects of a file of comma-separated values.",
    .process = process_import,
};

/* ---- Export-Csv ---- */

enum {
    E_PATH = SHARED_END,
    E_LITERAL,
    E_FORCE,
    E_NO_CLOBBER,
    E_ENCODING,
    E_APPEND
};
static const struct hop_param export_params[] = {
    SHARED,
    [DELIMITER] = {"Delimiter", "char", HOP_NOT_NULL, .position = HOP_POS(1)},
    [E_PATH] = {"Path", "string", HOP_NOT_NULL_OR_EMPTY,
                .position = HOP_POS(0)},
    [E_LITERAL] = {"LiteralPath", "string", HOP_NOT_NULL_OR_EMPTY,
                   .aliases = "PSPath LP"},
    [E_FORCE] = {"Force", "switch"},
    [E_NO_CLOBBER] = {"NoClobber", "switch", .aliases = "NoOverwrite"},
    [E_ENCODING] = {"Encoding", "System.Text.Encoding", HOP_ENCODING},
    [E_APPEND] = {"Append", "switch"},
};

static bool
put_file(struct hop_command *c, struct writing *w, const struct hop_buf *line)
{
    (void)c;
    hop_buf_add(&w->file, hop_buf_str(line), line->len);
    hop_buf_addc(&w->file, '\n');
    return hop_buf_ok(&w->file);
}

static bool
no_path(struct hop_command *c)
{
    struct hop_error_spec spec = {.id = "CannotSpecifyPathAndLiteralPath",
                                  .category = HOP_CAT_INVALID_DATA,
                                  .exception =
                                      "System.InvalidOperationException"};

    return hop_command_throw(c, &spec,
                             "You must specify either the -Path or "
                             "-LiteralPath parameters, but not both.");
}

/* The columns of a file that is added to, from its first line. */
static bool
read_columns(struct hop_command *c, struct writing *w, const char *path)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    size_t used;

    if (hop_files_access(path, F_OK) != 0)
        return true;
    if (!hop_file_read_all(cx, path, &raw))
        return false;
    hop_encoding_decode_file(encoding(c, E_ENCODING), hop_buf_str(&raw),
                             raw.len, &text);
    if (text.len == 0)
        return true;
    w->expected =
        hop_csv_record(cx, hop_buf_str(&text), text.len, w->delimiter, &used);
    for (size_t i = 0; i < w->expected->n; i++)
        hop_shown_add(&w->columns, w->expected->items[i].u.s, hop_null(), NULL);
    w->started = true;
    w->append = true;
    return true;
}

static bool
target_path(struct hop_command *c, struct hop_item_path *p)
{
    const char *path = hop_arg_text(c, E_PATH);
    const char *literal = hop_arg_text(c, E_LITERAL);

    if ((path == NULL) == (literal == NULL))
        return no_path(c);
    return hop_path_resolve(hop_command_runspace(c), path ? path : literal, p);
}

static bool
begin_export(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);
    struct hop_item_path p;
    bool ok = true;

    if (!begin_writing(c, w) || !target_path(c, &p))
        return false;
    if (hop_arg_on(c, E_APPEND))
        ok = read_columns(c, w, p.path);
    hop_item_path_done(&p);
    return ok;
}

/* Has v every column of the file that it is added to? */
static bool
fits(struct hop_command *c, const struct writing *w, struct hop_value v)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_error_spec spec = {
        .id = "CannotAppendCsvWithMismatchedPropertyNames",
        .category = HOP_CAT_INVALID_DATA,
        .exception = "System.InvalidOperationException",
        .target = v};
    struct hop_dict *d = hop_as_dict(hop_value_base(v));

    for (size_t i = 0; i < w->columns.n; i++) {
        const struct hop_string *name = w->columns.item[i].name;
        struct hop_member_info info;

        if (d && hop_dict_get_text(d, name->data))
            continue;
        if (!d && hop_member_lookup(cx, v, w->columns.item[i].name, &info)) {
            hop_string_release(info.name);
            continue;
        }
        return hop_command_throw(
            c, &spec,
            "Cannot append CSV content to the file: the appended object does "
            "not have a property that corresponds to the column %s. To go on "
            "with mismatched properties, add the -Force parameter, and then "
            "retry the command.",
            name->data);
    }
    return true;
}

static bool
process_export(struct hop_command *c)
{
    const struct writing *w = hop_command_state(c);

    if (w->append && !hop_arg_on(c, E_FORCE) &&
        !hop_is_null(hop_arg(c, INPUT)) && !fits(c, w, hop_arg(c, INPUT)))
        return false;
    return write_object(c, hop_command_state(c), hop_arg(c, INPUT), put_file);
}

static bool
end_export(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;
    const struct hop_encoding *e = encoding(c, E_ENCODING);
    struct hop_item_path p;
    bool ok, go;

    if (!target_path(c, &p))
        return false;
    ok = hop_should_process(c,
                            hop_arg_bound(c, E_PATH)
                                ? hop_arg_text(c, E_PATH)
                                : hop_arg_text(c, E_LITERAL),
                            "Export-Csv", &go);
    if (ok && go && hop_arg_on(c, E_NO_CLOBBER) && !w->append &&
        hop_files_access(p.path, F_OK) == 0)
        ok = hop_paths_no_clobber(c, p.path);
    if (ok && go) {
        if (!w->append)
            hop_encoding_preamble(e, &raw);
        hop_encoding_encode(e, hop_buf_str(&w->file), w->file.len, &raw);
        ok = hop_file_write_all(hop_command_context(c), p.path,
                                hop_buf_str(&raw), raw.len, w->append) ||
             hop_paths_open_failed(c, p.path);
    }
    hop_item_path_done(&p);
    return ok;
}

const struct hop_cmdlet hop_cmdlet_export_csv = {
    .name = "Export-Csv",
    .default_set = "Delimiter",
    HOP_PARAMS(export_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Writes objects to a file of comma-separated values.",
    .state_size = sizeof(struct writing),
    .begin = begin_export,
    .process = process_export,
    .end = end_export,
    .dispose = dispose_writing,
};
