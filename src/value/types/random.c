/* System.Random: .NET's subtractive generator when seeded.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/random.h"

#include <stdlib.h>
#include <sys/random.h>

#include "value/number.h"
#include "value/types/def.h"
#include "value/types/more.h"

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
