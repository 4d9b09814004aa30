/* SPDX-License-Identifier: MIT */
#include "ad/filter.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ad/property.h"
#include "ad/sid.h"
#include "base/guid.h"
#include "base/text.h"

#define DEPTH_MAX 100

enum operation {
    EQ,
    NE,
    GE,
    LE,
    GT,
    LT,
    APPROX,
    LIKE,
    NOT_LIKE,
    BAND,
    BOR,
    RECURSIVE,
};

/* How an operator is written in LDAP; MS-ADTS 3.1.1.3.4.4 for the rules with
 * OIDs. */
static const struct {
    const char *name, *sign;
    bool negated, but_not_equal, wildcards;
} operations[] = {
    [EQ] = {"eq", "="},
    [NE] = {"ne", "=", .negated = true},
    [GE] = {"ge", ">="},
    [LE] = {"le", "<="},
    [GT] = {"gt", ">=", .but_not_equal = true},
    [LT] = {"lt", "<=", .but_not_equal = true},
    [APPROX] = {"approx", "~="},
    [LIKE] = {"like", "=", .wildcards = true},
    [NOT_LIKE] = {"notlike", "=", .negated = true, .wildcards = true},
    [BAND] = {"band", ":1.2.840.113556.1.4.803:="},
    [BOR] = {"bor", ":1.2.840.113556.1.4.804:="},
    [RECURSIVE] = {"recursivematch", ":1.2.840.113556.1.4.1941:="},
};

struct parser {
    const char *text, *at;
    hop_ad_variable_fn *lookup;
    void *ctx;
    struct hop_buf *out;
    struct hop_error *err;
    int depth;
};

static bool parse_or(struct parser *p);

static void
escape(struct hop_buf *out, const char *s, size_t n, bool wildcards)
{
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        if ((c == '*' && !wildcards) || c == '(' || c == ')' || c == '\\' ||
            c == '\0')
            hop_buf_addf(out, "\\%02x", (unsigned char)c);
        else
            hop_buf_addc(out, c);
    }
}

void
hop_ad_filter_value(struct hop_buf *out, const void *p, size_t n)
{
    escape(out, p, n, false);
}

void
hop_ad_filter_bytes(struct hop_buf *out, const void *p, size_t n)
{
    const unsigned char *b = p;

    for (size_t i = 0; i < n; i++)
        hop_buf_addf(out, "\\%02x", b[i]);
}

static bool
fail(struct parser *p, const char *what)
{
    return hop_error_set(p->err, HOP_ERROR_GENERIC, 0,
                         "%s at character %zu of the filter: %s", what,
                         (size_t)(p->at - p->text) + 1, p->text);
}

static void
skip_space(struct parser *p)
{
    while (hop_ascii_is_space(*p->at))
        p->at++;
}

static bool
is_word_char(char c)
{
    return c != '\0' && !hop_ascii_is_space(c) && strchr("()'\"{}", c) == NULL;
}

static size_t
word_length(const char *s)
{
    size_t n = 0;

    while (is_word_char(s[n]))
        n++;
    return n;
}

/* -name, also with the dashes that word processors put. */
static size_t
dash_length(const char *s)
{
    if (*s == '-')
        return 1;
    return strncmp(s, "\u2013", 3) == 0 || strncmp(s, "\u2014", 3) == 0 ||
                   strncmp(s, "\u2015", 3) == 0
               ? 3
               : 0;
}

static bool
take_keyword(struct parser *p, const char *name)
{
    size_t dash, n = strlen(name);

    skip_space(p);
    dash = dash_length(p->at);
    if (dash == 0 || !hop_ascii_ieqn(p->at + dash, name, n) ||
        is_word_char(p->at[dash + n]))
        return false;
    p->at += dash + n;
    return true;
}

static bool
take_operation(struct parser *p, enum operation *out)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (take_keyword(p, operations[i].name)) {
            *out = (enum operation)i;
            return true;
        }
    return fail(p, "an operator such as -eq or -like is expected");
}

/* The quote is doubled, or escaped by a backquote in double quotes. */
static bool
take_quoted(struct parser *p, struct hop_buf *value)
{
    char quote = *p->at++;

    while (*p->at != '\0') {
        char c = *p->at++;
        if (c == quote && *p->at != quote)
            return true;
        if (c == quote || (c == '`' && quote == '"' && *p->at != '\0'))
            c = *p->at++;
        hop_buf_addc(value, c);
    }
    return fail(p, "the closing quote is missing");
}

static bool
take_variable(struct parser *p, struct hop_buf *value)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    size_t n = word_length(p->at + 1);

    hop_buf_add(&name, p->at + 1, n);
    if (hop_ascii_ieq(hop_buf_str(&name), "true") ||
        hop_ascii_ieq(hop_buf_str(&name), "false"))
        hop_buf_add(value, name.data, name.len);
    else if (p->lookup == NULL || !p->lookup(p->ctx, hop_buf_str(&name), value))
        return hop_error_set(p->err, HOP_ERROR_GENERIC, 0,
                             "Variable: '%s' found in expression: $%s is not "
                             "defined.",
                             hop_buf_str(&name), hop_buf_str(&name));
    p->at += 1 + n;
    return true;
}

