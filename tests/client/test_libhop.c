/* The library as others see it: the public header, the shared object, and a man
 * page for each of its names.  SPDX-License-Identifier: MIT */
#include <hop.h>

#include "test.h"

#include <unistd.h>

/* One line per name of the symbol map. */
static int
for_each_symbol(void (*fn)(const char *name))
{
    FILE *map = fopen(LIBHOP_MAP, "r");
    char line[200];
    int count = 0;

    while (map && fgets(line, sizeof(line), map)) {
        char *start = line + strspn(line, " ");
        char *end = strchr(start, ';');
        if (end == NULL || strncmp(start, "hop_", 4) != 0)
            continue;
        *end = '\0';
        fn(start);
        count++;
    }
    if (map)
        fclose(map);
    return count;
}

static void
check_page(const char *name)
{
    char path[500];

    snprintf(path, sizeof(path), "%s/%s.3", MAN_FOLDER, name);
    if (access(path, R_OK) != 0)
        test_fail(__FILE__, __LINE__, "no page %s", path);
}

TEST(every_name_has_a_page)
{
    CHECK_INT(for_each_symbol(check_page), 34);
}

TEST(a_failure_is_told_through_the_shared_library)
{
    hop_connection *c = hop_connection_new();
    hop_shell *shell;

    REQUIRE(c != NULL);
    CHECK_STR(hop_version(), "0.1.0");
    CHECK_STR(hop_connection_error(c), "");
    CHECK(hop_connection_set_text(c, HOP_SET_ENDPOINT, "ssh://b"));
    CHECK(!hop_shell_create(c, NULL, &shell));
    CHECK_STR(hop_connection_error(c),
              "\"ssh://b\" is not an address of a server: only http and https "
              "are spoken; write a name, name:port or http://name:port/wsman");
    CHECK_INT(hop_connection_cause(c), HOP_CAUSE_USAGE);
    hop_connection_free(c);
}

int
main(void)
{
    RUN(every_name_has_a_page);
    RUN(a_failure_is_told_through_the_shared_library);
    return test_done();
}
