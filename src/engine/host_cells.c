/* SPDX-License-Identifier: MIT */
#include "engine/host_cells.h"

#include "base/text.h"
#include "engine/def.h"
#include "engine/host.h"
#include "value/enums.h"

static int
number(struct hop_value bag, size_t i)
{
    return (int)((const struct bag *)(const void *)bag.u.o)->v[i].u.i;
}

/* ---- rectangles ---- */

enum { LEFT, TOP, RIGHT, BOTTOM };

static bool
set_rectangle(struct hop_context *cx, struct hop_call *call, const int n[4])
{
    struct bag *b;

    if (n[RIGHT] < n[LEFT] || n[BOTTOM] < n[TOP])
        return hop_throw(cx, &hop_exception_ps_argument,
                         "\"%s\" cannot be greater than or equal to \"%s\".",
                         n[RIGHT] < n[LEFT] ? "right" : "bottom",
                         n[RIGHT] < n[LEFT] ? "left" : "top");
    b = hop_object_new(cx, call->cls);
    for (int i = 0; i < 4; i++)
        b->v[i] = hop_int(n[i]);
    call->result = hop_obj(b);
    return true;
}

METHOD(new_rectangle)
{
    int n[4] = {0};

    for (size_t i = 0; i < call->n; i++)
        n[i] = (int)call->args[i].u.i;
    return set_rectangle(cx, call, n);
}

METHOD(new_rectangle_of_places)
{
    const int n[4] = {number(call->args[0], 0), number(call->args[0], 1),
                      number(call->args[1], 0), number(call->args[1], 1)};

    return set_rectangle(cx, call, n);
}

static bool
rectangle_text(struct hop_context *cx, struct hop_value v,
               struct hop_string **out)
{
    *out = hop_string_format("%d,%d ; %d,%d", number(v, LEFT), number(v, TOP),
                             number(v, RIGHT), number(v, BOTTOM));
    return true;
}

static bool
equal_bags(struct hop_value a, struct hop_value b, size_t n)
{
    const struct bag *x = (const struct bag *)(const void *)a.u.o;
    const struct bag *y = (const struct bag *)(const void *)b.u.o;
    bool same = hop_class_of(a) == hop_class_of(b);

    for (size_t i = 0; same && i < n; i++)
        same = x->v[i].u.i == y->v[i].u.i;
    return same;
}

static bool
rectangle_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    return equal_bags(a, b, 4);
}

static const struct hop_property rectangle_properties[] = {
    BAG_RW("Left", "int", LEFT),
    BAG_RW("Top", "int", TOP),
    BAG_RW("Right", "int", RIGHT),
    BAG_RW("Bottom", "int", BOTTOM),
    {NULL}};
static const struct hop_method rectangle_constructors[] = {
    {SMA "Host.Rectangle new(int left, int top, int right, int bottom)",
     new_rectangle},
    {SMA "Host.Rectangle new(" SMA "Host.Coordinates upperLeft, " SMA
         "Host.Coordinates lowerRight)",
     new_rectangle_of_places},
    {SMA "Host.Rectangle new()", new_rectangle},
    {NULL}};
const struct hop_class class_rectangle = {
    .name = SMA "Host.Rectangle",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(4),
    .properties = rectangle_properties,
    .constructors = rectangle_constructors,
    .destroy = bag_destroy,
    .to_string = rectangle_text,
    .equals = rectangle_equals,
};

/* ---- cells ---- */

enum { CHARACTER, FOREGROUND, BACKGROUND, TYPE };

static struct hop_value
cell_object(struct hop_context *cx, const struct hop_screen_cell *c)
{
    struct bag *b = hop_object_new(cx, &class_buffer_cell);

    b->v[CHARACTER] = hop_char(c->character);
    b->v[FOREGROUND] = hop_enum(HOP_ENUM_CONSOLE_COLOR, c->foreground);
    b->v[BACKGROUND] = hop_enum(HOP_ENUM_CONSOLE_COLOR, c->background);
    b->v[TYPE] = hop_enum(HOP_ENUM_BUFFER_CELL, c->type);
    return hop_obj(b);
}

static struct hop_screen_cell
cell_of(struct hop_value v)
{
    if (v.kind != HOP_OBJECT)
        return (struct hop_screen_cell){0};
    return (struct hop_screen_cell){(uint16_t)number(v, CHARACTER),
                                    number(v, FOREGROUND),
                                    number(v, BACKGROUND), number(v, TYPE)};
}

