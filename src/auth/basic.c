/* SPDX-License-Identifier: MIT */
#include "auth/basic.h"

#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/explain.h"
#include "base/alloc.h"
#include "base/text.h"

/* What PAM wants to say to the user goes into the error. */
struct talk {
    const struct hop_secret *password;
    char said[256];
};

static void
answer_one(struct talk *t, const struct pam_message *q, struct pam_response *a)
{
    if (q->msg_style == PAM_PROMPT_ECHO_OFF)
        a->resp = strdup(hop_secret_bytes(t->password));
    else if (q->msg_style == PAM_ERROR_MSG || q->msg_style == PAM_TEXT_INFO)
        snprintf(t->said, sizeof(t->said), "%s", q->msg);
}

static int
converse(int n, const struct pam_message **q, struct pam_response **out,
         void *ctx)
{
    struct pam_response *a;

    if (n <= 0 || n > PAM_MAX_NUM_MSG)
        return PAM_CONV_ERR;
    a = calloc((size_t)n, sizeof(*a));
    if (a == NULL)
        return PAM_BUF_ERR;
    for (int k = 0; k < n; k++)
        answer_one(ctx, q[k], &a[k]);
    *out = a;
    return PAM_SUCCESS;
}

static bool
deny(struct hop_error *err, const char *user, const char *why)
{
    return hop_error_set(err, HOP_ERROR_WSMAN, HOP_SEC_E_LOGON_DENIED,
                         "log on as %s: %s (0x8009030C SEC_E_LOGON_DENIED)",
                         user, why);
}

bool
hop_basic_check(const char *service, const char *user,
                const struct hop_secret *password, const char *peer,
                struct hop_error *err)
{
    HOP_AUTO_FREE char *host = peer ? hop_peer_address(peer) : NULL;
    struct talk t = {.password = password};
    struct pam_conv conv = {converse, &t};
    pam_handle_t *pam = NULL;
    int r = pam_start(service, user, &conv, &pam);
    bool known = false;

    if (r == PAM_SUCCESS && host != NULL)
        r = pam_set_item(pam, PAM_RHOST, host);
    if (r == PAM_SUCCESS)
        r = pam_authenticate(pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
    if (r == PAM_SUCCESS) {
        known = true;
        r = pam_acct_mgmt(pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
    }
    if (r != PAM_SUCCESS) {
        if (known)
            deny(err, user, t.said[0] != '\0' ? t.said : pam_strerror(pam, r));
        else
            deny(err, user, "the user name or the password is wrong");
    }
    if (pam != NULL)
        pam_end(pam, r);
    return r == PAM_SUCCESS;
}
