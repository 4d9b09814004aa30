/* HostInfo, MS-PSRP 2.2.3.14.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>
#include <string.h>

#include "psrp/body.h"

#define HOST "System.Management.Automation.Host."

enum shape { SHAPE_COLOR, SHAPE_POINT, SHAPE_INT, SHAPE_SIZE, SHAPE_TEXT };

/* What a default is on the wire: its type and its members. */
static const struct {
    const char *type, *first, *second;
} shapes[] = {
    [SHAPE_COLOR] = {"System.ConsoleColor", NULL, NULL},
    [SHAPE_POINT] = {HOST "Coordinates", "x", "y"},
    [SHAPE_INT] = {"System.Int32", NULL, NULL},
    [SHAPE_SIZE] = {HOST "Size", "width", "height"},
    [SHAPE_TEXT] = {"System.String", NULL, NULL},
};

#define D(member) offsetof(struct hop_psrp_default_host, member)

/* By key, 0 to 9. */
static const struct {
    enum shape shape;
    size_t first, second;
} defaults[] = {
    {SHAPE_COLOR, D(foreground), 0},
    {SHAPE_COLOR, D(background), 0},
    {SHAPE_POINT, D(cursor_x), D(cursor_y)},
    {SHAPE_POINT, D(window_x), D(window_y)},
    {SHAPE_INT, D(cursor_size), 0},
    {SHAPE_SIZE, D(buffer_width), D(buffer_height)},
    {SHAPE_SIZE, D(window_width), D(window_height)},
    {SHAPE_SIZE, D(max_window_width), D(max_window_height)},
    {SHAPE_SIZE, D(max_physical_width), D(max_physical_height)},
    {SHAPE_TEXT, 0, 0},
};

static int32_t *
number_at(struct hop_psrp_default_host *d, size_t offset)
{
    return (int32_t *)(void *)((char *)d + offset);
}

static struct hop_value
write_default(struct hop_context *cx, const struct hop_psrp_default_host *from,
              size_t key)
{
    struct hop_psrp_default_host d = *from;
    enum shape shape = defaults[key].shape;
    struct hop_object *o;

    if (shape == SHAPE_TEXT)
        return d.title ? hop_str(hop_string_retain(d.title)) : hop_text("");
    if (!shapes[shape].first)
        return hop_int(*number_at(&d, defaults[key].first));
    o = psrp_body_object(cx);
    hop_custom_set_text(o, shapes[shape].first,
                        hop_int(*number_at(&d, defaults[key].first)));
    hop_custom_set_text(o, shapes[shape].second,
                        hop_int(*number_at(&d, defaults[key].second)));
    return hop_obj(o);
}

/* The table of defaults, in the order in which PowerShell's Hashtable happens
 * to give it: the last key first. */
static struct hop_value
write_data(struct hop_context *cx, const struct hop_psrp_default_host *d)
{
    static const char *const names[] = {"System.Collections.Hashtable",
                                        "System.Object", NULL};
    struct hop_dict *table = hop_ordered_new(cx);
    struct hop_object *o = psrp_body_object(cx);

    hop_psrp_set_types(cx, &table->base, names);
    for (size_t key = HOP_ARRAY_SIZE(defaults); key-- > 0;) {
        struct hop_object *entry = psrp_body_object(cx);

        hop_custom_set_text(entry, "T",
                            hop_text(shapes[defaults[key].shape].type));
        hop_custom_set_text(entry, "V", write_default(cx, d, key));
        hop_dict_set(table, hop_int((int32_t)key), hop_obj(entry));
    }
    hop_custom_set_text(o, "data", hop_obj(table));
    return hop_obj(o);
}

#define H(member) offsetof(struct hop_psrp_host_info, member)

/* _hostDefaultData stands between the third and the fourth. */
static const struct field flags[] = {
    {"_isHostUINull", FIELD_BOOL, H(ui_null), 0, 0},
    {"_isHostRawUINull", FIELD_BOOL, H(raw_ui_null), 0, 0},
    {"_isHostNull", FIELD_BOOL, H(host_null), 0, 0},
    {"_useRunspaceHost", FIELD_BOOL, H(use_runspace_host), 0, 0},
};

struct hop_value
psrp_host_info_write(struct hop_context *cx, const struct hop_psrp_host_info *h)
{
    struct hop_object *o = psrp_body_object(cx);

    psrp_body_write(cx, flags, 3, h, o);
    if (h->has_data)
        hop_custom_set_text(o, "_hostDefaultData", write_data(cx, &h->data));
    psrp_body_write(cx, flags + 3, 1, h, o);
    return hop_obj(o);
}

static bool
read_part(struct hop_value v, const char *name, int32_t *out)
{
    struct hop_value *part = name ? psrp_body_member(v, name) : &v;
    int64_t i;

    if (!part || !psrp_body_integer(*part, &i) || i < INT32_MIN ||
        i > INT32_MAX)
        return false;
    *out = (int32_t)i;
    return true;
}

static bool
read_default(struct hop_psrp_default_host *d, size_t key, struct hop_value v)
{
    enum shape shape = defaults[key].shape;

    if (shape == SHAPE_TEXT) {
        if (!hop_is_string(v))
            return hop_is_null(v);
        hop_string_clear(&d->title);
        d->title = hop_string_retain(v.u.s);
        return true;
    }
    return read_part(v, shapes[shape].first,
                     number_at(d, defaults[key].first)) &&
           (!shapes[shape].second ||
            read_part(v, shapes[shape].second,
                      number_at(d, defaults[key].second)));
}

static bool
read_data(struct hop_value v, struct hop_psrp_default_host *d,
          struct hop_error *err)
{
    struct hop_value *data = psrp_body_member(v, "data");
    struct hop_dict *table = data ? hop_as_dict(*data) : NULL;

    if (!table)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "_hostDefaultData has no table");
    for (size_t key = 0; key < HOP_ARRAY_SIZE(defaults); key++) {
        struct hop_value *entry = hop_dict_get(table, hop_int((int32_t)key));
        struct hop_value *value = entry ? psrp_body_member(*entry, "V") : NULL;

        if (value && !read_default(d, key, *value))
            return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                                 "_hostDefaultData %zu has a value of another "
                                 "type",
                                 key);
    }
    return true;
}

bool
psrp_host_info_read(struct hop_value v, struct hop_psrp_host_info *h,
                    struct hop_error *err)
{
    struct hop_value *data = psrp_body_member(v, "_hostDefaultData");

    if (!psrp_body_read(NULL, "HostInfo", flags, HOP_ARRAY_SIZE(flags), v, h,
                        err))
        return false;
    h->has_data = data && !hop_is_null(*data);
    if (!h->has_data)
        return true;
    h->data.foreground = h->data.background = -1;
    return read_data(*data, &h->data, err);
}
