/* The lines of a session over a pair of pipes or SSH: `pwsh -s`, `hop -s`.
 *
 * One XML element per line; fragments travel as base64 inside <Data>.  The
 * forms are those that PowerShell 7 writes; reading takes what its reader
 * takes: either quote, attributes in any order, GUIDs in any form, <X></X> for
 * <X />, blanks inside the element, a CR before the LF.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_PSRP_PIPE_H
#define HOP_PSRP_PIPE_H

#include "psrp/fragment.h"

#include "base/guid.h"

enum hop_psrp_element {
    HOP_PSRP_DATA, /* stream and data */
    HOP_PSRP_DATA_ACK,
    HOP_PSRP_COMMAND,
    HOP_PSRP_COMMAND_ACK,
    HOP_PSRP_CLOSE,
    HOP_PSRP_CLOSE_ACK,
    HOP_PSRP_SIGNAL,
    HOP_PSRP_SIGNAL_ACK,
    HOP_PSRP_ELEMENTS
};

struct hop_psrp_packet {
    enum hop_psrp_element element;
    struct hop_guid id; /* zero: the session, else a pipeline */
    enum hop_psrp_stream stream;
    struct hop_buf data; /* of HOP_PSRP_DATA: bytes of fragments */
};

/* "Data" ... */
const char *hop_psrp_element_name(enum hop_psrp_element e);

/* Appends the line, LF included. */
void hop_psrp_packet_encode(struct hop_buf *out, enum hop_psrp_element element,
                            const struct hop_guid *id,
                            enum hop_psrp_stream stream, const void *data,
                            size_t n);
/* Reads one line of n bytes, without its LF.  packet->data is emptied and
 * filled.  False: it is no packet (HOP_ERROR_PROTOCOL). */
HOP_MUST_CHECK bool hop_psrp_packet_decode(const char *line, size_t n,
                                           struct hop_psrp_packet *packet,
                                           struct hop_error *err);

/* Cuts bytes into lines.  In place; zeroed is empty, max_line must be set. */
struct hop_psrp_lines {
    struct hop_buf in;
    size_t at;       /* read so far */
    size_t searched; /* behind at: no LF up to here */
    size_t tail;     /* bytes behind the last LF */
    size_t max_line; /* bytes of a line */
};

void hop_psrp_lines_done(struct hop_psrp_lines *l);
/* False: a line without end is longer than max_line, or no memory. */
HOP_MUST_CHECK bool hop_psrp_lines_add(struct hop_psrp_lines *l, const void *p,
                                       size_t n, struct hop_error *err);
/* The next whole line without its LF, borrowed until the next add. */
bool hop_psrp_lines_next(struct hop_psrp_lines *l, const char **line,
                         size_t *n);

#endif
