/* SPDX-License-Identifier: MIT */
#include "server/gpupdate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ad/gpo.h"
#include "auth/keys.h"
#include "auth/machine.h"
#include "base/alloc.h"
#include "base/io.h"
#include "base/module.h"
#include "base/text.h"
#include "config/fresh.h"
#include "config/grouppolicy.h"
#include "server/child.h"
#include "server/gpfetch.h"
#include "server/gpfilter.h"
#include "server/gpreport.h"
#include "server/journal.h"

#define CACHE_DIR   HOP_POLICY_DIR "/cache"
#define TICKET      CACHE_DIR "/ticket"
#define LOCK        HOP_POLICY_DIR "/lock"
#define POLICY_DIR  HOP_CONFIG_DIR "/policy.d"
#define POLICY_FILE POLICY_DIR "/" HOP_GROUP_POLICY_FILE
#define ACCOUNT     "_hopauth"

enum { TIME_LIMIT_S = 120, ANSWER_MAX = 4 << 20, WAIT_S = 600 };

static const char usage[] =
    "usage: gpupdate [/target:computer] [/force] [/wait:SECONDS]\n"
    "                [/logoff] [/boot] [/sync]\n"
    "\n"
    "  /target:computer  the policies of this computer (there are no others)\n"
    "  /force            read all of them again, not only what has changed\n"
    "  /wait:SECONDS     wait so long until it is done, and leave it to "
    "itself\n"
    "                    then: 600 unless said, 0 not at all, -1 for ever\n"
    "  /logoff, /boot, /sync  nothing here needs a new logon or start: "
    "accepted\n";

struct update {
    bool force;
    bool user;    /* /target:user */
    bool service; /* --service: hopd runs it and nobody looks */
    int wait_s;   /* -1: until it is done */
};

/* ---- in the child: what the network sends is looked at here ---- */

static bool
apply_gpo(const struct hop_gpo *g, size_t number, struct hop_registry *registry,
          uint32_t *version, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf pol = HOP_BUF_INIT;

    if (!hop_gpfetch_read(CACHE_DIR, g->guid, &pol, version, err))
        return false;
    return pol.len == 0 ||
           hop_registry_apply(registry, pol.data, pol.len, number, err) ||
           hop_error_prefix(err, "the policy \"%s\"", g->name);
}

static bool
add_gpos(const struct hop_gpo_list *list, struct hop_registry *registry,
         struct hop_gpreport *report, struct hop_error *err)
{
    char no_why[] = "";

    for (size_t k = 0; k < list->count; k++) {
        const struct hop_gpo *g = &list->items[k];
        struct hop_gpreport_gpo line = {.state = g->state,
                                        .version = g->version,
                                        .enforced = g->enforced,
                                        .guid = g->guid,
                                        .name = g->name,
                                        .scope = g->scope};

        if (g->filter != NULL) {
            line.filter = g->filter->name;
            line.filter_why = g->filter->why != NULL ? g->filter->why : no_why;
        }
        if (g->state == HOP_GPO_APPLIES &&
            !apply_gpo(g, k, registry, &line.sysvol_version, err))
            return false;
        hop_gpreport_add_gpo(report, &line);
    }
    return true;
}

static void
add_settings(const struct hop_registry *registry, struct hop_gpreport *report)
{
    HOP_AUTO_GROUP_SETTINGS struct hop_group_settings s;

    hop_group_settings(registry, &s);
    for (size_t k = 0; k < s.count; k++)
        hop_gpreport_add_row(report,
                             &(struct hop_gpreport_row){
                                 .gpo = s.rows[k].source,
                                 .path = (char *)(uintptr_t)s.rows[k].path,
                                 .policy = (char *)(uintptr_t)s.rows[k].policy,
                                 .value = s.rows[k].value,
                                 .why = s.rows[k].problem});
}

static bool
find_policies(const struct update *u, struct hop_directory *d,
              const char *account, struct hop_gpreport *report,
              struct hop_error *err)
{
    HOP_AUTO_GPO_LIST struct hop_gpo_list list = {0};
    HOP_AUTO_REGISTRY struct hop_registry registry = {0};
    const struct hop_gpfetch fetch = {.server = hop_directory_server(d),
                                      .ccache = TICKET,
                                      .cache = CACHE_DIR,
                                      .force = u->force};

    if (!hop_gpo_find(d, account, &list, err))
        return false;
    report->time = time(NULL);
    report->computer = hop_xstrdup(list.computer);
    report->account = hop_xstrdup(account);
    report->server = hop_xstrdup(hop_directory_server(d));
    report->site = hop_steal(&list.site);
    for (size_t k = 0; k < list.group_count; k++)
        hop_gpreport_add_group(report, list.groups[k]);
    hop_gpfilter(&list);
    if (!hop_gpfetch(&fetch, &list, err) ||
        !add_gpos(&list, &registry, report, err))
        return false;
    add_settings(&registry, report);
    return true;
}

