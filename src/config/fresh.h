/* The policy of CredSSP's client: to which hosts a freshly typed password may
 * go.  Group Policy's AllowFreshCredentials and
 * AllowFreshCredentialsWhenNTLMOnly, in the tree below Client/.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONFIG_FRESH_H
#define HOP_CONFIG_FRESH_H

#include "config/config.h"

/* ERROR_WSMAN_CREDSSP_... and its neighbours: winerror.h */
#define HOP_FRESH_NO_CREDENTIALS 0x803381A1u
#define HOP_FRESH_DISABLED       0x803381A2u
#define HOP_FRESH_NOT_LISTED     0x803381A3u
#define HOP_FRESH_NTLM_ONLY      0x803381A4u

enum hop_fresh_proof {
    HOP_FRESH_UNKNOWN,  /* nothing is sent yet: may it be so at all? */
    HOP_FRESH_KERBEROS, /* the server has proven who it is */
    HOP_FRESH_NTLM,     /* it has proven little */
};

/* Whether a password may go to the host, as the user named it.  full: the name
 * with its domain, where the user gave a short one and Kerberos can prove it,
 * or NULL: one of the two has to be listed, and neither denied.  An entry is an
 * SPN, "wsman/b.corp.test", with '*' anywhere; "*" alone is any host; one with
 * " until 2026-11-21T19:30:00Z" behind it ends by itself.  now: Unix time.
 * Fails with one of the codes above and with what to run. */
HOP_MUST_CHECK bool hop_fresh_allowed(const struct hop_config *c,
                                      const char *host, const char *full,
                                      enum hop_fresh_proof proof, int64_t now,
                                      struct hop_error *err);

/* What Get-WSManCredSSP shows: the first list's entries for "wsman" that are in
 * force, the last one first, with commas; without the ends of time. */
void hop_fresh_targets(const struct hop_config *c, int64_t now,
                       struct hop_buf *out);
/* "2h", "30m", "90s", "1d"; a TimeSpan's text, "02:00:00" or "1.00:00:00", as
 * well.  Seconds; -1 for what is none. */
int64_t hop_fresh_span(const char *text);
/* What Enable-WSManCredSSP does for a client: switches it on, puts the hosts
 * ("b", "*.corp.test") on the first list that are not there yet, and takes off
 * what is over.  until: Unix time at which they go by themselves, 0: never; it
 * replaces the end of time of one that is there.  Appends the SPNs that were
 * added to added, separated by commas.  0x8033808A where a policy fixes it. */
HOP_MUST_CHECK bool hop_fresh_enable(const char *dir, const char *const *hosts,
                                     size_t count, int64_t now, int64_t until,
                                     struct hop_buf *added,
                                     struct hop_error *err);
/* Takes entries off whose time is over, and switches CredSSP's client off with
 * the last one; changes nothing where there are none.  *next: when the next one
 * ends, Unix time, or 0. */
HOP_MUST_CHECK bool hop_fresh_sweep(const char *dir, int64_t now, int64_t *next,
                                    struct hop_error *err);
/* What Disable-WSManCredSSP does: off, and all "wsman" entries gone. */
HOP_MUST_CHECK bool hop_fresh_disable(const char *dir, struct hop_error *err);

#endif
