/* Names of services: which to ask for, and how to write them.
 *
 * A WinRM server answers to host/NAME, HTTP/NAME and WSMAN/NAME alike, unless
 * HTTP/NAME was registered on the account of some web application, whose key
 * the server does not have (0x80090322).  So host/ is asked for first, then
 * HTTP/, then WSMAN/, each on the error "no such service" alone; a ticket that
 * the cache already holds goes before all of them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_SPN_H
#define HOP_AUTH_SPN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define HOP_SPN_CANDIDATES 3

struct hop_spn_rule {
    const char *host; /* as the user named the server */
    const char *spn;  /* the whole SPN, "HTTP/b.corp.test"; NULL chooses */
    uint16_t port;    /* appended as ":5985"; 0 leaves it out (SPN_PORT) */
};

struct hop_spn_list {
    char *names[HOP_SPN_CANDIDATES]; /* "host/b.corp.test", best first */
    size_t count;
};

/* The SPNs to try.  Fails for an address literal without an override, as
 * Kerberos has no names for those (0x8033810B), for an empty host and for
 * characters that no SPN has. */
HOP_MUST_CHECK bool hop_spn_choose(const struct hop_spn_rule *rule,
                                   struct hop_spn_list *out,
                                   struct hop_error *err);
void hop_spn_list_done(struct hop_spn_list *l);

/* "b.corp.test" for the short name "b", in the domain of the default realm,
 * which is where Kerberos looks for it; NULL for a name that is none, or
 * without a realm.  free(). */
char *hop_host_full_name(const char *host);
/* True for an IPv4 or IPv6 address, the latter also in brackets. */
bool hop_host_is_address(const char *host);

#endif
