/* The inside of a parse unit, for the lexer and parser only.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_UNIT_H
#define HOP_LANG_UNIT_H

#include "base/arena.h"
#include "lang/parse.h"

struct lang_extent {
    uint32_t start, end;
};

struct lang_tokens {
    struct hop_token *items;
    size_t n, cap;
};

struct lang_hook {
    void (*fn)(void *arg);
    void *arg;
    struct lang_hook *next;
};

struct hop_unit {
    unsigned refs;
    struct hop_arena arena;
    char *source; /* NUL-terminated, well-formed */
    size_t source_len;
    char *file; /* or NULL */
    struct hop_ast_script_block *root;
    struct hop_parse_error *errors;
    size_t n_errors, cap_errors;
    uint32_t *lines; /* byte offsets of line starts; made when first asked */
    uint32_t n_lines;
    bool too_big; /* the tree outgrew its limit: the parse stops */
    struct hop_requires requires;
    struct lang_tokens tokens, comments;
    struct lang_extent first, last; /* tokens, for $^ and $$; end 0: none */
    struct lang_hook *hooks;
    uint32_t last_column_offset; /* cache of hop_unit_position */
    uint32_t last_units;
};

/* A copy in the unit's memory; n bytes and a NUL. */
struct hop_name lang_name(struct hop_unit *u, const char *s, size_t n);

/* Adds an error, unless the same one is there; args fill {0} and {1}. */
void lang_report(struct hop_unit *u, struct lang_extent where, const char *id,
                 bool incomplete, const struct hop_name args[2]);

#endif
