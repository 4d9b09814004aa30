/* SPDX-License-Identifier: MIT */
#include "client/trouble.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "auth/explain.h"

/* Codes of MS-WSMV and of Windows' transport: winerror.h. */
#define WSMAN_DESTINATION_UNREACHABLE 0x80338012u
#define WSMAN_NETWORK_TIMEDOUT        0x80338126u
#define WSMAN_NAME_NOT_RESOLVED       0x803381B9u
#define WSMAN_TLS_FAILED              0x803381BAu
#define WSMAN_HTTP_NOT_FOUND          0x80338113u
#define WSMAN_HTTP_UNAVAILABLE        0x80338112u
#define WSMAN_HTTP_TOO_LARGE          0x80338111u
#define WSMAN_HTTP_INTERNAL           0x80338170u
#define E_ACCESSDENIED                0x80070005u

bool
trouble_set(struct trouble *t, enum hop_cause cause, int64_t code,
            const char *fmt, ...)
{
    va_list ap;

    hop_error_clear(&t->err);
    t->cause = cause;
    t->err.domain = code ? HOP_ERROR_WSMAN : HOP_ERROR_GENERIC;
    t->err.code = code;
    va_start(ap, fmt);
    (void)!vsnprintf(t->err.text, sizeof(t->err.text), fmt, ap);
    va_end(ap);
    return false;
}

bool
trouble_is(struct trouble *t, enum hop_cause cause)
{
    t->cause = cause;
    return false;
}

static const struct dial_row {
    enum hop_cause cause;
    uint32_t code;
    const char *symbol;
    const char *advice; /* "" none; "{}" stands for the word */
    enum settings_word word;
} dial_rows[] = {
    [HOP_DIAL_OTHER] = {HOP_CAUSE_UNREACHABLE, WSMAN_DESTINATION_UNREACHABLE,
                        "ERROR_WSMAN_DESTINATION_UNREACHABLE", ""},
    [HOP_DIAL_NAME] = {HOP_CAUSE_NAME, WSMAN_NAME_NOT_RESOLVED,
                       "ERROR_WSMAN_NAME_NOT_RESOLVED",
                       "check how it is written, or try the full name"},
    [HOP_DIAL_REFUSED] = {HOP_CAUSE_REFUSED, WSMAN_DESTINATION_UNREACHABLE,
                          "ERROR_WSMAN_DESTINATION_UNREACHABLE",
                          "is hopd (or WinRM) running there, and on this port? "
                          "HTTP is on 5985, HTTPS ({}) on 5986",
                          WORD_TLS},
    [HOP_DIAL_TIMEOUT] = {HOP_CAUSE_UNREACHABLE, WSMAN_NETWORK_TIMEDOUT,
                          "ERROR_WSMAN_NETWORK_TIMEDOUT",
                          "the host is down, or a firewall drops the packets"},
    [HOP_DIAL_UNREACHABLE] = {HOP_CAUSE_UNREACHABLE,
                              WSMAN_DESTINATION_UNREACHABLE,
                              "ERROR_WSMAN_DESTINATION_UNREACHABLE",
                              "the host is down, or the network between is"},
    [HOP_DIAL_PROXY] = {HOP_CAUSE_PROXY, 0, NULL,
                        "check http_proxy, https_proxy and no_proxy"},
    [HOP_DIAL_CERTIFICATE] = {HOP_CAUSE_CERTIFICATE, WSMAN_TLS_FAILED,
                              "ERROR_WSMAN_SSL_CONNECTION",
                              "use the name that the certificate has, {}",
                              WORD_CERTIFICATE},
    [HOP_DIAL_TLS] = {HOP_CAUSE_TLS, WSMAN_TLS_FAILED,
                      "ERROR_WSMAN_SSL_CONNECTION",
                      "does the port speak HTTPS, TLS 1.2 or later?"},
};

static void
add_advice(struct hop_buf *out, const struct dial_row *row,
           const struct settings *s)
{
    const char *gap = strstr(row->advice, "{}");
    size_t n = gap ? (size_t)(gap - row->advice) : strlen(row->advice);

    hop_buf_addf(out, "; %.*s", (int)n, row->advice);
    if (gap)
        hop_buf_addf(out, "%s%s", settings_word(s, row->word), gap + 2);
}

bool
trouble_dial(struct trouble *t, const struct settings *s,
             enum hop_dial_failure failure)
{
    const struct dial_row *row = &dial_rows[failure];
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    hop_buf_adds(&text, t->err.text);
    if (row->advice[0])
        add_advice(&text, row, s);
    if (row->code)
        hop_buf_addf(&text, " (0x%08X %s)", row->code, row->symbol);
    return trouble_set(t, row->cause, row->code, "%s", hop_buf_str(&text));
}

