/* SPDX-License-Identifier: MIT */
#include "live/live.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "test.h"

static bool with_tls;

void
live_use_tls(void)
{
    with_tls = true;
}

/* ------------------------------------------------------------ the server */

static int
free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = bind(fd, (struct sockaddr *)&a, n) == 0 &&
              getsockname(fd, (struct sockaddr *)&a, &n) == 0;

    close(fd);
    return ok ? ntohs(a.sin_port) : 0;
}

int
live_dial(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                            .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static void
pause_ms(int ms)
{
    poll(NULL, 0, ms);
}

static bool
write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return ok;
}

/* ASan's shadow alone is larger than any limit of a session. */
#ifdef __SANITIZE_ADDRESS__
#define MEMORY "Shell/MaxMemoryPerShellMB = 0\n"
#else
#define MEMORY ""
#endif

static bool
write_settings(struct live *l, const char *settings)
{
    HOP_AUTO_BUF struct hop_buf conf = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf users = HOP_BUF_INIT;

    hop_buf_addf(&conf,
                 "Listener/http/Address = 127.0.0.1\n"
                 "Listener/http/Transport = http\n"
                 "Listener/http/Port = %d\n"
                 "Linux/Keytab = %s\n"
                 "Linux/NtlmUserFile = %s\n" MEMORY "%s",
                 l->port, realm_path(&l->realm, "b.keytab"),
                 realm_path(&l->realm, "ntlm"), settings);
    if (l->tls_port)
        hop_buf_addf(&conf,
                     "Listener/https/Address = 127.0.0.1\n"
                     "Listener/https/Transport = https\n"
                     "Listener/https/Port = %d\n"
                     "Listener/https/CertificateFile = %s\n",
                     l->tls_port, realm_path(&l->realm, "server.pem"));
    hop_buf_addf(&users, "TESTDOM:%s:" REALM_PASSWORD "\n", realm_user());
    mkdir(realm_path(&l->realm, "etc"), 0700);
    return write_file(realm_path(&l->realm, "etc/wsman.conf"),
                      hop_buf_str(&conf)) &&
           write_file(realm_path(&l->realm, "ntlm"), hop_buf_str(&users));
}

/* Under valgrind where the environment says so; it then writes a report per
 * process, empty when there is nothing to say.  What the processes hold when
 * they exit is no report: test_crowd.c watches that they do not grow. */
static void
exec_hopd(const struct live *l, const char *program)
{
    HOP_AUTO_FREE char *reports =
        hop_xasprintf("--log-file=%s", realm_path(&l->realm, "valgrind.%p"));
    const char *const argv[] = {
        "valgrind",
        "-q",
        "--trace-children=yes",
        "--vgdb=no",
        "--leak-check=no",
        reports,
        program,
        "--user",
        "--config-dir",
        realm_path(&l->realm, "etc"),
        "--run-dir",
        realm_path(&l->realm, "run"),
        "--log",
        realm_path(&l->realm, "hopd"),
        NULL,
    };
    size_t first = getenv("HOP_TEST_VALGRIND") ? 0 : 6;

    execvp(argv[first], (char *const *)(uintptr_t)(argv + first));
}

static void
become_hopd(const struct live *l, const char *program)
{
    int null = open("/dev/null", O_RDWR);
    int log = open(realm_path(&l->realm, "stderr"),
                   O_WRONLY | O_CREAT | O_APPEND, 0600);

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(null, 0);
    dup2(log, 1);
    dup2(log, 2);
    exec_hopd(l, program);
    _exit(127);
}

static void
tell_file(const char *path)
{
    FILE *f = fopen(path, "r");
    char line[1024];

    while (f && fgets(line, sizeof(line), f))
        printf("# %s", line);
    if (f)
        fclose(f);
}

/* The first file wins. */
static bool
put_krb5_in_front(struct live *l, const char *libdefaults)
{
    HOP_AUTO_FREE char *text = hop_xasprintf("[libdefaults]\n%s", libdefaults);
    HOP_AUTO_FREE char *files = hop_xasprintf(
        "%s:%s", realm_path(&l->realm, "front.conf"), getenv("KRB5_CONFIG"));

    return write_file(realm_path(&l->realm, "front.conf"), text) &&
           setenv("KRB5_CONFIG", files, 1) == 0;
}

/* Key and certificate in one file. */
static bool
make_certificate(const struct live *l)
{
    const char *argv[] = {"openssl",
                          "req",
                          "-x509",
                          "-newkey",
                          "ec",
                          "-pkeyopt",
                          "ec_paramgen_curve:prime256v1",
                          "-nodes",
                          "-subj",
                          "/CN=b.test",
                          "-keyout",
                          realm_path(&l->realm, "server.pem"),
                          "-out",
                          realm_path(&l->realm, "cert.pem"),
                          NULL};
    const char *join[] = {"sh",
                          "-c",
                          "cat \"$0\" >> \"$1\"",
                          realm_path(&l->realm, "cert.pem"),
                          realm_path(&l->realm, "server.pem"),
                          NULL};

    return realm_run(&l->realm, NULL, argv) && realm_run(&l->realm, NULL, join);
}

