/* Get-ADDomain, Get-ADDomainController.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "ad/dn.h"
#include "ad/filter.h"
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

static const struct hop_param domain_params[] = {
    AD_COMMON_PARAMS,
    {"Identity", "object", HOP_BY_VALUE, HOP_POS(0)},
    {"Current", "string", .set = "LocalComputer LoggedOnUser"},
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

static bool
process_domain(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_object *o = hop_custom_new(cx);
    HOP_AUTO_VALUE struct hop_value out = hop_obj(o);
    struct domain m = {cx, o, NULL};
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_BASE};
    struct hop_error err = {0};

    if (!ad_open(c))
        return false;
    m.d = ad_directory(c);
    hop_type_names_push(cx, o, "Microsoft.ActiveDirectory.Management.ADDomain");
    put_below(&m, "ComputersContainer", "CN=Computers");
    put_text(&m, "DistinguishedName", hop_directory_domain_dn(m.d));
    put(&m, "DNSRoot", dns_of(hop_directory_domain_dn(m.d)));
    put_below(&m, "DomainControllersContainer", "OU=Domain Controllers");
    put(&m, "Forest", dns_of(hop_directory_root_dn(m.d)));
    if (!hop_directory_search(m.d, &s, take_domain, &m, &err) ||
        !read_partition(c, &m, &err))
        return ad_throw(c, &err, hop_null());
    put_text(&m, "InfrastructureMaster", hop_directory_server(m.d));
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

enum { DC_IDENTITY = AD_COMMON, DC_FILTER, DC_DISCOVER };

static const struct hop_param controller_params[] = {
    AD_COMMON_PARAMS,
    [DC_IDENTITY] = {"Identity", "string", HOP_BY_VALUE, HOP_POS(0)},
    [DC_FILTER] = {"Filter", "string"},
    [DC_DISCOVER] = {"Discover", "switch"},
};

struct controllers {
    struct hop_command *c;
    const char *only; /* a name, or NULL */
    bool ok;
};

static bool
is_named(const struct hop_directory_entry *e, const char *name)
{
    const char *host = ad_attribute_text(e, "dNSHostName");
    const char *own = ad_attribute_text(e, "name");

    return (host && hop_ascii_ieq(host, name)) ||
           (own && hop_ascii_ieq(own, name));
}

static bool
take_controller(void *ctx, const struct hop_directory_entry *e)
{
    struct controllers *k = ctx;
    struct hop_context *cx = hop_command_context(k->c);
    struct domain m = {cx, NULL, ad_directory(k->c)};

    if (k->only && !is_named(e, k->only))
        return true;
    m.o = hop_custom_new(cx);
    hop_type_names_push(
        cx, m.o, "Microsoft.ActiveDirectory.Management.ADDomainController");
    put_text(&m, "ComputerObjectDN", e->dn);
    put_text(&m, "DefaultPartition", hop_directory_domain_dn(m.d));
    put(&m, "Domain", dns_of(hop_directory_domain_dn(m.d)));
    put(&m, "Forest", dns_of(hop_directory_root_dn(m.d)));
    put_text(&m, "HostName", ad_attribute_text(e, "dNSHostName"));
    put(&m, "LdapPort", hop_int(389));
    put_text(&m, "Name", ad_attribute_text(e, "name"));
    put_text(&m, "OperatingSystem", ad_attribute_text(e, "operatingSystem"));
    put_text(&m, "OperatingSystemVersion",
             ad_attribute_text(e, "operatingSystemVersion"));
    put(&m, "SslPort", hop_int(636));
    k->ok = hop_write_take(k->c, hop_obj(m.o));
    return k->ok;
}

static bool
process_controller(struct hop_command *c)
{
    struct controllers k = {c, hop_arg_text(c, DC_IDENTITY), true};
    /* SERVER_TRUST_ACCOUNT, MS-ADTS 2.2.16 */
    struct hop_directory_search s = {
        .scope = HOP_DIRECTORY_TREE,
        .filter = "(userAccountControl:1.2.840.113556.1.4.803:=8192)"};
    struct hop_error err = {0};

    if (!ad_open(c))
        return false;
    if (k.only == NULL && !hop_arg_bound(c, DC_FILTER))
        k.only = hop_directory_server(ad_directory(c));
    if (!hop_directory_search(ad_directory(c), &s, take_controller, &k, &err))
        return ad_throw(c, &err, hop_null());
    return k.ok;
}

const struct hop_cmdlet hop_cmdlet_get_ad_domain_controller = {
    .name = "Get-ADDomainController",
    HOP_PARAMS(controller_params),
    .output = "Microsoft.ActiveDirectory.Management.ADDomainController",
    .class_name =
        "Microsoft.ActiveDirectory.Management.Commands.GetADDomainController",
    .synopsis = "Gets domain controllers.",
    .state_size = sizeof(struct ad_session),
    .process = process_controller,
    .dispose = ad_dispose,
};
