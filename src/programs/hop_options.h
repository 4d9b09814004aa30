/* The command line of hop.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_PROGRAMS_HOP_OPTIONS_H
#define HOP_PROGRAMS_HOP_OPTIONS_H

#include <stdbool.h>

struct hop_shell_options {
    const char *file;
    char *command; /* owned */
    char **args;   /* behind -File and -Command */
    int n_args;
    const char *directory;
    char *encoded_args; /* owned: CLIXML */
    bool xml_in, xml_out;
    bool no_profile, non_interactive, interactive, no_exit, no_logo, from_stdin,
        version, help, serve;
};

/* Reads the options: 0, or the exit status when they are wrong, which is said.
 */
int hop_read_options(struct hop_shell_options *o, int argc, char **argv);

/* The words with blanks between them, malloc'ed. */
char *hop_join_words(char **args, int n);

/* Says that there is no such script; the exit status. */
int hop_no_script(const char *given, const char *why);
extern const char hop_usage[];

#endif
