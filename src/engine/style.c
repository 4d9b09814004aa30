/* $PSStyle.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/style.h"

#include "engine/engine.h"

#define PSSTYLE  "System.Management.Automation.PSStyle"
#define PS_ENUM_ "System.Management.Automation."

/* ---- sequences that never change ---- */

struct fixed {
    const char *name, *code; /* between ESC [ and m */
};

static const struct fixed plain[] = {
    {"Reset", "0"},         {"BlinkOff", "25"},
    {"Blink", "5"},         {"BoldOff", "22"},
    {"Bold", "1"},          {"DimOff", "22"},
    {"Dim", "2"},           {"Hidden", "8"},
    {"HiddenOff", "28"},    {"Reverse", "7"},
    {"ReverseOff", "27"},   {"ItalicOff", "23"},
    {"Italic", "3"},        {"UnderlineOff", "24"},
    {"Underline", "4"},     {"StrikethroughOff", "29"},
    {"Strikethrough", "9"},
};
/* By System.ConsoleColor. */
static const unsigned char console_codes[16] = {30, 34, 32, 36, 31, 35, 33, 37,
                                                90, 94, 92, 96, 91, 95, 93, 97};

static struct hop_value
sequence(const char *code)
{
    return hop_str(hop_string_format("\033[%sm", code));
}

static bool
get_plain(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    (void)cx;
    (void)self;
    *out = sequence(plain[data].code);
    return true;
}

static bool
get_color(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    (void)cx;
    (void)self;
    *out = hop_str(hop_string_format("\033[%dm", (int)data));
    return true;
}

/* ---- checks of what is set ---- */

/* The end of the escape sequence at s: CSI ... letter, or OSC ... BEL or
 * ST. */
static const char *
sequence_end(const char *s, const char *end)
{
    const char *p = s + 1;

    if (p == end)
        return end;
    if (*p == '[') {
        for (p++; p < end && (*p < '@' || *p > '~'); p++)
            ;
        return p < end ? p + 1 : end;
    }
    if (*p == ']') {
        for (p++; p < end; p++) {
            if (*p == '\a')
                return p + 1;
            if (*p == '\033' && p + 1 < end && p[1] == '\\')
                return p + 2;
        }
        return end;
    }
    return p;
}

void
hop_style_strip(const char *s, size_t n, struct hop_buf *out)
{
    const char *end = s + n;

    while (s < end) {
        const char *esc = memchr(s, '\033', (size_t)(end - s));

        if (!esc)
            esc = end;
        hop_buf_add(out, s, (size_t)(esc - s));
        s = esc == end ? end : sequence_end(esc, end);
    }
}

static bool
no_content(struct hop_context *cx, struct hop_value v)
{
    struct hop_buf rest HOP_AUTO_BUF = HOP_BUF_INIT;

    if (!hop_is_string(v))
        return hop_throw_null(cx, "text");
    hop_style_strip(v.u.s->data, v.u.s->len, &rest);
    if (!rest.len)
        return true;
    return hop_throw(cx, &hop_exception_argument,
                     "The specified string contains printable content when it "
                     "should only contain ANSI escape sequences: %s",
                     hop_buf_str(&rest));
}

static bool
set_sequence(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value v)
{
    return no_content(cx, v) && bag_set(cx, self, data, v);
}

#define SEQUENCE(name, i)                                                      \
    {                                                                          \
        name, "string", bag_get, set_sequence, 0, i                            \
    }

/* ---- colours ---- */

#define COLORS(base)                                                           \
    {"Black", "string", get_color, NULL, 0, base},                             \
        {"Red", "string", get_color, NULL, 0, (base) + 1},                     \
        {"Green", "string", get_color, NULL, 0, (base) + 2},                   \
        {"Yellow", "string", get_color, NULL, 0, (base) + 3},                  \
        {"Blue", "string", get_color, NULL, 0, (base) + 4},                    \
        {"Magenta", "string", get_color, NULL, 0, (base) + 5},                 \
        {"Cyan", "string", get_color, NULL, 0, (base) + 6},                    \
        {"White", "string", get_color, NULL, 0, (base) + 7},                   \
        {"BrightBlack", "string", get_color, NULL, 0, (base) + 60},            \
        {"BrightRed", "string", get_color, NULL, 0, (base) + 61},              \
        {"BrightGreen", "string", get_color, NULL, 0, (base) + 62},            \
        {"BrightYellow", "string", get_color, NULL, 0, (base) + 63},           \
        {"BrightBlue", "string", get_color, NULL, 0, (base) + 64},             \
        {"BrightMagenta", "string", get_color, NULL, 0, (base) + 65},          \
        {"BrightCyan", "string", get_color, NULL, 0, (base) + 66},             \
        {"BrightWhite", "string", get_color, NULL, 0, (base) + 67},            \
    {                                                                          \
        NULL                                                                   \
    }

