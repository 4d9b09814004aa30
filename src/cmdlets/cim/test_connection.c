/* Test-Connection.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/cim.h"
#include "cmdlets/cim/computer.h"
#include "cmdlets/record.h"
#include "net/ping.h"
#include "value/convert.h"
#include "value/enums.h"

#define COMMAND "Microsoft.PowerShell.Commands.TestConnectionCommand+"

/* ---- what comes out ---- */

enum {
    P_PING,
    P_SOURCE,
    P_DESTINATION,
    P_ADDRESS,
    P_SHOWN,
    P_LATENCY,
    P_STATUS,
    P_SIZE,
    P_REPLY
};
static const struct hop_property ping_properties[] = {
    HOP_RECORD_PROPERTY(P_PING, "Ping", "uint32"),
    HOP_RECORD_PROPERTY(P_SOURCE, "Source", "string"),
    HOP_RECORD_PROPERTY(P_DESTINATION, "Destination", "string"),
    HOP_RECORD_PROPERTY(P_ADDRESS, "Address", "ipaddress"),
    HOP_RECORD_PROPERTY(P_SHOWN, "DisplayAddress", "string"),
    HOP_RECORD_PROPERTY(P_LATENCY, "Latency", "long"),
    HOP_RECORD_PROPERTY(P_STATUS, "Status",
                        "System.Net.NetworkInformation.IPStatus"),
    HOP_RECORD_PROPERTY(P_SIZE, "BufferSize", "int"),
    {0},
};
const struct hop_class hop_class_ping_status =
    HOP_RECORD_CLASS(COMMAND "PingStatus", ping_properties);

enum {
    T_ID,
    T_SOURCE,
    T_TARGET,
    T_ADDRESS,
    T_PORT,
    T_LATENCY,
    T_CONNECTED,
    T_STATUS
};
static const struct hop_property port_properties[] = {
    HOP_RECORD_PROPERTY(T_ID, "Id", "int"),
    HOP_RECORD_PROPERTY(T_SOURCE, "Source", "string"),
    HOP_RECORD_PROPERTY(T_TARGET, "Target", "string"),
    HOP_RECORD_PROPERTY(T_ADDRESS, "TargetAddress", "ipaddress"),
    HOP_RECORD_PROPERTY(T_PORT, "Port", "int"),
    HOP_RECORD_PROPERTY(T_LATENCY, "Latency", "long"),
    HOP_RECORD_PROPERTY(T_CONNECTED, "Connected", "bool"),
    HOP_RECORD_PROPERTY(T_STATUS, "Status", "string"),
    {0},
};
const struct hop_class hop_class_port_status =
    HOP_RECORD_CLASS(COMMAND "TcpPortStatus", port_properties);

/* System.Net.NetworkInformation.IPStatus. */
enum { OK = 0, HOST_UNREACHABLE = 11003, TIMED_OUT = 11010, EXPIRED = 11013 };

/* ---- parameters ---- */

enum {
    C_TARGET,
    C_PING,
    C_V4,
    C_V6,
    C_RESOLVE,
    C_SOURCE,
    C_HOPS,
    C_COUNT,
    C_DELAY,
    C_SIZE,
    C_WHOLE,
    C_REPEAT,
    C_QUIET,
    C_DETAILED,
    C_TIMEOUT,
    C_PORT
};
#define PINGS                                                                  \
    {"DefaultPing"},                                                           \
    {                                                                          \
        "RepeatPing"                                                           \
    }
static const struct hop_param params[] = {
    [C_TARGET] = {"TargetName", "string[]",
                  HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME |
                      HOP_NOT_NULL_OR_EMPTY,
                  .position = HOP_POS(0), .aliases = "ComputerName"},
    [C_PING] = {"Ping", "switch", .in = HOP_SETS(PINGS)},
    [C_V4] = {"IPv4", "switch"},
    [C_V6] = {"IPv6", "switch"},
    [C_RESOLVE] = {"ResolveDestination", "switch"},
    [C_SOURCE] = {"Source", "string", .in = HOP_SETS(PINGS, {"TcpPort"})},
    [C_HOPS] = {"MaxHops", "int", .aliases = "Ttl TimeToLive Hops",
                .range = HOP_RANGE(1, 128), .in = HOP_SETS(PINGS)},
    [C_COUNT] = {"Count", "int", .range = HOP_RANGE_KIND("Positive"),
                 .in = HOP_SETS({"DefaultPing"}, {"TcpPort"})},
    [C_DELAY] = {"Delay", "int", .range = HOP_RANGE_KIND("Positive"),
                 .in = HOP_SETS(PINGS, {"TcpPort"})},
    [C_SIZE] = {"BufferSize", "int", .aliases = "Size Bytes BS",
                .range = HOP_RANGE(0, 65500), .in = HOP_SETS(PINGS)},
    [C_WHOLE] = {"DontFragment", "switch", .in = HOP_SETS(PINGS)},
    [C_REPEAT] = {"Repeat", "switch", .aliases = "Continuous",
                  .in =
                      HOP_SETS({"RepeatPing", HOP_MANDATORY, 0}, {"TcpPort"})},
    [C_QUIET] = {"Quiet", "switch"},
    [C_DETAILED] = {"Detailed", "switch", .in = HOP_SETS({"TcpPort"})},
    [C_TIMEOUT] = {"TimeoutSeconds", "int",
                   .range = HOP_RANGE_KIND("Positive")},
    [C_PORT] = {"TcpPort", "int", .range = HOP_RANGE(0, 65535),
                .in = HOP_SETS({"TcpPort", HOP_MANDATORY, 0})},
};

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct hop_value
address_value(struct hop_context *cx, const char *text)
{
    HOP_AUTO_VALUE struct hop_value s = hop_text(text);
    struct hop_value out = hop_null();

    if (!hop_try_convert(cx, s, &hop_class_ipaddress, &out))
        return hop_null();
    return out;
}

