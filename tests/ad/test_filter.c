/* SPDX-License-Identifier: MIT */
#include "ad/filter.h"

#include "test.h"

static bool
look_up(void *ctx, const char *name, struct hop_buf *out)
{
    (void)ctx;
    if (strcmp(name, "server.Name") != 0)
        return false;
    hop_buf_adds(out, "b*");
    return true;
}

static void
what_administrators_type(void)
{
    static const struct {
        const char *name, *text, *want;
    } rows[] = {
        {"everything", "*", "(objectClass=*)"},
        {"equal", "Name -eq 'b'", "(name=b)"},
        {"a name of the module for an attribute", "Surname -eq \"Doe\"",
         "(sn=Doe)"},
        {"an attribute's own name", "employeeType -ne 'x'",
         "(!(employeeType=x))"},
        {"a pattern", "Name -like 'web*'", "(name=web*)"},
        {"not a pattern", "Name -notlike 'web*'", "(!(name=web*))"},
        {"a star that is none", "Name -eq 'web*'", "(name=web\\2a)"},
        {"brackets and backslashes", "Name -eq 'a(b)\\'",
         "(name=a\\28b\\29\\5c)"},
        {"less", "logonCount -lt 5", "(&(logonCount<=5)(!(logonCount=5)))"},
        {"at least", "logonCount -ge 5", "(logonCount>=5)"},
        {"a flag that is set", "TrustedForDelegation -eq $true",
         "(userAccountControl:1.2.840.113556.1.4.803:=524288)"},
        {"a flag that is not", "TrustedForDelegation -eq $false",
         "(!(userAccountControl:1.2.840.113556.1.4.803:=524288))"},
        {"Enabled is a bit that is not set", "Enabled -eq $true",
         "(!(userAccountControl:1.2.840.113556.1.4.803:=2))"},
        {"the other way about", "Enabled -ne 'True'",
         "(userAccountControl:1.2.840.113556.1.4.803:=2)"},
        {"both", "Name -eq 'a' -and City -eq 'x'", "(&(name=a)(l=x))"},
        {"one of three", "Name -eq 'a' -or Name -eq 'b' -or Name -eq 'c'",
         "(|(name=a)(name=b)(name=c))"},
        {"and binds closer", "Name -eq 'a' -or Name -eq 'b' -and City -eq 'x'",
         "(|(name=a)(&(name=b)(l=x)))"},
        {"parentheses", "(Name -eq 'a' -or Name -eq 'b') -and City -eq 'x'",
         "(&(|(name=a)(name=b))(l=x))"},
        {"a time of the directory", "whenCreated -ge '2024-02-29T12:00:00Z'",
         "(whenCreated>=20240229120000.0Z)"},
        {"a time of Windows", "PasswordLastSet -ge '2024-02-29T12:00:00Z'",
         "(pwdLastSet>=133536816000000000)"},
        {"a number for a time", "pwdLastSet -eq 0", "(pwdLastSet=0)"},
        {"a scope of groups", "GroupScope -eq 'Global'",
         "(groupType:1.2.840.113556.1.4.803:=2)"},
        {"a category of groups", "GroupCategory -ne 'Security'",
         "(!(groupType:1.2.840.113556.1.4.803:=2147483648))"},
        {"the attribute of both", "groupType -eq 2", "(groupType=2)"},
        {"not", "-not (Name -eq 'a')", "(!(name=a))"},
        {"an exclamation mark", "!(Name -eq 'a')", "(!(name=a))"},
        {"bits", "userAccountControl -band 2",
         "(userAccountControl:1.2.840.113556.1.4.803:=2)"},
        {"a chain of groups", "MemberOf -recursivematch 'CN=x,DC=y'",
         "(memberOf:1.2.840.113556.1.4.1941:=CN=x,DC=y)"},
        {"a variable's property", "Name -eq $server.Name", "(name=b\\2a)"},
        {"a quote inside quotes", "Name -eq 'it''s'", "(name=it's)"},
        {"a SID as its bytes", "SID -eq 'S-1-5-18'",
         "(objectSid=\\01\\01\\00\\00\\00\\00\\00\\05\\12\\00\\00\\00)"},
        {"dashes of a word processor", "Name –eq 'b'", "(name=b)"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        struct hop_error err = {0};
        ROW(rows[i].name);
        CHECK(hop_ad_filter(rows[i].text, look_up, NULL, &out, &err));
        CHECK_STR(err.text, "");
        CHECK_STR(hop_buf_str(&out), rows[i].want);
    }
}

static void
what_is_not_understood(void)
{
    static const struct {
        const char *name, *text, *want;
    } rows[] = {
        {"nothing", "",
         "the name of a property is expected at character 1 of the filter: "},
        {"no operator", "Name 'b'",
         "an operator such as -eq or -like is expected at character 6 of the "
         "filter: Name 'b'"},
        {"an unknown operator", "Name -is 'b'",
         "an operator such as -eq or -like is expected at character 6 of the "
         "filter: Name -is 'b'"},
        {"no value", "Name -eq",
         "a value is expected at character 9 of the filter: Name -eq"},
        {"an open quote", "Name -eq 'b",
         "the closing quote is missing at character 12 of the filter: "
         "Name -eq 'b"},
        {"an open parenthesis", "(Name -eq 'b'",
         "a ')' is expected at character 14 of the filter: (Name -eq 'b'"},
        {"two comparisons side by side", "Name -eq 'b' Name -eq 'c'",
         "-and, -or or the end is expected at character 14 of the filter: "
         "Name -eq 'b' Name -eq 'c'"},
        {"an unknown variable", "Name -eq $nobody",
         "Variable: 'nobody' found in expression: $nobody is not defined."},
        {"an order of flags", "Enabled -gt 1",
         "only -eq and -ne go with a property that is true or false at "
         "character 14 of the filter: Enabled -gt 1"},
        {"a scope that is none", "GroupScope -eq 'Wide'",
         "-eq or -ne and one of Security and Distribution (GroupCategory), or "
         "of DomainLocal, Global and Universal (GroupScope), is expected at "
         "character 22 of the filter: GroupScope -eq 'Wide'"},
        {"a filter of LDAP", "(name=b)",
         "the name of a property is expected at character 2 of the filter: "
         "(name=b)"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        struct hop_error err = {0};
        ROW(rows[i].name);
        CHECK(!hop_ad_filter(rows[i].text, look_up, NULL, &out, &err));
        CHECK_STR(err.text, rows[i].want);
        CHECK_INT(out.len, 0);
    }
}

TEST(deep_nesting_ends_in_an_error)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, out = HOP_BUF_INIT;
    struct hop_error err = {0};

    hop_buf_fill(&text, '(', 100000);
    CHECK(!hop_ad_filter(text.data, NULL, NULL, &out, &err));
    CHECK(strncmp(err.text, "the filter is nested too deeply", 31) == 0);
}

int
main(void)
{
    what_administrators_type();
    what_is_not_understood();
    RUN(deep_nesting_ends_in_an_error);
    return test_done();
}
