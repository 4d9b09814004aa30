/* A connection as it was asked for, and as the pool wants it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "cmdlets/remoting/hub.h"
#include "cmdlets/remoting/remoting.h"
#include "value/types/secure.h"

#define TICKS_PER_MS         10000
#define MAX_SETTINGS         20
#define OPEN_MS              180000 /* PSSessionOption's own, as those below */
#define CANCEL_MS            60000
#define RETRIES              5
#define OPERATION_MS         180000
#define LEAST_OPERATION_MS   500
#define LONGEST_OPERATION_MS 3600000
#define MAX_ARGUMENTS        64

struct target *
target_new(void)
{
    struct target *t = hop_xcalloc(1, sizeof(*t));

    t->connecting_ms = -1;
    return t;
}

static char *
copy_text(const char *s)
{
    return s ? hop_xstrdup(s) : NULL;
}

struct target *
target_copy(const struct target *t)
{
    struct target *to = target_new();

    *to = *t;
    to->computer = copy_text(t->computer);
    to->endpoint = copy_text(t->endpoint);
    to->configuration = copy_text(t->configuration);
    to->application = copy_text(t->application);
    to->session_name = copy_text(t->session_name);
    to->thumbprint = copy_text(t->thumbprint);
    to->user = copy_text(t->user);
    to->key_file = copy_text(t->key_file);
    to->subsystem = copy_text(t->subsystem);
    hop_retain(t->credential);
    hop_retain(t->option);
    hop_retain(t->options);
    return to;
}

void
target_free(struct target *t)
{
    if (!t)
        return;
    free(t->computer);
    free(t->endpoint);
    free(t->configuration);
    free(t->application);
    free(t->session_name);
    free(t->thumbprint);
    free(t->user);
    free(t->key_file);
    free(t->subsystem);
    hop_value_clear(&t->credential);
    hop_value_clear(&t->option);
    hop_value_clear(&t->options);
    free(t);
}

void
target_move(struct target *t, const char *uri, const char *computer)
{
    free(t->computer);
    free(t->endpoint);
    free(t->application);
    t->computer = hop_xstrdup(computer);
    t->endpoint = hop_xstrdup(uri);
    t->application = NULL;
    t->port = 0;
    t->use_ssl = hop_ascii_ieqn(uri, "https:", 6);
}

struct hop_value
target_option(const struct target *t, size_t slot)
{
    return session_option_get(t->option, (enum option_slot)slot);
}

static bool
option_on(const struct target *t, enum option_slot i)
{
    struct hop_value v = target_option(t, i);

    return v.kind == HOP_BOOL && v.u.i;
}

static int64_t
option_ms(const struct target *t, enum option_slot i, int64_t fallback)
{
    struct hop_value v = target_option(t, i);

    return v.kind == HOP_TIMESPAN ? v.u.i / TICKS_PER_MS : fallback;
}

static int64_t
option_int(const struct target *t, enum option_slot i, int64_t fallback)
{
    struct hop_value v = target_option(t, i);

    return hop_is_integer(v) || v.kind == HOP_ENUM ? v.u.i : fallback;
}

/* ---- by WS-Management ---- */

struct settings_list {
    struct hop_pool_setting items[MAX_SETTINGS];
    size_t n;
};

static void
set_text(struct settings_list *l, enum hop_setting which, const char *text)
{
    if (text)
        l->items[l->n++] =
            (struct hop_pool_setting){.which = which, .text = text};
}

static void
set_number(struct settings_list *l, enum hop_setting which, long number)
{
    if (number)
        l->items[l->n++] =
            (struct hop_pool_setting){.which = which, .number = number};
}

/* AuthenticationMechanism. */
static const enum hop_auth_choice choices[] = {
    HOP_USE_DEFAULT, HOP_USE_BASIC,   HOP_USE_NEGOTIATE, HOP_USE_NEGOTIATE,
    HOP_USE_CREDSSP, HOP_USE_DEFAULT, HOP_USE_KERBEROS,
};
enum { BY_BASIC = 1, BY_CREDSSP = 4, BY_DIGEST = 5 };

/* What the texts of a setting live in. */
struct made {
    char *user, *password;
    size_t password_n;
    struct hop_string *culture, *ui_culture;
};

static void
done_made(struct made *m)
{
    if (m->password)
        explicit_bzero(m->password, m->password_n);
    free(m->password);
    free(m->user);
    hop_string_clear(&m->culture);
    hop_string_clear(&m->ui_culture);
}

static void
take_credential(struct hop_context *cx, struct hop_value credential,
                struct made *m)
{
    HOP_AUTO_VALUE struct hop_value user = hop_null(), secret = hop_null();
    const char *text;

