/* System.Environment.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "value/types/more.h"
#include "value/types/values.h"

extern char **environ;

/* ---- Environment ---- */

METHOD(get_variable)
{
    const char *v = getenv(ARG_S(0)->data);

    RETURN(v ? hop_text(v) : hop_null());
}

METHOD(set_variable)
{
    if (ARG_NULL(1) || ARG_S(1)->len == 0)
        unsetenv(ARG_S(0)->data);
    else
        setenv(ARG_S(0)->data, ARG_S(1)->data, 1);
    return true;
}

METHOD(get_variables)
{
    struct hop_dict *d = hop_dict_new_of(cx, &hop_class_hashtable, 0);

    for (char **e = environ; *e; e++) {
        const char *eq = strchr(*e, '=');
        HOP_AUTO_VALUE struct hop_value k = {.kind = HOP_NULL};

        if (!eq)
            continue;
        k = hop_textn(*e, (size_t)(eq - *e));
        hop_dict_set(d, k, hop_text(eq + 1));
    }
    RETURN(hop_obj(d));
}

METHOD(expand_variables)
{
    const struct hop_string *s = ARG_S(0);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *p = s->data, *end = p + s->len;

    while (p < end) {
        const char *close =
            *p == '%' ? memchr(p + 1, '%', (size_t)(end - p - 1)) : NULL;
        HOP_AUTO_FREE char *name = NULL;
        const char *v = NULL;

        if (close) {
            name = hop_xstrndup(p + 1, (size_t)(close - p - 1));
            v = getenv(name);
        }
        if (v) {
            hop_buf_adds(&b, v);
            p = close + 1;
        } else {
            hop_buf_addc(&b, *p++);
        }
    }
    RETURN(hop_text_buf(&b));
}

METHOD(leave)
{
    if (cx->ops->flush)
        cx->ops->flush(cx);
    exit((int)c->args[0].u.i);
}

METHOD(folder_path)
{
    const char *home = getenv("HOME");
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!home)
        home = "/";
    switch (ARG_I(0)) {
    case 5:
    case 40: hop_buf_adds(&b, home); break;
    case 0:
    case 16: hop_buf_addf(&b, "%s/Desktop", home); break;
    case 26: hop_buf_addf(&b, "%s/.config", home); break;
    case 28: hop_buf_addf(&b, "%s/.local/share", home); break;
    case 35: hop_buf_adds(&b, "/usr/share"); break;
    default: break;
    }
    RETURN(hop_text_buf(&b));
}

METHOD(command_line)
{
    RETURN(hop_obj(hop_array_of_strings(cx, NULL, 0)));
}

enum environment {
    ENV_NEWLINE,
    ENV_MACHINE,
    ENV_USER,
    ENV_CPUS,
    ENV_TICKS,
    ENV_DIRECTORY,
    ENV_PID,
    ENV_OS,
    ENV_64,
    ENV_DOMAIN,
    ENV_HOME,
    ENV_VERSION,
    ENV_INTERACTIVE,
    ENV_TICKS64,
    ENV_EXIT,
    ENV_STACK,
};

static const char *
user_name(void)
{
    struct passwd *p = getpwuid(geteuid());

    return p ? p->pw_name : "";
}

static struct hop_value
os_version(struct hop_context *cx)
{
    struct hop_object *o = hop_custom_new(cx);
    struct utsname u;
    int32_t part[4] = {0, 0, -1, -1};

    uname(&u);
    sscanf(u.release, "%d.%d.%d", &part[0], &part[1], &part[2]);
    if (part[2] >= 0)
        part[3] = 0;
    hop_type_names_push(cx, o, "System.OperatingSystem");
    hop_custom_set_text(o, "Platform", hop_enum(HOP_ENUM_PLATFORM_ID, 4));
    hop_custom_set_text(o, "ServicePack", hop_text(""));
    hop_custom_set_text(o, "Version", hop_version_value(cx, part));
    hop_custom_set_text(o, "VersionString",
                        hop_str(hop_string_format("Unix %s", u.release)));
    return hop_obj(o);
}

