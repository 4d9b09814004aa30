/* bench-shell: runs commands in one open shell on a host.
 *
 *     bench-shell HOST
 *
 * Runs each line of standard input as a command and answers with a line: the
 * milliseconds it took and the round trips.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "client/hop.h"

static double
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool
run(hop_shell *shell, const char *line)
{
    hop_command *command = NULL;
    struct hop_output out = {0};
    bool ok = hop_command_start(shell, line, NULL, 0, 0, &command);

    while (ok && !out.done)
        ok = hop_command_receive(command, &out);
    hop_command_free(command);
    return ok && out.exit_code == 0;
}

static bool
serve(hop_connection *c, hop_shell *shell)
{
    char line[256];

    while (fgets(line, sizeof(line), stdin)) {
        unsigned trips = hop_connection_round_trips(c);
        double since = now_ms();

        line[strcspn(line, "\n")] = '\0';
        if (!run(shell, line))
            return false;
        printf("%.3f %u\n", now_ms() - since,
               hop_connection_round_trips(c) - trips);
        fflush(stdout);
    }
    return true;
}

int
main(int argc, char **argv)
{
    hop_connection *c = hop_connection_new();
    hop_shell *shell = NULL;
    bool ok = argc == 2 &&
              hop_connection_set_text(c, HOP_SET_ENDPOINT, argv[1]) &&
              hop_shell_create(c, NULL, &shell) && serve(c, shell);

    if (!ok)
        fprintf(stderr, "bench-shell: %s\n", hop_connection_error(c));
    if (shell)
        ok = hop_shell_delete(shell) && ok;
    hop_connection_free(c);
    return ok ? 0 : 1;
}
