/* The client's host, called from the server: MS-PSRP 2.2.3.17.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "engine/style.h"
#include "remote/server.h"
#include "value/member.h"
#include "value/collections.h"
#include "value/enums.h"
#include "value/types/secure.h"

/* RemoteHostMethodId. */
enum method {
    SET_SHOULD_EXIT = 6,
    READ_LINE = 11,
    READ_SECURE = 12,
    WRITE = 13,
    WRITE_COLOURED = 14,
    WRITE_LINE_END = 15,
    WRITE_LINE = 16,
    WRITE_COLOURED_LINE = 17,
    WRITE_ERROR = 18,
    WRITE_DEBUG = 19,
    WRITE_PROGRESS = 20,
    WRITE_VERBOSE = 21,
    WRITE_WARNING = 22,
    PROMPT = 23,
    CREDENTIAL = 25,
    CHOICE = 26,
    SET_TITLE = 42,
    READ_KEY = 46,
    FLUSH_INPUT = 47,
    FILL_CELLS = 48,
    PUT_CELLS = 49,
    SCROLL_CELLS = 51,
    POP_RUNSPACE = 53,
    CHOOSE_SOME = 56,
};

static struct room *
room_of(struct hop_host *h)
{
    return (struct room *)(void *)h;
}

static const struct hop_psrp_host_info *
info_of(const struct room *room)
{
    return room->run ? room->run->host : &room->server->info;
}

void
remote_set_host(struct server *s, const struct hop_psrp_host_info *h)
{
    hop_string_clear(&s->info.data.title);
    s->info = *h;
    if (s->info.data.title)
        hop_string_retain(s->info.data.title);
}

/* ---- calls ---- */

static struct hop_array *
parameters(struct room *room)
{
    return hop_object_new(room->server->cx, &hop_class_array_list);
}

static struct hop_object *
plain_object(struct room *room)
{
    static const char *const none[] = {NULL};
    struct hop_object *o = hop_custom_new(room->server->cx);

    hop_psrp_set_types(room->server->cx, o, none);
    return o;
}

/* A call without an answer; takes the parameters. */
static void
call(struct room *room, enum method method, struct hop_array *list)
{
    struct hop_error err = {0};

    if (!room->run ||
        !hop_psrp_server_call(room->server->session, &room->run->id,
                              (int32_t)method, hop_obj(list), NULL, &err)) {
        if (!room->run)
            hop_release(hop_obj(list));
        return;
    }
    remote_flush(room->server, &room->run->id);
}

static void
call_text(struct room *room, enum method method, const char *text, size_t n)
{
    struct hop_array *list;

    if (info_of(room)->ui_null || !room->run)
        return;
    list = parameters(room);
    hop_array_push(list, hop_textn(text, n));
    call(room, method, list);
}

/* A call with an answer, which is the caller's. */
static enum hop_ask
ask(struct room *room, enum method method, struct hop_array *list,
    struct hop_value *answer)
{
    struct run *r = room->run;
    struct hop_error err = {0};
    int64_t id;

    if (!r || info_of(room)->ui_null) {
        hop_release(hop_obj(list));
        return HOP_ASK_UNSUPPORTED;
    }
    if (!hop_psrp_server_call(room->server->session, &r->id, (int32_t)method,
                              hop_obj(list), &id, &err))
        return HOP_ASK_UNSUPPORTED;
    remote_flush(room->server, &room->run->id);
    r->waits_for = id;
    r->answered = r->refused = false;
    while (!r->answered && !hop_runspace_stopping(room->server->rs) &&
           remote_await(room))
        ;
    r->waits_for = 0;
    if (!r->answered)
        return HOP_ASK_STOPPED;
    *answer = hop_value_steal(&r->answer);
    return r->refused ? HOP_ASK_UNSUPPORTED : HOP_ASK_OK;
}

/* ---- output ---- */

