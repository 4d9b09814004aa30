/* Descriptors, where one call is not enough.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_IO_H
#define HOP_BASE_IO_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all n bytes, over interruptions; waits where the descriptor does not.
 * False with errno set as soon as it fails: some may have been written. */
bool hop_fd_write(int fd, const void *bytes, size_t n);

#endif
