/* Get-Help.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "cmdlets/core/help_object.h"
#include "cmdlets/core/help_topic.h"

enum {
    NAME,
    PATH,
    CATEGORY,
    DETAILED,
    FULL,
    EXAMPLES,
    PARAMETER,
    COMPONENT,
    FUNCTIONALITY,
    ROLE,
    ONLINE
};
static const struct hop_param params[] = {
    [NAME] = {"Name", "string", HOP_NOT_NULL_OR_EMPTY | HOP_BY_NAME,
              .position = HOP_POS(0)},
    [PATH] = {"Path", "string"},
    [CATEGORY] = {"Category", "string[]",
                  .set = "Alias Cmdlet Provider General FAQ Glossary HelpFile "
                         "ScriptCommand Function Filter ExternalScript All "
                         "DefaultHelp DscResource Class Configuration"},
    [DETAILED] = {"Detailed", "switch",
                  .in = HOP_SETS({"DetailedView", HOP_MANDATORY, 0})},
    [FULL] = {"Full", "switch", .in = HOP_SETS({"AllUsersView", 0, 0})},
    [EXAMPLES] = {"Examples", "switch",
                  .in = HOP_SETS({"Examples", HOP_MANDATORY, 0})},
    [PARAMETER] = {"Parameter", "string[]",
                   .in = HOP_SETS({"Parameters", HOP_MANDATORY, 0})},
    [COMPONENT] = {"Component", "string[]"},
    [FUNCTIONALITY] = {"Functionality", "string[]"},
    [ROLE] = {"Role", "string[]"},
    [ONLINE] = {"Online", "switch",
                .in = HOP_SETS({"Online", HOP_MANDATORY, 0})},
};

/* ---- what is found ---- */

struct topic {
    struct cmdinfo *command; /* held; or */
    const struct hop_help_topic *text;
};

struct found {
    struct hop_command *c;
    const char *pattern;
    struct topic *item;
    size_t n, cap;
};

static void
found_done(struct found *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->item[i].command)
            hop_release(hop_obj(f->item[i].command));
    free(f->item);
}

static void
add(struct found *f, struct topic t)
{
    for (size_t i = 0; t.command && i < f->n; i++)
        if (f->item[i].command &&
            strcasecmp(f->item[i].command->name, t.command->name) == 0) {
            hop_release(hop_obj(t.command));
            return;
        }
    if (f->n == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 16;
        f->item = hop_xrealloc(f->item, f->cap, sizeof(*f->item));
    }
    f->item[f->n++] = t;
}

static bool
is_category(struct hop_command *c, const char *category)
{
    size_t n = hop_arg_count(c, CATEGORY);

    for (size_t i = 0; i < n; i++) {
        struct hop_value v = hop_arg_item(c, CATEGORY, i);

        if (hop_string_iis(v.u.s, "All") || hop_string_iis(v.u.s, category))
            return true;
    }
    return n == 0;
}

static bool
matches(const char *pattern, const char *name)
{
    return hop_wildcard_match(pattern, strlen(pattern), name, strlen(name),
                              true);
}

static bool
look_at(void *ctx, struct cmdinfo *c)
{
    struct found *f = ctx;

    if (matches(f->pattern, c->name) && is_category(f->c, hop_help_category(c)))
        add(f, (struct topic){.command = as_cmdinfo(hop_retain(hop_obj(c)))});
    return true;
}

static void
find_matching(struct found *f)
{
    command_each(f->c->rs,
                 COMMAND_CMDLET | COMMAND_FUNCTION | COMMAND_FILTER |
                     COMMAND_ALIAS,
                 look_at, f);
    for (const struct hop_help_topic *t = hop_help_topics; t->name; t++)
        if (matches(f->pattern, t->name) && is_category(f->c, "HelpFile"))
            add(f, (struct topic){.text = t});
}

/* The command of exactly that name, an alias's target in its place. */
static void
find_exact(struct found *f, const char *name)
{
    struct hop_runspace *rs = f->c->rs;
    unsigned kinds = COMMAND_ALL & ~(unsigned)COMMAND_APPLICATION;
    struct cmdinfo *c = find_command(rs, name, strlen(name), kinds, true);

    hop_drop_exception(&rs->cx);
    if (c && c->type == COMMAND_ALIAS) {
        struct cmdinfo *target = resolve_alias(rs, c, true);

        hop_drop_exception(&rs->cx);
        hop_release(hop_obj(c));
        c = target;
    }
    if (c && is_category(f->c, hop_help_category(c)))
        add(f, (struct topic){.command = c});
    else if (c)
        hop_release(hop_obj(c));
    for (const struct hop_help_topic *t = hop_help_topics; !f->n && t->name;
         t++)
        if (strcasecmp(t->name, name) == 0 && is_category(f->c, "HelpFile"))
            add(f, (struct topic){.text = t});
}

static void
find_topics(struct found *f, const char *name)
{
    HOP_AUTO_FREE char *around = NULL;

    f->pattern = name;
    if (strpbrk(name, "*?[")) {
        find_matching(f);
        return;
    }
    find_exact(f, name);
    if (f->n)
        return;
    around = hop_xasprintf("*%s*", name);
    f->pattern = around;
    find_matching(f);
}

/* ---- writing ---- */

