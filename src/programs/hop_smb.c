/* hop-smb: files behind \\server\share, for hop and hopd-run, which start one
 * for each server and ask it over descriptor 3 (smb/message.h).  libsmbclient
 * stays in this process: its licence, its Kerberos library, its waiting.
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/agentstatus.h"
#include "auth/explain.h"
#include "auth/grant.h"
#include "auth/ticketfile.h"
#include "base/alloc.h"
#include "smb/samba.h"

#define ASKING_FD 3

static char *first_cache;

/* The second hop, from inside a session of hopd: its user holds nothing here
 * that the server would take.  What, why, what to do. */
static bool
explain_second_hop(const char *server, struct hop_error *err)
{
    const char *who = getenv("HOP_SESSION_PRINCIPAL");
    HOP_AUTO_FREE char *why = NULL;
    char here[256] = "this host";
    int name = who != NULL ? (int)strcspn(who, "@") : 0;

    if (getenv("HOP_SESSION") == NULL ||
        (err->code != HOP_SEC_E_NO_CREDENTIALS &&
         err->code != HOP_SEC_E_DELEGATION_REQUIRED))
        return false;
    why = hop_agent_reason();
    (void)gethostname(here, sizeof(here) - 1);
    here[strcspn(here, ".")] = '\0';
    return hop_error_set(
        err, HOP_ERROR_WSMAN, HOP_SEC_E_NO_CREDENTIALS,
        "the session on %s has no credential of %.*s%s to show to %s "
        "(0x8009030E SEC_E_NO_CREDENTIALS). Why: %s. What to do: open the "
        "session with delegation, or name a user with New-PSDrive "
        "-Credential, or have the domain allow %s to delegate to %s; "
        "Get-SecondHop -Via %s -To %s -Recommend says which and how",
        here, name, who != NULL ? who : "", name ? "'s" : "its user", server,
        why != NULL ? why : "it was opened without delegation", here, server,
        here, server);
}

/* The caches that tickets come from and go to are told by the same variable. */
static bool
make_ticket(const char *server, char **path, struct hop_error *err)
{
    HOP_AUTO_FREE char *spn = hop_xasprintf("cifs/%s", server);
    const char *const spns[] = {spn};
    const char *run = getenv("XDG_RUNTIME_DIR");
    const char *dir = run != NULL && access(run, W_OK) == 0 ? run : "/tmp";

    if (first_cache != NULL)
        (void)setenv("KRB5CCNAME", first_cache, 1);
    else
        (void)unsetenv("KRB5CCNAME");
    return hop_ticketfile_make(spns, 1, dir, path, err) ||
           explain_second_hop(server, err);
}

static void
drop_ticket(const char *path)
{
    (void)!hop_ccache_destroy(path, NULL);
}

static const struct smb_tickets tickets = {make_ticket, drop_ticket};

int
main(void)
{
    const char *cache = getenv("KRB5CCNAME");
    struct smb_samba *s;
    int type = 0;
    socklen_t size = sizeof(type);
    bool ok;

    if (getsockopt(ASKING_FD, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
        (void)fputs("hop-smb: is started by hop for paths like "
                    "\\\\server\\share; it is not run by hand\n",
                    stderr);
        return 2;
    }
    /* An interrupt is meant for the shell, which closes the socket. */
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGQUIT, SIG_IGN);
    (void)signal(SIGTSTP, SIG_IGN);
    (void)prctl(PR_SET_DUMPABLE, 0);
    /* Somebody waits: a name server that is silent is soon given up. */
    (void)setenv("RES_OPTIONS", "timeout:1 attempts:2", 0);
    first_cache = cache != NULL ? hop_xstrdup(cache) : NULL;
    s = smb_samba_new(&tickets);
    ok = smb_serve(ASKING_FD, &smb_samba, s);
    smb_samba_free(s);
    free(first_cache);
    return ok ? 0 : 1;
}
