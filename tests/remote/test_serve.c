/* A served runspace and our client, over pipes.  With arguments the client
 * talks to that program instead: test_serve pwsh -s
 *
 * SPDX-License-Identifier: MIT
 */
#include "remote/serve.h"

#include <signal.h>

#include "base/alloc.h"
#include "remote/peer.h"
#include "test.h"
#include "value/convert.h"
#include "value/member.h"
#include "value/types/secure.h"

struct user {
    struct peer peer;
    uint8_t next_id;
    /* of the pipeline at work */
    struct hop_guid id;
    char got[4096];
    bool ended;
    int32_t state;
    bool stop_at_output;
};

static void
note(struct user *p, const char *prefix, const char *text)
{
    size_t n = strlen(p->got);

    snprintf(p->got + n, sizeof(p->got) - n, "%s%s%s", n ? "|" : "", prefix,
             text);
}

static void
note_value(struct user *p, const char *prefix, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (hop_to_string(&p->peer.cx, v, &text))
        note(p, prefix, text->data);
    else
        hop_drop_exception(&p->peer.cx);
}

/* Shift and A. */
static struct hop_value
pressed_key(struct user *p)
{
    struct hop_object *o = hop_custom_new(&p->peer.cx);

    hop_custom_set_text(o, "virtualKeyCode", hop_int(65));
    hop_custom_set_text(o, "character", hop_char('A'));
    hop_custom_set_text(o, "controlKeyState", hop_int(0x10));
    hop_custom_set_text(o, "keyDown", hop_bool(true));
    return hop_obj(o);
}

/* What a user would answer. */
static void
answer(struct user *p, const struct hop_psrp_host_call *call)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_PIPELINE_HOST_RESPONSE};
    struct hop_error err = {0};

    m.u.response = (struct hop_psrp_host_response){hop_void(), hop_void(),
                                                   call->call, call->method};
    switch (call->method) {
    case 11: m.u.response.result = hop_text("typed"); break;
    case 12: m.u.response.result = hop_secure_new(&p->peer.cx, "s3c", 3); break;
    case 26: m.u.response.result = hop_int(1); break;
    case 46: m.u.response.result = pressed_key(p); break;
    default: break;
    }
    CHECK(hop_psrp_session_send(p->peer.session, &p->id, &m, &err));
}

/* The method, and the members of its first parameter. */
static void
note_raw(struct user *p, const struct hop_psrp_host_call *call)
{
    static const char *const names[] = {"x", "y", "width", "left", "bottom"};
    struct hop_array *list = hop_as_array(call->parameters);
    char text[64];
    int n = snprintf(text, sizeof(text), "%d", (int)call->method);

    for (size_t i = 0; list->n && i < HOP_ARRAY_SIZE(names); i++) {
        HOP_AUTO_VALUE struct hop_value v =
            hop_member_path(&p->peer.cx, list->items[0], names[i]);

        if (hop_is_integer(v))
            n +=
                snprintf(text + n, sizeof(text) - (size_t)n, ",%d", (int)v.u.i);
    }
    note(p, "call:", text);
}

static void
take_call(struct user *p, const struct hop_psrp_host_call *call)
{
    struct hop_array *list = hop_as_array(call->parameters);

    if (call->call != HOP_PSRP_NO_ANSWER)
        answer(p, call);
    else if (call->method == 6)
        note_value(p, "exit:", list->items[0]);
    else if (call->method >= 28)
        note_raw(p, call);
}

static void
take_message(struct peer *peer, struct hop_guid *id, struct hop_psrp_message *m)
{
    struct user *p = (struct user *)(void *)peer;

    (void)id;
    switch (m->type) {
    case HOP_PSRP_PIPELINE_OUTPUT:
        note_value(p, "", m->u.object);
        if (p->stop_at_output)
            hop_psrp_link_stop(p->peer.link, &p->id);
        break;
    case HOP_PSRP_ERROR_RECORD: note_value(p, "error:", m->u.object); break;
    case HOP_PSRP_WARNING_RECORD:
        note(p, "warning:", m->u.record.message->data);
        break;
    case HOP_PSRP_PROGRESS_RECORD:
        note(p, "progress:", m->u.progress.activity->data);
        break;
    case HOP_PSRP_PIPELINE_STATE:
        p->ended = true;
        p->state = m->u.state.state;
        if (m->u.state.error.kind == HOP_OBJECT)
            note_value(p, "ended:", m->u.state.error);
        break;
    case HOP_PSRP_PIPELINE_HOST_CALL: take_call(p, &m->u.call); break;
    default: break;
    }
}