static bool
ask_domain(const struct update *u, struct hop_buf *out, struct hop_error *err)
{
    HOP_AUTO_FREE char *account = hop_machine_name();
    HOP_AUTO_GPREPORT struct hop_gpreport report = {0};
    HOP_AUTO_DIRECTORY struct hop_directory *d = NULL;
    const struct hop_directory_target target = {.ccache = "FILE:" TICKET};
    bool ok = hop_machine_ticket(TICKET, err) &&
              (d = hop_directory_open(&target, err)) != NULL &&
              find_policies(u, d, account, &report, err);

    unlink(TICKET);
    if (ok)
        hop_gpreport_encode(&report, out);
    return ok;
}

/* '+' and the report, or '-' and why there is none. */
static void __attribute__((noreturn))
run_child(const struct update *u, const struct hop_child_rules *rules, int fd)
{
    const struct hop_child_args args = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    signal(SIGPIPE, SIG_IGN);
    alarm(TIME_LIMIT_S);
    umask(077);
    hop_buf_addc(&out, '+');
    if (!hop_child_confine(rules, &args, &err) || !ask_domain(u, &out, &err)) {
        hop_buf_clear(&out);
        hop_buf_addf(&out, "-%s", err.text);
    }
    _exit(hop_fd_write(fd, out.data, out.len) ? 0 : 1);
}

/* ---- in the parent ---- */

static const struct hop_child_rules *
rules(void)
{
    static const char *const readable[] = {
        "/etc", "/proc", "/run", "/sys", "/dev", "/var/lib/samba", NULL};
    static const char *const writable[] = {CACHE_DIR, "/dev/null", NULL};
    static const char *const programs[] = {"/usr", "/bin", "/lib", "/lib64",
                                           NULL};
    static const struct hop_child_rules r = {.name = "gpupdate",
                                             .account = ACCOUNT,
                                             .readable = readable,
                                             .writable = writable,
                                             .programs = programs};

    return &r;
}

static bool
collect(int fd, struct hop_buf *out)
{
    ssize_t n;

    do {
        void *room = hop_buf_reserve(out, 65536);

        n = room != NULL ? read(fd, room, 65536) : 0;
        hop_buf_commit(out, n > 0 ? (size_t)n : 0);
    } while (n > 0 || (n < 0 && errno == EINTR));
    return hop_buf_ok(out);
}

static bool
get_report(const struct update *u, struct hop_buf *out, struct hop_error *err)
{
    int fds[2];
    pid_t pid;

    if (pipe2(fds, O_CLOEXEC) < 0 || (pid = fork()) < 0)
        return hop_error_errno(err, errno, "start a process");
    if (pid == 0)
        run_child(u, rules(), fds[1]);
    close(fds[1]);
    collect(fds[0], out);
    close(fds[0]);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (out->len == 0 || !hop_buf_ok(out))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the domain has not answered within %d s",
                             TIME_LIMIT_S);
    if (out->data[0] != '+')
        return hop_error_set(err, HOP_ERROR_GENERIC, 0, "%s", out->data + 1);
    hop_buf_consume(out, 1);
    return true;
}

/* What is written is what the report says and a domain may set, no more. */
static bool
make_policy(const struct hop_gpreport *r, struct hop_buf *out,
            struct hop_error *err)
{
    HOP_CLEANUP(hop_config_done) struct hop_config c;

    hop_config_init(&c);
    hop_buf_addf(out,
                 "# The domain's Group Policy for this computer, from %s.\n"
                 "# gpupdate writes this file; gpresult /z tells where each "
                 "line is from.\n",
                 r->server);
    for (size_t k = 0; k < r->row_count; k++) {
        const struct hop_gpreport_row *row = &r->rows[k];

        if (row->value == NULL)
            continue;
        if (!hop_group_settings_know(row->path) ||
            !hop_config_set(&c, row->path, row->value, true, err))
            return hop_error_prefix(err, "the setting %s", row->path);
        hop_buf_addf(out, "%s = %s\n", row->path, row->value);
    }
    return true;
}

/* Files that change nothing are not written: hopd reloads when one is. */
static bool
put_file(const char *path, const struct hop_buf *text, bool *changed,
         struct hop_error *err)
{
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    HOP_AUTO_BUF struct hop_buf old = HOP_BUF_INIT;

