/* The table of journal.h over libsystemd (sd-journal(3)): hop-journal.so.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>

#include "cim/journal.h"

/* Are there files that this user may read?  sd_journal_open() succeeds
 * without any. */
static int
check(sd_journal *j)
{
    int any = sd_journal_has_runtime_files(j) > 0 ||
              sd_journal_has_persistent_files(j) > 0;

    return any ? 0 : -ENOENT;
}

static int
add_matches(sd_journal *j, const char *const *matches)
{
    int r = 0;

    for (; r >= 0 && matches && *matches; matches++) {
        r = sd_journal_add_match(j, *matches, 0);
        if (r >= 0)
            r = sd_journal_add_disjunction(j);
    }
    return r;
}

static int
open_journal(const char *const *matches, uint64_t until_us, void **out)
{
    sd_journal *j = NULL;
    int r = sd_journal_open(&j, SD_JOURNAL_LOCAL_ONLY);

    if (r < 0)
        return r;
    r = check(j);
    if (r >= 0)
        r = add_matches(j, matches);
    if (r >= 0)
        r = until_us ? sd_journal_seek_realtime_usec(j, until_us)
                     : sd_journal_seek_tail(j);
    if (r < 0) {
        sd_journal_close(j);
        return r;
    }
    sd_journal_set_data_threshold(j, 0);
    *out = j;
    return 0;
}

static int
previous(void *j)
{
    return sd_journal_previous(j);
}

static const char *
get(void *j, const char *field, size_t *len)
{
    const void *data;
    size_t n, name = strlen(field) + 1;

    if (sd_journal_get_data(j, field, &data, &n) < 0 || n < name)
        return NULL;
    *len = n - name;
    return (const char *)data + name;
}

static uint64_t
when_us(void *j)
{
    uint64_t at = 0;

    return sd_journal_get_realtime_usec(j, &at) < 0 ? 0 : at;
}

/* "s=...;i=4d3;b=...": i is the entry's number. */
static uint64_t
number(void *j)
{
    char *cursor = NULL;
    const char *i;
    uint64_t n = 0;

    if (sd_journal_get_cursor(j, &cursor) < 0)
        return 0;
    i = strstr(cursor, ";i=");
    if (i)
        n = strtoull(i + 3, NULL, 16);
    free(cursor);
    return n;
}

static void
close_journal(void *j)
{
    sd_journal_close(j);
}

const struct hop_journal_ops hop_journal_systemd = {
    .open = open_journal,
    .previous = previous,
    .get = get,
    .when_us = when_us,
    .number = number,
    .close = close_journal,
};
