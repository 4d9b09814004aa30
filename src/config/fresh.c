/* SPDX-License-Identifier: MIT */
#include "config/fresh.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/text.h"
#include "config/change.h"

#define SERVICE "wsman"
#define UNTIL   " until "

/* ---- entries */

/* "wsman/b.corp.test until 2026-11-21T19:30:00Z" */
struct entry {
    char pattern[512];
    int64_t until; /* 0: for ever */
};

/* "2026-11-21T19:30:00Z"; what is no time is over. */
static int64_t
parse_time(const char *s, size_t n)
{
    char text[32];
    struct tm tm = {0};
    const char *end;

    if (n >= sizeof(text))
        return 1;
    memcpy(text, s, n);
    text[n] = '\0';
    end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return end != NULL && *end == '\0' ? (int64_t)timegm(&tm) : 1;
}

/* The next entry of a list; *list is moved behind it.  False at the end. */
static bool
next_entry(const char **list, struct entry *out)
{
    while (**list != '\0') {
        size_t n = strcspn(*list, ",");
        const char *p = *list, *until;

        *list += n + ((*list)[n] == ',');
        while (n > 0 && hop_ascii_is_space(*p))
            p++, n--;
        while (n > 0 && hop_ascii_is_space(p[n - 1]))
            n--;
        until = memmem(p, n, UNTIL, strlen(UNTIL));
        out->until = until == NULL
                         ? 0
                         : parse_time(until + strlen(UNTIL),
                                      (size_t)(p + n - until) - strlen(UNTIL));
        n = until != NULL ? (size_t)(until - p) : n;
        if (n == 0 || n >= sizeof(out->pattern))
            continue;
        memcpy(out->pattern, p, n);
        out->pattern[n] = '\0';
        return true;
    }
    return false;
}

static bool
is_over(const struct entry *e, int64_t now)
{
    return e->until != 0 && e->until <= now;
}

static bool
is_ours(const struct entry *e)
{
    return hop_ascii_ieqn(e->pattern, SERVICE, strlen(SERVICE));
}

static bool
has_entry(const char *list, const char *spn, int64_t now)
{
    struct entry e;

    while (list != NULL && next_entry(&list, &e))
        if (!is_over(&e, now) && hop_config_pattern_fits(e.pattern, spn))
            return true;
    return false;
}

static bool
is_listed(const struct hop_config *c, enum hop_config_id list, const char *host,
          int64_t now)
{
    HOP_AUTO_FREE char *spn = hop_xasprintf(SERVICE "/%s", host);

    return has_entry(hop_config_text(c, list), spn, now) ||
           has_entry(hop_config_under(c, list), spn, now);
}

/* The list that wsman.conf has, also where a policy's stands beside it. */
static const char *
own_list(const struct hop_config *c)
{
    const char *under = hop_config_under(c, HOP_SET_CLIENT_FRESH);

    return under != NULL ? under : hop_config_text(c, HOP_SET_CLIENT_FRESH);
}

/* ---- who may be given a password */

/* Who may change it: a policy stands above the local setting. */
static char *
advice(const struct hop_config *c, enum hop_config_id s, const char *host)
{
    if (c->policy[s])
        return hop_xasprintf("a policy in " HOP_CONFIG_DIR "/policy.d sets "
                             "this (gpresult /z tells whether it is the "
                             "domain's), so ask its administrator");
    return hop_xasprintf("to allow it, run as root: hop -Command "
                         "Enable-WSManCredSSP -Role Client -DelegateComputer "
                         "%s",
                         host);
}

static bool
fail_disabled(const struct hop_config *c, const char *host,
              struct hop_error *err)
{
    HOP_AUTO_FREE char *todo = advice(c, HOP_SET_CLIENT_AUTH_CREDSSP, host);

    return hop_error_set(err, HOP_ERROR_WSMAN, HOP_FRESH_DISABLED,
                         "CredSSP with %s: this host hands no passwords out "
                         "(Client/Auth/CredSSP is false); %s (0x803381A2 "
                         "ERROR_WSMAN_CLIENT_CREDSSP_AUTHENTICATION_DISABLED)",
                         host, todo);
}

static bool
fail_unlisted(const struct hop_config *c, const char *host,
              struct hop_error *err)
{
    HOP_AUTO_FREE char *todo = advice(c, HOP_SET_CLIENT_FRESH, host);

    return hop_error_set(
        err, HOP_ERROR_WSMAN, HOP_FRESH_NOT_LISTED,
        "CredSSP with %s: it is not among the hosts that may be given a "
        "password (Client/AllowFreshCredentials lists no wsman/%s), so none "
        "was sent; %s (0x803381A3 ERROR_WSMAN_CLIENT_ALLOWFRESHCREDENTIALS)",
        host, host, todo);
}

