/* SPDX-License-Identifier: MIT */
#include "wsman/message.h"

#include "base/alloc.h"
#include "test.h"

static const struct hop_wsman_limits limits = {512000};

#define ENVELOPE                                                               \
    "<s:Envelope xmlns:s='" HOP_NS_SOAP "' xmlns:a='" HOP_NS_ADDRESSING        \
    "' xmlns:w='" HOP_NS_WSMAN "' xmlns:p='" HOP_NS_WSMV                       \
    "' xmlns:rsp='" HOP_NS_SHELL "' xmlns:n='" HOP_NS_ENUMERATION              \
    "' xmlns:x='" HOP_NS_TRANSFER "'>"
#define ACTION(a) "<a:Action s:mustUnderstand='true'>" a "</a:Action>"
#define TO        "<a:To>http://b:5985/wsman</a:To>"
#define ID        "<a:MessageID>uuid:1</a:MessageID>"
#define REPLY                                                                  \
    "<a:ReplyTo><a:Address>" HOP_URI_ANONYMOUS "</a:Address></a:ReplyTo>"
#define RESOURCE "<w:ResourceURI>" HOP_URI_SHELL_CMD "</w:ResourceURI>"
#define COMMON   TO ID REPLY RESOURCE
#define MESSAGE(headers, body)                                                 \
    ENVELOPE "<s:Header>" headers "</s:Header><s:Body>" body                   \
             "</s:Body></s:Envelope>"
#define GET(headers)        MESSAGE(ACTION(HOP_ACTION_GET) COMMON headers, "")
#define SHELL(action, body) MESSAGE(ACTION(action) COMMON, body)

static bool
decode(struct hop_wsman_message *m, const char *xml, struct hop_fault *f)
{
    *f = (struct hop_fault){0};
    return hop_wsman_request_decode(m, xml, strlen(xml), &limits, f);
}

