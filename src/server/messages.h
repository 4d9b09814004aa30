/* The messages between the processes of the server.  Each has a struct here and
 * a row in messages.c with name, sender, receiver, largest payload and fields.
 *
 *     client --HTTP--> hopd-net --STEP--> hopd-auth      token by token
 *                      hopd-net <-ANSWER- hopd-auth      exported GSS context
 *     new shell:       hopd-net --WANT--> hopd-auth --START--> hopd (monitor)
 *                      hopd-net <--------SESSION (+fd)-------- hopd
 *     in the shell:    hopd-net <--OPEN, COMMAND, OUTPUT ...--> hopd-run
 *
 * hopd-auth, not hopd-net, tells the monitor whose session to start: a broken
 * hopd-net can name only logons that hopd-auth has accepted and not yet
 * dropped.  Strings are UTF-8 without NUL; "" stands for none.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_MESSAGES_H
#define HOP_SERVER_MESSAGES_H

#include "server/ipc.h"

/* The descriptor on which a child finds its channel to the monitor. */
#define HOP_IPC_MONITOR_FD 3

enum hop_msg {
    /* start and end of a child */
    HOP_MSG_CONFIG,   /* monitor -> net, auth: at start and after SIGHUP */
    HOP_MSG_PEER,     /* monitor -> net, auth: fd of their common channel */
    HOP_MSG_LISTEN,   /* monitor -> net: a listening socket */
    HOP_MSG_UNLISTEN, /* monitor -> net: that listener is no more */
    HOP_MSG_READY,    /* net, auth -> monitor: sandboxed and serving */
    HOP_MSG_STOP,     /* monitor -> net, auth: finish and exit */
    HOP_MSG_REKEY,    /* auth -> monitor: the keytab may have changed */
    HOP_MSG_KEYS,     /* monitor -> auth: the keytab, which root alone reads */
    /* authentication */
    HOP_MSG_STEP,    /* net -> auth: a token */
    HOP_MSG_ANSWER,  /* auth -> net: reply to STEP, same id */
    HOP_MSG_DROP,    /* net -> auth: the connection is gone */
    HOP_MSG_CHECK,   /* auth -> monitor: is this the user's password? (PAM) */
    HOP_MSG_CHECKED, /* monitor -> auth: reply to CHECK */
    /* sessions */
    HOP_MSG_WANT,    /* net -> auth: open a session for this logon */
    HOP_MSG_START,   /* auth -> monitor: open it, with these credentials */
    HOP_MSG_SESSION, /* monitor -> net: session runs; fd 0 to hopd-run */
    HOP_MSG_FAILED,  /* monitor or auth -> net: WANT could not be met */
    HOP_MSG_END,     /* net -> monitor -> keeper: end it, kill what is left */
    HOP_MSG_ENDED,   /* keeper -> monitor -> net, auth: nothing is left */
    HOP_MSG_ORPHAN,  /* monitor -> auth: its agent died with an older one */
    /* monitor and keeper */
    HOP_MSG_ATTACH, /* monitor -> keeper -> run: fd of a new channel to net */
    HOP_MSG_KEPT,   /* keeper -> monitor: what it keeps; fd 0 when new */
    /* hopd-net and hopd-run */
    HOP_MSG_OPEN,     /* net -> run: the shell's properties */
    HOP_MSG_OPENED,   /* run -> net: reply, also the greeting on re-attach */
    HOP_MSG_COMMAND,  /* net -> run */
    HOP_MSG_STARTED,  /* run -> net: reply to COMMAND */
    HOP_MSG_INPUT,    /* net -> run: bytes of an input stream */
    HOP_MSG_TAKEN,    /* run -> net: reply to INPUT: room for the next */
    HOP_MSG_OUTPUT,   /* run -> net: bytes of an output stream */
    HOP_MSG_DONE,     /* run -> net: the command has ended */
    HOP_MSG_SENT,     /* net -> run: output up to here went out in a Receive */
    HOP_MSG_ACK,      /* net -> run: output up to here has reached the client */
    HOP_MSG_SIGNAL,   /* net -> run */
    HOP_MSG_SIGNALED, /* run -> net: reply to SIGNAL */
    HOP_MSG_CONNECT,  /* net -> run: Connect with its open content */
    HOP_MSG_CONNECTED, /* run -> net: reply to CONNECT */
    HOP_MSG_NOTE,      /* net -> run: another note to give back */
    HOP_MSG_CLOSE,     /* net -> run: end the shell */
    /* settings over the wire */
    HOP_MSG_CHANGE,  /* net -> auth: the logon wants to change settings */
    HOP_MSG_APPLY,   /* auth -> monitor: change them, if the user may */
    HOP_MSG_APPLIED, /* monitor or auth -> net: reply to CHANGE */
    HOP_MSG_ASK,     /* net -> run-cim: instances, or a method */
    HOP_MSG_TOLD,    /* run-cim -> net: reply to ASK */
    HOP_MSG_COUNT,
};

