/* Keys on PKCS#11 tokens: listed, asked to sign, and in TLS.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/token.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "net/tls.h"
#include "net/tls_openssl.h"
#include "net/tokensign.h"
#include "softtoken.h"
#include "test.h"

static char folder[] = "/tmp/hop-test-token-XXXXXX";

enum { MID = 50, ROOT = 51 };

/* ---- certificates */

static X509 *
make(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *signer)
{
    X509 *x = X509_new();
    X509_NAME *subject = X509_get_subject_name(x);
    X509_EXTENSION *ext;
    bool authority = strcmp(name, "Root") == 0 || strcmp(name, "Mid") == 0;

    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1 + name[0] * 256 + name[1]);
    X509_gmtime_adj(X509_getm_notBefore(x), -60);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(x, issuer != NULL ? X509_get_subject_name(issuer)
                                           : subject);
    X509_set_pubkey(x, key);
    ext = authority ? X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints,
                                          "critical,CA:TRUE")
                    : X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name,
                                          "DNS:b.corp.test");
    X509_add_ext(x, ext, -1);
    X509_EXTENSION_free(ext);
    X509_sign(x, signer, EVP_sha256());
    return x;
}

static const struct key {
    const char *name;
    unsigned char id;
    const char *digest;
    bool pss;
} keys[] = {
    {"P-256", 1, "SHA256", false},   {"P-384", 2, "SHA384", false},
    {"P-521", 3, "SHA512", false},   {"RSA", 4, "SHA256", false},
    {"RSA, PSS", 4, "SHA384", true},
};

static void
write_root(X509 *root)
{
    char path[100];
    FILE *f;

    snprintf(path, sizeof(path), "%s/root.pem", folder);
    f = fopen(path, "w");
    PEM_write_X509(f, root);
    fclose(f);
}

static void
put_leaf(const struct key *k, X509 *mid, EVP_PKEY *mid_key)
{
    EVP_PKEY *key =
        strcmp(k->name, "RSA") == 0 ? EVP_RSA_gen(2048) : EVP_EC_gen(k->name);
    X509 *leaf = make(k->name, key, mid, mid_key);

    softtoken_put_key(key, k->id);
    softtoken_put_certificate(leaf, k->id);
    X509_free(leaf);
    EVP_PKEY_free(key);
}

static void
write_file(const char *name, const char *text)
{
    char path[100];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
}

static bool
make_token(void)
{
    EVP_PKEY *root_key, *mid_key;
    X509 *root, *mid;

    if (!softtoken_open(folder, "web"))
        return false;
    root_key = EVP_EC_gen("P-256");
    mid_key = EVP_EC_gen("P-256");
    root = make("Root", root_key, NULL, root_key);
    mid = make("Mid", mid_key, root, root_key);
    softtoken_put_certificate(mid, MID);
    softtoken_put_certificate(root, ROOT);
    write_root(root);
    for (size_t k = 0; k < 4; k++)
        put_leaf(&keys[k], mid, mid_key);
    X509_free(root);
    X509_free(mid);
    EVP_PKEY_free(root_key);
    EVP_PKEY_free(mid_key);
    softtoken_close();
    write_file("pin", SOFTTOKEN_PIN "\n");
    write_file("wrong", "1111\n");
    return true;
}

/* "pkcs11:token=web;id=%01?pin-source=FOLDER/pin&module-path=..." */
static void
name_uri(char out[400], const char *token, int id, const char *pin)
{
    int n = snprintf(out, 400, "pkcs11:token=%s", token);

    if (id != 0)
        n += snprintf(out + n, 400 - (size_t)n, ";id=%%%02X", (unsigned)id);
    n += snprintf(out + n, 400 - (size_t)n, "?module-path=" SOFTTOKEN_MODULE);
    if (pin != NULL)
        snprintf(out + n, 400 - (size_t)n, "&pin-source=%s/%s", folder, pin);
}

/* ---- a process that serves */

static pid_t
start(const char *uri, int *fd)
{
    int ends[2];
    pid_t pid;

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        _exit(hop_token_p11.serve(uri, ends[1]) ? 0 : 1);
    }
    close(ends[1]);
    *fd = ends[0];
    return pid;
}

