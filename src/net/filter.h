/* Which addresses of this host a listener may use: WSMan's IPv4Filter and
 * IPv6Filter.
 *
 *     *                                     all of that family
 *     10.77.0.0-10.77.0.255, 192.0.2.7      ranges and single addresses
 *     (nothing)                             none
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_FILTER_H
#define HOP_NET_FILTER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

enum { HOP_FILTER_ADDRESSES = 64 };

struct hop_filter_list {
    char items[HOP_FILTER_ADDRESSES]
              [INET6_ADDRSTRLEN]; /* for hop_listen_open */
    size_t count;
};

/* Whether a numeric address is in a filter of its family.  Fails for a filter
 * that is none, naming the part that is wrong. */
HOP_MUST_CHECK bool hop_filter_has(const char *filter, int family,
                                   const char *address, bool *has,
                                   struct hop_error *err);
/* What is to be listened on for the two filters: "*" when both allow all, the
 * family's wildcard when one does, and for ranges those of the host's present
 * addresses that are in them (but IPv6's link-local ones).  Fails when nothing
 * is left. */
HOP_MUST_CHECK bool hop_filter_addresses(const char *v4, const char *v6,
                                         struct hop_filter_list *out,
                                         struct hop_error *err);

/* This host's present addresses that are in the filters, by blanks, appended: a
 * description, in which a filter that is none has nothing. */
void hop_filter_describe(const char *v4, const char *v6, struct hop_buf *out);

#endif