static bool
has_ended(struct peer *p)
{
    return ((struct user *)(void *)p)->ended;
}

/* Sends the pipeline and waits for its end. */
static void
run(struct user *p, struct hop_psrp_pipeline *line, const struct hop_value *in,
    size_t n)
{
    struct hop_error err = {0};

    p->got[0] = '\0';
    p->ended = false;
    memset(&p->id, ++p->next_id, sizeof(p->id));
    line->no_input = n == 0;
    line->apartment = 2;
    line->host.use_runspace_host = true;
    CHECK(hop_psrp_client_pipeline(p->peer.session, &p->id, line, &err));
    for (size_t i = 0; i < n; i++)
        CHECK(hop_psrp_client_input(p->peer.session, &p->id, in[i], &err));
    if (n)
        CHECK(hop_psrp_client_end_input(p->peer.session, &p->id, &err));
    CHECK(peer_wait(&p->peer, has_ended));
    hop_psrp_link_close(p->peer.link, &p->id);
}

static void
run_script(struct user *p, const char *text)
{
    struct hop_psrp_pipeline line = {0};

    peer_add_command(&line, text, true);
    run(p, &line, NULL, 0);
}

static void
check_scripts(struct user *p)
{
    static const struct {
        const char *name, *text, *got;
        int32_t state;
    } rows[] = {
        {"output", "1; 'two'; 3.5", "1|two|3.5", 4},
        {"null is an object", "1; $null; 1", "1||1", 4},
        {"state is kept", "$x = 5", "", 4},
        {"and seen", "$x + 1", "6", 4},
        {"an error goes on", "Write-Error e1; 2", "error:e1|2", 4},
        {"a throw ends", "1; throw 'no'; 2", "1|ended:no", 5},
        {"a script that does not parse", "1 +", NULL, 5},
        {"a warning", "Write-Warning w; 1", "warning:w|1", 4},
        {"progress", "Write-Progress -Activity a -Status s; 1", "progress:a|1",
         4},
        {"exit", "1; exit 3; 2", "1|exit:3", 4},
        {"what was not to be kept is not", "Get-History", "", 4},
        {"many objects", "(1..1000 | Measure-Object).Count", "1000", 4},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        ROW(rows[i].name);
        run_script(p, rows[i].text);
        if (rows[i].got)
            CHECK_STR(p->got, rows[i].got);
        CHECK_INT(p->state, rows[i].state);
    }
}

static void
check_history(struct user *p)
{
    struct hop_psrp_pipeline line = {.add_history = true};

    ROW("what is to be kept");
    peer_add_command(&line, "1; 2", true);
    run(p, &line, NULL, 0);
    run_script(p, "Get-History; \"$((Get-History 1).ExecutionStatus)\"");
    CHECK_STR(p->got, "1; 2|Completed");
    run_script(p, "Clear-History; @(Get-History).Count");
    CHECK_STR(p->got, "0");
}

