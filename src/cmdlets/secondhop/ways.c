/* SPDX-License-Identifier: MIT */
#include "cmdlets/secondhop/ways.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"

static const struct {
    const char *name, *title;
} names[SECONDHOP_WAYS] = {
    [SECONDHOP_CREDSSP] = {"CredSSP", "CredSSP"},
    [SECONDHOP_RBCD] = {"RBCD",
                        "Resource-based Kerberos constrained delegation"},
    [SECONDHOP_KCD] = {"KCD", "Kerberos constrained delegation"},
    [SECONDHOP_UNCONSTRAINED] = {"Unconstrained",
                                 "Kerberos delegation (unconstrained)"},
    [SECONDHOP_JEA] = {"JEA", "Just Enough Administration"},
    [SECONDHOP_RUNAS] = {"RunAs", "Session configuration with RunAs"},
    [SECONDHOP_PASSED] = {"Credential",
                          "Credential passed inside the script block"},
};

const char *
secondhop_title(enum secondhop_kind kind)
{
    return names[kind].title;
}

const char *
secondhop_name(enum secondhop_kind kind)
{
    return names[kind].name;
}

/* ---- words */

static void because(struct secondhop_way *w, enum secondhop_answer answer,
                    const char *fmt, ...) HOP_PRINTF(3, 4);

/* A way is as open as the most closed of its reasons; reasons for it are told
 * only where none is against it. */
static void
because(struct secondhop_way *w, enum secondhop_answer answer, const char *fmt,
        ...)
{
    static const int rank[] = {
        [SECONDHOP_NO] = 0, [SECONDHOP_UNKNOWN] = 1, [SECONDHOP_YES] = 2};
    va_list ap;

    if (w->why.len > 0 && rank[answer] > rank[w->available])
        return;
    if (w->why.len > 0 && rank[answer] < rank[w->available])
        hop_buf_clear(&w->why);
    if (w->why.len > 0)
        hop_buf_adds(&w->why, "; ");
    w->available = answer;
    va_start(ap, fmt);
    hop_buf_vaddf(&w->why, fmt, ap);
    va_end(ap);
}

static void run(struct secondhop_way *w, const char *fmt, ...) HOP_PRINTF(2, 3);

static void
run(struct secondhop_way *w, const char *fmt, ...)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    va_list ap;

    if (w->command_count >= SECONDHOP_COMMANDS)
        return;
    va_start(ap, fmt);
    hop_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    w->commands[w->command_count++] = hop_xstrdup(hop_buf_str(&text));
}

static const char *
who(const struct secondhop_facts *f)
{
    return f->user ? f->user : f->credential ? f->credential : "the user";
}

/* Who gave -Credential goes to b with it. */
static const char *
with_credential(const struct secondhop_facts *f)
{
    return f->credential ? " -Credential $cred" : "";
}

/* A command for b that reaches c, of those that the service is for; NULL: of
 * any kind. */
static void
add_example(struct hop_buf *out, const struct secondhop_facts *f,
            const char *service)
{
    static const char *const remoting[] = {"HOST/", "HTTP/", "WSMAN/"};
    bool shell = service == NULL;

    for (size_t k = 0; service && k < HOP_ARRAY_SIZE(remoting); k++)
        shell |= strncasecmp(service, remoting[k], strlen(remoting[k])) == 0;
    if (shell)
        hop_buf_addf(out,
                     "Invoke-Command -ComputerName %s -ScriptBlock { "
                     "whoami }",
                     f->to);
    else if (strncasecmp(service, "cifs/", 5) == 0)
        hop_buf_addf(out, "Get-ChildItem \\\\%s\\C$", service + 5);
    else
        hop_buf_addf(out, "klist get %s", service);
}

static void
run_plain(struct secondhop_way *w, const struct secondhop_facts *f,
          const char *service)
{
    HOP_AUTO_BUF struct hop_buf example = HOP_BUF_INIT;

    add_example(&example, f, service);
    run(w, "Invoke-Command -ComputerName %s%s -ScriptBlock { %s }", f->via,
        with_credential(f), hop_buf_str(&example));
}

/* Whatever is granted, nothing goes by a host that is not there. */
static void
judge_host(struct secondhop_way *w, const struct secondhop_facts *f)
{
    if (f->unreached)
        because(w, SECONDHOP_NO, "%s cannot be reached: %s", f->via,
                f->unreached);
}

