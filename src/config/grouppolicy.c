/* SPDX-License-Identifier: MIT */
#include "config/grouppolicy.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "config/preg.h"

enum { VALUES_MAX = 20000 };

/* ---- the registry ---- */

static void
free_value(struct hop_registry_value *v)
{
    free(v->key);
    free(v->name);
    free(v->data);
}

void
hop_registry_done(struct hop_registry *r)
{
    for (size_t k = 0; k < r->count; k++)
        free_value(&r->values[k]);
    free(r->values);
    *r = (struct hop_registry){0};
}

static struct hop_registry_value *
find_value(const struct hop_registry *r, const char *key, const char *name)
{
    for (size_t k = 0; k < r->count; k++)
        if (hop_ascii_ieq(r->values[k].key, key) &&
            hop_ascii_ieq(r->values[k].name, name))
            return &r->values[k];
    return NULL;
}

static void
remove_at(struct hop_registry *r, size_t k)
{
    free_value(&r->values[k]);
    memmove(&r->values[k], &r->values[k + 1],
            (r->count - k - 1) * sizeof(*r->values));
    r->count--;
}

static void
remove_value(struct hop_registry *r, const char *key, const char *name)
{
    struct hop_registry_value *v = find_value(r, key, name);

    if (v != NULL)
        remove_at(r, (size_t)(v - r->values));
}

/* All values of a key; with below those of the keys below it as well. */
static void
remove_key(struct hop_registry *r, const char *key, bool below)
{
    size_t n = strlen(key);

    for (size_t k = r->count; k-- > 0;) {
        const char *have = r->values[k].key;

        if (hop_ascii_ieqn(have, key, n) &&
            (have[n] == '\0' || (below && have[n] == '\\')))
            remove_at(r, k);
    }
}

static void
put_value(struct hop_registry *r, const char *name,
          const struct hop_preg_entry *e, size_t source)
{
    struct hop_registry_value *v = find_value(r, e->key, name);

    if (v != NULL) {
        free(v->data);
    } else if (r->count < VALUES_MAX) {
        r->values = hop_xrealloc(r->values, r->count + 1, sizeof(*r->values));
        v = &r->values[r->count++];
        *v = (struct hop_registry_value){.key = hop_xstrdup(e->key),
                                         .name = hop_xstrdup(name)};
    } else {
        return;
    }
    v->type = e->type;
    v->data = hop_xmalloc(e->size + 2);
    memcpy(v->data, e->data, e->size);
    v->size = e->size;
    v->source = source;
}

/* ---- "**" directives, MS-GPREG 3.2.5.1 ---- */

struct layer {
    struct hop_registry *registry;
    size_t source;
};

typedef void directive_fn(struct layer *l, const struct hop_preg_entry *e,
                          const char *rest);

static void
delete_one(struct layer *l, const struct hop_preg_entry *e, const char *rest)
{
    remove_value(l->registry, e->key, rest);
}

static void
delete_all(struct layer *l, const struct hop_preg_entry *e, const char *rest)
{
    remove_key(l->registry, e->key, false);
}

/* The names in the data, with semicolons between them. */
static void
delete_listed(struct layer *l, const struct hop_preg_entry *e, bool keys)
{
    HOP_AUTO_BUF struct hop_buf list = HOP_BUF_INIT;
    const char *p;

    if (!hop_utf8_from_utf16le(&list, e->data, e->size & ~(size_t)1))
        return;
    for (p = hop_buf_str(&list); *p != '\0';) {
        size_t n = strcspn(p, ";");
        HOP_AUTO_FREE char *name = hop_xstrndup(p, n);
        HOP_AUTO_FREE char *key = hop_xasprintf("%s\\%s", e->key, name);

        if (keys)
            remove_key(l->registry, key, true);
        else
            remove_value(l->registry, e->key, name);
        p += n + (p[n] == ';');
    }
}

static void
delete_values(struct layer *l, const struct hop_preg_entry *e, const char *rest)
{
    delete_listed(l, e, false);
}

static void
delete_keys(struct layer *l, const struct hop_preg_entry *e, const char *rest)
{
    delete_listed(l, e, true);
}

static void
set_softly(struct layer *l, const struct hop_preg_entry *e, const char *rest)
{
    if (find_value(l->registry, e->key, rest) == NULL)
        put_value(l->registry, rest, e, l->source);
}

