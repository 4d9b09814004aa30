/* The texts of parse errors.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_MESSAGE_H
#define HOP_LANG_MESSAGE_H

/* The text of an error id with its {0}, {1} places; the id itself when it is
 * not known. */
const char *lang_message(const char *id);

#endif