static void
host_write(struct hop_host *h, const char *text, size_t n, int fg, int bg)
{
    struct room *room = room_of(h);
    bool line = n > 0 && text[n - 1] == '\n';
    struct hop_array *list;

    if ((fg < 0 && bg < 0) ||
        hop_style_rendering(room->server->rs) == HOP_RENDER_PLAIN) {
        call_text(room, line ? WRITE_LINE : WRITE, text, n - line);
        return;
    }
    if (info_of(room)->ui_null || !room->run)
        return;
    list = parameters(room);
    hop_array_push(list, hop_int(fg < 0 ? info_of(room)->data.foreground : fg));
    hop_array_push(list, hop_int(bg < 0 ? info_of(room)->data.background : bg));
    hop_array_push(list, hop_textn(text, n - line));
    call(room, line ? WRITE_COLOURED_LINE : WRITE_COLOURED, list);
}

static void
host_line_end(struct hop_host *h)
{
    struct room *room = room_of(h);

    if (room->run && !info_of(room)->ui_null)
        call(room, WRITE_LINE_END, parameters(room));
}

static void
host_error(struct hop_host *h, const char *s, size_t n)
{
    call_text(room_of(h), WRITE_ERROR, s, n);
}

static void
host_warning(struct hop_host *h, const char *s, size_t n)
{
    call_text(room_of(h), WRITE_WARNING, s, n);
}

static void
host_verbose(struct hop_host *h, const char *s, size_t n)
{
    call_text(room_of(h), WRITE_VERBOSE, s, n);
}

static void
host_debug(struct hop_host *h, const char *s, size_t n)
{
    call_text(room_of(h), WRITE_DEBUG, s, n);
}

static void
host_progress(struct hop_host *h, const struct hop_progress *p)
{
    struct room *room = room_of(h);
    struct hop_array *list;
    struct hop_object *o;

    if (!room->run)
        return;
    remote_progress(room, p);
    if (info_of(room)->ui_null)
        return;
    list = parameters(room);
    o = plain_object(room);
    hop_custom_set_text(o, "Activity", hop_text(p->activity));
    hop_custom_set_text(o, "ActivityId", hop_int(p->id));
    hop_custom_set_text(o, "StatusDescription", hop_text(p->status));
    hop_custom_set_text(o, "CurrentOperation",
                        p->operation[0] ? hop_text(p->operation) : hop_null());
    hop_custom_set_text(o, "ParentActivityId", hop_int(p->parent_id));
    hop_custom_set_text(o, "PercentComplete", hop_int(p->percent));
    hop_custom_set_text(o, "Type",
                        hop_enum(HOP_ENUM_PROGRESS_RECORD, p->completed));
    hop_custom_set_text(o, "SecondsRemaining", hop_int(p->seconds_remaining));
    hop_array_push(list, hop_long(p->source_id));
    hop_array_push(list, hop_obj(o));
    call(room, WRITE_PROGRESS, list);
}

static void
host_should_exit(struct hop_host *h, int code)
{
    struct room *room = room_of(h);
    struct hop_array *list;

    if (!room->run)
        return;
    list = parameters(room);
    hop_array_push(list, hop_int(code));
    call(room, SET_SHOULD_EXIT, list);
}

void
remote_leave(struct hop_host *h)
{
    struct room *room = room_of(h);

    if (room->run)
        call(room, POP_RUNSPACE, parameters(room));
}

static void
host_set_title(struct hop_host *h, const char *title)
{
    struct room *room = room_of(h);

    hop_string_clear(&room->server->info.data.title);
    room->server->info.data.title = hop_string_from(title);
    if (!info_of(room)->raw_ui_null)
        call_text(room, SET_TITLE, title, strlen(title));
}

static const char *
host_title(struct hop_host *h)
{
    const struct hop_string *t = info_of(room_of(h))->data.title;

    return t ? t->data : "";
}

static struct hop_size
host_window(struct hop_host *h)
{
    const struct hop_psrp_host_info *i = info_of(room_of(h));

    if (!i->has_data || i->data.window_width <= 0)
        return (struct hop_size){120, 50};
    return (struct hop_size){i->data.window_width, i->data.window_height};
}

static struct hop_size
host_buffer(struct hop_host *h)
{
    const struct hop_psrp_host_info *i = info_of(room_of(h));

    if (!i->has_data || i->data.buffer_width <= 0)
        return (struct hop_size){120, 50};
    return (struct hop_size){i->data.buffer_width, i->data.buffer_height};
}

