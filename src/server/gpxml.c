/* gpresult /x: the elements that Windows' report has, as far as they mean
 * something here.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <time.h>

#include "ad/gpo.h"
#include "config/grouppolicy.h"
#include "server/gpresult.h"
#include "xml/writer.h"

#define BASE     "http://www.microsoft.com/GroupPolicy/"
#define RSOP     BASE "Rsop"
#define TYPES    BASE "Types"
#define SETTINGS BASE "Settings"
#define REGISTRY BASE "Settings/Registry"

static const char *
truth(bool b)
{
    return b ? "true" : "false";
}

static void
add_time(struct hop_xml_writer *w, const char *name, int64_t t)
{
    char text[64] = "";
    time_t when = (time_t)t;
    struct tm tm;

    if (gmtime_r(&when, &tm) != NULL)
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
    hop_xml_element(w, name, text);
}

static void
add_path(struct hop_xml_writer *w, const char *name, const char *guid,
         const char *domain)
{
    hop_xml_open(w, name);
    hop_xml_element(w, "t:Identifier", guid);
    hop_xml_element(w, "t:Domain", domain);
    hop_xml_close(w, name);
}

static void
add_gpo(const struct hop_gpreport *r, size_t k, const char *domain,
        struct hop_xml_writer *w)
{
    const struct hop_gpreport_gpo *g = &r->gpos[k];

    hop_xml_open(w, "GPO");
    hop_xml_element(w, "Name", g->name);
    add_path(w, "Path", g->guid, domain);
    hop_xml_elementf(w, "VersionDirectory", "%u", g->version);
    hop_xml_elementf(w, "VersionSysvol", "%u", g->sysvol_version);
    hop_xml_element(w, "Enabled", truth(g->state != HOP_GPO_DISABLED));
    hop_xml_element(w, "IsValid", truth(g->state != HOP_GPO_UNREADABLE));
    hop_xml_element(w, "FilterAllowed", truth(g->state != HOP_GPO_WMI));
    hop_xml_element(w, "FilterName", g->filter);
    hop_xml_element(w, "AccessDenied", truth(g->state == HOP_GPO_DENIED));
    hop_xml_open(w, "Link");
    hop_xml_element(w, "SOMPath", g->scope);
    hop_xml_elementf(w, "AppliedOrder", "%zu",
                     g->state == HOP_GPO_APPLIES ? k + 1 : 0);
    hop_xml_element(w, "Enabled", truth(g->state != HOP_GPO_LINK_DISABLED));
    hop_xml_element(w, "NoOverride", truth(g->enforced));
    hop_xml_element(w, "Blocked", truth(g->state == HOP_GPO_BLOCKED));
    hop_xml_close(w, "Link");
    hop_xml_close(w, "GPO");
}

static void
add_row(const struct hop_gpreport *r, const struct hop_gpreport_row *row,
        const char *domain, struct hop_xml_writer *w)
{
    if (row->value == NULL)
        return;
    hop_xml_open(w, "q1:RegistrySetting");
    add_path(w, "q1:GPO", r->gpos[row->gpo].guid, domain);
    hop_xml_element(w, "q1:Precedence", "1");
    hop_xml_element(w, "q1:KeyPath", hop_group_setting_key(row->path));
    hop_xml_open(w, "q1:Value");
    hop_xml_element(w, "q1:Name", row->policy);
    hop_xml_element(w, "q1:String", row->value);
    hop_xml_close(w, "q1:Value");
    hop_xml_element(w, "q1:Setting", row->path);
    hop_xml_close(w, "q1:RegistrySetting");
}

static void
add_extension(const struct hop_gpreport *r, const char *domain,
              struct hop_xml_writer *w)
{
    hop_xml_open(w, "ExtensionData");
    hop_xml_open(w, "Extension");
    hop_xml_declare(w, "q1", REGISTRY);
    hop_xml_attr(w, "xsi:type", "q1:RegistrySettings");
    for (size_t k = 0; k < r->row_count; k++)
        add_row(r, &r->rows[k], domain, w);
    hop_xml_close(w, "Extension");
    hop_xml_open(w, "Name");
    hop_xml_declare(w, "", SETTINGS);
    hop_xml_text(w, "Registry");
    hop_xml_close(w, "Name");
    hop_xml_close(w, "ExtensionData");
}

static void
add_computer(const struct hop_gpreport *r, struct hop_xml_writer *w)
{
    HOP_AUTO_BUF struct hop_buf domain = HOP_BUF_INIT;

    hop_gpresult_domain(r, &domain);
    hop_xml_open(w, "ComputerResults");
    hop_xml_element(w, "Name", r->account);
    hop_xml_element(w, "Domain", hop_buf_str(&domain));
    hop_xml_element(w, "SOM", hop_gpo_parent(r->computer));
    hop_xml_element(w, "Site", r->site);
    for (size_t k = 0; k < r->group_count; k++) {
        hop_xml_open(w, "SecurityGroup");
        hop_xml_element(w, "t:Name", r->groups[k]);
        hop_xml_close(w, "SecurityGroup");
    }
    for (size_t k = r->gpo_count; k-- > 0;)
        add_gpo(r, k, hop_buf_str(&domain), w);
    add_extension(r, hop_buf_str(&domain), w);
    add_time(w, "LastPolicyTime", r->time);
    hop_xml_element(w, "DomainController", r->server);
    hop_xml_close(w, "ComputerResults");
}

void
hop_gpresult_xml(const struct hop_gpreport *r,
                 const struct hop_gpresult_host *host, struct hop_buf *out)
{
    struct hop_xml_writer w = HOP_XML_WRITER(out);

    hop_buf_adds(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    hop_xml_open(&w, "Rsop");
    hop_xml_declare(&w, "", RSOP);
    hop_xml_declare(&w, "t", TYPES);
    hop_xml_declare(&w, "xsi", "http://www.w3.org/2001/XMLSchema-instance");
    add_time(&w, "ReadTime", host->now);
    hop_xml_element(&w, "DataType", "LoggedData");
    add_computer(r, &w);
    hop_xml_close(&w, "Rsop");
    hop_buf_addc(out, '\n');
}
