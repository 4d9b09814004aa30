/* $Host.UI.RawUI: colours, places, sizes and keys of the host's screen.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/def.h"
#include "engine/host.h"
#include "engine/host_cells.h"

/* ---- pairs of numbers ---- */

METHOD(new_pair)
{
    struct bag *b = hop_object_new(cx, call->cls);

    b->v[0] = hop_retain(call->args[0]);
    b->v[1] = hop_retain(call->args[1]);
    call->result = hop_obj(b);
    return true;
}

METHOD(new_zero)
{
    struct bag *b = hop_object_new(cx, call->cls);

    b->v[0] = b->v[1] = hop_int(0);
    call->result = hop_obj(b);
    return true;
}

/* "11,12", as .NET's structs say it. */
static bool
pair_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    const struct bag *b = (const struct bag *)(const void *)v.u.o;
    char text[32];

    snprintf(text, sizeof(text), "%d,%d", (int)b->v[0].u.i, (int)b->v[1].u.i);
    *out = hop_string_from(text);
    return true;
}

static bool
pair_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    const struct bag *x = (const struct bag *)(const void *)a.u.o;
    const struct bag *y = (const struct bag *)(const void *)b.u.o;

    return hop_class_of(a) == hop_class_of(b) && x->v[0].u.i == y->v[0].u.i &&
           x->v[1].u.i == y->v[1].u.i;
}

static const struct hop_property coordinates_properties[] = {
    BAG_RW("X", "int", 0), BAG_RW("Y", "int", 1), {NULL}};
static const struct hop_method coordinates_constructors[] = {
    {SMA "Host.Coordinates new(int x, int y)", new_pair},
    {SMA "Host.Coordinates new()", new_zero},
    {NULL}};
const struct hop_class class_coordinates = {
    .name = SMA "Host.Coordinates",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = coordinates_properties,
    .constructors = coordinates_constructors,
    .destroy = bag_destroy,
    .to_string = pair_text,
    .equals = pair_equals,
};
static const struct hop_property size_properties[] = {
    BAG_RW("Width", "int", 0), BAG_RW("Height", "int", 1), {NULL}};
static const struct hop_method size_constructors[] = {
    {SMA "Host.Size new(int width, int height)", new_pair},
    {SMA "Host.Size new()", new_zero},
    {NULL}};
const struct hop_class class_raw_size = {
    .name = SMA "Host.Size",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = size_properties,
    .constructors = size_constructors,
    .destroy = bag_destroy,
    .to_string = pair_text,
    .equals = pair_equals,
};

static const struct hop_property key_properties[] = {
    BAG_RW("VirtualKeyCode", "int", 0),
    BAG_RW("Character", "char", 1),
    BAG_RW("ControlKeyState", SMA "Host.ControlKeyStates", 2),
    BAG_RW("KeyDown", "bool", 3),
    {NULL}};
METHOD(new_key_info)
{
    struct bag *b = hop_object_new(cx, call->cls);

    for (size_t i = 0; i < call->n; i++)
        b->v[i] = hop_retain(call->args[i]);
    call->result = hop_obj(b);
    return true;
}
static const struct hop_method key_constructors[] = {
    {SMA "Host.KeyInfo new(int virtualKeyCode, char ch, " SMA
         "Host.ControlKeyStates controlKeyState, bool keyDown)",
     new_key_info},
    {NULL}};
static const struct hop_class class_key_info = {
    .name = SMA "Host.KeyInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(4),
    .properties = key_properties,
    .constructors = key_constructors,
    .destroy = bag_destroy,
};

/* ---- what there is ---- */

enum kind { COLOR, PLACE, SIZE, NUMBER };

static const struct {
    enum kind kind;
    int fallback[2];
} rows[HOP_RAWS] = {
    [HOP_RAW_FOREGROUND] = {COLOR, {-1}},
    [HOP_RAW_BACKGROUND] = {COLOR, {-1}},
    [HOP_RAW_CURSOR] = {PLACE, {0, 0}},
    [HOP_RAW_WINDOW_AT] = {PLACE, {0, 0}},
    [HOP_RAW_CURSOR_SIZE] = {NUMBER, {100}},
    [HOP_RAW_BUFFER] = {SIZE, {80, 24}},
    [HOP_RAW_WINDOW] = {SIZE, {80, 24}},
    [HOP_RAW_MAX_WINDOW] = {SIZE, {80, 24}},
    [HOP_RAW_MAX_PHYSICAL] = {SIZE, {80, 24}},
};

