/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define SEPARATOR_CELLS 1
#define MIN_COLUMN      1
#define ELLIPSIS        "\xE2\x80\xA6"
#define STYLE_ON        "\x1B[32;1m"
#define STYLE_FOREIGN   "\x1B[32;1;3m"
#define STYLE_OFF       "\x1B[0m"

enum hop_flow
hop_line(const struct hop_line_out *lo, const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_add(&b, s, n);
    hop_buf_addc(&b, '\n');
    return lo->write(lo->ctx, b.data, b.len);
}

/* ---- column widths ---- */

static int
table_width(const int *w, size_t n)
{
    int sum = 0, visible = 0;

    for (size_t k = 0; k < n; k++) {
        if (w[k] > 0) {
            sum += w[k];
            visible++;
        }
    }
    return sum + SEPARATOR_CELLS * (visible - 1);
}

/* Gives the columns without a width what is left; false when the columns do
 * not fit. */
static bool
assign_widths(int *w, size_t n, int total)
{
    HOP_AUTO_FREE bool *fixed = hop_xcalloc(n, sizeof(bool));
    bool all = true;
    int left;

    for (size_t k = 0; k < n; k++) {
        fixed[k] = w[k] > 0;
        all = all && fixed[k];
    }
    if (all)
        return table_width(w, n) <= total;
    for (size_t k = 0; k < n; k++)
        if (w[k] == 0)
            w[k] = MIN_COLUMN;
    left = total - table_width(w, n);
    if (left < 0)
        return false;
    while (left > 0) {
        for (size_t k = 0; k < n && left > 0; k++) {
            if (!fixed[k]) {
                w[k]++;
                left--;
            }
        }
    }
    return true;
}

/* Narrows the last column, hides it when that is not enough, and so on. */
static void
trim_to_fit(int *w, size_t n, int total)
{
    for (;;) {
        int excess = table_width(w, n) - total;
        size_t last = 0;

        if (excess <= 0)
            return;
        while (last < n && w[last] >= 0)
            last++;
        if (last == 0)
            return;
        last--;
        w[last] = w[last] - excess < MIN_COLUMN ? -1 : w[last] - excess;
    }
}

void
hop_table_init(struct hop_table_writer *t, const struct hop_line_out *lo,
               const int *widths, const enum hop_align *align, size_t n)
{
    bool visible = false;

    t->width = hop_xcalloc(n, sizeof(*t->width));
    t->align = hop_xcalloc(n, sizeof(*t->align));
    t->n = n;
    memcpy(t->width, widths, n * sizeof(*widths));
    memcpy(t->align, align, n * sizeof(*align));
    t->disabled = lo->table_width < 5 || n == 0;
    if (t->disabled)
        return;
    if (!assign_widths(t->width, n, lo->table_width))
        trim_to_fit(t->width, n, lo->table_width);
    for (size_t k = 0; k < n; k++)
        visible = visible || t->width[k] >= MIN_COLUMN;
    t->disabled = !visible;
}

void
hop_table_done(struct hop_table_writer *t)
{
    free(t->width);
    free(t->align);
    *t = (struct hop_table_writer){NULL, NULL, 0, true};
}

/* ---- table rows ---- */

static enum hop_align
field_align(const struct hop_table_writer *t, size_t k, enum hop_align own)
{
    return own != HOP_ALIGN_NONE ? own : t->align[k];
}

/* s, which fits, in a column. */
static void
add_padded(struct hop_buf *b, const char *s, size_t n, size_t width,
           enum hop_align align, bool pad_end)
{
    size_t cells = hop_cells(s, n);
    size_t pad = cells < width ? width - cells : 0;
    size_t before = align == HOP_ALIGN_RIGHT    ? pad
                    : align == HOP_ALIGN_CENTER ? pad / 2
                                                : 0;

    hop_buf_fill(b, ' ', before);
    hop_buf_add(b, s, n);
    if (pad_end)
        hop_buf_fill(b, ' ', pad - before);
}

