/* SPDX-License-Identifier: MIT */
#include "client/local.h"

#include <netdb.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ad/sddl.h"
#include "auth/thumbprint.h"
#include "base/alloc.h"
#include "base/stack.h"
#include "base/text.h"
#include "config/change.h"
#include "net/filter.h"
#include "net/servercert.h"
#include "xml/writer.h"

#define BODY_MAX (1024 * 1024)

struct state {
    struct hop_config config;
    struct hop_buf addresses;
    struct hop_settings_view view;
};

static void
free_state(struct state *s)
{
    hop_config_done(&s->config);
    hop_buf_done(&s->addresses);
}

/* The listeners' certificates as they are in their files now. */
static void
look_at_certificates(struct hop_config *c)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    size_t at = 0;

    while (hop_config_entry_name(c, "Listener", &at, &name) != NULL) {
        const char *one = hop_buf_str(&name);
        const char *file =
            hop_config_entry(c, "Listener", one, "CertificateFile");

        if (file != NULL && file[0] != '\0')
            hop_thumbprint_follow(c, one, file);
    }
}

static bool
load(struct state *s, const char *dir, struct hop_error *err)
{
    *s = (struct state){0};
    hop_config_init(&s->config);
    if (!hop_config_load(&s->config, dir, err))
        return false;
    look_at_certificates(&s->config);
    hop_filter_describe(
        hop_config_text(&s->config, HOP_SET_SERVICE_IPV4_FILTER),
        hop_config_text(&s->config, HOP_SET_SERVICE_IPV6_FILTER),
        &s->addresses);
    s->view = (struct hop_settings_view){
        .config = &s->config, .addresses = hop_buf_str(&s->addresses)};
    return true;
}

static bool
change(const char *dir, const struct hop_settings_request *r,
       struct hop_buf *xml, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf changes = HOP_BUF_INIT;
    HOP_CLEANUP(free_state) struct state before, after = {0};
    struct hop_fault fault = {0};

    if (!load(&before, dir, err))
        return false;
    if (!hop_settings_plan(&before.view, r, &changes, &fault))
        return hop_fault_to_error(&fault, err);
    if (!hop_sddl_check_changes(hop_buf_str(&changes), err))
        return false;
    if (changes.len > 0 && !hop_config_change(dir, hop_buf_str(&changes), err))
        return false;
    if (!load(&after, dir, err))
        return false;
    hop_settings_answer(&after.view, r, xml);
    return true;
}

static bool
call(const char *dir, const struct hop_settings_request *r, struct hop_buf *xml,
     struct hop_error *err)
{
    HOP_CLEANUP(free_state) struct state s;
    struct hop_fault fault = {0};

    if (r->verb != HOP_WSMAN_GET)
        return change(dir, r, xml, err);
    return load(&s, dir, err) && (hop_settings_get(&s.view, r, xml, &fault) ||
                                  hop_fault_to_error(&fault, err));
}

bool
hop_local_call(const char *dir, const struct hop_settings_request *given,
               const char *body, struct hop_buf *xml, struct hop_error *err)
{
    const struct hop_xml_tree_options options = {
        .limits = hop_xml_soap_limits(BODY_MAX)};
    struct hop_settings_request r = *given;
    struct hop_xml_node *root = NULL;
    struct hop_arena arena;
    bool ok;

    hop_arena_init(&arena, 0);
    ok = body == NULL || hop_xml_tree_read(body, strlen(body), &options, &arena,
                                           NULL, &root, err);
    r.body = root;
    ok = ok && call(dir, &r, xml, err);
    hop_arena_done(&arena);
    return ok;
}

bool
hop_local_enumerate(const char *dir, const struct hop_settings_request *r,
                    hop_settings_item_fn *item, void *ctx,
                    struct hop_error *err)
{
    HOP_CLEANUP(free_state) struct state s;
    struct hop_fault fault = {0};

    return load(&s, dir, err) &&
           (hop_settings_enumerate(&s.view, r, item, ctx, &fault) ||
            hop_fault_to_error(&fault, err));
}

/* ---- quickconfig */

char *
hop_local_name(void)
{
    const struct addrinfo hints = {.ai_flags = AI_CANONNAME};
    struct addrinfo *list = NULL;
    char host[256] = "localhost";
    char *out;

    if (gethostname(host, sizeof(host) - 1) < 0)
        return hop_xstrdup("localhost");
    if (getaddrinfo(host, NULL, &hints, &list) != 0)
        return hop_xstrdup(host);
    out = hop_xstrdup(list->ai_canonname != NULL ? list->ai_canonname : host);
    freeaddrinfo(list);
    return out;
}

static bool
is_serving(void)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX,
                             .sun_path = HOP_CONFIG_SOCKET};
    HOP_AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    return fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0;
}

struct wanted {
    const char *transport;
    bool found;
};

static void
look_at(void *ctx, const struct hop_buf *xml)
{
    struct wanted *w = ctx;
    HOP_AUTO_FREE char *transport =
        hop_xasprintf("<cfg:Transport>%s</cfg:Transport>", w->transport);
    const char *text = hop_buf_str(xml);

    w->found = w->found || (strstr(text, transport) != NULL &&
                            strcasestr(text, ">true</cfg:Enabled>") != NULL);
}

