/* Get-ADComputer, Get-ADUser, Get-ADServiceAccount, Get-ADGroup, Get-ADObject.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ad/filter.h"
#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/activedirectory/activedirectory.h"
#include "engine/scope.h"
#include "value/convert.h"
#include "value/member.h"
#include "value/number.h"

enum {
    FILTER = AD_COMMON,
    IDENTITY,
    LDAP_FILTER,
    PROPERTIES,
    SEARCH_BASE,
    SEARCH_SCOPE,
    RESULT_PAGE_SIZE,
    RESULT_SET_SIZE,
    PARTITION,
    INCLUDE_DELETED,
};

#define SEARCH_SETS HOP_SETS({"Filter", 0, 0}, {"LdapFilter", 0, 0})

/* type: of -Identity, by the kind of object. */
#define GET_PARAMS(t)                                                          \
    AD_COMMON_PARAMS,                                                          \
        [FILTER] = {"Filter", "string",                                        \
                    .in = HOP_SETS({"Filter", HOP_MANDATORY, 0})},             \
        [IDENTITY] = {"Identity", "object",                                    \
                      .in =                                                    \
                          HOP_SETS({"Identity", HOP_MANDATORY | HOP_BY_VALUE,  \
                                    HOP_POS(0)})},                             \
        [LDAP_FILTER] = {"LDAPFilter", "string",                               \
                         .in = HOP_SETS({"LdapFilter", HOP_MANDATORY, 0})},    \
        [PROPERTIES] = {"Properties", "string[]", .aliases = "Property"},      \
        [SEARCH_BASE] = {"SearchBase", "string", .in = SEARCH_SETS},           \
        [SEARCH_SCOPE] = {"SearchScope", "string",                             \
                          .set = "Base OneLevel Subtree 0 1 2",                \
                          .in = SEARCH_SETS},                                  \
        [RESULT_PAGE_SIZE] = {"ResultPageSize", "int",                         \
                              .range = HOP_RANGE(1, 100000),                   \
                              .in = SEARCH_SETS},                              \
        [RESULT_SET_SIZE] = {"ResultSetSize", "object", HOP_ALLOW_NULL,        \
                             .in = SEARCH_SETS},                               \
        [PARTITION] = {"Partition", "string"}

static const struct hop_param params[] = {GET_PARAMS("account")};

static const struct hop_param object_params[] = {
    GET_PARAMS("object"),
    [INCLUDE_DELETED] = {"IncludeDeletedObjects", "switch"},
};

struct state {
    struct ad_session session;
};

/* ---- variables in a filter ---- */

/* As ad/filter.h reads it. */
static void
add_time(struct hop_value v, struct hop_buf *out)
{
    const int64_t ticks_1970 = 621355968000000000;
    int64_t ticks = v.tag == HOP_DATE_UTC ? v.u.i : hop_date_to_utc(v.u.i);
    time_t at = (time_t)((ticks - ticks_1970) / 10000000);
    char text[32];
    struct tm tm;

    gmtime_r(&at, &tm);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
    hop_buf_adds(out, text);
}

static bool
look_up(void *ctx, const char *name, struct hop_buf *out)
{
    struct hop_command *c = ctx;
    struct hop_context *cx = hop_command_context(c);
    size_t n = strcspn(name, ".");
    HOP_AUTO_FREE char *variable = hop_xstrndup(name, n);
    HOP_AUTO_VALUE struct hop_value v =
        hop_variable_get(hop_command_runspace(c), variable);
    HOP_AUTO_VALUE struct hop_value at =
        name[n] == '.' ? hop_member_path(cx, v, name + n + 1) : hop_retain(v);

    if (hop_value_base(at).kind == HOP_DATETIME) {
        add_time(hop_value_base(at), out);
        return true;
    }
    return !hop_is_null(at) && hop_add_string(cx, hop_value_base(at), out);
}

/* ---- what is asked for ---- */

