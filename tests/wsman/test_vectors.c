/* Every message recorded from real peers: decoded, encoded, and compared.
 *
 * SPDX-License-Identifier: MIT
 */
#include "wsman/message.h"

#include <dirent.h>
#include <jansson.h>
#include <libgen.h>

#include "base/alloc.h"
#include "base/text.h"
#include "test.h"
#include "wsman/duration.h"

static const struct hop_wsman_limits limits = {512000};
static const struct hop_xml_qname no_base64[] = {{NULL, NULL}};
static size_t requests, responses, faults;

static int
compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Texts that mean the same read the same: durations, outer space, and the
 * case of a signal's name (WinRM's client writes Terminate and terminate). */
static void
dump_text(struct hop_buf *out, const struct hop_xml_node *n)
{
    size_t len = strlen(n->text);
    const char *s = n->text;
    int64_t ms;

    if (hop_duration_parse(s, &ms)) {
        hop_buf_addf(out, "%lldms", (long long)ms);
        return;
    }
    while (len && hop_ascii_is_space(*s))
        s++, len--;
    while (len && hop_ascii_is_space(s[len - 1]))
        len--;
    for (size_t i = 0; i < len; i++)
        hop_buf_addc(out, strcmp(n->local, "Code") == 0 ? hop_ascii_lower(s[i])
                                                        : s[i]);
}

static char *dump(const struct hop_xml_node *n);

/* The order of elements is ours to choose. */
static void
dump_children(struct hop_buf *out, const struct hop_xml_node *n)
{
    char *all[512];
    size_t count = 0;

    for (const struct hop_xml_node *c = n->first; c && count < 512; c = c->next)
        all[count++] = dump(c);
    qsort(all, count, sizeof(all[0]), compare_strings);
    for (size_t i = 0; i < count; i++) {
        hop_buf_adds(out, all[i]);
        free(all[i]);
    }
}

static char *
dump(const struct hop_xml_node *n)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    char *attrs[16];
    size_t count = 0;

    hop_buf_addf(&out, "<%s|%s", n->ns, n->local);
    for (size_t i = 0; i < n->attr_count && i < 16; i++) {
        if (strcmp(n->attrs[i].local, "End") == 0 &&
            hop_ascii_ieq(n->attrs[i].value, "false"))
            continue;
        attrs[count++] = hop_xasprintf(" %s|%s=%s", n->attrs[i].ns,
                                       n->attrs[i].local, n->attrs[i].value);
        if (strcmp(n->attrs[i].local, "End") == 0)
            memset(strchr(attrs[count - 1], '=') + 1, 't', 1);
    }
    qsort(attrs, count, sizeof(attrs[0]), compare_strings);
    for (size_t i = 0; i < count; i++) {
        hop_buf_adds(&out, attrs[i]);
        free(attrs[i]);
    }
    hop_buf_adds(&out, ">");
    dump_text(&out, n);
    dump_children(&out, n);
    hop_buf_adds(&out, "</>");
    return hop_buf_take(&out);
}

static char *
dump_document(const char *xml, size_t n)
{
    struct hop_xml_tree_options opt = {hop_xml_soap_limits(512000), no_base64};
    HOP_AUTO_ARENA struct hop_arena arena;
    struct hop_xml_node *root;
    struct hop_error err;

    hop_arena_init(&arena, 0);
    if (!hop_xml_tree_read(xml, n, &opt, &arena, NULL, &root, &err))
        return NULL;
    return dump(root);
}

/* The shell's name is an element for pypsrp and an attribute for WinRM; a fault
 * within a fault is told as its text. */
static bool
is_ours_to_choose(const char *xml)
{
    return strstr(xml, "<rsp:Name>") != NULL ||
           strstr(xml, "WsmSvc.dll\"><f:WSManFault") != NULL;
}

/* Both from a little before where they part: a whole envelope is too long to
 * read in a failure. */
static void
compare(const char *got, const char *want)
{
    size_t i = 0;

    REQUIRE(got && want);
    while (got[i] && got[i] == want[i])
        i++;
    i = i > 100 ? i - 100 : 0;
    if (strcmp(got + i, want + i) != 0)
        test_fail(__FILE__, __LINE__, "got <%.400s>, wanted <%.400s>", got + i,
                  want + i);
}

static void
check_response(const char *xml)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    HOP_AUTO_FREE char *want = NULL, *got = NULL;
    struct hop_error err = {0};
    bool ok = hop_wsman_response_decode(&m, xml, strlen(xml), &limits, &err);

    CHECK_STR(err.text, "");
    REQUIRE(ok);
    CHECK(m.kind != HOP_WSMAN_INVOKE_RESPONSE);
    responses++;
    faults += m.kind == HOP_WSMAN_FAULT;
    if (is_ours_to_choose(xml))
        return;
    hop_wsman_encode(&out, &m);
    want = dump_document(xml, strlen(xml));
    got = dump_document(out.data, out.len);
    compare(got, want);
}

static void
check_request(const char *xml, const char *action)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    HOP_AUTO_FREE char *want = NULL, *got = NULL;
    struct hop_fault fault = {0};
    bool ok = hop_wsman_request_decode(&m, xml, strlen(xml), &limits, &fault);

    requests++;
    /* One client was made to send an impossible time-out. */
    if (strstr(xml, "PT-1S")) {
        CHECK(!ok);
        CHECK_INT(fault.code, HOP_FAULT_INVALID_HEADER);
        CHECK(m.header.message_id != NULL);
        return;
    }
    CHECK_STR(fault.message, "");
    REQUIRE(ok);
    CHECK_STR(m.header.action, action);
    CHECK(m.kind != HOP_WSMAN_INVOKE);
    if (is_ours_to_choose(xml))
        return;
    hop_wsman_encode(&out, &m);
    want = dump_document(xml, strlen(xml));
    got = dump_document(out.data, out.len);
    compare(got, want);
}

static void
check_file(const char *dir, const char *name)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", dir, name);
    json_t *all = json_load_file(path, 0, NULL);
    size_t i;
    json_t *row;

    CHECK(json_array_size(all) > 0);
    json_array_foreach(all, i, row)
    {
        const char *request =
            json_string_value(json_object_get(row, "request"));
        const char *response =
            json_string_value(json_object_get(row, "response"));

        check_request(request,
                      json_string_value(json_object_get(row, "action")));
        if (response && *response)
            check_response(response);
    }
    json_decref(all);
}

int
main(int argc, char **argv)
{
    const char *dir = argc > 1 ? dirname(argv[1]) : ".";
    DIR *d = opendir(dir);
    struct dirent *e;

    while (d && (e = readdir(d)) != NULL) {
        if (strncmp(e->d_name, "test_", 5) != 0)
            continue;
        ROW(e->d_name);
        check_file(dir, e->d_name);
        test_close();
    }
    if (d)
        closedir(d);
    ROW("all recorded exchanges were there");
    CHECK_INT(requests, 521);
    CHECK_INT(responses, 520);
    CHECK_INT(faults, 10);
    return test_done();
}
