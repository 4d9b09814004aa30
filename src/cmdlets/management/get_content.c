/* Get-Content: files are read piece by piece, and lines go out as they come.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cmdlets/management/content.h"
#include "cmdlets/management/filesystem.h"
#include "cmdlets/management/management.h"
#include "engine/errors.h"
#include "smb/files.h"
#include "smb/unc.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/types/file_info.h"

#define CHUNK 65536

enum {
    PATH,
    LITERAL,
    FILTER,
    INCLUDE,
    EXCLUDE,
    FORCE,
    CREDENTIAL,
    READ_COUNT,
    TOTAL,
    TAIL,
    DELIMITER,
    WAIT,
    RAW,
    ENCODING,
    BYTES,
    STREAM
};
static const struct hop_param get_params[] = {
    [PATH] = HOP_PATH_PARAM,
    [LITERAL] = HOP_LITERAL_PARAM,
    [FILTER] = {"Filter", "string"},
    [INCLUDE] = {"Include", "string[]"},
    [EXCLUDE] = {"Exclude", "string[]"},
    [FORCE] = {"Force", "switch"},
    [CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL | HOP_BY_NAME},
    [READ_COUNT] = {"ReadCount", "long", HOP_BY_NAME},
    [TOTAL] = {"TotalCount", "long", HOP_BY_NAME, .aliases = "First Head",
               .range = HOP_RANGE(0, 9e18)},
    [TAIL] = {"Tail", "int", HOP_BY_NAME, .aliases = "Last",
              .range = HOP_RANGE(0, 2147483647)},
    [DELIMITER] = {"Delimiter", "string"},
    [WAIT] = {"Wait", "switch"},
    [RAW] = {"Raw", "switch"},
    [ENCODING] = {"Encoding", "System.Text.Encoding", HOP_ENCODING},
    [BYTES] = {"AsByteStream", "switch"},
    [STREAM] = {"Stream", "string"},
};
static const struct hop_path_params paths = {PATH,    LITERAL, FILTER,
                                             INCLUDE, EXCLUDE, FORCE};

/* The notes on each object. */
enum origin { PS_PATH, PS_PARENT, PS_CHILD, PS_DRIVE, PS_PROVIDER, ORIGINS };
static const char *const origin_names[ORIGINS] = {
    "PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider"};

/* Lines on their way out, in groups of -ReadCount. */
struct lines {
    struct hop_command *c;
    const struct hop_item_path *p;
    int64_t group, left; /* left: of -TotalCount, -1 for all */
    int64_t count;       /* lines so far: ReadCount of each */
    struct hop_array *held;
    struct hop_value *last; /* ring of -Tail */
    size_t tail, tail_at, tail_n;
    bool ended;
    struct hop_value origin[ORIGINS]; /* made with the first object */
};

static void
add_note(struct hop_value v, const char *name, struct hop_value x)
{
    struct hop_member m = {
        .name = hop_string_from(name), .kind = HOP_MEMBER_NOTE, .value = x};

    hop_member_add(v.u.o, m);
}

/* The same for all objects of a file. */
static void
find_origin(struct lines *l)
{
    HOP_AUTO_FREE char *qualified = hop_path_qualified(l->p);
    const char *slash = strrchr(qualified, hop_unc_is(l->p->path) ? '\\' : '/');

    l->origin[PS_PATH] = hop_text(qualified);
    l->origin[PS_PARENT] =
        hop_textn(qualified, slash ? (size_t)(slash - qualified) : 0);
    l->origin[PS_CHILD] = hop_text(hop_paths_leaf(l->p->path));
    if (l->p->drive)
        l->origin[PS_DRIVE] = hop_drive_object(l->p->rs, l->p->drive);
    l->origin[PS_PROVIDER] = hop_provider_object(l->p->rs, l->p->provider);
}

