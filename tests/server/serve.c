/* SPDX-License-Identifier: MIT */
#include "serve.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 10000

static int
free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) < 0)
        abort();
    close(fd);
    return ntohs(a.sin_port);
}

static __attribute__((format(printf, 3, 4))) void
put_file(const struct serve *s, const char *name, const char *fmt, ...)
{
    char path[128];
    va_list ap;

    snprintf(path, sizeof(path), "%s/%s", s->dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *f = fdopen(fd, "w");
    va_start(ap, fmt);
    if (!f || vfprintf(f, fmt, ap) < 0 || fclose(f) != 0)
        abort();
    va_end(ap);
}

static void
become_server(const struct serve *s)
{
    char run[128], log[128];
    const char *build = getenv("HOP_BUILD_DIR");
    char program[512];

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    snprintf(program, sizeof(program), "%s/hopd", build ? build : "build");
    snprintf(run, sizeof(run), "%s/run", s->dir);
    snprintf(log, sizeof(log), "%s/log", s->dir);
    execl(program, "hopd", "--user", "--config-dir", s->dir, "--run-dir", run,
          "--log", log, (char *)NULL);
    perror(program);
    _exit(127);
}

void
serve_start(struct serve *s, const char *settings)
{
    snprintf(s->dir, sizeof(s->dir), "/tmp/hop-serve-XXXXXX");
    if (!mkdtemp(s->dir))
        abort();
    s->port = free_port();
    put_file(s, "log", "%s", "");
    put_file(s, "users", "%s", "HOP:tester:" SERVE_PASSWORD "\n");
    put_file(s, "wsman.conf",
             "Listener/test/Transport = HTTP\nListener/test/Port = %d\n"
             "Linux/NtlmUserFile = %s/users\n%s",
             s->port, s->dir, settings);
    s->pid = fork();
    if (s->pid == 0)
        become_server(s);
    for (int i = 0; i < WAIT_MS && serve_log_count(s, "serving on") == 0; i++)
        usleep(1000);
    if (serve_log_count(s, "serving on") == 0) {
        printf("Bail out! hopd --user does not serve\n");
        exit(1);
    }
}

int
serve_log_count(const struct serve *s, const char *text)
{
    char path[128], line[4096];
    int count = 0;

    snprintf(path, sizeof(path), "%s/log", s->dir);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f))
        count += strstr(line, text) != NULL;
    if (f)
        fclose(f);
    return count;
}

pid_t
serve_child(const struct serve *s, const char *name)
{
    char path[64], list[4096] = "";

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", s->pid, s->pid);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(list, 1, sizeof(list) - 1, f) : 0;
    if (f)
        fclose(f);
    list[n] = '\0';
    for (char *p = strtok(list, " "); p; p = strtok(NULL, " ")) {
        char comm[64] = "";
        snprintf(path, sizeof(path), "/proc/%s/comm", p);
        f = fopen(path, "r");
        if (f && fgets(comm, sizeof(comm), f))
            comm[strcspn(comm, "\n")] = '\0';
        if (f)
            fclose(f);
        if (strcmp(comm, name) == 0)
            return atoi(p);
    }
    return 0;
}

static bool
is_empty(const char *dir)
{
    DIR *d = opendir(dir);
    bool empty = true;

    for (struct dirent *e; d && (e = readdir(d)) != NULL;)
        empty = empty && e->d_name[0] == '.';
    if (d)
        closedir(d);
    return empty;
}

bool
serve_stop(struct serve *s)
{
    char path[128];
    int status = -1;

    kill(s->pid, SIGTERM);
    for (int i = 0; i < WAIT_MS && waitpid(s->pid, &status, WNOHANG) == 0; i++)
        usleep(1000);
    snprintf(path, sizeof(path), "%s/run/sessions", s->dir);
    bool ok = WIFEXITED(status) && WEXITSTATUS(status) == 0 && is_empty(path);
    snprintf(path, sizeof(path), "rm -rf '%s'", s->dir);
    ok = system(path) == 0 && ok;
    return ok;
}

hop_connection *
serve_connect(const struct serve *s)
{
    char endpoint[64];
    hop_connection *c = hop_connection_new();

    snprintf(endpoint, sizeof(endpoint), "127.0.0.1:%d", s->port);
    if (!hop_connection_set_text(c, HOP_SET_ENDPOINT, endpoint) ||
        !hop_connection_set_text(c, HOP_SET_USER, SERVE_USER) ||
        !hop_connection_set_text(c, HOP_SET_PASSWORD, SERVE_PASSWORD) ||
        !hop_connection_set_number(c, HOP_SET_AUTH, HOP_USE_NTLM))
        printf("# %s\n", hop_connection_error(c));
    return c;
}
