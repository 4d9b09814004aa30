/* The syntax tree beside the value room's operators: both rooms name
 * operators HOP_OP_..., so the tree's are called HOP_SYNTAX_... here.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_SYNTAX_H
#define HOP_ENGINE_SYNTAX_H

#define hop_op        hop_syntax_op
#define HOP_OP_NONE   HOP_SYNTAX_NONE
#define HOP_OP_ADD    HOP_SYNTAX_ADD
#define HOP_OP_RANGE  HOP_SYNTAX_RANGE
#define HOP_OP_FORMAT HOP_SYNTAX_FORMAT
#define HOP_OP_AND    HOP_SYNTAX_AND
#define HOP_OP_OR     HOP_SYNTAX_OR
#define HOP_OP_XOR    HOP_SYNTAX_XOR
#define HOP_OP_BAND   HOP_SYNTAX_BAND
#define HOP_OP_BOR    HOP_SYNTAX_BOR
#define HOP_OP_BXOR   HOP_SYNTAX_BXOR
#define HOP_OP_SHL    HOP_SYNTAX_SHL
#define HOP_OP_SHR    HOP_SYNTAX_SHR
#define HOP_OP_IS     HOP_SYNTAX_IS
#define HOP_OP_AS     HOP_SYNTAX_AS
#define HOP_OP_JOIN   HOP_SYNTAX_JOIN
#define HOP_OP_NOT    HOP_SYNTAX_NOT
#define HOP_OP_BNOT   HOP_SYNTAX_BNOT
#define HOP_OP_PLUS   HOP_SYNTAX_PLUS
#define HOP_OP_MINUS  HOP_SYNTAX_MINUS
#include "lang/ast.h"
#include "lang/parse.h"
#undef hop_op
#undef HOP_OP_NONE
#undef HOP_OP_ADD
#undef HOP_OP_RANGE
#undef HOP_OP_FORMAT
#undef HOP_OP_AND
#undef HOP_OP_OR
#undef HOP_OP_XOR
#undef HOP_OP_BAND
#undef HOP_OP_BOR
#undef HOP_OP_BXOR
#undef HOP_OP_SHL
#undef HOP_OP_SHR
#undef HOP_OP_IS
#undef HOP_OP_AS
#undef HOP_OP_JOIN
#undef HOP_OP_NOT
#undef HOP_OP_BNOT
#undef HOP_OP_PLUS
#undef HOP_OP_MINUS

#endif
