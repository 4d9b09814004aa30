/* Small types that scripts of administrators name: threads, collection of
 * garbage, the run-time system, LINQ on sequences, unmanaged memory, addresses
 * of the web and of hosts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "value/types/interfaces.h"
#include "value/types/more.h"
#include "value/types/values.h"

#define STATIC_CLASS(c_, text, ...)                                            \
    const struct hop_class hop_class_##c_ = {                                  \
        .name = text,                                                          \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,                        \
        __VA_ARGS__,                                                           \
    }

METHOD(nothing)
{
    return true;
}

/* ---- System.Threading ---- */

METHOD(thread_sleep)
{
    int64_t ms = c->args[0].kind == HOP_TIMESPAN
                     ? ARG_I(0) / (HOP_TICKS_PER_SECOND / 1000)
                     : ARG_I(0);

    if (ms < -1)
        return hop_throw_range(cx, "millisecondsTimeout", ms,
                               "a non-negative value");
    /* in pieces, so that a stop of the pipeline ends it */
    while (ms != 0 && !hop_is_stopping(cx)) {
        int64_t part = ms < 0 || ms > 50 ? 50 : ms;
        struct timespec t = {0, (long)part * 1000000};

        nanosleep(&t, NULL);
        if (ms > 0)
            ms -= part;
    }
    return true;
}

GETTER(get_current_thread)
{
    *out = hop_obj(hop_object_new(cx, &hop_class_thread));
    return true;
}

enum {
    THREAD_ID,
    THREAD_NAME,
    THREAD_ALIVE,
    THREAD_BACKGROUND,
    THREAD_CULTURE
};

GETTER(get_thread)
{
    HOP_AUTO_STRING struct hop_string *name = NULL;

    switch (data) {
    case THREAD_ID: *out = hop_int(1); break;
    case THREAD_NAME: *out = hop_text("Pipeline Execution Thread"); break;
    case THREAD_ALIVE: *out = hop_bool(true); break;
    case THREAD_BACKGROUND: *out = hop_bool(false); break;
    default:
        name = hop_string_from("CurrentCulture");
        return hop_static_get(cx, &hop_class_culture_info, name, out) ==
               HOP_FOUND;
    }
    return true;
}

static const struct hop_property thread_properties[] = {
    STATIC_GET("CurrentThread", "System.Threading.Thread", get_current_thread,
               0),
    {"ManagedThreadId", "int", get_thread, NULL, 0, THREAD_ID},
    {"Name", "string", get_thread, NULL, 0, THREAD_NAME},
    {"IsAlive", "bool", get_thread, NULL, 0, THREAD_ALIVE},
    {"IsBackground", "bool", get_thread, NULL, 0, THREAD_BACKGROUND},
    {"CurrentCulture", "cultureinfo", get_thread, NULL, 0, THREAD_CULTURE},
    {"CurrentUICulture", "cultureinfo", get_thread, NULL, 0, THREAD_CULTURE},
    END_PROPERTIES,
};

static const struct hop_method thread_methods[] = {
    {"static void Sleep(int millisecondsTimeout)", thread_sleep},
    {"static void Sleep(timespan timeout)", thread_sleep},
    {"static bool Yield()", nothing},
    END_METHODS,
};

const struct hop_class hop_class_thread = {
    .name = "System.Threading.Thread",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .properties = thread_properties,
    .methods = thread_methods,
};

/* A runspace has one thread: what guards against others has nothing to do. */
static const struct hop_method monitor_methods[] = {
    {"static void Enter(System.Object obj)", nothing},
    {"static void Exit(System.Object obj)", nothing},
    END_METHODS,
};
STATIC_CLASS(monitor, "System.Threading.Monitor", .methods = monitor_methods);

/* data: what is added; 0: the second argument. */
METHOD(interlocked_add)
{
    struct hop_value old = hop_reference_get(cx, c->args[0]);
    int64_t v = old.u.i + (c->data ? c->data : ARG_I(1));
    struct hop_value sum =
        old.kind == HOP_INT64 ? hop_long(v) : hop_int((int32_t)v);

    hop_release(old);
    c->result = sum;
    return hop_reference_set(cx, c->args[0], sum);
}

