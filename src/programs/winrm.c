/* SPDX-License-Identifier: MIT */
#include "client/winrm.h"

int
main(int argc, char **argv)
{
    return winrm_main(argc, argv);
}
