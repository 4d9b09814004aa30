/* SecurityIdentifier, and ActiveDirectorySecurity with its access rules.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "ad/filter.h"
#include "base/alloc.h"
#include "cmdlets/activedirectory/activedirectory.h"
#include "cmdlets/record.h"

/* ---- SecurityIdentifier ---- */

enum { SID_BINARY_LENGTH, SID_ACCOUNT_DOMAIN, SID_VALUE };

static const struct hop_property sid_properties[] = {
    HOP_RECORD_PROPERTY(SID_BINARY_LENGTH, "BinaryLength", "int"),
    HOP_RECORD_PROPERTY(SID_ACCOUNT_DOMAIN, "AccountDomainSid", "object"),
    HOP_RECORD_PROPERTY(SID_VALUE, "Value", "string"),
    {0}};

static bool
sid_to_string(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    const struct hop_record *r = (struct hop_record *)v.u.o;

    (void)cx;
    *out = hop_string_retain(r->slot[SID_VALUE].u.s);
    return true;
}

static bool
sid_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    const struct hop_record *x = (struct hop_record *)a.u.o;
    const struct hop_record *y = (struct hop_record *)b.u.o;

    (void)cx;
    return b.kind == HOP_OBJECT && a.u.o->cls == b.u.o->cls &&
           hop_string_eq(x->slot[SID_VALUE].u.s, y->slot[SID_VALUE].u.s);
}

static const struct hop_class class_sid = HOP_RECORD_CLASS(
    "System.Security.Principal.SecurityIdentifier", sid_properties,
    .to_string = sid_to_string, .equals = sid_equals);

struct hop_value
ad_sid_value(struct hop_context *cx, const struct hop_sid *sid)
{
    struct hop_record *r = hop_record_new(cx, &class_sid);
    char text[HOP_SID_TEXT];

    hop_sid_format(sid, text);
    hop_record_set(r, SID_VALUE, hop_text(text));
    hop_record_set(r, SID_BINARY_LENGTH, hop_int(8 + 4 * sid->count));
    if (sid->count == 5 && sid->sub[0] == 21) {
        struct hop_sid domain = *sid;
        domain.count = 4;
        hop_record_set(r, SID_ACCOUNT_DOMAIN, ad_sid_value(cx, &domain));
    }
    return hop_obj(r);
}

/* ---- whose SID it is ---- */

struct name_search {
    bool dn, found;
    struct hop_buf *out;
    struct hop_directory *d;
};

/* The domain's NetBIOS name is that of its first label in nearly every domain;
 * the directory knows: MS-ADTS 6.1.1.2.1.1. */
static bool
take_netbios(void *ctx, const struct hop_directory_entry *e)
{
    const char *name = ad_attribute_text(e, "nETBIOSName");

    if (name)
        hop_buf_addf(ctx, "%s\\", name);
    return false;
}

static void
add_domain(struct hop_directory *d, struct hop_buf *out)
{
    static const char *const names[] = {"nETBIOSName", NULL};
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT, base = HOP_BUF_INIT;
    const char *dn = hop_directory_domain_dn(d);
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_ONE,
                                     .attributes = names};

    hop_buf_adds(&filter, "(&(objectClass=crossRef)(nCName=");
    hop_ad_filter_value(&filter, dn, strlen(dn));
    hop_buf_adds(&filter, "))");
    hop_buf_addf(&base, "CN=Partitions,%s", hop_directory_configuration_dn(d));
    s.filter = hop_buf_str(&filter);
    s.base = hop_buf_str(&base);
    (void)!hop_directory_search(d, &s, take_netbios, out, NULL);
}

static bool
take_name(void *ctx, const struct hop_directory_entry *e)
{
    struct name_search *s = ctx;
    const char *name = ad_attribute_text(e, "sAMAccountName");

    if (s->dn || name == NULL) {
        hop_buf_adds(s->out, e->dn);
    } else {
        add_domain(s->d, s->out);
        hop_buf_adds(s->out, name);
    }
    s->found = true;
    return false;
}

/* ---- of trusted domains */

struct trust {
    char *partner, *flat;
};