/* What is refused, with which code, and what the message says. */
static const struct {
    const char *name, *xml;
    uint32_t code;
    const char *text;
} bad[] = {
    {"no XML", "hello", HOP_FAULT_INVALID_XML, "cannot be read"},
    {"nothing", "", HOP_FAULT_INVALID_XML, "there is no root element"},
    {"SOAP 1.1",
     "<s:Envelope xmlns:s='" HOP_NS_SOAP11 "'><s:Body/></s:Envelope>",
     HOP_FAULT_VERSION_MISMATCH, "not a SOAP 1.2 envelope"},
    {"another document", "<html/>", HOP_FAULT_VERSION_MISMATCH,
     "The message is a {}html"},
    {"no body", ENVELOPE "<s:Header/></s:Envelope>",
     HOP_FAULT_SCHEMA_VALIDATION, "no s:Body"},
    {"no header", ENVELOPE "<s:Body/></s:Envelope>", HOP_FAULT_HEADER_REQUIRED,
     "a:Action is missing"},
    {"no Action", MESSAGE(COMMON, ""), HOP_FAULT_HEADER_REQUIRED,
     "a:Action is missing"},
    {"no MessageID", MESSAGE(ACTION(HOP_ACTION_GET) TO REPLY RESOURCE, ""),
     HOP_FAULT_HEADER_REQUIRED, "a:MessageID is missing"},
    {"no To", MESSAGE(ACTION(HOP_ACTION_GET) ID REPLY RESOURCE, ""),
     HOP_FAULT_HEADER_REQUIRED, "a:To is missing"},
    {"no ReplyTo", MESSAGE(ACTION(HOP_ACTION_GET) TO ID RESOURCE, ""),
     HOP_FAULT_HEADER_REQUIRED, "a:ReplyTo is missing"},
    {"no ResourceURI", MESSAGE(ACTION(HOP_ACTION_GET) TO ID REPLY, ""),
     HOP_FAULT_HEADER_REQUIRED, "w:ResourceURI is missing"},
    {"Action twice", GET(ACTION(HOP_ACTION_PUT)), HOP_FAULT_INVALID_HEADER,
     "Action is there twice"},
    {"an empty MessageID",
     MESSAGE(ACTION(HOP_ACTION_GET) TO REPLY RESOURCE
             "<a:MessageID> </a:MessageID>",
             ""),
     HOP_FAULT_INVALID_HEADER, "MessageID is empty"},
    {"a reply to elsewhere",
     MESSAGE(ACTION(HOP_ACTION_GET) TO ID RESOURCE
             "<a:ReplyTo><a:Address>http://evil/</a:Address></a:ReplyTo>",
             ""),
     HOP_FAULT_UNSUPPORTED_ADDRESSING, "anonymous"},
    {"a ReplyTo without an address",
     MESSAGE(ACTION(HOP_ACTION_GET) TO ID RESOURCE "<a:ReplyTo/>", ""),
     HOP_FAULT_INVALID_HEADER, "ReplyTo has no Address"},
    {"an unknown header that must be understood",
     GET("<odd xmlns='urn:x' s:mustUnderstand='true'/>"),
     HOP_FAULT_MUST_UNDERSTAND, "{urn:x}odd is not known here"},
    {"the same with 1", GET("<odd xmlns='urn:x' s:mustUnderstand='1'/>"),
     HOP_FAULT_MUST_UNDERSTAND, "{urn:x}odd"},
    {"a foreign locale that must be understood",
     GET("<w:Locale xml:lang='de-DE' s:mustUnderstand='true'/>"),
     HOP_FAULT_LOCALE_MUST_UNDERSTAND, "de-DE"},
    {"a negative time-out",
     GET("<w:OperationTimeout>PT-1S</w:OperationTimeout>"),
     HOP_FAULT_INVALID_HEADER, "OperationTimeout is not a duration"},
    {"a time-out in years", GET("<w:OperationTimeout>P1Y</w:OperationTimeout>"),
     HOP_FAULT_INVALID_HEADER, "OperationTimeout is not a duration"},
    {"a size that is no number",
     GET("<w:MaxEnvelopeSize>many</w:MaxEnvelopeSize>"),
     HOP_FAULT_INVALID_HEADER, "MaxEnvelopeSize is not a number"},
    {"a size over 64 bits",
     GET("<w:MaxEnvelopeSize>18446744073709551616</w:MaxEnvelopeSize>"),
     HOP_FAULT_INVALID_HEADER, "MaxEnvelopeSize is not a number"},
    {"a size too small", GET("<w:MaxEnvelopeSize>8191</w:MaxEnvelopeSize>"),
     HOP_FAULT_MIN_ENVELOPE_SIZE, "answers of 8191 bytes; the least is 8192"},
    {"a selector without a name",
     GET("<w:SelectorSet><w:Selector>x</w:Selector></w:SelectorSet>"),
     HOP_FAULT_INVALID_SELECTORS, "no usable name"},
    {"a selector twice, in two cases",
     GET("<w:SelectorSet><w:Selector Name='ShellId'>1</w:Selector>"
         "<w:Selector Name='SHELLID'>2</w:Selector></w:SelectorSet>"),
     HOP_FAULT_DUPLICATE_SELECTORS, "SHELLID is there twice"},
    {"an option without a name",
     GET("<w:OptionSet><w:Option>x</w:Option></w:OptionSet>"),
     HOP_FAULT_OPTION_INVALID_NAME, "no usable name"},
    {"a response where a request must be",
     SHELL(HOP_ACTION_RECEIVE "Response", "<rsp:ReceiveResponse/>"),
     HOP_FAULT_ACTION_NOT_SUPPORTED, "belongs to a response"},
    {"Create of nothing", SHELL(HOP_ACTION_CREATE, ""),
     HOP_FAULT_INVALID_SOAP_BODY, "nothing of what to create"},
    {"Command with another's body", SHELL(HOP_ACTION_COMMAND, "<rsp:Send/>"),
     HOP_FAULT_INVALID_SOAP_BODY, "no rsp:CommandLine"},
    {"Command without a command",
     SHELL(HOP_ACTION_COMMAND, "<rsp:CommandLine/>"),
     HOP_FAULT_INVALID_SOAP_BODY, "no rsp:Command"},
    {"Send without a stream", SHELL(HOP_ACTION_SEND, "<rsp:Send/>"),
     HOP_FAULT_INVALID_SOAP_BODY, "no rsp:Stream"},
    {"a stream without a name",
     SHELL(HOP_ACTION_SEND, "<rsp:Send><rsp:Stream/></rsp:Send>"),
     HOP_FAULT_INVALID_SOAP_BODY, "rsp:Stream has no name"},
    {"a stream that is no base64",
     SHELL(HOP_ACTION_SEND,
           "<rsp:Send><rsp:Stream Name='stdin'>Zg=</rsp:Stream></rsp:Send>"),
     HOP_FAULT_INVALID_XML, "<Stream> does not hold valid base64"},
    {"Receive of nothing", SHELL(HOP_ACTION_RECEIVE, "<rsp:Receive/>"),
     HOP_FAULT_INVALID_SOAP_BODY, "no rsp:DesiredStream"},
    {"Signal without a code", SHELL(HOP_ACTION_SIGNAL, "<rsp:Signal/>"),
     HOP_FAULT_INVALID_SOAP_BODY, "no rsp:Code"},
    {"Disconnect for an odd time",
     SHELL(HOP_ACTION_DISCONNECT, "<rsp:Disconnect><rsp:IdleTimeOut>soon"
                                  "</rsp:IdleTimeOut></rsp:Disconnect>"),
     HOP_FAULT_INVALID_SOAP_BODY, "no duration: soon"},
    {"Connect with an empty body", SHELL(HOP_ACTION_CONNECT, ""),
     HOP_FAULT_INVALID_SOAP_BODY, "no rsp:Connect"},
    {"a shell with an odd idle time-out",
     SHELL(HOP_ACTION_CREATE, "<rsp:Shell><rsp:IdleTimeOut>1</rsp:IdleTimeOut>"
                              "</rsp:Shell>"),
     HOP_FAULT_INVALID_SOAP_BODY, "rsp:IdleTimeOut has a value that cannot be"},
    {"a variable without a name",
     SHELL(HOP_ACTION_CREATE, "<rsp:Shell><rsp:Environment><rsp:Variable>x"
                              "</rsp:Variable></rsp:Environment></rsp:Shell>"),
     HOP_FAULT_INVALID_SOAP_BODY, "environment variable has no name"},
    {"an unknown enumeration mode",
     SHELL(HOP_ACTION_ENUMERATE, "<n:Enumerate><w:EnumerationMode>All"
                                 "</w:EnumerationMode></n:Enumerate>"),
     HOP_FAULT_UNSUPPORTED_FEATURE, "EnumerationMode All"},
    {"no elements at all",
     SHELL(HOP_ACTION_ENUMERATE, "<n:Enumerate><w:MaxElements>0"
                                 "</w:MaxElements></n:Enumerate>"),
     HOP_FAULT_INVALID_SOAP_BODY, "MaxElements is no positive number"},
    {"a selector filter without selectors",
     SHELL(HOP_ACTION_ENUMERATE,
           "<n:Enumerate><w:Filter Dialect='" HOP_DIALECT_SELECTOR
           "'>x</w:Filter></n:Enumerate>"),
     HOP_FAULT_CANNOT_PROCESS_FILTER, "no SelectorSet"},
    {"Pull without a context", SHELL(HOP_ACTION_PULL, "<n:Pull/>"),
     HOP_FAULT_INVALID_SOAP_BODY, "no EnumerationContext"},
    {"Release without a context", SHELL(HOP_ACTION_RELEASE, "<n:Release/>"),
     HOP_FAULT_INVALID_SOAP_BODY, "no EnumerationContext"},
    {"a billion laughs",
     "<!DOCTYPE a [<!ENTITY b 'ha'>]>" ENVELOPE "<s:Body>&b;</s:Body>"
     "</s:Envelope>",
     HOP_FAULT_INVALID_XML, "a DOCTYPE is not allowed"},
};

