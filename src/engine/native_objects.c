/* Objects to and from shells that run as programs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/native_objects.h"

#include "base/base64.h"
#include "clixml/clixml.h"

static const struct hop_clixml_options options = {.depth = 1, .root = true};

/* ---- arguments ---- */

bool
native_is_shell(const struct hop_command *c)
{
    for (uint32_t i = 0; i < c->arguments.n; i++)
        if (as_block(c->arguments.items[i].value))
            return true;
    return false;
}

struct line {
    struct hop_command *c;
    char **argv;
    size_t n;
    struct hop_array *args; /* of -args */
};

static void
push(struct line *l, char *text)
{
    l->argv = hop_xrealloc(l->argv, l->n + 2, sizeof(*l->argv));
    l->argv[l->n++] = text;
    l->argv[l->n] = NULL;
}

static bool
is_name(const struct argument *a, const char *name, uint32_t least)
{
    return a->name_len >= least && a->name_len <= strlen(name) &&
           hop_ascii_ieqn(a->name, name, a->name_len);
}

/* UTF-16 in Base64, as -EncodedCommand has it. */
static char *
encode(const char *s, size_t n)
{
    struct hop_buf wide HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_buf out HOP_AUTO_BUF = HOP_BUF_INIT;

    hop_utf16le_from_utf8(&wide, s, n);
    hop_base64_encode(&out, wide.data, wide.len);
    return hop_buf_take(&out);
}

static bool
push_block(struct line *l, struct hop_value block)
{
    struct hop_string *text HOP_AUTO_STRING = NULL;

    if (!hop_to_string(&l->c->rs->cx, block, &text))
        return false;
    push(l, hop_xstrdup("-encodedCommand"));
    push(l, encode(text->data, text->len));
    return true;
}

static void
take_args(struct line *l, struct hop_value v)
{
    struct hop_array *a = hop_as_array(hop_value_base(v));

    if (!a) {
        hop_array_push(l->args, hop_retain(v));
        return;
    }
    for (size_t i = 0; i < a->n; i++)
        hop_array_push(l->args, hop_retain(a->items[i]));
}

static bool
push_text(struct line *l, struct hop_value v)
{
    struct hop_string *text HOP_AUTO_STRING = NULL;

    if (!hop_to_string(&l->c->rs->cx, v, &text))
        return false;
    push(l, hop_xstrdup(text->data));
    return true;
}

static bool
push_arguments(struct line *l)
{
    struct hop_buf doc HOP_AUTO_BUF = HOP_BUF_INIT;

    if (!l->args->n)
        return true;
    hop_buf_adds(&doc, "<?xml version=\"1.0\" encoding=\"utf-16\"?>");
    if (!hop_clixml_write(&l->c->rs->cx, &options, hop_obj(l->args), &doc))
        return false;
    push(l, hop_xstrdup("-encodedarguments"));
    push(l, encode(doc.data, doc.len));
    return true;
}

static bool
add_all(struct line *l)
{
    struct arguments *all = &l->c->arguments;
    bool for_args = false;

    for (uint32_t i = 0; i < all->n; i++) {
        const struct argument *a = &all->items[i];
        bool is_named =
            a->kind == ARGUMENT_NAME || a->kind == ARGUMENT_NAME_VALUE;
        if (is_named && is_name(a, "args", 1)) {
            for_args = true;
            if (a->kind == ARGUMENT_NAME_VALUE)
                take_args(l, a->value);
            continue;
        }
        if (is_named && is_name(a, "command", 1)) {
            if (a->kind == ARGUMENT_NAME_VALUE && !push_block(l, a->value))
                return false;
            continue;
        }
        if (is_named) {
            push(l, hop_xasprintf("-%.*s", (int)a->name_len, a->name));
            if (a->kind == ARGUMENT_NAME || push_text(l, a->value))
                continue;
            return false;
        }
        if (as_block(a->value) && !for_args) {
            if (!push_block(l, a->value))
                return false;
        } else if (for_args) {
            take_args(l, a->value);
        } else if (!push_text(l, a->value)) {
            return false;
        }
    }
    return true;
}

char **
native_shell_arguments(struct hop_command *c, bool text_output)
{
    struct line l = {
        .c = c, .args = hop_array_new_of(&c->rs->cx, &hop_class_array_list, 0)};
    struct hop_value held HOP_AUTO_VALUE = hop_obj(l.args);

    (void)held;
    push(&l, hop_xstrdup(c->info->definition));
    if (!add_all(&l) || !push_arguments(&l)) {
        for (size_t i = 0; i < l.n; i++)
            free(l.argv[i]);
        free(l.argv);
        return NULL;
    }
    push(&l, hop_xstrdup("-inputFormat"));
    push(&l, hop_xstrdup("xml"));
    push(&l, hop_xstrdup("-outputFormat"));
    push(&l, hop_xstrdup(text_output ? "text" : "xml"));
    return l.argv;
}

