/* Connections that break: at every point of a session, for a while, for good;
 * processes that are killed on either side.  Nothing is lost, nothing comes
 * twice, nothing hangs.
 *     test_faults [STEP [FIRST [MB]]]: the bytes between two cuts (the whole
 *     sweep: 1), where the first is, and the size of what is much output
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/seen.h"
#include "client/wires.h"
#include "live/cutter.h"
#include "live/live.h"
#include "test.h"

#define WORKERS 6

static struct live live;
static size_t step_bytes = 499, first_byte = 1, much_mb = 64;
static char where[64];

static const struct hop_guid one = {{1}}, two = {{2}};

void
wire_forget_credentials(void)
{
}

static struct hop_pool_setting settings[] = {
    {HOP_SET_ENDPOINT, where, 0},
    {HOP_SET_SPN, "host/b.test", 0},
    {HOP_SET_PROXY, "", 0},
};

static struct hop_pool *
open_pool(struct seen *s, int port, int64_t retry_ms)
{
    struct hop_pool_options o = {
        .name = "b",
        .settings = settings,
        .setting_count = HOP_ARRAY_SIZE(settings),
        .keys = &s->keys,
        .retry_ms = retry_ms,
    };
    struct hop_error err = {0};
    struct hop_pool *p;

    snprintf(where, sizeof(where), "127.0.0.1:%d", port);
    p = hop_pool_open(s->loop, &o, &err);
    if (!p)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return p;
}

/* A session with input, output in several parts, and a command that shows
 * whether anything was done twice. */
static bool
run_session(struct seen *s, int port)
{
    struct hop_error err = {0};
    struct hop_pool *p = open_pool(s, port, 0);
    bool ok;

    seen_begin(p, &one,
               "begin { $global:n = 0 } process { $global:n++; $_ } end { "
               "'x' * 3000 }",
               true);
    for (int i = 1; i <= 5; i++)
        ok = hop_pool_input(p, &one, hop_int(i), &err);
    ok = seen_wait(s, &s->opened, 1);
    for (int i = 6; ok && i <= 8; i++)
        ok = hop_pool_input(p, &one, hop_int(i), &err);
    ok = ok && hop_pool_end_input(p, &one, &err) && seen_wait(s, &s->ended, 1);
    if (!ok)
        return false;
    hop_pool_end(p, &one);
    seen_begin(p, &two, "$global:n; 'end'", false);
    ok = seen_wait(s, &s->ended, 2);
    hop_pool_end(p, &two);
    hop_pool_close(p);
    return seen_wait(s, &s->closed, 1) && ok;
}

static bool
is_right(const struct seen *s)
{
    const char *x = strstr(s->got, "|x");
    size_t run = x ? strspn(x + 1, "x") : 0;

    return strncmp(s->got, "1|2|3|4|5|6|7|8|x", 17) == 0 && run == 3000 &&
           strcmp(x + 1 + run, "|8|end") == 0;
}

static void
check_cut(size_t after)
{
    const enum cut how = (after / step_bytes) % 2 ? CUT_RESET : CUT_CLOSE;
    struct seen s;
    struct cutter c;

    cutter_start(&c, live.port, after, how, 0);
    seen_start(&s);
    if (!run_session(&s, c.port) || !is_right(&s))
        test_fail(__FILE__, __LINE__, "cut after %zu bytes (%s): %.200s", after,
                  how == CUT_RESET ? "reset" : "closed", s.got);
    seen_finish(&s);
    cutter_stop(&c);
}

/* One of the processes that share the cuts: each waits for the pauses between
 * two attempts most of the time.  Its exit status is whether all were right. */
static pid_t
begin_worker(size_t which, size_t all)
{
    pid_t pid;

    fflush(stdout);
    pid = fork();
    if (pid != 0)
        return pid;
    for (size_t n = first_byte + which * step_bytes; n < all;
         n += WORKERS * step_bytes)
        check_cut(n);
    fflush(stdout);
    _exit(test_ok ? 0 : 1);
}

static void
check_cuts(size_t all)
{
    pid_t workers[WORKERS];
    int status;

    for (size_t i = 0; i < WORKERS; i++)
        workers[i] = begin_worker(i, all);
    for (size_t i = 0; i < WORKERS; i++) {
        status = -1;
        waitpid(workers[i], &status, 0);
        CHECK_INT(status, 0);
    }
    printf("# %zu cuts of a session of %zu bytes\n",
           (all - first_byte + step_bytes - 1) / step_bytes, all);
}

