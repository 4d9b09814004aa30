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

/* The first certificate in PEM text. */
static bool
read_first(const char *pem, size_t n, struct hop_buf *der)
{
    const char *begin = memmem(pem, n, BEGIN, strlen(BEGIN));
    const char *from = begin != NULL ? begin + strlen(BEGIN) : NULL;
    const char *end =
        from != NULL ? memmem(from, n - (size_t)(from - pem), END, strlen(END))
                     : NULL;

    return end != NULL && hop_base64_decode(der, from, (size_t)(end - from));
}

bool
hop_thumbprint_fits(const char *wanted, const char *pem, size_t n)
{
    HOP_AUTO_BUF struct hop_buf der = HOP_BUF_INIT;
    struct library lib;

    if (!read_first(pem, n, &der) || !load_library(&lib))
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

static void
read_file(const char *path, struct hop_buf *text)
{
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    do {
        char *room = hop_buf_reserve(text, 16384);

        n = fd >= 0 && room != NULL ? read(fd, room, 16384) : 0;
        if (n > 0)
            hop_buf_commit(text, (size_t)n);
    } while (n > 0);
}

static bool
file_fits(const char *path, const char *wanted)
{
    HOP_AUTO_BUF struct hop_buf text = {.max = FILE_MAX, .secret = true};

    read_file(path, &text);
    return hop_thumbprint_fits(wanted, hop_buf_str(&text), text.len);
}

void
hop_thumbprint_follow(struct hop_config *c, const char *name, const char *path)
{
    HOP_AUTO_BUF struct hop_buf text = {.max = FILE_MAX, .secret = true};
    HOP_AUTO_BUF struct hop_buf der = HOP_BUF_INIT, print = HOP_BUF_INIT;
    HOP_AUTO_FREE char *setting =
        hop_xasprintf("Listener/%s/CertificateThumbprint", name);
    const char *now =
        hop_config_entry(c, "Listener", name, "CertificateThumbprint");
    unsigned char hash[EVP_MAX_MD_SIZE];
    struct hop_error why;
    struct library lib;
    unsigned size = 0;

    if (now == NULL &&
        hop_config_entry(c, "Listener", name, "CertificateFile") == NULL)
        return;
    read_file(path, &text);
    if (!read_first(hop_buf_str(&text), text.len, &der) ||
        (now != NULL &&
         hop_thumbprint_fits(now, hop_buf_str(&text), text.len)) ||
        !load_library(&lib) ||
        lib.digest(der.data, der.len, hash, &size, lib.kinds[0](), NULL) != 1)
        return;
    for (unsigned i = 0; i < size; i++)
        hop_buf_addf(&print, "%02X", hash[i]);
    /* What a policy fixes is shown as the policy has it. */
    (void)!hop_config_set(c, setting, hop_buf_str(&print), false, &why);
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
