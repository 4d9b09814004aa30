/* Examples of cmdlets, for Get-Help -Examples.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CORE_HELP_EXAMPLE_H
#define HOP_CMDLETS_CORE_HELP_EXAMPLE_H

#include <stddef.h>

#define HOP_HELP_EXAMPLES 4

/* Those of a cmdlet, each as it would stand behind .EXAMPLE; *n: how many. */
const char *const *hop_help_examples(const char *cmdlet, size_t *n);

#endif
