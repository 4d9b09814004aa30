/* SPDX-License-Identifier: MIT
 */
#include "base/module.h"
#include "client/wires.h"

static const struct hop_wires *wires;

void
hop_wires_use(const struct hop_wires *use)
{
    wires = use;
}

const struct hop_wires *
hop_wires_load(struct hop_error *err)
{
    if (!wires)
        wires = hop_module_load("hop-wire.so", "hop_wires_table", "connections",
                                HOP_ERROR_GENERIC, err);
    return wires;
}
