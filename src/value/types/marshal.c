/* System.Runtime.InteropServices.Marshal: what scripts read a SecureString
 * with.  A pointer is a number that stands for a text here; nothing outside
 * this table is ever read.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/secret.h"
#include "value/types/def.h"
#include "value/types/more.h"
#include "value/types/secure.h"

/* Scripts that forget to free theirs lose the oldest. */
#define BLOCKS 64

/* The numbers look like addresses, and are never one. */
#define FIRST 0x5e0000010
#define APART 0x1000

static struct {
    int64_t address;
    struct hop_secret *text;
} blocks[BLOCKS];
static int64_t made;

METHOD(keep_secure)
{
    size_t at = (size_t)(made % BLOCKS), n;
    const char *text;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "s");
    text = hop_secure_text(c->args[0], &n);
    hop_secret_freep(&blocks[at].text);
    blocks[at].text = hop_secret_new(text, n);
    blocks[at].address = FIRST + made++ * APART;
    RETURN(hop_long(blocks[at].address));
}

/* A text ends at its first NUL, as all that is read through a pointer. */
METHOD(read_text)
{
    for (size_t i = 0; i < BLOCKS; i++)
        if (blocks[i].text && blocks[i].address == ARG_I(0)) {
            const char *text = hop_secret_bytes(blocks[i].text);

            RETURN(
                hop_textn(text, strnlen(text, hop_secret_len(blocks[i].text))));
        }
    if (ARG_I(0) != 0)
        return hop_throw_argument(cx, &hop_exception_argument, "ptr",
                                  "No text of a SecureString is there, or it "
                                  "has been freed.");
    if (c->data)
        return hop_throw_null(cx, "ptr");
    RETURN(hop_null());
}

METHOD(free_text)
{
    (void)cx;
    for (size_t i = 0; i < BLOCKS; i++)
        if (blocks[i].address == ARG_I(0))
            hop_secret_freep(&blocks[i].text);
    return true;
}

#define KEEP(n)                                                                \
    {                                                                          \
        "static System.IntPtr " n "(securestring s)", keep_secure              \
    }
#define READ(n, d)                                                             \
    {                                                                          \
        "static string " n "(System.IntPtr ptr)", read_text, d                 \
    }
#define FREE(n)                                                                \
    {                                                                          \
        "static void " n "(System.IntPtr s)", free_text                        \
    }

static const struct hop_method methods[] = {
    KEEP("SecureStringToBSTR"),
    KEEP("SecureStringToCoTaskMemAnsi"),
    KEEP("SecureStringToCoTaskMemUnicode"),
    KEEP("SecureStringToGlobalAllocAnsi"),
    KEEP("SecureStringToGlobalAllocUnicode"),
    READ("PtrToStringAuto", 0),
    READ("PtrToStringAnsi", 0),
    READ("PtrToStringBSTR", 1),
    READ("PtrToStringUni", 0),
    READ("PtrToStringUTF8", 0),
    FREE("ZeroFreeBSTR"),
    FREE("ZeroFreeCoTaskMemAnsi"),
    FREE("ZeroFreeCoTaskMemUnicode"),
    FREE("ZeroFreeGlobalAllocAnsi"),
    FREE("ZeroFreeGlobalAllocUnicode"),
    FREE("FreeBSTR"),
    END_METHODS,
};

const struct hop_class hop_class_marshal = {
    .name = "System.Runtime.InteropServices.Marshal",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = methods,
};
