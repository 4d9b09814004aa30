/* Install-, Test- and Uninstall-ADServiceAccount: a group managed service
 * account on this host is a keytab of its own, made from the password that the
 * domain gives to this host's account.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ad/dn.h"
#include "ad/managedpassword.h"
#include "auth/servicekeys.h"
#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/activedirectory/activedirectory.h"
#include "config/config.h"

#define MANAGEMENT "Microsoft.ActiveDirectory.Management."
#define KEYTABS    HOP_CONFIG_DIR "/keytabs"

enum { PRINCIPALS_MAX = 64 };
enum { IDENTITY = AD_COMMON, KEYTAB, FORCE };

static const struct hop_param params[] = {
    AD_COMMON_PARAMS,
    [IDENTITY] = {"Identity", "object", HOP_MANDATORY | HOP_BY_VALUE,
                  HOP_POS(0)},
    [KEYTAB] = {"Keytab", "string", HOP_NOT_NULL_OR_EMPTY,
                .help = "the file for its keys"},
    [FORCE] = {"Force", "switch", .aliases = "ForceRemoveLocal"},
};

static const char *const attributes[] = {
    "sAMAccountName",        "servicePrincipalName", "msDS-ManagedPassword",
    "msDS-KeyVersionNumber", "objectClass",          NULL};

/* The account as the directory shows it to this host. */
struct account {
    char *name, *realm;
    char *principals[PRINCIPALS_MAX];
    size_t count;
    uint32_t kvno;
    bool has_password;
    struct hop_managed_password password;
    struct hop_error err; /* of a password that is malformed */
    char *salt, *keytab;
};

#define AUTO_ACCOUNT HOP_CLEANUP(forget)

static void
forget(struct account *a)
{
    free(a->name);
    free(a->realm);
    free(a->salt);
    free(a->keytab);
    for (size_t k = 0; k < a->count; k++)
        free(a->principals[k]);
    if (a->has_password)
        hop_managed_password_done(&a->password);
}

static char *
realm_of(const char *dn)
{
    char *name = hop_ad_domain_of_dn(dn);

    for (char *p = name; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    return name;
}

static void
add_principal(struct account *a, const char *name)
{
    if (a->count < PRINCIPALS_MAX)
        a->principals[a->count++] = hop_xasprintf("%s@%s", name, a->realm);
}

/* Of a computer's account, MS-KILE 3.1.1.2: realm, "host", the name in lower
 * case, the domain. */
static char *
make_salt(const char *name, const char *realm)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    hop_buf_addf(&out, "%shost", realm);
    for (const char *p = name; *p && (*p != '$' || p[1]); p++)
        hop_buf_addc(&out, hop_ascii_lower(*p));
    hop_buf_addc(&out, '.');
    for (const char *p = realm; *p; p++)
        hop_buf_addc(&out, hop_ascii_lower(*p));
    return hop_xstrdup(hop_buf_str(&out));
}

static bool
take_account(void *ctx, const struct hop_directory_entry *e)
{
    struct account *a = ctx;
    const char *name = ad_attribute_text(e, "sAMAccountName");
    const char *kvno = ad_attribute_text(e, "msDS-KeyVersionNumber");
    const struct hop_directory_attribute *spns =
        ad_attribute(e, "servicePrincipalName");
    const struct hop_directory_attribute *blob =
        ad_attribute(e, "msDS-ManagedPassword");

    a->name = hop_xstrdup(name ? name : "");
    a->realm = realm_of(e->dn);
    a->salt = make_salt(a->name, a->realm);
    a->kvno = kvno ? (uint32_t)strtoul(kvno, NULL, 10) : 1;
    add_principal(a, a->name);
    for (size_t k = 0; spns && k < spns->count; k++)
        add_principal(a, spns->values[k].data);
    a->has_password = blob && hop_managed_password_decode(
                                  blob->values[0].data, blob->values[0].len,
                                  &a->password, &a->err);
    return true;
}