/* ---- the raw user interface ----
 * What the client has told when the pool or the pipeline began is what there is
 * (MS-PSRP 2.2.3.14); what is set is kept here and told. */

static const struct {
    size_t at[2];         /* of the numbers in hop_psrp_default_host */
    int32_t set;          /* RemoteHostMethodId; 0: cannot be set */
    const char *names[2]; /* of the parameter's members; none: a number */
} raws[HOP_RAWS] = {
#define AT(member) offsetof(struct hop_psrp_default_host, member)
    [HOP_RAW_FOREGROUND] = {{AT(foreground), AT(foreground)}, 28},
    [HOP_RAW_BACKGROUND] = {{AT(background), AT(background)}, 30},
    [HOP_RAW_CURSOR] = {{AT(cursor_x), AT(cursor_y)}, 32, {"x", "y"}},
    [HOP_RAW_WINDOW_AT] = {{AT(window_x), AT(window_y)}, 34, {"x", "y"}},
    [HOP_RAW_CURSOR_SIZE] = {{AT(cursor_size), AT(cursor_size)}, 36},
    [HOP_RAW_BUFFER] = {{AT(buffer_width), AT(buffer_height)},
                        38,
                        {"width", "height"}},
    [HOP_RAW_WINDOW] = {{AT(window_width), AT(window_height)},
                        40,
                        {"width", "height"}},
    [HOP_RAW_MAX_WINDOW] = {{AT(max_window_width), AT(max_window_height)}},
    [HOP_RAW_MAX_PHYSICAL] = {{AT(max_physical_width),
                               AT(max_physical_height)}},
#undef AT
};

static int32_t *
raw_number(struct room *room, enum hop_raw what, int i)
{
    struct hop_psrp_host_info *info =
        (struct hop_psrp_host_info *)(uintptr_t)info_of(room);

    return (int32_t *)(void *)((char *)&info->data + raws[what].at[i]);
}

static bool
raw_get(struct hop_host *h, enum hop_raw what, int v[2])
{
    struct room *room = room_of(h);

    if (!info_of(room)->has_data)
        return false;
    v[0] = *raw_number(room, what, 0);
    v[1] = *raw_number(room, what, 1);
    return true;
}

static bool
raw_set(struct hop_host *h, enum hop_raw what, const int v[2])
{
    struct room *room = room_of(h);
    struct hop_array *list;
    struct hop_object *o;

    *raw_number(room, what, 1) = v[1];
    *raw_number(room, what, 0) = v[0];
    if (!raws[what].set || info_of(room)->raw_ui_null || !room->run)
        return true;
    list = parameters(room);
    if (raws[what].names[0]) {
        o = plain_object(room);
        hop_custom_set_text(o, raws[what].names[0], hop_int(v[0]));
        hop_custom_set_text(o, raws[what].names[1], hop_int(v[1]));
        hop_array_push(list, hop_obj(o));
    } else {
        hop_array_push(list, hop_int(v[0]));
    }
    call(room, (enum method)raws[what].set, list);
    return true;
}

static bool
raw_flush_input(struct hop_host *h)
{
    struct room *room = room_of(h);

    if (room->run && !info_of(room)->raw_ui_null)
        call(room, FLUSH_INPUT, parameters(room));
    return true;
}

/* Objects of members that are numbers. */
static struct hop_value
numbers(struct room *room, size_t n, const char *const *names, const int *v)
{
    struct hop_object *o = plain_object(room);

    for (size_t i = 0; i < n; i++)
        hop_custom_set_text(o, names[i], hop_int(v[i]));
    return hop_obj(o);
}

static struct hop_value
place(struct room *room, int x, int y)
{
    static const char *const names[] = {"x", "y"};

    return numbers(room, 2, names, (const int[]){x, y});
}

static struct hop_value
rectangle(struct room *room, const struct hop_rect *r)
{
    static const char *const names[] = {"left", "top", "right", "bottom"};

    return numbers(room, 4, names,
                   (const int[]){r->left, r->top, r->right, r->bottom});
}

static struct hop_value
cell(struct room *room, const struct hop_screen_cell *c)
{
    struct hop_object *o = plain_object(room);

    hop_custom_set_text(o, "character", hop_char(c->character));
    hop_custom_set_text(o, "foregroundColor", hop_int(c->foreground));
    hop_custom_set_text(o, "backgroundColor", hop_int(c->background));
    hop_custom_set_text(o, "bufferCellType", hop_int(c->type));
    return hop_obj(o);
}