/* Each object of Get-Content says where it comes from. */
static struct hop_value
with_origin(struct lines *l, struct hop_value v)
{
    struct hop_value w = hop_wrap(hop_command_context(l->c), v);

    if (hop_is_null(l->origin[PS_PATH]))
        find_origin(l);
    for (int i = 0; i < ORIGINS; i++)
        if (!hop_is_null(l->origin[i]))
            add_note(w, origin_names[i], hop_retain(l->origin[i]));
    add_note(w, "ReadCount", hop_long(l->count));
    return w;
}

static bool
flush_group(struct lines *l)
{
    struct hop_value v;

    if (!l->held)
        return true;
    v = with_origin(l, hop_obj(l->held));
    l->held = NULL;
    return hop_write_take(l->c, v);
}

/* One object; takes v.  False when no more is wanted or something failed. */
static bool
emit(struct lines *l, struct hop_value v)
{
    if (l->tail) {
        hop_value_set(&l->last[l->tail_at], v);
        l->tail_at = (l->tail_at + 1) % l->tail;
        l->tail_n += l->tail_n < l->tail;
        return true;
    }
    if (l->left == 0) {
        hop_release(v);
        l->ended = true;
        return false;
    }
    if (l->left > 0)
        l->left--;
    l->count++;
    if (l->group == 1)
        return hop_write_take(l->c, with_origin(l, v));
    if (!l->held)
        l->held = hop_array_new(hop_command_context(l->c), 0);
    hop_array_push(l->held, v);
    if (l->group > 0 && (int64_t)l->held->n >= l->group)
        return flush_group(l);
    return true;
}

static bool
finish_lines(struct lines *l)
{
    size_t from = l->tail_n == l->tail ? l->tail_at : 0;
    size_t n = l->tail_n;

    if (l->tail) {
        size_t tail = l->tail;

        l->tail = 0;
        for (size_t i = 0; i < n; i++)
            if (!emit(l, hop_value_steal(&l->last[(from + i) % tail])))
                return l->ended;
    }
    return flush_group(l);
}

static bool
split_lines(struct lines *l, const char *s, size_t n)
{
    size_t at = 0;

    while (at < n) {
        size_t len = 0;

        while (at + len < n && s[at + len] != '\n' && s[at + len] != '\r')
            len++;
        if (!emit(l, hop_textn(s + at, len)))
            return l->ended;
        at += len;
        if (at < n)
            at += s[at] == '\r' && at + 1 < n && s[at + 1] == '\n' ? 2 : 1;
        if (hop_command_stopping(l->c))
            return false;
    }
    return true;
}

static bool
split_by(struct lines *l, const char *s, size_t n, const char *delimiter)
{
    size_t d = strlen(delimiter);

    while (n > 0) {
        const char *hit = memmem(s, n, delimiter, d);
        size_t len = hit ? (size_t)(hit - s) : n;

        if (!emit(l, hop_textn(s, len)))
            return l->ended;
        s += len + (hit ? d : 0);
        n -= len + (hit ? d : 0);
    }
    return true;
}

/* ---- a file on its way ---- */

struct source {
    struct hop_command *c;
    struct lines *l;
    struct hop_encoding encoding; /* known after the first bytes */
    struct hop_buf raw;           /* what has not gone out yet */
    size_t scanned;               /* of raw: no delimiter begins before */
    int64_t size;                 /* bytes so far */
    bool known, whole, ok;        /* whole: all of it goes out at once */
};

static bool
write_bytes(struct source *s, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!emit(s->l, hop_byte(p[i])))
            return s->l->ended;
    return !hop_command_stopping(s->c);
}

static bool
write_text(struct source *s, const char *p, size_t n)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    const char *delimiter = hop_arg_text(s->c, DELIMITER);

    hop_encoding_decode(&s->encoding, p, n, &text);
    if (hop_arg_on(s->c, RAW)) {
        s->l->count = 1;
        return text.len == 0 ||
               hop_write_take(s->c, with_origin(s->l, hop_text_buf(&text)));
    }
    if (delimiter && *delimiter)
        return split_by(s->l, hop_buf_str(&text), text.len, delimiter);
    return split_lines(s->l, hop_buf_str(&text), text.len);
}

