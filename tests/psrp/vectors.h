/* The exchanges recorded in tests/vectors, line by line.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TEST_PSRP_VECTORS_H
#define HOP_TEST_PSRP_VECTORS_H

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* Names of the files of a folder that end so (or so and ".gz"), sorted; NULL
 * ends them. */
char **vector_files(const char *folder, const char *suffix);
void vector_files_free(char **files);
/* Calls f for each line; stops and gives false when f does. */
bool vector_lines(const char *folder, const char *name,
                  bool (*f)(void *ctx, json_t *line), void *ctx);
const char *vector_string(json_t *line, const char *key);

#endif