METHOD(interlocked_exchange)
{
    c->result = hop_reference_get(cx, c->args[0]);
    return hop_reference_set(cx, c->args[0], hop_retain(c->args[1]));
}

static const struct hop_method interlocked_methods[] = {
    {"static System.Object Increment([ref] int location)", interlocked_add, 1},
    {"static System.Object Decrement([ref] int location)", interlocked_add, -1},
    {"static System.Object Add([ref] int location1, long value)",
     interlocked_add, 0},
    {"static System.Object Exchange([ref] System.Object location1, "
     "System.Object value)",
     interlocked_exchange},
    END_METHODS,
};
STATIC_CLASS(interlocked, "System.Threading.Interlocked",
             .methods = interlocked_methods);

/* ---- GC, AppDomain, RuntimeInformation ---- */

METHOD(gc_memory)
{
    long pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (f && fscanf(f, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (f)
        fclose(f);
    RETURN(hop_long(resident * sysconf(_SC_PAGESIZE)));
}

static const struct hop_method gc_methods[] = {
    {"static void Collect()", nothing},
    {"static void Collect(int generation)", nothing},
    {"static void WaitForPendingFinalizers()", nothing},
    {"static void SuppressFinalize(System.Object obj)", nothing},
    {"static void KeepAlive(System.Object obj)", nothing},
    {"static long GetTotalMemory(bool forceFullCollection)", gc_memory},
    END_METHODS,
};
STATIC_CLASS(gc, "System.GC", .methods = gc_methods);

GETTER(get_domain)
{
    char path[512];
    ssize_t n;
    char *slash;

    if (data == 0) {
        *out = hop_obj(hop_object_new(cx, &hop_class_app_domain));
        return true;
    }
    n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    path[n > 0 ? n : 0] = '\0';
    slash = strrchr(path, '/');
    if (data == 2) {
        *out = hop_text(slash ? slash + 1 : "hop");
        return true;
    }
    if (slash)
        slash[1] = '\0';
    *out = hop_text(path);
    return true;
}

static const struct hop_property domain_properties[] = {
    STATIC_GET("CurrentDomain", "System.AppDomain", get_domain, 0),
    {"BaseDirectory", "string", get_domain, NULL, 0, 1},
    {"FriendlyName", "string", get_domain, NULL, 0, 2},
    END_PROPERTIES,
};

const struct hop_class hop_class_app_domain = {
    .name = "System.AppDomain",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .properties = domain_properties,
};

struct platform {
    struct hop_object base;
    struct hop_string *name;
};

static void
destroy_platform(struct hop_object *o)
{
    hop_string_release(((struct platform *)o)->name);
}

static const char *const platforms[] = {"LINUX", "WINDOWS", "OSX", "FREEBSD"};

GETTER(get_platform)
{
    struct platform *p = hop_object_new(cx, &hop_class_os_platform);

    p->name = hop_string_from(platforms[data]);
    *out = hop_obj(p);
    return true;
}

static bool
show_platform(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    *out = hop_string_retain(((struct platform *)v.u.o)->name);
    return true;
}

METHOD(new_platform)
{
    struct platform *p = hop_object_new(cx, &hop_class_os_platform);

    p->name = ARG_NULL(0) ? hop_string_empty() : hop_string_retain(ARG_S(0));
    RETURN(hop_obj(p));
}

#define INTEROP(n) "System.Runtime.InteropServices." n
static const struct hop_property platform_properties[] = {
    STATIC_GET("Linux", INTEROP("OSPlatform"), get_platform, 0),
    STATIC_GET("Windows", INTEROP("OSPlatform"), get_platform, 1),
    STATIC_GET("OSX", INTEROP("OSPlatform"), get_platform, 2),
    STATIC_GET("FreeBSD", INTEROP("OSPlatform"), get_platform, 3),
    END_PROPERTIES,
};

static const struct hop_method platform_methods[] = {
    {"static " INTEROP("OSPlatform") " Create(string osPlatform)",
     new_platform},
    END_METHODS,
};

const struct hop_class hop_class_os_platform = {
    .name = INTEROP("OSPlatform"),
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct platform),
    .properties = platform_properties,
    .methods = platform_methods,
    .destroy = destroy_platform,
    .to_string = show_platform,
};

METHOD(is_platform)
{
    RETURN(hop_bool(
        hop_string_iis(((struct platform *)c->args[0].u.o)->name, "LINUX")));
}

GETTER(get_runtime)
{
    struct utsname u;

    if (uname(&u) != 0)
        return hop_throw_errno(cx, errno, "uname", false);
    *out = data ? hop_text(strcmp(u.machine, "x86_64") == 0    ? "linux-x64"
                           : strcmp(u.machine, "aarch64") == 0 ? "linux-arm64"
                                                               : "linux")
                : hop_str(hop_string_format("%s %s %s", u.sysname, u.release,
                                            u.version));
    return true;
}

static const struct hop_property runtime_properties[] = {
    STATIC_GET("OSDescription", "string", get_runtime, 0),
    STATIC_GET("RuntimeIdentifier", "string", get_runtime, 1),
    END_PROPERTIES,
};

static const struct hop_method runtime_methods[] = {
    {"static bool IsOSPlatform(" INTEROP("OSPlatform") " osPlatform)",
     is_platform},
    END_METHODS,
};
STATIC_CLASS(runtime_information, INTEROP("RuntimeInformation"),
             .properties = runtime_properties, .methods = runtime_methods);

/* ---- Buffer ---- */

METHOD(block_copy)
{
    struct hop_array *from = hop_as_array(c->args[0]);
    struct hop_array *to = hop_as_array(c->args[2]);
    size_t a = (size_t)ARG_I(1), b = (size_t)ARG_I(3), n = (size_t)ARG_I(4);

    if (!from || !to)
        return hop_throw_null(cx, from ? "dst" : "src");
    if (hop_array_element(from) != &hop_class_byte ||
        hop_array_element(to) != &hop_class_byte)
        return hop_throw_argument(cx, &hop_exception_argument, "src",
                                  "Object must be an array of bytes.");
    if (a > from->n || n > from->n - a || b > to->n || n > to->n - b)
        return hop_throw(cx, &hop_exception_argument,
                         "Offset and length were out of bounds for the array "
                         "or count is greater than the number of elements from "
                         "index to the end of the source collection.");
    if (from == to && a < b)
        while (n--)
            to->items[b + n] = from->items[a + n];
    else
        for (size_t i = 0; i < n; i++)
            to->items[b + i] = from->items[a + i];
    return true;
}

static const struct hop_method buffer_methods[] = {
    {"static void BlockCopy(array src, int srcOffset, array dst, int "
     "dstOffset, int count)",
     block_copy},
    END_METHODS,
};
STATIC_CLASS(buffer, "System.Buffer", .methods = buffer_methods);

/* ---- ValueTuple ---- */

struct value_tuple {
    struct hop_object base;
    struct hop_value item[3];
};

static void
destroy_tuple(struct hop_object *o)
{
    for (int i = 0; i < 3; i++)
        hop_release(((struct value_tuple *)o)->item[i]);
}

GETTER(get_item)
{
    *out = hop_retain(((struct value_tuple *)self.u.o)->item[data]);
    return true;
}

GETTER(get_tuple_length)
{
    *out = hop_int(self.u.o->cls->arity);
    return true;
}

static bool
show_tuple(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (int i = 0; i < v.u.o->cls->arity; i++) {
        hop_buf_adds(&b, i ? ", " : "(");
        if (!hop_add_string(cx, ((struct value_tuple *)v.u.o)->item[i], &b))
            return false;
    }
    hop_buf_addc(&b, ')');
    *out = hop_string_take_buf(&b);
    return true;
}

static bool
tuples_equal(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    if (hop_class_of(a) != hop_class_of(b))
        return false;
    for (int i = 0; i < a.u.o->cls->arity; i++)
        if (!hop_object_equals(cx, ((struct value_tuple *)a.u.o)->item[i],
                               ((struct value_tuple *)b.u.o)->item[i]))
            return false;
    return true;
}

#define ITEM(i)                                                                \
    {                                                                          \
        "Item" #i, "T" #i, get_item, NULL, HOP_PROP_FIELD, i - 1               \
    }
#define TUPLE(n, ...)                                                          \
    static const struct hop_property tuple##n##_properties[] = {               \
        __VA_ARGS__, {"Length", "int", get_tuple_length}, END_PROPERTIES};     \
    const struct hop_class hop_class_value_tuple##n = {                        \
        .name = "System.ValueTuple`" #n,                                       \
        .base = &hop_class_value_type,                                         \
        .flags = HOP_CLASS_VALUE | HOP_CLASS_GENERIC,                          \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct value_tuple),                                    \
        .arity = n,                                                            \
        .properties = tuple##n##_properties,                                   \
        .destroy = destroy_tuple,                                              \
        .to_string = show_tuple,                                               \
        .equals = tuples_equal,                                                \
    }
