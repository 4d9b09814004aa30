/* TSRequest and TSCredentials: their form by MS-CSSP 2.2.1, every prefix of it,
 * and what nobody should write.
 *
 * SPDX-License-Identifier: MIT
 */
#include "credssp/message.h"

#include "test.h"

/* Version 6 and one token. */
static const uint8_t first[] = {
    0x30, 0x15, 0xa0, 0x03, 0x02, 0x01, 0x06, 0xa1, 0x0e, 0x30, 0x0c, 0x30,
    0x0a, 0xa0, 0x08, 0x04, 0x06, 'N',  'T',  'L',  'M',  'S',  'S',
};
/* errorCode: an NTSTATUS has four bytes and is negative. */
static const uint8_t refusal[] = {
    0x30, 0x0d, 0xa0, 0x03, 0x02, 0x01, 0x06, 0xa4,
    0x06, 0x02, 0x04, 0xc0, 0x00, 0x00, 0x6d,
};

TEST(reads_the_form_of_the_standard)
{
    struct credssp_request r = {0};
    struct hop_error err = {0};
    size_t used = 0;

    CHECK_INT(credssp_request_decode(first, sizeof(first), &used, &r, &err),
              CREDSSP_READ_OK);
    CHECK_INT(used, sizeof(first));
    CHECK_INT(r.version, 6);
    CHECK_MEM(r.token.p, r.token.n, "NTLMSS", 6);
    CHECK_INT(r.error, 0);
    CHECK_INT(credssp_request_decode(refusal, sizeof(refusal), &used, &r, &err),
              CREDSSP_READ_OK);
    CHECK_INT(r.error, 0xC000006Du);
}

TEST(writes_the_same)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct credssp_request r = {.version = 6,
                                .token = {(const uint8_t *)"NTLMSS", 6}};

    credssp_request_encode(&r, &out);
    CHECK_MEM(out.data, out.len, first, sizeof(first));
    hop_buf_clear(&out);
    r = (struct credssp_request){.version = 6, .error = 0xC000006Du};
    credssp_request_encode(&r, &out);
    CHECK_MEM(out.data, out.len, refusal, sizeof(refusal));
}

TEST(all_fields_come_back)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    uint8_t nonce[CREDSSP_NONCE_BYTES] = {1, 2, 3}, big[70000] = {7};
    const struct credssp_request r = {.version = 5,
                                      .token = {big, sizeof(big)},
                                      .auth_info = {big, 200},
                                      .key_auth = {big, 128},
                                      .error = 5,
                                      .nonce = {nonce, sizeof(nonce)}};
    struct credssp_request got = {0};
    struct hop_error err = {0};
    size_t used = 0;

    credssp_request_encode(&r, &out);
    CHECK_INT(credssp_request_decode(out.data, out.len, &used, &got, &err),
              CREDSSP_READ_OK);
    CHECK_INT(used, out.len);
    CHECK_INT(got.token.n, sizeof(big));
    CHECK_INT(got.auth_info.n, 200);
    CHECK_INT(got.key_auth.n, 128);
    CHECK_INT(got.error, 5);
    CHECK_MEM(got.nonce.p, got.nonce.n, nonce, sizeof(nonce));
    /* Every prefix waits for more, and none is read past its end. */
    for (size_t n = 0; n < out.len; n += n < 300 ? 1 : 997) {
        uint8_t *copy = malloc(n + 1);

        memcpy(copy, out.data, n);
        CHECK_INT(credssp_request_decode(copy, n, &used, &got, &err),
                  CREDSSP_READ_MORE);
        free(copy);
    }
}

static const struct {
    const char *name;
    size_t n;
    uint8_t p[32];
    const char *text;
} malformed[] = {
    {"another tag",
     2,
     {0x31, 0x00},
     "a CredSSP message is malformed: it is no TSRequest"},
    {"indefinite length",
     4,
     {0x30, 0x80, 0x00, 0x00},
     "a CredSSP message is malformed: it is no TSRequest"},
    {"length of five bytes",
     7,
     {0x30, 0x85, 0, 0, 0, 0, 0},
     "a CredSSP message is malformed: it is no TSRequest"},
    {"over the limit",
     6,
     {0x30, 0x84, 0x7f, 0xff, 0xff, 0xff},
     "a CredSSP message of 2147483653 bytes is over the 262144 allowed"},
    {"no version",
     2,
     {0x30, 0x00},
     "a CredSSP message is malformed: it has no version"},
    {"version of no bytes",
     6,
     {0x30, 0x04, 0xa0, 0x02, 0x02, 0x00},
     "a CredSSP message is malformed: its field [0] is not what it must be"},
    {"version of six bytes",
     12,
     {0x30, 0x0a, 0xa0, 0x08, 0x02, 0x06, 1, 1, 1, 1, 1, 1},
     "a CredSSP message is malformed: its field [0] is not what it must be"},
    {"a field that ends past the message",
     7,
     {0x30, 0x05, 0xa0, 0x09, 0x02, 0x01, 0x06},
     "a CredSSP message is malformed: a field is cut off"},
    {"the same field twice",
     12,
     {0x30, 0x0a, 0xa0, 0x03, 0x02, 0x01, 0x06, 0xa0, 0x03, 0x02, 0x01, 0x05},
     "a CredSSP message is malformed: its fields are not those of a "
     "TSRequest"},
    {"a token that is no list",
     12,
     {0x30, 0x0a, 0xa0, 0x03, 0x02, 0x01, 0x06, 0xa1, 0x03, 0x04, 0x01, 0x00},
     "a CredSSP message is malformed: its field [1] is not what it must be"},
    {"a nonce of one byte",
     12,
     {0x30, 0x0a, 0xa0, 0x03, 0x02, 0x01, 0x06, 0xa5, 0x03, 0x04, 0x01, 0x00},
     "a CredSSP message is malformed: its field [5] is not what it must be"},
};

