/* The whole engine on random programs: the input's bytes choose productions of
 * a grammar, the program that comes out runs in a runspace of its own and is
 * stopped where a timer finds it.  However it ends, the runspace must work
 * afterwards.  No production names a file, a native program or a command that
 * reaches either; PATH is empty.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "cmdlets/core/core.h"
#include "cmdlets/security/security.h"
#include "cmdlets/utility/utility.h"
#include "engine/runspace.h"
#include "fuzz.h"
#include "value/value.h"

enum { MAX_TEXT = 1 << 14, MAX_DEPTH = 24, STOP_MS = 100 };

/* ---- the grammar ------------------------------------------------------- */

/* In a production %s is a statement, %b a block of them, %e an expression, %v
 * a variable, %n a number, %t a text, %c a command, %k a type. */
static const char *const statements[] = {
    "%e",
    "%w = %e",
    "%w += %e",
    "[%k]$x = %e",
    "(%e) | %c",
    "(%e) | %c | %c",
    "if (%e) { %b } elseif (%e) { %b } else { %b }",
    "foreach (%w in %e) { %b }",
    "for ($i = 0; $i -lt 3; $i++) { %b }",
    "$w = 0; while ($w++ -lt 3) { %b }",
    "$w = 0; do { %b } until ($w++ -gt 2)",
    "switch (%e) { (%e) { %b } { %e } { %b; break } default { %b } }",
    "switch -wildcard (%t) { (%t) { %b } default { %b } }",
    "try { %b } catch { %b } finally { %e }",
    "try { %b } catch [System.Exception] { $_.Exception.Message }",
    "& { trap { %b; continue } %b }",
    "if (%e) { throw %e }",
    "function f { param($a, [%k]$b = %e) %b }; f (%e) -b (%e)",
    ("function g { [CmdletBinding()]param([Parameter(ValueFromPipeline)]$p) "
     "begin { %b } process { %b } end { %b } }; (%e) | g"),
    "function r($n) { if ($n -gt 0) { r ($n - 1) } %b }; r 5",
    "function o($n) { o ($n + 1) }; o 0",
    "filter q { %b }; (%e) | q",
    "& { %b } (%e)",
    ". { %b }",
    "if (%e) { return %e }",
    "if (%e) { break }",
    "if (%e) { continue }",
    "%w++",
    "%v.x = %e",
    "%v[%e] = %e",
    "%w, $z = (%e), 2",
    "$ErrorActionPreference = 'Stop'; %b",
    "Set-StrictMode -Version 3; %b",
    "& { %b } 2>&1 | %c",
    "& { %b } *>$null",
    "$null = & { %b }",
    "Write-Error %t; %b",
    "Remove-Variable x -ErrorAction SilentlyContinue; %b",
    "$x.m = $x; \"$x\"",
    "$a = @(1, $null); $a[1] = $a; %s",
    "Invoke-Expression %t",
    "[scriptblock]::Create(%t).Invoke()",
    "(%e) && (%e) || $(%b)",
    "if (%e) { exit 1 }",
};

static const char *const expressions[] = {
    "%n",
    "%t",
    "%v",
    "(%e)",
    "$(%b)",
    "@(%b)",
    "(%e) + (%e)",
    "(%e) - (%e)",
    "(%e) * (%n)",
    "(%e) / (%e)",
    "(%e) %% (%n)",
    "(%e) -eq (%e)",
    "(%e) -lt (%e)",
    "(%e) -like (%t)",
    "(%e) -match (%t)",
    "(%e) -replace (%t), (%t)",
    "(%e) -split (%t)",
    "(%e) -join (%t)",
    "(%t) -f (%e), (%e)",
    "(%e) -and (%e)",
    "-not (%e)",
    "-(%e)",
    ",(%e)",
    "(%e), (%e)",
    "(%n)..(%n)",
    "(%e) -contains (%e)",
    "(%e) -as [%k]",
    "(%e) -is [%k]",
    "(%e) -band (%e)",
    "(%e) -shl (%n)",
    "[%k](%e)",
    "@{ a = %e; b = %e }",
    "[ordered]@{ a = %e }",
    "[pscustomobject]@{ a = %e; b = %e }",
    "{ %b }",
    "(& { %b })",
    "{ %b }.GetNewClosure()",
    "(%e)[%e]",
    "(%e).a",
    "(%e).Length",
    "(%e).ToString()",
    "(%e).GetType().Name",
    "(%e).Where({ %e })",
    "(%e).ForEach({ %e })",
    "(%e)?.x",
    "((%e) ? (%e) : (%e))",
    "((%e) ?? (%e))",
    "\"a $(%e) $x ${y}\"",
    "((%e) | %c)",
    "[string]::Join((%t), (%e))",
    "[math]::Max((%e), (%e))",
    "[%k]::new(%e)",
    "[regex]::Matches((%t), (%t))",
    "(%t).Substring(%n)",
    "(%t).PadLeft(%n)",
    "(%e).CompareTo(%e)",
    "$x++",
    "--$y",
};

