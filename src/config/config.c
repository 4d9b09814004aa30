/* The settings: table of defaults, text in and out.
 *
 * Names and defaults are those of WinRM 3.0 (Windows Server 2012 and later,
 * `winrm get winrm/config`).
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/config.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

#define ENTRIES_MAX 1000
#define PATH_MAX_   512
#define WORDS_CBT   "None|Relaxed|Strict"

#define BOOL(path, value)                                                      \
    {                                                                          \
        path, HOP_SETTING_BOOL, value, 0, 1, NULL                              \
    }
#define U32(path, v, lo, hi)                                                   \
    {                                                                          \
        path, HOP_SETTING_U32, v, lo, hi, NULL                                 \
    }
#define TEXT(path, value)                                                      \
    {                                                                          \
        path, HOP_SETTING_TEXT, 0, 0, 0, value                                 \
    }
#define LIST(path, value)                                                      \
    {                                                                          \
        path, HOP_SETTING_LIST, 0, 0, 0, value                                 \
    }
#define CHOICE(path, v, words)                                                 \
    {                                                                          \
        path, HOP_SETTING_CHOICE, v, 0, 0, words                               \
    }

const struct hop_setting_row hop_setting_table[HOP_SET_COUNT] = {
    /* clang-format off */
    [HOP_SET_MAX_ENVELOPE_KB] = U32("MaxEnvelopeSizekb", 500, 32, 1039440),
    [HOP_SET_MAX_TIMEOUT_MS] = U32("MaxTimeoutms", 60000, 500, UINT32_MAX),
    [HOP_SET_MAX_BATCH_ITEMS] = U32("MaxBatchItems", 32000, 1, UINT32_MAX),
    [HOP_SET_MAX_PROVIDER_REQUESTS] = U32("MaxProviderRequests", UINT32_MAX, 1, UINT32_MAX),

    [HOP_SET_CLIENT_NETWORK_DELAY_MS] = U32("Client/NetworkDelayms", 5000, 500, UINT32_MAX),
    [HOP_SET_CLIENT_URL_PREFIX] = TEXT("Client/URLPrefix", "wsman"),
    [HOP_SET_CLIENT_ALLOW_UNENCRYPTED] = BOOL("Client/AllowUnencrypted", false),
    [HOP_SET_CLIENT_AUTH_BASIC] = BOOL("Client/Auth/Basic", true),
    [HOP_SET_CLIENT_AUTH_DIGEST] = BOOL("Client/Auth/Digest", true),
    [HOP_SET_CLIENT_AUTH_KERBEROS] = BOOL("Client/Auth/Kerberos", true),
    [HOP_SET_CLIENT_AUTH_NEGOTIATE] = BOOL("Client/Auth/Negotiate", true),
    [HOP_SET_CLIENT_AUTH_CERTIFICATE] = BOOL("Client/Auth/Certificate", true),
    [HOP_SET_CLIENT_AUTH_CREDSSP] = BOOL("Client/Auth/CredSSP", false),
    [HOP_SET_CLIENT_PORT_HTTP] = U32("Client/DefaultPorts/HTTP", 5985, 1, 65535),
    [HOP_SET_CLIENT_PORT_HTTPS] = U32("Client/DefaultPorts/HTTPS", 5986, 1, 65535),
    [HOP_SET_CLIENT_TRUSTED_HOSTS] = LIST("Client/TrustedHosts", ""),
    [HOP_SET_CLIENT_FRESH] = LIST("Client/AllowFreshCredentials", ""),
    [HOP_SET_CLIENT_FRESH_NTLM] = LIST("Client/AllowFreshCredentialsWhenNTLMOnly", ""),
    [HOP_SET_CLIENT_FRESH_CONCAT] = BOOL("Client/ConcatenateDefaults_AllowFresh", false),
    [HOP_SET_CLIENT_FRESH_NTLM_CONCAT] = BOOL("Client/ConcatenateDefaults_AllowFreshNTLMOnly", false),
    [HOP_SET_CLIENT_DENY_FRESH] = LIST("Client/DenyFreshCredentials", ""),

    [HOP_SET_SERVICE_ROOT_SDDL] = TEXT("Service/RootSDDL",
        "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"),
    [HOP_SET_SERVICE_MAX_OPERATIONS] = U32("Service/MaxConcurrentOperations", UINT32_MAX, 1, UINT32_MAX),
    [HOP_SET_SERVICE_MAX_OPERATIONS_PER_USER] = U32("Service/MaxConcurrentOperationsPerUser", 1500, 1, UINT32_MAX),
    [HOP_SET_SERVICE_ENUMERATION_TIMEOUT_MS] = U32("Service/EnumerationTimeoutms", 240000, 500, UINT32_MAX),
    [HOP_SET_SERVICE_MAX_CONNECTIONS] = U32("Service/MaxConnections", 300, 1, 1000000),
    [HOP_SET_SERVICE_MAX_PACKET_SECONDS] = U32("Service/MaxPacketRetrievalTimeSeconds", 120, 1, UINT32_MAX / 1000),
    [HOP_SET_SERVICE_ALLOW_UNENCRYPTED] = BOOL("Service/AllowUnencrypted", false),
    [HOP_SET_SERVICE_AUTH_BASIC] = BOOL("Service/Auth/Basic", false),
    [HOP_SET_SERVICE_AUTH_KERBEROS] = BOOL("Service/Auth/Kerberos", true),
    [HOP_SET_SERVICE_AUTH_NEGOTIATE] = BOOL("Service/Auth/Negotiate", true),
    [HOP_SET_SERVICE_AUTH_CERTIFICATE] = BOOL("Service/Auth/Certificate", false),
    [HOP_SET_SERVICE_AUTH_CREDSSP] = BOOL("Service/Auth/CredSSP", false),
    [HOP_SET_SERVICE_AUTH_CBT] = CHOICE("Service/Auth/CbtHardeningLevel", HOP_CBT_RELAXED, WORDS_CBT),
    [HOP_SET_SERVICE_PORT_HTTP] = U32("Service/DefaultPorts/HTTP", 5985, 1, 65535),
    [HOP_SET_SERVICE_PORT_HTTPS] = U32("Service/DefaultPorts/HTTPS", 5986, 1, 65535),
    [HOP_SET_SERVICE_IPV4_FILTER] = TEXT("Service/IPv4Filter", "*"),
    [HOP_SET_SERVICE_IPV6_FILTER] = TEXT("Service/IPv6Filter", "*"),
    [HOP_SET_SERVICE_COMPAT_HTTP] = BOOL("Service/EnableCompatibilityHttpListener", false),
    [HOP_SET_SERVICE_COMPAT_HTTPS] = BOOL("Service/EnableCompatibilityHttpsListener", false),
    [HOP_SET_SERVICE_THUMBPRINT] = TEXT("Service/CertificateThumbprint", ""),
    [HOP_SET_SERVICE_ALLOW_REMOTE] = BOOL("Service/AllowRemoteAccess", true),
    [HOP_SET_SERVICE_DISABLE_RUNAS] = BOOL("Service/DisableRunAs", false),

    [HOP_SET_SHELL_ALLOW_REMOTE] = BOOL("Shell/AllowRemoteShellAccess", true),
    [HOP_SET_SHELL_IDLE_TIMEOUT_MS] = U32("Shell/IdleTimeout", 7200000, 60000, 2147483647),
    [HOP_SET_SHELL_MAX_USERS] = U32("Shell/MaxConcurrentUsers", 10, 1, 2147483647),
    [HOP_SET_SHELL_MAX_RUN_TIME] = U32("Shell/MaxShellRunTime", 2147483647, 0, 2147483647),
    [HOP_SET_SHELL_MAX_PROCESSES] = U32("Shell/MaxProcessesPerShell", 25, 0, 2147483647),
    [HOP_SET_SHELL_MAX_MEMORY_MB] = U32("Shell/MaxMemoryPerShellMB", 1024, 0, 2147483647),
    [HOP_SET_SHELL_MAX_PER_USER] = U32("Shell/MaxShellsPerUser", 30, 0, 2147483647),

    [HOP_SET_KEYTAB] = TEXT("Linux/Keytab", ""),
    [HOP_SET_NTLM_USERS] = TEXT("Linux/NtlmUserFile", ""),
    [HOP_SET_CERTIFICATE_MAP] = TEXT("Linux/CertificateMap", ""),
    [HOP_SET_CLIENT_CA] = TEXT("Linux/ClientCertificateAuthorities", ""),
    [HOP_SET_CREDSSP_MINIMUM_VERSION] = U32("Linux/CredSSPMinimumVersion", 5, 2, 6),
    [HOP_SET_CREDSSP_CA] = TEXT("Linux/CredSSPAuthorities", ""),
    [HOP_SET_CREDSSP_PINS] = LIST("Linux/CredSSPPins", ""),
    [HOP_SET_CREDSSP_CERT] = TEXT("Linux/CredSSPCertificateFile", ""),
    [HOP_SET_LOG_COMMANDS] = BOOL("Linux/LogCommandLines", false),
    [HOP_SET_ADMINISTRATORS] = TEXT("Linux/Administrators", "sudo, wheel"),
    [HOP_SET_CREDENTIAL_AGENT] = BOOL("Linux/CredentialAgent", true),
    [HOP_SET_CERTIFICATE_DIRS] = LIST("Linux/CertificateDirectories", ""),
    [HOP_SET_CERTIFICATE_TOKENS] = LIST("Linux/CertificateTokens", ""),
    [HOP_SET_GROUP_POLICY] = BOOL("Linux/GroupPolicy", true),
    [HOP_SET_GROUP_POLICY_EVERY_MIN] = U32("Linux/GroupPolicyRefreshTime", 90, 0, 64800),
    [HOP_SET_GROUP_POLICY_OFFSET_MIN] = U32("Linux/GroupPolicyRefreshTimeOffset", 30, 0, 1440),
    /* clang-format on */
};

