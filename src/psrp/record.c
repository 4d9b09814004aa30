/* Error records that the protocol itself makes, MS-PSRP 2.2.3.15.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clixml/classes.h"
#include "psrp/body.h"
#include "psrp/session.h"
#include "value/enums.h"
#include "value/member.h"

static void
add_property(struct hop_object *o, const char *name, struct hop_value v)
{
    hop_member_add(o, (struct hop_member){.name = hop_string_from(name),
                                          .kind = HOP_MEMBER_PROPERTY,
                                          .value = v});
}

static struct hop_value
write_exception(struct hop_context *cx, const struct hop_psrp_error *e)
{
    const char *types[] = {e->exception, "System.Exception", "System.Object",
                           NULL};
    struct hop_bag *bag = hop_clixml_bag_new(cx, true);

    hop_psrp_set_types(cx, &bag->base, types);
    bag->text = hop_string_format("%s: %s", e->exception, e->message);
    add_property(&bag->base, "Message", hop_text(e->message));
    add_property(&bag->base, "InnerException", hop_null());
    add_property(&bag->base, "HResult", hop_int(-2146233087));
    return hop_obj(bag);
}

struct hop_value
hop_psrp_error_new(struct hop_context *cx, const struct hop_psrp_error *e)
{
    static const char *const types[] = {
        "System.Management.Automation.ErrorRecord", "System.Object", NULL};
    struct hop_bag *bag = hop_clixml_bag_new(cx, false);
    struct hop_object *o = &bag->base;
    const struct hop_class *categories =
        hop_types_find(cx, "System.Management.Automation.ErrorCategory", 42);
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    if (categories)
        hop_enum_add_text(categories, e->category, &text);
    hop_buf_addf(&text, ": (:) [], %s", e->reason);
    hop_psrp_set_types(cx, o, types);
    bag->text = hop_string_from(e->message);
    hop_custom_set_text(o, "Exception", write_exception(cx, e));
    hop_custom_set_text(o, "TargetObject", hop_null());
    hop_custom_set_text(o, "FullyQualifiedErrorId", hop_text(e->id));
    hop_custom_set_text(o, "InvocationInfo", hop_null());
    hop_custom_set_text(o, "ErrorCategory_Category", hop_int(e->category));
    hop_custom_set_text(o, "ErrorCategory_Activity", hop_text(""));
    hop_custom_set_text(o, "ErrorCategory_Reason", hop_text(e->reason));
    hop_custom_set_text(o, "ErrorCategory_TargetName", hop_text(""));
    hop_custom_set_text(o, "ErrorCategory_TargetType", hop_text(""));
    hop_custom_set_text(o, "ErrorCategory_Message", hop_text_buf(&text));
    hop_custom_set_text(o, "SerializeExtendedInfo", hop_bool(false));
    return hop_obj(bag);
}
