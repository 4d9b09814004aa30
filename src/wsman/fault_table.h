/* The table behind wsman/fault.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_WSMAN_FAULT_TABLE_H
#define HOP_WSMAN_FAULT_TABLE_H

#include <stddef.h>

#include "wsman/fault.h"

extern const struct hop_fault_row hop_fault_rows[];
extern const size_t hop_fault_row_count;

#endif
