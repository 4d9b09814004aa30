/* Our screen, used by the other side: MS-PSRP 2.2.3.17, methods 27 to 51.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/remoting/host_call.h"

#define HOST "System.Management.Automation.Host."

static const char missing[] = "The method or operation is not implemented.";

static const struct hop_raw_ops *
raw_of(const struct asked *a)
{
    static const struct hop_raw_ops none;

    return a->host && a->host->ops->raw ? a->host->ops->raw : &none;
}

/* ---- numbers ---- */

static const struct {
    enum hop_raw what;
    const char *type;     /* NULL: a number */
    const char *names[2]; /* of its members */
} raws[] = {
    [27] = {HOP_RAW_FOREGROUND, NULL, {NULL}},
    [28] = {HOP_RAW_FOREGROUND, NULL, {NULL}},
    [29] = {HOP_RAW_BACKGROUND, NULL, {NULL}},
    [30] = {HOP_RAW_BACKGROUND, NULL, {NULL}},
    [31] = {HOP_RAW_CURSOR, HOST "Coordinates", {"x", "y"}},
    [32] = {HOP_RAW_CURSOR, HOST "Coordinates", {"x", "y"}},
    [33] = {HOP_RAW_WINDOW_AT, HOST "Coordinates", {"x", "y"}},
    [34] = {HOP_RAW_WINDOW_AT, HOST "Coordinates", {"x", "y"}},
    [35] = {HOP_RAW_CURSOR_SIZE, NULL, {NULL}},
    [36] = {HOP_RAW_CURSOR_SIZE, NULL, {NULL}},
    [37] = {HOP_RAW_BUFFER, HOST "Size", {"width", "height"}},
    [38] = {HOP_RAW_BUFFER, HOST "Size", {"width", "height"}},
    [39] = {HOP_RAW_WINDOW, HOST "Size", {"width", "height"}},
    [40] = {HOP_RAW_WINDOW, HOST "Size", {"width", "height"}},
    [43] = {HOP_RAW_MAX_WINDOW, HOST "Size", {"width", "height"}},
    [44] = {HOP_RAW_MAX_PHYSICAL, HOST "Size", {"width", "height"}},
};

static struct hop_object *
plain(struct asked *a)
{
    struct hop_object *o = hop_custom_new(a->cx);

    hop_psrp_set_types(a->cx, o, (const char *const[]){NULL});
    return o;
}

/* A host without a screen has a size. */
static void
fall_back(const struct asked *a, enum hop_raw what, int v[2])
{
    struct hop_size s = a->host && a->host->ops->window_size
                            ? a->host->ops->window_size(a->host)
                            : (struct hop_size){120, 50};
    bool is_color = what == HOP_RAW_FOREGROUND || what == HOP_RAW_BACKGROUND;

    v[0] = is_color ? -1 : what == HOP_RAW_CURSOR_SIZE ? 100 : 0;
    v[1] = 0;
    if (what < HOP_RAW_BUFFER)
        return;
    v[0] = s.width;
    v[1] = s.height;
}

void
call_get_raw(struct asked *a)
{
    enum hop_raw what = raws[a->method].what;
    struct hop_object *value, *o;
    int v[2];

    if (!raw_of(a)->get || !raw_of(a)->get(a->host, what, v))
        fall_back(a, what, v);
    if (!raws[a->method].type) {
        a->result = hop_int(v[0]);
        return;
    }
    value = plain(a);
    o = plain(a);
    for (int i = 0; i < 2; i++)
        hop_custom_set_text(value, raws[a->method].names[i], hop_int(v[i]));
    hop_custom_set_text(o, "T", hop_text(raws[a->method].type));
    hop_custom_set_text(o, "V", hop_obj(value));
    a->result = hop_obj(o);
}

static int
field(const struct asked *a, size_t arg, const char *name)
{
    return (int)host_field_int(a, host_arg(a, arg), name, 0);
}

