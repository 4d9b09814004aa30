/* .NET types as tables.
 *
 * A type is a struct hop_class, nearly always static const: its name, base,
 * interfaces, members and a few functions.  Members carry their .NET text as
 * Get-Member prints it ("int IndexOf(string value, int startIndex)"); names,
 * parameters and types for overload resolution are parsed from that text
 * once, when a type is first used.  A new type is a file with a table, and
 * one line in hop_standard_classes (types/list.c) or a call of
 * hop_types_register.
 *
 * In member texts types are written as PowerShell writes them: int, string,
 * char[], System.StringComparison, System.Collections.Generic.List[T], T, TKey,
 * TValue.  "static" in front makes a member static; "params T[] rest" takes
 * any number of arguments; "[ref] int result" (out parameters too) is a
 * PSReference that the function sets with hop_reference_set; a default is
 * written "int count = 5".
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_CLASS_H
#define HOP_VALUE_CLASS_H

#include "value/value.h"

/* One call of a method or constructor.  args are converted to the parameter
 * types already; omitted optional arguments are filled in; a params array is
 * one array argument. */
struct hop_call {
    struct hop_value self;        /* null for static methods; borrowed */
    const struct hop_class *cls;  /* class the method was found on (generic
                                     arguments are in here) */
    const struct hop_value *args; /* borrowed */
    size_t n;
    const struct hop_value *given; /* the arguments as they were passed */
    intptr_t data;                 /* of the member's row */
    struct hop_value result;       /* set by the function; starts as void */
};

typedef bool hop_method_fn(struct hop_context *cx, struct hop_call *call);
/* self is null for static properties.  cls: as in struct hop_call. */
typedef bool hop_get_fn(struct hop_context *cx, struct hop_value self,
                        intptr_t data, struct hop_value *out);
typedef bool hop_set_fn(struct hop_context *cx, struct hop_value self,
                        intptr_t data, struct hop_value v);

struct hop_method {
    const char *text;  /* "static int Parse(string s)"; a constructor is
                          "version new(int major, int minor)" */
    hop_method_fn *fn; /* NULL: known to exist, shown, never chosen */
    intptr_t data;
};

enum {
    HOP_PROP_STATIC = 1,
    HOP_PROP_FIELD = 2,  /* shown without {get;} rules; constants */
    HOP_PROP_HIDDEN = 4, /* found by name, not listed */
    /* What types.ps1xml adds, as Get-Member calls it. */
    HOP_PROP_SCRIPT = 8,
    HOP_PROP_ALIAS = 16,
    HOP_PROP_CODE = 32,
    HOP_PROP_NOTE = 64,
    HOP_PROP_WHOLE = 128, /* the getter may get the wrapper around a value */
    HOP_PROP_SENT = 256,  /* hidden, but in what is serialized */
};

struct hop_property {
    const char *name;
    const char *type; /* "int" */
    hop_get_fn *get;
    hop_set_fn *set; /* NULL: read-only */
    unsigned flags;
    intptr_t data;
};

/* Members of types.ps1xml: what PowerShell adds to a .NET type. */
enum hop_member_kind {
    HOP_MEMBER_ALIAS = 1,
    HOP_MEMBER_CODE_PROPERTY = 2,
    HOP_MEMBER_PROPERTY = 4,
    HOP_MEMBER_NOTE = 8,
    HOP_MEMBER_SCRIPT_PROPERTY = 16,
    HOP_MEMBER_PROPERTY_SET = 32,
    HOP_MEMBER_METHOD = 64,
    HOP_MEMBER_CODE_METHOD = 128,
    HOP_MEMBER_SCRIPT_METHOD = 256,
    HOP_MEMBER_PARAM_PROPERTY = 512,
    HOP_MEMBER_MEMBER_SET = 1024,
    HOP_MEMBER_EVENT = 2048,
};
#define HOP_MEMBERS_PROPERTIES 31 /* PSMemberTypes.Properties, without sets */
#define HOP_MEMBERS_SENT       0x40000000 /* with HOP_PROP_SENT */

struct hop_enum_name {
    const char *name;
    int64_t value;
};

struct hop_iter;

