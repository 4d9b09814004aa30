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
        CHECK(hop_base64_decode_part(&d, &out, "Zm9v Ymc=" + cut, 9 - cut));
        CHECK(hop_base64_decode_end(&d));
        CHECK_STR(hop_buf_str(&out), "foobg");
        CHECK(hop_base64_decode_part(&d, &out, " ", 1));
        CHECK(!hop_base64_decode_part(&d, &out, "=", 1));
    }
    return test_done();
}
