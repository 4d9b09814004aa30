/* hopd-run-cim: instances of this host, as their reader.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/run.h"

int
main(void)
{
    return hop_run_cim_main();
}
