/* Variables, scopes, script blocks and the frames that run them.
 * Not for other rooms.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_FRAME_H
#define HOP_ENGINE_FRAME_H

#include "engine/scope.h"
#include "engine/space.h"
#include "engine/stream.h"
#include "engine/syntax.h"
#include "value/value.h"

/* ---- names ----------------------------------------------------------------
 */

/* Variables that exist in every script block without being stored. */
enum automatic {
    AUTO_NONE,
    AUTO_UNDER,
    AUTO_THIS,
    AUTO_ARGS,
    AUTO_INPUT,
    AUTO_INVOCATION,
    AUTO_BOUND,
    AUTO_PSCMDLET,
    AUTO_COUNT,
    AUTO_SCRIPTROOT, /* by the place in the source, not stored */
    AUTO_COMMANDPATH,
    AUTO_QUESTION,
};

struct hop_symbol {
    struct hop_symbol *next;
    uint32_t hash;
    uint32_t len;
    uint8_t automatic; /* enum automatic */
    char name[];       /* as first seen */
};

/* A map from symbols to pointers that keeps its order. */
struct symbol_map {
    struct symbol_entry {
        struct hop_symbol *key;
        void *value;
    } * items;
    uint32_t n, cap;
    uint32_t *index; /* slot + 1; once n is large */
    uint32_t index_size;
};
void *symbol_map_get(const struct symbol_map *m, const struct hop_symbol *key);
void symbol_map_set(struct symbol_map *m, struct hop_symbol *key, void *value);
void *symbol_map_remove(struct symbol_map *m, const struct hop_symbol *key);
void symbol_map_done(struct symbol_map *m);

/* ---- variables and scopes
 * ---------------------------------------------------- */

struct attributes; /* of a variable: type and validation, attribute.c */

enum variable_kind {
    VARIABLE_PLAIN,
    VARIABLE_COMPUTED, /* get and set functions */
};

struct hop_variable {
    struct hop_object base;
    struct hop_symbol *symbol;
    struct hop_string *name;
    struct hop_value value;
    struct attributes *attributes; /* NULL: none */
    struct hop_string *description;
    struct hop_module *module; /* borrowed */
    uint16_t options;
    bool removed;
    struct hop_value (*get)(struct hop_runspace *rs);
    bool (*set)(struct hop_runspace *rs, struct hop_value v);
};

struct autos {
    struct autos *outer; /* of a dotted block: those below in the same scope */
    uint32_t has;        /* bit per automatic: v is valid */
    uint32_t lazy;       /* bit per automatic: command makes it */
    struct hop_command *command;
    struct hop_value v[AUTO_COUNT];
};

struct session;

struct hop_scope {
    struct hop_scope *parent;
    struct session *session;
    struct hop_scope *script; /* what script: means */
    struct autos *autos;
    struct symbol_map variables; /* struct hop_variable, references held */
    struct symbol_map functions; /* struct cmdinfo, references held */
    struct symbol_map aliases;
    /* Variables taken out that slots of frames at work may still name; held
     * until the scope ends. */
    struct hop_variable **removed;
    uint32_t n_removed;
    int8_t strict; /* -1: the parent's; 0 off, 1, 2, 3 */
    bool had_commands;
};

/* A session state: the global one, or a module's. */
struct session {
    struct session *next, *prev; /* the runspace's list */
    struct hop_runspace *rs;
    uint32_t refs;
    struct hop_scope *top; /* global or module scope */
    struct hop_scope *current;
    struct hop_module *module; /* borrowed; NULL: global or closure */
    struct session *outer;     /* of a closure: held */
    bool is_closure;
    enum hop_language_mode mode; /* the module was made in */
};
struct session *session_ref(struct session *s);
void session_unref(struct session *s);
struct session *session_new(struct hop_runspace *rs);

void scope_init(struct hop_scope *s, struct hop_scope *parent,
                struct session *session);
