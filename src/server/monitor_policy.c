/* What comes due by itself: the domain's policy, as MS-GPOL 3.2.5.1 has it read
 * again every 90 minutes and up to 30 more, and the ends of what
 * Enable-WSManCredSSP -For allowed.
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

enum { EVERY_MIN = 90, OFFSET_MIN = 30, RETRY_MIN = 15, WAIT_MAX_MIN = 60 };

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
    if (pid < 0)
        m->policy_at = hop_now_ms() + RETRY_MIN * MINUTE_MS;
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
    uint32_t offset = 0;

    if (pid != m->policy_pid || pid == 0)
        return false;
    m->policy_pid = 0;
    if (getrandom(&offset, sizeof(offset), GRND_NONBLOCK) != sizeof(offset))
        offset = (uint32_t)pid;
    m->policy_at = hop_now_ms();
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        m->policy_at +=
            EVERY_MIN * MINUTE_MS + offset % (OFFSET_MIN * MINUTE_MS);
    else
        m->policy_at += RETRY_MIN * MINUTE_MS;
    return true;
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
        if (m->policy_at <= now)
            start_update(m);
        else if (m->policy_at < next)
            next = m->policy_at;
    }
    if (next == UINT64_MAX)
        return -1;
    return next > now ? (int)(next - now) + 1 : 1;
}
