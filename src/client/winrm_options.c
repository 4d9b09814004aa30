/* The command line of winrm:
 *
 *     winrm VERB [RESOURCE] [-SWITCH:VALUE ...] [@{NAME="VALUE";...}]
 *
 * Switches as winrs has them: any case, dashes of word processors, / for -.
 * What a shell makes of @{...} (quotes gone, several words) is understood.
 *
 * SPDX-License-Identifier: MIT
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/nearest.h"
#include "base/text.h"
#include "client/winrm.h"
#include "client/words.h"

static const struct {
    const char *name, *more; /* another name of it */
    enum winrm_verb verb;
    bool takes_uri;
    const char *help;
} verbs[] = {
    {"get", "g", WINRM_GET, true, "show a resource"},
    {"set", "s", WINRM_SET, true, "change values of a resource"},
    {"create", "c", WINRM_CREATE, true, "make a resource"},
    {"delete", "d", WINRM_DELETE, true, "remove a resource"},
    {"enumerate", "e", WINRM_ENUMERATE, true, "show all resources of a kind"},
    {"invoke", "i", WINRM_INVOKE, true,
     "winrm invoke ACTION RESOURCE: an action, such as Restore"},
    {"identify", "id", WINRM_IDENTIFY, false, "show what a server is"},
    {"quickconfig", "qc", WINRM_QUICKCONFIG, false,
     "make this host serve others (-transport:http or https)"},
    {"help", "-?", WINRM_HELP, false, "this text"},
};

enum kind { FLAG, TEXT, NUMBER, AUTH, CHOICE, PASSWORD, REFUSED, IGNORED };

struct row {
    const char *name, *more;
    enum kind kind;
    size_t at;
    const char *value;
    const char *help; /* NULL: not told */
};

#define AT(field) offsetof(struct winrm_options, field)

static const struct row rows[] = {
    {"remote", "r", TEXT, AT(remote), "HOST",
     "host, host:port or http(s)://host:port; without it, this host"},
    {"username", "u", TEXT, AT(user), "USER",
     "user@REALM or DOMAIN\\user; without it, your own ticket"},
    {"password", "p", PASSWORD, 0, "-",
     "- reads it from standard input; without it, it is asked for"},
    {"authentication", "a", AUTH, AT(auth), "WAY",
     "negotiate (default), kerberos, ntlm, credssp, basic, certificate, none"},
    {"usessl", "ssl", FLAG, AT(tls), NULL, "HTTPS, port 5986"},
    {"unencrypted", "un", FLAG, AT(unencrypted), NULL,
     "do not seal messages over HTTP (the server must allow it)"},
    {"ca", NULL, TEXT, AT(ca_file), "FILE", "trusted certificates, with -ssl"},
    {"certificate", "c", TEXT, AT(cert_file), "CERTIFICATE",
     "your certificate, with -ssl -a:certificate: a file, a thumbprint, "
     "or pkcs11:URI"},
    {"key", NULL, TEXT, AT(key_file), "FILE", "its key, when in another file"},
    {"skipcacheck", "skipca", FLAG, AT(skip_ca), NULL,
     "accept a certificate of any issuer"},
    {"skipcncheck", "skipcn", FLAG, AT(skip_name), NULL,
     "accept a certificate of any name"},
    {"spnport", NULL, FLAG, AT(spn_port), NULL,
     "put the port behind the service principal name"},
    {"timeout", NULL, NUMBER, AT(timeout_ms), "MS",
     "how long the server may take"},
    {"format", "f", CHOICE, AT(format), "FORMAT",
     "text (default), pretty, xml"},
    {"file", NULL, TEXT, AT(file), "FILE",
     "the body of set, create or invoke as XML; - is standard input"},
    {"filter", NULL, TEXT, AT(filter), "TEXT", "which of those to enumerate"},
    {"dialect", NULL, TEXT, AT(dialect), "URI",
     "what language the filter is in; WQL where it is not said"},
    {"fragment", NULL, TEXT, AT(fragment), "PATH",
     "of get and set: the part of it at Auth/Basic, Status/text()"},
    {"returntype", NULL, CHOICE, AT(mode), "TYPE",
     "object (default), epr, objectandepr"},
    {"transport", NULL, TEXT, AT(transport), "KIND",
     "of quickconfig: http (default) or https"},
    {"quiet", "q", FLAG, AT(quiet), NULL, "of quickconfig: do not ask"},
    {"force", NULL, FLAG, AT(quiet), NULL, NULL},
    {"encoding", NULL, IGNORED, 0, NULL, NULL},
    {"defaultcreds", NULL, IGNORED, 0, NULL, NULL},
    {"skiprevocationcheck", NULL, IGNORED, 0, NULL, NULL},
    {"help", "?", FLAG, AT(help), NULL, NULL},
};

