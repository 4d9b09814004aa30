/* Set-, Get-, Remove-, Enable- and Disable-PSBreakpoint.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/breakpoint.h"

#include <sys/stat.h>

#include "cmdlets/utility/utility.h"
#include "smb/files.h"

static bool
complain(struct hop_command *c, const char *id, const char *fmt,
         const char *what)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException"};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    return hop_command_error(c, &spec, fmt, what);
#pragma GCC diagnostic pop
}

/* ---- Set-PSBreakpoint ---- */

enum {
    S_SCRIPT,
    S_LINE,
    S_COLUMN,
    S_COMMAND,
    S_VARIABLE,
    S_ACTION,
    S_MODE,
    S_RUNSPACE
};
static const struct hop_param set_params[] = {
    [S_SCRIPT] = {"Script", "string[]", HOP_NOT_NULL,
                  .in = HOP_SETS({"Line", HOP_MANDATORY, HOP_POS(0)},
                                 {"Command", 0, HOP_POS(0)},
                                 {"Variable", 0, HOP_POS(0)})},
    [S_LINE] = {"Line", "int[]",
                .in = HOP_SETS({"Line", HOP_MANDATORY, HOP_POS(1)})},
    [S_COLUMN] = {"Column", "int", .in = HOP_SETS({"Line", 0, HOP_POS(2)}),
                  .range = HOP_RANGE(1, 2147483647)},
    [S_COMMAND] = {"Command", "string[]",
                   .in = HOP_SETS({"Command", HOP_MANDATORY, 0}),
                   .aliases = "C"},
    [S_VARIABLE] = {"Variable", "string[]",
                    .in = HOP_SETS({"Variable", HOP_MANDATORY, 0}),
                    .aliases = "V"},
    [S_ACTION] = {"Action", "scriptblock"},
    [S_MODE] = {"Mode", "System.Management.Automation.VariableAccessMode",
                .in = HOP_SETS({"Variable"})},
    [S_RUNSPACE] = {"Runspace", "runspace", HOP_NOT_NULL},
};

struct scripts {
    struct hop_command *c;
    char **path;
    size_t n;
    bool ok;
};

static bool
take_script(void *ctx, struct hop_item_path *p)
{
    struct scripts *s = ctx;
    const char *dot = strrchr(p->path, '.');
    struct stat st;

    if (hop_files_stat(p->path, &st) != 0 || !S_ISREG(st.st_mode)) {
        s->ok = complain(s->c, "NewPSBreakpoint:FileDoesNotExist",
                         "File '%s' does not exist.", p->path);
    } else if (!dot ||
               (!hop_ascii_ieq(dot, ".ps1") && !hop_ascii_ieq(dot, ".psm1"))) {
        s->ok = complain(s->c, "NewPSBreakpoint:WrongExtension",
                         "Cannot set breakpoint on file '%s'; only *.ps1 and "
                         "*.psm1 files are valid.",
                         p->path);
    } else {
        s->path = hop_xrealloc(s->path, s->n + 1, sizeof(*s->path));
        s->path[s->n++] = hop_xstrdup(p->path);
    }
    return s->ok;
}

static void
free_scripts(struct scripts *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->path[i]);
    free(s->path);
}

static bool
add_one(struct hop_command *c, const struct breakpoint_spec *spec)
{
    return hop_write_take(
        c, hop_obj(breakpoint_new(hop_command_runspace(c), spec)));
}

/* For each script, or once for all. */
static bool
add_everywhere(struct hop_command *c, const struct scripts *s,
               struct breakpoint_spec spec)
{
    for (size_t i = 0; i < s->n; i++) {
        spec.script = s->path[i];
        if (!add_one(c, &spec))
            return false;
    }
    return s->n > 0 || spec.kind == BREAKPOINT_LINE || add_one(c, &spec);
}

static bool
add_lines(struct hop_command *c, const struct scripts *s,
          struct breakpoint_spec spec)
{
    spec.column = (int)hop_arg_int(c, S_COLUMN, 0);
    for (size_t i = 0; i < hop_arg_count(c, S_LINE); i++) {
        spec.line = (int)hop_arg_item(c, S_LINE, i).u.i;
        if (spec.line < 1 ? !complain(c, "SetPSBreakpoint:LineLessThanOne",
                                      "Line cannot be less than 1.%s", "")
                          : !add_everywhere(c, s, spec))
            return false;
    }
    return true;
}

static bool
add_names(struct hop_command *c, const struct scripts *s, size_t param,
          struct breakpoint_spec spec)
{
    spec.mode =
        hop_arg_bound(c, S_MODE) ? (int)hop_arg(c, S_MODE).u.i : ACCESS_WRITE;
    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        spec.name = hop_cstr(hop_arg_item(c, param, i));
        if (!add_everywhere(c, s, spec))
            return false;
    }
    return true;
}

