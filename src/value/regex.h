/* .NET regular expressions on PCRE2: patterns translated, compiled once and
 * cached per context, compiled to machine code when used often.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_REGEX_H
#define HOP_VALUE_REGEX_H

#include "value/internal.h"

/* System.Text.RegularExpressions.RegexOptions */
enum {
    HOP_REGEX_IGNORE_CASE = 1,
    HOP_REGEX_MULTILINE = 2,
    HOP_REGEX_EXPLICIT_CAPTURE = 4,
    HOP_REGEX_COMPILED = 8,
    HOP_REGEX_SINGLELINE = 16,
    HOP_REGEX_IGNORE_WHITESPACE = 32,
    HOP_REGEX_RIGHT_TO_LEFT = 64,
    HOP_REGEX_ECMASCRIPT = 256,
};

#define HOP_REGEX_GROUPS_MAX 256
#define HOP_REGEX_NONE       SIZE_MAX

/* One compiled pattern; counted. */
struct hop_regex {
    int refs;
    unsigned options;
    struct hop_string *pattern;
    void *code, *data; /* pcre2_code, pcre2_match_data */
    unsigned uses;
    int n; /* groups, with group 0, in .NET's numbering */
    int *from_pcre;           /* PCRE2 group -> .NET's */
    int pcre_n;
    struct hop_string **names; /* of each .NET group; numbers as text */
};

/* Byte ranges of the groups of one match; NONE when a group did not take
 * part. */
struct hop_match_range {
    size_t start, end;
};

/* The regex of a pattern; owned.  NULL with ArgumentException pending. */
struct hop_regex *hop_regex_get(struct hop_context *cx,
                                const struct hop_string *pattern,
                                unsigned options);
void hop_regex_release(struct hop_regex *re);
/* Matches from byte offset start; groups gets re->n ranges.  1, 0, or -1 with
 * an exception pending (a limit, or the pipeline stops). */
int hop_regex_exec(struct hop_context *cx, struct hop_regex *re,
                   const struct hop_string *s, size_t start,
                   struct hop_match_range *groups);
/* Where to search on after a match. */
size_t hop_regex_next(const struct hop_string *s,
                      const struct hop_match_range *m);
int hop_regex_group(const struct hop_regex *re, const char *name, size_t n);
/* Appends a replacement text with $1, ${name}, $& ... filled in. */
void hop_regex_expand(const struct hop_regex *re, const struct hop_string *s,
                      const struct hop_match_range *groups,
                      const struct hop_string *template, struct hop_buf *out);
/* Regex.Replace; f, when not null, is a script block or delegate called with
 * each Match.  max < 0: all. */
bool hop_regex_replace(struct hop_context *cx, struct hop_regex *re,
                       const struct hop_string *s, struct hop_value by,
                       int max, size_t start, bool as_underscore,
                       struct hop_string **out);
/* Regex.Split into an array of strings; max 0: all. */
bool hop_regex_split(struct hop_context *cx, struct hop_regex *re,
                     const struct hop_string *s, int max, size_t start,
                     struct hop_array *out);
/* A Match object for what hop_regex_exec found. */
struct hop_value hop_match_new(struct hop_context *cx, struct hop_regex *re,
                               struct hop_string *s,
                               const struct hop_match_range *groups,
                               bool success);
void hop_regex_escape(const char *s, size_t n, struct hop_buf *out);

/* A System.Text.RegularExpressions.Regex object. */
struct hop_regex_object {
    struct hop_object base;
    struct hop_regex *re;
};
struct hop_value hop_regex_value(struct hop_context *cx, struct hop_regex *re);

#endif
