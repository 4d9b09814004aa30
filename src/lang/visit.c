/* Walking a tree: which fields of each kind of node hold its children.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/cleanup.h"
#include "lang/ast.h"

enum child_form {
    CHILD_NONE,
    CHILD_NODE,  /* a pointer to a node */
    CHILD_LIST,  /* struct hop_ast_list */
    CHILD_PAIRS, /* an array of pairs of nodes, and its length */
    CHILD_PARTS, /* parts of an expandable string */
    CHILD_NAMED, /* the five blocks of a script block */
};

struct child {
    enum child_form form;
    size_t offset, count_offset;
};

#define MAX_CHILDREN 6

#define NODE_OF(type, field)                                                   \
    {                                                                          \
        CHILD_NODE, offsetof(struct type, field), 0                            \
    }
#define LIST_OF(type, field)                                                   \
    {                                                                          \
        CHILD_LIST, offsetof(struct type, field), 0                            \
    }
#define PAIRS_OF(type, field, n)                                               \
    {                                                                          \
        CHILD_PAIRS, offsetof(struct type, field), offsetof(struct type, n)    \
    }

_Static_assert(sizeof(struct hop_ast_if_clause) == 2 * sizeof(void *) &&
                   sizeof(struct hop_ast_switch_clause) == 2 * sizeof(void *) &&
                   sizeof(struct hop_ast_pair) == 2 * sizeof(void *),
               "clauses and pairs are walked as pairs of nodes");

/* clang-format off */
static const struct child children[HOP_AST_KINDS][MAX_CHILDREN] = {
    [HOP_AST_SCRIPT_BLOCK] = {
        LIST_OF(hop_ast_script_block, usings),
        NODE_OF(hop_ast_script_block, params),
        {CHILD_NAMED, offsetof(struct hop_ast_script_block, blocks), 0},
    },
    [HOP_AST_PARAM_BLOCK] = {
        LIST_OF(hop_ast_param_block, attributes),
        LIST_OF(hop_ast_param_block, parameters),
    },
    [HOP_AST_NAMED_BLOCK] = {
        LIST_OF(hop_ast_block, traps), LIST_OF(hop_ast_block, statements),
    },
    [HOP_AST_STATEMENT_BLOCK] = {
        LIST_OF(hop_ast_block, traps), LIST_OF(hop_ast_block, statements),
    },
    [HOP_AST_PARAMETER] = {
        LIST_OF(hop_ast_parameter, attributes),
        NODE_OF(hop_ast_parameter, name),
        NODE_OF(hop_ast_parameter, default_value),
    },
    [HOP_AST_ATTRIBUTE] = {
        LIST_OF(hop_ast_attribute, positional),
        LIST_OF(hop_ast_attribute, named),
    },
    [HOP_AST_NAMED_ATTRIBUTE_ARGUMENT] = {
        NODE_OF(hop_ast_named_argument, value),
    },
    [HOP_AST_CATCH_CLAUSE] = {
        LIST_OF(hop_ast_catch, types), NODE_OF(hop_ast_catch, body),
    },
    [HOP_AST_USING_STATEMENT] = {
        NODE_OF(hop_ast_using_statement, name),
        NODE_OF(hop_ast_using_statement, alias),
        NODE_OF(hop_ast_using_statement, module_spec),
    },
    [HOP_AST_FUNCTION_DEFINITION] = {
        LIST_OF(hop_ast_function, parameters),
        NODE_OF(hop_ast_function, body),
    },
    [HOP_AST_IF] = {
        PAIRS_OF(hop_ast_if, clauses, n_clauses),
        NODE_OF(hop_ast_if, otherwise),
    },
    [HOP_AST_SWITCH] = {
        NODE_OF(hop_ast_switch, condition),
        PAIRS_OF(hop_ast_switch, clauses, n_clauses),
        NODE_OF(hop_ast_switch, otherwise),
    },
    [HOP_AST_FOREACH] = {
        NODE_OF(hop_ast_foreach, variable),
        NODE_OF(hop_ast_foreach, condition),
        NODE_OF(hop_ast_foreach, body),
    },
    [HOP_AST_FOR] = {
        NODE_OF(hop_ast_for, initializer), NODE_OF(hop_ast_for, condition),
        NODE_OF(hop_ast_for, iterator), NODE_OF(hop_ast_for, body),
    },
    [HOP_AST_WHILE] = {
        NODE_OF(hop_ast_loop, condition), NODE_OF(hop_ast_loop, body),
    },
    [HOP_AST_DO_WHILE] = {
        NODE_OF(hop_ast_loop, body), NODE_OF(hop_ast_loop, condition),
    },
    [HOP_AST_DO_UNTIL] = {
        NODE_OF(hop_ast_loop, body), NODE_OF(hop_ast_loop, condition),
    },
    [HOP_AST_TRY] = {
        NODE_OF(hop_ast_try, body), LIST_OF(hop_ast_try, catches),
        NODE_OF(hop_ast_try, finally),
    },
    [HOP_AST_TRAP] = {
        NODE_OF(hop_ast_trap, type), NODE_OF(hop_ast_trap, body),
    },
    [HOP_AST_DATA] = {
        LIST_OF(hop_ast_data, commands), NODE_OF(hop_ast_data, body),
    },
    [HOP_AST_BREAK] = {NODE_OF(hop_ast_jump, label)},
    [HOP_AST_CONTINUE] = {NODE_OF(hop_ast_jump, label)},
    [HOP_AST_RETURN] = {NODE_OF(hop_ast_exit, pipeline)},
    [HOP_AST_EXIT] = {NODE_OF(hop_ast_exit, pipeline)},
    [HOP_AST_THROW] = {NODE_OF(hop_ast_exit, pipeline)},
    [HOP_AST_BLOCK_STATEMENT] = {NODE_OF(hop_ast_block_statement, body)},
    [HOP_AST_ASSIGNMENT] = {
        NODE_OF(hop_ast_assignment, left), NODE_OF(hop_ast_assignment, right),
    },
    [HOP_AST_PIPELINE] = {LIST_OF(hop_ast_pipeline, elements)},
    [HOP_AST_PIPELINE_CHAIN] = {
        NODE_OF(hop_ast_chain, left), NODE_OF(hop_ast_chain, right),
    },
    [HOP_AST_ERROR_STATEMENT] = {LIST_OF(hop_ast_error, nested)},
    [HOP_AST_ERROR_EXPRESSION] = {LIST_OF(hop_ast_error, nested)},
    [HOP_AST_COMMAND] = {
        LIST_OF(hop_ast_command, elements),
        LIST_OF(hop_ast_command, redirections),
    },
    [HOP_AST_COMMAND_EXPRESSION] = {
        NODE_OF(hop_ast_command_expression, expression),
        LIST_OF(hop_ast_command_expression, redirections),
    },
    [HOP_AST_COMMAND_PARAMETER] = {
        NODE_OF(hop_ast_command_parameter, argument),
    },
    [HOP_AST_FILE_REDIRECTION] = {NODE_OF(hop_ast_redirection, location)},
    [HOP_AST_EXPANDABLE_STRING] = {
        {CHILD_PARTS, offsetof(struct hop_ast_expandable, parts),
         offsetof(struct hop_ast_expandable, n_parts)},
    },
    [HOP_AST_USING] = {NODE_OF(hop_ast_wrap, child)},
    [HOP_AST_CONVERT] = {
        NODE_OF(hop_ast_convert, type), NODE_OF(hop_ast_convert, child),
    },
    [HOP_AST_ATTRIBUTED] = {
        NODE_OF(hop_ast_attributed, attribute),
        NODE_OF(hop_ast_attributed, child),
    },
    [HOP_AST_UNARY] = {NODE_OF(hop_ast_unary, child)},
    [HOP_AST_BINARY] = {
        NODE_OF(hop_ast_binary, left), NODE_OF(hop_ast_binary, right),
    },
    [HOP_AST_TERNARY] = {
        NODE_OF(hop_ast_ternary, condition),
        NODE_OF(hop_ast_ternary, if_true), NODE_OF(hop_ast_ternary, if_false),
    },
    [HOP_AST_INDEX] = {
        NODE_OF(hop_ast_index, target), NODE_OF(hop_ast_index, index),
    },
    [HOP_AST_MEMBER] = {
        NODE_OF(hop_ast_member, target), NODE_OF(hop_ast_member, member),
    },
    [HOP_AST_INVOKE_MEMBER] = {
        NODE_OF(hop_ast_member, target), NODE_OF(hop_ast_member, member),
        LIST_OF(hop_ast_member, arguments),
    },
    [HOP_AST_ARRAY_LITERAL] = {LIST_OF(hop_ast_array_literal, elements)},
    [HOP_AST_ARRAY_EXPRESSION] = {NODE_OF(hop_ast_array_expression, body)},
    [HOP_AST_PAREN] = {NODE_OF(hop_ast_paren, pipeline)},
    [HOP_AST_SUB_EXPRESSION] = {NODE_OF(hop_ast_sub, body)},
    [HOP_AST_HASHTABLE] = {PAIRS_OF(hop_ast_hashtable, pairs, n_pairs)},
    [HOP_AST_SCRIPT_BLOCK_EXPRESSION] = {
        NODE_OF(hop_ast_script_block_expression, body),
    },
};
/* clang-format on */