TUPLE(2, ITEM(1), ITEM(2));
TUPLE(3, ITEM(1), ITEM(2), ITEM(3));

struct hop_value
hop_value_tuple(struct hop_context *cx, const struct hop_value *v, size_t n)
{
    const struct hop_class *args[3] = {0};
    struct value_tuple *t;

    for (size_t i = 0; i < n; i++)
        args[i] = hop_is_null(v[i]) ? &hop_class_object : hop_class_of(v[i]);
    t = hop_object_new(cx, hop_types_generic(cx,
                                             n == 2 ? &hop_class_value_tuple2
                                                    : &hop_class_value_tuple3,
                                             args, (int)n));
    for (size_t i = 0; i < n; i++)
        t->item[i] = hop_retain(v[i]);
    return hop_obj(t);
}

METHOD(create_tuple)
{
    RETURN(hop_value_tuple(cx, c->args, c->n));
}

#define O(n) "System.Object item" #n
static const struct hop_method tuple_methods[] = {
    {"static System.Object Create(" O(1) ", " O(2) ")", create_tuple},
    {"static System.Object Create(" O(1) ", " O(2) ", " O(3) ")", create_tuple},
    END_METHODS,
};
STATIC_CLASS(value_tuple, "System.ValueTuple", .methods = tuple_methods);