static const struct http_row {
    int status;
    enum hop_cause cause;
    uint32_t code;
    const char *text;
} http_rows[] = {
    {403, HOP_CAUSE_ACCESS, E_ACCESSDENIED,
     "access is denied (0x80070005 E_ACCESSDENIED): the server knows who asks "
     "and does not let this account in; ask its administrator, or use another "
     "account with "},
    {404, HOP_CAUSE_HTTP, WSMAN_HTTP_NOT_FOUND,
     "there is no WS-Management service at this path (0x80338113); is it the "
     "right port?"},
    {405, HOP_CAUSE_HTTP, WSMAN_HTTP_NOT_FOUND,
     "the server there is no WS-Management service (0x80338113); is it the "
     "right port?"},
    {413, HOP_CAUSE_HTTP, WSMAN_HTTP_TOO_LARGE,
     "the message is larger than the server allows, its MaxEnvelopeSizekb "
     "(0x80338111)"},
    {503, HOP_CAUSE_HTTP, WSMAN_HTTP_UNAVAILABLE,
     "the service cannot answer now (0x80338112): it is starting, stopping or "
     "at a limit; try again"},
};

bool
trouble_http(struct trouble *t, const struct settings *s, int status,
             const char *reason, const char *offered)
{
    if (status == 401)
        return trouble_denied(t, s, NULL, offered);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(http_rows); i++)
        if (http_rows[i].status == status)
            return trouble_set(t, http_rows[i].cause, http_rows[i].code,
                               "%s: %s%s", s->endpoint.host, http_rows[i].text,
                               status == 403 ? settings_word(s, WORD_USER)
                                             : "");
    return trouble_set(t, HOP_CAUSE_HTTP, WSMAN_HTTP_INTERNAL,
                       "%s answers with HTTP status %d %s and no WS-Management "
                       "message (0x80338170)",
                       s->endpoint.host, status, reason);
}

/* Nothing was accepted: is it that we do not match, or that we are refused? */
static bool
deny_scheme(struct trouble *t, const struct settings *s, const char *offered)
{
    return trouble_set(
        t, HOP_CAUSE_AUTHENTICATION, HOP_SEC_E_LOGON_DENIED,
        "%s does not take the way of authentication that was chosen; it "
        "offers %s (0x80338036 ERROR_WSMAN_FAILED_AUTHENTICATION)",
        s->endpoint.host, offered[0] ? offered : "none");
}

bool
trouble_denied(struct trouble *t, const struct settings *s,
               const char *mechanism, const char *offered)
{
    const char *user = s->texts[HOP_SET_USER];

    if (mechanism == NULL)
        return deny_scheme(t, s, offered ? offered : "");
    if (s->password)
        return trouble_set(
            t, HOP_CAUSE_AUTHENTICATION, HOP_SEC_E_LOGON_DENIED,
            "%s refuses the logon of %s by %s: the user name or the password "
            "is wrong, or the account is locked, expired or may not log on "
            "there (0x8009030C SEC_E_LOGON_DENIED)",
            s->endpoint.host, user ? user : "this user", mechanism);
    if (setting(s, HOP_SET_AUTH) == HOP_USE_CERTIFICATE)
        return trouble_set(
            t, HOP_CAUSE_AUTHENTICATION, HOP_SEC_E_LOGON_DENIED,
            "%s does not accept the client certificate: no account there is "
            "mapped to it (0x8009030C SEC_E_LOGON_DENIED)",
            s->endpoint.host);
    return trouble_set(
        t, HOP_CAUSE_AUTHENTICATION, HOP_SEC_E_LOGON_DENIED,
        "%s refuses the %s ticket: the account may not log on there, or has "
        "none there, or the ticket is for another service or expired; see "
        "klist, and the server's journal (0x8009030C SEC_E_LOGON_DENIED)",
        s->endpoint.host, mechanism);
}

bool
trouble_redirected(struct trouble *t, const char *host, const char *to)
{
    return trouble_set(
        t, HOP_CAUSE_HTTP, HOP_FAULT_REDIRECT_REQUESTED,
        "%s sends us to %.500s, which is not followed; name that "
        "address itself (0x80338199 "
        "ERROR_WSMAN_REDIRECT_REQUESTED)",
        host, to);
}

bool
trouble_fault(struct trouble *t, const struct hop_fault *fault)
{
    hop_fault_to_error(fault, &t->err);
    t->cause = fault->code == HOP_FAULT_ACCESS_DENIED ||
                       fault->code == HOP_FAULT_E_ACCESSDENIED
                   ? HOP_CAUSE_ACCESS
                   : HOP_CAUSE_FAULT;
    return false;
}
