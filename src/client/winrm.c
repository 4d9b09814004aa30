/* The operations of winrm, on this host's settings or over a connection.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client/winrm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "client/local.h"
#include "client/winrs.h"
#include "config/change.h"
#include "wsman/uri.h"
#include "xml/writer.h"

#define FILE_MAX (1024 * 1024)

struct run {
    const struct winrm_options *o;
    hop_connection *c; /* NULL: this host's settings */
    struct hop_error err;
};

/* ---- what is asked for, there or here */

static bool
from_connection(struct run *r, bool ok)
{
    uint32_t code = hop_connection_code(r->c);

    return ok ||
           hop_error_set(&r->err, code ? HOP_ERROR_WSMAN : HOP_ERROR_GENERIC,
                         code, "%s", hop_connection_error(r->c));
}

static struct hop_resource
resource_of(const struct winrm_options *o)
{
    return (struct hop_resource){
        .size = sizeof(struct hop_resource),
        .uri = o->uri,
        .selectors = (const struct hop_selector *)o->selectors,
        .selector_count = o->selector_count,
    };
}

static struct hop_settings_request
request_of(const struct winrm_options *o, enum hop_wsman_kind verb)
{
    return (struct hop_settings_request){.verb = verb,
                                         .resource_uri = o->uri,
                                         .selectors = o->selectors,
                                         .selector_count = o->selector_count};
}

static bool
call_there(struct run *r, enum hop_wsman_kind verb, const char *body,
           struct hop_buf *xml)
{
    const struct hop_resource what = resource_of(r->o);
    const char *text = "";
    bool ok = false;

    switch (verb) {
    case HOP_WSMAN_GET: ok = hop_resource_get(r->c, &what, &text); break;
    case HOP_WSMAN_PUT: ok = hop_resource_put(r->c, &what, body, &text); break;
    case HOP_WSMAN_CREATE:
        ok = hop_resource_create(r->c, &what, body, &text);
        break;
    case HOP_WSMAN_DELETE: ok = hop_resource_delete(r->c, &what); break;
    default:
        ok = hop_resource_invoke(r->c, &what, r->o->action, body, &text);
        break;
    }
    hop_buf_adds(xml, ok ? text : "");
    return from_connection(r, ok);
}

static bool
call(struct run *r, enum hop_wsman_kind verb, const char *body,
     struct hop_buf *xml)
{
    struct hop_settings_request request = request_of(r->o, verb);
    HOP_AUTO_FREE char *action = NULL;

    if (r->c != NULL)
        return call_there(r, verb, body, xml);
    if (verb == HOP_WSMAN_INVOKE) {
        action = hop_xasprintf("%s/%s", r->o->uri, r->o->action);
        request.action = action;
        body = NULL;
    }
    return hop_local_call(HOP_CONFIG_DIR, &request, body, xml, &r->err);
}

/* ---- output */

static bool
show(struct run *r, const char *xml)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    if (xml[0] == '\0')
        return true;
    if (r->o->format == WINRM_XML)
        hop_buf_addf(&out, "%s\n", xml);
    else if (r->o->format == WINRM_PRETTY) {
        if (!winrm_format_pretty(xml, &out, &r->err))
            return false;
    } else if (!winrm_format_text(xml, &out, &r->err)) {
        return false;
    } else {
        hop_buf_addc(&out, '\n');
    }
    fwrite(out.data, 1, out.len, stdout);
    return true;
}

/* ---- bodies */

