/* What the files of the engine share: the runspace's structure, frames,
 * commands at work, parameter metadata.  Not for other rooms.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_ENGINE_H
#define HOP_ENGINE_ENGINE_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/syntax.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"
#include "engine/bag.h"
#include "engine/cmdlet.h"
#include "engine/command.h"
#include "engine/errors.h"
#include "engine/format.h"
#include "engine/frame.h"
#include "engine/host.h"
#include "engine/language.h"
#include "engine/metadata.h"
#include "engine/provider.h"
#include "engine/runspace.h"
#include "engine/scope.h"
#include "engine/space.h"
#include "engine/stream.h"
#include "value/collections.h"
#include "value/context.h"
#include "value/convert.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/ops.h"
#include "value/value.h"

/* ---- the runspace
 * ------------------------------------------------------------------------ */

struct location_stack {
    struct location_stack *next;
    char *name; /* "" : the default */
    struct hop_drive *drive;
    char *location;
};
struct threads;
struct hop_space;

struct hop_runspace {
    /* ---- of the process: shared by all its runspaces (space.h) */
    struct hop_context cx;
    const struct hop_cmdlet_module *const *modules;
    enum hop_language_mode start_mode; /* as hop_runspace_new was told */
    bool ever_constrained;
    char *command_line;

    struct hop_symbol **symbols;
    uint32_t n_symbols, symbols_size;
    struct hop_symbol *sym_error_action, *sym_warning, *sym_verbose, *sym_debug,
        *sym_information, *sym_progress, *sym_confirm, *sym_whatif, *sym_ofs,
        *sym_matches, *sym_foreach, *sym_switch, *sym_lastexit, *sym_defaults,
        *sym_under;

    struct session *sessions; /* all */
    bool closing;
    volatile sig_atomic_t stop_asked; /* from outside, for the first thread */
    volatile sig_atomic_t called;     /* the attendant */
    int wake[2];
    void (*attendant)(void *ctx);
    void *attendant_ctx;
    void (*timekeeper)(void *ctx);
    void *timekeeper_ctx;
    struct hop_idler *idlers;

    uint32_t command_epoch;    /* changes when any command look-up may change */
    struct symbol_map cmdlets; /* struct cmdinfo by name (last loaded) */
    struct hop_value native_modules; /* object[] parallel to modules */
    uint32_t native_used;    /* the modules some command of which has run */
    struct symbol_map paths; /* application cache: name to cmdinfo */
    struct meta **metas;     /* of cmdlets, by address */
    uint32_t n_metas;

    const struct hop_provider *providers[16];
    size_t n_providers;

    const struct hop_format_ops *format;
    struct hop_class dictionary_classes[2]; /* parameter.c */
    void *slots[8]; /* module-private data of native modules */
    void (*slot_free[8])(void *);
    struct threads *threads; /* NULL until there is a second one */
    struct hop_space *spare_spaces;
    struct hop_space *spaces; /* all that are open */
    uint32_t n_spare_spaces;
    uint32_t runspace_ids; /* given beside the first one's */