static void
do_nothing(struct layer *l, const struct hop_preg_entry *e, const char *rest)
{
}

static const struct {
    const char *prefix;
    directive_fn *act;
} directives[] = {
    {"**delvals", delete_all},     {"**deletevalues", delete_values},
    {"**deletekeys", delete_keys}, {"**del.", delete_one},
    {"**soft.", set_softly},       {"**securekey", do_nothing},
};

static void
apply_entry(void *ctx, const struct hop_preg_entry *e)
{
    struct layer *l = ctx;

    for (size_t k = 0; k < HOP_ARRAY_SIZE(directives); k++) {
        size_t n = strlen(directives[k].prefix);

        if (hop_ascii_ieqn(e->value, directives[k].prefix, n)) {
            directives[k].act(l, e, e->value + n);
            return;
        }
    }
    if (e->value[0] != '\0')
        put_value(l->registry, e->value, e, l->source);
}

static void
ignore_entry(void *ctx, const struct hop_preg_entry *e)
{
}

bool
hop_registry_apply(struct hop_registry *r, const void *pol, size_t n,
                   size_t source, struct hop_error *err)
{
    struct layer l = {r, source};

    return hop_preg_decode(pol, n, ignore_entry, NULL, err) &&
           hop_preg_decode(pol, n, apply_entry, &l, err);
}

/* ---- what it means ---- */

#define POLICIES    "Software\\Policies\\Microsoft\\Windows\\"
#define SYSTEM      POLICIES "System"
#define CREDENTIALS POLICIES "CredentialsDelegation"
#define CLIENT      POLICIES "WinRM\\Client"
#define SERVICE     POLICIES "WinRM\\Service"
#define WINRS       SERVICE "\\WinRS"
#define CREDSSP                                                                \
    "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP"  \
    "\\Parameters"

enum kind {
    KIND_BOOL,   /* REG_DWORD 0 or 1 */
    KIND_NUMBER, /* REG_DWORD */
    KIND_TEXT,   /* REG_SZ, which counts where guard is 1; 0 empties it */
    KIND_LIST,   /* the values of the key below, where this is 1 */
    KIND_ORACLE, /* AllowEncryptionOracle: 2 lets old peers in */
};

