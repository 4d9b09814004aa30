/* Writing a cmdlet.
 *
 * A cmdlet is one const table, exported from src/cmdlets/MODULE/NOUN.c and
 * listed in src/cmdlets/MODULE/module.c.  The engine parses the command line,
 * binds and converts arguments (the binder is the one of script functions) and
 * then calls begin once, process for each pipeline object (once without
 * pipeline input), end once.  Example:
 *
 *     enum { NAME, COUNT, FORCE };
 *     static const struct hop_param params[] = {
 *         [NAME] = {"Name", "string[]", HOP_MANDATORY | HOP_BY_VALUE,
 *                   .position = HOP_POS(0), .aliases = "N"},
 *         [COUNT] = {"Count", "int", .range = HOP_RANGE(1, 100)},
 *         [FORCE] = {"Force", "switch"},
 *     };
 *     static bool
 *     process(struct hop_command *c)
 *     {
 *         struct hop_value names = hop_arg(c, NAME);
 *         ...
 *         return hop_write(c, v);
 *     }
 *     const struct hop_cmdlet hop_cmdlet_get_thing = {
 *         .name = "Get-Thing", HOP_PARAMS(params), .process = process,
 *         .synopsis = "Gets things.",
 *     };
 *
 * Every function returns true to go on and false to end: then either an
 * exception is pending, or a later stage wants no more, or the pipeline is
 * stopped.  All writing functions below answer the same way, so
 * `return hop_write(...)` and `if (!hop_write(...)) return false;` are always
 * right.  Nothing may be held in static variables; what a cmdlet remembers is
 * its state (state_size bytes, zeroed), released by dispose.
 *
 * Values: arguments are borrowed until the next call of the cmdlet's functions;
 * what a function returns "owned" is released by the caller.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_CMDLET_H
#define HOP_ENGINE_CMDLET_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "engine/errors.h"
#include "engine/runspace.h"
#include "engine/stream.h"
#include "value/value.h"

struct hop_command; /* a cmdlet at work */

/* ---- declaration ------------------------------------------------------------
 */

enum hop_param_flag {
    HOP_MANDATORY = 1,
    HOP_BY_VALUE = 2,  /* ValueFromPipeline */
    HOP_BY_NAME = 4,   /* ValueFromPipelineByPropertyName */
    HOP_REMAINING = 8, /* ValueFromRemainingArguments */
    HOP_ALLOW_NULL = 16,
    HOP_ALLOW_EMPTY_STRING = 32,
    HOP_ALLOW_EMPTY_COLLECTION = 64,
    HOP_NOT_NULL = 128,          /* ValidateNotNull */
    HOP_NOT_NULL_OR_EMPTY = 256, /* ValidateNotNullOrEmpty */
    HOP_DONT_SHOW = 512,
    HOP_WILDCARDS = 1024,       /* SupportsWildcards: for Get-Help */
    HOP_IGNORE_CASE_OFF = 2048, /* the set and pattern compare with case */
    HOP_CREDENTIAL = 4096,      /* [Credential()]: a name is asked about */
    HOP_ENCODING = 8192,        /* encoding names become Encoding objects */
};

/* Positions count from 0; a parameter without HOP_POS is named only. */
#define HOP_POS(n) ((n) + 1)

/* A parameter's place in one set; flags: HOP_MANDATORY, HOP_BY_VALUE,
 * HOP_BY_NAME, HOP_REMAINING only. */
struct hop_param_set {
    const char *set; /* NULL ends the list */
    unsigned flags;
    int position; /* HOP_POS */
};
#define HOP_SETS(...)                                                          \
    ((const struct hop_param_set[]){__VA_ARGS__, {NULL, 0, 0}})

/* ValidateRange; kind "Positive", "NonNegative", "Negative", "NonPositive"
 * instead of the limits. */
struct hop_param_range {
    double min, max;
    const char *kind;
};
#define HOP_RANGE(lo, hi)                                                      \
    ((const struct hop_param_range[]){{(double)(lo), (double)(hi), NULL}})
