/* SPDX-License-Identifier: MIT */
#include "console/progress.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

static void
free_bar(struct hop_progress_bar *b)
{
    free(b->activity);
    free(b->status);
    free(b->operation);
}

void
hop_progress_done(struct hop_progress_view *v)
{
    for (size_t i = 0; i < v->n; i++)
        free_bar(&v->bars[i]);
    v->n = 0;
}

static size_t
find_bar(const struct hop_progress_view *v, int64_t source_id, int32_t id)
{
    size_t i = 0;

    while (i < v->n &&
           (v->bars[i].source_id != source_id || v->bars[i].id != id))
        i++;
    return i;
}

static void
remove_at(struct hop_progress_view *v, size_t i)
{
    free_bar(&v->bars[i]);
    memmove(&v->bars[i], &v->bars[i + 1], (v->n - i - 1) * sizeof(v->bars[0]));
    v->n--;
}

static void
end_bar(struct hop_progress_view *v, int64_t source_id, int32_t id)
{
    size_t i = find_bar(v, source_id, id);

    if (i == v->n)
        return;
    remove_at(v, i);
    for (i = 0; i < v->n;) {
        if (v->bars[i].source_id == source_id && v->bars[i].parent_id == id) {
            end_bar(v, source_id, v->bars[i].id);
            i = 0;
        } else {
            i++;
        }
    }
}

void
hop_progress_report(struct hop_progress_view *v, const struct hop_progress *p)
{
    struct hop_progress_bar *b;
    size_t i;

    if (p->completed) {
        end_bar(v, p->source_id, p->id);
        return;
    }
    i = find_bar(v, p->source_id, p->id);
    if (i == v->n) {
        if (v->n == HOP_PROGRESS_MAX)
            remove_at(v, 0);
        i = v->n++;
        v->bars[i] = (struct hop_progress_bar){0};
    }
    b = &v->bars[i];
    free_bar(b);
    *b = (struct hop_progress_bar){
        .source_id = p->source_id,
        .id = p->id,
        .parent_id = p->id == p->parent_id ? -1 : p->parent_id,
        .percent = p->percent > 100 ? 100 : p->percent,
        .seconds_remaining = p->seconds_remaining,
        .activity = hop_xstrdup(p->activity),
        .status = hop_xstrdup(p->status),
        .operation = hop_xstrdup(p->operation),
    };
}

/* Appends at most `columns` characters of a text, control characters as
 * blanks; returns how many. */
static int
add_text(struct hop_buf *b, const char *s, int columns)
{
    size_t n = strlen(s), used;
    int count = 0;

    for (size_t i = 0; i < n && count < columns; i += used, count++) {
        uint32_t c = hop_utf8_decode(s + i, n - i, &used);

        if (c < 0x20 || (c >= 0x7f && c < 0xa0))
            hop_buf_addc(b, ' ');
        else
            hop_buf_add(b, s + i, used);
    }
    return count;
}

static void
add_seconds(struct hop_buf *b, int32_t s)
{
    if (s >= 0)
        hop_buf_addf(b, " %02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
}

/* " Activity [status ====      ] 00:01:05": the part done is reversed, or
 * drawn in = without colour. */
static void
draw_bar(const struct hop_progress_bar *p, int indent, int width, bool color,
         struct hop_buf *b)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf tail = HOP_BUF_INIT;
    int room, done, at = 0, count;

    add_seconds(&tail, p->seconds_remaining);
    hop_buf_fill(b, ' ', (size_t)indent);
    count = add_text(b, p->activity, width / 2 - indent);
    hop_buf_adds(b, " [");
    room = width - indent - count - 3 - (int)tail.len - 1;
    if (room < 4)
        room = 4;
    at = add_text(&text, p->status, room);
    if (*p->operation && at + 1 < room) {
        hop_buf_addc(&text, ' ');
        at += 1 + add_text(&text, p->operation, room - at - 1);
    }
    hop_buf_fill(&text, ' ', (size_t)(room - at));
    done = p->percent < 0 ? 0 : room * p->percent / 100;
    if (color && done)
        hop_buf_adds(b, "\033[7m");
    for (size_t i = 0, used; i < text.len; i += used, done--) {
        hop_utf8_decode(text.data + i, text.len - i, &used);
        if (color && done == 0)
            hop_buf_adds(b, "\033[27m");
        if (!color && done > 0 && text.data[i] == ' ')
            hop_buf_addc(b, '=');
        else
            hop_buf_add(b, text.data + i, used);
    }
    if (color)
        hop_buf_adds(b, "\033[27m");
    hop_buf_addc(b, ']');
    hop_buf_adds(b, hop_buf_str(&tail));
}

static size_t
draw_level(const struct hop_progress_view *v, int64_t source, int32_t parent,
           int depth, int width, bool color, struct hop_buf *b)
{
    size_t lines = 0;

    for (size_t i = 0; i < v->n; i++) {
        const struct hop_progress_bar *p = &v->bars[i];
        bool orphan =
            p->parent_id < 0 || find_bar(v, p->source_id, p->parent_id) == v->n;

        if (depth ? p->source_id != source || p->parent_id != parent : !orphan)
            continue;
        if (color)
            hop_buf_adds(b, "\033[33;1m");
        draw_bar(p, depth * 2, width, color, b);
        if (color)
            hop_buf_adds(b, "\033[0m");
        hop_buf_addc(b, '\n');
        lines++;
        if (depth < HOP_PROGRESS_MAX)
            lines +=
                draw_level(v, p->source_id, p->id, depth + 1, width, color, b);
    }
    return lines;
}

size_t
hop_progress_draw(const struct hop_progress_view *v, int width, bool color,
                  struct hop_buf *b)
{
    return draw_level(v, 0, 0, 0, width, color, b);
}