/* What may stand below a subtree with free names. */
static const struct {
    const char *tree;
    const char *keys; /* by '|' */
} trees[] = {
    {"Listener", "Address|Transport|Port|Hostname|Enabled|URLPrefix|"
                 "CertificateThumbprint|CertificateFile|KeyFile"},
    {"Plugin", "AllowDelegationTo|DenyDelegationTo|ResourceUri|Enabled|Engine|"
               "Command|ConfigurationFile|RunAsUser|"
               "RunAsVirtualAccount|RunAsVirtualAccountGroups|"
               "GroupManagedServiceAccount|Users|Groups|MaxShellsPerUser|"
               "MaxShells|MaxConcurrentUsers|IdleTimeoutms|MaxIdleTimeoutms|"
               "MaxProcessesPerShell|MaxMemoryPerShellMB|Credential|Security|"
               "OutputBufferingMode"},
    {"ClientCertificate", "Issuer|Subject|URI|UserName|Enabled"},
};

void
hop_config_init(struct hop_config *c)
{
    memset(c, 0, sizeof(*c));
    for (size_t i = 0; i < HOP_SET_COUNT; i++) {
        const struct hop_setting_row *row = &hop_setting_table[i];
        c->number[i] = row->number;
        if (row->type == HOP_SETTING_TEXT || row->type == HOP_SETTING_LIST)
            c->text[i] = hop_xstrdup(row->text);
    }
}

