/* SPDX-License-Identifier: MIT */
#define HOP_LIBEDIT_PLAIN
#include "console/libedit.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/module.h"

static const struct hop_module_row rows[] = {
#define X(f) {#f, offsetof(struct hop_libedit, f)},
    HOP_LIBEDIT(X)
#undef X
};

const struct hop_libedit *
hop_libedit(void)
{
    static struct hop_libedit api;
    static bool loaded;

    if (!loaded)
        hop_module_fill("libedit.so.2", rows, HOP_ARRAY_SIZE(rows), &api);
    loaded = true;
    return &api;
}
