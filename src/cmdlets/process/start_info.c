/* Starting programs as .NET does it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/process/start_info.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/stack.h"
#include "engine/host.h"
#include "engine/provider.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/exception.h"

extern char **environ;

/* ---- the class ---- */

static bool
get_environment(struct hop_context *cx, struct hop_value self, intptr_t data,
                struct hop_value *out)
{
    struct hop_record *r = (struct hop_record *)hop_value_base(self).u.o;

    (void)data;
    *out = hop_retain(hop_obj(hop_start_environment(cx, r)));
    return true;
}

static bool
get_verbs(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    (void)self;
    (void)data;
    *out = hop_obj(hop_array_of_strings(cx, NULL, 0));
    return true;
}

static const struct hop_property properties[] = {
    HOP_RECORD_WRITABLE(HOP_START_ARGUMENTS, "Arguments", "string"),
    HOP_RECORD_PROPERTY(HOP_START_LIST, "ArgumentList",
                        "System.Collections.ObjectModel.Collection[string]"),
    HOP_RECORD_WRITABLE(HOP_START_NO_WINDOW, "CreateNoWindow", "bool"),
    {.name = "EnvironmentVariables",
     .type = "System.Collections.Specialized.StringDictionary",
     .get = get_environment},
    {.name = "Environment",
     .type = "System.Collections.Generic.IDictionary[string,string]",
     .get = get_environment},
    HOP_RECORD_WRITABLE(HOP_START_INPUT, "RedirectStandardInput", "bool"),
    HOP_RECORD_WRITABLE(HOP_START_OUTPUT, "RedirectStandardOutput", "bool"),
    HOP_RECORD_WRITABLE(HOP_START_ERROR, "RedirectStandardError", "bool"),
    HOP_RECORD_WRITABLE(HOP_START_INPUT_ENCODING, "StandardInputEncoding",
                        "System.Text.Encoding"),
    HOP_RECORD_WRITABLE(HOP_START_ERROR_ENCODING, "StandardErrorEncoding",
                        "System.Text.Encoding"),
    HOP_RECORD_WRITABLE(HOP_START_ENCODING, "StandardOutputEncoding",
                        "System.Text.Encoding"),
    HOP_RECORD_WRITABLE(HOP_START_FILE, "FileName", "string"),
    HOP_RECORD_WRITABLE(HOP_START_DIRECTORY, "WorkingDirectory", "string"),
    HOP_RECORD_WRITABLE(HOP_START_DIALOG, "ErrorDialog", "bool"),
    HOP_RECORD_WRITABLE(HOP_START_USER, "UserName", "string"),
    HOP_RECORD_WRITABLE(HOP_START_VERB, "Verb", "string"),
    HOP_RECORD_WRITABLE(HOP_START_WINDOW, "WindowStyle", "System.Object"),
    HOP_RECORD_WRITABLE(HOP_START_DOMAIN, "Domain", "string"),
    HOP_RECORD_WRITABLE(HOP_START_PROFILE, "LoadUserProfile", "bool"),
    HOP_RECORD_WRITABLE(HOP_START_SHELL, "UseShellExecute", "bool"),
    {.name = "Verbs", .type = "string[]", .get = get_verbs},
    HOP_RECORD_WRITABLE(HOP_START_GROUP, "CreateNewProcessGroup", "bool"),
    {0},
};

static bool
construct(struct hop_context *cx, struct hop_call *call)
{
    const char *text[2] = {"", ""};
    struct hop_record *r;

    for (size_t i = 0; i < 2 && i < call->n; i++)
        if (hop_is_string(call->args[i]))
            text[i] = hop_cstr(call->args[i]);
    r = hop_start_info_new(cx, text[0], text[1]);
    if (call->n > 1 && hop_as_array(call->args[1])) {
        struct hop_array *from = hop_as_array(call->args[1]);
        struct hop_array *to = hop_as_array(r->slot[HOP_START_LIST]);

        for (size_t i = 0; i < from->n; i++)
            hop_array_push(to, hop_retain(from->items[i]));
    }
    call->result = hop_obj(r);
    return true;
}

