/* Get-ADDomain, Get-ADDomainController.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "ad/dn.h"
#include "ad/filter.h"
#include "ad/locate.h"
#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/activedirectory/activedirectory.h"
#include "value/member.h"
#include "value/types/values.h"

static struct hop_value
dns_of(const char *dn)
{
    HOP_AUTO_FREE char *name = hop_ad_domain_of_dn(dn);

    return hop_text(name);
}

struct domain {
    struct hop_context *cx;
    struct hop_object *o;
    struct hop_directory *d;
};

static void
put(struct domain *m, const char *name, struct hop_value v)
{
    hop_custom_set_text(m->o, name, v);
}

static void
put_text(struct domain *m, const char *name, const char *text)
{
    put(m, name, text ? hop_text(text) : hop_null());
}

static void
put_below(struct domain *m, const char *name, const char *rdn)
{
    put(m, name,
        hop_str(
            hop_string_format("%s,%s", rdn, hop_directory_domain_dn(m->d))));
}

/* msDS-Behavior-Version, MS-ADTS 6.1.4.3 */
static const char *
mode_name(const char *level)
{
    static const char *const names[] = {
        [0] = "Windows2000Domain",   [1] = "Windows2003InterimDomain",
        [2] = "Windows2003Domain",   [3] = "Windows2008Domain",
        [4] = "Windows2008R2Domain", [5] = "Windows2012Domain",
        [6] = "Windows2012R2Domain", [7] = "Windows2016Domain"};
    long n = level ? strtol(level, NULL, 10) : 0;

    return n >= 0 && n < (long)HOP_ARRAY_SIZE(names) ? names[n]
           : n == 10                                 ? "Windows2025Domain"
                                                     : "UnknownDomain";
}

static bool
take_found(void *ctx, const struct hop_directory_entry *e)
{
    *(bool *)ctx = true;
    return false;
}

/* A domain's object, or its name. */
static const char *
identity_text(struct hop_value v)
{
    v = hop_value_base(v);
    if (hop_is_string(v))
        return hop_cstr(v);
    return ad_object_text(v, "DistinguishedName");
}

static bool
take_domain(void *ctx, const struct hop_directory_entry *e)
{
    struct domain *m = ctx;
    const struct hop_directory_attribute *sid = ad_attribute(e, "objectSid");
    const struct hop_directory_attribute *id = ad_attribute(e, "objectGUID");
    struct hop_sid s;
    struct hop_guid g;

    if (sid &&
        hop_sid_decode(sid->values[0].data, sid->values[0].len, &s, NULL))
        put(m, "DomainSID", ad_sid_value(m->cx, &s));
    put_text(m, "DomainMode",
             mode_name(ad_attribute_text(e, "msDS-Behavior-Version")));
    put_text(m, "ManagedBy", ad_attribute_text(e, "managedBy"));
    put_text(m, "Name", ad_attribute_text(e, "name"));
    put_text(m, "ObjectClass", "domainDNS");
    if (id && id->values[0].len == sizeof(g.bytes)) {
        memcpy(g.bytes, id->values[0].data, sizeof(g.bytes));
        put(m, "ObjectGUID", hop_guid_value(m->cx, &g));
    }
    return false;
}

static bool
take_netbios(void *ctx, const struct hop_directory_entry *e)
{
    put_text(ctx, "NetBIOSName", ad_attribute_text(e, "nETBIOSName"));
    return false;
}

enum { DOMAIN_IDENTITY = AD_COMMON, DOMAIN_CURRENT };

static const struct hop_param domain_params[] = {
    AD_COMMON_PARAMS,
    [DOMAIN_IDENTITY] = {"Identity", "object", HOP_BY_VALUE, HOP_POS(0)},
    [DOMAIN_CURRENT] = {"Current", "string",
                        .set = "LocalComputer LoggedOnUser"},
};

