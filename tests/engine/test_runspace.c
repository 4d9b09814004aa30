/* Runspaces as objects: side by side, their streams, stopped from outside.
 *
 * SPDX-License-Identifier: MIT
 */
#include "rows.h"

static struct hop_runspace *
new_runspace(void)
{
    struct hop_runspace_options options = {.modules = hop_cmdlet_modules};

    return hop_runspace_new(&options);
}

/* Runs text; the output, blank-separated, replaces what got holds. */
static enum hop_run_end
run_text(struct hop_runspace *rs, const char *text, enum hop_stream_number n,
         struct hop_buf *got)
{
    struct hop_run run = {.text = text, .n = strlen(text)};
    struct hop_list_sink l;
    enum hop_run_end end;

    hop_list_sink_init(&l, hop_runspace_context(rs));
    for (int i = 1; i < HOP_STREAM_NUMBERS; i++)
        run.sinks[i] = &hop_sink_null;
    run.sinks[n] = &l.sink;
    end = hop_runspace_run(rs, &run, NULL);
    hop_buf_clear(got);
    join(&l, hop_runspace_context(rs), got);
    hop_list_sink_done(&l);
    return end;
}

TEST(two_side_by_side_share_nothing)
{
    struct hop_runspace *a = new_runspace(), *b = new_runspace();
    struct hop_buf got HOP_AUTO_BUF = HOP_BUF_INIT;

    run_text(a,
             "$x = 'a'; function f { 'fa' }; Set-Alias q Get-Item;"
             " Set-Location /tmp",
             HOP_OUTPUT, &got);
    run_text(b, "$x = 'b'; function f { 'fb' }; 1/0", HOP_OUTPUT, &got);
    run_text(a, "$x; f; \"$PWD\"; $Error.Count; Test-Path alias:q", HOP_OUTPUT,
             &got);
    CHECK_STR(hop_buf_str(&got), "a fa /tmp 0 True");
    run_text(b, "$x; f; $Error.Count; Test-Path alias:q", HOP_OUTPUT, &got);
    CHECK_STR(hop_buf_str(&got), "b fb 1 False");
    hop_runspace_free(a);
    run_text(b, "$x", HOP_OUTPUT, &got);
    CHECK_STR(hop_buf_str(&got), "b");
    hop_runspace_free(b);
}

TEST(each_stream_has_its_sink)
{
    static const char text[] =
        "'out'; Write-Error 'err'; Write-Warning 'warn';"
        " Write-Verbose 'verb' -Verbose; Write-Debug 'debug' -Debug;"
        " Write-Information 'info'";
    static const char *const want[] = {
        [HOP_OUTPUT] = "out",   [HOP_ERROR] = "err",
        [HOP_WARNING] = "warn", [HOP_VERBOSE] = "verb",
        [HOP_DEBUG] = "debug",  [HOP_INFORMATION] = "info"};
    struct hop_runspace *rs = new_runspace();
    struct hop_buf got HOP_AUTO_BUF = HOP_BUF_INIT;

    for (int n = HOP_OUTPUT; n <= HOP_INFORMATION; n++) {
        CHECK(run_text(rs, text, (enum hop_stream_number)n, &got) ==
              HOP_RUN_COMPLETED);
        CHECK_STR(hop_buf_str(&got), want[n]);
    }
    hop_runspace_free(rs);
}

struct stopper {
    struct hop_sink sink;
    struct hop_runspace *rs;
    size_t n;
};

static enum hop_flow
stop_at_third(struct hop_sink *s, struct hop_value v)
{
    struct stopper *st = (struct stopper *)s;

    (void)v;
    if (++st->n == 3)
        hop_runspace_stop(st->rs);
    return HOP_FLOW_NEXT;
}

TEST(a_stop_from_outside_ends_a_loop_and_no_more)
{
    static const char *const texts[] = {
        "while ($true) { 1 }",
        "1..1000000 | ForEach-Object { $_ }",
        "try { while ($true) { 1 } } catch { 'caught' }",
        "function f { f; 1 }; for (;;) { 1 }",
        "for (;;) { 1; try { throw 'x' } catch { } finally { } }",
    };
    struct hop_runspace *rs = new_runspace();
    struct hop_buf got HOP_AUTO_BUF = HOP_BUF_INIT;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(texts); i++) {
        struct stopper st = {{stop_at_third}, rs, 0};
        struct hop_run run = {.text = texts[i], .n = strlen(texts[i])};
        run.sinks[HOP_OUTPUT] = &st.sink;
        CHECK(hop_runspace_run(rs, &run, NULL) == HOP_RUN_STOPPED);
        CHECK(st.n < 10);
        CHECK(run_text(rs, "'again'", HOP_OUTPUT, &got) == HOP_RUN_COMPLETED);
        CHECK_STR(hop_buf_str(&got), "again");
    }
    hop_runspace_free(rs);
}

TEST(exit_leaves_its_code)
{
    struct hop_runspace *rs = new_runspace();
    struct hop_buf got HOP_AUTO_BUF = HOP_BUF_INIT;

    CHECK(run_text(rs, "1; exit 3; 2", HOP_OUTPUT, &got) == HOP_RUN_EXITED);
    CHECK(hop_runspace_exit_code(rs) == 3);
    CHECK_STR(hop_buf_str(&got), "1");
    hop_runspace_free(rs);
}

int
main(void)
{
    RUN(two_side_by_side_share_nothing);
    RUN(each_stream_has_its_sink);
    RUN(a_stop_from_outside_ends_a_loop_and_no_more);
    RUN(exit_leaves_its_code);
    return test_done();
}
