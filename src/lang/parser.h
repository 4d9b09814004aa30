/* The parser's inside: one token of lookahead over the lexer, and a function
 * per rule of the grammar, spread over parse_*.c.
 *
 * Rules that find nothing of theirs return NULL without an error and without
 * having taken a token; the caller reports what is missing.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_PARSER_H
#define HOP_LANG_PARSER_H

#include <string.h>

#include "lang/lexer.h"

struct parser {
    struct lexer lx;
    struct hop_unit *unit;
    struct tok ungot;
    bool has_ungot;
    bool no_comma; /* a comma ends an expression: arguments, parameters */
    unsigned depth;
};

#define NO_ARG   ((struct hop_name){NULL, 0})
#define STR(s)   ((struct hop_name){(s), (uint32_t)strlen(s)})
#define AT(node) ((struct lang_extent){(node)->ast.start, (node)->ast.end})

/* ---- lists under construction ------------------------------------------- */

struct list {
    void **items;
    uint32_t n, cap;
};

#define AUTO_LIST HOP_CLEANUP(list_free)
void list_free(struct list *l);
void list_add(struct list *l, void *item);
/* Nodes of the list as a list in the unit's memory, with their parent. */
struct hop_ast_list list_adopt(struct parser *p, const struct list *l,
                               void *parent);

/* ---- extents, errors, nodes --------------------------------------------- */

struct lang_extent at_of(const struct hop_ast *node);
struct lang_extent extent_of(struct lang_extent first, struct lang_extent last);
struct lang_extent after(struct lang_extent e);
struct lang_extent before(const struct parser *p, struct lang_extent e);

void report(struct parser *p, struct lang_extent where, const char *id,
            struct hop_name arg);
/* The error could be mended by more input when nothing follows it. */
bool report_missing(struct parser *p, struct lang_extent where, const char *id,
                    struct hop_name arg);

/* A zeroed node of the kind. */
void *node_new(struct parser *p, enum hop_ast_kind kind, size_t size,
               struct lang_extent at);
#define NODE(p, kind, type, at)                                                \
    ((struct type *)node_new((p), (kind), sizeof(struct type), (at)))
/* Makes child (or NULL) a child of parent; gives it back. */
void *adopt(struct parser *p, void *child, void *parent);
/* Grows the extent of a node. */
struct hop_ast *error_node(struct parser *p, enum hop_ast_kind kind,
                           struct lang_extent at, const struct list *nested);
struct hop_ast *string_node(struct parser *p, struct lang_extent at,
                            struct hop_name value, enum hop_string_kind kind);
struct hop_ast_variable *variable_node(struct parser *p, struct lang_extent at,
                                       struct hop_name path, bool splatted);

/* False, with an error and the end of all input, when nesting is too deep. */
bool enter(struct parser *p);
void leave(struct parser *p);

/* ---- tokens -------------------------------------------------------------- */

struct tok next(struct parser *p);
const struct tok *peek(struct parser *p);
void unget(struct parser *p, const struct tok *t);
void skip(struct parser *p); /* the peeked one */
void set_mode(struct parser *p, enum lex_mode mode);
void resync(struct parser *p, uint32_t offset);
void skip_newlines(struct parser *p);
void skip_terminators(struct parser *p); /* newlines and semicolons */
uint32_t restore_point(struct parser *p);
bool next_member_access(struct parser *p, bool bracket, struct tok *out);
/* The rest of a parameter's name may be left out. */
bool is_parameter(const struct tok *t, const char *name);

enum {
    SYNC_COMMA = 1,
    SYNC_RPAREN = 2,
    SYNC_RBRACKET = 4,
    SYNC_RCURLY = 8,
    SYNC_NEWLINE = 16,
    SYNC_SEMI = 32,
};
/* Error recovery: takes tokens up to one of the set, past nested brackets. */
void sync_on(struct parser *p, bool consume, unsigned set);

/* ---- rules --------------------------------------------------------------- */

/* parse_block.c */
struct hop_ast_script_block *
script_block(struct parser *p, const struct tok *lcurly, bool is_filter);
struct hop_ast_block *statement_block(struct parser *p);
/* Statements into the block's lists; the extent from first to last, and false
 * when there are none. */
bool statement_list(struct parser *p, struct list *statements,
                    struct list *traps, struct lang_extent *at);
struct list;
void parameter_list(struct parser *p, struct list *out);

/* parse_type.c */
struct hop_ast *attribute(struct parser *p); /* attribute or constraint */
bool attribute_list(struct parser *p, bool in_expression, struct list *out);
struct hop_type_name *finish_type_name(struct parser *p, const struct tok *name,
                                       bool unbracketed);
struct hop_type_name **generic_arguments(struct parser *p,
                                         const struct tok *first,
                                         struct tok *last, uint32_t *n);
struct hop_type_name *type_name(struct parser *p);

/* parse_statement.c, parse_function.c, parse_try.c, parse_using.c */
struct hop_ast *statement(struct parser *p);
struct hop_ast_string *simple_name(struct parser *p);
struct hop_ast *label_or_key(struct parser *p);
struct hop_ast *function_statement(struct parser *p, const struct tok *t);
struct hop_ast *using_statement(struct parser *p, const struct tok *t);
struct hop_ast *refused_definition(struct parser *p, const struct tok *t);
struct hop_ast *data_statement(struct parser *p, const struct tok *t);
struct hop_ast *try_statement(struct parser *p, const struct tok *t);
struct hop_ast *trap_statement(struct parser *p, const struct tok *t);

/* parse_control.c; label is NULL or the label token */
struct hop_ast *if_statement(struct parser *p, const struct tok *t);
struct hop_ast *switch_statement(struct parser *p, const struct tok *label,
                                 const struct tok *t);
struct hop_ast *foreach_statement(struct parser *p, const struct tok *label,
                                  const struct tok *t);
struct hop_ast *for_statement(struct parser *p, const struct tok *label,
                              const struct tok *t);
struct hop_ast *while_statement(struct parser *p, const struct tok *label,
                                const struct tok *t);
struct hop_ast *do_statement(struct parser *p, const struct tok *label,
                             const struct tok *t);

/* parse_pipeline.c */
enum argument_context {
    ARGUMENT_NAME = 1,
    ARGUMENT_NAME_INVOKED = 3, /* behind & or . */
    ARGUMENT_FILE = 4,
    ARGUMENT = 8,
    ARGUMENT_SWITCH = 16,
};
struct hop_ast *pipeline_chain(struct parser *p);
struct hop_ast *command(struct parser *p);
struct hop_ast *command_argument(struct parser *p,
                                 enum argument_context context, struct tok t);
struct hop_ast *single_argument(struct parser *p,
                                enum argument_context context);

/* parse_expression.c, parse_member.c, parse_primary.c */
struct hop_ast *expression(struct parser *p, bool ternary);
struct hop_ast *unary(struct parser *p, bool ternary);
struct hop_ast *primary(struct parser *p, bool member_access);
struct hop_ast *member_accesses(struct parser *p, struct hop_ast *e,
                                struct tok op);
struct hop_ast *type_literal(struct parser *p, struct hop_ast *constraint);
struct hop_ast *script_block_literal(struct parser *p,
                                     const struct tok *lcurly);
struct hop_ast *expandable(struct parser *p, const struct tok *t,
                           enum hop_string_kind kind);

/* check.c: what PowerShell's SemanticChecks finds in a tree without syntax
 * errors. */
void lang_check(struct hop_unit *u);
/* parse_requires.c */
void parse_requires(struct parser *p);

#endif
