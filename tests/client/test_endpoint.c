/* How users write where a server is.  SPDX-License-Identifier: MIT */
#include "client/endpoint.h"

#include "test.h"

#include "base/alloc.h"

#define NOT(text, why)                                                         \
    "\"" text "\" is not an address of a server: " why                         \
    "; write a name, name:port or http://name:port/wsman"

static const struct {
    const char *name;
    const char *text;
    bool tls;
    const char *want; /* "scheme host port path header", or the error */
} rows[] = {
    {"a name", "b", false, "http b 5985 /wsman b:5985"},
    {"a full name with -ssl", "b.corp.test", true,
     "https b.corp.test 5986 /wsman b.corp.test:5986"},
    {"a port", "b:80", false, "http b 80 /wsman b:80"},
    {"an IPv4 address", "10.77.0.12", false,
     "http 10.77.0.12 5985 /wsman 10.77.0.12:5985"},
    {"an IPv6 address", "fe80::1", false,
     "http fe80::1 5985 /wsman [fe80::1]:5985"},
    {"an IPv6 address and a port", "[::1]:81", false,
     "http ::1 81 /wsman [::1]:81"},
    {"a URL", "http://b", false, "http b 5985 /wsman b:5985"},
    {"a URL says more than -ssl", "HTTP://b:5985/wsman", true,
     "http b 5985 /wsman b:5985"},
    {"an https URL", "https://b/", false, "https b 5986 /wsman b:5986"},
    {"a URL with a path", "https://b:443/PowerShell?x=y", false,
     "https b 443 /PowerShell?x=y b:443"},
    {"nothing", "", false, NOT("", "the name is missing")},
    {"another scheme", "ssh://b", false,
     NOT("ssh://b", "only http and https are spoken")},
    {"a port of letters", "b:http", false,
     NOT("b:http", "the port is not a number from 1 to 65535")},
    {"a port too large", "b:65536", false,
     NOT("b:65536", "the port is not a number from 1 to 65535")},
    {"port 0", "b:0", false,
     NOT("b:0", "the port is not a number from 1 to 65535")},
    {"no port behind the colon", "b:", false,
     NOT("b:", "the port is not a number from 1 to 65535")},
    {"an open bracket", "[::1", false, NOT("[::1", "a bracket is not closed")},
    {"a user in front", "alice@b", false,
     NOT("alice@b", "the name has characters that no name has")},
    {"a blank in the path", "http://b/a b", false,
     NOT("http://b/a b", "there is a blank in it")},
};

static const struct endpoint_defaults usual = {5985, 5986, "wsman"};

TEST(endpoints)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct endpoint e = {0};
        struct hop_error err = {0};
        HOP_AUTO_FREE char *got = NULL;

        ROW(rows[i].name);
        if (endpoint_parse(rows[i].text, rows[i].tls, &usual, &e, &err))
            got = hop_xasprintf("%s %s %u %s %s", e.tls ? "https" : "http",
                                e.host, e.port, e.path, e.host_header);
        else
            got = hop_xstrdup(err.text);
        CHECK_STR(got, rows[i].want);
        endpoint_done(&e);
    }
}

/* Client/DefaultPorts and Client/URLPrefix. */
TEST(other_defaults)
{
    static const struct endpoint_defaults other = {80, 443, "remote"};
    static const struct {
        const char *text, *path;
        uint16_t port;
    } given[] = {
        {"b", "/remote", 80},
        {"https://b", "/remote", 443},
        {"b:5985", "/remote", 5985},
        {"http://b/wsman", "/wsman", 80},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(given); i++) {
        struct endpoint e = {0};
        struct hop_error err = {0};

        CHECK(endpoint_parse(given[i].text, false, &other, &e, &err));
        CHECK_STR(e.path, given[i].path);
        CHECK_INT(e.port, given[i].port);
        endpoint_done(&e);
    }
}

int
main(void)
{
    RUN(endpoints);
    RUN(other_defaults);
    return test_done();
}
