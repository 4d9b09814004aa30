/* Start-Transcript, Stop-Transcript: what the host shows is written to a file,
 * too, by a host that stands before the session's own.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/io.h"
#include "cmdlets/host/host.h"
#include "engine/engine.h"
#include "engine/host.h"

struct transcript {
    struct hop_host host; /* with ops below */
    struct hop_host_ops ops;
    struct hop_host *inner;
    char *path;
    int fd;
};

#define STARS "**********************\n"

/* ---- writing ---- */

/* Without the escape sequences of colours. */
static void
note(struct transcript *t, const char *s, size_t n)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\x1b' && i + 1 < n && s[i + 1] == '[') {
            for (i += 2; i < n && (s[i] < '@' || s[i] > '~'); i++)
                ;
            continue;
        }
        hop_buf_addc(&b, s[i]);
    }
    (void)!hop_fd_write(t->fd, hop_buf_str(&b), b.len);
}

static void
note_line(struct transcript *t, const char *label, const char *s, size_t n)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    hop_buf_adds(&b, label);
    hop_buf_add(&b, s, n);
    if (n == 0 || s[n - 1] != '\n')
        hop_buf_addc(&b, '\n');
    note(t, hop_buf_str(&b), b.len);
}

/* ---- the host before the host ---- */

#define TEE(h) ((struct transcript *)(void *)(h))

static void
tee_write(struct hop_host *h, const char *s, size_t n, int fg, int bg)
{
    note(TEE(h), s, n);
    if (TEE(h)->inner->ops->write)
        TEE(h)->inner->ops->write(TEE(h)->inner, s, n, fg, bg);
}

