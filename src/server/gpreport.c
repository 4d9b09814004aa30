/* SPDX-License-Identifier: MIT */
#include "server/gpreport.h"

#include <stdlib.h>
#include <string.h>

#include "ad/gpo.h"
#include "base/alloc.h"

#define HEAD "hop-policy 1"

enum { GPOS_MAX = 1000, ROWS_MAX = 1000, GROUPS_MAX = 1000, PARTS_MAX = 8 };

void
hop_gpreport_done(struct hop_gpreport *r)
{
    for (size_t k = 0; k < r->gpo_count; k++) {
        free(r->gpos[k].guid);
        free(r->gpos[k].name);
        free(r->gpos[k].scope);
        free(r->gpos[k].filter);
        free(r->gpos[k].filter_why);
    }
    for (size_t k = 0; k < r->group_count; k++)
        free(r->groups[k]);
    for (size_t k = 0; k < r->row_count; k++) {
        free(r->rows[k].path);
        free(r->rows[k].policy);
        free(r->rows[k].value);
        free(r->rows[k].why);
    }
    free(r->gpos);
    free(r->rows);
    free(r->computer);
    free(r->account);
    free(r->server);
    free(r->site);
    free(r->groups);
    *r = (struct hop_gpreport){0};
}

static char *
copy(const char *s)
{
    return s != NULL ? hop_xstrdup(s) : NULL;
}

void
hop_gpreport_add_gpo(struct hop_gpreport *r, const struct hop_gpreport_gpo *g)
{
    struct hop_gpreport_gpo *to;

    r->gpos = hop_xrealloc(r->gpos, r->gpo_count + 1, sizeof(*r->gpos));
    to = &r->gpos[r->gpo_count++];
    *to = *g;
    to->guid = copy(g->guid);
    to->name = copy(g->name);
    to->scope = copy(g->scope);
    to->filter = copy(g->filter);
    to->filter_why = copy(g->filter_why);
}

void
hop_gpreport_add_group(struct hop_gpreport *r, const char *name)
{
    r->groups = hop_xrealloc(r->groups, r->group_count + 1, sizeof(*r->groups));
    r->groups[r->group_count++] = hop_xstrdup(name);
}

void
hop_gpreport_add_row(struct hop_gpreport *r, const struct hop_gpreport_row *row)
{
    struct hop_gpreport_row *to;

    r->rows = hop_xrealloc(r->rows, r->row_count + 1, sizeof(*r->rows));
    to = &r->rows[r->row_count++];
    *to = (struct hop_gpreport_row){.gpo = row->gpo,
                                    .path = copy(row->path),
                                    .policy = copy(row->policy),
                                    .value = copy(row->value),
                                    .why = copy(row->why)};
}

/* ---- writing */

static void
put(struct hop_buf *out, const char *s)
{
    hop_buf_addc(out, '\t');
    for (; s != NULL && *s != '\0'; s++)
        hop_buf_addc(out, (unsigned char)*s < ' ' ? ' ' : *s);
}

static void
put_about(const struct hop_gpreport *r, struct hop_buf *out)
{
    hop_buf_addf(out, HEAD "\nabout\t%lld", (long long)r->time);
    put(out, r->computer);
    put(out, r->account);
    put(out, r->server);
    if (r->site != NULL) {
        hop_buf_adds(out, "\nsite");
        put(out, r->site);
    }
    for (size_t k = 0; k < r->group_count; k++) {
        hop_buf_adds(out, "\ngroup");
        put(out, r->groups[k]);
    }
}

static void
put_gpo(const struct hop_gpreport *r, size_t k, struct hop_buf *out)
{
    const struct hop_gpreport_gpo *g = &r->gpos[k];

    hop_buf_addf(out, "\ngpo\t%u\t%u\t%u\t%u", g->state, g->version,
                 g->sysvol_version, g->enforced);
    put(out, g->guid);
    put(out, g->name);
    put(out, g->scope);
    if (g->filter == NULL)
        return;
    hop_buf_addf(out, "\nwmi\t%zu", k);
    put(out, g->filter);
    put(out, g->filter_why);
}

void
hop_gpreport_encode(const struct hop_gpreport *r, struct hop_buf *out)
{
    put_about(r, out);
    for (size_t k = 0; k < r->gpo_count; k++)
        put_gpo(r, k, out);
    for (size_t k = 0; k < r->row_count; k++) {
        const struct hop_gpreport_row *row = &r->rows[k];

        hop_buf_addf(out, "\n%s\t%zu", row->value != NULL ? "set" : "bad",
                     row->gpo);
        put(out, row->path);
        put(out, row->policy);
        put(out, row->value != NULL ? row->value : row->why);
    }
    hop_buf_addc(out, '\n');
}