static const struct rule {
    const char *key, *name;
    enum kind kind;
    const char *path;
    const char *guard; /* of a TEXT: the value that switches it on */
} rules[] = {
    /* clang-format off */
    {CREDENTIALS, "AllowFreshCredentials", KIND_LIST, "Client/AllowFreshCredentials", NULL},
    {CREDENTIALS, "ConcatenateDefaults_AllowFresh", KIND_BOOL, "Client/ConcatenateDefaults_AllowFresh", NULL},
    {CREDENTIALS, "AllowFreshCredentialsWhenNTLMOnly", KIND_LIST, "Client/AllowFreshCredentialsWhenNTLMOnly", NULL},
    {CREDENTIALS, "ConcatenateDefaults_AllowFreshNTLMOnly", KIND_BOOL, "Client/ConcatenateDefaults_AllowFreshNTLMOnly", NULL},
    {CREDENTIALS, "DenyFreshCredentials", KIND_LIST, "Client/DenyFreshCredentials", NULL},
    {CREDSSP, "AllowEncryptionOracle", KIND_ORACLE, "Linux/CredSSPMinimumVersion", NULL},

    {CLIENT, "AllowBasic", KIND_BOOL, "Client/Auth/Basic", NULL},
    {CLIENT, "AllowDigest", KIND_BOOL, "Client/Auth/Digest", NULL},
    {CLIENT, "AllowKerberos", KIND_BOOL, "Client/Auth/Kerberos", NULL},
    {CLIENT, "AllowNegotiate", KIND_BOOL, "Client/Auth/Negotiate", NULL},
    {CLIENT, "AllowCertificate", KIND_BOOL, "Client/Auth/Certificate", NULL},
    {CLIENT, "AllowCredSSP", KIND_BOOL, "Client/Auth/CredSSP", NULL},
    {CLIENT, "AllowUnencryptedTraffic", KIND_BOOL, "Client/AllowUnencrypted", NULL},
    {CLIENT, "TrustedHostsList", KIND_TEXT, "Client/TrustedHosts", "TrustedHosts"},

    {SERVICE, "AllowAutoConfig", KIND_BOOL, "Service/AllowRemoteAccess", NULL},
    {SERVICE, "IPv4Filter", KIND_TEXT, "Service/IPv4Filter", "AllowAutoConfig"},
    {SERVICE, "IPv6Filter", KIND_TEXT, "Service/IPv6Filter", "AllowAutoConfig"},
    {SERVICE, "AllowBasic", KIND_BOOL, "Service/Auth/Basic", NULL},
    {SERVICE, "AllowKerberos", KIND_BOOL, "Service/Auth/Kerberos", NULL},
    {SERVICE, "AllowNegotiate", KIND_BOOL, "Service/Auth/Negotiate", NULL},
    {SERVICE, "AllowCertificate", KIND_BOOL, "Service/Auth/Certificate", NULL},
    {SERVICE, "AllowCredSSP", KIND_BOOL, "Service/Auth/CredSSP", NULL},
    {SERVICE, "AllowUnencryptedTraffic", KIND_BOOL, "Service/AllowUnencrypted", NULL},
    {SERVICE, "CbtHardeningLevel", KIND_TEXT, "Service/Auth/CbtHardeningLevel", "CBTHardeningLevelStatus"},
    {SERVICE, "DisableRunAs", KIND_BOOL, "Service/DisableRunAs", NULL},
    {SERVICE, "HttpCompatibilityListener", KIND_BOOL, "Service/EnableCompatibilityHttpListener", NULL},
    {SERVICE, "HttpsCompatibilityListener", KIND_BOOL, "Service/EnableCompatibilityHttpsListener", NULL},

    {WINRS, "AllowRemoteShellAccess", KIND_BOOL, "Shell/AllowRemoteShellAccess", NULL},
    {WINRS, "IdleTimeout", KIND_NUMBER, "Shell/IdleTimeout", NULL},
    {WINRS, "MaxConcurrentUsers", KIND_NUMBER, "Shell/MaxConcurrentUsers", NULL},
    {WINRS, "ShellTimeOut", KIND_NUMBER, "Shell/MaxShellRunTime", NULL},
    {WINRS, "MaxProcessesPerShell", KIND_NUMBER, "Shell/MaxProcessesPerShell", NULL},
    {WINRS, "MaxMemoryPerShellMB", KIND_NUMBER, "Shell/MaxMemoryPerShellMB", NULL},
    {WINRS, "MaxShellsPerUser", KIND_NUMBER, "Shell/MaxShellsPerUser", NULL},

    {SYSTEM, "GroupPolicyRefreshTime", KIND_NUMBER, "Linux/GroupPolicyRefreshTime", NULL},
    {SYSTEM, "GroupPolicyRefreshTimeOffset", KIND_NUMBER, "Linux/GroupPolicyRefreshTimeOffset", NULL},
    /* clang-format on */
};

static bool
read_number(const struct hop_registry_value *v, uint32_t *out)
{
    if (v == NULL || v->type != HOP_REG_DWORD || v->size != 4)
        return false;
    *out = (uint32_t)v->data[0] | (uint32_t)v->data[1] << 8 |
           (uint32_t)v->data[2] << 16 | (uint32_t)v->data[3] << 24;
    return true;
}

static bool
read_text(const struct hop_registry_value *v, struct hop_buf *out)
{
    size_t n = v->size & ~(size_t)1;

    if (v->type != HOP_REG_SZ && v->type != HOP_REG_EXPAND_SZ)
        return false;
    while (n >= 2 && v->data[n - 1] == 0 && v->data[n - 2] == 0)
        n -= 2;
    return hop_utf8_from_utf16le(out, v->data, n) &&
           strlen(hop_buf_str(out)) == out->len;
}

static bool
make_number(const struct hop_registry *r, const struct rule *rule,
            const struct hop_registry_value *v, struct hop_buf *out)
{
    uint32_t n;

    if (!read_number(v, &n))
        return false;
    switch (rule->kind) {
    case KIND_BOOL: hop_buf_adds(out, n != 0 ? "true" : "false"); break;
    case KIND_ORACLE: hop_buf_adds(out, n >= 2 ? "2" : "5"); break;
    default: hop_buf_addf(out, "%u", n);
    }
    return true;
}

