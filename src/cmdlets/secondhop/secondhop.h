/* The module SecondHop: what a host's own tools say about delegation, and which
 * of the seven ways of the second hop are open.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_SECONDHOP_H
#define HOP_CMDLETS_SECONDHOP_H

#include "engine/cmdlet.h"

#define HOP_SECONDHOP_CMDLETS_(X)                                              \
    X(get_second_hop)                                                          \
    X(klist)
#define X(c) extern const struct hop_cmdlet hop_cmdlet_##c;
HOP_SECONDHOP_CMDLETS_(X)
#undef X

extern const struct hop_cmdlet_module hop_module_secondhop;

#endif