/* ---- reading */

/* Cuts a line at its tabs. */
static size_t
split(char *line, char *parts[PARTS_MAX])
{
    size_t n = 0;

    while (line != NULL && n < PARTS_MAX)
        parts[n++] = strsep(&line, "\t");
    return line == NULL ? n : 0;
}

static bool
read_number(const char *s, unsigned long long most, unsigned long long *out)
{
    char *end;

    if (*s < '0' || *s > '9')
        return false;
    *out = strtoull(s, &end, 10);
    return *end == '\0' && *out <= most;
}

static bool
take_about(struct hop_gpreport *r, char **p)
{
    unsigned long long t;

    if (r->computer != NULL || !read_number(p[1], INT64_MAX, &t))
        return false;
    r->time = (int64_t)t;
    r->computer = hop_xstrdup(p[2]);
    r->account = hop_xstrdup(p[3]);
    r->server = hop_xstrdup(p[4]);
    return true;
}

static bool
take_gpo(struct hop_gpreport *r, char **p)
{
    unsigned long long state, version, sysvol, enforced;

    if (r->gpo_count == GPOS_MAX ||
        !read_number(p[1], HOP_GPO_STATES - 1, &state) ||
        !read_number(p[2], UINT32_MAX, &version) ||
        !read_number(p[3], UINT32_MAX, &sysvol) ||
        !read_number(p[4], 1, &enforced))
        return false;
    hop_gpreport_add_gpo(
        r, &(struct hop_gpreport_gpo){.state = (unsigned)state,
                                      .version = (uint32_t)version,
                                      .sysvol_version = (uint32_t)sysvol,
                                      .enforced = enforced != 0,
                                      .guid = p[5],
                                      .name = p[6],
                                      .scope = p[7]});
    return true;
}

static bool
take_site(struct hop_gpreport *r, char **p)
{
    if (r->site != NULL)
        return false;
    r->site = hop_xstrdup(p[1]);
    return true;
}

static bool
take_group(struct hop_gpreport *r, char **p)
{
    if (r->group_count == GROUPS_MAX)
        return false;
    hop_gpreport_add_group(r, p[1]);
    return true;
}

static bool
take_filter(struct hop_gpreport *r, char **p)
{
    unsigned long long k;

    if (r->gpo_count == 0 || !read_number(p[1], r->gpo_count - 1, &k) ||
        r->gpos[k].filter != NULL)
        return false;
    r->gpos[k].filter = hop_xstrdup(p[2]);
    r->gpos[k].filter_why = hop_xstrdup(p[3]);
    return true;
}

static bool
take_row(struct hop_gpreport *r, char **p)
{
    bool set = strcmp(p[0], "set") == 0;
    unsigned long long gpo;

    if (r->row_count == ROWS_MAX || r->gpo_count == 0 ||
        !read_number(p[1], r->gpo_count - 1, &gpo))
        return false;
    hop_gpreport_add_row(r,
                         &(struct hop_gpreport_row){.gpo = (size_t)gpo,
                                                    .path = p[2],
                                                    .policy = p[3],
                                                    .value = set ? p[4] : NULL,
                                                    .why = set ? NULL : p[4]});
    return true;
}

static const struct {
    const char *word;
    size_t parts;
    bool (*take)(struct hop_gpreport *r, char **p);
} lines[] = {
    {"about", 5, take_about}, {"site", 2, take_site},  {"group", 2, take_group},
    {"gpo", 8, take_gpo},     {"wmi", 4, take_filter}, {"set", 5, take_row},
    {"bad", 5, take_row},
};

static bool
take_line(struct hop_gpreport *r, char *line)
{
    char *parts[PARTS_MAX];
    size_t n = split(line, parts);

    for (size_t k = 0; k < HOP_ARRAY_SIZE(lines); k++)
        if (n == lines[k].parts && strcmp(parts[0], lines[k].word) == 0)
            return lines[k].take(r, parts);
    return false;
}

bool
hop_gpreport_decode(const char *text, struct hop_gpreport *r,
                    struct hop_error *err)
{
    HOP_AUTO_FREE char *copied = hop_xstrdup(text);
    char *at = copied, *line = strsep(&at, "\n");

    if (strcmp(line, HEAD) != 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "it is no report of gpupdate");
    while (at != NULL && *at != '\0') {
        line = strsep(&at, "\n");
        if (!take_line(r, line))
            return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                                 "a report of gpupdate is malformed");
    }
    return r->computer != NULL ||
           hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "a report of gpupdate is cut off");
}
