/* The calls on files with a helper that serves a folder of this machine instead
 * of a server: \\server/share/x is FOLDER/share/x.
 *
 * SPDX-License-Identifier: MIT
 */
#include "smb/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "smb/client.h"
#include "smb/serve.h"
#include "test.h"

static char folder[] = "/tmp/test-smb-XXXXXX";

/* ---- the backend ---- */

static int handles[4];
static int tries;

static char *
at(const char *path)
{
    return hop_xasprintf("%s/%s", folder, path);
}

static int
code_of(int result)
{
    return result < 0 ? errno : 0;
}

static int
fake_connect(void *ctx, const struct smb_login *login, enum smb_reason *reason,
             struct hop_error *err)
{
    (void)ctx;
    if (strcmp(login->server, "nobody") == 0) {
        *reason = SMB_REASON_CREDENTIAL;
        hop_error_set(err, HOP_ERROR_GENERIC, 0,
                      "nothing to show (0x8009030E)");
        return EACCES;
    }
    if (strcmp(login->server, "nowhere") == 0) {
        *reason = SMB_REASON_HOST;
        hop_error_set(err, HOP_ERROR_GENERIC, 0, "not known");
        return ENOENT;
    }
    if (strcmp(login->server, "secret") == 0)
        return strcmp(login->user, "bob") == 0 &&
                       strcmp(login->domain, "CORP") == 0 &&
                       strcmp(login->password, "word") == 0
                   ? 0
                   : EACCES;
    return 0;
}

static void
fake_prepare(void *ctx, const char *path)
{
    (void)ctx;
    (void)path;
    tries++;
}

/* The first try of anything called "again" fails. */
static bool
fake_settle(void *ctx, const char *path, int code)
{
    bool again = code == EPIPE && tries == 1;

    (void)ctx;
    (void)path;
    if (!again)
        tries = 0;
    return again;
}

static int
fake_stat(void *ctx, const char *path, struct smb_entry *out)
{
    HOP_AUTO_FREE char *full = at(path);
    struct stat st;

    (void)ctx;
    if (strstr(path, "/die"))
        _exit(1);
    if (strstr(path, "/again") && tries == 1)
        return EPIPE;
    if (stat(full, &st) != 0)
        return errno;
    *out = (struct smb_entry){
        .size = (uint64_t)st.st_size,
        .written = {st.st_mtim.tv_sec, st.st_mtim.tv_nsec},
        .created = {1000, 0},
        .attributes = S_ISDIR(st.st_mode)    ? SMB_ATTRIBUTE_DIRECTORY
                      : st.st_mode & S_IWUSR ? SMB_ATTRIBUTE_ARCHIVE
                                             : SMB_ATTRIBUTE_READONLY,
    };
    return 0;
}

static int
fake_list(void *ctx, const char *path, smb_entry_fn *fn, void *fn_ctx)
{
    HOP_AUTO_FREE char *full = at(path);
    DIR *d = opendir(full);
    struct dirent *e;

    if (!d)
        return errno;
    while ((e = readdir(d))) {
        HOP_AUTO_FREE char *child = hop_xasprintf("%s/%s", path, e->d_name);
        struct smb_entry entry = {0};

        tries = 2;
        (void)fake_stat(ctx, child, &entry);
        if (!fn(fn_ctx, e->d_name, &entry))
            break;
    }
    closedir(d);
    return 0;
}

static int
fake_open(void *ctx, const char *path, enum smb_open how, uint32_t *handle)
{
    static const int flags[] = {O_RDONLY, O_WRONLY | O_CREAT | O_TRUNC,
                                O_WRONLY | O_CREAT | O_APPEND,
                                O_WRONLY | O_CREAT | O_EXCL};
    HOP_AUTO_FREE char *full = at(path);
    uint32_t i = 0;

    (void)ctx;
    while (handles[i] > 0)
        i++;
    handles[i] = open(full, flags[how], 0666);
    *handle = i;
    return code_of(handles[i]);
}

static int
fake_read(void *ctx, uint32_t handle, void *into, size_t n, size_t *got)
{
    ssize_t r = read(handles[handle], into, n);

    (void)ctx;
    *got = r > 0 ? (size_t)r : 0;
    return code_of((int)r);
}

