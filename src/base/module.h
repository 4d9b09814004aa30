/* Parts of the project that are loaded when they are needed: hop-tls.so and its
 * kin, which lie beside the program in the build tree and in lib/hop/ when
 * installed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_MODULE_H
#define HOP_BASE_MODULE_H

#include <stddef.h>

#include "base/error.h"

/* The symbol, a table, of "hop-tls.so"; NULL when it is not found (dlerror()
 * says why).  The module stays open until the process ends. */
const void *hop_module_find(const char *module, const char *symbol);
/* The same; NULL with err set, for what it is needed ("TLS") and why. */
const void *hop_module_load(const char *module, const char *symbol,
                            const char *purpose, enum hop_error_domain domain,
                            struct hop_error *err);

/* A function of a library of the system, which is opened if it is not yet.
 * Without either the process says so and ends with status 127, as the dynamic
 * loader ends a program whose libraries are missing. */
void *hop_module_symbol(const char *library, const char *name);

/* Functions of such a library, put into a table of pointers to them: each
 * `at` so many bytes from its begin. */
struct hop_module_row {
    const char *name;
    size_t at;
};
void hop_module_fill(const char *library, const struct hop_module_row *rows,
                     size_t n, void *table);

#endif
