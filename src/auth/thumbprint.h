/* A certificate among files by its thumbprint, as Windows' store is asked.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_THUMBPRINT_H
#define HOP_AUTH_THUMBPRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* "7A:0F...", SHA-1 or SHA-256 of the first certificate in PEM text; with or
 * without colons and blanks, in any case. */
bool hop_thumbprint_fits(const char *wanted, const char *pem, size_t n);

/* The file NAME.pem or NAME.crt in one of the directories (by colons) whose
 * first certificate has the thumbprint, and its key: NAME.key when there is
 * one, else the same file.  Both free(). */
HOP_MUST_CHECK bool hop_thumbprint_find(const char *dirs, const char *wanted,
                                        char **cert, char **key,
                                        struct hop_error *err);

#endif
