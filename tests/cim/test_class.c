/* The classes of the host that runs the test.
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cim/cim.h"
#include "cim/wql.h"
#include "test.h"

static void
every_class_has_a_key_and_can_be_asked(void)
{
    for (size_t k = 0; hop_cim_classes[k]; k++) {
        const struct hop_cim_class *c = hop_cim_classes[k];
        bool key = false;

        for (size_t i = 0; i < c->n; i++)
            key |= (c->properties[i].flags & HOP_CIM_KEY) != 0;
        if (!key)
            test_fail(__FILE__, __LINE__, "%s has no key", c->name);
    }
}

static void
this_process_is_found_by_its_id(void)
{
    HOP_AUTO_FREE char *id = hop_xasprintf("%d", (int)getpid());
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0};
    struct hop_cim_argument key = {"Handle", id};
    struct hop_error err = {0};
    const struct hop_cim_class *c = hop_cim_class_find("win32_PROCESS");
    char name[32] = "";

    prctl(PR_SET_NAME, "a test of cim");
    prctl(PR_GET_NAME, name);
    CHECK(hop_cim_get_instance(c, &key, 1, &i, &err));
    CHECK_STR(hop_cim_text(&i, "Name"), name);
    CHECK(hop_cim_get(&i, "ProcessId")->u == (uint64_t)getpid());
    CHECK(hop_cim_get(&i, "ParentProcessId")->u == (uint64_t)getppid());
    CHECK(hop_cim_get(&i, "InstallDate") == NULL);
}

static void
what_is_not_there_is_told(void)
{
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0};
    struct hop_cim_argument key = {"Handle", "999999999"};
    struct hop_error err = {0};
    const struct hop_cim_class *c = hop_cim_class_find("Win32_Process");

    CHECK(!hop_cim_get_instance(c, &key, 1, &i, &err));
    CHECK(err.code == HOP_CIM_E_NOT_FOUND);
    CHECK_STR(err.text,
              "There is no Win32_Process with Handle = '999999999' on this "
              "host.");
    key.name = "Name";
    CHECK(!hop_cim_get_instance(c, &key, 1, &i, &err));
    CHECK_STR(err.text, "Win32_Process has no key Name.");
}

static void
a_process_is_made_and_ended(void)
{
    struct hop_cim_argument in = {"CommandLine", "exec sleep 30"};
    struct hop_cim_call call = {.in = &in, .n_in = 1};
    struct hop_error err = {0};
    const struct hop_cim_class *c = hop_cim_class_find("Win32_Process");
    HOP_AUTO_FREE char *id = NULL;
    struct hop_cim_argument key = {"Handle", NULL};
    struct hop_cim_call end = {0};

    CHECK(hop_cim_invoke(c, NULL, 0, "create", &call, &err));
    CHECK(call.result == 0);
    CHECK_STR(call.out_name, "ProcessId");
    CHECK(kill((pid_t)call.out_value, 0) == 0);
    id = hop_xasprintf("%u", (unsigned)call.out_value);
    key.value = id;
    CHECK(hop_cim_invoke(c, &key, 1, "Terminate", &end, &err));
    CHECK(end.result == 0);
    CHECK(!hop_cim_invoke(c, NULL, 0, "Terminate", &end, &err));
    CHECK_STR(err.text, "Win32_Process.Terminate needs an instance: name its "
                        "key.");
}

static void
one_system_with_one_name(void)
{
    HOP_AUTO_CIM_CURSOR struct hop_cim_cursor *c = NULL;
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0}, none = {0};
    struct hop_error err = {0};
    char host[65];

    CHECK(hop_cim_open(hop_cim_class_find("Win32_ComputerSystem"), NULL, &c,
                       &err));
    CHECK(hop_cim_next(c, &i, &err) == 1);
    CHECK_STR(hop_cim_text(&i, "Name"), hop_cim_host(host));
    CHECK(hop_cim_get(&i, "TotalPhysicalMemory")->u > 1 << 20);
    CHECK(hop_cim_next(c, &none, &err) == 0);
}

static void
a_file_is_found_where_the_query_says(void)
{
    HOP_AUTO_CIM_CURSOR struct hop_cim_cursor *c = NULL;
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0};
    HOP_AUTO_WQL struct hop_wql q = {0}, all = {0};
    struct hop_error err = {0};
    const struct hop_cim_class *file = hop_cim_class_find("CIM_DataFile");

    CHECK(hop_wql_parse_condition(
        &q, "Path = '/etc/' AND FileName = 'passwd' AND Extension = ''", &err));
    CHECK(hop_cim_open(file, &q, &c, &err));
    CHECK(hop_cim_next(c, &i, &err) == 1);
    CHECK_STR(hop_cim_text(&i, "Name"), "/etc/passwd");
    hop_cim_closep(&c);
    CHECK(!hop_cim_open(file, NULL, &c, &err));
    CHECK(err.code == HOP_CIM_E_INVALID_QUERY);
}

static void
times_are_read_as_they_are_written(void)
{
    static const struct {
        const char *name, *text, *want;
    } rows[] = {
        {"DMTF", "20261121193000.123456+060", "20261121183000.123456+000"},
        {"west of Greenwich", "20261121193000.000000-300",
         "20261122003000.000000+000"},
        {"an interval", "00000002030405.000006:000",
         "00000002030405.000006:000"},
        {"ISO 8601", "2026-11-21T19:30:00.5Z", "20261121193000.500000+000"},
        {"with an offset", "2026-11-21T19:30:00+01:00",
         "20261121183000.000000+000"},
        {"a date", "1601-01-01", "16010101000000.000000+000"},
        {"no time", "yesterday", ""},
        {"a month too many", "20261321193000.000000+000", ""},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        struct hop_cim_value v = {0};

        ROW(rows[k].name);
        if (hop_cim_value_parse(HOP_CIM_DATETIME, rows[k].text, &v))
            hop_cim_value_format(HOP_CIM_DATETIME, &v, &out);
        CHECK_STR(hop_buf_str(&out), rows[k].want);
    }
}

int
main(void)
{
    RUN(every_class_has_a_key_and_can_be_asked);
    RUN(this_process_is_found_by_its_id);
    RUN(what_is_not_there_is_told);
    RUN(a_process_is_made_and_ended);
    RUN(one_system_with_one_name);
    RUN(a_file_is_found_where_the_query_says);
    times_are_read_as_they_are_written();
    return test_done();
}
