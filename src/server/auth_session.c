/* From a logon to a session: what the monitor is told, and what of the user's
 * credential goes along.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "auth/account.h"
#include "auth/explain.h"
#include "base/guid.h"
#include "server/auth_state.h"
#include "server/journal.h"

static void
fail(struct auth *a, uint32_t id, const char *session, uint32_t code,
     const char *text)
{
    struct hop_msg_failed m = {.session = session, .code = code, .text = text};

    hop_ipc_send(&a->net, HOP_MSG_FAILED, id, &m, NULL, 0);
}

/* What a session lacks, by how its user logged on; hop and winrs print it
 * behind 0x8009030E. */
static const char *const reasons[HOP_LOGON_COUNT] = {
    [HOP_LOGON_KERBEROS] =
        "the client proved who you are with a Kerberos ticket but sent no "
        "credential along, and the domain does not let this host act for you "
        "there; connect with delegation (winrs -ad), or have it allowed (RBCD "
        "or KCD)",
    [HOP_LOGON_NTLM] =
        "you logged on with NTLM, which proves who you are and carries no "
        "credential, and the domain does not let this host act for you there; "
        "log on with Kerberos and delegation (winrs -ad), or with CredSSP",
    [HOP_LOGON_CREDSSP] =
        "you logged on with CredSSP as a user of this host's own file, which "
        "belongs to no domain; log on as a user of the domain",
    [HOP_LOGON_BASIC] =
        "you logged on with Basic, whose password is checked and forgotten; "
        "log on with Kerberos and delegation (winrs -ad)",
    [HOP_LOGON_CERTIFICATE] =
        "you logged on with a certificate, which carries no credential; log "
        "on with Kerberos and delegation (winrs -ad)",
};
static const char not_forwardable[] =
    "your ticket to this host may not be used further: the account is marked "
    "sensitive or is in Protected Users, or your own ticket was got without "
    "kinit -f; the domain then lets nobody act for you";

static const char *
reason_for(const struct auth_conn *c, enum hop_delegation d)
{
    if (d == HOP_DELEGATION_FORWARDED || d == HOP_DELEGATION_CREDSSP)
        return "";
    if (hop_grant_kind(c->grant) == HOP_GRANT_EVIDENCE &&
        !hop_grant_forwardable(c->grant))
        return not_forwardable;
    return c->kind < HOP_LOGON_COUNT && reasons[c->kind] != NULL
               ? reasons[c->kind]
               : "";
}

/* The forwarded TGT as a file without a name: hopd's keeper copies it to where
 * only the session's user can read it. */
static int
make_ccache(const struct hop_grant *g, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf bytes = {.secret = true};
    HOP_AUTO_FD int fd = memfd_create("hop-ccache", MFD_CLOEXEC);
    int out;

    if (fd < 0) {
        hop_error_errno(err, errno, "keep the forwarded ticket");
        return -1;
    }
    if (!hop_grant_ccache(g, &bytes, err))
        return -1;
    if (write(fd, bytes.data, bytes.len) != (ssize_t)bytes.len) {
        hop_error_errno(err, errno, "keep the forwarded ticket");
        return -1;
    }
    out = fd;
    fd = -1;
    return out;
}

/* "http://schemas.microsoft.com/.../shell/cmd" is the endpoint "cmd". */
static const char *
endpoint_of(const char *resource)
{
    const char *slash = strrchr(resource, '/');

    return slash != NULL ? slash + 1 : resource;
}

static void
narrow(const struct auth *a, const char *resource,
       struct agent_session_options *o)
{
    const char *endpoint = endpoint_of(resource);

    o->allow =
        hop_config_entry(&a->config, "Plugin", endpoint, "AllowDelegationTo");
    o->deny =
        hop_config_entry(&a->config, "Plugin", endpoint, "DenyDelegationTo");
}

static bool
open_agent(struct auth_conn *c, const struct hop_msg_want *w, char **conf,
           struct hop_error *err)
{
    struct agent_session_options o = {.session = w->session,
                                      .user = c->user,
                                      .uid = c->uid,
                                      .grant = c->grant};

    narrow(c->auth, w->resource, &o);
    return agent_open(c->auth->agent, &o, conf, err);
}

/* The agent, or with that turned off (or failing) the forwarded ticket as a
 * file.  *fd is -1 without one. */
static enum hop_delegation
hand_over(struct auth_conn *c, const struct hop_msg_want *w, char **conf,
          int *fd, struct hop_error *err)
{
    enum hop_delegation d = auth_conn_delegation(c);

    *fd = -1;
    if (d == HOP_DELEGATION_NONE)
        return d;
    if (hop_config_bool(&c->auth->config, HOP_SET_CREDENTIAL_AGENT) &&
        open_agent(c, w, conf, err))
        return d;
    if (d == HOP_DELEGATION_FORWARDED || d == HOP_DELEGATION_CREDSSP)
        *fd = make_ccache(c->grant, err);
    return *fd >= 0 ? d : HOP_DELEGATION_NONE;
}

