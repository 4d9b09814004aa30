/* SPDX-License-Identifier: MIT */
#include "psrp/pipe.h"

#include "psrp/type.h"
#include "test.h"

#define ZERO "00000000-0000-0000-0000-000000000000"
#define ID   "0f8fad5b-d9cb-469f-a165-70867728950e"

static void
check_lines_of_powershell(void)
{
    static const struct {
        const char *line;
        enum hop_psrp_element element;
        enum hop_psrp_stream stream;
        const char *data;
    } rows[] = {
        {"<Data Stream='Default' PSGuid='" ZERO "'>YWJj</Data>", HOP_PSRP_DATA,
         HOP_PSRP_DEFAULT, "abc"},
        {"<Data Stream='PromptResponse' PSGuid='" ID "'>YQ==</Data>",
         HOP_PSRP_DATA, HOP_PSRP_PROMPT, "a"},
        {"<DataAck PSGuid='" ID "' />", HOP_PSRP_DATA_ACK, 0, ""},
        {"<Command PSGuid='" ID "' />", HOP_PSRP_COMMAND, 0, ""},
        {"<CommandAck PSGuid='" ID "' />", HOP_PSRP_COMMAND_ACK, 0, ""},
        {"<Close PSGuid='" ZERO "' />", HOP_PSRP_CLOSE, 0, ""},
        {"<CloseAck PSGuid='" ZERO "' />", HOP_PSRP_CLOSE_ACK, 0, ""},
        {"<Signal PSGuid='" ID "' />", HOP_PSRP_SIGNAL, 0, ""},
        {"<SignalAck PSGuid='" ID "' />", HOP_PSRP_SIGNAL_ACK, 0, ""},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct hop_psrp_packet p = {.data = HOP_BUF_INIT};
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        struct hop_error err = {0};

        ROW(rows[i].line);
        CHECK(hop_psrp_packet_decode(rows[i].line, strlen(rows[i].line), &p,
                                     &err));
        CHECK_INT(p.element, rows[i].element);
        CHECK_INT(p.stream, rows[i].stream);
        CHECK_STR(hop_buf_str(&p.data), rows[i].data);
        hop_psrp_packet_encode(&out, p.element, &p.id, p.stream,
                               hop_buf_str(&p.data), p.data.len);
        CHECK(out.len && out.data[out.len - 1] == '\n');
        CHECK_MEM(out.data, out.len - 1, rows[i].line, strlen(rows[i].line));
        hop_buf_done(&p.data);
    }
}

static void
check_other_forms(void)
{
    static const struct {
        const char *name, *line;
        bool ok;
    } rows[] = {
        {"double quotes", "<Close PSGuid=\"" ID "\" />", true},
        {"no blank before the end", "<Close PSGuid='" ID "'/>", true},
        {"an end tag", "<Close PSGuid='" ID "'></Close>", true},
        {"braces", "<Close PSGuid='{" ID "}' />", true},
        {"a CR", "<Close PSGuid='" ID "' />\r", true},
        {"attributes the other way",
         "<Data PSGuid='" ID "' Stream='Default'>YQ==</Data>", true},
        {"another stream", "<Data Stream='x' PSGuid='" ID "'>YQ==</Data>",
         true},
        {"blanks in the base64",
         "<Data Stream='Default' PSGuid='" ID "'>Y Q = =</Data>", true},
        {"an empty line", "", false},
        {"text", "Welcome to b", false},
        {"a blank in front", " <Close PSGuid='" ID "' />", false},
        {"a blank behind", "<Close PSGuid='" ID "' /> ", false},
        {"lower case", "<close PSGuid='" ID "' />", false},
        {"an unknown element", "<Hello PSGuid='" ID "' />", false},
        {"no stream", "<Data PSGuid='" ID "'>YQ==</Data>", false},
        {"a stream too many", "<Close Stream='x' PSGuid='" ID "' />", false},
        {"an attribute too many", "<Close PSGuid='" ID "' X='1' />", false},
        {"an attribute twice", "<Close PSGuid='" ID "' PSGuid='" ID "' />",
         false},
        {"no id", "<Close />", false},
        {"a bad id", "<Close PSGuid='0f8fad5b' />", false},
        {"no data", "<Data Stream='Default' PSGuid='" ID "'></Data>", false},
        {"data that is cut",
         "<Data Stream='Default' PSGuid='" ID "'>YWJ</Data>", false},
        {"bad base64", "<Data Stream='Default' PSGuid='" ID "'>Y*==</Data>",
         false},
        {"text in a Close", "<Close PSGuid='" ID "'>x</Close>", false},
        {"another end tag", "<Close PSGuid='" ID "'></Data>", false},
        {"no end", "<Close PSGuid='" ID "'", false},
        {"two on a line", "<Close PSGuid='" ID "' /><Close PSGuid='" ID "' />",
         false},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct hop_psrp_packet p = {.data = HOP_BUF_INIT};
        struct hop_error err = {0};

        ROW(rows[i].name);
        CHECK(hop_psrp_packet_decode(rows[i].line, strlen(rows[i].line), &p,
                                     &err) == rows[i].ok);
        CHECK(
            rows[i].ok ==
            (strstr(err.text,
                    "a line is no packet of the remoting protocol:") == NULL));
        hop_buf_done(&p.data);
    }
}