static const struct hop_property foreground_properties[] = {COLORS(30)};
static const struct hop_property background_properties[] = {COLORS(40)};

static bool
from_rgb(struct hop_context *cx, struct hop_call *call)
{
    int64_t rgb = call->args[0].u.i;

    (void)cx;
    if (call->n == 3)
        rgb = rgb << 16 | call->args[1].u.i << 8 | call->args[2].u.i;
    call->result = hop_str(hop_string_format(
        "\033[%d;2;%d;%d;%dm", (int)call->data, (int)(rgb >> 16 & 255),
        (int)(rgb >> 8 & 255), (int)(rgb & 255)));
    return true;
}

static bool
from_console(struct hop_context *cx, struct hop_call *call)
{
    (void)cx;
    call->result = hop_str(hop_string_format(
        "\033[%dm", console_codes[call->args[0].u.i & 15] + (int)call->data));
    return true;
}

static bool
from_pair(struct hop_context *cx, struct hop_call *call)
{
    (void)cx;
    call->result = hop_str(
        hop_string_format("\033[%d;%dm", console_codes[call->args[0].u.i & 15],
                          console_codes[call->args[1].u.i & 15] + 10));
    return true;
}

#define COLOR_METHODS(lead, offset)                                            \
    {"string FromRgb(byte red, byte green, byte blue)", from_rgb, lead},       \
        {"string FromRgb(int rgb)", from_rgb, lead},                           \
        {"string FromConsoleColor(System.ConsoleColor color)", from_console,   \
         offset},                                                              \
    {                                                                          \
        NULL                                                                   \
    }
static const struct hop_method foreground_methods[] = {COLOR_METHODS(38, 0)};
static const struct hop_method background_methods[] = {COLOR_METHODS(48, 10)};

#define STYLE_CLASS(c, text, count, table, calls)                              \
    static const struct hop_class c = {.name = PSSTYLE text,                   \
                                       .base = &hop_class_object,              \
                                       .kind = HOP_OBJECT,                     \
                                       .size = BAG_SIZE(count),                \
                                       .properties = table,                    \
                                       .methods = calls,                       \
                                       .destroy = bag_destroy}

STYLE_CLASS(class_foreground, "+ForegroundColor", 0, foreground_properties,
            foreground_methods);
STYLE_CLASS(class_background, "+BackgroundColor", 0, background_properties,
            background_methods);

/* ---- Formatting ---- */

static const char *const formatting_codes[HOP_STYLE_COUNT] = {
    [HOP_STYLE_FORMAT_ACCENT] = "32;1",   [HOP_STYLE_TABLE_HEADER] = "32;1",
    [HOP_STYLE_CUSTOM_HEADER] = "32;1;3", [HOP_STYLE_ERROR_ACCENT] = "36;1",
    [HOP_STYLE_ERROR] = "31;1",           [HOP_STYLE_WARNING] = "33;1",
    [HOP_STYLE_VERBOSE] = "33;1",         [HOP_STYLE_DEBUG] = "33;1",
    [HOP_STYLE_FEEDBACK_NAME] = "33",     [HOP_STYLE_FEEDBACK_TEXT] = "96",
    [HOP_STYLE_FEEDBACK_ACTION] = "97",
};

static const struct hop_property formatting_properties[] = {
    SEQUENCE("FormatAccent", HOP_STYLE_FORMAT_ACCENT),
    SEQUENCE("TableHeader", HOP_STYLE_TABLE_HEADER),
    SEQUENCE("CustomTableHeaderLabel", HOP_STYLE_CUSTOM_HEADER),
    SEQUENCE("ErrorAccent", HOP_STYLE_ERROR_ACCENT),
    SEQUENCE("Error", HOP_STYLE_ERROR),
    SEQUENCE("Warning", HOP_STYLE_WARNING),
    SEQUENCE("Verbose", HOP_STYLE_VERBOSE),
    SEQUENCE("Debug", HOP_STYLE_DEBUG),
    SEQUENCE("FeedbackName", HOP_STYLE_FEEDBACK_NAME),
    SEQUENCE("FeedbackText", HOP_STYLE_FEEDBACK_TEXT),
    SEQUENCE("FeedbackAction", HOP_STYLE_FEEDBACK_ACTION),
    {NULL}};
