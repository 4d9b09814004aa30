/* What a directory and DNS answer, and what is typed as a filter: security
 * descriptors, SRV rows, filters, managed passwords, WMI filters; what a
 * ticket's PAC says, and descriptors as text.  The first byte says which.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ad/filter.h"
#include "ad/locate.h"
#include "ad/managedpassword.h"
#include "ad/pac.h"
#include "ad/sd.h"
#include "ad/sddl.h"
#include "ad/wmifilter.h"
#include "base/alloc.h"
#include "fuzz.h"

/* What was read and written reads the same again. */
static void
try_descriptor(const uint8_t *data, size_t size)
{
    HOP_AUTO_SD struct hop_sd sd = {0}, again = {0};
    HOP_AUTO_BUF struct hop_buf once = HOP_BUF_INIT, text = HOP_BUF_INIT,
                                twice = HOP_BUF_INIT;
    struct hop_error err = {0};

    if (!hop_sd_decode(data, size, &sd, &err)) {
        MUST(err.text[0] != '\0');
        return;
    }
    hop_sd_format(&text, &sd);
    hop_sd_encode(&once, &sd);
    if (once.len > 60000) /* an entry's size has 16 bits */
        return;
    MUST(hop_sd_decode(once.data, once.len, &again, &err));
    hop_sd_encode(&twice, &again);
    MUST(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
}

static uint32_t
draw(void *ctx, uint32_t below)
{
    (void)ctx;
    return below / 2;
}

static void
try_filter(const uint8_t *data, size_t size)
{
    HOP_AUTO_FREE char *text = hop_xstrndup((const char *)data, size);
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    if (hop_ad_filter(text, NULL, NULL, &out, &err))
        MUST(out.len > 0 && out.data[0] == '(' && out.data[out.len - 1] == ')');
    else
        MUST(err.text[0] != '\0');
}

static void
try_password(const uint8_t *data, size_t size)
{
    struct hop_managed_password m;
    struct hop_error err = {0};

    if (!hop_managed_password_decode(data, size, &m, &err)) {
        MUST(err.text[0] != '\0');
        return;
    }
    MUST(m.current.len > 0);
    hop_managed_password_done(&m);
}

static void
try_wmi_filter(const uint8_t *data, size_t size)
{
    HOP_AUTO_FREE char *text = hop_xstrndup((const char *)data, size);
    HOP_AUTO_FREE char *id = hop_wmi_filter_id(text);
    HOP_AUTO_WMI_FILTER struct hop_wmi_filter f = {0};
    struct hop_error err = {0};

    MUST(id == NULL || strlen(id) == 38);
    if (hop_wmi_filter_parse(text, &f, &err))
        MUST(f.count > 0 && f.queries[f.count - 1].text != NULL);
    else
        MUST(err.text[0] != '\0');
}

static void
try_pac(const uint8_t *data, size_t size)
{
    HOP_AUTO_FREE struct hop_sid *sids = NULL;
    struct hop_error err = {0};
    size_t count = 0;

    if (!hop_pac_sids(data, size, &sids, &count, &err))
        MUST(err.text[0] != '\0');
}

/* What was read and written as text reads the same again. */
static void
try_text(const uint8_t *data, size_t size)
{
    HOP_AUTO_FREE char *text = hop_xstrndup((const char *)data, size);
    HOP_AUTO_SD struct hop_sd sd = {0}, again = {0};
    HOP_AUTO_BUF struct hop_buf once = HOP_BUF_INIT, twice = HOP_BUF_INIT;
    struct hop_error err = {0};

    if (!hop_sddl_parse(text, &sd, &err)) {
        MUST(err.text[0] != '\0');
        return;
    }
    /* An empty list is written as none. */
    if (sd.dacl.present && sd.dacl.count == 0)
        return;
    if (sd.sacl.present && sd.sacl.count == 0)
        return;
    hop_sd_format(&once, &sd);
    MUST(hop_sddl_parse(hop_buf_str(&once), &again, &err));
    hop_sd_format(&twice, &again);
    MUST(strcmp(hop_buf_str(&once), hop_buf_str(&twice)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hop_locate_row rows[HOP_LOCATE_MOST];

    if (size == 0)
        return 0;
    if (data[0] == 0xFF) {
        try_password(data + 1, size - 1);
        return 0;
    }
    if (data[0] == 0xFE) {
        try_wmi_filter(data + 1, size - 1);
        return 0;
    }
    if (data[0] == 0xFC || data[0] == 0xFD) {
        (data[0] == 0xFC ? try_pac : try_text)(data + 1, size - 1);
        return 0;
    }
    switch (data[0] % 3) {
    case 0: try_descriptor(data + 1, size - 1); break;
    case 1: try_filter(data + 1, size - 1); break;
    default:
        (void)!hop_locate_decode(data + 1, size - 1, draw, NULL, rows);
        break;
    }
    return 0;
}
