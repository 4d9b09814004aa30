/* Format-Table, Format-List, Format-Wide, Format-Custom.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/commands.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "cmdlets/format/property.h"
#include "cmdlets/format/shape.h"
#include "value/collections.h"

/* The parameters that all four share come first, in one order. */
enum {
    PROPERTY,
    GROUP_BY,
    VIEW_NAME,
    SHOW_ERROR,
    DISPLAY_ERROR,
    FORCE,
    EXPAND,
    INPUT,
    OWN
};

#define SHARED_PARAMS                                                          \
    [GROUP_BY] = {"GroupBy", "object"}, [VIEW_NAME] = {"View", "string"},      \
    [SHOW_ERROR] = {"ShowError", "switch"},                                    \
    [DISPLAY_ERROR] = {"DisplayError", "switch"},                              \
    [FORCE] = {"Force", "switch"},                                             \
    [EXPAND] = {"Expand", "string", .set = "CoreOnly EnumOnly Both"},          \
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE}
#define SEVERAL_PROPERTIES                                                     \
    [PROPERTY] = {"Property", "object[]", .position = HOP_POS(0)}

enum { AUTO_SIZE = OWN, REPEAT_HEADER, HIDE_HEADERS, WRAP };
static const struct hop_param table_params[] = {
    SEVERAL_PROPERTIES,
    SHARED_PARAMS,
    [AUTO_SIZE] = {"AutoSize", "switch"},
    [REPEAT_HEADER] = {"RepeatHeader", "switch"},
    [HIDE_HEADERS] = {"HideTableHeaders", "switch"},
    [WRAP] = {"Wrap", "switch"},
};

static const struct hop_param list_params[] = {SEVERAL_PROPERTIES,
                                               SHARED_PARAMS};

enum { WIDE_AUTO_SIZE = OWN, COLUMN };
static const struct hop_param wide_params[] = {
    SHARED_PARAMS,
    [PROPERTY] = {"Property", "object", .position = HOP_POS(0)},
    [WIDE_AUTO_SIZE] = {"AutoSize", "switch"},
    [COLUMN] = {"Column", "int", .range = HOP_RANGE(1, 2147483647)},
};

enum { DEPTH = OWN };
static const struct hop_param custom_params[] = {
    SEVERAL_PROPERTIES,
    SHARED_PARAMS,
    [DEPTH] = {"Depth", "int", .range = HOP_RANGE(1, 2147483647)},
};

struct state {
    struct hop_shaper *shaper;
    struct hop_command *command;
    bool refused; /* hop_write said that no more is wanted */
};

static enum hop_flow
emit(void *ctx, struct hop_packet *p)
{
    struct state *s = ctx;

    if (hop_write(s->command, hop_obj(p)))
        return HOP_FLOW_NEXT;
    s->refused = true;
    return HOP_FLOW_STOP;
}

static enum hop_expand
expansion(const char *text)
{
    if (!text)
        return HOP_EXPAND_DEFAULT;
    return text[0] == 'C' || text[0] == 'c'   ? HOP_EXPAND_CORE
           : text[0] == 'E' || text[0] == 'e' ? HOP_EXPAND_ENUM
                                              : HOP_EXPAND_BOTH;
}

static bool
read_shared(struct hop_command *c, unsigned keys, struct hop_shape_options *o)
{
    const char *view = hop_arg_text(c, VIEW_NAME);
    struct hop_value group = hop_arg(c, GROUP_BY);
    struct hop_error_spec spec = {.id = "FormatCannotSpecifyViewAndProperty",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception =
                                      "System.InvalidOperationException"};

    if (view && !hop_is_null(hop_arg(c, PROPERTY)))
        return hop_command_throw(c, &spec,
                                 "Cmdlet parameters View and Property are "
                                 "mutually exclusive.");

    o->view = view ? hop_xstrdup(view) : NULL;
    o->force = hop_arg_on(c, FORCE);
    o->display_error = hop_arg_on(c, DISPLAY_ERROR);
    o->show_error = hop_arg_on(c, SHOW_ERROR);
    o->expand = expansion(hop_arg_text(c, EXPAND));
    if (!hop_is_null(group)) {
        o->has_group = true;
        if (!hop_property_parse(c, group, HOP_KEY_LABEL | HOP_KEY_FORMAT,
                                &o->group))
            return false;
    }
    if (!hop_property_parse_all(c, PROPERTY, keys, &o->property,
                                &o->properties))
        return false;
    return true;
}

