/* SPDX-License-Identifier: MIT */
#include "smb/samba.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libsmbclient.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"

#define SMB_PORT       "445"
#define CONNECT_MS     3000
#define ANSWER_MS      20000
#define MAX_SHARES     32
#define MAX_HANDLES    256
#define DOS_ATTRIBUTES "system.dos_attr.mode"

struct smb_samba {
    SMBCCTX *ctx;
    const struct smb_tickets *tickets;
    char *server, *user, *domain, *password;
    char *ticket_file;
    char *share[MAX_SHARES]; /* that are connected */
    bool tried;              /* the operation, with a ticket */
    SMBCFILE *handle[MAX_HANDLES];
};

/* ---- reaching the server ---- */

static bool
dial(const struct addrinfo *a)
{
    HOP_AUTO_FD int fd =
        socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    socklen_t size = sizeof(int);
    int code = 0;

    if (fd < 0)
        return false;
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
        return true;
    if (errno != EINPROGRESS)
        return false;
    if (poll(&p, 1, CONNECT_MS) != 1) {
        errno = ETIMEDOUT;
        return false;
    }
    (void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size);
    errno = code;
    return code == 0;
}

/* The library waits long, and looks for unknown names by broadcasts: whether
 * there is a server is found out without it. */
static int
probe(const char *server, enum smb_reason *reason, struct hop_error *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *all = NULL;
    int code = getaddrinfo(server, SMB_PORT, &hints, &all), last = ENETUNREACH;

    if (code != 0) {
        *reason = SMB_REASON_HOST;
        hop_error_set(err, HOP_ERROR_ERRNO, ENOENT,
                      "the host %s is not known (%s); check the name, and DNS",
                      server, gai_strerror(code));
        return ENOENT;
    }
    for (const struct addrinfo *a = all; a != NULL && last != 0; a = a->ai_next)
        last = dial(a) ? 0 : errno;
    freeaddrinfo(all);
    if (last == 0)
        return 0;
    *reason = SMB_REASON_UNREACHED;
    hop_error_set(err, HOP_ERROR_ERRNO, last,
                  "the host %s does not answer on port " SMB_PORT
                  " (%s); check "
                  "that it runs, that it shares files, and the firewalls in "
                  "between",
                  server, strerror(last));
    return last;
}

/* ---- logging on ---- */

static void
give_login(SMBCCTX *ctx, const char *server, const char *share, char *domain,
           int domain_size, char *user, int user_size, char *password,
           int password_size)
{
    const struct smb_samba *s = smbc_getOptionUserData(ctx);

    (void)server;
    (void)share;
    if (*s->user == '\0')
        return;
    (void)snprintf(domain, (size_t)domain_size, "%s", s->domain);
    (void)snprintf(user, (size_t)user_size, "%s", s->user);
    (void)snprintf(password, (size_t)password_size, "%s", s->password);
}

static void
drop_ticket(struct smb_samba *s)
{
    if (s->ticket_file != NULL)
        s->tickets->drop(s->ticket_file);
    free(hop_steal(&s->ticket_file));
}

static bool
make_ticket(struct smb_samba *s, struct hop_error *err)
{
    HOP_AUTO_FREE char *path = NULL, *cache = NULL;

    if (!s->tickets->make(s->server, &path, err))
        return false;
    cache = hop_xasprintf("FILE:%s", path);
    drop_ticket(s);
    s->ticket_file = hop_steal(&path);
    (void)setenv("KRB5CCNAME", cache, 1);
    return true;
}

static bool
uses_ticket(const struct smb_samba *s)
{
    return *s->user == '\0';
}

static SMBCCTX *
open_library(struct smb_samba *s)
{
    SMBCCTX *ctx = smbc_new_context();

    if (ctx == NULL)
        return NULL;
    smbc_setDebug(ctx, 0);
    smbc_setOptionDebugToStderr(ctx, 1);
    smbc_setOptionUserData(ctx, s);
    smbc_setFunctionAuthDataWithContext(ctx, give_login);
    smbc_setTimeout(ctx, ANSWER_MS);
    smbc_setOptionUseKerberos(ctx, 1);
    smbc_setOptionFallbackAfterKerberos(ctx, !uses_ticket(s));
    smbc_setOptionNoAutoAnonymousLogin(ctx, 1);
    smbc_setOptionUrlEncodeReaddirEntries(ctx, 0);
    if (smbc_init_context(ctx) != NULL)
        return ctx;
    smbc_free_context(ctx, 1);
    return NULL;
}

static void
set_text(char **at, const char *text)
{
    free(*at);
    *at = hop_xstrdup(text);
}

/* Whether the server takes a name and its password is seen at the first share:
 * what it says about that is little. */
