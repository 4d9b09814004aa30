/* SPDX-License-Identifier: MIT */
#include "client/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "auth/spn.h"
#include "base/alloc.h"
#include "base/text.h"
#include "client/certificate.h"
#include "config/fresh.h"
#include "net/dial.h"

static const struct {
    long initial, min, max;
} ranges[SETTING_COUNT] = {
#define RANGE(which) [HOP_SET_##which - SETTING_FIRST]
    RANGE(AUTH) = {HOP_USE_DEFAULT, HOP_USE_DEFAULT, HOP_USE_NONE},
    RANGE(DELEGATE) = {HOP_DELEGATE_NO, HOP_DELEGATE_NO,
                       HOP_DELEGATE_IF_TRUSTED},
    RANGE(TLS) = {0, 0, 1},
    RANGE(UNENCRYPTED) = {0, 0, 1},
    RANGE(SPN_PORT) = {0, 0, 1},
    RANGE(SKIP_CA) = {0, 0, 1},
    RANGE(SKIP_NAME) = {0, 0, 1},
    RANGE(CONNECT_TIMEOUT_MS) = {30000, 1, 3600000},
    RANGE(OPERATION_TIMEOUT_MS) = {60000, 500, 3600000},
    RANGE(MAX_ENVELOPE_BYTES) = {512000, 32768, 1039440L * 1024},
    RANGE(UTF16) = {0, 0, 1},
#undef RANGE
};

const char *
settings_word(const struct settings *s, enum settings_word which)
{
    static const char *const words[WORD_COUNT][2] = {
        [WORD_TLS] = {"-ssl", "-UseSSL"},
        [WORD_NO_TLS_SEAL] = {"-unencrypted",
                              "-NoEncryption of New-PSSessionOption"},
        [WORD_USER] = {"-u:", "-Credential"},
        [WORD_AUTH] = {"winrs -auth:", "-Authentication"},
        [WORD_CERTIFICATE] =
            {"trust its issuer (-ca:FILE or the system's store), or skip the "
             "check knowingly (-skipca, -skipcn)",
             "trust its issuer in the system's store, or skip the check "
             "knowingly (New-PSSessionOption -SkipCACheck -SkipCNCheck)"},
    };

    return words[which][s->from_cmdlet];
}

void
settings_init(struct settings *s)
{
    *s = (struct settings){0};
    for (size_t i = 0; i < SETTING_COUNT; i++)
        s->numbers[i] = ranges[i].initial;
}

static void
unresolve(struct settings *s)
{
    endpoint_done(&s->endpoint);
    free(s->spn_host);
    free(s->full_host);
    free(s->proxy);
    if (s->proxy_authorization)
        explicit_bzero(s->proxy_authorization, strlen(s->proxy_authorization));
    free(s->proxy_authorization);
    hop_cred_free(s->cred);
    hop_tls_context_free(s->tls);
    s->spn_host = s->full_host = s->proxy = s->proxy_authorization = NULL;
    s->cred = NULL;
    s->tls = NULL;
    if (s->has_config)
        hop_config_done(&s->config);
    s->has_config = false;
    s->resolved = false;
}

void
settings_done(struct settings *s)
{
    unresolve(s);
    for (size_t i = 0; i < SETTING_TEXTS; i++)
        free(s->texts[i]);
    hop_secret_free(s->password);
}

static bool
fail_range(struct hop_error *err, int which)
{
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "setting %d: there is no such setting, or the value "
                         "is out of its range",
                         which);
}

bool
settings_set_text(struct settings *s, enum hop_setting which, const char *value,
                  struct hop_error *err)
{
    if (which < HOP_SET_ENDPOINT || which > HOP_SET_CREDSSP_PIN ||
        (value && !hop_utf8_valid(value, strlen(value))))
        return fail_range(err, (int)which);
    unresolve(s);
    if (which == HOP_SET_PASSWORD) {
        hop_secret_free(s->password);
        s->password = value ? hop_secret_new(value, strlen(value)) : NULL;
        return true;
    }
    free(s->texts[which]);
    s->texts[which] = value ? hop_xstrdup(value) : NULL;
    return true;
}