static void
refuses_malformed(void)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(malformed); k++) {
        struct credssp_request r = {0};
        struct hop_error err = {0};
        size_t used = 0;

        ROW(malformed[k].name);
        CHECK_INT(credssp_request_decode(malformed[k].p, malformed[k].n, &used,
                                         &r, &err),
                  CREDSSP_READ_BAD);
        CHECK_STR(err.text, malformed[k].text);
    }
}

/* ---- TSCredentials */

static const uint8_t password_ab[] = {
    /* TSCredentials, credType 1 */
    0x30,
    0x27,
    0xa0,
    0x03,
    0x02,
    0x01,
    0x01,
    0xa1,
    0x20,
    0x04,
    0x1e,
    /* TSPasswordCreds: "D", "u", "p" and U+00E4 */
    0x30,
    0x1c,
    0xa0,
    0x04,
    0x04,
    0x02,
    'D',
    0,
    0xa1,
    0x04,
    0x04,
    0x02,
    'u',
    0,
    0xa2,
    0x0e,
    0x04,
    0x0c,
    'p',
    0,
    0xe4,
    0,
    '1',
    0,
    '2',
    0,
    '3',
    0,
    '4',
    0,
};

TEST(password_comes_back)
{
    static const char text[] = "p\xC3\xA4"
                               "1234";
    HOP_AUTO_SECRET struct hop_secret *s =
        hop_secret_new(text, sizeof(text) - 1);
    HOP_AUTO_BUF struct hop_buf out = {.secret = true};
    struct credssp_password c = {0};
    struct hop_error err = {0};

    credssp_password_encode("D", "u", s, &out);
    CHECK_MEM(out.data, out.len, password_ab, sizeof(password_ab));
    CHECK(credssp_password_decode(password_ab, sizeof(password_ab), &c, &err));
    CHECK_STR(c.domain, "D");
    CHECK_STR(c.user, "u");
    CHECK_STR(c.password ? hop_secret_bytes(c.password) : NULL, text);
    credssp_password_done(&c);
    for (size_t n = 0; n < sizeof(password_ab); n++) {
        uint8_t *copy = malloc(n + 1);

        memcpy(copy, password_ab, n);
        CHECK(!credssp_password_decode(copy, n, &c, &err));
        free(copy);
    }
}

TEST(other_credentials_are_refused_by_name)
{
    uint8_t copy[sizeof(password_ab)];
    struct credssp_password c = {0};
    struct hop_error err = {0};

    memcpy(copy, password_ab, sizeof(copy));
    copy[6] = 2;
    CHECK(!credssp_password_decode(copy, sizeof(copy), &c, &err));
    CHECK_STR(err.text, "the client delegates a smart card by CredSSP; only a "
                        "user's password is taken");
    copy[6] = 6;
    CHECK(!credssp_password_decode(copy, sizeof(copy), &c, &err));
    CHECK_STR(err.text,
              "the client delegates no password (Remote Credential Guard) by "
              "CredSSP; only a user's password is taken");
}

TEST(a_nul_in_a_name_is_refused)
{
    uint8_t copy[sizeof(password_ab)];
    struct credssp_password c = {0};
    struct hop_error err = {0};

    memcpy(copy, password_ab, sizeof(copy));
    copy[17] = 0;
    CHECK(!credssp_password_decode(copy, sizeof(copy), &c, &err));
    CHECK_STR(err.text, "a CredSSP message is malformed: its TSPasswordCreds "
                        "cannot be read");
}

int
main(void)
{
    RUN(reads_the_form_of_the_standard);
    RUN(writes_the_same);
    RUN(all_fields_come_back);
    refuses_malformed();
    RUN(password_comes_back);
    RUN(other_credentials_are_refused_by_name);
    RUN(a_nul_in_a_name_is_refused);
    return test_done();
}