METHOD(new_cell)
{
    struct hop_screen_cell c = {0};

    if (call->n)
        c = (struct hop_screen_cell){
            (uint16_t)call->args[0].u.i, (int)call->args[1].u.i,
            (int)call->args[2].u.i, (int)call->args[3].u.i};
    call->result = cell_object(cx, &c);
    return true;
}

static bool
cell_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct bag *b = (struct bag *)(void *)v.u.o;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    hop_buf_addc(&text, '\'');
    for (int i = CHARACTER; i <= TYPE; i++) {
        HOP_AUTO_STRING struct hop_string *one = NULL;

        if (!hop_to_string(cx, b->v[i], &one))
            return false;
        hop_buf_adds(&text, i == FOREGROUND ? "' " : i > FOREGROUND ? " " : "");
        hop_buf_add(&text, one->data, one->len);
    }
    *out = hop_string_new(hop_buf_str(&text), text.len);
    return true;
}

static bool
cell_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    return equal_bags(a, b, 4);
}

static const struct hop_property cell_properties[] = {
    BAG_RW("Character", "char", CHARACTER),
    BAG_RW("ForegroundColor", "System.ConsoleColor", FOREGROUND),
    BAG_RW("BackgroundColor", "System.ConsoleColor", BACKGROUND),
    BAG_RW("BufferCellType", SMA "Host.BufferCellType", TYPE),
    {NULL}};
static const struct hop_method cell_constructors[] = {
    {SMA "Host.BufferCell new(char character, System.ConsoleColor foreground, "
         "System.ConsoleColor background, " SMA
         "Host.BufferCellType bufferCellType)",
     new_cell},
    {SMA "Host.BufferCell new()", new_cell},
    {NULL}};
const struct hop_class class_buffer_cell = {
    .name = SMA "Host.BufferCell",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(4),
    .properties = cell_properties,
    .constructors = cell_constructors,
    .destroy = bag_destroy,
    .to_string = cell_text,
    .equals = cell_equals,
};

/* ---- BufferCell[,] ---- */

#define MOST_CELLS 4000000u

/* An empty one; NULL: an exception is pending. */
static struct hop_array *
new_cells(struct hop_context *cx, uint32_t rows, uint32_t columns)
{
    struct hop_array *a;

    if (columns && rows > MOST_CELLS / columns) {
        hop_throw(cx, &hop_exception_out_of_memory,
                  "Insufficient memory for so many cells.");
        return NULL;
    }
    a = hop_array_new_of(cx, hop_types_array(cx, &class_buffer_cell, 2), 0);
    if (!a)
        return NULL;
    a->dims = hop_xcalloc(2, sizeof(*a->dims));
    a->dims[0] = rows;
    a->dims[1] = columns;
    return a;
}

static bool
fill_array(struct hop_context *cx, struct hop_call *call, int width, int height,
           struct hop_value with)
{
    struct hop_array *a;
    struct hop_screen_cell c = cell_of(with);

    if (width <= 0 || height <= 0)
        return hop_throw(cx, &hop_exception_ps_argument,
                         "The %s of an array of cells must be larger than 0.",
                         width <= 0 ? "width" : "height");
    a = new_cells(cx, (uint32_t)height, (uint32_t)width);
    if (!a)
        return false;
    for (int i = 0; i < width * height; i++)
        hop_array_push(a, cell_object(cx, &c));
    call->result = hop_obj(a);
    return true;
}

bool
host_cells_of_cell(struct hop_context *cx, struct hop_call *call)
{
    return fill_array(cx, call, (int)call->args[0].u.i, (int)call->args[1].u.i,
                      call->args[2]);
}

bool
host_cells_of_size(struct hop_context *cx, struct hop_call *call)
{
    return fill_array(cx, call, number(call->args[0], 0),
                      number(call->args[0], 1), call->args[1]);
}

static size_t
units(struct hop_value text)
{
    return hop_is_string(text)
               ? hop_utf8_utf16_len(text.u.s->data, text.u.s->len)
               : 0;
}

