/* The formatter that a runspace is given at its start.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_FORMATTER_H
#define HOP_CMDLETS_FORMAT_FORMATTER_H

#include "engine/format.h"

extern const struct hop_format_ops hop_format_ops;

#endif