TEST(a_cut_at_every_point)
{
    struct seen s;
    struct cutter c;
    size_t all;

    cutter_start(&c, live.port, 0, CUT_CLOSE, 0);
    seen_start(&s);
    CHECK(run_session(&s, c.port));
    CHECK(is_right(&s));
    seen_finish(&s);
    all = cutter_stop(&c);
    CHECK(all > 10000);
    check_cuts(all);
}

TEST(a_network_that_is_away_for_a_while)
{
    struct seen s;
    struct cutter c;
    struct hop_pool *p;

    cutter_start(&c, live.port, 20000, CUT_RESET, 1500);
    seen_start(&s);
    s.quiet = true;
    p = open_pool(&s, c.port, 0);
    seen_begin(p, &one,
               "1..200 | ForEach-Object { \"$_\" * 50; if ($_ % 20 -eq 0) { "
               "Start-Sleep -Milliseconds 20 } }",
               false);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_INT(s.objects, 200);
    CHECK(s.retrying >= 1);
    CHECK_INT(s.resumed, 1);
    seen_finish(&s);
    cutter_stop(&c);
}

TEST(one_that_does_not_come_back)
{
    struct seen s, t;
    struct cutter c;
    struct hop_pool *p;

    cutter_start(&c, live.port, 0, CUT_RESET, 0);
    seen_start(&s);
    p = open_pool(&s, c.port, 600);
    seen_begin(p, &one, "1; Start-Sleep -Milliseconds 200; 2", false);
    CHECK(seen_wait(&s, &s.objects, 1));
    cutter_stop(&c);
    CHECK(seen_wait(&s, &s.left, 1));
    CHECK_INT(hop_pool_stage(p), HOP_POOL_LEFT);
    CHECK(strstr(s.got, "Connect-PSSession") != NULL);
    CHECK_INT(s.ended, 0);
    seen_start(&t);
    snprintf(where, sizeof(where), "127.0.0.1:%d", live.port);
    hop_pool_drop(p);
    seen_finish(&t);
    seen_finish(&s);
}

TEST(hopd_net_is_killed)
{
    struct seen s;
    struct hop_pool *p;
    pid_t net = live_process(&live, "hopd-net");

    seen_start(&s);
    s.quiet = true;
    p = open_pool(&s, live.port, 0);
    seen_begin(p, &one,
               "1..100 | ForEach-Object { $_; Start-Sleep -Milliseconds 5 }",
               false);
    CHECK(seen_wait(&s, &s.objects, 10));
    CHECK(net > 0 && kill(net, SIGKILL) == 0);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_INT(s.objects, 100);
    hop_pool_end(p, &one);
    s.quiet = false;
    seen_begin(p, &two, "'after'", false);
    CHECK(seen_wait(&s, &s.ended, 2));
    CHECK_STR(s.got, "after");
    seen_finish(&s);
}

TEST(the_session_process_is_killed)
{
    struct seen s;
    struct hop_pool *p;

    seen_start(&s);
    p = open_pool(&s, live.port, 0);
    seen_begin(p, &one, "$PID; Start-Sleep 60", false);
    CHECK(seen_wait(&s, &s.objects, 1));
    CHECK(kill((pid_t)atoi(s.got), SIGKILL) == 0);
    (void)seen_wait(&s, &s.failed, 1);
    CHECK_INT(s.failed, 1);
    if (!strstr(s.got, "process on the host has ended"))
        CHECK_STR(s.got, "... process on the host has ended ...");
    seen_finish(&s);
    (void)p;
}

/* What the server's processes hold, this one's children left out; KiB. */
static long
memory_of_server(void)
{
    char command[160], pids[1024] = "";
    long kib = 0;
    FILE *f;

    snprintf(command, sizeof(command),
             "cat /proc/%ld/task/*/children $(for p in $(cat "
             "/proc/%ld/task/*/children); do echo /proc/$p/task/*/children; "
             "done)",
             (long)live.hopd, (long)live.hopd);
    f = popen(command, "r");
    if (f && !fgets(pids, sizeof(pids), f))
        pids[0] = '\0';
    for (char *rest = pids, *end; f && *rest; rest = end) {
        char path[64], line[128];
        long pid = strtol(rest, &end, 10), resident = 0;
        FILE *status;

        if (end == rest)
            break;
        snprintf(path, sizeof(path), "/proc/%ld/status", pid);
        status = fopen(path, "r");
        while (status && fgets(line, sizeof(line), status))
            if (sscanf(line, "VmRSS: %ld", &resident) == 1)
                kib += resident;
        if (status)
            fclose(status);
    }
    if (f)
        pclose(f);
    return kib;
}

static long
own_memory(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    if (f && fscanf(f, "%*d %ld", &pages) != 1)
        pages = 0;
    if (f)
        fclose(f);
    return pages * sysconf(_SC_PAGESIZE) / 1024;
}