static struct hop_host *
host_of(struct hop_context *cx)
{
    struct hop_host *h = RS_OF(cx)->host;

    return h && h->ops ? h : NULL;
}

bool
host_lacks(struct hop_context *cx, const char *method)
{
    struct hop_host *h = host_of(cx);
    const char *how = h && h->ops->raw ? h->ops->raw->lacks : NULL;

    if (!how)
        return hop_throw(cx, &hop_exception_not_implemented,
                         "The method or operation is not implemented.");
    return hop_throw(cx, &hop_exception_ps_remoting_data,
                     "%s %s is not implemented.", how, method);
}

/* A host without more than a size has that. */
static void
get_numbers(struct hop_context *cx, enum hop_raw what, int v[2])
{
    struct hop_host *h = host_of(cx);
    struct hop_size s;

    v[0] = rows[what].fallback[0];
    v[1] = rows[what].fallback[1];
    if (h && h->ops->raw && h->ops->raw->get && h->ops->raw->get(h, what, v))
        return;
    if (rows[what].kind != SIZE || !h || !h->ops->window_size)
        return;
    s = what == HOP_RAW_BUFFER && h->ops->buffer_size ? h->ops->buffer_size(h)
                                                      : h->ops->window_size(h);
    v[0] = s.width;
    v[1] = s.height;
}

GETTER(raw_get)
{
    enum hop_raw what = (enum hop_raw)data;
    struct bag *b;
    int v[2];

    get_numbers(cx, what, v);
    switch (rows[what].kind) {
    case COLOR: *out = hop_enum(HOP_ENUM_CONSOLE_COLOR, v[0]); return true;
    case NUMBER: *out = hop_int(v[0]); return true;
    case PLACE:
    case SIZE: break;
    }
    b = hop_object_new(cx, rows[what].kind == PLACE ? &class_coordinates
                                                    : &class_raw_size);
    b->v[0] = hop_int(v[0]);
    b->v[1] = hop_int(v[1]);
    *out = hop_obj(b);
    return true;
}

/* The property's type has converted the value. */
static bool
raw_set(struct hop_context *cx, struct hop_value self, intptr_t data,
        struct hop_value v)
{
    enum hop_raw what = (enum hop_raw)data;
    struct hop_host *h = host_of(cx);
    int n[2] = {0, 0};

    if (v.kind == HOP_OBJECT) {
        const struct bag *b = (const struct bag *)(const void *)v.u.o;
        n[0] = (int)b->v[0].u.i;
        n[1] = (int)b->v[1].u.i;
    } else {
        n[0] = (int)v.u.i;
    }
    if (!h || !h->ops->raw ? what <= HOP_RAW_CURSOR
                           : h->ops->raw->set && h->ops->raw->set(h, what, n))
        return true;
    return hop_throw(cx, &hop_exception_platform_not_supported,
                     HOP_NOT_ON_THIS_PLATFORM);
}

GETTER(raw_title)
{
    struct hop_host *h = host_of(cx);

    *out = hop_text(h && h->ops->title ? h->ops->title(h) : "");
    return true;
}

static bool
raw_set_title(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value v)
{
    struct hop_host *h = host_of(cx);
    struct hop_string *s HOP_AUTO_STRING = NULL;

    if (!hop_to_string(cx, v, &s))
        return false;
    if (h && h->ops->set_title)
        h->ops->set_title(h, s->data);
    return true;
}

METHOD(raw_flush_input)
{
    struct hop_host *h = host_of(cx);

    if (h && h->ops->raw && h->ops->raw->flush_input)
        (void)h->ops->raw->flush_input(h);
    return true;
}

GETTER(raw_key_available)
{
    struct hop_host *h = host_of(cx);
    bool yes = false;

    if (h && h->ops->raw && h->ops->raw->key_available &&
        h->ops->raw->key_available(h, &yes)) {
        *out = hop_bool(yes);
        return true;
    }
    /* PowerShell swallows what such a property throws. */
    *out = hop_null();
    return true;
}

#define KEY_DOWN 4
#define KEY_UP   8

