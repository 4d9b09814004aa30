/* The host itself: Win32_OperatingSystem, Win32_ComputerSystem and its kin,
 * from os-release(5), uname(2), sysinfo(2), DMI in sysfs, /proc.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cim/files.h"
#include "cim/proc.h"
#include "cim/sources.h"

static bool
give_once(void *state)
{
    struct hop_cim_single *s = state;
    bool first = !s->given;

    s->given = true;
    return first;
}

/* ---- reading ---- */

/* A value of os-release(5), without its quotes; owned, or NULL. */
static char *
os_release(const char *key)
{
    HOP_AUTO_FREE char *text = hop_file_text("/etc/os-release", 65536);
    size_t n = strlen(key);

    for (char *line = text; line && *line;) {
        size_t len = strcspn(line, "\n");

        if (strncmp(line, key, n) == 0 && line[n] == '=') {
            char *v = line + n + 1;
            size_t vn = len - n - 1;
            if (vn >= 2 && (*v == '"' || *v == '\'')) {
                v++;
                vn -= 2;
            }
            return hop_xstrndup(v, vn);
        }
        line += len + (line[len] == '\n');
    }
    return NULL;
}

static char *
dmi(const char *name)
{
    char path[80];

    snprintf(path, sizeof(path), "/sys/class/dmi/id/%s", name);
    return hop_file_line(path);
}

/* A row of /proc/meminfo, in KiB. */
static int64_t
memory_kib(const char *key)
{
    HOP_AUTO_FREE char *text = hop_file_text("/proc/meminfo", 65536);
    const char *at = text ? strstr(text, key) : NULL;

    return at ? strtoll(at + strlen(key), NULL, 10) : 0;
}

static int64_t
unix_ticks(int64_t seconds)
{
    return seconds * HOP_CIM_TICKS_PER_SECOND + HOP_CIM_TICKS_TO_1970;
}

static int64_t
offset_minutes(void)
{
    time_t now = time(NULL);
    struct tm t;

    localtime_r(&now, &t);
    return t.tm_gmtoff / 60;
}

static int64_t
boot_ticks(void)
{
    struct timespec up;

    clock_gettime(CLOCK_BOOTTIME, &up);
    return unix_ticks((int64_t)time(NULL) - up.tv_sec);
}

static bool
count_one(void *arg, pid_t pid)
{
    ++*(unsigned *)arg;
    return true;
}

static char *
domain_of_host(void)
{
    char name[256];
    struct addrinfo hints = {.ai_flags = AI_CANONNAME}, *found = NULL;
    char *out = NULL;
    const char *dot;

    if (gethostname(name, sizeof(name)) != 0)
        return NULL;
    dot = strchr(name, '.');
    if (dot)
        return hop_xstrdup(dot + 1);
    if (getaddrinfo(name, NULL, &hints, &found) == 0 && found->ai_canonname &&
        (dot = strchr(found->ai_canonname, '.')))
        out = hop_xstrdup(dot + 1);
    if (found)
        freeaddrinfo(found);
    return out;
}

/* ---- Win32_OperatingSystem ---- */

static const struct hop_cim_property os_properties[] = {
    S("Caption"),
    S("Description"),
    T("InstallDate"),
    SK("Name"),
    S("Status"),
    S("CreationClassName"),
    S("CSCreationClassName"),
    S("CSName"),
    I16("CurrentTimeZone"),
    B("Distributed"),
    U64("FreePhysicalMemory"),
    U64("FreeSpaceInPagingFiles"),
    U64("FreeVirtualMemory"),
    T("LastBootUpTime"),
    T("LocalDateTime"),
    U32("MaxNumberOfProcesses"),
    U64("MaxProcessMemorySize"),
    U32("NumberOfLicensedUsers"),
    U32("NumberOfProcesses"),
    U32("NumberOfUsers"),
    U16("OSType"),
    S("OtherTypeDescription"),
    U64("SizeStoredInPagingFiles"),
    U64("TotalSwapSpaceSize"),
    U64("TotalVirtualMemorySize"),
    U64("TotalVisibleMemorySize"),
    S("Version"),
    S("BootDevice"),
    S("BuildNumber"),
    S("BuildType"),
    S("CodeSet"),
    S("CountryCode"),
    S("CSDVersion"),
    U32("EncryptionLevel"),
    S("Locale"),
    S("Manufacturer"),
    {"MUILanguages", HOP_CIM_STRING, HOP_CIM_ARRAY},
    U32("OperatingSystemSKU"),
    S("Organization"),
    S("OSArchitecture"),
    U32("OSLanguage"),
    U32("OSProductSuite"),
    B("Primary"),
    U32("ProductType"),
    S("RegisteredUser"),
    S("SerialNumber"),
    U16("ServicePackMajorVersion"),
    U16("ServicePackMinorVersion"),
    S("SystemDevice"),
    S("SystemDirectory"),
    S("SystemDrive"),
    S("WindowsDirectory"),
};

