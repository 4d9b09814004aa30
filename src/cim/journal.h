/* The systemd journal, newest entry first: the table that hop-journal.so has
 * over libsystemd, so that nothing else is linked with it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CIM_JOURNAL_H
#define HOP_CIM_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

struct hop_journal_ops {
    /* matches: "FIELD=value" texts, of which one must hold (NULL ends them; no
     * text: all entries).  until_us: begin with the last entry before it, 0:
     * with the newest.  0 with *out, or a negative errno value; -EACCES when
     * there is a journal of which nothing can be read. */
    int (*open)(const char *const *matches, uint64_t until_us, void **out);
    /* One entry back: 1, 0 when there is none, negative errno. */
    int (*previous)(void *j);
    /* Its field, valid until the next call; NULL when it has none. */
    const char *(*get)(void *j, const char *field, size_t *len);
    uint64_t (*when_us)(void *j); /* since 1970 */
    uint64_t (*number)(void *j);  /* ascends along the journal */
    void (*close)(void *j);
};

extern const struct hop_journal_ops hop_journal_systemd
    __attribute__((visibility("default")));

#endif
