/* What the files about errors share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_ERROR_H
#define HOP_ENGINE_ERROR_H

#include "engine/def.h"
#include "engine/engine.h"

#define RECORD(v) ((struct error_record *)(void *)(v).u.o)

extern const struct hop_class class_error_details;

#endif
