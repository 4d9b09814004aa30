/* The settings of a whole server over the wire: read, changed, reloaded.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "config/change.h"
#include "serve.h"
#include "test.h"

#define NS "http://schemas.microsoft.com/wbem/wsman/1/config"

static struct serve server;

static struct hop_resource
resource(const char *uri, const struct hop_selector *selectors, size_t count)
{
    return (struct hop_resource){.size = sizeof(struct hop_resource),
                                 .uri = uri,
                                 .selectors = selectors,
                                 .selector_count = count};
}

static bool
holds(const char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        return true;
    test_fail(__FILE__, __LINE__, "no \"%s\" in \"%s\"", part, text);
    return false;
}

TEST(settings_are_read_and_changed)
{
    hop_connection *c = serve_connect(&server);
    struct hop_resource auth = resource("winrm/config/service/auth", NULL, 0);
    struct hop_resource all = resource("winrm/config", NULL, 0);
    const char *xml = "";

    CHECK(hop_resource_get(c, &all, &xml));
    holds(xml, "<cfg:Config xmlns:cfg=\"" NS "\" xml:lang=\"en-US\">");
    holds(xml, "<cfg:MaxEnvelopeSizekb>500</cfg:MaxEnvelopeSizekb>");
    holds(xml, "<cfg:TrustedHosts/></cfg:Client>");
    CHECK(strstr(xml, "Keytab") == NULL);

    CHECK(hop_resource_put(c, &auth,
                           "<p:Auth xmlns:p=\"" NS "/service/auth\">"
                           "<p:CredSSP>true</p:CredSSP></p:Auth>",
                           &xml));
    holds(xml, "<cfg:CredSSP>true</cfg:CredSSP>");
    CHECK(hop_resource_get(c, &auth, &xml));
    holds(xml, "<cfg:Auth xmlns:cfg=\"" NS "/service/auth\"");
    holds(xml, "<cfg:CredSSP>true</cfg:CredSSP>");

    CHECK(hop_resource_invoke(c, &all, "Restore", NULL, &xml));
    CHECK(hop_resource_get(c, &auth, &xml));
    holds(xml, "<cfg:CredSSP>false</cfg:CredSSP>");
    hop_connection_free(c);
}

static const struct {
    const char *name, *uri, *body;
    uint32_t code;
} refused[] = {
    {"a setting that is not there", "winrm/config/service",
     "<p:Service xmlns:p='x'><p:Nothing>1</p:Nothing></p:Service>", 0x80338015},
    {"a value that cannot be", "winrm/config/service/auth",
     "<p:Auth xmlns:p='x'><p:CredSSP>perhaps</p:CredSSP></p:Auth>", 0x80338015},
    {"another element", "winrm/config/service/auth", "<p:Service xmlns:p='x'/>",
     0x80338041},
    {"a part that is not there", "winrm/config/nothing",
     "<p:Nothing xmlns:p='x'/>", 0x8033803B},
    {"fixed by a policy", "winrm/config/service",
     "<p:Service xmlns:p='x'><p:MaxConnections>10</p:MaxConnections>"
     "</p:Service>",
     0x8033808A},
};

TEST(what_cannot_be_is_refused)
{
    hop_connection *c = serve_connect(&server);

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct hop_resource r = resource(refused[i].uri, NULL, 0);
        ROW(refused[i].name);
        CHECK(!hop_resource_put(c, &r, refused[i].body, NULL));
        CHECK_INT(hop_connection_code(c), refused[i].code);
    }
    hop_connection_free(c);
}

static bool
add_item(void *ctx, const char *xml, size_t len)
{
    hop_buf_add(ctx, xml, len);
    hop_buf_addc(ctx, '\n');
    return true;
}

static void
list_listeners(hop_connection *c, struct hop_buf *out)
{
    struct hop_resource r = resource("winrm/config/listener", NULL, 0);
    const struct hop_enumerate how = {
        .size = sizeof(how), .batch = 1, .ctx = out, .item = add_item};

    hop_buf_clear(out);
    CHECK(hop_resource_enumerate(c, &r, &how));
}

static hop_connection *
connect_to(const char *endpoint)
{
    hop_connection *c = serve_connect(&server);

    CHECK(hop_connection_set_text(c, HOP_SET_ENDPOINT, endpoint));
    return c;
}

TEST(listeners_come_and_go)
{
    const struct hop_selector which[] = {{"Address", "IP:127.0.0.2"},
                                         {"Transport", "HTTP"}};
    struct hop_resource r = resource("winrm/config/listener", which, 2);
    HOP_AUTO_BUF struct hop_buf items = HOP_BUF_INIT;
    HOP_AUTO_FREE char *body = hop_xasprintf("<l:Listener xmlns:l=\"" NS
                                             "/listener\"><l:Port>%d</l:Port>"
                                             "</l:Listener>",
                                             server.port);
    HOP_AUTO_FREE char *port = hop_xasprintf("%d", server.port);
    HOP_AUTO_FREE char *other = hop_xasprintf("127.0.0.2:%s", port);
    hop_connection *c = serve_connect(&server), *second = connect_to(other);
    struct hop_identity id;
    const char *xml = "";

    CHECK(hop_resource_create(c, &r, body, &xml));
    holds(xml, "<w:Selector Name=\"Address\">IP:127.0.0.2</w:Selector>");
    CHECK(!hop_resource_create(c, &r, body, NULL));
    CHECK_INT(hop_connection_code(c), 0x80338033);
    list_listeners(c, &items);
    holds(hop_buf_str(&items), "<cfg:Address>IP:127.0.0.2</cfg:Address>");
    holds(hop_buf_str(&items), "<cfg:ListeningOn>127.0.0.2</cfg:ListeningOn>");
    CHECK(strchr(hop_buf_str(&items), '\n') + 1 <
          hop_buf_str(&items) + items.len);

    if (!hop_connection_identify(second, &id))
        test_fail(__FILE__, __LINE__, "%s", hop_connection_error(second));
    CHECK(hop_resource_delete(c, &r));
    CHECK(!hop_resource_delete(c, &r));
    CHECK_INT(hop_connection_code(c), 0x80338000);
    hop_connection_free(second);
    second = connect_to(other);
    CHECK(!hop_connection_identify(second, &id));
    CHECK_INT(hop_connection_cause(second), HOP_CAUSE_REFUSED);
    hop_connection_free(second);
    hop_connection_free(c);
}

TEST(https_needs_a_certificate_that_is_there)
{
    const struct hop_selector which[] = {{"Address", "*"},
                                         {"Transport", "HTTPS"}};
    struct hop_resource r = resource("winrm/config/listener", which, 2);
    hop_connection *c = serve_connect(&server);

    CHECK(!hop_resource_create(c, &r, "<l:Listener xmlns:l='x'/>", NULL));
    CHECK_INT(hop_connection_code(c), 0x80338015);
    CHECK(!hop_resource_create(
        c, &r,
        "<l:Listener xmlns:l='x'><l:CertificateThumbprint>12"
        "</l:CertificateThumbprint></l:Listener>",
        NULL));
    holds(hop_connection_error(c), "has the thumbprint 12");
    hop_connection_free(c);
}

TEST(the_socket_takes_changes)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/run/config", server.dir);
    struct hop_resource client = resource("winrm/config/client", NULL, 0);
    hop_connection *c = serve_connect(&server);
    struct hop_error err = {0};
    const char *xml = "";

    CHECK(hop_config_change_ask(path, "Client/TrustedHosts = b, c\n", &err));
    CHECK(hop_resource_get(c, &client, &xml));
    holds(xml, "<cfg:TrustedHosts>b, c</cfg:TrustedHosts>");
    CHECK(!hop_config_change_ask(path, "Service/MaxConnections = 7\n", &err));
    CHECK_INT(err.code, 0x8033808A);
    CHECK(!hop_config_change_ask(path, "nonsense\n", &err));
    CHECK_STR(err.text, "\"nonsense\" changes no setting");
    CHECK(hop_config_change_ask(path, "- Client/TrustedHosts\n", &err));
    CHECK(hop_resource_get(c, &client, &xml));
    holds(xml, "<cfg:TrustedHosts/>");
    hop_connection_free(c);
}

/* Put there by an administrator: the server reads it by itself. */
static void
put_policy(void)
{
    HOP_AUTO_FREE char *dir = hop_xasprintf("%s/policy.d", server.dir);
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/site.conf", dir);
    FILE *f = mkdir(dir, 0755) == 0 ? fopen(path, "w") : NULL;

    if (f == NULL || fputs("Service/MaxConnections = 200\n", f) < 0 ||
        fclose(f) != 0)
        test_fail(__FILE__, __LINE__, "no policy");
}

int
main(void)
{
    serve_start(&server, "");
    put_policy();
    RUN(settings_are_read_and_changed);
    RUN(what_cannot_be_is_refused);
    RUN(listeners_come_and_go);
    RUN(https_needs_a_certificate_that_is_there);
    RUN(the_socket_takes_changes);
    if (!serve_stop(&server))
        test_fail(__FILE__, __LINE__, "the server left something behind");
    return test_done();
}