void
hop_config_done(struct hop_config *c)
{
    for (size_t i = 0; i < HOP_SET_COUNT; i++) {
        free(c->text[i]);
        free(c->under[i]);
    }
    for (size_t i = 0; i < c->entry_count; i++) {
        free(c->entries[i].path);
        free(c->entries[i].value);
    }
    free(c->entries);
    memset(c, 0, sizeof(*c));
}

static void
copy_config(struct hop_config *to, const struct hop_config *from)
{
    *to = *from;
    for (size_t i = 0; i < HOP_SET_COUNT; i++) {
        to->text[i] = from->text[i] ? hop_xstrdup(from->text[i]) : NULL;
        to->under[i] = from->under[i] ? hop_xstrdup(from->under[i]) : NULL;
    }
    to->entries = from->entry_count
                      ? hop_xcalloc(from->entry_count, sizeof(*to->entries))
                      : NULL;
    for (size_t i = 0; i < from->entry_count; i++) {
        to->entries[i] = from->entries[i];
        to->entries[i].path = hop_xstrdup(from->entries[i].path);
        to->entries[i].value = hop_xstrdup(from->entries[i].value);
    }
}

/* The path with '/' between its parts; "WSMan:\localhost\" and "localhost\" in
 * front are what the drive shows and may stay. */
