/* SPDX-License-Identifier: MIT */
#include "cim/wql.h"

#include "test.h"

static const struct hop_cim_property properties[] = {
    {"Name", HOP_CIM_STRING, HOP_CIM_KEY},
    {"ProcessId", HOP_CIM_UINT32, 0},
    {"Bias", HOP_CIM_SINT16, 0},
    {"Started", HOP_CIM_BOOLEAN, 0},
    {"CreationDate", HOP_CIM_DATETIME, 0},
    {"Tags", HOP_CIM_STRING, HOP_CIM_ARRAY},
    {"Nothing", HOP_CIM_STRING, 0},
};
static const struct hop_cim_class class = {.name = "Test_Thing",
                                           .parent = "CIM_Thing",
                                           HOP_CIM_PROPERTIES(properties)};

static void
make(struct hop_cim_instance *i)
{
    int64_t ticks;
    bool interval;

    hop_cim_instance_init(i, &class);
    hop_cim_set_text(i, "Name", "OpenSSH_sshd");
    hop_cim_set_number(i, "ProcessId", 4000000000);
    hop_cim_set_number(i, "Bias", -60);
    hop_cim_set_bool(i, "Started", true);
    CHECK(hop_cim_time_parse("20261121193000.500000+060", &ticks, &interval));
    hop_cim_set_time(i, "CreationDate", ticks);
    hop_cim_add_text(i, "Tags", "one");
    hop_cim_add_text(i, "Tags", "two");
}

static void
conditions(void)
{
    static const struct {
        const char *name, *text;
        bool want;
    } rows[] = {
        {"equal, in any case of letters", "name = 'openssh_SSHD'", true},
        {"double quotes", "Name = \"OpenSSH_sshd\"", true},
        {"not equal", "Name <> 'x'", true},
        {"not equal as C writes it", "Name != 'x'", true},
        {"a number over 31 bits", "ProcessId = 4000000000", true},
        {"a number in quotes", "ProcessId = '4000000000'", true},
        {"greater", "ProcessId > 3999999999", true},
        {"a number that the type cannot hold", "ProcessId < 5000000000", true},
        {"below zero", "ProcessId > -1", true},
        {"a negative number", "Bias <= -60", true},
        {"the value on the left", "3999999999 < ProcessId", true},
        {"a truth", "Started = TRUE", true},
        {"a truth in quotes", "Started = 'false'", false},
        {"a truth as number", "Started = 1", true},
        {"the same moment in another zone",
         "CreationDate = '20261121183000.500000+000'", true},
        {"an earlier moment", "CreationDate < '20261121183001.000000+000'",
         true},
        {"null is not equal", "Nothing = 'x'", false},
        {"null is not unequal", "Nothing <> 'x'", false},
        {"not of unknown is unknown", "NOT Nothing = 'x'", false},
        {"is null", "Nothing IS NULL", true},
        {"is not null", "Name IS NOT NULL", true},
        {"equals null", "Nothing = NULL", true},
        {"unknown or true", "Nothing = 'x' OR Bias = -60", true},
        {"and before or", "Bias = 1 AND Bias = 2 OR Started = TRUE", true},
        {"parentheses", "Bias = 1 AND (Bias = 2 OR Started = TRUE)", false},
        {"not", "NOT (Bias = 1) AND NOT Bias = 2", true},
        {"any of an array", "Tags = 'two'", true},
        {"none of an array", "Tags = 'three'", false},
        {"like, percent", "Name LIKE 'open%'", true},
        {"like, percent in between", "Name LIKE '%ssh%ssh%'", true},
        {"like, not to the end", "Name LIKE '%ssh'", false},
        {"like, one character", "Name LIKE 'OpenSSH_sshd'", true},
        {"like, a range", "Name LIKE '[m-p]pen[^a-d]%'", true},
        {"like, an underscore in brackets", "Name LIKE 'OpenSSH[_]sshd'", true},
        {"like, outside a set", "Name LIKE '[^o]%'", false},
        {"like, an open bracket alone", "Name LIKE '[%'", false},
        {"the class", "__CLASS = 'test_thing'", true},
        {"the parent", "__this ISA 'Test_Thing'", true},
    };
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0};

    make(&i);
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_WQL struct hop_wql q = {0};
        struct hop_error err = {0};

        ROW(rows[k].name);
        CHECK(hop_wql_parse_condition(&q, rows[k].text, &err));
        CHECK(hop_wql_matches(&q, &i) == rows[k].want);
        CHECK(hop_wql_check(&q, properties, class.n, class.name, &err));
    }
}

