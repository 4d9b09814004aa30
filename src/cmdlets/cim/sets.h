/* The parameter sets of Get-CimInstance and Invoke-CimMethod: what is asked
 * for, and of whom.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CIM_SETS_H
#define HOP_CMDLETS_CIM_SETS_H

#define CLASS_COMPUTER "ClassNameComputerSet"
#define CLASS_SESSION  "ClassNameSessionSet"
#define INPUT_COMPUTER "CimInstanceComputerSet"
#define INPUT_SESSION  "CimInstanceSessionSet"
#define QUERY_COMPUTER "QueryComputerSet"
#define QUERY_SESSION  "QuerySessionSet"
#define URI_COMPUTER   "ResourceUriComputerSet"
#define URI_SESSION    "ResourceUriSessionSet"

#endif
