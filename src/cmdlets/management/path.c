/* Test-Path, Resolve-Path, Convert-Path, Split-Path, Join-Path.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/management/filesystem.h"
#include "cmdlets/management/management.h"
#include "cmdlets/management/paths.h"
#include "smb/unc.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/ops.h"

/* ---- Test-Path ---- */

enum {
    T_PATH,
    T_LITERAL,
    T_FILTER,
    T_INCLUDE,
    T_EXCLUDE,
    T_TYPE,
    T_VALID,
    T_OLDER,
    T_NEWER,
    T_CREDENTIAL
};
static const struct hop_param test_params[] = {
    [T_PATH] = {"Path", "string[]",
                HOP_ALLOW_NULL | HOP_ALLOW_EMPTY_COLLECTION |
                    HOP_ALLOW_EMPTY_STRING,
                .in = HOP_SETS({"Path",
                                HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                HOP_POS(0)})},
    [T_LITERAL] = {"LiteralPath", "string[]",
                   HOP_ALLOW_NULL | HOP_ALLOW_EMPTY_COLLECTION |
                       HOP_ALLOW_EMPTY_STRING,
                   .in = HOP_SETS(
                       {"LiteralPath", HOP_MANDATORY | HOP_BY_NAME, 0}),
                   .aliases = "PSPath LP"},
    [T_FILTER] = {"Filter", "string"},
    [T_INCLUDE] = {"Include", "string[]"},
    [T_EXCLUDE] = {"Exclude", "string[]"},
    [T_TYPE] = {"PathType", "string", .set = "Any Container Leaf",
                .aliases = "Type"},
    [T_VALID] = {"IsValid", "switch"},
    [T_OLDER] = {"OlderThan", "System.Nullable[datetime]"},
    [T_NEWER] = {"NewerThan", "System.Nullable[datetime]"},
    [T_CREDENTIAL] = {"Credential", "pscredential",
                      HOP_CREDENTIAL | HOP_BY_NAME},
};
static const struct hop_path_params test_paths = {
    HOP_NO_PARAM, HOP_NO_PARAM, T_FILTER, T_INCLUDE, T_EXCLUDE, HOP_NO_PARAM};

struct test {
    struct hop_command *c;
    bool found;
};

static bool
in_time(struct hop_command *c, struct hop_item_path *p)
{
    HOP_AUTO_VALUE struct hop_value item = hop_null(), time = hop_null();
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("LastWriteTime");
    struct hop_context *cx = hop_command_context(c);

    if (!hop_arg_bound(c, T_OLDER) && !hop_arg_bound(c, T_NEWER))
        return true;
    if (!p->provider->get_item(p, true, &item) ||
        hop_member_get(cx, item, name, &time) != HOP_FOUND) {
        hop_drop_exception(cx);
        return false;
    }
    if (hop_arg(c, T_OLDER).kind == HOP_DATETIME &&
        time.u.i >= hop_arg(c, T_OLDER).u.i)
        return false;
    return hop_arg(c, T_NEWER).kind != HOP_DATETIME ||
           time.u.i > hop_arg(c, T_NEWER).u.i;
}

static bool
note_match(void *ctx, struct hop_item_path *p)
{
    struct test *t = ctx;
    bool container = p->provider->is_container && p->provider->is_container(p);
    const char *type = hop_arg_text(t->c, T_TYPE);

    if (p->provider->item_exists && !p->provider->item_exists(p))
        return true;
    if ((type && hop_ascii_ieq(type, container ? "Leaf" : "Container")) ||
        !hop_paths_wanted(t->c, &test_paths, hop_paths_leaf(p->path)) ||
        !in_time(t->c, p))
        return true;
    t->found = true;
    return false;
}

static bool
null_path(struct hop_command *c)
{
    struct hop_error_spec spec = {
        .id = "NullPathNotPermitted",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.ArgumentNullException",
    };

    return hop_command_error(c, &spec,
                             "Value cannot be null. (Parameter 'The provided "
                             "Path argument was null or an empty "
                             "collection.')");
}

/* What is not there is no error, but a share that refuses is. */
static bool
settle_failure(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);

    if (hop_value_is(cx->pending, &hop_exception_unauthorized_access))
        return hop_command_report(c);
    hop_drop_exception(cx);
    return true;
}