static int
fake_write(void *ctx, uint32_t handle, const void *bytes, size_t n)
{
    (void)ctx;
    return write(handles[handle], bytes, n) == (ssize_t)n ? 0 : EIO;
}

static int
fake_close(void *ctx, uint32_t handle)
{
    (void)ctx;
    int fd = handles[handle];

    handles[handle] = 0;
    return code_of(close(fd));
}

#define ONE_PATH(name, call)                                                   \
    static int fake_##name(void *ctx, const char *path)                        \
    {                                                                          \
        HOP_AUTO_FREE char *full = at(path);                                   \
        (void)ctx;                                                             \
        return code_of(call);                                                  \
    }
ONE_PATH(mkdir, mkdir(full, 0777))
ONE_PATH(rmdir, rmdir(full))
ONE_PATH(unlink, unlink(full))

static int
fake_rename(void *ctx, const char *from, const char *to)
{
    HOP_AUTO_FREE char *a = at(from), *b = at(to);

    (void)ctx;
    return code_of(rename(a, b));
}

static int
fake_times(void *ctx, const char *path, const struct smb_times *t)
{
    HOP_AUTO_FREE char *full = at(path);
    struct timespec set[2] = {
        {.tv_nsec = UTIME_OMIT},
        {t->written.seconds, t->written.nanoseconds},
    };

    (void)ctx;
    return t->accessed.nanoseconds >= 0
               ? EINVAL
               : code_of(utimensat(AT_FDCWD, full, set, 0));
}

static int
fake_attributes(void *ctx, const char *path, uint32_t attributes)
{
    HOP_AUTO_FREE char *full = at(path);

    (void)ctx;
    return code_of(
        chmod(full, attributes & SMB_ATTRIBUTE_READONLY ? 0444 : 0666));
}

static int
fake_space(void *ctx, const char *path, struct smb_space *out)
{
    (void)ctx;
    (void)path;
    *out = (struct smb_space){1000, 400};
    return 0;
}

static const struct smb_backend fake = {
    .connect = fake_connect,
    .prepare = fake_prepare,
    .settle = fake_settle,
    .stat = fake_stat,
    .list = fake_list,
    .open = fake_open,
    .read = fake_read,
    .write = fake_write,
    .close = fake_close,
    .mkdir = fake_mkdir,
    .rmdir = fake_rmdir,
    .unlink = fake_unlink,
    .rename = fake_rename,
    .times = fake_times,
    .attributes = fake_attributes,
    .space = fake_space,
};

static int helpers;

static bool
serve(int fd)
{
    pid_t pid = fork();

    if (pid == 0) {
        /* what is open to the other helpers would keep them */
        (void)dup2(fd, 3);
        (void)close_range(4, ~0u, 0);
        _exit(smb_serve(3, &fake, NULL) ? 0 : 1);
    }
    helpers++;
    close(fd);
    return pid > 0;
}

/* ---- tests ---- */

static enum smb_reason
reason(void)
{
    enum smb_reason r;

    (void)hop_unc_trouble(&r);
    return r;
}

static const char *
words(void)
{
    enum smb_reason r;

    return hop_unc_trouble(&r);
}

static bool
write_file(const char *path, int flags, const char *text)
{
    struct hop_file *f = hop_files_open(path, O_WRONLY | O_CREAT | flags, 0666);
    bool ok = f && hop_files_write(f, text, strlen(text)) == 0;

    return f && hop_files_close(f) == 0 && ok;
}

TEST(contents)
{
    struct hop_file *f HOP_AUTO_FILE = NULL;
    struct stat st;
    const void *bytes = NULL;
    size_t n = 0;

    CHECK(write_file("\\\\s/share/a", O_TRUNC, "one"));
    CHECK(write_file("\\\\s/share/a", O_APPEND, "two"));
    CHECK(!write_file("\\\\s/share/a", O_EXCL, "") && errno == EEXIST);
    CHECK(hop_files_stat("\\\\s/share/a", &st) == 0);
    CHECK(S_ISREG(st.st_mode) && st.st_size == 6);
    CHECK(st.st_rdev == SMB_ATTRIBUTE_ARCHIVE && st.st_ctim.tv_sec == 1000);
    f = hop_files_open("\\\\s/share/a", O_RDONLY, 0);
    CHECK(f && hop_files_read(f, &bytes, &n) == 0);
    CHECK_MEM(bytes, n, "onetwo", 6);
    CHECK(hop_files_read(f, &bytes, &n) == 0 && n == 0);
    CHECK(helpers == 1);
}