bool
hop_local_state(const char *dir, bool https, unsigned *state,
                struct hop_error *err)
{
    HOP_CLEANUP(free_state) struct state s;
    struct wanted w = {.transport = https ? "HTTPS" : "HTTP"};
    const struct hop_settings_request r = {.verb = HOP_WSMAN_ENUMERATE,
                                           .resource_uri =
                                               HOP_URI_CONFIG "/listener"};
    struct hop_fault fault = {0};

    if (!load(&s, dir, err))
        return false;
    if (!hop_settings_enumerate(&s.view, &r, look_at, &w, &fault))
        return hop_fault_to_error(&fault, err);
    *state = (is_serving() ? HOP_LOCAL_SERVING : 0u) |
             (w.found ? HOP_LOCAL_LISTENING : 0u) |
             (hop_config_bool(&s.config, HOP_SET_SERVICE_ALLOW_REMOTE)
                  ? HOP_LOCAL_REMOTE
                  : 0u);
    return true;
}

/* The body of a new listener; for HTTPS with the certificate that is found. */
static bool
describe_listener(const char *dir, bool https, struct hop_buf *body,
                  struct hop_buf *found, struct hop_error *err)
{
    HOP_CLEANUP(hop_config_done) struct hop_config config;
    HOP_CLEANUP(hop_servercert_done) struct hop_servercert c = {0};
    HOP_AUTO_FREE char *dirs = NULL, *name = hop_local_name();
    struct hop_xml_writer w = HOP_XML_WRITER(body);

    hop_config_init(&config);
    if (https) {
        if (!hop_config_load(&config, dir, err))
            return false;
        dirs = hop_config_certificate_dirs(&config, dir);
        if (!hop_servercert_find(
                dirs, hop_config_text(&config, HOP_SET_CERTIFICATE_TOKENS),
                name, time(NULL), &c, err))
            return false;
        hop_buf_addf(found, "%s (%s, %s)", c.cert, c.subject, c.thumbprint);
    }
    hop_xml_open(&w, "l:Listener");
    hop_xml_declare(&w, "l", HOP_NS_CONFIG "/listener");
    if (https) {
        hop_xml_element(&w, "l:Hostname", name);
        hop_xml_element(&w, "l:CertificateThumbprint", c.thumbprint);
        /* By its file it is found when it has been renewed. */
        hop_xml_element(&w, "l:CertificateFile", c.cert);
        hop_xml_element(&w, "l:KeyFile", c.key);
    }
    hop_xml_close(&w, "l:Listener");
    return true;
}

static bool
add_listener(const char *dir, bool https, struct hop_buf *found,
             struct hop_error *err)
{
    const struct hop_wsman_selector which[] = {
        {"Address", "*"}, {"Transport", https ? "HTTPS" : "HTTP"}};
    struct hop_settings_request r = {.verb = HOP_WSMAN_CREATE,
                                     .resource_uri = HOP_URI_CONFIG "/listener",
                                     .selectors = which,
                                     .selector_count = 2};
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT, xml = HOP_BUF_INIT;

    if (!describe_listener(dir, https, &body, found, err))
        return false;
    if (hop_local_call(dir, &r, hop_buf_str(&body), &xml, err))
        return true;
    /* One that is there and switched off. */
    if (err->code != HOP_FAULT_ALREADY_EXISTS)
        return false;
    r.verb = HOP_WSMAN_PUT;
    return hop_local_call(dir, &r,
                          "<l:Listener xmlns:l=\"" HOP_NS_CONFIG
                          "/listener\"><l:Enabled>true</l:Enabled>"
                          "</l:Listener>",
                          &xml, err);
}

extern char **environ;

static bool
start_service(struct hop_error *err)
{
    static char *const argv[] = {"systemctl", "enable", "--now", "hopd", NULL};
    pid_t pid;
    int status = -1;

    if (access("/run/systemd/system", F_OK) < 0)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "hopd does not serve on this host, and there is "
                             "no systemd to start it: start hopd");
    if (hop_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0 ||
        waitpid(pid, &status, 0) != pid || status != 0)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "systemctl enable --now hopd has failed; "
                             "journalctl -u hopd tells why");
    return true;
}

bool
hop_local_set_up(const char *dir, bool https, struct hop_buf *found,
                 struct hop_error *err)
{
    static const char *const remote[] = {"Service/AllowRemoteAccess"};
    static const char *const yes[] = {"true"};
    unsigned state;

    if (!hop_local_state(dir, https, &state, err))
        return false;
    return ((state & HOP_LOCAL_REMOTE) != 0 ||
            hop_config_save(dir, remote, yes, 1, err)) &&
           ((state & HOP_LOCAL_LISTENING) != 0 ||
            add_listener(dir, https, found, err)) &&
           ((state & HOP_LOCAL_SERVING) != 0 || start_service(err));
}
