/* Environment, Random, Console, Stopwatch, Tuple.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <errno.h>
#include <math.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "value/number.h"
#include "value/types/interfaces.h"
#include "value/types/more.h"
#include "value/types/random.h"
#include "value/types/values.h"

extern char **environ;

/* ---- Environment ---- */

METHOD(get_variable)
{
    const char *v = getenv(ARG_S(0)->data);

    RETURN(v ? hop_text(v) : hop_null());
}

METHOD(set_variable)
{
    if (ARG_NULL(1) || ARG_S(1)->len == 0)
        unsetenv(ARG_S(0)->data);
    else
        setenv(ARG_S(0)->data, ARG_S(1)->data, 1);
    return true;
}

METHOD(get_variables)
{
    struct hop_dict *d = hop_dict_new_of(cx, &hop_class_hashtable, 0);

    for (char **e = environ; *e; e++) {
        const char *eq = strchr(*e, '=');
        HOP_AUTO_VALUE struct hop_value k = {.kind = HOP_NULL};

        if (!eq)
            continue;
        k = hop_textn(*e, (size_t)(eq - *e));
        hop_dict_set(d, k, hop_text(eq + 1));
    }
    RETURN(hop_obj(d));
}

METHOD(expand_variables)
{
    const struct hop_string *s = ARG_S(0);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *p = s->data, *end = p + s->len;

    while (p < end) {
        const char *close =
            *p == '%' ? memchr(p + 1, '%', (size_t)(end - p - 1)) : NULL;
        HOP_AUTO_FREE char *name = NULL;
        const char *v = NULL;

        if (close) {
            name = hop_xstrndup(p + 1, (size_t)(close - p - 1));
            v = getenv(name);
        }
        if (v) {
            hop_buf_adds(&b, v);
            p = close + 1;
        } else {
            hop_buf_addc(&b, *p++);
        }
    }
    RETURN(hop_text_buf(&b));
}

METHOD(folder_path)
{
    const char *home = getenv("HOME");
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!home)
        home = "/";
    switch (ARG_I(0)) {
    case 5:
    case 40: hop_buf_adds(&b, home); break;
    case 0:
    case 16: hop_buf_addf(&b, "%s/Desktop", home); break;
    case 26: hop_buf_addf(&b, "%s/.config", home); break;
    case 28: hop_buf_addf(&b, "%s/.local/share", home); break;
    case 35: hop_buf_adds(&b, "/usr/share"); break;
    default: break;
    }
    RETURN(hop_text_buf(&b));
}

METHOD(command_line)
{
    RETURN(hop_obj(hop_array_of_strings(cx, NULL, 0)));
}

enum environment {
    ENV_NEWLINE,
    ENV_MACHINE,
    ENV_USER,
    ENV_CPUS,
    ENV_TICKS,
    ENV_DIRECTORY,
    ENV_PID,
    ENV_OS,
    ENV_64,
    ENV_DOMAIN,
    ENV_HOME,
    ENV_VERSION,
    ENV_INTERACTIVE,
    ENV_TICKS64,
    ENV_EXIT,
    ENV_STACK,
};

static const char *
user_name(void)
{
    struct passwd *p = getpwuid(geteuid());

    return p ? p->pw_name : "";
}

static struct hop_value
os_version(struct hop_context *cx)
{
    struct hop_object *o = hop_custom_new(cx);
    struct utsname u;
    int32_t part[4] = {0, 0, -1, -1};

    uname(&u);
    sscanf(u.release, "%d.%d.%d", &part[0], &part[1], &part[2]);
    if (part[2] >= 0)
        part[3] = 0;
    hop_type_names_push(cx, o, "System.OperatingSystem");
    hop_custom_set_text(o, "Platform", hop_enum(HOP_ENUM_PLATFORM_ID, 4));
    hop_custom_set_text(o, "ServicePack", hop_text(""));
    hop_custom_set_text(o, "Version", hop_version_value(cx, part));
    hop_custom_set_text(o, "VersionString",
                        hop_str(hop_string_format("Unix %s", u.release)));
    return hop_obj(o);
}