    /* ---- of the runspace that runs now: from here on exchanged by space.c */
    struct hop_host *host;
    enum hop_language_mode language_mode; /* in force; language_set changes */
    bool language_binding; /* a trusted command binds a limited one's values */
    struct session *global;
    struct session *session; /* the one in force */
    struct frame *frame;
    struct hop_command *command;   /* innermost at work */
    struct hop_array *breakpoints; /* NULL: none */
    struct hop_host *transcript;   /* before the host: Start-Transcript's */
    struct default_sink *shown;    /* what is being formatted for the host */
    int last_breakpoint;           /* its id */
    bool in_action;                /* of a breakpoint */
    bool success;                  /* $? */
    bool showing;   /* the record that is being written is one for the host */
    bool within;    /* $? at the end of what ran last, inside it */
    bool propagate; /* an enclosing try or trap takes errors */
    /* The error stream of a run whose errors end it; NULL: they are
     * reported, and it goes on. */
    struct hop_sink *final_errors;
    int exit_code;
    bool exiting;
    struct hop_string *label;  /* of break and continue; NULL: none */
    struct hop_array *errors;  /* $Error */
    struct hop_value raw;      /* record that a method of $PSCmdlet threw */
    struct hop_value handling; /* record a catch works on: throw without
                                  operand */
    volatile sig_atomic_t stop;
    char *stack_limit;        /* lowest address C code may use */
    uint32_t calls;           /* frames in force */
    struct hop_array *loaded; /* modules in order of loading: PSModuleInfo */
    struct hop_drive *drives, *drive; /* all; current */
    struct drive_offer *offers;       /* drives that come when they are asked
                                         for */
    struct location_stack *stacks;
    bool local_drives; /* some drive ends with a scope */
    struct io io;      /* of the run in progress */
    struct hop_value last_under;
    int64_t history_next;
    struct hop_value history_line; /* kept in place of the line that runs, or
                                      null */
    int history_depth;             /* Invoke-History within each other */
    struct hop_value instance;     /* the runspace's own Guid, or null yet */
    int dot_depth;
    int nested; /* runs in runs */
    uint32_t import_depth;
    struct hop_entered *entered;   /* by Enter-PSSession; or NULL */
    struct hop_value jobs;         /* the jobs developer's */
    struct hop_value cim_sessions; /* object[] of CimSession, or null */
    struct hop_value style;        /* $PSStyle, once asked for */
    struct hop_value listed;  /* Hashtable: the cmdlets and programs there are;
                                 null: all */
    struct hop_value usings;  /* Hashtable: $using: by name; null: none */
    struct hop_value bare;    /* $MyInvocation of text alone */
    struct hop_value history; /* ArrayList of HistoryInfo; null: none */
    struct hop_value sent;    /* by the caller of the run in progress, borrowed:
                                 $using: by text, see struct hop_run; or null */
};

#define RS_OF(context) ((struct hop_runspace *)(context)->runspace)

/* ---- $using: from elsewhere
 * -------------------------------------------------------------------------- */

/* Appends the key that remoting clients send the value of an expression under:
 * its text ("$using:a.b"), of a plain variable in small letters, as UTF-16 in
 * base64. */
void using_key(struct hop_name text, bool plain, struct hop_buf *out);
/* A Hashtable by such keys of values listed in the order of the block's
 * expressions. */
struct hop_value usings_by_text(struct hop_runspace *rs,
                                struct hop_block *block,
                                struct hop_array *values);

/* ---- evaluator
 * -------------------------------------------------------------------------- */

/* A number of the tree, or true. */
struct hop_value constant_value(struct hop_runspace *rs,
                                const struct hop_ast_constant *n);
enum hop_flow eval(struct frame *f, struct hop_ast *n, struct hop_value *out);
/* A statement as a value: (…), assignment, conditions. */
enum hop_flow eval_statement(struct frame *f, struct hop_ast *n,
                             struct hop_value *out);
enum hop_flow exec_block(struct frame *f, struct hop_ast_block *b,
                         struct hop_sink *out);
enum hop_flow exec(struct frame *f, struct hop_ast *n, struct hop_sink *out);
enum hop_flow exec_pipeline(struct frame *f, struct hop_ast_pipeline *p,
                            struct hop_sink *out);
enum hop_flow assign(struct frame *f, struct hop_ast_assignment *a,
                     struct hop_value *result);
/* Assigns x (taken) to an expression that can be assigned to. */
enum hop_flow assign_to(struct frame *f, struct hop_ast *target,
                        struct hop_value x);
bool binary_operator(struct frame *f, unsigned op, struct hop_value a,
                     struct hop_value b, struct hop_value *out);
struct hop_variable *lookup_variable(struct frame *f,
                                     struct hop_ast_variable *n);
enum hop_flow eval_variable(struct frame *f, struct hop_ast_variable *n,
                            struct hop_value *out);
enum hop_flow set_variable(struct frame *f, struct hop_ast_variable *n,
                           struct hop_value x);
const struct hop_class *resolve_type(struct hop_runspace *rs,
                                     struct hop_type_name *t);
/* Sets TypeNotFound pending when it is unknown. */
const struct hop_class *require_type(struct frame *f, struct hop_type_name *t);
enum hop_flow write_all(struct hop_runspace *rs, struct hop_sink *out,
                        struct hop_value v);
/* When an exception is pending after a statement: HOP_FLOW_NEXT when it was
 * reported and the program goes on. */
enum hop_flow handle_statement_error(struct frame *f, struct hop_sink *out);
/* $? and position for an exception that passes; makes its record. */
struct hop_value pending_record(struct frame *f); /* borrowed */
bool deep_enough(struct hop_runspace *rs); /* false: too deep, error pending */

/* ---- running blocks and commands
 * ------------------------------------------------------------ */

