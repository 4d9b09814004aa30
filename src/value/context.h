/* What value-level code needs of the runspace that it works for: the pending
 * exception, call-backs into the engine, the list of live objects, the types
 * known, limits and the stop flag.
 *
 * A function that can throw takes the context first and returns false with an
 * exception pending; its caller either passes the false on or takes the
 * exception with hop_take_exception().
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_CONTEXT_H
#define HOP_VALUE_CONTEXT_H

#include <signal.h>

#include "value/value.h"

struct hop_types;
struct hop_random;
struct hop_regex_cache;

/* What a program asks a value to do; see hop_context_ops.may. */
enum hop_use { HOP_USE_METHOD, HOP_USE_SETTER };

/* What the engine does for values.  A NULL entry means: not supported here. */
struct hop_context_ops {
    /* Runs a script block (an object of class ScriptBlock) with $this or $_
     * set to self (NULL: leave it alone) and $args; *out gets null, the one
     * output, or an object[] of several. */
    bool (*invoke)(struct hop_context *cx, struct hop_value block,
                   const struct hop_value *self, bool self_is_this,
                   const struct hop_value *args, size_t n,
                   struct hop_value *out);
    /* $OFS as a string, or NULL when it is not set (then one space). */
    struct hop_string *(*ofs)(struct hop_context *cx);
    /* The file-system location that relative .NET paths start from; NULL: the
     * process's. */
    const char *(*directory)(struct hop_context *cx);
    /* A script block from source text, for methods such as
     * [scriptblock]::Create. */
    bool (*block_from_text)(struct hop_context *cx, const struct hop_string *s,
                            struct hop_value *out);
    /* Reads and writes the variable behind a [ref]. */
    struct hop_value (*ref_get)(struct hop_context *cx,
                                struct hop_object *variable);
    bool (*ref_set)(struct hop_context *cx, struct hop_object *variable,
                    struct hop_value v);
    /* Text for [Console]::Write and Error.Write. */
    void (*console)(struct hop_context *cx, int fd, const char *s, size_t n);
    /* A line from the host's input for [Console]::ReadLine; NULL at the end. */
    struct hop_string *(*read_line)(struct hop_context *cx);
    /* What was shown is to be seen now: the process is about to end. */
    void (*flush)(struct hop_context *cx);
    /* Does the language mode let the running program call the method or set
     * the property of that name?  False: it is thrown. */
    bool (*may)(struct hop_context *cx, enum hop_use use,
                struct hop_value target, const struct hop_string *name);
    /* Text that formatting gives for objects (Out-String), or NULL. */
    struct hop_string *(*out_string)(struct hop_context *cx,
                                     struct hop_value v);
    /* The ErrorRecord that an exception carries; owned. */
    struct hop_value (*error_record)(struct hop_context *cx,
                                     struct hop_value exception);
};

struct hop_context {
    struct hop_object live;   /* sentinel of the ring of live objects */
    struct hop_value pending; /* the exception, or null */
    const struct hop_context_ops *ops;
    void *runspace;          /* the engine's */
    struct hop_types *types; /* registry, class infos, type extensions */
    struct hop_regex_cache *regexes;
    volatile sig_atomic_t *stop; /* not 0: the pipeline is being stopped */
    size_t max_bytes;            /* largest block a script may ask for */
    int depth, max_depth;        /* nesting of value-level recursion */
    bool plain_dictionaries;     /* hash tables do not become objects */
    struct hop_random *random;   /* what Get-Random -SetSeed began, or NULL */
};

/* In place.  All standard types are known afterwards. */
void hop_context_init(struct hop_context *cx, const struct hop_context_ops *ops,
                      void *runspace);
/* Releases every object still alive, cycles included, and all tables. */
void hop_context_done(struct hop_context *cx);

static inline bool
hop_is_stopping(const struct hop_context *cx)
{
    return cx->stop && *cx->stop;
}

/* Enters one level of recursion; false with an exception pending when it is
 * too deep.  Pairs with cx->depth--. */
HOP_MUST_CHECK bool hop_context_enter(struct hop_context *cx);
/* May a script have a block of n elements of size bytes?  If not, an
 * OutOfMemoryException is pending. */
HOP_MUST_CHECK bool hop_context_may_alloc(struct hop_context *cx, size_t n,
                                          size_t size);

/* ---- exceptions ---- */

