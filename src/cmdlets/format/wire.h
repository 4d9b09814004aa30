/* Format objects as PowerShell sends them to other computers: what Format-Table
 * and its like write in a session is shown where it comes out.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_WIRE_H
#define HOP_CMDLETS_FORMAT_WIRE_H

#include "cmdlets/format/packet.h"

/* The object that stands for a packet; owned. */
struct hop_value hop_packet_to_wire(struct hop_context *cx,
                                    const struct hop_packet *p);
/* The packet (owned, a value) that such an object stands for; null when v is
 * anything else. */
struct hop_value hop_packet_from_wire(struct hop_context *cx,
                                      struct hop_value v);

#endif