void
call_set_raw(struct asked *a)
{
    const char *const *names = raws[a->method].names;
    int v[2] = {(int)host_int(a, 0), 0};

    if (names[0]) {
        v[0] = field(a, 0, names[0]);
        v[1] = field(a, 0, names[1]);
    }
    if (!raw_of(a)->set || !raw_of(a)->set(a->host, raws[a->method].what, v))
        a->failure = HOP_NOT_ON_THIS_PLATFORM;
}

/* ---- keys ---- */

void
call_key_available(struct asked *a)
{
    bool yes = false;

    if (raw_of(a)->key_available && raw_of(a)->key_available(a->host, &yes))
        a->result = hop_bool(yes);
    else
        a->failure = missing;
}

void
call_flush_input(struct asked *a)
{
    if (raw_of(a)->flush_input)
        (void)raw_of(a)->flush_input(a->host);
}

/* ---- cells ---- */

/* What stands on the screen is nobody else's business. */
void
call_get_cells(struct asked *a)
{
    a->failure = "The shell on the client's side does not tell what stands on "
                 "its screen.";
}

static struct hop_rect
rectangle(const struct asked *a, size_t arg)
{
    return (struct hop_rect){field(a, arg, "left"), field(a, arg, "top"),
                             field(a, arg, "right"), field(a, arg, "bottom")};
}

static struct hop_screen_cell
cell(const struct asked *a, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value c = hop_member_path(a->cx, v, "character");

    return (struct hop_screen_cell){
        .character = c.kind == HOP_CHAR ? (uint16_t)c.u.i : ' ',
        .foreground = (int)host_field_int(a, v, "foregroundColor", -1),
        .background = (int)host_field_int(a, v, "backgroundColor", -1),
        .type = (int)host_field_int(a, v, "bufferCellType", 0),
    };
}

/* Clear-Host of Windows' servers fills everything: -1 is the whole screen. */
void
call_fill_cells(struct asked *a)
{
    const struct hop_rect r = rectangle(a, 0);
    const struct hop_screen_cell c = cell(a, host_arg(a, 1));

    if (r.right == -1 && r.bottom == -1 && a->host && a->host->ops->clear)
        a->host->ops->clear(a->host);
    else if (!raw_of(a)->fill || !raw_of(a)->fill(a->host, &r, &c))
        a->failure = missing;
}

void
call_scroll_cells(struct asked *a)
{
    const struct hop_rect from = rectangle(a, 0), clip = rectangle(a, 2);
    const struct hop_screen_cell c = cell(a, host_arg(a, 3));

    if (!raw_of(a)->scroll ||
        !raw_of(a)->scroll(a->host, &from, field(a, 1, "x"), field(a, 1, "y"),
                           &clip, &c))
        a->failure = missing;
}

/* MS-PSRP 2.2.6.1.10: the elements, and the lengths. */
void
call_put_cells(struct asked *a)
{
    struct hop_value v = host_arg(a, 1);
    HOP_AUTO_VALUE struct hop_value all = hop_member_path(a->cx, v, "mae");
    HOP_AUTO_VALUE struct hop_value sizes = hop_member_path(a->cx, v, "mal");
    struct hop_array *cells = hop_as_array(all), *n = hop_as_array(sizes);
    HOP_AUTO_FREE struct hop_screen_cell *list = NULL;
    int64_t rows = n && n->n == 2 ? host_number(n->items[0], -1) : -1;
    int64_t columns = n && n->n == 2 ? host_number(n->items[1], -1) : -1;
    struct hop_cells c;

    if (!cells || rows < 0 || columns < 0 || rows > UINT32_MAX ||
        columns > UINT32_MAX ||
        (columns && (uint64_t)rows != cells->n / (uint64_t)columns)) {
        a->failure = "The cells of SetBufferContents are no rectangle.";
        return;
    }
    list = hop_xcalloc(cells->n + 1, sizeof(*list));
    for (size_t i = 0; i < cells->n; i++)
        list[i] = cell(a, cells->items[i]);
    c = (struct hop_cells){(uint32_t)rows, (uint32_t)columns, list};
    if (!raw_of(a)->put ||
        !raw_of(a)->put(a->host, field(a, 0, "x"), field(a, 0, "y"), &c))
        a->failure = missing;
}
