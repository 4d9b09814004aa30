/* What the files of the monitor share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_MONITOR_STATE_H
#define HOP_SERVER_MONITOR_STATE_H

#include "config/config.h"
#include "server/messages.h"
#include "server/set.h"

#include <sys/types.h>

struct monitor;

enum monitor_child_kind { MONITOR_NET, MONITOR_AUTH, MONITOR_CHILDREN };

struct monitor_child {
    struct monitor *m;
    enum monitor_child_kind kind;
    pid_t pid; /* 0: not running */
    struct hop_ipc ipc;
    struct hop_source source;
    bool ready;
    unsigned deaths; /* in a row, without having been ready for long */
    uint64_t started_at, restart_at;
};

struct monitor_session {
    struct monitor_session *next;
    struct monitor *m;
    char *id;       /* ShellId */
    pid_t pid;      /* of the keeper, 0: not our child (older than we) */
    char group[17]; /* name of its control group */
    pid_t told;     /* hopd-net that has its channel */
    uint32_t want;  /* id of the request that hopd-net waits for */
    bool running;
    /* What hopd-auth is told of it; session NULL: it has no agent. */
    struct hop_msg_orphan orphan;
    pid_t served; /* hopd-auth whose agent serves it */
    struct hop_ipc ipc;
    struct hop_source source;
};

struct monitor_listener {
    char *name; /* one for each address, of the same name */
    char *like; /* whose settings it has */
    bool https;
    uint16_t port;
    char *hostname, *prefix;
    char *address; /* as it was asked for */
    bool wanted;   /* the present settings have it */
    int fd;
    int cert_fd, key_fd, ca_fd; /* memory files, -1: none */
};

struct monitor_check {
    struct monitor_check *next;
    struct monitor *m;
    struct hop_source source; /* pipe from the child that asks PAM */
    uint32_t id;
    struct hop_buf answer;
};

struct monitor {
    /* from the command line */
    bool user_mode;
    char *config_dir, *run_dir, *bin_dir;
    int log_fd;
    uint64_t files_soft, files_hard; /* limits that sessions start with */
    /* the rest */
    struct hop_set set;
    struct hop_config config;
    char *user; /* of --user, else "" */
    uint32_t state;
    struct hop_source signals;
    struct hop_source watch; /* the settings' folder */
    int watch_policies;      /* in it; -1: not there */
    struct monitor_child children[MONITOR_CHILDREN];
    struct monitor_session *sessions;
    struct monitor_session *spares; /* keepers without a session yet */
    size_t spare_count;
    uint64_t spare_at;      /* when more may be made */
    pid_t policy_pid;       /* gpupdate, 0: not running */
    uint64_t policy_at;     /* when it last ended; 0: it has not run yet */
    uint32_t policy_chance; /* drawn then: how much of the offset is added */
    bool policy_failed;
    uint64_t sweep_at; /* when an entry of Enable-WSManCredSSP -For ends; 0 */
    struct monitor_check *checks;
    struct monitor_change *changes;
    size_t change_count;
    struct hop_source settings; /* the socket for sessions; fd -1: none */
    struct monitor_listener *listeners;
    size_t listener_count;
    bool stopping;
    bool announced;
};

/* monitor.c: reads the settings again and tells everybody. */
void monitor_reload(struct monitor *m);

/* monitor_watch.c: reloads when files of the settings change. */
void monitor_watch_start(struct monitor *m);
/* The settings may name other folders now. */
void monitor_watch_certificates(struct monitor *m);

/* monitor_policy.c: does what is due of the domain's policy and of settings
 * that end by themselves; ms until the next of it, or -1. */
int monitor_policy_run(struct monitor *m);
/* The settings have changed. */
void monitor_policy_look(struct monitor *m);
/* True when that was gpupdate's pid. */
bool monitor_policy_ended(struct monitor *m, pid_t pid, int status);

/* monitor_listen.c: opens what the settings name (or takes sockets that were
 * passed), and sends it to hopd-net. */
HOP_MUST_CHECK bool monitor_listen_open(struct monitor *m,
                                        struct hop_error *err);
void monitor_listen_send(struct monitor *m);
void monitor_listen_done(struct monitor *m);
/* How many sockets systemd passed; to be called before anything is opened. */
size_t monitor_listen_inherit(void);

/* monitor_child.c */
HOP_MUST_CHECK bool monitor_child_start(struct monitor *m,
                                        enum monitor_child_kind kind,
                                        struct hop_error *err);
/* waitpid has told of its end. */
void monitor_child_ended(struct monitor_child *c, int status);
void monitor_child_flush(struct monitor_child *c);
void monitor_child_send_config(struct monitor *m);
/* A new channel between hopd-net and hopd-auth. */
void monitor_child_pair(struct monitor *m);
/* Starts those that are due; ms until the next is, or -1. */
int monitor_child_restart(struct monitor *m);
/* hopd-net or hopd-auth is READY. */
void monitor_child_announce(struct monitor *m);

/* monitor_settings.c: settings that administrators change without being root,
 * over the wire and from their sessions. */
void monitor_settings_start(struct monitor *m);
bool monitor_settings_apply(struct monitor *m, struct hop_ipc_msg *msg,
                            struct hop_error *err);
void monitor_settings_done(struct monitor *m);

/* monitor_session.c */
bool monitor_session_start(void *ctx, struct hop_ipc_msg *msg,
                           struct hop_error *err);
bool monitor_session_end(void *ctx, struct hop_ipc_msg *msg,
                         struct hop_error *err);
bool monitor_session_check(void *ctx, struct hop_ipc_msg *msg,
                           struct hop_error *err);
/* hopd-net is new: asks every keeper for a new channel. */
void monitor_session_attach_all(struct monitor *m);
/* hopd-auth is new: tells it of the sessions whose agent the old one was. */
void monitor_session_orphan_all(struct monitor *m);
/* Finds the keepers of an earlier hopd. */
void monitor_session_find(struct monitor *m);
void monitor_session_ended(struct monitor *m, pid_t pid);
/* Makes spare keepers when it is time; ms until then, or -1. */
int monitor_session_prepare(struct monitor *m);
/* The settings have changed: the spare ones have the old limits. */
void monitor_session_drop_spares(struct monitor *m);
void monitor_session_flush(struct monitor *m);
/* Forgets them; they go on. */
void monitor_session_done(struct monitor *m);
/* In `hopd --user` sessions end with the server. */
void monitor_session_end_all(struct monitor *m, const char *reason);

#endif
