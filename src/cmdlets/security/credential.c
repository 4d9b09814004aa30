/* Get-Credential, and the execution policy, which does not exist here.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <linux/keyctl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/security/security.h"
#include "engine/host.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/types/secure.h"

enum { CREDENTIAL, MESSAGE, USER, TITLE, DESCRIPTOR, KEYRING };
static const struct hop_param credential_params[] = {
    [CREDENTIAL] = {"Credential", "object", HOP_NOT_NULL,
                    .in = HOP_SETS({"CredentialSet", 0, HOP_POS(0)})},
    [MESSAGE] = {"Message", "string", HOP_NOT_NULL_OR_EMPTY,
                 .in = HOP_SETS({"MessageSet"})},
    [USER] = {"UserName", "string", HOP_NOT_NULL_OR_EMPTY,
              .in = HOP_SETS({"MessageSet", 0, HOP_POS(0)},
                             {"DescriptorSet", HOP_MANDATORY, HOP_POS(0)},
                             {"KeyringSet", HOP_MANDATORY, HOP_POS(0)})},
    /* For programs: the password is neither typed nor on a command line. */
    [DESCRIPTOR] = {"PasswordDescriptor", "int", .range = HOP_RANGE(0, 65535),
                    .in = HOP_SETS({"DescriptorSet", HOP_MANDATORY, 0})},
    [KEYRING] = {"FromKeyring", "switch",
                 .in = HOP_SETS({"KeyringSet", HOP_MANDATORY, 0})},
    [TITLE] = {"Title", "string", HOP_NOT_NULL_OR_EMPTY,
               .in = HOP_SETS({"MessageSet"})},
};

static void
say(struct hop_host *host, const char *s)
{
    host->ops->write(host, s, strlen(s), HOP_COLOR_NONE, HOP_COLOR_NONE);
}

/* *user: asked for when it is NULL; malloc'ed. */
static bool
ask(struct hop_command *c, struct hop_host *host, char **user,
    struct hop_value *secret)
{
    char *line = NULL;

    say(host, hop_arg_text(c, TITLE) ? hop_arg_text(c, TITLE)
                                     : "\nPowerShell credential request");
    say(host, "\n");
    say(host, hop_arg_text(c, MESSAGE) ? hop_arg_text(c, MESSAGE)
                                       : "Enter your credentials.");
    say(host, "\n");
    if (!*user) {
        say(host, "User: ");
        if (host->ops->read_line(host, user) != HOP_ASK_OK)
            return hop_command_cannot_ask(
                c, "Give a PSCredential as the value of -Credential instead.");
    }
    say(host, "Password for user ");
    say(host, *user);
    say(host, ": ");
    if (host->ops->read_secure(host, &line) != HOP_ASK_OK)
        return hop_command_cannot_ask(
            c, "Give a PSCredential as the value of -Credential instead.");
    *secret = hop_secure_new(hop_command_context(c), line, strlen(line));
    explicit_bzero(line, strlen(line));
    free(line);
    return true;
}

/* A host that has a question of its own for credentials: another one's, on the
 * far side of a session. */
static bool
ask_host(struct hop_command *c, struct hop_host *host, char **user,
         struct hop_value *secret)
{
    const char *title = hop_arg_text(c, TITLE),
               *told = hop_arg_text(c, MESSAGE);
    char *name = NULL, *text = NULL;

    const struct hop_logon_question question = {
        .caption = title ? title : "PowerShell credential request",
        .message = told ? told : "Enter your credentials.",
        .user = *user ? *user : "",
        .target = "",
        .types = HOP_LOGON_TYPES,
        .options = HOP_LOGON_OPTIONS,
    };

    if (host->ops->credential(host, &question, &name, &text) != HOP_ASK_OK)
        return hop_command_cannot_ask(
            c, "Give a PSCredential as the value of -Credential instead.");
    free(*user);
    *user = name;
    *secret = hop_secure_new(hop_command_context(c), text, strlen(text));
    explicit_bzero(text, strlen(text));
    free(text);
    return true;
}

#define MAX_PASSWORD 4096

/* The first line of a descriptor; -1: errno. */
static ssize_t
read_line_of(int fd, char out[MAX_PASSWORD])
{
    size_t n = 0;

    while (n < MAX_PASSWORD) {
        ssize_t got = read(fd, out + n, 1);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0 || out[n] == '\n')
            break;
        n++;
    }
    return (ssize_t)n;
}

/* The key "hop:USER" of the kernel's keyrings (keyctl add user ...). */
static ssize_t
read_key(const char *user, char out[MAX_PASSWORD])
{
    HOP_AUTO_FREE char *name = hop_xasprintf("hop:%s", user);
    long key = syscall(SYS_request_key, "user", name, NULL, 0);
    long n = key < 0 ? -1
                     : syscall(SYS_keyctl, KEYCTL_READ, key, out,
                               (size_t)MAX_PASSWORD);

    return n > MAX_PASSWORD ? -1 : (ssize_t)n;
}

