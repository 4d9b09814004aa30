/* TLS on both sides over a socketpair: certificates, names, bindings.
 * SPDX-License-Identifier: MIT */
#include "net/tls.h"

#include "test.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "net/tls_openssl.h"

static char folder[] = "/tmp/hop-tls-XXXXXX";

static void
in_folder(char *out, size_t size, const char *name, const char *what)
{
    snprintf(out, size, "%s/%s.%s", folder, name, what);
}

/* A self-signed certificate in NAME.crt and NAME.key. */
static void
make_certificate(const char *name, const char *host, const EVP_MD *md)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    X509_NAME *subject = X509_get_subject_name(cert);
    char path[100], alt[200];
    X509_EXTENSION *ext;
    FILE *out;

    X509_set_version(cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(cert, subject);
    X509_set_pubkey(cert, key);
    snprintf(alt, sizeof(alt), "DNS:%s", host);
    ext = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, alt);
    X509_add_ext(cert, ext, -1);
    X509_EXTENSION_free(ext);
    X509_sign(cert, key, md);
    in_folder(path, sizeof(path), name, "crt");
    out = fopen(path, "w");
    PEM_write_X509(out, cert);
    fclose(out);
    in_folder(path, sizeof(path), name, "key");
    out = fopen(path, "w");
    PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);
    fclose(out);
    X509_free(cert);
    EVP_PKEY_free(key);
}

struct pair {
    struct hop_tls_context *contexts[2];
    struct hop_tls *ends[2]; /* server, client */
    int fds[2];
    enum hop_tls_result results[2];
    struct hop_error errs[2];
};

static struct hop_tls_context *
context(const struct hop_tls_config *c)
{
    struct hop_error err = {0};
    struct hop_tls_context *made = hop_tls_context_new(c, &err);

    if (made == NULL)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return made;
}

/* Shakes hands until both are done or one fails. */
static void
join(struct pair *p, const struct hop_tls_config *server,
     const struct hop_tls_config *client, const char *host)
{
    *p = (struct pair){0};
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p->fds);
    p->contexts[0] = context(server);
    p->contexts[1] = context(client);
    for (int i = 0; i < 2; i++)
        p->ends[i] = hop_tls_open(p->contexts[i], p->fds[i], i ? host : NULL,
                                  &p->errs[i]);
    p->results[0] = p->results[1] = HOP_TLS_WANT_READ;
    for (int round = 0; round < 20; round++) {
        int i = round % 2 ? 0 : 1;
        if (p->results[i] != HOP_TLS_FAILED)
            p->results[i] = hop_tls_handshake(p->ends[i], &p->errs[i]);
    }
}

static void
part(struct pair *p)
{
    for (int i = 0; i < 2; i++) {
        hop_tls_close(p->ends[i]);
        hop_tls_context_free(p->contexts[i]);
        close(p->fds[i]);
    }
}

static struct hop_tls_config
server_config(const char *name)
{
    static char cert[100], key[100];
    struct hop_tls_config c = {
        .server = true, .cert_file = cert, .key_file = key};

    in_folder(cert, sizeof(cert), name, "crt");
    in_folder(key, sizeof(key), name, "key");
    return c;
}

static struct hop_tls_config
client_config(const char *trusted)
{
    static char ca[100];
    struct hop_tls_config c = {.ca_file = trusted ? ca : NULL};

    if (trusted)
        in_folder(ca, sizeof(ca), trusted, "crt");
    return c;
}

TEST(a_good_certificate_carries_bytes_both_ways)
{
    struct hop_tls_config s = server_config("b"), c = client_config("b");
    struct pair p;
    struct hop_error err = {0};
    const struct hop_tls_info *a, *b;
    char buf[100];
    size_t n = 0;

    join(&p, &s, &c, "b.corp.test");
    CHECK_STR(p.errs[1].text, "");
    CHECK_INT(p.results[0], HOP_TLS_OK);
    CHECK_INT(p.results[1], HOP_TLS_OK);
    CHECK_INT(hop_tls_write(p.ends[1], "hello", 5, &n, &err), HOP_TLS_OK);
    CHECK_INT(hop_tls_read(p.ends[0], buf, sizeof(buf), &n, &err), HOP_TLS_OK);
    CHECK_MEM(buf, n, "hello", 5);
    CHECK_INT(hop_tls_read(p.ends[0], buf, sizeof(buf), &n, &err),
              HOP_TLS_WANT_READ);
    a = hop_tls_get_info(p.ends[0]);
    b = hop_tls_get_info(p.ends[1]);
    CHECK_MEM(a->binding, a->binding_len, b->binding, b->binding_len);
    CHECK_INT(a->binding_len, strlen("tls-server-end-point:") + 32);
    CHECK(memcmp(a->binding, "tls-server-end-point:", 21) == 0);
    CHECK_STR(b->version, "TLSv1.3");
    CHECK(b->peer_verified);
    CHECK(!a->peer_verified);
    hop_tls_shutdown(p.ends[0]);
    CHECK_INT(hop_tls_read(p.ends[1], buf, sizeof(buf), &n, &err), HOP_TLS_EOF);
    part(&p);
}

