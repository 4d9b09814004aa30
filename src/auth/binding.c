/* SPDX-License-Identifier: MIT */
#include "auth/binding.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

static void
free_x509(X509 **c)
{
    X509_free(*c);
}

/* RFC 5929 4.1: "if the certificate's signatureAlgorithm uses a single hash
 * function, and that hash function is either MD5 or SHA-1, then use SHA-256".
 */
static const EVP_MD *
choose_digest(X509 *cert)
{
    int digest = NID_undef;

    if (!OBJ_find_sigid_algs(X509_get_signature_nid(cert), &digest, NULL))
        digest = NID_undef;
    if (digest == NID_undef &&
        X509_get_signature_info(cert, &digest, NULL, NULL, NULL) != 1)
        digest = NID_undef;
    if (digest == NID_undef || digest == NID_md5 || digest == NID_sha1 ||
        EVP_get_digestbynid(digest) == NULL)
        return EVP_sha256();
    return EVP_get_digestbynid(digest);
}

bool
hop_binding_from_cert(const void *der, size_t n, struct hop_buf *out,
                      struct hop_error *err)
{
    const unsigned char *p = der;
    HOP_CLEANUP(free_x509)
    X509 *cert = n <= INT_MAX ? d2i_X509(NULL, &p, (long)n) : NULL;
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len;

    if (cert == NULL)
        return hop_error_set(err, HOP_ERROR_TLS, 0,
                             "channel binding: the certificate is malformed");
    if (!EVP_Digest(der, n, hash, &len, choose_digest(cert), NULL))
        return hop_error_set(err, HOP_ERROR_TLS, 0,
                             "channel binding: the hash failed");
    hop_buf_adds(out, "tls-server-end-point:");
    hop_buf_add(out, hash, len);
    return true;
}
