/* Which sessions a cmdlet's parameters mean: those kept here, those of a host.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/text.h"
#include "cmdlets/remoting/remoting.h"

/* ---- choosing ---- */

static bool
not_there(struct hop_command *c, const char *id, const char *fmt,
          struct hop_value v)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException",
                                  .target = v};
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (!hop_to_string(&c->rs->cx, v, &s))
        return false;
    return hop_command_error(c, &spec,
                             "There is no remote session with the %s %s: "
                             "Get-PSSession lists those that are there, "
                             "New-PSSession opens one.",
                             fmt, s->data);
}

static bool
matches_text(struct hop_value pattern, const char *text)
{
    pattern = hop_value_base(pattern);
    return hop_is_string(pattern) &&
           hop_wildcard_match(hop_cstr(pattern), pattern.u.s->len, text,
                              strlen(text), true);
}

static bool
by_id(struct hop_command *c, struct pssession *s, struct hop_value v)
{
    (void)c;
    return hop_value_base(v).u.i == s->id;
}

static bool
by_name(struct hop_command *c, struct pssession *s, struct hop_value v)
{
    (void)c;
    return matches_text(v, hop_cstr(s->name));
}

static bool
by_computer(struct hop_command *c, struct pssession *s, struct hop_value v)
{
    (void)c;
    return matches_text(v, s->remote->target->computer);
}

static bool
by_instance(struct hop_command *c, struct pssession *s, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value id =
        remote_guid(&c->rs->cx, &s->remote->id);

    return hop_object_equals(&c->rs->cx, id, v);
}

static void
add_once(struct hop_array *out, struct pssession *s)
{
    for (size_t i = 0; i < out->n; i++)
        if (out->items[i].u.o == &s->base)
            return;
    hop_array_push(out, hop_retain(hop_obj(s)));
}

typedef bool match_fn(struct hop_command *c, struct pssession *s,
                      struct hop_value v);

static bool
choose_by(struct hop_command *c, size_t param, match_fn *matches,
          const char *error, const char *what, struct hop_array *out)
{
    struct hop_array *list = pssession_list(c->rs);

    for (size_t k = 0; k < hop_arg_count(c, param); k++) {
        struct hop_value v = hop_arg_item(c, param, k);
        struct hop_value base = hop_value_base(v);
        bool any = hop_is_string(base) &&
                   hop_wildcard_has(hop_cstr(base), base.u.s->len);

        for (size_t i = 0; i < list->n; i++) {
            struct pssession *s = as_pssession(list->items[i]);

            if (!matches(c, s, v))
                continue;
            any = true;
            add_once(out, s);
        }
        if (!any && error && !not_there(c, error, what, v))
            return false;
    }
    return true;
}

static bool
bound(struct hop_command *c, size_t param)
{
    return param != NO_PARAM && hop_arg_bound(c, param);
}

static void
take_given(struct hop_command *c, size_t param, struct hop_array *out)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        struct pssession *s = as_pssession(hop_arg_item(c, param, i));

        if (s)
            add_once(out, s);
    }
}

bool
pssession_choose(struct hop_command *c, const struct choosing *by,
                 struct hop_array **out)
{
    const struct {
        size_t param;
        match_fn *matches;
        const char *error, *what;
    } rows[] = {
        {by->id, by_id, "RemoteRunspaceNotAvailableForSpecifiedSessionId",
         "session ID"},
        {by->name, by_name, "RemoteRunspaceNotAvailableForSpecifiedName",
         "name"},
        {by->instance, by_instance,
         "RemoteRunspaceNotAvailableForSpecifiedRunspaceId", "instance ID"},
        {by->computer, by_computer,
         by->computer_quiet ? NULL
                            : "RemoteRunspaceNotAvailableForSpecifiedComputer",
         "computer name"},
    };
    struct hop_array *found = hop_array_new(&c->rs->cx, 0);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(found);
    bool any = false;

    if (bound(c, by->session)) {
        take_given(c, by->session, found);
        any = true;
    }
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        if (!bound(c, rows[i].param))
            continue;
        any = true;
        if (!choose_by(c, rows[i].param, rows[i].matches, rows[i].error,
                       rows[i].what, found))
            return false;
    }
    if (!any && by->all_without)
        for (size_t i = 0; i < pssession_list(c->rs)->n; i++)
            add_once(found, as_pssession(pssession_list(c->rs)->items[i]));
    *out = found;
    held = hop_null();
    return true;
}

/* ---- those of a host ---- */

struct query {
    struct hop_runspace *rs;
    const struct target *target;
    struct hop_array *out;
};

static void
take_commands(struct remote *r, const struct hop_pool_found *f)
{
    free(r->found);
    r->n_found = 0;
    r->found = hop_xcalloc(f->command_count + 1, sizeof(*r->found));
    for (size_t i = 0; i < f->command_count; i++) {
        const char *id = f->commands[i].id;

        if (hop_guid_parse(id, strlen(id), &r->found[r->n_found]))
            r->n_found++;
    }
}

static struct pssession *
found_session(struct query *q, const struct hop_pool_found *f,
              const struct hop_guid *id)
{
    struct target *t = target_copy(q->target);
    struct remote *r;

    free(t->configuration);
    t->configuration = f->resource_uri ? hop_xstrdup(f->resource_uri) : NULL;
    r = remote_new(q->rs, t);
    r->id = *id;
    r->shell = hop_xstrdup(f->id);
    r->state = REMOTE_LEFT;
    r->elsewhere = f->state && strcmp(f->state, "Disconnected") != 0;
    r->idle_ms = f->idle_timeout_ms;
    take_commands(r, f);
    return pssession_new(q->rs, r, f->name && *f->name ? f->name : NULL);
}

static bool
is_configuration(const struct target *t, const char *uri)
{
    HOP_AUTO_FREE char *wanted = remote_shell_uri(t);

    return !t->configuration || !uri || hop_ascii_ieq(wanted, uri);
}

static bool
take_found(void *ctx, const struct hop_pool_found *f)
{
    struct query *q = ctx;
    struct pssession *s;
    struct hop_guid id;

    if (!f->id || !hop_guid_parse(f->id, strlen(f->id), &id) ||
        !is_configuration(q->target, f->resource_uri))
        return true;
    s = pssession_of_instance(q->rs, &id);
    if (!s)
        hop_array_push(q->out, hop_obj(found_session(q, f, &id)));
    else
        hop_array_push(q->out, hop_retain(hop_obj(s)));
    return true;
}

bool
pssession_query(struct hop_runspace *rs, struct target *t,
                struct hop_array *out, struct hop_error *err,
                enum hop_cause *cause)
{
    struct query q = {rs, t, out};

    return remote_list(rs, t, take_found, &q, err, cause);
}
