/* Get-PSCallStack.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/record.h"
#include "cmdlets/utility/utility.h"
#include "engine/engine.h"
#include "lang/parse.h"

enum { COMMAND, LOCATION, FUNCTION, SCRIPT, LINE, ARGUMENTS };
static const struct hop_property properties[] = {
    HOP_RECORD_PROPERTY(COMMAND, "Command", "string"),
    HOP_RECORD_PROPERTY(LOCATION, "Location", "string"),
    HOP_RECORD_PROPERTY(FUNCTION, "FunctionName", "string"),
    HOP_RECORD_PROPERTY(SCRIPT, "ScriptName", "string"),
    HOP_RECORD_PROPERTY(LINE, "ScriptLineNumber", "int"),
    HOP_RECORD_PROPERTY(ARGUMENTS, "Arguments", "string"),
    {0},
};
extern const struct hop_class hop_class_call_stack_frame;
const struct hop_class hop_class_call_stack_frame =
    HOP_RECORD_CLASS("System.Management.Automation.CallStackFrame", properties);

/* "{a=1, b=2}": what is bound to the parameters. */
static struct hop_value
arguments_text(struct hop_command *c, const struct frame *f)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_dict *d = f->command && f->command->meta
                             ? hop_as_dict(bound_dictionary(f->command))
                             : NULL;

    hop_buf_addc(&b, '{');
    for (size_t i = 0, shown = 0; d && i < d->used; i++) {
        struct hop_dict_entry *e = &d->entries[i];

        if (!hop_is_string(e->key))
            continue;
        hop_buf_addf(&b, "%s%s=", shown++ ? ", " : "", hop_cstr(e->key));
        if (!hop_add_string(&c->rs->cx, e->value, &b))
            hop_drop_exception(&c->rs->cx);
    }
    hop_buf_addc(&b, '}');
    return hop_text_buf(&b);
}

static struct hop_value
describe(struct hop_command *c, const struct frame *f)
{
    struct hop_record *r =
        hop_record_new(&c->rs->cx, &hop_class_call_stack_frame);
    const char *file = f->unit ? hop_unit_file(f->unit) : NULL;
    const char *slash = file ? strrchr(file, '/') : NULL;
    const char *leaf = slash ? slash + 1 : file;
    /* A script's own frame carries the file's name. */
    bool named = f->function && (!leaf || strcmp(f->function, leaf) != 0);
    uint32_t line =
        f->unit && f->pos ? hop_unit_position(f->unit, f->pos->start).line : 1;

    hop_record_set(r, COMMAND,
                   hop_text(f->function ? f->function
                            : leaf      ? leaf
                                        : "<ScriptBlock>"));
    hop_record_set(r, LOCATION,
                   leaf ? hop_str(hop_string_format("%s: line %u", leaf, line))
                        : hop_text("<No file>"));
    hop_record_set(r, FUNCTION,
                   hop_text(named ? f->function : "<ScriptBlock>"));
    hop_record_set(r, SCRIPT, file ? hop_text(file) : hop_null());
    hop_record_set(r, LINE, hop_int((int32_t)line));
    hop_record_set(r, ARGUMENTS, arguments_text(c, f));
    return hop_obj(r);
}

static bool
process(struct hop_command *c)
{
    for (const struct frame *f = c->rs->frame; f; f = f->up)
        if (!hop_write_take(c, describe(c, f)))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_pscall_stack = {
    .name = "Get-PSCallStack",
    .output = "System.Management.Automation.CallStackFrame",
    .synopsis = "Gets the functions and scripts at work.",
    .process = process,
};