#define INFO "System.Diagnostics.ProcessStartInfo"
static const struct hop_method constructors[] = {
    {INFO " new()", construct},
    {INFO " new(string fileName)", construct},
    {INFO " new(string fileName, string arguments)", construct},
    {INFO " new(string fileName, "
          "System.Collections.Generic.IEnumerable[string] arguments)",
     construct},
    {NULL}};

const struct hop_class hop_class_process_start_info = {
    .name = INFO,
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size =
        sizeof(struct hop_record) + HOP_START_SLOTS * sizeof(struct hop_value),
    .properties = properties,
    .constructors = constructors,
    .destroy = hop_record_destroy,
};

struct hop_record *
hop_start_info_new(struct hop_context *cx, const char *file,
                   const char *arguments)
{
    static const uint8_t flags[] = {
        HOP_START_NO_WINDOW, HOP_START_INPUT, HOP_START_OUTPUT,
        HOP_START_ERROR,     HOP_START_SHELL, HOP_START_DIALOG,
        HOP_START_PROFILE,   HOP_START_GROUP,
    };
    static const uint8_t texts[] = {HOP_START_DIRECTORY, HOP_START_VERB,
                                    HOP_START_USER, HOP_START_DOMAIN};
    const struct hop_class *args[] = {&hop_class_string};
    const struct hop_class *cls =
        hop_types_generic(cx, &hop_class_collection, args, 1);
    struct hop_record *r = hop_record_new(cx, &hop_class_process_start_info);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(flags); i++)
        hop_record_set(r, flags[i], hop_bool(false));
    for (size_t i = 0; i < HOP_ARRAY_SIZE(texts); i++)
        hop_record_set(r, texts[i], hop_text(""));
    hop_record_set(r, HOP_START_FILE, hop_text(file));
    hop_record_set(r, HOP_START_ARGUMENTS, hop_text(arguments));
    hop_record_set(r, HOP_START_WINDOW, hop_text("Normal"));
    hop_record_set(
        r, HOP_START_LIST,
        hop_obj(hop_array_new_of(cx, cls ? cls : &hop_class_array_list, 0)));
    return r;
}

struct hop_record *
hop_start_info_of(struct hop_value v)
{
    v = hop_value_base(v);
    return hop_is_exactly(v, &hop_class_process_start_info)
               ? (struct hop_record *)v.u.o
               : NULL;
}

struct hop_dict *
hop_start_environment(struct hop_context *cx, struct hop_record *info)
{
    const struct hop_class *args[] = {&hop_class_string, &hop_class_string};
    const struct hop_class *cls;
    struct hop_dict *d = hop_as_dict(info->slot[HOP_START_ENVIRONMENT]);

    if (d)
        return d;
    cls = hop_types_generic(cx, &hop_class_dictionary, args, 2);
    d = hop_dict_new_of(cx, cls ? cls : &hop_class_dictionary, 0);
    for (char **e = environ; e && *e; e++) {
        const char *eq = strchr(*e, '=');
        HOP_AUTO_VALUE struct hop_value name = hop_null();

        if (!eq)
            continue;
        name = hop_textn(*e, (size_t)(eq - *e));
        hop_dict_set(d, name, hop_text(eq + 1));
    }
    hop_record_set(info, HOP_START_ENVIRONMENT, hop_obj(d));
    return d;
}

/* ---- arguments ---- */

struct argv {
    char **item; /* NULL-terminated, owned */
    size_t n, cap;
};

static void
argv_add(struct argv *a, char *text)
{
    if (a->n + 2 > a->cap) {
        a->cap = a->cap ? a->cap * 2 : 16;
        a->item = hop_xrealloc(a->item, a->cap, sizeof(*a->item));
    }
    a->item[a->n++] = text;
    a->item[a->n] = NULL;
}

static void
argv_done(struct argv *a)
{
    for (size_t i = 0; i < a->n; i++)
        free(a->item[i]);
    free(a->item);
}

