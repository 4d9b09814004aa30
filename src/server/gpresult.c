/* SPDX-License-Identifier: MIT */
#include "server/gpresult.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/text.h"

enum { REPORT_MAX = 4 << 20 };

static const char usage[] =
    "usage: gpresult /r | /v | /z | /x FILE [/f] | /h FILE [/f]\n"
    "                [/scope computer]\n"
    "\n"
    "  /r   the Group Policy objects: which apply, and why others do not\n"
    "  /v   also each setting and where it is from\n"
    "  /z   also identifiers, versions, and what means nothing here\n"
    "  /x FILE  all of it as XML, into a file\n"
    "  /h FILE  all of it as a page of HTML, into a file\n"
    "  /f   write over a file that is there\n"
    "  /scope computer  the only scope there is\n"
    "\n"
    "/s of another host: winrs -r:HOST gpresult /r\n";

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

/* ---- the command line ---- */

enum form { FORM_NONE, FORM_R, FORM_V, FORM_Z, FORM_X, FORM_H };

struct asked {
    enum form form;
    const char *file;
    bool force, user, remote;
};

typedef bool take_fn(struct asked *a, enum form form, const char *value);

static bool
take_form(struct asked *a, enum form form, const char *value)
{
    if (a->form != FORM_NONE)
        return false;
    a->form = form;
    a->file = value;
    return true;
}

static bool
take_force(struct asked *a, enum form form, const char *value)
{
    a->force = true;
    return true;
}

static bool
take_scope(struct asked *a, enum form form, const char *value)
{
    a->user = hop_ascii_ieq(value, "user");
    return a->user || hop_ascii_ieq(value, "computer");
}

static bool
take_user(struct asked *a, enum form form, const char *value)
{
    a->user = true;
    return true;
}

static bool
take_remote(struct asked *a, enum form form, const char *value)
{
    a->remote = true;
    return true;
}

static const struct option {
    const char *name;
    bool has_value;
    take_fn *take;
    enum form form;
} options[] = {
    {"r", false, take_form, FORM_R},
    {"v", false, take_form, FORM_V},
    {"z", false, take_form, FORM_Z},
    {"x", true, take_form, FORM_X},
    {"h", true, take_form, FORM_H},
    {"f", false, take_force, FORM_NONE},
    {"scope", true, take_scope, FORM_NONE},
    {"user", true, take_user, FORM_NONE},
    {"s", true, take_remote, FORM_NONE},
    {"u", true, take_remote, FORM_NONE},
    {"p", true, take_remote, FORM_NONE},
};

/* "/x" and "-X"; a value is the next word or stands behind a colon. */
static const struct option *
find_option(const char *arg, const char **value)
{
    size_t n = strcspn(arg, ":");

    *value = arg[n] == ':' ? arg + n + 1 : NULL;
    if (*arg != '/' && *arg != '-')
        return NULL;
    for (size_t k = 0; k < HOP_ARRAY_SIZE(options); k++)
        if (strlen(options[k].name) == n - 1 &&
            hop_ascii_ieqn(arg + 1, options[k].name, n - 1) &&
            (*value == NULL || options[k].has_value))
            return &options[k];
    return NULL;
}

/* False when it has said what is wrong. */
static bool
parse(struct asked *a, int argc, char **argv)
{
    for (int k = 1; k < argc; k++) {
        const char *value, *arg = argv[k];
        const struct option *o = find_option(arg, &value);

        if (o == NULL) {
            fprintf(stderr, "ERROR: Invalid argument/option - '%s'.\n", arg);
            return false;
        }
        if (o->has_value && value == NULL)
            value = k + 1 < argc ? argv[++k] : NULL;
        if (o->has_value && (value == NULL || *value == '\0')) {
            fprintf(stderr, "ERROR: Invalid syntax. Value expected for '%s'.\n",
                    arg);
            return false;
        }
        if (!o->take(a, o->form, value)) {
            fprintf(stderr,
                    "ERROR: Invalid syntax. '%s%s%s' does not go with the "
                    "rest.\n",
                    arg, value != NULL ? " " : "", value != NULL ? value : "");
            return false;
        }
    }
    return true;
}

/* ---- showing it ---- */

static bool
write_file(const char *path, bool force, const struct hop_buf *text,
           struct hop_error *err)
{
    HOP_AUTO_FD int fd =
        open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (force ? O_TRUNC : O_EXCL),
             0644);

    if (fd < 0 && errno == EEXIST && !force)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the file %s exists already; add /f to write "
                             "over it",
                             path);
    if (fd < 0 || !hop_fd_write(fd, text->data, text->len))
        return hop_error_errno(err, errno, "write %s", path);
    return true;
}

static bool
show_report(const struct asked *a, const struct hop_gpreport *r,
            struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct utsname name = {0};
    struct hop_gpresult_host host = {name.nodename, name.release, time(NULL)};

    uname(&name);
    name.nodename[strcspn(name.nodename, ".")] = '\0';
    switch (a->form) {
    case FORM_H: hop_gpresult_html(r, &host, &out); break;
    case FORM_X: hop_gpresult_xml(r, &host, &out); break;
    case FORM_Z: hop_gpresult_text(r, &host, HOP_GPRESULT_ALL, &out); break;
    case FORM_V:
        hop_gpresult_text(r, &host, HOP_GPRESULT_SETTINGS, &out);
        break;
    default: hop_gpresult_text(r, &host, HOP_GPRESULT_OBJECTS, &out);
    }
    if (a->file != NULL)
        return write_file(a->file, a->force, &out, err);
    return fwrite(hop_buf_str(&out), 1, out.len, stdout) == out.len ||
           hop_error_errno(err, errno, "write");
}

static bool
show(const struct asked *a, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0};

    if (a->remote)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "it shows the host that it runs on; for another "
                             "one run it there: winrs -r:HOST gpresult /r");
    if (a->force && a->file == NULL)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "/f goes with /x FILE or /h FILE");
    return read_report(&text, err) &&
           hop_gpreport_decode(hop_buf_str(&text), &r, err) &&
           show_report(a, &r, err);
}

static bool
asks_help(int argc, char **argv)
{
    return argc == 2 &&
           (strcmp(argv[1], "/?") == 0 || strcmp(argv[1], "-?") == 0 ||
            strcmp(argv[1], "--help") == 0);
}

int
hop_gpresult_main(int argc, char **argv)
{
    struct hop_error err = {0};
    struct asked a = {0};

    if (asks_help(argc, argv)) {
        fputs(usage, stdout);
        return 0;
    }
    if (!parse(&a, argc, argv)) {
        fputs("Type \"GPRESULT /?\" for usage.\n", stderr);
        return 1;
    }
    if (a.user) {
        puts("INFO: Hop has no policies of users: there are none to show.");
        return 0;
    }
    if (a.form == FORM_NONE && !a.remote) {
        fputs(usage, stderr);
        return 1;
    }
    if (show(&a, &err))
        return 0;
    fprintf(stderr, "ERROR: gpresult: %s\n", err.text);
    return 1;
}
