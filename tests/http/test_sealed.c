/* multipart/encrypted: what is written, what peers write, what is refused.
 * SPDX-License-Identifier: MIT */
#include "http/sealed.h"

#include "test.h"

#include "http/content.h"

#define TYPE                                                                   \
    "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-"          \
    "encrypted\";boundary=\"Encrypted Boundary\""
#define B "--Encrypted Boundary\r\n"
#define E "--Encrypted Boundary--\r\n"
#define P "\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
#define O(n)                                                                   \
    "\tOriginalContent: "                                                      \
    "type=application/soap+xml;charset=UTF-8;Length=" n "\r\n"
#define S "\tContent-Type: application/octet-stream\r\n"

TEST(one_part_as_the_specification_prints_it)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    hop_http_sealed_begin(&out, HOP_HTTP_SPNEGO, HOP_HTTP_SOAP_UTF8, 5);
    hop_buf_add(&out, "\x02\0\0\0hhsoap!", 11);
    hop_http_sealed_end(&out);
    CHECK_MEM(out.data, out.len, B P O("5") B S "\x02\0\0\0hhsoap!" E,
              sizeof(B P O("5") B S "\x02\0\0\0hhsoap!" E) - 1);
    CHECK_STR(hop_http_sealed_type(HOP_HTTP_SPNEGO, 1), TYPE);
    CHECK(hop_http_is_sealed(TYPE));
    CHECK(hop_http_is_sealed("multipart/x-multi-encrypted; x=y"));
    CHECK(!hop_http_is_sealed("multipart/encrypted2"));
    CHECK(!hop_http_is_sealed("application/soap+xml"));
}

#define ROWTEXT(s) s, sizeof(s) - 1
static const struct {
    const char *name;
    const char *type;
    const char *body;
    size_t n;
    const char *want; /* "header|data|length|type;..." or the error */
} rows[] = {
    {"a body of pywinrm's form", TYPE,
     ROWTEXT(B P O("5") B S "\x02\0\0\0hhsoap!" E),
     "hh|soap!|5|application/soap+xml;charset=UTF-8"},
    {"Exchange's boundary with a blank", TYPE,
     ROWTEXT("-- Encrypted Boundary\r\n" P O(
         "5") "-- Encrypted Boundary\r\n" S
              "\x02\0\0\0hhsoap!-- Encrypted Boundary--\r\n"),
     "hh|soap!|5|application/soap+xml;charset=UTF-8"},
    {"no tabs, blanks behind semicolons, no last line break", TYPE,
     ROWTEXT(B "Content-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
               "OriginalContent: type=application/soap+xml; "
               "charset=UTF-16; Length=4\r\n" B
               "Content-Type: application/octet-stream\r\n"
               "\x01\0\0\0hsoap--Encrypted Boundary--"),
     "h|soap|4|application/soap+xml; charset=UTF-16;"},
    {"a boundary inside the data", TYPE,
     ROWTEXT(B P O("30") B S "\x00\0\0\0xx--Encrypted Boundary--\r\nyyyy" E),
     "|xx--Encrypted Boundary--\r\nyyyy|30|application/"
     "soap+xml;charset=UTF-8"},
    {"padding behind the announced length", TYPE,
     ROWTEXT(B P O("4") B S "\x01\0\0\0hsoap\x01" E),
     "h|soap\x01|4|application/soap+xml;charset=UTF-8"},
    {"two parts",
     "multipart/x-multi-encrypted;protocol=\"application/"
     "HTTP-CredSSP-session-encrypted\";boundary=\"Encrypted Boundary\"",
     ROWTEXT(
         B "\tContent-Type: application/HTTP-CredSSP-session-encrypted\r\n" O(
             "2") B S
         "\x01\0\0\0haa" B
         "\tContent-Type: application/HTTP-CredSSP-session-encrypted\r\n" O("1")
             B S "\x01\0\0\0hb" E),
     "h|aa|2|application/soap+xml;charset=UTF-8;h|b|1|application/"
     "soap+xml;charset=UTF-8"},
    {"another protocol in the part", TYPE,
     ROWTEXT(
         B "\tContent-Type: application/HTTP-Kerberos-session-encrypted\r\n" O(
             "1") B S "\x00\0\0\0x" E),
     "sealed body: a part is not of the protocol in the header"},
    {"an unknown protocol", "multipart/encrypted;protocol=x;boundary=y",
     ROWTEXT("--y\r\n"),
     "sealed body: the protocol in Content-Type is unknown"},
    {"no boundary in the header",
     "multipart/encrypted;protocol=\"application/"
     "HTTP-SPNEGO-session-encrypted\"",
     ROWTEXT("x"), "sealed body: Content-Type lacks protocol or boundary"},
    {"a length larger than the bytes", TYPE,
     ROWTEXT(B P O("50") B S "\x02\0\0\0hhsoap!" E),
     "sealed body: shorter than its lengths say"},
    {"a header length larger than the bytes", TYPE,
     ROWTEXT(B P O("5") B S "\xFF\xFF\xFF\xFFhhsoap!" E),
     "sealed body: shorter than its lengths say"},
    {"a length over the limit", TYPE,
     ROWTEXT(B P O("1001") B S "\x02\0\0\0hhsoap!" E),
     "sealed body: the announced length 1001 is larger than allowed"},
    {"a length that is no number", TYPE,
     ROWTEXT(B P O("-5") B S "\x02\0\0\0hhsoap!" E),
     "sealed body: OriginalContent has no sound Length"},
    {"no length", TYPE,
     ROWTEXT(B P "\tOriginalContent: type=a/b\r\n" B S "\x00\0\0\0x" E),
     "sealed body: OriginalContent is malformed"},
    {"an empty body", TYPE, ROWTEXT(""), "sealed body: a boundary is missing"},
    {"plain SOAP", TYPE, ROWTEXT("<s:Envelope/>"),
     "sealed body: a boundary is missing"},
    {"bytes behind the end", TYPE,
     ROWTEXT(B P O("5") B S "\x02\0\0\0hhsoap!" E "x"),
     "sealed body: a boundary is missing"},
};