/* A credential whose password comes from where a program has put it. */
static bool
write_stored(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    char text[MAX_PASSWORD];
    bool ring = hop_command_in_set(c, "KeyringSet");
    const char *user = hop_arg_text(c, USER);
    ssize_t n = ring ? read_key(user, text)
                     : read_line_of((int)hop_arg_int(c, DESCRIPTOR, 0), text);
    HOP_AUTO_VALUE struct hop_value name = hop_text(user), out = hop_null(),
                                    secret = hop_null();
    struct hop_error_spec spec = {.id = "CredentialNotRead",
                                  .category = HOP_CAT_READ_ERROR,
                                  .exception = "System.IO.IOException",
                                  .target = name};

    if (n < 0 && ring)
        return hop_command_throw(c, &spec,
                                 "The keyring gives no password of %s: %s. Put "
                                 "it there: keyctl padd user 'hop:%s' @u.",
                                 user, strerror(errno), user);
    if (n < 0)
        return hop_command_throw(c, &spec,
                                 "The password of %s cannot be read from "
                                 "descriptor %d: %s. Open it for reading, as "
                                 "in `hop ... 3<file`.",
                                 user, (int)hop_arg_int(c, DESCRIPTOR, 0),
                                 strerror(errno));
    secret = hop_secure_new(cx, text, (size_t)n);
    explicit_bzero(text, sizeof(text));
    return hop_construct(cx, &hop_class_pscredential,
                         (struct hop_value[]){name, secret}, 2, &out) &&
           hop_write(c, out);
}

static bool
process_credential(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_host *host = hop_runspace_host(hop_command_runspace(c));
    struct hop_value given = hop_value_base(hop_arg(c, CREDENTIAL));
    HOP_AUTO_VALUE struct hop_value secret = hop_null(), name = hop_null(),
                                    out = hop_null();
    HOP_AUTO_FREE char *user = NULL;
    const char *known =
        hop_is_string(given) ? hop_cstr(given) : hop_arg_text(c, USER);

    if (hop_is_exactly(given, &hop_class_pscredential))
        return hop_write(c, given);
    if (hop_command_in_set(c, "DescriptorSet") ||
        hop_command_in_set(c, "KeyringSet"))
        return write_stored(c);
    if (!host || !host->ops->interactive || !host->ops->read_line ||
        !host->ops->read_secure)
        return hop_command_cannot_ask(
            c, "Give a PSCredential as the value of -Credential instead.");
    user = known ? strdup(known) : NULL;
    if (host->ops->credential ? !ask_host(c, host, &user, &secret)
                              : !ask(c, host, &user, &secret))
        return false;
    name = hop_text(user);
    return hop_construct(cx, &hop_class_pscredential,
                         (struct hop_value[]){name, secret}, 2, &out) &&
           hop_write(c, out);
}

const struct hop_cmdlet hop_cmdlet_get_credential = {
    .name = "Get-Credential",
    .default_set = "CredentialSet",
    HOP_PARAMS(credential_params),
    .output = "System.Management.Automation.PSCredential",
    .synopsis = "Gets a credential, from the user if need be.",
    .process = process_credential,
};

/* ---- execution policy: always Unrestricted outside Windows ---- */

#define POLICY "Microsoft.PowerShell.ExecutionPolicy"
#define SCOPE  "Microsoft.PowerShell.ExecutionPolicyScope"

enum { POLICY_SCOPE, POLICY_LIST };
static const struct hop_param policy_params[] = {
    [POLICY_SCOPE] = {"Scope", SCOPE, HOP_BY_NAME, .position = HOP_POS(0)},
    [POLICY_LIST] = {"List", "switch"},
};

static bool
enum_of(struct hop_command *c, const char *type, const char *name,
        struct hop_value *out)
{
    struct hop_context *cx = hop_command_context(c);
    const struct hop_class *cls = hop_types_find(cx, type, strlen(type));
    HOP_AUTO_VALUE struct hop_value text = hop_text(name);

    return cls && hop_convert(cx, text, cls, out);
}

static bool
write_policy(struct hop_command *c, const char *scope, const char *policy)
{
    struct hop_object *o = hop_custom_new(hop_command_context(c));
    HOP_AUTO_VALUE struct hop_value row = hop_obj(o);
    struct hop_value v;

    if (!enum_of(c, SCOPE, scope, &v))
        return false;
    hop_custom_set_text(o, "Scope", v);
    if (!enum_of(c, POLICY, policy, &v))
        return false;
    hop_custom_set_text(o, "ExecutionPolicy", v);
    return hop_write(c, row);
}

static bool
process_policy(struct hop_command *c)
{
    static const char *const scopes[] = {"MachinePolicy", "UserPolicy",
                                         "Process", "CurrentUser",
                                         "LocalMachine"};
    struct hop_value v;

    if (!hop_arg_on(c, POLICY_LIST))
        return enum_of(c, POLICY, "Unrestricted", &v) && hop_write_take(c, v);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(scopes); i++)
        if (!write_policy(c, scopes[i], "Unrestricted"))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_execution_policy = {
    .name = "Get-ExecutionPolicy",
    HOP_PARAMS(policy_params),
    .output = POLICY,
    .synopsis = "Gets the policy for scripts: all may run.",
    .process = process_policy,
};

static const struct hop_param set_policy_params[] = {
    {"ExecutionPolicy", POLICY, HOP_MANDATORY | HOP_BY_NAME,
     .position = HOP_POS(0)},
    {"Scope", SCOPE, HOP_BY_NAME, .position = HOP_POS(1)},
    {"Force", "switch"},
};

static bool
process_set_policy(struct hop_command *c)
{
    struct hop_error_spec spec = {.id = "PlatformNotSupportedException",
                                  .category = HOP_CAT_NOT_SPECIFIED,
                                  .exception =
                                      "System.PlatformNotSupportedException"};

    return hop_command_throw(c, &spec, HOP_NOT_ON_THIS_PLATFORM);
}

const struct hop_cmdlet hop_cmdlet_set_execution_policy = {
    .name = "Set-ExecutionPolicy",
    HOP_PARAMS(set_policy_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Refused: there is no policy for scripts here.",
    .process = process_set_policy,
};