enum { OS_LINUX = 36, PRODUCT_SERVER = 3 };

static void
describe_memory(struct hop_cim_instance *i)
{
    int64_t total = memory_kib("MemTotal:"), swap = memory_kib("SwapTotal:");
    int64_t free_now = memory_kib("MemAvailable:");
    int64_t free_swap = memory_kib("SwapFree:");

    hop_cim_set_number(i, "FreePhysicalMemory", free_now);
    hop_cim_set_number(i, "FreeSpaceInPagingFiles", free_swap);
    hop_cim_set_number(i, "FreeVirtualMemory", free_now + free_swap);
    hop_cim_set_number(i, "SizeStoredInPagingFiles", swap);
    hop_cim_set_number(i, "TotalSwapSpaceSize", swap);
    hop_cim_set_number(i, "TotalVirtualMemorySize", total + swap);
    hop_cim_set_number(i, "TotalVisibleMemorySize", total);
}

static int
next_os(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    HOP_AUTO_FREE char *pretty = os_release("PRETTY_NAME");
    HOP_AUTO_FREE char *vendor = os_release("NAME");
    HOP_AUTO_FREE char *machine = hop_file_line("/etc/machine-id");
    struct utsname u;
    char host[65];
    unsigned processes = 0;
    struct stat st;

    if (!give_once(state))
        return 0;
    uname(&u);
    hop_proc_each(count_one, &processes);
    hop_cim_set_text(i, "Caption", pretty ? pretty : "Linux");
    hop_cim_set_text(i, "Description", "");
    hop_cim_set_text(i, "Name", pretty ? pretty : "Linux");
    hop_cim_set_text(i, "Status", "OK");
    if (stat("/etc/machine-id", &st) == 0)
        hop_cim_set_time(i, "InstallDate", unix_ticks(st.st_mtime));
    hop_cim_set_text(i, "CreationClassName", "Win32_OperatingSystem");
    hop_cim_set_text(i, "CSCreationClassName", "Win32_ComputerSystem");
    hop_cim_set_text(i, "CSName", hop_cim_host(host));
    hop_cim_set_number(i, "CurrentTimeZone", offset_minutes());
    hop_cim_set_bool(i, "Distributed", false);
    describe_memory(i);
    hop_cim_set_time(i, "LastBootUpTime", boot_ticks());
    hop_cim_set_time(i, "LocalDateTime", unix_ticks(time(NULL)));
    hop_cim_set_number(i, "NumberOfProcesses", processes);
    hop_cim_set_number(i, "OSType", OS_LINUX);
    hop_cim_set_text(i, "Version", u.release);
    hop_cim_set_text(i, "BuildNumber", u.release);
    hop_cim_set_text(i, "BuildType", u.version);
    hop_cim_set_text(i, "CodeSet", "65001");
    hop_cim_set_text(i, "Manufacturer", vendor ? vendor : "Linux");
    hop_cim_set_text(i, "OSArchitecture",
                     sizeof(void *) == 8 ? "64-bit" : "32-bit");
    hop_cim_set_bool(i, "Primary", true);
    hop_cim_set_number(i, "ProductType", PRODUCT_SERVER);
    hop_cim_set_text(i, "SerialNumber", machine);
    hop_cim_set_text(i, "SystemDirectory", "/usr/bin");
    hop_cim_set_text(i, "SystemDrive", "/");
    hop_cim_set_text(i, "WindowsDirectory", "/");
    return 1;
}

const struct hop_cim_class hop_cim_class_operating_system = {
    .name = "Win32_OperatingSystem",
    .parent = "CIM_OperatingSystem",
    HOP_CIM_PROPERTIES(os_properties),
    .state_size = sizeof(struct hop_cim_single),
    .next = next_os,
};

/* ---- Win32_ComputerSystem ---- */

