/* Trees of each construct, and the parser's limits.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dump.h"
#include "test.h"

static const struct {
    const char *name, *source, *tree;
} rows[] = {
    /* clang-format off */
    {"operators bind by their precedence",
     "1 + 2 * 3 - 4",
     "(block { (- (+ 1 (* 2 3)) 4) })"},
    {"a range binds before -join and -eq",
     "1..3 -join ',' -eq 'x' -and $true",
     "(block { (-and (-eq (-join (.. 1 3) ',') 'x') $true) })"},
    {"-not binds before -or",
     "-not $a -or !$b",
     "(block { (-or (-not $a) (-not $b)) })"},
    {"?" "? binds before the ternary",
     "$a ?" "? $b ? 1 : 2",
     "(block { (?: (?" "? $a $b) 1 2) })"},
    {"-f binds before +",
     "'{0}' -f 1 + 2",
     "(block { (+ (-f '{0}' 1) 2) })"},
    {"-split is unary in front",
     "-split 'a b'",
     "(block { (-split 'a b') })"},
    {"a unary comma makes an array of one",
     ",1",
     "(block { (array 1) })"},
    {"commas make one array",
     "1,2,3",
     "(block { (array 1 2 3) })"},
    {"an array expression holds statements",
     "@(1;2)",
     "(block { (@ { 1 2 }) })"},
    {"a hash literal takes statements as values",
     "@{a=1; 'b'=2\nc = if ($x) {1}}",
     "(block { (hash a=1 'b'=2 c=(if $x { 1 })) })"},
    {"assignments nest to the right",
     "$x = $y += 2",
     "(block { (= $x (+= $y 2)) })"},
    {"an assignment may have several targets",
     "$a, $b = 1, 2",
     "(block { (= (array $a $b) (array 1 2)) })"},
    {"?|?= assigns when null",
     "$a ?" "?= 3",
     "(block { (?" "?= $a 3) })"},
    {"variables carry their scope or drive",
     "$env:PATH; $global:x; ${a b}; $using:y.z",
     "(block { $env!PATH $global:x $a b (using (member $y z)) })"},
    {"special variables are one character",
     "$$; $?; $^; $_",
     "(block { $$ $? $^ $_ })"},
    {"a cast is an assignment's target",
     "[int]$x = '5'",
     "(block { (= (cast [int] $x) '5') })"},
    {"generic types nest",
     "[System.Collections.Generic.Dictionary[string,int[]]]::new()",
     "(block { (invoke:: [System.Collections.Generic.Dictionary[string,int[]]] new) })"},
    {"types may name their assembly",
     "[Foo.Bar, Some.Assembly, Version=1.0]",
     "(block { [Foo.Bar|Some.Assembly, Version=1.0] })"},
    {"null-conditional access takes no name with ?",
     "${a}?.b; ${a}?[0]",
     "(block { (member? $a b) (index? $a 0) })"},
    {"methods take type arguments",
     "$a.b[int](1)",
     "(block { (invoke $a b <int> 1) })"},
    {"a method takes a script block without parentheses",
     "$x.ForEach{$_}",
     "(block { (invoke $x ForEach (block { $_ })) })"},
    {"++ stands in front and behind",
     "$i++; --$j",
     "(block { (post++ $i) (-- $j) })"},
    {"a double-quoted string holds parts",
     "\"a$b c$($d.e)f`t${g}\"",
     "(block { (expand 'a' $b ' c' ($ { (member $d e) }) 'f\\x09' $g) })"},
    {"a doubled quote in $( ) of a string is one quote",
     "\"x $(\"\"y\"\") z\"",
     "(block { (expand 'x ' ($ { \"y\" }) ' z') })"},
    {"a doubled quote is one quote",
     "'it''s'",
     "(block { 'it's' })"},
    {"typographic quotes and dashes count",
     "‘it’ –eq “x$y”",
     "(block { (-eq 'it' (expand 'x' $y)) })"},
    {"a unicode escape is a character",
     "\"`u{1F600}\"",
     "(block { \"😀\" })"},
    {"a here-string ends at the start of a line",
     "@'\na\n '@\n'@",
     "(block { @'a\\x0a '@'@ })"},
    {"an expandable here-string expands",
     "@\"\na $b\n\"@",
     "(block { (expand 'a ' $b) })"},
    {"words hold variables and strings",
     "Write-Output a$b/c'd e'\"$f\"",
     "(block { (cmd Write-Output (expand 'a' $b '/cd e' $f)) })"},
    {"arguments: parameters, lists, splatting",
     "Write-Output a$b/c -x:1 -y a,b @args",
     "(block { (cmd Write-Output (expand 'a' $b '/c') -x:1 -y (array a b) @args) })"},
    {"words of arguments are not operators",
     "git a-b 1..3 $a.b -foo:bar -- -x",
     "(block { (cmd git a-b 1..3 (member $a b) -foo:bar -- -x) })"},
    {"numbers in arguments stay numbers",
     "f 0x10 1kb -5 1.5 12a",
     "(block { (cmd f 16 1024 -5 double:1.5 12a) })"},
    {"redirections go by stream",
     "foo 2>&1 >out *>>all",
     "(block { (cmd foo (0>> all) (1> out) (2>&1)) })"},
    {"invocation operators and background",
     "& $x . | . ./y.ps1 &",
     "(block { (pipe& (cmd & $x .) (cmd . ./y.ps1)) })"},
    {"pipeline chains join from the left",
     "a && b || c",
     "(block { (|| (&& (cmd a) (cmd b)) (cmd c)) })"},
    {"behind --% all is text",
     "f --% $x \"y | z\" | w",
     "(block { (pipe (cmd f --% verbatim:$x \"y | z\" ) (cmd w)) })"},
    {"a pipe may begin the next line",
     "1\n# comment\n| f",
     "(block { (pipe (expr 1) (cmd f)) })"},
    {"if, elseif, else",
     "if (1) {2} elseif (3) {4} else {5}",
     "(block { (if 1 { 2 } 3 { 4 } else={ 5 }) })"},
    {"a label names a loop",
     ":lab foreach ($i in 1..3) { break lab }",
     "(block { (foreach :lab $i in=(.. 1 3) body={ (break lab) }) })"},
    {"switch has flags and clauses",
     "switch -regex -casesensitive ($x) { 'a' {1} {$_} {2} default {3} }",
     "(block { (switch flags=18 cond=$x 'a'=>{ 1 } (block { $_ })=>{ 2 } default={ 3 }) })"},
    {"switch reads a file",
     "switch -file x.txt { a {1} }",
     "(block { (switch flags=1 cond=x.txt a=>{ 1 }) })"},
    {"for has three parts",
     "for ($i=0;$i -lt 3;$i++) {}",
     "(block { (for init=(= $i 0) cond=(-lt $i 3) next=(post++ $i) body={ }) })"},
    {"do and while",
     "do {1} until (2); while (1) {continue}; do {3} while (4)",
     "(block { (do-until cond=2 body={ 1 }) (while cond=1 body={ (continue) }) (do-while cond=4 body={ 3 }) })"},
    {"throw in a catch block throws again",
     "try {1} catch [A],[B] {throw} catch {2} finally {3}",
     "(block { (try { 1 } (catch [A] [B] body={ (rethrow) }) (catch body={ 2 }) finally={ 3 }) })"},
    {"a trap may have a type",
     "trap [X] {1}; 5",
     "(block { (trap type=[X] body={ 1 }) 5 })"},
    {"a data section names commands",
     "data d -SupportedCommand foo { 'x' }",
     "(block { (data d foo body={ 'x' }) })"},
    {"a function may have parameters in parentheses",
     "function f($a, [int]$b = 3) { $a }",
     "(block { (function f ($a) ([int] $b default=3) (block { $a })) })"},
    {"a filter may have all blocks",
     "filter g { begin {1} process {2} end {3} clean {4} }",
     "(block { (filter g (block begin: { 1 } process: { 2 } end: { 3 } clean: { 4 })) })"},
    {"attributes have positional and named arguments",
     "[CmdletBinding()] param([Parameter(Mandatory, Position=0)][ValidateSet('a','b')][string]$x)",
     "(block (param [CmdletBinding()] ([Parameter( Mandatory=true Position=0)] [ValidateSet( 'a' 'b')] [string] $x)))"},
    {"a script block is an expression",
     "{ param($x) $x }.Invoke(1)",
     "(block { (invoke (block (param ($x)) { $x }) Invoke 1) })"},
    {"using statements come first",
     "using namespace System.Text\nusing module @{ModuleName='x';ModuleVersion='1'}",
     "(block (using-namespace name=System.Text) (using-module spec=(hash ModuleName='x' ModuleVersion='1')))"},
    {"return and exit take a pipeline",
     "return 1; exit 2",
     "(block { (return 1) (exit 2) })"},
    {"numbers take the type of their suffix and size",
     "1kb + 0x1F + 1.5e3 + 1.50d + 5l + 7uy + 99n + 0xffffffff + 3000000000 + 9223372036854775808 + 0b11111111",
     "(block { (+ (+ (+ (+ (+ (+ (+ (+ (+ (+ 1024 31) double:1500) decimal:1.50) long:5) byte:7) bigint:99) -1) long:3000000000) decimal:9223372036854775808) -1) })"},
    {"an expression heads a pipeline",
     "$(1) | % { $_ }",
     "(block { (pipe (expr ($ { 1 })) (cmd % (block { $_ }))) })"},
    {"indexes and ranges",
     "$x[1..2][-1]",
     "(block { (index (index $x (.. 1 2)) -1) })"},
    {"keywords are words elsewhere",
     "Write-Output if; $x.if; @{ for = 1 }",
     "(block { (cmd Write-Output if) (member $x if) (hash for=1) })"},
    {"a comment may lie in a pipeline",
     "1 | <# x #> f",
     "(block { (pipe (expr 1) (cmd f)) })"},
    {"a backtick continues the line",
     "f `\n  x",
     "(block { (cmd f x) })"},
    {"a ternary in parentheses",
     "(1 ? 2 : 3)",
     "(block { (paren (?: 1 2 3)) })"},
    {"casts chain",
     "[string][int]'1'",
     "(block { (cast [string] (cast [int] '1')) })"},
    {"a type has static members",
     "[Math]::PI; [Math]::Max(1,2)",
     "(block { (member:: [Math] PI) (invoke:: [Math] Max 1 2) })"},
    /* clang-format on */
};