#define TEE_LINE(stream, label)                                                \
    static void tee_##stream(struct hop_host *h, const char *s, size_t n)      \
    {                                                                          \
        note_line(TEE(h), label, s, n);                                        \
        if (TEE(h)->inner->ops->write_##stream)                                \
            TEE(h)->inner->ops->write_##stream(TEE(h)->inner, s, n);           \
    }
TEE_LINE(error, "")
TEE_LINE(warning, "WARNING: ")
TEE_LINE(verbose, "VERBOSE: ")
TEE_LINE(debug, "DEBUG: ")
TEE_LINE(information, "")

static void
pass_progress(struct hop_host *h, const struct hop_progress *p)
{
    TEE(h)->inner->ops->write_progress(TEE(h)->inner, p);
}

static enum hop_ask
tee_read_line(struct hop_host *h, char **text)
{
    enum hop_ask asked = TEE(h)->inner->ops->read_line(TEE(h)->inner, text);

    if (asked == HOP_ASK_OK)
        note_line(TEE(h), "", *text, strlen(*text));
    return asked;
}

static enum hop_ask
pass_read_secure(struct hop_host *h, char **text)
{
    return TEE(h)->inner->ops->read_secure(TEE(h)->inner, text);
}

static enum hop_ask
pass_prompt(struct hop_host *h, const char *caption, const char *message,
            const struct hop_field *fields, size_t n, struct hop_value *values)
{
    return TEE(h)->inner->ops->prompt(TEE(h)->inner, caption, message, fields,
                                      n, values);
}

static enum hop_ask
pass_choice(struct hop_host *h, const char *caption, const char *message,
            const struct hop_choice *choices, size_t n, int fallback,
            int *chosen)
{
    return TEE(h)->inner->ops->choice(TEE(h)->inner, caption, message, choices,
                                      n, fallback, chosen);
}

static enum hop_ask
pass_choose_some(struct hop_host *h, const char *caption, const char *message,
                 const struct hop_choice *choices, size_t n,
                 const struct hop_array *defaults, struct hop_array *chosen)
{
    return TEE(h)->inner->ops->choose_some(TEE(h)->inner, caption, message,
                                           choices, n, defaults, chosen);
}

static enum hop_ask
pass_credential(struct hop_host *h, const struct hop_logon_question *q,
                char **name, char **password)
{
    return TEE(h)->inner->ops->credential(TEE(h)->inner, q, name, password);
}

static enum hop_ask
pass_read_key(struct hop_host *h, int options, struct hop_key *key)
{
    return TEE(h)->inner->ops->read_key(TEE(h)->inner, options, key);
}

static struct hop_size
pass_window_size(struct hop_host *h)
{
    return TEE(h)->inner->ops->window_size(TEE(h)->inner);
}

static struct hop_size
pass_buffer_size(struct hop_host *h)
{
    return TEE(h)->inner->ops->buffer_size(TEE(h)->inner);
}

static void
pass_set_title(struct hop_host *h, const char *title)
{
    TEE(h)->inner->ops->set_title(TEE(h)->inner, title);
}

static const char *
pass_title(struct hop_host *h)
{
    return TEE(h)->inner->ops->title(TEE(h)->inner);
}

static void
pass_clear(struct hop_host *h)
{
    TEE(h)->inner->ops->clear(TEE(h)->inner);
}

static bool
pass_supports_color(struct hop_host *h)
{
    return TEE(h)->inner->ops->supports_color(TEE(h)->inner);
}

static void
pass_should_exit(struct hop_host *h, int code)
{
    TEE(h)->inner->ops->should_exit(TEE(h)->inner, code);
}

static void
pass_begin(struct hop_host *h)
{
    TEE(h)->inner->ops->begin_application(TEE(h)->inner);
}

static void
pass_end(struct hop_host *h)
{
    TEE(h)->inner->ops->end_application(TEE(h)->inner);
}

/* What the inner host cannot do, this one cannot do either. */
static void
stand_before(struct transcript *t, struct hop_host *inner)
{
    const struct hop_host_ops *o = inner->ops;

    t->inner = inner;
    t->ops = (struct hop_host_ops){
        .name = o->name,
        .version = o->version,
        .interactive = o->interactive,
        .write = tee_write,
        .write_error = tee_error,
        .write_warning = tee_warning,
        .write_verbose = tee_verbose,
        .write_debug = tee_debug,
        .write_information = tee_information,
        .write_progress = o->write_progress ? pass_progress : NULL,
        .read_line = o->read_line ? tee_read_line : NULL,
        .read_secure = o->read_secure ? pass_read_secure : NULL,
        .prompt = o->prompt ? pass_prompt : NULL,
        .choice = o->choice ? pass_choice : NULL,
        .choose_some = o->choose_some ? pass_choose_some : NULL,
        .credential = o->credential ? pass_credential : NULL,
        .read_key = o->read_key ? pass_read_key : NULL,
        .window_size = o->window_size ? pass_window_size : NULL,
        .buffer_size = o->buffer_size ? pass_buffer_size : NULL,
        .set_title = o->set_title ? pass_set_title : NULL,
        .title = o->title ? pass_title : NULL,
        .clear = o->clear ? pass_clear : NULL,
        .supports_color = o->supports_color ? pass_supports_color : NULL,
        .should_exit = o->should_exit ? pass_should_exit : NULL,
        .begin_application = o->begin_application ? pass_begin : NULL,
        .end_application = o->end_application ? pass_end : NULL,
    };
    t->host.ops = &t->ops;
}

/* ---- beginning and end ---- */

static void
add_time(struct hop_buf *b, const char *label)
{
    time_t now = time(NULL);
    char text[32] = "";
    struct tm tm;

    (void)!strftime(text, sizeof(text), "%Y%m%d%H%M%S", localtime_r(&now, &tm));
    hop_buf_addf(b, "%s: %s\n", label, text);
}

static void
add_command_line(struct hop_buf *b)
{
    int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    char text[4096];
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text));

    if (fd >= 0)
        close(fd);
    for (ssize_t i = 0; i + 1 < n; i++)
        hop_buf_addc(b, text[i] ? text[i] : ' ');
}

