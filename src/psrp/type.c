/* SPDX-License-Identifier: MIT */
#include "psrp/type.h"

#include <string.h>

#define CLIENT HOP_PSRP_TO_CLIENT
#define SERVER HOP_PSRP_TO_SERVER
#define ROW(name, section, to, of_pipeline)                                    \
    {                                                                          \
        HOP_PSRP_##name, #name, section, to, of_pipeline                       \
    }

static const struct hop_psrp_type_info types[] = {
    ROW(SESSION_CAPABILITY, "2.2.2.1", CLIENT | SERVER, false),
    ROW(INIT_RUNSPACEPOOL, "2.2.2.2", SERVER, false),
    ROW(PUBLIC_KEY, "2.2.2.3", SERVER, false),
    ROW(ENCRYPTED_SESSION_KEY, "2.2.2.4", CLIENT, false),
    ROW(PUBLIC_KEY_REQUEST, "2.2.2.5", CLIENT, false),
    ROW(SET_MAX_RUNSPACES, "2.2.2.6", SERVER, false),
    ROW(SET_MIN_RUNSPACES, "2.2.2.7", SERVER, false),
    ROW(RUNSPACE_AVAILABILITY, "2.2.2.8", CLIENT, false),
    ROW(RUNSPACEPOOL_STATE, "2.2.2.9", CLIENT, false),
    ROW(CREATE_PIPELINE, "2.2.2.10", SERVER, true),
    ROW(GET_AVAILABLE_RUNSPACES, "2.2.2.11", SERVER, false),
    ROW(USER_EVENT, "2.2.2.12", CLIENT, false),
    ROW(APPLICATION_PRIVATE_DATA, "2.2.2.13", CLIENT, false),
    ROW(GET_COMMAND_METADATA, "2.2.2.14", SERVER, true),
    ROW(RUNSPACEPOOL_HOST_CALL, "2.2.2.15", CLIENT, false),
    ROW(RUNSPACEPOOL_HOST_RESPONSE, "2.2.2.16", SERVER, false),
    ROW(PIPELINE_INPUT, "2.2.2.17", SERVER, true),
    ROW(END_OF_PIPELINE_INPUT, "2.2.2.18", SERVER, true),
    ROW(PIPELINE_OUTPUT, "2.2.2.19", CLIENT, true),
    ROW(ERROR_RECORD, "2.2.2.20", CLIENT, true),
    ROW(PIPELINE_STATE, "2.2.2.21", CLIENT, true),
    ROW(DEBUG_RECORD, "2.2.2.22", CLIENT, true),
    ROW(VERBOSE_RECORD, "2.2.2.23", CLIENT, true),
    ROW(WARNING_RECORD, "2.2.2.24", CLIENT, true),
    ROW(PROGRESS_RECORD, "2.2.2.25", CLIENT, true),
    ROW(INFORMATION_RECORD, "2.2.2.26", CLIENT, true),
    ROW(PIPELINE_HOST_CALL, "2.2.2.27", CLIENT, true),
    ROW(PIPELINE_HOST_RESPONSE, "2.2.2.28", SERVER, true),
    ROW(CONNECT_RUNSPACEPOOL, "2.2.2.29", SERVER, false),
    ROW(RUNSPACEPOOL_INIT_DATA, "2.2.2.30", CLIENT, false),
    ROW(RESET_RUNSPACE_STATE, "2.2.2.31", SERVER, false),
};

const struct hop_psrp_type_info *
hop_psrp_type_find(uint32_t type)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(types); i++)
        if ((uint32_t)types[i].type == type)
            return &types[i];
    return NULL;
}

const struct hop_psrp_type_info *
hop_psrp_type_at(size_t i)
{
    return i < HOP_ARRAY_SIZE(types) ? &types[i] : NULL;
}

static const char mark[] = {'\xEF', '\xBB', '\xBF'};

static void
write_le32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

static uint32_t
read_le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

void
hop_psrp_head_encode(struct hop_buf *out, const struct hop_psrp_head *h)
{
    uint8_t b[HOP_PSRP_HEAD];

    write_le32(b, h->to);
    write_le32(b + 4, h->type);
    memcpy(b + 8, h->pool.bytes, 16);
    memcpy(b + 24, h->pipeline.bytes, 16);
    hop_buf_add(out, b, sizeof(b));
    hop_buf_add(out, mark, sizeof(mark));
}

bool
hop_psrp_head_decode(const void *p, size_t n, struct hop_psrp_head *h,
                     const char **body, size_t *body_n, struct hop_error *err)
{
    const uint8_t *b = p;
    size_t skip = HOP_PSRP_HEAD;

    if (n < HOP_PSRP_HEAD)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a message of %zu bytes is shorter than its head "
                             "of 40",
                             n);
    h->to = read_le32(b);
    h->type = read_le32(b + 4);
    memcpy(h->pool.bytes, b + 8, 16);
    memcpy(h->pipeline.bytes, b + 24, 16);
    if (n - skip >= sizeof(mark) && memcmp(b + skip, mark, sizeof(mark)) == 0)
        skip += sizeof(mark);
    *body = (const char *)b + skip;
    *body_n = n - skip;
    return true;
}
