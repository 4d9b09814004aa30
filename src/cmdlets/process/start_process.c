/* Start-Process.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/process/process.h"
#include "engine/provider.h"
#include "value/collections.h"
#include "value/convert.h"

enum {
    FILE_PATH,
    ARGUMENTS,
    CREDENTIAL,
    DIRECTORY,
    PROFILE,
    NO_WINDOW,
    PASS_THRU,
    ERROR_TO,
    INPUT_FROM,
    OUTPUT_TO,
    VERB,
    WINDOW,
    WAIT,
    NEW_ENVIRONMENT,
    ENVIRONMENT
};
#define DEFAULT HOP_SETS({"Default"})
static const struct hop_param params[] = {
    [FILE_PATH] = {"FilePath", "string", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY,
                   .position = HOP_POS(0), .aliases = "PSPath Path"},
    [ARGUMENTS] = {"ArgumentList", "string[]", .position = HOP_POS(1),
                   .aliases = "Args"},
    [CREDENTIAL] = {"Credential", "pscredential",
                    HOP_CREDENTIAL | HOP_NOT_NULL_OR_EMPTY, .aliases = "RunAs",
                    .in = DEFAULT},
    [DIRECTORY] = {"WorkingDirectory", "string", HOP_NOT_NULL_OR_EMPTY},
    [PROFILE] = {"LoadUserProfile", "switch", .aliases = "Lup", .in = DEFAULT},
    [NO_WINDOW] = {"NoNewWindow", "switch", .aliases = "nnw", .in = DEFAULT},
    [PASS_THRU] = {"PassThru", "switch"},
    [ERROR_TO] = {"RedirectStandardError", "string", HOP_NOT_NULL_OR_EMPTY,
                  .aliases = "RSE", .in = DEFAULT},
    [INPUT_FROM] = {"RedirectStandardInput", "string", HOP_NOT_NULL_OR_EMPTY,
                    .aliases = "RSI", .in = DEFAULT},
    [OUTPUT_TO] = {"RedirectStandardOutput", "string", HOP_NOT_NULL_OR_EMPTY,
                   .aliases = "RSO", .in = DEFAULT},
    [VERB] = {"Verb", "string", HOP_NOT_NULL_OR_EMPTY,
              .in = HOP_SETS({"UseShellExecute"})},
    [WINDOW] = {"WindowStyle", "string", HOP_NOT_NULL_OR_EMPTY,
                .set = "Normal Hidden Minimized Maximized"},
    [WAIT] = {"Wait", "switch"},
    [NEW_ENVIRONMENT] = {"UseNewEnvironment", "switch", .in = DEFAULT},
    [ENVIRONMENT] = {"Environment", "hashtable"},
};

static bool
refuse(struct hop_command *c, const char *kind, const char *text)
{
    HOP_AUTO_FREE char *id = hop_xasprintf("%s", strrchr(kind, '.') + 1);
    struct hop_error_spec spec = {
        .id = id, .category = HOP_CAT_INVALID_OPERATION, .exception = kind};

    return hop_command_throw(c, &spec, "%s", text);
}

static bool
refuse_value(struct hop_command *c, const char *kind, const char *what)
{
    HOP_AUTO_FREE char *text = hop_xasprintf(
        "This command cannot be run because either the parameter \"%s\" has a "
        "value that is not valid or cannot be used with this command. Give a "
        "valid input and Run your command again.",
        what);

    return refuse(c, kind, text);
}

static bool
check_parameters(struct hop_command *c)
{
    static const struct {
        size_t param;
        const char *name;
    } foreign[] = {{WINDOW, "-WindowStyle"},
                   {PROFILE, "-LoadUserProfile"},
                   {VERB, "-Verb"}};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(foreign); i++) {
        HOP_AUTO_FREE char *text = hop_xasprintf(
            "The parameter '%s' is not supported for the cmdlet '%s' on this "
            "edition of PowerShell.",
            foreign[i].name, "Start-Process");

        if (hop_arg_bound(c, foreign[i].param))
            return refuse(c, "System.NotSupportedException", text);
    }
    if (hop_arg_bound(c, CREDENTIAL))
        return refuse(c, "System.NotSupportedException",
                      "Cannot start a program as another user: sudo, runuser "
                      "or a session (Enter-PSSession) do that on Linux.");
    return true;
}

/* ---- files ---- */