static const char *const good[] = {
    GET("<odd xmlns='urn:x' s:mustUnderstand='false'/><odd xmlns='urn:x'/>"),
    GET("<odd xmlns='urn:x' s:mustUnderstand='1' s:role='urn:another'/>"),
    GET("<w:Locale xml:lang='de-DE' s:mustUnderstand='false'/>"),
    GET("<w:Locale xml:lang='en-GB' s:mustUnderstand='true'/>"),
    GET("<w:MaxEnvelopeSize>8192</w:MaxEnvelopeSize>"),
    GET("<w:MaxEnvelopeSize> 18446744073709551615\n</w:MaxEnvelopeSize>"),
    SHELL(HOP_ACTION_RECONNECT, ""),
    SHELL(HOP_ACTION_RECONNECT, "<rsp:Reconnect/>"),
    SHELL(HOP_ACTION_DISCONNECT, ""),
    SHELL("urn:my/StopService", "<StopService xmlns='urn:my'/>"),
};

/* A header value of n bytes. */
static char *
long_request(const char *before, char fill, size_t n, const char *after)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    hop_buf_adds(&out, before);
    hop_buf_fill(&out, fill, n);
    hop_buf_adds(&out, after);
    return hop_buf_take(&out);
}

static const struct {
    const char *name, *before, *after;
    size_t max;
} texts[] = {
    {"MessageID",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_GET) TO REPLY RESOURCE
     "<a:MessageID>",
     "</a:MessageID></s:Header><s:Body/></s:Envelope>", HOP_WSMAN_MAX_ID},
    {"To",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_GET) ID REPLY RESOURCE "<a:To>",
     "</a:To></s:Header><s:Body/></s:Envelope>", HOP_WSMAN_MAX_URI},
    {"Action", ENVELOPE "<s:Header>" COMMON "<a:Action>",
     "</a:Action></s:Header><s:Body/></s:Envelope>", HOP_WSMAN_MAX_URI},
    {"ResourceURI",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_GET) TO ID REPLY "<w:ResourceURI>",
     "</w:ResourceURI></s:Header><s:Body/></s:Envelope>", HOP_WSMAN_MAX_URI},
    {"SessionId",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_GET) COMMON "<p:SessionId>",
     "</p:SessionId></s:Header><s:Body/></s:Envelope>", HOP_WSMAN_MAX_ID},
    {"a selector's name",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_GET) COMMON
     "<w:SelectorSet><w:Selector Name='",
     "'/></w:SelectorSet></s:Header><s:Body/></s:Envelope>",
     HOP_WSMAN_MAX_NAME},
    {"an option's name",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_GET) COMMON
     "<w:OptionSet><w:Option Name='",
     "'/></w:OptionSet></s:Header><s:Body/></s:Envelope>", HOP_WSMAN_MAX_NAME},
    {"CommandId",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_SIGNAL) COMMON
     "</s:Header><s:Body><rsp:Signal CommandId='",
     "'><rsp:Code>x</rsp:Code></rsp:Signal></s:Body></s:Envelope>",
     HOP_WSMAN_MAX_ID},
    {"ShellId",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_CREATE) COMMON
     "</s:Header><s:Body><rsp:Shell ShellId='",
     "'/></s:Body></s:Envelope>", HOP_WSMAN_MAX_ID},
};