/* A mark at the beginning is stronger than -Encoding. */
static void
find_encoding(struct source *s)
{
    size_t mark;

    s->encoding.code =
        hop_encoding_of_file(hop_content_encoding(s->c, ENCODING)->code,
                             hop_buf_str(&s->raw), s->raw.len, &mark);
    hop_buf_consume(&s->raw, mark);
    s->known = true;
}

/* Where the last line that has its end ends, if that is behind from; or 0. */
static size_t
last_line_end(const struct source *s, size_t from)
{
    static const struct {
        unsigned char unit, feed; /* its size, which byte of it is 10 */
    } rows[HOP_CODES] = {
        [HOP_CODE_UTF16] = {2, 0},
        [HOP_CODE_UTF16BE] = {2, 1},
        [HOP_CODE_UTF32] = {4, 0},
        [HOP_CODE_UTF32BE] = {4, 3},
    };
    size_t unit = rows[s->encoding.code].unit ? rows[s->encoding.code].unit : 1;
    size_t feed = rows[s->encoding.code].feed;
    char want[4] = {0};

    want[feed] = '\n';
    for (size_t at = s->raw.len / unit * unit; at > from; at -= unit)
        if (memcmp(s->raw.data + at - unit, want, unit) == 0)
            return at;
    return 0;
}

/* Where the last delimiter ends, counted from the first on; or 0.  Of UTF-8
 * alone: others are read whole. */
static size_t
last_delimiter_end(struct source *s, const char *delimiter)
{
    size_t d = strlen(delimiter), end = 0;
    const char *hit;

    if (s->encoding.code != HOP_CODE_UTF8)
        return 0;
    while ((hit = memmem(s->raw.data + s->scanned, s->raw.len - s->scanned,
                         delimiter, d)))
        s->scanned = end = (size_t)(hit - s->raw.data) + d;
    if (s->raw.len >= s->scanned + d)
        s->scanned = s->raw.len - d + 1;
    s->scanned -= end;
    return end;
}

static size_t
last_end(struct source *s, size_t from)
{
    const char *delimiter = hop_arg_text(s->c, DELIMITER);

    return delimiter && *delimiter ? last_delimiter_end(s, delimiter)
                                   : last_line_end(s, from);
}

static bool
take_lines(struct source *s, const void *p, size_t n)
{
    size_t from = s->raw.len, end;

    hop_buf_add(&s->raw, p, n);
    if (!hop_buf_ok(&s->raw))
        return hop_throw(
            hop_command_context(s->c), &hop_exception_out_of_memory,
            "The file %s has a part too large to be held.", s->l->p->path);
    if (s->whole || (!s->known && s->raw.len < HOP_ENCODING_MARK_MAX))
        return true;
    if (!s->known) {
        find_encoding(s);
        from = 0;
    }
    end = last_end(s, from);
    if (end == 0)
        return true;
    s->ok = write_text(s, s->raw.data, end);
    hop_buf_consume(&s->raw, end);
    return s->ok;
}

static bool
take_piece(void *ctx, const void *p, size_t n)
{
    struct source *s = ctx;

    s->size += (int64_t)n;
    if (hop_arg_on(s->c, BYTES) && !s->whole)
        return (s->ok = write_bytes(s, p, n)) && !s->l->ended;
    return take_lines(s, p, n) && !s->l->ended;
}

static bool
take_rest(struct source *s)
{
    if (hop_arg_on(s->c, BYTES) && s->whole)
        return hop_write_take(
            s->c, with_origin(s->l, hop_obj(hop_array_of_bytes(
                                        hop_command_context(s->c),
                                        hop_buf_str(&s->raw), s->raw.len))));
    if (!s->known)
        find_encoding(s);
    return write_text(s, hop_buf_str(&s->raw), s->raw.len);
}