static int
try_password(struct smb_samba *s, const char *share, enum smb_reason *reason,
             struct hop_error *err)
{
    HOP_AUTO_FREE char *url = hop_xasprintf("smb://%s/%s", s->server, share);
    struct stat st = {0};

    if (smbc_getFunctionStat(s->ctx)(s->ctx, url, &st) == 0 || errno == ENOENT)
        return 0;
    *reason = SMB_REASON_LOGON;
    hop_error_set(err, HOP_ERROR_ERRNO, EACCES,
                  "the server %s does not let %s%s%s in with this password; "
                  "check the user name and the password, that the account is "
                  "not locked, and that it may use the share",
                  s->server, s->domain, *s->domain ? "\\" : "", s->user);
    return EACCES;
}

static int
samba_connect(void *ctx, const struct smb_login *login, enum smb_reason *reason,
              struct hop_error *err)
{
    struct smb_samba *s = ctx;
    int code = probe(login->server, reason, err);

    if (code != 0)
        return code;
    set_text(&s->server, login->server);
    set_text(&s->user, login->user);
    set_text(&s->domain, login->domain);
    set_text(&s->password, login->password);
    if (uses_ticket(s) && !make_ticket(s, err)) {
        *reason = SMB_REASON_CREDENTIAL;
        return EACCES;
    }
    drop_ticket(s);
    s->ctx = open_library(s);
    if (s->ctx != NULL)
        return uses_ticket(s) ? 0 : try_password(s, login->share, reason, err);
    hop_error_set(err, HOP_ERROR_ERRNO, errno,
                  "libsmbclient does not start: %s", strerror(errno));
    return ENOSYS;
}

/* ---- tickets, while they are needed ---- */

/* The connected share that path is in, or the place for it. */
static char **
find_share(struct smb_samba *s, const char *path)
{
    size_t n = strcspn(path, "/"), i = 0;

    while (i < MAX_SHARES - 1 && s->share[i] != NULL &&
           (strncasecmp(s->share[i], path, n) != 0 || s->share[i][n] != '\0'))
        i++;
    return &s->share[i];
}

/* The library logs on for each share: the ticket is on disk until it has. */
static void
samba_prepare(void *ctx, const char *path)
{
    struct smb_samba *s = ctx;

    if (uses_ticket(s) && (s->tried || *find_share(s, path) == NULL))
        s->tried = make_ticket(s, NULL);
}

/* Who is logged on and gets no further may have lost the connection, which
 * takes a ticket to make again. */
static bool
is_refusal(int code)
{
    return code != 0 && code != ENOENT && code != EEXIST && code != ENOTDIR &&
           code != EISDIR && code != ENOTEMPTY && code != EXDEV;
}

static bool
samba_settle(void *ctx, const char *path, int code)
{
    struct smb_samba *s = ctx;
    char **share = find_share(s, path);
    bool again = uses_ticket(s) && !s->tried && is_refusal(code);

    drop_ticket(s);
    s->tried = again;
    if (code == 0 && *share == NULL)
        *share = hop_xstrndup(path, strcspn(path, "/"));
    return again;
}

/* ---- paths ---- */

/* "smb://server/share/folder/file" with what is no letter as %XX. */
static char *
url_of(struct smb_samba *s, const char *path)
{
    struct hop_buf b = HOP_BUF_INIT;

    hop_buf_addf(&b, "smb://%s/", s->server);
    for (; *path; path++)
        if (isalnum((unsigned char)*path) || strchr("/-_.", *path))
            hop_buf_addc(&b, *path);
        else
            hop_buf_addf(&b, "%%%02X", (unsigned char)*path);
    return hop_buf_take(&b);
}

static int
code_of(int result)
{
    return result >= 0 ? 0 : errno ? errno : EIO;
}

/* ---- entries ---- */

static struct smb_time
time_of(struct timespec t)
{
    return (struct smb_time){t.tv_sec, t.tv_nsec};
}

/* The library shows attributes as bits of a file's mode. */
static uint32_t
attributes_of_mode(mode_t mode)
{
    uint32_t a = 0;

    if (S_ISDIR(mode))
        return SMB_ATTRIBUTE_DIRECTORY;
    a |= mode & S_IWUSR ? 0 : SMB_ATTRIBUTE_READONLY;
    a |= mode & S_IXUSR ? SMB_ATTRIBUTE_ARCHIVE : 0;
    a |= mode & S_IXGRP ? SMB_ATTRIBUTE_SYSTEM : 0;
    a |= mode & S_IXOTH ? SMB_ATTRIBUTE_HIDDEN : 0;
    return a ? a : SMB_ATTRIBUTE_NORMAL;
}