static bool
fail_denied(const char *host, struct hop_error *err)
{
    return hop_error_set(
        err, HOP_ERROR_WSMAN, HOP_FRESH_NOT_LISTED,
        "CredSSP with %s: it is among the hosts that may not be given a "
        "password (Client/DenyFreshCredentials), so none was sent; connect "
        "with Kerberos, or have the entry removed where it is set: wsman.conf "
        "or a policy (gpresult /z tells which) (0x803381A3 "
        "ERROR_WSMAN_CLIENT_ALLOWFRESHCREDENTIALS)",
        host);
}

static bool
fail_ntlm(const char *host, struct hop_error *err)
{
    return hop_error_set(
        err, HOP_ERROR_WSMAN, HOP_FRESH_NTLM_ONLY,
        "CredSSP with %s: it can be proven by NTLM only, not by Kerberos, and "
        "Client/AllowFreshCredentialsWhenNTLMOnly lists no wsman/%s, so no "
        "password was sent; use the host's full name and a user of the domain, "
        "so that Kerberos works, or add wsman/%s to that list "
        "in " HOP_CONFIG_DIR "/wsman.conf (0x803381A4 "
        "ERROR_WSMAN_CLIENT_ALLOWFRESHCREDENTIALS_NTLMONLY)",
        host, host, host);
}

bool
hop_fresh_allowed(const struct hop_config *c, const char *host,
                  const char *full, enum hop_fresh_proof proof, int64_t now,
                  struct hop_error *err)
{
    bool ntlm = is_listed(c, HOP_SET_CLIENT_FRESH_NTLM, host, now);
    bool fresh =
        is_listed(c, HOP_SET_CLIENT_FRESH, host, now) ||
        (full != NULL && is_listed(c, HOP_SET_CLIENT_FRESH, full, now));

    if (!hop_config_bool(c, HOP_SET_CLIENT_AUTH_CREDSSP))
        return fail_disabled(c, host, err);
    if (is_listed(c, HOP_SET_CLIENT_DENY_FRESH, host, now) ||
        (full != NULL && is_listed(c, HOP_SET_CLIENT_DENY_FRESH, full, now)))
        return fail_denied(host, err);
    if (proof == HOP_FRESH_NTLM)
        return ntlm || fail_ntlm(host, err);
    if (proof == HOP_FRESH_UNKNOWN && ntlm)
        return true;
    return fresh || fail_unlisted(c, host, err);
}

/* ---- the list itself */

static void
put_targets(const char *at, int64_t now, struct hop_buf *out)
{
    struct entry e;

    while (at != NULL && next_entry(&at, &e)) {
        HOP_AUTO_FREE char *rest = NULL;

        if (is_over(&e, now) || !is_ours(&e))
            continue;
        rest = hop_xstrdup(hop_buf_str(out));
        hop_buf_clear(out);
        hop_buf_addf(out, "%s%s%s", e.pattern, *rest ? "," : "", rest);
    }
}

void
hop_fresh_targets(const struct hop_config *c, int64_t now, struct hop_buf *out)
{
    put_targets(hop_config_under(c, HOP_SET_CLIENT_FRESH), now, out);
    put_targets(hop_config_text(c, HOP_SET_CLIENT_FRESH), now, out);
}

static void
put_entry(struct hop_buf *list, const char *pattern, int64_t until)
{
    char stamp[32];
    struct tm tm;
    time_t t = (time_t)until;

    hop_buf_addf(list, "%s%s", list->len > 0 ? ", " : "", pattern);
    if (until == 0 || gmtime_r(&t, &tm) == NULL)
        return;
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);
    hop_buf_addf(list, UNTIL "%s", stamp);
}

/* "b" is "wsman/b"; who writes the service as well means the same. */
static bool
name_target(const char *host, struct entry *out, struct hop_error *err)
{
    size_t n = strlen(SERVICE "/");

    if (hop_ascii_ieqn(host, SERVICE "/", n))
        host += n;
    if (*host == '\0' || strpbrk(host, ", \t\r\n/\\") != NULL ||
        strlen(host) > 255)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "\"%.64s\" is not the name of a host: write b, "
                             "b.corp.test or *.corp.test",
                             host);
    snprintf(out->pattern, sizeof(out->pattern), SERVICE "/%s", host);
    return true;
}

static bool
is_among(const struct entry *list, size_t n, const char *pattern)
{
    for (size_t k = 0; k < n; k++)
        if (hop_ascii_ieq(list[k].pattern, pattern))
            return true;
    return false;
}

/* What a policy has fixed as it is wanted need not be written. */
static bool
save_client(const char *dir, const struct hop_config *c, bool on,
            const struct hop_buf *list, struct hop_error *err)
{
    const char *paths[] = {"Client/AllowFreshCredentials",
                           "Client/Auth/CredSSP"};
    const char *values[] = {hop_buf_str(list), on ? "true" : "false"};
    bool fixed = c->policy[HOP_SET_CLIENT_AUTH_CREDSSP] &&
                 hop_config_bool(c, HOP_SET_CLIENT_AUTH_CREDSSP) == on;

    return hop_config_save(dir, paths, values, fixed ? 1 : 2, err);
}

