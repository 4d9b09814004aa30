/* hopd-net: the server's face to the network.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/net.h"

int
main(int argc, char **argv)
{
    return hop_net_main(argc, argv);
}
