/* PowerShell values: 16 bytes, passed by value.  Numbers, characters, dates,
 * decimals, enum members and types are unboxed; strings and objects are
 * counted references (not atomic: a runspace has one thread).
 *
 * Ownership: a function borrows its arguments unless its header says it takes
 * them; what it returns, or stores through an output, belongs to the caller,
 * who gives it back with hop_release().  An output is untouched on failure.
 *
 * Text is UTF-8 (WTF-8 for lone surrogates).  Lengths and indices that
 * PowerShell shows count UTF-16 units; an ASCII string indexes by byte.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_VALUE_H
#define HOP_VALUE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"

struct hop_context;
struct hop_class;
struct hop_members;

enum hop_kind {
    HOP_NULL,
    HOP_VOID, /* AutomationNull: no output at all; as an operand it is null */
    HOP_BOOL,
    HOP_CHAR, /* one UTF-16 unit, u.i */
    HOP_SBYTE,
    HOP_BYTE,
    HOP_INT16,
    HOP_UINT16,
    HOP_INT32,
    HOP_UINT32,
    HOP_INT64,
    HOP_UINT64,
    HOP_SINGLE,
    HOP_DOUBLE,
    HOP_DECIMAL,        /* sign * (ext:u.u) / 10^scale, 96 bits */
    HOP_DATETIME,       /* u.i ticks since 0001-01-01, tag: HOP_DATE_... */
    HOP_DATETIMEOFFSET, /* u.i clock ticks, ext: offset in minutes */
    HOP_TIMESPAN,       /* u.i ticks of 100 ns */
    HOP_ENUM,           /* u.i, ext: enum hop_enum_id */
    HOP_TYPE,           /* u.cls: a type as a value, [int] */
    HOP_STRING,         /* from here on references */
    HOP_OBJECT,
};

enum hop_date_kind { HOP_DATE_UNSPECIFIED, HOP_DATE_UTC, HOP_DATE_LOCAL };

#define HOP_DECIMAL_NEGATIVE 0x80 /* in tag, beside the scale 0..28 */
#define HOP_TICKS_PER_SECOND 10000000LL

struct hop_value {
    uint8_t kind; /* enum hop_kind */
    uint8_t tag;  /* decimal: scale and sign; DateTime: its kind */
    uint16_t unused;
    uint32_t ext; /* see enum hop_kind */
    union {
        bool b;
        int64_t i; /* every integer but UInt64, Char, ticks, enum */
        uint64_t u;
        double d; /* Double, and Single (already rounded to float) */
        struct hop_string *s;
        struct hop_object *o;
        const struct hop_class *cls;
    } u;
};

/* ---- references ---- */

enum {
    HOP_STRING_ASCII = 1,  /* every byte < 0x80: index = byte */
    HOP_STRING_UTF16 = 2,  /* len16 is known */
    HOP_STRING_HASHED = 4, /* hash is known */
};

struct hop_string {
    uint32_t refs;
    uint32_t flags;
    size_t len;    /* bytes, without the NUL */
    size_t cap;    /* room for bytes, without the NUL */
    size_t len16;  /* UTF-16 units, when HOP_STRING_UTF16 */
    uint32_t hash; /* ordinal, case-ignoring */
    char data[];   /* NUL-terminated; may hold NULs */
};

struct hop_object {
    const struct hop_class *cls;
    struct hop_members *ext; /* instance members and type names, or NULL */
    struct hop_object *next, *prev; /* the context's list of live objects */
    uint32_t refs;
    uint32_t flags; /* HOP_OBJECT_... */
};

enum {
    HOP_OBJECT_DEAD = 1, /* its contents are being or were released */
};

void hop_string_destroy(struct hop_string *s);
void hop_object_destroy(struct hop_object *o);

static inline struct hop_value
hop_retain(struct hop_value v)
{
    if (v.kind == HOP_STRING)
        v.u.s->refs++;
    else if (v.kind == HOP_OBJECT)
        v.u.o->refs++;
    return v;
}

static inline void
hop_release(struct hop_value v)
{
    if (v.kind == HOP_STRING) {
        if (--v.u.s->refs == 0)
            hop_string_destroy(v.u.s);
    } else if (v.kind == HOP_OBJECT) {
        if (--v.u.o->refs == 0)
            hop_object_destroy(v.u.o);
    }
}

/* Releases *v and leaves null. */
static inline void
hop_value_clear(struct hop_value *v)
{
    struct hop_value old = *v;

    *v = (struct hop_value){.kind = HOP_NULL};
    hop_release(old);
}

