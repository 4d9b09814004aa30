/* The view of $PSStyle.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_STYLE_VIEW_H
#define HOP_CMDLETS_FORMAT_STYLE_VIEW_H

#include "cmdlets/format/view.h"

extern const struct hop_view hop_style_view;

#endif