/* System.Management.Automation.ErrorCategory, in its order. */
enum hop_category {
    HOP_CAT_NOT_SPECIFIED,
    HOP_CAT_OPEN_ERROR,
    HOP_CAT_CLOSE_ERROR,
    HOP_CAT_DEVICE_ERROR,
    HOP_CAT_DEADLOCK_DETECTED,
    HOP_CAT_INVALID_ARGUMENT,
    HOP_CAT_INVALID_DATA,
    HOP_CAT_INVALID_OPERATION,
    HOP_CAT_INVALID_RESULT,
    HOP_CAT_INVALID_TYPE,
    HOP_CAT_METADATA_ERROR,
    HOP_CAT_NOT_IMPLEMENTED,
    HOP_CAT_NOT_INSTALLED,
    HOP_CAT_OBJECT_NOT_FOUND,
    HOP_CAT_OPERATION_STOPPED,
    HOP_CAT_OPERATION_TIMEOUT,
    HOP_CAT_SYNTAX_ERROR,
    HOP_CAT_PARSER_ERROR,
    HOP_CAT_PERMISSION_DENIED,
    HOP_CAT_RESOURCE_BUSY,
    HOP_CAT_RESOURCE_EXISTS,
    HOP_CAT_RESOURCE_UNAVAILABLE,
    HOP_CAT_READ_ERROR,
    HOP_CAT_WRITE_ERROR,
    HOP_CAT_FROM_STD_ERR,
    HOP_CAT_SECURITY_ERROR,
    HOP_CAT_PROTOCOL_ERROR,
    HOP_CAT_CONNECTION_ERROR,
    HOP_CAT_AUTHENTICATION_ERROR,
    HOP_CAT_LIMITS_EXCEEDED,
    HOP_CAT_QUOTA_EXCEEDED,
    HOP_CAT_NOT_ENABLED,
};

/* Every exception object, whatever its class (see value/exception.h for the
 * classes). */
struct hop_exception {
    struct hop_object base;
    struct hop_string *message;     /* NULL: the class's standard text */
    struct hop_value inner;         /* exception or null */
    struct hop_value data;          /* Data, made when asked for */
    struct hop_string *source;      /* or NULL */
    struct hop_string *help_link;   /* or NULL */
    struct hop_string *stack_trace; /* or NULL */
    struct hop_string *param;       /* ParamName, FileName ... or NULL */
    struct hop_value actual;        /* ActualValue and the like */
    int32_t hresult;
    /* Of exceptions that carry an error record (RuntimeException and its
     * kin, or any that the value layer throws): what the record is made
     * from.  error_id NULL: none, the record takes the type's name. */
    struct hop_string *error_id;
    enum hop_category category;
    struct hop_value target;
    struct hop_value record; /* the engine's: the record once made, or null */
};

/* Makes an exception of cls with a formatted message pending, replacing any
 * other.  Always false. */
bool hop_throw(struct hop_context *cx, const struct hop_class *cls,
               const char *fmt, ...) HOP_PRINTF(3, 4);
/* A RuntimeException with error id and category. */
bool hop_throw_runtime(struct hop_context *cx, const char *id,
                       enum hop_category category, const char *fmt, ...)
    HOP_PRINTF(4, 5);
/* The same of a class of its own, with a target (borrowed) and an inner
 * exception (taken, or null). */
bool hop_throw_full(struct hop_context *cx, const struct hop_class *cls,
                    const char *id, enum hop_category category,
                    struct hop_value target, struct hop_value inner,
                    const char *fmt, ...) HOP_PRINTF(7, 8);
/* ArgumentException and its kin: the text gets " (Parameter 'param')". */
bool hop_throw_argument(struct hop_context *cx, const struct hop_class *cls,
                        const char *param, const char *fmt, ...)
    HOP_PRINTF(4, 5);
/* ArgumentOutOfRangeException: "param ('v') must be MUST." with the value. */
bool hop_throw_range(struct hop_context *cx, const char *param, int64_t v,
                     const char *must);
/* ArgumentNullException: Value cannot be null. (Parameter 'param'). */
bool hop_throw_null(struct hop_context *cx, const char *param);
/* An exception from errno about a path, as System.IO throws it. */
bool hop_throw_errno(struct hop_context *cx, int errnum, const char *path,
                     bool directory);
/* PipelineStoppedException, for what the user stops where it cannot go on. */
bool hop_throw_stopped(struct hop_context *cx);
/* Makes the exception e (taken) pending.  Always false. */
bool hop_throw_value(struct hop_context *cx, struct hop_value e);

static inline bool
hop_has_exception(const struct hop_context *cx)
{
    return cx->pending.kind != HOP_NULL;
}

/* The pending exception, owned by the caller; none is pending afterwards. */
static inline struct hop_value
hop_take_exception(struct hop_context *cx)
{
    return hop_value_steal(&cx->pending);
}

static inline void
hop_drop_exception(struct hop_context *cx)
{
    hop_value_clear(&cx->pending);
}

/* The text of an exception object; borrowed, never NULL. */
const char *hop_exception_message(struct hop_value e);
/* A new exception of cls; message is copied (NULL: none). */
struct hop_exception *hop_exception_new(struct hop_context *cx,
                                        const struct hop_class *cls,
                                        const char *message);

#endif