static bool
read_file(struct run *r, struct hop_buf *out)
{
    bool input = strcmp(r->o->file, "-") == 0;
    HOP_AUTO_FD int fd =
        input ? dup(STDIN_FILENO) : open(r->o->file, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    do {
        char *room = hop_buf_reserve(out, 16384);

        n = fd >= 0 && room != NULL ? read(fd, room, 16384) : -1;
        if (n > 0)
            hop_buf_commit(out, (size_t)n);
    } while (n > 0 && out->len < FILE_MAX);
    return n == 0 || hop_error_errno(&r->err, n > 0 ? EFBIG : errno, "read %s",
                                     r->o->file);
}

/* A mapping of client certificates has a password on Windows; hopd needs none
 * to let its user in, and none is written to this host's settings. */
static void
note_password(const struct run *r)
{
    size_t n = strlen(r->o->uri), k = strlen("/certmapping");

    if (r->c != NULL || n < k ||
        !hop_ascii_ieq(r->o->uri + n - k, "/certmapping"))
        return;
    for (size_t i = 0; i < r->o->value_count; i++)
        if (hop_ascii_ieq(r->o->values[i].name, "Password"))
            fputs("winrm: the password was not stored: this service lets the "
                  "certificate's owner in without it\n",
                  stderr);
}

/* Of create and invoke: what the values say, or the file. */
static bool
make_body(struct run *r, struct hop_buf *body)
{
    HOP_AUTO_FREE char *root = r->o->verb == WINRM_INVOKE
                                   ? hop_xasprintf("%s_INPUT", r->o->action)
                                   : NULL;

    if (r->o->file != NULL)
        return read_file(r, body);
    note_password(r);
    hop_settings_body(r->o->uri, root, r->o->values, r->o->value_count, body);
    return true;
}

static bool
change_part(struct run *r, struct hop_buf *body)
{
    HOP_AUTO_BUF struct hop_buf now = HOP_BUF_INIT;
    const char *value = hop_settings_fragment_value(
        r->o->fragment, r->o->values, r->o->value_count, &r->err);

    return value != NULL && call(r, HOP_WSMAN_GET, NULL, &now) &&
           hop_settings_fragment(hop_buf_str(&now), r->o->fragment, value, body,
                                 &r->err);
}

/* Of set: all of the resource, with the new values in it. */
static bool
change_body(struct run *r, struct hop_buf *body)
{
    HOP_AUTO_BUF struct hop_buf now = HOP_BUF_INIT;

    if (r->o->file != NULL)
        return read_file(r, body);
    if (r->o->value_count == 0)
        return hop_error_set(&r->err, HOP_ERROR_GENERIC, 0,
                             "what is to be set is missing: winrm set "
                             "RESOURCE '@{NAME=\"VALUE\"}'");
    note_password(r);
    if (r->o->fragment != NULL)
        return change_part(r, body);
    return call(r, HOP_WSMAN_GET, NULL, &now) &&
           hop_settings_merge(hop_buf_str(&now), r->o->values,
                              r->o->value_count, body, &r->err);
}

/* ---- operations */

static bool
get(struct run *r)
{
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT, part = HOP_BUF_INIT;

    if (!call(r, HOP_WSMAN_GET, NULL, &xml))
        return false;
    if (r->o->fragment == NULL)
        return show(r, hop_buf_str(&xml));
    return hop_settings_fragment(hop_buf_str(&xml), r->o->fragment, NULL, &part,
                                 &r->err) &&
           show(r, hop_buf_str(&part));
}

static bool
set(struct run *r)
{
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT, xml = HOP_BUF_INIT;

    return change_body(r, &body) &&
           call(r, HOP_WSMAN_PUT, hop_buf_str(&body), &xml) &&
           show(r, hop_buf_str(&xml));
}

static bool
create(struct run *r)
{
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT, xml = HOP_BUF_INIT;

    return make_body(r, &body) &&
           call(r, HOP_WSMAN_CREATE, hop_buf_str(&body), &xml) &&
           show(r, hop_buf_str(&xml));
}

static bool delete (struct run *r)
{
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;

    return call(r, HOP_WSMAN_DELETE, NULL, &xml);
}

static bool
invoke(struct run *r)
{
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT, xml = HOP_BUF_INIT;

    if (r->o->action == NULL)
        return hop_error_set(&r->err, HOP_ERROR_GENERIC, 0,
                             "the action is missing: winrm invoke Restore "
                             "winrm/config");
    return make_body(r, &body) &&
           call(r, HOP_WSMAN_INVOKE, hop_buf_str(&body), &xml) &&
           show(r, hop_buf_str(&xml));
}

static bool
show_there(void *ctx, const char *xml, size_t len)
{
    return show(ctx, xml);
}

static void
show_here(void *ctx, const struct hop_buf *xml)
{
    (void)!show(ctx, hop_buf_str(xml));
}

static bool
enumerate(struct run *r)
{
    const struct hop_resource what = resource_of(r->o);
    const struct hop_settings_request request =
        request_of(r->o, HOP_WSMAN_ENUMERATE);
    const struct hop_enumerate how = {
        .size = sizeof(how),
        .dialect = r->o->dialect,
        .filter = r->o->filter,
        .mode = (enum hop_enumerate_mode)r->o->mode,
        .ctx = r,
        .item = show_there,
    };

    if (r->c != NULL)
        return from_connection(r, hop_resource_enumerate(r->c, &what, &how));
    return hop_local_enumerate(HOP_CONFIG_DIR, &request, show_here, r, &r->err);
}

static bool
identify(struct run *r)
{
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    struct hop_xml_writer w = HOP_XML_WRITER(&xml);
    struct hop_identity id;

    if (!from_connection(r, hop_connection_identify(r->c, &id)))
        return false;
    hop_xml_open(&w, "wsmid:IdentifyResponse");
    hop_xml_declare(&w, "wsmid", HOP_NS_IDENTITY);
    hop_xml_element(&w, "wsmid:ProtocolVersion", id.protocol_version);
    hop_xml_element(&w, "wsmid:ProductVendor", id.product_vendor);
    hop_xml_element(&w, "wsmid:ProductVersion", id.product_version);
    hop_xml_close(&w, "wsmid:IdentifyResponse");
    return show(r, hop_buf_str(&xml));
}

static bool
agree(void)
{
    char line[64];

    fputs("\nMake these changes [y/n]? ", stdout);
    fflush(stdout);
    return fgets(line, sizeof(line), stdin) != NULL &&
           hop_ascii_lower(line[0]) == 'y';
}

static void
tell_changes(unsigned state, bool https)
{
    puts("This host is not set up for remote management. To do so:");
    if ((state & HOP_LOCAL_SERVING) == 0)
        puts("  start hopd, now and with the system");
    if ((state & HOP_LOCAL_LISTENING) == 0)
        printf("  make a listener for %s on every address\n",
               https ? "HTTPS (port 5986)" : "HTTP (port 5985)");
    if ((state & HOP_LOCAL_REMOTE) == 0)
        puts("  serve other hosts, not this one alone "
             "(Service/AllowRemoteAccess)");
}

static bool
quickconfig(struct run *r)
{
    HOP_AUTO_BUF struct hop_buf found = HOP_BUF_INIT;
    bool https =
        r->o->transport != NULL && hop_ascii_ieq(r->o->transport, "https");
    unsigned state;

    if (!hop_local_state(HOP_CONFIG_DIR, https, &state, &r->err))
        return false;
    if (state & HOP_LOCAL_SERVING)
        puts("WinRM service is already running on this machine.");
    if (state == HOP_LOCAL_READY) {
        puts("WinRM is already set up for remote management on this "
             "computer.");
        return true;
    }
    tell_changes(state, https);
    if (!r->o->quiet && !agree())
        return true;
    if (!hop_local_set_up(HOP_CONFIG_DIR, https, &found, &r->err))
        return false;
    if (found.len > 0)
        printf("The certificate is %s.\n", hop_buf_str(&found));
    puts("WinRM has been updated for remote management.");
    return true;
}

static bool (*const operations[])(struct run *r) = {
    [WINRM_GET] = get,
    [WINRM_SET] = set,
    [WINRM_CREATE] = create,
    [WINRM_DELETE] = delete,
    [WINRM_ENUMERATE] = enumerate,
    [WINRM_INVOKE] = invoke,
    [WINRM_IDENTIFY] = identify,
    [WINRM_QUICKCONFIG] = quickconfig,
};

/* ---- the connection */

/* This host's own settings need none. */
static bool
is_here(const struct winrm_options *o)
{
    return o->verb == WINRM_QUICKCONFIG ||
           (o->verb != WINRM_IDENTIFY && o->user == NULL &&
            (o->remote == NULL || hop_ascii_ieq(o->remote, "localhost")) &&
            hop_settings_has(o->uri));
}

static bool
set_up(hop_connection *c, const struct winrm_options *o)
{
    const struct {
        enum hop_setting setting;
        const char *value;
    } texts[] = {
        {HOP_SET_ENDPOINT, o->remote ? o->remote : "localhost"},
        {HOP_SET_USER, o->user},
        {HOP_SET_CA_FILE, o->ca_file},
        {HOP_SET_CERT_FILE, o->cert_file},
        {HOP_SET_KEY_FILE, o->key_file},
    };
    long auth = o->verb == WINRM_IDENTIFY && o->remote == NULL && o->auth == 0
                    ? HOP_USE_NONE
                    : o->auth;
    const struct {
        enum hop_setting setting;
        long value;
    } numbers[] = {
        {HOP_SET_AUTH, auth},
        {HOP_SET_TLS, o->tls},
        {HOP_SET_UNENCRYPTED, o->unencrypted},
        {HOP_SET_SPN_PORT, o->spn_port},
        {HOP_SET_SKIP_CA, o->skip_ca},
        {HOP_SET_SKIP_NAME, o->skip_name},
        {HOP_SET_OPERATION_TIMEOUT_MS, o->timeout_ms},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(texts); i++)
        if (texts[i].value != NULL &&
            !hop_connection_set_text(c, texts[i].setting, texts[i].value))
            return false;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(numbers); i++)
        if (numbers[i].value != 0 &&
            !hop_connection_set_number(c, numbers[i].setting, numbers[i].value))
            return false;
    return true;
}