static void
add_details(struct hop_buf *b)
{
    const struct passwd *user = getpwuid(geteuid());
    const char *name = user ? user->pw_name : "";
    struct utsname u = {0};

    (void)uname(&u);
    hop_buf_addf(b,
                 "Username: %s\\%s\nRunAs User: %s\\%s\nConfiguration Name: \n"
                 "Machine: %s (Unix %s)\nHost Application: ",
                 u.nodename, name, u.nodename, name, u.nodename, u.release);
    add_command_line(b);
    hop_buf_addf(b,
                 "\nProcess ID: %d\nPSVersion: 7.6.5\nPSEdition: Hop\n"
                 "OS: %s %s\nPlatform: Unix\n",
                 (int)getpid(), u.sysname, u.release);
}

static void
write_header(struct transcript *t, bool minimal)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    hop_buf_adds(&b, STARS "PowerShell transcript start\n");
    add_time(&b, "Start time");
    if (!minimal)
        add_details(&b);
    hop_buf_adds(&b, STARS);
    (void)!hop_fd_write(t->fd, hop_buf_str(&b), b.len);
}

/* The path of the one that ended, malloc'ed; NULL: there was none. */
static char *
end_transcript(struct hop_runspace *rs)
{
    struct transcript *t = TEE(rs->transcript);
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    char *path;

    runspace_show(rs);
    if (t == NULL)
        return NULL;
    hop_buf_adds(&b, STARS "PowerShell transcript end\n");
    add_time(&b, "End time");
    hop_buf_adds(&b, STARS);
    (void)!hop_fd_write(t->fd, hop_buf_str(&b), b.len);
    close(t->fd);
    rs->host = t->inner;
    rs->transcript = NULL;
    path = hop_steal(&t->path);
    free(t);
    return path;
}

/* ---- Start-Transcript ---- */

enum { PATH, LITERAL, FOLDER, APPEND, FORCE, NO_CLOBBER, INVOCATION, MINIMAL };
static const struct hop_param start_params[] = {
    [PATH] = {"Path", "string",
              .in =
                  HOP_SETS({"ByPath", HOP_BY_VALUE | HOP_BY_NAME, HOP_POS(0)})},
    [LITERAL] = {"LiteralPath", "string",
                 .in = HOP_SETS({"ByLiteralPath", HOP_BY_NAME, HOP_POS(0)}),
                 .aliases = "PSPath LP"},
    [FOLDER] = {"OutputDirectory", "string", HOP_NOT_NULL_OR_EMPTY,
                .in = HOP_SETS({"ByOutputDirectory", HOP_BY_NAME, HOP_POS(0)})},
    [APPEND] = {"Append", "switch"},
    [FORCE] = {"Force", "switch"},
    [NO_CLOBBER] = {"NoClobber", "switch", .aliases = "NoOverwrite"},
    [INVOCATION] = {"IncludeInvocationHeader", "switch"},
    [MINIMAL] = {"UseMinimalHeader", "switch"},
};

/* "PowerShell_transcript.HOST.RANDOM.TIME.txt" in a folder; malloc'ed. */
static char *
own_name(const char *folder)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR"
                                  "STUVWXYZ0123456789";
    unsigned char random[8] = {0};
    char host[256] = "", name[9] = "", date[32] = "";
    time_t now = time(NULL);
    struct tm tm;

    (void)gethostname(host, sizeof(host) - 1);
    (void)!getentropy(random, sizeof(random));
    for (size_t i = 0; i < sizeof(random); i++)
        name[i] = letters[random[i] % (sizeof(letters) - 1)];
    (void)!strftime(date, sizeof(date), "%Y%m%d%H%M%S", localtime_r(&now, &tm));
    return hop_xasprintf("%s/PowerShell_transcript.%s.%s.%s.txt", folder, host,
                         name, date);
}

/* The path as given, or one of our own; malloc'ed. */
static char *
given_path(struct hop_command *c)
{
    const char *path = hop_arg_text(c, PATH);
    const char *folder = hop_arg_text(c, FOLDER);

    if (path == NULL)
        path = hop_arg_text(c, LITERAL);
    if (path != NULL)
        return hop_xstrdup(path);
    return own_name(folder ? folder : home_directory(c->rs));
}

