/* SPDX-License-Identifier: MIT */
#include "base/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

static bool
cut_folder(char *path)
{
    char *slash = strrchr(path, '/');

    if (path[0] != '/' || slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

/* The folder of the library that this code is in; of a program only the name it
 * was called by is known, which may be without a folder. */
static bool
find_own_folder(char *out, size_t size)
{
    static const char here;
    Dl_info info;

    if (dladdr(&here, &info) == 0 || info.dli_fname == NULL ||
        strlen(info.dli_fname) >= size)
        return false;
    memcpy(out, info.dli_fname, strlen(info.dli_fname) + 1);
    return cut_folder(out);
}

static bool
find_program_folder(char *out, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", out, size - 1);

    if (n <= 0)
        return false;
    out[n] = '\0';
    return cut_folder(out);
}

/* Ours are linked to be bound at once; what they need of the system is bound as
 * it is used, for most of it never is. */
static void *
open_beside(const char *folder, const char *name)
{
    /* Build tree; library in lib/, module in lib/hop/; program in bin/. */
    static const char *const places[] = {"", "/hop", "/../lib/hop"};
    void *module = NULL;

    for (size_t i = 0; !module && i < HOP_ARRAY_SIZE(places); i++) {
        char path[4096];

        (void)!snprintf(path, sizeof(path), "%s%s/%s", folder, places[i], name);
        module = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    }
    return module;
}

void *
hop_module_symbol(const char *library, const char *name)
{
    static const char *last; /* many are asked for in a row */
    static void *module;
    void *symbol;

    if (library != last)
        module = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
    last = library;
    symbol = module ? dlsym(module, name) : NULL;
    if (symbol)
        return symbol;
    (void)!fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name,
                   module ? name : library, dlerror());
    _exit(127);
}

static void *
open_module(const char *name)
{
    char folder[2048];
    void *module = NULL;

    if (find_own_folder(folder, sizeof(folder)))
        module = open_beside(folder, name);
    if (module == NULL && find_program_folder(folder, sizeof(folder)))
        module = open_beside(folder, name);
    if (module == NULL) {
        (void)!snprintf(folder, sizeof(folder), "%s/%s", HOP_MODULE_DIR, name);
        module = dlopen(folder, RTLD_LAZY | RTLD_LOCAL);
    }
    return module;
}

const void *
hop_module_find(const char *module, const char *symbol)
{
    void *handle = open_module(module);

    return handle ? dlsym(handle, symbol) : NULL;
}

const void *
hop_module_load(const char *module, const char *symbol, const char *purpose,
                enum hop_error_domain domain, struct hop_error *err)
{
    const void *table = hop_module_find(module, symbol);

    if (table == NULL) {
        const char *why = dlerror();
        hop_error_set(err, domain, 0,
                      "the module %s for %s cannot be loaded: %s; is the "
                      "installation complete?",
                      module, purpose, why ? why : "not found");
    }
    return table;
}

void
hop_module_fill(const char *library, const struct hop_module_row *rows,
                size_t n, void *table)
{
    for (size_t i = 0; i < n; i++)
        *(void **)((char *)table + rows[i].at) =
            hop_module_symbol(library, rows[i].name);
}
