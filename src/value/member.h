/* Members: properties, methods, indexers, type extensions, and what
 * Get-Member lists.
 *
 * Order of look-up for an instance: the object's own members, type extensions
 * by type name, the class's members (dynamic ones first), then the intrinsic
 * ones (Count and Length of scalars, ForEach, Where, PSObject, PSTypeNames,
 * PSBase ...).  Names ignore case.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_MEMBER_H
#define HOP_VALUE_MEMBER_H

#include "value/convert.h"

/* A member that is data: of one object, or of a type by Update-TypeData. */
struct hop_member {
    struct hop_string *name; /* owned */
    enum hop_member_kind kind;
    unsigned flags;          /* HOP_MEMBER_FLAG_... */
    struct hop_value value;  /* note: its value; alias: the name aliased;
                                script property: getter; script method: the
                                block; property set: string[] of names;
                                member set: an object that holds members */
    struct hop_value second; /* script property: setter, or null; alias: type
                                converted to, or null */
    const struct hop_property *code; /* code property */
};

enum { HOP_MEMBER_FLAG_HIDDEN = 1 };

/* What hangs on hop_object.ext. */
struct hop_members {
    struct hop_member *items;
    uint32_t n, cap;
    struct hop_array *type_names; /* List[string] once touched, or NULL */
    uint32_t *index;              /* by hash, once n is large; or NULL */
    uint32_t index_size;
};

/* ---- instance members ---- */

struct hop_member *hop_members_find(const struct hop_members *m,
                                    const struct hop_string *name);
/* Adds m (taken whole) to the object or replaces the one of its name. */
void hop_member_add(struct hop_object *o, struct hop_member m);
bool hop_member_remove(struct hop_object *o, const struct hop_string *name);
/* The type names of a value, List[string]: its own once changed, else the
 * class and its bases.  Owned. */
struct hop_array *hop_type_names(struct hop_context *cx, struct hop_value v);
/* Puts a name in front (PSTypeName, Deserialized., Selected.). */
void hop_type_names_push(struct hop_context *cx, struct hop_object *o,
                         const char *name);
/* Is name one of the type names? */
bool hop_has_type_name(struct hop_context *cx, struct hop_value v,
                       const char *name);

/* ---- get, set, call ---- */

enum hop_found { HOP_FAILED = -1, HOP_MISSING = 0, HOP_FOUND = 1 };

/* $v.name.  A dictionary gives the key's value first.  No member enumeration:
 * see hop_member_enumerate. */
enum hop_found hop_member_get(struct hop_context *cx, struct hop_value v,
                              const struct hop_string *name,
                              struct hop_value *out);
/* The same, and for a missing member of an enumerable those of its elements
 * (object[] of the values found; HOP_MISSING when no element has it). */
enum hop_found hop_member_get_each(struct hop_context *cx, struct hop_value v,
                                   const struct hop_string *name,
                                   struct hop_value *out);
/* $v.a.b for the path "a.b"; null (owned) where something on the way is null,
 * missing or throws. */
struct hop_value hop_member_path(struct hop_context *cx, struct hop_value v,
                                 const char *path);
/* $v.name = x.  Throws PropertyNotFound and so on, as PowerShell does. */
HOP_MUST_CHECK bool hop_member_set(struct hop_context *cx, struct hop_value v,
                                   const struct hop_string *name,
                                   struct hop_value x);
/* $v.name(args); casts: types of arguments written as casts (entries may be
 * NULL), or NULL.  Enumerates members of collections when the collection
 * itself has no such method.  Throws MethodNotFound, InvokeMethodOnNull,
 * MethodCountCouldNotFindBest, MethodInvocationException. */
HOP_MUST_CHECK bool hop_member_call(struct hop_context *cx, struct hop_value v,
                                    const struct hop_string *name,
                                    const struct hop_value *args, size_t n,
                                    const struct hop_class *const *casts,
                                    struct hop_value *out);
