/* What a cmdlet's parameters say about connections, as targets.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/text.h"
#include "cmdlets/remoting/remoting.h"

struct list {
    struct target **items;
    size_t n;
};

void
targets_free(struct target **t, size_t n)
{
    for (size_t i = 0; i < n; i++)
        target_free(t[i]);
    free(t);
}

static void
done_list(struct list *l)
{
    targets_free(l->items, l->n);
}

static void
add(struct list *l, struct target *t)
{
    l->items = hop_xrealloc(l->items, l->n + 1, sizeof(struct target *));
    l->items[l->n++] = t;
}

/* ---- reading parameters ---- */

static bool
given(struct hop_command *c, size_t param)
{
    return param != NO_PARAM && hop_arg_bound(c, param);
}

static const char *
text_of(struct hop_command *c, size_t param)
{
    return given(c, param) ? hop_arg_text(c, param) : NULL;
}

static bool
on(struct hop_command *c, size_t param)
{
    return param != NO_PARAM && hop_arg_on(c, param);
}

/* The text of $PSSessionConfigurationName and its like; malloc'ed, or NULL. */
static char *
preference_text(struct hop_runspace *rs, const char *name)
{
    HOP_AUTO_VALUE struct hop_value v = hop_variable_get(rs, name);
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (hop_is_null(v))
        return NULL;
    if (!hop_to_string(&rs->cx, v, &s)) {
        hop_drop_exception(&rs->cx);
        return NULL;
    }
    return s->len ? hop_xstrdup(s->data) : NULL;
}

static char *
chosen_text(struct hop_command *c, size_t param, const char *variable)
{
    const char *s = text_of(c, param);

    return s && *s ? hop_xstrdup(s) : preference_text(c->rs, variable);
}

static struct hop_value
session_option(struct hop_command *c, size_t param)
{
    if (given(c, param) && !hop_is_null(hop_arg(c, param)))
        return hop_retain(hop_arg(c, param));
    return hop_variable_get(c->rs, "PSSessionOption");
}

static bool
fail(struct hop_command *c, const char *id, const char *exception,
     struct hop_value target, const char *text)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = exception,
                                  .target = target};

    return hop_command_throw(c, &spec, "%s", text);
}

enum { BASIC = 1, NEGOTIATE_IMPLICIT = 3 };

/* As PSRemotingBaseCmdlet.ValidateSpecifiedAuthentication. */
static bool
check_authentication(struct hop_command *c, const struct target *t)
{
    static const char id[] = "NewPSSessionOptionAuthenticationConflict";

    if (t->thumbprint && !hop_is_null(t->credential))
        return fail(c, id, "System.InvalidOperationException", hop_null(),
                    "-CertificateThumbprint and -Credential cannot be used "
                    "together: give one of them.");
    if (t->thumbprint && t->authentication != 0)
        return fail(c, id, "System.InvalidOperationException", hop_null(),
                    "-CertificateThumbprint and -Authentication cannot be used "
                    "together: a certificate is an authentication of its "
                    "own.");
    if (t->authentication == NEGOTIATE_IMPLICIT && !hop_is_null(t->credential))
        return fail(c, id, "System.InvalidOperationException", hop_null(),
                    "-Authentication NegotiateWithImplicitCredential uses the "
                    "credential you are logged on with; leave -Credential "
                    "out.");
    return true;
}

/* What all targets of WS-Management share. */
static struct target *
wsman_target(struct hop_command *c, const struct connecting *p)
{
    struct target *t = target_new();

    t->transport = BY_WSMAN;
    t->configuration =
        chosen_text(c, p->configuration, "PSSessionConfigurationName");
    t->application = chosen_text(c, p->application, "PSSessionApplicationName");
    if (t->application && strcmp(t->application, "wsman") == 0) {
        free(t->application); /* what is asked for anyway */
        t->application = NULL;
    }
    t->use_ssl = on(c, p->use_ssl);
    t->network_access = on(c, p->network);
    t->allow_redirection = on(c, p->redirection);
    t->port = given(c, p->port) ? (int32_t)hop_arg_int(c, p->port, 0) : 0;
    t->authentication = given(c, p->authentication)
                            ? (int)hop_arg(c, p->authentication).u.i
                            : 0;
    if (given(c, p->credential))
        t->credential = hop_retain(hop_arg(c, p->credential));
    if (text_of(c, p->thumbprint))
        t->thumbprint = hop_xstrdup(text_of(c, p->thumbprint));
    t->option = session_option(c, p->option);
    return t;
}

/* ---- computers ---- */

static bool
bad_computer(struct hop_command *c, struct hop_value name)
{
    struct hop_error_spec spec = {.id = "PSSessionInvalidComputerName",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException",
                                  .target = name};

    return hop_command_error(c, &spec,
                             "'%s' is not the name of a computer: names and "
                             "addresses are. A URI goes to -ConnectionUri.",
                             hop_cstr(hop_value_base(name)));
}