static bool
tidy_path(const char *path, char out[PATH_MAX_])
{
    static const char *const drives[] = {"wsman:/", "localhost/"};
    size_t n = strlen(path);

    if (n >= PATH_MAX_)
        return false;
    for (size_t i = 0; i <= n; i++)
        out[i] = path[i] == '\\' ? '/' : path[i];
    for (size_t d = 0; d < HOP_ARRAY_SIZE(drives); d++) {
        size_t len = strlen(drives[d]);
        if (hop_ascii_ieqn(out, drives[d], len))
            memmove(out, out + len, strlen(out + len) + 1);
    }
    return out[0] != '\0';
}

static bool
find_setting(const char *path, size_t *which)
{
    for (size_t i = 0; i < HOP_SET_COUNT; i++) {
        if (hop_ascii_ieq(path, hop_setting_table[i].path)) {
            *which = i;
            return true;
        }
    }
    return false;
}

/* Index of a word in "a|b|c", or -1. */
static int
find_word(const char *words, const char *word)
{
    size_t n = strlen(word);

    for (int i = 0;; i++) {
        const char *end = strchrnul(words, '|');
        if ((size_t)(end - words) == n && hop_ascii_ieqn(words, word, n))
            return i;
        if (*end == '\0')
            return -1;
        words = end + 1;
    }
}

static bool
parse_number(const char *value, uint32_t *out)
{
    uint64_t v = 0;

    if (*value == '\0' || strlen(value) > 10)
        return false;
    for (; *value != '\0'; value++) {
        if (!hop_ascii_is_digit(*value))
            return false;
        v = v * 10 + (uint64_t)(*value - '0');
    }
    *out = (uint32_t)v;
    return v <= UINT32_MAX;
}

static bool
set_number(struct hop_config *c, size_t i, const char *value,
           struct hop_error *err)
{
    const struct hop_setting_row *row = &hop_setting_table[i];
    uint32_t v = 0;
    int word;

    switch (row->type) {
    case HOP_SETTING_BOOL:
        word = find_word("false|true|0|1", value);
        if (word < 0)
            return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                                 "%s: \"%s\" is neither true nor false",
                                 row->path, value);
        v = (uint32_t)word & 1;
        break;
    case HOP_SETTING_CHOICE:
        word = find_word(row->text, value);
        if (word < 0)
            return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                                 "%s: \"%s\" is none of %s", row->path, value,
                                 row->text);
        v = (uint32_t)word;
        break;
    default:
        if (!parse_number(value, &v) || v < row->min || v > row->max)
            return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                                 "%s: \"%s\" is no number from %u to %u",
                                 row->path, value, row->min, row->max);
    }
    c->number[i] = v;
    return true;
}

bool
hop_config_refuse_fixed(const char *path, struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_WSMAN, 0x8033808A,
                         "%s is fixed by a policy and cannot be changed "
                         "(0x8033808A); see " HOP_CONFIG_DIR "/policy.d",
                         path);
}