static void
test_rows(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
        HOP_AUTO_UNIT struct hop_unit *u =
            hop_lang_parse(rows[i].source, strlen(rows[i].source), NULL, 0);
        size_t n;

        ROW(rows[i].name);
        CHECK(hop_unit_errors(u, &n) == NULL);
        dump_node(&b, &hop_unit_root(u)->ast);
        CHECK_STR(hop_buf_str(&b), rows[i].tree);
    }
}

/* Text that nests or chains without end is an error, not a crash. */
static const struct {
    const char *name, *head, *unit, *tail;
    bool ok;
} deep[] = {
    {"parentheses without end", "", "(", "", false},
    {"braces without end", "", "{", "", false},
    {"blocks of statements without end", "", "if (1) {", "", false},
    {"casts without end", "$x = ", "[int]", "1", false},
    {"type arguments without end", "[a", "[a", "]", false},
    {"array types without end", "[a", "[]", "]", false},
    {"unary operators without end", "", "-not ", "1", false},
    {"sums without end", "1", "+1", "", false},
    {"members without end", "$a", ".b", "", false},
    {"calls without end", "$a", ".b()", "", false},
    {"indexes without end", "$a", "[0]", "", false},
    {"pipeline chains without end", "a", " && a", "", false},
    {"strings in strings without end", "", "\"$(", "", false},
    {"assignments without end", "", "$a=", "1", false},
    {"hash literals without end", "", "@{a=", "1", false},
    {"ternaries without end", "", "$a ? 1 : ", "1", false},
    {"functions without end", "", "function f {", "", false},
    {"a long list of elements is fine", "1", ",1", "", true},
    {"a long pipeline is fine", "a", "|a", "", true},
    {"many statements are fine", "", "$a=1;", "", true},
    {"many clauses are fine", "if (1) {}", " elseif (1) {}", "", true},
};