/* A directory's mode says nothing of them. */
static uint32_t
directory_attributes(struct smb_samba *s, const char *url)
{
    char text[32] = "";
    int n = smbc_getFunctionGetxattr(s->ctx)(s->ctx, url, DOS_ATTRIBUTES, text,
                                             sizeof(text) - 1);

    return n < 0 ? SMB_ATTRIBUTE_DIRECTORY
                 : (uint32_t)strtoul(text, NULL, 0) | SMB_ATTRIBUTE_DIRECTORY;
}

static int
samba_stat(void *ctx, const char *path, struct smb_entry *out)
{
    struct smb_samba *s = ctx;
    HOP_AUTO_FREE char *url = url_of(s, path);
    struct stat st = {0};
    int code = code_of(smbc_getFunctionStat(s->ctx)(s->ctx, url, &st));

    if (code != 0)
        return code;
    *out = (struct smb_entry){
        .size = S_ISDIR(st.st_mode) ? 0 : (uint64_t)st.st_size,
        .created = time_of(st.st_ctim),
        .accessed = time_of(st.st_atim),
        .written = time_of(st.st_mtim),
        .attributes = attributes_of_mode(st.st_mode),
    };
    if (S_ISDIR(st.st_mode) && strchr(path, '/') != NULL)
        out->attributes = directory_attributes(s, url);
    return 0;
}

static int
samba_list(void *ctx, const char *path, smb_entry_fn *fn, void *fn_ctx)
{
    struct smb_samba *s = ctx;
    HOP_AUTO_FREE char *url = url_of(s, path);
    SMBCFILE *d = smbc_getFunctionOpendir(s->ctx)(s->ctx, url);
    const struct libsmb_file_info *f;
    bool more = true;

    if (d == NULL)
        return code_of(-1);
    while (more && (f = smbc_getFunctionReaddirPlus(s->ctx)(s->ctx, d))) {
        struct smb_entry e = {
            .size = f->attrs & SMB_ATTRIBUTE_DIRECTORY ? 0 : f->size,
            .created = time_of(f->btime_ts),
            .accessed = time_of(f->atime_ts),
            .written = time_of(f->mtime_ts),
            .attributes = f->attrs ? f->attrs : SMB_ATTRIBUTE_NORMAL,
        };

        more = fn(fn_ctx, f->name, &e);
    }
    (void)smbc_getFunctionClosedir(s->ctx)(s->ctx, d);
    return 0;
}

/* ---- contents ---- */

static SMBCFILE **
handle_at(struct smb_samba *s, uint32_t handle)
{
    return handle < MAX_HANDLES && s->handle[handle] ? &s->handle[handle]
                                                     : NULL;
}

static int
samba_open(void *ctx, const char *path, enum smb_open how, uint32_t *handle)
{
    static const int flags[] = {
        [SMB_OPEN_READ] = O_RDONLY,
        [SMB_OPEN_WRITE] = O_WRONLY | O_CREAT | O_TRUNC,
        [SMB_OPEN_APPEND] = O_RDWR | O_CREAT,
        [SMB_OPEN_NEW] = O_WRONLY | O_CREAT | O_EXCL,
    };
    struct smb_samba *s = ctx;
    HOP_AUTO_FREE char *url = url_of(s, path);
    uint32_t at = 0;

    while (at < MAX_HANDLES && s->handle[at])
        at++;
    if (at == MAX_HANDLES)
        return EMFILE;
    if ((unsigned)how >= HOP_ARRAY_SIZE(flags))
        return EINVAL;
    s->handle[at] = smbc_getFunctionOpen(s->ctx)(s->ctx, url, flags[how], 0666);
    if (s->handle[at] == NULL)
        return code_of(-1);
    *handle = at;
    return how == SMB_OPEN_APPEND && smbc_getFunctionLseek(s->ctx)(
                                         s->ctx, s->handle[at], 0, SEEK_END) < 0
               ? code_of(-1)
               : 0;
}

static int
samba_read(void *ctx, uint32_t handle, void *into, size_t n, size_t *got)
{
    struct smb_samba *s = ctx;
    SMBCFILE **f = handle_at(s, handle);
    ssize_t r = f ? smbc_getFunctionRead(s->ctx)(s->ctx, *f, into, n) : -1;

    if (f == NULL)
        return EBADF;
    *got = r > 0 ? (size_t)r : 0;
    return r < 0 ? code_of(-1) : 0;
}

static int
samba_write(void *ctx, uint32_t handle, const void *bytes, size_t n)
{
    struct smb_samba *s = ctx;
    SMBCFILE **f = handle_at(s, handle);
    const char *p = bytes;

    if (f == NULL)
        return EBADF;
    while (n > 0) {
        ssize_t w = smbc_getFunctionWrite(s->ctx)(s->ctx, *f, p, n);

        if (w <= 0)
            return w < 0 ? code_of(-1) : EIO;
        p += w;
        n -= (size_t)w;
    }
    return 0;
}

