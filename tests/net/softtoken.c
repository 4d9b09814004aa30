/* SPDX-License-Identifier: MIT */
#include "softtoken.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <p11-kit/p11-kit.h>

#include "test.h"

#define SO_PIN "4712"

static CK_FUNCTION_LIST_PTR module;
static CK_SESSION_HANDLE session;

static CK_BBOOL yes = CK_TRUE;

static CK_SLOT_ID
first_slot(void)
{
    CK_SLOT_ID slots[8];
    CK_ULONG n = 8;

    CHECK(module->C_GetSlotList(CK_TRUE, slots, &n) == CKR_OK && n > 0);
    return n > 0 ? slots[0] : 0;
}

static void
log_in(CK_USER_TYPE who, const char *pin)
{
    CHECK(module->C_Login(session, who, (unsigned char *)(uintptr_t)pin,
                          strlen(pin)) == CKR_OK);
}

static void
open_session(void)
{
    CHECK(module->C_OpenSession(first_slot(),
                                CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
                                &session) == CKR_OK);
}

bool
softtoken_open(const char *folder, const char *label)
{
    unsigned char padded[33];
    char path[200];
    FILE *f;

    if (access(SOFTTOKEN_MODULE, R_OK) != 0)
        return false;
    snprintf(path, sizeof(path), "%s/softhsm2.conf", folder);
    f = fopen(path, "w");
    fprintf(f, "directories.tokendir = %s\nobjectstore.backend = file\n",
            folder);
    fclose(f);
    setenv("SOFTHSM2_CONF", path, 1);
    module = p11_kit_module_load(SOFTTOKEN_MODULE, 0);
    if (module == NULL || p11_kit_module_initialize(module) != CKR_OK)
        return false;
    snprintf((char *)padded, sizeof(padded), "%-32s", label);
    CHECK(module->C_InitToken(first_slot(), (unsigned char *)SO_PIN,
                              strlen(SO_PIN), padded) == CKR_OK);
    open_session();
    log_in(CKU_SO, SO_PIN);
    CHECK(module->C_InitPIN(session, (unsigned char *)SOFTTOKEN_PIN,
                            strlen(SOFTTOKEN_PIN)) == CKR_OK);
    (void)module->C_Logout(session);
    log_in(CKU_USER, SOFTTOKEN_PIN);
    return true;
}

void
softtoken_close(void)
{
    (void)module->C_CloseSession(session);
    p11_kit_module_finalize(module);
    p11_kit_module_release(module);
    module = NULL;
}

/* ---- objects */

struct object {
    CK_ATTRIBUTE list[16];
    CK_ULONG count;
    unsigned char numbers[8][600];
    size_t number_count;
};

static void
add(struct object *o, CK_ATTRIBUTE_TYPE type, const void *p, size_t n)
{
    o->list[o->count++] = (CK_ATTRIBUTE){type, (void *)(uintptr_t)p, n};
}

static void
add_number(struct object *o, CK_ATTRIBUTE_TYPE type, EVP_PKEY *key,
           const char *name)
{
    unsigned char *room = o->numbers[o->number_count++];
    BIGNUM *n = NULL;

    CHECK(EVP_PKEY_get_bn_param(key, name, &n) == 1);
    add(o, type, room, (size_t)BN_bn2bin(n, room));
    BN_clear_free(n);
}

static void
put(struct object *o)
{
    CK_OBJECT_HANDLE made;

    CHECK(module->C_CreateObject(session, o->list, o->count, &made) == CKR_OK);
}

static void
add_ec(struct object *o, EVP_PKEY *key)
{
    static const struct {
        const char *name;
        unsigned char oid[10];
        size_t n;
    } curves[] = {
        {"prime256v1",
         {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07},
         10},
        {"secp384r1", {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22}, 7},
        {"secp521r1", {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23}, 7},
    };
    char name[40] = "";

    (void)EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name,
                                         sizeof(name), NULL);
    for (size_t k = 0; k < sizeof(curves) / sizeof(curves[0]); k++)
        if (strcmp(curves[k].name, name) == 0)
            add(o, CKA_EC_PARAMS, curves[k].oid, curves[k].n);
    add_number(o, CKA_VALUE, key, OSSL_PKEY_PARAM_PRIV_KEY);
}

static void
add_rsa(struct object *o, EVP_PKEY *key)
{
    static const struct {
        CK_ATTRIBUTE_TYPE type;
        const char *name;
    } parts[] = {
        {CKA_MODULUS, OSSL_PKEY_PARAM_RSA_N},
        {CKA_PUBLIC_EXPONENT, OSSL_PKEY_PARAM_RSA_E},
        {CKA_PRIVATE_EXPONENT, OSSL_PKEY_PARAM_RSA_D},
        {CKA_PRIME_1, OSSL_PKEY_PARAM_RSA_FACTOR1},
        {CKA_PRIME_2, OSSL_PKEY_PARAM_RSA_FACTOR2},
        {CKA_EXPONENT_1, OSSL_PKEY_PARAM_RSA_EXPONENT1},
        {CKA_EXPONENT_2, OSSL_PKEY_PARAM_RSA_EXPONENT2},
        {CKA_COEFFICIENT, OSSL_PKEY_PARAM_RSA_COEFFICIENT1},
    };

    for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
        add_number(o, parts[k].type, key, parts[k].name);
}

void
softtoken_put_key(EVP_PKEY *key, unsigned char id)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    bool is_rsa = EVP_PKEY_is_a(key, "RSA") == 1;
    CK_KEY_TYPE type = is_rsa ? CKK_RSA : CKK_EC;
    struct object o = {0};

    add(&o, CKA_CLASS, &class, sizeof(class));
    add(&o, CKA_KEY_TYPE, &type, sizeof(type));
    add(&o, CKA_TOKEN, &yes, sizeof(yes));
    add(&o, CKA_PRIVATE, &yes, sizeof(yes));
    add(&o, CKA_SIGN, &yes, sizeof(yes));
    add(&o, CKA_ID, &id, 1);
    (is_rsa ? add_rsa : add_ec)(&o, key);
    put(&o);
}

void
softtoken_put_certificate(X509 *x, unsigned char id)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_CERTIFICATE_TYPE type = CKC_X_509;
    unsigned char *der = NULL, *subject = NULL, *issuer = NULL;
    struct object o = {0};
    int n = i2d_X509(x, &der);
    int n_subject = i2d_X509_NAME(X509_get_subject_name(x), &subject);
    int n_issuer = i2d_X509_NAME(X509_get_issuer_name(x), &issuer);

    add(&o, CKA_CLASS, &class, sizeof(class));
    add(&o, CKA_CERTIFICATE_TYPE, &type, sizeof(type));
    add(&o, CKA_TOKEN, &yes, sizeof(yes));
    add(&o, CKA_ID, &id, 1);
    add(&o, CKA_VALUE, der, (size_t)n);
    add(&o, CKA_SUBJECT, subject, (size_t)n_subject);
    add(&o, CKA_ISSUER, issuer, (size_t)n_issuer);
    put(&o);
    OPENSSL_free(der);
    OPENSSL_free(subject);
    OPENSSL_free(issuer);
}
