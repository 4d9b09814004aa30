/* Every message recorded from real peers: decoded, encoded, compared.
 *
 * SPDX-License-Identifier: MIT
 */
#include "psrp/message.h"

#include <libgen.h>

#include "base/base64.h"
#include "psrp/vectors.h"
#include "test.h"
#include "value/types/secure.h"

static struct hop_context cx;

/* What does not come out as it went in, by type.  Peers of our own in the
 * recordings number type names otherwise and leave out what has defaults (80
 * to 86); script blocks are read as text, notes of text are lost, sets become
 * lists, decimals lose zeros: as PowerShell's own reader has it, or values
 * that hop does not tell apart. */
static struct row {
    const char *type;
    size_t differ; /* known */
    size_t seen, differs, refused;
} rows[] = {
    {.type = "INIT_RUNSPACEPOOL", .differ = 94},
    {.type = "CREATE_PIPELINE", .differ = 84},
    {.type = "RUNSPACEPOOL_HOST_RESPONSE", .differ = 1},
    {.type = "PIPELINE_INPUT", .differ = 3},
    {.type = "END_OF_PIPELINE_INPUT", .differ = 1},
    {.type = "PIPELINE_OUTPUT", .differ = 42},
    {.type = "PIPELINE_STATE", .differ = 1},
    {.type = "all others", .differ = 0},
};

static bool
write_secret(void *ctx, struct hop_context *c, struct hop_value v,
             struct hop_buf *out)
{
    size_t n;
    const char *text = hop_secure_text(v, &n);

    (void)ctx;
    (void)c;
    hop_buf_add(out, text, n);
    return true;
}

/* Secrets stay as they came: nobody here knows the key. */
static bool
read_secret(void *ctx, struct hop_context *c, const char *s, size_t n,
            struct hop_value *out)
{
    (void)ctx;
    *out = hop_secure_new(c, s, n);
    return true;
}

static const struct hop_clixml_options options = {
    .depth = 6, /* what came is not cut again */
    .keep = true,
    .write_secret = write_secret,
    .read_secret = read_secret,
};

static const struct hop_psrp_type_info *
find_type(const char *name)
{
    for (size_t i = 0; hop_psrp_type_at(i); i++)
        if (strcmp(hop_psrp_type_at(i)->name, name) == 0)
            return hop_psrp_type_at(i);
    return NULL;
}

static struct row *
row_of(const char *type)
{
    size_t i = 0;

    while (i + 1 < HOP_ARRAY_SIZE(rows) && strcmp(rows[i].type, type) != 0)
        i++;
    return &rows[i];
}

static bool
recode(const struct hop_psrp_type_info *info, const char *xml, size_t n,
       struct hop_buf *out, struct hop_error *err)
{
    struct hop_psrp_message m = {.type = info->type};
    bool ok;

    if (!hop_psrp_body_decode(&cx, &options, xml, n, &m, err))
        return false;
    ok = hop_psrp_body_encode(&cx, &options, &m, out, err);
    hop_psrp_message_done(&m);
    return ok;
}

static void
check_message(const char *file, const char *type, const char *xml, size_t n)
{
    const struct hop_psrp_type_info *info = find_type(type);
    HOP_AUTO_BUF struct hop_buf once = HOP_BUF_INIT, twice = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct row *row = row_of(type);

    if (!info)
        return;
    row->seen++;
    if (!recode(info, xml, n, &once, &err)) {
        /* Only the recordings of what PowerShell refused too. */
        CHECK(file[0] == '8' || strstr(err.text, "0xFFFE"));
        CHECK(err.text[0] != '\0');
        row->refused++;
        return;
    }
    if (once.len == n && memcmp(hop_buf_str(&once), xml, n) == 0)
        return;
    row->differs++;
    if (getenv("SHOW") && strcmp(getenv("SHOW"), type) == 0)
        printf("# %s %s\n# < %s\n# > %s\n", file, type, xml,
               hop_buf_str(&once));
    CHECK(recode(info, hop_buf_str(&once), once.len, &twice, &err));
    CHECK_STR(hop_buf_str(&twice), hop_buf_str(&once));
}

static bool
take_line(void *ctx, json_t *line)
{
    json_t *xml = json_object_get(line, "xml");

    if (xml)
        check_message(ctx, vector_string(line, "type"), json_string_value(xml),
                      json_string_length(xml));
    return true;
}

int
main(int argc, char **argv)
{
    char **files;
    size_t refused = 0, seen = 0;

    if (argc < 2)
        return 2;
    hop_context_init(&cx, NULL, NULL);
    hop_types_register(&cx, hop_clixml_classes);
    files = vector_files(argv[1], ".messages.jsonl");
    for (size_t i = 0; files[i]; i++) {
        ROW(files[i]);
        CHECK(vector_lines(argv[1], files[i], take_line, files[i]));
    }
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        ROW(rows[i].type);
        CHECK_INT(rows[i].differs, rows[i].differ);
        refused += rows[i].refused;
        seen += rows[i].seen;
    }
    ROW("what was refused");
    CHECK_INT(seen, 13732);
    CHECK_INT(refused, 24);
    vector_files_free(files);
    hop_context_done(&cx);
    return test_done();
}