METHOD(raw_read_key)
{
    struct hop_host *h = host_of(cx);
    int options = call->n ? (int)call->args[0].u.i : KEY_DOWN;
    struct hop_key key = {.down = true};
    struct bag *b;

    if (!(options & (KEY_DOWN | KEY_UP)))
        options |= KEY_DOWN;
    if (!host_settle(cx, h && h->ops->read_key && h->ops->interactive
                             ? h->ops->read_key(h, options, &key)
                             : HOP_ASK_UNSUPPORTED))
        return false;
    b = hop_object_new(cx, &class_key_info);
    b->v[0] = hop_int(key.key);
    b->v[1] = hop_char((uint16_t)key.cp);
    b->v[2] = hop_enum(HOP_ENUM_CONTROL_KEYS, key.control);
    b->v[3] = hop_bool(key.down);
    call->result = hop_obj(b);
    return true;
}

#define PLACE_RW(n, what)                                                      \
    {                                                                          \
        n, SMA "Host.Coordinates", raw_get, raw_set, 0, what                   \
    }
#define SIZE_RW(n, what)                                                       \
    {                                                                          \
        n, SMA "Host.Size", raw_get, raw_set, 0, what                          \
    }
#define COLOR_RW(n, what)                                                      \
    {                                                                          \
        n, "System.ConsoleColor", raw_get, raw_set, 0, what                    \
    }
static const struct hop_property raw_properties[] = {
    COLOR_RW("ForegroundColor", HOP_RAW_FOREGROUND),
    COLOR_RW("BackgroundColor", HOP_RAW_BACKGROUND),
    PLACE_RW("CursorPosition", HOP_RAW_CURSOR),
    PLACE_RW("WindowPosition", HOP_RAW_WINDOW_AT),
    {"CursorSize", "int", raw_get, raw_set, 0, HOP_RAW_CURSOR_SIZE},
    SIZE_RW("BufferSize", HOP_RAW_BUFFER),
    SIZE_RW("WindowSize", HOP_RAW_WINDOW),
    {"MaxWindowSize", SMA "Host.Size", raw_get, NULL, 0, HOP_RAW_MAX_WINDOW},
    {"MaxPhysicalWindowSize", SMA "Host.Size", raw_get, NULL, 0,
     HOP_RAW_MAX_PHYSICAL},
    {"WindowTitle", "string", raw_title, raw_set_title},
    {"KeyAvailable", "bool", raw_key_available},
    {NULL}};
#define PLACE_T SMA "Host.Coordinates"
#define RECT    SMA "Host.Rectangle"
#define CELL    SMA "Host.BufferCell"
#define CELLS   CELL "[,]"
static const struct hop_method raw_methods[] = {
    {"void FlushInputBuffer()", raw_flush_input},
    {SMA "Host.KeyInfo ReadKey(" SMA "Host.ReadKeyOptions options)",
     raw_read_key},
    {SMA "Host.KeyInfo ReadKey()", raw_read_key},
    {CELLS " GetBufferContents(" RECT " r)", host_get_cells},
    {"void SetBufferContents(" PLACE_T " origin, " CELLS " contents)",
     host_put_cells},
    {"void SetBufferContents(" RECT " r, " CELL " fill)", host_fill_cells},
    {"void ScrollBufferContents(" RECT " source, " PLACE_T " destination, " RECT
     " clip, " CELL " fill)",
     host_scroll_cells},
    {CELLS " NewBufferCellArray(string[] contents, System.ConsoleColor "
           "foregroundColor, System.ConsoleColor backgroundColor)",
     host_cells_of_text},
    {CELLS " NewBufferCellArray(int width, int height, " CELL " contents)",
     host_cells_of_cell},
    {CELLS " NewBufferCellArray(" SMA "Host.Size size, " CELL " contents)",
     host_cells_of_size},
    {"int LengthInBufferCells(string str)", host_cells_length},
    {"int LengthInBufferCells(string str, int offset)", host_cells_length},
    {"int LengthInBufferCells(char character)", host_cells_length},
    {NULL}};
const struct hop_class class_host_raw_ui = {
    .name = SMA "Internal.Host.InternalHostRawUserInterface",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .properties = raw_properties,
    .methods = raw_methods,
};

const struct hop_class *const host_raw_classes[] = {&class_host_raw_ui,
                                                    &class_coordinates,
                                                    &class_raw_size,
                                                    &class_key_info,
                                                    &class_rectangle,
                                                    &class_buffer_cell,
                                                    NULL};
