/* Passwords from the terminal or from standard input, never from the
 * environment.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "client/winrs.h"

#define PASSWORD_MAX 1024

/* Byte by byte: what follows the line is the command's input. */
bool
winrs_read_password(int fd, struct hop_secret **password, struct hop_error *err)
{
    char line[PASSWORD_MAX];
    size_t n = 0;
    ssize_t got = 0;

    while (n < sizeof(line)) {
        got = read(fd, line + n, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || line[n] == '\n')
            break;
        n++;
    }
    if (n > 0 && line[n - 1] == '\r')
        n--;
    if (got < 0 || n == sizeof(line) || (got == 0 && n == 0)) {
        explicit_bzero(line, sizeof(line));
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "no password could be read: %s",
                             got < 0  ? strerror(errno)
                             : n == 0 ? "the input is empty"
                                      : "the line is too long");
    }
    *password = hop_secret_new(line, n);
    explicit_bzero(line, sizeof(line));
    return *password != NULL ||
           hop_error_set(err, HOP_ERROR_LIMIT, 0, "no memory for a password");
}

bool
winrs_ask_password(const struct winrs_options *o, struct hop_secret **password,
                   struct hop_error *err)
{
    HOP_AUTO_FD int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios before, silent;
    bool ok;

    if (tty < 0 || tcgetattr(tty, &before) != 0)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the password of %s cannot be asked for: there "
                             "is no terminal; use -p:- and give it on standard "
                             "input",
                             o->user);
    dprintf(tty, "Password of %s for %s: ", o->user,
            o->remote ? o->remote : "this host");
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(tty, TCSAFLUSH, &silent);
    ok = winrs_read_password(tty, password, err);
    tcsetattr(tty, TCSAFLUSH, &before);
    dprintf(tty, "\n");
    return ok;
}
