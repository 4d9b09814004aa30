/* WildcardPattern.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/regex.h"

struct wildcard {
    struct hop_object base;
    struct hop_string *pattern;
    bool fold;
};

static void
destroy_wildcard(struct hop_object *o)
{
    hop_string_release(((struct wildcard *)o)->pattern);
}

METHOD(new_wildcard)
{
    struct wildcard *w = hop_object_new(cx, &hop_class_wildcard_pattern);

    w->pattern = hop_string_retain(ARG_S(0));
    w->fold = c->n > 1 && (ARG_I(1) & 2);
    RETURN(hop_obj(w));
}

METHOD(wildcard_match)
{
    struct wildcard *w = (struct wildcard *)c->self.u.o;

    RETURN(
        hop_bool(!ARG_NULL(0) &&
                 hop_wildcard_match(w->pattern->data, w->pattern->len,
                                    ARG_S(0)->data, ARG_S(0)->len, w->fold)));
}

METHOD(wildcard_has)
{
    RETURN(hop_bool(!ARG_NULL(0) &&
                    hop_wildcard_has(ARG_S(0)->data, ARG_S(0)->len)));
}

/* data: unescapes. */
METHOD(wildcard_escape)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    (c->data ? hop_wildcard_unescape : hop_wildcard_escape)(ARG_S(0)->data,
                                                            ARG_S(0)->len, &b);
    RETURN(hop_text_buf(&b));
}

METHOD(wildcard_regex)
{
    struct wildcard *w = (struct wildcard *)c->self.u.o;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *s = NULL;
    struct hop_regex *re;

    hop_buf_addc(&b, '^');
    for (size_t i = 0; i < w->pattern->len; i++) {
        char ch = w->pattern->data[i];

        if (ch == '*')
            hop_buf_adds(&b, ".*");
        else if (ch == '?')
            hop_buf_addc(&b, '.');
        else if (ch == '[' || ch == ']')
            hop_buf_addc(&b, ch);
        else
            hop_regex_escape(&ch, 1, &b);
    }
    hop_buf_addc(&b, '$');
    s = hop_string_take_buf(&b);
    re = hop_regex_get(cx, s, HOP_REGEX_SINGLELINE | (w->fold ? 1 : 0));
    if (!re)
        return false;
    c->result = hop_regex_value(cx, re);
    hop_regex_release(re);
    return true;
}

METHOD(get_wildcard)
{
    return new_wildcard(cx, c);
}

#define WO "System.Management.Automation.WildcardOptions options"
#define WP "System.Management.Automation.WildcardPattern"

static const struct hop_method wildcard_methods[] = {
    {"bool IsMatch(string input)", wildcard_match},
    {"regex ToRegex()", wildcard_regex},
    {"static bool ContainsWildcardCharacters(string pattern)", wildcard_has},
    {"static string Escape(string pattern)", wildcard_escape, false},
    {"static string Unescape(string pattern)", wildcard_escape, true},
    {"static " WP " Get(string pattern, " WO ")", get_wildcard},
    END_METHODS,
};

static const struct hop_method wildcard_constructors[] = {
    {WP " new(string pattern)", new_wildcard},
    {WP " new(string pattern, " WO ")", new_wildcard},
    END_METHODS,
};

const struct hop_class hop_class_wildcard_pattern = {
    .name = "System.Management.Automation.WildcardPattern",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct wildcard),
    .methods = wildcard_methods,
    .constructors = wildcard_constructors,
    .destroy = destroy_wildcard,
};