TEST(decoding)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_ARENA struct hop_arena arena;
        HOP_AUTO_BUF struct hop_buf got = HOP_BUF_INIT, body = HOP_BUF_INIT;
        struct hop_http_sealed sealed;
        struct hop_error err = {0};

        ROW(rows[i].name);
        hop_arena_init(&arena, 0);
        hop_buf_add(&body, rows[i].body, rows[i].n);
        if (!hop_http_sealed_decode(&arena, rows[i].type, body.data, body.len,
                                    1000, &sealed, &err)) {
            CHECK_STR(err.text, rows[i].want);
            continue;
        }
        for (size_t k = 0; k < sealed.part_count; k++) {
            const struct hop_http_sealed_part *p = &sealed.parts[k];
            if (k)
                hop_buf_addc(&got, ';');
            size_t header = 4 + (unsigned char)p->payload[0];
            hop_buf_add(&got, p->payload + 4, header - 4);
            hop_buf_addc(&got, '|');
            hop_buf_add(&got, p->payload + header, p->payload_len - header);
            hop_buf_addf(&got, "|%zu|%s", p->original_len, p->type);
        }
        CHECK_STR(hop_buf_str(&got), rows[i].want);
    }
}

TEST(every_prefix_is_refused)
{
    static const char text[] = B P O("5") B S "\x02\0\0\0hhsoap!" E;

    /* The last CRLF may be missing. */
    for (size_t n = 0; n < sizeof(text) - 3; n++) {
        HOP_AUTO_ARENA struct hop_arena arena;
        HOP_AUTO_FREE char *copy = malloc(n + 1);
        struct hop_http_sealed sealed;
        struct hop_error err = {0};

        memcpy(copy, text, n);
        hop_arena_init(&arena, 0);
        CHECK(!hop_http_sealed_decode(&arena, TYPE, copy, n, 1000, &sealed,
                                      &err));
        CHECK(strncmp(err.text, "sealed body: ", 13) == 0);
    }
}

int
main(void)
{
    RUN(one_part_as_the_specification_prints_it);
    RUN(decoding);
    RUN(every_prefix_is_refused);
    return test_done();
}