    if (fd >= 0 && collect(fd, &old) && old.len == text->len &&
        memcmp(hop_buf_str(&old), hop_buf_str(text), text->len) == 0)
        return true;
    *changed = true;
    return hop_config_write(path, text, err);
}

static bool
make_dir(const char *path, mode_t mode, const char *account,
         struct hop_error *err)
{
    const struct passwd *pw = getpwnam(account);

    if (pw == NULL)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "there is no account %s; install the file "
                             "sysusers.d/hop.conf or create it",
                             account);
    if ((mkdir(path, mode) < 0 && errno != EEXIST) || chmod(path, mode) < 0 ||
        chown(path, pw->pw_uid, pw->pw_gid) < 0)
        return hop_error_errno(err, errno, "create %s", path);
    return true;
}

static bool
prepare(struct hop_error *err)
{
    return make_dir("/var/lib/hop", 0755, "root", err) &&
           make_dir(HOP_POLICY_DIR, 0755, "root", err) &&
           make_dir(CACHE_DIR, 0700, ACCOUNT, err) &&
           make_dir(HOP_CONFIG_DIR, 0755, "root", err) &&
           make_dir(POLICY_DIR, 0755, "root", err);
}

static bool
load_keys(struct hop_error *err)
{
    HOP_CLEANUP(hop_config_done) struct hop_config c;
    HOP_AUTO_FREE char *name = NULL;
    const char *path;

    hop_config_init(&c);
    if (!hop_config_load(&c, HOP_CONFIG_DIR, err))
        return false;
    path = hop_config_text(&c, HOP_SET_KEYTAB);
    if (hop_keys_load(path[0] != '\0' ? path : NULL, err))
        name = hop_machine_name();
    return name != NULL ||
           hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "this host is no computer of a domain: its keytab "
                         "has no account that ends in $; join it (net ads "
                         "join, realm join, adcli join)");
}

static void
tell(const struct hop_gpreport *r, bool changed, struct hop_buf *said)
{
    size_t applied = 0, set = 0, bad = 0;

    for (size_t k = 0; k < r->gpo_count; k++)
        applied += r->gpos[k].state == HOP_GPO_APPLIES;
    for (size_t k = 0; k < r->row_count; k++) {
        set += r->rows[k].value != NULL;
        bad += r->rows[k].value == NULL;
    }
    if (changed)
        hop_journal(HOP_EVENT_CONFIG, HOP_FIELDS("SERVER", r->server),
                    "the domain's policy has changed: %zu settings from %zu "
                    "Group Policy objects",
                    set, applied);
    hop_buf_addf(said,
                 "Computer Policy update has completed successfully.\n\n"
                 "%zu of %zu Group Policy objects apply and set %zu "
                 "setting%s%s (from %s).\n",
                 applied, r->gpo_count, set, set == 1 ? "" : "s",
                 changed ? "" : ", as before", r->server);
    if (bad > 0)
        hop_buf_addf(said,
                     "%zu policies mean nothing here; gpresult /z tells "
                     "which.\n",
                     bad);
}

static bool
update(const struct update *u, struct hop_buf *said, struct hop_error *err)
{
    HOP_AUTO_FD int lock = -1;
    HOP_AUTO_BUF struct hop_buf text = {.max = ANSWER_MAX}, out = HOP_BUF_INIT;
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0};
    bool changed = false, written = false;

    if (!load_keys(err))
        return u->service; /* a host without a domain is none to tell of */
    if (!prepare(err))
        return false;
    lock = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || flock(lock, LOCK_EX) < 0)
        return hop_error_errno(err, errno, "lock %s", LOCK);
    /* The child may not load it any more. */
    (void)hop_module_find("hop-ad.so", "hop_directory_ldap");
    if (!get_report(u, &text, err) ||
        !hop_gpreport_decode(hop_buf_str(&text), &r, err) ||
        !make_policy(&r, &out, err) ||
        !put_file(POLICY_FILE, &out, &changed, err) ||
        !put_file(HOP_POLICY_REPORT, &text, &written, err))
        return false;
    tell(&r, changed, said);
    return true;
}

/* ---- the command line ---- */

/* "/force", "-force" and "--force" are the same; case does not count. */
static bool
is_option(const char *arg, const char *name)
{
    if (*arg != '/' && *arg != '-')
        return false;
    arg += 1 + (arg[0] == '-' && arg[1] == '-');
    return hop_ascii_ieq(arg, name);
}

static bool
begins_option(const char *arg, const char *name)
{
    size_t n = strlen(name);

    return (*arg == '/' || *arg == '-') && hop_ascii_ieqn(arg + 1, name, n);
}

static bool
parse_wait(struct update *u, const char *s)
{
    char *end;
    long n = strtol(s, &end, 10);

    u->wait_s = (int)n;
    return end != s && *end == '\0' && n >= -1 && n <= 86400;
}

