/* Get-History, Clear-History.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "engine/engine.h"

enum { ID, COUNT, NEWEST };

static int64_t
id_of(const struct hop_array *list, size_t i)
{
    return ((const struct bag *)(const void *)list->items[i].u.o)->v[0].u.i;
}

/* The place of an entry; the list's length: there is none. */
static size_t
find(const struct hop_array *list, int64_t id)
{
    size_t n = list ? list->n : 0;

    for (size_t i = 0; i < n; i++)
        if (id_of(list, i) == id)
            return i;
    return n;
}

static bool
not_found(struct hop_command *c, int64_t id)
{
    return hop_command_error(
        c,
        &(struct hop_error_spec){.id = "GetHistoryNoHistoryForId",
                                 .category = HOP_CAT_OBJECT_NOT_FOUND,
                                 .target = hop_long(id)},
        "Cannot locate the history for Id %lld.", (long long)id);
}

/* ---- Get-History ---- */

static const struct hop_param get_params[] = {
    [ID] = {"Id", "long[]", HOP_BY_VALUE, .position = HOP_POS(0),
            .range = HOP_RANGE(1, 9007199254740992)},
    [COUNT] = {"Count", "int", .position = HOP_POS(1),
               .range = HOP_RANGE(0, INT16_MAX)},
};

static bool
write_last(struct hop_command *c, size_t end)
{
    struct hop_array *list = hop_as_array(c->rs->history);
    int64_t count = hop_arg_bound(c, COUNT) ? hop_arg(c, COUNT).u.i : INT32_MAX;
    size_t from = (int64_t)end > count ? end - (size_t)count : 0;

    for (size_t i = from; i < end; i++)
        if (!hop_write(c, hop_retain(list->items[i])))
            return false;
    return true;
}

static bool
get_history(struct hop_command *c)
{
    const struct hop_array *ids = hop_as_array(hop_arg(c, ID));
    struct hop_array *list = hop_as_array(c->rs->history);
    size_t n = list ? list->n : 0;

    if (!hop_arg_bound(c, ID) || !ids)
        return write_last(c, n);
    for (size_t i = 0; i < ids->n; i++) {
        size_t at = find(list, ids->items[i].u.i);

        if (at == n ? !not_found(c, ids->items[i].u.i)
            : ids->n == 1 && hop_arg_bound(c, COUNT)
                ? !write_last(c, at + 1)
                : !hop_write(c, hop_retain(list->items[at])))
            return false;
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_history = {
    .name = "Get-History",
    HOP_PARAMS(get_params),
    .synopsis = "Lists what was run in the session.",
    .process = get_history,
};

/* ---- Clear-History ---- */

static const struct hop_param clear_params[] = {
    [ID] = {"Id", "int[]", HOP_BY_NAME, .position = HOP_POS(0)},
    [COUNT] = {"Count", "int", .position = HOP_POS(1)},
    [NEWEST] = {"Newest", "switch"},
};

static void
clear_count(struct hop_array *list, size_t count, bool newest)
{
    while (count-- && list->n)
        hop_array_remove(list, newest ? list->n - 1 : 0);
}

static bool
clear_history(struct hop_command *c)
{
    const struct hop_array *ids = hop_as_array(hop_arg(c, ID));
    struct hop_array *list = hop_as_array(c->rs->history);

    bool go = false;

    if (!hop_should_process(c, "history", "Clear-History", &go))
        return false;
    if (!go)
        return true;
    if (hop_arg_bound(c, ID) && ids) {
        for (size_t i = 0; i < ids->n; i++) {
            size_t at = find(list, ids->items[i].u.i);

            if (at < (list ? list->n : 0))
                hop_array_remove(list, at);
            else if (!not_found(c, ids->items[i].u.i))
                return false;
        }
        return true;
    }
    if (list)
        clear_count(list,
                    hop_arg_bound(c, COUNT) && hop_arg(c, COUNT).u.i > 0
                        ? (size_t)hop_arg(c, COUNT).u.i
                        : list->n,
                    hop_arg_bound(c, NEWEST));
    return true;
}

const struct hop_cmdlet hop_cmdlet_clear_history = {
    .name = "Clear-History",
    HOP_PARAMS(clear_params),
    .synopsis = "Forgets what was run in the session.",
    .flags = HOP_SHOULD_PROCESS,
    .process = clear_history,
};