bool
settings_set_number(struct settings *s, enum hop_setting which, long value,
                    struct hop_error *err)
{
    size_t i = (size_t)which - SETTING_FIRST;

    if (which < SETTING_FIRST || i >= SETTING_COUNT || value < ranges[i].min ||
        value > ranges[i].max)
        return fail_range(err, (int)which);
    unresolve(s);
    s->numbers[i] = value;
    return true;
}

bool
settings_must_seal(const struct settings *s)
{
    return !s->endpoint.tls && !setting(s, HOP_SET_UNENCRYPTED) &&
           setting(s, HOP_SET_AUTH) != HOP_USE_NONE;
}

/* What a client on this host may use, WSMan's Client/Auth.  NTLM is one of the
 * two that Negotiate stands for.  CredSSP has rules of its own. */
static const struct {
    enum hop_config_id allowed;
    uint32_t code;
    const char *symbol;
} uses[] = {
#define ALLOW(which, code, name)                                               \
    {                                                                          \
        HOP_SET_CLIENT_AUTH_##which, code,                                     \
            "ERROR_WSMAN_CLIENT_" name "AUTHENTICATION_DISABLED"               \
    }
    [HOP_USE_DEFAULT] = ALLOW(NEGOTIATE, 0x803380E1, "NEGOTIATE_"),
    [HOP_USE_NEGOTIATE] = ALLOW(NEGOTIATE, 0x803380E1, "NEGOTIATE_"),
    [HOP_USE_KERBEROS] = ALLOW(KERBEROS, 0x803380E2, "KERBEROS_"),
    [HOP_USE_NTLM] = ALLOW(NEGOTIATE, 0x803380E1, "NEGOTIATE_"),
    [HOP_USE_BASIC] = ALLOW(BASIC, 0x803380DF, "BASIC_"),
    [HOP_USE_CERTIFICATE] = ALLOW(CERTIFICATE, 0x803380E3, "CERTIFICATES_"),
#undef ALLOW
};

static bool
check_allowed(struct settings *s, struct hop_error *err)
{
    size_t use = (size_t)setting(s, HOP_SET_AUTH);

    if (use >= HOP_ARRAY_SIZE(uses) || uses[use].symbol == NULL ||
        hop_config_bool(&s->config, uses[use].allowed))
        return true;
    /* What is left of Negotiate when only Kerberos is on. */
    if (use == HOP_USE_DEFAULT &&
        hop_config_bool(&s->config, HOP_SET_CLIENT_AUTH_KERBEROS)) {
        s->numbers[HOP_SET_AUTH - SETTING_FIRST] = HOP_USE_KERBEROS;
        return true;
    }
    return hop_error_set(
        err, HOP_ERROR_WSMAN, uses[use].code,
        "connect to %s: %s is turned off for clients on this host; choose "
        "another way (%s), or have it turned on in wsman.conf (0x%08X %s)",
        s->endpoint.host, hop_setting_table[uses[use].allowed].path,
        settings_word(s, WORD_AUTH), uses[use].code, uses[use].symbol);
}

static bool
is_loopback(const char *host)
{
    return hop_ascii_ieq(host, "localhost") || strncmp(host, "127.", 4) == 0 ||
           strcmp(host, "::1") == 0;
}

/* What stands in TrustedHosts: names and patterns; "<local>" is every name
 * without a dot. */
static bool
is_trusted(const struct settings *s)
{
    const char *host = s->endpoint.host;

    return hop_config_list_has(&s->config, HOP_SET_CLIENT_TRUSTED_HOSTS,
                               host) ||
           (strpbrk(host, ".:") == NULL &&
            hop_config_list_has(&s->config, HOP_SET_CLIENT_TRUSTED_HOSTS,
                                "<local>"));
}