/* Stores v, which it takes, in *slot and releases what was there. */
static inline void
hop_value_set(struct hop_value *slot, struct hop_value v)
{
    struct hop_value old = *slot;

    *slot = v;
    hop_release(old);
}

/* The value of *v, which is null afterwards. */
static inline struct hop_value
hop_value_steal(struct hop_value *v)
{
    struct hop_value old = *v;

    *v = (struct hop_value){.kind = HOP_NULL};
    return old;
}

#define HOP_AUTO_VALUE HOP_CLEANUP(hop_value_clear)

static inline struct hop_string *
hop_string_retain(struct hop_string *s)
{
    s->refs++;
    return s;
}

static inline void
hop_string_release(struct hop_string *s)
{
    if (s && --s->refs == 0)
        hop_string_destroy(s);
}

static inline void
hop_string_clear(struct hop_string **s)
{
    struct hop_string *old = *s;

    *s = NULL;
    hop_string_release(old);
}

#define HOP_AUTO_STRING HOP_CLEANUP(hop_string_clear)

/* ---- making values ---- */

#define HOP_MAKE_(k, f, x) ((struct hop_value){.kind = (k), .u.f = (x)})

static inline struct hop_value
hop_null(void)
{
    return (struct hop_value){.kind = HOP_NULL};
}

static inline struct hop_value
hop_void(void)
{
    return (struct hop_value){.kind = HOP_VOID};
}

static inline struct hop_value
hop_bool(bool b)
{
    return HOP_MAKE_(HOP_BOOL, i, b ? 1 : 0);
}

static inline struct hop_value
hop_char(uint16_t c)
{
    return HOP_MAKE_(HOP_CHAR, i, c);
}

static inline struct hop_value
hop_int(int32_t i)
{
    return HOP_MAKE_(HOP_INT32, i, i);
}

static inline struct hop_value
hop_long(int64_t i)
{
    return HOP_MAKE_(HOP_INT64, i, i);
}

static inline struct hop_value
hop_ulong(uint64_t u)
{
    return HOP_MAKE_(HOP_UINT64, u, u);
}

/* An integer of the kind given (HOP_CHAR to HOP_INT64); i must fit it. */
static inline struct hop_value
hop_integer(enum hop_kind kind, int64_t i)
{
    return HOP_MAKE_((uint8_t)kind, i, i);
}

static inline struct hop_value
hop_byte(uint8_t b)
{
    return HOP_MAKE_(HOP_BYTE, i, b);
}

static inline struct hop_value
hop_double(double d)
{
    return HOP_MAKE_(HOP_DOUBLE, d, d);
}

static inline struct hop_value
hop_single(float f)
{
    return HOP_MAKE_(HOP_SINGLE, d, (double)f);
}

static inline struct hop_value
hop_datetime(int64_t ticks, enum hop_date_kind kind)
{
    return (struct hop_value){
        .kind = HOP_DATETIME, .tag = (uint8_t)kind, .u.i = ticks};
}

static inline struct hop_value
hop_timespan(int64_t ticks)
{
    return HOP_MAKE_(HOP_TIMESPAN, i, ticks);
}

/* id is an enum hop_enum_id of value/enums.h. */
static inline struct hop_value
hop_enum(uint32_t id, int64_t i)
{
    return (struct hop_value){.kind = HOP_ENUM, .ext = id, .u.i = i};
}

static inline struct hop_value
hop_type(const struct hop_class *cls)
{
    return HOP_MAKE_(HOP_TYPE, cls, cls);
}

/* Takes the reference. */
static inline struct hop_value
hop_str(struct hop_string *s)
{
    return HOP_MAKE_(HOP_STRING, s, s);
}

/* Takes the reference; o may be any struct that starts with hop_object. */
static inline struct hop_value
hop_obj(void *o)
{
    return HOP_MAKE_(HOP_OBJECT, o, (struct hop_object *)o);
}

/* ---- asking ---- */

static inline bool
hop_is_null(struct hop_value v)
{
    return v.kind <= HOP_VOID;
}

static inline bool
hop_is_string(struct hop_value v)
{
    return v.kind == HOP_STRING;
}

static inline bool
hop_is_int32(struct hop_value v)
{
    return v.kind == HOP_INT32;
}

