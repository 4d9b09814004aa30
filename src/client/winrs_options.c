/* The command line of winrs: -name:value or /name:value, names shortened down
 * to the letters Windows documents, in any case, and dashes as word processors
 * write them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "client/winrs.h"
#include "client/words.h"

enum kind { FLAG, TEXT, PASSWORD, NUMBER, VARIABLE, AUTH, IGNORED };

struct row {
    const char *name; /* in full */
    size_t shortest;  /* letters that suffice; 0: all */
    enum kind kind;
    size_t at;                /* of the field */
    const char *value, *help; /* help NULL: another name of the one above */
};

#define AT(field) offsetof(struct winrs_options, field)

static const struct row rows[] = {
    {"remote", 1, TEXT, AT(remote), "HOST",
     "host, host:port or http(s)://host:port; without it, this host"},
    {"allowdelegate", 0, FLAG, AT(delegate), NULL,
     "let the session go on to other hosts as you: forwards your ticket"},
    {"ad", 0, FLAG, AT(delegate), NULL, NULL},
    {"username", 1, TEXT, AT(user), "USER",
     "user@REALM or DOMAIN\\user; without it, your own ticket"},
    {"password", 1, PASSWORD, AT(password), "-",
     "- reads it from standard input; without -p: it is asked for"},
    {"ssl", 0, FLAG, AT(tls), NULL, "HTTPS, port 5986"},
    {"usessl", 0, FLAG, AT(tls), NULL, NULL},
    {"unencrypted", 2, FLAG, AT(unencrypted), NULL,
     "do not seal messages over HTTP (the server must allow it)"},
    {"directory", 1, TEXT, AT(directory), "PATH", "where the command starts"},
    {"environment", 3, VARIABLE, AT(variables), "NAME=VALUE",
     "a variable for the command; may be given several times"},
    {"timeout", 1, NUMBER, AT(timeout_s), "SECONDS",
     "end the command after that time"},
    {"noecho", 3, FLAG, AT(no_echo), NULL,
     "do not show what is typed while the command runs"},
    {"noprofile", 3, FLAG, AT(no_profile), NULL,
     "do not load the user's profile"},
    {"authentication", 2, AUTH, AT(auth), "WAY",
     "negotiate (default), kerberos, ntlm, credssp, basic, certificate"},
    {"spn", 0, TEXT, AT(spn), "NAME",
     "service principal name, in place of host/HOST"},
    {"ca", 0, TEXT, AT(ca_file), "FILE", "trusted certificates, with -ssl"},
    {"pin", 0, TEXT, AT(pin), "HASH",
     "SHA-256 of the server's certificate, with -auth:credssp"},
    {"certificate", 4, TEXT, AT(cert_file), "CERTIFICATE",
     "your certificate, with -ssl -auth:certificate: a file, a "
     "thumbprint, or pkcs11:URI"},
    {"key", 0, TEXT, AT(key_file), "FILE", "its key, when in another file"},
    {"skipca", 0, FLAG, AT(skip_ca), NULL,
     "accept a certificate of any issuer: no protection from impostors"},
    {"skipcn", 0, FLAG, AT(skip_name), NULL,
     "accept a certificate of any name: the same"},
    {"compression", 4, IGNORED, 0, NULL, "accepted and without effect"},
    {"help", 0, FLAG, AT(help), NULL, "this text"},
    {"?", 0, FLAG, AT(help), NULL, NULL},
};

static const struct row *
find_row(const char *name, size_t n)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        size_t full = strlen(rows[i].name);
        size_t least = rows[i].shortest ? rows[i].shortest : full;
        if (n >= least && n <= full && hop_ascii_ieqn(rows[i].name, name, n))
            return &rows[i];
    }
    return NULL;
}

static bool
fail(struct hop_error *err, const char *word, const char *why)
{
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "%.200s: %s; winrs -? shows the options", word, why);
}

static void
set_text(struct winrs_options *o, size_t at, const char *value)
{
    char **field = (char **)((char *)o + at);

    free(*field);
    *field = hop_xstrdup(value);
}

static bool
set_number(struct winrs_options *o, const struct row *row, const char *word,
           const char *value, struct hop_error *err)
{
    char *end;
    long n = strtol(value, &end, 10);

    if (*value == '\0' || *end != '\0' || n < 0 || n > INT_MAX / 1000)
        return fail(err, word, "this is not a number of seconds");
    *(long *)((char *)o + row->at) = n;
    return true;
}

static bool
add_variable(struct winrs_options *o, const char *word, const char *value,
             struct hop_error *err)
{
    const char *equals = strchr(value, '=');

