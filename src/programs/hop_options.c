/* The command line of hop.
 *
 * SPDX-License-Identifier: MIT
 */
#include "programs/hop_options.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/text.h"
#include "lang/parse.h"

const char hop_usage[] =
    "usage: hop [OPTION ...] [-File] SCRIPT [ARGUMENT ...]\n"
    "       hop [OPTION ...] -Command TEXT ...\n"
    "       hop [OPTION ...]\n"
    "\n"
    "  -File SCRIPT             runs a script; what follows are its arguments\n"
    "  -Command TEXT            runs text; - reads it from standard input\n"
    "  -CommandWithArgs TEXT    the same, with $args from what follows\n"
    "  -EncodedCommand BASE64   the same, UTF-16 in Base64\n"
    "  without these: talks to you at a terminal\n"
    "\n"
    "  -NoExit                  stays after the script or command\n"
    "  -NoProfile               reads no profile\n"
    "  -NonInteractive          asks nothing\n"
    "  -Interactive             asks where it must\n"
    "  -NoLogo                  starts without a greeting\n"
    "  -WorkingDirectory PATH   starts there\n"
    "  -ServerMode              serves a remoting session on standard input "
    "and output\n"
    "  -Version, -Help\n"
    "\n"
    "Names may be shortened (-nop, -c, -f); their case does not matter. Other "
    "options of\npwsh are taken, and have no effect. More: man hop, and "
    "Get-Help inside.\n";

enum option {
    OPTION_FILE,
    OPTION_COMMAND,
    OPTION_COMMAND_ARGS,
    OPTION_ENCODED,
    OPTION_ARGUMENTS,
    OPTION_OUTPUT_FORMAT,
    OPTION_INPUT_FORMAT,
    OPTION_DIRECTORY,
    OPTION_VALUE,
    OPTION_NO_PROFILE,
    OPTION_NON_INTERACTIVE,
    OPTION_INTERACTIVE,
    OPTION_NO_EXIT,
    OPTION_NO_LOGO,
    OPTION_IGNORED,
    OPTION_VERSION,
    OPTION_HELP,
    OPTION_SERVE,
};

/* least: how many letters are enough, as pwsh's MatchSwitch has it. */
static const struct {
    const char *name, *least;
    enum option option;
} rows[] = {
    {"version", "v", OPTION_VERSION},
    {"help", "h", OPTION_HELP},
    {"?", "?", OPTION_HELP},
    {"login", "l", OPTION_IGNORED},
    {"noexit", "noe", OPTION_NO_EXIT},
    {"noprofile", "nop", OPTION_NO_PROFILE},
    {"nologo", "nol", OPTION_NO_LOGO},
    {"noninteractive", "noni", OPTION_NON_INTERACTIVE},
    {"noprofileloadtime", "noprofileloadtime", OPTION_IGNORED},
    {"interactive", "i", OPTION_INTERACTIVE},
    {"command", "c", OPTION_COMMAND},
    {"commandwithargs", "commandwithargs", OPTION_COMMAND_ARGS},
    {"cwa", "cwa", OPTION_COMMAND_ARGS},
    {"file", "f", OPTION_FILE},
    {"encodedcommand", "e", OPTION_ENCODED},
    {"ec", "ec", OPTION_ENCODED},
    {"encodedarguments", "encodeda", OPTION_ARGUMENTS},
    {"ea", "ea", OPTION_ARGUMENTS},
    {"executionpolicy", "ex", OPTION_VALUE},
    {"ep", "ep", OPTION_VALUE},
    {"outputformat", "o", OPTION_OUTPUT_FORMAT},
    {"of", "o", OPTION_OUTPUT_FORMAT},
    {"inputformat", "inp", OPTION_INPUT_FORMAT},
    {"if", "if", OPTION_INPUT_FORMAT},
    {"configurationname", "config", OPTION_VALUE},
    {"configurationfile", "configurationfile", OPTION_VALUE},
    {"custompipename", "cus", OPTION_VALUE},
    {"settingsfile", "settings", OPTION_VALUE},
    {"windowstyle", "w", OPTION_VALUE},
    {"workingdirectory", "wo", OPTION_DIRECTORY},
    {"wd", "wd", OPTION_DIRECTORY},
    {"servermode", "s", OPTION_SERVE},
    {"sshservermode", "sshs", OPTION_SERVE},
    {"sta", "sta", OPTION_IGNORED},
    {"mta", "mta", OPTION_IGNORED},
};

static bool
is_option(const char *given, size_t i)
{
    size_t n = strlen(given);

    return n >= strlen(rows[i].least) && n <= strlen(rows[i].name) &&
           hop_ascii_ieqn(given, rows[i].name, n) &&
           hop_ascii_ieqn(given, rows[i].least, strlen(rows[i].least));
}

char *
hop_join_words(char **args, int n)
{
    struct hop_buf b = HOP_BUF_INIT;

    for (int i = 0; i < n; i++) {
        if (i)
            hop_buf_addc(&b, ' ');
        hop_buf_adds(&b, args[i]);
    }
    return hop_buf_take(&b);
}

static char *
decode(const char *text)
{
    struct hop_buf raw HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_buf out HOP_AUTO_BUF = HOP_BUF_INIT;

    if (!hop_base64_decode(&raw, text, strlen(text)) ||
        !hop_utf8_from_utf16le(&out, raw.data ? raw.data : "", raw.len))
        return NULL;
    return hop_buf_take(&out);
}

