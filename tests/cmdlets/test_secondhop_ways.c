/* SPDX-License-Identifier: MIT */
#include "cmdlets/secondhop/ways.h"

#include "test.h"

/* Nothing is granted, and all has been asked. */
static const struct secondhop_facts closed = {
    .via = "b.corp.test",
    .to = "c.corp.test",
    .user = "alice@CORP.TEST",
    .fresh = SECONDHOP_NO,
    .fresh_why = "CredSSP is off",
    .offers_credssp = SECONDHOP_NO,
    .forwardable = SECONDHOP_YES,
    .has_user = true,
    .has_via = true,
    .has_to = true,
    .via_account = "B",
    .to_account = "C",
};

static const char *
why(struct secondhop_way *w)
{
    return hop_buf_str(&w->why);
}

static void
check_only(const char *row, const struct secondhop_facts *f, int open)
{
    struct secondhop_way ways[SECONDHOP_WAYS];

    ROW(row);
    secondhop_judge(f, ways);
    for (int k = 0; k < SECONDHOP_WAYS; k++) {
        CHECK_INT(ways[k].available, k == open ? SECONDHOP_YES : SECONDHOP_NO);
        CHECK(ways[k].why.len > 0);
        CHECK(ways[k].blocked || ways[k].command_count > 0);
    }
    if (open >= 0)
        CHECK_INT(secondhop_recommend(ways)->kind, open);
    secondhop_done(ways);
}

/* One thing granted opens one way. */
static void
each_way_by_itself(void)
{
    static const char *const services[] = {"cifs/c.corp.test"};
    struct secondhop_facts f = closed;

    check_only("nothing granted", &f, -1);
    f.fresh = f.offers_credssp = SECONDHOP_YES;
    check_only("CredSSP", &f, SECONDHOP_CREDSSP);
    f = closed;
    f.trusts_via = true;
    check_only("RBCD", &f, SECONDHOP_RBCD);
    f = closed;
    f.services = services;
    f.service_count = f.listed = 1;
    check_only("KCD", &f, SECONDHOP_KCD);
    f = closed;
    f.trusted_for_delegation = true;
    check_only("unconstrained", &f, SECONDHOP_UNCONSTRAINED);
    f = closed;
    f.jea = "second";
    check_only("JEA", &f, SECONDHOP_JEA);
    f = closed;
    f.runas = "second";
    check_only("RunAs", &f, SECONDHOP_RUNAS);
    f = closed;
    f.credential = "CORP\\alice";
    check_only("a credential", &f, SECONDHOP_PASSED);
}

TEST(reasons_and_commands)
{
    struct secondhop_way ways[SECONDHOP_WAYS];

    secondhop_judge(&closed, ways);
    CHECK_STR(why(&ways[SECONDHOP_CREDSSP]),
              "this host lets no password go to b.corp.test: CredSSP is off; "
              "b.corp.test does not take CredSSP");
    CHECK_INT(ways[SECONDHOP_CREDSSP].command_count, 3);
    CHECK_STR(why(&ways[SECONDHOP_RBCD]),
              "the account C trusts nobody to act for users "
              "(PrincipalsAllowedToDelegateToAccount is empty)");
    CHECK_STR(ways[SECONDHOP_RBCD].commands[0],
              "Set-ADComputer C -PrincipalsAllowedToDelegateToAccount "
              "(Get-ADComputer B)");
    CHECK_STR(why(&ways[SECONDHOP_KCD]),
              "the list of services of the account B "
              "(msDS-AllowedToDelegateTo) is empty");
    CHECK_STR(ways[SECONDHOP_UNCONSTRAINED].commands[0],
              "Set-ADComputer B -TrustedForDelegation $true");
    CHECK_INT(secondhop_recommend(ways)->kind, SECONDHOP_CREDSSP);
    secondhop_done(ways);
}

/* Who is on c's list already must stay there. */
TEST(others_keep_their_trust)
{
    struct secondhop_facts f = closed;
    struct secondhop_way ways[SECONDHOP_WAYS];

    f.trusts = 2;
    f.listed = 3;
    secondhop_judge(&f, ways);
    CHECK(strstr(why(&ways[SECONDHOP_RBCD]),
                 "trusts 2 others to act for users, not B") != NULL);
    CHECK(strstr(ways[SECONDHOP_RBCD].commands[0],
                 "PrincipalsAllowedToDelegateToAccount) + "
                 "(Get-ADComputer B))") != NULL);
    CHECK(strstr(why(&ways[SECONDHOP_KCD]), "names none of c.corp.test") !=
          NULL);
    secondhop_done(ways);
}

TEST(sensitive_users_are_left_with_what_needs_no_acting)
{
    struct secondhop_facts f = closed;
    struct secondhop_way ways[SECONDHOP_WAYS];

    f.trusts_via = f.trusted_for_delegation = true;
    f.fresh = f.offers_credssp = SECONDHOP_YES;
    f.sensitive = true;
    secondhop_judge(&f, ways);
    for (int k = 0; k <= SECONDHOP_UNCONSTRAINED; k++) {
        CHECK_INT(ways[k].available, SECONDHOP_NO);
        CHECK(ways[k].blocked);
        CHECK_STR(why(&ways[k]),
                  "nobody may act for alice@CORP.TEST: the account is marked "
                  "sensitive (AccountNotDelegated)");
    }
    CHECK_INT(secondhop_recommend(ways)->kind, SECONDHOP_JEA);
    secondhop_done(ways);
    f.sensitive = false;
    f.protected_user = true;
    secondhop_judge(&f, ways);
    CHECK(strstr(why(&ways[SECONDHOP_KCD]), "is in Protected Users") != NULL);
    secondhop_done(ways);
}