/* Starts the shaper with options, which it takes. */
static bool
start(struct hop_command *c, unsigned keys, struct hop_shape_options *o)
{
    struct state *s = hop_command_state(c);

    s->command = c;
    if (!read_shared(c, keys, o)) {
        hop_shape_options_done(o);
        return false;
    }
    s->shaper = hop_shaper_new(hop_command_runspace(c), o, emit, s);
    return true;
}

static bool
begin_table(struct hop_command *c)
{
    struct hop_shape_options o = {.shape = HOP_SHAPE_TABLE};

    o.autosize = hop_arg_on(c, AUTO_SIZE);
    o.hide_header = hop_arg_on(c, HIDE_HEADERS);
    o.repeat_header = hop_arg_on(c, REPEAT_HEADER);
    o.wrap_given = hop_arg_bound(c, WRAP);
    o.wrap = hop_arg_on(c, WRAP);
    return start(
        c, HOP_KEY_LABEL | HOP_KEY_WIDTH | HOP_KEY_ALIGN | HOP_KEY_FORMAT, &o);
}

static bool
begin_list(struct hop_command *c)
{
    struct hop_shape_options o = {.shape = HOP_SHAPE_LIST};

    return start(c, HOP_KEY_LABEL | HOP_KEY_FORMAT, &o);
}

static bool
begin_wide(struct hop_command *c)
{
    struct hop_shape_options o = {.shape = HOP_SHAPE_WIDE};
    struct hop_value property = hop_arg(c, PROPERTY);
    struct hop_error_spec spec = {.id = "FormatCannotSpecifyAutosizeAndColumns",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception =
                                      "System.InvalidOperationException"};

    if (hop_as_array(property) && hop_as_array(property)->n != 1)
        return hop_property_unknown(c, property);

    o.autosize = hop_arg_on(c, WIDE_AUTO_SIZE);
    if (o.autosize && hop_arg_bound(c, COLUMN))
        return hop_command_throw(c, &spec,
                                 "Cmdlet parameters AutoSize and Column are "
                                 "mutually exclusive.");
    o.columns = (int)hop_arg_int(c, COLUMN, 0);
    return start(c, HOP_KEY_FORMAT, &o);
}

static bool
begin_custom(struct hop_command *c)
{
    struct hop_shape_options o = {.shape = HOP_SHAPE_CUSTOM};

    o.depth = (int)hop_arg_int(c, DEPTH, 0);
    return start(c, HOP_KEY_DEPTH, &o);
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    return hop_shaper_object(s->shaper, hop_arg(c, INPUT)) == HOP_FLOW_NEXT;
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    return hop_shaper_end(s->shaper) == HOP_FLOW_NEXT;
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    hop_shaper_free(s->shaper);
}

const struct hop_cmdlet hop_cmdlet_format_table = {
    .name = "Format-Table",
    HOP_PARAMS(table_params),
    .synopsis = "Formats the output as a table.",
    .state_size = sizeof(struct state),
    .begin = begin_table,
    .process = process,
    .end = end,
    .dispose = dispose,
};

const struct hop_cmdlet hop_cmdlet_format_list = {
    .name = "Format-List",
    HOP_PARAMS(list_params),
    .synopsis = "Formats the output as a list of properties, one a line.",
    .state_size = sizeof(struct state),
    .begin = begin_list,
    .process = process,
    .end = end,
    .dispose = dispose,
};

const struct hop_cmdlet hop_cmdlet_format_wide = {
    .name = "Format-Wide",
    HOP_PARAMS(wide_params),
    .synopsis = "Formats one property of each object in columns.",
    .state_size = sizeof(struct state),
    .begin = begin_wide,
    .process = process,
    .end = end,
    .dispose = dispose,
};

const struct hop_cmdlet hop_cmdlet_format_custom = {
    .name = "Format-Custom",
    HOP_PARAMS(custom_params),
    .synopsis = "Formats the output by a custom view, or as a tree.",
    .state_size = sizeof(struct state),
    .begin = begin_custom,
    .process = process,
    .end = end,
    .dispose = dispose,
};
