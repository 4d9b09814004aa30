/* The command line of winrs.  SPDX-License-Identifier: MIT */
#include "client/winrs.h"

#include "test.h"

#include "base/alloc.h"
#include "base/buf.h"

static const struct {
    const char *name;
    const char *words[8];
    const char *want; /* the options set, then "| command"; or the error */
} rows[] = {
    {"Windows' own example", {"-r:b", "hostname"}, "remote=b | hostname"},
    {"slashes", {"/r:b", "/ad", "dir"}, "remote=b delegate | dir"},
    {"long names in any case",
     {"-REMOTE:http://b:5985", "-AllowDelegate", "-UseSSL", "x"},
     "remote=http://b:5985 delegate tls | x"},
    {"shortened names",
     {"-rem:b", "-user:alice", "-unenc", "x"},
     "remote=b user=alice ask unencrypted | x"},
    {"un is unencrypted, u is the user",
     {"-un", "-u:a", "x"},
     "user=a ask unencrypted | x"},
    {"dashes of a word processor",
     {"\xE2\x80\x93r:b",
      "\xE2\x80\x94"
      "ad",
      "\xE2\x88\x92ssl", "x"},
     "remote=b delegate tls | x"},
    {"the command is joined by blanks",
     {"-r:b", "echo", "a", "b  c"},
     "remote=b | echo a b  c"},
    {"options behind the command are the command's",
     {"echo", "-r:b"},
     "| echo -r:b"},
    {"two dashes end the options", {"-r:b", "--", "-x"}, "remote=b | -x"},
    {"a path is a command",
     {"-r:b", "/bin/ls", "/tmp"},
     "remote=b | /bin/ls /tmp"},
    {"a path that begins like an option", {"/rescue"}, "| /rescue"},
    {"a value with colons", {"-d:/a:b", "x"}, "directory=/a:b | x"},
    {"variables", {"-env:A=1", "-environment:B=x=y", "x"}, "A=1 B=x=y | x"},
    {"a time limit", {"-t:5", "x"}, "timeout=5 | x"},
    {"echo and profile",
     {"-noe", "-nop", "-comp", "x"},
     "no_echo no_profile | x"},
    {"user and password",
     {"-u:a", "-p:secret", "x"},
     "user=a password=secret visible | x"},
    {"the password on standard input",
     {"-u:a", "-p:-", "x"},
     "user=a input | x"},
    {"ways to authenticate", {"-auth:NTLM", "x"}, "auth=3 | x"},
    {"help needs no command", {"-?"}, "help |"},
    {"an unknown option",
     {"-q", "x"},
     "-q: there is no such option; winrs -? shows the options"},
    {"a value that is missing",
     {"-r", "x"},
     "-r: a colon and a value are missing; winrs -? shows the options"},
    {"an empty value",
     {"-r:", "x"},
     "-r:: the value is missing; winrs -? shows the options"},
    {"a value too many",
     {"-ssl:yes", "x"},
     "-ssl:yes: this option takes no value; winrs -? shows the options"},
    {"a time that is no number",
     {"-t:soon", "x"},
     "-t:soon: this is not a number of seconds; winrs -? shows the options"},
    {"a variable without a value",
     {"-env:A", "x"},
     "-env:A: write NAME=VALUE behind the colon; winrs -? shows the options"},
    {"a way that does not exist",
     {"-auth:magic", "x"},
     "-auth:magic: there is negotiate, kerberos, ntlm, credssp, basic and "
     "certificate; "
     "winrs -? shows the options"},
    {"no command",
     {"-r:b"},
     "the command is missing: winrs -r:HOST COMMAND; winrs -? shows the "
     "options"},
    {"a password without a user",
     {"-p:x", "x"},
     "a password without a user: add -u:USER"},
};

static void
put_text(struct hop_buf *out, const char *name, const char *value)
{
    if (value)
        hop_buf_addf(out, "%s=%s ", name, value);
}

static void
put_flag(struct hop_buf *out, const char *name, bool set)
{
    if (set)
        hop_buf_addf(out, "%s ", name);
}

static void
describe(struct hop_buf *out, const struct winrs_options *o)
{
    put_text(out, "remote", o->remote);
    put_text(out, "user", o->user);
    put_text(out, "password",
             o->password ? hop_secret_bytes(o->password) : NULL);
    put_text(out, "directory", o->directory);
    put_flag(out, "visible", o->password_was_visible);
    put_flag(out, "input", o->password_on_input);
    put_flag(out, "ask", o->ask_password);
    put_flag(out, "delegate", o->delegate);
    put_flag(out, "unencrypted", o->unencrypted);
    put_flag(out, "tls", o->tls);
    put_flag(out, "no_echo", o->no_echo);
    put_flag(out, "no_profile", o->no_profile);
    put_flag(out, "help", o->help);
    if (o->timeout_s)
        hop_buf_addf(out, "timeout=%ld ", o->timeout_s);
    if (o->auth)
        hop_buf_addf(out, "auth=%ld ", o->auth);
    for (size_t i = 0; i < o->variable_count; i++)
        put_text(out, o->variables[i].name, o->variables[i].value);
    hop_buf_adds(out, "|");
    if (o->command)
        hop_buf_addf(out, " %s", o->command);
}

TEST(command_lines)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_BUF struct hop_buf got = HOP_BUF_INIT;
        char *argv[10] = {"winrs"};
        int argc = 1;
        struct winrs_options o;
        struct hop_error err = {0};

        ROW(rows[i].name);
        for (; argc <= 8 && rows[i].words[argc - 1]; argc++)
            argv[argc] = hop_xstrdup(rows[i].words[argc - 1]);
        if (winrs_options_parse(argc, argv, &o, &err))
            describe(&got, &o);
        else
            hop_buf_adds(&got, err.text);
        CHECK_STR(hop_buf_str(&got), rows[i].want);
        winrs_options_done(&o);
        for (int k = 1; k < argc; k++)
            free(argv[k]);
    }
}

TEST(a_password_is_wiped_from_the_command_line)
{
    char password[] = "-p:secret", user[] = "-u:a", name[] = "winrs",
         command[] = "x";
    char *argv[] = {name, user, password, command, NULL};
    struct winrs_options o;
    struct hop_error err = {0};

    CHECK(winrs_options_parse(4, argv, &o, &err));
    CHECK_MEM(password, sizeof(password), "-p:\0\0\0\0\0\0", 10);
    CHECK_STR(hop_secret_bytes(o.password), "secret");
    winrs_options_done(&o);
}

TEST(a_password_line_leaves_the_rest)
{
    int fds[2];
    char rest[10];
    struct hop_secret *password = NULL;
    struct hop_error err = {0};

    REQUIRE(pipe(fds) == 0);
    CHECK_INT(write(fds[1], "pass word\r\nrest", 15), 15);
    close(fds[1]);
    CHECK(winrs_read_password(fds[0], &password, &err));
    CHECK_STR(hop_secret_bytes(password), "pass word");
    CHECK_INT(read(fds[0], rest, sizeof(rest)), 4);
    CHECK(!winrs_read_password(fds[0], &password, &err));
    CHECK_STR(err.text, "no password could be read: the input is empty");
    hop_secret_free(password);
    close(fds[0]);
}

int
main(void)
{
    RUN(command_lines);
    RUN(a_password_is_wiped_from_the_command_line);
    RUN(a_password_line_leaves_the_rest);
    return test_done();
}