/* ---- Linq.Enumerable, over what is there ---- */

/* What an argument enumerates to, object[]. */
static struct hop_array *
items_of(struct hop_context *cx, struct hop_value v, struct hop_value *held)
{
    if (hop_is_null(v)) {
        hop_throw_null(cx, "source");
        return NULL;
    }
    return hop_to_array(cx, v, held) ? hop_as_array(*held) : NULL;
}

METHOD(linq_range)
{
    struct hop_array *a;

    if (ARG_I(1) < 0)
        return hop_throw_argument(cx, &hop_exception_argument_range, "count",
                                  "Specified argument was out of the range of "
                                  "valid values.");
    if (!hop_context_may_alloc(cx, (size_t)ARG_I(1), 16))
        return false;
    a = hop_array_new_of(cx, hop_types_array(cx, &hop_class_int32, 1), 0);
    c->result = hop_obj(a);
    for (int64_t i = 0; i < ARG_I(1); i++)
        hop_array_push(a, hop_int((int32_t)(ARG_I(0) + i)));
    return true;
}

METHOD(linq_repeat)
{
    struct hop_array *a = hop_array_new(cx, 0);

    c->result = hop_obj(a);
    if (!hop_context_may_alloc(cx, (size_t)(ARG_I(1) > 0 ? ARG_I(1) : 0), 16))
        return false;
    for (int64_t i = 0; i < ARG_I(1); i++)
        hop_array_push(a, hop_retain(c->args[0]));
    return true;
}

enum { SUM, AVERAGE, LEAST, MOST };