TEST(what_was_not_asked_is_not_known)
{
    struct secondhop_facts f = closed;
    struct secondhop_way ways[SECONDHOP_WAYS];

    f.no_directory = "no domain controller answers";
    f.fresh = SECONDHOP_YES;
    f.offers_credssp = SECONDHOP_UNKNOWN;
    f.unreached = "nothing listens there";
    secondhop_judge(&f, ways);
    CHECK_INT(ways[SECONDHOP_CREDSSP].available, SECONDHOP_NO);
    CHECK_STR(why(&ways[SECONDHOP_CREDSSP]),
              "b.corp.test cannot be reached: nothing listens there");
    CHECK_INT(ways[SECONDHOP_RBCD].available, SECONDHOP_UNKNOWN);
    CHECK_STR(why(&ways[SECONDHOP_RBCD]),
              "the directory was not asked: no domain controller answers");
    secondhop_done(ways);
}

/* What is granted is of no use by a host that is down. */
TEST(a_host_that_is_down)
{
    struct secondhop_facts f = closed;
    struct secondhop_way ways[SECONDHOP_WAYS];

    f.trusts_via = true;
    f.unreached = "nothing listens there";
    secondhop_judge(&f, ways);
    CHECK_INT(ways[SECONDHOP_RBCD].available, SECONDHOP_NO);
    CHECK_STR(why(&ways[SECONDHOP_RBCD]),
              "b.corp.test cannot be reached: nothing listens there");
    secondhop_done(ways);
}

TEST(endpoints_are_what_the_host_can_have)
{
    struct secondhop_facts f = closed;
    struct secondhop_way ways[SECONDHOP_WAYS];

    f.windows = SECONDHOP_NO;
    secondhop_judge(&f, ways);
    CHECK(ways[SECONDHOP_JEA].blocked && ways[SECONDHOP_RUNAS].blocked);
    CHECK_STR(why(&ways[SECONDHOP_JEA]),
              "b.corp.test runs no Windows, and endpoints of Hop work as the "
              "user alone");
    secondhop_done(ways);
    f.windows = SECONDHOP_YES;
    secondhop_judge(&f, ways);
    CHECK_INT(ways[SECONDHOP_JEA].command_count, 4);
    CHECK(strstr(ways[SECONDHOP_JEA].commands[1], "'CORP.TEST\\alice' = @{") !=
          NULL);
    secondhop_done(ways);
}

/* The example is of a service that is listed. */
TEST(commands_reach_what_is_granted)
{
    static const char *const services[] = {"cifs/c", "host/c"};
    struct secondhop_facts f = closed;
    struct secondhop_way ways[SECONDHOP_WAYS];

    f.services = services;
    f.service_count = f.listed = 1;
    secondhop_judge(&f, ways);
    CHECK_STR(ways[SECONDHOP_KCD].commands[0],
              "Invoke-Command -ComputerName b.corp.test -ScriptBlock { "
              "Get-ChildItem \\\\c\\C$ }");
    secondhop_done(ways);
    f.service_count = f.listed = 2;
    secondhop_judge(&f, ways);
    CHECK_STR(ways[SECONDHOP_KCD].commands[0],
              "Invoke-Command -ComputerName b.corp.test -ScriptBlock { "
              "Invoke-Command -ComputerName c.corp.test -ScriptBlock { whoami "
              "} }");
    secondhop_done(ways);
}

TEST(a_ticket_that_is_not_forwardable)
{
    struct secondhop_facts f = closed;
    struct secondhop_way ways[SECONDHOP_WAYS];

    f.trusts_via = true;
    f.forwardable = SECONDHOP_NO;
    secondhop_judge(&f, ways);
    CHECK_INT(ways[SECONDHOP_RBCD].available, SECONDHOP_NO);
    CHECK(strstr(why(&ways[SECONDHOP_RBCD]), "is not forwardable") != NULL);
    CHECK_STR(ways[SECONDHOP_RBCD].commands[0], "kinit -f");
    secondhop_done(ways);
}

TEST(a_host_that_the_domain_has_not)
{
    struct secondhop_facts f = closed;
    struct secondhop_way ways[SECONDHOP_WAYS];

    f.has_to = false;
    secondhop_judge(&f, ways);
    CHECK_STR(why(&ways[SECONDHOP_RBCD]),
              "the domain has no computer c.corp.test");
    CHECK(ways[SECONDHOP_RBCD].blocked);
    CHECK(!ways[SECONDHOP_CREDSSP].blocked);
    secondhop_done(ways);
}

int
main(void)
{
    each_way_by_itself();
    RUN(reasons_and_commands);
    RUN(others_keep_their_trust);
    RUN(sensitive_users_are_left_with_what_needs_no_acting);
    RUN(what_was_not_asked_is_not_known);
    RUN(a_host_that_is_down);
    RUN(endpoints_are_what_the_host_can_have);
    RUN(commands_reach_what_is_granted);
    RUN(a_ticket_that_is_not_forwardable);
    RUN(a_host_that_the_domain_has_not);
    return test_done();
}