/* Runs a script block's clauses as a command without pipeline input. */
struct block_run {
    struct hop_block *block;
    const struct hop_value *args;
    size_t n_args;
    struct arguments *arguments; /* instead of args; borrowed */
    const struct hop_value *under, *this_value, *input;
    struct hop_sink *out;
    struct io *io; /* NULL: the current frame's */
    bool new_scope;
    bool whole;     /* as a command, with $MyInvocation */
    bool not_piped; /* the input is $input alone */
    struct hop_command *for_command;
};
enum hop_flow run_block(struct hop_runspace *rs, const struct block_run *r);
/* The streams of a block that a cmdlet runs.  Errors of the block get lost when
 * those of the cmdlet are merged into its output (`% { ... } 2>&1`), as in
 * PowerShell. */
struct io command_block_io(const struct hop_command *c);

struct hop_command *command_new(struct hop_runspace *rs, struct cmdinfo *info,
                                const char *called_as, struct hop_ast *ast,
                                struct frame *caller);
void command_free(struct hop_command *c);
/* Runs a chain of commands; takes and frees them.  input: first object(s) or
 * NULL for none. */
struct pipeline_input {
    struct hop_value value; /* enumerated; borrowed */
    bool (*next)(void *ctx, struct hop_value *v);
    void *ctx;
    bool enumerate_deep;
};
enum hop_flow run_commands(struct hop_runspace *rs, struct frame *caller,
                           struct hop_command *const *commands, size_t n,
                           const struct pipeline_input *input,
                           struct hop_sink *out);
enum hop_flow command_prepare(struct hop_command *c);
enum hop_flow command_begin(struct hop_command *c);
enum hop_flow command_process(struct hop_command *c, struct hop_value v,
                              bool has_input);
enum hop_flow command_end(struct hop_command *c);
void command_dispose(struct hop_command *c);
enum hop_flow command_write(struct hop_command *c, struct hop_value v);
void command_note(struct hop_command *c, enum hop_stream_number n,
                  struct hop_value v);
void redirects_close(struct hop_command *c);
/* The file that output alone is redirected to, for programs' bytes; or -1. */
int redirected_to(const struct hop_command *c);
/* A whole command by name with arguments; out NULL: dropped. */
enum hop_flow invoke_named(struct hop_runspace *rs, const char *name,
                           struct hop_value named, const struct hop_value *args,
                           size_t n, struct hop_sink *out);

/* Binding. */
bool bind_command_line(struct hop_command *c);
bool bind_pipeline(struct hop_command *c, struct hop_value v);
bool bind_finish(struct hop_command *c);
/* Values from $PSDefaultParameterValues. */
bool bind_defaults(struct hop_command *c);
bool defaults_assign(struct hop_runspace *rs, struct hop_value v);
/* To its dictionary; owned. */
bool defaults_convert(struct hop_runspace *rs, struct hop_value v,
                      struct hop_value *out);
extern const struct hop_class *const default_classes[];
struct hop_value bound_dictionary(struct hop_command *c); /* borrowed */
bool bind_value(struct hop_command *c, struct meta_param *p, struct hop_value v,
                enum bound_state state);
int meta_find(const struct meta *m, const char *name, size_t n);
const char *command_id_name(struct hop_command *c); /* malloc'ed */
struct hop_value parameter_text(struct hop_runspace *rs, const char *name,
                                uint32_t n, bool colon);
void splat(struct hop_runspace *rs, struct arguments *a, struct hop_value v);

/* Discovery: owned reference, or NULL with CommandNotFoundException pending (or
 * nothing pending when quiet). */
struct cmdinfo *find_command(struct hop_runspace *rs, const char *name,
                             size_t n, unsigned types, bool quiet);
struct cmdinfo *resolve_alias(struct hop_runspace *rs, struct cmdinfo *c,
                              bool quiet);
void command_each(struct hop_runspace *rs, unsigned types,
                  bool (*fn)(void *ctx, struct cmdinfo *c), void *ctx);
struct cmdinfo *find_external(struct hop_runspace *rs, const char *name);
struct cmdinfo *script_info(struct hop_runspace *rs, const char *path);
/* Reads and parses the script of an ExternalScriptInfo. */
bool script_load(struct hop_runspace *rs, struct cmdinfo *c);