enum {
    HOP_CLASS_VALUE = 1, /* a value type */
    HOP_CLASS_ENUM = 2,
    HOP_CLASS_FLAGS = 4, /* an enum with [Flags] */
    HOP_CLASS_INTERFACE = 8,
    HOP_CLASS_ABSTRACT = 16, /* no instances; with SEALED: static class */
    HOP_CLASS_SEALED = 32,
    HOP_CLASS_ARRAY = 64,
    HOP_CLASS_GENERIC = 128,    /* a definition: List`1 */
    HOP_CLASS_LIST = 256,       /* struct hop_array */
    HOP_CLASS_DICT = 512,       /* struct hop_dict with keys and values */
    HOP_CLASS_EXCEPTION = 1024, /* struct hop_exception */
    HOP_CLASS_DELEGATE = 2048,  /* struct hop_delegate */
    HOP_CLASS_NOT_PUBLIC = 4096,
    HOP_CLASS_NULLABLE = 8192,      /* Nullable<T>: args[0] */
    HOP_CLASS_DYNAMIC = 16384,      /* made at run time, owned by hop_types */
    HOP_CLASS_SET = 32768,          /* struct hop_dict with keys alone */
    HOP_CLASS_ENUMERABLE = 65536,   /* enumerated by the pipeline through
                                       iterate (lists are without it) */
    HOP_CLASS_TRANSPARENT = 131072, /* what its methods throw is not wrapped */
};

#define HOP_CLASS_ARGS 8

struct hop_class {
    const char
        *name; /* full: System.Int32, System.Collections.Generic.List`1 */
    const struct hop_class *base;
    const struct hop_class *const *interfaces; /* NULL-terminated, or NULL */
    unsigned flags;
    enum hop_kind kind; /* of its values; HOP_OBJECT for most, HOP_NULL for
                           types without instances */
    size_t size;        /* of the struct, for HOP_OBJECT */

    const struct hop_property *properties; /* ends with a NULL name */
    const struct hop_method *methods;      /* ends with a NULL text */
    const struct hop_method *constructors; /* ends with a NULL text */
    const struct hop_enum_name *names;     /* enums: by value as unsigned, as
                                              Enum.GetNames; NULL name ends */
    uint32_t enum_id;
    enum hop_kind underlying; /* of an enum: HOP_INT32, HOP_BYTE ... */

    const struct hop_class *element;              /* of an array */
    const struct hop_class *definition;           /* of a generic instance */
    const struct hop_class *args[HOP_CLASS_ARGS]; /* generic arguments */
    int arity;
    int rank; /* of an array: 1, 2 ... */

    /* NULL: the base's; Object's in the end. */
    void (*destroy)(struct hop_object *o); /* releases the contents */
    /* ToString(); false with an exception pending. */
    bool (*to_string)(struct hop_context *cx, struct hop_value v,
                      struct hop_string **out);
    bool (*equals)(struct hop_context *cx, struct hop_value a,
                   struct hop_value b);
    uint32_t (*hash)(struct hop_value v);
    /* Of dictionaries: may the key be set?  False with an exception pending. */
    bool (*accepts_key)(struct hop_context *cx, struct hop_value key);
    /* IComparable; b is of the same class. */
    bool (*compare)(struct hop_context *cx, struct hop_value a,
                    struct hop_value b, int *out);
    /* IFormattable: with a format string, never NULL. */
    bool (*format)(struct hop_context *cx, struct hop_value v,
                   const char *format, size_t n, struct hop_buf *out);
    /* Starts an enumeration; NULL: not enumerable. */
    bool (*iterate)(struct hop_context *cx, struct hop_value v,
                    struct hop_iter *it);
    /* A value of this class from text: what a string converts by (Parse).
     * Throws what Parse throws. */
    bool (*parse)(struct hop_context *cx, const struct hop_string *s,
                  struct hop_value *out);
    /* Properties that depend on the object (hash tables, XML, data rows):
     * 1 found, 0 not found, -1 exception pending. */
    int (*get_dynamic)(struct hop_context *cx, struct hop_value self,
                       const struct hop_string *name, struct hop_value *out);
    int (*set_dynamic)(struct hop_context *cx, struct hop_value self,
                       const struct hop_string *name, struct hop_value v);
    /* Calls f for the name of each such property, until it returns false. */
    void (*each_dynamic)(struct hop_value self,
                         bool (*f)(void *arg, struct hop_string *name),
                         void *arg);
};

/* ---- asking a class ---- */

/* The class of a value, as GetType() gives it; of a wrapper that of what it
 * wraps; NULL for null. */
const struct hop_class *hop_class_of(struct hop_value v);
const struct hop_class *hop_class_of_kind(enum hop_kind kind);
/* Is a value of cls also one of `of` (itself, a base, an interface, Object,
 * an array of derived elements)? */