/* What shuts every way on which b or the domain acts for the user. */
static bool
is_untouchable(struct secondhop_way *w, const struct secondhop_facts *f)
{
    if (f->sensitive)
        because(w, SECONDHOP_NO,
                "nobody may act for %s: the account is marked sensitive "
                "(AccountNotDelegated)",
                who(f));
    if (f->protected_user)
        because(w, SECONDHOP_NO,
                "nobody may act for %s: the account is in Protected Users",
                who(f));
    w->blocked = f->sensitive || f->protected_user;
    return w->blocked;
}

/* False: what the directory says of the user, b and c is not known. */
static bool
knows_accounts(struct secondhop_way *w, const struct secondhop_facts *f)
{
    if (f->no_directory) {
        because(w, SECONDHOP_UNKNOWN, "the directory was not asked: %s",
                f->no_directory);
        return false;
    }
    if (!f->has_via)
        because(w, SECONDHOP_NO, "the domain has no computer %s", f->via);
    if (!f->has_to)
        because(w, SECONDHOP_NO, "the domain has no computer %s", f->to);
    w->blocked = w->blocked || !f->has_via || !f->has_to;
    return f->has_via && f->has_to;
}

/* With a ticket that may not be forwarded, neither may what b gets by it. */
static void
judge_ticket(struct secondhop_way *w, const struct secondhop_facts *f)
{
    if (f->forwardable != SECONDHOP_NO)
        return;
    because(w, SECONDHOP_NO, "the ticket of %s here is not forwardable",
            who(f));
    run(w, "kinit -f");
}

/* ---- the ways */

static void
judge_credssp(const struct secondhop_facts *f, struct secondhop_way *w)
{
    if (is_untouchable(w, f))
        return;
    if (f->fresh != SECONDHOP_YES) {
        because(w, SECONDHOP_NO, "this host lets no password go to %s: %s",
                f->via, f->fresh_why ? f->fresh_why : "no policy allows it");
        run(w, "Enable-WSManCredSSP -Role Client -DelegateComputer %s -Force",
            f->via);
    }
    if (f->offers_credssp == SECONDHOP_NO) {
        because(w, SECONDHOP_NO, "%s does not take CredSSP", f->via);
        run(w,
            "Invoke-Command -ComputerName %s%s -ScriptBlock { "
            "Enable-WSManCredSSP -Role Server -Force }",
            f->via, with_credential(f));
    }
    if (f->offers_credssp == SECONDHOP_UNKNOWN && !f->unreached)
        because(w, SECONDHOP_UNKNOWN, "%s was not asked", f->via);
    judge_host(w, f);
    because(w, SECONDHOP_YES,
            "this host's policy names %s, which takes CredSSP; it gets the "
            "password, so it must be trusted as the user is",
            f->via);
    run(w,
        "Invoke-Command -ComputerName %s -Authentication CredSSP -Credential "
        "%s -ScriptBlock { Invoke-Command -ComputerName %s -ScriptBlock { "
        "whoami } }",
        f->via,
        f->credential ? "$cred"
        : f->user     ? f->user
                      : "(Get-Credential)",
        f->to);
}

static void
judge_rbcd(const struct secondhop_facts *f, struct secondhop_way *w)
{
    if (is_untouchable(w, f) || !knows_accounts(w, f))
        return;
    if (!f->trusts_via) {
        if (f->trusts > 0)
            because(w, SECONDHOP_NO,
                    "the account %s trusts %zu other%s to act for users, not "
                    "%s (PrincipalsAllowedToDelegateToAccount)",
                    f->to_account, f->trusts, f->trusts == 1 ? "" : "s",
                    f->via_account);
        else
            because(w, SECONDHOP_NO,
                    "the account %s trusts nobody to act for users "
                    "(PrincipalsAllowedToDelegateToAccount is empty)",
                    f->to_account);
        if (f->trusts > 0)
            run(w,
                "Set-ADComputer %s -PrincipalsAllowedToDelegateToAccount "
                "(@((Get-ADComputer %s -Properties "
                "PrincipalsAllowedToDelegateToAccount)."
                "PrincipalsAllowedToDelegateToAccount) + (Get-ADComputer %s))",
                f->to_account, f->to_account, f->via_account);
        else
            run(w,
                "Set-ADComputer %s -PrincipalsAllowedToDelegateToAccount "
                "(Get-ADComputer %s)",
                f->to_account, f->via_account);
    }
    judge_ticket(w, f);
    judge_host(w, f);
    because(w, SECONDHOP_YES,
            "the account %s trusts %s to act for users, with every service it "
            "has",
            f->to_account, f->via_account);
    run_plain(w, f, NULL);
}