/* ---- this host */

static bool
fail_access(struct hop_command *c)
{
    static const struct hop_error_spec spec = {
        .id = "UnauthorizedAccess",
        .category = HOP_CAT_PERMISSION_DENIED,
        .exception = "System.UnauthorizedAccessException"};

    return hop_command_throw(c, &spec,
                             "The keys of this host and of its service "
                             "accounts are root's alone; run it as root (sudo "
                             "hop) (0x80070005 E_ACCESSDENIED)");
}

static bool
fail_system(struct hop_command *c, const struct hop_error *err)
{
    static const struct hop_error_spec spec = {
        .id = "ServiceAccountKeys",
        .category = HOP_CAT_WRITE_ERROR,
        .exception = "System.InvalidOperationException"};

    return hop_command_throw(c, &spec, "%s", err->text);
}

/* With -Credential as that user, else as this host's own account. */
static bool
open_directory(struct hop_command *c)
{
    struct ad_session *s = hop_command_state(c);
    HOP_CLEANUP(hop_config_done) struct hop_config config;
    struct hop_directory_target t = {.server = hop_arg_text(c, AD_SERVER),
                                     .machine = true};
    struct hop_error err = {0};

    if (s->d || !hop_is_null(hop_arg(c, AD_CREDENTIAL)))
        return ad_open(c);
    if (geteuid() != 0)
        return fail_access(c);
    hop_config_init(&config);
    (void)!hop_config_load(&config, HOP_CONFIG_DIR, NULL);
    t.keytab = hop_config_text(&config, HOP_SET_KEYTAB);
    if (*t.keytab == '\0')
        t.keytab = NULL;
    s->d = hop_directory_open(&t, &err);
    return s->d || ad_throw(c, &err, hop_arg(c, IDENTITY));
}

static bool
find(struct hop_command *c, struct account *a)
{
    const char *keytab = hop_arg_text(c, KEYTAB);

    if (!open_directory(c) || !ad_find(c, hop_arg(c, IDENTITY), HOP_AD_SERVICE,
                                       attributes, take_account, a))
        return false;
    a->keytab = keytab ? hop_xstrdup(keytab)
                       : hop_xasprintf(KEYTABS "/%.*s.keytab",
                                       (int)strcspn(a->name, "$"), a->name);
    return true;
}

static struct hop_service_keys
keys_of(const struct account *a)
{
    return (struct hop_service_keys){
        .keytab = a->keytab,
        .principals = (const char *const *)a->principals,
        .count = a->count,
        .salt = a->salt,
        .password = a->has_password ? a->password.current.data : NULL,
        .password_len = a->has_password ? a->password.current.len : 0,
        .kvno = a->kvno};
}

/* ---- Install-ADServiceAccount */

static bool
throw_unreadable(struct hop_command *c, const struct account *a)
{
    struct hop_error_spec spec = {
        .id = "InstallADServiceAccount:PerformOperation:"
              "InstallServiceAcccountFailure",
        .category = HOP_CAT_WRITE_ERROR,
        .exception = MANAGEMENT "ADException",
        .target = hop_arg(c, IDENTITY)};
    char host[256] = "";

    (void)gethostname(host, sizeof(host) - 1);
    if (a->err.text[0] != '\0')
        return hop_command_throw(c, &spec,
                                 "Cannot install service account "
                                 "%s: %s.",
                                 a->name, a->err.text);
    return hop_command_throw(
        c, &spec,
        "Cannot install service account %s: the domain does not give its "
        "password to this host; a domain administrator puts the host (or a "
        "group it is in) on its list: Set-ADServiceAccount %.*s "
        "-PrincipalsAllowedToRetrieveManagedPassword (Get-ADComputer %.*s).",
        a->name, (int)strcspn(a->name, "$"), a->name, (int)strcspn(host, "."),
        host);
}

