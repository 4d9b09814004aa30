/* OpenSSL is loaded when a thumbprint is asked for: the server's monitor and
 * the keepers forked from it do without it otherwise.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/thumbprint.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/text.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

enum { FILE_MAX = 1 << 20 };

struct library {
    __typeof__(EVP_Digest) *digest;
    __typeof__(EVP_sha1) *kinds[2];
};

static bool
load_library(struct library *out)
{
    void *h = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);

    if (h == NULL)
        return false;
    *(void **)&out->digest = dlsym(h, "EVP_Digest");
    *(void **)&out->kinds[0] = dlsym(h, "EVP_sha1");
    *(void **)&out->kinds[1] = dlsym(h, "EVP_sha256");
    return out->digest != NULL && out->kinds[0] != NULL &&
           out->kinds[1] != NULL;
}

/* Held against text that may have other characters between its digits. */
static bool
same_digits(const char *wanted, const unsigned char *hash, unsigned n)
{
    unsigned at = 0;

    for (; *wanted != '\0'; wanted++) {
        int digit = hop_ascii_hex(*wanted);

        if (*wanted == ':' || *wanted == ' ')
            continue;
        if (digit < 0 || at == n * 2 ||
            digit != (at % 2 ? hash[at / 2] & 15 : hash[at / 2] >> 4))
            return false;
        at++;
    }
    return at == n * 2;
}

bool
hop_thumbprint_fits(const char *wanted, const char *pem, size_t n)
{
    HOP_AUTO_BUF struct hop_buf der = HOP_BUF_INIT;
    const char *begin = memmem(pem, n, BEGIN, strlen(BEGIN));
    const char *from = begin != NULL ? begin + strlen(BEGIN) : NULL;
    const char *end =
        from != NULL ? memmem(from, n - (size_t)(from - pem), END, strlen(END))
                     : NULL;
    struct library lib;

    if (end == NULL || !load_library(&lib) ||
        !hop_base64_decode(&der, from, (size_t)(end - from)))
        return false;
    for (size_t k = 0; k < HOP_ARRAY_SIZE(lib.kinds); k++) {
        unsigned char hash[EVP_MAX_MD_SIZE];
        unsigned size = 0;

        if (lib.digest(der.data, der.len, hash, &size, lib.kinds[k](), NULL) ==
                1 &&
            same_digits(wanted, hash, size))
            return true;
    }
    return false;
}

static bool
file_fits(const char *path, const char *wanted)
{
    HOP_AUTO_BUF struct hop_buf text = {.max = FILE_MAX, .secret = true};
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    do {
        char *room = hop_buf_reserve(&text, 16384);

        n = fd >= 0 && room != NULL ? read(fd, room, 16384) : 0;
        if (n > 0)
            hop_buf_commit(&text, (size_t)n);
    } while (n > 0);
    return hop_thumbprint_fits(wanted, hop_buf_str(&text), text.len);
}

/* What a file of certificates is called. */
static size_t
stem_length(const char *name)
{
    size_t n = strlen(name);

    return n > 4 && (strcmp(name + n - 4, ".pem") == 0 ||
                     strcmp(name + n - 4, ".crt") == 0)
               ? n - 4
               : 0;
}

static bool
find_in(const char *dir, const char *wanted, char **cert, char **key)
{
    DIR *d = opendir(dir);
    bool found = false;

    for (struct dirent *e; d != NULL && !found && (e = readdir(d)) != NULL;) {
        HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", dir, e->d_name);

        if (stem_length(e->d_name) == 0 || !file_fits(path, wanted))
            continue;
        found = true;
        *key = hop_xasprintf("%.*s.key", (int)stem_length(path), path);
        if (access(*key, F_OK) < 0) {
            free(*key);
            *key = hop_xstrdup(path);
        }
        *cert = hop_steal(&path);
    }
    if (d != NULL)
        closedir(d);
    return found;
}

bool
hop_thumbprint_find(const char *dirs, const char *wanted, char **cert,
                    char **key, struct hop_error *err)
{
    for (const char *p = dirs; *p != '\0';) {
        size_t n = strcspn(p, ":");
        HOP_AUTO_FREE char *dir = hop_xstrndup(p, n);

        if (find_in(dir, wanted, cert, key))
            return true;
        p += n + (p[n] == ':');
    }
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "no certificate in %s (*.pem, *.crt) has the "
                         "thumbprint %.100s; put it there with its key beside "
                         "it, or name its file as CertificateFile",
                         dirs, wanted);
}
