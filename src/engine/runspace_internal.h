/* What the files about a runspace share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_RUNSPACE_INTERNAL_H
#define HOP_ENGINE_RUNSPACE_INTERNAL_H

#include "engine/engine.h"

/* What values ask of the engine. */
extern const struct hop_context_ops runspace_value_ops;

#endif
