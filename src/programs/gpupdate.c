/* gpupdate: see server/gpupdate.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/gpupdate.h"

int
main(int argc, char **argv)
{
    return hop_gpupdate_main(argc, argv);
}