static bool
read_partition(struct hop_command *c, struct domain *m, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf base = HOP_BUF_INIT, filter = HOP_BUF_INIT;
    const char *dn = hop_directory_domain_dn(m->d);
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_ONE};

    (void)c;
    hop_buf_addf(&base, "CN=Partitions,%s",
                 hop_directory_configuration_dn(m->d));
    hop_buf_adds(&filter, "(&(objectClass=crossRef)(nCName=");
    hop_ad_filter_value(&filter, dn, strlen(dn));
    hop_buf_adds(&filter, "))");
    s.base = hop_buf_str(&base);
    s.filter = hop_buf_str(&filter);
    return hop_directory_search(m->d, &s, take_netbios, m, err);
}

/* ---- which domain is meant */

struct named_domain {
    struct hop_directory *d;
    const char *name;
    bool found;
};

static bool
take_cross_ref(void *ctx, const struct hop_directory_entry *e)
{
    struct named_domain *n = ctx;
    const char *dn = ad_attribute_text(e, "nCName");

    /* this DC's own, by whatever name */
    n->found = dn && hop_ascii_ieq(dn, hop_directory_domain_dn(n->d));
    return false;
}

/* Whether the domain that is open goes by that name: DNS, NetBIOS, DN. */
static bool
is_own_name(struct hop_directory *d, const char *name)
{
    HOP_AUTO_BUF struct hop_buf base = HOP_BUF_INIT, filter = HOP_BUF_INIT;
    struct named_domain n = {d, name, false};
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_ONE, .most = 1};
    static const char *const names[] = {"nETBIOSName", "dnsRoot", "nCName"};

    hop_buf_addf(&base, "CN=Partitions,%s", hop_directory_configuration_dn(d));
    hop_buf_adds(&filter, "(&(objectClass=crossRef)(nETBIOSName=*)(|");
    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        hop_buf_addf(&filter, "(%s=", names[i]);
        hop_ad_filter_value(&filter, name, strlen(name));
        hop_buf_addc(&filter, ')');
    }
    hop_buf_adds(&filter, "))");
    s.base = hop_buf_str(&base);
    s.filter = hop_buf_str(&filter);
    return hop_directory_search(d, &s, take_cross_ref, &n, NULL) && n.found;
}

static bool
is_own_sid(struct hop_directory *d, const char *text)
{
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT, filter = HOP_BUF_INIT;
    struct hop_sid sid;
    struct hop_guid guid;
    bool found = false;
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_BASE, .most = 1};

    if (hop_sid_parse(text, &sid))
        hop_sid_encode(&bytes, &sid);
    else if (hop_guid_parse(text, strlen(text), &guid))
        hop_buf_add(&bytes, guid.bytes, sizeof(guid.bytes));
    if (bytes.len == 0)
        return false;
    hop_buf_adds(&filter, "(|(objectSid=");
    hop_ad_filter_bytes(&filter, bytes.data, bytes.len);
    hop_buf_adds(&filter, ")(objectGUID=");
    hop_ad_filter_bytes(&filter, bytes.data, bytes.len);
    hop_buf_adds(&filter, "))");
    s.filter = hop_buf_str(&filter);
    return hop_directory_search(d, &s, take_found, &found, NULL) && found;
}

static struct hop_error_spec
not_found(struct hop_value target)
{
    return (struct hop_error_spec){
        .id = "ActiveDirectoryCmdlet:Microsoft.ActiveDirectory.Management."
              "ADIdentityNotFoundException",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception =
            "Microsoft.ActiveDirectory.Management.ADIdentityNotFoundException",
        .target = target};
}

static bool
throw_no_domain(struct hop_command *c, const char *name)
{
    const struct hop_error_spec spec = not_found(hop_arg(c, DOMAIN_IDENTITY));

    return hop_command_throw(c, &spec,
                             "Cannot find an object with identity: '%s' under: "
                             "'%s'. A domain goes by its DNS name; -Server "
                             "takes that of another one or of its controller.",
                             name, hop_directory_domain_dn(ad_directory(c)));
}

