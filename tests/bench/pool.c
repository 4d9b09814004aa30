/* bench-pool: runspace pools, timed in one process.
 *
 *     bench-pool [-s SPN] HOST[,HOST...] cold|warm|objects|bytes RUNS
 *     bench-pool [-s SPN] HOST[,HOST...] fan|idle COUNT [THROTTLE]
 *     bench-pool -- PROGRAM [ARGUMENT ...] warm|objects|bytes RUNS
 *
 * cold opens a session, runs {1} and closes it; the others work in one open
 * session: warm runs {1}, objects takes 100,000 small objects, bytes 200 MB in
 * strings.  Those print "MILLISECONDS TRIPS" per run.  fan runs {1} on COUNT
 * hosts at once and prints "SECONDS KIB", idle holds COUNT open sessions until
 * its input ends, and prints "SECONDS KIB" when they stand.  Hosts are used in
 * turn; a name may have %d for the number.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/alloc.h"
#include "client/pool.h"
#include "psrp/key.h"

#define HOSTS 1024

static struct hop_context cx;
static struct hop_psrp_keys keys;
static struct hop_pool_loop *loop;
static const char *spn;
static const char *hosts[HOSTS];
static size_t host_count;
static const char *const *program;

static double
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static long
own_kib(void)
{
    struct rusage r;

    getrusage(RUSAGE_SELF, &r);
    return r.ru_maxrss;
}

static void
die(const char *text)
{
    fprintf(stderr, "bench-pool: %s\n", text);
    exit(1);
}

static struct hop_pool *
open_pool(size_t number)
{
    char where[256];
    const char *host = host_count ? hosts[number % host_count] : "";
    struct hop_error err = {0};
    struct hop_pool *p;
    struct hop_pool_setting settings[] = {
        {HOP_SET_ENDPOINT, where, 0},
        {HOP_SET_PROXY, "", 0},
        {HOP_SET_SPN, spn, 0},
    };
    struct hop_pool_options o = {.program = program,
                                 .settings = settings,
                                 .setting_count = spn ? 3 : 2,
                                 .keys = &keys,
                                 .init = {.apartment = 2}};
    const char *d = strstr(host, "%d");

    if (d)
        snprintf(where, sizeof(where), "%.*s%zu%s", (int)(d - host), host,
                 number, d + 2);
    else
        snprintf(where, sizeof(where), "%s", host);
    p = hop_pool_open(loop, &o, &err);
    if (!p)
        die(err.text);
    return p;
}

static void
begin(struct hop_pool *p, struct hop_guid *id, const char *script)
{
    struct hop_psrp_pipeline line = {
        .no_input = true, .apartment = 2, .host.use_runspace_host = true};
    struct hop_error err = {0};

    line.commands = hop_xcalloc(1, sizeof(*line.commands));
    line.command_count = 1;
    line.commands[0] =
        (struct hop_psrp_command){.text = hop_string_from(script),
                                  .is_script = true,
                                  .use_local_scope = -1};
    hop_guid_new(id);
    if (!hop_pool_begin(p, id, &line, &err))
        die(err.text);
}

/* What has come, counted. */
static struct {
    size_t opened, ended, closed, objects;
    bool close_when_ended;
} seen;

static void
see(struct hop_pool_event *e)
{
    const struct hop_psrp_message *m = &e->message;

    switch (e->kind) {
    case HOP_POOL_OPENED: seen.opened++; break;
    case HOP_POOL_CLOSED:
        seen.closed++;
        if (seen.close_when_ended)
            hop_pool_drop(e->pool);
        break;
    case HOP_POOL_MESSAGE:
        seen.objects += m->type == HOP_PSRP_PIPELINE_OUTPUT;
        if (m->type != HOP_PSRP_PIPELINE_STATE)
            break;
        seen.ended++;
        if (m->u.state.state != HOP_PSRP_PIPELINE_COMPLETED)
            die("a pipeline has failed");
        hop_pool_end(e->pool, &e->pipeline);
        if (seen.close_when_ended)
            hop_pool_close(e->pool);
        break;
    case HOP_POOL_RETRYING:
    case HOP_POOL_RESUMED: break;
    default: die(e->error.text);
    }
}