static void
check_text_limits(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(texts); i++) {
        ROW(texts[i].name);
        for (size_t over = 0; over < 2; over++) {
            HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
            HOP_AUTO_FREE char *xml = long_request(
                texts[i].before, 'A', texts[i].max + over, texts[i].after);
            struct hop_fault f;

            CHECK(decode(&m, xml, &f) == (over == 0));
        }
    }
}

/* Repeats a piece n times, with a number for its '#'. */
static char *
many(const char *before, const char *piece, size_t n, const char *after)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    hop_buf_adds(&out, before);
    for (size_t i = 0; i < n; i++) {
        const char *mark = strchr(piece, '#');

        hop_buf_addf(&out, "%.*s%zu%s", (int)(mark - piece), piece, i,
                     mark + 1);
    }
    hop_buf_adds(&out, after);
    return hop_buf_take(&out);
}

static const struct {
    const char *name, *before, *piece, *after;
    size_t max;
    uint32_t code;
} counts[] = {
    {"selectors",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_GET) COMMON "<w:SelectorSet>",
     "<w:Selector Name='n#'>v</w:Selector>",
     "</w:SelectorSet></s:Header><s:Body/></s:Envelope>",
     HOP_WSMAN_MAX_SELECTORS, HOP_FAULT_SELECTOR_LIMIT},
    {"options",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_GET) COMMON "<w:OptionSet>",
     "<w:Option Name='n#'>v</w:Option>",
     "</w:OptionSet></s:Header><s:Body/></s:Envelope>", HOP_WSMAN_MAX_OPTIONS,
     HOP_FAULT_OPTION_LIMIT},
    {"variables",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_CREATE) COMMON
     "</s:Header><s:Body><rsp:Shell><rsp:Environment>",
     "<rsp:Variable Name='n#'>v</rsp:Variable>",
     "</rsp:Environment></rsp:Shell></s:Body></s:Envelope>",
     HOP_WSMAN_MAX_VARIABLES, HOP_FAULT_ENCODING_LIMIT},
    {"arguments",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_COMMAND) COMMON
     "</s:Header><s:Body><rsp:CommandLine><rsp:Command/>",
     "<rsp:Arguments>#</rsp:Arguments>",
     "</rsp:CommandLine></s:Body></s:Envelope>", HOP_WSMAN_MAX_ARGUMENTS,
     HOP_FAULT_ENCODING_LIMIT},
    {"streams",
     ENVELOPE "<s:Header>" ACTION(HOP_ACTION_SEND) COMMON
     "</s:Header><s:Body><rsp:Send>",
     "<rsp:Stream Name='s#'/>", "</rsp:Send></s:Body></s:Envelope>",
     HOP_WSMAN_MAX_STREAMS, HOP_FAULT_ENCODING_LIMIT},
    {"levels", ENVELOPE "<s:Body>", "<a n='#'>", "", 62,
     HOP_FAULT_ENCODING_LIMIT},
};

static void
check_count_limits(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(counts); i++) {
        ROW(counts[i].name);
        for (size_t over = 0; over < 2; over++) {
            HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
            HOP_AUTO_FREE char *xml =
                many(counts[i].before, counts[i].piece, counts[i].max + over,
                     counts[i].after);
            struct hop_fault f;
            bool ok = decode(&m, xml, &f);

            if (over)
                CHECK_INT(f.code, counts[i].code);
            else
                CHECK(ok || f.code == HOP_FAULT_INVALID_XML);
        }
    }
}

TEST(an_envelope_over_the_limit_is_told_so)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    struct hop_fault f;
    size_t n = limits.max_bytes + 1;
    HOP_AUTO_FREE char *xml = hop_xmalloc(n);

    memset(xml, ' ', n);
    CHECK(!hop_wsman_request_decode(&m, xml, n, &limits, &f));
    CHECK_INT(f.code, HOP_FAULT_ENVELOPE_TOO_LARGE);
    CHECK(strstr(f.message, "512001 bytes; the largest accepted here has "
                            "512000 (MaxEnvelopeSizekb)"));
}

/* As pywinrm 0.4 writes it: other prefixes, attributes on every element, and a
 * spelling of IdleTimeOut of its own. */