static bool
failed(struct hop_command *c, struct hop_value target, const char *why)
{
    struct hop_error_spec spec = {
        .id = "TestConnectionException",
        .category = HOP_CAT_RESOURCE_UNAVAILABLE,
        .exception = "System.Net.NetworkInformation.PingException",
        .target = target};

    if (hop_arg_on(c, C_QUIET))
        return hop_write_bool(c, false);
    return hop_command_error(c, &spec,
                             "Testing connection to computer '%s' failed: %s",
                             hop_cstr(target), why);
}

/* ---- echo requests ---- */

/* 1 with *status and *latency, 0 with err, -1: the pipeline is stopped. */
static int
ping_once(struct hop_command *c, const struct hop_ping_target *to,
          const struct hop_ping_options *o, int *status, int64_t *latency,
          struct hop_error *err)
{
    HOP_AUTO_FD int fd = hop_ping_send(to, o, err);
    int64_t began = now_ms();
    int64_t end = began + hop_arg_int(c, C_TIMEOUT, 5) * 1000;

    if (fd < 0)
        return 0;
    *status = TIMED_OUT;
    for (int64_t left = end - began; left > 0; left = end - now_ms()) {
        int r = hop_runspace_wait(hop_command_runspace(c), fd, POLLIN, left);

        if (r < 0)
            return -1;
        if (r == 0)
            break;
        switch (hop_ping_take(fd, to, o)) {
        case HOP_PING_REPLY: *status = OK; break;
        case HOP_PING_UNREACHABLE: *status = HOST_UNREACHABLE; break;
        case HOP_PING_TTL_EXPIRED: *status = EXPIRED; break;
        default: continue;
        }
        break;
    }
    *latency = now_ms() - began;
    return 1;
}

static struct hop_value
ping_result(struct hop_command *c, struct hop_value target,
            const struct hop_ping_target *to, int number, int status,
            int64_t latency, size_t bytes)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_record *r = hop_record_new(cx, &hop_class_ping_status);
    char host[65];

    hop_record_set(r, P_PING, hop_integer(HOP_UINT32, number));
    hop_record_set(r, P_SOURCE, hop_text(hop_cim_host(host)));
    hop_record_set(r, P_DESTINATION, hop_retain(target));
    hop_record_set(r, P_ADDRESS, address_value(cx, to->text));
    hop_record_set(r, P_SHOWN, hop_text(status == OK ? to->text : "*"));
    hop_record_set(r, P_LATENCY, hop_long(status == OK ? latency : 0));
    hop_record_set(r, P_STATUS, hop_enum(HOP_ENUM_IP_STATUS, status));
    hop_record_set(r, P_SIZE, hop_int(status == OK ? (int32_t)bytes : 0));
    return hop_obj(r);
}

static bool
pause_between(struct hop_command *c)
{
    return hop_runspace_wait(hop_command_runspace(c), -1, 0,
                             hop_arg_int(c, C_DELAY, 1) * 1000) >= 0;
}

static bool
ping(struct hop_command *c, struct hop_value target,
     const struct hop_ping_target *to)
{
    int64_t count =
        hop_arg_on(c, C_REPEAT) ? INT64_MAX : hop_arg_int(c, C_COUNT, 4);
    struct hop_ping_options o = {.bytes = (size_t)hop_arg_int(c, C_SIZE, 32),
                                 .ttl = (int)hop_arg_int(c, C_HOPS, 0),
                                 .whole = hop_arg_on(c, C_WHOLE)};
    bool quiet = hop_arg_on(c, C_QUIET), all = true;

    for (int64_t i = 1; i <= count; i++) {
        struct hop_error err = {0};
        int status = TIMED_OUT, r;
        int64_t latency = 0;

        o.sequence = (uint16_t)i;
        r = ping_once(c, to, &o, &status, &latency, &err);
        if (r < 0)
            return false;
        if (r == 0)
            return failed(c, target, err.text);
        all &= status == OK;
        if (!quiet && !hop_write_take(c, ping_result(c, target, to, (int)i,
                                                     status, latency, o.bytes)))
            return false;
        if (i < count && !pause_between(c))
            return false;
    }
    return !quiet || hop_write_bool(c, all);
}