static void
call_raw(struct room *room, enum method method, struct hop_array *list)
{
    if (room->run && !info_of(room)->raw_ui_null)
        call(room, method, list);
    else
        hop_release(hop_obj(list));
}

static bool
raw_fill(struct hop_host *h, const struct hop_rect *r,
         const struct hop_screen_cell *with)
{
    struct room *room = room_of(h);
    struct hop_array *list = parameters(room);

    hop_array_push(list, rectangle(room, r));
    hop_array_push(list, cell(room, with));
    call_raw(room, FILL_CELLS, list);
    return true;
}

/* MS-PSRP 2.2.6.1.10: the elements, and the lengths. */
static bool
raw_put(struct hop_host *h, int x, int y, const struct hop_cells *c)
{
    struct room *room = room_of(h);
    struct hop_array *list = parameters(room), *all = parameters(room),
                     *lengths = parameters(room);
    struct hop_object *o = plain_object(room);

    for (size_t i = 0; i < (size_t)c->rows * c->columns; i++)
        hop_array_push(all, cell(room, &c->cells[i]));
    hop_array_push(lengths, hop_int((int32_t)c->rows));
    hop_array_push(lengths, hop_int((int32_t)c->columns));
    hop_custom_set_text(o, "mae", hop_obj(all));
    hop_custom_set_text(o, "mal", hop_obj(lengths));
    hop_array_push(list, place(room, x, y));
    hop_array_push(list, hop_obj(o));
    call_raw(room, PUT_CELLS, list);
    return true;
}

static bool
raw_scroll(struct hop_host *h, const struct hop_rect *from, int x, int y,
           const struct hop_rect *clip, const struct hop_screen_cell *with)
{
    struct room *room = room_of(h);
    struct hop_array *list = parameters(room);

    hop_array_push(list, rectangle(room, from));
    hop_array_push(list, place(room, x, y));
    hop_array_push(list, rectangle(room, clip));
    hop_array_push(list, cell(room, with));
    call_raw(room, SCROLL_CELLS, list);
    return true;
}

/* PowerShell's server asks neither for the client's screen nor for its keys
 * ahead of time. */
static const struct hop_raw_ops raw_ops = {
    .lacks = "Remote host method",
    .get = raw_get,
    .set = raw_set,
    .flush_input = raw_flush_input,
    .fill = raw_fill,
    .put = raw_put,
    .scroll = raw_scroll,
};

/* ---- questions ---- */

static enum hop_ask
host_read_line(struct hop_host *h, char **text)
{
    struct room *room = room_of(h);
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    enum hop_ask how = ask(room, READ_LINE, parameters(room), &v);

    if (how != HOP_ASK_OK)
        return how;
    if (!hop_is_string(v))
        return HOP_ASK_END;
    *text = hop_xstrndup(v.u.s->data, v.u.s->len);
    return HOP_ASK_OK;
}

static char *
secret_text(struct hop_value v)
{
    size_t n;
    const char *text;

    if (!hop_is_exactly(v, &hop_class_secure_string))
        return NULL;
    text = hop_secure_text(v, &n);
    return hop_xstrndup(text, n);
}

static enum hop_ask
host_read_secure(struct hop_host *h, char **text)
{
    struct room *room = room_of(h);
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    enum hop_ask how = ask(room, READ_SECURE, parameters(room), &v);

    if (how != HOP_ASK_OK)
        return how;
    *text = secret_text(v);
    return *text ? HOP_ASK_OK : HOP_ASK_END;
}

static const char *
short_type(const char *full)
{
    const char *dot = strrchr(full, '.');

    return dot ? dot + 1 : full;
}

