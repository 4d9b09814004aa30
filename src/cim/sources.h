/* The class tables of this room, one source file per family.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CIM_SOURCES_H
#define HOP_CIM_SOURCES_H

#include "cim/cim.h"

/* clang-format off */
#define HOP_CIM_CLASSES_(X) \
    X(bios) \
    X(computer_system) \
    X(datafile) \
    X(directory) \
    X(group) \
    X(logical_disk) \
    X(network) \
    X(ntlog_event) \
    X(ntlog_file) \
    X(operating_system) \
    X(process) \
    X(processor) \
    X(service) \
    X(time_zone) \
    X(user_account)
/* clang-format on */
#define X(c) extern const struct hop_cim_class hop_cim_class_##c;
HOP_CIM_CLASSES_(X)
#undef X

/* Rows of property tables. */
#define S(n)                                                                   \
    {                                                                          \
        n, HOP_CIM_STRING, 0                                                   \
    }
#define SK(n)                                                                  \
    {                                                                          \
        n, HOP_CIM_STRING, HOP_CIM_KEY                                         \
    }
#define SA(n)                                                                  \
    {                                                                          \
        n, HOP_CIM_STRING, HOP_CIM_ARRAY                                       \
    }
#define B(n)                                                                   \
    {                                                                          \
        n, HOP_CIM_BOOLEAN, 0                                                  \
    }
#define U8(n)                                                                  \
    {                                                                          \
        n, HOP_CIM_UINT8, 0                                                    \
    }
#define U16(n)                                                                 \
    {                                                                          \
        n, HOP_CIM_UINT16, 0                                                   \
    }
#define U32(n)                                                                 \
    {                                                                          \
        n, HOP_CIM_UINT32, 0                                                   \
    }
#define U32K(n)                                                                \
    {                                                                          \
        n, HOP_CIM_UINT32, HOP_CIM_KEY                                         \
    }
#define U64(n)                                                                 \
    {                                                                          \
        n, HOP_CIM_UINT64, 0                                                   \
    }
#define I16(n)                                                                 \
    {                                                                          \
        n, HOP_CIM_SINT16, 0                                                   \
    }
#define I32(n)                                                                 \
    {                                                                          \
        n, HOP_CIM_SINT32, 0                                                   \
    }
#define T(n)                                                                   \
    {                                                                          \
        n, HOP_CIM_DATETIME, 0                                                 \
    }

/* A class with one instance: next gives it once. */
struct hop_cim_single {
    bool given;
};

#endif
