/* SPDX-License-Identifier: MIT */
#include "auth/keys.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "auth/gss.h"
#include "base/alloc.h"

/* Each load makes a new memory keytab: credentials made from the old one live
 * on until they are replaced. */
static char name[64];
static krb5_keytab held;
static unsigned generation;

static krb5_error_code
open_source(krb5_context ctx, const char *path, krb5_keytab *out)
{
    return path != NULL ? krb5_kt_resolve(ctx, path, out)
                        : krb5_kt_default(ctx, out);
}

static krb5_error_code
copy_entries(krb5_context ctx, krb5_keytab from, krb5_keytab to, size_t *count)
{
    krb5_kt_cursor cursor;
    krb5_keytab_entry e;
    krb5_error_code code = krb5_kt_start_seq_get(ctx, from, &cursor);

    if (code != 0)
        return code;
    while (code == 0 && krb5_kt_next_entry(ctx, from, &e, &cursor) == 0) {
        code = krb5_kt_add_entry(ctx, to, &e);
        krb5_free_keytab_entry_contents(ctx, &e);
        *count += code == 0;
    }
    krb5_kt_end_seq_get(ctx, from, &cursor);
    return code != 0 || *count > 0 ? code : KRB5_KT_NOTFOUND;
}

bool
hop_keys_load(const char *path, struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    KRB_AUTO_KEYTAB krb5_keytab from = NULL, to = NULL;
    char fresh[sizeof(name)], words[256];
    krb5_error_code code;
    size_t count = 0;

    if (ctx == NULL)
        return false;
    snprintf(fresh, sizeof(fresh), "MEMORY:hop-keys-%u", generation + 1);
    code = open_source(ctx, path, &from);
    if (code == 0)
        code = krb5_kt_resolve(ctx, fresh, &to);
    if (code == 0)
        code = copy_entries(ctx, from, to, &count);
    if (code != 0) {
        krb_message(ctx, code, words, sizeof(words));
        return hop_error_set(
            err, HOP_ERROR_KRB5, code,
            "keytab %s cannot be used: %s; Kerberos logons are refused until "
            "it holds keys of host/ and HTTP/ for this host",
            path != NULL ? path : "of the system", words);
    }
    generation++;
    memcpy(name, fresh, sizeof(name));
    krb_cleanup_keytab(&held);
    held = hop_steal(&to);
    return true;
}

enum { KEYTAB_MAX = 1 << 20 };

static bool
copy_file(int from, int to)
{
    char block[4096];
    size_t total = 0;
    ssize_t n;

    lseek(from, 0, SEEK_SET);
    while ((n = read(from, block, sizeof(block))) > 0) {
        total += (size_t)n;
        if (total > KEYTAB_MAX || write(to, block, (size_t)n) != n)
            break;
    }
    explicit_bzero(block, sizeof(block));
    return n == 0;
}

bool
hop_keys_load_fd(int fd, struct hop_error *err)
{
    HOP_AUTO_FD int copy = memfd_create("hop-keys", MFD_CLOEXEC);
    char path[64];

    if (copy < 0 || !copy_file(fd, copy))
        return hop_error_errno(err, errno, "read the keytab");
    snprintf(path, sizeof(path), "FILE:/proc/self/fd/%d", copy);
    return hop_keys_load(path, err);
}

const char *
hop_keys_name(void)
{
    return name[0] != '\0' ? name : NULL;
}

/* AD's machine account, one component that ends in "$", is a client for sure;
 * where there is none (MIT), host/ is. */
static int
rank(krb5_const_principal p)
{
    const krb5_data *d = &p->data[0];

    if (p->length == 1 && d->length > 1 && d->data[d->length - 1] == '$')
        return 3;
    if (p->length == 2 && d->length == 4 && memcmp(d->data, "host", 4) == 0)
        return 2;
    return 1;
}

static bool
take_name(krb5_context ctx, krb5_const_principal p, char **out)
{
    KRB_AUTO_NAME char *text = NULL;

    if (krb5_unparse_name(ctx, p, &text) != 0)
        return false;
    free(*out);
    *out = hop_xstrdup(text);
    return true;
}

char *
hop_keys_account(void)
{
    krb5_context ctx = krb_context(NULL);
    krb5_kt_cursor cursor;
    krb5_keytab_entry e;
    char *out = NULL;
    int best = 0;

    if (held == NULL || krb5_kt_start_seq_get(ctx, held, &cursor) != 0)
        return NULL;
    while (krb5_kt_next_entry(ctx, held, &e, &cursor) == 0) {
        if (rank(e.principal) > best && take_name(ctx, e.principal, &out))
            best = rank(e.principal);
        krb5_free_keytab_entry_contents(ctx, &e);
    }
    krb5_kt_end_seq_get(ctx, held, &cursor);
    return out;
}
