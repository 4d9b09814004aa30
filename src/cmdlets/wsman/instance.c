/* Get-, Set-, New-, Remove-WSManInstance and Invoke-WSManAction.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/wsman/place.h"
#include "cmdlets/wsman/wsman.h"
#include "engine/engine.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/member.h"

#define SELECTORS_MAX 16
#define VALUES_MAX    256
#define FILE_MAX      (1024 * 1024)
#define CLASS         "Microsoft.WSMan.Management."

/* Every cmdlet's parameters begin with these. */
enum {
    RESOURCE,
    SELECTORS,
    OPTIONS,
    COMPUTER,
    URI,
    PORT,
    USE_SSL,
    APPLICATION,
    AUTHENTICATION,
    CREDENTIAL,
    THUMBPRINT,
    OPTION,
    OWN,
};

static const struct place_params where = {
    .computer = COMPUTER,
    .uri = URI,
    .port = PORT,
    .use_ssl = USE_SSL,
    .application = APPLICATION,
    .authentication = AUTHENTICATION,
    .credential = CREDENTIAL,
    .thumbprint = THUMBPRINT,
    .option = OPTION,
};

#define COMMON_PARAMS                                                          \
    [OPTIONS] = {"OptionSet", "hashtable", HOP_BY_VALUE | HOP_BY_NAME,         \
                 .aliases = "OS"},                                             \
    [COMPUTER] = {"ComputerName", "string", .aliases = "CN"},                  \
    [URI] = {"ConnectionURI", "uri", HOP_NOT_NULL_OR_EMPTY,                    \
             .aliases = "CURI CU"},                                            \
    [PORT] = {"Port", "int", HOP_NOT_NULL_OR_EMPTY,                            \
              .range = HOP_RANGE(1, 2147483647)},                              \
    [USE_SSL] = {"UseSSL", "switch", .aliases = "SSL"},                        \
    [APPLICATION] = {"ApplicationName", "string", HOP_NOT_NULL_OR_EMPTY},      \
    [AUTHENTICATION] = {"Authentication", CLASS "AuthenticationMechanism",     \
                        .aliases = "Auth AM"},                                 \
    [CREDENTIAL] = {"Credential", "pscredential",                              \
                    HOP_BY_NAME | HOP_CREDENTIAL, .aliases = "Cred C"},        \
    [THUMBPRINT] = {"CertificateThumbprint", "string"},                        \
    [OPTION] = {"SessionOption", CLASS "SessionOption", HOP_NOT_NULL_OR_EMPTY, \
                .aliases = "SO"}

/* ---- what is asked for ---- */

struct asked {
    char *uri; /* whole; selectors behind ? live in it */
    struct hop_wsman_selector selectors[SELECTORS_MAX];
    size_t selector_count;
    struct hop_string *held[2 * (SELECTORS_MAX + VALUES_MAX)];
    size_t held_count;
    struct hop_settings_value values[VALUES_MAX];
    size_t value_count;
    struct place place;
    struct hop_settings_request request;
};

static void
done_asked(struct asked *a)
{
    place_done(&a->place);
    for (size_t i = 0; i < a->held_count; i++)
        hop_string_release(a->held[i]);
    free(a->uri);
}

static bool
fail(struct hop_command *c, const char *text)
{
    struct hop_error err = {0};

    hop_error_set(&err, HOP_ERROR_GENERIC, 0, "%s", text);
    return place_throw(c, &err);
}

/* Held until the request is done with. */
static const char *
hold_text(struct hop_command *c, struct asked *a, struct hop_value v)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_string *s = NULL;

    if (a->held_count == HOP_ARRAY_SIZE(a->held) ||
        (!hop_is_null(v) && !hop_to_string(cx, v, &s))) {
        hop_drop_exception(cx);
        return "";
    }
    if (s == NULL)
        return "";
    a->held[a->held_count++] = s;
    return s->data;
}

static bool
add_selector(struct asked *a, const char *name, const char *value)
{
    if (a->selector_count == SELECTORS_MAX)
        return false;
    a->selectors[a->selector_count++] =
        (struct hop_wsman_selector){name, value};
    return true;
}

static bool
add_value(struct asked *a, const char *name, const char *value)
{
    if (a->value_count == VALUES_MAX)
        return false;
    a->values[a->value_count++] = (struct hop_settings_value){name, value};
    return true;
}

/* The entries of a hashtable; add says whether there is room for one more. */
static bool
read_table(struct hop_command *c, size_t param, struct asked *a,
           bool (*add)(struct asked *a, const char *name, const char *value),
           const char *too_many)
{
    const struct hop_dict *d =
        hop_arg_bound(c, param) ? hop_as_dict(hop_arg(c, param)) : NULL;

    for (size_t i = 0; d != NULL && i < d->used; i++) {
        const struct hop_dict_entry *e = &d->entries[i];
        const char *name;

        if (hop_is_null(e->key))
            continue;
        name = hold_text(c, a, e->key);
        if (!add(a, name, hold_text(c, a, e->value)))
            return fail(c, too_many);
    }
    return true;
}

