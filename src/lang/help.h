/* Comment-based help, syntax lines, and the escapes of generated code.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_HELP_H
#define HOP_LANG_HELP_H

#include "base/arena.h"
#include "base/buf.h"
#include "lang/parse.h"

struct hop_help_list {
    const char **items;
    uint32_t n;
};

struct hop_help_parameter {
    const char *name; /* upper case, as PowerShell keeps it */
    const char *text;
};

/* Texts are sections with "\n" behind each line (an
 * empty last one, where #> stands on its own, too: trim to show); NULL: no
 * such section.  All
 * of it lives in the arena. */
struct hop_help {
    struct hop_arena arena;
    const char *synopsis, *description, *notes;
    const char *component, *role, *functionality; /* trimmed */
    const char *forward_target, *forward_category;
    const char *remote_runspace, *external_help;
    struct hop_help_list links; /* trimmed */
    struct hop_help_list examples, inputs, outputs;
    struct hop_help_parameter *parameters; /* .PARAMETER sections */
    uint32_t n_parameters;
    /* Comments at the parameters themselves, in their order; "" where there
     * is none. */
    struct hop_help_list parameter_comments;
};

/* The help of a script (its root script block), a function definition (or the
 * script block that is its body), or another script block.  NULL when there
 * is none.  Release with hop_help_free. */
struct hop_help *hop_help_read(struct hop_unit *u, const struct hop_ast *node);
void hop_help_free(struct hop_help *h);

/* The parts of an .EXAMPLE: prompt ("PS > " unless one is written), code,
 * remarks.  Each is appended. */
void hop_help_example(const char *text, struct hop_buf *prompt,
                      struct hop_buf *code, struct hop_buf *remarks);

/* A parameter in a line of Get-Command -Syntax. */
struct hop_syntax_parameter {
    const char *name;
    const char *type; /* as displayed: "string[]"; NULL: a switch */
    int position;     /* -1: by name only */
    bool mandatory;
    bool common; /* stands for [<CommonParameters>] with the others */
};

/* Appends "Name [-A] <string> [-B] [<CommonParameters>]": one parameter set in
 * display order. */
void hop_syntax_format(struct hop_buf *b, const char *command,
                       const struct hop_syntax_parameter *parameters, size_t n);

/* CodeGeneration's escapes, for text that goes into a program: between single
 * quotes; between ${ and }; in a block comment; as a format string. */
void hop_escape_single_quoted(struct hop_buf *b, const char *s, size_t n);
void hop_escape_variable_name(struct hop_buf *b, const char *s, size_t n);
void hop_escape_block_comment(struct hop_buf *b, const char *s, size_t n);
void hop_escape_format(struct hop_buf *b, const char *s, size_t n);

#endif
