/* The types beyond the core, by file; a line here makes a type known.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_MORE_H
#define HOP_VALUE_TYPES_MORE_H

#include "value/class.h"

#define HOP_MORE_CLASSES
#define HOP_MORE_ACCELERATORS

#endif