static void
check_commands(struct user *p)
{
    struct hop_psrp_pipeline line = {0};
    struct hop_psrp_argument *a = calloc(2, sizeof(*a));

    ROW("commands with parameters");
    peer_add_command(&line, "Write-Output", false);
    a[0].value = hop_text("b");
    line.commands[0].arguments = a;
    line.commands[0].argument_count = 1;
    peer_add_command(&line, "ForEach-Object", false);
    a = calloc(2, sizeof(*a));
    a[0] =
        (struct hop_psrp_argument){hop_string_from("-MemberName"), hop_null()};
    a[1] = (struct hop_psrp_argument){NULL, hop_text("Length")};
    line.commands[1].arguments = a;
    line.commands[1].argument_count = 2;
    run(p, &line, NULL, 0);
    CHECK_STR(p->got, "1");
    ROW("an unknown command fails at once");
    memset(&line, 0, sizeof(line));
    peer_add_command(&line, "No-Such", false);
    run(p, &line, NULL, 0);
    CHECK_INT(p->state, HOP_PSRP_PIPELINE_FAILED);
    CHECK(strstr(p->got, "ended:The term 'No-Such' is not recognized"));
    ROW("statements");
    memset(&line, 0, sizeof(line));
    peer_add_command(&line, "$y = 2", true);
    line.commands[0].ends_statement = true;
    peer_add_command(&line, "$y * 2", true);
    run(p, &line, NULL, 0);
    CHECK_STR(p->got, "4");
}

/* As Invoke-Command -ComputerName of Windows and of PowerShell 7 sends them:
 * before the session is open it does not know that the server would take them
 * by their text. */
static void
check_usings(struct user *p)
{
    static const struct {
        const char *name, *values, *text, *got;
    } rows[] = {
        {"values of $using: in a list", "5b", "$using:a + 1; \"<$Using:B>\"",
         "6|<b>"},
        {"one named twice is listed twice", "55b",
         "$using:a; $using:A; $using:b", "5|5|b"},
        {"with members", "51", "\"$($using:a.x[0]) $($using:b.Length)\"",
         "5 1"},
        {"in arguments", "5", "Write-Output -InputObject $using:a", "5"},
        {"in a block", "5b", "& { $using:a }; 1 | ForEach-Object { $using:b }",
         "5|b"},
        {"more than came", "5bc",
         "$using:a, $using:b, $using:c | Out-Null; $using:d",
         "ended:A Using variable cannot be retrieved. A Using variable can be "
         "used only with Invoke-Command, Start-Job, or InlineScript in the "
         "script workflow. When it is used with Invoke-Command, the Using "
         "variable is valid only if the script block is invoked on a remote "
         "computer."},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct hop_psrp_pipeline line = {0};
        struct hop_psrp_argument *a = calloc(1, sizeof(*a));
        struct hop_array *list = hop_array_new(&p->peer.cx, 0);

        ROW(rows[i].name);
        for (const char *v = rows[i].values; *v; v++)
            hop_array_push(list, *v <= '9' ? hop_int(*v - '0')
                                           : hop_text((char[]){*v, '\0'}));
        a->name = hop_string_from("--%");
        a->value = hop_obj(list);
        peer_add_command(&line, rows[i].text, true);
        line.commands[0].arguments = a;
        line.commands[0].argument_count = 1;
        run(p, &line, NULL, 0);
        CHECK_STR(p->got, rows[i].got);
    }
}

static void
check_input(struct user *p)
{
    struct hop_psrp_pipeline line = {0};
    const struct hop_value in[] = {hop_int(1), hop_int(2), hop_int(3)};

    ROW("pipeline input");
    peer_add_command(&line, "process { $_ * 10 }", true);
    run(p, &line, in, 3);
    CHECK_STR(p->got, "10|20|30");
}

static void
check_stop(struct user *p)
{
    static const char *const rows[] = {
        "1; while ($true) { $n++ }",
        "1; Start-Sleep 60",
        "1; /bin/sleep 60",
        "while ($true) { 1 }",
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        ROW(rows[i]);
        p->stop_at_output = true;
        run_script(p, rows[i]);
        p->stop_at_output = false;
        CHECK_INT(p->state, HOP_PSRP_PIPELINE_STOPPED);
        CHECK(strstr(p->got, "ended:The pipeline has been stopped."));
        run_script(p, "'alive'");
        CHECK_STR(p->got, "alive");
    }
}