/* A line as cells, filled up with spaces. */
static void
push_line(struct hop_context *cx, struct hop_array *a, struct hop_value text,
          size_t columns, struct hop_screen_cell c)
{
    HOP_AUTO_BUF struct hop_buf wide = HOP_BUF_INIT;

    if (hop_is_string(text))
        hop_utf16le_from_utf8(&wide, text.u.s->data, text.u.s->len);
    for (size_t i = 0; i < columns; i++) {
        c.character = ' ';
        if (2 * i + 1 < wide.len)
            c.character = (uint16_t)((uint8_t)wide.data[2 * i] |
                                     (uint8_t)wide.data[2 * i + 1] << 8);
        hop_array_push(a, cell_object(cx, &c));
    }
}

bool
host_cells_of_text(struct hop_context *cx, struct hop_call *call)
{
    struct hop_array *lines = hop_as_array(call->args[0]), *a;
    const struct hop_screen_cell c = {.foreground = (int)call->args[1].u.i,
                                      .background = (int)call->args[2].u.i};
    size_t columns = 0;

    if (!lines)
        return hop_throw_null(cx, "contents");
    for (size_t i = 0; i < lines->n; i++) {
        size_t n = units(lines->items[i]);

        columns = n > columns ? n : columns;
    }
    a = new_cells(cx, (uint32_t)lines->n, (uint32_t)columns);
    if (!a)
        return false;
    for (size_t i = 0; i < lines->n; i++)
        push_line(cx, a, lines->items[i], columns, c);
    call->result = hop_obj(a);
    return true;
}

bool
host_cells_length(struct hop_context *cx, struct hop_call *call)
{
    size_t n = call->args[0].kind == HOP_CHAR ? 1 : units(call->args[0]);
    int64_t from = call->n > 1 ? call->args[1].u.i : 0;

    if (hop_is_null(call->args[0]))
        return hop_throw_null(cx, "str");
    call->result =
        hop_int((int32_t)((int64_t)n > from ? (int64_t)n - from : 0));
    return true;
}

/* ---- the host's screen ---- */

static const struct hop_raw_ops *
raw_of(struct hop_context *cx)
{
    struct hop_host *h = RS_OF(cx)->host;

    return h && h->ops ? h->ops->raw : NULL;
}

static struct hop_rect
rect_of(struct hop_value v)
{
    return (struct hop_rect){number(v, LEFT), number(v, TOP), number(v, RIGHT),
                             number(v, BOTTOM)};
}

/* No host gives its screen away: the other side could be anybody's. */
bool
host_get_cells(struct hop_context *cx, struct hop_call *call)
{
    return host_lacks(cx, "GetBufferContents");
}

bool
host_put_cells(struct hop_context *cx, struct hop_call *call)
{
    const struct hop_raw_ops *raw = raw_of(cx);
    const struct hop_array *a = hop_as_array(call->args[1]);
    struct hop_cells c;
    HOP_AUTO_FREE struct hop_screen_cell *cells = NULL;

    if (!a || !a->dims)
        return hop_throw_null(cx, "contents");
    cells = hop_xcalloc(a->n + 1, sizeof(*cells));
    for (size_t i = 0; i < a->n; i++)
        cells[i] = cell_of(a->items[i]);
    c = (struct hop_cells){a->dims[0], a->dims[1], cells};
    return (raw && raw->put &&
            raw->put(RS_OF(cx)->host, number(call->args[0], 0),
                     number(call->args[0], 1), &c)) ||
           host_lacks(cx, "SetBufferContents");
}

bool
host_fill_cells(struct hop_context *cx, struct hop_call *call)
{
    const struct hop_raw_ops *raw = raw_of(cx);
    const struct hop_rect r = rect_of(call->args[0]);
    const struct hop_screen_cell c = cell_of(call->args[1]);

    return (raw && raw->fill && raw->fill(RS_OF(cx)->host, &r, &c)) ||
           host_lacks(cx, "SetBufferContents");
}

bool
host_scroll_cells(struct hop_context *cx, struct hop_call *call)
{
    const struct hop_raw_ops *raw = raw_of(cx);
    const struct hop_rect from = rect_of(call->args[0]),
                          clip = rect_of(call->args[2]);
    const struct hop_screen_cell c = cell_of(call->args[3]);

    return (raw && raw->scroll &&
            raw->scroll(RS_OF(cx)->host, &from, number(call->args[1], 0),
                        number(call->args[1], 1), &clip, &c)) ||
           host_lacks(cx, "ScrollBufferContents");
}
