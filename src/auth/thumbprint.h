/* A certificate among files by its thumbprint, as Windows' store is asked.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_THUMBPRINT_H
#define HOP_AUTH_THUMBPRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/config.h"

/* "7A:0F...", SHA-1 or SHA-256 of the first certificate in PEM text; with or
 * without colons and blanks, in any case. */
bool hop_thumbprint_fits(const char *wanted, const char *pem, size_t n);

/* Makes Listener/NAME/CertificateThumbprint that of the first certificate in
 * the file (SHA-1, upper case), unless it is already or the file cannot be
 * read: a renewed certificate shows as what it is.  A listener that the
 * settings do not describe stays away. */
void hop_thumbprint_follow(struct hop_config *c, const char *name,
                           const char *path);

/* The file NAME.pem or NAME.crt in one of the directories (by colons) whose
 * first certificate has the thumbprint, and its key: NAME.key when there is
 * one, else the same file.  Both free(). */
HOP_MUST_CHECK bool hop_thumbprint_find(const char *dirs, const char *wanted,
                                        char **cert, char **key,
                                        struct hop_error *err);

#endif