struct walk {
    bool (*fn)(void *ctx, struct hop_ast *node);
    void *ctx;
};

static void visit(const struct walk *w, struct hop_ast *node);

static void
visit_array(const struct walk *w, struct hop_ast **nodes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        visit(w, nodes[i]);
}

static void
visit_child(const struct walk *w, char *base, const struct child *c)
{
    void *field = base + c->offset;
    uint32_t n = 0;

    if (c->count_offset)
        n = *(uint32_t *)(void *)(base + c->count_offset);
    if (c->form == CHILD_NODE) {
        visit(w, *(struct hop_ast **)field);
    } else if (c->form == CHILD_LIST) {
        const struct hop_ast_list *list = field;

        visit_array(w, list->items, list->n);
    } else if (c->form == CHILD_PAIRS) {
        visit_array(w, *(struct hop_ast ***)field, 2 * n);
    } else if (c->form == CHILD_NAMED) {
        visit_array(w, field, HOP_BLOCK_KINDS);
    } else {
        const struct hop_string_part *parts = *(struct hop_string_part **)field;

        for (uint32_t i = 0; i < n; i++)
            visit(w, parts[i].expression);
    }
}

static void
visit(const struct walk *w, struct hop_ast *node)
{
    const struct child *c;

    if (!node || !w->fn(w->ctx, node))
        return;
    c = children[node->kind];
    for (unsigned i = 0; i < MAX_CHILDREN && c[i].form != CHILD_NONE; i++)
        visit_child(w, (char *)node, &c[i]);
}

void
hop_ast_visit(struct hop_ast *node, bool (*fn)(void *ctx, struct hop_ast *node),
              void *ctx)
{
    struct walk w = {fn, ctx};

    visit(&w, node);
}
