/* Get-FileHash.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/libcrypto.h"
#include "cmdlets/management/paths.h"
#include "cmdlets/utility/utility.h"
#include "smb/unc.h"
#include "value/collections.h"
#include "value/member.h"
#include "value/types/file_info.h"

enum { PATH, LITERAL, STREAM, ALGORITHM };
static const struct hop_param params[] = {
    [PATH] = {"Path", "string[]", HOP_BY_VALUE | HOP_BY_NAME,
              .in = HOP_SETS({"Path", HOP_MANDATORY, HOP_POS(0)})},
    [LITERAL] = {"LiteralPath", "string[]", HOP_BY_NAME,
                 .in = HOP_SETS({"LiteralPath", HOP_MANDATORY, 0}),
                 .aliases = "PSPath LP"},
    [STREAM] = {"InputStream", "object",
                .in = HOP_SETS(
                    {"StreamParameterSet", HOP_MANDATORY, HOP_POS(0)})},
    [ALGORITHM] = {"Algorithm", "string",
                   .set = "SHA1 SHA256 SHA384 SHA512 "
                          "MD5"},
};

struct sum {
    EVP_MD_CTX *state;
    char name[8];
};

static void
begin_sum(struct hop_command *c, struct sum *s)
{
    const char *given = hop_arg_text(c, ALGORITHM);

    snprintf(s->name, sizeof(s->name), "%s", given ? given : "SHA256");
    for (char *p = s->name; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    s->state = EVP_MD_CTX_new();
    (void)EVP_DigestInit_ex(s->state, EVP_get_digestbyname(s->name), NULL);
}

static bool
add_piece(void *ctx, const void *p, size_t n)
{
    const struct sum *s = ctx;

    (void)EVP_DigestUpdate(s->state, p, n);
    return true;
}

static bool
write_hash(struct hop_command *c, struct sum *s, const char *path)
{
    struct hop_object *o = hop_custom_new(hop_command_context(c));
    HOP_AUTO_VALUE struct hop_value v = hop_obj(o);
    HOP_AUTO_BUF struct hop_buf hex = HOP_BUF_INIT;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    if (EVP_DigestFinal_ex(s->state, digest, &len) != 1)
        len = 0;
    for (unsigned i = 0; i < len; i++)
        hop_buf_addf(&hex, "%02X", digest[i]);
    hop_custom_set_text(o, "Algorithm", hop_text(s->name));
    hop_custom_set_text(o, "Hash", hop_text_buf(&hex));
    hop_custom_set_text(o, "Path", path ? hop_text(path) : hop_null());
    hop_type_names_push(hop_command_context(c), o,
                        "Microsoft.Powershell.Utility.FileHash");
    return hop_write(c, v);
}

static bool
hash_file(struct hop_command *c, struct hop_item_path *p)
{
    struct sum s;
    HOP_AUTO_FREE char *shown = NULL;
    bool ok;

    if (p->provider->is_container && p->provider->is_container(p))
        return true;
    begin_sum(c, &s);
    shown = hop_unc_shown(p->path);
    ok = hop_file_read_each(hop_command_context(c), p->path, add_piece, &s) &&
         write_hash(c, &s, shown);
    EVP_MD_CTX_free(s.state);
    return ok;
}

/* The rest of a stream, by its own methods. */
static bool
sum_stream(struct hop_command *c, struct sum *s)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_array *room =
        hop_array_of_bytes(cx, (const char[4096]){0}, 4096);
    HOP_AUTO_VALUE struct hop_value chunk = hop_obj(room);
    HOP_AUTO_STRING struct hop_string *read = hop_string_from("Read");

    for (;;) {
        struct hop_value args[] = {chunk, hop_int(0), hop_int(4096)};
        struct hop_value n = hop_null();
        unsigned char bytes[4096];

        if (!hop_member_call(cx, hop_arg(c, STREAM), read, args, 3, NULL, &n))
            return false;
        if (n.u.i <= 0)
            return true;
        for (int64_t i = 0; i < n.u.i && i < 4096; i++)
            bytes[i] = (unsigned char)room->items[i].u.i;
        add_piece(s, bytes, (size_t)n.u.i);
    }
}

static bool
hash_stream(struct hop_command *c)
{
    struct sum s;
    bool ok;

    begin_sum(c, &s);
    ok = sum_stream(c, &s) && write_hash(c, &s, NULL);
    EVP_MD_CTX_free(s.state);
    return ok;
}

static bool
missing(struct hop_command *c, const char *path, bool literal)
{
    HOP_AUTO_FREE char *full = hop_path_full(hop_command_context(c), path);
    HOP_AUTO_VALUE struct hop_value target = hop_text(literal ? full : path);
    struct hop_error_spec spec = {
        .id = "FileNotFound",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = literal
                         ? "System.IO.FileNotFoundException"
                         : "System.Management.Automation.ItemNotFoundException",
        .target = target};

    hop_drop_exception(hop_command_context(c));
    return hop_command_error(
        c, &spec,
        literal ? "Could not find file '%s'."
                : "Cannot find path '%s' because it does not exist.",
        full);
}

struct match {
    struct hop_command *c;
    bool ok;
};

static bool
take_match(void *ctx, struct hop_item_path *p)
{
    struct match *m = ctx;

    m->ok =
        hash_file(m->c, p) || (hop_has_exception(hop_command_context(m->c)) &&
                               hop_command_report(m->c));
    return m->ok;
}

static bool
process(struct hop_command *c)
{
    bool literal = hop_arg_bound(c, LITERAL);
    size_t param = literal ? LITERAL : PATH;

    if (hop_arg_bound(c, STREAM))
        return hash_stream(c);
    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        const char *path = hop_cstr(hop_arg_item(c, param, i));
        struct match m = {c, true};

        if (hop_path_glob(hop_command_runspace(c), path, literal, true,
                          take_match, &m))
            continue;
        if (!m.ok || !missing(c, path, literal))
            return false;
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_file_hash = {
    .name = "Get-FileHash",
    .default_set = "Path",
    HOP_PARAMS(params),
    .synopsis = "Computes the hash of a file.",
    .process = process,
    .class_name = "GetFileHashCommand",
};
