/* Changing settings: the file keeps what is not meant, policies hold, and what
 * hopd answers comes back as it was.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static char dir[] = "/tmp/hop-change-XXXXXX";

static void
put(const char *name, const char *text)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    f = fopen(path, "w");
    CHECK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

static const char *
get(char out[1024])
{
    char path[128];
    FILE *f;
    size_t n;

    snprintf(path, sizeof(path), "%s/wsman.conf", dir);
    f = fopen(path, "r");
    n = f ? fread(out, 1, 1023, f) : 0;
    out[n] = '\0';
    if (f)
        fclose(f);
    return out;
}

static const struct {
    const char *name, *before, *changes, *after, *error;
    int64_t code;
} rows[] = {
    {"a new setting", "# kept\n", "Service/Auth/CredSSP = true\n",
     "# kept\nService/Auth/CredSSP = true\n", NULL, 0},
    {"another value, in its place",
     "service\\auth\\credssp=false\nMaxBatchItems = 5\n",
     "Service/Auth/CredSSP = true\n",
     "Service/Auth/CredSSP = true\nMaxBatchItems = 5\n", NULL, 0},
    {"a setting goes", "MaxBatchItems = 5\n# kept\nMaxTimeoutms = 600\n",
     "- MaxBatchItems\n", "# kept\nMaxTimeoutms = 600\n", NULL, 0},
    {"a listener goes with all of it, and no other",
     "Listener/a/Port = 1\nListener/ab/Port = 2\nListener\\A\\Hostname = h\n",
     "- Listener/a\n", "Listener/ab/Port = 2\n", NULL, 0},
    {"two at once", "", "MaxBatchItems = 5\nMaxTimeoutms = 600\n",
     "MaxBatchItems = 5\nMaxTimeoutms = 600\n", NULL, 0},
    {"all or nothing", "MaxBatchItems = 5\n",
     "MaxBatchItems = 6\nMaxTimeoutms = never\n", "MaxBatchItems = 5\n",
     "MaxTimeoutms: \"never\" is no number", 0},
    {"no such setting", "", "Nothing = 1\n", "", "Nothing: no such setting", 0},
    {"no change", "", "nonsense\n", "", "\"nonsense\" changes no setting", 0},
    {"a policy's setting", "", "Service/Auth/Basic = true\n", "",
     "is fixed by a policy", 0x8033808A},
    {"a policy's setting cannot go", "", "- Service/Auth/Basic\n", "",
     "is fixed by a policy", 0x8033808A},
    {"nor what a policy's is in", "", "- Listener/p\n", "",
     "is fixed by a policy", 0x8033808A},
};

TEST(files_are_changed)
{
    char text[1024];

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct hop_error err = {0};

        ROW(rows[i].name);
        put("wsman.conf", rows[i].before);
        CHECK(hop_config_change_files(dir, rows[i].changes, &err) ==
              (rows[i].error == NULL));
        CHECK_STR(get(text), rows[i].after);
        if (rows[i].error) {
            CHECK(strstr(err.text, rows[i].error) != NULL);
            CHECK_INT(err.code, rows[i].code);
        }
    }
}

TEST(values_are_one_line)
{
    const char *path = "Client/TrustedHosts", *value = "a\n- Service";
    struct hop_error err = {0};

    CHECK(!hop_config_save(dir, &path, &value, 1, &err));
    CHECK_STR(err.text, "Client/TrustedHosts: a value is one line");
}

TEST(answers_come_back)
{
    static const struct {
        const char *name;
        bool ok;
        enum hop_error_domain domain;
        int64_t code;
        const char *wire;
    } answers[] = {
        {"done", true, HOP_ERROR_NONE, 0, "+"},
        {"refused", false, HOP_ERROR_WSMAN, 0x80070005, "-80070005 no"},
        {"failed", false, HOP_ERROR_GENERIC, 0, "-00000000 no"},
    };
    struct hop_error none = {0};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(answers); i++) {
        HOP_AUTO_BUF struct hop_buf wire = HOP_BUF_INIT;
        struct hop_error err = {
            .domain = answers[i].domain, .code = answers[i].code, .text = "no"};
        struct hop_error back = {0};

        ROW(answers[i].name);
        hop_config_answer_format(answers[i].ok, &err, &wire);
        CHECK_STR(hop_buf_str(&wire), answers[i].wire);
        CHECK(hop_config_answer_parse(hop_buf_str(&wire), &back) ==
              answers[i].ok);
        CHECK(back.domain == answers[i].domain && back.code == answers[i].code);
        CHECK_STR(back.text, answers[i].ok ? "" : "no");
    }
    CHECK(!hop_config_answer_parse("", &none));
    CHECK(strstr(none.text, "has not answered") != NULL);
}

TEST(without_hopd_it_is_said)
{
    struct hop_error err = {0};

    CHECK(!hop_config_change_ask("/nonexistent/socket", "", &err));
    CHECK_INT(err.code, 0x80070005);
}

int
main(void)
{
    char path[128];

    CHECK(mkdtemp(dir) != NULL);
    snprintf(path, sizeof(path), "%s/policy.d", dir);
    CHECK(mkdir(path, 0755) == 0);
    put("policy.d/site.conf",
        "Service/Auth/Basic = false\nListener/p/Port = 7000\n");
    RUN(files_are_changed);
    RUN(values_are_one_line);
    RUN(answers_come_back);
    RUN(without_hopd_it_is_said);
    snprintf(path, sizeof(path), "rm -rf '%s'", dir);
    CHECK(system(path) == 0);
    return test_done();
}