/* Native programs. */
enum hop_flow native_begin(struct hop_command *c);
enum hop_flow native_process(struct hop_command *c, struct hop_value v);
enum hop_flow native_end(struct hop_command *c);
void native_dispose(struct hop_command *c);
/* The argument vector, NULL at its end, owned; NULL with an error pending. */
char **native_arguments(struct hop_command *c);
void native_arguments_free(char **argv);

/* ---- errors and streams inside
 * ----------------------------------------------------------------- */

struct error_record {
    struct hop_object base;
    struct hop_value exception, target, details, invocation;
    struct hop_string *id; /* without the command's name */
    struct hop_string *full_id;
    struct hop_string *stack_trace;
    struct hop_string *activity, *reason, *target_name, *target_type;
    enum hop_category category;
    struct hop_ast *node; /* place, with unit held */
    struct hop_unit *unit;
    bool thrown;   /* by a throw statement */
    bool suppress; /* Stop has been decided on already */
    bool listed;   /* is in $Error */
    bool placed;   /* has a position */
    bool from_parser;
    bool rethrown;
    bool native_stderr;
    struct hop_command *unwinds; /* the function ThrowTerminatingError ends */
};
extern const struct hop_class class_error_record;
struct error_record *as_error_record(struct hop_value v);
struct error_record *error_record_new(struct hop_runspace *rs,
                                      struct hop_value exception,
                                      const char *id,
                                      enum hop_category category,
                                      struct hop_value target);
/* The record of an exception; made when it has none.  Owned. */
struct hop_value exception_record(struct hop_runspace *rs, struct hop_value e);
/* A new one of a RuntimeException's own, for its property. */
struct hop_value exception_own_record(struct hop_runspace *rs,
                                      struct hop_value e);
/* The text of a record, as "$_" gives it; appended. */
void error_record_text(struct hop_runspace *rs, struct error_record *r,
                       struct hop_buf *out);
/* The record comes from another program: its id gets no command's name. */
void error_record_keep_id(struct hop_value record);
void error_list_add(struct hop_runspace *rs, struct hop_value record);
/* Gives the record its command and position when it has none. */
void error_place(struct hop_runspace *rs, struct error_record *r,
                 struct frame *f, struct hop_ast *node,
                 struct hop_command *command);
/* Makes it the error of a function that passes it on by ThrowTerminatingError
 * or WriteError: id, activity and position are the function's then. */
void error_adopt(struct hop_runspace *rs, struct error_record *r,
                 struct hop_command *c);
struct hop_string *stack_trace_text(struct hop_runspace *rs);
enum hop_flow command_write_error(struct hop_command *c,
                                  struct hop_value record);
/* To the error stream of an io, else to the host. */
enum hop_flow stream_write(struct hop_runspace *rs, struct io *io,
                           enum hop_stream_number n, struct hop_value v);
int preference(struct hop_runspace *rs, struct hop_symbol *name, int fallback);
enum action {
    ACTION_SILENT,
    ACTION_STOP,
    ACTION_CONTINUE,
    ACTION_INQUIRE,
    ACTION_IGNORE,
    ACTION_SUSPEND,
    ACTION_BREAK
};
/* Shows one object of a stream (2..7) on the host. */
void host_show(struct hop_runspace *rs, enum hop_stream_number n,
               struct hop_value v);
bool throw_pending(struct hop_runspace *rs, const char *class_name,
                   const char *id, enum hop_category category,
                   struct hop_value target, const char *fmt, ...)
    HOP_PRINTF(6, 7);
struct hop_value new_exception(struct hop_runspace *rs, const char *class_name,
                               const char *message);
/* InvocationInfo. */
struct hop_value invocation_new(struct hop_runspace *rs, struct hop_command *c,
                                struct frame *f, struct hop_ast *node);
/* InvocationName of a command that was not found (a string, or not taken). */
void invocation_set_name(struct hop_value invocation, struct hop_value name);
bool parse_error_throw(struct hop_runspace *rs, struct hop_unit *u,
                       bool incomplete_parse);

/* ---- paths
 * ------------------------------------------------------------------------ */

extern const struct hop_provider provider_file_system, provider_environment,
    provider_variable, provider_function, provider_alias;
bool provider_is_files(const struct hop_provider *p);
const char *home_directory(struct hop_runspace *rs);
/* Takes away ".", ".." and double separators; malloc'ed. */
char *path_normalize(const char *path);
/* A UNC path is on no drive but on one that has its share for a root. */
void path_leave_drive(struct hop_item_path *p);
/* Errors about paths; always false. */
void drives_forget_offers(struct hop_runspace *rs);
bool drive_not_found(struct hop_runspace *rs, const char *name);
bool item_not_found(struct hop_runspace *rs, const char *path,
                    const char *shown);