static bool
process_set(struct hop_command *c)
{
    HOP_CLEANUP(free_scripts) struct scripts s = {.c = c, .ok = true};
    struct breakpoint_spec spec = {.action = hop_arg(c, S_ACTION)};

    for (size_t i = 0; i < hop_arg_count(c, S_SCRIPT); i++)
        if (!hop_path_glob(hop_command_runspace(c),
                           hop_cstr(hop_arg_item(c, S_SCRIPT, i)), false, true,
                           take_script, &s) ||
            !s.ok)
            return false;
    if (hop_arg_bound(c, S_SCRIPT) && s.n == 0)
        return true;
    if (hop_arg_bound(c, S_COMMAND)) {
        spec.kind = BREAKPOINT_COMMAND;
        return add_names(c, &s, S_COMMAND, spec);
    }
    if (hop_arg_bound(c, S_VARIABLE)) {
        spec.kind = BREAKPOINT_VARIABLE;
        return add_names(c, &s, S_VARIABLE, spec);
    }
    return add_lines(c, &s, spec);
}

const struct hop_cmdlet hop_cmdlet_set_psbreakpoint = {
    .name = "Set-PSBreakpoint",
    .default_set = "Line",
    HOP_PARAMS(set_params),
    .output = "System.Management.Automation.VariableBreakpoint "
              "System.Management.Automation.CommandBreakpoint "
              "System.Management.Automation.LineBreakpoint",
    .synopsis = "Has an action run at a line, a command or a variable.",
    .process = process_set,
};

/* ---- Get-PSBreakpoint ---- */

enum { G_SCRIPT, G_ID, G_VARIABLE, G_COMMAND, G_TYPE, G_RUNSPACE };
static const struct hop_param get_params[] = {
    [G_SCRIPT] = {"Script", "string[]", HOP_NOT_NULL_OR_EMPTY,
                  .in = HOP_SETS({"Line", HOP_BY_VALUE, HOP_POS(0)},
                                 {"Command"}, {"Variable"}, {"Type"})},
    [G_ID] = {"Id", "int[]",
              .in = HOP_SETS({"Id", HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)})},
    [G_VARIABLE] = {"Variable", "string[]",
                    .in = HOP_SETS({"Variable", HOP_MANDATORY, 0})},
    [G_COMMAND] = {"Command", "string[]",
                   .in = HOP_SETS({"Command", HOP_MANDATORY, 0})},
    [G_TYPE] = {"Type", "Microsoft.PowerShell.Commands.BreakpointType[]",
                .in = HOP_SETS(
                    {"Type", HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)})},
    [G_RUNSPACE] = {"Runspace", "runspace", HOP_NOT_NULL},
};

static bool
names_it(struct hop_command *c, size_t param, const char *name)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++)
        if (name && hop_ascii_ieq(name, hop_cstr(hop_arg_item(c, param, i))))
            return true;
    return false;
}

static bool
has_id(struct hop_command *c, size_t param, int64_t id)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++)
        if (hop_arg_item(c, param, i).u.i == id)
            return true;
    return false;
}

static bool
is_in_script(struct hop_command *c, const struct breakpoint *b)
{
    for (size_t i = 0; i < hop_arg_count(c, G_SCRIPT); i++) {
        struct hop_item_path p;
        bool same;

        if (!hop_path_resolve(hop_command_runspace(c),
                              hop_cstr(hop_arg_item(c, G_SCRIPT, i)), &p)) {
            hop_drop_exception(hop_command_context(c));
            continue;
        }
        same = b->script && hop_ascii_ieq(b->script, p.path);
        hop_item_path_done(&p);
        if (same)
            return true;
    }
    return false;
}

static bool
is_wanted(struct hop_command *c, const struct breakpoint *b)
{
    static const int types[] = {[BREAKPOINT_LINE] = 0,
                                [BREAKPOINT_VARIABLE] = 1,
                                [BREAKPOINT_COMMAND] = 2};

    if (hop_arg_bound(c, G_ID) && !has_id(c, G_ID, b->id))
        return false;
    if (hop_arg_bound(c, G_COMMAND) &&
        (b->kind != BREAKPOINT_COMMAND || !names_it(c, G_COMMAND, b->name)))
        return false;
    if (hop_arg_bound(c, G_VARIABLE) &&
        (b->kind != BREAKPOINT_VARIABLE || !names_it(c, G_VARIABLE, b->name)))
        return false;
    if (hop_arg_bound(c, G_TYPE) && !has_id(c, G_TYPE, types[b->kind]))
        return false;
    return !hop_arg_bound(c, G_SCRIPT) || is_in_script(c, b);
}

