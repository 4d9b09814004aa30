/* gpresult: which Group Policy objects set what, as gpupdate last found it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_GPRESULT_H
#define HOP_SERVER_GPRESULT_H

#include "server/gpreport.h"

/* The program; returns its exit status: 0 shown, 1 nothing to show, 2 wrong
 * usage. */
int hop_gpresult_main(int argc, char **argv);

/* The text of it; all: with each setting. */
void hop_gpresult_format(const struct hop_gpreport *r, bool all,
                         struct hop_buf *out);

#endif
