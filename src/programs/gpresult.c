/* gpresult: see server/gpresult.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/gpresult.h"

int
main(int argc, char **argv)
{
    return hop_gpresult_main(argc, argv);
}