static bool
set_password(struct run *r)
{
    const struct winrs_options like = {.user = r->o->user,
                                       .remote = r->o->remote};
    HOP_AUTO_SECRET struct hop_secret *password = NULL;

    if (r->o->user == NULL || r->o->auth == HOP_USE_CERTIFICATE)
        return true;
    if (r->o->password_on_input
            ? !winrs_read_password(STDIN_FILENO, &password, &r->err)
            : !winrs_ask_password(&like, &password, &r->err))
        return false;
    return from_connection(r,
                           hop_connection_set_text(r->c, HOP_SET_PASSWORD,
                                                   hop_secret_bytes(password)));
}

/* Without -r: a resource that is none may be a misspelt one of this host's. */
static bool
check_slip(struct run *r)
{
    HOP_AUTO_BUF struct hop_buf meant = HOP_BUF_INIT;

    return r->o->uri == NULL || r->o->remote != NULL ||
           hop_settings_has(r->o->uri) ||
           !hop_settings_guess(r->o->uri, &meant) ||
           hop_error_set(&r->err, HOP_ERROR_GENERIC, 0,
                         "there is no resource %.200s; is %s meant?", r->o->uri,
                         hop_buf_str(&meant));
}

static bool
connect_to(struct run *r)
{
    if (!check_slip(r))
        return false;
    if (is_here(r->o))
        return true;
    r->c = hop_connection_new();
    if (r->c == NULL)
        return hop_error_set(&r->err, HOP_ERROR_LIMIT, 0, "no memory");
    return from_connection(r, set_up(r->c, r->o)) && set_password(r);
}

/* Windows' tool writes errors so. */
static int
complain(const struct hop_error *err)
{
    if (err->domain == HOP_ERROR_WSMAN)
        fprintf(stderr,
                "WSManFault\n    Message = %s\n\nError number:  %d 0x%08X\n",
                err->text, (int32_t)err->code, (uint32_t)err->code);
    else
        fprintf(stderr, "winrm: %s\n", err->text);
    return 1;
}

int
winrm_main(int argc, char **argv)
{
    struct winrm_options o;
    struct run r = {.o = &o};
    int status = 0;

    signal(SIGPIPE, SIG_IGN);
    if (!winrm_options_parse(argc, argv, &o, &r.err))
        status = complain(&r.err);
    else if (o.verb == WINRM_HELP)
        winrm_print_help(stdout);
    else if (!connect_to(&r) || !operations[o.verb](&r) || fflush(stdout) != 0)
        status = complain(&r.err);
    hop_connection_free(r.c);
    winrm_options_done(&o);
    return status;
}