    if (hop_is_null(credential))
        return;
    user = hop_member_path(cx, credential, "UserName");
    secret = hop_member_path(cx, credential, "Password");
    if (!hop_is_string(user) ||
        !hop_is_exactly(secret, &hop_class_secure_string))
        return;
    m->user = hop_xstrdup(hop_cstr(user));
    text = hop_secure_text(secret, &m->password_n);
    m->password = hop_xstrndup(text, m->password_n);
}

/* ProxyAccessType: IEConfig, WinHttpConfig and AutoDetect are the
 * environment's here, NoProxyServer is none. */
enum { NO_PROXY = 8 };

/* What is not asked for is the connection's own.  0: none, or nearly. */
static long
operation_ms(const struct target *t)
{
    int64_t ms = option_ms(t, OPTION_OPERATION_TIMEOUT, OPERATION_MS);

    return ms == OPERATION_MS                     ? 0
           : ms == 0 || ms > LONGEST_OPERATION_MS ? LONGEST_OPERATION_MS
           : ms < LEAST_OPERATION_MS              ? LEAST_OPERATION_MS
                                                  : (long)ms;
}

/* -EnableNetworkAccess: this host's own sessions may go on to others. */
static bool
is_own(const struct target *t)
{
    char name[256] = "";

    (void)!gethostname(name, sizeof(name) - 1);
    return hop_ascii_ieq(t->computer, "localhost") ||
           hop_ascii_ieq(t->computer, name);
}

static void
add_wsman(const struct target *t, struct made *m, struct settings_list *l)
{
    int auth =
        t->thumbprint ? HOP_USE_CERTIFICATE : (int)choices[t->authentication];

    set_text(l, HOP_SET_ENDPOINT, t->endpoint);
    set_text(l, HOP_SET_USER, m->user);
    set_text(l, HOP_SET_PASSWORD, m->password);
    set_text(l, HOP_SET_CERT_FILE, t->thumbprint);
    set_number(l, HOP_SET_AUTH, auth);
    /* As on Windows: the ticket goes along to hosts that the domain trusts
     * with it. */
    if (t->authentication != BY_BASIC && t->authentication != BY_CREDSSP &&
        !t->thumbprint)
        set_number(l, HOP_SET_DELEGATE,
                   t->network_access && is_own(t) ? HOP_DELEGATE_YES
                                                  : HOP_DELEGATE_IF_TRUSTED);
    set_number(l, HOP_SET_TLS, t->use_ssl);
    set_number(l, HOP_SET_SKIP_CA, option_on(t, OPTION_SKIP_CA));
    set_number(l, HOP_SET_SKIP_NAME, option_on(t, OPTION_SKIP_CN));
    set_number(l, HOP_SET_SPN_PORT, option_on(t, OPTION_PORT_IN_SPN));
    set_number(l, HOP_SET_UNENCRYPTED, option_on(t, OPTION_NO_ENCRYPTION));
    set_number(l, HOP_SET_UTF16, option_on(t, OPTION_USE_UTF16));
    set_number(l, HOP_SET_OPERATION_TIMEOUT_MS, operation_ms(t));
    if (option_int(t, OPTION_PROXY_ACCESS, 0) == NO_PROXY)
        set_text(l, HOP_SET_PROXY, "");
}

/* ---- by SSH ---- */

struct arguments_list {
    char *items[MAX_ARGUMENTS + 1];
    size_t n;
};

static void
add_argument(struct arguments_list *l, const char *s)
{
    if (s && l->n < MAX_ARGUMENTS)
        l->items[l->n++] = hop_xstrdup(s);
}

static void
add_pair(struct arguments_list *l, const char *option, const char *value)
{
    if (!value)
        return;
    add_argument(l, option);
    add_argument(l, value);
}

static void
done_arguments(struct arguments_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->items[i]);
}

static void
add_options(struct hop_context *cx, const struct target *t,
            struct arguments_list *l)
{
    struct hop_dict *d = hop_as_dict(t->options);

    for (size_t i = 0; d && i < d->used; i++) {
        HOP_AUTO_STRING struct hop_string *k = NULL;
        HOP_AUTO_STRING struct hop_string *v = NULL;
        HOP_AUTO_FREE char *text = NULL;

        if (hop_is_null(d->entries[i].key) ||
            !hop_to_string(cx, d->entries[i].key, &k) ||
            !hop_to_string(cx, d->entries[i].value, &v)) {
            hop_drop_exception(cx);
            continue;
        }
        text = hop_xasprintf("%s=%s", k->data, v->data);
        add_pair(l, "-o", text);
    }
}

static void
add_ssh(struct hop_context *cx, const struct target *t,
        struct arguments_list *l)
{
    char port[16];

