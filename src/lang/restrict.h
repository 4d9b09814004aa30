/* The Restricted language: what data sections and data files (.psd1) may say.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_RESTRICT_H
#define HOP_LANG_RESTRICT_H

#include "lang/parse.h"

struct hop_restriction {
    bool any_command; /* else only those of commands */
    const struct hop_name *commands;
    uint32_t n_commands;
    /* Besides $PSCulture, $PSUICulture, $true, $false, $null. */
    bool any_variable;
    const struct hop_name *variables;
    uint32_t n_variables;
    bool environment; /* $env:x, in module manifests */
};

/* Looks through the node (for a script, its blocks' statements: give
 * hop_ast_block, not the script block itself, which is refused).  Returns how
 * many errors there are and gives them as an array for free(); their texts
 * live as long as the unit.  *errors is NULL when there are none. */
size_t hop_lang_restricted(struct hop_unit *u, struct hop_ast *node,
                           const struct hop_restriction *r,
                           struct hop_parse_error **errors);

/* The same, the errors added to the unit's. */
void lang_restrict(struct hop_unit *u, struct hop_ast *node,
                   const struct hop_restriction *r);

#endif
