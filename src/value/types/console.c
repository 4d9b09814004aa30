/* System.Console and its writers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <unistd.h>

#include "value/types/more.h"

static void
console_write(struct hop_context *cx, int fd, const char *s, size_t n)
{
    if (cx->ops->console)
        cx->ops->console(cx, fd, s, n);
    else if (write(fd, s, n) < 0)
        return;
}

/* data: 1 with a new line, 2 on standard error. */
METHOD(console_print)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *rest = c->n > 1 ? hop_as_array(c->args[1]) : NULL;

    if (rest) {
        if (!hop_composite(cx, ARG_S(0)->data, ARG_S(0)->len, rest->items,
                           rest->n, &b))
            return false;
    } else if (c->n && !ARG_NULL(0) && !hop_add_to_string(cx, c->args[0], &b)) {
        return false;
    }
    if (c->data & 1)
        hop_buf_addc(&b, '\n');
    console_write(cx, c->data & 2 ? 2 : 1, hop_buf_str(&b), b.len);
    return true;
}

METHOD(console_read)
{
    struct hop_string *s = cx->ops->read_line ? cx->ops->read_line(cx) : NULL;

    if (!s && hop_is_stopping(cx))
        return hop_throw_stopped(cx);
    RETURN(s ? hop_str(s) : hop_null());
}

METHOD(console_nothing)
{
    return true;
}

/* A writer for [Console]::Out and Error. */
struct console_writer {
    struct hop_object base;
    bool error;
};

METHOD(writer_print)
{
    struct hop_call inner = *c;

    inner.data =
        c->data | (((struct console_writer *)c->self.u.o)->error ? 2 : 0);
    return console_print(cx, &inner);
}

GETTER(get_writer)
{
    struct console_writer *w = hop_object_new(cx, &hop_class_console_writer);

    w->error = data;
    *out = hop_obj(w);
    return true;
}

enum console_info {
    CON_WIDTH,
    CON_HEIGHT,
    CON_REDIRECTED,
    CON_FOREGROUND,
    CON_BACKGROUND,
    CON_TITLE,
    CON_ENCODING
};

GETTER(get_console)
{
    switch ((enum console_info)data) {
    case CON_WIDTH: *out = hop_int(80); break;
    case CON_HEIGHT: *out = hop_int(24); break;
    case CON_REDIRECTED: *out = hop_bool(!isatty(1)); break;
    case CON_FOREGROUND:
    case CON_BACKGROUND: *out = hop_enum(HOP_ENUM_CONSOLE_COLOR, -1); break;
    case CON_TITLE: *out = hop_text(""); break;
    case CON_ENCODING: {
        HOP_AUTO_STRING struct hop_string *n = hop_string_from("UTF8");

        return hop_static_get(cx,
                              hop_types_find(cx, "System.Text.Encoding", 20), n,
                              out) == HOP_FOUND;
    }
    }
    return true;
}

SETTER(set_console)
{
    return true;
}

#define CON(n, t, w)                                                           \
    {                                                                          \
        n, t, get_console, set_console, HOP_PROP_STATIC, w                     \
    }

static const struct hop_property console_properties[] = {
    STATIC_GET("Out", "System.Object", get_writer, false),
    STATIC_GET("Error", "System.Object", get_writer, true),
    CON("WindowWidth", "int", CON_WIDTH),
    CON("BufferWidth", "int", CON_WIDTH),
    CON("WindowHeight", "int", CON_HEIGHT),
    CON("IsOutputRedirected", "bool", CON_REDIRECTED),
    CON("IsInputRedirected", "bool", CON_REDIRECTED),
    CON("IsErrorRedirected", "bool", CON_REDIRECTED),
    CON("ForegroundColor", "System.Object", CON_FOREGROUND),
    CON("BackgroundColor", "System.Object", CON_BACKGROUND),
    CON("Title", "string", CON_TITLE),
    CON("OutputEncoding", "System.Object", CON_ENCODING),
    CON("InputEncoding", "System.Object", CON_ENCODING),
    END_PROPERTIES,
};

#define WRITES(prefix, n, fn, d)                                               \
    {prefix "void " n "(string value)", fn, d},                                \
        {prefix "void " n "(System.Object value)", fn, d},                     \
    {                                                                          \
        prefix "void " n "(string format, params System.Object[] arg)", fn, d  \
    }

static const struct hop_method console_methods[] = {
    {"static void WriteLine()", console_print, 1},
    WRITES("static ", "WriteLine", console_print, 1),
    WRITES("static ", "Write", console_print, 0),
    {"static string ReadLine()", console_read},
    {"static void Clear()", console_nothing},
    {"static void Beep()", console_nothing},
    {"static void ResetColor()", console_nothing},
    END_METHODS,
};

static const struct hop_method writer_methods[] = {
    {"void WriteLine()", writer_print, 1},
    WRITES("", "WriteLine", writer_print, 1),
    WRITES("", "Write", writer_print, 0),
    {"void Flush()", console_nothing},
    END_METHODS,
};

const struct hop_class hop_class_console = {
    .name = "System.Console",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .properties = console_properties,
    .methods = console_methods,
};

const struct hop_class hop_class_console_writer = {
    .name = "System.IO.TextWriter+SyncTextWriter",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct console_writer),
    .methods = writer_methods,
};
