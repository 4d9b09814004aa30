/* The parser: any text gives a tree, whose every node can be visited.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "base/cleanup.h"
#include "lang/parse.h"

static bool
look_at(void *ctx, struct hop_ast *node)
{
    const struct hop_unit *u = ctx;

    hop_unit_position(u, node->start);
    return true;
}

/* Tokens come in order and lie within the source. */
static void
check_tokens(const struct hop_unit *u)
{
    uint32_t end = 0;
    size_t n, len;
    const struct hop_token *t = hop_unit_tokens(u, &n);

    hop_unit_source(u, &len);
    for (size_t i = 0; i < n; i++) {
        MUST(t[i].start >= end || t[i].kind == HOP_TOKEN_END_OF_INPUT);
        MUST(t[i].end >= t[i].start && t[i].end <= len + 1);
        end = t[i].end;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_UNIT struct hop_unit *u = NULL;
    const struct hop_parse_error *e;
    size_t n;

    if (size > 1 << 16)
        return 0;
    u = hop_lang_parse((const char *)data, size, NULL, HOP_PARSE_TOKENS);
    check_tokens(u);
    hop_ast_visit(&hop_unit_root(u)->ast, look_at, u);
    e = hop_unit_errors(u, &n);
    for (size_t i = 0; i < n; i++)
        MUST(e[i].message && e[i].id);
    return 0;
}
