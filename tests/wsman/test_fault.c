/* SPDX-License-Identifier: MIT */
#include "wsman/fault.h"

#include "test.h"
#include "wsman/fault_table.h"
#include "wsman/message.h"

static const struct hop_wsman_limits limits = {512000};

TEST(the_table_is_in_order_and_complete)
{
    for (size_t i = 0; i < hop_fault_row_count; i++) {
        const struct hop_fault_row *r = &hop_fault_rows[i];

        CHECK(i == 0 || hop_fault_rows[i - 1].code < r->code);
        CHECK(hop_fault_row_find(r->code) == r);
        CHECK(r->text && r->text[strlen(r->text) - 1] == '.');
        CHECK(r->symbol && r->value && r->http_status == 500);
        CHECK(r->subcode == NULL || strchr("waxn", r->subcode[0]));
    }
}

TEST(an_unknown_code_is_an_internal_error)
{
    const struct hop_fault_row *r = hop_fault_row_find(0x12345678);

    CHECK_STR(r->value, "Receiver");
    CHECK_STR(r->subcode, "w:InternalError");
    CHECK_INT(r->http_status, 500);
}

TEST(a_fault_tells_what_and_which)
{
    struct hop_fault f;
    struct hop_error err;

    hop_fault_set(&f, HOP_FAULT_UNEXPECTED_SELECTORS, "There is no shell %s.",
                  "X");
    CHECK_STR(f.value, "Sender");
    CHECK_STR(f.subcode, "InvalidSelectors");
    CHECK_STR(f.subcode_ns, HOP_NS_WSMAN);
    CHECK_STR(f.detail, HOP_URI_FAULT_DETAIL "UnexpectedSelectors");
    CHECK_STR(f.message, "There is no shell X.");
    CHECK_INT(hop_fault_http_status(&f), 500);
    CHECK(!hop_fault_to_error(&f, &err));
    CHECK_INT(err.domain, HOP_ERROR_WSMAN);
    CHECK_INT(err.code, 0x8033805B);
    CHECK_STR(err.text, "There is no shell X. "
                        "(0x8033805B ERROR_WSMAN_UNEXPECTED_SELECTORS)");
    hop_fault_set(&f, HOP_FAULT_OPERATION_TIMEDOUT, NULL);
    CHECK(hop_fault_is_timeout(&f));
    CHECK_STR(f.message, f.reason);
}

TEST(errors_become_faults)
{
    struct hop_error err = {HOP_ERROR_WSMAN, 0x8009030E, "no credential"};
    struct hop_fault f;

    hop_fault_from_error(&f, &err);
    CHECK_INT(f.code, 0x8009030E);
    CHECK_STR(f.message, "no credential");
    err.domain = HOP_ERROR_LIMIT;
    hop_fault_from_error(&f, &err);
    CHECK_INT(f.code, HOP_FAULT_ENVELOPE_TOO_LARGE);
    err.domain = HOP_ERROR_PROTOCOL;
    hop_fault_from_error(&f, &err);
    CHECK_INT(f.code, HOP_FAULT_SCHEMA_VALIDATION);
    err.domain = HOP_ERROR_ERRNO;
    hop_fault_from_error(&f, &err);
    CHECK_INT(f.code, HOP_FAULT_PROVIDER_FAILURE);
}

static bool
send_and_read(const struct hop_fault *f, struct hop_wsman_message *back)
{
    struct hop_wsman_message m;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err;

    hop_wsman_message_init(&m, HOP_WSMAN_FAULT);
    m.header.message_id = "uuid:A";
    m.header.relates_to = "uuid:B";
    m.fault = *f;
    hop_wsman_encode(&out, &m);
    return hop_wsman_response_decode(back, out.data, out.len, &limits, &err);
}

