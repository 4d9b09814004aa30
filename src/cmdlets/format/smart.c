/* The text of a value inside a cell.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/shape.h"

#include "value/member.h"
#include "value/ops.h"

#define ELLIPSIS "\xE2\x80\xA6"

/* Properties that name an object, in order of preference. */
static const char *const naming[] = {"name", "id",    "key",
                                     "*key", "*name", "*id"};
static const char *const remoting[] = {"PSComputerName", "PSShowComputerName",
                                       "RunspaceId", "PSSourceJobInstanceId"};

struct name_search {
    const char *pattern;
    struct hop_string *found;
};

static bool
is_remoting(const struct hop_string *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(remoting); i++)
        if (hop_string_iis(name, remoting[i]))
            return true;
    return false;
}

static bool
match_name(void *arg, const struct hop_member_info *m)
{
    struct name_search *s = arg;

    if (!hop_wildcard_match(s->pattern, strlen(s->pattern), m->name->data,
                            m->name->len, true) ||
        is_remoting(m->name))
        return true;
    s->found = hop_string_retain(m->name);
    return false;
}

/* The value of the property that names v; false when it has none. */
static bool
display_name(struct hop_context *cx, struct hop_value v, struct hop_value *out)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(naming); i++) {
        struct name_search s = {naming[i], NULL};
        bool ok;

        hop_member_each(cx, v, HOP_MEMBERS_PROPERTIES, false, match_name, &s);
        if (!s.found)
            continue;
        ok = hop_member_get(cx, v, s.found, out) == HOP_FOUND;
        hop_string_release(s.found);
        if (!ok)
            hop_drop_exception(cx);
        return ok;
    }
    return false;
}

/* Does the class say itself what ToString gives? */
static bool
has_own_text(struct hop_value v)
{
    const struct hop_class *cls = hop_class_of(v);

    return v.kind != HOP_OBJECT || cls->to_string != NULL ||
           cls == &hop_class_pscustomobject;
}

static bool
add_element(struct hop_context *cx, struct hop_value v, struct hop_buf *out)
{
    HOP_AUTO_VALUE struct hop_value name = hop_null();

    if (hop_is_null(v)) {
        hop_buf_adds(out, "$null");
        return true;
    }
    if (!has_own_text(v) && display_name(cx, v, &name))
        return hop_is_null(name) || hop_add_string(cx, name, out);
    return hop_add_string(cx, v, out);
}

static bool
add_collection(struct hop_context *cx, struct hop_value v, int limit,
               struct hop_buf *out)
{
    struct hop_iter it;
    int more = 0, count = 0;
    bool ok = true;

    if (!hop_iter_enumerate(cx, &it, v))
        return false;
    hop_buf_addc(out, '{');
    while (ok) {
        struct hop_value item;

        more = hop_iter_next(cx, &it, &item);
        if (more <= 0)
            break;
        if (limit >= 0 && count == limit) {
            hop_release(item);
            hop_buf_adds(out, ELLIPSIS);
            break;
        }
        if (count++)
            hop_buf_adds(out, ", ");
        ok = add_element(cx, item, out);
        hop_release(item);
    }
    hop_iter_done(&it);
    hop_buf_addc(out, '}');
    return ok && more >= 0;
}

bool
hop_smart_text(struct hop_context *cx, struct hop_value v, int limit,
               bool fixed, struct hop_buf *out)
{
    struct hop_value base = hop_value_base(v);

    struct hop_string *token = hop_token_text(v);

    if (hop_is_null(base))
        return true;
    if (token) {
        hop_buf_add(out, token->data, token->len);
        return true;
    }
    if (base.kind == HOP_OBJECT &&
        (hop_is_enumerable(base) || hop_as_dict(base)))
        return add_collection(cx, base, limit, out);
    if (base.kind == HOP_TYPE) {
        hop_class_add_full_name(base.u.cls, out);
        return true;
    }
    if (fixed && (base.kind == HOP_DOUBLE || base.kind == HOP_SINGLE ||
                  base.kind == HOP_DECIMAL))
        return hop_format_value(cx, base, "F", 1, out);
    return hop_add_string(cx, v, out);
}