static int
bad_usage(const char *text)
{
    fprintf(stderr, "%s\n\n%s", text, hop_usage);
    return 64;
}

static int
missing_value(const char *option)
{
    fprintf(stderr, "%s needs a value behind it, and nothing is there.\n\n%s",
            option, hop_usage);
    return 64;
}

/* 0: go on; else the exit status. */
static int
take_option(struct hop_shell_options *o, enum option option, char **argv,
            int argc, int *i)
{
    const char *value = *i + 1 < argc ? argv[*i + 1] : NULL;

    switch (option) {
    case OPTION_VERSION: o->version = true; return 0;
    case OPTION_HELP: o->help = true; return 0;
    case OPTION_SERVE: o->serve = true; return 0;
    case OPTION_NO_PROFILE: o->no_profile = true; return 0;
    case OPTION_NON_INTERACTIVE: o->non_interactive = true; return 0;
    case OPTION_INTERACTIVE: o->interactive = true; return 0;
    case OPTION_NO_EXIT: o->no_exit = true; return 0;
    case OPTION_NO_LOGO: o->no_logo = true; return 0;
    case OPTION_IGNORED: return 0;
    case OPTION_ENCODED:
        if (!value)
            return missing_value("-EncodedCommand");
        if (!(o->command = decode(value)))
            return bad_usage("-EncodedCommand is not Base64 of UTF-16 text: "
                             "encode the command anew.");
        ++*i;
        return 0;
    case OPTION_DIRECTORY:
        if (!value)
            return missing_value("-WorkingDirectory");
        o->directory = value;
        ++*i;
        return 0;
    case OPTION_OUTPUT_FORMAT:
    case OPTION_INPUT_FORMAT:
        if (!value)
            return missing_value(argv[*i]);
        if (!hop_ascii_ieq(value, "text") && !hop_ascii_ieq(value, "xml"))
            return bad_usage("There are two formats: Text and XML.");
        *(option == OPTION_OUTPUT_FORMAT ? &o->xml_out : &o->xml_in) =
            hop_ascii_ieq(value, "xml");
        ++*i;
        return 0;
    case OPTION_ARGUMENTS:
        if (!value)
            return missing_value("-EncodedArguments");
        if (!(o->encoded_args = decode(value)))
            return bad_usage("-EncodedArguments is not Base64 of UTF-16 text: "
                             "encode the arguments anew.");
        ++*i;
        return 0;
    case OPTION_VALUE:
        if (!value)
            return missing_value(argv[*i]);
        ++*i;
        return 0;
    case OPTION_FILE:
        if (!value)
            return missing_value("-File");
        if (strcmp(value, "-") == 0) {
            o->from_stdin = true;
        } else {
            o->file = value;
        }
        o->args = argv + *i + 2;
        o->n_args = argc - *i - 2;
        *i = argc;
        return 0;
    case OPTION_COMMAND:
        if (!value)
            return missing_value("-Command");
        if (strcmp(value, "-") == 0 && *i + 2 >= argc)
            o->from_stdin = true;
        else
            o->command = hop_join_words(argv + *i + 1, argc - *i - 1);
        *i = argc;
        return 0;
    case OPTION_COMMAND_ARGS:
        if (!value)
            return missing_value("-CommandWithArgs");
        o->command = hop_xstrdup(value);
        o->args = argv + *i + 2;
        o->n_args = argc - *i - 2;
        *i = argc;
        return 0;
    }
    return 0;
}

/* The option that begins most like a mistyped one; NULL: none does. */
static const char *
similar_option(const char *given)
{
    size_t best = 1;
    const char *found = NULL;

    given += strspn(given, "-");
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        size_t n = 0;

        while (given[n] && rows[k].name[n] == hop_ascii_lower(given[n]))
            n++;
        if (n > best) {
            best = n;
            found = rows[k].name;
        }
    }
    return found;
}

static int
unknown_option(const char *given)
{
    const char *guess = similar_option(given);

    fprintf(stderr, "There is no option '%s'", given);
    if (guess)
        fprintf(stderr, "; did you mean -%c%s?", guess[0] - 32, guess + 1);
    fprintf(stderr, "\n\n%s", hop_usage);
    return 64;
}

int
hop_no_script(const char *given, const char *why)
{
    HOP_AUTO_FREE char *here = getcwd(NULL, 0);

    fprintf(stderr,
            "The argument '%s' is not recognized as the name of a script file: "
            "%s. Check its spelling and its folder; this one is %s.\n",
            given, why, here ? here : "gone");
    return 64;
}

int
hop_read_options(struct hop_shell_options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        size_t k = HOP_ARRAY_SIZE(rows);
        if ((a[0] == '-' || (a[0] == '/' && strlen(a) == 2)) && a[1]) {
            const char *name = a + 1 + (a[0] == '-' && a[1] == '-' && a[2]);
            for (k = 0; k < HOP_ARRAY_SIZE(rows); k++)
                if (is_option(name, k))
                    break;
        }
        if (k < HOP_ARRAY_SIZE(rows)) {
            int status = take_option(o, rows[k].option, argv, argc, &i);
            if (status)
                return status;
            continue;
        }
        if (a[0] == '-' && a[1]) {
            return unknown_option(a);
        }
        if (strcmp(a, "-") == 0) {
            o->from_stdin = true;
            continue;
        }
        o->file = a;
        o->args = argv + i + 1;
        o->n_args = argc - i - 1;
        return 0;
    }
    return 0;
}