static bool
make_text(const struct hop_registry *r, const struct rule *rule,
          const struct hop_registry_value *v, struct hop_buf *out)
{
    return read_text(v, out);
}

/* "1" = "wsman/b", "2" = "wsman/c": the names do not count. */
static bool
make_list(const struct hop_registry *r, const struct rule *rule,
          const struct hop_registry_value *v, struct hop_buf *out)
{
    HOP_AUTO_FREE char *key = hop_xasprintf("%s\\%s", rule->key, rule->name);
    uint32_t on;

    if (!read_number(v, &on))
        return false;
    for (size_t k = 0; on != 0 && k < r->count; k++) {
        HOP_AUTO_BUF struct hop_buf one = HOP_BUF_INIT;

        if (!hop_ascii_ieq(r->values[k].key, key) ||
            !read_text(&r->values[k], &one) || one.len == 0 ||
            strpbrk(hop_buf_str(&one), ", \t\r\n") != NULL)
            continue;
        hop_buf_addf(out, "%s%s", out->len > 0 ? ", " : "", hop_buf_str(&one));
    }
    return true;
}

typedef bool make_fn(const struct hop_registry *r, const struct rule *rule,
                     const struct hop_registry_value *v, struct hop_buf *out);

static make_fn *const makers[] = {
    [KIND_BOOL] = make_number,   [KIND_NUMBER] = make_number,
    [KIND_TEXT] = make_text,     [KIND_LIST] = make_list,
    [KIND_ORACLE] = make_number,
};

static void
add_row(struct hop_group_settings *s, const struct rule *rule, size_t source,
        const char *value, const char *problem)
{
    s->rows = hop_xrealloc(s->rows, s->count + 1, sizeof(*s->rows));
    s->rows[s->count++] = (struct hop_group_setting){
        .path = rule->path,
        .policy = rule->guard != NULL ? rule->guard : rule->name,
        .value = problem == NULL ? hop_xstrdup(value) : NULL,
        .problem = problem != NULL ? hop_xstrdup(problem) : NULL,
        .source = source};
}

static void
add_setting(const struct hop_registry *r, const struct rule *rule,
            struct hop_group_settings *out)
{
    HOP_CLEANUP(hop_config_done) struct hop_config scratch;
    HOP_AUTO_BUF struct hop_buf value = HOP_BUF_INIT;
    const struct hop_registry_value *v = find_value(r, rule->key, rule->name);
    const struct hop_registry_value *guard =
        rule->guard != NULL ? find_value(r, rule->key, rule->guard) : NULL;
    struct hop_error err = {0};
    uint32_t on = 0;

    hop_config_init(&scratch);
    if (guard != NULL && read_number(guard, &on) && on == 0) {
        /* Off: a list is empty then; other texts are as without a policy. */
        if (strcmp(rule->path, "Client/TrustedHosts") == 0)
            add_row(out, rule, guard->source, "", NULL);
        return;
    }
    if (v == NULL || (rule->guard != NULL && on == 0))
        return;
    if (!makers[rule->kind](r, rule, v, &value))
        add_row(out, rule, v->source, NULL, "its value is of another type");
    else if (!hop_config_set(&scratch, rule->path, hop_buf_str(&value), true,
                             &err))
        add_row(out, rule, v->source, NULL, err.text);
    else
        add_row(out, rule, v->source, hop_buf_str(&value), NULL);
}

void
hop_group_settings(const struct hop_registry *r, struct hop_group_settings *out)
{
    *out = (struct hop_group_settings){0};
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rules); k++)
        add_setting(r, &rules[k], out);
}

void
hop_group_settings_done(struct hop_group_settings *s)
{
    for (size_t k = 0; k < s->count; k++) {
        free(s->rows[k].value);
        free(s->rows[k].problem);
    }
    free(s->rows);
    *s = (struct hop_group_settings){0};
}

const char *
hop_group_setting_key(const char *path)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rules); k++)
        if (strcmp(rules[k].path, path) == 0)
            return rules[k].key;
    return NULL;
}

bool
hop_group_settings_know(const char *path)
{
    return hop_group_setting_key(path) != NULL;
}