STYLE_CLASS(class_formatting, "+FormattingData", HOP_STYLE_COUNT,
            formatting_properties, NULL);

/* ---- Progress ---- */

enum { PROGRESS_STYLE, PROGRESS_WIDTH, PROGRESS_VIEW, PROGRESS_OSC };
#define PROGRESS_LEAST 18

static bool
set_width(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value v)
{
    if (v.u.i < PROGRESS_LEAST)
        return hop_throw_argument(
            cx, &hop_exception_argument_range, "MaxWidth",
            "The MaxWidth for the Progress rendering must be at least %d to "
            "render correctly.",
            PROGRESS_LEAST);
    return bag_set(cx, self, data, v);
}

static const struct hop_property progress_properties[] = {
    SEQUENCE("Style", PROGRESS_STYLE),
    {"MaxWidth", "int", bag_get, set_width, 0, PROGRESS_WIDTH},
    BAG_RW("View", PS_ENUM_ "ProgressView", PROGRESS_VIEW),
    BAG_RW("UseOSCIndicator", "bool", PROGRESS_OSC),
    {NULL}};
STYLE_CLASS(class_progress, "+ProgressConfiguration", 4, progress_properties,
            NULL);

/* ---- FileInfo ---- */

static bool
extension_ok(struct hop_context *cx, struct hop_value v)
{
    if (hop_is_string(v) && v.u.s->data[0] == '.')
        return true;
    return hop_throw(cx, &hop_exception_argument,
                     "When adding or removing extensions, the extension must "
                     "start with a period.");
}

static struct hop_dict *
extensions(struct hop_call *call)
{
    return hop_as_dict(((struct bag *)(void *)call->self.u.o)->v[0]);
}

enum { EXTENSION_ADD, EXTENSION_SET };

static bool
extension_put(struct hop_context *cx, struct hop_call *call)
{
    struct hop_dict *d = extensions(call);

    if (!extension_ok(cx, call->args[0]) || !no_content(cx, call->args[1]))
        return false;
    if (call->data == EXTENSION_ADD && hop_dict_get(d, call->args[0]))
        return hop_throw(cx, &hop_exception_argument,
                         "An item with the same key has already been added. "
                         "Key: %s",
                         hop_cstr(call->args[0]));
    hop_dict_set(d, call->args[0], hop_retain(call->args[1]));
    return true;
}

static bool
extension_get(struct hop_context *cx, struct hop_call *call)
{
    struct hop_value *v;

    if (!extension_ok(cx, call->args[0]))
        return false;
    v = hop_dict_get(extensions(call), call->args[0]);
    if (!v)
        return hop_throw(cx, &hop_exception_key_not_found,
                         "The given key '%s' was not present in the "
                         "dictionary.",
                         hop_cstr(call->args[0]));
    call->result = hop_retain(*v);
    return true;
}

static bool
extension_remove(struct hop_context *cx, struct hop_call *call)
{
    if (!extension_ok(cx, call->args[0]))
        return false;
    hop_dict_remove(extensions(call), call->args[0]);
    return true;
}

static bool
extension_clear(struct hop_context *cx, struct hop_call *call)
{
    (void)cx;
    hop_dict_clear(extensions(call));
    return true;
}

static bool
extension_has(struct hop_context *cx, struct hop_call *call)
{
    struct hop_value k = call->args[0];
    bool empty = !hop_is_string(k) || !k.u.s->len;

    if (!empty && !extension_ok(cx, k))
        return false;
    call->result = hop_bool(!empty && hop_dict_get(extensions(call), k));
    return true;
}

static bool
extension_keys(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    struct hop_dict *d = hop_as_dict(((struct bag *)(void *)self.u.o)->v[0]);
    struct hop_array *a = hop_array_of_strings(cx, NULL, 0);
    size_t n;
    struct hop_dict_entry **e HOP_AUTO_FREE = hop_dict_order(d, &n);

    (void)data;
    for (size_t i = 0; i < n; i++)
        hop_array_push(a, hop_retain(e[i]->key));
    *out = hop_obj(a);
    return true;
}

