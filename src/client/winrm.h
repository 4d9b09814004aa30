/* winrm: the settings of this host and of others, with Windows' command line.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_WINRM_H
#define HOP_CLIENT_WINRM_H

#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "client/hop.h"
#include "wsman/settings.h"

#define WINRM_SELECTORS_MAX 16

enum winrm_verb {
    WINRM_HELP,
    WINRM_GET,
    WINRM_SET,
    WINRM_CREATE,
    WINRM_DELETE,
    WINRM_ENUMERATE,
    WINRM_INVOKE,
    WINRM_IDENTIFY,
    WINRM_QUICKCONFIG,
};

enum winrm_format { WINRM_TEXT, WINRM_XML, WINRM_PRETTY };

struct winrm_options {
    enum winrm_verb verb;
    char *action; /* of invoke */
    char *uri;    /* whole; its selectors live in its buffer */
    struct hop_wsman_selector selectors[WINRM_SELECTORS_MAX];
    size_t selector_count;
    struct hop_settings_value *values; /* of @{...}; ours */
    size_t value_count;
    char *file; /* -file: the body, "-" is standard input */

    char *remote, *user, *transport, *dialect, *filter, *fragment;
    char *ca_file, *cert_file, *key_file;
    bool ask_password, password_on_input;
    bool tls, unencrypted, skip_ca, skip_name, spn_port, quiet, force, help;
    long auth;   /* enum hop_auth_choice */
    long mode;   /* enum hop_enumerate_mode */
    long format; /* enum winrm_format */
    long timeout_ms;
};

/* Reads the command line; err says which word is wrong and why. */
HOP_MUST_CHECK bool winrm_options_parse(int argc, char **argv,
                                        struct winrm_options *out,
                                        struct hop_error *err);
void winrm_options_done(struct winrm_options *o);
void winrm_print_help(FILE *out);

/* One element of XML as Windows' tool writes it: indented lines
 * "Name = value".  Appended; false for what is no XML. */
HOP_MUST_CHECK bool winrm_format_text(const char *xml, struct hop_buf *out,
                                      struct hop_error *err);
/* The same as XML of many lines. */
HOP_MUST_CHECK bool winrm_format_pretty(const char *xml, struct hop_buf *out,
                                        struct hop_error *err);

/* The whole program: the exit status. */
int winrm_main(int argc, char **argv);

#endif