/* The entries that stay as they are, and those that are there already. */
static void
keep_entries(const struct hop_config *c, const struct entry *wanted, size_t n,
             int64_t now, struct hop_buf *list, bool *there)
{
    const char *at = own_list(c);
    struct entry e;

    while (next_entry(&at, &e)) {
        if (is_over(&e, now))
            continue;
        if (!is_among(wanted, n, e.pattern)) {
            put_entry(list, e.pattern, e.until);
            continue;
        }
        for (size_t k = 0; k < n; k++)
            there[k] |= hop_ascii_ieq(wanted[k].pattern, e.pattern);
    }
}

int64_t
hop_fresh_span(const char *s)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    unsigned days = 0, hours = 0, minutes = 0, seconds = 0;
    char unit = '\0', rest = '\0';
    unsigned long long n = 0;

    if (!isdigit((unsigned char)*s))
        return -1;
    if (sscanf(s, "%u.%u:%u:%u%c", &days, &hours, &minutes, &seconds, &rest) ==
            4 ||
        (days = 0,
         sscanf(s, "%u:%u:%u%c", &hours, &minutes, &seconds, &rest)) == 3)
        return (int64_t)days * 86400 + hours * 3600LL + minutes * 60LL +
               seconds;
    if (sscanf(s, "%9llu%c%c", &n, &unit, &rest) != 2)
        return -1;
    for (size_t k = 0; k < HOP_ARRAY_SIZE(units); k++)
        if (hop_ascii_lower(unit) == units[k].unit)
            return (int64_t)n * units[k].seconds;
    return -1;
}

bool
hop_fresh_enable(const char *dir, const char *const *hosts, size_t count,
                 int64_t now, int64_t until, struct hop_buf *added,
                 struct hop_error *err)
{
    HOP_AUTO_FREE struct entry *wanted = hop_xcalloc(count, sizeof(*wanted));
    HOP_AUTO_FREE bool *there = hop_xcalloc(count, sizeof(*there));
    HOP_AUTO_BUF struct hop_buf list = HOP_BUF_INIT;
    HOP_CLEANUP(hop_config_done) struct hop_config c;

    hop_config_init(&c);
    for (size_t k = 0; k < count; k++)
        if (!name_target(hosts[k], &wanted[k], err))
            return false;
    if (!hop_config_load(&c, dir, err))
        return false;
    keep_entries(&c, wanted, count, now, &list, there);
    for (size_t k = 0; k < count; k++)
        if (!is_among(wanted, k, wanted[k].pattern))
            put_entry(&list, wanted[k].pattern, until);
    if (!save_client(dir, &c, true, &list, err))
        return false;
    for (size_t k = 0; k < count; k++)
        if (!there[k] && !is_among(wanted, k, wanted[k].pattern))
            put_entry(added, wanted[k].pattern, 0);
    return true;
}

bool
hop_fresh_sweep(const char *dir, int64_t now, int64_t *next,
                struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf list = HOP_BUF_INIT;
    HOP_CLEANUP(hop_config_done) struct hop_config c;
    size_t over = 0, left = 0;
    const char *at;
    struct entry e;
    bool on;

    *next = 0;
    hop_config_init(&c);
    if (!hop_config_load(&c, dir, err))
        return false;
    /* A list that is all the policy's has ends of its own author's. */
    if (c.policy[HOP_SET_CLIENT_FRESH] &&
        hop_config_under(&c, HOP_SET_CLIENT_FRESH) == NULL)
        return true;
    for (at = own_list(&c); next_entry(&at, &e);) {
        if (is_over(&e, now)) {
            over++;
            continue;
        }
        left++;
        put_entry(&list, e.pattern, e.until);
        if (e.until != 0 && (*next == 0 || e.until < *next))
            *next = e.until;
    }
    if (over == 0)
        return true;
    on = hop_config_bool(&c, HOP_SET_CLIENT_AUTH_CREDSSP) &&
         (left > 0 || c.policy[HOP_SET_CLIENT_AUTH_CREDSSP] ||
          hop_config_text(&c, HOP_SET_CLIENT_FRESH_NTLM)[0] != '\0');
    return save_client(dir, &c, on, &list, err);
}

bool
hop_fresh_disable(const char *dir, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf list = HOP_BUF_INIT;
    HOP_CLEANUP(hop_config_done) struct hop_config c;
    const char *at;
    struct entry e;

    hop_config_init(&c);
    if (!hop_config_load(&c, dir, err))
        return false;
    at = own_list(&c);
    while (next_entry(&at, &e))
        if (!is_ours(&e))
            put_entry(&list, e.pattern, e.until);
    return save_client(dir, &c, false, &list, err);
}