/* The file-system path of a parameter, owned; NULL with an error pending. */
static char *
file_of(struct hop_command *c, size_t param)
{
    struct hop_item_path p = {0};
    char *path;

    if (!hop_path_resolve(hop_command_runspace(c), hop_arg_text(c, param), &p))
        return NULL;
    path = hop_xstrdup(p.path);
    hop_item_path_done(&p);
    return path;
}

struct files {
    char *path[3];
    int fd[3];
};

static void
files_done(struct files *f)
{
    for (int i = 0; i < 3; i++) {
        free(f->path[i]);
        if (f->fd[i] >= 0)
            close(f->fd[i]);
    }
}

static const struct {
    size_t param;
    const char *name;
    int flags;
} redirections[3] = {
    {INPUT_FROM, "RedirectStandardInput", O_RDONLY},
    {OUTPUT_TO, "RedirectStandardOutput", O_WRONLY | O_CREAT | O_TRUNC},
    {ERROR_TO, "RedirectStandardError", O_WRONLY | O_CREAT | O_TRUNC},
};

static bool
check_different(struct hop_command *c, const struct files *f)
{
    for (int i = 0; i < 3; i++)
        for (int k = i + 1; k < 3; k++) {
            HOP_AUTO_FREE char *text = NULL;

            if (!f->path[i] || !f->path[k] ||
                strcmp(f->path[i], f->path[k]) != 0)
                continue;
            text = hop_xasprintf(
                "This command cannot be run because \"%s\" and \"%s\" are "
                "same. Give different inputs and Run your command again.",
                redirections[i].name, redirections[k].name);
            return refuse(c, "System.InvalidOperationException", text);
        }
    return true;
}

static bool
open_files(struct hop_command *c, struct files *f)
{
    for (int i = 0; i < 3; i++)
        if (hop_arg_bound(c, redirections[i].param)) {
            f->path[i] = file_of(c, redirections[i].param);
            if (!f->path[i])
                return false;
        }
    if (f->path[0] && access(f->path[0], F_OK) != 0) {
        HOP_AUTO_FREE char *what =
            hop_xasprintf("%s '%s'", redirections[0].name, f->path[0]);

        return refuse_value(c, "System.IO.FileNotFoundException", what);
    }
    if (!check_different(c, f))
        return false;
    for (int i = 0; i < 3; i++) {
        if (!f->path[i])
            continue;
        f->fd[i] = open(f->path[i], redirections[i].flags | O_CLOEXEC, 0666);
        if (f->fd[i] < 0)
            return hop_throw_errno(hop_command_context(c), errno, f->path[i],
                                   false);
    }
    return true;
}

/* ---- what is started ---- */

static bool
set_directory(struct hop_command *c, struct hop_record *info)
{
    HOP_AUTO_FREE char *path = NULL;
    struct stat st;

    if (!hop_arg_bound(c, DIRECTORY)) {
        hop_record_set(info, HOP_START_DIRECTORY,
                       hop_text(hop_location(hop_command_runspace(c))));
        return true;
    }
    path = file_of(c, DIRECTORY);
    if (!path)
        return false;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return refuse_value(c, "System.IO.DirectoryNotFoundException",
                            "WorkingDirectory");
    hop_record_set(info, HOP_START_DIRECTORY, hop_text(path));
    return true;
}

static void
set_arguments(struct hop_command *c, struct hop_record *info)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t n = hop_arg_count(c, ARGUMENTS);

    for (size_t i = 0; i < n; i++) {
        struct hop_value v = hop_arg_item(c, ARGUMENTS, i);

        if (i)
            hop_buf_addc(&b, ' ');
        if (hop_is_string(v))
            hop_buf_add(&b, v.u.s->data, v.u.s->len);
    }
    hop_record_set(info, HOP_START_ARGUMENTS, hop_text_buf(&b));
}

