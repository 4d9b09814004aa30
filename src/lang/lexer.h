/* The lexer: tokens on demand, in the mode the parser is in.
 *
 * PowerShell's tokens depend on what the parser expects, so the parser drives
 * the lexer token by token, changes its mode and may set it back.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_LEXER_H
#define HOP_LANG_LEXER_H

#include "base/buf.h"
#include "lang/unit.h"

enum lex_mode {
    LEX_COMMAND,
    LEX_EXPRESSION,
    LEX_TYPE_NAME,
};

/* A piece of an expandable string: text, a variable, or $( ) still to be
 * parsed. */
struct lex_part {
    enum { LEX_PART_TEXT, LEX_PART_VARIABLE, LEX_PART_SUB } kind;
    struct hop_name text; /* text, variable path, the source of $( ) */
    struct lang_extent extent;
    const uint32_t *map; /* sub: offsets of the bytes of text when doubled
                            quotes were taken out; else NULL */
};

enum lex_redirection { LEX_REDIRECT_IN, LEX_REDIRECT_FILE, LEX_REDIRECT_MERGE };

struct tok {
    enum hop_token_kind kind;
    uint32_t flags; /* of the kind, and of this token */
    struct lang_extent at;
    struct hop_name text;  /* as written */
    struct hop_name value; /* string, generic: its value; label, parameter: the
                              name; variable: its path */
    union {
        struct hop_number number;
        struct {
            struct lex_part *parts; /* NULL: nothing to expand */
            uint32_t n_parts;
        };
        struct {
            enum lex_redirection redirection;
            enum hop_stream from, to;
            bool append;
        };
        bool colon; /* parameter: -name: */
    };
};

/* What is being scanned: the source, or the text of a $( ) in a string. */
struct lex_scan {
    const char *text;
    size_t len, pos, token_start;
    const uint32_t *map; /* or NULL: offset = base + position */
    uint32_t base;
};

struct lexer {
    struct hop_unit *unit;
    struct lex_scan scan;
    enum lex_mode mode;
    bool signed_numbers;   /* -1 is one token */
    bool ternary_numbers;  /* ? and : end a number */
    bool want_simple_name; /* no keywords, no generic tokens */
    bool keep_tokens;
    bool stopped;   /* a limit was reached: only end of input comes */
    bool in_string; /* doubled quotes stand for one */
    unsigned nested;
    struct lang_extent signature; /* of "# SIG # Begin signature block" */
    struct lang_tokens requires;  /* #requires comments */
};

#define LEX_EOI 0xffffffffu

bool lex_is_space(uint32_t c);
bool lex_is_dash(uint32_t c);
bool lex_is_single_quote(uint32_t c);
bool lex_is_double_quote(uint32_t c);
bool lex_is_letter(uint32_t c);
bool lex_is_letter_or_digit(uint32_t c);
bool lex_is_variable_start(uint32_t c);
bool lex_is_identifier_start(uint32_t c);
bool lex_is_identifier_follow(uint32_t c);
/* Ends a token that began with a letter or digit, in every mode. */
bool lex_ends_token(uint32_t c);
bool lex_ends_number(uint32_t c, bool ternary);
bool lex_ends_assembly_name(uint32_t c);

uint32_t lex_peek(const struct lexer *lx);
uint32_t lex_peek_at(const struct lexer *lx, size_t ahead); /* ASCII only */
void lex_skip(struct lexer *lx);
uint32_t lex_get(struct lexer *lx);
uint32_t lex_offset(const struct lexer *lx, size_t pos);
struct lang_extent lex_current(const struct lexer *lx);
struct tok lex_make(struct lexer *lx, enum hop_token_kind kind);
void lex_error(struct lexer *lx, struct lang_extent where, const char *id,
               struct hop_name arg);
/* Marks it incomplete when only blanks and comments follow. */
bool lex_incomplete(struct lexer *lx, struct lang_extent where,
                    uint32_t detected, const char *id, struct hop_name arg);

/* Strings and variables (lex_string.c).  The opening characters have been
 * read. */