static const char *const commands[] = {
    "ForEach-Object { %b }",
    "Where-Object { %e }",
    "Select-Object -First %n",
    "Select-Object a, @{ n = 'c'; e = { %e } }",
    "Sort-Object { %e } -Descending",
    "Group-Object { %e }",
    "Measure-Object -Sum -ErrorAction SilentlyContinue",
    "Out-String",
    "Format-Table | Out-String",
    "Format-List * | Out-String -Width %n",
    "ConvertTo-Json -Depth 3 -WarningAction SilentlyContinue",
    "ConvertTo-Csv",
    "Out-Null",
    "Write-Output",
    "Tee-Object -Variable x",
    "Get-Member",
    "Compare-Object (%e)",
    "Add-Member -NotePropertyName n -NotePropertyValue (%e) -PassThru",
    "Get-Unique",
    "Get-Random -SetSeed 1",
    "ForEach-Object -Begin { %b } -Process { %b } -End { %b }",
    "Invoke-Command { %b }",
    "Select-String %t",
};

static const char *const variables[] = {"$x",
                                        "$y",
                                        "$z",
                                        "$_",
                                        "$args",
                                        "$input",
                                        "$script:x",
                                        "$global:y",
                                        "$null",
                                        "$true",
                                        "$Error",
                                        "$MyInvocation",
                                        "$PSBoundParameters",
                                        "${x}",
                                        "$this",
                                        "$Matches",
                                        "$OFS",
                                        "$foreach"};

static const char *const assignable[] = {"$x",        "$y",        "$z",
                                         "$script:x", "$global:y", "${x}"};

static const char *const numbers[] = {"0",
                                      "1",
                                      "2",
                                      "3",
                                      "-1",
                                      "10",
                                      "1.5",
                                      "1e3",
                                      "1kb",
                                      "0x1F",
                                      "5d",
                                      "2147483647",
                                      "9223372036854775807",
                                      "1e308",
                                      "7L",
                                      "100n"};

static const char *const texts[] = {
    "''",           "'a'",
    "'abc'",        "'x,y'",
    "\"q$x\"",      "'(a+)+b'",
    "'['",          "'{0}'",
    "'{0,5:N2}'",   "'*'",
    "'1'",          "'0x10'",
    "'2020-01-02'", "'$(1+1)'",
    "'1 + '",       "'{'",
    "','",          "'\u00e4\u20ac'",
    "'a*' * 3",     "('(' * 300 + '1' + ')' * 300)"};

static const char *const types[] = {"int",
                                    "string",
                                    "bool",
                                    "double",
                                    "char",
                                    "array",
                                    "object",
                                    "datetime",
                                    "hashtable",
                                    "int[]",
                                    "string[]",
                                    "regex",
                                    "decimal",
                                    "byte",
                                    "timespan",
                                    "version",
                                    "scriptblock",
                                    "guid",
                                    "xml",
                                    "psobject",
                                    "long",
                                    "switch",
                                    "uri",
                                    "System.Collections.Generic.List[int]",
                                    "System.Collections.ArrayList"};