GETTER(get_environment)
{
    char text[4096];
    struct timespec t;
    static const int32_t version[4] = {10, 0, 0, -1};

    clock_gettime(CLOCK_BOOTTIME, &t);
    switch ((enum environment)data) {
    case ENV_NEWLINE: *out = hop_text("\n"); break;
    case ENV_MACHINE:
    case ENV_DOMAIN:
        gethostname(text, sizeof text);
        if (strchr(text, '.'))
            *strchr(text, '.') = 0;
        *out = hop_text(text);
        break;
    case ENV_USER: *out = hop_text(user_name()); break;
    case ENV_CPUS:
        *out = hop_int((int32_t)sysconf(_SC_NPROCESSORS_ONLN));
        break;
    case ENV_TICKS:
        *out =
            hop_int((int32_t)(uint32_t)(t.tv_sec * 1000 + t.tv_nsec / 1000000));
        break;
    case ENV_TICKS64:
        *out = hop_long(t.tv_sec * 1000 + t.tv_nsec / 1000000);
        break;
    case ENV_DIRECTORY:
    case ENV_HOME: {
        const char *d = cx->ops->directory ? cx->ops->directory(cx)
                                           : getcwd(text, sizeof text);

        *out = hop_text(d ? d : "/");
        break;
    }
    case ENV_PID: *out = hop_int(getpid()); break;
    case ENV_OS: *out = os_version(cx); break;
    case ENV_64: *out = hop_bool(sizeof(void *) == 8); break;
    case ENV_VERSION: *out = hop_version_value(cx, version); break;
    case ENV_INTERACTIVE: *out = hop_bool(true); break;
    case ENV_EXIT: *out = hop_int(0); break;
    case ENV_STACK: *out = hop_text(""); break;
    }
    return true;
}

#define ENV(n, t, w) STATIC_GET(n, t, get_environment, w)

static const struct hop_property environment_properties[] = {
    ENV("NewLine", "string", ENV_NEWLINE),
    ENV("MachineName", "string", ENV_MACHINE),
    ENV("UserName", "string", ENV_USER),
    ENV("UserDomainName", "string", ENV_DOMAIN),
    ENV("ProcessorCount", "int", ENV_CPUS),
    ENV("TickCount", "int", ENV_TICKS),
    ENV("TickCount64", "long", ENV_TICKS64),
    ENV("CurrentDirectory", "string", ENV_DIRECTORY),
    ENV("ProcessId", "int", ENV_PID),
    ENV("OSVersion", "System.Object", ENV_OS),
    ENV("Is64BitProcess", "bool", ENV_64),
    ENV("Is64BitOperatingSystem", "bool", ENV_64),
    ENV("Version", "version", ENV_VERSION),
    ENV("UserInteractive", "bool", ENV_INTERACTIVE),
    ENV("ExitCode", "int", ENV_EXIT),
    ENV("StackTrace", "string", ENV_STACK),
    END_PROPERTIES,
};

#define TARGET "System.EnvironmentVariableTarget target"

static const struct hop_method environment_methods[] = {
    {"static string GetEnvironmentVariable(string variable)", get_variable},
    {"static string GetEnvironmentVariable(string variable, " TARGET ")",
     get_variable},
    {"static void SetEnvironmentVariable(string variable, string value)",
     set_variable},
    {"static void SetEnvironmentVariable(string variable, string value, " TARGET
     ")",
     set_variable},
    {"static System.Collections.IDictionary GetEnvironmentVariables()",
     get_variables},
    {"static string ExpandEnvironmentVariables(string name)", expand_variables},
    {"static string GetFolderPath(System.Environment+SpecialFolder folder)",
     folder_path},
    {"static string[] GetCommandLineArgs()", command_line},
    {"static void Exit(int exitCode)", leave},
    END_METHODS,
};

const struct hop_class hop_class_environment = {
    .name = "System.Environment",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .properties = environment_properties,
    .methods = environment_methods,
};
