/* SPDX-License-Identifier: MIT */
#define HOP_LIBCRYPTO_PLAIN
#include "base/libcrypto.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/module.h"

static const struct {
    const char *name;
    size_t at;
} rows[] = {
#define X(f) {#f, offsetof(struct hop_libcrypto, f)},
    HOP_LIBCRYPTO(X)
#undef X
};

const struct hop_libcrypto *
hop_libcrypto(void)
{
    static struct hop_libcrypto api;
    static bool loaded;

    if (loaded)
        return &api;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        *(void **)((char *)&api + rows[i].at) =
            hop_module_symbol("libcrypto.so.3", rows[i].name);
    loaded = true;
    return &api;
}