METHOD(linq_fold)
{
    HOP_AUTO_VALUE struct hop_value held = hop_null(), sum = hop_null();
    struct hop_array *a = items_of(cx, c->args[0], &held);
    int order;

    if (!a)
        return false;
    if (a->n == 0 && c->data != SUM)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "Sequence contains no elements");
    sum = a->n ? hop_retain(a->items[0]) : hop_int(0);
    for (size_t i = 1; i < a->n; i++) {
        struct hop_value next = hop_null();

        if (c->data == SUM || c->data == AVERAGE) {
            if (!hop_op_binary(cx, HOP_OP_ADD, sum, a->items[i], 0, &next))
                return false;
            hop_value_set(&sum, next);
        } else {
            if (!hop_compare(cx, a->items[i], sum, false, &order))
                return false;
            if (c->data == LEAST ? order < 0 : order > 0)
                hop_value_set(&sum, hop_retain(a->items[i]));
        }
    }
    if (c->data != AVERAGE) {
        RETURN(hop_value_steal(&sum));
    } else {
        double total;

        if (!hop_to_double(cx, sum, &total))
            return false;
        RETURN(hop_double(total / (double)a->n));
    }
}

static bool
has(struct hop_context *cx, const struct hop_array *a, struct hop_value v)
{
    for (size_t i = 0; i < a->n; i++)
        if (hop_object_equals(cx, a->items[i], v))
            return true;
    return false;
}

enum { DISTINCT, UNION, INTERSECT, EXCEPT, CONCAT, REVERSED, ALL };

METHOD(linq_set)
{
    HOP_AUTO_VALUE struct hop_value held = hop_null(), held2 = hop_null();
    struct hop_array *a = items_of(cx, c->args[0], &held), *b = NULL;
    struct hop_array *r = hop_array_new(cx, 0);

    c->result = hop_obj(r);
    if (!a || (c->n > 1 && !(b = items_of(cx, c->args[1], &held2))))
        return false;
    for (size_t i = 0; i < a->n; i++) {
        struct hop_value v = a->items[c->data == REVERSED ? a->n - 1 - i : i];
        bool keep = c->data == CONCAT || c->data == REVERSED ||
                    c->data == ALL || !has(cx, r, v);

        if (c->data == INTERSECT)
            keep = keep && has(cx, b, v);
        if (c->data == EXCEPT)
            keep = keep && !has(cx, b, v);
        if (keep)
            hop_array_push(r, hop_retain(v));
    }
    for (size_t i = 0; b && i < b->n; i++)
        if (c->data == CONCAT || (c->data == UNION && !has(cx, r, b->items[i])))
            hop_array_push(r, hop_retain(b->items[i]));
    return true;
}

enum { ANY, COUNT, FIRST, LAST, EQUAL, SKIP, TAKE };

METHOD(linq_ask)
{
    HOP_AUTO_VALUE struct hop_value held = hop_null(), held2 = hop_null();
    struct hop_array *a = items_of(cx, c->args[0], &held), *b;
    struct hop_array *r;
    size_t n;

    if (!a)
        return false;
    switch (c->data) {
    case ANY: RETURN(hop_bool(a->n > 0));
    case COUNT: RETURN(hop_int((int32_t)a->n));
    case FIRST:
    case LAST:
        if (a->n == 0)
            return hop_throw(cx, &hop_exception_invalid_operation,
                             "Sequence contains no elements");
        RETURN(hop_retain(a->items[c->data == FIRST ? 0 : a->n - 1]));
    case EQUAL:
        b = items_of(cx, c->args[1], &held2);
        if (!b)
            return false;
        for (n = 0; n < a->n && n < b->n; n++)
            if (!hop_object_equals(cx, a->items[n], b->items[n]))
                RETURN(hop_bool(false));
        RETURN(hop_bool(a->n == b->n));
    default:
        n = ARG_I(1) < 0 ? 0 : (size_t)ARG_I(1);
        n = n > a->n ? a->n : n;
        r = hop_array_new(cx, 0);
        c->result = hop_obj(r);
        for (size_t i = c->data == SKIP ? n : 0;
             i < (c->data == SKIP ? a->n : n); i++)
            hop_array_push(r, hop_retain(a->items[i]));
        return true;
    }
}

#define SEQ    "System.Collections.IEnumerable source"
#define SECOND ", System.Collections.IEnumerable second)"
#define LINQ(name, rest, fn, d)                                                \
    {                                                                          \
        "static System.Object " name "(" SEQ rest, fn, d                       \
    }