/* FieldDescription, MS-PSRP 2.2.3.8. */
static struct hop_value
field_object(struct room *room, const struct hop_field *f)
{
    struct hop_object *o = plain_object(room);
    const char *type = f->secure       ? "System.Security.SecureString"
                       : f->credential ? "System.Management.Automation."
                                         "PSCredential"
                       : f->type       ? f->type
                                       : "System.String";

    hop_custom_set_text(o, "name", hop_text(f->name));
    hop_custom_set_text(o, "label", hop_text(f->label ? f->label : ""));
    hop_custom_set_text(o, "parameterTypeName", hop_text(short_type(type)));
    hop_custom_set_text(o, "parameterTypeFullName", hop_text(type));
    hop_custom_set_text(o, "parameterAssemblyFullName", hop_text(type));
    hop_custom_set_text(o, "helpMessage", hop_text(f->help ? f->help : ""));
    hop_custom_set_text(o, "isMandatory", hop_bool(f->mandatory));
    if (f->fallback)
        hop_custom_set_text(o, "defaultValue", hop_retain(*f->fallback));
    hop_custom_set_text(o, "metadata", hop_obj(parameters(room)));
    hop_custom_set_text(o, "modifiedByRemotingProtocol", hop_bool(false));
    hop_custom_set_text(o, "isFromRemoteHost", hop_bool(false));
    return hop_obj(o);
}

static struct hop_array *
captioned(struct room *room, const char *caption, const char *message)
{
    struct hop_array *list = parameters(room);

    hop_array_push_text(list, caption ? caption : "");
    hop_array_push_text(list, message ? message : "");
    return list;
}

static enum hop_ask
host_prompt(struct hop_host *h, const char *caption, const char *message,
            const struct hop_field *fields, size_t n, struct hop_value *values)
{
    struct room *room = room_of(h);
    struct hop_array *list = captioned(room, caption, message);
    struct hop_array *described = parameters(room);
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    struct hop_dict *answers;
    enum hop_ask how;

    for (size_t i = 0; i < n; i++)
        hop_array_push(described, field_object(room, &fields[i]));
    hop_array_push(list, hop_obj(described));
    how = ask(room, PROMPT, list, &v);
    if (how != HOP_ASK_OK)
        return how;
    answers = hop_as_dict(v);
    for (size_t i = 0; i < n; i++) {
        struct hop_value *a =
            answers ? hop_dict_get_text(answers, fields[i].name) : NULL;

        values[i] = a ? hop_retain(*a) : hop_null();
    }
    return answers ? HOP_ASK_OK : HOP_ASK_END;
}

/* caption, message and choices */
static struct hop_array *
described_choices(struct room *room, const char *caption, const char *message,
                  const struct hop_choice *choices, size_t n)
{
    struct hop_array *list = captioned(room, caption, message);
    struct hop_array *described = parameters(room);

    for (size_t i = 0; i < n; i++) {
        struct hop_object *o = plain_object(room);

        hop_custom_set_text(o, "label", hop_text(choices[i].label));
        hop_custom_set_text(o, "helpMessage",
                            hop_text(choices[i].help ? choices[i].help : ""));
        hop_array_push(described, hop_obj(o));
    }
    hop_array_push(list, hop_obj(described));
    return list;
}

static enum hop_ask
host_choice(struct hop_host *h, const char *caption, const char *message,
            const struct hop_choice *choices, size_t n, int fallback,
            int *chosen)
{
    struct room *room = room_of(h);
    struct hop_array *list =
        described_choices(room, caption, message, choices, n);
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    enum hop_ask how;

    hop_array_push(list, hop_int(fallback));
    how = ask(room, CHOICE, list, &v);
    if (how != HOP_ASK_OK)
        return how;
    if (v.kind != HOP_INT32 || v.u.i < 0 || v.u.i >= (int64_t)n)
        return HOP_ASK_END;
    *chosen = (int)v.u.i;
    return HOP_ASK_OK;
}

/* An array of integers as its elements and its length (2.2.6.1.4). */
static struct hop_value
int_array(struct room *room, const struct hop_array *a)
{
    struct hop_object *o = plain_object(room);
    struct hop_array *items = parameters(room);
    struct hop_array *lengths = hop_array_new_of(
        room->server->cx,
        hop_types_array(room->server->cx, &hop_class_int32, 1), 1);

    for (size_t i = 0; a && i < a->n; i++)
        hop_array_push(items, a->items[i]);
    hop_custom_set_text(o, "mae", hop_obj(items));
    lengths->items[0] = hop_int((int)items->n);
    hop_custom_set_text(o, "mal", hop_obj(lengths));
    return hop_obj(o);
}

