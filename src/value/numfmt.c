/* Standard and custom numeric format strings, invariant culture.
 *
 * SPDX-License-Identifier: MIT
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "value/digits.h"

#define PRECISION_MAX 999999

static void
add_decimals(const struct digits *x, int decimals, struct hop_buf *out)
{
    if (decimals <= 0)
        return;
    hop_buf_addc(out, '.');
    for (int i = 0; i < decimals; i++)
        hop_buf_addc(out, hop_digits_at(x, x->point + i));
}

static void
add_whole(const struct digits *x, bool grouped, struct hop_buf *out)
{
    if (x->point <= 0)
        hop_buf_addc(out, '0');
    for (int i = 0; i < x->point; i++) {
        hop_buf_addc(out, hop_digits_at(x, i));
        if (grouped && i + 1 < x->point && (x->point - i - 1) % 3 == 0)
            hop_buf_addc(out, ',');
    }
}

static void
add_fixed(const struct digits *x, int decimals, bool grouped,
          struct hop_buf *out)
{
    add_whole(x, grouped, out);
    add_decimals(x, decimals, out);
}

static void
add_exponent(int e, char letter, int least, bool plus, struct hop_buf *out)
{
    hop_buf_addc(out, letter);
    if (e < 0)
        hop_buf_addc(out, '-');
    else if (plus)
        hop_buf_addc(out, '+');
    hop_buf_addf(out, "%0*d", least, abs(e));
}

static void
add_scientific(struct digits *x, int precision, char letter,
               struct hop_buf *out)
{
    hop_digits_round(x, precision + 1);
    if (x->negative)
        hop_buf_addc(out, '-');
    hop_buf_addc(out, hop_digits_at(x, 0));
    if (precision > 0)
        hop_buf_addc(out, '.');
    for (int i = 1; i <= precision; i++)
        hop_buf_addc(out, hop_digits_at(x, i));
    add_exponent(x->d.len ? x->point - 1 : 0, letter, 3, true, out);
}

static void
add_integer(int64_t i, uint64_t u, int kind, char letter, int precision,
            struct hop_buf *out)
{
    static const int bits[] = {
        [HOP_SBYTE] = 8,   [HOP_BYTE] = 8,    [HOP_INT16] = 16,
        [HOP_UINT16] = 16, [HOP_INT32] = 32,  [HOP_UINT32] = 32,
        [HOP_INT64] = 64,  [HOP_UINT64] = 64,
    };
    char text[80];
    int n = 80, base = letter == 'B' || letter == 'b' ? 2 : 16;
    const char *set = letter == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";

    if (letter == 'D' || letter == 'd') {
        uint64_t m = kind != HOP_UINT64 && i < 0 ? 0 - u : u;

        if (kind != HOP_UINT64 && i < 0)
            hop_buf_addc(out, '-');
        hop_buf_addf(out, "%0*llu", precision < 1 ? 1 : precision,
                     (unsigned long long)m);
        return;
    }
    if (bits[kind] < 64)
        u &= (1ull << bits[kind]) - 1;
    do {
        text[--n] = set[u % (unsigned)base];
        u /= (unsigned)base;
    } while (u);
    for (int k = 80 - n; k < precision; k++)
        hop_buf_addc(out, '0');
    hop_buf_add(out, text + n, 80 - (size_t)n);
}

/* ---- taking apart ---- */

static bool
is_float(struct hop_value v)
{
    return v.kind == HOP_SINGLE || v.kind == HOP_DOUBLE;
}

/* decimals >= 0: as many places; significant > 0: as many digits; else all. */
static void
take_apart(struct hop_value v, int decimals, int significant,
           struct digits *x)
{
    struct hop_big *b = hop_as_big(v);

