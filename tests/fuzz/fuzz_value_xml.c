/* Documents as [xml] reads them: what one writes reads the same again, and
 * nodes may be moved and dropped in any order.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "value/member.h"

static struct hop_value
get(struct hop_context *cx, struct hop_value v, const char *name)
{
    HOP_AUTO_STRING struct hop_string *s = hop_string_from(name);
    struct hop_value out = hop_null();

    if (hop_member_get(cx, v, s, &out) == HOP_FAILED)
        hop_drop_exception(cx);
    return out;
}

static void
call(struct hop_context *cx, struct hop_value v, const char *name,
     const struct hop_value *args, size_t n)
{
    HOP_AUTO_STRING struct hop_string *s = hop_string_from(name);
    HOP_AUTO_VALUE struct hop_value out = hop_null();

    if (!hop_member_call(cx, v, s, args, n, NULL, &out))
        hop_drop_exception(cx);
}

static void
stir(struct hop_context *cx, struct hop_value doc)
{
    HOP_AUTO_VALUE struct hop_value root = get(cx, doc, "DocumentElement");
    HOP_AUTO_VALUE struct hop_value first = hop_null(), last = hop_null();
    HOP_AUTO_VALUE struct hop_value text = hop_null();

    if (hop_is_null(root))
        return;
    first = get(cx, root, "FirstChild");
    last = get(cx, root, "LastChild");
    if (!hop_is_null(first)) {
        call(cx, root, "AppendChild", &first, 1);
        call(cx, root, "PrependChild", &last, 1);
        call(cx, first, "AppendChild", &root, 1);
        call(cx, root, "RemoveChild", &first, 1);
        call(cx, root, "AppendChild", &first, 1);
    }
    call(cx, root, "RemoveAll", NULL, 0);
    text = get(cx, last, "OuterXml");
    call(cx, root, "AppendChild", &last, 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hop_context cx;

    if (size > 8192)
        return 0;
    hop_context_init(&cx, NULL, NULL);
    {
        HOP_AUTO_VALUE struct hop_value s = hop_textn((const char *)data, size);
        HOP_AUTO_VALUE struct hop_value doc = hop_null(), again = hop_null();
        HOP_AUTO_VALUE struct hop_value once = hop_null(), twice = hop_null();

        if (hop_try_convert(&cx, s, &hop_class_xml_document, &doc)) {
            once = get(&cx, doc, "OuterXml");
            if (hop_is_string(once) && once.u.s->len &&
                hop_try_convert(&cx, once, &hop_class_xml_document, &again))
                twice = get(&cx, again, "OuterXml");
            stir(&cx, doc);
        }
    }
    hop_context_done(&cx);
    return 0;
}
