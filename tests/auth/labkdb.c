/* A database module for the tests' KDC: MIT's db2 with a policy of delegation
 * read from a text file ($LAB_KDB_POLICY) at every request:
 *
 *     kcd SERVICE TARGET     SERVICE may act for users at TARGET
 *     rbcd TARGET SERVICE    TARGET lets SERVICE act for users
 *     status CLIENT LOCKED   CLIENT is locked, which is told as an NTSTATUS
 *     clock SECONDS by       the KDC's clock is wrong by so much
 *
 * db2 alone refuses all constrained delegation.  The clock is the KDC's own
 * where this file is preloaded as well.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dlfcn.h>
#include <glob.h>
#include <kdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

__attribute__((visibility("default"))) kdb_vftabl kdb_function_table;

static bool
file_has(const char *kind, const char *one, const char *two)
{
    const char *path = getenv("LAB_KDB_POLICY");
    FILE *f = path != NULL ? fopen(path, "r") : NULL;
    char line[600], want[600];
    bool found = false;

    snprintf(want, sizeof(want), "%s %s %s\n", kind, one, two);
    while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL)
        found = strcmp(line, want) == 0;
    if (f != NULL)
        fclose(f);
    return found;
}

/* ---- the clock */

static long
clock_is_wrong_by(void)
{
    static const char *const tries[] = {"600", "-600"};

    for (size_t k = 0; k < 2; k++)
        if (file_has("clock", tries[k], "by"))
            return strtol(tries[k], NULL, 10);
    return 0;
}

__attribute__((visibility("default"))) int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
    tv->tv_sec = now.tv_sec + clock_is_wrong_by();
    tv->tv_usec = now.tv_nsec / 1000;
    return 0;
}

__attribute__((visibility("default"))) time_t
time(time_t *out)
{
    struct timeval tv;

    gettimeofday(&tv, NULL);
    if (out != NULL)
        *out = tv.tv_sec;
    return tv.tv_sec;
}

/* ---- who may delegate */

static bool
allows(krb5_context ctx, const char *kind, krb5_const_principal one,
       krb5_const_principal two)
{
    char *a = NULL, *b = NULL;
    bool ok = krb5_unparse_name(ctx, one, &a) == 0 &&
              krb5_unparse_name(ctx, two, &b) == 0 && file_has(kind, a, b);

    krb5_free_unparsed_name(ctx, a);
    krb5_free_unparsed_name(ctx, b);
    return ok;
}

static krb5_error_code
check_kcd(krb5_context ctx, krb5_const_principal client,
          const krb5_db_entry *server, krb5_const_principal target)
{
    /* Without a target the question is whether there is any list at all. */
    return target == NULL || allows(ctx, "kcd", server->princ, target)
               ? 0
               : KRB5KDC_ERR_BADOPTION;
}

static bool
is_sensitive(krb5_context ctx, krb5_const_principal client)
{
    krb5_db_entry *e = NULL;
    bool out;

    if (client == NULL || krb5_db_get_principal(ctx, client, 0, &e) != 0)
        return false;
    out = (e->attributes & KRB5_KDB_DISALLOW_FORWARDABLE) != 0;
    krb5_db_free_principal(ctx, e);
    return out;
}

static krb5_error_code
check_rbcd(krb5_context ctx, krb5_const_principal client,
           krb5_const_principal service, krb5_pac pac,
           const krb5_db_entry *target)
{
    return !is_sensitive(ctx, client) &&
                   allows(ctx, "rbcd", target->princ, service)
               ? 0
               : KRB5KDC_ERR_BADOPTION;
}

/* KERB-EXT-ERROR, MS-KILE 2.2.1: STATUS_ACCOUNT_LOCKED_OUT, 0, 1. */
static krb5_pa_data **
make_status(void)
{
    static const krb5_octet locked[] = {0x34, 2, 0, 0xc0, 0, 0,
                                        0,    0, 1, 0,    0, 0};
    krb5_pa_data **list = calloc(2, sizeof(*list));

    list[0] = calloc(1, sizeof(**list));
    list[0]->pa_type = 3;
    list[0]->length = sizeof(locked);
    list[0]->contents = malloc(sizeof(locked));
    memcpy(list[0]->contents, locked, sizeof(locked));
    return list;
}

static krb5_error_code (*db2_check_policy_as)(krb5_context, krb5_kdc_req *,
                                              krb5_db_entry *, krb5_db_entry *,
                                              krb5_timestamp, const char **,
                                              krb5_pa_data ***);

static krb5_error_code
check_as(krb5_context ctx, krb5_kdc_req *request, krb5_db_entry *client,
         krb5_db_entry *server, krb5_timestamp now, const char **status,
         krb5_pa_data ***e_data)
{
    char *name = NULL;
    bool locked = krb5_unparse_name(ctx, client->princ, &name) == 0 &&
                  file_has("status", name, "LOCKED");

    krb5_free_unparsed_name(ctx, name);
    if (!locked)
        return db2_check_policy_as == NULL
                   ? 0
                   : db2_check_policy_as(ctx, request, client, server, now,
                                         status, e_data);
    *status = "LOCKED";
    *e_data = make_status();
    return KRB5KDC_ERR_CLIENT_REVOKED;
}

static void __attribute__((constructor)) copy_db2(void)
{
    glob_t g = {0};
    void *h = NULL;
    kdb_vftabl *t = NULL;

    if (glob("/usr/lib/*/krb5/plugins/kdb/db2.so", 0, NULL, &g) == 0)
        h = dlopen(g.gl_pathv[0], RTLD_NOW | RTLD_LOCAL);
    globfree(&g);
    if (h != NULL)
        t = dlsym(h, "kdb_function_table");
    if (t == NULL) {
        fprintf(stderr, "labkdb: %s\n", dlerror());
        return;
    }
    kdb_function_table = *t;
    db2_check_policy_as = t->check_policy_as;
    kdb_function_table.check_policy_as = check_as;
    kdb_function_table.check_allowed_to_delegate = check_kcd;
    kdb_function_table.allowed_to_delegate_from = check_rbcd;
}