static const struct hop_method extension_methods[] = {
    {"void Add(string extension, string decoration)", extension_put,
     EXTENSION_ADD},
    {"void Remove(string extension)", extension_remove},
    {"void Clear()", extension_clear},
    {"bool ContainsKey(string extension)", extension_has},
    {"string Item(string extension)", extension_get},
    {"void set_Item(string extension, string value)", extension_put,
     EXTENSION_SET},
    {NULL}};
static const struct hop_property extension_properties[] = {
    {"Keys", "System.Collections.Generic.IEnumerable[string]", extension_keys},
    {NULL}};
STYLE_CLASS(class_extensions, "+FileInfoFormatting+FileExtensionDictionary", 1,
            extension_properties, extension_methods);

enum { FILE_DIRECTORY, FILE_LINK, FILE_EXECUTABLE, FILE_EXTENSION };
static const struct hop_property file_properties[] = {
    SEQUENCE("Directory", FILE_DIRECTORY),
    SEQUENCE("SymbolicLink", FILE_LINK),
    SEQUENCE("Executable", FILE_EXECUTABLE),
    BAG_RO("Extension", PSSTYLE "+FileInfoFormatting+FileExtensionDictionary",
           FILE_EXTENSION),
    {NULL}};
STYLE_CLASS(class_files, "+FileInfoFormatting", 4, file_properties, NULL);

/* ---- PSStyle itself ---- */

enum { RENDERING, FORMATTING, PROGRESS, FOREGROUND, BACKGROUND, FILES, PARTS };

static bool
get_instance(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value *out)
{
    (void)self;
    (void)data;
    *out = hop_retain(style_object(RS_OF(cx)));
    return true;
}

#define FIXED(name, i)                                                         \
    {                                                                          \
        name, "string", get_plain, NULL, 0, i                                  \
    }
static const struct hop_property style_properties[] = {
    FIXED("Reset", 0),
    FIXED("BlinkOff", 1),
    FIXED("Blink", 2),
    FIXED("BoldOff", 3),
    FIXED("Bold", 4),
    FIXED("DimOff", 5),
    FIXED("Dim", 6),
    FIXED("Hidden", 7),
    FIXED("HiddenOff", 8),
    FIXED("Reverse", 9),
    FIXED("ReverseOff", 10),
    FIXED("ItalicOff", 11),
    FIXED("Italic", 12),
    FIXED("UnderlineOff", 13),
    FIXED("Underline", 14),
    FIXED("StrikethroughOff", 15),
    FIXED("Strikethrough", 16),
    BAG_RW("OutputRendering", PS_ENUM_ "OutputRendering", RENDERING),
    BAG_RO("Formatting", PSSTYLE "+FormattingData", FORMATTING),
    BAG_RO("Progress", PSSTYLE "+ProgressConfiguration", PROGRESS),
    BAG_RO("Foreground", PSSTYLE "+ForegroundColor", FOREGROUND),
    BAG_RO("Background", PSSTYLE "+BackgroundColor", BACKGROUND),
    BAG_RO("FileInfo", PSSTYLE "+FileInfoFormatting", FILES),
    {"Instance", PSSTYLE, get_instance, NULL, HOP_PROP_STATIC},
    {NULL}};

static bool
hyperlink(struct hop_context *cx, struct hop_call *call)
{
    struct hop_string *link HOP_AUTO_STRING = NULL;

    if (!hop_to_string(cx, call->args[1], &link))
        return false;
    call->result = hop_str(hop_string_format(
        "\033]8;;%s\033\\%s\033]8;;\033\\", link->data,
        hop_is_string(call->args[0]) ? hop_cstr(call->args[0]) : ""));
    return true;
}

static const struct hop_method style_methods[] = {
    {"string FormatHyperlink(string text, uri link)", hyperlink},
    {"static string MapForegroundColorToEscapeSequence(System.ConsoleColor "
     "foregroundColor)",
     from_console, 0},
    {"static string MapBackgroundColorToEscapeSequence(System.ConsoleColor "
     "backgroundColor)",
     from_console, 10},
    {"static string MapColorPairToEscapeSequence(System.ConsoleColor "
     "foregroundColor, System.ConsoleColor backgroundColor)",
     from_pair},
    {NULL}};
STYLE_CLASS(class_style, "", PARTS, style_properties, style_methods);

const struct hop_class *const style_classes[] = {
    &class_style,    &class_foreground, &class_background, &class_formatting,
    &class_progress, &class_files,      &class_extensions, NULL};