void scope_done(struct hop_runspace *rs, struct hop_scope *s);
struct hop_variable *scope_own(struct hop_scope *s,
                               const struct hop_symbol *name);
/* Nearest visible one; private ones of outer scopes are passed over. */
struct hop_variable *scope_find(struct hop_scope *s,
                                const struct hop_symbol *name);
struct hop_variable *scope_define(struct hop_runspace *rs, struct hop_scope *s,
                                  struct hop_symbol *name);
void scope_remove(struct hop_scope *s, struct hop_variable *v);
/* Lets go of what was removed: no frame of the scope is at work. */
void scope_forget_removed(struct hop_scope *s);
/* Sets with all checks; takes v. */
bool variable_assign(struct hop_runspace *rs, struct hop_variable *v,
                     struct hop_value x);
/* Sets in the scope, replacing without checks; takes x. */
void scope_put(struct hop_runspace *rs, struct hop_scope *s, const char *name,
               struct hop_value x);
struct hop_value *automatic_find(struct hop_runspace *rs, struct hop_scope *s,
                                 enum automatic a);
int scope_strict(const struct hop_scope *s);
/* By scope name ("global", "1"); NULL with an error pending. */
struct hop_scope *scope_by_name(struct hop_runspace *rs, const char *name,
                                bool *is_private);

struct attributes *attributes_ref(struct attributes *a);
void attributes_unref(struct attributes *a);
/* Runs conversion and validation on *x in place.  first: the value comes with
 * the attributes, which an error says. */
bool attributes_apply(struct hop_runspace *rs, struct attributes *a,
                      const char *name, bool first, struct hop_value *x);
/* Does x fit as it is?  No error is set. */
bool attributes_fit(struct hop_runspace *rs, struct attributes *a,
                    struct hop_value x);
/* The attribute objects as PSVariable.Attributes shows them, owned. */
struct hop_value attributes_objects(struct hop_runspace *rs,
                                    const struct attributes *a);

/* ---- streams
 * ------------------------------------------------------------------- */

/* Where the streams of a piece of program go; NULL: to the host. */
struct io {
    struct hop_sink *sink[HOP_STREAM_NUMBERS];
};

/* ---- script blocks and frames
 * ---------------------------------------------------- */

struct hop_block {
    struct hop_object base;
    struct hop_unit *unit;
    struct hop_ast_script_block *ast;
    struct session *session;
    struct hop_module *module;   /* of a closure: its dynamic module; or NULL */
    enum hop_language_mode mode; /* it was made in, and runs in */
};
extern const struct hop_class hop_class_scriptblock;
struct hop_block *block_new(struct hop_runspace *rs, struct hop_unit *unit,
                            struct hop_ast_script_block *ast,
                            struct session *session);
struct hop_block *as_block(struct hop_value v);
/* The same block, with its mode, in another session. */
struct hop_block *block_bind(struct hop_runspace *rs, const struct hop_block *b,
                             struct session *session);

struct trap_level {
    struct trap_level *up;
    struct hop_ast_block *block; /* NULL: none here, but further out */
};

#define FRAME_SLOTS 12

struct frame {
    struct frame *up; /* the caller's */
    struct hop_runspace *rs;
    struct hop_scope *scope;
    struct session *session;
    struct hop_block *block;
    struct hop_unit *unit;
    struct io *io;
    struct hop_ast *pos; /* for positions of errors */
    struct trap_level *traps;
    struct hop_command *command; /* function or script at work, or NULL */
    const char *function;        /* for the stack trace; NULL: <ScriptBlock> */
    struct hop_variable **slots;
    uint32_t n_slots;
    struct hop_variable *store[FRAME_SLOTS];
};

/* Fills slots and links the frame in; frame_leave undoes it. */
void frame_enter(struct frame *f, struct hop_runspace *rs,
                 struct hop_block *block, struct hop_scope *scope,
                 struct io *io);
void frame_leave(struct frame *f);

#endif