/* Makes path the location of d, and d the current drive. */
void location_go(struct hop_runspace *rs, struct hop_drive *d,
                 const char *path);
/* Drives of a scope that ends; the current location leaves them. */
/* Drops d from the stacks of locations. */
void location_forget(struct hop_runspace *rs, const struct hop_drive *d);
void drives_leave_scope(struct hop_runspace *rs, struct hop_scope *s);

/* ---- modules
 * -------------------------------------------------------------------------------------
 */

struct hop_module {
    struct hop_object base;
    char *name, *path, *base_dir, *description, *author, *company, *copyright,
        *version, *guid, *prefix, *help_uri, *root_module, *prerelease;
    int type; /* ModuleType: Script 0, Binary 1, Manifest 2 */
    int access;
    struct session *session; /* NULL: native */
    const struct hop_cmdlet_module *native;
    struct hop_array *functions, *filters, *cmdlets, *aliases, *variables;
    /* Exported: FunctionInfo, CmdletInfo, AliasInfo objects, PSVariables; each
     * named as exported. */
    struct hop_array *nested; /* PSModuleInfo */
    struct hop_array *required;
    struct hop_value private_data, manifest, on_remove, definition_block;
    bool exported_explicitly, is_dynamic, global_import, loading;
    bool prefix_given;         /* by who imports it */
    struct hop_module *parent; /* borrowed */
};
extern const struct hop_class class_module_info;
struct hop_module *as_module(struct hop_value v);
bool module_autoload(struct hop_runspace *rs, const char *command);
void module_start(struct hop_runspace *rs);
const char *module_of_session(struct session *s);

/* ---- shared by the files of one subject
 * ------------------------------------------------------------------------ */

/* exec.c, exec_try.c, exec_switch.c */
/* $foreach and $switch. */
struct enumerator {
    struct hop_object base;
    struct hop_iter it;
    struct hop_value current;
};
extern const struct hop_class class_enumerator;
enum hop_flow exec_switch(struct frame *f, struct hop_ast_switch *n,
                          struct hop_sink *out);
/* host_object.c: what was asked is answered; else the pipeline stops, or an
 * error says so. */
bool host_settle(struct hop_context *cx, enum hop_ask asked);
/* host_raw.c */
extern const struct hop_class class_host_raw_ui;

/* Of the monotonic clock. */
int64_t space_now_ms(void);
/* The attendant's turn. */
void runspace_attend(struct hop_runspace *rs);
/* Between two statements or objects: others have their turn. */
static inline void
runspace_turn(struct hop_runspace *rs)
{
    if (__builtin_expect(rs->threads != NULL, 0))
        hop_threads_turn(rs);
    if (__builtin_expect(rs->called, 0))
        runspace_attend(rs);
}
/* What breakpoints do before a statement, when a command begins and around a
 * variable (breakpoint.h); called where there are any. */
enum hop_flow breakpoints_of_line(struct frame *f, const struct hop_ast *n);
enum hop_flow breakpoints_of_command(struct hop_command *c);
enum hop_flow breakpoints_of_variable(struct frame *f,
                                      const struct hop_name *name, bool write);
/* What waits to be formatted is shown now. */
void runspace_show(struct hop_runspace *rs);
/* history.c: what was run, as a HistoryInfo at the end of the list; end is a
 * PipelineState. */
void history_add(struct hop_runspace *rs, const struct hop_run *run, int end,
                 int64_t began, int64_t ended);
/* Now, in ticks, as DateTime.Now has it. */
int64_t history_now(void);
/* One entry of the list, and the line of one. */
struct history_entry {
    struct hop_value line, status, began, ended;
};
void history_entry_done(struct history_entry *e);
/* Appends it; the entry made, borrowed. */
struct hop_value history_append(struct hop_runspace *rs,
                                const struct history_entry *e);
const struct hop_string *history_line(struct hop_value entry);
extern const struct hop_class *const history_classes[];
/* inquire.c: asks whether the command goes on; false: it ends, an exception is
 * pending or the pipeline stops. */
bool command_inquire(struct hop_command *c, const char *message);
/* Is the pipeline stopped?  Then *flow says so. */
bool frame_stopped(struct frame *f, enum hop_flow *flow);
bool loop_ends(struct frame *f, const struct hop_name *label,
               enum hop_flow *flow);
