/* Where-Object, with a script block or as Property -Operator Value.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "engine/engine.h"

/* Row: parameter, aliases, its set, the operator, case, whether it must be
 * given: -EQ is not, so that a property alone asks for its truth. */
#define OPERATORS(X)                                                           \
    X(EQ, "IEQ", "EqualSet", HOP_OP_EQ, 0, 0)                                  \
    X(CEQ, NULL, "CaseSensitiveEqualSet", HOP_OP_EQ, HOP_OP_CASE,              \
      HOP_MANDATORY)                                                           \
    X(NE, "INE", "NotEqualSet", HOP_OP_NE, 0, HOP_MANDATORY)                   \
    X(CNE, NULL, "CaseSensitiveNotEqualSet", HOP_OP_NE, HOP_OP_CASE,           \
      HOP_MANDATORY)                                                           \
    X(GT, "IGT", "GreaterThanSet", HOP_OP_GT, 0, HOP_MANDATORY)                \
    X(CGT, NULL, "CaseSensitiveGreaterThanSet", HOP_OP_GT, HOP_OP_CASE,        \
      HOP_MANDATORY)                                                           \
    X(LT, "ILT", "LessThanSet", HOP_OP_LT, 0, HOP_MANDATORY)                   \
    X(CLT, NULL, "CaseSensitiveLessThanSet", HOP_OP_LT, HOP_OP_CASE,           \
      HOP_MANDATORY)                                                           \
    X(GE, "IGE", "GreaterOrEqualSet", HOP_OP_GE, 0, HOP_MANDATORY)             \
    X(CGE, NULL, "CaseSensitiveGreaterOrEqualSet", HOP_OP_GE, HOP_OP_CASE,     \
      HOP_MANDATORY)                                                           \
    X(LE, "ILE", "LessOrEqualSet", HOP_OP_LE, 0, HOP_MANDATORY)                \
    X(CLE, NULL, "CaseSensitiveLessOrEqualSet", HOP_OP_LE, HOP_OP_CASE,        \
      HOP_MANDATORY)                                                           \
    X(Like, "ILike", "LikeSet", HOP_OP_LIKE, 0, HOP_MANDATORY)                 \
    X(CLike, NULL, "CaseSensitiveLikeSet", HOP_OP_LIKE, HOP_OP_CASE,           \
      HOP_MANDATORY)                                                           \
    X(NotLike, "INotLike", "NotLikeSet", HOP_OP_NOT_LIKE, 0, HOP_MANDATORY)    \
    X(CNotLike, NULL, "CaseSensitiveNotLikeSet", HOP_OP_NOT_LIKE, HOP_OP_CASE, \
      HOP_MANDATORY)                                                           \
    X(Match, "IMatch", "MatchSet", HOP_OP_MATCH, 0, HOP_MANDATORY)             \
    X(CMatch, NULL, "CaseSensitiveMatchSet", HOP_OP_MATCH, HOP_OP_CASE,        \
      HOP_MANDATORY)                                                           \
    X(NotMatch, "INotMatch", "NotMatchSet", HOP_OP_NOT_MATCH, 0,               \
      HOP_MANDATORY)                                                           \
    X(CNotMatch, NULL, "CaseSensitiveNotMatchSet", HOP_OP_NOT_MATCH,           \
      HOP_OP_CASE, HOP_MANDATORY)                                              \
    X(Contains, "IContains", "ContainsSet", HOP_OP_CONTAINS, 0, HOP_MANDATORY) \
    X(CContains, NULL, "CaseSensitiveContainsSet", HOP_OP_CONTAINS,            \
      HOP_OP_CASE, HOP_MANDATORY)                                              \
    X(NotContains, "INotContains", "NotContainsSet", HOP_OP_NOT_CONTAINS, 0,   \
      HOP_MANDATORY)                                                           \
    X(CNotContains, NULL, "CaseSensitiveNotContainsSet", HOP_OP_NOT_CONTAINS,  \
      HOP_OP_CASE, HOP_MANDATORY)                                              \
    X(In, "IIn", "InSet", HOP_OP_IN, 0, HOP_MANDATORY)                         \
    X(CIn, NULL, "CaseSensitiveInSet", HOP_OP_IN, HOP_OP_CASE, HOP_MANDATORY)  \
    X(NotIn, "INotIn", "NotInSet", HOP_OP_NOT_IN, 0, HOP_MANDATORY)            \
    X(CNotIn, NULL, "CaseSensitiveNotInSet", HOP_OP_NOT_IN, HOP_OP_CASE,       \
      HOP_MANDATORY)                                                           \
    X(Is, NULL, "IsSet", HOP_OP_IS, 0, HOP_MANDATORY)                          \
    X(IsNot, NULL, "IsNotSet", HOP_OP_IS_NOT, 0, HOP_MANDATORY)

enum { INPUT, FILTER, PROPERTY, VALUE, NOT, OPERATOR };

#define IN_SET(name, alias, set, op, flags, must)                              \
    {set, HOP_MANDATORY, HOP_POS(0)},
