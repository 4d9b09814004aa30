/* The kinds of messages and the head that each has, MS-PSRP 2.2.1.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_PSRP_TYPE_H
#define HOP_PSRP_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/guid.h"

#define HOP_PSRP_HEAD 40 /* bytes before the text */

/* MS-PSRP 2.2.1, MessageType. */
enum hop_psrp_type {
    HOP_PSRP_SESSION_CAPABILITY = 0x00010002,
    HOP_PSRP_INIT_RUNSPACEPOOL = 0x00010004,
    HOP_PSRP_PUBLIC_KEY = 0x00010005,
    HOP_PSRP_ENCRYPTED_SESSION_KEY = 0x00010006,
    HOP_PSRP_PUBLIC_KEY_REQUEST = 0x00010007,
    HOP_PSRP_CONNECT_RUNSPACEPOOL = 0x00010008,
    HOP_PSRP_SET_MAX_RUNSPACES = 0x00021002,
    HOP_PSRP_SET_MIN_RUNSPACES = 0x00021003,
    HOP_PSRP_RUNSPACE_AVAILABILITY = 0x00021004,
    HOP_PSRP_RUNSPACEPOOL_STATE = 0x00021005,
    HOP_PSRP_CREATE_PIPELINE = 0x00021006,
    HOP_PSRP_GET_AVAILABLE_RUNSPACES = 0x00021007,
    HOP_PSRP_USER_EVENT = 0x00021008,
    HOP_PSRP_APPLICATION_PRIVATE_DATA = 0x00021009,
    HOP_PSRP_GET_COMMAND_METADATA = 0x0002100A,
    HOP_PSRP_RUNSPACEPOOL_INIT_DATA = 0x0002100B,
    HOP_PSRP_RESET_RUNSPACE_STATE = 0x0002100C,
    HOP_PSRP_RUNSPACEPOOL_HOST_CALL = 0x00021100,
    HOP_PSRP_RUNSPACEPOOL_HOST_RESPONSE = 0x00021101,
    HOP_PSRP_PIPELINE_INPUT = 0x00041002,
    HOP_PSRP_END_OF_PIPELINE_INPUT = 0x00041003,
    HOP_PSRP_PIPELINE_OUTPUT = 0x00041004,
    HOP_PSRP_ERROR_RECORD = 0x00041005,
    HOP_PSRP_PIPELINE_STATE = 0x00041006,
    HOP_PSRP_DEBUG_RECORD = 0x00041007,
    HOP_PSRP_VERBOSE_RECORD = 0x00041008,
    HOP_PSRP_WARNING_RECORD = 0x00041009,
    HOP_PSRP_PROGRESS_RECORD = 0x00041010,
    HOP_PSRP_INFORMATION_RECORD = 0x00041011,
    HOP_PSRP_PIPELINE_HOST_CALL = 0x00041100,
    HOP_PSRP_PIPELINE_HOST_RESPONSE = 0x00041101,
};

/* MS-PSRP 2.2.1, Destination. */
enum { HOP_PSRP_TO_CLIENT = 1, HOP_PSRP_TO_SERVER = 2 };

struct hop_psrp_type_info {
    enum hop_psrp_type type;
    const char *name;    /* SESSION_CAPABILITY */
    const char *section; /* of MS-PSRP */
    unsigned to;         /* HOP_PSRP_TO_..., both for SESSION_CAPABILITY */
    bool of_pipeline;    /* carries a pipeline's id, travels in its channel */
};

/* NULL: no such type. */
const struct hop_psrp_type_info *hop_psrp_type_find(uint32_t type);
/* The i'th of all types, or NULL behind the last. */
const struct hop_psrp_type_info *hop_psrp_type_at(size_t i);

struct hop_psrp_head {
    uint32_t to;   /* HOP_PSRP_TO_... */
    uint32_t type; /* any number */
    struct hop_guid pool, pipeline;
};

/* The head and a byte order mark. */
void hop_psrp_head_encode(struct hop_buf *out, const struct hop_psrp_head *h);
/* body gets the text behind the head and a byte order mark, if there is one
 * (borrowed).  False: fewer than 40 bytes. */
HOP_MUST_CHECK bool hop_psrp_head_decode(const void *p, size_t n,
                                         struct hop_psrp_head *h,
                                         const char **body, size_t *body_n,
                                         struct hop_error *err);

#endif