    if (equals == NULL || equals == value)
        return fail(err, word, "write NAME=VALUE behind the colon");
    o->variables = hop_xrealloc(o->variables, o->variable_count + 1,
                                sizeof(*o->variables));
    o->variables[o->variable_count++] = (struct hop_variable){
        hop_xstrndup(value, (size_t)(equals - value)), hop_xstrdup(equals + 1)};
    return true;
}

static bool
set_auth(struct winrs_options *o, const char *word, const char *value,
         struct hop_error *err)
{
    return words_find_auth(value, &o->auth) || fail(err, word, WORDS_AUTH_LIST);
}

/* The value is wiped where everybody can read it, the list of processes. */
static bool
set_password(struct winrs_options *o, char *value, struct hop_error *err)
{
    size_t n = strlen(value);

    if (strcmp(value, "-") == 0) {
        o->password_on_input = true;
        return true;
    }
    hop_secret_free(o->password);
    o->password = hop_secret_new(value, n);
    o->password_was_visible = true;
    explicit_bzero(value, n);
    return o->password != NULL ||
           hop_error_set(err, HOP_ERROR_LIMIT, 0, "no memory for a password");
}

static bool
set_value(struct winrs_options *o, const struct row *row, const char *word,
          char *value, struct hop_error *err)
{
    switch (row->kind) {
    case FLAG: *(bool *)((char *)o + row->at) = true; return true;
    case TEXT:
        if (*value == '\0')
            return fail(err, word, "the value is missing");
        set_text(o, row->at, value);
        return true;
    case PASSWORD: return set_password(o, value, err);
    case NUMBER: return set_number(o, row, word, value, err);
    case VARIABLE: return add_variable(o, word, value, err);
    case AUTH: return set_auth(o, word, value, err);
    case IGNORED: return true;
    }
    return false;
}

enum verdict { TAKEN, COMMAND, WRONG };

/* One word: an option, the first word of the command, or neither. */
static enum verdict
take_word(struct winrs_options *o, char *word, struct hop_error *err)
{
    const char *name = words_skip_dash(word);
    bool slash = word[0] == '/' && word[1] != '\0';
    const struct row *row;
    size_t n;
    bool takes_value;

    if (name == NULL && !slash)
        return COMMAND;
    if (slash)
        name = word + 1;
    n = strcspn(name, ":");
    row = find_row(name, n);
    takes_value = row && row->kind != FLAG && row->kind != IGNORED;
    if (row && (name[n] == ':') == takes_value)
        return set_value(o, row, word, (char *)name + n + takes_value, err)
                   ? TAKEN
                   : WRONG;
    if (slash) /* the path of a program */
        return COMMAND;
    fail(err, word,
         row == NULL   ? "there is no such option"
         : takes_value ? "a colon and a value are missing"
                       : "this option takes no value");
    return WRONG;
}

static char *
join_words(char **words, int count)
{
    struct hop_buf line = HOP_BUF_INIT;

    for (int i = 0; i < count; i++) {
        if (i)
            hop_buf_addc(&line, ' ');
        hop_buf_adds(&line, words[i]);
    }
    return hop_buf_take(&line);
}

bool
winrs_options_parse(int argc, char **argv, struct winrs_options *out,
                    struct hop_error *err)
{
    int i = 1;

    *out = (struct winrs_options){0};
    for (; i < argc; i++) {
        enum verdict v;
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        v = take_word(out, argv[i], err);
        if (v == WRONG)
            return false;
        if (v == COMMAND)
            break;
    }
    if (out->help)
        return true;
    if (i >= argc)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the command is missing: winrs -r:HOST COMMAND; "
                             "winrs -? shows the options");
    if (out->password && out->user == NULL)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "a password without a user: add -u:USER");
    out->ask_password = out->user && !out->password && !out->password_on_input;
    out->command = join_words(argv + i, argc - i);
    return true;
}

void
winrs_options_done(struct winrs_options *o)
{
    free(o->remote);
    free(o->user);
    hop_secret_free(o->password);
    free(o->directory);
    free(o->spn);
    free(o->ca_file);
    free(o->pin);
    free(o->cert_file);
    free(o->key_file);
    free(o->command);
    for (size_t i = 0; i < o->variable_count; i++) {
        free((char *)o->variables[i].name);
        free((char *)o->variables[i].value);
    }
    free(o->variables);
    *o = (struct winrs_options){0};
}

void
winrs_print_help(FILE *out)
{
    fputs("usage: winrs [-r:HOST] [OPTION...] COMMAND...\n"
          "Runs a command on another host over WinRM and passes its streams "
          "and its exit status on.\n\n",
          out);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (rows[i].help)
            words_print_option(out, 26, rows[i].name, rows[i].value,
                               rows[i].help);
    fputs("\nNames may be shortened (-r: -u: -p: -ad -un -d: -env: -t:), "
          "written in any case and\nwith / for -.  The exit status is the "
          "command's, or 255 when winrs itself fails.\n",
          out);
}
