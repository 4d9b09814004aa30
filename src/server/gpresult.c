/* SPDX-License-Identifier: MIT */
#include "server/gpresult.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ad/gpo.h"
#include "base/alloc.h"
#include "base/text.h"

enum { REPORT_MAX = 4 << 20 };

static const char usage[] =
    "usage: gpresult /r | /v | /z [/scope computer]\n"
    "\n"
    "  /r   the Group Policy objects: which apply, and why others do not\n"
    "  /v, /z  with each setting, where it is from and what means nothing "
    "here\n"
    "  /scope computer  the only scope there is\n";

static void
format_time(int64_t t, struct hop_buf *out)
{
    char text[64] = "?";
    time_t when = (time_t)t;
    struct tm tm;

    if (localtime_r(&when, &tm) != NULL)
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z", &tm);
    hop_buf_adds(out, text);
}

static void
format_gpo(const struct hop_gpreport_gpo *g, bool all, struct hop_buf *out)
{
    hop_buf_addf(out, "    %s\n", g->name);
    if (g->state != HOP_GPO_APPLIES)
        hop_buf_addf(out, "        Why:     %s\n",
                     hop_gpo_state_text((enum hop_gpo_state)g->state));
    if (!all)
        return;
    hop_buf_addf(out, "        GUID:    %s\n        Link:    %s%s\n", g->guid,
                 g->scope, g->enforced ? " (enforced)" : "");
    if (g->state == HOP_GPO_APPLIES)
        hop_buf_addf(out,
                     "        Version: %u in the directory, %u in SYSVOL\n",
                     g->version, g->sysvol_version);
}

/* The one that counts most first, as administrators look at them. */
static void
format_gpos(const struct hop_gpreport *r, bool applied, bool all,
            struct hop_buf *out)
{
    size_t shown = 0;

    for (size_t k = r->gpo_count; k-- > 0;) {
        if ((r->gpos[k].state == HOP_GPO_APPLIES) != applied)
            continue;
        format_gpo(&r->gpos[k], all, out);
        shown++;
    }
    if (shown == 0)
        hop_buf_adds(out, "    none\n");
}

static void
format_row(const struct hop_gpreport *r, const struct hop_gpreport_row *row,
           struct hop_buf *out)
{
    hop_buf_addf(out, "    %s%s%s\n", row->path, row->value ? " = " : "",
                 row->value ? row->value : "");
    if (row->value == NULL)
        hop_buf_addf(out, "        Not set: %s\n", row->why);
    hop_buf_addf(out, "        Policy:  %s\n        From:    %s\n", row->policy,
                 r->gpos[row->gpo].name);
}

void
hop_gpresult_format(const struct hop_gpreport *r, bool all, struct hop_buf *out)
{
    hop_buf_addf(out, "Computer:    %s\nAccount:     %s\nAsked:       %s\n",
                 r->computer, r->account, r->server);
    hop_buf_adds(out, "Updated:     ");
    format_time(r->time, out);
    hop_buf_adds(out, "\n\nApplied Group Policy Objects\n");
    format_gpos(r, true, all, out);
    hop_buf_adds(out, "\nGroup Policy Objects that are not applied\n");
    format_gpos(r, false, all, out);
    if (!all)
        return;
    hop_buf_adds(out, "\nSettings\n");
    for (size_t k = 0; k < r->row_count; k++)
        format_row(r, &r->rows[k], out);
    if (r->row_count == 0)
        hop_buf_adds(out, "    none\n");
}

static bool
read_report(struct hop_buf *out, struct hop_error *err)
{
    HOP_AUTO_FD int fd = open(HOP_POLICY_REPORT, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    out->max = REPORT_MAX;
    if (fd < 0 && errno == ENOENT)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "no policy of a domain has been applied on this "
                             "host yet; run gpupdate as root");
    if (fd < 0)
        return hop_error_errno(err, errno, "open " HOP_POLICY_REPORT);
    do {
        void *room = hop_buf_reserve(out, 65536);

        n = room != NULL ? read(fd, room, 65536) : 0;
        hop_buf_commit(out, n > 0 ? (size_t)n : 0);
    } while (n > 0 || (n < 0 && errno == EINTR));
    return true;
}

static bool
show(bool all, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, out = HOP_BUF_INIT;
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0};

    if (!read_report(&text, err) ||
        !hop_gpreport_decode(hop_buf_str(&text), &r, err))
        return false;
    hop_gpresult_format(&r, all, &out);
    fwrite(hop_buf_str(&out), 1, out.len, stdout);
    return true;
}

static const char *
option_name(const char *arg)
{
    return *arg == '/' || *arg == '-' ? arg + 1 : "";
}

/* 0: nothing asked for, 1: /r, 2: all; -1: wrong usage. */
static int
parse(int argc, char **argv)
{
    int what = 0;

    for (int k = 1; k < argc; k++) {
        const char *name = option_name(argv[k]);

        if (hop_ascii_ieq(name, "r"))
            what = what > 1 ? what : 1;
        else if (hop_ascii_ieq(name, "v") || hop_ascii_ieq(name, "z"))
            what = 2;
        else if (hop_ascii_ieq(name, "scope") && k + 1 < argc &&
                 hop_ascii_ieq(argv[k + 1], "computer"))
            k++;
        else if (!hop_ascii_ieq(name, "scope:computer"))
            return -1;
    }
    return what;
}

int
hop_gpresult_main(int argc, char **argv)
{
    struct hop_error err = {0};
    int what = parse(argc, argv);

    if (argc == 2 && (strcmp(option_name(argv[1]), "?") == 0 ||
                      strcmp(argv[1], "--help") == 0)) {
        fputs(usage, stdout);
        return 0;
    }
    if (what <= 0) {
        fputs(usage, stderr);
        return 2;
    }
    if (show(what == 2, &err))
        return 0;
    fprintf(stderr, "gpresult: %s\n", err.text);
    return 1;
}