bool
settings_may_ntlm(const struct settings *s, struct hop_error *err)
{
    const char *host = s->endpoint.host;
    bool fixed = s->config.policy[HOP_SET_CLIENT_TRUSTED_HOSTS];

    if (s->endpoint.tls || is_loopback(host) || is_trusted(s))
        return true;
    return hop_error_set(
        err, HOP_ERROR_WSMAN, 0x803380E4,
        "connect to %s: NTLM, which is all that is left without Kerberos, does "
        "not prove who the server is, and Client/TrustedHosts does not list "
        "it, so nothing was sent; use its full name and a user of the domain, "
        "so that Kerberos works, or HTTPS (%s), or %s (0x803380E4 "
        "ERROR_WSMAN_SERVER_NOT_TRUSTED)",
        host, settings_word(s, WORD_TLS),
        fixed ? "ask the administrator of the policy that sets the list"
              : "add it to Client/TrustedHosts in " HOP_CONFIG_DIR
                "/wsman.conf");
}

static bool
check_unencrypted(const struct settings *s, struct hop_error *err)
{
    if (s->endpoint.tls || !setting(s, HOP_SET_UNENCRYPTED) ||
        is_loopback(s->endpoint.host) ||
        hop_config_bool(&s->config, HOP_SET_CLIENT_ALLOW_UNENCRYPTED))
        return true;
    return hop_error_set(
        err, HOP_ERROR_WSMAN, 0x803380DE,
        "connect to %s: messages that are not sealed are turned off for "
        "clients on this host (Client/AllowUnencrypted is false), so none was "
        "sent; leave %s out, use HTTPS (%s), or have the setting changed in "
        "wsman.conf (0x803380DE ERROR_WSMAN_CLIENT_UNENCRYPTED_DISABLED)",
        s->endpoint.host, settings_word(s, WORD_NO_TLS_SEAL),
        settings_word(s, WORD_TLS));
}

static bool
check_together(const struct settings *s, struct hop_error *err)
{
    long use = setting(s, HOP_SET_AUTH);
    bool user = s->texts[HOP_SET_USER] != NULL;

    if (use == HOP_USE_BASIC && !s->endpoint.tls)
        return hop_error_set(
            err, HOP_ERROR_GENERIC, 0,
            "Basic sends the password to %s as it is, so it is used over HTTPS "
            "only: add %s, or leave the choice to Negotiate",
            s->endpoint.host, settings_word(s, WORD_TLS));
    if (use == HOP_USE_CERTIFICATE &&
        (!s->endpoint.tls || !s->texts[HOP_SET_CERT_FILE]))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "a client certificate needs HTTPS and the file of "
                             "the certificate");
    if (use == HOP_USE_CREDSSP && !(user && s->password))
        return hop_error_set(
            err, HOP_ERROR_WSMAN, HOP_FRESH_NO_CREDENTIALS,
            "CredSSP hands a password to %s, and none was given: name a user "
            "and type the password (winrs -u:USER, -Credential) (0x803381A1 "
            "ERROR_WSMAN_CREDSSP_USERNAME_PASSWORD_NEEDED)",
            s->endpoint.host);
    if ((use == HOP_USE_BASIC || use == HOP_USE_NTLM) && !(user && s->password))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s needs a user and a password",
                             use == HOP_USE_BASIC ? "Basic" : "NTLM");
    if (user && s->password == NULL && use != HOP_USE_CERTIFICATE)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the user %s is given without a password",
                             s->texts[HOP_SET_USER]);
    return true;
}

/* Kerberos knows a host by its name, never as localhost. */
static void
choose_spn_host(struct settings *s)
{
    char name[256] = "";

    if (is_loopback(s->endpoint.host))
        (void)!gethostname(name, sizeof(name) - 1);
    s->spn_host = hop_xstrdup(name[0] ? name : s->endpoint.host);
}

static const char *
ask_environment(const char *name)
{
    return secure_getenv(name);
}

static void
choose_proxy(struct settings *s)
{
    const char *given = s->texts[HOP_SET_PROXY];

    if (given)
        s->proxy = *given ? hop_xstrdup(given) : NULL;
    else
        s->proxy = hop_proxy_from_env(s->endpoint.host, s->endpoint.port,
                                      s->endpoint.tls, ask_environment,
                                      &s->proxy_authorization);
}