/* ---- start ---- */

static struct hop_value
new_files(struct hop_runspace *rs)
{
    static const struct fixed kinds[] = {
        {".zip", "31;1"},  {".tgz", "31;1"},    {".gz", "31;1"},
        {".tar", "31;1"},  {".nupkg", "31;1"},  {".cab", "31;1"},
        {".7z", "31;1"},   {".ps1", "33;1"},    {".psd1", "33;1"},
        {".psm1", "33;1"}, {".ps1xml", "33;1"},
    };
    struct bag *b = bag_new(rs, &class_files);
    struct bag *e = bag_new(rs, &class_extensions);
    struct hop_dict *d = hop_ordered_new(&rs->cx);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(kinds); i++)
        hop_dict_set_text(d, kinds[i].name, sequence(kinds[i].code));
    e->v[0] = hop_obj(d);
    b->v[FILE_DIRECTORY] = sequence("44;1");
    b->v[FILE_LINK] = sequence("36;1");
    b->v[FILE_EXECUTABLE] = sequence("32;1");
    b->v[FILE_EXTENSION] = hop_obj(e);
    return hop_obj(b);
}

static struct hop_value
new_progress(struct hop_runspace *rs)
{
    struct bag *b = bag_new(rs, &class_progress);

    b->v[PROGRESS_STYLE] = sequence("33;1");
    b->v[PROGRESS_WIDTH] = hop_int(120);
    b->v[PROGRESS_VIEW] = hop_enum(HOP_ENUM_PROGRESS_VIEW, 0);
    b->v[PROGRESS_OSC] = hop_bool(false);
    return hop_obj(b);
}

/* NO_COLOR and terminals without colour switch decoration off from the
 * start. */
static enum hop_rendering
first_rendering(void)
{
    const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

    if ((no && *no) || (term && (strcmp(term, "dumb") == 0 ||
                                 strcmp(term, "xterm-mono") == 0)))
        return HOP_RENDER_PLAIN;
    return HOP_RENDER_HOST;
}

static struct hop_value
new_style(struct hop_runspace *rs)
{
    struct bag *b = bag_new(rs, &class_style);
    struct bag *f = bag_new(rs, &class_formatting);

    for (int i = 0; i < HOP_STYLE_COUNT; i++)
        f->v[i] = sequence(formatting_codes[i]);
    b->v[RENDERING] = hop_enum(HOP_ENUM_OUTPUT_RENDERING, first_rendering());
    b->v[FORMATTING] = hop_obj(f);
    b->v[PROGRESS] = new_progress(rs);
    b->v[FOREGROUND] = hop_obj(bag_new(rs, &class_foreground));
    b->v[BACKGROUND] = hop_obj(bag_new(rs, &class_background));
    b->v[FILES] = new_files(rs);
    return hop_obj(b);
}

/* Borrowed; made when first asked for. */
struct hop_value
style_object(struct hop_runspace *rs)
{
    if (rs->style.kind != HOP_OBJECT)
        rs->style = new_style(rs);
    return rs->style;
}

/* ---- for C code ---- */

static struct hop_value
setting(struct hop_runspace *rs, int part)
{
    return ((struct bag *)(void *)style_object(rs).u.o)->v[part];
}

enum hop_rendering
hop_style_rendering(struct hop_runspace *rs)
{
    if (rs->style.kind != HOP_OBJECT)
        return first_rendering();
    return (enum hop_rendering)setting(rs, RENDERING).u.i;
}

bool
hop_style_shown(struct hop_runspace *rs)
{
    enum hop_rendering r = hop_style_rendering(rs);
    struct hop_host *h = rs->host;

    if (r != HOP_RENDER_HOST)
        return r == HOP_RENDER_ANSI;
    return h && h->ops->supports_color && h->ops->supports_color(h);
}

bool
hop_style_stripped(struct hop_runspace *rs)
{
    enum hop_rendering r = hop_style_rendering(rs);
    struct hop_host *h = rs->host;

    return r == HOP_RENDER_PLAIN ||
           (r == HOP_RENDER_HOST && h && h->ops->supports_color &&
            !h->ops->supports_color(h));
}

const char *
hop_style_text(struct hop_runspace *rs, enum hop_style s)
{
    struct bag *f = (struct bag *)(void *)setting(rs, FORMATTING).u.o;

    return hop_is_string(f->v[s]) ? hop_cstr(f->v[s]) : "";
}