static void
forget_trust(struct trust *t)
{
    free(t->partner);
    free(t->flat);
}

static bool
take_trust(void *ctx, const struct hop_directory_entry *e)
{
    struct trust *t = ctx;
    const char *partner = ad_attribute_text(e, "trustPartner");
    const char *flat = ad_attribute_text(e, "flatName");

    if (partner && flat) {
        t->partner = hop_xstrdup(partner);
        t->flat = hop_xstrdup(flat);
    }
    return false;
}

static bool
take_foreign(void *ctx, const struct hop_directory_entry *e)
{
    struct name_search *s = ctx;
    const char *name = ad_attribute_text(e, "sAMAccountName");

    hop_buf_adds(s->out, s->dn || name == NULL ? e->dn : name);
    s->found = true;
    return false;
}

/* other.test is DC=other,DC=test. */
static void
add_domain_dn(struct hop_buf *out, const char *domain)
{
    for (const char *p = domain; *p;) {
        size_t n = strcspn(p, ".");

        hop_buf_addf(out, "%sDC=%.*s", out->len ? "," : "", (int)n, p);
        p += n + (p[n] == '.');
    }
}

/* The account is asked of its own domain, which the trust names by the SID
 * without its last part: MS-ADTS 6.1.6.7. */
static bool
add_foreign(struct hop_directory *d, const struct hop_sid *sid, bool dn,
            struct hop_buf *out)
{
    static const char *const trust_names[] = {"trustPartner", "flatName", NULL};
    static const char *const names[] = {"sAMAccountName", NULL};
    HOP_CLEANUP(forget_trust) struct trust t = {0};
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT, base = HOP_BUF_INIT,
                                name = HOP_BUF_INIT;
    struct name_search s = {.dn = dn, .out = &name};
    struct hop_directory_search what = {.scope = HOP_DIRECTORY_TREE,
                                        .attributes = trust_names};
    struct hop_sid domain = *sid;
    char text[HOP_SID_TEXT];

    if (sid->count != 5 || sid->sub[0] != 21)
        return false;
    domain.count = 4;
    hop_sid_format(&domain, text);
    hop_buf_addf(&filter,
                 "(&(objectClass=trustedDomain)(securityIdentifier=%s))", text);
    what.filter = hop_buf_str(&filter);
    if (!hop_directory_search(d, &what, take_trust, &t, NULL) || !t.partner)
        return false;
    add_domain_dn(&base, t.partner);
    hop_sid_format(sid, text);
    hop_buf_clear(&filter);
    hop_buf_addf(&filter, "(objectSid=%s)", text);
    what.filter = hop_buf_str(&filter);
    what.base = hop_buf_str(&base);
    what.attributes = names;
    if (!hop_directory_search(d, &what, take_foreign, &s, NULL) || !s.found)
        return false;
    hop_buf_addf(out, "%s%s%s", dn ? "" : t.flat, dn ? "" : "\\",
                 hop_buf_str(&name));
    return true;
}

void
ad_name_of_sid(struct hop_directory *d, const struct hop_sid *sid, bool dn,
               struct hop_buf *out)
{
    static const char *const names[] = {"sAMAccountName", NULL};
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;
    struct name_search s = {.dn = dn, .out = out, .d = d};
    struct hop_directory_search what = {.scope = HOP_DIRECTORY_TREE,
                                        .attributes = names};
    const char *known = hop_sid_well_known(sid);
    char text[HOP_SID_TEXT];

    hop_sid_format(sid, text);
    if (known && !dn) {
        hop_buf_adds(out, known);
        return;
    }
    hop_buf_addf(&filter, "(objectSid=%s)", text);
    what.filter = hop_buf_str(&filter);
    if (!hop_directory_search(d, &what, take_name, &s, NULL))
        s.found = false;
    if (!s.found && !add_foreign(d, sid, dn, out))
        hop_buf_adds(out, text);
}

/* ---- rules ---- */

enum {
    RULE_RIGHTS,
    RULE_INHERITANCE,
    RULE_OBJECT,
    RULE_INHERITED_OBJECT,
    RULE_OBJECT_FLAGS,
    RULE_ACCESS,
    RULE_IDENTITY,
    RULE_IS_INHERITED,
    RULE_INHERITANCE_FLAGS,
    RULE_PROPAGATION_FLAGS,
};