    snprintf(port, sizeof(port), "%d", t->port);
    add_argument(l, "ssh");
    add_pair(l, "-i", t->key_file);
    add_pair(l, "-p", t->port ? port : NULL);
    add_options(cx, t, l);
    add_pair(l, "-l", t->user);
    add_argument(l, "-s");
    add_argument(l, t->endpoint);
    add_argument(l, t->subsystem ? t->subsystem : "powershell");
}

/* ---- the pool's options ---- */

/* May it be in a PSPrimitiveDictionary? */
static bool
is_primitive(struct hop_value v)
{
    return hop_is_string(v) || hop_is_number(v) || v.kind == HOP_BOOL ||
           hop_is_exactly(v, &hop_class_version);
}

/* PSVersion as a Version: a SemanticVersion is none of the primitives. */
static void
add_version(struct hop_context *cx, struct hop_dict *from,
            struct hop_dict *table)
{
    struct hop_value *own = from ? hop_dict_get_text(from, "PSVersion") : NULL;
    HOP_AUTO_STRING struct hop_string *text = NULL;
    HOP_AUTO_VALUE struct hop_value given = hop_null();
    struct hop_value v = hop_null();

    if (!own || !hop_to_string(cx, *own, &text)) {
        hop_drop_exception(cx);
        return;
    }
    given = hop_str(hop_string_retain(text));
    if (hop_try_convert(cx, given, &hop_class_version, &v))
        hop_dict_set_text(table, "PSVersion", v);
}

static struct hop_value
application_arguments(struct hop_runspace *rs, const struct target *t)
{
    struct hop_dict *d = hop_psrp_primitive_dict(&rs->cx);
    struct hop_dict *table = hop_psrp_primitive_dict(&rs->cx);
    struct hop_dict *given = hop_as_dict(target_option(t, OPTION_APPLICATION));
    HOP_AUTO_VALUE struct hop_value mine =
        hop_variable_get(rs, "global:PSVersionTable");
    struct hop_dict *from = hop_as_dict(mine);

    for (size_t i = 0; from && i < from->used; i++)
        if (!hop_is_null(from->entries[i].key) &&
            is_primitive(from->entries[i].value))
            hop_dict_set(table, from->entries[i].key,
                         hop_retain(from->entries[i].value));
    add_version(&rs->cx, from, table);
    hop_dict_set_text(d, "PSVersionTable", hop_obj(table));
    for (size_t i = 0; given && i < given->used; i++)
        if (!hop_is_null(given->entries[i].key))
            hop_dict_set(d, given->entries[i].key,
                         hop_retain(given->entries[i].value));
    return hop_obj(d);
}

static struct hop_string *
culture_name(struct hop_context *cx, const struct target *t, enum option_slot i)
{
    HOP_AUTO_VALUE struct hop_value name =
        hop_member_path(cx, target_option(t, i), "Name");

    return hop_is_string(name) ? hop_string_retain(name.u.s) : NULL;
}

/* The cmdlet's 0 is the pool's -1: no limit, no try again. */
static int64_t
none_for_zero(int64_t given)
{
    return given == 0 ? -1 : given;
}

static void
fill_options(struct remote *r, struct made *m, struct settings_list *settings,
             struct arguments_list *arguments, struct hop_pool_options *o)
{
    const struct target *t = r->target;
    struct hop_context *cx = &r->rs->cx;

    if (t->transport == BY_WSMAN) {
        take_credential(cx, t->credential, m);
        add_wsman(t, m, settings);
        o->settings = settings->items;
        o->setting_count = settings->n;
    } else {
        add_ssh(cx, t, arguments);
        o->program = (const char *const *)arguments->items;
        o->open_timeout_ms = t->connecting_ms;
    }
    m->culture = culture_name(cx, t, OPTION_CULTURE);
    m->ui_culture = culture_name(cx, t, OPTION_UI_CULTURE);
    o->name = t->computer;
    o->configuration = t->configuration;
    o->session_name = t->session_name;
    o->id = r->id;
    o->keys = &hub_of(r->rs)->keys;
    if (t->transport == BY_WSMAN)
        o->open_timeout_ms =
            none_for_zero(option_ms(t, OPTION_OPEN_TIMEOUT, OPEN_MS));
    o->cancel_timeout_ms =
        none_for_zero(option_ms(t, OPTION_CANCEL_TIMEOUT, CANCEL_MS));
    o->idle_timeout_ms = option_ms(t, OPTION_IDLE_TIMEOUT, 0);
    if (o->idle_timeout_ms < 0)
        o->idle_timeout_ms = 0;
    o->culture = m->culture ? m->culture->data : NULL;
    o->ui_culture = m->ui_culture ? m->ui_culture->data : NULL;
    o->no_machine_profile = option_on(t, OPTION_NO_PROFILE);
    o->buffering = (enum hop_pool_buffering)(
        option_int(t, OPTION_BUFFERING, 0) == 1   ? 2
        : option_int(t, OPTION_BUFFERING, 0) == 2 ? 1
                                                  : 0);
    o->max_object = (size_t)option_int(t, OPTION_OBJECT_SIZE, 0);
    o->max_command = (size_t)option_int(t, OPTION_DATA_SIZE, 0);
    o->max_redirects = t->allow_redirection
                           ? (unsigned)option_int(t, OPTION_REDIRECTIONS, 5)
                           : 0;
    o->max_tries = (int)none_for_zero(option_int(t, OPTION_RETRIES, RETRIES));
}