TEST(the_binding_hashes_by_the_signature)
{
    struct hop_tls_config s = server_config("sha384"),
                          c = client_config("sha384");
    struct pair p;

    join(&p, &s, &c, "b.corp.test");
    CHECK_INT(p.results[1], HOP_TLS_OK);
    CHECK_INT(hop_tls_get_info(p.ends[1])->binding_len, 21 + 48);
    part(&p);
}

static const struct {
    const char *name;
    const char *trusted, *host;
    bool skip_ca, skip_name;
    const char *want; /* NULL: accepted */
} rows[] = {
    {"another host's certificate", "b", "c.corp.test", false, false,
     "the certificate of c.corp.test is not accepted: hostname mismatch"},
    {"another host's, names skipped", "b", "c.corp.test", false, true, NULL},
    {"an unknown issuer", "sha384", "b.corp.test", false, false,
     "the certificate of b.corp.test is not accepted: self-signed certificate"},
    {"an unknown issuer, issuers skipped", NULL, "b.corp.test", true, false,
     NULL},
    {"issuers skipped do not skip the name", NULL, "c.corp.test", true, false,
     "the certificate of c.corp.test is not accepted: hostname mismatch"},
    {"an address the certificate does not have", "b", "10.77.0.12", false,
     false,
     "the certificate of 10.77.0.12 is not accepted: IP address mismatch"},
};

TEST(what_a_client_accepts)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct hop_tls_config s = server_config("b"),
                              c = client_config(rows[i].trusted);
        struct pair p;
        ROW(rows[i].name);
        c.skip_ca_check = rows[i].skip_ca;
        c.skip_name_check = rows[i].skip_name;
        join(&p, &s, &c, rows[i].host);
        CHECK_INT(p.results[1], rows[i].want ? HOP_TLS_FAILED : HOP_TLS_OK);
        CHECK_STR(p.errs[1].text, rows[i].want ? rows[i].want : "");
        CHECK((p.errs[1].code != 0) == (rows[i].want != NULL));
        part(&p);
    }
}

TEST(a_client_certificate_is_verified)
{
    struct hop_tls_config s = server_config("b"), c = client_config("b");
    char cert[100], key[100], ca[100];
    struct pair p;

    in_folder(cert, sizeof(cert), "alice", "crt");
    in_folder(key, sizeof(key), "alice", "key");
    in_folder(ca, sizeof(ca), "alice", "crt");
    s.ask_client_cert = true;
    s.ca_file = ca;
    join(&p, &s, &c, "b.corp.test");
    ROW("none is asked for in vain");
    CHECK_INT(p.results[0], HOP_TLS_OK);
    CHECK(!hop_tls_get_info(p.ends[0])->peer_verified);
    part(&p);
    ROW("a trusted one is told");
    c.cert_file = cert;
    c.key_file = key;
    join(&p, &s, &c, "b.corp.test");
    CHECK_INT(p.results[0], HOP_TLS_OK);
    CHECK(hop_tls_get_info(p.ends[0])->peer_verified);
    CHECK(hop_tls_get_info(p.ends[0])->peer_cert_len > 100);
    part(&p);
    ROW("one of an unknown issuer is refused");
    in_folder(ca, sizeof(ca), "sha384", "crt");
    join(&p, &s, &c, "b.corp.test");
    CHECK_INT(p.results[0], HOP_TLS_FAILED);
    CHECK_STR(p.errs[0].text, "the certificate of the peer is not accepted: "
                              "self-signed certificate");
    part(&p);
}

TEST(files_that_are_missing_or_do_not_fit)
{
    struct hop_tls_config s = server_config("b");
    struct hop_error err = {0};
    char key[100];

    s.cert_file = "/nonexistent.crt";
    CHECK(hop_tls_context_new(&s, &err) == NULL);
    CHECK(strncmp(err.text, "read the certificate: /nonexistent.crt: ", 40) ==
          0);
    s = server_config("b");
    in_folder(key, sizeof(key), "alice", "key");
    s.key_file = key;
    CHECK(hop_tls_context_new(&s, &err) == NULL);
    CHECK(strncmp(err.text, "read the private key: ", 22) == 0);
}

static void
remove_files(void)
{
    static const char *const names[] = {"b", "sha384", "alice"};
    char path[100];

    for (size_t i = 0; i < 3; i++) {
        in_folder(path, sizeof(path), names[i], "crt");
        unlink(path);
        in_folder(path, sizeof(path), names[i], "key");
        unlink(path);
    }
    rmdir(folder);
}

int
main(void)
{
    if (mkdtemp(folder) == NULL)
        return 1;
    make_certificate("b", "b.corp.test", EVP_sha256());
    make_certificate("sha384", "b.corp.test", EVP_sha384());
    make_certificate("alice", "alice", EVP_sha256());
    hop_tls_use(&hop_tls_openssl);
    RUN(a_good_certificate_carries_bytes_both_ways);
    RUN(the_binding_hashes_by_the_signature);
    RUN(what_a_client_accepts);
    RUN(a_client_certificate_is_verified);
    RUN(files_that_are_missing_or_do_not_fit);
    remove_files();
    return test_done();
}
