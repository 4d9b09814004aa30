/* The e-data of a KDC's error.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/kdcerror.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t status = kdc_error_status(data, size);

    /* It is read from the input, wherever that may be. */
    MUST(status == 0 || size >= 23);
    return 0;
}
