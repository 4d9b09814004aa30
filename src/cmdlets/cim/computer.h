/* Commands about this host as a whole: Test-Connection, Restart- and
 * Stop-Computer, Get-ComputerInfo, Get-TimeZone.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CIM_COMPUTER_H
#define HOP_CMDLETS_CIM_COMPUTER_H

#include "cmdlets/cim/commands.h"

extern const struct hop_class hop_class_ping_status, hop_class_port_status;

#endif