#define HOP_RANGE_KIND(name) ((const struct hop_param_range[]){{0, 0, name}})

struct hop_param_count {
    int min, max;
};
#define HOP_COUNT(lo, hi) ((const struct hop_param_count[]){{lo, hi}})

/* Completions: writes CompletionResult-like texts. */
struct hop_completion;
void hop_completion_add(struct hop_completion *k, const char *text,
                        const char *list_item, const char *tool_tip);

struct hop_param {
    const char *name;
    /* Type literal without brackets: "string", "string[]", "int", "switch",
     * "object", "psobject", "hashtable", "scriptblock", "datetime",
     * "System.Management.Automation.ErrorCategory". */
    const char *type;
    unsigned flags;                 /* enum hop_param_flag, in all sets */
    int position;                   /* HOP_POS, in all sets */
    const struct hop_param_set *in; /* HOP_SETS: only in these sets; NULL: in
                                       all.  Flags add to those above; a
                                       position here replaces the one above */
    const char *aliases;            /* blank-separated: "PSPath LP" */
    const char *set;                /* ValidateSet: blank-separated */
    const char *pattern;            /* ValidatePattern */
    const struct hop_param_range *range;
    const struct hop_param_count *count;  /* ValidateCount */
    const struct hop_param_count *length; /* ValidateLength */
    const char *help; /* HelpMessage: shown by !? at the prompt */
    /* Before the conversion: replaces *v (owned).  False: exception pending. */
    bool (*transform)(struct hop_command *c, struct hop_value *v);
    /* Completes the text typed so far. */
    void (*complete)(struct hop_runspace *rs, const char *word,
                     struct hop_completion *k);
};

enum hop_cmdlet_flag {
    HOP_SHOULD_PROCESS = 1, /* -WhatIf, -Confirm */
    HOP_SUPPORTS_PAGING = 2,
    HOP_POSITIONAL_OFF = 4,
    HOP_NO_COMMON = 8,    /* no common parameters at all (none needs it yet) */
    HOP_TRANSPARENT = 16, /* output goes on as it is: $? and errors unchanged */
};

/* System.Management.Automation.ConfirmImpact. */
enum hop_impact {
    HOP_IMPACT_DEFAULT, /* means Medium */
    HOP_IMPACT_LOW = 1,
    HOP_IMPACT_MEDIUM = 2,
    HOP_IMPACT_HIGH = 3,
    HOP_IMPACT_NONE = 4,
};

struct hop_cmdlet {
    const char *name;        /* "Get-ChildItem" */
    const char *default_set; /* or NULL */
    const struct hop_param *params;
    size_t n_params;
    unsigned flags; /* enum hop_cmdlet_flag */
    enum hop_impact impact;
    const char *output;   /* blank-separated full type names, or NULL */
    const char *synopsis; /* one sentence, for Get-Help */
    /* The .NET class FullyQualifiedErrorId ends in, without its namespace
     * "Microsoft.PowerShell.Commands.": NULL makes GetChildItemCommand from the
     * name.  PowerShell's irregular ones must be given. */
    const char *class_name;
    size_t state_size;

    /* Each may be NULL. */
    bool (*begin)(struct hop_command *c);
    bool (*process)(struct hop_command *c);
    bool (*end)(struct hop_command *c);
    /* The pipeline is being stopped; called from the engine's own thread at the
     * next safe point, to close what blocks.  Writes nothing. */
    void (*stop)(struct hop_command *c);
    /* Always called once when begin was called, whatever happened. */
    void (*dispose)(struct hop_command *c);
    /* More parameters, known after the static ones are bound by name.  Their
     * indices follow on n_params.  Static memory. */
    const struct hop_param *(*dynamic)(struct hop_command *c, size_t *n);
};
#define HOP_PARAMS(table) .params = (table), .n_params = HOP_ARRAY_SIZE(table)

