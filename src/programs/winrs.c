/* SPDX-License-Identifier: MIT */
#include "client/winrs.h"

int
main(int argc, char **argv)
{
    return winrs_main(argc, argv);
}