/* -Wait: what is appended from now on, until the pipeline stops. */
static bool
follow(struct hop_command *c, struct lines *l, off_t from)
{
    HOP_AUTO_FD int fd = hop_files_descriptor(l->p->path, O_RDONLY, 0);
    HOP_AUTO_BUF struct hop_buf part = HOP_BUF_INIT;

    if (fd < 0 || lseek(fd, from, SEEK_SET) < 0)
        return true;
    for (;;) {
        char *room = hop_buf_reserve(&part, CHUNK), *feed;
        ssize_t n = room ? read(fd, room, CHUNK) : -1;

        if (n > 0)
            hop_buf_commit(&part, (size_t)n);
        while (part.len && (feed = memchr(part.data, '\n', part.len))) {
            size_t len = (size_t)(feed - part.data);

            if (!emit(l, hop_textn(part.data, len)))
                return l->ended;
            hop_buf_consume(&part, len + 1);
        }
        if (n <= 0 &&
            hop_runspace_wait(hop_command_runspace(c), -1, 0, 250) < 0)
            return false;
    }
}

static bool
get_provider_content(struct hop_command *c, struct lines *l)
{
    struct hop_list_sink all;
    bool ok = true;

    if (!l->p->provider->get_content)
        return hop_paths_unsupported(c, l->p);
    hop_list_sink_init(&all, hop_command_context(c));
    ok = l->p->provider->get_content(l->p, &all.sink);
    for (size_t i = 0; ok && i < all.n; i++)
        ok = hop_write(c, all.items[i]);
    hop_list_sink_done(&all);
    return ok;
}

static bool
head_and_tail(struct hop_command *c)
{
    struct hop_error_spec spec = {.id = "TailAndHeadCannotCoexist",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException"};

    return hop_command_error(c, &spec,
                             "The parameters TotalCount and Tail cannot be "
                             "used together. Please specify only one "
                             "parameter.");
}

/* The file to its end, or as far as is asked for. */
static bool
read_source(struct source *s)
{
    struct hop_command *c = s->c;
    const char *path = s->l->p->path;

    s->whole = hop_arg_on(c, RAW);
    if (!hop_file_read_each(hop_command_context(c), path, take_piece, s) &&
        !s->l->ended)
        return s->ok && hop_has_exception(hop_command_context(c)) &&
               hop_content_failed(c, path, false);
    return s->l->ended || take_rest(s);
}

static bool
get_file(struct hop_command *c, struct lines *l)
{
    struct source s = {.c = c, .l = l, .ok = true};
    bool nothing = hop_arg_bound(c, TAIL) && l->tail == 0;
    struct stat st;
    bool ok = nothing || (read_source(&s) && finish_lines(l));

    hop_buf_done(&s.raw);
    if (nothing && hop_files_stat(l->p->path, &st) == 0)
        s.size = st.st_size;
    if (ok && hop_arg_on(c, WAIT))
        ok = follow(c, l, (off_t)s.size);
    return ok;
}

static bool
get_one(struct hop_command *c, struct hop_item_path *p)
{
    struct lines l = {.c = c,
                      .p = p,
                      .group = hop_arg_int(c, READ_COUNT, 1),
                      .left = hop_arg_int(c, TOTAL, -1)};
    bool ok;

    if (hop_arg_bound(c, TAIL) && hop_arg_bound(c, TOTAL))
        return head_and_tail(c);
    if (p->provider != &hop_provider_filesystem)
        return get_provider_content(c, &l);
    if (!p->provider->item_exists(p))
        return hop_path_missing(p);
    if (p->provider->is_container(p))
        return hop_content_is_container(c, p);
    l.tail = (size_t)hop_arg_int(c, TAIL, 0);
    if (l.tail)
        l.last = hop_xcalloc(l.tail, sizeof(*l.last));
    ok = get_file(c, &l);
    if (l.held)
        hop_release(hop_obj(l.held));
    for (size_t i = 0; l.last && i < l.tail_n; i++)
        hop_release(l.last[i]);
    free(l.last);
    for (int i = 0; i < ORIGINS; i++)
        hop_value_clear(&l.origin[i]);
    return ok;
}

static bool
process_get(struct hop_command *c)
{
    return hop_paths_each(c, &paths, get_one);
}

const struct hop_cmdlet hop_cmdlet_get_content = {
    .name = "Get-Content",
    .default_set = "Path",
    HOP_PARAMS(get_params),
    .synopsis = "Gets the content of an item.",
    .process = process_get,
};