static const struct {
    size_t at;
    const char *name;
    long value;
} choices[] = {
    {AT(format), "text", WINRM_TEXT},
    {AT(format), "pretty", WINRM_PRETTY},
    {AT(format), "#pretty", WINRM_PRETTY},
    {AT(format), "xml", WINRM_XML},
    {AT(format), "#text", WINRM_TEXT},
    {AT(mode), "object", HOP_ENUMERATE_OBJECTS},
    {AT(mode), "epr", HOP_ENUMERATE_EPRS},
    {AT(mode), "objectandepr", HOP_ENUMERATE_OBJECTS_AND_EPRS},
};

static bool
fail(struct hop_error *err, const char *word, const char *why)
{
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "%.200s: %s; winrm help shows what there is", word,
                         why);
}

/* ---- switches */

static bool
set_number(struct winrm_options *o, const struct row *row, const char *word,
           const char *value, struct hop_error *err)
{
    char *end;
    long n = strtol(value, &end, 10);

    if (*value == '\0' || *end != '\0' || n <= 0 || n > INT_MAX)
        return fail(err, word, "this is not a number of milliseconds");
    *(long *)((char *)o + row->at) = n;
    return true;
}

static bool
set_choice(struct winrm_options *o, const struct row *row, const char *word,
           const char *value, struct hop_error *err)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(choices); i++)
        if (choices[i].at == row->at && hop_ascii_ieq(choices[i].name, value)) {
            *(long *)((char *)o + row->at) = choices[i].value;
            return true;
        }
    return fail(err, word, "there is no such value");
}

static bool
set_password(struct winrm_options *o, char *value, struct hop_error *err)
{
    if (strcmp(value, "-") == 0) {
        o->password_on_input = true;
        return true;
    }
    explicit_bzero(value, strlen(value));
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "-p: a password on the command line is seen by "
                         "everybody on this host; it is asked for without -p:, "
                         "and -p:- reads it from standard input");
}

static bool
set_value(struct winrm_options *o, const struct row *row, const char *word,
          char *value, struct hop_error *err)
{
    char **text = (char **)((char *)o + row->at);

    switch (row->kind) {
    case FLAG: *(bool *)((char *)o + row->at) = true; return true;
    case TEXT:
        if (*value == '\0')
            return fail(err, word, "the value is missing");
        free(*text);
        *text = hop_xstrdup(value);
        return true;
    case NUMBER: return set_number(o, row, word, value, err);
    case AUTH:
        return words_find_auth(value, &o->auth) ||
               fail(err, word, WORDS_AUTH_LIST);
    case CHOICE: return set_choice(o, row, word, value, err);
    case PASSWORD: return set_password(o, value, err);
    case REFUSED:
    case IGNORED: break;
    }
    return true;
}

static const struct row *
find_row(const char *name, size_t n)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        const char *names[] = {rows[i].name, rows[i].more};
        for (size_t k = 0; k < 2; k++)
            if (names[k] != NULL && strlen(names[k]) == n &&
                hop_ascii_ieqn(names[k], name, n))
                return &rows[i];
    }
    return NULL;
}

