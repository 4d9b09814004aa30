/* Every type known from the start, and the accelerators.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/psobject.h"
#include "value/regex.h"
#include "value/types/def.h"
#include "value/types/interfaces.h"
#include "value/types/more.h"

/* Delegates that scripts name. */
#define DELEGATE(c, text, n)                                                   \
    static const struct hop_class class_##c = {                                \
        .name = text,                                                          \
        .base = &hop_class_delegate,                                           \
        .flags = HOP_CLASS_DELEGATE | ((n) ? HOP_CLASS_GENERIC : 0),           \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_delegate),                                   \
        .arity = n,                                                            \
    }

DELEGATE(action, "System.Action", 0);
DELEGATE(action1, "System.Action`1", 1);
DELEGATE(action2, "System.Action`2", 2);
DELEGATE(func1, "System.Func`1", 1);
DELEGATE(func2, "System.Func`2", 2);
DELEGATE(func3, "System.Func`3", 3);
DELEGATE(predicate, "System.Predicate`1", 1);
DELEGATE(comparison, "System.Comparison`1", 1);
DELEGATE(converter, "System.Converter`2", 2);
DELEGATE(event_handler, "System.EventHandler", 0);

const struct hop_class *const hop_standard_classes[] = {
    &hop_class_object,
    &hop_class_value_type,
    &hop_class_enum,
    &hop_class_array,
    &hop_class_delegate,
    &hop_class_string,
    &hop_class_boolean,
    &hop_class_char,
    &hop_class_sbyte,
    &hop_class_byte,
    &hop_class_int16,
    &hop_class_uint16,
    &hop_class_int32,
    &hop_class_uint32,
    &hop_class_int64,
    &hop_class_uint64,
    &hop_class_intptr,
    &hop_class_single,
    &hop_class_double,
    &hop_class_decimal,
    &hop_class_big_integer,
    &hop_class_math,
    &hop_class_datetime,
    &hop_class_datetime_offset,
    &hop_class_date_only,
    &hop_class_time_only,
    &hop_class_timespan,
    &hop_class_guid,
    &hop_class_version,
    &hop_class_semver,
    &hop_class_regex,
    &hop_class_match,
    &hop_class_group,
    &hop_class_capture,
    &hop_class_match_collection,
    &hop_class_group_collection,
    &hop_class_match_evaluator,
    &hop_class_wildcard_pattern,
    &hop_class_type,
    &hop_class_runtime_type,
    &hop_class_void,
    &hop_class_dbnull,
    &hop_class_nullable,
    &hop_class_array_list,
    &hop_class_list,
    &hop_class_collection,
    &hop_class_ps_data_collection,
    &hop_class_stack,
    &hop_class_queue,
    &hop_class_generic_stack,
    &hop_class_generic_queue,
    &hop_class_hashtable,
    &hop_class_ordered_dictionary,
    &hop_class_ordered_hashtable,
    &hop_class_primitive_dictionary,
    &hop_class_sorted_list,
    &hop_class_dictionary,
    &hop_class_sorted_dictionary,
    &hop_class_generic_sorted_list,
    &hop_class_concurrent_dictionary,
    &hop_class_concurrent_stack,
    &hop_class_concurrent_queue,
    &hop_class_concurrent_bag,
    &hop_class_linked_list,
    &hop_class_linked_node,
    &hop_class_read_only_collection,
    &hop_class_string_collection,
    &hop_class_list_dictionary,
    &hop_class_hybrid_dictionary,
    &hop_class_string_dictionary,
    &hop_class_hash_set,
    &hop_class_sorted_set,
    &hop_class_dictionary_entry,
    &hop_class_key_value_pair,
    &hop_class_string_comparer,
    &hop_class_psobject,
    &hop_class_pscustomobject,
    &hop_class_note_property,
    &hop_class_script_property,
    &hop_class_alias_property,
    &hop_class_reference,
    &hop_class_switch_parameter,
    &hop_class_icomparable,
    &hop_class_iformattable,
    &hop_class_iconvertible,
    &hop_class_idisposable,
    &hop_class_iequatable,
    &hop_class_ienumerable,
    &hop_class_icollection,
    &hop_class_ilist,
    &hop_class_idictionary,
    &hop_class_ienumerator,
    &hop_class_icloneable,
    &hop_class_iformatprovider,
    &hop_class_icomparer,
    &hop_class_iequality_comparer,
    &hop_class_generic_ienumerable,
    &hop_class_generic_icollection,
    &hop_class_generic_ilist,
    &hop_class_generic_idictionary,
    &class_action,
    &class_action1,
    &class_action2,
    &class_func1,
    &class_func2,
    &class_func3,
    &class_predicate,
    &class_comparison,
    &class_converter,
    &class_event_handler,
    HOP_MORE_CLASSES
#define X(c) &hop_class_##c,
        HOP_MORE_(X)
#undef X
            NULL,
};

const struct hop_accelerator hop_standard_accelerators[] = {
    {"array", &hop_class_array},
    {"bigint", &hop_class_big_integer},
    {"bool", &hop_class_boolean},
    {"byte", &hop_class_byte},
    {"char", &hop_class_char},
    {"datetime", &hop_class_datetime},
    {"decimal", &hop_class_decimal},
    {"double", &hop_class_double},
    {"float", &hop_class_single},
    {"guid", &hop_class_guid},
    {"hashtable", &hop_class_hashtable},
    {"psprimitivedictionary", &hop_class_primitive_dictionary},
    {"int", &hop_class_int32},
    {"int16", &hop_class_int16},
    {"int32", &hop_class_int32},
    {"int64", &hop_class_int64},
    {"long", &hop_class_int64},
    {"nullable", &hop_class_nullable},
    {"object", &hop_class_object},
    {"ordered", &hop_class_ordered_dictionary},
    {"psaliasproperty", &hop_class_alias_property},
    {"pscustomobject", &hop_class_psobject},
    {"psnoteproperty", &hop_class_note_property},
    {"psobject", &hop_class_psobject},
    {"psscriptproperty", &hop_class_script_property},
    {"ref", &hop_class_reference},
    {"regex", &hop_class_regex},
    {"sbyte", &hop_class_sbyte},
    {"semver", &hop_class_semver},
    {"short", &hop_class_int16},
    {"single", &hop_class_single},
    {"string", &hop_class_string},
    {"switch", &hop_class_switch_parameter},
    {"timespan", &hop_class_timespan},
    {"type", &hop_class_type},
    {"uint", &hop_class_uint32},
    {"uint16", &hop_class_uint16},
    {"uint32", &hop_class_uint32},
    {"uint64", &hop_class_uint64},
    {"ulong", &hop_class_uint64},
    {"ushort", &hop_class_uint16},
    {"version", &hop_class_version},
    {"void", &hop_class_void},
    {"wildcardpattern", &hop_class_wildcard_pattern},
    HOP_MORE_ACCELERATORS{NULL, NULL},
};
