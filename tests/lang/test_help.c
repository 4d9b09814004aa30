/* Comment-based help, syntax lines and escapes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/help.h"
#include "test.h"

static struct hop_unit *
parse(const char *source)
{
    return hop_lang_parse(source, strlen(source), NULL, 0);
}

static const struct hop_ast *
statement(const struct hop_unit *u, unsigned i)
{
    return hop_unit_root(u)->blocks[HOP_BLOCK_END]->statements.items[i];
}

TEST(sections_are_read_and_unindented)
{
    HOP_AUTO_UNIT struct hop_unit *u = parse("function f {\n"
                                             "    <#\n"
                                             "    .SYNOPSIS\n"
                                             "    Adds.\n"
                                             "      More.\n"
                                             "    .parameter First\n"
                                             "    The first.\n"
                                             "    .EXAMPLE\n"
                                             "    PS> f 1\n"
                                             "\n"
                                             "    It adds.\n"
                                             "    .EXAMPLE\n"
                                             "    f 2\n"
                                             "    .LINK\n"
                                             "    Get-Item\n"
                                             "    #>\n"
                                             "    param($First, # one\n"
                                             "          $Second)\n"
                                             "}");
    struct hop_help *h = hop_help_read(u, statement(u, 0));
    HOP_AUTO_BUF struct hop_buf prompt = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf code = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf remarks = HOP_BUF_INIT;

    REQUIRE(h);
    CHECK_STR(h->synopsis, "Adds.\n  More.\n");
    CHECK_INT(h->n_parameters, 1);
    CHECK_STR(h->parameters[0].name, "FIRST");
    CHECK_STR(h->parameters[0].text, "The first.\n");
    CHECK_INT(h->examples.n, 2);
    hop_help_example(h->examples.items[0], &prompt, &code, &remarks);
    CHECK_STR(hop_buf_str(&prompt), "PS>");
    CHECK_STR(hop_buf_str(&code), "f 1");
    CHECK_STR(hop_buf_str(&remarks), "It adds.\n");
    CHECK_STR(h->links.items[0], "Get-Item");
    CHECK_INT(h->parameter_comments.n, 2);
    CHECK_STR(h->parameter_comments.items[0], "");
    CHECK_STR(h->parameter_comments.items[1], "one\n");
    hop_help_free(h);
}

static const struct {
    const char *name, *source;
    int statement; /* -1: the script */
    const char *synopsis;
} places[] = {
    {"lines of comments above a function",
     "1\n# .SYNOPSIS\n# a\nfunction f { }", 1, "a\n"},
    {"a comment too far above a function",
     "1\n# .SYNOPSIS\n# a\n\n\nfunction f { }", 1, NULL},
    {"a comment at the end of a function",
     "function f {\n1\n<#\n.SYNOPSIS\na\n#>\n}", 0, "a\n\n"},
    {"a script's comment", "<#\n.SYNOPSIS\na\n#>\nparam($x)\n1", -1, "a\n\n"},
    {"the first function's comment is not the script's",
     "<#\n.SYNOPSIS\na\n#>\nfunction f { }", -1, NULL},
    {"a comment well above the first function is the script's",
     "<#\n.SYNOPSIS\na\n#>\n\n\n\nfunction f { }", -1, "a\n\n"},
    {"an unknown directive makes no help",
     "<#\n.SYNOPSIS\na\n.BOGUS\n#>\nparam($x)", -1, NULL},
    {"text in front of directives makes no help",
     "<# text\n.SYNOPSIS\na\n#>\nparam($x)", -1, NULL},
};

static void
test_places(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(places); i++) {
        HOP_AUTO_UNIT struct hop_unit *u = parse(places[i].source);
        struct hop_help *h;

        ROW(places[i].name);
        h = hop_help_read(u, places[i].statement < 0
                                 ? &hop_unit_root(u)->ast
                                 : statement(u, (unsigned)places[i].statement));
        CHECK_STR(h ? h->synopsis : NULL, places[i].synopsis);
        hop_help_free(h);
    }
}

TEST(a_syntax_line_orders_its_parameters)
{
    static const struct hop_syntax_parameter p[] = {
        {"Count", "int", -1, false, false},
        {"Name", "string", 1, true, false},
        {"Path", "string[]", 0, false, false},
        {"S", NULL, -1, false, false},
        {"Need", "object", -1, true, false},
        {"Verbose", NULL, -1, false, true},
    };
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_syntax_format(&b, "Get-Demo", p, HOP_ARRAY_SIZE(p));
    CHECK_STR(hop_buf_str(&b),
              "Get-Demo [[-Path] <string[]>] [-Name] <string> -Need <object> "
              "[-Count <int>] [-S] [<CommonParameters>]");
}

TEST(generated_code_is_escaped)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_escape_single_quoted(&b, "it's\xe2\x80\x99", 7);
    CHECK_STR(hop_buf_str(&b), "it''s\xe2\x80\x99\xe2\x80\x99");
    hop_buf_clear(&b);
    hop_escape_variable_name(&b, "a{b}`", 5);
    CHECK_STR(hop_buf_str(&b), "a`{b`}``");
    hop_buf_clear(&b);
    hop_escape_block_comment(&b, "<# a #>", 7);
    CHECK_STR(hop_buf_str(&b), "<`# a #`>");
    hop_buf_clear(&b);
    hop_escape_format(&b, "{0}", 3);
    CHECK_STR(hop_buf_str(&b), "{{0}}");
}

int
main(void)
{
    RUN(sections_are_read_and_unindented);
    test_places();
    RUN(a_syntax_line_orders_its_parameters);
    RUN(generated_code_is_escaped);
    return test_done();
}