/* One line of a field, cut with an ellipsis when it is too long. */
static void
add_field(struct hop_buf *b, const char *s, size_t n, size_t width,
          enum hop_align align, bool pad_end)
{
    HOP_AUTO_BUF struct hop_buf cut = HOP_BUF_INIT;
    size_t line = strcspn(s, "\r\n");
    size_t fit;

    if (line < n) {
        hop_buf_add(&cut, s, line);
        hop_buf_adds(&cut, ELLIPSIS);
        s = hop_buf_str(&cut);
        n = cut.len;
    }
    if (hop_cells(s, n) <= width) {
        add_padded(b, s, n, width, align, pad_end);
        return;
    }
    if (align == HOP_ALIGN_RIGHT) {
        fit = hop_cells_fit_end(s, n, width > 1 ? width - 1 : width);
        if (width > 1)
            hop_buf_adds(b, ELLIPSIS);
        hop_buf_add(b, s + fit, n - fit);
        return;
    }
    fit = hop_cells_fit(s, n, width > 1 ? width - 1 : width);
    hop_buf_add(b, s, fit);
    if (width > 1)
        hop_buf_adds(b, ELLIPSIS);
    if (pad_end && hop_cells(s, fit) + (width > 1) < width)
        hop_buf_addc(b, ' ');
}

static const struct hop_cell blank = {NULL, (char *)(uintptr_t) "", 0,
                                      HOP_ALIGN_LEFT};

static enum hop_flow
write_single(struct hop_table_writer *t, const struct hop_line_out *lo,
             const struct hop_cell *field, size_t n, const char *style)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (size_t k = 0; k < t->n; k++) {
        const struct hop_cell *f = k < n ? &field[k] : &blank;

        if (t->width[k] <= 0)
            continue;
        if (k > 0)
            hop_buf_addc(&b, ' ');
        if (style)
            hop_buf_adds(&b, style);
        add_field(&b, f->text, f->len, (size_t)t->width[k],
                  field_align(t, k, f->align), k + 1 < t->n);
        if (style || memchr(f->text, '\x1B', f->len))
            hop_buf_adds(&b, STYLE_OFF);
    }
    return hop_line(lo, hop_buf_str(&b), b.len);
}

/* The lines of one cell, padded to the column. */
static void
wrap_cell(struct hop_table_writer *t, const struct hop_line_out *lo, size_t k,
          const struct hop_cell *f, bool last, struct hop_lines *out)
{
    HOP_AUTO_LINES struct hop_lines raw = {NULL, 0, 0};
    enum hop_align align = field_align(t, k, f->align);
    size_t width = (size_t)t->width[k];

    hop_lines_wrap(&raw, f->text, f->len, width, lo->words);
    for (size_t i = 0; i < raw.n; i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        add_padded(&b, raw.line[i], strlen(raw.line[i]), width, align, !last);
        hop_lines_add(out, hop_buf_str(&b), b.len);
    }
}

static size_t
trimmed_len(const char *s, size_t n)
{
    while (n > 0 && s[n - 1] == ' ')
        n--;
    return n;
}

/* One line of a row of several: columns up to the last that has content. */
static enum hop_flow
write_multi_line(struct hop_table_writer *t, const struct hop_line_out *lo,
                 const struct hop_lines *cell, size_t row, size_t rows,
                 const char *style)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t last = 0;

    for (size_t k = 0; k < t->n; k++)
        if (t->width[k] > 0 && cell[k].n > row)
            last = k;
    for (size_t k = 0; k <= last; k++) {
        size_t n;

        if (t->width[k] <= 0)
            continue;
        if (k > 0)
            hop_buf_addc(&b, ' ');
        if (style)
            hop_buf_adds(&b, style);
        if (cell[k].n <= row) {
            hop_buf_fill(&b, ' ', (size_t)t->width[k]);
        } else {
            n = strlen(cell[k].line[row]);
            if (k == last && rows > 1)
                n = trimmed_len(cell[k].line[row], n);
            hop_buf_add(&b, cell[k].line[row], n);
        }
        if (style)
            hop_buf_adds(&b, STYLE_OFF);
    }
    return hop_line(lo, hop_buf_str(&b), b.len);
}