TEST(a_shell_as_pywinrm_asks_for_it)
{
    static const char xml[] =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<env:Envelope "
        "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
        "xmlns:env=\"" HOP_NS_SOAP "\" xmlns:a=\"" HOP_NS_ADDRESSING
        "\" xmlns:w=\"" HOP_NS_WSMAN "\" xmlns:p=\"" HOP_NS_WSMV
        "\" xmlns:rsp=\"" HOP_NS_SHELL
        "\"><env:Header><a:To>http://windows-host:5985/wsman</a:To><a:ReplyTo>"
        "<a:Address mustUnderstand=\"true\">" HOP_URI_ANONYMOUS "</a:Address>"
        "</a:ReplyTo><w:MaxEnvelopeSize mustUnderstand=\"true\">153600"
        "</w:MaxEnvelopeSize><a:MessageID>uuid:11111111-1111-1111-1111-11111111"
        "1113</a:MessageID><w:Locale mustUnderstand=\"false\" "
        "xml:lang=\"en-US\"></w:Locale><p:DataLocale mustUnderstand=\"false\" "
        "xml:lang=\"en-US\"></p:DataLocale><w:OperationTimeout>PT20S"
        "</w:OperationTimeout><w:ResourceURI "
        "mustUnderstand=\"true\">" HOP_URI_SHELL_CMD
        "</w:ResourceURI><a:Action mustUnderstand=\"true\">" HOP_ACTION_CREATE
        "</a:Action><w:OptionSet><w:Option Name=\"WINRS_"
        "NOPROFILE\">FALSE</w:Option><w:Option Name=\"WINRS_CODEPAGE\">437"
        "</w:Option></w:OptionSet></env:Header><env:Body><rsp:Shell>"
        "<rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout "
        "stderr</rsp:OutputStreams><rsp:WorkingDirectory>/tmp"
        "</rsp:WorkingDirectory><rsp:IdleTimeout>PT90S</rsp:IdleTimeout>"
        "<rsp:Environment><rsp:Variable Name=\"A\">1 &amp; 2</rsp:Variable>"
        "</rsp:Environment></rsp:Shell></env:Body></env:Envelope>";
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    struct hop_fault f;

    REQUIRE(decode(&m, xml, &f));
    CHECK_INT(m.kind, HOP_WSMAN_CREATE);
    CHECK(m.has_shell);
    CHECK_STR(m.header.to, "http://windows-host:5985/wsman");
    CHECK_INT(m.header.max_envelope_bytes, 153600);
    CHECK_INT(m.header.timeout_ms, 20000);
    CHECK_STR(m.header.locale, "en-US");
    CHECK_STR(m.header.data_locale, "en-US");
    CHECK(!hop_wsman_option_true(&m, HOP_OPTION_NOPROFILE));
    REQUIRE(hop_wsman_option(&m, "winrs_codepage"));
    CHECK_STR(hop_wsman_option(&m, "winrs_codepage")->value, "437");
    CHECK_STR(m.shell.output_streams, "stdout stderr");
    CHECK_STR(m.shell.working_directory, "/tmp");
    CHECK_INT(m.shell.idle_timeout_ms, 90000);
    CHECK_INT(m.shell.lifetime_ms, -1);
    REQUIRE(m.shell.environment_count == 1);
    CHECK_STR(m.shell.environment[0].name, "A");
    CHECK_STR(m.shell.environment[0].value, "1 & 2");
}

/* Encodes, decodes, and hands the decoded one back. */
static bool
there_and_back(const struct hop_wsman_message *m,
               struct hop_wsman_message *back)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_fault f = {0};
    struct hop_error err = {0};
    bool ok;

    hop_wsman_encode(&out, m);
    ok = m->kind % 2
             ? hop_wsman_response_decode(back, out.data, out.len, &limits, &err)
             : hop_wsman_request_decode(back, out.data, out.len, &limits, &f);
    CHECK_STR(f.message, "");
    CHECK_STR(err.text, "");
    CHECK_INT(back->kind, m->kind);
    return ok;
}

static void
start(struct hop_wsman_message *m, enum hop_wsman_kind kind)
{
    hop_wsman_message_init(m, kind);
    m->header.to = "https://b:5986/wsman";
    m->header.message_id = "uuid:1";
    m->header.resource_uri = HOP_URI_SHELL_CMD;
}

TEST(every_header_goes_there_and_back)
{
    static const struct hop_wsman_selector selectors[] = {{"ShellId", "A<B"},
                                                          {"other", ""}};
    static const struct hop_wsman_option options[] = {
        {"WINRS_SKIP_CMD_SHELL", "TRUE", NULL, false},
        {"protocolversion", "2.3", "xs:string", true}};
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message back;
    struct hop_wsman_message m;
    struct hop_wsman_header *h = &m.header;

    start(&m, HOP_WSMAN_DELETE);
    h->max_envelope_bytes = 512000;
    h->timeout_ms = 60000;
    h->locale = "en-US";
    h->data_locale = "de-DE";
    h->session_id = "uuid:S";
    h->operation_id = "uuid:O";
    h->sequence_id = 7;
    h->has_sequence_id = true;
    h->compression = "xpress";
    h->want_total_estimate = true;
    h->selectors = selectors;
    h->selector_count = 2;
    h->options = options;
    h->option_count = 2;
    REQUIRE(there_and_back(&m, &back));
    h = &back.header;
    CHECK_STR(h->action, HOP_ACTION_DELETE);
    CHECK_STR(h->to, "https://b:5986/wsman");
    CHECK_STR(h->reply_to, HOP_URI_ANONYMOUS);
    CHECK_INT(h->max_envelope_bytes, 512000);
    CHECK_INT(h->timeout_ms, 60000);
    CHECK_STR(h->locale, "en-US");
    CHECK_STR(h->data_locale, "de-DE");
    CHECK_STR(h->session_id, "uuid:S");
    CHECK_STR(h->operation_id, "uuid:O");
    CHECK(h->has_sequence_id);
    CHECK_INT(h->sequence_id, 7);
    CHECK_STR(h->compression, "xpress");
    CHECK(h->want_total_estimate);
    CHECK_STR(hop_wsman_selector(&back, "shellid"), "A<B");
    CHECK_STR(hop_wsman_selector(&back, "other"), "");
    CHECK(!hop_wsman_selector(&back, "none"));
    CHECK(hop_wsman_option_true(&back, "WINRS_SKIP_CMD_SHELL"));
    REQUIRE(hop_wsman_option(&back, "protocolversion"));
    CHECK(hop_wsman_option(&back, "protocolversion")->must_comply);
    CHECK_STR(hop_wsman_option(&back, "protocolversion")->type, "xs:string");
}