/* Tickets that were made before the password changed are good for hours. */
static bool
write_both(const struct account *a, struct hop_error *err)
{
    struct hop_service_keys k = keys_of(a), old = k;

    old.password = a->password.previous.data;
    old.password_len = a->password.previous.len;
    old.kvno = k.kvno - 1;
    return (old.password_len == 0 || old.kvno == 0 ||
            hop_service_keys_write(&old, err)) &&
           hop_service_keys_write(&k, err);
}

static bool
install(struct hop_command *c)
{
    AUTO_ACCOUNT struct account a = {0};
    struct hop_error err = {0};
    bool go = false;

    if (!find(c, &a))
        return false;
    if (!a.has_password)
        return throw_unreadable(c, &a);
    if (!hop_should_process(c, a.name, "Install", &go) || !go)
        return !hop_has_exception(hop_command_context(c));
    if (hop_arg_text(c, KEYTAB) == NULL && mkdir(KEYTABS, 0700) < 0 &&
        errno != EEXIST) {
        hop_error_errno(&err, errno, "create %s", KEYTABS);
        return fail_system(c, &err);
    }
    return (write_both(&a, &err) || fail_system(c, &err)) &&
           hop_write_verbose(c, "The keys of %s are in %s.", a.name, a.keytab);
}

/* ---- Test-ADServiceAccount */

static bool
test(struct hop_command *c)
{
    AUTO_ACCOUNT struct account a = {0};
    struct hop_service_keys k;
    struct hop_error err = {0};
    bool good;

    if (!find(c, &a))
        return false;
    k = keys_of(&a);
    good = a.has_password && hop_service_keys_try(&k, &err);
    if (!good && !hop_write_warning(
                     c, "%s cannot be used on this host: %s.", a.name,
                     !a.has_password
                         ? "the domain does not give its password to this "
                           "host (PrincipalsAllowedToRetrieveManagedPassword)"
                     : access(a.keytab, F_OK) < 0
                         ? "it is not installed here (Install-ADServiceAccount)"
                         : err.text))
        return false;
    return hop_write_bool(c, good);
}

/* ---- Uninstall-ADServiceAccount */

static bool
uninstall(struct hop_command *c)
{
    AUTO_ACCOUNT struct account a = {0};
    struct hop_service_keys k;
    struct hop_error err = {0};
    size_t count = 0;
    bool go = false;

    if (!find(c, &a) || !hop_should_process(c, a.name, "Uninstall", &go))
        return false;
    if (!go)
        return true;
    if (access(a.keytab, F_OK) < 0)
        return hop_error_set(&err, HOP_ERROR_ERRNO, ENOENT,
                             "%s is not installed on this host: there is no %s",
                             a.name, a.keytab) ||
               fail_system(c, &err);
    k = keys_of(&a);
    return hop_service_keys_remove(&k, &count, &err) || fail_system(c, &err);
}

#define SERVICE(id, verb, function, what, ...)                                 \
    const struct hop_cmdlet hop_cmdlet_##id = {                                \
        .name = verb "-ADServiceAccount",                                      \
        HOP_PARAMS(params),                                                    \
        .class_name = MANAGEMENT "Commands." verb "ADServiceAccount",          \
        .synopsis = what,                                                      \
        .state_size = sizeof(struct ad_session),                               \
        .process = function,                                                   \
        .dispose = ad_dispose,                                                 \
        __VA_ARGS__}

SERVICE(install_ad_service_account, "Install", install,
        "Writes the keys of a group managed service account to a keytab of "
        "this host (" KEYTABS "/NAME.keytab).",
        .flags = HOP_SHOULD_PROCESS);
SERVICE(test_ad_service_account, "Test", test,
        "Tests whether a group managed service account can be used on this "
        "host.",
        .output = "System.Boolean");
SERVICE(uninstall_ad_service_account, "Uninstall", uninstall,
        "Takes the keys of a group managed service account off this host.",
        .flags = HOP_SHOULD_PROCESS);