static bool
take_value(struct parser *p, struct hop_buf *value)
{
    size_t n;

    skip_space(p);
    if (*p->at == '\'' || *p->at == '"')
        return take_quoted(p, value);
    if (*p->at == '$')
        return take_variable(p, value);
    n = word_length(p->at);
    if (n == 0)
        return fail(p, "a value is expected");
    hop_buf_add(value, p->at, n);
    p->at += n;
    return true;
}

static bool
is_true(const char *s)
{
    return hop_ascii_ieq(s, "true") || strcmp(s, "1") == 0;
}

/* A bit of userAccountControl: Enabled -eq $true and the like. */
/* GroupCategory and GroupScope: bits of groupType, MS-ADTS 2.2.12. */
static bool
put_group_type(struct parser *p, const struct hop_ad_property *property,
               enum operation op, const char *value)
{
    static const struct {
        enum hop_ad_syntax syntax;
        const char *name;
        uint32_t bit;
        bool set;
    } rows[] = {
        {HOP_AD_GROUP_CATEGORY, "Security", 0x80000000, true},
        {HOP_AD_GROUP_CATEGORY, "Distribution", 0x80000000, false},
        {HOP_AD_GROUP_SCOPE, "Global", 2, true},
        {HOP_AD_GROUP_SCOPE, "DomainLocal", 4, true},
        {HOP_AD_GROUP_SCOPE, "Universal", 8, true},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (rows[i].syntax == property->syntax &&
            hop_ascii_ieq(rows[i].name, value) && (op == EQ || op == NE)) {
            hop_buf_addf(p->out,
                         rows[i].set == (op == EQ)
                             ? "(groupType:1.2.840.113556.1.4.803:=%u)"
                             : "(!(groupType:1.2.840.113556.1.4.803:=%u))",
                         rows[i].bit);
            return true;
        }
    return fail(p, "-eq or -ne and one of Security and Distribution "
                   "(GroupCategory), or of DomainLocal, Global and Universal "
                   "(GroupScope), is expected");
}

static bool
put_flag(struct parser *p, const struct hop_ad_property *property,
         enum operation op, const char *value)
{
    bool set = is_true(value) != property->inverted;