static bool
read_values(struct hop_command *c, size_t param, struct asked *a)
{
    return read_table(c, param, a, add_value,
                      "the value set has more than 256 entries");
}

static bool
begin(struct hop_command *c, enum hop_wsman_kind verb, struct asked *a)
{
    HOP_AUTO_BUF struct hop_buf whole = HOP_BUF_INIT;

    *a = (struct asked){0};
    hop_settings_expand_uri(hold_text(c, a, hop_arg(c, RESOURCE)), &whole);
    a->uri = hop_xstrdup(hop_buf_str(&whole));
    if (!hop_settings_split_uri(a->uri, a->selectors, SELECTORS_MAX,
                                &a->selector_count))
        return fail(c, "behind the ? of a resource's address selectors are "
                       "written NAME=VALUE+NAME=VALUE");
    if (!read_table(c, SELECTORS, a, add_selector,
                    "the selector set has more than 16 entries"))
        return false;
    a->request = (struct hop_settings_request){
        .verb = verb,
        .resource_uri = a->uri,
        .selectors = a->selectors,
        .selector_count = a->selector_count,
    };
    return place_open(c, &where, false, &a->place);
}

static bool
read_file(struct hop_command *c, size_t param, struct hop_buf *out)
{
    const char *path = hop_arg_text(c, param);
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct hop_error err = {0};
    ssize_t n;

    do {
        char *room = hop_buf_reserve(out, 16384);

        n = fd >= 0 && room != NULL ? read(fd, room, 16384) : -1;
        if (n > 0)
            hop_buf_commit(out, (size_t)n);
    } while (n > 0 && out->len < FILE_MAX);
    if (n == 0)
        return true;
    hop_error_errno(&err, n > 0 ? EFBIG : errno, "read %s", path);
    return place_throw(c, &err);
}

static bool
finish(struct hop_command *c, struct asked *a, const char *action,
       const char *body)
{
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    struct hop_error err = {0};

    if (!place_call(&a->place, &a->request, action, body, &xml, &err))
        return place_report(c, &a->place, &err);
    return xml.len == 0 || place_write_xml(c, hop_buf_str(&xml));
}

/* ---- Get-WSManInstance ---- */

enum {
    G_ENUMERATE = OWN,
    G_FILTER,
    G_DIALECT,
    G_RETURN,
    G_BASE,
    G_SHALLOW,
    G_ASSOCIATIONS,
    G_FRAGMENT,
};
static const struct hop_param get_params[] = {
    [RESOURCE] = {"ResourceURI", "uri",
                  HOP_MANDATORY | HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,
                  HOP_POS(0), .aliases = "RURI"},
    [SELECTORS] = {"SelectorSet", "hashtable", HOP_BY_VALUE | HOP_BY_NAME,
                   .in = HOP_SETS({"GetInstance", 0, 0})},
    COMMON_PARAMS,
    [G_ENUMERATE] = {"Enumerate", "switch", 0, 0, .aliases = "E",
                     .in = HOP_SETS({"Enumerate", HOP_MANDATORY, 0})},
    [G_FILTER] = {"Filter", "string", HOP_NOT_NULL_OR_EMPTY,
                  .in = HOP_SETS({"Enumerate", 0, 0})},
    [G_DIALECT] = {"Dialect", "uri", HOP_NOT_NULL_OR_EMPTY},
    [G_RETURN] = {"ReturnType", "string", HOP_NOT_NULL_OR_EMPTY,
                  .aliases = "RT", .set = "object epr objectandepr",
                  .in = HOP_SETS({"Enumerate", 0, 0})},
    [G_BASE] = {"BasePropertiesOnly", "switch", .aliases = "UBPO Base",
                .in = HOP_SETS({"Enumerate", 0, 0})},
    [G_SHALLOW] = {"Shallow", "switch", .in = HOP_SETS({"Enumerate", 0, 0})},
    [G_ASSOCIATIONS] = {"Associations", "switch",
                        .in = HOP_SETS({"Enumerate", 0, 0})},
    [G_FRAGMENT] = {"Fragment", "string", HOP_NOT_NULL_OR_EMPTY,
                    .in = HOP_SETS({"GetInstance", 0, 0})},
};

struct writing {
    struct hop_command *c;
    bool ok;
};

static bool
write_item(void *ctx, const char *xml, size_t len)
{
    struct writing *w = ctx;

    w->ok = w->ok && place_write_xml(w->c, xml);
    return w->ok;
}