/* -Environment: null takes a variable away, PATH grows. */
static bool
set_environment(struct hop_command *c, struct hop_record *info)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_dict *given = hop_as_dict(hop_arg(c, ENVIRONMENT));
    struct hop_dict *d;
    size_t n = 0;
    HOP_AUTO_FREE struct hop_dict_entry **e =
        given ? hop_dict_order(given, &n) : NULL;

    if (!given && !hop_arg_on(c, NEW_ENVIRONMENT))
        return true;
    d = hop_start_environment(cx, info);
    if (hop_arg_on(c, NEW_ENVIRONMENT))
        hop_dict_clear(d);
    for (size_t i = 0; i < n; i++) {
        HOP_AUTO_STRING struct hop_string *name = NULL;
        HOP_AUTO_STRING struct hop_string *value = NULL;
        HOP_AUTO_VALUE struct hop_value key = hop_null();

        if (!hop_to_string(cx, e[i]->key, &name))
            return false;
        key = hop_str(hop_string_retain(name));
        if (hop_is_null(e[i]->value)) {
            hop_dict_remove(d, key);
            continue;
        }
        if (!hop_to_string(cx, e[i]->value, &value))
            return false;
        hop_dict_set(d, key, hop_str(hop_string_retain(value)));
    }
    return true;
}

/* The program found as a command, or the text itself.  Owned. */
static char *
program(struct hop_command *c)
{
    const char *name = hop_arg_text(c, FILE_PATH);
    const char *path = getenv("PATH");
    struct stat st;

    if (strchr(name, '/')) {
        struct hop_item_path p = {0};
        char *full;

        if (!hop_path_resolve(hop_command_runspace(c), name, &p)) {
            hop_drop_exception(hop_command_context(c));
            return hop_xstrdup(name);
        }
        full = hop_xstrdup(p.path);
        hop_item_path_done(&p);
        return full;
    }
    for (const char *p = path ? path : ""; *p; p += *p == ':') {
        size_t n = strcspn(p, ":");
        char *full = hop_xasprintf("%.*s/%s", (int)n, p, name);

        if (stat(full, &st) == 0 && S_ISREG(st.st_mode) &&
            access(full, X_OK) == 0)
            return full;
        free(full);
        p += n;
        if (!*p)
            break;
    }
    return hop_xstrdup(name);
}

static bool
cannot_start(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value e = hop_take_exception(cx);
    HOP_AUTO_FREE char *text =
        hop_xasprintf("This command cannot be run due to the error: %s",
                      hop_exception_message(e));

    return refuse(c, "System.InvalidOperationException", text);
}

static bool
start(struct hop_command *c, struct hop_record *info, const struct files *f)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_started s;
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (!hop_start_process(hop_command_runspace(c), info, f->fd, &s))
        return cannot_start(c);
    v = hop_process_started(cx, &s, info);
    if (hop_arg_on(c, PASS_THRU) && !hop_write(c, v))
        return false;
    return !hop_arg_on(c, WAIT) ||
           hop_process_wait(cx, hop_process_of(v), -1) >= 0;
}

static bool
process(struct hop_command *c)
{
    struct files f HOP_CLEANUP(files_done) = {{NULL, NULL, NULL}, {-1, -1, -1}};
    HOP_AUTO_FREE char *file = NULL, *target = NULL;
    struct hop_record *info;
    HOP_AUTO_VALUE struct hop_value held = hop_null();
    bool go;

    if (!check_parameters(c))
        return false;
    file = program(c);
    info = hop_start_info_new(hop_command_context(c), file, "");
    held = hop_obj(info);
    set_arguments(c, info);
    target =
        hop_xasprintf("%s %s", file, hop_cstr(info->slot[HOP_START_ARGUMENTS]));
    if (!set_directory(c, info) || !set_environment(c, info) ||
        !hop_should_process(c, target, NULL, &go))
        return false;
    if (!go)
        return true;
    return open_files(c, &f) && start(c, info, &f);
}

const struct hop_cmdlet hop_cmdlet_start_process = {
    .name = "Start-Process",
    .default_set = "Default",
    HOP_PARAMS(params),
    .flags = HOP_SHOULD_PROCESS,
    .output = "System.Diagnostics.Process",
    .synopsis = "Starts a program.",
    .process = process,
};
