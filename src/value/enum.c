/* Enumerations: names and numbers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/enums.h"
#include "value/numparse.h"

#define FLAGS_MAX 64

const struct hop_class *
hop_enum_class(uint32_t id)
{
    static const struct hop_class *const classes[] = {
#define X(id, c, name) [HOP_ENUM_##id] = &hop_enum_##c,
        HOP_ENUMS(X)
#undef X
    };

    return classes[id];
}

static bool
add_flags(const struct hop_class *cls, uint64_t u, struct hop_buf *out)
{
    const struct hop_enum_name *parts[FLAGS_MAX], *e = cls->names;
    int n = 0;

    while (e->name)
        e++;
    while (e-- != cls->names) {
        uint64_t x = (uint64_t)e->value;

        if (x == 0 || (u & x) != x || n == FLAGS_MAX)
            continue;
        u &= ~x;
        parts[n++] = e;
    }
    if (u || !n)
        return false;
    while (n--)
        hop_buf_addf(out, "%s%s", parts[n]->name, n ? ", " : "");
    return true;
}

void
hop_enum_add_text(const struct hop_class *cls, int64_t i, struct hop_buf *out)
{
    for (const struct hop_enum_name *e = cls->names; e->name; e++) {
        if (e->value == i) {
            hop_buf_adds(out, e->name);
            return;
        }
    }
    if (!(cls->flags & HOP_CLASS_FLAGS) || !add_flags(cls, (uint64_t)i, out))
        hop_buf_addf(out, "%lld", (long long)i);
}

static const struct hop_enum_name *
find_name(const struct hop_class *cls, const char *s, size_t n, bool prefix,
          int *why)
{
    const struct hop_enum_name *found = NULL;

    for (const struct hop_enum_name *e = cls->names; e->name; e++)
        if (hop_text_ieq(e->name, strlen(e->name), s, n))
            return e;
    *why = 0;
    for (const struct hop_enum_name *e = cls->names; prefix && e->name; e++) {
        if (strlen(e->name) <= n || !hop_text_ieq(e->name, n, s, n))
            continue;
        if (found) {
            *why = 1;
            return NULL;
        }
        found = e;
    }
    return found;
}

bool
hop_enum_parse(const struct hop_class *cls, const char *s, size_t n,
               bool prefix, int64_t *out, int *why)
{
    const char *end = s + n, *comma;
    int64_t sum = 0;

    *why = 0;
    for (;;) {
        struct hop_value x;
        const struct hop_enum_name *e;
        const char *p = s;
        size_t k;

        comma = memchr(s, ',', (size_t)(end - s));
        k = (size_t)((comma ? comma : end) - s);
        hop_trim_blanks(&p, &k);
        if (!k)
            return false;
        if (((*p >= '0' && *p <= '9') || *p == '-' || *p == '+') &&
            hop_integer_parse(p, k, false, HOP_INT64, &x) == HOP_PARSE_OK) {
            sum |= x.u.i;
        } else {
            e = find_name(cls, p, k, prefix, why);
            if (!e)
                return false;
            sum |= e->value;
        }
        if (!comma)
            break;
        s = comma + 1;
    }
    *out = sum;
    return true;
}