/* A domain that is trusted is asked itself, by its DNS name. */
static bool
open_named(struct hop_command *c, const char *name)
{
    struct ad_session *s = hop_command_state(c);
    struct hop_directory_target t = {.server = name};
    HOP_AUTO_FREE char *dns =
        strchr(name, '=') ? hop_ad_domain_of_dn(name) : hop_xstrdup(name);
    struct hop_locate_row rows[HOP_LOCATE_MOST];
    struct hop_directory *other;

    if (is_own_name(s->d, name) || is_own_sid(s->d, name))
        return true;
    t.server = dns;
    other = hop_locate_dcs(dns, rows, NULL) > 0 &&
                    hop_is_null(hop_arg(c, AD_CREDENTIAL)) &&
                    !hop_arg_bound(c, AD_SERVER)
                ? hop_directory_open(&t, NULL)
                : NULL;
    if (other == NULL)
        return throw_no_domain(c, name);
    hop_directory_close(s->d);
    s->d = other;
    return true;
}

/* ---- who holds what */

static bool
take_owner(void *ctx, const struct hop_directory_entry *e)
{
    const char *dn = ad_attribute_text(e, "fSMORoleOwner");
    const char *host = ad_attribute_text(e, "dNSHostName");
    char **out = ctx;

    if (dn || host)
        *out = hop_xstrdup(dn ? dn : host);
    return false;
}

/* fSMORoleOwner names the NTDS settings below a server: MS-ADTS 3.1.1.1.11. */
static char *
role_owner(struct hop_directory *d, const char *rdn, const char *below)
{
    static const char *const names[] = {"fSMORoleOwner", "dNSHostName", NULL};
    HOP_AUTO_FREE char *settings = NULL;
    HOP_AUTO_FREE char *base = hop_xasprintf("%s%s", rdn, below);
    struct hop_directory_search s = {
        .scope = HOP_DIRECTORY_BASE, .base = base, .attributes = names};
    char *host = NULL;

    if (!hop_directory_search(d, &s, take_owner, &settings, NULL) ||
        !settings || strchr(settings, ',') == NULL)
        return NULL;
    s.base = strchr(settings, ',') + 1;
    return hop_directory_search(d, &s, take_owner, &host, NULL) ? host : NULL;
}

static void
put_owner(struct domain *m, const char *name, const char *rdn)
{
    HOP_AUTO_FREE char *host =
        role_owner(m->d, rdn, hop_directory_domain_dn(m->d));

    put_text(m, name, host);
}

static bool
process_domain(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_object *o = hop_custom_new(cx);
    HOP_AUTO_VALUE struct hop_value out = hop_obj(o);
    struct domain m = {cx, o, NULL};
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_BASE};
    struct hop_error err = {0};

    const char *name = identity_text(hop_arg(c, DOMAIN_IDENTITY));

    if (!ad_open(c) || (name && !open_named(c, name)))
        return false;
    m.d = ad_directory(c);
    hop_type_names_push(cx, o, "Microsoft.ActiveDirectory.Management.ADDomain");
    put_below(&m, "ComputersContainer", "CN=Computers");
    put_below(&m, "DeletedObjectsContainer", "CN=Deleted Objects");
    put_text(&m, "DistinguishedName", hop_directory_domain_dn(m.d));
    put(&m, "DNSRoot", dns_of(hop_directory_domain_dn(m.d)));
    put_below(&m, "DomainControllersContainer", "OU=Domain Controllers");
    put_below(&m, "ForeignSecurityPrincipalsContainer",
              "CN=ForeignSecurityPrincipals");
    put(&m, "Forest", dns_of(hop_directory_root_dn(m.d)));
    put_owner(&m, "InfrastructureMaster", "CN=Infrastructure,");
    put_below(&m, "LostAndFoundContainer", "CN=LostAndFound");
    if (!hop_directory_search(m.d, &s, take_domain, &m, &err) ||
        !read_partition(c, &m, &err))
        return ad_throw(c, &err, hop_null());
    put_owner(&m, "PDCEmulator", "");
    put_below(&m, "QuotasContainer", "CN=NTDS Quotas");
    put_owner(&m, "RIDMaster", "CN=RID Manager$,CN=System,");
    put_below(&m, "SystemsContainer", "CN=System");
    put_below(&m, "UsersContainer", "CN=Users");
    return hop_write(c, out);
}