    if (op != EQ && op != NE)
        return fail(p, "only -eq and -ne go with a property that is true or "
                       "false");
    if (op == NE)
        set = !set;
    hop_buf_addf(p->out,
                 set ? "(%s:1.2.840.113556.1.4.803:=%u)"
                     : "(!(%s:1.2.840.113556.1.4.803:=%u))",
                 property->attribute, property->bit);
    return true;
}

/* "2024-02-29T12:00:00Z", "2/29/2024 12:00:00 PM": local time unless it ends in
 * Z; false for anything else. */
static bool
read_time(const char *s, time_t *out)
{
    static const char *const dates[] = {"%Y-%m-%d", "%m/%d/%Y"};
    static const char *const clocks[] = {
        "T%H:%M:%S", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S", " %H:%M", ""};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(dates); i++)
        for (size_t k = 0; k < HOP_ARRAY_SIZE(clocks); k++) {
            struct tm tm = {.tm_isdst = -1};
            const char *end = strptime(s, dates[i], &tm);

            end = end && *end == clocks[k][0] ? strptime(end, clocks[k], &tm)
                                              : NULL;
            if (end == NULL || (*end != '\0' && strcmp(end, "Z") != 0))
                continue;
            *out = *end == 'Z' ? timegm(&tm) : mktime(&tm);
            return true;
        }
    return false;
}

/* As MS-ADTS 3.1.1.2.2.2 has the two syntaxes; a number is one already. */
static bool
put_time(struct hop_buf *out, enum hop_ad_syntax syntax, const char *s)
{
    const long long from_1601 = 11644473600;
    char text[32];
    struct tm tm;
    time_t at;

    if (!read_time(s, &at))
        return false;
    if (syntax == HOP_AD_FILETIME) {
        hop_buf_addf(out, "%lld", ((long long)at + from_1601) * 10000000);
        return true;
    }
    gmtime_r(&at, &tm);
    strftime(text, sizeof(text), "%Y%m%d%H%M%S.0Z", &tm);
    hop_buf_adds(out, text);
    return true;
}

/* A value as the attribute holds it. */
static void
put_value(struct hop_buf *out, const struct hop_ad_property *property,
          const struct hop_buf *value, bool wildcards)
{
    const char *s = value->data ? value->data : "";
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT;
    struct hop_sid sid;
    struct hop_guid guid;

    if (property && property->syntax == HOP_AD_SID && hop_sid_parse(s, &sid)) {
        hop_sid_encode(&bytes, &sid);
        hop_ad_filter_bytes(out, bytes.data, bytes.len);
    } else if (property && property->syntax == HOP_AD_GUID &&
               hop_guid_parse(s, value->len, &guid)) {
        hop_ad_filter_bytes(out, guid.bytes, sizeof(guid.bytes));
    } else if (property && property->syntax == HOP_AD_BOOL) {
        hop_buf_adds(out, is_true(s) ? "TRUE" : "FALSE");
    } else if (property == NULL ||
               (property->syntax != HOP_AD_TIME &&
                property->syntax != HOP_AD_FILETIME) ||
               !put_time(out, property->syntax, s)) {
        escape(out, s, value->len, wildcards);
    }
}

static bool
put_comparison(struct parser *p, const char *name, size_t n, enum operation op,
               const struct hop_buf *value)
{
    const struct hop_ad_property *property = hop_ad_property_find(name, n);
    HOP_AUTO_BUF struct hop_buf attribute = HOP_BUF_INIT;
    struct hop_buf *out = p->out;

    if (property && property->syntax == HOP_AD_FLAG)
        return put_flag(p, property, op, value->data ? value->data : "");
    if (property && (property->syntax == HOP_AD_GROUP_CATEGORY ||
                     property->syntax == HOP_AD_GROUP_SCOPE))
        return put_group_type(p, property, op, value->data ? value->data : "");
    if (property)
        hop_buf_adds(&attribute, property->attribute);
    else
        hop_buf_add(&attribute, name, n);
    hop_buf_adds(out, operations[op].negated         ? "(!("
                      : operations[op].but_not_equal ? "(&("
                                                     : "(");
    hop_buf_addf(out, "%s%s", attribute.data, operations[op].sign);
    put_value(out, property, value, operations[op].wildcards);
    if (operations[op].but_not_equal) {
        hop_buf_addf(out, ")(!(%s=", attribute.data);
        put_value(out, property, value, false);
        hop_buf_adds(out, ")))");
    } else {
        hop_buf_adds(out, operations[op].negated ? "))" : ")");
    }
    return true;
}

static bool
is_attribute(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!hop_ascii_is_digit(s[i]) && s[i] != '-' && s[i] != '.' &&
            !(hop_ascii_lower(s[i]) >= 'a' && hop_ascii_lower(s[i]) <= 'z'))
            return false;
    return n > 0;
}

static bool
parse_comparison(struct parser *p)
{
    HOP_AUTO_BUF struct hop_buf value = HOP_BUF_INIT;
    const char *name = p->at;
    size_t n = word_length(name);
    enum operation op;

    if (!is_attribute(name, n))
        return fail(p, "the name of a property is expected");
    p->at += n;
    return take_operation(p, &op) && take_value(p, &value) &&
           put_comparison(p, name, n, op, &value);
}

static bool
parse_group(struct parser *p)
{
    p->at++;
    if (!parse_or(p))
        return false;
    skip_space(p);
    if (*p->at != ')')
        return fail(p, "a ')' is expected");
    p->at++;
    return true;
}

static bool
take_not(struct parser *p)
{
    if (*p->at != '!')
        return take_keyword(p, "not");
    p->at++;
    return true;
}

static bool
parse_part(struct parser *p)
{
    bool ok;

    skip_space(p);
    if (++p->depth > DEPTH_MAX)
        return fail(p, "the filter is nested too deeply");
    if (take_not(p)) {
        hop_buf_adds(p->out, "(!");
        ok = parse_part(p);
        hop_buf_addc(p->out, ')');
    } else if (*p->at == '(') {
        ok = parse_group(p);
    } else {
        ok = parse_comparison(p);
    }
    p->depth--;
    return ok;
}

/* part (keyword part)*: the sign goes in front only when there are several. */
static bool
parse_chain(struct parser *p, const char *keyword, char sign,
            bool (*part)(struct parser *))
{
    HOP_AUTO_BUF struct hop_buf parts = HOP_BUF_INIT;
    struct hop_buf *out = p->out;
    bool several = false, ok;

    p->out = &parts;
    ok = part(p);
    while (ok && take_keyword(p, keyword)) {
        several = true;
        ok = part(p);
    }
    p->out = out;
    if (several)
        hop_buf_addf(out, "(%c", sign);
    hop_buf_add(out, parts.data, parts.len);
    if (several)
        hop_buf_addc(out, ')');
    return ok;
}

static bool
parse_and(struct parser *p)
{
    return parse_chain(p, "and", '&', parse_part);
}

static bool
parse_or(struct parser *p)
{
    return parse_chain(p, "or", '|', parse_and);
}

bool
hop_ad_filter(const char *text, hop_ad_variable_fn *lookup, void *ctx,
              struct hop_buf *out, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;
    struct parser p = {.text = text,
                       .at = text,
                       .lookup = lookup,
                       .ctx = ctx,
                       .out = &filter,
                       .err = err};

    skip_space(&p);
    if (p.at[0] == '*' && p.at[1 + strspn(p.at + 1, " \t\r\n")] == '\0') {
        hop_buf_adds(out, "(objectClass=*)");
        return true;
    }
    if (!parse_or(&p))
        return false;
    skip_space(&p);
    if (*p.at != '\0')
        return fail(&p, "-and, -or or the end is expected");
    hop_buf_add(out, filter.data, filter.len);
    return true;
}
