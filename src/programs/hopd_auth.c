/* hopd-auth: who is at the other end.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/auth.h"

int
main(int argc, char **argv)
{
    return hop_auth_main(argc, argv);
}
