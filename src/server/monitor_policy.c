/* What comes due by itself: the domain's policy, as MS-GPOL 3.2.5.1 has it read
 * again every 90 minutes and up to 30 more unless a policy says otherwise, and
 * the ends of what Enable-WSManCredSSP -For allowed.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "config/fresh.h"
#include "server/journal.h"
#include "server/monitor_state.h"

#define SYSTEM_KEYTAB "/etc/krb5.keytab"
#define MINUTE_MS     60000u

enum {
    RETRY_MIN = 15,
    WAIT_MAX_MIN = 60,
    /* A time of 0 minutes: GroupPolicy.admx, "every 7 seconds". */
    OFTEN_MS = 7000,
};

/* ---- gpupdate */

static char *
find_program(const struct monitor *m)
{
    char *beside = hop_xasprintf("%s/gpupdate", m->bin_dir);

    if (access(beside, X_OK) == 0)
        return beside;
    free(beside);
    return hop_xstrdup("/usr/bin/gpupdate");
}

static void
start_update(struct monitor *m)
{
    HOP_AUTO_FREE char *program = find_program(m);
    char *argv[] = {"gpupdate", "--service", NULL};
    pid_t pid = fork();
    sigset_t none;

    if (pid > 0)
        m->policy_pid = pid;
    if (pid < 0) {
        m->policy_at = hop_now_ms();
        m->policy_failed = true;
    }
    if (pid != 0)
        return;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (m->log_fd >= 0)
        dup2(m->log_fd, STDERR_FILENO);
    execv(program, argv);
    hop_journal(HOP_EVENT_TROUBLE, NULL, "%s cannot be executed: %s", program,
                strerror(errno));
    _exit(127);
}

static bool
is_wanted(const struct monitor *m)
{
    const char *path = hop_config_text(&m->config, HOP_SET_KEYTAB);

    return !m->user_mode && hop_config_bool(&m->config, HOP_SET_GROUP_POLICY) &&
           access(path[0] != '\0' ? path : SYSTEM_KEYTAB, R_OK) == 0;
}

bool
monitor_policy_ended(struct monitor *m, pid_t pid, int status)
{
    if (pid != m->policy_pid || pid == 0)
        return false;
    m->policy_pid = 0;
    m->policy_at = hop_now_ms();
    m->policy_failed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    if (getrandom(&m->policy_chance, sizeof(m->policy_chance), GRND_NONBLOCK) !=
        sizeof(m->policy_chance))
        m->policy_chance = (uint32_t)pid;
    return true;
}

/* From the settings as they are now: what the last update has brought counts
 * for the next one already. */
static uint64_t
due_at(const struct monitor *m)
{
    uint64_t every =
        (uint64_t)hop_config_u32(&m->config, HOP_SET_GROUP_POLICY_EVERY_MIN) *
        MINUTE_MS;
    uint64_t offset =
        (uint64_t)hop_config_u32(&m->config, HOP_SET_GROUP_POLICY_OFFSET_MIN) *
        MINUTE_MS;

    if (m->policy_at == 0)
        return 0;
    if (every == 0)
        return m->policy_at + OFTEN_MS;
    if (m->policy_failed && every > RETRY_MIN * MINUTE_MS)
        return m->policy_at + RETRY_MIN * MINUTE_MS;
    return m->policy_at + every + (offset > 0 ? m->policy_chance % offset : 0);
}

/* ---- ends of time */

void
monitor_policy_look(struct monitor *m)
{
    struct hop_error err = {0};
    int64_t now = time(NULL), next;

    m->sweep_at = 0;
    if (!hop_fresh_sweep(m->config_dir, now, &next, &err)) {
        hop_journal(HOP_EVENT_TROUBLE, NULL,
                    "what Enable-WSManCredSSP -For allowed is over, and stays "
                    "in the settings: %s",
                    err.text);
        return;
    }
    /* The clock of the day may be set: it is asked again now and then. */
    if (next > now + WAIT_MAX_MIN * 60)
        next = now + WAIT_MAX_MIN * 60;
    if (next != 0)
        m->sweep_at = hop_now_ms() + (uint64_t)(next - now) * 1000;
}

int
monitor_policy_run(struct monitor *m)
{
    uint64_t now = hop_now_ms(), next = UINT64_MAX;

    if (m->sweep_at != 0 && m->sweep_at <= now)
        monitor_policy_look(m);
    if (m->sweep_at != 0)
        next = m->sweep_at;
    if (m->policy_pid == 0 && is_wanted(m)) {
        uint64_t due = due_at(m);

        if (due <= now)
            start_update(m);
        else if (due < next)
            next = due;
    }
    if (next == UINT64_MAX)
        return -1;
    return next > now ? (int)(next - now) + 1 : 1;
}
