/* hopd-run: one session, as its user.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/run.h"

int
main(void)
{
    return hop_run_main();
}