static void
start_session(struct auth_conn *c, uint32_t id, const struct hop_msg_want *w)
{
    struct hop_error err = {0};
    HOP_AUTO_FREE char *conf = NULL;
    int fd;
    enum hop_delegation d = hand_over(c, w, &conf, &fd, &err);
    struct hop_msg_start m = {
        .session = w->session,
        .resource = w->resource,
        .name = w->name,
        .user = c->user,
        .principal = c->principal,
        .kind = (uint8_t)c->kind,
        .delegation = (uint8_t)d,
        .peer = c->peer,
        .ccache = conf != NULL ? "KCM:" : "",
        .krb5_config = conf != NULL ? conf : "",
        .expires = c->grant != NULL ? (uint64_t)hop_grant_expires(c->grant) : 0,
        .reason = d == HOP_DELEGATION_NONE && err.text[0] != '\0'
                      ? err.text
                      : reason_for(c, d),
    };

    if (err.text[0] != '\0')
        hop_journal(HOP_EVENT_TROUBLE,
                    HOP_FIELDS("USER", c->user, "SESSION", w->session), "%s",
                    err.text);
    hop_ipc_send(&c->auth->monitor, HOP_MSG_START, id, &m, &fd, fd >= 0);
}

static bool
is_shell_id(const char *s)
{
    struct hop_guid g;

    return strlen(s) == HOP_GUID_TEXT - 1 && hop_guid_parse(s, strlen(s), &g) &&
           strpbrk(s, "{}abcdef") == NULL;
}

bool
auth_on_want(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct auth *a = ctx;
    struct hop_msg_want w;
    struct auth_conn *c;

    if (!hop_ipc_unpack(msg, &w, err))
        return false;
    if (!is_shell_id(w.session))
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "hopd-net: \"%.64s\" is no ShellId", w.session);
    c = auth_conn_find(a, w.logon);
    if (c == NULL || !c->logged_on) {
        fail(a, msg->id, w.session, HOP_SEC_E_CONTEXT_EXPIRED,
             "the connection on which the user logged on is gone; connect "
             "again (0x80090317 SEC_E_CONTEXT_EXPIRED)");
        return true;
    }
    start_session(c, msg->id, &w);
    return true;
}

/* ---- settings over the wire */

/* Who asks is told to the monitor by us, as for sessions. */
bool
auth_on_change(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct auth *a = ctx;
    struct hop_msg_change m;
    const struct auth_conn *c;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    c = auth_conn_find(a, m.logon);
    if (c == NULL || !c->logged_on) {
        struct hop_msg_applied gone = {
            .answer = "-80090317 the connection on which the user logged on is "
                      "gone; connect again (0x80090317 SEC_E_CONTEXT_EXPIRED)"};
        hop_ipc_send(&a->net, HOP_MSG_APPLIED, msg->id, &gone, NULL, 0);
        return true;
    }
    struct hop_msg_apply apply = {.user = c->user,
                                  .principal = c->principal,
                                  .peer = c->peer,
                                  .text = m.text};
    hop_ipc_send(&a->monitor, HOP_MSG_APPLY, msg->id, &apply, NULL, 0);
    return true;
}

/* ---- after a restart */

/* What the sessions of an earlier hopd-auth have lost, and what is to be done:
 * the words of each refusal from then on. */
static const char *const losses[HOP_DELEGATION_COUNT] = {
    [HOP_DELEGATION_FORWARDED] =
        "the server's credential service was started again, and the ticket "
        "that you had forwarded, which was in its memory alone, is gone; "
        "without it the domain does not let this host act for you there: open "
        "a new session with delegation (winrs -ad)",
    [HOP_DELEGATION_CREDSSP] =
        "the server's credential service was started again, and what you had "
        "handed over by CredSSP, which was in its memory alone, is gone; "
        "without it the domain does not let this host act for you there: open "
        "a new session",
    [HOP_DELEGATION_S4U] =
        "the server's credential service was started again, and your ticket "
        "to this host, which was in its memory alone, is gone; by your name "
        "alone the domain does not let this host act for you there: open a "
        "new session",
};

/* The name is no secret, and is all that is left: S4U2Self makes a ticket of it
 * where the domain trusts this host with any protocol, and never for longer
 * than what was lost. */
static bool
adopt(struct auth *a, const struct hop_msg_orphan *m, struct hop_error *err)
{
    HOP_CLEANUP(hop_account_done) struct hop_account account = {0};
    HOP_AUTO_FREE char *mapped = hop_account_principal(m->principal);
    HOP_AUTO_FREE char *conf = NULL;
    HOP_AUTO_GRANT struct hop_grant *grant = NULL;
    struct agent_session_options o = {.session = m->session, .user = m->user};

    if (!hop_account_find(m->user, &account, err) ||
        !hop_grant_from_name(mapped != NULL ? mapped : m->principal,
                             (int64_t)m->expires, &grant, err))
        return false;
    o.uid = account.uid;
    o.grant = grant;
    o.lost = strchr(m->principal, '\\') != NULL ? NULL : losses[m->delegation];
    narrow(a, m->resource, &o);
    return agent_open(a->agent, &o, &conf, err);
}

bool
auth_on_orphan(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_orphan m;
    struct hop_error why = {0};

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    if (!is_shell_id(m.session) || m.delegation >= HOP_DELEGATION_COUNT)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "hopd: an orphan that cannot be");
    if (adopt(ctx, &m, &why))
        hop_journal(HOP_EVENT_TROUBLE,
                    HOP_FIELDS("USER", m.user, "SESSION", m.session,
                               "PRINCIPAL", m.principal),
                    "session %s of %s has its credential agent again; what "
                    "was %s is gone with the old one",
                    m.session, m.user, hop_delegation_names[m.delegation]);
    else
        hop_journal(HOP_EVENT_TROUBLE,
                    HOP_FIELDS("USER", m.user, "SESSION", m.session), "%s",
                    why.text);
    return true;
}

bool
auth_on_ended(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_ended m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    agent_close(((struct auth *)ctx)->agent, m.session);
    return true;
}