static const struct kind {
    char letter;
    const char *const *rows;
    size_t n;
    const char *leaf; /* where the input or the depth is at its end */
} kinds[] = {
#define ROWS(t) t, sizeof(t) / sizeof(*(t))
    {'s', ROWS(statements), "1"},      {'e', ROWS(expressions), "$x"},
    {'c', ROWS(commands), "Out-Null"}, {'v', ROWS(variables), "$x"},
    {'w', ROWS(assignable), "$x"},     {'n', ROWS(numbers), "1"},
    {'t', ROWS(texts), "'a'"},         {'k', ROWS(types), "int"},
};

struct writer {
    const uint8_t *at, *end;
    struct hop_buf text;
    unsigned depth;
};

static void write_kind(struct writer *w, char letter);

static void
write_row(struct writer *w, const char *row)
{
    for (; *row; row++) {
        if (*row != '%') {
            hop_buf_addc(&w->text, *row);
        } else if (*++row == '%') {
            hop_buf_addc(&w->text, '%');
        } else if (*row == 'b') {
            write_kind(w, 's');
            hop_buf_adds(&w->text, "; ");
            write_kind(w, 's');
        } else {
            write_kind(w, *row);
        }
    }
}

static void
write_kind(struct writer *w, char letter)
{
    const struct kind *k = kinds;

    while (k->letter != letter)
        k++;
    if (w->at == w->end || w->depth == MAX_DEPTH || w->text.len > MAX_TEXT) {
        hop_buf_adds(&w->text, k->leaf);
        return;
    }
    w->depth++;
    write_row(w, k->rows[*w->at++ % k->n]);
    w->depth--;
}

/* ---- running ----------------------------------------------------------- */

static struct hop_runspace *volatile running;

static void
on_timer(int signal)
{
    (void)signal;
    if (running)
        hop_runspace_stop(running);
}

static void
set_timer(int ms)
{
    struct itimerval t = {.it_value = {ms / 1000, ms % 1000 * 1000}};

    setitimer(ITIMER_REAL, &t, NULL);
}

struct count {
    struct hop_sink sink;
    size_t n;
};

static enum hop_flow
count_one(struct hop_sink *s, struct hop_value v)
{
    struct count *c = (struct count *)s;

    (void)v;
    return ++c->n > 100000 ? HOP_FLOW_DONE : HOP_FLOW_NEXT;
}

static enum hop_run_end
run_text(struct hop_runspace *rs, const char *text, size_t n, size_t *outputs)
{
    struct count c = {{count_one}, 0};
    struct hop_run run = {.text = text, .n = n, .new_scope = true};
    struct hop_value error = hop_null();
    enum hop_run_end end;

    for (int i = 0; i < HOP_STREAM_NUMBERS; i++)
        run.sinks[i] = &c.sink;
    end = hop_runspace_run(rs, &run, &error);
    MUST((end == HOP_RUN_FAILED) == !hop_is_null(error));
    hop_release(error);
    *outputs = c.n;
    return end;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct hop_cmdlet_module *const modules[] = {
        &hop_module_core, &hop_module_utility, &hop_module_security, NULL};
    struct writer w = {.at = data, .end = data + size, .text = HOP_BUF_INIT};
    struct hop_runspace_options options = {.modules = modules};
    size_t outputs = 0;

    setenv("PATH", "", 1);
    signal(SIGALRM, on_timer);
    while (w.at < w.end && w.text.len < MAX_TEXT) {
        write_kind(&w, 's');
        hop_buf_addc(&w.text, '\n');
    }
    running = hop_runspace_new(&options);
    set_timer(STOP_MS);
    run_text(running, hop_buf_str(&w.text), w.text.len, &outputs);
    set_timer(0);
    run_text(running, "$ErrorActionPreference = 'Continue'", 35, &outputs);
    MUST(run_text(running, "1, 2", 4, &outputs) == HOP_RUN_COMPLETED);
    MUST(outputs == 2);
    hop_runspace_free(running);
    running = NULL;
    hop_buf_done(&w.text);
    return 0;
}