/* Other questions between the parts of a file that is read ahead. */
TEST(reading_and_asking_take_turns)
{
    struct hop_file *f HOP_AUTO_FILE = NULL;
    size_t size = (9u << 20) + 5, sum = 0, n = 1;
    char *large = hop_xmalloc(size);
    struct stat st;
    const void *bytes;
    bool same = true;

    for (size_t i = 0; i < size; i++)
        large[i] = (char)(i * 7 + i / 4096);
    f = hop_files_open("\\\\s/share/large", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    CHECK(f && hop_files_write(f, large, size) == 0);
    CHECK(f && hop_files_close(hop_steal(&f)) == 0);
    f = hop_files_open("\\\\s/share/large", O_RDONLY, 0);
    CHECK(f != NULL);
    while (f && n > 0 && hop_files_read(f, &bytes, &n) == 0) {
        CHECK(hop_files_stat("\\\\s/share/a", &st) == 0 && st.st_size == 6);
        same = same && sum + n <= size && memcmp(large + sum, bytes, n) == 0;
        sum += n;
    }
    CHECK(same && sum == size);
    free(large);
}

static bool
count(void *ctx, const char *name, bool directory)
{
    int *n = ctx;

    *n += directory ? 1000 : 1;
    return strcmp(name, "stop") != 0;
}

TEST(folders)
{
    struct stat st;
    int n = 0;

    CHECK(hop_files_mkdir("\\\\s/share/d", 0777) == 0);
    CHECK(hop_files_mkdir("\\\\s/share/d", 0777) < 0 && errno == EEXIST);
    for (int i = 0; i < 3000; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/share/d/file-number-%d", folder, i);
        close(open(path, O_CREAT | O_WRONLY, 0666));
    }
    CHECK(hop_files_mkdir("\\\\s/share/d/sub", 0777) == 0);
    CHECK(hop_files_list("\\\\s/share/d", count, &n) == 0);
    CHECK(n == 4000);
    /* what was listed is known until something changes */
    CHECK(hop_files_stat("\\\\s/share/d/file-number-17", &st) == 0);
    CHECK(hop_files_rmdir("\\\\s/share/d/sub") == 0);
    CHECK(hop_files_stat("\\\\s/share/d/sub", &st) < 0 && errno == ENOENT);
    CHECK(hop_files_rmdir("\\\\s/share/d") < 0 && errno == ENOTEMPTY);
    CHECK(hop_files_list("\\\\s/share/none", count, &n) < 0);
    CHECK(errno == ENOENT && reason() == SMB_REASON_NONE);
}

TEST(changes)
{
    struct timespec t[2] = {{.tv_nsec = UTIME_OMIT}, {77, 0}};
    struct stat st;

    CHECK(write_file("\\\\s/share/x", O_TRUNC, "x"));
    CHECK(hop_files_set_times("\\\\s/share/x", t) == 0);
    CHECK(hop_files_stat("\\\\s/share/x", &st) == 0 && st.st_mtim.tv_sec == 77);
    CHECK(hop_files_chmod("\\\\s/share/x", 0444) == 0);
    CHECK(hop_files_access("\\\\s/share/x", W_OK) < 0 && errno == EACCES);
    CHECK(hop_files_chmod("\\\\s/share/x", 0644) == 0);
    CHECK(hop_files_access("\\\\s/share/x", W_OK) == 0);
    CHECK(hop_files_rename("\\\\s/share/x", "\\\\s/share/y") == 0);
    CHECK(hop_files_rename("\\\\s/share/y", "\\\\s/other/y") < 0);
    CHECK(errno == EXDEV);
    CHECK(hop_files_rename("\\\\s/share/y", "/tmp/y") < 0 && errno == EXDEV);
    CHECK(hop_files_unlink("\\\\s/share/y") == 0);
    CHECK(hop_files_unlink("\\\\s/share/y") < 0 && errno == ENOENT);
}

TEST(descriptors)
{
    char text[8] = "";
    int fd = hop_files_descriptor("\\\\s/share/a", O_RDONLY, 0);

    CHECK(fd >= 0 && read(fd, text, 7) == 6);
    CHECK_STR(text, "onetwo");
    close(fd);
    fd = hop_files_descriptor("\\\\s/share/z", O_WRONLY | O_CREAT | O_TRUNC, 0);
    CHECK(fd >= 0 && write(fd, "later", 5) == 5);
    CHECK(hop_files_store("\\\\s/share/z", fd) == 0);
    close(fd);
    fd = hop_files_descriptor("\\\\s/share/z", O_RDONLY, 0);
    CHECK(fd >= 0 && read(fd, text, 7) == 5 && memcmp(text, "later", 5) == 0);
    close(fd);
    CHECK(hop_files_descriptor("\\\\s/share/none", O_RDONLY, 0) < 0);
    CHECK(errno == ENOENT);
}

static const struct {
    const char *name, *path, *words;
    int code;
    enum smb_reason reason;
} refusals[] = {
    {"no credential", "\\\\nobody/share", "nothing to show (0x8009030E)",
     EACCES, SMB_REASON_CREDENTIAL},
    {"unknown host", "\\\\nowhere/share", "not known", ENOENT, SMB_REASON_HOST},
    {"unknown host, asked again", "\\\\nowhere/share/x", "not known", ENOENT,
     SMB_REASON_HOST},
    {"no such share", "\\\\s/none",
     "the server s has no share of that name; ask it for its shares with "
     "smbclient -L s",
     ENOENT, SMB_REASON_SHARE},
    {"no such file", "\\\\s/share/none", "", ENOENT, SMB_REASON_NONE},
    {"a server is no folder", "\\\\s", "", ENOENT, SMB_REASON_NONE},
    {"wrong password", "\\\\secret/share", "", EACCES, SMB_REASON_NONE},
    {"the helper dies", "\\\\s/share/die",
     "the program hop-smb ended; try again", ECONNRESET, SMB_REASON_UNREACHED},
};

TEST(credentials)
{
    struct hop_secret *word = hop_secret_new("word", 4);
    struct stat st;

    CHECK(hop_files_stat("\\\\secret/share/a", &st) < 0);
    hop_unc_use("\\\\secret/share", "CORP\\bob", word);
    CHECK(hop_files_stat("\\\\secret/share/a", &st) == 0);
    CHECK(hop_files_stat("\\\\SECRET/share/a", &st) == 0);
    hop_unc_forget("\\\\secret/share");
    CHECK(hop_files_stat("\\\\secret/share/a", &st) < 0);
    hop_secret_free(word);
}

TEST(a_new_helper_takes_over)
{
    struct hop_file *f HOP_AUTO_FILE =
        hop_files_open("\\\\s/share/a", O_WRONLY | O_CREAT | O_APPEND, 0666);
    struct stat st;

    CHECK(f != NULL);
    CHECK(hop_files_stat("\\\\s/share/die", &st) < 0);
    CHECK(hop_files_stat("\\\\s/share/a", &st) == 0);
    CHECK(f && hop_files_write(f, "x", 1) < 0 && errno == ECONNRESET);
    CHECK(hop_files_stat("\\\\s/share/again", &st) < 0 && errno == ENOENT);
}

int
main(void)
{
    HOP_AUTO_FREE char *share = NULL, *rm = NULL;

    if (!mkdtemp(folder))
        return 1;
    share = at("share");
    (void)!mkdir(share, 0777);
    hop_unc_set_helper(serve);
    RUN(contents);
    RUN(reading_and_asking_take_turns);
    RUN(folders);
    RUN(changes);
    RUN(descriptors);
    RUN(credentials);
    for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
        struct stat st;
        int started = helpers;

        ROW(refusals[i].name);
        CHECK(hop_files_stat(refusals[i].path, &st) < 0);
        CHECK(errno == refusals[i].code);
        CHECK(reason() == refusals[i].reason);
        CHECK_STR(words(), refusals[i].words);
        if (strstr(refusals[i].name, "again"))
            CHECK(helpers == started);
    }
    RUN(a_new_helper_takes_over);
    hop_unc_close_all();
    while (wait(NULL) > 0)
        ;
    rm = hop_xasprintf("rm -rf %s", folder);
    (void)!system(rm);
    return test_done();
}