/* A policy's list beside which the host's own counts. */
static bool
adds_up(const struct hop_config *c, size_t i)
{
    enum hop_config_id s =
        i == HOP_SET_CLIENT_FRESH        ? HOP_SET_CLIENT_FRESH_CONCAT
        : i == HOP_SET_CLIENT_FRESH_NTLM ? HOP_SET_CLIENT_FRESH_NTLM_CONCAT
                                         : HOP_SET_COUNT;

    return s != HOP_SET_COUNT && c->policy[i] && c->policy[s] &&
           c->number[s] != 0;
}

static void
keep_under(struct hop_config *c, size_t i, const char *value)
{
    free(c->under[i]);
    c->under[i] = hop_xstrdup(value);
}

static bool
set_setting(struct hop_config *c, size_t i, const char *value, bool policy,
            struct hop_error *err)
{
    const struct hop_setting_row *row = &hop_setting_table[i];

    if (!policy && adds_up(c, i)) {
        keep_under(c, i, value);
        return true;
    }
    if (c->policy[i] && !policy)
        return hop_config_refuse_fixed(row->path, err);
    if (policy && !c->policy[i] && row->type == HOP_SETTING_LIST)
        keep_under(c, i, c->text[i]);
    if (row->type == HOP_SETTING_TEXT || row->type == HOP_SETTING_LIST) {
        free(c->text[i]);
        c->text[i] = hop_xstrdup(value);
    } else if (!set_number(c, i, value, err)) {
        return false;
    }
    c->set[i] = true;
    c->policy[i] = policy;
    return true;
}

/* "Listener/NAME/Port": a known tree, one free name, a known key. */
static bool
check_entry(const char *path, struct hop_error *err)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(trees); i++) {
        size_t n = strlen(trees[i].tree);
        if (!hop_ascii_ieqn(path, trees[i].tree, n) || path[n] != '/')
            continue;
        const char *key = strchr(path + n + 1, '/');
        if (key && key > path + n + 1 && find_word(trees[i].keys, key + 1) >= 0)
            return true;
    }
    return hop_error_set(err, HOP_ERROR_GENERIC, 0, "%s: no such setting",
                         path);
}

static struct hop_config_entry *
find_entry(const struct hop_config *c, const char *path)
{
    for (size_t i = 0; i < c->entry_count; i++) {
        if (hop_ascii_ieq(c->entries[i].path, path))
            return &c->entries[i];
    }
    return NULL;
}

static bool
set_entry(struct hop_config *c, const char *path, const char *value,
          bool policy, struct hop_error *err)
{
    struct hop_config_entry *e = find_entry(c, path);

    if (e && e->policy && !policy)
        return hop_config_refuse_fixed(path, err);
    if (!e && !check_entry(path, err))
        return false;
    if (!e && c->entry_count == ENTRIES_MAX)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "%s: more than %d settings of listeners and "
                             "plugins",
                             path, ENTRIES_MAX);
    if (!e) {
        c->entries =
            hop_xrealloc(c->entries, c->entry_count + 1, sizeof(*c->entries));
        e = &c->entries[c->entry_count++];
        *e = (struct hop_config_entry){.path = hop_xstrdup(path)};
    }
    free(e->value);
    e->value = hop_xstrdup(value);
    e->policy = policy;
    return true;
}

bool
hop_config_set(struct hop_config *c, const char *path, const char *value,
               bool policy, struct hop_error *err)
{
    char tidy[PATH_MAX_];
    size_t i;

    if (!tidy_path(path, tidy))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0, "%s: no such setting",
                             path);
    if (strpbrk(value, "\r\n"))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s: a value is one line", tidy);
    if (find_setting(tidy, &i))
        return set_setting(c, i, value, policy, err);
    return set_entry(c, tidy, value, policy, err);
}

