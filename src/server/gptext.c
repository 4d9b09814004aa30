/* gpresult /r, /v and /z: the headings and words are those of Windows.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "ad/gpo.h"
#include "config/grouppolicy.h"
#include "server/gpresult.h"

static void
add_heading(struct hop_buf *out, int indent, const char *text)
{
    hop_buf_addf(out, "\n%*s%s\n%*s", indent, "", text, indent, "");
    hop_buf_fill(out, '-', strlen(text) + 1);
    hop_buf_addc(out, '\n');
}

static void
add_head(const struct hop_gpreport *r, const struct hop_gpresult_host *host,
         struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf title = HOP_BUF_INIT;

    hop_buf_adds(out, "Group Policy results of Hop\n\nCreated on ");
    hop_gpresult_time(host->now, out);
    hop_buf_adds(out, "\n\n");
    hop_buf_addf(&title, "RSOP data for %s on %s : Logging Mode", r->account,
                 host->name);
    add_heading(out, 0, hop_buf_str(&title));
    hop_buf_addf(out,
                 "\nOS Configuration:            Member Server\n"
                 "OS Version:                  %s\n"
                 "Site Name:                   %s\n"
                 "Connected over a slow link?: No\n\n",
                 host->version, r->site != NULL ? r->site : "N/A");
}

static void
add_computer(const struct hop_gpreport *r, struct hop_buf *out)
{
    add_heading(out, 0, "COMPUTER SETTINGS");
    hop_buf_addf(
        out, "    %s\n    Last time Group Policy was applied: ", r->computer);
    hop_gpresult_time(r->time, out);
    hop_buf_addf(out,
                 "\n    Group Policy was applied from:      %s\n"
                 "    Domain Name:                        ",
                 r->server);
    hop_gpresult_domain(r, out);
    hop_buf_addc(out, '\n');
}

static void
add_gpo(const struct hop_gpreport_gpo *g, enum hop_gpresult_detail detail,
        struct hop_buf *out)
{
    bool applies = g->state == HOP_GPO_APPLIES;

    hop_buf_addf(out, "        %s\n", g->name);
    if (!applies)
        hop_buf_addf(out, "            Filtering:  %s\n",
                     hop_gpresult_filtering(g));
    if (g->filter != NULL &&
        (!applies || detail > HOP_GPRESULT_OBJECTS || g->filter_why[0] != '\0'))
        hop_buf_addf(out, "            WMI Filter: %s\n", g->filter);
    if (g->filter != NULL && g->filter_why[0] != '\0')
        hop_buf_addf(out, "            Reason:     %s\n", g->filter_why);
    if (detail < HOP_GPRESULT_ALL)
        return;
    hop_buf_addf(out,
                 "            GUID:       %s\n            Link:       %s%s\n",
                 g->guid, g->scope, g->enforced ? " (enforced)" : "");
    if (applies)
        hop_buf_addf(out,
                     "            Version:    %u in the directory, %u in "
                     "SYSVOL\n",
                     g->version, g->sysvol_version);
}

/* The one that counts most first, as administrators look at them. */
static void
add_gpos(const struct hop_gpreport *r, bool applied,
         enum hop_gpresult_detail detail, struct hop_buf *out)
{
    size_t shown = 0;

    for (size_t k = r->gpo_count; k-- > 0;) {
        if ((r->gpos[k].state == HOP_GPO_APPLIES) != applied)
            continue;
        add_gpo(&r->gpos[k], detail, out);
        shown++;
    }
    if (shown == 0)
        hop_buf_adds(out, "        N/A\n");
}

static void
add_row(const struct hop_gpreport *r, const struct hop_gpreport_row *row,
        struct hop_buf *out)
{
    const char *key = hop_group_setting_key(row->path);

    hop_buf_addf(out,
                 "            GPO: %s\n                KeyName:     %s\\%s\n",
                 r->gpos[row->gpo].name, key != NULL ? key : "?", row->policy);
    if (row->value != NULL)
        hop_buf_addf(out,
                     "                State:       %s\n"
                     "                Setting:     %s = %s\n\n",
                     hop_gpresult_state(row), row->path, row->value);
    else
        hop_buf_addf(out,
                     "                Setting:     %s\n"
                     "                Not set:     %s\n\n",
                     row->path, row->why);
}

static void
add_settings(const struct hop_gpreport *r, enum hop_gpresult_detail detail,
             struct hop_buf *out)
{
    size_t shown = 0;

    add_heading(out, 4, "Resultant Set Of Policies for Computer");
    add_heading(out, 8, "Administrative Templates");
    for (size_t k = 0; k < r->row_count; k++) {
        if (r->rows[k].value == NULL && detail < HOP_GPRESULT_ALL)
            continue;
        add_row(r, &r->rows[k], out);
        shown++;
    }
    if (shown == 0)
        hop_buf_adds(out, "            N/A\n");
}

void
hop_gpresult_text(const struct hop_gpreport *r,
                  const struct hop_gpresult_host *host,
                  enum hop_gpresult_detail detail, struct hop_buf *out)
{
    add_head(r, host, out);
    add_computer(r, out);
    add_heading(out, 4, "Applied Group Policy Objects");
    add_gpos(r, true, detail, out);
    add_heading(out, 4,
                "The following GPOs were not applied because they were "
                "filtered out");
    add_gpos(r, false, detail, out);
    add_heading(out, 4,
                "The computer is a part of the following security groups");
    for (size_t k = 0; k < r->group_count; k++)
        hop_buf_addf(out, "        %s\n", r->groups[k]);
    if (r->group_count == 0)
        hop_buf_adds(out, "        N/A\n");
    if (detail > HOP_GPRESULT_OBJECTS)
        add_settings(r, detail, out);
}
