/* A pool whose server sends it to another one before its shell is there: by a
 * fault (ERROR_WSMAN_REDIRECT_REQUESTED) or by a status of HTTP.  Everything
 * begins anew there, by the rules for that host: policies, TrustedHosts, its
 * own ticket.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "client/pool_shell.h"

/* The host in a URI of http or https, malloc'ed; NULL: it is no such URI. */
static char *
host_of(const char *uri)
{
    const char *s = uri;
    size_t n;

    if (hop_ascii_ieqn(s, "http://", 7))
        s += 7;
    else if (hop_ascii_ieqn(s, "https://", 8))
        s += 8;
    else
        return NULL;
    for (const char *c = s; *c; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7F)
            return NULL;
    if (*s == '[') {
        n = strcspn(++s, "]/");
        return s[n] == ']' && n > 0 ? hop_xstrndup(s, n) : NULL;
    }
    n = strcspn(s, ":/?#");
    return n > 0 && !memchr(s, '@', n) ? hop_xstrndup(s, n) : NULL;
}

char *
shell_redirect_of(const struct hop_fault *f)
{
    const char *text = f->message[0] ? f->message : f->reason;
    const char *uri = strstr(text, "http://"), *tls = strstr(text, "https://");

    if (!uri || (tls && tls < uri))
        uri = tls;
    return uri ? hop_xstrndup(uri, strcspn(uri, " \t\r\n<>\"'")) : NULL;
}

static void
fail(struct hop_pool *p, uint32_t code, const char *symbol, const char *why)
{
    struct hop_error err = {0};

    hop_error_set(&err, HOP_ERROR_WSMAN, code, "%s: %s (0x%08X %s)", p->name,
                  why, code, symbol);
    pool_fail(p, HOP_CAUSE_FAULT, &err);
}

static void
fail_invalid(struct hop_pool *p, const char *to)
{
    HOP_AUTO_FREE char *why = hop_xasprintf(
        "the server redirects us%s%.500s, which is no address that can be "
        "followed; ask its administrator where the sessions are",
        to ? " to " : "", to ? to : " without saying where");

    fail(p, HOP_FAULT_REDIRECT_LOCATION_INVALID,
         "ERROR_WSMAN_REDIRECT_LOCATION_INVALID", why);
}

static void
fail_forbidden(struct hop_pool *p, const struct shell *s, const char *to)
{
    HOP_AUTO_FREE char *followed = hop_xasprintf(
        "%u redirection%s followed already, and no more may be: raise the "
        "property MaximumConnectionRedirectionCount of $PSSessionOption "
        "(New-PSSessionOption -MaximumRedirection)",
        s->redirects, s->redirects == 1 ? " was" : "s were");
    HOP_AUTO_FREE char *why = hop_xasprintf(
        "the server redirects us to %.500s, and %s, or give that address "
        "itself to -ConnectionUri",
        to,
        s->max_redirects > 0 ? followed
                             : "redirections are followed only when that is "
                               "asked for: use -AllowRedirection with "
                               "-ConnectionUri");

    fail(p, HOP_FAULT_REDIRECT_REQUESTED, "ERROR_WSMAN_REDIRECT_REQUESTED",
         why);
}

void
shell_redirect(struct hop_pool *p, struct call *c, const char *to)
{
    struct shell *s = p->way;
    HOP_AUTO_FREE char *host = to ? host_of(to) : NULL;

    shell_stop_waiting(s, c);
    shell_call_free(c);
    if (!host)
        fail_invalid(p, to);
    else if (p->stage != HOP_POOL_OPENING || s->redirects >= s->max_redirects)
        fail_forbidden(p, s, to);
    else
        s->go_to = hop_xstrdup(to);
}

void
shell_go(struct hop_pool *p)
{
    struct shell *s = p->way;
    HOP_AUTO_FREE char *to = hop_steal(&s->go_to);

    shell_drop_lines(s);
    s->pool.sending = s->pool.receiving = false;
    s->lost_at = 0;
    s->tries = 0;
    s->redirects++;
    free(p->name);
    p->name = host_of(to);
    pool_note(p, HOP_POOL_REDIRECTED, HOP_CAUSE_NONE, NULL)->address =
        hop_xstrdup(to);
    if (s->wires->set_text(s->c, HOP_SET_ENDPOINT, to))
        shell_start(p);
    else
        fail_invalid(p, to);
}