/* HTTP authentication scheme of a STEP. */
enum hop_scheme {
    HOP_SCHEME_NEGOTIATE,
    HOP_SCHEME_KERBEROS,
    HOP_SCHEME_CREDSSP,
    HOP_SCHEME_BASIC,       /* token is "user:password" */
    HOP_SCHEME_CERTIFICATE, /* token is the chain in DER, the client's own
                               certificate first, already verified against the
                               configured authorities */
    HOP_SCHEME_COUNT,
};

/* What a logon was made with. */
enum hop_logon_kind {
    HOP_LOGON_KERBEROS,
    HOP_LOGON_NTLM,
    HOP_LOGON_CREDSSP,
    HOP_LOGON_BASIC,
    HOP_LOGON_CERTIFICATE,
    HOP_LOGON_COUNT,
};
/* "kerberos", "ntlm" ...: for journals and HOP_SESSION_LOGON. */
extern const char *const hop_logon_names[HOP_LOGON_COUNT];

/* What the session can show to a third host. */
enum hop_delegation {
    HOP_DELEGATION_NONE,
    HOP_DELEGATION_FORWARDED, /* a forwarded TGT */
    HOP_DELEGATION_CREDSSP,
    HOP_DELEGATION_S4U, /* constrained, by the evidence ticket */
    HOP_DELEGATION_COUNT,
};
extern const char *const hop_delegation_names[HOP_DELEGATION_COUNT];

/* The settings as text, see config/config.h; replaces all earlier ones.  user:
 * the account of `hopd --user`, else "". */
struct hop_msg_config {
    const char *text;
    const char *fixed; /* those of them that a policy fixes */
    const char *user;
    const char *run_dir;   /* "/run/hop" */
    const char *addresses; /* of this host, by blanks */
};

/* fd 0: the socket.  For https, fd 1 and 2: PEM certificate chain and key (or a
 * socket to whoever holds it, net/token.h); fd
 * 3, if any: authorities of client certificates.  Files in memory. */
struct hop_msg_listen {
    const char *name; /* the listener's name in the configuration */
    uint8_t https;
    uint32_t port;
    const char *hostname;
    const char *prefix; /* "wsman" */
};

struct hop_msg_unlisten {
    const char *name;
};

struct hop_msg_step {
    uint64_t connection; /* hopd-net's number, never used twice */
    uint8_t scheme;      /* enum hop_scheme */
    uint8_t tls;
    struct hop_ipc_bytes bindings; /* tls-server-end-point data, TLS only */
    struct hop_ipc_bytes token;
    const char *peer; /* client's address, for the journal */
};

enum hop_answer {
    HOP_ANSWER_CONTINUE, /* send token in a 401 */
    HOP_ANSWER_DONE,     /* logged on */
    HOP_ANSWER_DENIED,   /* 401 with the list of schemes */
};

struct hop_msg_answer {
    uint64_t connection;
    uint8_t result; /* enum hop_answer */
    struct hop_ipc_bytes token;
    /* the rest with HOP_ANSWER_DONE */
    uint64_t logon; /* for WANT; dies with DROP of its connection */
    uint8_t kind;   /* enum hop_logon_kind */
    uint8_t delegation;
    const char *principal;        /* "alice@CORP.TEST" as authenticated */
    const char *user;             /* Unix account: owner of shells */
    uint64_t expires;             /* seconds since 1970, 0: not */
    struct hop_ipc_bytes context; /* for hop_gss_import; empty: no sealing */
    const char *scope;  /* patterns of resource URIs that the logon is for, by
                           line feeds; "": all */
    const char *access; /* "": may do all; else for RootSDDL (no name) and each
                           endpoint with a descriptor a line NAME=RWX, with
                           the letters of the rights there are */
    /* with HOP_ANSWER_DENIED */
    uint32_t code;    /* 0x8009030C ... */
    const char *text; /* for the journal only */
};