GETTER(get_environment)
{
    char text[4096];
    struct timespec t;
    static const int32_t version[4] = {10, 0, 0, -1};

    clock_gettime(CLOCK_BOOTTIME, &t);
    switch ((enum environment)data) {
    case ENV_NEWLINE: *out = hop_text("\n"); break;
    case ENV_MACHINE:
    case ENV_DOMAIN:
        gethostname(text, sizeof text);
        if (strchr(text, '.'))
            *strchr(text, '.') = 0;
        *out = hop_text(text);
        break;
    case ENV_USER: *out = hop_text(user_name()); break;
    case ENV_CPUS:
        *out = hop_int((int32_t)sysconf(_SC_NPROCESSORS_ONLN));
        break;
    case ENV_TICKS:
        *out =
            hop_int((int32_t)(uint32_t)(t.tv_sec * 1000 + t.tv_nsec / 1000000));
        break;
    case ENV_TICKS64:
        *out = hop_long(t.tv_sec * 1000 + t.tv_nsec / 1000000);
        break;
    case ENV_DIRECTORY:
    case ENV_HOME: {
        const char *d = cx->ops->directory ? cx->ops->directory(cx)
                                           : getcwd(text, sizeof text);

        *out = hop_text(d ? d : "/");
        break;
    }
    case ENV_PID: *out = hop_int(getpid()); break;
    case ENV_OS: *out = os_version(cx); break;
    case ENV_64: *out = hop_bool(sizeof(void *) == 8); break;
    case ENV_VERSION: *out = hop_version_value(cx, version); break;
    case ENV_INTERACTIVE: *out = hop_bool(true); break;
    case ENV_EXIT: *out = hop_int(0); break;
    case ENV_STACK: *out = hop_text(""); break;
    }
    return true;
}

#define ENV(n, t, w) STATIC_GET(n, t, get_environment, w)

static const struct hop_property environment_properties[] = {
    ENV("NewLine", "string", ENV_NEWLINE),
    ENV("MachineName", "string", ENV_MACHINE),
    ENV("UserName", "string", ENV_USER),
    ENV("UserDomainName", "string", ENV_DOMAIN),
    ENV("ProcessorCount", "int", ENV_CPUS),
    ENV("TickCount", "int", ENV_TICKS),
    ENV("TickCount64", "long", ENV_TICKS64),
    ENV("CurrentDirectory", "string", ENV_DIRECTORY),
    ENV("ProcessId", "int", ENV_PID),
    ENV("OSVersion", "System.Object", ENV_OS),
    ENV("Is64BitProcess", "bool", ENV_64),
    ENV("Is64BitOperatingSystem", "bool", ENV_64),
    ENV("Version", "version", ENV_VERSION),
    ENV("UserInteractive", "bool", ENV_INTERACTIVE),
    ENV("ExitCode", "int", ENV_EXIT),
    ENV("StackTrace", "string", ENV_STACK),
    END_PROPERTIES,
};

#define TARGET "System.EnvironmentVariableTarget target"

static const struct hop_method environment_methods[] = {
    {"static string GetEnvironmentVariable(string variable)", get_variable},
    {"static string GetEnvironmentVariable(string variable, " TARGET ")",
     get_variable},
    {"static void SetEnvironmentVariable(string variable, string value)",
     set_variable},
    {"static void SetEnvironmentVariable(string variable, string value, " TARGET
     ")",
     set_variable},
    {"static System.Collections.IDictionary GetEnvironmentVariables()",
     get_variables},
    {"static string ExpandEnvironmentVariables(string name)", expand_variables},
    {"static string GetFolderPath(System.Environment+SpecialFolder folder)",
     folder_path},
    {"static string[] GetCommandLineArgs()", command_line},
    END_METHODS,
};

const struct hop_class hop_class_environment = {
    .name = "System.Environment",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .properties = environment_properties,
    .methods = environment_methods,
};

/* ---- Random: .NET's subtractive generator when seeded ---- */