static void
wait_for(const size_t *count, size_t n)
{
    struct hop_pool_event e;

    while (*count < n) {
        if (!hop_pool_loop_wait(loop, 60000, -1))
            die("nothing has come for a minute");
        while (hop_pool_loop_next(loop, &e)) {
            see(&e);
            hop_pool_event_done(&e);
        }
    }
}

static void
be_cold(size_t runs)
{
    for (size_t i = 0; i < runs; i++) {
        double since = now_ms();
        struct hop_pool *p = open_pool(i);
        struct hop_guid id;

        begin(p, &id, "1");
        wait_for(&seen.ended, i + 1);
        hop_pool_close(p);
        wait_for(&seen.closed, i + 1);
        printf("%.3f %u\n", now_ms() - since, hop_pool_round_trips(p));
        hop_pool_drop(p);
    }
}

static void
be_warm(size_t runs, const char *script, size_t objects)
{
    struct hop_pool *p = open_pool(0);
    struct hop_guid id;

    wait_for(&seen.opened, 1);
    for (size_t i = 0; i < runs; i++) {
        unsigned trips = hop_pool_round_trips(p);
        double since = now_ms();

        seen.objects = 0;
        begin(p, &id, script);
        wait_for(&seen.ended, i + 1);
        if (seen.objects != objects)
            die("objects are missing");
        printf("%.3f %u\n", now_ms() - since, hop_pool_round_trips(p) - trips);
    }
}

static void
fan(size_t count, size_t throttle)
{
    double since = now_ms();
    struct hop_guid id;

    seen.close_when_ended = true;
    hop_pool_loop_throttle(loop, throttle);
    for (size_t i = 0; i < count; i++)
        begin(open_pool(i), &id, "1");
    wait_for(&seen.closed, count);
    printf("%.3f %ld\n", (now_ms() - since) / 1e3, own_kib());
}

static void
idle(size_t count)
{
    double since = now_ms();

    for (size_t i = 0; i < count; i++) {
        (void)open_pool(i);
        wait_for(&seen.opened, i + 1);
    }
    printf("%.3f %ld\n", (now_ms() - since) / 1e3, own_kib());
    fflush(stdout);
    while (getchar() != EOF)
        ;
}

static const char big[] =
    "$t = 'x' * 100000; for ($i = 0; $i -lt 2000; $i++) { $t }";

int
main(int argc, char **argv)
{
    const char *mode, *list;
    size_t n, throttle = 32;

    hop_context_init(&cx, NULL, NULL);
    hop_types_register(&cx, hop_clixml_classes);
    hop_psrp_keys_init(&keys, NULL);
    loop = hop_pool_loop_new(&cx);
    if (argc > 2 && strcmp(argv[1], "-s") == 0) {
        spn = argv[2];
        argc -= 2;
        argv += 2;
    }
    if (argc < 4)
        die("see the comment in its source");
    if (strcmp(argv[1], "--") == 0) {
        mode = argv[argc - 2];
        n = (size_t)atol(argv[argc - 1]);
        argv[argc - 2] = NULL;
        program = (const char *const *)(argv + 2);
    } else {
        list = argv[1];
        mode = argv[2];
        n = (size_t)atol(argv[3]);
        throttle = argc > 4 ? (size_t)atol(argv[4]) : throttle;
        for (char *s = strtok(hop_xstrdup(list), ","); s && host_count < HOSTS;
             s = strtok(NULL, ","))
            hosts[host_count++] = s;
    }
    if (strcmp(mode, "cold") == 0)
        be_cold(n);
    else if (strcmp(mode, "warm") == 0)
        be_warm(n, "1", 1);
    else if (strcmp(mode, "objects") == 0)
        be_warm(n, "1..100000", 100000);
    else if (strcmp(mode, "bytes") == 0)
        be_warm(n, big, 2000);
    else if (strcmp(mode, "fan") == 0)
        fan(n, throttle);
    else if (strcmp(mode, "idle") == 0)
        idle(n);
    else
        die("no such mode");
    hop_pool_loop_free(loop);
    hop_psrp_keys_done(&keys);
    hop_context_done(&cx);
    return 0;
}