static unsigned
mode_of(struct hop_command *c)
{
    const char *type =
        hop_arg_bound(c, G_RETURN) ? hop_arg_text(c, G_RETURN) : "object";

    return hop_ascii_ieq(type, "epr")            ? 1
           : hop_ascii_ieq(type, "objectandepr") ? 2
                                                 : 0;
}

/* -Fragment */
static bool
write_part(struct hop_command *c, struct asked *a)
{
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT, part = HOP_BUF_INIT;
    struct hop_error err = {0};

    if (!place_call(&a->place, &a->request, NULL, NULL, &xml, &err) ||
        !hop_settings_fragment(hop_buf_str(&xml), hop_arg_text(c, G_FRAGMENT),
                               NULL, &part, &err))
        return place_report(c, &a->place, &err);
    return place_write_xml(c, hop_buf_str(&part));
}

static bool
process_get(struct hop_command *c)
{
    HOP_CLEANUP(done_asked) struct asked a;
    struct writing w = {c, true};
    struct hop_resources_query how = {.ctx = &w, .item = write_item};
    struct hop_error err = {0};

    if (!begin(c,
               hop_arg_on(c, G_ENUMERATE) ? HOP_WSMAN_ENUMERATE : HOP_WSMAN_GET,
               &a))
        return false;
    if (hop_arg_bound(c, G_FRAGMENT))
        return write_part(c, &a);
    if (!hop_arg_on(c, G_ENUMERATE))
        return finish(c, &a, NULL, NULL);
    how.mode = mode_of(c);
    how.filter = hop_arg_bound(c, G_FILTER) ? hop_arg_text(c, G_FILTER) : NULL;
    if (hop_arg_bound(c, G_DIALECT))
        how.dialect = hold_text(c, &a, hop_arg(c, G_DIALECT));
    if (!place_enumerate(&a.place, &a.request, &how, &err))
        return place_report(c, &a.place, &err);
    return w.ok;
}

const struct hop_cmdlet hop_cmdlet_get_wsman_instance = {
    .name = "Get-WSManInstance",
    .default_set = "GetInstance",
    HOP_PARAMS(get_params),
    .output = "System.Xml.XmlElement",
    .synopsis = "Gets a resource by WS-Management: settings, classes.",
    .class_name = CLASS "GetWSManInstanceCommand",
    .process = process_get,
};

/* ---- Set-WSManInstance ---- */

enum { S_VALUES = OWN, S_FILE, S_FRAGMENT, S_DIALECT };
static const struct hop_param set_params[] = {
    [RESOURCE] = {"ResourceURI", "uri", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY,
                  HOP_POS(0), .aliases = "RURI"},
    [SELECTORS] = {"SelectorSet", "hashtable",
                   HOP_BY_VALUE | HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,
                   HOP_POS(1)},
    COMMON_PARAMS,
    [S_VALUES] = {"ValueSet", "hashtable", HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY},
    [S_FILE] = {"FilePath", "string", HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,
                .aliases = "Path"},
    [S_FRAGMENT] = {"Fragment", "string", HOP_NOT_NULL_OR_EMPTY},
    [S_DIALECT] = {"Dialect", "uri", HOP_NOT_NULL_OR_EMPTY},
};

/* The resource as it is, with the values in it; fragment: with that value
 * alone, NULL: with all. */
static bool
merge(struct asked *a, const char *fragment, struct hop_buf *body,
      struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf now = HOP_BUF_INIT;
    struct hop_settings_request get = a->request;
    const char *value = NULL;

    get.verb = HOP_WSMAN_GET;
    if (!place_call(&a->place, &get, NULL, NULL, &now, err))
        return false;
    if (fragment != NULL) {
        value = hop_settings_fragment_value(fragment, a->values, a->value_count,
                                            err);
        return value != NULL &&
               hop_settings_fragment(hop_buf_str(&now), fragment, value, body,
                                     err);
    }
    return hop_settings_merge(hop_buf_str(&now), a->values, a->value_count,
                              body, err);
}

static bool
process_set(struct hop_command *c)
{
    HOP_CLEANUP(done_asked) struct asked a;
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT;
    const char *fragment = NULL;
    struct hop_error err = {0};

    if (!begin(c, HOP_WSMAN_PUT, &a) || !read_values(c, S_VALUES, &a))
        return false;
    if (hop_arg_bound(c, S_FRAGMENT))
        fragment = hop_arg_text(c, S_FRAGMENT);
    if (hop_arg_bound(c, S_FILE) ? !read_file(c, S_FILE, &body) : false)
        return false;
    if (!hop_arg_bound(c, S_FILE) && !merge(&a, fragment, &body, &err))
        return place_report(c, &a.place, &err);
    return finish(c, &a, NULL, hop_buf_str(&body));
}

