/* Get-Host, Get-Culture, Get-UICulture, Get-Uptime, New-TemporaryFile.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cmdlets/utility/utility.h"
#include "engine/scope.h"
#include "value/convert.h"
#include "value/types/file_info.h"

static bool
write_variable(struct hop_command *c, const char *name)
{
    return hop_write_take(c, hop_variable_get(hop_command_runspace(c), name));
}

static bool
process_host(struct hop_command *c)
{
    return write_variable(c, "global:Host");
}

const struct hop_cmdlet hop_cmdlet_get_host = {
    .name = "Get-Host",
    .synopsis = "Gets the program that hosts the shell.",
    .process = process_host,
};

enum { NAME, NO_OVERRIDES, LIST };
static const struct hop_param culture_params[] = {
    [NAME] = {"Name", "string[]", HOP_BY_VALUE,
              .in = HOP_SETS({"Name", 0, HOP_POS(0)})},
    [NO_OVERRIDES] = {"NoUserOverrides", "switch"},
    [LIST] = {"ListAvailable", "switch", .in = HOP_SETS({"ListAvailable"})},
};

static bool
write_culture(struct hop_command *c, struct hop_value name)
{
    struct hop_value v;

    return hop_convert(hop_command_context(c), name, &hop_class_culture_info,
                       &v) &&
           hop_write_take(c, v);
}

static bool
write_current(struct hop_command *c, const char *variable)
{
    HOP_AUTO_VALUE struct hop_value name =
        hop_variable_get(hop_command_runspace(c), variable);

    return write_culture(c, name);
}

static bool
process_culture(struct hop_command *c)
{
    for (size_t i = 0; i < hop_arg_count(c, NAME); i++)
        if (!write_culture(c, hop_arg_item(c, NAME, i)))
            return false;
    return hop_arg_bound(c, NAME) || write_current(c, "PSCulture");
}

const struct hop_cmdlet hop_cmdlet_get_culture = {
    .name = "Get-Culture",
    .default_set = "CurrentCulture",
    HOP_PARAMS(culture_params),
    .output = "System.Globalization.CultureInfo",
    .synopsis = "Gets the culture of the shell, or those named.",
    .process = process_culture,
};

static bool
process_ui_culture(struct hop_command *c)
{
    return write_current(c, "PSUICulture");
}

const struct hop_cmdlet hop_cmdlet_get_ui_culture = {
    .name = "Get-UICulture",
    .output = "System.Globalization.CultureInfo",
    .synopsis = "Gets the culture of the shell's texts.",
    .process = process_ui_culture,
};

enum { SINCE };
static const struct hop_param uptime_params[] = {
    [SINCE] = {"Since", "switch", .in = HOP_SETS({"Since"})},
};

static bool
process_uptime(struct hop_command *c)
{
    struct timespec up, now;
    int64_t seconds;

    clock_gettime(CLOCK_BOOTTIME, &up);
    clock_gettime(CLOCK_REALTIME, &now);
    seconds = now.tv_sec - up.tv_sec;
    if (hop_arg_on(c, SINCE)) {
        struct timespec boot = {.tv_sec = (time_t)seconds};

        return hop_write_take(c, hop_file_time(&boot, false));
    }
    return hop_write(c, hop_timespan(up.tv_sec * HOP_TICKS_PER_SECOND));
}

const struct hop_cmdlet hop_cmdlet_get_uptime = {
    .name = "Get-Uptime",
    .default_set = "Timespan",
    HOP_PARAMS(uptime_params),
    .output = "System.TimeSpan System.DateTime",
    .synopsis = "Gets how long the system has run.",
    .process = process_uptime,
};

static bool
process_temporary(struct hop_command *c)
{
    const char *dir = getenv("TMPDIR");
    HOP_AUTO_FREE char *path =
        hop_xasprintf("%s/tmpXXXXXX.tmp", dir && *dir ? dir : "/tmp");
    bool go;
    int fd;

    if (!hop_should_process(c, dir && *dir ? dir : "/tmp", "New-TemporaryFile",
                            &go))
        return false;
    if (!go)
        return true;
    fd = mkstemps(path, 4);
    if (fd < 0)
        return hop_throw_errno(hop_command_context(c), errno, path, false);
    close(fd);
    return hop_write_take(c, hop_file_info_of(hop_command_context(c), path));
}

const struct hop_cmdlet hop_cmdlet_new_temporary_file = {
    .name = "New-TemporaryFile",
    .output = "System.IO.FileInfo",
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Makes an empty file in the directory for such.",
    .process = process_temporary,
};