TEST(an_answer_relates_to_its_request)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message request, back;
    struct hop_wsman_message m, answer;
    struct hop_fault f;

    REQUIRE(decode(&request,
                   GET("<p:OperationID>uuid:O</p:OperationID>"
                       "<p:SequenceId>3</p:SequenceId>"),
                   &f));
    hop_wsman_answer_init(&answer, HOP_WSMAN_DELETE_RESPONSE, &request,
                          "uuid:2");
    answer.header.total_estimate = 12;
    answer.header.activity_id = "X";
    REQUIRE(there_and_back(&answer, &back));
    CHECK_STR(back.header.relates_to, "uuid:1");
    CHECK_STR(back.header.message_id, "uuid:2");
    CHECK_STR(back.header.operation_id, "uuid:O");
    CHECK_INT(back.header.sequence_id, 3);
    CHECK_INT(back.header.total_estimate, 12);
    CHECK_STR(back.header.activity_id, "X");
    CHECK_STR(back.header.to, HOP_URI_ANONYMOUS);
    hop_wsman_message_done(&back);
    start(&m, HOP_WSMAN_INVOKE);
    m.header.action = "urn:do/It";
    hop_wsman_answer_init(&answer, HOP_WSMAN_INVOKE_RESPONSE, &m, "uuid:3");
    REQUIRE(there_and_back(&answer, &back));
    CHECK_STR(back.header.action, "urn:do/ItResponse");
}

TEST(identify_needs_no_header)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message asked, back;
    struct hop_wsman_message m;

    hop_wsman_message_init(&m, HOP_WSMAN_IDENTIFY);
    REQUIRE(there_and_back(&m, &asked));
    hop_wsman_message_init(&m, HOP_WSMAN_IDENTIFY_RESPONSE);
    m.identify.product_vendor = "Hop";
    m.identify.product_version = "OS: 6.1 SP: 0.0 Stack: 3.0";
    REQUIRE(there_and_back(&m, &back));
    CHECK_STR(back.identify.protocol_version, HOP_NS_WSMAN);
    CHECK_STR(back.identify.product_vendor, "Hop");
    CHECK_STR(back.identify.product_version, "OS: 6.1 SP: 0.0 Stack: 3.0");
}

/* As the WSMan cmdlets of Windows write it: no header element at all. */
TEST(identify_without_a_header_element)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    struct hop_fault f;

    CHECK(decode(&m,
                 "<s:Envelope xmlns:s='" HOP_NS_SOAP
                 "' xmlns:wsmid='" HOP_NS_IDENTITY
                 "'><s:Body><wsmid:Identify/></s:Body>"
                 "</s:Envelope>",
                 &f));
    CHECK_INT(m.kind, HOP_WSMAN_IDENTIFY);
}

