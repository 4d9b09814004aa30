/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/formatter.h"
#include "cmdlets/format/packet.h"
#include "cmdlets/utility/type_record.h"
#include "cmdlets/utility/utility.h"

static const struct hop_cmdlet *const cmdlets[] = {
#define X(c) &hop_cmdlet_##c,
    HOP_UTILITY_CMDLETS_(X)
#undef X
};

extern const struct hop_class hop_class_generic_measure_info,
    hop_class_generic_object_measure_info, hop_class_text_measure_info,
    hop_class_group_info, hop_class_group_info_no_element,
    hop_class_member_definition, hop_class_match_info, hop_class_ps_serializer,
    hop_class_verb_info, hop_class_call_stack_frame, hop_class_byte_collection,
    hop_class_select_xml_info;

static const struct hop_class *const classes[] = {
    &hop_class_generic_measure_info,
    &hop_class_generic_object_measure_info,
    &hop_class_text_measure_info,
    &hop_class_group_info,
    &hop_class_group_info_no_element,
    &hop_class_member_definition,
    &hop_class_match_info,
    &hop_class_ps_serializer,
    &hop_class_verb_info,
    &hop_class_call_stack_frame,
    &hop_class_byte_collection,
    &hop_class_select_xml_info,
    NULL,
};

static void
start(struct hop_runspace *rs)
{
    hop_runspace_set_formatter(rs, &hop_format_ops);
    hop_types_register(hop_runspace_context(rs), hop_format_classes);
    hop_types_register(hop_runspace_context(rs), classes);
    hop_types_register(hop_runspace_context(rs), hop_type_record_classes);
}

const struct hop_cmdlet_module hop_module_utility = {
    .name = "Microsoft.PowerShell.Utility",
    .version = "7.0.0.0",
    .guid = "1da87e53-152b-403e-98dc-74d7b4d63d59",
    .description = "Commands for objects, text, formatting and variables",
    .cmdlets = cmdlets,
    .n = HOP_ARRAY_SIZE(cmdlets),
    .start = start,
};