static void
add_services(struct hop_buf *out, const struct secondhop_facts *f)
{
    for (size_t k = 0; k < f->service_count; k++)
        hop_buf_addf(out, "%s%s", k ? ", " : "", f->services[k]);
}

/* One for remoting, where it is listed: that is what the examples show. */
static const char *
best_service(const struct secondhop_facts *f)
{
    for (size_t k = 0; k < f->service_count; k++)
        if (strncasecmp(f->services[k], "HOST/", 5) == 0)
            return f->services[k];
    return f->services[0];
}

static void
judge_kcd(const struct secondhop_facts *f, struct secondhop_way *w)
{
    HOP_AUTO_BUF struct hop_buf list = HOP_BUF_INIT;

    if (is_untouchable(w, f) || !knows_accounts(w, f))
        return;
    if (f->service_count == 0) {
        because(w, SECONDHOP_NO,
                "the list of services of the account %s "
                "(msDS-AllowedToDelegateTo) %s%s",
                f->via_account, f->listed ? "names none of " : "is empty",
                f->listed ? f->to : "");
        run(w,
            "Set-ADComputer %s -Add @{ 'msDS-AllowedToDelegateTo' = "
            "'HOST/%s', 'HTTP/%s', 'cifs/%s' }",
            f->via_account, f->to, f->to, f->to);
    }
    judge_ticket(w, f);
    judge_host(w, f);
    add_services(&list, f);
    because(w, SECONDHOP_YES, "%s may act for users towards %s%s",
            f->via_account, hop_buf_str(&list),
            f->any_protocol ? ", by whatever protocol they came"
                            : ", where they came by Kerberos");
    run_plain(w, f, f->service_count ? best_service(f) : NULL);
}

static void
judge_unconstrained(const struct secondhop_facts *f, struct secondhop_way *w)
{
    if (is_untouchable(w, f) || !knows_accounts(w, f))
        return;
    if (!f->trusted_for_delegation) {
        because(w, SECONDHOP_NO,
                "the domain does not trust %s with users' tickets "
                "(TrustedForDelegation, the flag ok_as_delegate)",
                f->via_account);
        run(w, "Set-ADComputer %s -TrustedForDelegation $true", f->via_account);
    }
    judge_ticket(w, f);
    judge_host(w, f);
    because(w, SECONDHOP_YES,
            "the domain trusts %s with users' tickets; it can use them "
            "anywhere, so one of the ways above is better",
            f->via_account);
    run_plain(w, f, NULL);
}

/* What is known of endpoints that work as an account of their own: one that b
 * names for them; where b runs no Windows, that there can be none. */
static bool
has_own_identity(struct secondhop_way *w, const struct secondhop_facts *f,
                 const char *endpoint)
{
    if (endpoint != NULL)
        return true;
    if (f->windows == SECONDHOP_NO) {
        because(w, SECONDHOP_NO,
                "%s runs no Windows, and endpoints of Hop work as the user "
                "alone",
                f->via);
        w->blocked = true;
    } else if (f->windows == SECONDHOP_YES) {
        because(w, SECONDHOP_NO,
                "no such endpoint of %s is known here: it tells its "
                "administrators alone which it has (Get-PSSessionConfiguration "
                "there)",
                f->via);
    } else {
        because(w, SECONDHOP_NO, "which endpoints %s has is not known", f->via);
    }
    return false;
}

static void
use_endpoint(struct secondhop_way *w, const struct secondhop_facts *f,
             const char *endpoint)
{
    run(w,
        "Invoke-Command -ComputerName %s -ConfigurationName %s -ScriptBlock { "
        "Get-ChildItem \\\\%s\\C$ }",
        f->via, endpoint ? endpoint : "second", f->to);
}

/* "alice@CORP.TEST" is CORP.TEST\alice to a role; without a name everybody of
 * the domain. */
static void
add_role(struct hop_buf *out, const char *user)
{
    const char *at = user ? strchr(user, '@') : NULL;

    if (user == NULL)
        hop_buf_adds(out, "Domain Users");
    else if (at != NULL)
        hop_buf_addf(out, "%s\\%.*s", at + 1, (int)(at - user), user);
    else
        hop_buf_adds(out, user);
}

