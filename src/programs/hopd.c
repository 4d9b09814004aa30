/* hopd: the monitor of the server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/monitor.h"

int
main(int argc, char **argv)
{
    return hop_monitor_main(argc, argv);
}
