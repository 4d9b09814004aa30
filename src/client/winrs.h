/* winrs: a command on another host, with Windows' command line.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_WINRS_H
#define HOP_CLIENT_WINRS_H

#include <stdio.h>

#include "base/error.h"
#include "base/secret.h"
#include "client/hop.h"

/* The exit status of a failure of winrs itself, as ssh's. */
#define WINRS_FAILED 255

struct winrs_options {
    char *remote; /* NULL: this host */
    char *user;
    struct hop_secret *password;
    bool ask_password;         /* -u: without -p: */
    bool password_on_input;    /* -p:- */
    bool password_was_visible; /* -p:value */
    bool delegate, unencrypted, tls, no_echo, no_profile, help;
    bool skip_ca, skip_name;
    long timeout_s; /* 0: none */
    long auth;      /* enum hop_auth_choice */
    char *directory, *spn, *ca_file, *pin, *cert_file, *key_file;
    struct hop_variable *variables; /* names and values are ours */
    size_t variable_count;
    char *command; /* the rest of the line */
};

/* Reads the command line.  Values of -p: are wiped from argv.  err says which
 * word is wrong and why. */
HOP_MUST_CHECK bool winrs_options_parse(int argc, char **argv,
                                        struct winrs_options *out,
                                        struct hop_error *err);
void winrs_options_done(struct winrs_options *o);
void winrs_print_help(FILE *out);

/* One line without echo from the terminal. */
HOP_MUST_CHECK bool winrs_ask_password(const struct winrs_options *o,
                                       struct hop_secret **password,
                                       struct hop_error *err);
/* The first line of standard input, and not a byte more. */
HOP_MUST_CHECK bool winrs_read_password(int fd, struct hop_secret **password,
                                        struct hop_error *err);

/* The whole program: the exit status. */
int winrs_main(int argc, char **argv);

#endif