static bool
is_digest(const struct target *t, struct hop_error *err)
{
    if (t->transport != BY_WSMAN || t->authentication != BY_DIGEST)
        return false;
    return !hop_error_set(err, HOP_ERROR_GENERIC, 0,
                          "%s was not asked: Digest does not protect messages "
                          "and is not spoken here. Use -Authentication "
                          "Negotiate, Kerberos or Credssp, or Basic over HTTPS",
                          t->computer);
}

static bool
has_proxy_credential(const struct target *t, struct hop_error *err)
{
    if (t->transport != BY_WSMAN ||
        hop_is_null(target_option(t, OPTION_PROXY_CREDENTIAL)))
        return false;
    return !hop_error_set(err, HOP_ERROR_GENERIC, 0,
                          "%s was not asked: the user of a proxy is not taken "
                          "from -ProxyCredential here. Leave it out, and write "
                          "user and password into the proxy's address, "
                          "https_proxy=http://user:password@proxy:8080 (Basic "
                          "is what proxies are spoken to with)",
                          t->computer);
}

typedef struct hop_pool *begin_fn(struct remote *r, struct hop_pool_options *o,
                                  struct hop_error *err);

/* The pool of a session, begun by fn. */
static bool
begin(struct remote *r, begin_fn *fn, struct hop_error *err)
{
    HOP_CLEANUP(done_made) struct made m = {0};
    HOP_CLEANUP(done_arguments) struct arguments_list arguments = {{0}, 0};
    struct settings_list settings = {.n = 0};
    struct hop_pool_options o = {0};

    if (is_digest(r->target, err) || has_proxy_credential(r->target, err))
        return false;
    fill_options(r, &m, &settings, &arguments, &o);
    r->pool = fn(r, &o, err);
    if (!r->pool)
        return false;
    hop_pool_set_user(r->pool, r);
    return true;
}

static struct hop_pool *
open_pool(struct remote *r, struct hop_pool_options *o, struct hop_error *err)
{
    o->init.min = o->init.max = 1;
    o->init.apartment = 2; /* Unknown */
    remote_host_info(r->rs, &o->init.host);
    o->init.arguments = application_arguments(r->rs, r->target);
    return hop_pool_open(hub_of(r->rs)->loop, o, err);
}

static struct hop_pool *
connect_pool(struct remote *r, struct hop_pool_options *o,
             struct hop_error *err)
{
    return hop_pool_connect(hub_of(r->rs)->loop, o, r->shell, err);
}

static struct hop_pool *
list_pool(struct remote *r, struct hop_pool_options *o, struct hop_error *err)
{
    return hop_pool_list(hub_of(r->rs)->loop, o, err);
}

bool
remote_open(struct remote *r, struct hop_error *err)
{
    if (!begin(r, r->shell ? connect_pool : open_pool, err)) {
        r->state = REMOTE_BROKEN;
        r->error = *err;
        r->cause = HOP_CAUSE_USAGE;
        return false;
    }
    r->state = r->shell ? REMOTE_CONNECTING : REMOTE_OPENING;
    return true;
}

bool
remote_list(struct hop_runspace *rs, struct target *t,
            bool (*found)(void *ctx, const struct hop_pool_found *f), void *ctx,
            struct hop_error *err, enum hop_cause *cause)
{
    struct remote *r = remote_new(rs, target_copy(t));
    bool ok;

    r->asked = t;
    r->on_found = found;
    r->found_ctx = ctx;
    ok = begin(r, list_pool, err);
    r->state = REMOTE_OPENING;
    while (ok && r->state == REMOTE_OPENING)
        ok = remote_wait(rs, -1, false) >= 0;
    if (ok && r->state == REMOTE_BROKEN) {
        *err = r->error;
        *cause = r->cause;
        ok = false;
    }
    remote_unref(r);
    return ok;
}
