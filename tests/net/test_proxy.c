/* http_proxy and its kin.  SPDX-License-Identifier: MIT */
#include "net/dial.h"

#include "test.h"

#include "base/cleanup.h"

static const char *const *environment;

static const char *
get(const char *name)
{
    for (size_t i = 0; environment[i]; i += 2)
        if (strcmp(environment[i], name) == 0)
            return environment[i + 1];
    return NULL;
}

static const struct {
    const char *name;
    const char *env[8];
    const char *host;
    bool tls;
    const char *want, *authorization;
} rows[] = {
    {"no variable", {NULL}, "b", false, NULL},
    {"http_proxy", {"http_proxy", "http://p:8080/"}, "b", false, "p:8080"},
    {"HTTP_PROXY is not trusted",
     {"HTTP_PROXY", "http://p:8080"},
     "b",
     false,
     NULL},
    {"https_proxy for TLS only", {"https_proxy", "p:1"}, "b", false, NULL},
    {"HTTPS_PROXY", {"HTTPS_PROXY", "p:1"}, "b", true, "p:1"},
    {"all_proxy", {"ALL_PROXY", "p:1"}, "b", true, "p:1"},
    {"no port", {"http_proxy", "http://p"}, "b", false, "p:3128"},
    {"an IPv6 proxy",
     {"http_proxy", "http://[::1]:8080"},
     "b",
     false,
     "[::1]:8080"},
    {"an IPv6 proxy without a port",
     {"http_proxy", "http://[::1]"},
     "b",
     false,
     "[::1]:3128"},
    {"user and password",
     {"http_proxy", "http://a:b%3Ac@p:1"},
     "b",
     false,
     "p:1",
     "Basic YTpiOmM="},
    {"an empty value", {"http_proxy", ""}, "b", false, NULL},
    {"no_proxy names the host",
     {"http_proxy", "p:1", "no_proxy", "x, b.corp.test"},
     "b.corp.test",
     false,
     NULL},
    {"no_proxy names the domain",
     {"http_proxy", "p:1", "no_proxy", ".corp.test"},
     "b.CORP.test",
     false,
     NULL},
    {"no_proxy names the domain without a dot",
     {"http_proxy", "p:1", "NO_PROXY", "corp.test"},
     "b.corp.test",
     false,
     NULL},
    {"no_proxy does not match half a label",
     {"http_proxy", "p:1", "no_proxy", "orp.test"},
     "b.corp.test",
     false,
     "p:1"},
    {"no_proxy with this port",
     {"http_proxy", "p:1", "no_proxy", "b:5985"},
     "b",
     false,
     NULL},
    {"no_proxy with another port",
     {"http_proxy", "p:1", "no_proxy", "b:80"},
     "b",
     false,
     "p:1"},
    {"no_proxy everything",
     {"http_proxy", "p:1", "no_proxy", "*"},
     "b",
     false,
     NULL},
};

TEST(proxies)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_FREE char *authorization = NULL;
        HOP_AUTO_FREE char *got = NULL;
        ROW(rows[i].name);
        environment = rows[i].env;
        got = hop_proxy_from_env(rows[i].host, 5985, rows[i].tls, get,
                                 &authorization);
        CHECK_STR(got, rows[i].want);
        CHECK_STR(authorization, rows[i].authorization);
    }
}

int
main(void)
{
    RUN(proxies);
    return test_done();
}