/* The stop comes in one piece with what it is to stop. */
static void
check_early_stop(struct user *p)
{
    struct hop_psrp_pipeline line = {0};
    struct hop_error err = {0};

    ROW("a stop right behind the pipeline");
    peer_add_command(&line, "while ($true) { $n++ }", true);
    line.no_input = true;
    p->got[0] = '\0';
    p->ended = false;
    memset(&p->id, ++p->next_id, sizeof(p->id));
    line.apartment = 2;
    line.host.use_runspace_host = true;
    CHECK(hop_psrp_client_pipeline(p->peer.session, &p->id, &line, &err));
    hop_psrp_link_stop(p->peer.link, &p->id);
    CHECK(peer_wait(&p->peer, has_ended));
    CHECK_INT(p->state, HOP_PSRP_PIPELINE_STOPPED);
    hop_psrp_link_close(p->peer.link, &p->id);
    run_script(p, "'alive'");
    CHECK_STR(p->got, "alive");
}

/* What PowerShell's server calls and what it refuses by itself. */
static void
check_screen(struct user *p)
{
    static const char place[] =
        "$r = $Host.UI.RawUI; "
        "$at = [System.Management.Automation.Host.Coordinates]; "
        "$cell = [System.Management.Automation.Host.BufferCell]::new('x', "
        "'Red', 'Blue', 'Complete'); "
        "$rect = [System.Management.Automation.Host.Rectangle]::new(1, 2, 3, "
        "4); ";
    static const struct {
        const char *name, *text, *got;
    } rows[] = {
        {"a colour", "$r.ForegroundColor = 'Red'; \"$($r.ForegroundColor)\"",
         "call:28|Red"},
        {"a place",
         "$r.CursorPosition = $at::new(5, 6); "
         "\"$($r.CursorPosition)\"",
         "call:32,5,6|5,6"},
        {"a key",
         "$k = $r.ReadKey('NoEcho'); \"$($k.Character) "
         "$($k.ControlKeyState)\"",
         "A ShiftPressed"},
        {"input forgotten", "$r.FlushInputBuffer()", "call:47"},
        {"filled", "$r.SetBufferContents($rect, $cell)", "call:48,1,4"},
        {"cells",
         "$r.SetBufferContents($at::new(7, 8), "
         "$r.NewBufferCellArray(2, 2, $cell))",
         "call:49,7,8"},
        {"scrolled",
         "$r.ScrollBufferContents($rect, $at::new(1, 1), $rect, $cell)",
         "call:51,1,4"},
        {"what is on the screen",
         "try { $r.GetBufferContents($rect) } catch { \"$_\" }",
         "Exception calling \"GetBufferContents\" with \"1\" argument(s): "
         "\"Remote host method GetBufferContents is not implemented.\""},
        {"a key that waits", "\"[$($r.KeyAvailable)]\"", "[]"},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_FREE char *text = hop_xasprintf("%s%s", place, rows[i].text);

        ROW(rows[i].name);
        run_script(p, text);
        CHECK_STR(p->got, rows[i].got);
    }
}

static void
check_secret(struct user *p)
{
    struct hop_psrp_pipeline line = {0};
    struct hop_value in = hop_secure_new(&p->peer.cx, "s\xC3\xBC\xC3\x9F", 5);

    peer_add_command(&line,
                     "process { [System.Net.NetworkCredential]::new('u', "
                     "$_).Password }",
                     true);
    run(p, &line, &in, 1);
    CHECK_STR(p->got, "s\xC3\xBC\xC3\x9F");
    hop_release(in);
}

int
main(int argc, char **argv)
{
    struct user p = {0};

    signal(SIGPIPE, SIG_IGN);
    if (argc > 1)
        peer_program = argv + 1;
    for (int32_t minor = 3; minor <= 4; minor++) {
        ROW(minor == 3 ? "version 2.3 opens" : "version 2.4 opens");
        CHECK(peer_start(&p.peer, minor, 1));
        p.peer.take = take_message;
        ROW(minor == 3 ? "a secret at 2.3" : "a secret at 2.4");
        check_secret(&p);
        if (minor == 4) {
            check_scripts(&p);
            check_history(&p);
            check_commands(&p);
            check_usings(&p);
            check_input(&p);
            check_stop(&p);
            check_early_stop(&p);
            check_screen(&p);
        }
        ROW("the session ends");
        peer_finish(&p.peer);
    }
    return test_done();
}
