/* What the text, the page and the XML of gpresult have in common.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <time.h>

#include "ad/gpo.h"
#include "base/text.h"
#include "server/gpresult.h"

const char *
hop_gpresult_filtering(const struct hop_gpreport_gpo *g)
{
    static const char *const texts[HOP_GPO_STATES] = {
        [HOP_GPO_APPLIES] = "Applied",
        [HOP_GPO_LINK_DISABLED] = "Disabled (Link)",
        [HOP_GPO_BLOCKED] = "Denied (Blocked SOM)",
        [HOP_GPO_UNREADABLE] = "Denied (Inaccessible)",
        [HOP_GPO_DISABLED] = "Disabled (GPO)",
        [HOP_GPO_DENIED] = "Denied (Security)",
        [HOP_GPO_WMI] = "Denied (WMI Filter)",
    };

    return g->state < HOP_GPO_STATES ? texts[g->state] : "?";
}

void
hop_gpresult_domain(const struct hop_gpreport *r, struct hop_buf *out)
{
    const char *dn = r->computer, *dot = "";

    for (; *dn != '\0'; dn = hop_gpo_parent(dn)) {
        size_t n = strcspn(dn, ",");

        if (n <= 3 || !hop_ascii_ieqn(dn, "DC=", 3))
            continue;
        hop_buf_addf(out, "%s%.*s", dot, (int)n - 3, dn + 3);
        dot = ".";
    }
}

void
hop_gpresult_time(int64_t t, struct hop_buf *out)
{
    char text[64] = "?";
    time_t when = (time_t)t;
    struct tm tm;

    if (localtime_r(&when, &tm) != NULL)
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z", &tm);
    hop_buf_adds(out, text);
}

const char *
hop_gpresult_state(const struct hop_gpreport_row *row)
{
    bool off = row->value != NULL && (strcmp(row->value, "false") == 0 ||
                                      strcmp(row->value, "") == 0);

    return off ? "Disabled" : "Enabled";
}