#define VALUE_IN(name, alias, set, op, flags, must) {set, 0, HOP_POS(1)},
#define ROW(name, alias, set_name, op, flags, must)                            \
    {#name, "switch", .aliases = alias, .in = HOP_SETS({set_name, must, 0})},

static const struct hop_param params[] = {
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [FILTER] = {"FilterScript", "scriptblock",
                .in = HOP_SETS({"ScriptBlockSet", HOP_MANDATORY, HOP_POS(0)})},
    [PROPERTY] = {"Property", "string", HOP_NOT_NULL_OR_EMPTY,
                  .in =
                      (const struct hop_param_set[]){
                          OPERATORS(IN_SET){"Not", HOP_MANDATORY, HOP_POS(0)},
                          {NULL, 0, 0}}},
    [VALUE] = {"Value", "object",
               .in = (const struct hop_param_set[]){OPERATORS(VALUE_IN){NULL, 0,
                                                                        0}}},
    [NOT] = {"Not", "switch", .in = HOP_SETS({"Not", HOP_MANDATORY, 0})},
    OPERATORS(ROW)};

static const struct {
    uint8_t op, flags;
} operators[] = {
#define X(name, alias, set, op, flags, must) {op, flags},
    OPERATORS(X)
#undef X
};

struct state {
    struct hop_list_sink list;
    int chosen; /* index into operators, -1: truth */
};

static bool
begin(struct hop_command *c)
{
    struct state *st = hop_command_state(c);

    st->chosen = -1;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(operators); i++)
        if (hop_arg_on(c, OPERATOR + i))
            st->chosen = (int)i;
    if (st->chosen >= 0 && !hop_arg_bound(c, VALUE)) {
        struct hop_error_spec spec = {"ValueNotSpecifiedForWhereObject",
                                      HOP_CAT_INVALID_ARGUMENT,
                                      "PSArgumentException", hop_null()};
        return hop_command_throw(
            c, &spec,
            "The specified operator requires both the -Property and -Value "
            "parameters. Provide values for both parameters, and then try the "
            "command again.");
    }
    if (st->chosen < 0 && hop_arg_bound(c, VALUE)) {
        struct hop_error_spec spec = {"OperatorNotSpecified",
                                      HOP_CAT_INVALID_ARGUMENT,
                                      "PSArgumentException", hop_null()};
        return hop_command_throw(
            c, &spec,
            "The specified operator is not valid. Specify a valid operator, "
            "and then try the command again.");
    }
    return true;
}

static bool
by_block(struct hop_command *c, struct hop_value item, bool *keep)
{
    struct state *st = hop_command_state(c);
    struct io io = command_block_io(c);
    enum hop_flow flow;

    hop_list_sink_init(&st->list, &c->rs->cx);
    flow = run_block(c->rs,
                     &(struct block_run){.block = as_block(hop_arg(c, FILTER)),
                                         .under = &item,
                                         .out = &st->list.sink,
                                         .io = &io});
    if (flow == HOP_FLOW_NEXT) {
        struct hop_value v HOP_AUTO_VALUE = hop_list_sink_value(&st->list);
        *keep = hop_is_true(&c->rs->cx, v);
    }
    hop_list_sink_done(&st->list);
    if (flow != HOP_FLOW_NEXT)
        c->flow = flow;
    return flow == HOP_FLOW_NEXT;
}

/* -Is [string] and -Is string both name a type. */
static bool
type_operand(struct hop_command *c, struct hop_value v, struct hop_value *out)
{
    struct hop_value base = hop_value_base(v);
    const struct hop_class *cls = NULL;
    const char *s;
    size_t n;

    if (base.kind == HOP_TYPE) {
        *out = base;
        return true;
    }
    if (!hop_is_string(base))
        return false;
    s = hop_cstr(base);
    n = strlen(s);
    if (n > 2 && s[0] == '[' && s[n - 1] == ']') {
        s++;
        n -= 2;
    }
    cls = hop_types_find(&c->rs->cx, s, n);
    *out = cls ? hop_type(cls) : hop_null();
    return cls != NULL;
}

static bool
by_property(struct hop_command *c, struct hop_value item, bool *keep)
{
    struct state *st = hop_command_state(c);
    struct hop_context *cx = &c->rs->cx;
    struct hop_string *name = hop_arg(c, PROPERTY).u.s;
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct hop_value r HOP_AUTO_VALUE = hop_null();
    struct hop_value right = hop_arg(c, VALUE);

    if (hop_member_get(cx, item, name, &v) == HOP_FAILED)
        hop_drop_exception(cx);
    if (hop_arg_on(c, NOT) || st->chosen < 0) {
        *keep = hop_is_true(cx, v) != hop_arg_on(c, NOT);
        return true;
    }
    uint8_t op = operators[st->chosen].op;
    if (c->rs->language_mode == HOP_LANGUAGE_RESTRICTED &&
        (op == HOP_OP_MATCH || op == HOP_OP_NOT_MATCH)) {
        struct hop_error_spec spec = {
            .id = "OperationNotAllowedInRestrictedLanguageMode",
            .category = HOP_CAT_INVALID_OPERATION,
            .exception =
                "System.Management.Automation.PSInvalidOperationException"};
        return hop_command_throw(c, &spec,
                                 "The '%s' operation is not allowed in the "
                                 "RestrictedLanguage mode.",
                                 op == HOP_OP_MATCH ? "Imatch" : "Inotmatch");
    }
    if ((op == HOP_OP_IS || op == HOP_OP_IS_NOT) &&
        !type_operand(c, right, &right)) {
        *keep = false;
        return true;
    }
    if (!hop_op_binary(cx, op, v, right, operators[st->chosen].flags, &r))
        return hop_command_report(c);
    *keep = hop_is_true(cx, r);
    return true;
}

static bool
process(struct hop_command *c)
{
    struct hop_value item = hop_arg(c, INPUT);
    bool keep = false;

    if (item.kind == HOP_VOID)
        return true;
    if (!(hop_arg_bound(c, FILTER) ? by_block(c, item, &keep)
                                   : by_property(c, item, &keep)))
        return false;
    return !keep || hop_write(c, item);
}

const struct hop_cmdlet hop_cmdlet_where_object = {
    .name = "Where-Object",
    .default_set = "EqualSet",
    HOP_PARAMS(params),
    .synopsis = "Selects objects from a collection based on their property "
                "values.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
};