struct random {
    struct hop_object base;
    struct hop_random r;
};

void
hop_random_seed(struct hop_random *r, int32_t seed)
{
    int32_t mj, mk = 1;
    int ii = 0;

    mj = 161803398 - (seed == INT32_MIN ? INT32_MAX : abs(seed));
    r->seed[55] = mj;
    for (int i = 1; i < 55; i++) {
        ii += 21;
        if (ii >= 55)
            ii -= 55;
        r->seed[ii] = mk;
        mk = mj - mk;
        if (mk < 0)
            mk += INT32_MAX;
        mj = r->seed[ii];
    }
    for (int k = 1; k < 5; k++)
        for (int i = 1; i < 56; i++) {
            int n = i + 30;

            if (n >= 55)
                n -= 55;
            r->seed[i] =
                (int32_t)((uint32_t)r->seed[i] - (uint32_t)r->seed[1 + n]);
            if (r->seed[i] < 0)
                r->seed[i] += INT32_MAX;
        }
    r->next = 0;
    r->nextp = 21;
    r->seeded = true;
}

int32_t
hop_random_sample(struct hop_random *r)
{
    int32_t x;

    if (!r->seeded) {
        uint32_t u;

        if (getrandom(&u, sizeof u, 0) != sizeof u)
            u = (uint32_t)hop_date_utc_now();
        return (int32_t)(u % INT32_MAX);
    }
    if (++r->next >= 56)
        r->next = 1;
    if (++r->nextp >= 56)
        r->nextp = 1;
    x = (int32_t)((uint32_t)r->seed[r->next] - (uint32_t)r->seed[r->nextp]);
    if (x == INT32_MAX)
        x--;
    if (x < 0)
        x += INT32_MAX;
    r->seed[r->next] = x;
    return x;
}

void
hop_random_fill(struct hop_random *r, uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)hop_random_sample(r);
}

static double
sample_double(struct hop_random *r)
{
    return hop_random_sample(r) * (1.0 / INT32_MAX);
}

METHOD(random_next)
{
    struct hop_random *r = &((struct random *)c->self.u.o)->r;
    int64_t lo = c->n > 1 ? ARG_I(0) : 0;
    int64_t hi = c->n ? ARG_I(c->n - 1) : INT32_MAX;

    if (c->n == 0)
        RETURN(hop_int(hop_random_sample(r)));
    if (hi < lo || (c->n == 1 && hi < 0))
        return hop_throw_argument(cx, &hop_exception_argument_range,
                                  c->n == 1 ? "maxValue" : "minValue",
                                  c->n == 1
                                      ? "'maxValue' must be greater than zero."
                                      : "'minValue' cannot be greater than "
                                        "maxValue.");
    RETURN(hop_int(
        (int32_t)(lo + (int64_t)(sample_double(r) * (double)(hi - lo)))));
}

METHOD(random_double)
{
    RETURN(hop_double(sample_double(&((struct random *)c->self.u.o)->r)));
}

METHOD(random_bytes)
{
    struct hop_array *a = hop_as_array(c->args[0]);

    for (size_t i = 0; a && i < a->n; i++)
        a->items[i] = hop_byte(
            (uint8_t)hop_random_sample(&((struct random *)c->self.u.o)->r));
    return true;
}

METHOD(new_random)
{
    struct random *r = hop_object_new(cx, c->cls);

    if (c->n)
        hop_random_seed(&r->r, (int32_t)ARG_I(0));
    RETURN(hop_obj(r));
}

static const struct hop_method random_methods[] = {
    {"int Next()", random_next},
    {"int Next(int maxValue)", random_next},
    {"int Next(int minValue, int maxValue)", random_next},
    {"double NextDouble()", random_double},
    {"void NextBytes(byte[] buffer)", random_bytes},
    END_METHODS,
};

GETTER(get_shared)
{
    *out = hop_obj(hop_object_new(cx, &hop_class_random));
    return true;
}

