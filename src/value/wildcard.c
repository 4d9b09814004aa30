/* PowerShell wildcards: * ? [a-z] and ` in front of any of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <utf8proc.h>

#include "base/text.h"
#include "value/ops.h"

static uint32_t
fold(uint32_t c, bool ignore_case)
{
    if (!ignore_case)
        return c;
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

struct cursor {
    const char *p, *end;
};

static uint32_t
take(struct cursor *c)
{
    size_t used;
    uint32_t cp = hop_utf8_decode(c->p, (size_t)(c->end - c->p), &used);

    c->p += used;
    return cp;
}

/* The set behind "["; false when it is not closed (then it is literal). */
static bool
match_set(struct cursor *pat, uint32_t c, bool ignore_case, bool *hit)
{
    struct cursor at = *pat;
    bool first = true;

    *hit = false;
    while (at.p < at.end && (*at.p != ']' || first)) {
        uint32_t lo, hi;

        if (*at.p == '`' && at.p + 1 < at.end)
            at.p++;
        lo = hi = take(&at);
        if (at.p + 1 < at.end && *at.p == '-' && at.p[1] != ']') {
            at.p++;
            if (*at.p == '`' && at.p + 1 < at.end)
                at.p++;
            hi = take(&at);
        }
        if (fold(c, ignore_case) >= fold(lo, ignore_case) &&
            fold(c, ignore_case) <= fold(hi, ignore_case))
            *hit = true;
        first = false;
    }
    if (at.p >= at.end)
        return false;
    pat->p = at.p + 1;
    return true;
}

/* One pattern element other than * against one character. */
static bool
match_one(struct cursor *pat, uint32_t c, bool ignore_case)
{
    bool hit;

    if (*pat->p == '?') {
        pat->p++;
        return true;
    }
    if (*pat->p == '[') {
        pat->p++;
        if (match_set(pat, c, ignore_case, &hit))
            return hit;
        return fold(c, ignore_case) == '[';
    }
    if (*pat->p == '`' && pat->p + 1 < pat->end)
        pat->p++;
    return fold(take(pat), ignore_case) == fold(c, ignore_case);
}

bool
hop_wildcard_match(const char *pattern, size_t pn, const char *text, size_t tn,
                   bool ignore_case)
{
    struct cursor pat = {pattern, pattern + pn}, t = {text, text + tn};
    struct cursor star_pat = {NULL, NULL}, star_t = {NULL, NULL};

    for (;;) {
        while (pat.p < pat.end && *pat.p == '*') {
            pat.p++;
            star_pat = pat;
            star_t = t;
        }
        if (t.p == t.end && pat.p == pat.end)
            return true;
        if (t.p < t.end && pat.p < pat.end &&
            match_one(&pat, take(&t), ignore_case))
            continue;
        /* Back to the last star, which takes one character more. */
        if (!star_pat.p || star_t.p >= star_t.end)
            return false;
        take(&star_t);
        pat = star_pat;
        t = star_t;
    }
}

bool
hop_wildcard_has(const char *pattern, size_t n)
{
    bool open = false;

    for (size_t i = 0; i < n; i++) {
        if (pattern[i] == '`')
            i++;
        else if (pattern[i] == '*' || pattern[i] == '?')
            return true;
        else if (pattern[i] == '[')
            open = true;
        else if (pattern[i] == ']' && open)
            return true;
    }
    return false;
}

void
hop_wildcard_escape(const char *s, size_t n, struct hop_buf *out)
{
    for (; n; s++, n--) {
        if (*s == '*' || *s == '?' || *s == '[' || *s == ']')
            hop_buf_addc(out, '`');
        hop_buf_addc(out, *s);
    }
}

void
hop_wildcard_unescape(const char *s, size_t n, struct hop_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '`' && i + 1 < n && strchr("*?[]", s[i + 1]))
            i++;
        hop_buf_addc(out, s[i]);
    }
}
