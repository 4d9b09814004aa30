/* The rows of the message table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/messages.h"

#define MON  HOP_PEER_MONITOR
#define NET  HOP_PEER_NET
#define AUTH HOP_PEER_AUTH
#define KEEP HOP_PEER_KEEPER
#define RUN  HOP_PEER_RUN

/* Enough for any token (WinRM sends up to 64 KiB), name or error text. */
#define SMALL  4096
#define MEDIUM (128 * 1024)
/* An envelope may be as large as MaxEnvelopeSizekb allows. */
#define LARGE (16 * 1024 * 1024)
/* What a session may make hopd-net hold at once. */
#define BULK (2 * 1024 * 1024)

const char *const hop_logon_names[HOP_LOGON_COUNT] = {
    [HOP_LOGON_KERBEROS] = "kerberos",       [HOP_LOGON_NTLM] = "ntlm",
    [HOP_LOGON_CREDSSP] = "credssp",         [HOP_LOGON_BASIC] = "basic",
    [HOP_LOGON_CERTIFICATE] = "certificate",
};

const char *const hop_delegation_names[HOP_DELEGATION_COUNT] = {
    [HOP_DELEGATION_NONE] = "none",
    [HOP_DELEGATION_FORWARDED] = "forwarded",
    [HOP_DELEGATION_CREDSSP] = "credssp",
    [HOP_DELEGATION_S4U] = "s4u",
};

/* One field: F(config, STRING, text) */
#define F(tag, kind_, member)                                                  \
    {                                                                          \
        HOP_IPC_##kind_, offsetof(struct hop_msg_##tag, member)                \
    }

static const struct hop_ipc_field config_fields[] = {
    F(config, STRING, text),      F(config, STRING, fixed),
    F(config, STRING, user),      F(config, STRING, run_dir),
    F(config, STRING, addresses),
};
static const struct hop_ipc_field listen_fields[] = {
    F(listen, STRING, name),   F(listen, U8, https),
    F(listen, U32, port),      F(listen, STRING, hostname),
    F(listen, STRING, prefix),
};
static const struct hop_ipc_field unlisten_fields[] = {
    F(unlisten, STRING, name),
};
static const struct hop_ipc_field step_fields[] = {
    F(step, U64, connection), F(step, U8, scheme),   F(step, U8, tls),
    F(step, BYTES, bindings), F(step, BYTES, token), F(step, STRING, peer),
};
static const struct hop_ipc_field answer_fields[] = {
    F(answer, U64, connection),   F(answer, U8, result),
    F(answer, BYTES, token),      F(answer, U64, logon),
    F(answer, U8, kind),          F(answer, U8, delegation),
    F(answer, STRING, principal), F(answer, STRING, user),
    F(answer, U64, expires),      F(answer, BYTES, context),
    F(answer, STRING, scope),     F(answer, STRING, access),
    F(answer, U32, code),         F(answer, STRING, text),
};
static const struct hop_ipc_field drop_fields[] = {
    F(drop, U64, connection),
};
static const struct hop_ipc_field check_fields[] = {
    F(check, STRING, user),
    F(check, BYTES, password),
    F(check, STRING, peer),
};
static const struct hop_ipc_field checked_fields[] = {
    F(checked, U8, ok),
    F(checked, STRING, text),
};
static const struct hop_ipc_field want_fields[] = {
    F(want, U64, logon),   F(want, STRING, session), F(want, STRING, resource),
    F(want, STRING, name), F(want, STRING, profile),
};
static const struct hop_ipc_field start_fields[] = {
    F(start, STRING, session),   F(start, STRING, resource),
    F(start, STRING, name),      F(start, STRING, user),
    F(start, STRING, principal), F(start, U8, kind),
    F(start, U8, delegation),    F(start, STRING, peer),
    F(start, STRING, ccache),    F(start, STRING, krb5_config),
    F(start, STRING, reason),    F(start, U64, expires),
    F(start, U32, memory_mb),    F(start, U32, processes_max),
};
static const struct hop_ipc_field session_fields[] = {
    F(session, STRING, session),   F(session, STRING, resource),
    F(session, STRING, name),      F(session, STRING, user),
    F(session, STRING, principal), F(session, U8, kind),
    F(session, STRING, peer),      F(session, U32, pid),
    F(session, U8, attached),      F(session, U8, agent),
    F(session, U8, delegation),    F(session, U64, expires),
};
static const struct hop_ipc_field orphan_fields[] = {
    F(orphan, STRING, session), F(orphan, STRING, resource),
    F(orphan, STRING, user),    F(orphan, STRING, principal),
    F(orphan, U8, delegation),  F(orphan, U64, expires),
};
static const struct hop_ipc_field failed_fields[] = {
    F(failed, STRING, session),
    F(failed, U32, code),
    F(failed, STRING, text),
};
static const struct hop_ipc_field end_fields[] = {
    F(end, STRING, session),
    F(end, STRING, reason),
};
static const struct hop_ipc_field ended_fields[] = {
    F(ended, STRING, session),
    F(ended, U32, killed),
    F(ended, STRING, reason),
};
static const struct hop_ipc_field open_fields[] = {
    F(open, STRING, directory),     F(open, BYTES, environment),
    F(open, STRING, input_streams), F(open, STRING, output_streams),
    F(open, U32, window_bytes),     F(open, U32, shell_bytes),
    F(open, U32, floor_bytes),      F(open, U32, processes_max),
    F(open, BYTES, note),           F(open, BYTES, content),
    F(open, U32, envelope_bytes),   F(open, STRING, connection),
    F(open, STRING, resource),      F(open, STRING, program),
};
static const struct hop_ipc_field opened_fields[] = {
    F(opened, U8, ok),       F(opened, U8, again),   F(opened, U32, code),
    F(opened, STRING, text), F(opened, BYTES, note),
};
static const struct hop_ipc_field command_fields[] = {
    F(command, STRING, command),   F(command, STRING, line),
    F(command, BYTES, arguments),  F(command, U8, skip_shell),
    F(command, U8, console_stdin),
};
static const struct hop_ipc_field started_fields[] = {
    F(started, STRING, command), F(started, U8, ok),     F(started, U32, code),
    F(started, STRING, text),    F(started, U64, acked), F(started, U64, sent),
    F(started, BYTES, note),
};
static const struct hop_ipc_field input_fields[] = {
    F(input, STRING, command),
    F(input, STRING, stream),
    F(input, BYTES, data),
    F(input, U8, end),
};
static const struct hop_ipc_field taken_fields[] = {
    F(taken, STRING, command),
    F(taken, U8, ok),
    F(taken, U32, code),
};
static const struct hop_ipc_field output_fields[] = {
    F(output, STRING, command), F(output, STRING, stream), F(output, U64, at),
    F(output, BYTES, data),     F(output, U8, end),
};
static const struct hop_ipc_field done_fields[] = {
    F(done, STRING, command),
    F(done, U32, exit_code),
};
static const struct hop_ipc_field sent_fields[] = {
    F(sent, STRING, command),
    F(sent, U64, to),
    F(sent, BYTES, note),
};
static const struct hop_ipc_field ack_fields[] = {
    F(ack, STRING, command),
    F(ack, U64, to),
};
static const struct hop_ipc_field signal_fields[] = {
    F(signal, STRING, command),
    F(signal, STRING, code),
};
static const struct hop_ipc_field signaled_fields[] = {
    F(signaled, STRING, command),
    F(signaled, U8, ok),
    F(signaled, U8, gone),
};
static const struct hop_ipc_field note_fields[] = {
    F(note, BYTES, note),
    F(note, U8, drop),
};
static const struct hop_ipc_field connect_fields[] = {
    F(connect, BYTES, content),
};
static const struct hop_ipc_field connected_fields[] = {
    F(connected, U8, ok),
    F(connected, U32, code),
    F(connected, STRING, text),
    F(connected, BYTES, content),
};