/* One argument of a command line in Windows' manner: blanks separate, quotes
 * hold together, backslashes count only in front of a quote. */
static const char *
next_argument(const char *s, struct hop_buf *b)
{
    bool quoted = false;

    while (*s && (quoted || (*s != ' ' && *s != '\t'))) {
        size_t slashes = strspn(s, "\\");

        s += slashes;
        if (*s != '"') {
            hop_buf_fill(b, '\\', slashes);
            if (!slashes)
                hop_buf_addc(b, *s++);
            continue;
        }
        hop_buf_fill(b, '\\', slashes / 2);
        if (slashes % 2) {
            hop_buf_addc(b, '"');
        } else if (quoted && s[1] == '"') {
            hop_buf_addc(b, '"');
            s++;
        } else {
            quoted = !quoted;
        }
        s++;
    }
    return s;
}

static void
split_arguments(const char *s, struct argv *a)
{
    for (;;) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        s += strspn(s, " \t");
        if (!*s)
            return;
        s = next_argument(s, &b);
        argv_add(a, hop_xstrdup(hop_buf_str(&b)));
    }
}

static const char *
text_slot(const struct hop_record *info, size_t i)
{
    return hop_is_string(info->slot[i]) ? hop_cstr(info->slot[i]) : "";
}

static void
make_arguments(struct hop_record *info, struct argv *a)
{
    struct hop_array *list = hop_as_array(info->slot[HOP_START_LIST]);

    argv_add(a, hop_xstrdup(text_slot(info, HOP_START_FILE)));
    for (size_t i = 0; list && i < list->n; i++)
        if (hop_is_string(list->items[i]))
            argv_add(a, hop_xstrdup(hop_cstr(list->items[i])));
    if (!list || !list->n)
        split_arguments(text_slot(info, HOP_START_ARGUMENTS), a);
}

static void
make_environment(struct hop_record *info, struct argv *a)
{
    struct hop_dict *d = hop_as_dict(info->slot[HOP_START_ENVIRONMENT]);
    size_t n = 0;
    HOP_AUTO_FREE struct hop_dict_entry **e = d ? hop_dict_order(d, &n) : NULL;

    for (size_t i = 0; i < n; i++)
        if (hop_is_string(e[i]->key) && hop_is_string(e[i]->value))
            argv_add(a, hop_xasprintf("%s=%s", hop_cstr(e[i]->key),
                                      hop_cstr(e[i]->value)));
    for (char **p = environ; !d && p && *p; p++)
        argv_add(a, hop_xstrdup(*p));
    if (!a->n) {
        argv_add(a, NULL);
        a->n = 0;
    }
}

/* ---- the program's file ---- */

static bool
is_program(const char *path)
{
    return access(path, X_OK) == 0;
}

char *
hop_program_in_path(const char *name)
{
    const char *path = getenv("PATH");

    for (const char *p = path ? path : ""; *p; p += *p == ':') {
        size_t n = strcspn(p, ":");
        char *full = hop_xasprintf("%.*s/%s", (int)n, p, name);

        if (n && is_program(full))
            return full;
        free(full);
        p += n;
    }
    return NULL;
}

/* The file that a name stands for, owned. */
static char *
find_program(struct hop_runspace *rs, const char *name)
{
    char *found = strchr(name, '/') ? NULL : hop_program_in_path(name);

    if (found)
        return found;
    return name[0] == '/' ? hop_xstrdup(name)
                          : hop_xasprintf("%s/%s", hop_location(rs), name);
}

/* ---- starting ---- */

struct pipes {
    int child[3], own[3];
};

static void
close_all(int fd[3])
{
    for (int i = 0; i < 3; i++)
        if (fd[i] >= 0)
            close(fd[i]);
}

static bool
make_pipes(struct hop_record *info, struct pipes *p)
{
    static const uint8_t wanted[3] = {HOP_START_INPUT, HOP_START_OUTPUT,
                                      HOP_START_ERROR};

    for (int i = 0; i < 3; i++) {
        int ends[2];

        if (!info->slot[wanted[i]].u.i)
            continue;
        if (pipe2(ends, O_CLOEXEC) != 0)
            return false;
        p->child[i] = ends[i == 0 ? 0 : 1];
        p->own[i] = ends[i == 0 ? 1 : 0];
    }
    return true;
}