static const struct hop_property rule_properties[] = {
    HOP_RECORD_PROPERTY(RULE_RIGHTS, "ActiveDirectoryRights", "string"),
    HOP_RECORD_PROPERTY(RULE_INHERITANCE, "InheritanceType", "string"),
    HOP_RECORD_PROPERTY(RULE_OBJECT, "ObjectType", "string"),
    HOP_RECORD_PROPERTY(RULE_INHERITED_OBJECT, "InheritedObjectType", "string"),
    HOP_RECORD_PROPERTY(RULE_OBJECT_FLAGS, "ObjectFlags", "string"),
    HOP_RECORD_PROPERTY(RULE_ACCESS, "AccessControlType", "string"),
    HOP_RECORD_PROPERTY(RULE_IDENTITY, "IdentityReference", "string"),
    HOP_RECORD_PROPERTY(RULE_IS_INHERITED, "IsInherited", "bool"),
    HOP_RECORD_PROPERTY(RULE_INHERITANCE_FLAGS, "InheritanceFlags", "string"),
    HOP_RECORD_PROPERTY(RULE_PROPAGATION_FLAGS, "PropagationFlags", "string"),
    {0}};

static const struct hop_class class_rule = HOP_RECORD_CLASS(
    "System.DirectoryServices.ActiveDirectoryAccessRule", rule_properties);

/* System.DirectoryServices.ActiveDirectoryRights. */
static const struct {
    uint32_t mask;
    const char *name;
} rights[] = {
    {0x000F01FF, "GenericAll"},           {0x00020094, "GenericRead"},
    {0x00020028, "GenericWrite"},         {0x00020004, "GenericExecute"},
    {0x00000001, "CreateChild"},          {0x00000002, "DeleteChild"},
    {0x00000004, "ListChildren"},         {0x00000008, "Self"},
    {0x00000010, "ReadProperty"},         {0x00000020, "WriteProperty"},
    {0x00000040, "DeleteTree"},           {0x00000080, "ListObject"},
    {0x00000100, "ExtendedRight"},        {0x00010000, "Delete"},
    {0x00020000, "ReadControl"},          {0x00040000, "WriteDacl"},
    {0x00080000, "WriteOwner"},           {0x00100000, "Synchronize"},
    {0x01000000, "AccessSystemSecurity"},
};

static struct hop_value
rights_text(uint32_t mask)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rights) && mask; i++)
        if ((mask & rights[i].mask) == rights[i].mask) {
            hop_buf_addf(&out, "%s%s", out.len ? ", " : "", rights[i].name);
            mask &= ~rights[i].mask;
        }
    if (mask)
        hop_buf_addf(&out, "%s%u", out.len ? ", " : "", mask);
    return hop_text(hop_buf_str(&out));
}

static struct hop_value
guid_text(bool has, const struct hop_guid *guid)
{
    static const struct hop_guid none;
    char text[HOP_GUID_TEXT];

    hop_guid_format(has ? guid : &none, false, text);
    return hop_text(text);
}

/* MS-DTYP 2.4.4.1: AceFlags. */
static const char *
inheritance(uint8_t flags)
{
    bool container = flags & 2, no_further = flags & 4, only = flags & 8;

    if (!container)
        return "None";
    if (no_further)
        return only ? "Children" : "SelfAndChildren";
    return only ? "Descendents" : "All";
}

