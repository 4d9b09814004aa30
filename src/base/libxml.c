/* SPDX-License-Identifier: MIT */
#define HOP_LIBXML_PLAIN
#include "base/libxml.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/module.h"

#define LIBRARY "libxml2.so.2"

static const struct {
    const char *name;
    size_t at;
} rows[] = {
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

    if (loaded)
        return &api;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        *(void **)((char *)&api + rows[i].at) =
            hop_module_symbol(LIBRARY, rows[i].name);
    loaded = true;
    return &api;
}
