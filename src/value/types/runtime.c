/* GC, AppDomain, OSPlatform and RuntimeInformation.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <errno.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "value/types/more.h"

METHOD(gc_memory)
{
    long pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (f && fscanf(f, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (f)
        fclose(f);
    RETURN(hop_long(resident * sysconf(_SC_PAGESIZE)));
}

static const struct hop_method gc_methods[] = {
    {"static void Collect()", hop_method_nothing},
    {"static void Collect(int generation)", hop_method_nothing},
    {"static void WaitForPendingFinalizers()", hop_method_nothing},
    {"static void SuppressFinalize(System.Object obj)", hop_method_nothing},
    {"static void KeepAlive(System.Object obj)", hop_method_nothing},
    {"static long GetTotalMemory(bool forceFullCollection)", gc_memory},
    END_METHODS,
};
STATIC_CLASS(gc, "System.GC", .methods = gc_methods);

GETTER(get_domain)
{
    char path[512];
    ssize_t n;
    char *slash;

    if (data == 0) {
        *out = hop_obj(hop_object_new(cx, &hop_class_app_domain));
        return true;
    }
    n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    path[n > 0 ? n : 0] = '\0';
    slash = strrchr(path, '/');
    if (data == 2) {
        *out = hop_text(slash ? slash + 1 : "hop");
        return true;
    }
    if (slash)
        slash[1] = '\0';
    *out = hop_text(path);
    return true;
}

static const struct hop_property domain_properties[] = {
    STATIC_GET("CurrentDomain", "System.AppDomain", get_domain, 0),
    {"BaseDirectory", "string", get_domain, NULL, 0, 1},
    {"FriendlyName", "string", get_domain, NULL, 0, 2},
    END_PROPERTIES,
};

const struct hop_class hop_class_app_domain = {
    .name = "System.AppDomain",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .properties = domain_properties,
};

struct platform {
    struct hop_object base;
    struct hop_string *name;
};

static void
destroy_platform(struct hop_object *o)
{
    hop_string_release(((struct platform *)o)->name);
}

static const char *const platforms[] = {"LINUX", "WINDOWS", "OSX", "FREEBSD"};

GETTER(get_platform)
{
    struct platform *p = hop_object_new(cx, &hop_class_os_platform);

    p->name = hop_string_from(platforms[data]);
    *out = hop_obj(p);
    return true;
}

static bool
show_platform(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    *out = hop_string_retain(((struct platform *)v.u.o)->name);
    return true;
}

METHOD(new_platform)
{
    struct platform *p = hop_object_new(cx, &hop_class_os_platform);

    p->name = ARG_NULL(0) ? hop_string_empty() : hop_string_retain(ARG_S(0));
    RETURN(hop_obj(p));
}

#define INTEROP(n) "System.Runtime.InteropServices." n
static const struct hop_property platform_properties[] = {
    STATIC_GET("Linux", INTEROP("OSPlatform"), get_platform, 0),
    STATIC_GET("Windows", INTEROP("OSPlatform"), get_platform, 1),
    STATIC_GET("OSX", INTEROP("OSPlatform"), get_platform, 2),
    STATIC_GET("FreeBSD", INTEROP("OSPlatform"), get_platform, 3),
    END_PROPERTIES,
};

static const struct hop_method platform_methods[] = {
    {"static " INTEROP("OSPlatform") " Create(string osPlatform)",
     new_platform},
    END_METHODS,
};

const struct hop_class hop_class_os_platform = {
    .name = INTEROP("OSPlatform"),
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct platform),
    .properties = platform_properties,
    .methods = platform_methods,
    .destroy = destroy_platform,
    .to_string = show_platform,
};

METHOD(is_platform)
{
    RETURN(hop_bool(
        hop_string_iis(((struct platform *)c->args[0].u.o)->name, "LINUX")));
}

GETTER(get_runtime)
{
    struct utsname u;

    if (uname(&u) != 0)
        return hop_throw_errno(cx, errno, "uname", false);
    *out = data ? hop_text(strcmp(u.machine, "x86_64") == 0    ? "linux-x64"
                           : strcmp(u.machine, "aarch64") == 0 ? "linux-arm64"
                                                               : "linux")
                : hop_str(hop_string_format("%s %s %s", u.sysname, u.release,
                                            u.version));
    return true;
}

static const struct hop_property runtime_properties[] = {
    STATIC_GET("OSDescription", "string", get_runtime, 0),
    STATIC_GET("RuntimeIdentifier", "string", get_runtime, 1),
    END_PROPERTIES,
};

static const struct hop_method runtime_methods[] = {
    {"static bool IsOSPlatform(" INTEROP("OSPlatform") " osPlatform)",
     is_platform},
    END_METHODS,
};
STATIC_CLASS(runtime_information, INTEROP("RuntimeInformation"),
             .properties = runtime_properties, .methods = runtime_methods);
