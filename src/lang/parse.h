/* From source text to syntax tree: the PowerShell 7.6 language.
 *
 * hop_lang_parse always gives a unit, even for text full of errors; a unit
 * with errors is good for positions, tokens and completion but is never run.
 * A unit is reference-counted (not across threads) and owns its copy of the
 * source, the tree and all texts in it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_PARSE_H
#define HOP_LANG_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "lang/ast.h"
#include "lang/token.h"

/* Limits: text over the size or nesting over the depth is a parse error
 * (HopSourceTooLarge, HopNestingTooDeep), never a crash. */
#define HOP_LANG_MAX_SOURCE ((size_t)64 << 20)
#define HOP_LANG_MAX_DEPTH  500

enum hop_parse_flag {
    HOP_PARSE_TOKENS = 1, /* keep the token list: hop_unit_tokens */
    HOP_PARSE_INPUT = 2,  /* typed at the prompt: no semantic difference, but
                             errors at the end mark the unit incomplete */
    HOP_PARSE_FILTER = 4, /* the root's unnamed block is process */
};

struct hop_parse_error {
    uint32_t start, end; /* extent, byte offsets; what is missing at the end
                            of the input lies at one behind its length */
    const char *id;      /* PowerShell's ErrorId: "MissingEndCurlyBrace" */
    const char *message; /* its text, in the unit's arena */
    bool incomplete;     /* more input could mend it */
};

/* Where an offset lies, as PowerShell's IScriptPosition tells it. */
struct hop_position {
    uint32_t line;         /* from 1 */
    uint32_t column;       /* from 1, in UTF-16 units */
    uint32_t offset;       /* from 0, in UTF-16 units of the whole text */
    const char *line_text; /* the line, not NUL-terminated, borrowed */
    uint32_t line_len;     /* bytes, without the line end */
};

/* #requires, all statements of the script together. */
struct hop_requires {
    const char *version;   /* -Version text, or NULL */
    const char **editions; /* -PSEdition */
    uint32_t n_editions;
    struct hop_ast_list modules; /* -Modules: string constant or hashtable */
    bool elevated;               /* -RunAsAdministrator */
};

/* Parses n bytes of UTF-8 (malformed bytes count as U+FFFD).  file is the
 * script's path or NULL; both are copied.  flags: enum hop_parse_flag.
 * The caller owns the reference. */
struct hop_unit *hop_lang_parse(const char *source, size_t n, const char *file,
                                unsigned flags);
struct hop_unit *hop_unit_ref(struct hop_unit *u);
void hop_unit_unref(struct hop_unit *u); /* NULL is fine */
void hop_unit_unrefp(struct hop_unit **u);
#define HOP_AUTO_UNIT HOP_CLEANUP(hop_unit_unrefp)

/* Runs fn(arg) when the unit is freed, before its memory goes: for what the
 * nodes' cache fields hold. */
void hop_unit_on_free(struct hop_unit *u, void (*fn)(void *arg), void *arg);
/* Zeroed memory that lives as long as the unit; never NULL. */
void *hop_unit_alloc(struct hop_unit *u, size_t n);

struct hop_ast_script_block *hop_unit_root(const struct hop_unit *u);
const char *hop_unit_file(const struct hop_unit *u); /* or NULL */
/* The whole text, NUL-terminated. */
const char *hop_unit_source(const struct hop_unit *u, size_t *n);
/* The errors in the order of the source; NULL and 0 for a good program. */
const struct hop_parse_error *hop_unit_errors(const struct hop_unit *u,
                                              size_t *n);
/* True when there are errors and all could be mended by more input. */
bool hop_unit_incomplete(const struct hop_unit *u);
const struct hop_requires *hop_unit_requires(const struct hop_unit *u);
/* With HOP_PARSE_TOKENS; in source order, comments and line ends included. */
const struct hop_token *hop_unit_tokens(const struct hop_unit *u, size_t *n);
/* All comments, always kept: comment-based help is made from them. */
const struct hop_token *hop_unit_comments(const struct hop_unit *u, size_t *n);

/* The first and the last token of the text, strings by their value: what $^ and
 * $$ give.  Texts are empty when there is none.  They live as long as the
 * unit. */
void hop_unit_ends(struct hop_unit *u, struct hop_name *first,
                   struct hop_name *last);

struct hop_position hop_unit_position(const struct hop_unit *u,
                                      uint32_t offset);
uint32_t hop_unit_line_count(const struct hop_unit *u);
/* The source of a node: Extent.Text.  Borrowed, not NUL-terminated. */
struct hop_name hop_ast_text(const struct hop_unit *u,
                             const struct hop_ast *node);
/* The innermost script block around a node, or NULL for the root. */
struct hop_ast_script_block *hop_ast_enclosing(const struct hop_ast *node);

#endif