const struct hop_cmdlet hop_cmdlet_get_ad_domain = {
    .name = "Get-ADDomain",
    HOP_PARAMS(domain_params),
    .output = "Microsoft.ActiveDirectory.Management.ADDomain",
    .class_name = "Microsoft.ActiveDirectory.Management.Commands.GetADDomain",
    .synopsis = "Gets a domain.",
    .state_size = sizeof(struct ad_session),
    .process = process_domain,
    .dispose = ad_dispose,
};

/* ---- domain controllers ---- */

enum { DC_IDENTITY = AD_COMMON, DC_FILTER, DC_DISCOVER, DC_DOMAIN };

#define DC_SETS HOP_SETS({"Identity", HOP_BY_VALUE, HOP_POS(0)})

static const struct hop_param controller_params[] = {
    AD_COMMON_PARAMS,
    [DC_IDENTITY] = {"Identity", "object", .in = DC_SETS},
    [DC_FILTER] = {"Filter", "string",
                   .in = HOP_SETS({"Filter", HOP_MANDATORY, 0})},
    [DC_DISCOVER] = {"Discover", "switch",
                     .in = HOP_SETS({"Discover", HOP_MANDATORY, 0})},
    [DC_DOMAIN] = {"DomainName", "string", HOP_NOT_NULL_OR_EMPTY,
                   .in = HOP_SETS({"Discover", 0, 0})},
};

struct controllers {
    struct hop_command *c;
    const char *only; /* a name, or NULL */
    size_t found;
    bool ok;
};

/* Of one: its server object in a site, MS-ADTS 6.1.1.2.2.1.2.1. */
struct server {
    char *dn, *site, *settings;
    struct hop_guid guid, invocation;
    bool catalog;
};

static void
forget_server(struct server *s)
{
    free(s->dn);
    free(s->site);
    free(s->settings);
}

static bool
is_named(const struct hop_directory_entry *e, const char *name)
{
    const char *host = ad_attribute_text(e, "dNSHostName");
    const char *own = ad_attribute_text(e, "name");

    return (host && hop_ascii_ieq(host, name)) ||
           (own && hop_ascii_ieq(own, name)) || hop_ascii_ieq(e->dn, name);
}

static bool
take_guid(const struct hop_directory_entry *e, const char *name,
          struct hop_guid *out)
{
    const struct hop_directory_attribute *a = ad_attribute(e, name);

    if (a == NULL || a->values[0].len != sizeof(out->bytes))
        return false;
    memcpy(out->bytes, a->values[0].data, sizeof(out->bytes));
    return true;
}

/* CN=DC1,CN=Servers,CN=SITE,CN=Sites,... */
static bool
take_server(void *ctx, const struct hop_directory_entry *e)
{
    struct server *s = ctx;
    const char *site = strstr(e->dn, ",CN=Servers,CN=");

    s->dn = hop_xstrdup(e->dn);
    s->settings = hop_xasprintf("CN=NTDS Settings,%s", e->dn);
    site = site ? site + strlen(",CN=Servers,CN=") : "";
    s->site = hop_xstrndup(site, strcspn(site, ","));
    take_guid(e, "objectGUID", &s->guid);
    return false;
}

/* NTDSDSA_OPT_IS_GC */
static bool
take_settings(void *ctx, const struct hop_directory_entry *e)
{
    struct server *s = ctx;
    const char *options = ad_attribute_text(e, "options");

    s->catalog = options && (strtol(options, NULL, 10) & 1);
    take_guid(e, "invocationId", &s->invocation);
    return false;
}