#define REPEATS 6000

static void
test_depth(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(deep); i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
        struct hop_unit *u;
        size_t n;

        ROW(deep[i].name);
        hop_buf_adds(&b, deep[i].head);
        for (int k = 0; k < REPEATS; k++)
            hop_buf_adds(&b, deep[i].unit);
        hop_buf_adds(&b, deep[i].tail);
        u = hop_lang_parse(b.data, b.len, NULL, 0);
        CHECK((hop_unit_errors(u, &n) == NULL) == deep[i].ok);
        hop_unit_unref(u);
    }
}

TEST(lines_and_columns_count_in_utf16)
{
    static const char source[] = "a\r\n\xc3\xa9\xf0\x9f\x98\x80"
                                 "b\nc";
    HOP_AUTO_UNIT struct hop_unit *u =
        hop_lang_parse(source, sizeof(source) - 1, "x.ps1", 0);
    struct hop_position p = hop_unit_position(u, 9);

    CHECK_INT(hop_unit_line_count(u), 3);
    CHECK_INT(p.line, 2);
    CHECK_INT(p.column, 4);
    CHECK_INT(p.offset, 6);
    CHECK_INT(p.line_len, 7);
    CHECK_STR(hop_unit_file(u), "x.ps1");
    CHECK_INT(hop_unit_position(u, 11).line, 3);
}

