/* What a fuzz target has: libFuzzer's entry, and a check that ends the process
 * where a decoder breaks one of its promises.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_FUZZ_H
#define HOP_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond)                                                             \
    do {                                                                       \
        if (!(cond)) {                                                         \
            fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, \
                    #cond);                                                    \
            abort();                                                           \
        }                                                                      \
    } while (0)

#endif