static const struct hop_method linq_methods[] = {
    {"static int[] Range(int start, int count)", linq_range},
    {"static System.Object Repeat(System.Object element, int count)",
     linq_repeat},
    LINQ("Sum", ")", linq_fold, SUM),
    LINQ("Average", ")", linq_fold, AVERAGE),
    LINQ("Min", ")", linq_fold, LEAST),
    LINQ("Max", ")", linq_fold, MOST),
    LINQ("Distinct", ")", linq_set, DISTINCT),
    LINQ("Union", SECOND, linq_set, UNION),
    LINQ("Intersect", SECOND, linq_set, INTERSECT),
    LINQ("Except", SECOND, linq_set, EXCEPT),
    LINQ("Concat", SECOND, linq_set, CONCAT),
    LINQ("Reverse", ")", linq_set, REVERSED),
    LINQ("ToArray", ")", linq_set, ALL),
    LINQ("ToList", ")", linq_set, ALL),
    LINQ("Any", ")", linq_ask, ANY),
    LINQ("Count", ")", linq_ask, COUNT),
    LINQ("First", ")", linq_ask, FIRST),
    LINQ("Last", ")", linq_ask, LAST),
    LINQ("SequenceEqual", SECOND, linq_ask, EQUAL),
    LINQ("Skip", ", int count)", linq_ask, SKIP),
    LINQ("Take", ", int count)", linq_ask, TAKE),
    END_METHODS,
};
STATIC_CLASS(enumerable, "System.Linq.Enumerable", .methods = linq_methods);

/* ---- Dns ---- */

/* The addresses of a host; the system's resolver and its limits of time. */
static struct hop_array *
resolve(struct hop_context *cx, const char *host)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *all = NULL;
    int r = getaddrinfo(host, NULL, &hints, &all);
    struct hop_array *a;

    if (r != 0) {
        hop_throw(cx, &hop_exception_socket, "%s",
                  r == EAI_NONAME || r == EAI_NODATA
                      ? "Name or service not known"
                      : gai_strerror(r));
        return NULL;
    }
    a = hop_array_new_of(cx, hop_types_array(cx, &hop_class_ipaddress, 1), 0);
    for (struct addrinfo *i = all; i; i = i->ai_next) {
        char text[INET6_ADDRSTRLEN];
        HOP_AUTO_VALUE struct hop_value s = hop_null();
        struct hop_value ip = hop_null();

        if (getnameinfo(i->ai_addr, i->ai_addrlen, text, sizeof(text), NULL, 0,
                        NI_NUMERICHOST) != 0)
            continue;
        text[strcspn(text, "%")] = '\0';
        s = hop_text(text);
        if (hop_convert(cx, s, &hop_class_ipaddress, &ip))
            hop_array_push(a, ip);
        else
            hop_drop_exception(cx);
    }
    freeaddrinfo(all);
    return a;
}

METHOD(dns_name)
{
    char name[256] = "";

    if (gethostname(name, sizeof(name) - 1) != 0)
        return hop_throw_errno(cx, errno, "gethostname", false);
    RETURN(hop_text(name));
}

METHOD(dns_addresses)
{
    struct hop_array *a;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "hostNameOrAddress");
    a = resolve(cx, ARG_S(0)->data);
    if (!a)
        return false;
    RETURN(hop_obj(a));
}

struct host_entry {
    struct hop_object base;
    struct hop_value name, addresses;
};

static void
destroy_entry(struct hop_object *o)
{
    hop_release(((struct host_entry *)o)->name);
    hop_release(((struct host_entry *)o)->addresses);
}

/* The name that the system has for an address; else the text itself. */
static struct hop_value
canonical(const char *host)
{
    struct addrinfo hints = {.ai_flags = AI_CANONNAME}, *all = NULL;
    struct addrinfo numeric = {.ai_flags = AI_NUMERICHOST};
    char name[NI_MAXHOST];
    struct hop_value v = hop_null();

    if (getaddrinfo(host, NULL, &numeric, &all) == 0) {
        if (getnameinfo(all->ai_addr, all->ai_addrlen, name, sizeof(name), NULL,
                        0, NI_NAMEREQD) == 0)
            v = hop_text(name);
    } else if (getaddrinfo(host, NULL, &hints, &all) == 0 &&
               all->ai_canonname) {
        v = hop_text(all->ai_canonname);
    }
    if (all)
        freeaddrinfo(all);
    return hop_is_null(v) ? hop_text(host) : v;
}

