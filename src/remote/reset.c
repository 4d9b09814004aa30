/* RESET_RUNSPACE_STATE: as PowerShell has it, the variables and the location of
 * the start, and no history; functions and modules stay.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "engine/provider.h"
#include "engine/space.h"
#include "remote/server.h"

/* One variable, as a new runspace has it or as this one does. */
struct row {
    char *name;
    struct hop_value value;
    unsigned options;
};
struct rows {
    struct hop_runspace *rs;
    struct row *row;
    size_t n;
};

static bool
add_row(void *ctx, struct hop_variable *v)
{
    struct rows *all = ctx;

    all->row = hop_xrealloc(all->row, all->n + 1, sizeof(*all->row));
    all->row[all->n++] = (struct row){
        .name = hop_xstrdup(hop_variable_name(v)),
        .value = hop_variable_value(all->rs, v),
        .options = hop_variable_options(v),
    };
    return true;
}

static void
done_rows(struct rows *all)
{
    for (size_t i = 0; i < all->n; i++) {
        free(all->row[i].name);
        hop_release(all->row[i].value);
    }
    free(all->row);
}

static const struct row *
find_row(const struct rows *all, const char *name)
{
    for (size_t i = 0; i < all->n; i++)
        if (hop_ascii_ieq(all->row[i].name, name))
            return &all->row[i];
    return NULL;
}

/* What a new runspace has. */
static void
collect_initial(struct server *s, struct rows *all)
{
    struct hop_space_visit visit;
    struct hop_space *fresh = hop_space_new(s->rs, hop_runspace_host(s->rs),
                                            hop_runspace_language_mode(s->rs));

    hop_space_enter(s->rs, fresh, &visit);
    hop_variable_each(s->rs, "Global", add_row, all);
    hop_space_leave(s->rs, &visit);
    hop_space_free(s->rs, fresh);
}

static void
restore(struct server *s, const struct row *now, const struct row *then)
{
    const unsigned fixed = HOP_ITEM_READONLY | HOP_ITEM_CONSTANT;

    if (strcmp(now->name, REMOTE_SENDER) == 0)
        return;
    if (!then && !hop_variable_remove(s->rs, now->name, "Global", true))
        hop_drop_exception(s->cx);
    if (then && !(now->options & fixed) &&
        !hop_variable_set(s->rs, now->name, "Global", then->value))
        hop_drop_exception(s->cx);
}

/* Removed ones come back. */
static void
bring_back(struct server *s, const struct rows *now, const struct rows *then)
{
    for (size_t i = 0; i < then->n; i++)
        if (!find_row(now, then->row[i].name) &&
            !hop_variable_set(s->rs, then->row[i].name, "Global",
                              then->row[i].value))
            hop_drop_exception(s->cx);
}

void
remote_reset(struct server *s)
{
    HOP_CLEANUP(done_rows) struct rows now = {s->rs}, then = {s->rs};
    HOP_AUTO_VALUE struct hop_value error = hop_null();
    static const char text[] =
        "Microsoft.PowerShell.Management\\Set-Location -LiteralPath $HOME\n"
        "Microsoft.PowerShell.Core\\Clear-History";
    const struct hop_run home = {.text = text, .n = sizeof(text) - 1};

    collect_initial(s, &then);
    hop_variable_each(s->rs, "Global", add_row, &now);
    for (size_t i = 0; i < now.n; i++)
        restore(s, &now.row[i], find_row(&then, now.row[i].name));
    bring_back(s, &now, &then);
    (void)hop_runspace_run(s->rs, &home, &error);
}