struct lex_text {
    struct hop_buf value;   /* with variables as written */
    struct hop_buf literal; /* since the last part */
    struct lex_part *parts;
    uint32_t n, cap;
};
void lex_text_done(struct lex_text *t);
/* Reads what follows a backtick; 0 bytes are added for a bad escape. */
void lex_escape(struct lexer *lx, struct lex_text *t);
struct tok lex_single_string(struct lexer *lx);
struct tok lex_double_string(struct lexer *lx);
struct tok lex_single_here(struct lexer *lx);
struct tok lex_double_here(struct lexer *lx);
struct tok lex_variable(struct lexer *lx, bool splatted);
/* A generic token whose first characters are given; it goes on until a
 * character that ends tokens. */
struct tok lex_generic(struct lexer *lx, const char *prefix, size_t n);
struct tok lex_generic_escaped(struct lexer *lx);
struct tok lex_verbatim(struct lexer *lx);

/* Numbers (lex_number.c). first is the character already read. */
struct tok lex_number(struct lexer *lx, uint32_t first);
/* Whether the characters from here on, behind one already read, are a number.
 * The position is kept. */
bool lex_number_follows(struct lexer *lx, uint32_t first);

/* Splits a variable's path: "global:x" is scope and name, "env:x" drive and
 * name.  The results point into path. */
void lang_split_path(struct hop_name path, enum hop_variable_scope *scope,
                     struct hop_name *drive, struct hop_name *name);

/* What the parser calls. */
struct tok lex_next(struct lexer *lx);
void lex_skip_newlines(struct lexer *lx, bool semicolons);
uint32_t lex_restore_point(struct lexer *lx);
void lex_resync(struct lexer *lx, uint32_t offset);
/* These give false when no such token follows directly. */
bool lex_member_access(struct lexer *lx, bool bracket, struct tok *out);
bool lex_invoke_open(struct lexer *lx, struct tok *out);
bool lex_left_bracket(struct lexer *lx, struct tok *out);
struct hop_name lex_assembly_name(struct lexer *lx);
/* Whether the first thing behind a newline token is a pipe. */
bool lex_pipe_continues(const struct lexer *lx, uint32_t newline_end);
struct lex_scan lex_enter(struct lexer *lx, const struct lex_part *part);
void lex_leave(struct lexer *lx, const struct lex_scan *saved);

/* Comments (lex_comment.c); the # or <# has been read. */
size_t lex_skip_comment(const char *s, size_t len, size_t i);
HOP_MUST_CHECK bool lex_is_comment(const char *s, size_t len, size_t i);
HOP_MUST_CHECK bool lex_is_rest_blank(const struct lex_scan *scan, size_t i);
void lex_line_comment(struct lexer *lx);
void lex_block_comment(struct lexer *lx);

/* Puts a token into the unit's list, when it keeps them. */
void lex_keep_token(struct lang_tokens *list, const struct tok *t);
void lex_skip_spaces(struct lexer *lx);
void lex_skip_line_feed(struct lexer *lx, uint32_t c);

/* One step of what may stand between tokens: blanks, comments, line
 * continuations.  False when something else is next. */
HOP_MUST_CHECK bool lex_skip_filler(struct lexer *lx);

#define LEX_AUTO_TEXT HOP_CLEANUP(lex_text_done)

/* Texts being scanned (lex_string.c, lex_here.c, lex_variable.c). */
void lex_add_bytes(struct lex_text *t, const char *s, size_t n);

/* One character, as UTF-8. */
void lex_add_char(struct lex_text *t, uint32_t c);
struct tok lex_make_string(struct lexer *lx, struct lex_text *t,
                           enum hop_token_kind kind, bool bad);
void lex_report_string(struct lexer *lx, size_t from, const char *id,
                       struct hop_name arg);
void lex_bad_escape(struct lexer *lx, size_t from, size_t to, const char *id);

/* Behind a $ in a string or word: adds the variable or $( ) that it begins;
 * false when it begins none. */
HOP_MUST_CHECK bool lex_dollar_part(struct lexer *lx, struct lex_text *t,
                                    bool here);

#endif
