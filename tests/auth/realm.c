/* SPDX-License-Identifier: MIT */
#include "auth/realm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char krb5_conf[] = "[libdefaults]\n"
                                "\tdefault_realm = TEST\n"
                                "\tdns_lookup_kdc = false\n"
                                "\tdns_lookup_realm = false\n"
                                "\tdns_canonicalize_hostname = false\n"
                                "\trdns = false\n"
                                "\tqualify_shortname = \"\"\n"
                                "\tpermitted_enctypes = %s\n"
                                "\tallow_weak_crypto = true\n"
                                "\tallow_rc4 = true\n"
                                "[realms]\n"
                                "\tTEST = {\n"
                                "\t\tkdc = 127.0.0.1:%d\n"
                                "\t\tauth_to_local_names = {\n"
                                "\t\t\talice = %s\n"
                                "\t\t}\n"
                                "\t\tauth_to_local = DEFAULT\n"
                                "\t}\n"
                                "[domain_realm]\n"
                                "\t.test = TEST\n"
                                "\ttest = TEST\n"
                                "\t.other = OTHER\n"
                                "\tother = OTHER\n";

static const char kdc_conf[] = "[kdcdefaults]\n"
                               "\tkdc_listen = 127.0.0.1:%d\n"
                               "\tkdc_tcp_listen = 127.0.0.1:%d\n"
                               "[logging]\n"
                               "\tkdc = FILE:%s/kdc.log\n"
                               "[realms]\n"
                               "\tTEST = {\n"
                               "\t\tdatabase_module = db\n"
                               "\t\tkey_stash_file = %s/stash\n"
                               "\t\tacl_file = %s/acl\n"
                               "\t\tmax_life = 10h\n"
                               "\t\tmax_renewable_life = 7d\n"
                               "\t\tmaster_key_type = aes128-cts\n"
                               "\t\tsupported_enctypes = %s:normal\n"
                               "\t}\n"
                               "[dbmodules]\n"
                               "%s"
                               "\tdb = {\n"
                               "\t\tdb_library = %s\n"
                               "\t\tdatabase_name = %s/principal\n"
                               "\t}\n";

static const char admin_commands[] =
    "addprinc -pw " REALM_PASSWORD " alice\n"
    "addprinc -pw " REALM_PASSWORD " bob\n"
    "addprinc -pw " REALM_PASSWORD " carol\n"
    "modprinc -allow_forwardable carol\n"
    "addprinc -pw " REALM_PASSWORD " -pwexpire 2020-01-01 erin\n"
    "addprinc -pw " REALM_PASSWORD " -allow_tix frank\n"
    "addprinc -e %s:normal -randkey host/b.test\n"
    "addprinc -e %s:normal -randkey HTTP/b.test\n"
    "addprinc -e %s:normal -randkey host/c.test\n"
    "addprinc -e %s:normal -randkey HTTP/web.test\n"
    "modprinc +ok_to_auth_as_delegate host/b.test\n"
    "ktadd -norandkey -k %s/b.keytab host/b.test HTTP/b.test\n"
    "ktadd -norandkey -k %s/c.keytab host/c.test\n"
    "ktadd -norandkey -k %s/web.keytab HTTP/web.test\n";

const char *
realm_path(const struct realm *r, const char *name)
{
    static char ring[8][256];
    static unsigned at;
    char *out = ring[at++ % 8];

    snprintf(out, sizeof(ring[0]), "%s/%s", r->dir, name);
    return out;
}

const char *
realm_user(void)
{
    const struct passwd *pw = getpwuid(geteuid());

    return pw != NULL ? pw->pw_name : "root";
}

static bool
write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    if (f == NULL)
        return false;
    fputs(text, f);
    return fclose(f) == 0;
}

void
realm_policy(const struct realm *r, const char *lines)
{
    write_text(realm_path(r, "policy"), lines);
}

static int
free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool ok = bind(fd, (struct sockaddr *)&a, n) == 0 &&
              getsockname(fd, (struct sockaddr *)&a, &n) == 0;

    close(fd);
    return ok ? ntohs(a.sin_port) : 0;
}