/* [type]::name, [type]::name = x, [type]::name(args).  A method without
 * parentheses gives a PSMethod. */
enum hop_found hop_static_get(struct hop_context *cx,
                              const struct hop_class *cls,
                              const struct hop_string *name,
                              struct hop_value *out);
HOP_MUST_CHECK bool hop_static_set(struct hop_context *cx,
                                   const struct hop_class *cls,
                                   const struct hop_string *name,
                                   struct hop_value x);
HOP_MUST_CHECK bool hop_static_call(struct hop_context *cx,
                                    const struct hop_class *cls,
                                    const struct hop_string *name,
                                    const struct hop_value *args, size_t n,
                                    const struct hop_class *const *casts,
                                    struct hop_value *out);
/* [type]::new(args), New-Object. */
HOP_MUST_CHECK bool hop_construct(struct hop_context *cx,
                                  const struct hop_class *cls,
                                  const struct hop_value *args, size_t n,
                                  struct hop_value *out);

/* Does the class have a method (static or not) of this name? */
bool hop_class_has_method(struct hop_context *cx, const struct hop_class *cls,
                          const char *name, bool is_static);

/* $v[indices].  An index that is an array gives the elements at each; out of
 * range is null (or an exception where .NET's own indexer throws). */
HOP_MUST_CHECK bool hop_index_get(struct hop_context *cx, struct hop_value v,
                                  const struct hop_value *idx, size_t n,
                                  struct hop_value *out);
HOP_MUST_CHECK bool hop_index_set(struct hop_context *cx, struct hop_value v,
                                  const struct hop_value *idx, size_t n,
                                  struct hop_value x);

/* ---- listing ---- */

/* One member as Get-Member and PSObject.Members see it. */
struct hop_member_info {
    struct hop_string *name;
    enum hop_member_kind kind;
    struct hop_value owner;              /* the object; borrowed */
    const struct hop_member *member;     /* instance or extension, or NULL */
    const struct hop_property *property; /* of the class, or NULL */
    const struct hop_class *cls;         /* class that has property/method */
    const struct hop_method *const *overloads; /* methods, NULL-terminated */
    bool is_static, dynamic, instance;
};

/* Calls f for each member of v of the kinds (mask of hop_member_kind) until f
 * returns false; info and what it points to live during the call, as long as
 * the object is unchanged.  Order: as PSObject.Members enumerates. */
void hop_member_each(struct hop_context *cx, struct hop_value v, unsigned kinds,
                     bool is_static,
                     bool (*f)(void *arg, const struct hop_member_info *m),
                     void *arg);
/* The member of that name; false when there is none.  Release info->name. */
bool hop_member_lookup(struct hop_context *cx, struct hop_value v,
                       const struct hop_string *name,
                       struct hop_member_info *info);
/* Get-Member's Definition, appended. */
HOP_MUST_CHECK bool hop_member_definition(struct hop_context *cx,
                                          const struct hop_member_info *m,
                                          struct hop_buf *out);
/* PSPropertyInfo.Value of a listed property. */
HOP_MUST_CHECK bool hop_member_value(struct hop_context *cx,
                                     const struct hop_member_info *m,
                                     struct hop_value *out);

/* ---- type extensions (Update-TypeData) ---- */

/* Adds m (taken) to the types of that name; false with an exception pending
 * when it is there and force is not set. */
HOP_MUST_CHECK bool hop_type_data_add(struct hop_context *cx,
                                      const char *type_name,
                                      struct hop_member m, bool force);
bool hop_type_data_remove(struct hop_context *cx, const char *type_name);
/* Extension members of a type name, or NULL. */
const struct hop_members *hop_type_data(struct hop_context *cx,
                                        const char *type_name);
/* The names in PSStandardMembers.DefaultDisplayPropertySet of v (string[]),
 * DefaultKeyPropertySet ...; null when there is none.  Borrowed. */
struct hop_value hop_standard_set(struct hop_context *cx, struct hop_value v,
                                  const char *set);

#endif