/* ---- input ---- */

struct native_input {
    struct hop_clixml_writer *writer;
    struct hop_buf b;
};

struct native_input *
native_input_new(struct hop_command *c)
{
    struct native_input *i = hop_xmalloc(sizeof(*i));

    i->b = (struct hop_buf)HOP_BUF_INIT;
    hop_buf_adds(&i->b, NATIVE_OBJECTS_HEAD "\n");
    i->writer = hop_clixml_writer_new(&c->rs->cx, &options, &i->b);
    return i;
}

struct hop_buf *
native_input_add(struct native_input *i, struct hop_value v)
{
    return hop_clixml_writer_add(i->writer, v, NULL) ? &i->b : NULL;
}

struct hop_buf *
native_input_end(struct native_input *i)
{
    hop_clixml_writer_end(i->writer);
    return &i->b;
}

void
native_input_free(struct native_input *i)
{
    if (!i)
        return;
    hop_clixml_writer_free(i->writer);
    hop_buf_done(&i->b);
    free(i);
}

/* ---- output ---- */

static struct hop_value
error_record_of(struct hop_runspace *rs, struct hop_value v)
{
    struct hop_value message HOP_AUTO_VALUE = hop_null();
    struct hop_value id HOP_AUTO_VALUE = hop_null();
    struct hop_value category HOP_AUTO_VALUE = hop_null();
    struct hop_string *text HOP_AUTO_STRING = NULL;
    struct hop_error_spec spec = {
        .exception = "System.Management.Automation.RemoteException",
        .id = "NativeCommandError"};
    struct hop_value record;

    if (!hop_is_string(hop_value_base(v))) {
        message = hop_member_path(&rs->cx, v, "Exception.Message");
        id = hop_member_path(&rs->cx, v, "FullyQualifiedErrorId");
        category = hop_member_path(&rs->cx, v, "ErrorCategory_Category");
    }
    if (!hop_to_string(&rs->cx, hop_is_null(message) ? v : message, &text)) {
        hop_drop_exception(&rs->cx);
        text = hop_string_from("");
    }
    if (hop_is_string(hop_value_base(id)))
        spec.id = hop_cstr(hop_value_base(id));
    if (hop_is_integer(category))
        spec.category = (enum hop_category)category.u.i;
    record = hop_error_record(rs, &spec, "%s", text->data);
    error_record_keep_id(record);
    return record;
}

struct output {
    struct hop_command *c;
    bool is_error;
    enum hop_flow flow;
};

static enum hop_flow
write_note(struct hop_command *c, enum hop_stream_number n, struct hop_value v)
{
    struct hop_string *text HOP_AUTO_STRING = NULL;
    struct hop_value record HOP_AUTO_VALUE = hop_null();

    if (!hop_to_string(&c->rs->cx, v, &text))
        return HOP_FLOW_ERROR;
    record = hop_stream_record(c->rs, n, text->data, NULL);
    return stream_write(c->rs, &c->io, n, record);
}

static bool
write_object(void *ctx, struct hop_value v, const char *stream)
{
    static const struct {
        const char *name;
        enum hop_stream_number n;
    } notes[] = {{"warning", HOP_WARNING},
                 {"verbose", HOP_VERBOSE},
                 {"debug", HOP_DEBUG}};
    struct output *o = ctx;
    struct hop_command *c = o->c;

    if (stream && (hop_ascii_ieq(stream, "progress") ||
                   hop_ascii_ieq(stream, "information")))
        return true;
    for (size_t i = 0; stream && i < HOP_ARRAY_SIZE(notes); i++)
        if (hop_ascii_ieq(stream, notes[i].name)) {
            o->flow = write_note(c, notes[i].n, v);
            return o->flow == HOP_FLOW_NEXT;
        }
    if (stream ? hop_ascii_ieq(stream, "error") : o->is_error) {
        struct hop_value record HOP_AUTO_VALUE = error_record_of(c->rs, v);
        error_place(c->rs, as_error_record(record), c->caller, c->ast, NULL);
        o->flow = stream_write(c->rs, &c->io, HOP_ERROR, record);
    } else {
        o->flow = command_write(c, v);
    }
    return o->flow == HOP_FLOW_NEXT;
}

enum hop_flow
native_objects_write(struct hop_command *c, const char *s, size_t n,
                     bool is_error)
{
    struct output o = {c, is_error, HOP_FLOW_NEXT};
    struct hop_error err = {0};

    if (hop_clixml_read(&c->rs->cx, &options, s, n, write_object, &o, &err) ||
        err.domain == HOP_ERROR_NONE)
        return o.flow;
    throw_pending(c->rs, "PSInvalidOperationException", "CliXmlError",
                  HOP_CAT_SYNTAX_ERROR, hop_null(),
                  "The output of the program '%s' is not valid CLIXML: %s",
                  c->info->name, err.text);
    return HOP_FLOW_ERROR;
}