/* In the child: never returns.  The reason of a failure goes up the pipe. */
static void
become(const char *file, char **argv, char **envp, const char *directory,
       const int fd[3], int tell)
{
    sigset_t none;
    int error;

    hop_stack_lower();
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int s = 1; s < 32; s++)
        if (s != SIGKILL && s != SIGSTOP)
            signal(s, SIG_DFL);
    for (int i = 0; i < 3; i++)
        if (fd[i] >= 0 && dup2(fd[i], i) < 0)
            _exit(127);
    if (!*directory || chdir(directory) == 0)
        execve(file, argv, envp);
    error = errno;
    if (write(tell, &error, sizeof(error)) < 0)
        _exit(126);
    _exit(127);
}

static int
start_child(const char *file, char **argv, char **envp, const char *directory,
            const int fd[3], pid_t *pid)
{
    int tell[2], error = 0;
    ssize_t n;

    if (pipe2(tell, O_CLOEXEC) != 0)
        return errno;
    *pid = fork();
    if (*pid == 0)
        become(file, argv, envp, directory, fd, tell[1]);
    error = *pid < 0 ? errno : 0;
    close(tell[1]);
    do
        n = error ? 0 : read(tell[0], &error, sizeof(error));
    while (n < 0 && errno == EINTR);
    close(tell[0]);
    return n > 0 || error ? error : 0;
}

static bool
failed(struct hop_runspace *rs, struct hop_record *info, int error)
{
    const char *directory = text_slot(info, HOP_START_DIRECTORY);

    return hop_throw(hop_runspace_context(rs), &hop_exception_win32,
                     "An error occurred trying to start process '%s' with "
                     "working directory '%s'. %s",
                     text_slot(info, HOP_START_FILE),
                     *directory ? directory : hop_location(rs),
                     strerror(error));
}

static bool
check_info(struct hop_context *cx, struct hop_record *info)
{
    struct hop_array *list = hop_as_array(info->slot[HOP_START_LIST]);

    if (!*text_slot(info, HOP_START_FILE))
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "Cannot start process because a file name has not "
                         "been provided.");
    if (list && list->n && *text_slot(info, HOP_START_ARGUMENTS))
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "Only one of Arguments and ArgumentList may be "
                         "used.");
    return true;
}

bool
hop_start_process(struct hop_runspace *rs, struct hop_record *info,
                  const int files[3], struct hop_started *out)
{
    struct hop_host *host = hop_runspace_host(rs);
    struct pipes p = {{-1, -1, -1}, {-1, -1, -1}};
    struct argv args = {NULL, 0, 0}, env = {NULL, 0, 0};
    const char *directory = text_slot(info, HOP_START_DIRECTORY);
    HOP_AUTO_FREE char *file = NULL;
    int fd[3], error;
    pid_t pid = -1;

    if (!check_info(hop_runspace_context(rs), info))
        return false;
    file = find_program(rs, text_slot(info, HOP_START_FILE));
    make_arguments(info, &args);
    make_environment(info, &env);
    if (host && host->ops->begin_application)
        host->ops->begin_application(host);
    error = make_pipes(info, &p) ? 0 : errno;
    for (int i = 0; i < 3; i++)
        fd[i] = p.child[i] >= 0 ? p.child[i] : files ? files[i] : -1;
    if (!error)
        error =
            start_child(file, args.item, env.item,
                        *directory ? directory : hop_location(rs), fd, &pid);
    if (host && host->ops->end_application)
        host->ops->end_application(host);
    close_all(p.child);
    argv_done(&args);
    argv_done(&env);
    if (error) {
        close_all(p.own);
        return failed(rs, info, error);
    }
    *out = (struct hop_started){pid, p.own[0], p.own[1], p.own[2]};
    return true;
}