static int
end(pid_t pid, int fd)
{
    int status = -1;

    close(fd);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Its first packet, as a text. */
static char *
first_packet(int fd)
{
    static char text[HOP_TOKEN_PACKET_MAX + 1];
    ssize_t n = read(fd, text, HOP_TOKEN_PACKET_MAX);

    text[n > 0 ? n : 0] = '\0';
    return text;
}

static X509 *
certificate_of(const char *pem, size_t *count)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *first = NULL, *x;

    *count = 0;
    while ((x = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        if ((*count)++ == 0)
            first = x;
        else
            X509_free(x);
    }
    BIO_free(bio);
    return first;
}

/* ---- signatures */

static bool
sign_with(const struct key *k, EVP_PKEY *key, unsigned char *out, size_t *n)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *how;
    bool ok =
        EVP_DigestSignInit_ex(ctx, &how, k->digest, NULL, NULL, key, NULL) ==
            1 &&
        (!k->pss ||
         EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING) == 1) &&
        EVP_DigestSign(ctx, out, n, (const unsigned char *)"text", 4) == 1;

    EVP_MD_CTX_free(ctx);
    return ok;
}

static bool
verifies(const struct key *k, EVP_PKEY *key, const unsigned char *sig, size_t n)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *how;
    bool ok =
        EVP_DigestVerifyInit_ex(ctx, &how, k->digest, NULL, NULL, key, NULL) ==
            1 &&
        (!k->pss ||
         EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING) == 1) &&
        EVP_DigestVerify(ctx, sig, n, (const unsigned char *)"text", 4) == 1;

    EVP_MD_CTX_free(ctx);
    return ok;
}

static void
check_key(const struct key *k)
{
    char uri[400], *packet;
    unsigned char sig[600];
    size_t n = sizeof(sig), certificates;
    int fd;
    pid_t pid;
    X509 *x;
    EVP_PKEY *key;

    name_uri(uri, "web", k->id, "pin");
    pid = start(uri, &fd);
    packet = first_packet(fd);
    CHECK_INT(packet[0], HOP_TOKEN_READY);
    x = certificate_of(packet + 1, &certificates);
    CHECK_INT(certificates, 2); /* and not the root */
    REQUIRE(x != NULL);
    key = tokensign_key(X509_get0_pubkey(x), dup(fd));
    REQUIRE(key != NULL);
    CHECK(sign_with(k, key, sig, &n));
    CHECK(verifies(k, X509_get0_pubkey(x), sig, n));
    sig[n / 2] ^= 1;
    CHECK(!verifies(k, X509_get0_pubkey(x), sig, n));
    EVP_PKEY_free(key);
    X509_free(x);
    CHECK_INT(end(pid, fd), 0);
}

TEST(a_token_that_is_gone_signs_nothing)
{
    char uri[400], *packet;
    unsigned char sig[600];
    size_t n = sizeof(sig), certificates;
    int fd;
    pid_t pid;
    X509 *x;
    EVP_PKEY *key;

    name_uri(uri, "web", 1, "pin");
    pid = start(uri, &fd);
    packet = first_packet(fd);
    x = certificate_of(packet + 1, &certificates);
    REQUIRE(x != NULL);
    key = tokensign_key(X509_get0_pubkey(x), dup(fd));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    signal(SIGPIPE, SIG_IGN);
    CHECK(!sign_with(&keys[0], key, sig, &n));
    EVP_PKEY_free(key);
    X509_free(x);
    close(fd);
}