enum hop_flow condition(struct frame *f, struct hop_ast *n, bool *yes);
bool mentions(struct hop_ast *n, const char *name);
void put_loop_variable(struct frame *f, const char *name, struct hop_value v);
enum hop_flow exec_try(struct frame *f, struct hop_ast_try *n,
                       struct hop_sink *out);
enum hop_flow exec_throw(struct frame *f, struct hop_ast_exit *n);
struct hop_value *own_under(struct frame *f, struct autos *o);
void drop_autos(struct frame *f, struct autos *o);

/* module.c, module_manifest.c */
char *table_text(struct hop_runspace *rs, struct hop_dict *d, const char *key);
void limit_exports(struct hop_module *m, struct hop_dict *d);

/* meta.c, meta_script.c: metadata being made; own() gives memory to it. */
enum { PARAMETER_FLAGS = 5 };
struct parameter_flag {
    const char *name;
    unsigned flag;
};
/* Boolean properties of [Parameter()]. */
extern const struct parameter_flag parameter_flags[PARAMETER_FLAGS];
/* A name that every advanced function has already. */
bool is_common_name(const char *name);
void *own(struct meta *m, void *p);
struct meta *new_meta(void);
struct meta_param *add_param(struct meta *m);
int set_index_of(struct meta *m, const char *name);
struct attributes *new_attributes(void);
struct validator *add_validator(struct attributes *a, enum validate kind);
void add_common(struct hop_runspace *rs, struct meta *m);

/* eval.c, operators.c */
enum hop_flow eval_type_operand(struct frame *f, struct hop_ast *n,
                                struct hop_value *out);
const struct hop_class *static_class(struct frame *f, struct hop_value target);
enum hop_flow eval_binary(struct frame *f, struct hop_ast_binary *n,
                          struct hop_value *out);
enum hop_flow eval_unary(struct frame *f, struct hop_ast_unary *n,
                         struct hop_value *out);

/* block.c, pscmdlet.c */
extern const struct hop_class class_steps;

/* ---- start
 * -----------------------------------------------------------------------------------------
 */

void automatic_start(struct hop_runspace *rs);
/* $PSStyle; borrowed. */
struct hop_value style_object(struct hop_runspace *rs);
void alias_start(struct hop_runspace *rs);
void functions_start(struct hop_runspace *rs);
void provider_start(struct hop_runspace *rs);
void classes_start(struct hop_runspace *rs);
void provider_done(struct hop_runspace *rs);
void location_done(struct hop_runspace *rs);

static inline struct hop_string *
string_of(const char *s)
{
    return hop_string_from(s);
}

/* meta.c: the attributes written before an assignment's target, NULL when one
 * of them failed or there are none. */
struct attributes *attributes_from_target(struct frame *f, struct hop_ast *n);
/* command.c: $PSCmdlet of an advanced function. */
struct hop_value pscmdlet_new(struct hop_command *c);
/* parameter.c: what Get-Command shows of a command's parameters. */
struct hop_string *command_syntax(struct hop_runspace *rs, struct cmdinfo *c);
struct hop_value parameters_dictionary(struct hop_runspace *rs, struct meta *m);
struct hop_value parameter_sets(struct hop_runspace *rs, struct meta *m);
/* pipeline.c: the commands of a pipeline in the tree, not yet begun. */
enum hop_flow make_pipeline_commands(struct frame *f,
                                     struct hop_ast_pipeline *p,
                                     struct hop_command ***out, size_t *n);
/* automatic.c: SessionState. */
/* A text as another type; null when it is none. */
struct hop_value value_of_text(struct hop_runspace *rs, const char *text,
                               const struct hop_class *cls);
/* $Host. */
struct hop_value host_object(struct hop_runspace *rs);
/* host_progress.c: ProgressRecord, and what it says; borrowed from it. */
extern const struct hop_class class_progress_record;
struct hop_progress progress_of_record(struct hop_value v);
struct hop_value session_state_object(struct hop_runspace *rs,
                                      struct session *s);

/* space.c: lets go of the values that every space has of its own. */
void space_values_clear(struct hop_runspace *rs);
/* path.c: GetResolvedProviderPathFromPSPath's like: the path, resolved. */
bool path_resolve_method(struct hop_context *cx, struct hop_call *call);

/* credential.c */
bool transform_credential(struct hop_command *c, struct hop_value *v);

#endif
