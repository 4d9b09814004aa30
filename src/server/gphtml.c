/* gpresult /h: a page that needs nothing but itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "ad/gpo.h"
#include "config/grouppolicy.h"
#include "server/gpresult.h"
#include "xml/writer.h"

/* Nothing is loaded and nothing runs, whatever a name in it says. */
#define HEAD                                                                   \
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"  \
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "      \
    "'none'; style-src 'unsafe-inline'\">\n<title>Group Policy Results</"      \
    "title>\n<style>\n"                                                        \
    "body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 60em; "    \
    "padding: 0 1em; color: #1b1b1b; background: #fff }\n"                     \
    "h1 { font-size: 1.6em } h2 { font-size: 1.2em; margin-top: 2em; "         \
    "border-bottom: 1px solid #999 }\n"                                        \
    "table { border-collapse: collapse; width: 100% }\n"                       \
    "th, td { text-align: left; vertical-align: top; padding: .3em .8em .3em " \
    "0; border-bottom: 1px solid #ddd; overflow-wrap: anywhere }\n"            \
    "small { color: #555 }\n"                                                  \
    "</style>\n</head>\n<body>\n"

static void
add_cell(struct hop_xml_writer *w, const char *text)
{
    hop_xml_open(w, "td");
    hop_xml_text(w, text);
    hop_xml_close(w, "td");
}

/* A title and the heads of a table's columns. */
static void
begin_table(struct hop_xml_writer *w, const char *title, const char *const *of)
{
    hop_xml_element(w, "h2", title);
    hop_xml_open(w, "table");
    hop_xml_open(w, "tr");
    for (; *of != NULL; of++)
        hop_xml_element(w, "th", *of);
    hop_xml_close(w, "tr");
    hop_xml_raw(w, "\n", 1);
}

static void
end_table(struct hop_xml_writer *w, size_t shown)
{
    if (shown == 0) {
        hop_xml_open(w, "tr");
        add_cell(w, "None");
        hop_xml_close(w, "tr");
    }
    hop_xml_close(w, "table");
    hop_xml_raw(w, "\n", 1);
}

static void
add_fact(struct hop_xml_writer *w, const char *name, const char *value)
{
    hop_xml_open(w, "tr");
    hop_xml_element(w, "th", name);
    add_cell(w, value);
    hop_xml_close(w, "tr");
    hop_xml_raw(w, "\n", 1);
}

static void
add_summary(const struct hop_gpreport *r, const struct hop_gpresult_host *host,
            struct hop_xml_writer *w)
{
    HOP_AUTO_BUF struct hop_buf created = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf applied = HOP_BUF_INIT, domain = HOP_BUF_INIT;

    hop_gpresult_time(host->now, &created);
    hop_gpresult_time(r->time, &applied);
    hop_gpresult_domain(r, &domain);
    hop_xml_open(w, "h1");
    hop_xml_textf(w, "Group Policy Results: %s", host->name);
    hop_xml_close(w, "h1");
    hop_xml_open(w, "p");
    hop_xml_textf(w, "Data collected on: %s", hop_buf_str(&created));
    hop_xml_close(w, "p");
    hop_xml_element(w, "h2", "Summary");
    hop_xml_open(w, "table");
    add_fact(w, "Computer", r->computer);
    add_fact(w, "Account", r->account);
    add_fact(w, "Domain", hop_buf_str(&domain));
    add_fact(w, "Site", r->site != NULL ? r->site : "N/A");
    add_fact(w, "Operating system", host->version);
    add_fact(w, "Last time Group Policy was applied", hop_buf_str(&applied));
    add_fact(w, "Group Policy was applied from", r->server);
    hop_xml_close(w, "table");
    hop_xml_raw(w, "\n", 1);
}