static const struct hop_property random_properties[] = {
    STATIC_GET("Shared", "System.Random", get_shared, 0),
    END_PROPERTIES,
};

static const struct hop_method random_constructors[] = {
    {"System.Random new()", new_random},
    {"System.Random new(int Seed)", new_random},
    END_METHODS,
};

const struct hop_class hop_class_random = {
    .name = "System.Random",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct random),
    .properties = random_properties,
    .methods = random_methods,
    .constructors = random_constructors,
};

/* ---- Console ---- */

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

/* ---- Stopwatch ---- */

struct stopwatch {
    struct hop_object base;
    int64_t total, since; /* ns */
    bool running;
};

static int64_t
monotonic(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static struct stopwatch *
stopwatch_of(struct hop_value v)
{
    return (struct stopwatch *)v.u.o;
}

enum { SW_START, SW_STOP, SW_RESET, SW_RESTART };

METHOD(stopwatch_do)
{
    struct stopwatch *w = stopwatch_of(c->self);
    int64_t now = monotonic();

    if (c->data == SW_RESET || c->data == SW_RESTART) {
        w->total = 0;
        w->running = false;
    }
    if (c->data == SW_STOP && w->running) {
        w->total += now - w->since;
        w->running = false;
    }
    if ((c->data == SW_START || c->data == SW_RESTART) && !w->running) {
        w->since = now;
        w->running = true;
    }
    return true;
}

/* data: started. */
METHOD(new_stopwatch)
{
    struct stopwatch *w = hop_object_new(cx, &hop_class_stopwatch);

    w->running = c->data;
    w->since = monotonic();
    RETURN(hop_obj(w));
}

GETTER(get_elapsed)
{
    struct stopwatch *w = stopwatch_of(self);
    int64_t ns = w->total + (w->running ? monotonic() - w->since : 0);

    *out = data == 0   ? hop_timespan(ns / 100)
           : data == 1 ? hop_long(ns / 1000000)
           : data == 2 ? hop_long(ns)
                       : hop_bool(w->running);
    return true;
}

GETTER(get_frequency)
{
    *out = data ? hop_bool(true) : hop_long(1000000000);
    return true;
}

METHOD(stopwatch_timestamp)
{
    RETURN(hop_long(monotonic()));
}

static const struct hop_property stopwatch_properties[] = {
    {"IsRunning", "bool", get_elapsed, NULL, 0, 3},
    {"Elapsed", "timespan", get_elapsed, NULL, 0, 0},
    {"ElapsedMilliseconds", "long", get_elapsed, NULL, 0, 1},
    {"ElapsedTicks", "long", get_elapsed, NULL, 0, 2},
    STATIC_GET("Frequency", "long", get_frequency, 0),
    STATIC_GET("IsHighResolution", "bool", get_frequency, 1),
    END_PROPERTIES,
};

static const struct hop_method stopwatch_methods[] = {
    {"void Start()", stopwatch_do, SW_START},
    {"void Stop()", stopwatch_do, SW_STOP},
    {"void Reset()", stopwatch_do, SW_RESET},
    {"void Restart()", stopwatch_do, SW_RESTART},
    {"static System.Diagnostics.Stopwatch StartNew()", new_stopwatch, true},
    {"static long GetTimestamp()", stopwatch_timestamp},
    END_METHODS,
};

static const struct hop_method stopwatch_constructors[] = {
    {"System.Diagnostics.Stopwatch new()", new_stopwatch, false},
    END_METHODS,
};

const struct hop_class hop_class_stopwatch = {
    .name = "System.Diagnostics.Stopwatch",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct stopwatch),
    .properties = stopwatch_properties,
    .methods = stopwatch_methods,
    .constructors = stopwatch_constructors,
};

/* ---- Tuple ---- */

#define TUPLE_MAX 7

struct tuple {
    struct hop_object base;
    struct hop_value item[TUPLE_MAX];
};

static void
destroy_tuple(struct hop_object *o)
{
    for (int i = 0; i < TUPLE_MAX; i++)
        hop_release(((struct tuple *)o)->item[i]);
}

