/* The views of what Get-Help gives.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_HELP_VIEW_H
#define HOP_CMDLETS_FORMAT_HELP_VIEW_H

#include "cmdlets/format/view.h"
#include "value/context.h"
#include "value/convert.h"

extern const struct hop_view hop_help_views[];
extern const size_t hop_help_view_count;

#endif