/* Cuts white space off both ends, in place. */
static char *
trim(char *s)
{
    while (hop_ascii_is_space(*s))
        s++;
    size_t n = strlen(s);
    while (n > 0 && hop_ascii_is_space(s[n - 1]))
        s[--n] = '\0';
    return s;
}

static bool
parse_line(struct hop_config *c, char *line, bool policy, struct hop_error *err)
{
    char *text = trim(line);

    if (*text == '\0' || *text == '#')
        return true;
    char *equals = strchr(text, '=');
    if (!equals)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "\"%s\": no '=' after the name of the setting",
                             text);
    *equals = '\0';
    return hop_config_set(c, trim(text), trim(equals + 1), policy, err);
}

bool
hop_config_parse(struct hop_config *c, const char *text, const char *source,
                 bool policy, struct hop_error *err)
{
    struct hop_config copy;
    bool ok = true;

    copy_config(&copy, c);
    for (unsigned number = 1; ok && *text != '\0'; number++) {
        const char *end = strchrnul(text, '\n');
        HOP_AUTO_FREE char *line = hop_xstrndup(text, (size_t)(end - text));
        ok = parse_line(&copy, line, policy, err) ||
             hop_error_prefix(err, "%s:%u", source, number);
        text = *end ? end + 1 : end;
    }
    if (ok) {
        hop_config_done(c);
        *c = copy;
    } else {
        hop_config_done(&copy);
    }
    return ok;
}

static void
format_setting(const struct hop_config *c, size_t i, struct hop_buf *out)
{
    const struct hop_setting_row *row = &hop_setting_table[i];

    switch (row->type) {
    case HOP_SETTING_BOOL:
        hop_buf_adds(out, c->number[i] ? "true" : "false");
        break;
    case HOP_SETTING_U32: hop_buf_addf(out, "%u", c->number[i]); break;
    case HOP_SETTING_CHOICE: {
        const char *word = row->text;
        for (uint32_t k = 0; k < c->number[i]; k++)
            word = strchr(word, '|') + 1;
        hop_buf_add(out, word, (size_t)(strchrnul(word, '|') - word));
        break;
    }
    case HOP_SETTING_TEXT:
    case HOP_SETTING_LIST: hop_buf_adds(out, c->text[i]); break;
    }
}

bool
hop_config_get(const struct hop_config *c, const char *path,
               struct hop_buf *out)
{
    char tidy[PATH_MAX_];
    size_t i;

    if (!tidy_path(path, tidy))
        return false;
    if (find_setting(tidy, &i)) {
        format_setting(c, i, out);
        return true;
    }
    const struct hop_config_entry *e = find_entry(c, tidy);
    if (e)
        hop_buf_adds(out, e->value);
    return e != NULL;
}

void
hop_config_format(const struct hop_config *c, bool all, struct hop_buf *out)
{
    for (size_t i = 0; i < HOP_SET_COUNT; i++) {
        if (!all && !c->set[i])
            continue;
        hop_buf_addf(out, "%s = ", hop_setting_table[i].path);
        format_setting(c, i, out);
        hop_buf_addc(out, '\n');
    }
    for (size_t i = 0; i < c->entry_count; i++)
        hop_buf_addf(out, "%s = %s\n", c->entries[i].path, c->entries[i].value);
}

bool
hop_config_is_fixed(const struct hop_config *c, const char *path)
{
    size_t n = strlen(path), i;

    if (find_setting(path, &i))
        return c->policy[i];
    for (i = 0; i < c->entry_count; i++) {
        const char *own = c->entries[i].path;
        if (c->entries[i].policy && hop_ascii_ieqn(own, path, n) &&
            (own[n] == '\0' || own[n] == '/'))
            return true;
    }
    return false;
}