static bool
take_switch(struct winrm_options *o, char *word, const char *name,
            struct hop_error *err)
{
    size_t n = strcspn(name, ":");
    const struct row *row = find_row(name, n);
    bool has_value = name[n] == ':';

    if (row == NULL)
        return fail(err, word, "there is no such switch");
    if (row->kind != IGNORED && has_value != (row->kind != FLAG))
        return fail(err, word,
                    has_value ? "this switch takes no value"
                              : "a colon and a value are missing");
    return set_value(o, row, word, (char *)name + n + has_value, err);
}

/* ---- @{...} */

/* One value: in quotes of either kind, or up to the next ; or }. */
static char *
read_value(const char **p)
{
    struct hop_buf out = HOP_BUF_INIT;
    char quote = **p == '"' || **p == '\'' ? *(*p)++ : '\0';

    while (**p != '\0' && (quote ? **p != quote : **p != ';' && **p != '}')) {
        hop_buf_addc(&out, **p);
        ++*p;
    }
    if (quote && **p == quote)
        ++*p;
    while (!quote && out.len > 0 && out.data[out.len - 1] == ' ')
        out.len--;
    HOP_AUTO_FREE char *text = hop_buf_take(&out);
    return hop_xstrdup(
        text == NULL || (!quote && strcmp(text, "$null") == 0) ? "" : text);
}

static void
skip_blanks(const char **p)
{
    while (hop_ascii_is_space(**p) || **p == ';')
        ++*p;
}

static bool
read_values(struct winrm_options *o, const char *text, struct hop_error *err)
{
    const char *p = text + 2;

    for (skip_blanks(&p); *p != '\0' && *p != '}'; skip_blanks(&p)) {
        size_t n = strcspn(p, "=;} ");
        HOP_AUTO_FREE char *name = hop_xstrndup(p, n);

        p += n;
        while (*p == ' ')
            p++;
        if (*p != '=' || n == 0)
            return fail(err, text, "values are written @{NAME=\"VALUE\";...}");
        p++;
        while (*p == ' ')
            p++;
        o->values =
            hop_xrealloc(o->values, o->value_count + 1, sizeof(*o->values));
        o->values[o->value_count++] =
            (struct hop_settings_value){hop_steal(&name), read_value(&p)};
    }
    return *p == '}' ||
           fail(err, text,
                "the } is missing; a shell takes ; for an end of its own: put "
                "'@{...}' in quotes");
}

/* ---- the whole line */

static bool
find_verb(const char *word, size_t *which)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(verbs); i++)
        if (hop_ascii_ieq(word, verbs[i].name) ||
            hop_ascii_ieq(word, verbs[i].more)) {
            *which = i;
            return true;
        }
    return false;
}

static bool
fail_verb(const char *word, struct hop_error *err)
{
    size_t max = hop_edit_slip(word), least = max + 1;
    const char *meant = NULL;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(verbs); i++) {
        size_t k = hop_edit_distance(word, verbs[i].name, max);

        if (k < least) {
            least = k;
            meant = verbs[i].name;
        }
    }
    HOP_AUTO_FREE char *why =
        meant != NULL
            ? hop_xasprintf("there is no such operation, is %s meant?", meant)
            : hop_xstrdup("there is no such operation");
    return fail(err, word, why);
}

static bool
set_uri(struct winrm_options *o, const char *word, struct hop_error *err)
{
    struct hop_buf whole = HOP_BUF_INIT;

    hop_settings_expand_uri(word, &whole);
    o->uri = hop_buf_take(&whole);
    return hop_settings_split_uri(o->uri, o->selectors, WINRM_SELECTORS_MAX,
                                  &o->selector_count) ||
           fail(err, word,
                "behind the ? selectors are written NAME=VALUE+NAME=VALUE");
}