TEST(an_enumeration_goes_there_and_back)
{
    static const struct hop_wsman_selector selectors[] = {{"ShellId", "X"}};
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message b1, b2, b3, b4, b5, b6;
    struct hop_wsman_message m;

    start(&m, HOP_WSMAN_ENUMERATE);
    m.enumeration.optimize = true;
    m.enumeration.max_elements = 32000;
    m.enumeration.mode = HOP_WSMAN_MODE_OBJECT_AND_EPR;
    m.enumeration.filter_dialect = HOP_DIALECT_WQL;
    m.enumeration.filter = "select * from Win32_Service where State='<x>'";
    m.enumeration.expires = "PT60S";
    REQUIRE(there_and_back(&m, &b1));
    CHECK(b1.enumeration.optimize);
    CHECK_INT(b1.enumeration.max_elements, 32000);
    CHECK_INT(b1.enumeration.mode, HOP_WSMAN_MODE_OBJECT_AND_EPR);
    CHECK_STR(b1.enumeration.filter_dialect, HOP_DIALECT_WQL);
    CHECK_STR(b1.enumeration.filter, m.enumeration.filter);
    CHECK_STR(b1.enumeration.expires, "PT60S");

    start(&m, HOP_WSMAN_ENUMERATE);
    m.enumeration.mode = HOP_WSMAN_MODE_EPR;
    m.enumeration.filter_dialect = HOP_DIALECT_SELECTOR;
    m.enumeration.filter_selectors = selectors;
    m.enumeration.filter_selector_count = 1;
    REQUIRE(there_and_back(&m, &b2));
    CHECK_INT(b2.enumeration.mode, HOP_WSMAN_MODE_EPR);
    REQUIRE(b2.enumeration.filter_selector_count == 1);
    CHECK_STR(b2.enumeration.filter_selectors[0].value, "X");

    start(&m, HOP_WSMAN_ENUMERATE_RESPONSE);
    m.enumeration.context = "uuid:C";
    m.enumeration.items_xml = "<i xmlns='u'>1</i><i xmlns='u'>2</i>";
    m.enumeration.items_xml_len = strlen(m.enumeration.items_xml);
    REQUIRE(there_and_back(&m, &b3));
    CHECK_STR(b3.enumeration.context, "uuid:C");
    CHECK(!b3.enumeration.end_of_sequence);
    REQUIRE(b3.enumeration.items && b3.enumeration.items->next);
    CHECK_STR(b3.enumeration.items->next->text, "2");

    start(&m, HOP_WSMAN_PULL);
    m.enumeration.context = "uuid:C";
    m.enumeration.max_elements = 20;
    m.enumeration.max_characters = 1000;
    m.enumeration.max_time_ms = 5000;
    REQUIRE(there_and_back(&m, &b4));
    CHECK_STR(b4.enumeration.context, "uuid:C");
    CHECK_INT(b4.enumeration.max_elements, 20);
    CHECK_INT(b4.enumeration.max_characters, 1000);
    CHECK_INT(b4.enumeration.max_time_ms, 5000);

    start(&m, HOP_WSMAN_PULL_RESPONSE);
    m.enumeration.end_of_sequence = true;
    m.enumeration.items = b3.enumeration.items;
    REQUIRE(there_and_back(&m, &b5));
    CHECK(b5.enumeration.end_of_sequence);
    CHECK(!b5.enumeration.context);
    REQUIRE(b5.enumeration.items);
    CHECK(hop_xml_node_is(b5.enumeration.items, "u", "i"));

    start(&m, HOP_WSMAN_RELEASE);
    m.enumeration.context = "uuid:C";
    REQUIRE(there_and_back(&m, &b6));
    CHECK_STR(b6.enumeration.context, "uuid:C");
}

static const struct {
    enum hop_wsman_signal_code code;
    const char *uri;
} signals[] = {
    {HOP_WSMAN_SIGNAL_TERMINATE, HOP_SIGNAL_TERMINATE},
    {HOP_WSMAN_SIGNAL_TERMINATE, HOP_NS_SHELL "/signal/Terminate"},
    {HOP_WSMAN_SIGNAL_CTRL_C, HOP_NS_SHELL "/signal/ctrl_c"},
    {HOP_WSMAN_SIGNAL_CTRL_BREAK, HOP_NS_SHELL "/signal/ctrl_break"},
    {HOP_WSMAN_SIGNAL_PS_CTRL_C, "powershell/signal/crtl_c"},
    {HOP_WSMAN_SIGNAL_OTHER, "urn:hup"},
};

TEST(signals_are_known_by_their_uri)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(signals); i++) {
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message back;
        struct hop_wsman_message m;

        start(&m, HOP_WSMAN_SIGNAL);
        m.signal.uri = signals[i].uri;
        m.signal.command_id = "C";
        REQUIRE(there_and_back(&m, &back));
        CHECK_INT(back.signal.code, signals[i].code);
        CHECK_STR(back.signal.uri, signals[i].uri);
        CHECK_STR(back.signal.command_id, "C");
        hop_wsman_message_done(&back);
        m.signal.code = signals[i].code;
        REQUIRE(there_and_back(&m, &back));
        CHECK_INT(back.signal.code, signals[i].code);
    }
}

TEST(a_command_goes_there_and_back)
{
    static const char *const args[] = {"a b", "", "<&>", "\xC3\xA4"};
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message back, answer;
    struct hop_wsman_message m;

    start(&m, HOP_WSMAN_COMMAND);
    m.command.command_id = "C";
    m.command.command_line = "echo \"x\"";
    m.command.arguments = args;
    m.command.argument_count = 4;
    REQUIRE(there_and_back(&m, &back));
    CHECK_STR(back.command.command_id, "C");
    CHECK_STR(back.command.command_line, "echo \"x\"");
    REQUIRE(back.command.argument_count == 4);
    for (size_t i = 0; i < 4; i++)
        CHECK_STR(back.command.arguments[i], args[i]);
    start(&m, HOP_WSMAN_COMMAND_RESPONSE);
    m.command.command_id = "C";
    REQUIRE(there_and_back(&m, &answer));
    CHECK_STR(answer.command.command_id, "C");
}

