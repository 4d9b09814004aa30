/* The classes of CIM sessions.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CIM_SESSION_H
#define HOP_CMDLETS_CIM_SESSION_H

#include "cmdlets/cim/commands.h"

extern const struct hop_class cim_class_session, cim_class_option;

#endif
