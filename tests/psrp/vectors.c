/* SPDX-License-Identifier: MIT */
#include "psrp/vectors.h"

static bool
ends_with(const char *s, const char *suffix)
{
    size_t n = strlen(s), k = strlen(suffix);

    return n >= k && strcmp(s + n - k, suffix) == 0;
}

static int
compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
vector_files(const char *folder, const char *suffix)
{
    HOP_AUTO_FREE char *zipped = hop_xasprintf("%s.gz", suffix);
    char **files = hop_xcalloc(1024, sizeof(*files));
    DIR *d = opendir(folder);
    struct dirent *e;
    size_t n = 0;

    while (d && (e = readdir(d)) && n < 1023)
        if (ends_with(e->d_name, suffix) || ends_with(e->d_name, zipped))
            files[n++] = hop_xstrdup(e->d_name);
    if (d)
        closedir(d);
    qsort(files, n, sizeof(*files), compare);
    return files;
}

void
vector_files_free(char **files)
{
    for (size_t i = 0; files[i]; i++)
        free(files[i]);
    free(files);
}

static FILE *
open_lines(const char *folder, const char *name, bool *zipped)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", folder, name);
    HOP_AUTO_FREE char *command = hop_xasprintf("gzip -dc '%s'", path);

    *zipped = ends_with(name, ".gz");
    return *zipped ? popen(command, "r") : fopen(path, "r");
}

bool
vector_lines(const char *folder, const char *name,
             bool (*f)(void *ctx, json_t *line), void *ctx)
{
    bool zipped, ok = true;
    FILE *in = open_lines(folder, name, &zipped);
    char *text = NULL;
    size_t cap = 0;

    while (in && ok && getline(&text, &cap, in) > 0) {
        json_t *line = json_loads(text, JSON_ALLOW_NUL, NULL);

        ok = line && f(ctx, line);
        json_decref(line);
    }
    free(text);
    if (in && zipped)
        pclose(in);
    else if (in)
        fclose(in);
    return in && ok;
}

const char *
vector_string(json_t *line, const char *key)
{
    const char *s = json_string_value(json_object_get(line, key));

    return s ? s : "";
}
