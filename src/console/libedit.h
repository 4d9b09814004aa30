/* libedit, loaded with the first editor: with what it needs itself it would
 * take a script a fifth of its start, and a script edits nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONSOLE_LIBEDIT_H
#define HOP_CONSOLE_LIBEDIT_H

#include <histedit.h>

/* clang-format off */
#define HOP_LIBEDIT(X) \
    X(el_cursor) X(el_deletestr) X(el_end) X(el_get) X(el_gets) X(el_init) \
    X(el_insertstr) X(el_line) X(el_reset) X(el_resize) X(el_set) X(history) \
    X(history_end) X(history_init)
/* clang-format on */

struct hop_libedit {
#define X(f) __typeof__(f) *f;
    HOP_LIBEDIT(X)
#undef X
};

/* The functions; loads the library at the first call. */
const struct hop_libedit *hop_libedit(void);

/* the source of this alone means the names themselves */
#ifndef HOP_LIBEDIT_PLAIN
#define el_cursor    (hop_libedit()->el_cursor)
#define el_deletestr (hop_libedit()->el_deletestr)
#define el_end       (hop_libedit()->el_end)
#define el_get       (hop_libedit()->el_get)
#define el_gets      (hop_libedit()->el_gets)
#define el_init      (hop_libedit()->el_init)
#define el_insertstr (hop_libedit()->el_insertstr)
#define el_line      (hop_libedit()->el_line)
#define el_reset     (hop_libedit()->el_reset)
#define el_resize    (hop_libedit()->el_resize)
#define el_set       (hop_libedit()->el_set)
/* alone the name stays free for others */
#define history(...) (hop_libedit()->history(__VA_ARGS__))
#define history_end  (hop_libedit()->history_end)
#define history_init (hop_libedit()->history_init)
#endif

#endif
