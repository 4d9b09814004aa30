/* A WinRS command: a process with three pipes, as the session's user.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_COMMAND_H
#define HOP_SERVER_COMMAND_H

#include <sys/types.h>

#include "server/ipc.h"
#include "server/outbox.h"
#include "server/set.h"

/* What a command needs of its shell; all borrowed. */
struct hop_command_host {
    struct hop_set *set;
    struct hop_ipc *net;
    char *const *environment;
    const char *directory;
    size_t window_bytes; /* per command */
    size_t floor_bytes;  /* a command may keep in any case */
    /* How much more the commands of the shell may keep together. */
    size_t (*left)(void *ctx);
    /* A command has ended, and everything of it is in the outbox. */
    void (*on_done)(void *ctx);
    void *ctx;
};

enum hop_command_stream { HOP_STDIN, HOP_STDOUT, HOP_STDERR };

struct hop_command {
    struct hop_command *next;
    char *id;
    struct hop_outbox outbox;
    pid_t pid;      /* also its process group; 0 once reaped */
    bool exited;    /* the pipes are still read to their end */
    bool forgotten; /* terminated by the client: no more messages about it */
    int status;
    uint64_t kill_at; /* when SIGKILL follows SIGTERM, 0: never */
    /* private */
    const struct hop_command_host *host;
    struct hop_source pipes[3];
    struct hop_buf input;
    size_t input_at;
    bool input_end;   /* close standard input once input is written */
    uint32_t waiting; /* id of the INPUT to be answered by TAKEN, 0: none */
};

/* Starts `/bin/sh -c line` with the arguments behind it, or the program itself
 * when skip_shell is set.  err carries a Win32 code (WSMAN domain). */
HOP_MUST_CHECK bool hop_command_start(const struct hop_command_host *host,
                                      const char *id, const char *line,
                                      struct hop_ipc_bytes arguments,
                                      bool skip_shell, struct hop_command **out,
                                      struct hop_error *err);
void hop_command_free(struct hop_command *c);
/* Bytes for standard input; TAKEN with that id is sent when they are written or
 * can never be. */
void hop_command_input(struct hop_command *c, struct hop_ipc_bytes data,
                       bool end, uint32_t id);
/* Room in the outbox has changed. */
void hop_command_resume(struct hop_command *c);
/* The process has ended with that status of waitpid. */
void hop_command_exited(struct hop_command *c, int status);
/* To the whole process group. */
void hop_command_signal(struct hop_command *c, int signum);

#endif