static void
become(const struct realm *r, const char *input, const char *const argv[])
{
    int in = open("/dev/null", O_RDONLY);
    int log = open(realm_path(r, "log"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    int pair[2];

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (input != NULL && pipe(pair) == 0) {
        if (write(pair[1], input, strlen(input)) < 0)
            _exit(126);
        close(pair[1]);
        in = pair[0];
    }
    dup2(in, 0);
    dup2(log, 1);
    dup2(log, 2);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

static pid_t
spawn(const struct realm *r, const char *input, const char *const argv[])
{
    pid_t pid = fork();

    if (pid == 0)
        become(r, input, argv);
    return pid;
}

bool
realm_run(const struct realm *r, const char *input, const char *const argv[])
{
    pid_t pid = spawn(r, input, argv);
    int status;

    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

bool
realm_kinit(const struct realm *r, const char *user, const char *options)
{
    const char *argv[] = {"kinit", options, user, NULL};

    return realm_run(r, REALM_PASSWORD "\n", argv);
}

static bool
write_config(struct realm *r, const char *e)
{
    char text[4096];
    const char *lab = getenv("HOP_TEST_KDB");
    char modules[512] = "";

    if (lab != NULL) {
        char *slash;

        snprintf(modules, sizeof(modules), "\tdb_module_dir = %s\n", lab);
        slash = strrchr(modules, '/');
        memcpy(slash, "\n", 2);
    }
    snprintf(text, sizeof(text), krb5_conf, e, r->port, realm_user());
    if (!write_text(realm_path(r, "krb5.conf"), text))
        return false;
    snprintf(text, sizeof(text), kdc_conf, r->port, r->port, r->dir, r->dir,
             r->dir, e, modules, lab != NULL ? "labkdb" : "db2", r->dir);
    realm_policy(r, "");
    setenv("LAB_KDB_POLICY", realm_path(r, "policy"), 1);
    return write_text(realm_path(r, "kdc.conf"), text);
}

static bool
answers(const struct realm *r)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)r->port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timespec ms = {0, 5000000};

    for (int k = 0; k < 600; k++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        bool ok = connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

        close(fd);
        if (ok)
            return true;
        nanosleep(&ms, NULL);
    }
    return false;
}

static bool
fill(struct realm *r, const char *e)
{
    static const char *const create[] = {"kdb5_util", "create", "-s",
                                         "-P",        "master", NULL};
    static const char *const admin[] = {"kadmin.local", NULL};
    char text[4096];

    snprintf(text, sizeof(text), admin_commands, e, e, e, e, r->dir, r->dir,
             r->dir);
    return realm_run(r, NULL, create) && realm_run(r, text, admin);
}

/* With a clock that the policy sets, where labkdb is there. */
static pid_t
spawn_kdc(const struct realm *r)
{
    const char *lab = getenv("HOP_TEST_KDB");
    char preload[600];
    const char *const argv[] = {"env", preload, "krb5kdc", "-n", NULL};

    snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", lab ? lab : "");
    return spawn(r, NULL, argv);
}

bool
realm_start(struct realm *r, const char *enctypes)
{
    char cc[128], path[512];

    memset(r, 0, sizeof(*r));
    snprintf(path, sizeof(path), "%s:/usr/sbin", getenv("PATH"));
    setenv("PATH", path, 1);
    if (access("/usr/sbin/krb5kdc", X_OK) != 0 ||
        access("/usr/sbin/kadmin.local", X_OK) != 0) {
        printf("1..0 # SKIP package krb5-kdc is not installed\n");
        exit(0);
    }
    strcpy(r->dir, "/tmp/hop-realm-XXXXXX");
    if (mkdtemp(r->dir) == NULL || (r->port = free_port()) == 0)
        return false;
    snprintf(cc, sizeof(cc), "FILE:%s/cc", r->dir);
    setenv("KRB5_CONFIG", realm_path(r, "krb5.conf"), 1);
    setenv("KRB5_KDC_PROFILE", realm_path(r, "kdc.conf"), 1);
    setenv("KRB5CCNAME", cc, 1);
    snprintf(cc, sizeof(cc), "file2:%s/rcache", r->dir);
    setenv("KRB5RCACHENAME", cc, 1);
    unsetenv("KRB5_KTNAME");
    if (!write_config(r, enctypes) || !fill(r, enctypes))
        return false;
    r->kdc = spawn_kdc(r);
    return r->kdc > 0 && answers(r);
}

/* ---- the second realm */

static const char other_krb5_conf[] = "[realms]\n"
                                      "\tOTHER = {\n"
                                      "\t\tkdc = 127.0.0.1:%d\n"
                                      "\t}\n"
                                      "[capaths]\n"
                                      "\tTEST = {\n\t\tOTHER = .\n\t}\n"
                                      "\tOTHER = {\n\t\tTEST = .\n\t}\n";

/* Both directions, with one password: the same keys in both databases. */
static const char trust_commands[] =
    "addprinc -e %s:normal -pw between krbtgt/OTHER@TEST\n"
    "addprinc -e %s:normal -pw between krbtgt/TEST@OTHER\n";
static const char other_commands[] =
    "addprinc -pw " REALM_PASSWORD " zoe@OTHER\n"
    "addprinc -e %s:normal -randkey host/d.other@OTHER\n";

static bool
write_other(struct realm *r, const char *e, int port)
{
    char text[4096], *test;
    FILE *f = fopen(realm_path(r, "kdc.conf"), "r");
    size_t n = f != NULL ? fread(text, 1, sizeof(text) - 1, f) : 0;
    FILE *out = fopen(realm_path(r, "other.conf"), "w");

    if (f == NULL || out == NULL)
        return false;
    fclose(f);
    text[n] = '\0';
    /* kdc.conf of the first with another realm, port and files */
    for (const char *line = strtok_r(text, "\n", &test); line != NULL;
         line = strtok_r(NULL, "\n", &test)) {
        if (strstr(line, "_listen = ") != NULL)
            fprintf(out, "%.*s= 127.0.0.1:%d\n", (int)strcspn(line, "="), line,
                    port);
        else if (strcmp(line, "\tTEST = {") == 0)
            fprintf(out, "\tOTHER = {\n");
        else if (strstr(line, "database_name") != NULL ||
                 strstr(line, "key_stash_file") != NULL ||
                 strstr(line, "FILE:") != NULL)
            fprintf(out, "%s.other\n", line);
        else
            fprintf(out, "%s\n", line);
    }
    fclose(out);
    f = fopen(realm_path(r, "krb5.conf"), "a");
    if (f == NULL)
        return false;
    fprintf(f, other_krb5_conf, port);
    return fclose(f) == 0;
}

static bool
fill_other(struct realm *r, const char *e)
{
    static const char *const create[] = {"kdb5_util", "-r", "OTHER",  "create",
                                         "-s",        "-P", "master", NULL};
    static const char *const admin[] = {"kadmin.local", "-r", "OTHER", NULL};
    char text[1024];
    int n = snprintf(text, sizeof(text), trust_commands, e, e);

    snprintf(text + n, sizeof(text) - (size_t)n, other_commands, e);
    return realm_run(r, NULL, create) && realm_run(r, text, admin);
}

bool
realm_trust(struct realm *r, const char *enctypes)
{
    static const char *const kdc[] = {"krb5kdc", "-n", "-r", "OTHER", NULL};
    static const char *const admin[] = {"kadmin.local", NULL};
    struct realm other = *r;
    char text[512];
    bool ok;

    other.port = free_port();
    snprintf(text, sizeof(text), trust_commands, enctypes, enctypes);
    if (!realm_run(r, text, admin) || !write_other(r, enctypes, other.port))
        return false;
    setenv("KRB5_KDC_PROFILE", realm_path(r, "other.conf"), 1);
    ok = fill_other(r, enctypes);
    if (ok)
        r->other = spawn(r, NULL, kdc);
    setenv("KRB5_KDC_PROFILE", realm_path(r, "kdc.conf"), 1);
    return ok && r->other > 0 && answers(&other);
}

void
realm_stop(struct realm *r)
{
    const char *const rm[] = {"rm", "-rf", r->dir, NULL};

    const pid_t kdcs[] = {r->kdc, r->other};

    for (int k = 0; k < 2; k++) {
        if (kdcs[k] <= 0)
            continue;
        kill(kdcs[k], SIGKILL);
        waitpid(kdcs[k], NULL, 0);
    }
    if (r->dir[0] != '\0' && getenv("HOP_TEST_KEEP") == NULL)
        realm_run(r, NULL, rm);
}
