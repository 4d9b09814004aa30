/* Get-PSCallStack.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/record.h"
#include "cmdlets/utility/utility.h"
#include "engine/engine.h"
#include "lang/parse.h"

enum { COMMAND, LOCATION, FUNCTION, SCRIPT, LINE };
static const struct hop_property properties[] = {
    HOP_RECORD_PROPERTY(COMMAND, "Command", "string"),
    HOP_RECORD_PROPERTY(LOCATION, "Location", "string"),
    HOP_RECORD_PROPERTY(FUNCTION, "FunctionName", "string"),
    HOP_RECORD_PROPERTY(SCRIPT, "ScriptName", "string"),
    HOP_RECORD_PROPERTY(LINE, "ScriptLineNumber", "int"),
    {0},
};
extern const struct hop_class hop_class_call_stack_frame;
const struct hop_class hop_class_call_stack_frame =
    HOP_RECORD_CLASS("System.Management.Automation.CallStackFrame", properties);

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
