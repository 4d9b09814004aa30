/* WWW-Authenticate and Authorization in the forms peers send.
 * SPDX-License-Identifier: MIT */
#include "http/auth.h"

#include "test.h"

/* want: "scheme[ token][ name=value...]" joined by "; ", or the error. */
static const struct {
    const char *name;
    const char *lines[4];
    const char *want;
} rows[] = {
    {"WinRM's four lines",
     {"Negotiate", "Kerberos", "CredSSP", "Basic realm=\"WSMAN\""},
     "Negotiate; Kerberos; CredSSP; Basic realm=WSMAN"},
    {"all in one line",
     {"Negotiate, Basic realm=\"WSMAN\", Kerberos"},
     "Negotiate; Basic realm=WSMAN; Kerberos"},
    {"a token", {"Negotiate YIIabc+/=="}, "Negotiate YIIabc+/=="},
    {"a token among others",
     {"Basic realm=\"a, b\", Negotiate TlRM=, NTLM"},
     "Basic realm=a, b; Negotiate TlRM=; NTLM"},
    {"several parameters",
     {"Digest realm=\"x\", qop=\"auth,auth-int\", nonce = abc , stale=FALSE, "
      "Basic realm=\"\""},
     "Digest realm=x qop=auth,auth-int nonce=abc stale=FALSE; Basic realm="},
    {"an escaped quote", {"Basic realm=\"a\\\"b\""}, "Basic realm=a\"b"},
    {"empty list elements",
     {", ,Negotiate,, Basic realm=x,"},
     "Negotiate; Basic realm=x"},
    {"the scheme of client certificates",
     {"http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"},
     "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"},
    {"no value at all", {""}, ""},
    {"an unclosed quote",
     {"Basic realm=\"x"},
     "HTTP authentication header: a parameter is malformed"},
    {"no scheme",
     {"=x"},
     "HTTP authentication header: no scheme where one is due"},
    {"a missing comma",
     {"Basic realm=x Negotiate"},
     "HTTP authentication header: a comma is missing"},
    {"a malformed token",
     {"Negotiate a$b"},
     "HTTP authentication header: a token is malformed"},
    {"too many challenges",
     {"A,B,C,D,E,F,G,H,I,J,K,L,M,N,O,P,Q"},
     "HTTP authentication header: too many challenges"},
};

static void
print(struct hop_buf *out, const struct hop_http_challenge *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        hop_buf_addf(out, "%s%s", i ? "; " : "", list[i].scheme);
        if (list[i].token68)
            hop_buf_addf(out, " %s", list[i].token68);
        for (size_t k = 0; k < list[i].param_count; k++)
            hop_buf_addf(out, " %s=%s", list[i].params[k].name,
                         list[i].params[k].value);
    }
}

TEST(challenges)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct hop_http_header fields[4];
        struct hop_http_head head = {.headers = fields};
        HOP_AUTO_ARENA struct hop_arena arena;
        HOP_AUTO_BUF struct hop_buf got = HOP_BUF_INIT;
        const struct hop_http_challenge *list;
        struct hop_error err = {0};
        size_t count;

        ROW(rows[i].name);
        hop_arena_init(&arena, 0);
        while (head.header_count < 4 && rows[i].lines[head.header_count]) {
            fields[head.header_count] = (struct hop_http_header){
                "WWW-Authenticate", rows[i].lines[head.header_count]};
            head.header_count++;
        }
        if (hop_http_challenges_parse(&arena, &head, "www-authenticate", &list,
                                      &count, &err))
            print(&got, list, count);
        else
            hop_buf_adds(&got, err.text);
        CHECK_STR(hop_buf_str(&got), rows[i].want);
    }
}

static const struct {
    const char *name;
    const char *value;
    const char *user, *password;
    const char *error;
} basics[] = {
    {"the example of RFC 7617", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin",
     "open sesame", NULL},
    {"a password with a colon", "basic YTpiOmM=", "a", "b:c", NULL},
    {"an empty password", "Basic YTo=", "a", "", NULL},
    {"UTF-8", "Basic dGVzdDoxMjPCow==", "test", "123\xC2\xA3", NULL},
    {"no colon", "Basic YWJj", NULL, NULL,
     "HTTP authentication header: Basic credentials without a colon"},
    {"no token", "Basic", NULL, NULL,
     "HTTP authentication header: Basic credentials are not base64"},
    {"a token that is no base64", "Basic abc", NULL, NULL,
     "HTTP authentication header: Basic credentials are not base64"},
    {"a NUL", "Basic YTpiAGM=", NULL, NULL,
     "HTTP authentication header: a control byte in Basic credentials"},
    {"Latin-1", "Basic YTrp", NULL, NULL,
     "HTTP authentication header: Basic credentials are not UTF-8"},
};

TEST(basic_credentials)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(basics); i++) {
        struct hop_http_header field = {"Authorization", basics[i].value};
        struct hop_http_head head = {.headers = &field, .header_count = 1};
        HOP_AUTO_ARENA struct hop_arena arena;
        HOP_AUTO_FREE char *user = NULL;
        HOP_AUTO_SECRET struct hop_secret *password = NULL;
        const struct hop_http_challenge *list;
        struct hop_error err = {0};
        size_t count;

        ROW(basics[i].name);
        hop_arena_init(&arena, 0);
        CHECK(hop_http_challenges_parse(&arena, &head, "Authorization", &list,
                                        &count, &err) &&
              count == 1);
        if (hop_http_basic_parse(&list[0], &user, &password, &err)) {
            CHECK_STR(user, basics[i].user);
            CHECK_STR(hop_secret_bytes(password), basics[i].password);
        } else {
            CHECK_STR(err.text, basics[i].error);
        }
    }
}

TEST(formatting)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    HOP_AUTO_SECRET struct hop_secret *password = hop_secret_new("b:c", 3);
    struct hop_error err = {0};

    hop_http_auth_format(&out, "Negotiate", "\x60\x82", 2);
    CHECK_STR(hop_buf_str(&out), "Negotiate YII=");
    hop_buf_clear(&out);
    hop_http_auth_format(&out, "CredSSP", NULL, 0);
    CHECK_STR(hop_buf_str(&out), "CredSSP");
    hop_buf_clear(&out);
    CHECK(hop_http_basic_format(&out, "a", password, &err));
    CHECK_STR(hop_buf_str(&out), "Basic YTpiOmM=");
    CHECK(!hop_http_basic_format(&out, "a:b", password, &err));
    CHECK_STR(err.text, "the user name a:b contains a colon, which Basic "
                        "authentication cannot carry");
}

int
main(void)
{
    RUN(challenges);
    RUN(basic_credentials);
    RUN(formatting);
    return test_done();
}