static enum hop_flow
write_multi(struct hop_table_writer *t, const struct hop_line_out *lo,
            const struct hop_cell *field, size_t n, const char *style)
{
    struct hop_lines *cell = hop_xcalloc(t->n, sizeof(*cell));
    enum hop_flow flow = HOP_FLOW_NEXT;
    size_t rows = 0, last = 0;

    for (size_t k = 0; k < t->n; k++)
        if (t->width[k] > 0)
            last = k;
    for (size_t k = 0; k < t->n; k++) {
        if (t->width[k] <= 0)
            continue;
        wrap_cell(t, lo, k, k < n ? &field[k] : &blank, k == last, &cell[k]);
        if (cell[k].n > rows)
            rows = cell[k].n;
    }
    for (size_t row = 0; row < rows && flow == HOP_FLOW_NEXT; row++)
        flow = write_multi_line(t, lo, cell, row, rows, style);
    for (size_t k = 0; k < t->n; k++)
        hop_lines_done(&cell[k]);
    free(cell);
    return flow;
}

enum hop_flow
hop_table_row(struct hop_table_writer *t, const struct hop_line_out *lo,
              const struct hop_cell *field, size_t n, bool multi_line)
{
    if (t->disabled)
        return HOP_FLOW_NEXT;
    return multi_line ? write_multi(t, lo, field, n, NULL)
                      : write_single(t, lo, field, n, NULL);
}

enum hop_flow
hop_table_header(struct hop_table_writer *t, const struct hop_line_out *lo,
                 const struct hop_column *column)
{
    HOP_AUTO_FREE struct hop_cell *field = NULL;
    HOP_AUTO_BUF struct hop_buf dashes = HOP_BUF_INIT;
    const char *style = lo->colour ? STYLE_ON : NULL;
    enum hop_flow flow;
    int most = 0;

    if (t->disabled)
        return HOP_FLOW_NEXT;
    field = hop_xcalloc(t->n, sizeof(*field));
    for (size_t k = 0; k < t->n; k++) {
        most = t->width[k] > most ? t->width[k] : most;
        field[k].text = column[k].label;
        field[k].len = strlen(column[k].label);
    }
    flow = write_multi(t, lo, field, t->n, style);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    /* Of a line without end (Out-String) no column is that wide. */
    hop_buf_fill(&dashes, '-', (size_t)most);
    for (size_t k = 0; k < t->n; k++) {
        size_t cells = hop_cells(field[k].text, field[k].len);
        size_t width = t->width[k] > 0 ? (size_t)t->width[k] : 0;

        field[k].len = cells > 0 && cells < width ? cells : width;
        field[k].text = dashes.data + dashes.len - field[k].len;
    }
    return write_single(t, lo, field, t->n, style);
}

/* ---- lists ---- */