/* A module of native cmdlets: src/cmdlets/MODULE/module.c. */
struct hop_cmdlet_module {
    const char *name;    /* "Microsoft.PowerShell.Utility" */
    const char *version; /* "7.0.0.0" */
    const char *guid, *description;
    const struct hop_cmdlet *const *cmdlets; /* n of them, in any order */
    size_t n;
    /* Called when a runspace starts: registers providers, the formatter ...;
     * may be NULL. */
    void (*start)(struct hop_runspace *rs);
    /* PowerShell text run in the global scope on first use: functions that are
     * no cmdlets in PowerShell either; may be NULL. */
    const char *script;
};

/* ---- the cmdlet's view of its invocation
 * -------------------------------------- */

struct hop_runspace *hop_command_runspace(struct hop_command *c);
struct hop_context *hop_command_context(struct hop_command *c);
void *hop_command_state(struct hop_command *c);
const struct hop_cmdlet *hop_command_cmdlet(struct hop_command *c);
/* The parameter set chosen, or "" / "__AllParameterSets". */
const char *hop_command_set(struct hop_command *c);
bool hop_command_in_set(struct hop_command *c, const char *set);
/* The name as the user typed it: $MyInvocation.InvocationName. */
const char *hop_command_invocation_name(struct hop_command *c);
/* The InvocationInfo object; owned. */
struct hop_value hop_command_invocation(struct hop_command *c);
/* Inside begin: whether objects come by the pipeline. */
bool hop_command_expects_input(struct hop_command *c);
/* The pipeline object being processed (borrowed); null outside process. */
struct hop_value hop_command_current(struct hop_command *c);

/* The bound value, converted to the parameter's type; null when not bound. */
struct hop_value hop_arg(struct hop_command *c, size_t index);
bool hop_arg_bound(struct hop_command *c, size_t index);
/* A switch or bool; false when not bound. */
bool hop_arg_on(struct hop_command *c, size_t index);
int64_t hop_arg_int(struct hop_command *c, size_t index, int64_t fallback);
/* A string parameter's text, borrowed, NUL-terminated; NULL when null or not
 * bound. */
const char *hop_arg_text(struct hop_command *c, size_t index);
/* The elements of an array argument (a scalar counts as one element, null as
 * none); borrowed. */
size_t hop_arg_count(struct hop_command *c, size_t index);
struct hop_value hop_arg_item(struct hop_command *c, size_t index, size_t i);

/* ---- writing
 * ------------------------------------------------------------------- */

/* One object, not enumerated; borrows v. */
HOP_MUST_CHECK bool hop_write(struct hop_command *c, struct hop_value v);
/* The same; takes v. */
HOP_MUST_CHECK bool hop_write_take(struct hop_command *c, struct hop_value v);
/* WriteObject(v, true): the elements of a collection. */
HOP_MUST_CHECK bool hop_write_all(struct hop_command *c, struct hop_value v);
HOP_MUST_CHECK bool hop_write_text(struct hop_command *c, const char *s,
                                   size_t n);
HOP_MUST_CHECK bool hop_write_textf(struct hop_command *c, const char *fmt, ...)
    HOP_PRINTF(2, 3);
HOP_MUST_CHECK bool hop_write_bool(struct hop_command *c, bool b);

/* A non-terminating error: false only when -ErrorAction (or the preference)
 * makes it terminating.  Takes the record. */
HOP_MUST_CHECK bool hop_write_error(struct hop_command *c,
                                    struct hop_value record);
/* Makes the record and writes it. */
HOP_MUST_CHECK bool hop_command_error(struct hop_command *c,
                                      const struct hop_error_spec *spec,
                                      const char *fmt, ...) HOP_PRINTF(3, 4);
/* Throws that the command cannot ask for what it lacks, in a shell that is not
 * interactive; instead: what to do, a sentence.  Always false. */
bool hop_command_cannot_ask(struct hop_command *c, const char *instead);
/* The record that the stream n takes for text (WarningRecord, VerboseRecord,
 * DebugRecord), and the one of the information stream; c: whose it is, NULL:
 * nobody's.  Owned by the caller. */
struct hop_value hop_stream_record(struct hop_runspace *rs,
                                   enum hop_stream_number n, const char *text,
                                   struct hop_command *c);