static bool
find_server(struct hop_directory *d, const char *host, struct server *out)
{
    HOP_AUTO_BUF struct hop_buf base = HOP_BUF_INIT, filter = HOP_BUF_INIT;
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_TREE, .most = 1};

    hop_buf_addf(&base, "CN=Sites,%s", hop_directory_configuration_dn(d));
    hop_buf_adds(&filter, "(&(objectClass=server)(dNSHostName=");
    hop_ad_filter_value(&filter, host, strlen(host));
    hop_buf_adds(&filter, "))");
    s.base = hop_buf_str(&base);
    s.filter = hop_buf_str(&filter);
    if (!hop_directory_search(d, &s, take_server, out, NULL) || !out->dn)
        return false;
    s = (struct hop_directory_search){.scope = HOP_DIRECTORY_BASE,
                                      .base = out->settings};
    return hop_directory_search(d, &s, take_settings, out, NULL);
}

static struct hop_value
roles_of(struct domain *m, const char *host)
{
    static const struct {
        const char *name, *rdn;
        bool configuration;
    } roles[] = {
        {"SchemaMaster", "CN=Schema,", true},
        {"DomainNamingMaster", "CN=Partitions,", true},
        {"PDCEmulator", "", false},
        {"RIDMaster", "CN=RID Manager$,CN=System,", false},
        {"InfrastructureMaster", "CN=Infrastructure,", false},
    };
    struct hop_array *all = hop_array_new(m->cx, 0);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(roles); i++) {
        HOP_AUTO_FREE char *holder = role_owner(
            m->d, roles[i].rdn,
            roles[i].configuration ? hop_directory_configuration_dn(m->d)
                                   : hop_directory_domain_dn(m->d));
        if (holder && hop_ascii_ieq(holder, host))
            hop_array_push(all, hop_text(roles[i].name));
    }
    return hop_obj(all);
}

static void
put_server(struct domain *m, const char *host)
{
    HOP_CLEANUP(forget_server) struct server s = {0};

    put(m, "IPv4Address", ad_address(host, AF_INET));
    put(m, "IPv6Address", ad_address(host, AF_INET6));
    if (!find_server(m->d, host, &s))
        return;
    put(m, "InvocationId", hop_guid_value(m->cx, &s.invocation));
    put(m, "IsGlobalCatalog", hop_bool(s.catalog));
    put_text(m, "NTDSSettingsObjectDN", s.settings);
    put(m, "OperationMasterRoles", roles_of(m, host));
    put_text(m, "ServerObjectDN", s.dn);
    put(m, "ServerObjectGuid", hop_guid_value(m->cx, &s.guid));
    put_text(m, "Site", s.site);
}

static bool
take_controller(void *ctx, const struct hop_directory_entry *e)
{
    /* userAccountControl: ACCOUNTDISABLE, PARTIAL_SECRETS_ACCOUNT */
    const long disabled = 0x2, read_only = 0x04000000;
    struct controllers *k = ctx;
    struct hop_context *cx = hop_command_context(k->c);
    struct domain m = {cx, NULL, ad_directory(k->c)};
    const char *host = ad_attribute_text(e, "dNSHostName");
    const char *flags = ad_attribute_text(e, "userAccountControl");
    long uac = flags ? strtol(flags, NULL, 10) : 0;

    if (k->only && !is_named(e, k->only))
        return true;
    k->found++;
    m.o = hop_custom_new(cx);
    hop_type_names_push(
        cx, m.o, "Microsoft.ActiveDirectory.Management.ADDomainController");
    put_text(&m, "ComputerObjectDN", e->dn);
    put_text(&m, "DefaultPartition", hop_directory_domain_dn(m.d));
    put(&m, "Domain", dns_of(hop_directory_domain_dn(m.d)));
    put(&m, "Enabled", hop_bool(!(uac & disabled)));
    put(&m, "Forest", dns_of(hop_directory_root_dn(m.d)));
    put_text(&m, "HostName", host);
    put(&m, "IsReadOnly", hop_bool(uac & read_only));
    put(&m, "LdapPort", hop_int(389));
    put_text(&m, "Name", ad_attribute_text(e, "name"));
    put_text(&m, "OperatingSystem", ad_attribute_text(e, "operatingSystem"));
    put_text(&m, "OperatingSystemVersion",
             ad_attribute_text(e, "operatingSystemVersion"));
    put(&m, "SslPort", hop_int(636));
    if (host)
        put_server(&m, host);
    k->ok = hop_write_take(k->c, hop_obj(m.o));
    return k->ok;
}

