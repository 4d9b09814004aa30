/* SPDX-License-Identifier: MIT */
#include "console/screen.h"

#include "base/text.h"

void
hop_screen_init(struct hop_screen *s, struct hop_terminal *t)
{
    *s = (struct hop_screen){t, HOP_COLOR_NONE, HOP_COLOR_NONE};
}

static void
add_colors(const struct hop_screen *s, int foreground, int background,
           struct hop_buf *out)
{
    if (!s->t->color)
        return;
    hop_buf_adds(out, hop_terminal_foreground(foreground));
    hop_buf_adds(out, hop_terminal_background(background));
}

void
hop_screen_reset_colors(const struct hop_screen *s, struct hop_buf *out)
{
    if (s->t->color)
        hop_buf_adds(out, "\033[0m");
    add_colors(s, s->foreground, s->background, out);
}

/* What the terminal does not tell is as .NET has it there. */
bool
hop_screen_get(struct hop_screen *s, enum hop_raw what, int v[2])
{
    switch (what) {
    case HOP_RAW_FOREGROUND: v[0] = s->foreground; return true;
    case HOP_RAW_BACKGROUND: v[0] = s->background; return true;
    case HOP_RAW_CURSOR: return hop_terminal_cursor(s->t, &v[0], &v[1]);
    case HOP_RAW_WINDOW_AT: v[0] = v[1] = 0; return true;
    case HOP_RAW_CURSOR_SIZE: v[0] = 100; return true;
    case HOP_RAW_BUFFER:
    case HOP_RAW_WINDOW:
    case HOP_RAW_MAX_WINDOW:
    case HOP_RAW_MAX_PHYSICAL:
        hop_terminal_size(s->t, &v[0], &v[1]);
        return true;
    case HOP_RAWS: break;
    }
    return false;
}

static void
write_out(const struct hop_screen *s, const struct hop_buf *b)
{
    if (b->len)
        hop_terminal_write(s->t, b->data, b->len);
}

static void
add_move(const struct hop_screen *s, int x, int y, struct hop_buf *out)
{
    if (s->t->moves)
        hop_buf_addf(out, "\033[%d;%dH", (y < 0 ? 0 : y) + 1,
                     (x < 0 ? 0 : x) + 1);
}

bool
hop_screen_set(struct hop_screen *s, enum hop_raw what, const int v[2])
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (what == HOP_RAW_CURSOR) {
        add_move(s, v[0], v[1], &b);
    } else if (what == HOP_RAW_FOREGROUND || what == HOP_RAW_BACKGROUND) {
        *(what == HOP_RAW_FOREGROUND ? &s->foreground : &s->background) = v[0];
        hop_screen_reset_colors(s, &b);
    } else {
        return false;
    }
    write_out(s, &b);
    return true;
}

/* A row of cells; control characters are spaces. */
static void
add_row(const struct hop_screen *s, const struct hop_screen_cell *c, uint32_t n,
        struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf wide = HOP_BUF_INIT;
    int foreground = HOP_COLOR_NONE, background = HOP_COLOR_NONE;

    for (uint32_t i = 0; i < n; i++) {
        uint16_t unit = c[i].character < 0x20 || c[i].character == 0x7F
                            ? ' '
                            : c[i].character;

        if (c[i].foreground != foreground || c[i].background != background) {
            (void)hop_utf8_from_utf16le(out, hop_buf_str(&wide), wide.len);
            hop_buf_clear(&wide);
            foreground = c[i].foreground;
            background = c[i].background;
            add_colors(s, foreground, background, out);
        }
        hop_buf_addc(&wide, (char)(unit & 0xFF));
        hop_buf_addc(&wide, (char)(unit >> 8));
    }
    (void)hop_utf8_from_utf16le(out, hop_buf_str(&wide), wide.len);
}

bool
hop_screen_put(struct hop_screen *s, int x, int y, const struct hop_cells *c)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    int width, height;

    hop_terminal_size(s->t, &width, &height);
    for (uint32_t row = 0; row < c->rows && s->t->moves; row++) {
        uint32_t room = x < width ? (uint32_t)(width - (x < 0 ? 0 : x)) : 0;

        if (y + (int)row >= height)
            break;
        add_move(s, x, y + (int)row, &b);
        add_row(s, &c->cells[(size_t)row * c->columns],
                c->columns < room ? c->columns : room, &b);
    }
    add_move(s, x, y, &b);
    hop_screen_reset_colors(s, &b);
    write_out(s, &b);
    return true;
}