struct hop_msg_drop {
    uint64_t connection;
};

struct hop_msg_check {
    const char *user;
    struct hop_ipc_bytes password;
    const char *peer;
};

struct hop_msg_checked {
    uint8_t ok;
    const char *text; /* PAM's, for the journal */
};

/* id of WANT is that of SESSION or FAILED. */
struct hop_msg_want {
    uint64_t logon;
    const char *session;  /* the new ShellId, upper case */
    const char *resource; /* resource URI: names the endpoint */
    const char *name;     /* the shell's Name or "" */
    const char *profile;  /* "0": do not load the profile */
};

/* fd 0, if any: a FILE ticket cache to be copied for the session. */
struct hop_msg_start {
    const char *session;
    const char *resource;
    const char *name;
    const char *user;
    const char *principal;
    uint8_t kind;
    uint8_t delegation;
    const char *peer;
    const char *ccache;      /* KRB5CCNAME to set when no fd comes ("KCM:") */
    const char *krb5_config; /* KRB5_CONFIG to set with it, or "" */
    const char *reason; /* why there is no delegation, or ""; for the user */
    uint64_t expires;   /* when what the agent uses ends; seconds since 1970 */
    /* The monitor's word: the endpoint's quotas and the Shell tree's; 0: no
     * limit. */
    uint32_t memory_mb, processes_max;
};

/* fd 0: channel to hopd-run. */
struct hop_msg_session {
    const char *session;
    const char *resource;
    const char *name;
    const char *user;
    const char *principal;
    uint8_t kind;
    const char *peer;
    uint32_t pid;     /* of hopd-run */
    uint8_t attached; /* an older session, after a restart of hopd-net */
    uint8_t agent;    /* it is served by the credential agent */
    uint8_t delegation;
    uint64_t expires;
};

/* A session whose agent is to be opened again.  What it made tickets from is
 * gone: none of it is kept anywhere else. */
struct hop_msg_orphan {
    const char *session;
    const char *resource;
    const char *user;
    const char *principal;
    uint8_t delegation;
    uint64_t expires;
};

struct hop_msg_failed {
    const char *session;
    uint32_t code;    /* WSMan or Win32 code for the fault */
    const char *text; /* for client and journal */
};

struct hop_msg_end {
    const char *session;
    const char *reason; /* "deleted", "idle" ... for the journal */
};

/* How the reason begins when the kernel has ended it for its memory; behind it
 * stands the limit. */
#define HOP_ENDED_BY_MEMORY "MaxMemoryPerShellMB"

struct hop_msg_ended {
    const char *session;
    uint32_t killed; /* processes that had to be killed */
    const char *reason;
};

struct hop_msg_open {
    const char *directory; /* "" : home */
    /* NAME=VALUE, each with a NUL behind it */
    struct hop_ipc_bytes environment;
    const char *input_streams;  /* "stdin" */
    const char *output_streams; /* "stdout stderr" */
    uint32_t window_bytes;      /* most unacknowledged output per command */
    uint32_t shell_bytes;       /* of all commands; each has floor_bytes in */
    uint32_t floor_bytes;       /* any case */
    uint32_t processes_max;     /* MaxProcessesPerShell, 0: no limit */
    struct hop_ipc_bytes note;  /* opaque, of hopd-net; given back in OPENED */
    struct hop_ipc_bytes content; /* creationXml, PSRP */
    uint32_t envelope_bytes;      /* the client's MaxEnvelopeSize */
    const char *connection;       /* the address that the client has asked */
    const char *resource;         /* names the endpoint */
    const char *program; /* that speaks PSRP by lines; "": the engine */
};

struct hop_msg_opened {
    uint8_t ok;
    uint8_t again; /* greeting on a re-attached channel: STARTED, OUTPUT (from
                      the last ACK on), DONE of each command follow, then
                      OPENED with again = 0 */
    uint32_t code;
    const char *text;
    struct hop_ipc_bytes note;
};

struct hop_msg_command {
    const char *command; /* CommandId, upper case */
    const char *line;
    struct hop_ipc_bytes arguments; /* each with a NUL behind it */
    uint8_t skip_shell;             /* WINRS_SKIP_CMD_SHELL */
    uint8_t console_stdin;          /* WINRS_CONSOLEMODE_STDIN */
};