TEST(malformed_bytes_become_replacement_characters)
{
    HOP_AUTO_UNIT struct hop_unit *u = hop_lang_parse("'\xff'", 3, NULL, 0);
    size_t n;

    CHECK_STR(hop_unit_source(u, &n), "'\xef\xbf\xbd'");
    CHECK_INT(n, 5);
}

TEST(tokens_and_comments_are_kept)
{
    static const char source[] = "# help\nGet-X -A 1 | % { $_ } # end";
    static const int kinds[] = {
        HOP_TOKEN_COMMENT,   HOP_TOKEN_NEW_LINE, HOP_TOKEN_GENERIC,
        HOP_TOKEN_PARAMETER, HOP_TOKEN_NUMBER,   HOP_TOKEN_PIPE,
        HOP_TOKEN_REM,       HOP_TOKEN_LCURLY,   HOP_TOKEN_VARIABLE,
        HOP_TOKEN_RCURLY,    HOP_TOKEN_COMMENT,  HOP_TOKEN_END_OF_INPUT,
    };
    HOP_AUTO_UNIT struct hop_unit *u =
        hop_lang_parse(source, sizeof(source) - 1, NULL, HOP_PARSE_TOKENS);
    const struct hop_token *t;
    size_t n;

    t = hop_unit_tokens(u, &n);
    CHECK_INT(n, HOP_ARRAY_SIZE(kinds));
    for (size_t i = 0; i < n && i < HOP_ARRAY_SIZE(kinds); i++)
        CHECK_INT(t[i].kind, kinds[i]);
    hop_unit_comments(u, &n);
    CHECK_INT(n, 2);
}

TEST(requires_lines_are_collected)
{
    static const char source[] =
        "#requires -Version 7.2 -RunAsAdministrator\n"
        "#Requires -Modules A, @{ModuleName='B';ModuleVersion='1.0'}\n"
        "#requires -PSEdition Core\n1";
    HOP_AUTO_UNIT struct hop_unit *u =
        hop_lang_parse(source, sizeof(source) - 1, NULL, 0);
    const struct hop_requires *r = hop_unit_requires(u);
    size_t n;

    CHECK(hop_unit_errors(u, &n) == NULL);
    CHECK_STR(r->version, "7.2");
    CHECK(r->elevated);
    CHECK_INT(r->modules.n, 2);
    CHECK_INT(r->n_editions, 1);
}

TEST(the_first_and_last_token_are_known)
{
    static const char source[] = "# x\n'a b' | Get-Item -Path \"c d\" ";
    HOP_AUTO_UNIT struct hop_unit *u =
        hop_lang_parse(source, sizeof(source) - 1, NULL, 0);
    struct hop_name first, last;

    hop_unit_ends(u, &first, &last);
    CHECK_STR(first.text, "a b");
    CHECK_STR(last.text, "c d");
}

static void
count_call(void *arg)
{
    ++*(int *)arg;
}

TEST(a_unit_lives_as_long_as_its_references)
{
    struct hop_unit *u = hop_lang_parse("1", 1, NULL, 0);
    int calls = 0;

    hop_unit_on_free(u, count_call, &calls);
    hop_unit_ref(u);
    hop_unit_unref(u);
    CHECK_INT(calls, 0);
    hop_unit_unref(u);
    CHECK_INT(calls, 1);
}

int
main(void)
{
    test_rows();
    test_depth();
    RUN(lines_and_columns_count_in_utf16);
    RUN(malformed_bytes_become_replacement_characters);
    RUN(tokens_and_comments_are_kept);
    RUN(requires_lines_are_collected);
    RUN(the_first_and_last_token_are_known);
    RUN(a_unit_lives_as_long_as_its_references);
    return test_done();
}