static const struct hop_cim_property system_properties[] = {
    S("Caption"),
    S("Description"),
    T("InstallDate"),
    SK("Name"),
    S("Status"),
    S("CreationClassName"),
    S("PrimaryOwnerName"),
    S("PrimaryOwnerContact"),
    SA("Roles"),
    U16("PowerState"),
    S("BootupState"),
    I16("CurrentTimeZone"),
    B("DaylightInEffect"),
    S("DNSHostName"),
    S("Domain"),
    U16("DomainRole"),
    B("HypervisorPresent"),
    S("Manufacturer"),
    S("Model"),
    U32("NumberOfLogicalProcessors"),
    U32("NumberOfProcessors"),
    B("PartOfDomain"),
    U16("PCSystemType"),
    S("SystemFamily"),
    S("SystemSKUNumber"),
    S("SystemType"),
    U64("TotalPhysicalMemory"),
    S("UserName"),
    S("Workgroup"),
};

/* A machine that has a keytab can prove itself to a domain. */
static bool
is_member(void)
{
    return access("/etc/krb5.keytab", F_OK) == 0;
}

static int
next_system(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    HOP_AUTO_FREE char *vendor = dmi("sys_vendor");
    HOP_AUTO_FREE char *model = dmi("product_name");
    HOP_AUTO_FREE char *family = dmi("product_family");
    HOP_AUTO_FREE char *sku = dmi("product_sku");
    HOP_AUTO_FREE char *cpu = hop_file_text("/proc/cpuinfo", 1 << 20);
    HOP_AUTO_FREE char *domain = domain_of_host();
    struct utsname u;
    char host[65];
    bool member = is_member() && domain;

    if (!give_once(state))
        return 0;
    uname(&u);
    hop_cim_set_text(i, "Caption", hop_cim_host(host));
    hop_cim_set_text(i, "Name", host);
    hop_cim_set_text(i, "DNSHostName", host);
    hop_cim_set_text(i, "Status", "OK");
    hop_cim_set_text(i, "Description", "AT/AT COMPATIBLE");
    hop_cim_set_text(i, "CreationClassName", "Win32_ComputerSystem");
    hop_cim_set_text(i, "BootupState", "Normal boot");
    hop_cim_set_number(i, "CurrentTimeZone", offset_minutes());
    hop_cim_set_text(i, "Domain", domain ? domain : "WORKGROUP");
    hop_cim_set_text(i, "Workgroup", member ? NULL : "WORKGROUP");
    hop_cim_set_number(i, "DomainRole", member ? 3 : 2); /* server */
    hop_cim_set_bool(i, "PartOfDomain", member);
    hop_cim_set_bool(i, "HypervisorPresent",
                     cpu && strstr(cpu, " hypervisor") != NULL);
    hop_cim_set_text(i, "Manufacturer", vendor);
    hop_cim_set_text(i, "Model", model);
    hop_cim_set_text(i, "SystemFamily", family);
    hop_cim_set_text(i, "SystemSKUNumber", sku);
    hop_cim_set_number(i, "NumberOfLogicalProcessors",
                       sysconf(_SC_NPROCESSORS_ONLN));
    hop_cim_set_number(i, "NumberOfProcessors", 1);
    hop_cim_set_textf(i, "SystemType", "%s-based PC", u.machine);
    hop_cim_set_number(i, "TotalPhysicalMemory",
                       memory_kib("MemTotal:") * 1024);
    return 1;
}

const struct hop_cim_class hop_cim_class_computer_system = {
    .name = "Win32_ComputerSystem",
    .parent = "CIM_UnitaryComputerSystem",
    HOP_CIM_PROPERTIES(system_properties),
    .state_size = sizeof(struct hop_cim_single),
    .next = next_system,
};

/* ---- Win32_BIOS ---- */

static const struct hop_cim_property bios_properties[] = {
    S("Caption"),      S("Description"), T("InstallDate"),
    SK("Name"),        S("Status"),      S("BuildNumber"),
    S("Manufacturer"), B("PrimaryBIOS"), T("ReleaseDate"),
    S("SerialNumber"), S("Version"),     S("SMBIOSBIOSVersion"),
};

