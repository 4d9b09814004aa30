/* What the calls of libhop and the shell's pools are told: settings of a
 * connection, ways of authentication, causes of failure.  hop.h includes it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CHOICE_H
#define HOP_CHOICE_H

/* What can be set before the first call.  Texts are copied. */
enum hop_setting {
    /* texts; NULL takes a setting back */
    HOP_SET_ENDPOINT = 1, /* "b", "b:5985", "[::1]:5985",
                             "https://b:5986/wsman" */
    HOP_SET_USER,         /* "alice@CORP.TEST", "CORP\alice"; none: the caller's
                             own tickets */
    HOP_SET_PASSWORD,     /* kept apart, wiped when released */
    HOP_SET_SPN,          /* "HTTP/b.corp.test" in place of the usual ones */
    HOP_SET_CCACHE,       /* another ticket cache than the default */
    HOP_SET_CA_FILE,      /* PEM certificates to trust, not the system's */
    HOP_SET_CERT_FILE,    /* client certificate, PEM */
    HOP_SET_KEY_FILE,     /* its key; none: in the same file */
    HOP_SET_PROXY,        /* "host:port"; "" goes without; none: http_proxy,
                             https_proxy, no_proxy */
    HOP_SET_LOCALE,       /* "en-US" */
    HOP_SET_CONFIG_DIR,   /* another folder than /etc/hop: its settings say to
                             whom CredSSP may hand a password */
    HOP_SET_CREDSSP_PIN,  /* SHA-256 of the certificate that CredSSP's server
                             must have; several by commas */
    /* numbers */
    HOP_SET_AUTH = 100,           /* enum hop_auth_choice */
    HOP_SET_DELEGATE,             /* enum hop_delegate_choice */
    HOP_SET_TLS,                  /* 1: HTTPS, port 5986 */
    HOP_SET_UNENCRYPTED,          /* 1: allow messages that are not sealed */
    HOP_SET_SPN_PORT,             /* 1: append the port to the SPN */
    HOP_SET_SKIP_CA,              /* 1: any issuer of the certificate */
    HOP_SET_SKIP_NAME,            /* 1: any name in the certificate */
    HOP_SET_CONNECT_TIMEOUT_MS,   /* 30000 */
    HOP_SET_OPERATION_TIMEOUT_MS, /* 60000: a peer's time for one answer; calls
                                     go on over it where that is normal */
    HOP_SET_MAX_ENVELOPE_BYTES,   /* 512000 */
    HOP_SET_UTF16,                /* 1: requests are written in UTF-16 */
};

enum hop_auth_choice {
    HOP_USE_DEFAULT,   /* Negotiate: Kerberos, NTLM where a password is given
                          and Kerberos cannot be had */
    HOP_USE_NEGOTIATE, /* the same */
    HOP_USE_KERBEROS,
    HOP_USE_NTLM,
    HOP_USE_BASIC, /* over TLS only */
    HOP_USE_CERTIFICATE,
    HOP_USE_CREDSSP, /* hands the password over, so that the session can go on
                        to other hosts: to those that the policy names */
    HOP_USE_NONE,    /* nothing but hop_connection_identify is allowed so */
};

enum hop_delegate_choice {
    HOP_DELEGATE_NO,
    HOP_DELEGATE_YES,       /* forward the ticket, or fail saying why not */
    HOP_DELEGATE_IF_TRUSTED /* forward it to hosts the domain trusts so */
};

/* Where a failure comes from. */
enum hop_cause {
    HOP_CAUSE_NONE,
    HOP_CAUSE_USAGE,       /* a setting or argument */
    HOP_CAUSE_NAME,        /* the host's name is not known */
    HOP_CAUSE_REFUSED,     /* nothing listens there */
    HOP_CAUSE_UNREACHABLE, /* no answer, no route */
    HOP_CAUSE_PROXY,
    HOP_CAUSE_CERTIFICATE, /* the server's is not accepted */
    HOP_CAUSE_TLS,
    HOP_CAUSE_CREDENTIAL,     /* none, expired, or not fit for delegation */
    HOP_CAUSE_AUTHENTICATION, /* the server does not accept it */
    HOP_CAUSE_ACCESS,         /* it knows who asks and refuses */
    HOP_CAUSE_HTTP,           /* an HTTP status without more */
    HOP_CAUSE_FAULT,          /* a WS-Management fault */
    HOP_CAUSE_PROTOCOL,       /* bytes that are no proper answer */
    HOP_CAUSE_LOST,           /* the connection broke */
    HOP_CAUSE_INTERRUPTED,    /* hop_io said so */
};

#endif
