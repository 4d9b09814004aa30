/* ConvertFrom-StringData.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "cmdlets/utility/utility.h"
#include "value/collections.h"

enum { DATA, DELIMITER };
static const struct hop_param params[] = {
    [DATA] = {"StringData", "string",
              HOP_MANDATORY | HOP_BY_VALUE | HOP_ALLOW_EMPTY_STRING,
              .position = HOP_POS(0)},
    [DELIMITER] = {"Delimiter", "char", .position = HOP_POS(1)},
};

/* The escapes of regular expressions. */
static void
unescape(const char *s, size_t n, struct hop_buf *out)
{
    static const char from[] = "ntrfaev", to[] = "\n\t\r\f\a\x1b\v";

    for (size_t i = 0; i < n; i++) {
        const char *k;

        if (s[i] != '\\' || i + 1 == n) {
            hop_buf_addc(out, s[i]);
            continue;
        }
        k = strchr(from, s[++i]);
        hop_buf_addc(out, k && *k ? to[k - from] : s[i]);
    }
}

static bool
refuse(struct hop_command *c, const char *line, size_t n, bool twice)
{
    struct hop_error_spec spec = {
        .id = "InvalidOperation",
        .category = HOP_CAT_INVALID_OPERATION,
        .exception =
            "System.Management.Automation.PSInvalidOperationException"};

    return hop_command_throw(
        c, &spec,
        twice ? "Data item '%.*s' is already defined."
              : "Data line '%.*s' is not in 'name=value' format.",
        (int)n, line);
}

static void
trim(const char **s, size_t *n)
{
    while (*n && hop_ascii_is_space(**s)) {
        ++*s;
        --*n;
    }
    while (*n && hop_ascii_is_space((*s)[*n - 1]))
        --*n;
}

static bool
add_line(struct hop_command *c, struct hop_dict *d, const char *s, size_t n)
{
    char mark =
        hop_arg_bound(c, DELIMITER) ? (char)hop_arg(c, DELIMITER).u.i : '=';
    const char *at, *v;
    size_t k, vn;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    HOP_AUTO_VALUE struct hop_value key = hop_null();

    trim(&s, &n);
    if (!n || *s == '#')
        return true;
    at = memchr(s, mark, n);
    if (!at || at == s)
        return refuse(c, s, n, false);
    k = (size_t)(at - s);
    v = at + 1;
    vn = n - k - 1;
    trim(&s, &k);
    trim(&v, &vn);
    key = hop_textn(s, k);
    if (hop_dict_get(d, key))
        return refuse(c, s, k, true);
    unescape(v, vn, &text);
    hop_dict_set(d, key, hop_text_buf(&text));
    return true;
}

static bool
process(struct hop_command *c)
{
    const char *s = hop_arg_text(c, DATA);
    struct hop_dict *d = hop_hashtable_new(hop_command_context(c));
    HOP_AUTO_VALUE struct hop_value table = hop_obj(d);

    while (s && *s) {
        size_t n = strcspn(s, "\n");

        if (!add_line(c, d, s, n))
            return false;
        s += n + (s[n] == '\n');
    }
    return hop_write(c, table);
}

const struct hop_cmdlet hop_cmdlet_convert_from_string_data = {
    .name = "ConvertFrom-StringData",
    HOP_PARAMS(params),
    .output = "System.Collections.Hashtable",
    .synopsis = "Makes a hash table of name=value lines.",
    .process = process,
};
