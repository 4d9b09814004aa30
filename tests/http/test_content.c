/* Content-Type values and character sets.  SPDX-License-Identifier: MIT */
#include "http/content.h"

#include "test.h"

static const struct {
    const char *name;
    const char *value;
    const char *want; /* media|charset|protocol|boundary|action, or error */
} types[] = {
    {"what most clients send", "application/soap+xml;charset=UTF-8",
     "application/soap+xml|UTF-8|||"},
    {"blanks and case", "Application/SOAP+XML ; Charset=\"utf-16\" ;x=y",
     "application/soap+xml|utf-16|||"},
    {"a SOAP action", "application/soap+xml; charset=utf-8; action=\"urn:a;b\"",
     "application/soap+xml|utf-8|||urn:a;b"},
    {"sealed",
     "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-"
     "encrypted\";boundary=\"Encrypted Boundary\"",
     "multipart/encrypted||application/HTTP-SPNEGO-session-encrypted|Encrypted "
     "Boundary|"},
    {"an unquoted boundary with a blank",
     "multipart/encrypted;boundary=Encrypted Boundary ; charset=x",
     "multipart/encrypted|x||Encrypted Boundary|"},
    {"a trailing semicolon", "text/xml;", "text/xml||||"},
    {"the first of two charsets counts", "a/b;charset=x;charset=y", "a/b|x|||"},
    {"no subtype", "text", "the Content-Type text is malformed"},
    {"an unclosed quote", "a/b;charset=\"x",
     "the Content-Type a/b;charset=\"x is malformed"},
    {"a parameter without a value", "a/b;charset",
     "the Content-Type a/b;charset is malformed"},
};

static void
add(struct hop_buf *out, const char *s, char end)
{
    hop_buf_adds(out, s ? s : "");
    if (end)
        hop_buf_addc(out, end);
}

TEST(content_types)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(types); i++) {
        HOP_AUTO_ARENA struct hop_arena arena;
        HOP_AUTO_BUF struct hop_buf got = HOP_BUF_INIT;
        struct hop_http_type t;
        struct hop_error err = {0};

        ROW(types[i].name);
        hop_arena_init(&arena, 0);
        if (hop_http_type_parse(&arena, types[i].value, &t, &err)) {
            add(&got, t.media, '|');
            add(&got, t.charset, '|');
            add(&got, t.protocol, '|');
            add(&got, t.boundary, '|');
            add(&got, t.action, '\0');
        } else {
            add(&got, err.text, '\0');
        }
        CHECK_STR(hop_buf_str(&got), types[i].want);
    }
}

static const struct {
    const char *name;
    const char *charset;
    const char *bytes;
    size_t n;
    const char *want;
} texts[] = {
    {"UTF-8", "UTF-8", "<a/>", 4, "<a/>"},
    {"UTF-8 with a mark", NULL, "\xEF\xBB\xBF<a/>", 7, "<a/>"},
    {"UTF-16 with a little-endian mark", "utf-16", "\xFF\xFE<\0a\0", 6, "<a"},
    {"UTF-16 with a big-endian mark", "UTF-16", "\xFE\xFF\0<\0a", 6, "<a"},
    {"UTF-16 without a mark", "UTF-16", "<\0\xE9\0", 4, "<\xC3\xA9"},
    {"UTF-16 known by its mark alone", NULL, "\xFF\xFE<\0", 4, "<"},
    {"UTF-16BE", "utf-16be", "\0<", 2, "<"},
    {"a surrogate pair", "utf-16le", "\x3D\xD8\x00\xDE", 4, "\xF0\x9F\x98\x80"},
    {"an empty body", "utf-16", "", 0, ""},
    {"half a unit", "utf-16", "<\0a", 3,
     "the body has an odd number of bytes for UTF-16"},
    {"a lone surrogate", "utf-16", "\x00\xD8", 2,
     "the body is not valid UTF-16 text"},
    {"Latin-1 bytes", "utf-8", "\xE9", 1, "the body is not valid UTF-8 text"},
    {"another character set", "utf-7", "x", 1,
     "the character set utf-7 is not supported; UTF-8 and UTF-16 are"},
};

TEST(character_sets)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(texts); i++) {
        HOP_AUTO_BUF struct hop_buf got = HOP_BUF_INIT;
        struct hop_error err = {0};

        ROW(texts[i].name);
        if (hop_http_text_decode(&got, texts[i].charset, texts[i].bytes,
                                 texts[i].n, &err))
            CHECK_STR(hop_buf_str(&got), texts[i].want);
        else
            CHECK_STR(err.text, texts[i].want);
    }
}

int
main(void)
{
    RUN(content_types);
    RUN(character_sets);
    return test_done();
}
