/* The policy of CredSSP's client: to which hosts a freshly typed password may
 * go.  Group Policy's AllowFreshCredentials and
 * AllowFreshCredentialsWhenNTLMOnly, in the tree below Client/.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONFIG_FRESH_H
#define HOP_CONFIG_FRESH_H

#include "config/config.h"

/* ERROR_WSMAN_..., PROTOCOL.md 3.8 */
#define HOP_FRESH_NO_CREDENTIALS 0x803381A1u
#define HOP_FRESH_DISABLED       0x803381A2u
#define HOP_FRESH_NOT_LISTED     0x803381A3u
#define HOP_FRESH_NTLM_ONLY      0x803381A4u

enum hop_fresh_proof {
    HOP_FRESH_UNKNOWN,  /* nothing is sent yet: may it be so at all? */
    HOP_FRESH_KERBEROS, /* the server has proven who it is */
    HOP_FRESH_NTLM,     /* it has proven little */
};

/* Whether a password may go to the host, as the user named it.  An entry is an
 * SPN, "wsman/b.corp.test", with '*' anywhere; "*" alone is any host.  Fails
 * with one of the codes above and with what to run. */
HOP_MUST_CHECK bool hop_fresh_allowed(const struct hop_config *c,
                                      const char *host,
                                      enum hop_fresh_proof proof,
                                      struct hop_error *err);

#endif