static bool
make_cred(struct settings *s, struct hop_error *err)
{
    long use = setting(s, HOP_SET_AUTH);

    if (use == HOP_USE_NONE || use == HOP_USE_CERTIFICATE)
        return true;
    if (s->texts[HOP_SET_USER] == NULL)
        return hop_cred_default(s->texts[HOP_SET_CCACHE], &s->cred, err);
    if (!hop_cred_password(s->texts[HOP_SET_USER], s->password, &s->cred, err))
        return false;
    if (use == HOP_USE_NTLM)
        hop_cred_forbid_kerberos(s->cred);
    return true;
}

/* A file that only the server may read says nothing to clients; CredSSP, which
 * is off by default, stays off then. */
static bool
load_config(struct settings *s, struct hop_error *err)
{
    const char *dir = s->texts[HOP_SET_CONFIG_DIR];
    struct hop_error why = {0};

    hop_config_init(&s->config);
    s->has_config = true;
    if (hop_config_load(&s->config, dir ? dir : HOP_CONFIG_DIR, &why))
        return true;
    if (why.domain != HOP_ERROR_ERRNO || why.code != EACCES) {
        if (err != NULL)
            *err = why;
        return false;
    }
    hop_config_done(&s->config);
    hop_config_init(&s->config);
    return true;
}

static bool
read_endpoint(struct settings *s, struct hop_error *err)
{
    const char *where = s->texts[HOP_SET_ENDPOINT];
    const struct endpoint_defaults defaults = {
        .http = (uint16_t)hop_config_u32(&s->config, HOP_SET_CLIENT_PORT_HTTP),
        .https =
            (uint16_t)hop_config_u32(&s->config, HOP_SET_CLIENT_PORT_HTTPS),
        .prefix = hop_config_text(&s->config, HOP_SET_CLIENT_URL_PREFIX),
    };

    return endpoint_parse(where ? where : "localhost", setting(s, HOP_SET_TLS),
                          &defaults, &s->endpoint, err);
}

/* Whether the host may be shown or given a password is asked before it hears of
 * us. */
static bool
check_policy(struct settings *s, struct hop_error *err)
{
    if (setting(s, HOP_SET_AUTH) == HOP_USE_NTLM)
        return settings_may_ntlm(s, err);
    if (setting(s, HOP_SET_AUTH) != HOP_USE_CREDSSP)
        return true;
    s->full_host = hop_host_full_name(s->endpoint.host);
    return hop_fresh_allowed(&s->config, s->endpoint.host, s->full_host,
                             HOP_FRESH_UNKNOWN, time(NULL), err);
}

static bool
make_tls(struct settings *s, struct hop_error *err)
{
    HOP_CLEANUP(client_certificate_done)
    struct client_certificate own = {.cert_fd = -1, .key_fd = -1};
    const char *dir = s->texts[HOP_SET_CONFIG_DIR];
    struct hop_tls_config config = {
        .ca_file = s->texts[HOP_SET_CA_FILE],
        .skip_ca_check = setting(s, HOP_SET_SKIP_CA),
        .skip_name_check = setting(s, HOP_SET_SKIP_NAME),
    };

    if (!s->endpoint.tls)
        return true;
    if (!client_certificate_find(s->texts[HOP_SET_CERT_FILE],
                                 s->texts[HOP_SET_KEY_FILE], &s->config,
                                 dir ? dir : HOP_CONFIG_DIR, &own, err))
        return false;
    client_certificate_use(&own, &config);
    s->tls = hop_tls_context_new(&config, err);
    return s->tls != NULL;
}

bool
settings_resolve(struct settings *s, struct hop_error *err)
{
    if (s->resolved)
        return true;
    if (!load_config(s, err) || !read_endpoint(s, err)) {
        unresolve(s);
        return false;
    }
    choose_spn_host(s);
    choose_proxy(s);
    s->resolved = check_together(s, err) && check_allowed(s, err) &&
                  check_unencrypted(s, err) && check_policy(s, err) &&
                  make_cred(s, err) && make_tls(s, err);
    if (!s->resolved)
        unresolve(s);
    return s->resolved;
}