const struct hop_cmdlet hop_cmdlet_set_wsman_instance = {
    .name = "Set-WSManInstance",
    .default_set = "ComputerName",
    HOP_PARAMS(set_params),
    .output = "System.Xml.XmlElement",
    .synopsis = "Changes a resource by WS-Management.",
    .class_name = CLASS "SetWSManInstanceCommand",
    .process = process_set,
};

/* ---- New-WSManInstance ---- */

enum { N_VALUES = OWN, N_FILE };
static const struct hop_param new_params[] = {
    [RESOURCE] = {"ResourceURI", "uri", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY,
                  HOP_POS(0), .aliases = "RURI"},
    [SELECTORS] = {"SelectorSet", "hashtable",
                   HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME |
                       HOP_NOT_NULL_OR_EMPTY,
                   HOP_POS(1)},
    COMMON_PARAMS,
    [N_VALUES] = {"ValueSet", "hashtable", HOP_NOT_NULL_OR_EMPTY},
    [N_FILE] = {"FilePath", "string", HOP_NOT_NULL_OR_EMPTY, .aliases = "Path"},
};

static bool
process_new(struct hop_command *c)
{
    HOP_CLEANUP(done_asked) struct asked a;
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT;

    if (!begin(c, HOP_WSMAN_CREATE, &a) || !read_values(c, N_VALUES, &a))
        return false;
    if (!hop_arg_bound(c, N_FILE))
        hop_settings_body(a.uri, NULL, a.values, a.value_count, &body);
    else if (!read_file(c, N_FILE, &body))
        return false;
    return finish(c, &a, NULL, hop_buf_str(&body));
}

const struct hop_cmdlet hop_cmdlet_new_wsman_instance = {
    .name = "New-WSManInstance",
    .default_set = "ComputerName",
    HOP_PARAMS(new_params),
    .output = "System.Xml.XmlElement",
    .synopsis = "Makes a resource by WS-Management: a listener, an endpoint.",
    .class_name = CLASS "NewWSManInstanceCommand",
    .process = process_new,
};

/* ---- Remove-WSManInstance ---- */

static const struct hop_param remove_params[] = {
    [RESOURCE] = {"ResourceURI", "uri", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY,
                  HOP_POS(0), .aliases = "RURI"},
    [SELECTORS] = {"SelectorSet", "hashtable",
                   HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME |
                       HOP_NOT_NULL_OR_EMPTY,
                   HOP_POS(1)},
    COMMON_PARAMS,
};

static bool
process_remove(struct hop_command *c)
{
    HOP_CLEANUP(done_asked) struct asked a;

    return begin(c, HOP_WSMAN_DELETE, &a) && finish(c, &a, NULL, NULL);
}

const struct hop_cmdlet hop_cmdlet_remove_wsman_instance = {
    .name = "Remove-WSManInstance",
    .default_set = "ComputerName",
    HOP_PARAMS(remove_params),
    .synopsis = "Removes a resource by WS-Management.",
    .class_name = CLASS "RemoveWSManInstanceCommand",
    .process = process_remove,
};

/* ---- Invoke-WSManAction ---- */

enum { I_ACTION = OWN, I_VALUES, I_FILE };
static const struct hop_param invoke_params[] = {
    [RESOURCE] = {"ResourceURI", "uri",
                  HOP_MANDATORY | HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,
                  HOP_POS(0), .aliases = "RURI"},
    [SELECTORS] = {"SelectorSet", "hashtable",
                   HOP_BY_VALUE | HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,
                   HOP_POS(2)},
    COMMON_PARAMS,
    [I_ACTION] = {"Action", "string", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY,
                  HOP_POS(1)},
    [I_VALUES] = {"ValueSet", "hashtable", HOP_NOT_NULL_OR_EMPTY},
    [I_FILE] = {"FilePath", "string", HOP_NOT_NULL_OR_EMPTY, .aliases = "Path"},
};

static bool
process_invoke(struct hop_command *c)
{
    HOP_CLEANUP(done_asked) struct asked a;
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT;
    HOP_AUTO_FREE char *root =
        hop_xasprintf("%s_INPUT", hop_arg_text(c, I_ACTION));

    if (!begin(c, HOP_WSMAN_INVOKE, &a) || !read_values(c, I_VALUES, &a))
        return false;
    if (!hop_arg_bound(c, I_FILE))
        hop_settings_body(a.uri, root, a.values, a.value_count, &body);
    else if (!read_file(c, I_FILE, &body))
        return false;
    return finish(c, &a, hop_arg_text(c, I_ACTION), hop_buf_str(&body));
}

const struct hop_cmdlet hop_cmdlet_invoke_wsman_action = {
    .name = "Invoke-WSManAction",
    .default_set = "URI",
    HOP_PARAMS(invoke_params),
    .output = "System.Xml.XmlElement",
    .synopsis = "Asks a resource for one of its actions by WS-Management.",
    .class_name = CLASS "InvokeWSManActionCommand",
    .process = process_invoke,
};