static bool
is_computer(const char *s)
{
    size_t n = strcspn(s, "/\\?*\"<>| \t");

    return *s && !s[n];
}

/* "." and localhost are this computer, as $env:COMPUTERNAME is. */
static const char *
resolve(const char *name)
{
    return strcmp(name, ".") == 0 ? "localhost" : name;
}

static char *
endpoint_of(const struct target *t)
{
    bool v6 = strchr(t->computer, ':') && t->computer[0] != '[';
    HOP_AUTO_FREE char *host =
        v6 ? hop_xasprintf("[%s]", t->computer) : hop_xstrdup(t->computer);
    HOP_AUTO_FREE char *with_port =
        t->port ? hop_xasprintf("%s:%d", host, t->port) : hop_xstrdup(host);

    if (!t->application)
        return hop_steal(&with_port);
    return hop_xasprintf("%s://%s%s/%s", t->use_ssl ? "https" : "http",
                         with_port,
                         t->port      ? ""
                         : t->use_ssl ? ":5986"
                                      : ":5985",
                         t->application);
}

static bool
add_computers(struct hop_command *c, const struct connecting *p, struct list *l)
{
    size_t n = given(c, p->computer) ? hop_arg_count(c, p->computer) : 0;

    for (size_t i = 0; i < n; i++) {
        struct hop_value v = hop_arg_item(c, p->computer, i);
        const char *name = hop_cstr(hop_value_base(v));
        struct target *t;

        if (!is_computer(name)) {
            if (!bad_computer(c, v))
                return false;
            continue;
        }
        t = wsman_target(c, p);
        t->computer = hop_xstrdup(resolve(name));
        t->endpoint = endpoint_of(t);
        add(l, t);
        if (!check_authentication(c, t))
            return false;
    }
    return true;
}

/* ---- URIs ---- */

static struct hop_string *
member_text(struct hop_context *cx, struct hop_value v, const char *name)
{
    HOP_AUTO_VALUE struct hop_value m = hop_member_path(cx, v, name);
    struct hop_string *s = NULL;

    if (!hop_to_string(cx, m, &s)) {
        hop_drop_exception(cx);
        s = hop_string_from("");
    }
    return s;
}

static bool
add_uris(struct hop_command *c, const struct connecting *p, struct list *l)
{
    size_t n = given(c, p->uri) ? hop_arg_count(c, p->uri) : 0;

    for (size_t i = 0; i < n; i++) {
        struct hop_value v = hop_arg_item(c, p->uri, i);
        HOP_AUTO_STRING struct hop_string *host =
            member_text(&c->rs->cx, v, "Host");
        HOP_AUTO_STRING struct hop_string *whole =
            member_text(&c->rs->cx, v, "OriginalString");
        struct target *t = wsman_target(c, p);

        t->computer = hop_xstrdup(host->len ? host->data : whole->data);
        t->endpoint = hop_xstrdup(whole->data);
        t->use_ssl = hop_ascii_ieqn(whole->data, "https:", 6);
        add(l, t);
        if (!check_authentication(c, t))
            return false;
    }
    return true;
}

/* ---- SSH ---- */

/* "user@host:port", any part but the host may be missing. */
static void
split_host(const char *s, struct target *t)
{
    const char *at = strrchr(s, '@'), *host = at ? at + 1 : s;
    const char *colon = strrchr(host, ':');
    size_t n = strlen(host);

    if (at && at > s) {
        free(t->user);
        t->user = hop_xstrndup(s, (size_t)(at - s));
    }
    if (colon && colon == strchr(host, ':') && colon[1] &&
        !colon[1 + strspn(colon + 1, "0123456789")]) {
        n = (size_t)(colon - host);
        t->port = (int32_t)strtol(colon + 1, NULL, 10);
    }
    t->computer = hop_xstrndup(host, n);
    t->endpoint = hop_xstrndup(host, n);
}

static char *
copy(const char *s)
{
    return s ? hop_xstrdup(s) : NULL;
}

static bool
bad_host(struct hop_command *c, const char *name)
{
    HOP_AUTO_VALUE struct hop_value v = hop_text(name);

    return fail(c, "SSHConnectionInvalidHostName",
                "System.Management.Automation.PSArgumentException", v,
                "A host name by SSH is [user@]host[:port], and the host does "
                "not begin with a hyphen.");
}

