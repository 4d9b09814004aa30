/* Small files as text.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CIM_FILES_H
#define HOP_CIM_FILES_H

#include <stddef.h>

/* The first max bytes of a file, owned; NULL when it cannot be read. */
char *hop_file_text(const char *path, size_t max);
/* Its first line without blanks at the end; NULL also when it is empty. */
char *hop_file_line(const char *path);

#endif
