/* How a session travels in a WSMan shell, MS-PSRP 3.1.5.3 and MS-WSMV 3.1.4.1.
 * creationXml, connectXml and the signals' names are the wsman room's.
 *
 * The first bytes of the pool's channel go into creationXml (or connectXml),
 * those of a pipeline's channel into the one argument of its Command; the rest
 * goes by Send.  What the server sends comes by Receive, on stdout.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_PSRP_SHELL_H
#define HOP_PSRP_SHELL_H

#include "psrp/fragment.h"

#define HOP_PSRP_SHELL_INPUT    "stdin pr"
#define HOP_PSRP_SHELL_OUTPUT   "stdout"
#define HOP_PSRP_VERSION_OPTION "protocolversion"

/* "stdin" or "pr": the stream that a Send is for. */
const char *hop_psrp_stream_name(enum hop_psrp_stream s);
/* False: a client sends on no such stream. */
HOP_MUST_CHECK bool hop_psrp_stream_find(const char *name,
                                         enum hop_psrp_stream *out);

/* How many bytes of fragments fit one message of at most envelope bytes, base64
 * and the envelope around it counted; 0 when not even a fragment fits.  sealed:
 * the message is encrypted, which costs a little more. */
size_t hop_psrp_shell_room(size_t envelope, bool sealed);

#endif