static const struct hop_ipc_field change_fields[] = {
    F(change, U64, logon),
    F(change, STRING, text),
};
static const struct hop_ipc_field apply_fields[] = {
    F(apply, STRING, user),
    F(apply, STRING, principal),
    F(apply, STRING, peer),
    F(apply, STRING, text),
};
static const struct hop_ipc_field applied_fields[] = {
    F(applied, STRING, answer),
};

static const struct hop_ipc_field ask_fields[] = {
    F(ask, U8, op),           F(ask, STRING, resource),
    F(ask, BYTES, selectors), F(ask, STRING, dialect),
    F(ask, STRING, filter),   F(ask, U8, mode),
    F(ask, U8, optimize),     F(ask, U32, max_elements),
    F(ask, U32, max_bytes),   F(ask, U64, context),
    F(ask, STRING, method),   F(ask, BYTES, arguments),
    F(ask, U32, idle_ms),
};
static const struct hop_ipc_field told_fields[] = {
    F(told, U8, ok),       F(told, U32, code), F(told, STRING, text),
    F(told, U64, context), F(told, U8, end),   F(told, BYTES, xml),
};

#define FIELDS(tag) tag##_fields, HOP_ARRAY_SIZE(tag##_fields)
#define NO_FIELDS   NULL, 0

