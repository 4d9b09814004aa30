/* The -Filter of the ActiveDirectory cmdlets as an LDAP filter (RFC 4515).
 *
 *     filter:  part (-and part)* (-or ...)*      -and binds closer
 *     part:    -not part | ( filter ) | property operator value
 *     value:   'text' | "text" | number | word | $variable(.property)*
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_FILTER_H
#define HOP_AD_FILTER_H

#include "base/buf.h"
#include "base/error.h"

/* The text of a variable's value, to be put in *out; name: "x" or "x.Name",
 * without the dollar.  False when there is none. */
typedef bool hop_ad_variable_fn(void *ctx, const char *name,
                                struct hop_buf *out);

/* Appends the LDAP filter of text ("*": everything) to out.  The properties'
 * names become attributes, values are escaped, times are converted to what the
 * attribute holds.  Fails (GENERIC) with what is not understood and where. */
HOP_MUST_CHECK bool hop_ad_filter(const char *text, hop_ad_variable_fn *lookup,
                                  void *ctx, struct hop_buf *out,
                                  struct hop_error *err);
/* Appends the n bytes of a value with RFC 4515's escapes. */
void hop_ad_filter_value(struct hop_buf *out, const void *p, size_t n);
/* The same with every byte escaped, for what is no text: a SID, a GUID. */
void hop_ad_filter_bytes(struct hop_buf *out, const void *p, size_t n);

#endif