static int
next_bios(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    HOP_AUTO_FREE char *vendor = dmi("bios_vendor");
    HOP_AUTO_FREE char *version = dmi("bios_version");
    HOP_AUTO_FREE char *date = dmi("bios_date");
    HOP_AUTO_FREE char *serial = dmi("product_serial");
    struct tm t = {0};

    if (!give_once(state))
        return 0;
    hop_cim_set_text(i, "Caption", version);
    hop_cim_set_text(i, "Description", version);
    hop_cim_set_text(i, "Name", version ? version : "");
    hop_cim_set_text(i, "Status", "OK");
    hop_cim_set_text(i, "Manufacturer", vendor);
    hop_cim_set_bool(i, "PrimaryBIOS", true);
    if (date && strptime(date, "%m/%d/%Y", &t))
        hop_cim_set_time(i, "ReleaseDate", unix_ticks(timegm(&t)));
    hop_cim_set_text(i, "SerialNumber", serial);
    hop_cim_set_text(i, "Version", version);
    hop_cim_set_text(i, "SMBIOSBIOSVersion", version);
    return 1;
}

const struct hop_cim_class hop_cim_class_bios = {
    .name = "Win32_BIOS",
    .parent = "CIM_BIOSElement",
    HOP_CIM_PROPERTIES(bios_properties),
    .state_size = sizeof(struct hop_cim_single),
    .next = next_bios,
};

/* ---- Win32_Processor ---- */

static const struct hop_cim_property cpu_properties[] = {
    S("Caption"),
    S("Description"),
    S("Name"),
    S("Status"),
    U16("AddressWidth"),
    SK("DeviceID"),
    U16("Architecture"),
    U32("CurrentClockSpeed"),
    S("Manufacturer"),
    U32("MaxClockSpeed"),
    U32("NumberOfCores"),
    U32("NumberOfLogicalProcessors"),
    S("SocketDesignation"),
    S("SystemName"),
};

/* The value behind "key\t: " of the first processor; owned. */
static char *
cpu_field(const char *text, const char *key)
{
    const char *at = text ? strstr(text, key) : NULL;
    const char *colon = at ? strchr(at, ':') : NULL;

    return colon ? hop_xstrndup(colon + 2, strcspn(colon + 2, "\n")) : NULL;
}

static int
next_cpu(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    HOP_AUTO_FREE char *text = hop_file_text("/proc/cpuinfo", 1 << 20);
    HOP_AUTO_FREE char *name = cpu_field(text, "model name");
    HOP_AUTO_FREE char *vendor = cpu_field(text, "vendor_id");
    HOP_AUTO_FREE char *mhz = cpu_field(text, "cpu MHz");
    HOP_AUTO_FREE char *cores = cpu_field(text, "cpu cores");
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    char host[65];

    if (!give_once(state))
        return 0;
    hop_cim_set_text(i, "Caption", name);
    hop_cim_set_text(i, "Description", name);
    hop_cim_set_text(i, "Name", name);
    hop_cim_set_text(i, "Status", "OK");
    hop_cim_set_number(i, "AddressWidth", sizeof(void *) * 8);
    hop_cim_set_text(i, "DeviceID", "CPU0");
    hop_cim_set_number(i, "CurrentClockSpeed", mhz ? atoi(mhz) : 0);
    hop_cim_set_number(i, "MaxClockSpeed", mhz ? atoi(mhz) : 0);
    hop_cim_set_text(i, "Manufacturer", vendor);
    hop_cim_set_number(i, "NumberOfCores", cores ? atoi(cores) : online);
    hop_cim_set_number(i, "NumberOfLogicalProcessors", online);
    hop_cim_set_text(i, "SystemName", hop_cim_host(host));
    return 1;
}

const struct hop_cim_class hop_cim_class_processor = {
    .name = "Win32_Processor",
    .parent = "CIM_Processor",
    HOP_CIM_PROPERTIES(cpu_properties),
    .state_size = sizeof(struct hop_cim_single),
    .next = next_cpu,
};

/* ---- Win32_TimeZone ---- */

static const struct hop_cim_property zone_properties[] = {
    S("Caption"),      S("Description"),   I32("Bias"),
    S("DaylightName"), SK("StandardName"),
};

static int
next_zone(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    struct tm t;
    time_t now = time(NULL);

    if (!give_once(state))
        return 0;
    localtime_r(&now, &t);
    hop_cim_set_text(i, "Caption", t.tm_zone);
    hop_cim_set_text(i, "Description", t.tm_zone);
    hop_cim_set_number(i, "Bias", offset_minutes());
    hop_cim_set_text(i, "DaylightName", tzname[1]);
    hop_cim_set_text(i, "StandardName", tzname[0]);
    return 1;
}

const struct hop_cim_class hop_cim_class_time_zone = {
    .name = "Win32_TimeZone",
    .parent = "CIM_Setting",
    HOP_CIM_PROPERTIES(zone_properties),
    .state_size = sizeof(struct hop_cim_single),
    .next = next_zone,
};