bool hop_class_is(const struct hop_class *cls, const struct hop_class *of);
/* v is null: false. */
bool hop_value_is(struct hop_value v, const struct hop_class *of);
/* Type.Name ("List`1", "Int32[]") and FullName with .NET's generic syntax;
 * appended to b. */
void hop_class_add_name(const struct hop_class *cls, struct hop_buf *b);
void hop_class_add_full_name(const struct hop_class *cls, struct hop_buf *b);
/* As PowerShell's messages and Get-Member write it: "int", "string[]",
 * "System.Version", "System.Collections.Generic.List[int]" when brief; without
 * brief "System.Int32". */
void hop_class_add_display(const struct hop_class *cls, bool brief,
                           struct hop_buf *b);

/* ---- registry ---- */

/* Makes types known by their full names; the tables must outlive the
 * context.  list ends with NULL. */
void hop_types_register(struct hop_context *cx,
                        const struct hop_class *const *list);
/* Adds a type accelerator ("errorrecord"). */
void hop_types_accelerate(struct hop_context *cx, const char *name,
                          const struct hop_class *cls);
/* Calls f for every accelerator. */
void hop_types_each_accelerator(struct hop_context *cx,
                                void (*f)(void *arg, const char *name,
                                          const struct hop_class *cls),
                                void *arg);
/* Calls f for every type known by its full name. */
void hop_types_each(struct hop_context *cx,
                    void (*f)(void *arg, const char *name,
                              const struct hop_class *cls),
                    void *arg);
/* The type that PowerShell means by a name inside [ ]: accelerator, full
 * name, name without "System.", arrays, generics, nested brackets; letters'
 * case is ignored.  NULL when there is none (nothing is thrown). */
const struct hop_class *hop_types_find(struct hop_context *cx, const char *name,
                                       size_t n);
/* T[], T[,] ... */
const struct hop_class *hop_types_array(struct hop_context *cx,
                                        const struct hop_class *element,
                                        int rank);
/* A generic type with its arguments. */
const struct hop_class *hop_types_generic(struct hop_context *cx,
                                          const struct hop_class *definition,
                                          const struct hop_class *const *args,
                                          int n);

/* ---- classes that C code names ---- */

#define HOP_CLASS_LIST_(X)                                                           \
    X(object)                                                                        \
    X(value_type)                                                                    \
    X(enum)                                                                          \
    X(array)                                                                         \
    X(delegate)                                                                      \
    X(string) X(boolean) X(char) X(sbyte) X(byte) X(int16) X(uint16) X(              \
        int32) X(uint32) X(int64) X(uint64) X(single) X(double) X(decimal)           \
        X(big_integer) X(datetime) X(datetime_offset) X(date_only) X(                \
            time_only) X(timespan) X(guid) X(version) X(semver) X(uri)               \
            X(regex) X(match) X(group) X(capture) X(match_collection) X(             \
                group_collection) X(type) X(runtime_type) X(void) X(dbnull)          \
                X(intptr) X(object_array) X(array_list) X(list) X(collection) X(     \
                    ps_data_collection) X(stack) X(queue) X(generic_stack)           \
                    X(generic_queue) X(hashtable) X(ordered_dictionary) X(           \
                        ordered_hashtable) X(primitive_dictionary)                   \
                        X(sorted_list) X(dictionary) X(sorted_dictionary) X(         \
                            generic_sorted_list) X(hash_set) X(sorted_set)           \
                            X(dictionary_entry) X(key_value_pair) X(psobject) X(     \
                                pscustomobject) X(nullable) X(string_builder)        \
                                X(reference) X(switch_parameter) X(                  \
                                    icomparable) X(ienumerable) X(icollection)       \
                                    X(ilist) X(idictionary) X(iformattable) X(       \
                                        iconvertible) X(idisposable) X(iequatable)   \
                                        X(xml_node) X(xml_document) X(               \
                                            xml_element) X(secure_string)            \
                                            X(pscredential) X(culture_info) X(       \
                                                exception) X(system_exception)       \
                                                X(file_info) X(                      \
                                                    directory_info) X(encoding)      \
                                                    X(wildcard_pattern) X(           \
                                                        psmethod)                    \
                                                        X(key_collection) X(         \
                                                            value_collection)        \
                                                            X(dictionary_enumerator) \
                                                                X(ipaddress) X(      \
                                                                    enumerator)
#define X(c) extern const struct hop_class hop_class_##c;
HOP_CLASS_LIST_(X)
#undef X

#endif