GETTER(get_item)
{
    *out = hop_retain(((struct tuple *)self.u.o)->item[data]);
    return true;
}

static bool
tuple_to_string(struct hop_context *cx, struct hop_value v,
                struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (int i = 0; i < v.u.o->cls->arity; i++) {
        hop_buf_adds(&b, i ? ", " : "(");
        if (!hop_add_to_string(cx, ((struct tuple *)v.u.o)->item[i], &b))
            return false;
    }
    hop_buf_addc(&b, ')');
    *out = hop_string_take_buf(&b);
    return true;
}

static bool
tuple_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    for (int i = 0; i < a.u.o->cls->arity; i++)
        if (!hop_object_equals(cx, ((struct tuple *)a.u.o)->item[i],
                               ((struct tuple *)b.u.o)->item[i]))
            return false;
    return true;
}

METHOD(new_tuple)
{
    struct tuple *t = hop_object_new(cx, c->cls);

    for (size_t i = 0; i < c->n; i++)
        t->item[i] = hop_retain(c->args[i]);
    RETURN(hop_obj(t));
}

static const struct hop_class *const tuple_classes[];

METHOD(create_tuple)
{
    const struct hop_class *args[TUPLE_MAX];
    struct tuple *t;

    for (size_t i = 0; i < c->n; i++)
        args[i] = hop_is_null(c->args[i]) ? &hop_class_object
                                          : hop_class_of(c->args[i]);
    t = hop_object_new(
        cx, hop_types_generic(cx, tuple_classes[c->n - 1], args, (int)c->n));
    for (size_t i = 0; i < c->n; i++)
        t->item[i] = hop_retain(c->args[i]);
    RETURN(hop_obj(t));
}

#define ITEM(i)                                                                \
    {                                                                          \
        "Item" #i, "T" #i, get_item, NULL, 0, i - 1                            \
    }

GETTER(get_tuple_length)
{
    *out = hop_int(self.u.o->cls->arity);
    return true;
}

#define TUPLE_LENGTH                                                           \
    {                                                                          \
        "Length", "int", get_tuple_length                                      \
    }

static const struct hop_property tuple_properties[][5] = {
    {{"Item1", "T", get_item, NULL, 0, 0}, TUPLE_LENGTH, END_PROPERTIES},
    {ITEM(1), ITEM(2), TUPLE_LENGTH, END_PROPERTIES},
    {ITEM(1), ITEM(2), ITEM(3), TUPLE_LENGTH, END_PROPERTIES},
};

static const struct hop_method tuple_constructors[][2] = {
    {{"tuple new(T item1)", new_tuple}, END_METHODS},
    {{"tuple new(T1 item1, T2 item2)", new_tuple}, END_METHODS},
    {{"tuple new(T1 item1, T2 item2, T3 item3)", new_tuple}, END_METHODS},
};

#define TUPLE(n)                                                               \
    const struct hop_class hop_class_tuple##n = {                              \
        .name = "System.Tuple`" #n,                                            \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_GENERIC,                                            \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct tuple),                                          \
        .arity = n,                                                            \
        .properties = tuple_properties[n - 1],                                 \
        .constructors = tuple_constructors[n - 1],                             \
        .destroy = destroy_tuple,                                              \
        .to_string = tuple_to_string,                                          \
        .equals = tuple_equals,                                                \
    }

TUPLE(1);
TUPLE(2);
TUPLE(3);

static const struct hop_class *const tuple_classes[] = {
    &hop_class_tuple1, &hop_class_tuple2, &hop_class_tuple3};

#define O(n) "System.Object item" #n

static const struct hop_method tuple_methods[] = {
    {"static System.Object Create(" O(1) ")", create_tuple},
    {"static System.Object Create(" O(1) ", " O(2) ")", create_tuple},
    {"static System.Object Create(" O(1) ", " O(2) ", " O(3) ")", create_tuple},
    END_METHODS,
};

const struct hop_class hop_class_tuple = {
    .name = "System.Tuple",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = tuple_methods,
};
