/* The way from tls.h to OpenSSL: a table that is linked in or loaded.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/tls.h"

#define MODULE "hop-tls.so"
#define SYMBOL "hop_tls_openssl"

static const struct hop_tls_ops *ops;

void
hop_tls_use(const struct hop_tls_ops *use)
{
    ops = use;
}

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
    Dl_info info;

    if (dladdr(&ops, &info) == 0 || info.dli_fname == NULL ||
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

static void *
open_beside(const char *folder)
{
    /* Build tree; library in lib/, module in lib/hop/; program in bin/. */
    static const char *const places[] = {"", "/hop", "/../lib/hop"};
    void *module = NULL;

    for (size_t i = 0; !module && i < HOP_ARRAY_SIZE(places); i++) {
        char path[4096];
        (void)!snprintf(path, sizeof(path), "%s%s/" MODULE, folder, places[i]);
        module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    }
    return module;
}

static void *
open_module(void)
{
    char folder[2048];
    void *module = NULL;

    if (find_own_folder(folder, sizeof(folder)))
        module = open_beside(folder);
    if (module == NULL && find_program_folder(folder, sizeof(folder)))
        module = open_beside(folder);
    return module ? module : dlopen(HOP_MODULE_DIR "/" MODULE, RTLD_NOW);
}

bool
hop_tls_load(struct hop_error *err)
{
    void *module;

    if (ops)
        return true;
    module = open_module();
    if (module)
        ops = dlsym(module, SYMBOL);
    if (ops == NULL) {
        const char *why = dlerror();
        return hop_error_set(err, HOP_ERROR_TLS, 0,
                             "the module " MODULE
                             " for TLS cannot be loaded: %s; is the "
                             "installation complete?",
                             why ? why : "not found");
    }
    return true;
}

struct hop_tls_context *
hop_tls_context_new(const struct hop_tls_config *config, struct hop_error *err)
{
    return hop_tls_load(err) ? ops->context_new(config, err) : NULL;
}

/* What exists was made by the table, so from here on there is one. */

void
hop_tls_context_free(struct hop_tls_context *context)
{
    if (context)
        ops->context_free(context);
}

struct hop_tls *
hop_tls_open(struct hop_tls_context *context, int fd, const char *host,
             struct hop_error *err)
{
    return ops->open(context, fd, host, err);
}

void
hop_tls_close(struct hop_tls *tls)
{
    if (tls)
        ops->close(tls);
}

enum hop_tls_result
hop_tls_handshake(struct hop_tls *tls, struct hop_error *err)
{
    return ops->handshake(tls, err);
}

enum hop_tls_result
hop_tls_read(struct hop_tls *tls, void *p, size_t n, size_t *got,
             struct hop_error *err)
{
    return ops->read(tls, p, n, got, err);
}

enum hop_tls_result
hop_tls_write(struct hop_tls *tls, const void *p, size_t n, size_t *put,
              struct hop_error *err)
{
    return ops->write(tls, p, n, put, err);
}

void
hop_tls_shutdown(struct hop_tls *tls)
{
    ops->shutdown(tls);
}

const struct hop_tls_info *
hop_tls_get_info(struct hop_tls *tls)
{
    return ops->info(tls);
}
