/* SPDX-License-Identifier: MIT */
#include "server/authproc.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"

struct realm realm;
struct hop_ipc monitor, net;
pid_t pid;
uint32_t last_id;
uint64_t last_connection;
char owner[64];
struct hop_cred *tickets;

/* ---- the two channels */

struct hop_ipc_msg *
await(struct hop_ipc *ipc)
{
    struct hop_ipc_msg *m;
    struct hop_error err;

    for (int k = 0; k < 100; k++) {
        struct pollfd p = {ipc->fd, POLLIN, 0};
        enum hop_ipc_result r = hop_ipc_next(ipc, &m, &err);

        if (r == HOP_IPC_OK)
            return m;
        if (r != HOP_IPC_AGAIN || poll(&p, 1, 5000) != 1)
            return NULL;
        r = hop_ipc_read(ipc, &err);
        if (r == HOP_IPC_CLOSED || r == HOP_IPC_BAD)
            return NULL;
    }
    return NULL;
}

bool
tell(struct hop_ipc *ipc, uint32_t type, uint32_t id, const void *body,
     const int *fds, size_t n)
{
    struct hop_error err;

    hop_ipc_send(ipc, type, id, body, fds, n);
    return hop_ipc_flush(ipc, &err) != HOP_IPC_BAD;
}

bool
start_process(const char *settings)
{
    const char *program = getenv("HOP_TEST_AUTH");
    struct hop_msg_config c = {
        .text = settings, .user = owner, .run_dir = realm.dir};
    struct hop_error err;
    struct hop_ipc_msg *m;
    int fds[2], peer[2];

    if (program == NULL || !hop_ipc_pair(fds, &err) ||
        !hop_ipc_pair(peer, &err))
        return false;
    pid = fork();
    if (pid == 0) {
        int log = open(realm_path(&realm, "auth.log"),
                       O_WRONLY | O_CREAT | O_APPEND, 0600);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        log = fcntl(log, F_DUPFD, 20);
        dup2(fcntl(fds[1], F_DUPFD, 20), 3);
        dup2(log, 4);
        execl(program, "hopd-auth", "--user", "--log", (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    hop_ipc_init(&monitor, fds[0], HOP_PEER_MONITOR, HOP_PEER_AUTH);
    hop_ipc_init(&net, peer[0], HOP_PEER_NET, HOP_PEER_AUTH);
    if (!tell(&monitor, HOP_MSG_CONFIG, 0, &c, NULL, 0) ||
        !tell(&monitor, HOP_MSG_PEER, 0, NULL, &peer[1], 1))
        return false;
    m = await(&monitor);
    return m != NULL && m->type == HOP_MSG_READY;
}

int
stop_process(void)
{
    int status = -1;

    tell(&monitor, HOP_MSG_STOP, 0, NULL, NULL, 0);
    waitpid(pid, &status, 0);
    hop_ipc_done(&monitor);
    hop_ipc_done(&net);
    return status;
}

/* One STEP; the answer is valid until the next await. */
bool
step(uint64_t connection, enum hop_scheme scheme, bool tls, const void *token,
     size_t n, struct hop_msg_answer *out)
{
    struct hop_msg_step s = {.connection = connection,
                             .scheme = (uint8_t)scheme,
                             .tls = tls,
                             .token = {token, n},
                             .peer = "192.0.2.7"};
    struct hop_error err;
    struct hop_ipc_msg *m;

    tell(&net, HOP_MSG_STEP, ++last_id, &s, NULL, 0);
    m = await(&net);
    return m != NULL && m->type == HOP_MSG_ANSWER && m->id == last_id &&
           hop_ipc_unpack(m, out, &err) && out->connection == connection;
}

/* A logon by an initiator; out is the last answer. */
bool
log_on(uint64_t connection, enum hop_scheme scheme,
       const struct hop_initiator_options *o, struct hop_initiator **i,
       struct hop_msg_answer *out)
{
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;
    struct hop_error err = {0};
    enum hop_auth_step r = HOP_AUTH_FAILED;

    memset(out, 0, sizeof(*out));
    if (!hop_initiator_new(o, i, &err))
        return false;
    for (int k = 0; k < 5; k++) {
        hop_buf_clear(&token);
        r = hop_initiator_step(*i, out->token.data, out->token.len, &token,
                               &err);
        if (r == HOP_AUTH_FAILED || token.len == 0)
            break;
        if (!step(connection, scheme, false, token.data, token.len, out))
            return false;
        if (out->result == HOP_ANSWER_DENIED ||
            (out->result == HOP_ANSWER_DONE && out->token.len == 0))
            break;
    }
    if (err.text[0] != '\0')
        printf("# client: %s\n", err.text);
    return out->result == HOP_ANSWER_DONE;
}

struct hop_initiator_options
options(enum hop_auth_mech mech, struct hop_cred *c)
{
    return (struct hop_initiator_options){
        .mech = mech, .cred = c, .spn = {.host = "b.test"}};
}

struct hop_cred *
password_cred(const char *user, const char *password)
{
    HOP_AUTO_SECRET struct hop_secret *s =
        hop_secret_new(password, strlen(password));
    struct hop_cred *c = NULL;

    if (!hop_cred_password(user, s, &c, NULL))
        abort();
    return c;
}

bool
want(uint64_t logon, const char *session, const char *resource)
{
    struct hop_msg_want w = {.logon = logon,
                             .session = session,
                             .resource = resource,
                             .name = "",
                             .profile = ""};

    return tell(&net, HOP_MSG_WANT, ++last_id, &w, NULL, 0);
}

static void
write_users(void)
{
    FILE *f = fopen(realm_path(&realm, "users"), "w");

    fputs("CORP:nora:geheim\n", f);
    fclose(f);
    chmod(realm_path(&realm, "users"), 0600);
}

bool
begin(const char *settings)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    snprintf(owner, sizeof(owner), "%s", realm_user());
    if (!realm_start(&realm, "aes256-cts") ||
        !realm_kinit(&realm, "alice", "-f")) {
        printf("Bail out! the realm did not start, see %s\n", realm.dir);
        return false;
    }
    write_users();
    hop_buf_addf(&text, "%sLinux/Keytab = %s\nLinux/NtlmUserFile = %s\n",
                 settings, realm_path(&realm, "b.keytab"),
                 realm_path(&realm, "users"));
    if (!hop_cred_default(NULL, &tickets, NULL) ||
        !start_process(hop_buf_str(&text))) {
        printf("Bail out! hopd-auth did not start, see %s\n", realm.dir);
        return false;
    }
    return true;
}
