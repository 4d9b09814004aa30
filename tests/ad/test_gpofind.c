/* How the Group Policy objects of a computer are found: its containers, its
 * site, its groups and its objects' filters, in a directory of this test's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ad/gpo.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "test.h"

#define DOMAIN   "DC=corp,DC=test"
#define POLICIES "CN=Policies,CN=System," DOMAIN
#define SITE     "CN=Main,CN=Sites,CN=Configuration," DOMAIN
#define GUID(c)  "{0000000" c "-0000-0000-0000-000000000000}"
#define GPO(c)   "CN=" GUID(c) "," POLICIES
#define LINK(c)  "[LDAP://cn=" GUID(c) ",cn=policies,cn=system," DOMAIN ";0]"
#define SOM(c)   "CN=" GUID(c) ",CN=SOM,CN=WMIPolicy,CN=System," DOMAIN
#define PATH     "\\\\corp.test\\sysvol\\x"
#define NT       "S-1-5-21-1-2-3-"

/* An entry as lines of "attribute: value"; SIDs and descriptors are written as
 * texts here. */
struct row {
    const char *dn, *lines;
};

static const struct row rows[] = {
    {"CN=B,OU=Servers," DOMAIN, "sAMAccountName: B$\nobjectSid: " NT
                                "1000\nprimaryGroupID: 515\ntokenGroups: " NT
                                "515\ntokenGroups: S-1-5-32-545\n"},
    {"CN=Computers," DOMAIN,
     "sAMAccountName: Domain Computers\nobjectSid: " NT "515\n"},
    {"OU=Servers," DOMAIN, "gPLink: " LINK("1") LINK("2") LINK("9") "\n"},
    {DOMAIN, "gPLink: " LINK("3") LINK("4") LINK("5") "\n"},
    {SITE, "gPLink: " LINK("6") "\n"},
    {"CN=DC1,CN=Servers," SITE, "dNSHostName: dc1.corp.test\n"},
    {GPO("1"),
     "displayName: With a filter\ngPCFileSysPath: " PATH
     "\nversionNumber: 65539\ngPCWQLFilter: [corp.test;" GUID("a") ";0]\n"},
    {GPO("2"), "displayName: With a filter that is gone\ngPCFileSysPath: " PATH
               "\ngPCWQLFilter: [corp.test;" GUID("b") ";0]\n"},
    {GPO("3"), "displayName: Denied\ngPCFileSysPath: " PATH
               "\nnTSecurityDescriptor: deny\n"},
    {GPO("4"), "displayName: Half\nflags: 2\ngPCFileSysPath: " PATH "\n"},
    {GPO("5"), "displayName: Blank\ngPCFileSysPath: " PATH
               "\ngPCWQLFilter:  \nnTSecurityDescriptor: allow\n"},
    {GPO("6"), "displayName: Malformed\ngPCFileSysPath: " PATH
               "\ngPCWQLFilter: something\n"},
    {SOM("a"), "msWMI-Name: Servers only\nmsWMI-Parm2: "
               "1;3;10;7;WQL;root\\CIMv2;SELECT ;\n"},
};

/* ---- the directory */

const char *
hop_directory_server(const struct hop_directory *d)
{
    return "dc1.corp.test";
}

const char *
hop_directory_domain_dn(const struct hop_directory *d)
{
    return DOMAIN;
}

const char *
hop_directory_configuration_dn(const struct hop_directory *d)
{
    return "CN=Configuration," DOMAIN;
}

/* A descriptor with one entry about Apply-Group-Policy, for all computers of
 * the domain. */
static void
make_descriptor(bool allow, struct hop_buf *out)
{
    struct hop_ace ace = {.type = allow ? HOP_ACE_ALLOWED_OBJECT
                                        : HOP_ACE_DENIED_OBJECT,
                          .mask = 0x100,
                          .has_object = true};
    struct hop_sd sd = {.dacl = {.present = true, .aces = &ace, .count = 1}};

    CHECK(hop_sid_parse(NT "515", &ace.sid));
    CHECK(hop_guid_parse("edacfd8f-ffb3-11d1-b41d-00a0c968f939", 36,
                         &ace.object));
    hop_sd_encode(out, &sd);
}

static void
make_value(const char *name, const char *text, size_t n, struct hop_buf *out)
{
    HOP_AUTO_FREE char *copy = hop_xstrndup(text, n);
    struct hop_sid sid;

    if (strcmp(name, "nTSecurityDescriptor") == 0)
        make_descriptor(strcmp(copy, "allow") == 0, out);
    else if (hop_sid_parse(copy, &sid))
        hop_sid_encode(out, &sid);
    else
        hop_buf_adds(out, copy);
}