static bool
process_get(struct hop_command *c)
{
    struct hop_array *all = hop_array_new(hop_command_context(c), 0);
    struct hop_value held HOP_AUTO_VALUE = hop_obj(all);
    struct breakpoint *b;

    /* whoever takes them may remove them */
    for (size_t i = 0; (b = breakpoint_at(hop_command_runspace(c), i)); i++)
        if (is_wanted(c, b))
            hop_array_push(all, hop_retain(hop_obj(b)));
    for (size_t i = 0; i < all->n; i++)
        if (!hop_write(c, all->items[i]))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_psbreakpoint = {
    .name = "Get-PSBreakpoint",
    .default_set = "Line",
    HOP_PARAMS(get_params),
    .output = "System.Management.Automation.Breakpoint",
    .synopsis = "Gets the breakpoints of the session.",
    .process = process_get,
};

/* ---- Remove-, Enable-, Disable-PSBreakpoint ---- */

enum { U_BREAKPOINT, U_ID, U_RUNSPACE, U_PASS_THRU };
#define UPDATING                                                               \
    [U_BREAKPOINT] = {"Breakpoint",                                            \
                      "System.Management.Automation.Breakpoint[]",             \
                      .in = HOP_SETS({"Breakpoint",                            \
                                      HOP_MANDATORY | HOP_BY_VALUE,            \
                                      HOP_POS(0)})},                           \
    [U_ID] = {"Id", "int[]",                                                   \
              .in =                                                            \
                  HOP_SETS({"Id", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},  \
    [U_RUNSPACE] = {"Runspace", "runspace",                                    \
                    .in = HOP_SETS({"Id", HOP_BY_NAME, 0}),                    \
                    .aliases = "RunspaceId"}
static const struct hop_param remove_params[] = {UPDATING};
static const struct hop_param switch_params[] = {
    UPDATING, [U_PASS_THRU] = {"PassThru", "switch"}};

static bool
remove_one(struct hop_command *c, struct breakpoint *b)
{
    breakpoint_remove(hop_command_runspace(c), b);
    return true;
}

static bool
switch_one(struct hop_command *c, struct breakpoint *b, bool on)
{
    b->enabled = on;
    return !hop_arg_on(c, U_PASS_THRU) || hop_write(c, hop_obj(b));
}

static bool
enable_one(struct hop_command *c, struct breakpoint *b)
{
    return switch_one(c, b, true);
}

static bool
disable_one(struct hop_command *c, struct breakpoint *b)
{
    return switch_one(c, b, false);
}

static struct breakpoint *
find_id(struct hop_runspace *rs, int64_t id)
{
    struct breakpoint *b = NULL;

    for (size_t i = 0; (b = breakpoint_at(rs, i)) && b->id != id; i++)
        ;
    return b;
}

static bool
update(struct hop_command *c, struct breakpoint *b,
       bool (*fn)(struct hop_command *c, struct breakpoint *b))
{
    struct hop_value held HOP_AUTO_VALUE = hop_retain(hop_obj(b));
    struct hop_string *text HOP_AUTO_STRING = NULL;
    bool go;

    if (!hop_to_string(hop_command_context(c), held, &text) ||
        !hop_should_process(c, text->data, NULL, &go))
        return false;
    return !go || fn(c, b);
}

static bool
update_all(struct hop_command *c,
           bool (*fn)(struct hop_command *c, struct breakpoint *b))
{
    for (size_t i = 0; i < hop_arg_count(c, U_BREAKPOINT); i++) {
        struct breakpoint *b = as_breakpoint(hop_arg_item(c, U_BREAKPOINT, i));

        if (b && !update(c, b, fn))
            return false;
    }
    for (size_t i = 0; i < hop_arg_count(c, U_ID); i++) {
        int64_t id = hop_arg_item(c, U_ID, i).u.i;
        struct breakpoint *b = find_id(hop_command_runspace(c), id);
        char text[24];

        snprintf(text, sizeof text, "%lld", (long long)id);
        if (b ? !update(c, b, fn)
              : !complain(c, "PSBreakpoint:BreakpointIdNotFound",
                          "There is no breakpoint with ID '%s'.", text))
            return false;
    }
    return true;
}

static bool
process_remove(struct hop_command *c)
{
    return update_all(c, remove_one);
}

static bool
process_enable(struct hop_command *c)
{
    return update_all(c, enable_one);
}

static bool
process_disable(struct hop_command *c)
{
    return update_all(c, disable_one);
}

const struct hop_cmdlet hop_cmdlet_remove_psbreakpoint = {
    .name = "Remove-PSBreakpoint",
    .default_set = "Breakpoint",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Removes breakpoints.",
    .process = process_remove,
};

const struct hop_cmdlet hop_cmdlet_enable_psbreakpoint = {
    .name = "Enable-PSBreakpoint",
    .default_set = "Id",
    HOP_PARAMS(switch_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Switches breakpoints on.",
    .process = process_enable,
};

const struct hop_cmdlet hop_cmdlet_disable_psbreakpoint = {
    .name = "Disable-PSBreakpoint",
    .default_set = "Breakpoint",
    HOP_PARAMS(switch_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Switches breakpoints off.",
    .process = process_disable,
};