static bool
add_hosts(struct hop_command *c, const struct connecting *p, struct list *l)
{
    size_t n = given(c, p->host) ? hop_arg_count(c, p->host) : 0;

    for (size_t i = 0; i < n; i++) {
        struct hop_value v = hop_arg_item(c, p->host, i);
        struct target *t = target_new();

        t->transport = BY_SSH;
        t->user = copy(text_of(c, p->user));
        t->key_file = copy(text_of(c, p->key_file));
        t->subsystem = copy(text_of(c, p->subsystem));
        t->port = given(c, p->port) ? (int32_t)hop_arg_int(c, p->port, 0) : 0;
        if (given(c, p->connecting_timeout))
            t->connecting_ms =
                (int32_t)hop_arg_int(c, p->connecting_timeout, -1);
        if (given(c, p->options))
            t->options = hop_retain(hop_arg(c, p->options));
        split_host(hop_cstr(hop_value_base(v)), t);
        add(l, t);
        if (!t->endpoint[0] || t->endpoint[0] == '-')
            return bad_host(c, hop_cstr(hop_value_base(v)));
    }
    return true;
}

/* The keys of -SSHConnection's tables. */
enum key { K_HOST, K_USER, K_FILE, K_PORT, K_SUBSYSTEM, K_TIMEOUT, K_OPTIONS };
static const struct {
    const char *name;
    enum key key;
} keys[] = {
    {"ComputerName", K_HOST},     {"HostName", K_HOST},
    {"UserName", K_USER},         {"KeyFilePath", K_FILE},
    {"IdentityFilePath", K_FILE}, {"Port", K_PORT},
    {"Subsystem", K_SUBSYSTEM},   {"ConnectingTimeout", K_TIMEOUT},
    {"Options", K_OPTIONS},
};

static bool
take_key(struct hop_command *c, struct target *t, enum key key,
         struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;
    HOP_AUTO_VALUE struct hop_value number = hop_null();

    if (key == K_OPTIONS) {
        hop_value_set(&t->options, hop_retain(v));
        return true;
    }
    if (!hop_to_string(&c->rs->cx, v, &s))
        return false;
    if (key == K_PORT || key == K_TIMEOUT) {
        if (!hop_convert(&c->rs->cx, v, &hop_class_int32, &number))
            return false;
        *(key == K_PORT ? &t->port : &t->connecting_ms) = (int32_t)number.u.i;
        return true;
    }
    if (key == K_HOST) {
        split_host(s->data, t);
        return true;
    }
    {
        char **slot = key == K_USER   ? &t->user
                      : key == K_FILE ? &t->key_file
                                      : &t->subsystem;
        free(*slot);
        *slot = hop_xstrdup(s->data);
    }
    return true;
}

static bool
take_table(struct hop_command *c, struct hop_dict *d, struct target *t)
{
    for (size_t i = 0; d && i < d->used; i++) {
        struct hop_value k = d->entries[i].key;
        size_t at = 0;

        if (hop_is_null(k))
            continue;
        while (at < HOP_ARRAY_SIZE(keys) &&
               !(hop_is_string(k) && hop_string_iis(k.u.s, keys[at].name)))
            at++;
        if (at == HOP_ARRAY_SIZE(keys))
            return fail(c, "UnknownSSHConnectionParameter",
                        "System.Management.Automation.PSArgumentException", k,
                        "A table of -SSHConnection has a key that is not "
                        "known: HostName, UserName, KeyFilePath, Port, "
                        "Subsystem, ConnectingTimeout and Options are.");
        if (!take_key(c, t, keys[at].key, d->entries[i].value))
            return false;
    }
    if (t->endpoint && t->endpoint[0] && t->endpoint[0] != '-')
        return true;
    return fail(c, "NoSSHConnectionHostName",
                "System.Management.Automation.PSArgumentException", hop_null(),
                "A table of -SSHConnection names no host: it needs the key "
                "HostName.");
}

static bool
add_tables(struct hop_command *c, const struct connecting *p, struct list *l)
{
    size_t n = given(c, p->connection) ? hop_arg_count(c, p->connection) : 0;

    for (size_t i = 0; i < n; i++) {
        struct target *t = target_new();

        t->transport = BY_SSH;
        add(l, t);
        if (!take_table(c, hop_as_dict(hop_arg_item(c, p->connection, i)), t))
            return false;
    }
    return true;
}

bool
targets_of(struct hop_command *c, const struct connecting *p,
           struct target ***out, size_t *n)
{
    HOP_CLEANUP(done_list) struct list l = {NULL, 0};

    if (!add_computers(c, p, &l) || !add_uris(c, p, &l) ||
        !add_hosts(c, p, &l) || !add_tables(c, p, &l))
        return false;
    *out = l.items;
    *n = l.n;
    l = (struct list){NULL, 0};
    return true;
}

bool
no_virtual_machines(struct hop_command *c)
{
    struct hop_error_spec spec = {
        .id = "NotSupported",
        .category = HOP_CAT_NOT_IMPLEMENTED,
        .exception = "System.Management.Automation.PSNotSupportedException"};

    return hop_command_throw(c, &spec,
                             "Virtual machines and containers are reached "
                             "through their host on Windows alone. Use "
                             "-ComputerName or -HostName with the guest's own "
                             "name.");
}