    memset(x, 0, sizeof *x);
    if (b)
        hop_digits_from_big(x, b);
    else if (v.kind == HOP_DECIMAL)
        hop_digits_from_decimal(x, v);
    else if (v.kind == HOP_UINT64)
        hop_digits_from_uint64(x, v.u.u, false);
    else if (!is_float(v))
        hop_digits_from_uint64(
            x, v.u.i < 0 ? 0 - (uint64_t)v.u.i : (uint64_t)v.u.i, v.u.i < 0);
    else if (decimals >= 0)
        hop_digits_from_double_at(x, v.u.d, decimals);
    else
        hop_digits_from_double(x, v.u.d, significant, v.kind == HOP_SINGLE);
    if (significant > 0)
        hop_digits_round(x, significant);
    if (decimals >= 0)
        hop_digits_round(x, x->point + decimals);
    if (!x->d.len && !is_float(v))
        x->negative = false;
}

static bool
add_general(struct hop_value v, int precision, char letter,
            struct hop_buf *out)
{
    AUTO_DIGITS struct digits x;
    int limit = precision;
    char e = letter == 'g' ? 'e' : 'E';

    take_apart(v, -1, precision > 0 ? precision : 0, &x);
    if (precision <= 0) {
        if (v.kind == HOP_DECIMAL) {
            hop_decimal_add_text(v, out);
            return true;
        }
        limit = v.kind == HOP_SINGLE ? 9 : v.kind == HOP_DOUBLE ? 17 : INT_MAX;
    }
    hop_digits_add_general(&x, limit, e, out);
    return true;
}

static bool
format_fixed(struct hop_value v, char letter, int precision,
             struct hop_buf *out)
{
    AUTO_DIGITS struct digits x;
    bool percent = letter == 'P', money = letter == 'C';

    memset(&x, 0, sizeof x);
    if (precision < 0)
        precision = 2;
    if (percent && is_float(v)) {
        take_apart(v, precision + 2, 0, &x);
        x.point += x.d.len ? 2 : 0;
    } else if (percent) {
        take_apart(v, -1, 0, &x);
        x.point += x.d.len ? 2 : 0;
        hop_digits_round(&x, x.point + precision);
    } else {
        take_apart(v, precision, 0, &x);
    }
    if (x.negative)
        hop_buf_adds(out, money ? "(" : "-");
    if (money)
        hop_buf_adds(out, "\u00a4");
    add_fixed(&x, precision, letter != 'F', out);
    if (percent)
        hop_buf_adds(out, " %");
    if (money && x.negative)
        hop_buf_addc(out, ')');
    return true;
}

static bool
format_standard(struct hop_value v, char letter, int precision,
                struct hop_buf *out)
{
    char upper = (char)(letter & ~0x20);
    struct hop_big *b = hop_as_big(v);

    switch (upper) {
    case 'D':
    case 'X':
    case 'B':
        if (b && upper == 'X') {
            hop_big_add_hex(b, letter == 'X', precision, out);
            return true;
        }
        if (b && upper == 'D') {
            AUTO_DIGITS struct digits x;

            hop_digits_from_big(&x, b);
            if (x.negative)
                hop_buf_addc(out, '-');
            for (int i = x.point; i < precision; i++)
                hop_buf_addc(out, '0');
            add_whole(&x, false, out);
            return true;
        }
        if (!hop_is_integer(v))
            return false;
        add_integer(v.u.i, v.u.u, v.kind, letter, precision, out);
        return true;
    case 'G': return add_general(v, precision, letter, out);
    case 'R':
        return (is_float(v) || b) && add_general(v, 0, 'G', out);
    case 'E': {
        AUTO_DIGITS struct digits x;

        take_apart(v, -1, precision < 0 ? 7 : precision + 1, &x);
        add_scientific(&x, precision < 0 ? 6 : precision, letter, out);
        return true;
    }
    case 'F':
    case 'N':
    case 'P':
    case 'C': return format_fixed(v, upper, precision, out);
    default: return false;
    }
}

/* ---- custom formats ---- */

struct picture {
    const char *p, *end; /* the section */
    int digits, point, first, last, adjust;
    bool grouped, scientific;
};