/* Answers come in pieces that are none, and to questions of others. */
TEST(only_its_own_answer_is_taken)
{
    EVP_PKEY *half = EVP_EC_gen("P-256"), *key;
    unsigned char in[4096], out[600], sig[600];
    size_t n = sizeof(sig);
    int ends[2], status;
    pid_t pid;

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        ssize_t got = read(ends[1], in, sizeof(in));

        memset(out, 7, sizeof(out));
        (void)!write(ends[1], out, HOP_TOKEN_ID + 64);
        memcpy(out, in + 1, HOP_TOKEN_ID);
        (void)!write(ends[1], out, HOP_TOKEN_ID); /* no signature */
        _exit(got == 1 + HOP_TOKEN_ID + 32 && in[0] == HOP_TOKEN_ECDSA ? 0 : 1);
    }
    key = tokensign_key(half, ends[0]);
    CHECK(!sign_with(&keys[0], key, sig, &n));
    EVP_PKEY_free(key);
    EVP_PKEY_free(half);
    close(ends[1]);
    waitpid(pid, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- what cannot serve */

static const struct {
    const char *name, *token;
    int id;
    const char *pin, *why;
} refused[] = {
    {"no such token", "nowhere", 0, "pin", "names no token"},
    {"no such certificate", "web", 99, "pin", "names no token"},
    {"a wrong PIN", "web", 1, "wrong", "refuses the PIN"},
    {"no file of the PIN", "web", 1, "nowhere", "cannot be read"},
    {"no PIN: the key is not seen", "web", 1, NULL, "no private key"},
    {"an authority's: no key", "web", MID, "pin", "no private key"},
    {"a PIN in the URI", "web?pin-value=4711", 0, NULL, ""},
};

static void
check_refused(size_t k)
{
    char uri[400], *packet;
    int fd;
    pid_t pid;

    name_uri(uri, refused[k].token, refused[k].id, refused[k].pin);
    if (strchr(refused[k].token, '?') != NULL)
        snprintf(uri, sizeof(uri), "pkcs11:token=%s", refused[k].token);
    pid = start(uri, &fd);
    packet = first_packet(fd);
    CHECK_INT(packet[0], HOP_TOKEN_FAILED);
    CHECK(strstr(packet + 1, refused[k].why) != NULL);
    CHECK_INT(end(pid, fd), 1);
}

static void
count_one(void *ctx, const char *uri, const uint8_t *der, size_t n,
          const char *lack)
{
    size_t *counts = ctx;

    counts[lack == NULL ? 0 : 1]++;
    CHECK((n == 0) == (strstr(uri, "id=%") == NULL));
}

TEST(all_are_listed)
{
    size_t counts[2] = {0};
    char uri[400], both[900];

    name_uri(uri, "web", 0, "pin");
    snprintf(both, sizeof(both), "%s, pkcs11:token=none?module-path=%s", uri,
             SOFTTOKEN_MODULE);
    hop_token_p11.list(both, count_one, counts);
    CHECK_INT(counts[0], 4); /* with their keys */
    CHECK_INT(counts[1], 3); /* two authorities, and the token that is none */
}

/* ---- TLS */

static void
shake_hands(struct hop_tls_context *contexts[2])
{
    enum hop_tls_result got[2] = {HOP_TLS_WANT_READ, HOP_TLS_WANT_READ};
    struct hop_tls *ends[2];
    struct hop_error err = {0};
    int fds[2];

    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
    for (int i = 0; i < 2; i++)
        ends[i] =
            hop_tls_open(contexts[i], fds[i], i ? "b.corp.test" : NULL, &err);
    for (int round = 0; round < 20; round++)
        if (got[1 - round % 2] != HOP_TLS_FAILED)
            got[1 - round % 2] = hop_tls_handshake(ends[1 - round % 2], &err);
    CHECK_STR(err.text, "");
    CHECK_INT(got[0], HOP_TLS_OK);
    CHECK_INT(got[1], HOP_TLS_OK);
    CHECK(hop_tls_get_info(ends[1])->peer_verified);
    for (int i = 0; i < 2; i++) {
        hop_tls_close(ends[i]);
        close(fds[i]);
    }
}

static void
check_tls(const struct key *k)
{
    char uri[400], cert[40], ca[100], *packet;
    struct hop_tls_config server = {.server = true, .ask_socket = true},
                          client = {0};
    struct hop_tls_context *contexts[2];
    struct hop_error err = {0};
    int fd, memory = memfd_create("cert", MFD_CLOEXEC);
    pid_t pid;

    name_uri(uri, "web", k->id, "pin");
    pid = start(uri, &fd);
    packet = first_packet(fd);
    CHECK_INT(write(memory, packet + 1, strlen(packet + 1)),
              strlen(packet + 1));
    snprintf(cert, sizeof(cert), "/proc/self/fd/%d", memory);
    snprintf(ca, sizeof(ca), "%s/root.pem", folder);
    server.cert_file = cert;
    server.key_socket = fd;
    client.ca_file = ca;
    contexts[0] = hop_tls_context_new(&server, &err);
    contexts[1] = hop_tls_context_new(&client, &err);
    CHECK_STR(err.text, "");
    REQUIRE(contexts[0] != NULL && contexts[1] != NULL);
    shake_hands(contexts);
    for (int i = 0; i < 2; i++)
        hop_tls_context_free(contexts[i]);
    close(memory);
    CHECK_INT(end(pid, fd), 0);
}

static const char *const tls_names[] = {"TLS with P-256", "TLS with P-384",
                                        "TLS with P-521", "TLS with RSA"};

int
main(void)
{
    char clean[100];

    hop_tls_use(&hop_tls_openssl);
    if (mkdtemp(folder) == NULL || !make_token()) {
        puts("1..0 # SKIP there is no SoftHSM");
        return 0;
    }
    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
        ROW(keys[k].name);
        check_key(&keys[k]);
    }
    for (size_t k = 0; k < 4; k++) {
        ROW(tls_names[k]);
        check_tls(&keys[k]);
    }
    for (size_t k = 0; k < sizeof(refused) / sizeof(refused[0]); k++) {
        ROW(refused[k].name);
        check_refused(k);
    }
    RUN(a_token_that_is_gone_signs_nothing);
    RUN(only_its_own_answer_is_taken);
    RUN(all_are_listed);
    snprintf(clean, sizeof(clean), "rm -r %s", folder);
    CHECK(system(clean) == 0);
    return test_done();
}
