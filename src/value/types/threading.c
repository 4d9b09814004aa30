/* System.Threading: threads, Monitor, Interlocked.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <time.h>

#include "value/types/more.h"

bool
hop_method_nothing(struct hop_context *cx, struct hop_call *c)
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

METHOD(thread_apartment)
{
    (void)cx;
    c->result = hop_enum(HOP_ENUM_APARTMENT, 2); /* Unknown, off Windows */
    return true;
}

static const struct hop_method thread_methods[] = {
    {"System.Threading.ApartmentState GetApartmentState()", thread_apartment},
    {"static void Sleep(int millisecondsTimeout)", thread_sleep},
    {"static void Sleep(timespan timeout)", thread_sleep},
    {"static bool Yield()", hop_method_nothing},
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
    {"static void Enter(System.Object obj)", hop_method_nothing},
    {"static void Exit(System.Object obj)", hop_method_nothing},
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