static void
judge_jea(const struct secondhop_facts *f, struct secondhop_way *w)
{
    HOP_AUTO_BUF struct hop_buf role = HOP_BUF_INIT;

    judge_host(w, f);
    if (has_own_identity(w, f, f->jea)) {
        because(w, SECONDHOP_YES,
                "the endpoint %s of %s works as an account of its own", f->jea,
                f->via);
    } else if (!w->blocked) {
        add_role(&role, f->credential ? f->credential : f->user);
        run(w,
            "Enter-PSSession -ComputerName %s # as an administrator of it, for "
            "the next two",
            f->via);
        run(w,
            "New-PSSessionConfigurationFile -Path ./second.pssc -SessionType "
            "RestrictedRemoteServer -RunAsVirtualAccount -RoleDefinitions @{ "
            "'%s' = @{ VisibleCmdlets = 'Get-ChildItem' } }",
            hop_buf_str(&role));
        run(w, "Register-PSSessionConfiguration -Name second -Path "
               "./second.pssc -Force");
    }
    if (!w->blocked)
        use_endpoint(w, f, f->jea);
}

static void
judge_runas(const struct secondhop_facts *f, struct secondhop_way *w)
{
    judge_host(w, f);
    if (has_own_identity(w, f, f->runas))
        because(w, SECONDHOP_YES,
                "the endpoint %s of %s works as the account it was given",
                f->runas, f->via);
    else if (!w->blocked)
        run(w,
            "Invoke-Command -ComputerName %s -ArgumentList (Get-Credential) "
            "-ScriptBlock { Register-PSSessionConfiguration -Name second "
            "-RunAsCredential $args[0] -Force }",
            f->via);
    if (!w->blocked)
        use_endpoint(w, f, f->runas);
}

static void
judge_passed(const struct secondhop_facts *f, struct secondhop_way *w)
{
    judge_host(w, f);
    if (f->credential) {
        because(w, SECONDHOP_YES,
                "the credential of %s can go along, for the commands that take "
                "one",
                f->credential);
    } else {
        because(w, SECONDHOP_NO,
                "no credential is at hand (-Credential was not given)");
        run(w, "$cred = Get-Credential%s%s", f->user ? " " : "",
            f->user ? f->user : "");
    }
    run(w,
        "Invoke-Command -ComputerName %s%s -ScriptBlock { Invoke-Command "
        "-ComputerName %s -Credential $using:cred -ScriptBlock { whoami } }",
        f->via, with_credential(f), f->to);
}

void
secondhop_judge(const struct secondhop_facts *f,
                struct secondhop_way out[SECONDHOP_WAYS])
{
    static void (*const judges[])(const struct secondhop_facts *f,
                                  struct secondhop_way *w) = {
        [SECONDHOP_CREDSSP] = judge_credssp,
        [SECONDHOP_RBCD] = judge_rbcd,
        [SECONDHOP_KCD] = judge_kcd,
        [SECONDHOP_UNCONSTRAINED] = judge_unconstrained,
        [SECONDHOP_JEA] = judge_jea,
        [SECONDHOP_RUNAS] = judge_runas,
        [SECONDHOP_PASSED] = judge_passed,
    };

    for (int k = 0; k < SECONDHOP_WAYS; k++) {
        out[k] = (struct secondhop_way){.kind = (enum secondhop_kind)k,
                                        .available = SECONDHOP_YES};
        judges[k](f, &out[k]);
    }
}

void
secondhop_done(struct secondhop_way ways[SECONDHOP_WAYS])
{
    for (int k = 0; k < SECONDHOP_WAYS; k++) {
        hop_buf_done(&ways[k].why);
        for (size_t i = 0; i < ways[k].command_count; i++)
            free(ways[k].commands[i]);
    }
}

const struct secondhop_way *
secondhop_recommend(const struct secondhop_way ways[SECONDHOP_WAYS])
{
    for (int k = 0; k < SECONDHOP_WAYS; k++)
        if (ways[k].available == SECONDHOP_YES)
            return &ways[k];
    for (int k = 0; k < SECONDHOP_WAYS; k++)
        if (!ways[k].blocked && ways[k].available == SECONDHOP_NO)
            return &ways[k];
    return &ways[SECONDHOP_PASSED];
}