static const char *
view_of(struct hop_command *c)
{
    return hop_arg_on(c, DETAILED)   ? "DetailedView"
           : hop_arg_on(c, FULL)     ? "FullView"
           : hop_arg_on(c, EXAMPLES) ? "ExamplesView"
                                     : NULL;
}

static bool
write_parameters(struct hop_command *c, struct hop_value help)
{
    static const char *const path[] = {"parameters", "parameter"};
    HOP_AUTO_VALUE struct hop_value v = hop_retain(help);
    struct hop_array *list;
    size_t n = hop_arg_count(c, PARAMETER), written = 0;
    struct hop_error_spec spec = {
        .id = "NoParmsFound",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Management.Automation.PSArgumentException",
        .target = help};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(path); i++) {
        HOP_AUTO_STRING struct hop_string *name = hop_string_from(path[i]);
        struct hop_value next = hop_null();

        if (hop_member_get(&c->rs->cx, v, name, &next) == HOP_FAILED)
            return false;
        hop_value_set(&v, next);
    }
    list = hop_as_array(v);
    for (size_t i = 0; i < n; i++) {
        const char *pattern = hop_cstr(hop_arg_item(c, PARAMETER, i));

        for (size_t k = 0; k < (list ? list->n : !hop_is_null(v)); k++) {
            struct hop_value p = list ? list->items[k] : v;
            HOP_AUTO_STRING struct hop_string *key = hop_string_from("name");
            HOP_AUTO_VALUE struct hop_value name = hop_null();

            if (hop_member_get(&c->rs->cx, p, key, &name) != HOP_FOUND ||
                !hop_is_string(name) || !matches(pattern, hop_cstr(name)))
                continue;
            written++;
            if (!hop_write(c, p))
                return false;
        }
        if (!written &&
            !hop_command_error(c, &spec, "No parameter matches criteria %s.",
                               pattern))
            return false;
    }
    return true;
}

/* The first address among the related links, or null. */
static struct hop_value
address_of(struct hop_command *c, struct hop_value help)
{
    static const char *const path[] = {"relatedLinks", "navigationLink", "uri"};
    struct hop_value v = hop_retain(help);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(path); i++) {
        HOP_AUTO_STRING struct hop_string *name = hop_string_from(path[i]);
        struct hop_value next = hop_null();

        if (hop_member_get_each(&c->rs->cx, v, name, &next) == HOP_FAILED)
            hop_drop_exception(&c->rs->cx);
        hop_value_set(&v, next);
    }
    if (hop_as_array(v) && hop_as_array(v)->n)
        hop_value_set(&v, hop_retain(hop_as_array(v)->items[0]));
    return v;
}

/* There is no browser to open: the address is told instead. */
static bool
write_online(struct hop_command *c, struct hop_value help)
{
    HOP_AUTO_VALUE struct hop_value uri = address_of(c, help);
    struct hop_error_spec spec = {
        .id = "InvalidOperation",
        .category = HOP_CAT_INVALID_OPERATION,
        .exception =
            "System.Management.Automation.PSInvalidOperationException"};

    if (hop_is_string(uri))
        return hop_write(c, uri);
    return hop_command_throw(c, &spec,
                             "The online version of this Help topic cannot be "
                             "displayed because the Internet address (URI) of "
                             "the Help topic is not specified in the command "
                             "code or in the help file for the command. "
                             "Get-Help -Full shows the help that is here.");
}

static bool
write_one(struct hop_command *c, const struct topic *t)
{
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (t->text)
        return hop_write_take(c, hop_help_of_text(c->rs, t->text->name,
                                                  t->text->synopsis,
                                                  t->text->text));
    v = hop_help_of_command(c->rs, t->command, view_of(c));
    if (hop_is_null(v))
        return true;
    if (hop_arg_bound(c, PARAMETER))
        return write_parameters(c, v);
    return hop_arg_on(c, ONLINE) ? write_online(c, v) : hop_write(c, v);
}

static bool
write_list(struct hop_command *c, const struct found *f)
{
    for (size_t i = 0; i < f->n; i++) {
        const struct topic *t = &f->item[i];

        if (!hop_write_take(c, t->text
                                   ? hop_help_short_text(c->rs, t->text->name,
                                                         t->text->synopsis)
                                   : hop_help_short(c->rs, t->command)))
            return false;
    }
    return true;
}

static bool
process(struct hop_command *c)
{
    const char *name = hop_arg_text(c, NAME);
    struct found f HOP_CLEANUP(found_done) = {.c = c};
    struct hop_error_spec spec = {
        .id = "HelpNotFound",
        .category = HOP_CAT_RESOURCE_UNAVAILABLE,
        .exception = "Microsoft.PowerShell.Commands.HelpNotFoundException"};

    find_topics(&f, name ? name : hop_help_topics[0].name);
    if (f.n == 1)
        return write_one(c, &f.item[0]);
    if (f.n > 1)
        return write_list(c, &f);
    if (name && strpbrk(name, "*?["))
        return true;
    return hop_command_error(
        c, &spec,
        "Get-Help could not find %s in a help file in this session. Use "
        "\"Get-Help *\" to list the topics that there are.",
        name ? name : "");
}

const struct hop_cmdlet hop_cmdlet_get_help = {
    .name = "Get-Help",
    .default_set = "AllUsersView",
    HOP_PARAMS(params),
    .synopsis = "Shows help on commands and topics.",
    .process = process,
};