void
hop_config_format_fixed(const struct hop_config *c, struct hop_buf *out)
{
    for (size_t i = 0; i < HOP_SET_COUNT; i++) {
        if (!c->policy[i])
            continue;
        hop_buf_addf(out, "%s = ", hop_setting_table[i].path);
        format_setting(c, i, out);
        hop_buf_addc(out, '\n');
    }
    for (size_t i = 0; i < c->entry_count; i++)
        if (c->entries[i].policy)
            hop_buf_addf(out, "%s = %s\n", c->entries[i].path,
                         c->entries[i].value);
}

char *
hop_config_certificate_dirs(const struct hop_config *c, const char *dir)
{
    struct hop_buf out = HOP_BUF_INIT;
    const char *list = hop_config_text(c, HOP_SET_CERTIFICATE_DIRS);

    hop_buf_addf(&out, "%s/certs:%s", dir, dir);
    while (*list != '\0') {
        size_t n = strcspn(list, ",");
        HOP_AUTO_FREE char *one = hop_xstrndup(list, n);
        const char *trimmed = trim(one);

        if (*trimmed != '\0')
            hop_buf_addf(&out, ":%s", trimmed);
        list += n + (list[n] == ',');
    }
    return hop_buf_take(&out);
}

const char *
hop_config_text(const struct hop_config *c, enum hop_config_id s)
{
    return c->text[s] ? c->text[s] : "";
}

const char *
hop_config_under(const struct hop_config *c, enum hop_config_id s)
{
    return adds_up(c, s) ? c->under[s] : NULL;
}

/* '*' stands for any run of characters. */
static bool
matches(const char *pattern, size_t n, const char *word)
{
    size_t i = 0, star = SIZE_MAX;
    const char *mark = word;

    while (*word != '\0') {
        if (i < n && pattern[i] == '*') {
            star = i++;
            mark = word;
        } else if (i < n &&
                   hop_ascii_lower(pattern[i]) == hop_ascii_lower(*word)) {
            i++;
            word++;
        } else if (star != SIZE_MAX) {
            i = star + 1;
            word = ++mark;
        } else {
            return false;
        }
    }
    while (i < n && pattern[i] == '*')
        i++;
    return i == n;
}

bool
hop_config_pattern_fits(const char *pattern, const char *word)
{
    return matches(pattern, strlen(pattern), word);
}

bool
hop_config_list_has(const struct hop_config *c, enum hop_config_id s,
                    const char *word)
{
    const char *list = hop_config_text(c, s);

    while (*list != '\0') {
        size_t n = strcspn(list, ",");
        const char *p = list;
        size_t len = n;
        while (len > 0 && hop_ascii_is_space(*p))
            p++, len--;
        while (len > 0 && hop_ascii_is_space(p[len - 1]))
            len--;
        if (len > 0 && matches(p, len, word))
            return true;
        list += n + (list[n] == ',');
    }
    return false;
}

const char *
hop_config_entry(const struct hop_config *c, const char *tree, const char *name,
                 const char *key)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s/%s", tree, name, key);
    const struct hop_config_entry *e = find_entry(c, path);

    return e ? e->value : NULL;
}

/* The name in "tree/name/key", or 0 for another tree. */
static size_t
name_in(const char *path, const char *tree, const char **name)
{
    size_t n = strlen(tree);

    if (!hop_ascii_ieqn(path, tree, n) || path[n] != '/')
        return 0;
    *name = path + n + 1;
    return strcspn(*name, "/");
}

const char *
hop_config_entry_name(const struct hop_config *c, const char *tree, size_t *at,
                      struct hop_buf *buf)
{
    for (; *at < c->entry_count; ++*at) {
        const char *name, *other;
        size_t n = name_in(c->entries[*at].path, tree, &name);
        bool seen = n == 0;
        for (size_t i = 0; !seen && i < *at; i++)
            seen = name_in(c->entries[i].path, tree, &other) == n &&
                   hop_ascii_ieqn(name, other, n);
        if (seen)
            continue;
        hop_buf_clear(buf);
        hop_buf_add(buf, name, n);
        ++*at;
        return hop_buf_str(buf);
    }
    return NULL;
}