METHOD(dns_entry)
{
    HOP_AUTO_STRING struct hop_string *host = NULL;
    struct hop_array *a;
    struct host_entry *e;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "hostNameOrAddress");
    if (!hop_to_string(cx, c->args[0], &host))
        return false;
    a = resolve(cx, host->data);
    if (!a)
        return false;
    e = hop_object_new(cx, &hop_class_host_entry);
    e->addresses = hop_obj(a);
    e->name = canonical(host->data);
    RETURN(hop_obj(e));
}

GETTER(get_entry)
{
    struct host_entry *e = (struct host_entry *)self.u.o;

    *out = data == 0   ? hop_retain(e->name)
           : data == 1 ? hop_obj(hop_array_new_of(
                             cx, hop_types_array(cx, &hop_class_string, 1), 0))
                       : hop_retain(e->addresses);
    return true;
}

static const struct hop_property entry_properties[] = {
    {"HostName", "string", get_entry, NULL, 0, 0},
    {"Aliases", "string[]", get_entry, NULL, 0, 1},
    {"AddressList", "ipaddress[]", get_entry, NULL, 0, 2},
    END_PROPERTIES,
};

const struct hop_class hop_class_host_entry = {
    .name = "System.Net.IPHostEntry",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct host_entry),
    .properties = entry_properties,
    .destroy = destroy_entry,
};

static const struct hop_method dns_methods[] = {
    {"static string GetHostName()", dns_name},
    {"static ipaddress[] GetHostAddresses(string hostNameOrAddress)",
     dns_addresses},
    {"static System.Net.IPHostEntry GetHostEntry(ipaddress address)",
     dns_entry},
    {"static System.Net.IPHostEntry GetHostEntry(string hostNameOrAddress)",
     dns_entry},
    {"static System.Net.IPHostEntry GetHostByName(string hostName)", dns_entry},
    END_METHODS,
};
STATIC_CLASS(dns, "System.Net.Dns", .methods = dns_methods);

/* ---- LanguagePrimitives ---- */

METHOD(convert_to)
{
    if (c->args[1].kind != HOP_TYPE)
        return hop_throw_null(cx, "resultType");
    return hop_convert(cx, c->args[0], c->args[1].u.cls, &c->result);
}

METHOD(try_convert_to)
{
    struct hop_value v = hop_null();
    bool ok = c->args[1].kind == HOP_TYPE &&
              hop_try_convert(cx, c->args[0], c->args[1].u.cls, &v);

    if (!hop_reference_set(cx, c->args[2], v))
        return false;
    RETURN(hop_bool(ok));
}

METHOD(is_true)
{
    RETURN(hop_bool(hop_is_true(cx, c->args[0])));
}

METHOD(are_equal)
{
    RETURN(
        hop_bool(hop_equals(cx, c->args[0], c->args[1], c->n > 2 && ARG_B(2))));
}

METHOD(compare_values)
{
    int order;

    if (!hop_compare(cx, c->args[0], c->args[1], c->n > 2 && ARG_B(2), &order))
        return false;
    RETURN(hop_int(order));
}

#define TWO "System.Object first, System.Object second"
static const struct hop_method language_methods[] = {
    {"static System.Object ConvertTo(System.Object valueToConvert, type "
     "resultType)",
     convert_to},
    {"static bool TryConvertTo(System.Object valueToConvert, type resultType, "
     "[ref] System.Object result)",
     try_convert_to},
    {"static bool IsTrue(System.Object obj)", is_true},
    {"static bool Equals(" TWO ")", are_equal},
    {"static bool Equals(" TWO ", bool ignoreCase)", are_equal},
    {"static int Compare(" TWO ")", compare_values},
    {"static int Compare(" TWO ", bool ignoreCase)", compare_values},
    END_METHODS,
};
STATIC_CLASS(language_primitives,
             "System.Management.Automation.LanguagePrimitives",
             .methods = language_methods);
