/* SPDX-License-Identifier: MIT */
#include "cim/wql.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define MAX_COLUMNS 256

enum token {
    T_END,
    T_WORD,
    T_STRING,
    T_NUMBER,
    T_SIGN, /* one of ( ) , * = <> < > <= >= != */
    T_BAD,
};

struct parser {
    struct hop_wql *q;
    const char *text, *at; /* at: behind the token */
    enum token token;
    const char *start; /* of the token */
    size_t len;
    const char *value; /* of a string or word, in the arena */
    unsigned depth, nodes;
    struct hop_error *err;
};

/* ---- tokens ---- */

static bool
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           hop_ascii_is_digit(c) || c == '_' || c == '.';
}

static bool
fail(struct parser *p, const char *what)
{
    size_t at = (size_t)(p->start - p->text);

    return hop_cim_fail(p->err, HOP_CIM_E_INVALID_QUERY,
                        "The query is not valid at character %zu (%.40s): %s.",
                        at + 1, *p->start ? p->start : "its end", what);
}

/* A backslash makes the next character plain. */
static void
read_string(struct parser *p, char quote)
{
    const char *s = p->at;
    char *out;
    size_t n = 0;

    while (*s && *s != quote)
        s += s[0] == '\\' && s[1] ? 2 : 1;
    if (*s != quote) {
        p->token = T_BAD;
        return;
    }
    out = hop_arena_alloc(&p->q->arena, (size_t)(s - p->at) + 1);
    for (const char *c = p->at; out && c < s; c++) {
        if (c[0] == '\\' && c + 1 < s && strchr("\\'\"", c[1]))
            c++;
        out[n++] = *c;
    }
    p->value = out;
    p->at = s + 1;
    p->token = out ? T_STRING : T_BAD;
}

static void
read_sign(struct parser *p)
{
    static const char *const signs[] = {"<>", "<=", ">=", "!=", "=", "<",
                                        ">",  "(",  ")",  ",",  "*"};

    p->token = T_BAD;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(signs); i++) {
        size_t n = strlen(signs[i]);

        if (strncmp(p->start, signs[i], n) != 0)
            continue;
        p->token = T_SIGN;
        p->at = p->start + n;
        return;
    }
}

static void
next(struct parser *p)
{
    while (hop_ascii_is_space(*p->at))
        p->at++;
    p->start = p->at;
    p->value = NULL;
    if (*p->at == '\0') {
        p->token = T_END;
    } else if (*p->at == '\'' || *p->at == '"') {
        char quote = *p->at++;
        read_string(p, quote);
    } else if (is_word(*p->at) || *p->at == '-' || *p->at == '+') {
        char first = *p->at++;
        while (is_word(*p->at))
            p->at++;
        p->token = hop_ascii_is_digit(first) || strchr("+-.", first) ? T_NUMBER
                                                                     : T_WORD;
        p->value = hop_arena_strndup(&p->q->arena, p->start,
                                     (size_t)(p->at - p->start));
        if (!p->value)
            p->token = T_BAD;
    } else {
        read_sign(p);
    }
    p->len = (size_t)(p->at - p->start);
}

static bool
is_keyword(const struct parser *p, const char *word)
{
    return p->token == T_WORD && hop_ascii_ieq(p->value, word);
}

static bool
is_sign(const struct parser *p, const char *sign)
{
    return p->token == T_SIGN && p->len == strlen(sign) &&
           memcmp(p->start, sign, p->len) == 0;
}

static bool
accept_word(struct parser *p, const char *word)
{
    if (!is_keyword(p, word))
        return false;
    next(p);
    return true;
}

static bool
expect_word(struct parser *p, const char *word)
{
    char what[32];

    if (accept_word(p, word))
        return true;
    snprintf(what, sizeof(what), "%s is expected", word);
    return fail(p, what);
}

/* ---- conditions ---- */

static struct hop_wql_node *
new_node(struct parser *p, enum hop_wql_op op)
{
    struct hop_wql_node *n =
        ++p->nodes > HOP_WQL_MAX_NODES
            ? NULL
            : hop_arena_new(&p->q->arena, struct hop_wql_node);

    if (n)
        n->op = op;
    else
        fail(p, "it has too many conditions");
    return n;
}