struct hop_msg_started {
    const char *command;
    uint8_t ok;
    uint32_t code;
    const char *text;
    /* on re-attach: output before `acked` is gone; of the last Receive sent */
    uint64_t acked;
    uint64_t sent;
    struct hop_ipc_bytes note;
};

struct hop_msg_input {
    const char *command; /* "" : of the shell */
    const char *stream;
    struct hop_ipc_bytes data;
    uint8_t end;
};

struct hop_msg_taken {
    const char *command;
    uint8_t ok;
    uint32_t code; /* 109 the pipe is broken ... */
};

struct hop_msg_output {
    const char *command; /* "" : of the shell */
    const char *stream;
    uint64_t
        at; /* of the first byte, counted over all streams of the command */
    struct hop_ipc_bytes data;
    uint8_t end; /* of this stream */
};

struct hop_msg_done {
    const char *command;
    uint32_t exit_code;
};

struct hop_msg_sent {
    const char *command;
    uint64_t to;
    struct hop_ipc_bytes note; /* MessageID of the Receive answered */
};

struct hop_msg_ack {
    const char *command;
    uint64_t to;
};

struct hop_msg_signal {
    const char *command;
    const char *code; /* URI as on the wire */
};

struct hop_msg_signaled {
    const char *command;
    uint8_t ok;
    uint8_t gone; /* the command is forgotten: no more OUTPUT or DONE */
};

struct hop_msg_note {
    struct hop_ipc_bytes note;
    uint8_t drop; /* output for which there is no room is not to wait */
};

struct hop_msg_connect {
    struct hop_ipc_bytes content; /* connectXml */
};

struct hop_msg_connected {
    uint8_t ok;
    uint32_t code;
    const char *text;
    struct hop_ipc_bytes content; /* connectResponseXml */
};

/* text: as config/change.h has it; "" asks whether the user may. */
struct hop_msg_change {
    uint64_t logon;
    const char *text;
};

struct hop_msg_apply {
    const char *user;
    const char *principal;
    const char *peer;
    const char *text;
};

/* hop_config_answer_format's. */
struct hop_msg_applied {
    const char *answer;
};

enum hop_ask_op {
    HOP_ASK_ENUMERATE,
    HOP_ASK_PULL,
    HOP_ASK_RELEASE,
    HOP_ASK_GET,
    HOP_ASK_INVOKE,
    HOP_ASK_COUNT
};

/* EnumerationMode. */
enum hop_ask_mode { HOP_ASK_OBJECTS, HOP_ASK_EPRS, HOP_ASK_BOTH };

struct hop_msg_ask {
    uint8_t op; /* enum hop_ask_op */
    const char *resource;
    /* keys, or a selector filter: name, NUL, value, NUL ... */
    struct hop_ipc_bytes selectors;
    const char *dialect, *filter;
    uint8_t mode; /* enum hop_ask_mode */
    uint8_t optimize;
    uint32_t max_elements, max_bytes; /* of this answer */
    uint64_t context;                 /* of PULL and RELEASE */
    const char *method;
    struct hop_ipc_bytes arguments; /* as selectors */
    uint32_t idle_ms;               /* contexts unused for longer are dropped */
};

struct hop_msg_told {
    uint8_t ok;
    uint32_t code;
    const char *text;
    uint64_t context; /* 0: none is left */
    uint8_t end;      /* of the items */
    struct hop_ipc_bytes xml;
};

enum hop_ipc_kind {
    HOP_IPC_U8,
    HOP_IPC_U32,
    HOP_IPC_U64,
    HOP_IPC_STRING, /* le32 length with the NUL, bytes, NUL */
    HOP_IPC_BYTES,  /* le32 length, bytes */
};

struct hop_ipc_field {
    enum hop_ipc_kind kind;
    size_t offset;
};

struct hop_msg_row {
    const char *name;
    unsigned from, to; /* bits of enum hop_peer */
    size_t max_bytes;  /* of the payload */
    unsigned max_fds;
    const struct hop_ipc_field *fields;
    size_t field_count;
};

/* By enum hop_msg. */
extern const struct hop_msg_row hop_msg_table[HOP_MSG_COUNT];

#endif