static void
add_gpo(const struct hop_gpreport_gpo *g, struct hop_xml_writer *w)
{
    hop_xml_open(w, "tr");
    hop_xml_open(w, "td");
    hop_xml_text(w, g->name);
    hop_xml_raw(w, "<br>", 4);
    hop_xml_element(w, "small", g->guid);
    hop_xml_close(w, "td");
    hop_xml_open(w, "td");
    hop_xml_textf(w, "%s%s", g->scope, g->enforced ? " (enforced)" : "");
    hop_xml_close(w, "td");
    hop_xml_open(w, "td");
    if (g->state == HOP_GPO_APPLIES)
        hop_xml_textf(w, "AD (%u), SYSVOL (%u)", g->version, g->sysvol_version);
    else
        hop_xml_text(w, hop_gpresult_filtering(g));
    hop_xml_close(w, "td");
    hop_xml_open(w, "td");
    hop_xml_text(w, g->filter != NULL ? g->filter : "");
    if (g->filter != NULL && g->filter_why[0] != '\0') {
        hop_xml_raw(w, "<br>", 4);
        hop_xml_element(w, "small", g->filter_why);
    }
    hop_xml_close(w, "td");
    hop_xml_close(w, "tr");
    hop_xml_raw(w, "\n", 1);
}

static void
add_gpos(const struct hop_gpreport *r, bool applied, struct hop_xml_writer *w)
{
    static const char *const of_applied[] = {"Name", "Link Location",
                                             "Revision", "WMI Filter", NULL};
    static const char *const of_denied[] = {
        "Name", "Link Location", "Reason Denied", "WMI Filter", NULL};
    size_t shown = 0;

    begin_table(w, applied ? "Applied GPOs" : "Denied GPOs",
                applied ? of_applied : of_denied);
    for (size_t k = r->gpo_count; k-- > 0;) {
        if ((r->gpos[k].state == HOP_GPO_APPLIES) != applied)
            continue;
        add_gpo(&r->gpos[k], w);
        shown++;
    }
    end_table(w, shown);
}

static void
add_groups(const struct hop_gpreport *r, struct hop_xml_writer *w)
{
    static const char *const of[] = {"Group", NULL};

    begin_table(w, "Security Group Membership", of);
    for (size_t k = 0; k < r->group_count; k++) {
        hop_xml_open(w, "tr");
        add_cell(w, r->groups[k]);
        hop_xml_close(w, "tr");
    }
    end_table(w, r->group_count);
}

static void
add_row(const struct hop_gpreport *r, const struct hop_gpreport_row *row,
        struct hop_xml_writer *w)
{
    const char *key = hop_group_setting_key(row->path);

    hop_xml_open(w, "tr");
    hop_xml_open(w, "td");
    hop_xml_text(w, row->policy);
    hop_xml_raw(w, "<br>", 4);
    hop_xml_element(w, "small", key != NULL ? key : "");
    hop_xml_close(w, "td");
    add_cell(w, row->path);
    hop_xml_open(w, "td");
    if (row->value != NULL)
        hop_xml_text(w, row->value);
    else
        hop_xml_textf(w, "not set: %s", row->why);
    hop_xml_close(w, "td");
    add_cell(w, r->gpos[row->gpo].name);
    hop_xml_close(w, "tr");
    hop_xml_raw(w, "\n", 1);
}

void
hop_gpresult_html(const struct hop_gpreport *r,
                  const struct hop_gpresult_host *host, struct hop_buf *out)
{
    static const char *const of[] = {"Policy", "Setting", "Value",
                                     "Winning GPO", NULL};
    struct hop_xml_writer w = HOP_XML_WRITER(out);

    hop_buf_adds(out, HEAD);
    add_summary(r, host, &w);
    add_gpos(r, true, &w);
    add_gpos(r, false, &w);
    add_groups(r, &w);
    begin_table(&w, "Settings", of);
    for (size_t k = 0; k < r->row_count; k++)
        add_row(r, &r->rows[k], &w);
    end_table(&w, r->row_count);
    hop_buf_adds(out, "</body>\n</html>\n");
}
