/* SPDX-License-Identifier: MIT */
#define HOP_LIBXML_PLAIN
#include "base/libxml.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/module.h"

static const struct hop_module_row rows[] = {
#define X(f) {#f, offsetof(struct hop_libxml, f)},
    HOP_LIBXML(X)
#undef X
        {"xmlFree", offsetof(struct hop_libxml, free)},
};

const struct hop_libxml *
hop_libxml(void)
{
    static struct hop_libxml api;
    static bool loaded;

    if (!loaded)
        hop_module_fill("libxml2.so.2", rows, HOP_ARRAY_SIZE(rows), &api);
    loaded = true;
    return &api;
}
