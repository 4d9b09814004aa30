/* SPDX-License-Identifier: MIT */
#include "psrp/shell.h"

#include <string.h>

/* Headers with long host names, ids and addresses; what sealing adds. */
#define ENVELOPE 4096
#define SEAL     1024

static const char *const names[] = {
    [HOP_PSRP_DEFAULT] = "stdin",
    [HOP_PSRP_PROMPT] = "pr",
};

const char *
hop_psrp_stream_name(enum hop_psrp_stream s)
{
    return names[s];
}

bool
hop_psrp_stream_find(const char *name, enum hop_psrp_stream *out)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (enum hop_psrp_stream)i;
            return true;
        }
    }
    return false;
}

size_t
hop_psrp_shell_room(size_t envelope, bool sealed)
{
    size_t around = ENVELOPE + (sealed ? SEAL : 0);
    size_t room = envelope > around ? (envelope - around) / 4 * 3 : 0;

    return room > HOP_PSRP_FRAGMENT_HEAD ? room : 0;
}
