/* Type data as objects: what Get-TypeData gives and Update-TypeData takes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_UTILITY_TYPE_RECORD_H
#define HOP_CMDLETS_UTILITY_TYPE_RECORD_H

#include "cmdlets/record.h"
#include "engine/cmdlet.h"
#include "value/member.h"

/* The slots of a System.Management.Automation.Runspaces.TypeData. */
enum hop_type_record_slot {
    HOP_TYPE_NAME,
    HOP_TYPE_MEMBERS, /* Dictionary of member data */
    HOP_TYPE_CONVERTER,
    HOP_TYPE_ADAPTER,
    HOP_TYPE_OVERRIDE,
    HOP_TYPE_METHOD,
    HOP_TYPE_TARGET,
    HOP_TYPE_DEPTH,
    HOP_TYPE_DISPLAY,
    HOP_TYPE_INHERIT,
    HOP_TYPE_STRING_SOURCE,
    HOP_TYPE_STRING_PROPERTY,
    HOP_TYPE_DISPLAY_SET, /* PropertySetData */
    HOP_TYPE_KEY_SET,
    HOP_TYPE_SERIAL_SET,
    HOP_TYPE_SLOTS
};

extern const struct hop_class *const hop_type_record_classes[];

/* A TypeData without members. */
struct hop_record *hop_type_record_new(struct hop_context *cx,
                                       const char *type_name);
/* The TypeData in v, or NULL when it is another object. */
struct hop_record *hop_type_record_of(struct hop_value v);
/* A PropertySetData of names (an array, borrowed). */
struct hop_value hop_type_record_set(struct hop_context *cx,
                                     struct hop_value names);
/* Adds what a member is to the record: m is taken. */
void hop_type_record_add(struct hop_context *cx, struct hop_record *r,
                         struct hop_member m);
/* Is there anything in it? */
bool hop_type_record_empty(const struct hop_record *r);
/* Calls f for the TypeData (owned by f) of each type that has any, until it
 * returns false. */
bool hop_type_record_each(struct hop_context *cx,
                          bool (*want)(void *arg, const char *name),
                          bool (*f)(void *arg, struct hop_value record),
                          void *arg);
/* Puts a record in force.  *member gets the name of one that is there already
 * (owned) when it returns false. */
HOP_MUST_CHECK bool hop_type_record_apply(struct hop_context *cx,
                                          struct hop_record *r, bool force,
                                          struct hop_string **member);

#endif