static int
samba_close(void *ctx, uint32_t handle)
{
    struct smb_samba *s = ctx;
    SMBCFILE **f = handle_at(s, handle);

    return f ? code_of(smbc_getFunctionClose(s->ctx)(s->ctx, hop_steal(f)))
             : EBADF;
}

/* ---- changes ---- */

static int
samba_mkdir(void *ctx, const char *path)
{
    struct smb_samba *s = ctx;
    HOP_AUTO_FREE char *url = url_of(s, path);

    return code_of(smbc_getFunctionMkdir(s->ctx)(s->ctx, url, 0777));
}

static int
samba_rmdir(void *ctx, const char *path)
{
    struct smb_samba *s = ctx;
    HOP_AUTO_FREE char *url = url_of(s, path);

    return code_of(smbc_getFunctionRmdir(s->ctx)(s->ctx, url));
}

static int
samba_unlink(void *ctx, const char *path)
{
    struct smb_samba *s = ctx;
    HOP_AUTO_FREE char *url = url_of(s, path);

    return code_of(smbc_getFunctionUnlink(s->ctx)(s->ctx, url));
}

static int
samba_rename(void *ctx, const char *from, const char *to)
{
    struct smb_samba *s = ctx;
    HOP_AUTO_FREE char *a = url_of(s, from);
    HOP_AUTO_FREE char *b = url_of(s, to);

    return code_of(smbc_getFunctionRename(s->ctx)(s->ctx, a, s->ctx, b));
}

static int
samba_times(void *ctx, const char *path, const struct smb_times *t)
{
    struct smb_samba *s = ctx;
    HOP_AUTO_FREE char *url = url_of(s, path);
    struct smb_entry now;
    struct timeval set[2];
    struct smb_times want = *t;
    int code = samba_stat(s, path, &now);

    if (code != 0)
        return code;
    if (want.accessed.nanoseconds < 0)
        want.accessed = now.accessed;
    if (want.written.nanoseconds < 0)
        want.written = now.written;
    set[0] = (struct timeval){(time_t)want.accessed.seconds,
                              (suseconds_t)(want.accessed.nanoseconds / 1000)};
    set[1] = (struct timeval){(time_t)want.written.seconds,
                              (suseconds_t)(want.written.nanoseconds / 1000)};
    return code_of(smbc_getFunctionUtimes(s->ctx)(s->ctx, url, set));
}

static int
samba_attributes(void *ctx, const char *path, uint32_t attributes)
{
    struct smb_samba *s = ctx;
    HOP_AUTO_FREE char *url = url_of(s, path);
    HOP_AUTO_FREE char *text = hop_xasprintf("0x%x", attributes);

    return code_of(smbc_getFunctionSetxattr(s->ctx)(s->ctx, url, DOS_ATTRIBUTES,
                                                    text, strlen(text), 0));
}

static int
samba_space(void *ctx, const char *path, struct smb_space *out)
{
    struct smb_samba *s = ctx;
    HOP_AUTO_FREE char *url = url_of(s, path);
    struct statvfs st = {0};
    int code = code_of(smbc_getFunctionStatVFS(s->ctx)(s->ctx, url, &st));
    uint64_t unit =
        st.f_frsize ? (uint64_t)st.f_frsize * st.f_bsize : st.f_bsize;

    if (code != 0)
        return code;
    *out = (struct smb_space){st.f_blocks * unit, st.f_bavail * unit};
    return 0;
}

const struct smb_backend smb_samba = {
    .connect = samba_connect,
    .prepare = samba_prepare,
    .settle = samba_settle,
    .stat = samba_stat,
    .list = samba_list,
    .open = samba_open,
    .read = samba_read,
    .write = samba_write,
    .close = samba_close,
    .mkdir = samba_mkdir,
    .rmdir = samba_rmdir,
    .unlink = samba_unlink,
    .rename = samba_rename,
    .times = samba_times,
    .attributes = samba_attributes,
    .space = samba_space,
};

struct smb_samba *
smb_samba_new(const struct smb_tickets *tickets)
{
    struct smb_samba *s = hop_xmalloc(sizeof(*s));

    s->tickets = tickets;
    return s;
}

void
smb_samba_free(struct smb_samba *s)
{
    drop_ticket(s);
    if (s->ctx != NULL)
        smbc_free_context(s->ctx, 1);
    if (s->password != NULL)
        explicit_bzero(s->password, strlen(s->password));
    for (size_t i = 0; i < MAX_SHARES; i++)
        free(s->share[i]);
    free(s->server);
    free(s->user);
    free(s->domain);
    free(s->password);
    free(s);
}