static bool
take_option(struct update *u, const char *arg)
{
    static const char *const accepted[] = {"target:computer", "logoff", "boot",
                                           "sync"};
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {{"force", &u->force},
                 {"service", &u->service},
                 {"target:user", &u->user}};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(accepted); k++)
        if (is_option(arg, accepted[k]))
            return true;
    for (size_t k = 0; k < HOP_ARRAY_SIZE(flags); k++)
        if (is_option(arg, flags[k].name))
            return *flags[k].flag = true;
    return begins_option(arg, "wait:") && parse_wait(u, strchr(arg, ':') + 1);
}

static bool
parse(struct update *u, int argc, char **argv)
{
    for (int k = 1; k < argc; k++)
        if (!take_option(u, argv[k])) {
            fprintf(stderr, "ERROR: Invalid argument/option - '%s'.\n",
                    argv[k]);
            return false;
        }
    return true;
}

static bool
asks_help(int argc, char **argv)
{
    return argc == 2 && (is_option(argv[1], "?") || is_option(argv[1], "help"));
}

/* Hosts without hopd have nobody else for it. */
static void
sweep(void)
{
    struct hop_error err = {0};
    int64_t next;

    if (!hop_fresh_sweep(HOP_CONFIG_DIR, time(NULL), &next, &err))
        hop_journal(HOP_EVENT_TROUBLE, NULL,
                    "what Enable-WSManCredSSP -For allowed is over, and stays "
                    "in the settings: %s",
                    err.text);
}

/* The status to exit with; what is to be said goes to said. */
static int
work(const struct update *u, struct hop_buf *said)
{
    struct hop_error err = {0};

    if (update(u, said, &err))
        return 0;
    hop_buf_addf(said,
                 "Computer policy could not be updated successfully. The "
                 "following errors were encountered:\n\n"
                 "gpupdate: the domain's policy is not updated, the last one "
                 "stays: %s\n",
                 err.text);
    hop_journal(HOP_EVENT_TROUBLE, NULL,
                "the domain's policy is not updated, the last one stays: %s",
                err.text);
    return 1;
}

/* Says nothing to a terminal that may be somebody else's by then. */
static void __attribute__((noreturn)) run_worker(const struct update *u, int fd)
{
    HOP_AUTO_BUF struct hop_buf said = HOP_BUF_INIT;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC), status;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    status = work(u, &said);
    (void)hop_fd_write(fd, said.data, said.len);
    _exit(status);
}

/* Waits for a process that is at work, and repeats what it says. */
static int
wait_for_worker(const struct update *u, pid_t pid, int fd)
{
    HOP_AUTO_BUF struct hop_buf said = {.max = ANSWER_MAX};
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int status = 0;

    if (poll(&p, 1, u->wait_s < 0 ? -1 : u->wait_s * 1000) == 0) {
        puts("The policy is still being updated; that goes on by itself, and "
             "gpresult /r shows what came of it.");
        return 0;
    }
    collect(fd, &said);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    status = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    fputs(hop_buf_str(&said), status == 0 ? stdout : stderr);
    return status;
}

static int
run_and_wait(const struct update *u)
{
    int fds[2], status;
    pid_t pid;

    puts("Updating policy...\n");
    fflush(stdout);
    if (pipe2(fds, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
        fprintf(stderr, "gpupdate: start a process: %s\n", strerror(errno));
        return 1;
    }
    if (pid == 0)
        run_worker(u, fds[1]);
    close(fds[1]);
    status = wait_for_worker(u, pid, fds[0]);
    close(fds[0]);
    return status;
}

static int
run_for_service(const struct update *u)
{
    HOP_AUTO_BUF struct hop_buf said = HOP_BUF_INIT;

    sweep();
    return work(u, &said);
}

int
hop_gpupdate_main(int argc, char **argv)
{
    struct update u = {.wait_s = WAIT_S};

    if (asks_help(argc, argv)) {
        fputs(usage, stdout);
        return 0;
    }
    if (!parse(&u, argc, argv)) {
        fputs(usage, stderr);
        return 1;
    }
    if (u.user) {
        puts("Hop has no policies of users: nothing is to be done.");
        return 0;
    }
    hop_journal_init("gpupdate", -1);
    if (geteuid() != 0) {
        fputs(
            "gpupdate: the policies of this computer are written to " POLICY_DIR
            ", which root alone may do; run it as root (sudo "
            "gpupdate) (0x80070005 E_ACCESSDENIED)\n",
            stderr);
        return 1;
    }
    return u.service ? run_for_service(&u) : run_and_wait(&u);
}