static char *
read_log(const struct live *l, size_t from)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    int fd = open(realm_path(&l->realm, "hopd"), O_RDONLY | O_CLOEXEC);
    char block[4096];
    ssize_t n;

    if (fd >= 0)
        lseek(fd, (off_t)from, SEEK_SET);
    while (fd >= 0 && (n = read(fd, block, sizeof(block))) > 0)
        hop_buf_add(&text, block, (size_t)n);
    if (fd >= 0)
        close(fd);
    return hop_buf_take(&text);
}

static bool
has_line(char *text, const char *const *words)
{
    for (char *line = text, *next; line; line = next) {
        bool all = true;

        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        for (const char *const *w = words; all && *w; w++)
            all = strstr(line, *w) != NULL;
        if (all)
            return true;
    }
    return false;
}

/* hopd-auth starts slowest; on a loaded machine valgrind makes minutes of it,
 * which are not for a client's patience. */
static bool
is_ready(const struct live *l)
{
    static const char *const words[] = {"start: hopd-auth is ready", NULL};

    for (int i = 0; i < 6000; i++) {
        HOP_AUTO_FREE char *text = read_log(l, 0);

        if (has_line(text, words))
            return true;
        if (waitpid(l->hopd, NULL, WNOHANG) == l->hopd)
            return false;
        pause_ms(25);
    }
    return false;
}

bool
live_start(struct live *l, const char *settings, const char *libdefaults)
{
    const char *program = getenv("HOP_TEST_HOPD");

    memset(l, 0, sizeof(*l));
    if (program == NULL || !realm_start(&l->realm, "aes256-cts"))
        return false;
    l->port = free_port();
    if (libdefaults && !put_krb5_in_front(l, libdefaults))
        return false;
    l->tls_port = with_tls ? free_port() : 0;
    if (with_tls && !make_certificate(l))
        return false;
    if (!write_settings(l, settings) || !realm_kinit(&l->realm, "alice", "-f"))
        return false;
    l->hopd = fork();
    if (l->hopd == 0)
        become_hopd(l, program);
    if (is_ready(l))
        return true;
    tell_file(realm_path(&l->realm, "stderr"));
    tell_file(realm_path(&l->realm, "hopd"));
    return false;
}

bool
live_reload(struct live *l, const char *settings)
{
    live_forget_log(l);
    if (!write_settings(l, settings) || kill(l->hopd, SIGHUP) != 0 ||
        !live_journaled(l, (const char *const[]){" config: ", NULL}))
        return false;
    pause_ms(100); /* the other processes hear of it a little later */
    return true;
}

/* What memcheck calls its findings.  Its other lines tell of system calls that
 * it does not know, such as those of the sandbox. */
static bool
has_finding(const char *path)
{
    static const char *const kinds[] = {"Invalid ",   "uninitialised",
                                        "Mismatched", "overlap",
                                        "silly",      "Process terminating"};
    FILE *f = fopen(path, "r");
    char line[1024];
    bool found = false;

    while (f && !found && fgets(line, sizeof(line), f)) {
        for (size_t i = 0; !found && i < HOP_ARRAY_SIZE(kinds); i++)
            found = strstr(line, kinds[i]) != NULL;
    }
    if (f)
        fclose(f);
    return found;
}

static void
check_reports(const struct live *l)
{
    DIR *d = opendir(l->realm.dir);
    struct dirent *e;
    size_t reports = 0;

    while (d && (e = readdir(d)) != NULL) {
        const char *path = realm_path(&l->realm, e->d_name);

        if (strncmp(e->d_name, "valgrind.", 9) != 0)
            continue;
        reports++;
        if (!has_finding(path))
            continue;
        FAIL("memcheck has nothing to say");
        tell_file(path);
    }
    if (d)
        closedir(d);
    CHECK((reports > 3) == (getenv("HOP_TEST_VALGRIND") != NULL));
}

void
live_stop(struct live *l)
{
    int status = -1;

    if (l->hopd > 0 && kill(l->hopd, SIGTERM) == 0)
        waitpid(l->hopd, &status, 0);
    CHECK_INT(status, 0);
    check_reports(l);
    if (test_failed || !test_ok) {
        tell_file(realm_path(&l->realm, "hopd"));
        tell_file(realm_path(&l->realm, "stderr"));
    }
    wire_forget_credentials();
    realm_stop(&l->realm);
}

void
live_forget_log(struct live *l)
{
    HOP_AUTO_FREE char *text = read_log(l, 0);

    l->mark = strlen(text);
}

bool
live_journaled(const struct live *l, const char *const *words)
{
    for (int i = 0; i < 100; i++) {
        HOP_AUTO_FREE char *text = read_log(l, l->mark);

        if (has_line(text, words))
            return true;
        pause_ms(50);
    }
    HOP_AUTO_FREE char *text = read_log(l, l->mark);
    printf("# no line with all of:");
    for (; *words; words++)
        printf(" <%s>", *words);
    printf("\n");
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        printf("#   %s\n", line);
    return false;
}

pid_t
live_process(const struct live *l, const char *name)
{
    HOP_AUTO_FREE char *text = read_log(l, 0);
    HOP_AUTO_FREE char *tag = hop_xasprintf(" %s[", name);
    const char *at = strstr(text, tag);

    return at ? (pid_t)atoi(at + strlen(tag)) : 0;
}