static const struct {
    const char *sign;
    enum hop_wql_op op;
    enum hop_wql_op mirrored; /* with the literal on the left */
} signs[] = {
    {"=", HOP_WQL_EQ, HOP_WQL_EQ},  {"<>", HOP_WQL_NE, HOP_WQL_NE},
    {"!=", HOP_WQL_NE, HOP_WQL_NE}, {"<", HOP_WQL_LT, HOP_WQL_GT},
    {">", HOP_WQL_GT, HOP_WQL_LT},  {"<=", HOP_WQL_LE, HOP_WQL_GE},
    {">=", HOP_WQL_GE, HOP_WQL_LE},
};

static bool
read_operator(struct parser *p, enum hop_wql_op *op, enum hop_wql_op *mirrored)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(signs); i++) {
        if (!is_sign(p, signs[i].sign))
            continue;
        *op = signs[i].op;
        *mirrored = signs[i].mirrored;
        next(p);
        return true;
    }
    return false;
}

static bool
is_literal(const struct parser *p)
{
    return p->token == T_STRING || p->token == T_NUMBER ||
           is_keyword(p, "TRUE") || is_keyword(p, "FALSE") ||
           is_keyword(p, "NULL");
}

static void
take_literal(struct parser *p, struct hop_wql_node *n)
{
    n->quoted = p->token == T_STRING;
    n->literal = is_keyword(p, "NULL") ? NULL : p->value;
    next(p);
}

/* property [NOT] LIKE 'x' | property IS [NOT] NULL | property op literal */
static bool
finish_comparison(struct parser *p, struct hop_wql_node *n)
{
    enum hop_wql_op mirrored;

    if (accept_word(p, "IS")) {
        n->op = accept_word(p, "NOT") ? HOP_WQL_NOT_NULL : HOP_WQL_NULL;
        return expect_word(p, "NULL");
    }
    if (accept_word(p, "LIKE"))
        n->op = HOP_WQL_LIKE;
    else if (accept_word(p, "ISA"))
        n->op = HOP_WQL_ISA;
    else if (!read_operator(p, &n->op, &mirrored))
        return fail(p, "an operator is expected: = <> < > <= >= LIKE or IS");
    if (!is_literal(p))
        return fail(p, "a value is expected: 'text', a number, TRUE, FALSE "
                       "or NULL");
    take_literal(p, n);
    if (n->literal == NULL && n->op != HOP_WQL_EQ && n->op != HOP_WQL_NE)
        return fail(p, "NULL is compared by = or <> alone");
    if (n->literal == NULL)
        n->op = n->op == HOP_WQL_EQ ? HOP_WQL_NULL : HOP_WQL_NOT_NULL;
    return true;
}

static struct hop_wql_node *
read_comparison(struct parser *p)
{
    struct hop_wql_node *n = new_node(p, HOP_WQL_EQ);
    enum hop_wql_op op;

    if (!n)
        return NULL;
    if (is_literal(p) && p->token != T_END) {
        take_literal(p, n);
        if (!read_operator(p, &op, &n->op)) {
            fail(p, "an operator is expected");
            return NULL;
        }
        if (p->token != T_WORD || !n->literal) {
            fail(p, "the name of a property is expected");
            return NULL;
        }
        n->property = p->value;
        next(p);
        return n;
    }
    if (p->token != T_WORD) {
        fail(p, "a condition is expected");
        return NULL;
    }
    n->property = p->value;
    next(p);
    return finish_comparison(p, n) ? n : NULL;
}

static struct hop_wql_node *read_or(struct parser *p);

static struct hop_wql_node *
read_factor(struct parser *p)
{
    struct hop_wql_node *n;

    if (is_sign(p, "(")) {
        next(p);
        n = read_or(p);
        if (n && !is_sign(p, ")")) {
            fail(p, "a ) is expected");
            return NULL;
        }
        if (n)
            next(p);
        return n;
    }
    return read_comparison(p);
}

static struct hop_wql_node *
read_not(struct parser *p)
{
    struct hop_wql_node *n = NULL;

    if (!is_keyword(p, "NOT"))
        return read_factor(p);
    if (++p->depth > HOP_WQL_MAX_DEPTH) {
        fail(p, "it is nested too deep");
        return NULL;
    }
    next(p);
    n = new_node(p, HOP_WQL_NOT);
    if (n)
        n->left = read_not(p);
    p->depth--;
    return n && n->left ? n : NULL;
}

