/* Parts of the project that are loaded when they are needed: hop-tls.so and its
 * kin, which lie beside the program in the build tree and in lib/hop/ when
 * installed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_MODULE_H
#define HOP_BASE_MODULE_H

/* Opens "hop-tls.so"; NULL when it is not found (dlerror() says why).  Stays
 * open until the process ends. */
void *hop_module_open(const char *name);

#endif
