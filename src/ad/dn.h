/* Distinguished names as far as they tell the domain: RFC 2247.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_DN_H
#define HOP_AD_DN_H

/* "CN=B,DC=corp,DC=test" is of corp.test; "" for one without DC parts.
 * free(). */
char *hop_ad_domain_of_dn(const char *dn);

#endif
