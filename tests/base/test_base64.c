/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include "test.h"

/* RFC 4648 section 10. */
static const struct {
    const char *plain, *coded;
} rows[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

static const char *const bad[] = {
    "Z", "Zg", "Zg=", "Zg===", "=Zg=", "Zg==Zg==", "Z*==", "Zm9=v", "===="};

int
main(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        HOP_AUTO_BUF struct hop_buf back = HOP_BUF_INIT;

        ROW(rows[i].coded);
        hop_base64_encode(&out, rows[i].plain, strlen(rows[i].plain));
        CHECK_STR(hop_buf_str(&out), rows[i].coded);
        CHECK(hop_base64_decode(&back, out.data ? out.data : "", out.len));
        CHECK_STR(hop_buf_str(&back), rows[i].plain);
    }
    for (size_t i = 0; i < HOP_ARRAY_SIZE(bad); i++) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

        ROW(bad[i]);
        CHECK(!hop_base64_decode(&out, bad[i], strlen(bad[i])));
    }
    ROW("white space between characters is skipped");
    {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

        CHECK(hop_base64_decode(&out, "Zm\r\n9v Yg\t==", 12));
        CHECK_STR(hop_buf_str(&out), "foob");
    }
    ROW("text cut anywhere decodes to the same");
    for (size_t cut = 0; cut <= 9; cut++) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        struct hop_base64_decoder d = HOP_BASE64_DECODER;

        CHECK(hop_base64_decode_part(&d, &out, "Zm9v Ymc=", cut));
        CHECK(hop_base64_decode_end(&d) ==
              (cut == 0 || cut == 4 || cut == 5 || cut == 9));
        CHECK(hop_base64_decode_part(&d, &out, &"Zm9v Ymc="[cut], 9 - cut));
        CHECK(hop_base64_decode_end(&d));
        CHECK_STR(hop_buf_str(&out), "foobg");
        CHECK(hop_base64_decode_part(&d, &out, " \r\n ", 4));
        CHECK_STR(hop_buf_str(&out), "foobg");
        CHECK(!hop_base64_decode_part(&d, &out, "=", 1));
    }
    ROW("long data comes back, whatever its length and start");
    for (size_t n = 0; n < 400; n++) {
        HOP_AUTO_BUF struct hop_buf coded = HOP_BUF_INIT;
        HOP_AUTO_BUF struct hop_buf back = HOP_BUF_INIT;
        HOP_AUTO_FREE unsigned char *data = malloc(n + 1);

        for (size_t i = 0; i < n; i++)
            data[i] = (unsigned char)(i * 151 + n + (i >> 3) * 13);
        hop_base64_encode(&coded, data, n);
        CHECK_INT(coded.len, (n + 2) / 3 * 4);
        CHECK(hop_base64_decode(&back, hop_buf_str(&coded), coded.len));
        CHECK_MEM(hop_buf_str(&back), back.len, data, n);
    }
    ROW("every character of the alphabet, and none else, among many");
    for (int c = 0; c < 256; c++) {
        HOP_AUTO_BUF struct hop_buf coded = HOP_BUF_INIT;
        HOP_AUTO_BUF struct hop_buf back = HOP_BUF_INIT;
        bool in = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  (c >= '0' && c <= '9') || c == '+' || c == '/';
        bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';

        hop_buf_fill(&coded, 'A', 200);
        coded.data[100] = (char)c;
        if (space)
            hop_buf_addc(&coded, 'A');
        CHECK(hop_base64_decode(&back, coded.data, coded.len) == (in || space));
    }
    return test_done();
}
