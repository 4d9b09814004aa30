/* The exception types that scripts catch, and their bases: enough to see that
 * a catch clause can never be reached.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_EXCEPTIONS_H
#define HOP_LANG_EXCEPTIONS_H

#include <stdbool.h>

#include "lang/ast.h"

/* The full name of a type that a script may write short, or NULL when it is
 * not known here. */
const char *lang_exception_name(struct hop_name written);
/* Whether one full name is the other or derives from it. */
bool lang_exception_is(const char *derived, const char *base);

#endif
