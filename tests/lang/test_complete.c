/* Completion: what is at the cursor (shown as ^), and what comes of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "lang/complete.h"
#include "test.h"

static void
offer(struct hop_completion_list *l, const char *const *names,
      enum hop_complete_type type)
{
    for (; *names; names++)
        if (hop_complete_fits(l, *names))
            hop_complete_add(l, *names, NULL, NULL, type);
}

static void
commands(void *ctx, struct hop_completion_list *l)
{
    static const char *const names[] = {"Get-Item", "Get-ChildItem",
                                        "my script", NULL};

    (void)ctx;
    offer(l, names, HOP_COMPLETE_COMMAND);
}

static void
parameters(void *ctx, struct hop_completion_list *l)
{
    static const char *const names[] = {"Path", "Filter", "Force", NULL};

    (void)ctx;
    if (l->request.command_name &&
        strcmp(l->request.command_name, "Get-Item") == 0)
        offer(l, names, HOP_COMPLETE_PARAMETER);
}

static void
values(void *ctx, struct hop_completion_list *l)
{
    static const char *const names[] = {"Red", "Dark Red", NULL};

    (void)ctx;
    if (l->request.parameter && strcmp(l->request.parameter, "Color") == 0)
        offer(l, names, HOP_COMPLETE_VALUE);
}

static void
variables(void *ctx, struct hop_completion_list *l)
{
    static const char *const names[] = {"name", "a b", "env:PATH", NULL};

    (void)ctx;
    offer(l, names, HOP_COMPLETE_VARIABLE);
}

static void
members(void *ctx, struct hop_completion_list *l)
{
    static const char *const instance[] = {"Length", "Substring", NULL};
    static const char *const statics[] = {"Parse", "MaxValue", NULL};

    (void)ctx;
    offer(l, l->request.is_static ? statics : instance, HOP_COMPLETE_PROPERTY);
}

static void
types(void *ctx, struct hop_completion_list *l)
{
    static const char *const names[] = {"string", "System.String", NULL};

    (void)ctx;
    offer(l, names, HOP_COMPLETE_TYPE_NAME);
}

static void
paths(void *ctx, struct hop_completion_list *l)
{
    static const char *const names[] = {"./run", "file one", "foo.txt", NULL};

    (void)ctx;
    offer(l, names, HOP_COMPLETE_ITEM);
}

static const struct hop_complete_lookup lookup = {
    NULL, commands, parameters, values, variables, members, types, paths,
};

static const struct {
    const char *name, *text, *results;
    int start;
} rows[] = {
    {"a command", "get-i^", "Get-Item", 0},
    {"a command in a pipeline", "1 | Get-^", "Get-ChildItem Get-Item", 4},
    {"a command in a block", "if (1) { get-c^", "Get-ChildItem", 9},
    {"a command with blanks is called", "my^", "& 'my script'", 0},
    {"a keyword", "forea^", "foreach", 0},
    {"a command by its path", "./r^", "./run", 0},
    {"a parameter", "Get-Item -F^", "-Filter -Force", 9},
    {"a parameter behind an argument", "Get-Item x -p^", "-Path", 11},
    {"an argument of a named parameter", "f -Color d^", "'Dark Red'", 9},
    {"an argument behind a colon", "f -Color:r^", "Red", 9},
    {"an argument is a path", "f fo^", "foo.txt", 2},
    {"an empty argument", "f ^", "./run 'file one' foo.txt", 2},
    {"a quoted path keeps its quote", "f \"fi^", "\"file one\"", 2},
    {"a redirection's file", "f > fo^", "foo.txt", 4},
    {"a variable", "$na^", "$name", 0},
    {"a variable with blanks", "$a^", "${a b}", 0},
    {"a variable with a drive", "$env:P^", "$env:PATH", 0},
    {"a splatted variable", "f @na^", "@name", 2},
    {"a variable in a string", "\"x $na^", "$name", 3},
    {"a variable alone", "$^", "${a b} $env:PATH $name", 0},
    {"a member", "$x.Le^", "Length", 3},
    {"a member in an argument", "f $x.^", "Length Substring", 5},
    {"a static member", "[int]::P^", "Parse", 7},
    {"a type", "[str^", "string", 1},
    {"a generic type's argument", "[List[sys^", "System.String", 6},
    {"an operator", "$x -notm^", "-notmatch", 3},
    {"nothing in a comment", "# get-i^", "", 7},
    {"text behind the cursor is left alone", "get-i^ foo", "Get-Item", 0},
};

int
main(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
        HOP_AUTO_BUF struct hop_buf got = HOP_BUF_INIT;
        const char *mark = strchr(rows[i].text, '^');
        struct hop_completion_list *l;

        ROW(rows[i].name);
        hop_buf_add(&text, rows[i].text, (size_t)(mark - rows[i].text));
        hop_buf_adds(&text, mark + 1);
        l = hop_complete(text.data, text.len, (size_t)(mark - rows[i].text),
                         &lookup);
        for (size_t k = 0; k < l->n; k++)
            hop_buf_addf(&got, "%s%s", k ? " " : "", l->results[k].text);
        CHECK_STR(hop_buf_str(&got), rows[i].results);
        CHECK_INT(l->start, rows[i].start);
        hop_complete_free(l);
    }
    return test_done();
}