#ifdef __SANITIZE_ADDRESS__
#define MEMORY_MB 1024
#else
#define MEMORY_MB 32
#endif

TEST(a_reader_that_stops)
{
    struct seen s;
    struct hop_pool *p;
    char script[128];
    long ours, theirs;

    seen_start(&s);
    s.quiet = true;
    p = open_pool(&s, live.port, 0);
    CHECK(seen_wait(&s, &s.opened, 1));
    ours = own_memory();
    theirs = memory_of_server();
    snprintf(script, sizeof(script),
             "$t = 'x' * 1MB; for ($i = 0; $i -lt %zu; $i++) { $t }", much_mb);
    seen_begin(p, &one, script, false);
    CHECK(seen_wait(&s, &s.objects, 2));
    hop_pool_hold(p, true);
    for (int i = 0; i < 10; i++)
        seen_take(&s, 100);
    printf("# while the reader stops: ours grew by %ld KiB, the server's by "
           "%ld\n",
           own_memory() - ours, memory_of_server() - theirs);
    CHECK((own_memory() - ours) / 1024 < MEMORY_MB);
    CHECK((memory_of_server() - theirs) / 1024 < 2 * MEMORY_MB);
    hop_pool_hold(p, false);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_INT(s.objects, much_mb);
    CHECK_INT(s.bytes, much_mb << 20);
    printf("# after %zu MB: ours has grown by %ld KiB, the server's by %ld\n",
           much_mb, own_memory() - ours, memory_of_server() - theirs);
    CHECK((own_memory() - ours) / 1024 < 2 * MEMORY_MB);
    seen_finish(&s);
}

/* Leaves the shell's id in out when it is killed at work. */
static void
be_killed(int out)
{
    struct seen s;
    struct hop_pool *p;

    seen_start(&s);
    p = open_pool(&s, live.port, 0);
    seen_begin(p, &one, "1; Start-Sleep -Milliseconds 500; 2", false);
    if (seen_wait(&s, &s.objects, 1))
        (void)!write(out, hop_pool_shell(p), HOP_GUID_TEXT);
    seen_take(&s, 20000);
    _exit(1);
}

TEST(the_client_is_killed)
{
    struct seen s;
    struct hop_pool_options o = {.name = "b",
                                 .settings = settings,
                                 .setting_count = HOP_ARRAY_SIZE(settings)};
    struct hop_error err = {0};
    struct hop_pool *p;
    char shell[HOP_GUID_TEXT] = "";
    int tell[2] = {-1, -1};
    pid_t pid;

    (void)!pipe(tell);
    pid = fork();
    if (pid == 0)
        be_killed(tell[1]);
    CHECK_INT(read(tell[0], shell, sizeof(shell)), sizeof(shell));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(tell[0]);
    close(tell[1]);
    /* Somebody else has it until the server has noticed. */
    for (int i = 0; i < 60; i++) {
        seen_start(&s);
        o.keys = &s.keys;
        p = hop_pool_connect(s.loop, &o, shell, &err);
        CHECK(hop_pool_attach(p, &one, &err));
        if (seen_wait(&s, &s.opened, 1) || s.code != 0x803381CD || i == 59)
            break;
        seen_finish(&s);
        poll(NULL, 0, 500);
    }
    CHECK(seen_wait(&s, &s.ended, 1));
    if (strcmp(s.got, "1|2") != 0)
        CHECK_STR(s.got, "2");
    seen_finish(&s);
}

TEST(a_disk_that_is_full)
{
    struct seen s;
    struct hop_pool *p;

    seen_start(&s);
    p = open_pool(&s, live.port, 0);
    seen_begin(p, &one, "'x' * 100000 | Set-Content /dev/full; 'on'", false);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK(strstr(s.got, "No space left on device") != NULL);
    CHECK(strstr(s.got, "on") != NULL);
    seen_finish(&s);
}

int
main(int argc, char **argv)
{
    if (argc > 1)
        step_bytes = (size_t)atol(argv[1]);
    if (argc > 2)
        first_byte = (size_t)atol(argv[2]);
    if (argc > 3)
        much_mb = (size_t)atol(argv[3]);
    hop_wires_use(&hop_wires_table);
    if (!live_start(&live, "", NULL)) {
        printf("1..0 # SKIP no server\n");
        return 0;
    }
    RUN(a_cut_at_every_point);
    RUN(a_network_that_is_away_for_a_while);
    RUN(one_that_does_not_come_back);
    RUN(the_session_process_is_killed);
    RUN(hopd_net_is_killed);
    RUN(a_reader_that_stops);
    RUN(the_client_is_killed);
    RUN(a_disk_that_is_full);
    live_stop(&live);
    return test_done();
}