/* Past a quoted text whose opening quote was at p[-1]. */
static const char *
skip_quoted(const char *p, const char *end, char quote)
{
    while (p < end && *p != quote)
        p++;
    return p < end ? p + 1 : p;
}

/* Where section k of the format starts; 0 when it is empty or missing. */
static const char *
find_section(const char *f, const char *end, int *k)
{
    const char *p = f;
    int left = *k;

    while (left > 0 && p < end) {
        char c = *p++;

        if (c == '\\' && p < end)
            p++;
        else if (c == '\'' || c == '"')
            p = skip_quoted(p, end, c);
        else if (c == ';' && --left == 0 && p < end && *p != ';')
            return p;
    }
    if (*k)
        *k = 0;
    return f;
}

/* Is this the start of E0, E+0, E-0? */
static bool
is_exponent(const char *p, const char *end)
{
    if (p < end && (*p == '+' || *p == '-'))
        p++;
    return p < end && *p == '0';
}

static void
scan_picture(struct picture *pic)
{
    int thousand_at = -1, thousands = 0;
    const char *p = pic->p;

    pic->digits = pic->last = pic->adjust = 0;
    pic->point = -1;
    pic->first = INT_MAX;
    pic->grouped = pic->scientific = false;
    while (p < pic->end && *p != ';') {
        char c = *p++;

        if (c == '#') {
            pic->digits++;
        } else if (c == '0') {
            if (pic->first == INT_MAX)
                pic->first = pic->digits;
            pic->last = ++pic->digits;
        } else if (c == '.' && pic->point < 0) {
            pic->point = pic->digits;
        } else if (c == ',' && pic->digits > 0 && pic->point < 0) {
            if (thousand_at == pic->digits) {
                thousands++;
                continue;
            }
            if (thousand_at >= 0)
                pic->grouped = true;
            thousand_at = pic->digits;
            thousands = 1;
        } else if (c == '%') {
            pic->adjust += 2;
        } else if (c == '\'' || c == '"') {
            p = skip_quoted(p, pic->end, c);
        } else if (c == '\\') {
            p += p < pic->end;
        } else if ((c == 'E' || c == 'e') && is_exponent(p, pic->end)) {
            p++;
            while (p < pic->end && *p == '0')
                p++;
            pic->scientific = true;
        } else if ((unsigned char)c == 0xE2 && pic->end - p >= 2 &&
                   (unsigned char)p[0] == 0x80 && (unsigned char)p[1] == 0xB0) {
            pic->adjust += 3;
            p += 2;
        }
    }
    pic->end = p;
    if (pic->point < 0)
        pic->point = pic->digits;
    if (thousand_at >= 0) {
        if (thousand_at == pic->point)
            pic->adjust -= thousands * 3;
        else
            pic->grouped = true;
    }
}

/* The state of filling a picture with digits. */
struct filling {
    const struct picture *pic;
    const struct digits *x;
    struct hop_buf *out;
    int at;     /* next digit of x */
    int place;  /* digits left before the point */
    int adjust; /* digits the number has more (less) than the picture */
    bool point_written;
};

static void
put_digit(struct filling *f, char c)
{
    hop_buf_addc(f->out, c);
    if (f->pic->grouped && f->place > 1 && (f->place - 1) % 3 == 0)
        hop_buf_addc(f->out, ',');
}

static void
fill_extra(struct filling *f)
{
    while (f->adjust > 0) {
        put_digit(f, hop_digits_at(f->x, f->at++));
        f->place--;
        f->adjust--;
    }
}

static void
fill_place(struct filling *f, int first, int last)
{
    char c = 0;

    if (f->adjust < 0) {
        f->adjust++;
        c = f->place <= first ? '0' : 0;
    } else if ((size_t)f->at < f->x->d.len) {
        c = f->x->d.data[f->at++];
    } else if (f->place > last) {
        c = '0';
    }
    if (c)
        put_digit(f, c);
    f->place--;
}