TEST(every_prefix_of_a_line_is_refused)
{
    static const char line[] =
        "<Data Stream='Default' PSGuid='" ID "'>YWJj</Data>";
    struct hop_psrp_packet p = {.data = HOP_BUF_INIT};

    for (size_t n = 0; n < sizeof(line) - 1; n++)
        CHECK(!hop_psrp_packet_decode(line, n, &p, NULL));
    hop_buf_done(&p.data);
}

TEST(lines_are_cut_anywhere)
{
    static const char text[] = "one\ntwo\n\nfour\n";

    for (size_t step = 1; step < sizeof(text); step++) {
        struct hop_psrp_lines l = {.max_line = 10};
        char got[64] = "";
        const char *line;
        size_t n;

        for (size_t at = 0; at < sizeof(text) - 1; at += step) {
            size_t left = sizeof(text) - 1 - at;

            CHECK(hop_psrp_lines_add(&l, text + at, step < left ? step : left,
                                     NULL));
            while (hop_psrp_lines_next(&l, &line, &n)) {
                strncat(got, line, n);
                strcat(got, ",");
            }
        }
        CHECK_STR(got, "one,two,,four,");
        hop_psrp_lines_done(&l);
    }
}

TEST(a_line_over_the_limit)
{
    struct hop_psrp_lines l = {.max_line = 4};
    struct hop_error err = {0};
    const char *line;
    size_t n;

    CHECK(hop_psrp_lines_add(&l, "a\nbcde", 6, &err));
    CHECK(hop_psrp_lines_next(&l, &line, &n));
    CHECK(!hop_psrp_lines_next(&l, &line, &n));
    CHECK(!hop_psrp_lines_add(&l, "f", 1, &err));
    CHECK_STR(err.text, "a line is longer than the 4 bytes allowed");
    hop_psrp_lines_done(&l);
}

TEST(heads_are_read_and_written)
{
    struct hop_psrp_head h = {HOP_PSRP_TO_SERVER,
                              HOP_PSRP_INIT_RUNSPACEPOOL,
                              {{1}},
                              {{2}}},
                         got;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_error err = {0};
    const char *body;
    size_t n;

    hop_psrp_head_encode(&b, &h);
    hop_buf_adds(&b, "<S/>");
    CHECK_INT(b.len, 47);
    CHECK_MEM(b.data, 8, "\2\0\0\0\4\0\1\0", 8);
    REQUIRE(hop_psrp_head_decode(b.data, b.len, &got, &body, &n, &err));
    CHECK_INT(got.to, h.to);
    CHECK_INT(got.type, h.type);
    CHECK(hop_guid_eq(&got.pool, &h.pool));
    CHECK(hop_guid_eq(&got.pipeline, &h.pipeline));
    CHECK_MEM(body, n, "<S/>", 4);
    CHECK(hop_psrp_head_decode(b.data, 40, &got, &body, &n, &err));
    CHECK_INT(n, 0);
    CHECK(!hop_psrp_head_decode(b.data, 39, &got, &body, &n, &err));
    CHECK_STR(err.text, "a message of 39 bytes is shorter than its head of 40");
}

int
main(void)
{
    check_lines_of_powershell();
    check_other_forms();
    RUN(every_prefix_of_a_line_is_refused);
    RUN(lines_are_cut_anywhere);
    RUN(a_line_over_the_limit);
    RUN(heads_are_read_and_written);
    return test_done();
}