static struct hop_value
rule_value(struct hop_context *cx, struct hop_directory *d,
           const struct hop_ace *ace)
{
    struct hop_record *r = hop_record_new(cx, &class_rule);
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    bool denied =
        ace->type == HOP_ACE_DENIED || ace->type == HOP_ACE_DENIED_OBJECT;

    ad_name_of_sid(d, &ace->sid, false, &name);
    hop_record_set(r, RULE_RIGHTS, rights_text(ace->mask));
    hop_record_set(r, RULE_INHERITANCE, hop_text(inheritance(ace->flags)));
    hop_record_set(r, RULE_OBJECT, guid_text(ace->has_object, &ace->object));
    hop_record_set(r, RULE_INHERITED_OBJECT,
                   guid_text(ace->has_inherited, &ace->inherited));
    hop_record_set(
        r, RULE_OBJECT_FLAGS,
        hop_text(ace->has_object && ace->has_inherited
                     ? "ObjectAceTypePresent, InheritedObjectAceTypePresent"
                 : ace->has_object    ? "ObjectAceTypePresent"
                 : ace->has_inherited ? "InheritedObjectAceTypePresent"
                                      : "None"));
    hop_record_set(r, RULE_ACCESS, hop_text(denied ? "Deny" : "Allow"));
    hop_record_set(r, RULE_IDENTITY, hop_text_buf(&name));
    hop_record_set(r, RULE_IS_INHERITED, hop_bool(ace->flags & 16));
    hop_record_set(r, RULE_INHERITANCE_FLAGS,
                   hop_text(ace->flags & 2 ? "ContainerInherit" : "None"));
    hop_record_set(r, RULE_PROPAGATION_FLAGS,
                   hop_text((ace->flags & 12) == 12
                                ? "NoPropagateInherit, InheritOnly"
                            : ace->flags & 4 ? "NoPropagateInherit"
                            : ace->flags & 8 ? "InheritOnly"
                                             : "None"));
    return hop_obj(r);
}

/* ---- the descriptor ---- */

enum { SD_PATH, SD_OWNER, SD_GROUP, SD_ACCESS, SD_SDDL, SD_BYTES };

static const struct hop_property security_properties[] = {
    HOP_RECORD_PROPERTY(SD_PATH, "Path", "string"),
    HOP_RECORD_PROPERTY(SD_OWNER, "Owner", "string"),
    HOP_RECORD_PROPERTY(SD_GROUP, "Group", "string"),
    HOP_RECORD_PROPERTY(SD_ACCESS, "Access", "object"),
    HOP_RECORD_PROPERTY(SD_SDDL, "Sddl", "string"),
    {.name = "BinaryForm",
     .type = "byte[]",
     .get = hop_record_get,
     .flags = HOP_PROP_HIDDEN,
     .data = SD_BYTES},
    {0}};

static const struct hop_class class_security = HOP_RECORD_CLASS(
    "System.DirectoryServices.ActiveDirectorySecurity", security_properties);

struct hop_value
ad_security_value(struct hop_context *cx, struct hop_directory *d,
                  const void *p, size_t n)
{
    struct hop_record *r = hop_record_new(cx, &class_security);
    struct hop_array *access = hop_array_new(cx, 0);
    HOP_AUTO_BUF struct hop_buf owner = HOP_BUF_INIT, group = HOP_BUF_INIT,
                                sddl = HOP_BUF_INIT;
    HOP_AUTO_SD struct hop_sd sd = {0};

    hop_record_set(r, SD_BYTES, hop_obj(hop_array_of_bytes(cx, p, n)));
    hop_record_set(r, SD_ACCESS, hop_obj(access));
    if (!hop_sd_decode(p, n, &sd, NULL))
        return hop_obj(r);
    if (sd.has_owner)
        ad_name_of_sid(d, &sd.owner, false, &owner);
    if (sd.has_group)
        ad_name_of_sid(d, &sd.group, false, &group);
    hop_sd_format(&sddl, &sd);
    for (size_t i = 0; i < sd.dacl.count; i++)
        hop_array_push(access, rule_value(cx, d, &sd.dacl.aces[i]));
    hop_record_set(r, SD_PATH, hop_text(""));
    hop_record_set(r, SD_OWNER, hop_text_buf(&owner));
    hop_record_set(r, SD_GROUP, hop_text_buf(&group));
    hop_record_set(r, SD_SDDL, hop_text_buf(&sddl));
    return hop_obj(r);
}

bool
ad_security_bytes(struct hop_value v, struct hop_buf *out)
{
    const struct hop_record *r;

    v = hop_value_base(v);
    if (!hop_is_exactly(v, &class_security))
        return false;
    r = (const struct hop_record *)v.u.o;
    hop_array_add_bytes(hop_as_array(r->slot[SD_BYTES]), out);
    return true;
}
