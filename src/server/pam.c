/* PAM.  Order and traps: what a session opens is opened in one root process per
 * session, because loginuid and keyring cannot be taken back.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/pam.h"

#include <errno.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <security/pam_appl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"

#define SERVICE HOP_PAM_SERVICE

/* ERROR_LOGON_FAILURE, ..._ACCOUNT_RESTRICTION, ..._ACCOUNT_EXPIRED, ... */
#define CODE_LOGON_FAILURE   1326
#define CODE_RESTRICTION     1327
#define CODE_EXPIRED         1793
#define CODE_PASSWORD_CHANGE 1907
#define CODE_NO_SESSION      1312

struct hop_pam {
    pam_handle_t *handle;
    struct hop_buf texts;
};

static pam_handle_t *preloaded;
static struct hop_pam *talking; /* who the conversation is for */

/* Modules may show texts; nothing they ask is answered. */
static int
converse(int count, const struct pam_message **messages,
         struct pam_response **responses, void *data)
{
    if (count <= 0 || count > PAM_MAX_NUM_MSG || !talking)
        return PAM_CONV_ERR;
    struct pam_response *r = hop_xcalloc((size_t)count, sizeof(*r));
    for (int i = 0; i < count; i++) {
        int style = messages[i]->msg_style;
        if (style == PAM_ERROR_MSG || style == PAM_TEXT_INFO) {
            if (talking->texts.len > 0)
                hop_buf_adds(&talking->texts, "; ");
            hop_buf_adds(&talking->texts, messages[i]->msg);
        } else {
            free(r);
            return PAM_CONV_ERR;
        }
    }
    *responses = r;
    return PAM_SUCCESS;
}

static const struct pam_conv conversation = {converse, NULL};

bool
hop_pam_check_service(struct hop_error *err)
{
    static const char *const places[] = {"/etc/pam.d/" SERVICE,
                                         "/usr/lib/pam.d/" SERVICE};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(places); i++) {
        if (access(places[i], R_OK) == 0)
            return true;
    }
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "%s is missing, and without it PAM would use the "
                         "rules for \"other\"; install the file that comes "
                         "with hop",
                         places[0]);
}

void
hop_pam_preload(void)
{
    if (preloaded)
        pam_end(preloaded, PAM_SUCCESS);
    preloaded = NULL;
    /* A name is needed; the session sets its own. */
    if (pam_start(SERVICE, "root", &conversation, &preloaded) != PAM_SUCCESS)
        preloaded = NULL;
}

static uint32_t
pam_code(int r)
{
    switch (r) {
    case PAM_ACCT_EXPIRED: return CODE_EXPIRED;
    case PAM_NEW_AUTHTOK_REQD:
    case PAM_AUTHTOK_EXPIRED: return CODE_PASSWORD_CHANGE;
    case PAM_PERM_DENIED: return CODE_RESTRICTION;
    case PAM_SESSION_ERR: return CODE_NO_SESSION;
    default: return CODE_LOGON_FAILURE;
    }
}

static bool
pam_failed(struct hop_pam *p, const char *what, int r, struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_WSMAN, pam_code(r), "%s: %s%s%s", what,
                         pam_strerror(p->handle, r),
                         p->texts.len > 0 ? ": " : "", hop_buf_str(&p->texts));
}

static struct hop_pam *
start(const char *user, const char *peer, struct hop_error *err)
{
    struct hop_pam *p = hop_xmalloc(sizeof(*p));
    HOP_AUTO_FREE char *host = hop_peer_address(peer);

    p->handle = hop_steal(&preloaded);
    talking = p;
    if (!p->handle &&
        pam_start(SERVICE, user, &conversation, &p->handle) != PAM_SUCCESS) {
        free(p);
        hop_error_set(err, HOP_ERROR_WSMAN, CODE_NO_SESSION,
                      "PAM does not start");
        return NULL;
    }
    pam_set_item(p->handle, PAM_USER, user);
    pam_set_item(p->handle, PAM_RHOST, host);
    pam_set_item(p->handle, PAM_TTY, SERVICE);
    return p;
}

static void
finish(struct hop_pam *p, int r)
{
    pam_end(p->handle, r);
    hop_buf_done(&p->texts);
    talking = NULL;
    free(p);
}

/* Without it the session would inherit root's session keyring and could read
 * what root keeps there. */
static void
join_new_keyring(void)
{
    syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
}

static bool
open_steps(struct hop_pam *p, const char *user, gid_t gid,
           struct hop_error *err)
{
    int r = pam_acct_mgmt(p->handle, 0);

    if (r != PAM_SUCCESS)
        return pam_failed(p, "the account may not log on", r, err);
    if (initgroups(user, gid) < 0 || setgid(gid) < 0)
        return hop_error_errno(err, errno, "groups of %s", user);
    r = pam_setcred(p->handle, PAM_ESTABLISH_CRED);
    if (r != PAM_SUCCESS)
        return pam_failed(p, "credentials", r, err);
    join_new_keyring();
    r = pam_open_session(p->handle, 0);
    if (r != PAM_SUCCESS) {
        pam_setcred(p->handle, PAM_DELETE_CRED);
        return pam_failed(p, "the session cannot be opened", r, err);
    }
    return true;
}

bool
hop_pam_open(const char *user, gid_t gid, const char *peer,
             struct hop_pam **out, struct hop_error *err)
{
    struct hop_pam *p = start(user, peer, err);

    if (!p)
        return false;
    if (!open_steps(p, user, gid, err)) {
        finish(p, PAM_SESSION_ERR);
        return false;
    }
    *out = p;
    return true;
}

char **
hop_pam_environment(struct hop_pam *p)
{
    return pam_getenvlist(p->handle);
}

void
hop_pam_close(struct hop_pam *p)
{
    if (!p)
        return;
    int r = pam_close_session(p->handle, 0);
    pam_setcred(p->handle, PAM_DELETE_CRED);
    finish(p, r);
}
