/* The view of what Get-Error gives.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_ERROR_DETAIL_H
#define HOP_CMDLETS_FORMAT_ERROR_DETAIL_H

#include "cmdlets/format/view.h"

extern const struct hop_view hop_error_detail_view;

#endif
