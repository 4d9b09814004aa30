/* The values of $using: expressions that a remoting client sent along.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/base64.h"
#include "engine/engine.h"

void
using_key(struct hop_name text, bool plain, struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf copy = HOP_BUF_INIT, wide = HOP_BUF_INIT;

    for (size_t i = 0; i < text.len; i++)
        hop_buf_addc(&copy,
                     plain ? hop_ascii_lower(text.text[i]) : text.text[i]);
    hop_utf16le_from_utf8(&wide, copy.data, copy.len);
    hop_base64_encode(out, wide.data, wide.len);
}

struct listed {
    struct hop_unit *unit;
    struct hop_array *values;
    size_t taken;
    struct hop_dict *found;
};

static bool
take_next(void *ctx, struct hop_ast *node)
{
    struct listed *l = ctx;
    HOP_AUTO_BUF struct hop_buf key = HOP_BUF_INIT;
    struct hop_ast *child;

    if (node->kind != HOP_AST_USING)
        return true;
    if (l->taken == l->values->n)
        return false;
    child = HOP_AST_AS(hop_ast_wrap, node)->child;
    using_key(hop_ast_text(l->unit, node), child->kind == HOP_AST_VARIABLE,
              &key);
    hop_dict_set_text(l->found, hop_buf_str(&key),
                      hop_retain(l->values->items[l->taken++]));
    return false;
}

struct hop_value
usings_by_text(struct hop_runspace *rs, struct hop_block *block,
               struct hop_array *values)
{
    struct listed l = {.unit = block->unit,
                       .values = values,
                       .found = hop_hashtable_new(&rs->cx)};

    hop_ast_visit(&block->ast->ast, take_next, &l);
    return hop_obj(l.found);
}