static enum hop_flow
write_property(const struct hop_line_out *lo, const struct hop_cell *f,
               size_t label_cells, size_t width)
{
    HOP_AUTO_LINES struct hop_lines raw = {NULL, 0, 0};
    size_t n = f->label ? strlen(f->label) : 0;
    size_t fit = hop_cells_fit(f->label ? f->label : "", n, label_cells);

    hop_lines_wrap(&raw, f->text, f->len, width, lo->words);
    for (size_t i = 0; i < raw.n; i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
        enum hop_flow flow;

        if (i == 0) {
            if (lo->colour)
                hop_buf_adds(&b, STYLE_ON);
            hop_buf_add(&b, f->label ? f->label : "", fit);
            hop_buf_fill(&b, ' ',
                         label_cells -
                             hop_cells(f->label ? f->label : "", fit));
            hop_buf_adds(&b, " : ");
            if (lo->colour)
                hop_buf_adds(&b, STYLE_OFF);
        } else {
            hop_buf_fill(&b, ' ', label_cells + 3);
        }
        hop_buf_adds(&b, raw.line[i]);
        flow = hop_line(lo, hop_buf_str(&b), b.len);
        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    return HOP_FLOW_NEXT;
}

enum hop_flow
hop_list_write(const struct hop_line_out *lo, const struct hop_cell *field,
               size_t n)
{
    size_t label = 0, screen = (size_t)lo->width;

    if (n == 0 || lo->width < 5)
        return HOP_FLOW_NEXT;
    for (size_t k = 0; k < n; k++) {
        const char *s = field[k].label ? field[k].label : "";
        size_t cells = hop_cells(s, strlen(s));

        if (cells > label)
            label = cells;
    }
    if (label > screen - 4)
        label = screen - 4;
    for (size_t k = 0; k < n; k++) {
        enum hop_flow flow =
            write_property(lo, &field[k], label, screen - label - 3);

        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    return HOP_FLOW_NEXT;
}

/* ---- custom views ---- */

#define MAX_FRAMES 64

struct doc_writer {
    const struct hop_line_out *lo;
    struct hop_buf line;
    const struct hop_doc_node *frame[MAX_FRAMES];
    size_t frames;
    int width;
};

static int
indentation(const struct doc_writer *w, bool right)
{
    int sum = 0;

    for (size_t i = 0; i < w->frames; i++)
        sum += right ? w->frame[i]->right : w->frame[i]->left;
    return sum;
}

static enum hop_flow
flush_text(struct doc_writer *w)
{
    HOP_AUTO_LINES struct hop_lines lines = {NULL, 0, 0};
    int left = indentation(w, false);
    int extra = w->frames ? w->frame[w->frames - 1]->first : 0;
    int first = left + extra, following = left;
    int usable = w->width - indentation(w, true);
    enum hop_flow flow = HOP_FLOW_NEXT;

    /* A positive first line indents it, a negative one lets it hang out. */
    if (first < 0)
        first = 0;
    hop_lines_wrap2(&lines, hop_buf_str(&w->line), w->line.len,
                    (size_t)(usable - first > 1 ? usable - first : 1),
                    (size_t)(usable - following > 1 ? usable - following : 1),
                    w->lo->words);
    hop_buf_clear(&w->line);
    for (size_t i = 0; i < lines.n && flow == HOP_FLOW_NEXT; i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        hop_buf_fill(&b, ' ', (size_t)(i == 0 ? first : following));
        hop_buf_adds(&b, lines.line[i]);
        flow = hop_line(w->lo, hop_buf_str(&b), b.len);
    }
    return flow;
}

enum hop_flow
hop_doc_write(const struct hop_line_out *lo, const struct hop_doc *doc,
              int max_width)
{
    struct doc_writer w = {.lo = lo, .line = HOP_BUF_INIT, .width = max_width};
    enum hop_flow flow = HOP_FLOW_NEXT;

    for (size_t i = 0; i < doc->n && flow == HOP_FLOW_NEXT; i++) {
        const struct hop_doc_node *node = &doc->node[i];

        switch (node->op) {
        case HOP_DOC_TEXT: hop_buf_adds(&w.line, node->text); break;
        case HOP_DOC_NEWLINE: flow = flush_text(&w); break;
        case HOP_DOC_PUSH:
            if (w.frames < MAX_FRAMES)
                w.frame[w.frames++] = node;
            break;
        case HOP_DOC_POP:
            if (w.frames)
                w.frames--;
            break;
        }
    }
    if (w.line.len && flow == HOP_FLOW_NEXT)
        flow = flush_text(&w);
    hop_buf_done(&w.line);
    return flow;
}