static struct hop_wql_node *
read_chain(struct parser *p, const char *word, enum hop_wql_op op,
           struct hop_wql_node *(*part)(struct parser *p))
{
    struct hop_wql_node *n = part(p);

    while (n && is_keyword(p, word)) {
        struct hop_wql_node *both = new_node(p, op);

        next(p);
        if (!both)
            return NULL;
        both->left = n;
        both->right = part(p);
        n = both->right ? both : NULL;
    }
    return n;
}

static struct hop_wql_node *
read_and(struct parser *p)
{
    return read_chain(p, "AND", HOP_WQL_AND, read_not);
}

static struct hop_wql_node *
read_or(struct parser *p)
{
    struct hop_wql_node *n;

    if (++p->depth > HOP_WQL_MAX_DEPTH) {
        fail(p, "it is nested too deep");
        return NULL;
    }
    n = read_chain(p, "OR", HOP_WQL_OR, read_and);
    p->depth--;
    return n;
}

/* ---- queries ---- */

static bool
read_columns(struct parser *p)
{
    const char **names;
    size_t n = 0;

    if (is_sign(p, "*")) {
        next(p);
        return true;
    }
    names = hop_arena_alloc(&p->q->arena, MAX_COLUMNS * sizeof(*names));
    for (;;) {
        const char *dot;

        if (p->token != T_WORD || !names)
            return fail(p, "the name of a property or * is expected");
        if (n == MAX_COLUMNS)
            return fail(p, "it asks for too many properties");
        dot = strrchr(p->value, '.'); /* class.property */
        names[n++] = dot ? dot + 1 : p->value;
        next(p);
        if (!is_sign(p, ","))
            break;
        next(p);
    }
    p->q->columns = names;
    p->q->column_count = n;
    return true;
}

static bool
begin(struct parser *p, struct hop_wql *q, const char *text,
      struct hop_error *err)
{
    memset(q, 0, sizeof(*q));
    hop_arena_init(&q->arena, (size_t)16 << 20);
    *p = (struct parser){.q = q, .text = text, .at = text, .err = err};
    if (strnlen(text, HOP_WQL_MAX_BYTES + 1) > HOP_WQL_MAX_BYTES)
        return hop_cim_fail(err, HOP_CIM_E_INVALID_QUERY,
                            "The query is longer than %d bytes.",
                            HOP_WQL_MAX_BYTES);
    next(p);
    return true;
}

static bool
read_end(struct parser *p)
{
    return p->token == T_END || fail(p, "AND, OR or its end is expected");
}

bool
hop_wql_parse(struct hop_wql *q, const char *text, struct hop_error *err)
{
    struct parser p;

    if (!begin(&p, q, text, err) || !expect_word(&p, "SELECT") ||
        !read_columns(&p) || !expect_word(&p, "FROM"))
        return false;
    if (p.token != T_WORD)
        return fail(&p, "the name of a class is expected");
    q->class_name = p.value;
    next(&p);
    if (p.token == T_END)
        return true;
    if (!expect_word(&p, "WHERE"))
        return false;
    q->where = read_or(&p);
    return q->where && read_end(&p);
}

bool
hop_wql_parse_condition(struct hop_wql *q, const char *text,
                        struct hop_error *err)
{
    struct parser p;

    if (!begin(&p, q, text, err))
        return false;
    q->where = read_or(&p);
    return q->where && read_end(&p);
}

void
hop_wql_require(struct hop_wql *q, const struct hop_cim_argument *pairs,
                size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct hop_wql_node *eq = hop_arena_new(&q->arena, struct hop_wql_node);
        struct hop_wql_node *both =
            hop_arena_new(&q->arena, struct hop_wql_node);

        if (!eq || !both)
            return;
        eq->op = HOP_WQL_EQ;
        eq->property = hop_arena_strdup(&q->arena, pairs[i].name);
        eq->literal = hop_arena_strdup(&q->arena, pairs[i].value);
        eq->quoted = true;
        *both = (struct hop_wql_node){
            .op = HOP_WQL_AND,
            .left = eq,
            .right = (struct hop_wql_node *)q->where,
        };
        q->where = q->where ? both : eq;
    }
}

void
hop_wql_done(struct hop_wql *q)
{
    hop_arena_done(&q->arena);
    memset(q, 0, sizeof(*q));
}
