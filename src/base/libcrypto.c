/* SPDX-License-Identifier: MIT */
#define HOP_LIBCRYPTO_PLAIN
#include "base/libcrypto.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/module.h"

static const struct hop_module_row rows[] = {
#define X(f) {#f, offsetof(struct hop_libcrypto, f)},
    HOP_LIBCRYPTO(X)
#undef X
};

const struct hop_libcrypto *
hop_libcrypto(void)
{
    static struct hop_libcrypto api;
    static bool loaded;

    if (!loaded)
        hop_module_fill("libcrypto.so.3", rows, HOP_ARRAY_SIZE(rows), &api);
    loaded = true;
    return &api;
}