/* WinRM writes a command killed by a signal as 3221225786. */
TEST(exit_codes_keep_their_32_bits)
{
    static const struct {
        const char *text;
        long long want; /* over 32 bits: refused */
    } rows[] = {
        {"0", 0},
        {"2147483647", INT32_MAX},
        {"3221225786", (int32_t)3221225786u},
        {"4294967295", -1},
        {"-1", -1},
        {"-2147483648", INT32_MIN},
        {"-2147483649", 1LL << 40},
        {"4294967296", 1LL << 40},
        {"x", 1LL << 40},
        {"", 1LL << 40},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_FREE char *xml =
            hop_xasprintf(MESSAGE(ACTION(HOP_ACTION_RECEIVE "Response"),
                                  "<rsp:ReceiveResponse><rsp:CommandState "
                                  "State='" HOP_COMMAND_STATE
                                  "Done'><rsp:ExitCode>%s</rsp:ExitCode>"
                                  "</rsp:CommandState></rsp:ReceiveResponse>"),
                          rows[i].text);
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
        struct hop_error err;
        bool ok =
            hop_wsman_response_decode(&m, xml, strlen(xml), &limits, &err);

        CHECK(ok == (rows[i].want <= INT32_MAX));
        if (ok)
            CHECK_INT(m.receive.exit_code, rows[i].want);
    }
}

TEST(what_is_no_answer_is_an_error)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    struct hop_error err;

    CHECK(!hop_wsman_response_decode(&m, "<html/>", 7, &limits, &err));
    CHECK_INT(err.domain, HOP_ERROR_PROTOCOL);
    CHECK(strstr(err.text, "the answer is no WS-Management response"));
}

/* A message cut anywhere is refused, never half understood. */
static void
check_prefixes(const char *xml)
{
    size_t n = strlen(xml);

    for (size_t len = 0; len < n; len++) {
        HOP_AUTO_FREE char *cut = hop_xstrndup(xml, len);
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
        struct hop_fault f;

        CHECK(!hop_wsman_request_decode(&m, cut, len, &limits, &f));
        CHECK_INT(f.code, HOP_FAULT_INVALID_XML);
    }
}

TEST(no_prefix_of_a_message_is_a_message)
{
    check_prefixes(GET("<w:SelectorSet><w:Selector Name='ShellId'>1"
                       "</w:Selector></w:SelectorSet>"));
    check_prefixes(SHELL(HOP_ACTION_SEND,
                         "<rsp:Send><rsp:Stream Name='stdin' End='true'>Zm9v"
                         "</rsp:Stream></rsp:Send>"));
}

/* Whatever byte is changed to whatever: an answer or a fault, never worse. */
TEST(changed_bytes_do_no_harm)
{
    const char *xml =
        SHELL(HOP_ACTION_CREATE,
              "<rsp:Shell ShellId='X'><rsp:Environment>"
              "<rsp:Variable Name='A'>b</rsp:Variable>"
              "</rsp:Environment><rsp:IdleTimeOut>PT9S"
              "</rsp:IdleTimeOut><creationXml xmlns='" HOP_NS_POWERSHELL
              "'>Zm9v</creationXml>"
              "</rsp:Shell>");
    static const unsigned char with[] = {0,    '<', '>',  '&',
                                         '\'', ' ', 0x80, 0xFF};
    size_t n = strlen(xml), refused = 0, taken = 0;

    for (size_t i = 0; i < n * HOP_ARRAY_SIZE(with); i++) {
        HOP_AUTO_FREE char *copy = hop_xstrndup(xml, n);
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
        struct hop_fault f = {0};

        copy[i / HOP_ARRAY_SIZE(with)] = (char)with[i % HOP_ARRAY_SIZE(with)];
        if (hop_wsman_request_decode(&m, copy, n, &limits, &f)) {
            taken++;
        } else {
            refused++;
            CHECK(f.code != 0 && f.reason[0] != '\0');
        }
    }
    CHECK(refused > n && taken > 0);
}

int
main(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(bad); i++) {
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
        struct hop_fault f;

        ROW(bad[i].name);
        CHECK(!decode(&m, bad[i].xml, &f));
        CHECK_INT(f.code, bad[i].code);
        if (!strstr(f.message, bad[i].text))
            CHECK_STR(f.message, bad[i].text);
    }
    for (size_t i = 0; i < HOP_ARRAY_SIZE(good); i++) {
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
        struct hop_fault f;

        ROW("a message that is unusual and right");
        CHECK(decode(&m, good[i], &f));
        CHECK_STR(f.message, "");
    }
    check_text_limits();
    check_count_limits();
    RUN(an_envelope_over_the_limit_is_told_so);
    RUN(a_shell_as_pywinrm_asks_for_it);
    RUN(every_header_goes_there_and_back);
    RUN(an_answer_relates_to_its_request);
    RUN(identify_needs_no_header);
    RUN(identify_without_a_header_element);
    RUN(an_enumeration_goes_there_and_back);
    RUN(signals_are_known_by_their_uri);
    RUN(a_command_goes_there_and_back);
    RUN(exit_codes_keep_their_32_bits);
    RUN(what_is_no_answer_is_an_error);
    RUN(no_prefix_of_a_message_is_a_message);
    RUN(changed_bytes_do_no_harm);
    return test_done();
}