TEST(every_fault_of_the_table_survives_the_wire)
{
    for (size_t i = 0; i < hop_fault_row_count; i++) {
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message back;
        struct hop_fault f;

        hop_fault_set(&f, hop_fault_rows[i].code, "it is <%zu>", i);
        snprintf(f.machine, sizeof(f.machine), "b.corp.test");
        snprintf(f.provider, sizeof(f.provider), "Shell & more");
        snprintf(f.provider_path, sizeof(f.provider_path), "/usr/lib/hop");
        CHECK(send_and_read(&f, &back));
        CHECK_INT(back.kind, HOP_WSMAN_FAULT);
        CHECK_STR(back.header.relates_to, "uuid:B");
        CHECK_INT(back.fault.code, f.code);
        CHECK_STR(back.fault.value, f.value);
        CHECK_STR(back.fault.subcode, f.subcode);
        CHECK_STR(back.fault.subcode_ns, f.subcode_ns);
        CHECK_STR(back.fault.detail, f.detail);
        CHECK_STR(back.fault.reason, f.reason);
        CHECK_STR(back.fault.message, f.message);
        CHECK_STR(back.fault.machine, f.machine);
        CHECK_STR(back.fault.provider, f.provider);
        CHECK_STR(back.fault.provider_path, f.provider_path);
    }
}

TEST(a_subcode_of_another_namespace_survives)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message back;
    struct hop_fault f = {.value = "Sender",
                          .subcode = "Odd",
                          .subcode_ns = "urn:odd",
                          .reason = "odd"};

    CHECK(send_and_read(&f, &back));
    CHECK_STR(back.fault.subcode, "Odd");
    CHECK_STR(back.fault.subcode_ns, "urn:odd");
    CHECK_INT(back.fault.code, 0);
}

/* As Exchange and the PowerShell plug-in write it. */
TEST(a_document_in_a_provider_fault_becomes_its_text)
{
    static const char xml[] =
        "<s:Envelope xmlns:s='" HOP_NS_SOAP "'><s:Body><s:Fault><s:Code>"
        "<s:Value>s:Receiver</s:Value></s:Code><s:Detail><f:WSManFault "
        "xmlns:f='" HOP_NS_WSMANFAULT "' Code='2689860592' Machine='m'>"
        "<f:Message><f:ProviderFault provider='p' path='q'><PSProtocolError "
        "Version='2'>not <b>this</b></PSProtocolError></f:ProviderFault>"
        "</f:Message></f:WSManFault></s:Detail></s:Fault></s:Body>"
        "</s:Envelope>";
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    struct hop_error err;

    CHECK(hop_wsman_response_decode(&m, xml, strlen(xml), &limits, &err));
    CHECK_STR(m.fault.message, "not  this");
    CHECK_STR(m.fault.provider, "p");
    CHECK_INT(m.fault.code, 2689860592);
}

/* A long text is cut at a character, not within one. */
TEST(texts_over_their_limit_are_cut)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message back;
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message again;
    struct hop_fault f;

    hop_fault_set(&f, 5, NULL);
    memset(f.message, 'x', sizeof(f.message) - 1);
    CHECK(send_and_read(&f, &back));
    CHECK_STR(back.fault.message, f.message);
    for (size_t i = 0; i + 2 < sizeof(f.provider); i += 2)
        memcpy(f.provider + i, "\xC3\xA4", 2);
    CHECK(send_and_read(&f, &again));
    CHECK_INT(strlen(again.fault.provider), sizeof(f.provider) - 2);
}

int
main(void)
{
    RUN(the_table_is_in_order_and_complete);
    RUN(an_unknown_code_is_an_internal_error);
    RUN(a_fault_tells_what_and_which);
    RUN(errors_become_faults);
    RUN(every_fault_of_the_table_survives_the_wire);
    RUN(a_subcode_of_another_namespace_survives);
    RUN(a_document_in_a_provider_fault_becomes_its_text);
    RUN(texts_over_their_limit_are_cut);
    return test_done();
}