struct hop_value hop_information_record(struct hop_runspace *rs,
                                        struct hop_value message,
                                        struct hop_value tags,
                                        struct hop_command *c);
/* ThrowTerminatingError: always false. */
bool hop_command_throw(struct hop_command *c, const struct hop_error_spec *spec,
                       const char *fmt, ...) HOP_PRINTF(3, 4);
bool hop_command_vthrow(struct hop_command *c,
                        const struct hop_error_spec *spec, const char *fmt,
                        va_list ap) HOP_PRINTF(3, 0);
/* Turns the pending exception (a provider's, a conversion's) into a
 * non-terminating error of this cmdlet; true when the cmdlet may go on.  A stop
 * of the pipeline is left alone (false). */
HOP_MUST_CHECK bool hop_command_report(struct hop_command *c);

HOP_MUST_CHECK bool hop_write_warning(struct hop_command *c, const char *fmt,
                                      ...) HOP_PRINTF(2, 3);
HOP_MUST_CHECK bool hop_write_verbose(struct hop_command *c, const char *fmt,
                                      ...) HOP_PRINTF(2, 3);
HOP_MUST_CHECK bool hop_write_debug(struct hop_command *c, const char *fmt, ...)
    HOP_PRINTF(2, 3);
/* message: any object; tags: string array value or null. */
HOP_MUST_CHECK bool hop_write_information(struct hop_command *c,
                                          struct hop_value message,
                                          struct hop_value tags);
/* The message Write-Host writes to the information stream (with tag PSHOST):
 * text and colours (HOP_COLOR_NONE or a ConsoleColor); owned. */
struct hop_value hop_host_message(struct hop_runspace *rs, const char *text,
                                  size_t n, bool no_newline, int fg, int bg);
/* To the progress stream where somebody takes it, else to the host. */
HOP_MUST_CHECK bool hop_write_progress(struct hop_command *c,
                                       const struct hop_progress *p);
/* A ProgressRecord of it; owned. */
struct hop_value hop_progress_record(struct hop_runspace *rs,
                                     const struct hop_progress *p);
/* What such a record says; its texts are borrowed from it.  False: v is
 * none. */
bool hop_progress_of(struct hop_value v, struct hop_progress *out);

/* Hands on how something inside ended: true for HOP_FLOW_NEXT, else the false
 * that the cmdlet's function returns. */
bool hop_command_flow(struct hop_command *c, enum hop_flow flow);

/* ---- asking
 * ----------------------------------------------------------------------- */

/* ShouldProcess.  *go: whether to do it.  False: an exception is pending. */
HOP_MUST_CHECK bool hop_should_process(struct hop_command *c,
                                       const char *target, const char *action,
                                       bool *go);
/* ShouldContinue: asks in every case (except -Force, the cmdlet's matter).
 * yes_all, no_all: the answers' memory, or NULL. */
HOP_MUST_CHECK bool hop_should_continue(struct hop_command *c,
                                        const char *query, const char *caption,
                                        bool *yes_all, bool *no_all, bool *go);

/* Tells the stages before this one that no more is wanted; this one and those
 * behind it get their end.  Always false: `return hop_stop_upstream(c)`. */
bool hop_stop_upstream(struct hop_command *c);

/* True when the pipeline is being stopped: loops without output look at it. */
bool hop_command_stopping(struct hop_command *c);

/* Calls a script block of the user's with $_ = item; its output in *out as
 * `$x = & block` would hold it (owned). */
HOP_MUST_CHECK bool hop_command_call(struct hop_command *c,
                                     struct hop_value block,
                                     const struct hop_value *item,
                                     const struct hop_value *args,
                                     size_t n_args, struct hop_value *out);

/* Runs another command inside this one: name with bound arguments (a Hashtable
 * to splat, or null), its output to the sink (NULL: to this cmdlet's output).
 */
HOP_MUST_CHECK bool hop_command_run(struct hop_command *c, const char *name,
                                    struct hop_value named,
                                    const struct hop_value *args, size_t n_args,
                                    struct hop_sink *out);

#endif