/* Those of the attributes that are wanted, each value by itself. */
static bool
give(const struct row *row, const char *const *wanted,
     hop_directory_entry_fn *each, void *ctx)
{
    struct hop_buf texts[8] = {HOP_BUF_INIT};
    struct hop_directory_value values[8];
    struct hop_directory_attribute attributes[8];
    struct hop_directory_entry e = {.dn = row->dn, .attributes = attributes};
    char names[8][40];
    bool more;

    for (const char *line = row->lines; *line != '\0' && e.count < 8;
         line += strcspn(line, "\n") + 1) {
        size_t n = strcspn(line, ":"), k = e.count;
        bool asked = false;

        snprintf(names[k], sizeof(names[k]), "%.*s", (int)n, line);
        for (const char *const *w = wanted; *w != NULL; w++)
            asked |= hop_ascii_ieq(*w, names[k]);
        if (!asked)
            continue;
        texts[k] = (struct hop_buf)HOP_BUF_INIT;
        make_value(names[k], line + n + 2, strcspn(line, "\n") - n - 2,
                   &texts[k]);
        values[k] =
            (struct hop_directory_value){hop_buf_str(&texts[k]), texts[k].len};
        attributes[k] =
            (struct hop_directory_attribute){names[k], &values[k], 1};
        e.count++;
    }
    more = each(ctx, &e);
    for (size_t k = 0; k < e.count; k++)
        hop_buf_done(&texts[k]);
    return more;
}

static bool
ends_with(const char *dn, const char *base)
{
    size_t n = strlen(dn), k = strlen(base);

    return n >= k && hop_ascii_ieq(dn + n - k, base);
}

/* Of the filters that are asked with, the last part decides. */
static bool
matches(const struct row *row, const char *filter)
{
    HOP_AUTO_FREE char *want = NULL;
    const char *at = filter != NULL ? strrchr(filter, '(') + 1 : NULL;
    size_t n = at != NULL ? strcspn(at, "=") : 0;

    if (at == NULL)
        return true;
    want = hop_xasprintf("%.*s: %.*s\n", (int)n, at,
                         (int)strcspn(at + n + 1, ")"), at + n + 1);
    return strstr(row->lines, want) != NULL;
}

bool
hop_directory_search(struct hop_directory *d,
                     const struct hop_directory_search *search,
                     hop_directory_entry_fn *each, void *ctx,
                     struct hop_error *err)
{
    const char *base = search->base != NULL ? search->base : DOMAIN;
    bool found = false;

    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        bool in = search->scope == HOP_DIRECTORY_BASE
                      ? hop_ascii_ieq(rows[k].dn, base)
                      : ends_with(rows[k].dn, base);

        if (!in || !matches(&rows[k], search->filter))
            continue;
        found = true;
        if (!give(&rows[k], search->attributes, each, ctx))
            return true;
    }
    return found || search->scope != HOP_DIRECTORY_BASE ||
           hop_error_set(err, HOP_ERROR_LDAP, 32, "there is no %s", base);
}

/* ---- */

TEST(all_are_found_and_judged)
{
    HOP_AUTO_GPO_LIST struct hop_gpo_list l = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    REQUIRE(hop_gpo_find(NULL, "B$", &l, &err));
    CHECK_STR(l.computer, "CN=B,OU=Servers," DOMAIN);
    CHECK_STR(l.site, "Main");
    for (size_t k = 0; k < l.count; k++)
        hop_buf_addf(&out, "%s: %s\n", l.items[k].name,
                     hop_gpo_state_text(l.items[k].state));
    CHECK_STR(hop_buf_str(&out),
              "Malformed: applied\n"
              "Denied: security filtering leaves this computer out\n"
              "Half: its computer settings are disabled\n"
              "Blank: applied\n"
              "With a filter: applied\n"
              "With a filter that is gone: applied\n" GUID(
                  "9") ": this computer cannot read it\n");
}

TEST(filters_come_with_them)
{
    HOP_AUTO_GPO_LIST struct hop_gpo_list l = {0};
    struct hop_error err = {0};

    REQUIRE(hop_gpo_find(NULL, "B$", &l, &err) && l.count == 7);
    REQUIRE(l.items[0].filter != NULL && l.items[4].filter != NULL &&
            l.items[5].filter != NULL);
    CHECK(strstr(l.items[0].filter->why, "gPCWQLFilter) is malformed") != NULL);
    CHECK(!l.items[0].filter->missing);
    CHECK(l.items[3].filter == NULL); /* a blank one is none */
    CHECK_STR(l.items[4].filter->name, "Servers only");
    CHECK_STR(l.items[4].filter->queries[0].text, "SELECT ");
    CHECK(l.items[4].filter->why == NULL);
    CHECK_INT(l.items[4].version, 3);
    CHECK(l.items[5].filter->missing);
    CHECK_STR(l.items[5].filter->name, GUID("b"));
    CHECK(strstr(l.items[5].filter->why, "so it counts as true") != NULL);
}

TEST(groups_have_names)
{
    HOP_AUTO_GPO_LIST struct hop_gpo_list l = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    REQUIRE(hop_gpo_find(NULL, "B$", &l, &err));
    for (size_t k = 0; k < l.group_count; k++)
        hop_buf_addf(&out, "%s/", l.groups[k]);
    CHECK_STR(hop_buf_str(&out), "Domain Computers/BUILTIN\\Users/Everyone/"
                                 "NT AUTHORITY\\Authenticated Users/");
}

TEST(an_unknown_computer_is_told)
{
    HOP_AUTO_GPO_LIST struct hop_gpo_list l = {0};
    struct hop_error err = {0};

    CHECK(!hop_gpo_find(NULL, "X$", &l, &err));
    CHECK_STR(err.text, "the domain of dc1.corp.test knows no computer with "
                        "the account X$");
}

int
main(void)
{
    RUN(all_are_found_and_judged);
    RUN(filters_come_with_them);
    RUN(groups_have_names);
    RUN(an_unknown_computer_is_told);
    return test_done();
}
