/* hopd-run-ps: one session of PowerShell's, as its user.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/run.h"

int
main(void)
{
    return hop_run_ps_main();
}