static bool
is_there(struct hop_command *c, const char *path)
{
    struct hop_error_spec spec = {.id = "NoClobber",
                                  .category = HOP_CAT_RESOURCE_EXISTS,
                                  .exception =
                                      "System.UnauthorizedAccessException"};

    return hop_command_throw(
        c, &spec, "File %s already exists and NoClobber was specified.", path);
}

static bool
cannot_open(struct hop_command *c, const char *path)
{
    struct hop_error_spec spec = {
        .id = "InvalidOperation",
        .category = HOP_CAT_INVALID_OPERATION,
        .exception =
            "System.Management.Automation.PSInvalidOperationException"};

    return hop_command_throw(c, &spec,
                             "Transcription cannot be started: the file %s "
                             "cannot be written: %s.",
                             path, strerror(errno));
}

static bool
begin_transcript(struct hop_command *c, const char *path)
{
    struct hop_runspace *rs = c->rs;
    bool append = hop_arg_on(c, APPEND);
    struct transcript *t;
    int fd;

    if (hop_arg_on(c, NO_CLOBBER) && !append && access(path, F_OK) == 0)
        return is_there(c, path);
    if (hop_arg_on(c, FORCE) && access(path, F_OK) == 0)
        (void)chmod(path, 0644);
    free(end_transcript(rs));
    fd = open(path,
              O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC),
              0666);
    if (fd < 0 || rs->host == NULL)
        return cannot_open(c, path);
    t = hop_xmalloc(sizeof(*t));
    t->fd = fd;
    t->path = hop_xstrdup(path);
    stand_before(t, rs->host);
    write_header(t, hop_arg_on(c, MINIMAL));
    rs->host = &t->host;
    rs->transcript = &t->host;
    return true;
}

static bool
process_start(struct hop_command *c)
{
    HOP_AUTO_FREE char *given = given_path(c);
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_item_path p;
    struct hop_value v = hop_null();
    bool go, ok;

    if (!hop_should_process(c, given, NULL, &go))
        return false;
    if (!go)
        return true;
    if (!hop_path_resolve(c->rs, given, &p))
        return false;
    ok = begin_transcript(c, p.path);
    hop_item_path_done(&p);
    if (!ok)
        return false;
    hop_buf_addf(&text, "Transcript started, output file is %s", given);
    v = hop_wrap(&c->rs->cx, hop_text_buf(&text));
    hop_custom_set_text(v.u.o, "Path", hop_text(given));
    return hop_write_take(c, v);
}

const struct hop_cmdlet hop_cmdlet_start_transcript = {
    .name = "Start-Transcript",
    .default_set = "ByPath",
    HOP_PARAMS(start_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = "System.String",
    .synopsis = "Writes what the session shows into a file, too.",
    .process = process_start,
};

/* ---- Stop-Transcript ---- */

static bool
process_stop(struct hop_command *c)
{
    HOP_AUTO_FREE char *path = NULL;
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_value v = hop_null();
    struct hop_error_spec spec = {
        .id = "InvalidOperation",
        .category = HOP_CAT_INVALID_OPERATION,
        .exception =
            "System.Management.Automation.PSInvalidOperationException"};
    bool go;

    if (!hop_should_process(c, "", NULL, &go))
        return false;
    if (!go)
        return true;
    path = end_transcript(c->rs);
    if (path == NULL)
        return hop_command_throw(c, &spec,
                                 "An error occurred stopping transcription: "
                                 "The host is not currently transcribing.");
    hop_buf_addf(&text, "Transcript stopped, output file is %s", path);
    v = hop_wrap(&c->rs->cx, hop_text_buf(&text));
    hop_custom_set_text(v.u.o, "Path", hop_text(path));
    return hop_write_take(c, v);
}

const struct hop_cmdlet hop_cmdlet_stop_transcript = {
    .name = "Stop-Transcript",
    .flags = HOP_SHOULD_PROCESS,
    .output = "System.String",
    .synopsis = "Ends the transcript.",
    .process = process_stop,
};
