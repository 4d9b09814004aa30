/* Names compared as PowerShell compares them: ordinal, ignoring case.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_NAMES_H
#define HOP_LANG_NAMES_H

#include <stdbool.h>

#include "lang/ast.h"

bool lang_name_eq(struct hop_name a, struct hop_name b);
bool lang_name_is(struct hop_name a, const char *b);

/* A set of names; zero-initialised, lang_names_done at the end.  The names
 * are borrowed. */
struct lang_names {
    struct hop_name *slots;
    size_t n, cap;
};
void lang_names_done(struct lang_names *s);
/* False when the name is there already. */
bool lang_names_add(struct lang_names *s, struct hop_name name);

#endif