static uint32_t
kind_of(struct hop_command *c)
{
    static const struct {
        const struct hop_cmdlet *cmdlet;
        uint32_t kind;
    } rows[] = {
        {&hop_cmdlet_get_ad_computer, HOP_AD_COMPUTER},
        {&hop_cmdlet_get_ad_user, HOP_AD_USER},
        {&hop_cmdlet_get_ad_service_account, HOP_AD_SERVICE},
        {&hop_cmdlet_get_ad_group, HOP_AD_GROUP},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (rows[i].cmdlet == hop_command_cmdlet(c))
            return rows[i].kind;
    return 0;
}

/* The attributes to fetch: NULL when all are wanted. */
struct wanted {
    const char *names[512];
    size_t n;
    const char *properties[256]; /* as they were asked for */
    size_t count;
    bool all;
};

static void
want(struct wanted *w, const char *name)
{
    if (w->n + 1 < HOP_ARRAY_SIZE(w->names))
        w->names[w->n++] = name;
}

static void
want_properties(struct hop_command *c, struct wanted *w)
{
    size_t n;
    const struct hop_ad_property *p = hop_ad_properties(&n);

    *w = (struct wanted){0};
    for (size_t i = 0; i < n; i++)
        if (p[i].always)
            want(w, p[i].attribute);
    for (size_t i = 0; i < hop_arg_count(c, PROPERTIES); i++) {
        struct hop_value item = hop_value_base(hop_arg_item(c, PROPERTIES, i));
        const char *name = hop_is_string(item) ? hop_cstr(item) : "";
        const struct hop_ad_property *known =
            hop_ad_property_find(name, strlen(name));

        if (w->count < HOP_ARRAY_SIZE(w->properties))
            w->properties[w->count++] = name;
        w->all = w->all || strcmp(name, "*") == 0;
        want(w, known ? known->attribute : name);
    }
    if (w->all) { /* and those that come only when they are named */
        w->n = 0;
        want(w, "*");
        want(w, "canonicalName");
        want(w, "msDS-User-Account-Control-Computed");
    }
}

/* ---- properties that there are ---- */

static bool
take_any(void *ctx, const struct hop_directory_entry *e)
{
    *(bool *)ctx = true;
    return false;
}

static bool
throw_bad_property(struct hop_command *c, const char *name)
{
    const struct hop_error_spec spec = {
        .id = "ActiveDirectoryCmdlet:System.ArgumentException",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.ArgumentException"};

    return hop_command_throw(c, &spec,
                             "One or more properties are invalid.\n"
                             "Parameter name: %s",
                             name);
}

/* A name that is none of the module's is an attribute of the schema, MS-ADTS
 * 3.1.1.2.3. */
static bool
check_property(struct hop_command *c, const char *name)
{
    static const char *const nothing[] = {"1.1", NULL};
    HOP_AUTO_BUF struct hop_buf base = HOP_BUF_INIT, filter = HOP_BUF_INIT;
    struct hop_directory_search s = {
        .scope = HOP_DIRECTORY_ONE, .attributes = nothing, .most = 1};
    struct hop_error err = {0};
    bool found = false;

    if (strcmp(name, "*") == 0 || hop_ad_property_find(name, strlen(name)))
        return true;
    hop_buf_addf(&base, "CN=Schema,%s",
                 hop_directory_configuration_dn(ad_directory(c)));
    hop_buf_adds(&filter, "(&(objectClass=attributeSchema)(lDAPDisplayName=");
    hop_ad_filter_value(&filter, name, strlen(name));
    hop_buf_adds(&filter, "))");
    s.base = hop_buf_str(&base);
    s.filter = hop_buf_str(&filter);
    if (!hop_directory_search(ad_directory(c), &s, take_any, &found, &err))
        return ad_throw(c, &err, hop_null());
    return found || throw_bad_property(c, name);
}

static bool
check_properties(struct hop_command *c, const struct wanted *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (!check_property(c, w->properties[i]))
            return false;
    return true;
}

struct giving {
    struct hop_command *c;
    struct wanted *wanted;
    bool ok;
};

static enum ad_shape
shape_of(struct hop_command *c)
{
    return hop_command_cmdlet(c) == &hop_cmdlet_get_ad_object ? AD_AS_OBJECT
                                                              : AD_AS_IT_IS;
}

static bool
give(void *ctx, const struct hop_directory_entry *e)
{
    struct giving *g = ctx;

    g->ok = hop_write_take(
        g->c,
        ad_object_new(hop_command_context(g->c), ad_directory(g->c), e,
                      shape_of(g->c), g->wanted->properties, g->wanted->count));
    return g->ok;
}

static enum hop_directory_scope
scope_of(const char *text)
{
    if (text == NULL)
        return HOP_DIRECTORY_TREE;
    return hop_ascii_ieq(text, "Base") || *text == '0' ? HOP_DIRECTORY_BASE
           : hop_ascii_ieq(text, "OneLevel") || *text == '1'
               ? HOP_DIRECTORY_ONE
               : HOP_DIRECTORY_TREE;
}

static bool
throw_bad_filter(struct hop_command *c, const struct hop_error *err)
{
    const struct hop_error_spec spec = {
        .id = "ActiveDirectoryCmdlet:Microsoft.ActiveDirectory.Management."
              "ADFilterParsingException",
        .category = HOP_CAT_PARSER_ERROR,
        .exception =
            "Microsoft.ActiveDirectory.Management.ADFilterParsingException"};

    return hop_command_throw(c, &spec,
                             "Error parsing query: %s; a filter looks like "
                             "Name -like 'web*' -and Enabled -eq $true.",
                             err->text);
}

static bool
make_filter(struct hop_command *c, struct hop_buf *out)
{
    const char *ldap = hop_arg_text(c, LDAP_FILTER);
    struct hop_error err = {0};

    hop_buf_addf(out, "(&%s", ad_kind_filter(kind_of(c)));
    if (ldap)
        hop_buf_adds(out, ldap);
    else if (!hop_ad_filter(hop_arg_text(c, FILTER) ? hop_arg_text(c, FILTER)
                                                    : "*",
                            look_up, c, out, &err))
        return throw_bad_filter(c, &err);
    hop_buf_addc(out, ')');
    return true;
}

static bool
search(struct hop_command *c, struct wanted *w)
{
    struct giving g = {c, w, true};
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;
    struct hop_value most = hop_value_base(hop_arg(c, RESULT_SET_SIZE));
    struct hop_directory_search s = {
        .base = hop_arg_text(c, SEARCH_BASE),
        .scope = scope_of(hop_arg_text(c, SEARCH_SCOPE)),
        .attributes = w->names,
        .page = (size_t)hop_arg_int(c, RESULT_PAGE_SIZE, 0),
        .most = most.kind == HOP_INT32 && most.u.i > 0 ? (size_t)most.u.i : 0};
    struct hop_error err = {0};

    if (!make_filter(c, &filter))
        return false;
    s.filter = hop_buf_str(&filter);
    if (s.base == NULL)
        s.base = hop_arg_text(c, PARTITION);
    if (!hop_directory_search(ad_directory(c), &s, give, &g, &err))
        return ad_throw(c, &err, hop_null());
    return g.ok;
}

static bool
process(struct hop_command *c)
{
    struct wanted w;
    struct giving g = {c, &w, true};

    want_properties(c, &w);
    if (!ad_open(c) || !check_properties(c, &w))
        return false;
    if (!hop_command_in_set(c, "Identity"))
        return search(c, &w);
    return ad_find(c, hop_arg(c, IDENTITY), kind_of(c), w.names, give, &g) &&
           g.ok;
}

#define GET(id, noun, table, what)                                             \
    const struct hop_cmdlet hop_cmdlet_get_##id = {                            \
        .name = "Get-" noun,                                                   \
        .default_set = "Filter",                                               \
        HOP_PARAMS(table),                                                     \
        .output = "Microsoft.ActiveDirectory.Management." noun,                \
        .class_name =                                                          \
            "Microsoft.ActiveDirectory.Management.Commands.Get" noun,          \
        .synopsis = "Gets " what " of a domain.",                              \
        .state_size = sizeof(struct state),                                    \
        .process = process,                                                    \
        .dispose = ad_dispose,                                                 \
    }

GET(ad_computer, "ADComputer", params, "computers");
GET(ad_user, "ADUser", params, "users");
GET(ad_service_account, "ADServiceAccount", params, "service accounts");
GET(ad_group, "ADGroup", params, "groups");
GET(ad_object, "ADObject", object_params, "objects");
