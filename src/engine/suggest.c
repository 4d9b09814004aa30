/* Did you mean: the nearest names among the commands.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/suggest.h"

#include "engine/engine.h"

#define NAME_MOST   64 /* letters of names that are compared */
#define SUGGESTIONS 3

static size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Rows of the table of distances, the two above the one at work with it. */
size_t
hop_suggest_distance(const char *a, const char *b, size_t most)
{
    size_t row[3][NAME_MOST + 1] = {{0}};
    size_t n = strlen(a), m = strlen(b);

    if (n > NAME_MOST || m > NAME_MOST || (n > m ? n - m : m - n) > most)
        return most + 1;
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *up = row[(i + 2) % 3];
        const size_t *above = row[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            char x = hop_ascii_lower(a[i - 1]), y = hop_ascii_lower(b[j - 1]);

            now[j] =
                smaller(smaller(up[j], now[j - 1]) + 1, up[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == hop_ascii_lower(b[j - 2]) &&
                y == hop_ascii_lower(a[i - 2]))
                now[j] = smaller(now[j], above[j - 2] + 1);
        }
    }
    return smaller(row[n % 3][m], most + 1);
}

struct search {
    const char *name;
    size_t most;
    char *best[SUGGESTIONS]; /* owned, nearest first */
    size_t distance[SUGGESTIONS];
    size_t n;
};

static void
keep(struct search *s, const char *name, size_t distance)
{
    size_t at = s->n;

    for (size_t i = 0; i < s->n; i++)
        if (strcasecmp(s->best[i], name) == 0)
            return;
    while (at && s->distance[at - 1] > distance)
        at--;
    if (at == SUGGESTIONS)
        return;
    if (s->n == SUGGESTIONS)
        free(s->best[--s->n]);
    for (size_t i = s->n; i > at; i--) {
        s->best[i] = s->best[i - 1];
        s->distance[i] = s->distance[i - 1];
    }
    s->best[at] = hop_xstrdup(name);
    s->distance[at] = distance;
    s->n++;
}

static bool
look_at(void *ctx, struct cmdinfo *c)
{
    struct search *s = ctx;
    size_t d = hop_suggest_distance(s->name, c->name, s->most);

    if (d && d <= s->most)
        keep(s, c->name, d);
    return true;
}

bool
hop_suggest_commands(struct hop_runspace *rs, const char *name,
                     struct hop_buf *out)
{
    struct search s = {.name = name, .most = strlen(name) / 4 + 1};

    if (strlen(name) < 3 || strchr(name, '/'))
        return false;
    command_each(
        rs, COMMAND_CMDLET | COMMAND_FUNCTION | COMMAND_FILTER | COMMAND_ALIAS,
        look_at, &s);
    for (size_t i = 0; i < s.n; i++) {
        hop_buf_addf(out, "%s%s",
                     i == 0         ? "Did you mean "
                     : i + 1 == s.n ? " or "
                                    : ", ",
                     s.best[i]);
        free(s.best[i]);
    }
    if (s.n)
        hop_buf_addc(out, '?');
    return s.n > 0;
}
