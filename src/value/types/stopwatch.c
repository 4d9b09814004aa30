/* System.Diagnostics.Stopwatch.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <time.h>

#include "value/types/more.h"

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