static enum hop_ask
host_choose_some(struct hop_host *h, const char *caption, const char *message,
                 const struct hop_choice *choices, size_t n,
                 const struct hop_array *defaults, struct hop_array *chosen)
{
    struct room *room = room_of(h);
    struct hop_array *list =
        described_choices(room, caption, message, choices, n);
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    const struct hop_array *answer;
    enum hop_ask how;

    hop_array_push(list, int_array(room, defaults));
    how = ask(room, CHOOSE_SOME, list, &v);
    if (how != HOP_ASK_OK)
        return how;
    answer = hop_as_array(hop_value_base(v));
    for (size_t i = 0; answer && i < answer->n; i++)
        if (answer->items[i].kind == HOP_INT32 && answer->items[i].u.i >= 0 &&
            answer->items[i].u.i < (int64_t)n)
            hop_array_push(chosen, answer->items[i]);
    return answer ? HOP_ASK_OK : HOP_ASK_END;
}

static enum hop_ask
host_credential(struct hop_host *h, const struct hop_logon_question *q,
                char **name, char **password)
{
    struct room *room = room_of(h);
    struct hop_array *list = captioned(room, q->caption, q->message);
    HOP_AUTO_VALUE struct hop_value v = hop_null(), who = hop_null(),
                                    secret = hop_null();
    enum hop_ask how;

    hop_array_push_text(list, q->user);
    hop_array_push_text(list, q->target);
    hop_array_push(list, hop_int(q->types));
    hop_array_push(list, hop_int(q->options));
    how = ask(room, CREDENTIAL, list, &v);
    if (how != HOP_ASK_OK)
        return how;
    who = hop_member_path(room->server->cx, v, "UserName");
    secret = hop_member_path(room->server->cx, v, "Password");
    if (!hop_is_string(who))
        return HOP_ASK_END;
    *password = secret_text(secret);
    if (!*password)
        return HOP_ASK_END;
    *name = hop_xstrndup(who.u.s->data, who.u.s->len);
    return HOP_ASK_OK;
}

static enum hop_ask
host_read_key(struct hop_host *h, int options, struct hop_key *key)
{
    struct room *room = room_of(h);
    struct hop_array *list = parameters(room);
    HOP_AUTO_VALUE struct hop_value v = hop_null(), c = hop_null(),
                                    k = hop_null(), state = hop_null(),
                                    down = hop_null();
    enum hop_ask how;

    hop_array_push(list, hop_int(options));
    how = ask(room, READ_KEY, list, &v);
    if (how != HOP_ASK_OK)
        return how;
    c = hop_member_path(room->server->cx, v, "character");
    k = hop_member_path(room->server->cx, v, "virtualKeyCode");
    state = hop_member_path(room->server->cx, v, "controlKeyState");
    down = hop_member_path(room->server->cx, v, "keyDown");
    if (c.kind != HOP_CHAR || !hop_is_integer(k))
        return HOP_ASK_END;
    *key = (struct hop_key){
        .cp = (uint32_t)c.u.i,
        .key = (int)k.u.i,
        .control = hop_is_integer(state) ? (int)state.u.i : 0,
        .down = down.kind != HOP_BOOL || down.u.i,
    };
    return HOP_ASK_OK;
}

const struct hop_host_ops remote_host_ops = {
    .name = "ServerRemoteHost",
    .version = "7.6.5",
    .interactive = true,
    .asks_by_name = true,
    .write = host_write,
    .write_line_end = host_line_end,
    .write_record = remote_record,
    .write_error = host_error,
    .write_warning = host_warning,
    .write_verbose = host_verbose,
    .write_debug = host_debug,
    .write_progress = host_progress,
    .read_line = host_read_line,
    .read_secure = host_read_secure,
    .prompt = host_prompt,
    .choice = host_choice,
    .choose_some = host_choose_some,
    .credential = host_credential,
    .read_key = host_read_key,
    .window_size = host_window,
    .buffer_size = host_buffer,
    .set_title = host_set_title,
    .title = host_title,
    .raw = &raw_ops,
    .should_exit = host_should_exit,
    .pop_runspace = remote_leave,
};