const struct hop_msg_row hop_msg_table[HOP_MSG_COUNT] = {
    /* clang-format off */
    [HOP_MSG_CONFIG]    = {"config",    MON, NET | AUTH, LARGE, 0, FIELDS(config)},
    [HOP_MSG_PEER]      = {"peer",      MON, NET | AUTH, 0, 1, NO_FIELDS},
    [HOP_MSG_LISTEN]    = {"listen",    MON, NET, SMALL, 4, FIELDS(listen)},
    [HOP_MSG_UNLISTEN]  = {"unlisten",  MON, NET, SMALL, 0, FIELDS(unlisten)},
    [HOP_MSG_READY]     = {"ready",     NET | AUTH, MON, 0, 0, NO_FIELDS},
    [HOP_MSG_STOP]      = {"stop",      MON, NET | AUTH, 0, 0, NO_FIELDS},
    [HOP_MSG_REKEY]     = {"rekey",     AUTH, MON, 0, 0, NO_FIELDS},
    [HOP_MSG_KEYS]      = {"keys",      MON, AUTH, 0, 1, NO_FIELDS},
    [HOP_MSG_STEP]      = {"step",      NET, AUTH, MEDIUM, 0, FIELDS(step)},
    [HOP_MSG_ANSWER]    = {"answer",    AUTH, NET, MEDIUM, 0, FIELDS(answer)},
    [HOP_MSG_DROP]      = {"drop",      NET, AUTH, SMALL, 0, FIELDS(drop)},
    [HOP_MSG_CHECK]     = {"check",     AUTH, MON, SMALL, 0, FIELDS(check)},
    [HOP_MSG_CHECKED]   = {"checked",   MON, AUTH, SMALL, 0, FIELDS(checked)},
    [HOP_MSG_WANT]      = {"want",      NET, AUTH, SMALL, 0, FIELDS(want)},
    [HOP_MSG_START]     = {"start",     AUTH | MON, MON | KEEP, MEDIUM, 1, FIELDS(start)},
    [HOP_MSG_SESSION]   = {"session",   MON, NET, MEDIUM, 1, FIELDS(session)},
    [HOP_MSG_FAILED]    = {"failed",    MON | AUTH | KEEP, NET | MON, SMALL, 0, FIELDS(failed)},
    [HOP_MSG_END]       = {"end",       NET | MON, MON | KEEP, SMALL, 0, FIELDS(end)},
    [HOP_MSG_ENDED]     = {"ended",     KEEP | MON, MON | NET | AUTH, SMALL, 0, FIELDS(ended)},
    [HOP_MSG_ORPHAN]    = {"orphan",    MON, AUTH, MEDIUM, 0, FIELDS(orphan)},
    [HOP_MSG_ATTACH]    = {"attach",    MON | KEEP, KEEP | RUN, 0, 1, NO_FIELDS},
    [HOP_MSG_KEPT]      = {"kept",      KEEP, MON, MEDIUM, 1, FIELDS(session)},
    [HOP_MSG_OPEN]      = {"open",      NET, RUN, LARGE, 0, FIELDS(open)},
    [HOP_MSG_OPENED]    = {"opened",    RUN, NET, MEDIUM, 0, FIELDS(opened)},
    [HOP_MSG_COMMAND]   = {"command",   NET, RUN, LARGE, 0, FIELDS(command)},
    [HOP_MSG_STARTED]   = {"started",   RUN, NET, MEDIUM, 0, FIELDS(started)},
    [HOP_MSG_INPUT]     = {"input",     NET, RUN, LARGE, 0, FIELDS(input)},
    [HOP_MSG_TAKEN]     = {"taken",     RUN, NET, SMALL, 0, FIELDS(taken)},
    [HOP_MSG_OUTPUT]    = {"output",    RUN, NET, BULK, 0, FIELDS(output)},
    [HOP_MSG_DONE]      = {"done",      RUN, NET, SMALL, 0, FIELDS(done)},
    [HOP_MSG_SENT]      = {"sent",      NET, RUN, SMALL, 0, FIELDS(sent)},
    [HOP_MSG_ACK]       = {"ack",       NET, RUN, SMALL, 0, FIELDS(ack)},
    [HOP_MSG_SIGNAL]    = {"signal",    NET, RUN, SMALL, 0, FIELDS(signal)},
    [HOP_MSG_SIGNALED]  = {"signaled",  RUN, NET, SMALL, 0, FIELDS(signaled)},
    [HOP_MSG_CONNECT]   = {"connect",   NET, RUN, LARGE, 0, FIELDS(connect)},
    [HOP_MSG_CONNECTED] = {"connected", RUN, NET, BULK, 0, FIELDS(connected)},
    [HOP_MSG_NOTE]      = {"note",      NET, RUN, MEDIUM, 0, FIELDS(note)},
    [HOP_MSG_CLOSE]     = {"close",     NET, RUN, 0, 0, NO_FIELDS},
    [HOP_MSG_CHANGE]    = {"change",    NET, AUTH, MEDIUM, 0, FIELDS(change)},
    [HOP_MSG_APPLY]     = {"apply",     AUTH, MON, MEDIUM, 0, FIELDS(apply)},
    [HOP_MSG_APPLIED]   = {"applied",   MON | AUTH, NET, SMALL, 0, FIELDS(applied)},
    [HOP_MSG_ASK]       = {"ask",       NET, RUN, LARGE, 0, FIELDS(ask)},
    [HOP_MSG_TOLD]      = {"told",      RUN, NET, BULK, 0, FIELDS(told)},
    /* clang-format on */
};
