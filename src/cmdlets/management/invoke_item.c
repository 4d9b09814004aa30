/* Invoke-Item.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cmdlets/management/management.h"
#include "cmdlets/management/paths.h"
#include "cmdlets/process/process.h"
#include "smb/unc.h"
#include "value/collections.h"
#include "value/exception.h"

enum { PATH, LITERAL, FILTER, INCLUDE, EXCLUDE, CREDENTIAL };
static const struct hop_param params[] = {
    [PATH] = HOP_PATH_PARAM,
    [LITERAL] = HOP_LITERAL_PARAM,
    [FILTER] = {"Filter", "string"},
    [INCLUDE] = {"Include", "string[]"},
    [EXCLUDE] = {"Exclude", "string[]"},
    [CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL | HOP_BY_NAME},
};
static const struct hop_path_params paths = {PATH,    LITERAL, FILTER,
                                             INCLUDE, EXCLUDE, HOP_NO_PARAM};

/* What opens documents and folders on a desktop, the first that is there. */
static const struct {
    const char *name, *verb;
} openers[] = {
    {"xdg-open", NULL}, {"gnome-open", NULL}, {"kfmclient", "openURL"}};

/* Gives the pending exception the category of what a provider throws. */
static bool
failed(struct hop_command *c)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    HOP_AUTO_VALUE struct hop_value e =
        hop_take_exception(hop_command_context(c));

    return hop_throw_record(
        rs, hop_error_record_from(rs, e, hop_exception_win32.name,
                                  HOP_CAT_NOT_SPECIFIED, hop_null()));
}

static bool
start(struct hop_command *c, struct hop_record *info)
{
    struct hop_started s;

    if (!hop_start_process(hop_command_runspace(c), info, NULL, &s))
        return failed(c);
    hop_release(hop_process_started(hop_command_context(c), &s, info));
    return true;
}

static bool
run_program(struct hop_command *c, const char *path)
{
    struct hop_record *info =
        hop_start_info_new(hop_command_context(c), path, "");
    HOP_AUTO_VALUE struct hop_value held = hop_obj(info);

    return start(c, info);
}

static bool
open_document(struct hop_command *c, const char *path)
{
    struct hop_context *cx = hop_command_context(c);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(openers); i++) {
        HOP_AUTO_FREE char *program = hop_program_in_path(openers[i].name);
        HOP_AUTO_VALUE struct hop_value held = hop_null();
        struct hop_record *info;
        struct hop_array *arguments;

        if (!program)
            continue;
        info = hop_start_info_new(cx, program, "");
        held = hop_obj(info);
        arguments = hop_as_array(info->slot[HOP_START_LIST]);
        if (openers[i].verb)
            hop_array_push(arguments, hop_text(openers[i].verb));
        hop_array_push(arguments, hop_text(path));
        return start(c, info);
    }
    (void)hop_throw(cx, &hop_exception_win32,
                    "An error occurred trying to start process '%s' with "
                    "working directory '%s'. %s",
                    path, hop_location(hop_command_runspace(c)),
                    strerror(ENOENT));
    return failed(c);
}

static bool
invoke_one(struct hop_command *c, struct hop_item_path *p, bool *ends)
{
    HOP_AUTO_FREE char *shown = NULL, *target = NULL;
    bool go;

    *ends = true;
    if (!hop_paths_are_files(p))
        return hop_paths_unsupported(c, p);
    shown = hop_unc_shown(p->path);
    target = hop_xasprintf("Item: %s", shown);
    if (!hop_should_process(c, target, "Invoke Item", &go))
        return false;
    if (!go)
        return true;
    if (p->provider->is_container(p) ||
        (access(p->path, X_OK) != 0 && errno == EACCES))
        return open_document(c, p->path);
    return run_program(c, p->path);
}

static bool
process(struct hop_command *c)
{
    for (size_t i = 0; i < hop_paths_count(c, &paths); i++)
        if (!hop_paths_at(c, &paths, i, invoke_one))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_invoke_item = {
    .name = "Invoke-Item",
    .default_set = "Path",
    HOP_PARAMS(params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Runs a program, or opens a document or folder.",
    .process = process,
};
