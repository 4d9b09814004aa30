/* Shorthand for the tables of types in the engine.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_DEF_H
#define HOP_ENGINE_DEF_H

#include "value/class.h"

#define SMA "System.Management.Automation."

/* A method, a getter and a setter by their fixed shapes. */
#define METHOD(fn) static bool fn(struct hop_context *cx, struct hop_call *call)
#define GETTER(fn)                                                             \
    static bool fn(struct hop_context *cx, struct hop_value self,              \
                   intptr_t data, struct hop_value *out)
#define SETTER(fn)                                                             \
    static bool fn(struct hop_context *cx, struct hop_value self,              \
                   intptr_t data, struct hop_value v)

#endif