/* SByte to UInt64. */
static inline bool
hop_is_integer(struct hop_value v)
{
    return v.kind >= HOP_SBYTE && v.kind <= HOP_UINT64;
}

/* SByte to Decimal; neither Char nor Boolean nor enum nor BigInteger. */
static inline bool
hop_is_number(struct hop_value v)
{
    return v.kind >= HOP_SBYTE && v.kind <= HOP_DECIMAL;
}

/* Is v an object of exactly this class? */
static inline bool
hop_is_exactly(struct hop_value v, const struct hop_class *cls)
{
    return v.kind == HOP_OBJECT && v.u.o->cls == cls;
}

/* The value inside a PSObject wrapper (a number or string that carries
 * instance members); any other value itself.  Borrowed. */
struct hop_value hop_value_base(struct hop_value v);

/* ---- strings ---- */

/* A string of n bytes of UTF-8. */
struct hop_string *hop_string_new(const char *s, size_t n);
struct hop_string *hop_string_from(const char *s);
struct hop_string *hop_string_format(const char *fmt, ...) HOP_PRINTF(1, 2);
/* The contents of b, which is empty afterwards. */
struct hop_string *hop_string_take_buf(struct hop_buf *b);
/* An empty string, the caller's. */
struct hop_string *hop_string_empty(void);

static inline struct hop_value
hop_text(const char *s)
{
    return hop_str(hop_string_from(s));
}

static inline struct hop_value
hop_textn(const char *s, size_t n)
{
    return hop_str(hop_string_new(s, n));
}

static inline struct hop_value
hop_text_buf(struct hop_buf *b)
{
    return hop_str(hop_string_take_buf(b));
}

/* Appends in place when nobody else holds *s and doubles its room, so that a
 * loop of += costs linear time; otherwise *s becomes a new string.  NULL in *s
 * counts as empty. */
void hop_string_append(struct hop_string **s, const char *p, size_t n);
/* s + t; takes neither. */
struct hop_string *hop_string_concat(const struct hop_string *s,
                                     const struct hop_string *t);

/* String.Length. */
size_t hop_string_len16(const struct hop_string *s);
/* The byte offset of UTF-16 index i (<= length).  An index inside a surrogate
 * pair gives the offset of the pair. */
size_t hop_string_offset(const struct hop_string *s, size_t i);
/* The UTF-16 index of a byte offset. */
size_t hop_string_index(const struct hop_string *s, size_t offset);
/* Unit i, which must exist. */
uint16_t hop_string_at(const struct hop_string *s, size_t i);
/* Units [start, start + count), which must exist; halves of a pair stay lone
 * surrogates. */
struct hop_string *hop_string_sub(const struct hop_string *s, size_t start,
                                  size_t count);
/* The string of n UTF-16 units; pairs become one character. */
struct hop_string *hop_string_from_utf16(const uint16_t *u, size_t n);
/* Its units, malloc'ed; *n gets their number. */
uint16_t *hop_string_to_utf16(const struct hop_string *s, size_t *n);
/* Appends a unit to text; joins it with a high surrogate at the end. */
void hop_buf_add_utf16(struct hop_buf *b, uint16_t unit);

/* Ordinal equality; the second ignores case as OrdinalIgnoreCase does. */
bool hop_string_eq(const struct hop_string *a, const struct hop_string *b);
bool hop_string_ieq(const struct hop_string *a, const struct hop_string *b);
bool hop_string_is(const struct hop_string *a, const char *b);
/* Equal to the text b but for case. */
bool hop_string_iis(const struct hop_string *a, const char *b);
bool hop_text_ieq(const char *a, size_t an, const char *b, size_t bn);
/* A hash that ignores case. */
uint32_t hop_string_hash(const struct hop_string *s);
uint32_t hop_text_hash(const char *s, size_t n);
/* Ordinal order of UTF-16 units: -1, 0, 1. */
int hop_string_cmp(const struct hop_string *a, const struct hop_string *b);
int hop_string_icmp(const struct hop_string *a, const struct hop_string *b);

/* The bytes of a string value; v must be one. */
static inline const char *
hop_cstr(struct hop_value v)
{
    return v.u.s->data;
}

/* ---- objects ---- */

/* A new object of cls->size bytes (zeroed behind the header), one reference,
 * on the context's list. */
void *hop_object_new(struct hop_context *cx, const struct hop_class *cls);
/* A pooled block and its return; n must be the same. */
void *hop_pool_alloc(size_t n);
void hop_pool_free(void *p, size_t n);

#endif