/* E+00 and the like; returns behind it. */
static const char *
fill_exponent(struct filling *f, const char *p, char letter)
{
    bool plus = *p == '+';
    int least = 0;

    if (*p == '+' || *p == '-')
        p++;
    while (p < f->pic->end && *p == '0') {
        least++;
        p++;
    }
    add_exponent(f->x->d.len ? f->x->point - f->pic->point : 0, letter,
                 least < 10 ? least : 10, plus, f->out);
    return p;
}

static void
fill_picture(const struct picture *pic, const struct digits *x,
             struct hop_buf *out)
{
    int first = pic->first < pic->point ? pic->point - pic->first : 0;
    int last = pic->last > pic->point ? pic->point - pic->last : 0;
    struct filling f = {pic, x, out, 0, pic->point, 0, false};
    bool scientific = pic->scientific;
    const char *p = pic->p;

    if (!scientific) {
        f.place = x->point > pic->point ? x->point : pic->point;
        f.adjust = x->point - pic->point;
    }
    while (p < pic->end && *p != ';') {
        char c = *p++;
        const char *q;

        if (f.adjust > 0 && (c == '#' || c == '0' || c == '.'))
            fill_extra(&f);
        if (c == '#' || c == '0') {
            fill_place(&f, first, last);
        } else if (c == '.') {
            if (f.place == 0 && !f.point_written &&
                (last < 0 || (pic->point < pic->digits &&
                              (size_t)f.at < x->d.len))) {
                hop_buf_addc(out, '.');
                f.point_written = true;
            }
        } else if (c == '\'' || c == '"') {
            q = skip_quoted(p, pic->end, c);
            hop_buf_add(out, p, (size_t)(q - p) - (q > p && q[-1] == c));
            p = q;
        } else if (c == '\\') {
            if (p < pic->end)
                hop_buf_addc(out, *p++);
        } else if ((c == 'E' || c == 'e') && scientific &&
                   is_exponent(p, pic->end)) {
            p = fill_exponent(&f, p, c);
            scientific = false;
        } else if (c != ',') {
            hop_buf_addc(out, c);
        }
    }
}

static bool
format_custom(struct hop_value v, const char *format, size_t n,
              struct hop_buf *out)
{
    AUTO_DIGITS struct digits x;
    struct picture pic;
    const char *end = format + n;
    int section;

    take_apart(v, -1, v.kind == HOP_DOUBLE ? 15 : v.kind == HOP_SINGLE ? 7 : 0,
               &x);
    section = !x.d.len ? 2 : x.negative ? 1 : 0;
    for (;;) {
        pic.p = find_section(format, end, &section);
        pic.end = end;
        scan_picture(&pic);
        if (!x.d.len) {
            x.point = 0;
            break;
        }
        x.point += pic.adjust;
        hop_digits_round(&x, pic.scientific
                                 ? pic.digits
                                 : x.point + pic.digits - pic.point);
        if (x.d.len || section == 2)
            break;
        section = 2;
        if (find_section(format, end, &section) == pic.p)
            break;
    }
    if (x.negative && section == 0 && x.d.len)
        hop_buf_addc(out, '-');
    fill_picture(&pic, &x, out);
    return true;
}

bool
hop_number_format(struct hop_value v, const char *format, size_t n,
                  struct hop_buf *out)
{
    int precision = -1;
    size_t i = 1;

    if (is_float(v) && !isfinite(v.u.d)) {
        hop_double_add(v.u.d, out);
        return true;
    }
    if (n == 0)
        return add_general(v, 0, 'G', out);
    if (!((format[0] | 0x20) >= 'a' && (format[0] | 0x20) <= 'z'))
        return format_custom(v, format, n, out);
    for (; i < n && format[i] >= '0' && format[i] <= '9'; i++) {
        precision = (precision < 0 ? 0 : precision) * 10 + (format[i] - '0');
        if (precision > PRECISION_MAX)
            return false;
    }
    if (i == n)
        return format_standard(v, format[0], precision, out);
    return format_custom(v, format, n, out);
}