static bool
throw_no_controller(struct hop_command *c, const char *name)
{
    const struct hop_error_spec spec = not_found(hop_arg(c, DC_IDENTITY));

    return hop_command_throw(
        c, &spec,
        "Cannot find directory server with identity: '%s' in the domain %s.",
        name, hop_directory_domain_dn(ad_directory(c)));
}

/* -DomainName: another domain's, which is found by DNS. */
static bool
open_for_discovery(struct hop_command *c)
{
    struct hop_directory_target t = {.server = hop_arg_text(c, DC_DOMAIN)};
    struct ad_session *s = hop_command_state(c);
    struct hop_error err = {0};

    if (t.server == NULL || s->d)
        return ad_open(c);
    s->d = hop_directory_open(&t, &err);
    return s->d || ad_throw(c, &err, hop_null());
}

/* HostName is the account's dNSHostName; what the account does not know is no
 * part of a filter. */
static bool
make_dc_filter(struct hop_command *c, struct hop_buf *out)
{
    static const struct hop_error_spec spec = {
        .id = "ActiveDirectoryCmdlet:Microsoft.ActiveDirectory.Management."
              "ADFilterParsingException",
        .category = HOP_CAT_PARSER_ERROR,
        .exception =
            "Microsoft.ActiveDirectory.Management.ADFilterParsingException"};
    const char *text = hop_arg_text(c, DC_FILTER), *at;
    HOP_AUTO_BUF struct hop_buf mapped = HOP_BUF_INIT;
    struct hop_error err = {0};

    /* SERVER_TRUST_ACCOUNT, MS-ADTS 2.2.16 */
    hop_buf_adds(out, "(&(userAccountControl:1.2.840.113556.1.4.803:=8192)");
    text = text ? text : "*";
    while ((at = strcasestr(text, "HostName")) != NULL) {
        bool own = at - text >= 3 && hop_ascii_ieqn(at - 3, "DNS", 3);
        hop_buf_add(&mapped, text, (size_t)(at - text));
        hop_buf_adds(&mapped, own ? "HostName" : "DNSHostName");
        text = at + strlen("HostName");
    }
    hop_buf_adds(&mapped, text);
    if (!hop_ad_filter(hop_buf_str(&mapped), NULL, NULL, out, &err))
        return hop_command_throw(c, &spec,
                                 "Error parsing query: %s; filter by "
                                 "others with Where-Object.",
                                 err.text);
    hop_buf_addc(out, ')');
    return true;
}

static bool
process_controller(struct hop_command *c)
{
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;
    struct controllers k = {c, identity_text(hop_arg(c, DC_IDENTITY)), 0, true};
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_TREE};
    struct hop_error err = {0};

    if (!open_for_discovery(c) || !make_dc_filter(c, &filter))
        return false;
    if (k.only == NULL && !hop_arg_bound(c, DC_FILTER))
        k.only = hop_directory_server(ad_directory(c));
    s.filter = hop_buf_str(&filter);
    if (!hop_directory_search(ad_directory(c), &s, take_controller, &k, &err))
        return ad_throw(c, &err, hop_null());
    if (k.ok && k.found == 0 && hop_command_in_set(c, "Identity"))
        return throw_no_controller(c, k.only);
    return k.ok;
}

const struct hop_cmdlet hop_cmdlet_get_ad_domain_controller = {
    .name = "Get-ADDomainController",
    .default_set = "Identity",
    HOP_PARAMS(controller_params),
    .output = "Microsoft.ActiveDirectory.Management.ADDomainController",
    .class_name =
        "Microsoft.ActiveDirectory.Management.Commands.GetADDomainController",
    .synopsis = "Gets domain controllers.",
    .state_size = sizeof(struct ad_session),
    .process = process_controller,
    .dispose = ad_dispose,
};