/* ---- ports ---- */

static bool
connect_once(struct hop_command *c, const struct hop_ping_target *to, int *why,
             int64_t *latency)
{
    struct hop_error err = {0};
    int64_t began = now_ms();
    HOP_AUTO_FD int fd =
        hop_ping_connect(to, (uint16_t)hop_arg(c, C_PORT).u.i, &err);
    int r;

    *why = (int)err.code;
    if (fd < 0)
        return true;
    r = hop_runspace_wait(hop_command_runspace(c), fd, POLLOUT,
                          hop_arg_int(c, C_TIMEOUT, 5) * 1000);
    *latency = now_ms() - began;
    *why = r > 0 ? hop_ping_connected(fd) : ETIMEDOUT;
    return r >= 0;
}

static const char *
socket_error(int why)
{
    switch (why) {
    case 0: return "Success";
    case ECONNREFUSED: return "ConnectionRefused";
    case ETIMEDOUT: return "TimedOut";
    case EHOSTUNREACH: return "HostUnreachable";
    case ENETUNREACH: return "NetworkUnreachable";
    default: return "SocketError";
    }
}

static struct hop_value
port_result(struct hop_command *c, struct hop_value target,
            const struct hop_ping_target *to, int number, int why,
            int64_t latency)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_record *r = hop_record_new(cx, &hop_class_port_status);
    char host[65];

    hop_record_set(r, T_ID, hop_int(number));
    hop_record_set(r, T_SOURCE, hop_text(hop_cim_host(host)));
    hop_record_set(r, T_TARGET, hop_retain(target));
    hop_record_set(r, T_ADDRESS, address_value(cx, to->text));
    hop_record_set(r, T_PORT, hop_int((int32_t)hop_arg(c, C_PORT).u.i));
    hop_record_set(r, T_LATENCY, hop_long(latency));
    hop_record_set(r, T_CONNECTED, hop_bool(why == 0));
    hop_record_set(r, T_STATUS, hop_text(socket_error(why)));
    return hop_obj(r);
}

static bool
try_port(struct hop_command *c, struct hop_value target,
         const struct hop_ping_target *to)
{
    bool detailed = hop_arg_on(c, C_DETAILED) && !hop_arg_on(c, C_QUIET);
    int64_t count = hop_arg_on(c, C_REPEAT)     ? INT64_MAX
                    : hop_arg_bound(c, C_COUNT) ? hop_arg_int(c, C_COUNT, 1)
                                                : 1;
    for (int64_t i = 1; i <= count; i++) {
        int why = 0;
        int64_t latency = 0;

        if (!connect_once(c, to, &why, &latency))
            return false;
        if (detailed ? !hop_write_take(
                           c, port_result(c, target, to, (int)i, why, latency))
                     : i == count && !hop_write_bool(c, why == 0))
            return false;
        if (i < count && !pause_between(c))
            return false;
    }
    return true;
}

static bool
process(struct hop_command *c)
{
    int family = hop_arg_on(c, C_V4)   ? AF_INET
                 : hop_arg_on(c, C_V6) ? AF_INET6
                                       : AF_UNSPEC;
    struct hop_error_spec spec = {.id = "SourceIsAnother",
                                  .category = HOP_CAT_NOT_IMPLEMENTED};

    if (hop_arg_bound(c, C_SOURCE) && !cim_is_local(hop_arg_text(c, C_SOURCE)))
        return hop_command_throw(c, &spec,
                                 "-Source %s is another host. Run the test "
                                 "there: Invoke-Command -ComputerName %s { "
                                 "Test-Connection ... }",
                                 hop_arg_text(c, C_SOURCE),
                                 hop_arg_text(c, C_SOURCE));
    for (size_t i = 0; i < hop_arg_count(c, C_TARGET); i++) {
        struct hop_value target = hop_arg_item(c, C_TARGET, i);
        struct hop_ping_target to = {.size = 0};
        struct hop_error err = {0};

        if (!hop_ping_resolve(hop_cstr(target), family, &to, &err)
                ? !failed(c, target, err.text)
            : hop_arg_bound(c, C_PORT) ? !try_port(c, target, &to)
                                       : !ping(c, target, &to))
            return false;
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_test_connection = {
    .name = "Test-Connection",
    .default_set = "DefaultPing",
    HOP_PARAMS(params),
    .output = COMMAND "PingStatus System.Boolean " COMMAND "TcpPortStatus",
    .synopsis = "Asks hosts for an echo, or tries a port of theirs.",
    .process = process,
};