static void
refusals(void)
{
    static const struct {
        const char *name, *text, *want;
    } rows[] = {
        {"no select", "DELETE FROM x",
         "The query is not valid at character 1 (DELETE FROM x): SELECT is "
         "expected."},
        {"no class", "SELECT * FROM",
         "The query is not valid at character 14 (its end): the name of a "
         "class is expected."},
        {"no columns", "SELECT FROM x",
         "The query is not valid at character 13 (x): FROM is expected."},
        {"no condition", "SELECT * FROM x WHERE",
         "The query is not valid at character 22 (its end): a condition is "
         "expected."},
        {"no operator", "SELECT * FROM x WHERE a 'b'",
         "The query is not valid at character 25 ('b'): an operator is "
         "expected: = <> < > <= >= LIKE or IS."},
        {"a string without an end", "SELECT * FROM x WHERE a = 'b",
         "The query is not valid at character 27 ('b): a value is expected: "
         "'text', a number, TRUE, FALSE or NULL."},
        {"more behind the condition", "SELECT * FROM x WHERE a = 1 b",
         "The query is not valid at character 29 (b): AND, OR or its end is "
         "expected."},
        {"a parenthesis left open", "SELECT * FROM x WHERE (a = 1",
         "The query is not valid at character 29 (its end): a ) is expected."},
        {"null is compared", "SELECT * FROM x WHERE a < NULL",
         "The query is not valid at character 31 (its end): NULL is compared "
         "by = or <> alone."},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_WQL struct hop_wql q = {0};
        struct hop_error err = {0};

        ROW(rows[k].name);
        CHECK(!hop_wql_parse(&q, rows[k].text, &err));
        CHECK_STR(err.text, rows[k].want);
        CHECK(err.code == HOP_CIM_E_INVALID_QUERY);
    }
}

static void
whole_queries(void)
{
    HOP_AUTO_WQL struct hop_wql q = {0};
    struct hop_error err = {0};

    CHECK(hop_wql_parse(&q,
                        "select Name,ProcessId from Win32_Process where "
                        "Name='a' and ProcessId>3 and 'x'=Caption",
                        &err));
    CHECK_STR(q.class_name, "Win32_Process");
    CHECK(q.column_count == 2);
    CHECK_STR(q.columns[1], "ProcessId");
    CHECK(hop_wql_selects(&q, "name") && !hop_wql_selects(&q, "Caption"));
    CHECK_STR(hop_wql_wanted(&q, "NAME"), "a");
    CHECK_STR(hop_wql_wanted(&q, "Caption"), "x");
    CHECK_STR(hop_wql_bound(&q, "ProcessId", HOP_WQL_GT), "3");
    CHECK_STR(hop_wql_wanted(&q, "ProcessId"), NULL);
}

static void
an_alternative_wants_nothing(void)
{
    HOP_AUTO_WQL struct hop_wql q = {0};
    struct hop_error err = {0};

    CHECK(hop_wql_parse_condition(&q, "Name = 'a' OR Name = 'b'", &err));
    CHECK_STR(hop_wql_wanted(&q, "Name"), NULL);
}

static void
unknown_properties_are_named(void)
{
    HOP_AUTO_WQL struct hop_wql q = {0};
    struct hop_error err = {0};

    CHECK(hop_wql_parse_condition(&q, "Nmae = 'a'", &err));
    CHECK(!hop_wql_check(&q, properties, class.n, class.name, &err));
    CHECK_STR(err.text,
              "The query is not valid: Test_Thing has no property Nmae.");
}

static void
depth_has_an_end(void)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_WQL struct hop_wql q = {0};
    struct hop_error err = {0};

    hop_buf_fill(&b, '(', 100000);
    CHECK(!hop_wql_parse_condition(&q, hop_buf_str(&b), &err));
    CHECK_STR(err.text, "The query is longer than 65536 bytes.");
    hop_wql_done(&q);
    hop_buf_clear(&b);
    hop_buf_fill(&b, '(', 1000);
    CHECK(!hop_wql_parse_condition(&q, hop_buf_str(&b), &err));
    CHECK(strstr(err.text, "it is nested too deep"));
}

int
main(void)
{
    conditions();
    refusals();
    RUN(whole_queries);
    RUN(an_alternative_wants_nothing);
    RUN(unknown_properties_are_named);
    RUN(depth_has_an_end);
    return test_done();
}