/* Words of @{...} that a shell has taken apart. */
static char *
join_values(int argc, char **argv, int *at)
{
    struct hop_buf out = HOP_BUF_INIT;

    for (; *at < argc; ++*at) {
        hop_buf_addf(&out, "%s%s", out.len ? " " : "", argv[*at]);
        if (strchr(argv[*at], '}') != NULL)
            break;
    }
    return hop_buf_take(&out);
}

static bool
take_word(struct winrm_options *o, int argc, char **argv, int *at,
          bool takes_uri, struct hop_error *err)
{
    char *word = argv[*at];
    const char *name = words_skip_dash(word);

    if (name == NULL && word[0] == '/' && word[1] != '\0')
        name = word + 1;
    if (name != NULL)
        return take_switch(o, word, name, err);
    if (strncmp(word, "@{", 2) == 0) {
        HOP_AUTO_FREE char *text = join_values(argc, argv, at);
        return read_values(o, text, err);
    }
    if (o->verb == WINRM_INVOKE && o->action == NULL) {
        o->action = hop_xstrdup(word);
        return true;
    }
    if (!takes_uri || o->uri != NULL)
        return fail(err, word, "this is one word too many");
    return set_uri(o, word, err);
}

static bool
check(const struct winrm_options *o, bool takes_uri, struct hop_error *err)
{
    if (takes_uri && o->uri == NULL)
        return fail(err, "winrm",
                    "the resource is missing: winrm get "
                    "winrm/config");
    if (o->transport != NULL && !hop_ascii_ieq(o->transport, "http") &&
        !hop_ascii_ieq(o->transport, "https"))
        return fail(err, o->transport, "-transport: is http or https");
    if (o->password_on_input && o->user == NULL)
        return fail(err, "-p:-", "a password without a user: add -u:USER");
    return true;
}

bool
winrm_options_parse(int argc, char **argv, struct winrm_options *out,
                    struct hop_error *err)
{
    size_t which = 0;

    *out = (struct winrm_options){0};
    if (argc < 2)
        return true; /* WINRM_HELP */
    if (!find_verb(argv[1], &which))
        return fail_verb(argv[1], err);
    out->verb = verbs[which].verb;
    for (int i = 2; i < argc && out->verb != WINRM_HELP; i++)
        if (!take_word(out, argc, argv, &i, verbs[which].takes_uri, err))
            return false;
    if (out->help)
        out->verb = WINRM_HELP;
    if (out->verb == WINRM_HELP)
        return true;
    out->ask_password = out->user != NULL && !out->password_on_input;
    return check(out, verbs[which].takes_uri, err);
}

void
winrm_options_done(struct winrm_options *o)
{
    char *texts[] = {o->action,    o->uri,       o->file,    o->remote,
                     o->user,      o->transport, o->dialect, o->filter,
                     o->cert_file, o->key_file,  o->ca_file, o->fragment};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(texts); i++)
        free(texts[i]);
    for (size_t i = 0; i < o->value_count; i++) {
        free((char *)o->values[i].name);
        free((char *)o->values[i].value);
    }
    free(o->values);
    *o = (struct winrm_options){0};
}

void
winrm_print_help(FILE *out)
{
    fputs("usage: winrm OPERATION [RESOURCE] [-SWITCH...] "
          "['@{NAME=\"VALUE\";...}']\n"
          "The settings of this host's remote management, and of others'.\n\n",
          out);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(verbs); i++)
        fprintf(out, "  %-12s %-3s %s\n", verbs[i].name, verbs[i].more,
                verbs[i].help);
    fputs("\n", out);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (rows[i].help)
            words_print_option(out, 24, rows[i].name, rows[i].value,
                               rows[i].help);
    fputs("\nexamples:\n"
          "  winrm quickconfig -transport:https\n"
          "  winrm get winrm/config/service/auth\n"
          "  winrm set winrm/config/service/auth '@{CredSSP=\"true\"}'\n"
          "  winrm enumerate winrm/config/listener -r:b\n"
          "  winrm delete "
          "'winrm/config/Listener?Address=*+Transport=HTTPS'\n"
          "  winrm invoke Restore winrm/config\n",
          out);
}
