/* The shell's standard streams as objects.
 *
 * SPDX-License-Identifier: MIT
 */
#include "console/xmlio.h"

#include <unistd.h>

#include "cmdlets/modules.h"
#include "value/collections.h"

#include "test.h"

#define NS "http://schemas.microsoft.com/powershell/2004/04"
#define DOC                                                                    \
    "<Objs Version=\"1.1.0.1\" xmlns=\"" NS "\"><I32>5</I32>"                  \
    "<S S=\"warning\">w</S><S>b</S></Objs>"

static const struct row {
    const char *name, *text;
    long long n; /* objects; -1: refused */
} rows[] = {
    {"a document behind its first line", "#< CLIXML\n" DOC, 2},
    {"a document alone", DOC, 2},
    {"a first line with a carriage return", "#< CLIXML\r\n" DOC, 2},
    {"a first line alone", "#< CLIXML\n", 0},
    {"no text", "", 0},
    {"blanks", " \n", 0},
    {"text that is no document", "#< CLIXML\nhello", -1},
    {"half a document", "#< CLIXML\n<Objs Version=\"1.1.0.1\"><I32>5", -1},
};

static void
read_rows(struct hop_runspace *rs)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct hop_value v HOP_AUTO_VALUE = hop_null();
        struct hop_error err = {0};
        bool ok =
            hop_xmlio_read(rs, rows[i].text, strlen(rows[i].text), &v, &err);

        ROW(rows[i].name);
        CHECK(ok == (rows[i].n >= 0));
        if (ok)
            CHECK_INT(hop_as_array(v)->n, rows[i].n);
        else
            CHECK(err.text[0]);
    }
}

/* Output goes to one side, the other streams to the other. */
static void
writes(struct hop_runspace *rs, const char *text, const char *out,
       const char *err)
{
    struct hop_run run = {.text = text, .n = strlen(text)};
    int p[2], q[2];
    char got[2048];
    ssize_t n;

    REQUIRE(pipe(p) == 0 && pipe(q) == 0);
    struct hop_xmlio *o = hop_xmlio_new(p[1], q[1]);
    hop_xmlio_attach(o, rs, &run);
    CHECK(hop_runspace_run(rs, &run, NULL) == HOP_RUN_COMPLETED);
    hop_xmlio_end(o);
    hop_xmlio_free(o);
    close(p[1]);
    close(q[1]);
    n = read(p[0], got, sizeof(got) - 1);
    got[n > 0 ? n : 0] = '\0';
    CHECK_STR(got, out);
    n = read(q[0], got, sizeof(got) - 1);
    got[n > 0 ? n : 0] = '\0';
    CHECK_STR(got, err);
    close(p[0]);
    close(q[0]);
}

#define BEGIN "#< CLIXML\n<Objs Version=\"1.1.0.1\" xmlns=\"" NS "\">"

int
main(void)
{
    struct hop_runspace_options options = {.modules = hop_cmdlet_modules};
    struct hop_runspace *rs = hop_runspace_new(&options);

    read_rows(rs);
    ROW("output and warnings");
    writes(rs, "1; Write-Warning w; 'a'",
           BEGIN "<I32 S=\"Output\">1</I32><S S=\"Output\">a</S></Objs>",
           BEGIN "<S S=\"warning\">w</S></Objs>");
    ROW("nothing is written where nothing comes");
    writes(rs, "$null = 1", "", "");
    hop_runspace_free(rs);
    return test_done();
}