static bool
test_one(struct hop_command *c, struct hop_value v, bool literal)
{
    struct test t = {c, false};
    const char *path;

    if (!hop_is_string(v))
        return null_path(c);
    path = hop_cstr(v);
    while (hop_ascii_is_space(*path))
        path++;
    if (!*path)
        return hop_write_bool(c, false);
    if (hop_arg_on(c, T_VALID))
        return hop_write_bool(c, true);
    if (!hop_path_glob(hop_command_runspace(c), hop_cstr(v), literal, true,
                       note_match, &t)) {
        if (hop_command_stopping(c) || !settle_failure(c))
            return false;
    }
    return hop_write_bool(c, t.found);
}

static bool
process_test(struct hop_command *c)
{
    bool literal = hop_arg_bound(c, T_LITERAL);
    size_t param = literal ? T_LITERAL : T_PATH, n = hop_arg_count(c, param);

    if (n == 0)
        return null_path(c);
    for (size_t i = 0; i < n; i++)
        if (!test_one(c, hop_arg_item(c, param, i), literal))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_test_path = {
    .name = "Test-Path",
    .default_set = "Path",
    HOP_PARAMS(test_params),
    .output = "System.Boolean",
    .synopsis = "Tells whether a path exists.",
    .process = process_test,
};

/* ---- Resolve-Path, Convert-Path ---- */

enum { R_PATH, R_LITERAL, R_RELATIVE, R_BASE, R_FORCE, R_CREDENTIAL };
static const struct hop_param resolve_params[] = {
    [R_PATH] = HOP_PATH_PARAM,
    [R_LITERAL] = HOP_LITERAL_PARAM,
    [R_RELATIVE] = {"Relative", "switch"},
    [R_BASE] = {"RelativeBasePath", "string"},
    [R_FORCE] = {"Force", "switch"},
    [R_CREDENTIAL] = {"Credential", "pscredential",
                      HOP_CREDENTIAL | HOP_BY_NAME},
};
static const struct hop_path_params resolve_paths = {
    R_PATH, R_LITERAL, HOP_NO_PARAM, HOP_NO_PARAM, HOP_NO_PARAM, R_FORCE};

/* "./a", "../b/c": the way from base to path. */
static char *
relative_to(const char *base, const char *path)
{
    struct hop_buf b = HOP_BUF_INIT;
    size_t i = 0, common = 0;

    while (base[i] && base[i] == path[i]) {
        i++;
        if (base[i - 1] == '/')
            common = i;
    }
    if (!base[i] && (path[i] == '/' || !path[i]))
        common = path[i] ? i + 1 : i;
    else if (!path[i] && base[i] == '/')
        common = i;
    for (size_t k = common; base[k] && common <= strlen(base);) {
        size_t n = strcspn(base + k, "/");

        if (n) {
            if (b.len)
                hop_buf_addc(&b, '/');
            hop_buf_adds(&b, "..");
        }
        k += n;
        k += base[k] == '/';
    }
    if (b.len == 0)
        hop_buf_addc(&b, '.');
    while (path[common] == '/')
        common++;
    if (path[common]) {
        hop_buf_addc(&b, '/');
        hop_buf_adds(&b, path + common);
    }
    return hop_buf_take(&b);
}

static bool
resolve_one(struct hop_command *c, struct hop_item_path *p)
{
    const char *base = hop_arg_text(c, R_BASE);
    HOP_AUTO_FREE char *text = NULL;

    if (p->provider->item_exists && !p->provider->item_exists(p))
        return hop_path_missing(p);
    if (!hop_arg_on(c, R_RELATIVE))
        return hop_write_take(c, hop_path_object(p));
    if (base) {
        struct hop_item_path from;

        if (!hop_path_resolve(p->rs, base, &from))
            return false;
        text = relative_to(from.path, p->path);
        hop_item_path_done(&from);
    } else {
        text = relative_to(hop_location(p->rs), p->path);
    }
    return hop_write_text(c, text, strlen(text));
}

static bool
process_resolve(struct hop_command *c)
{
    return hop_paths_each(c, &resolve_paths, resolve_one);
}

const struct hop_cmdlet hop_cmdlet_resolve_path = {
    .name = "Resolve-Path",
    .default_set = "Path",
    HOP_PARAMS(resolve_params),
    .output = "System.Management.Automation.PathInfo System.String",
    .synopsis = "Resolves the wildcards in a path.",
    .process = process_resolve,
};

enum { CV_PATH, CV_LITERAL, CV_FORCE };
static const struct hop_param convert_params[] = {
    [CV_PATH] = HOP_PATH_PARAM,
    [CV_LITERAL] = HOP_LITERAL_PARAM,
    [CV_FORCE] = {"Force", "switch"},
};
static const struct hop_path_params convert_paths = {
    CV_PATH, CV_LITERAL, HOP_NO_PARAM, HOP_NO_PARAM, HOP_NO_PARAM, CV_FORCE};

static bool
convert_one(struct hop_command *c, struct hop_item_path *p)
{
    HOP_AUTO_FREE char *shown = NULL;

    if (p->provider->item_exists && !p->provider->item_exists(p))
        return hop_path_missing(p);
    shown = hop_unc_shown(p->path);
    return hop_write_text(c, shown, strlen(shown));
}

static bool
process_convert(struct hop_command *c)
{
    return hop_paths_each(c, &convert_paths, convert_one);
}

const struct hop_cmdlet hop_cmdlet_convert_path = {
    .name = "Convert-Path",
    .default_set = "Path",
    HOP_PARAMS(convert_params),
    .output = "System.String",
    .synopsis = "Turns a path into the provider's own.",
    .process = process_convert,
};

/* ---- Split-Path ---- */

enum {
    S_PATH,
    S_LITERAL,
    S_QUALIFIER,
    S_NO_QUALIFIER,
    S_PARENT,
    S_LEAF,
    S_LEAF_BASE,
    S_EXTENSION,
    S_RESOLVE,
    S_ABSOLUTE,
    S_CREDENTIAL
};
#define IN_SET(n) .in = HOP_SETS({n})
static const struct hop_param split_params[] = {
    [S_PATH] = {"Path", "string[]", HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                .in = HOP_SETS({"ParentSet", 0, HOP_POS(0)},
                               {"LeafSet", 0, HOP_POS(0)},
                               {"LeafBaseSet", 0, HOP_POS(0)},
                               {"ExtensionSet", 0, HOP_POS(0)},
                               {"QualifierSet", 0, HOP_POS(0)},
                               {"NoQualifierSet", 0, HOP_POS(0)},
                               {"IsAbsoluteSet", 0, HOP_POS(0)})},
    [S_LITERAL] = {"LiteralPath", "string[]", HOP_MANDATORY | HOP_BY_NAME,
                   IN_SET("LiteralPathSet"), .aliases = "PSPath LP"},
    [S_QUALIFIER] = {"Qualifier", "switch", IN_SET("QualifierSet")},
    [S_NO_QUALIFIER] = {"NoQualifier", "switch", IN_SET("NoQualifierSet")},
    [S_PARENT] = {"Parent", "switch", IN_SET("ParentSet")},
    [S_LEAF] = {"Leaf", "switch", IN_SET("LeafSet")},
    [S_LEAF_BASE] = {"LeafBase", "switch", IN_SET("LeafBaseSet")},
    [S_EXTENSION] = {"Extension", "switch", IN_SET("ExtensionSet")},
    [S_RESOLVE] = {"Resolve", "switch"},
    [S_ABSOLUTE] = {"IsAbsolute", "switch", IN_SET("IsAbsoluteSet")},
    [S_CREDENTIAL] = {"Credential", "pscredential",
                      HOP_CREDENTIAL | HOP_BY_NAME},
};

/* The length of "Env:", "FileSystem::" or nothing in front of a path. */
static size_t
qualifier_len(const char *path)
{
    const char *colon = strchr(path, ':');

    if (!colon || strchr(path, '/') < colon + (strchr(path, '/') == NULL))
        if (!colon || (strchr(path, '/') && strchr(path, '/') < colon))
            return 0;
    return (size_t)(colon - path) + (colon[1] == ':' ? 2 : 1);
}

static bool
is_separator(char ch)
{
    return ch == '/' || ch == '\\';
}

/* Without separators at the end, except the root's. */
static size_t
trimmed(const char *path, size_t n)
{
    while (n > 1 && is_separator(path[n - 1]))
        n--;
    return n;
}

static size_t
leaf_at(const char *path, size_t n)
{
    while (n > 0 && !is_separator(path[n - 1]))
        n--;
    return n;
}

static bool
no_parent(struct hop_command *c, const char *path)
{
    struct hop_error_spec spec = {.id = "Argument",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.Management.Automation."
                                               "PSArgumentException"};

    (void)path;
    return hop_command_throw(
        c, &spec,
        "Cannot process argument because the value of argument \"path\" is "
        "not valid. Change the value of the \"path\" argument and run the "
        "operation again.");
}

static bool
write_parent(struct hop_command *c, const char *path)
{
    size_t n = trimmed(path, strlen(path)), at = leaf_at(path, n);
    size_t q = qualifier_len(path);

    if (n == 1 && is_separator(path[0]))
        return no_parent(c, path);
    if (at == 0 && q == 0)
        return hop_write_text(c, "", 0);
    if (at < q)
        at = q < n ? q : 0;
    if (at == n || (at == 1 && q == 0))
        return hop_write_text(c, "", 0);
    if (at > q + 1 || (at == q + 1 && q))
        at = trimmed(path, at);
    return hop_write_text(c, path, at);
}

static bool
no_qualifier(struct hop_command *c, const char *path)
{
    struct hop_error_spec spec = {.id = "ParsePathFormatError",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.FormatException"};

    return hop_command_error(c, &spec,
                             "Cannot parse path because path '%s' does not "
                             "have a qualifier specified.",
                             path);
}

static bool
split_text(struct hop_command *c, const char *path)
{
    size_t n = trimmed(path, strlen(path)), at = leaf_at(path, n);
    size_t q = qualifier_len(path);
    const char *leaf, *dot;
    HOP_AUTO_FREE char *copy = NULL;

    if (at < q)
        at = q;
    copy = hop_xstrndup(path + (at < n ? at : 0), at < n ? n - at : n);
    leaf = copy;
    dot = strrchr(leaf, '.');
    if (hop_arg_on(c, S_QUALIFIER))
        return q ? hop_write_text(
                       c, path,
                       q - (path[q - 1] == ':' && q > 1 && path[q - 2] == ':'))
                 : no_qualifier(c, path);
    if (hop_arg_on(c, S_NO_QUALIFIER))
        return hop_write_text(c, path + q, strlen(path) - q);
    if (hop_arg_on(c, S_LEAF))
        return hop_write_text(c, leaf, strlen(leaf));
    if (hop_arg_on(c, S_LEAF_BASE))
        return hop_write_text(c, leaf,
                              dot ? (size_t)(dot - leaf) : strlen(leaf));
    if (hop_arg_on(c, S_EXTENSION))
        return hop_write_text(c, dot && dot[1] ? dot : "",
                              dot && dot[1] ? strlen(dot) : 0);
    if (hop_arg_on(c, S_ABSOLUTE))
        return hop_write_bool(c, q > 0 || path[0] == '/' || hop_unc_is(path));
    return write_parent(c, path);
}

static bool
split_resolved(void *ctx, struct hop_item_path *p)
{
    HOP_AUTO_FREE char *shown = hop_path_display(p);

    return split_text(ctx, shown);
}

static bool
process_split(struct hop_command *c)
{
    bool literal = hop_arg_bound(c, S_LITERAL);
    size_t param = literal ? S_LITERAL : S_PATH;

    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        struct hop_value v = hop_arg_item(c, param, i);

        if (!hop_is_string(v))
            continue;
        if (hop_arg_on(c, S_RESOLVE)) {
            if (!hop_path_glob(hop_command_runspace(c), hop_cstr(v), literal,
                               true, split_resolved, c) &&
                (!hop_has_exception(hop_command_context(c)) ||
                 !hop_command_report(c)))
                return false;
        } else if (!split_text(c, hop_cstr(v))) {
            return false;
        }
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_split_path = {
    .name = "Split-Path",
    .default_set = "ParentSet",
    HOP_PARAMS(split_params),
    .output = "System.String System.Boolean",
    .synopsis = "Gives a part of a path.",
    .process = process_split,
};

/* ---- Join-Path ---- */

enum { J_PATH, J_CHILD, J_MORE, J_RESOLVE, J_EXTENSION, J_CREDENTIAL };
static const struct hop_param join_params[] = {
    [J_PATH] = {"Path", "string[]", HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                .position = HOP_POS(0), .aliases = "PSPath"},
    [J_CHILD] = {"ChildPath", "string[]",
                 HOP_MANDATORY | HOP_BY_NAME | HOP_ALLOW_NULL |
                     HOP_ALLOW_EMPTY_STRING,
                 .position = HOP_POS(1)},
    [J_MORE] = {"AdditionalChildPath", "string[]",
                HOP_REMAINING | HOP_BY_NAME | HOP_ALLOW_NULL |
                    HOP_ALLOW_EMPTY_STRING | HOP_ALLOW_EMPTY_COLLECTION,
                .position = HOP_POS(2)},
    [J_RESOLVE] = {"Resolve", "switch"},
    [J_EXTENSION] = {"Extension", "string",
                     HOP_ALLOW_NULL | HOP_ALLOW_EMPTY_STRING},
    [J_CREDENTIAL] = {"Credential", "pscredential",
                      HOP_CREDENTIAL | HOP_BY_NAME},
};

static void
add_joined(struct hop_buf *b, const char *s)
{
    char separator = hop_unc_is(b->len ? b->data : s) ? '\\' : '/';

    while (b->len && is_separator(*s))
        s++;
    if (b->len && !is_separator(b->data[b->len - 1]))
        hop_buf_addc(b, separator);
    for (; *s; s++)
        hop_buf_addc(b, is_separator(*s) ? separator : *s);
}

static void
add_children(struct hop_command *c, size_t param, struct hop_buf *b)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++)
        if (hop_is_string(hop_arg_item(c, param, i)))
            add_joined(b, hop_cstr(hop_arg_item(c, param, i)));
}

static void
change_extension(struct hop_buf *b, const char *extension)
{
    const char *name = hop_paths_leaf(hop_buf_str(b));
    const char *dot = strrchr(name, '.');

    if (dot)
        b->len = (size_t)(dot - b->data);
    if (*extension && *extension != '.')
        hop_buf_addc(b, '.');
    hop_buf_adds(b, extension);
}

static bool
write_resolved(void *ctx, struct hop_item_path *p)
{
    HOP_AUTO_FREE char *shown = hop_path_display(p);

    return hop_write_text(ctx, shown, strlen(shown));
}

/* -Resolve of a pattern in a folder that is not there. */
static bool
resolve_joined(struct hop_command *c, const char *path)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    struct hop_item_path p;
    HOP_AUTO_FREE char *parent = NULL;
    bool there = true;

    if (hop_path_has_wildcard(path) && strrchr(path, '/')) {
        parent = hop_xstrndup(path, (size_t)(strrchr(path, '/') - path));
        if (*parent && !hop_path_has_wildcard(parent) &&
            hop_path_resolve(rs, parent, &p)) {
            there = p.provider->item_exists(&p);
            if (!there)
                (void)hop_path_missing(&p);
            hop_item_path_done(&p);
        }
    }
    return there && hop_path_glob(rs, path, false, true, write_resolved, c);
}

static bool
process_join(struct hop_command *c)
{
    const char *extension = hop_arg_text(c, J_EXTENSION);

    for (size_t i = 0; i < hop_arg_count(c, J_PATH); i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        add_joined(&b, hop_cstr(hop_arg_item(c, J_PATH, i)));
        add_children(c, J_CHILD, &b);
        add_children(c, J_MORE, &b);
        if (extension)
            change_extension(&b, extension);
        if (hop_arg_on(c, J_RESOLVE)) {
            if (!resolve_joined(c, hop_buf_str(&b)) &&
                (!hop_has_exception(hop_command_context(c)) ||
                 !hop_command_report(c)))
                return false;
        } else if (!hop_write_text(c, hop_buf_str(&b), b.len)) {
            return false;
        }
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_join_path = {
    .name = "Join-Path",
    HOP_PARAMS(join_params),
    .output = "System.String",
    .synopsis = "Joins paths.",
    .process = process_join,
};
