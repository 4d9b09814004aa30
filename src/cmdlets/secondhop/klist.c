/* klist, with the command line and the words of Windows' own; MIT's takes over
 * for the options that are its own.
 *
 *     klist [-lh HIGH] [-li LOGONID]
 *           [tickets | tgt | sessions | purge | kcd_cache | query_bind | get
 * SPN]
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "auth/tickets.h"
#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/secondhop/secondhop.h"
#include "engine/engine.h"

/* The logon session of the machine itself. */
#define MACHINE_ID   0x3e7
#define AUTO_TICKETS HOP_CLEANUP(hop_tickets_done)
#define AUTO_STATUS  HOP_CLEANUP(hop_agent_status_done)

enum { WORDS };
static const struct hop_param params[] = {
    [WORDS] = {"Words", "string[]", HOP_REMAINING, HOP_POS(0)},
};

struct order {
    const struct verb *verb;
    const char *spn;
    bool has_id;
    unsigned long id; /* -li */
};

/* ---- lines */

static bool
fail(struct hop_command *c, const struct hop_error *err)
{
    static const struct hop_error_spec spec = {
        .id = "KlistFailed",
        .category = HOP_CAT_SECURITY_ERROR,
        .exception = "System.InvalidOperationException"};

    return hop_command_throw(c, &spec, "%s", err->text);
}

/* Processes of one logon have one number; without audit the user's stands for
 * it. */
static unsigned long
own_id(void)
{
    FILE *f = fopen("/proc/self/sessionid", "re");
    unsigned long id = UINT32_MAX;

    if (f != NULL) {
        if (fscanf(f, "%lu", &id) != 1)
            id = UINT32_MAX;
        fclose(f);
    }
    return id == UINT32_MAX ? 0x10000 + (unsigned long)getuid() : id;
}

static bool
is_machine(const struct order *o)
{
    return o->has_id && o->id == MACHINE_ID;
}

static bool
write_id(struct hop_command *c, const struct order *o)
{
    if (!hop_write_text(c, "", 0) ||
        !hop_write_textf(c, "Current LogonId is 0:0x%lx", own_id()))
        return false;
    return !o->has_id ||
           hop_write_textf(c, "Targeted LogonId is 0:0x%lx", o->id);
}

/* 2/29/2024 12:00:00 (local) */
static const char *
when(int64_t at, char out[64])
{
    time_t t = (time_t)at;
    struct tm tm;

    if (at == 0)
        return "0";
    localtime_r(&t, &tm);
    strftime(out, 64, "%-m/%-d/%Y %-H:%M:%S (local)", &tm);
    return out;
}

/* "alice@CORP.TEST" is shown as "alice @ CORP.TEST". */
static void
add_name(struct hop_buf *out, const char *name)
{
    const char *at = strrchr(name, '@');

    if (at == NULL)
        hop_buf_adds(out, name);
    else
        hop_buf_addf(out, "%.*s @ %s", (int)(at - name), name, at + 1);
}

static bool
write_name(struct hop_command *c, const char *label, const char *name)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    add_name(&text, name);
    return hop_write_textf(c, "%s%s", label, hop_buf_str(&text));
}

/* RFC 3961 8, RFC 4757; names as Windows has them. */
static const char *
encryption(int32_t type, char out[32])
{
    static const struct {
        int32_t type;
        const char *name;
    } rows[] = {
        {1, "Kerberos DES-CBC-CRC"},
        {3, "Kerberos DES-CBC-MD5"},
        {17, "AES-128-CTS-HMAC-SHA1-96"},
        {18, "AES-256-CTS-HMAC-SHA1-96"},
        {19, "AES-128-CTS-HMAC-SHA256-128"},
        {20, "AES-256-CTS-HMAC-SHA384-192"},
        {23, "RSADSI RC4-HMAC(NT)"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++)
        if (rows[k].type == type)
            return rows[k].name;
    snprintf(out, 32, "0x%x", (unsigned)type);
    return out;
}

/* RFC 4120 2, MS-KILE 2.2: bit 0 is the highest. */
static void
add_flags(struct hop_buf *out, uint32_t flags)
{
    static const char *const names[32] = {
        [1] = "forwardable",
        [2] = "forwarded",
        [3] = "proxiable",
        [4] = "proxy",
        [5] = "may_postdate",
        [6] = "postdated",
        [7] = "invalid",
        [8] = "renewable",
        [9] = "initial",
        [10] = "pre_authent",
        [11] = "hw_authent",
        [12] = "transited_checked",
        [13] = "ok_as_delegate",
        [14] = "anonymous",
        [15] = "name_canonicalize",
    };

    hop_buf_addf(out, "0x%x ->", flags);
    for (unsigned k = 0; k < 32; k++)
        if (flags & (0x80000000u >> k) && names[k] != NULL)
            hop_buf_addf(out, " %s", names[k]);
}

static bool
write_ticket(struct hop_command *c, size_t n, const struct hop_ticket *t)
{
    HOP_AUTO_BUF struct hop_buf flags = HOP_BUF_INIT, first = HOP_BUF_INIT;
    char kind[32], at[64];

    add_flags(&flags, t->flags);
    hop_buf_addf(&first, "#%zu>\tClient: ", n);
    return hop_write_text(c, "", 0) &&
           write_name(c, hop_buf_str(&first), t->client) &&
           write_name(c, "\tServer: ", t->server) &&
           hop_write_textf(c, "\tKerbTicket Encryption Type: %s",
                           encryption(t->type, kind)) &&
           hop_write_textf(c, "\tTicket Flags %s ", hop_buf_str(&flags)) &&
           hop_write_textf(c, "\tStart Time: %s", when(t->start, at)) &&
           hop_write_textf(c, "\tEnd Time:   %s", when(t->end, at)) &&
           hop_write_textf(c, "\tRenew Time: %s", when(t->renew, at)) &&
           hop_write_textf(c, "\tSession Key Type: %s",
                           encryption(t->key_type, kind));
}

/* ---- what a session's agent says */

static const struct {
    const char *name, *words;
} sources[] = {
    {"forwarded", "the ticket that was handed over at the logon"},
    {"constrained", "this host's key and the user's ticket to it, as far as "
                    "the domain allows (RBCD, KCD)"},
    {"any protocol", "this host's key and the user's name, as far as the "
                     "domain allows (TrustedToAuthForDelegation)"},
    {"keytab", "this host's keytab"},
    {"nothing", "nothing: this host has no key of the domain"},
};

static bool
write_source(struct hop_command *c, const struct hop_agent_entry *e)
{
    HOP_AUTO_BUF struct hop_buf who = HOP_BUF_INIT;
    const char *words = e->name;
    char at[64];

    for (size_t k = 0; k < HOP_ARRAY_SIZE(sources); k++)
        if (strcmp(sources[k].name, e->name) == 0)
            words = sources[k].words;
    add_name(&who, e->text);
    if (!hop_write_text(c, "", 0) ||
        !hop_write_textf(c, "Tickets for %s are made of %s.", hop_buf_str(&who),
                         words))
        return false;
    return e->time == 0 ||
           hop_write_textf(c, "\tEnd Time:   %s", when(e->time, at));
}

/* The protocol's number of a library's code, RFC 4120 7.5.9. */
static long
protocol_code(int32_t code)
{
    const int32_t base = -1765328384; /* ERROR_TABLE_BASE_krb5 */

    return code >= base && code < base + 128 ? code - base : code;
}

static bool
write_refusals(struct hop_command *c, const struct hop_agent_status *s)
{
    size_t n = 0, k;
    char at[64];

    for (k = 0; k < s->count; k++)
        n += s->entries[k].kind == HOP_AGENT_REFUSED;
    if (n > 0 && (!hop_write_text(c, "", 0) ||
                  !hop_write_textf(c, "Refused Tickets: (%zu)", n)))
        return false;
    for (k = n = 0; k < s->count; k++) {
        const struct hop_agent_entry *e = &s->entries[k];
        HOP_AUTO_BUF struct hop_buf first = HOP_BUF_INIT;

        if (e->kind != HOP_AGENT_REFUSED)
            continue;
        hop_buf_addf(&first, "#%zu>\tServer: ", n++);
        if (!hop_write_text(c, "", 0) ||
            !write_name(c, hop_buf_str(&first), e->name) ||
            !hop_write_textf(c, "\tTime: %s", when(e->time, at)) ||
            !hop_write_textf(c, "\tError: 0x%lx", protocol_code(e->code)) ||
            !hop_write_textf(c, "\tReason: %s", e->text))
            return false;
    }
    return true;
}

static bool
write_agent(struct hop_command *c, const struct hop_agent_status *s)
{
    for (size_t k = 0; k < s->count; k++) {
        const struct hop_agent_entry *e = &s->entries[k];

        if ((e->kind == HOP_AGENT_FROM && !write_source(c, e)) ||
            (e->kind == HOP_AGENT_LOST && !hop_write_textf(c, "\t%s", e->text)))
            return false;
    }
    return write_refusals(c, s);
}

static bool
has_agent(struct hop_agent_status *out)
{
    const char *cc = getenv("KRB5CCNAME");

    return cc != NULL && strncmp(cc, "KCM:", 4) == 0 &&
           hop_tickets_agent(false, out, NULL);
}

/* ---- verbs */

static bool
list_machine(struct hop_command *c)
{
    AUTO_STATUS struct hop_agent_status s = {0};
    struct hop_error err = {0};
    const char *client = "";
    size_t n = 0;
    char at[64];

    if (!hop_tickets_agent(true, &s, &err))
        return fail(c, &err);
    for (size_t k = 0; k < s.count; k++) {
        n += s.entries[k].kind == HOP_AGENT_TICKET;
        if (s.entries[k].kind == HOP_AGENT_FROM)
            client = s.entries[k].text;
    }
    if (!hop_write_text(c, "", 0) ||
        !hop_write_textf(c, "Cached Tickets: (%zu)", n))
        return false;
    for (size_t k = n = 0; k < s.count; k++)
        if (s.entries[k].kind == HOP_AGENT_TICKET) {
            HOP_AUTO_BUF struct hop_buf first = HOP_BUF_INIT;

            hop_buf_addf(&first, "#%zu>\tClient: ", n++);
            if (!hop_write_text(c, "", 0) ||
                !write_name(c, hop_buf_str(&first), client) ||
                !write_name(c, "\tServer: ", s.entries[k].name) ||
                !hop_write_textf(c, "\tEnd Time:   %s",
                                 when(s.entries[k].time, at)))
                return false;
        }
    return write_agent(c, &s);
}

static bool
list_own(struct hop_command *c, bool tgts)
{
    AUTO_TICKETS struct hop_tickets t = {0};
    AUTO_STATUS struct hop_agent_status s = {0};
    struct hop_error err = {0};
    size_t n = 0;

    if (!hop_tickets_list(&t, &err))
        return fail(c, &err);
    for (size_t k = 0; k < t.count; k++)
        n += t.rows[k].tgt || !tgts;
    if (!hop_write_text(c, "", 0) ||
        !hop_write_textf(c, "Cached %ss: (%zu)", tgts ? "TGT" : "Ticket", n))
        return false;
    for (size_t k = n = 0; k < t.count; k++)
        if ((t.rows[k].tgt || !tgts) && !write_ticket(c, n++, &t.rows[k]))
            return false;
    return !has_agent(&s) || write_agent(c, &s);
}

static bool
tickets(struct hop_command *c, const struct order *o)
{
    return is_machine(o) ? list_machine(c) : list_own(c, false);
}

static bool
tgt(struct hop_command *c, const struct order *o)
{
    return is_machine(o) ? list_machine(c) : list_own(c, true);
}

/* Of the caller's own tickets the TGT stays, as nothing could make another
 * one; Windows makes it of the password it remembers. */
static bool
drop(const struct order *o, struct hop_error *err)
{
    AUTO_STATUS struct hop_agent_status s = {0};
    size_t n;

    if (is_machine(o))
        return hop_tickets_agent_purge(true, err);
    return has_agent(&s) ? hop_tickets_agent_purge(false, err)
                         : hop_tickets_purge(&n, err);
}

static bool
purge(struct hop_command *c, const struct order *o)
{
    struct hop_error err = {0};

    if (!hop_write_textf(c, "\tDeleting all tickets:"))
        return false;
    return drop(o, &err) ? hop_write_textf(c, "\tTicket(s) purged!")
                         : fail(c, &err);
}

/* What was made for the user by delegation that the domain constrains; refusals
 * are shown too, though the next question asks the domain again. */
static bool
kcd_cache(struct hop_command *c, const struct order *o)
{
    AUTO_TICKETS struct hop_tickets t = {0};
    AUTO_STATUS struct hop_agent_status s = {0};
    bool made = has_agent(&s) && s.count > 0 &&
                (strcmp(s.entries[0].name, "constrained") == 0 ||
                 strcmp(s.entries[0].name, "any protocol") == 0);
    size_t n = 0;

    (void)o;
    if (made)
        (void)!hop_tickets_list(&t, NULL);
    for (size_t k = 0; k < t.count; k++)
        n += strchr(t.rows[k].server, '/') != NULL;
    if (!hop_write_text(c, "", 0) ||
        !hop_write_textf(c, "Cached Tickets: (%zu)", n))
        return false;
    for (size_t k = n = 0; k < t.count; k++)
        if (strchr(t.rows[k].server, '/') != NULL &&
            !write_ticket(c, n++, &t.rows[k]))
            return false;
    return !made || write_refusals(c, &s);
}

/* Nothing binds a domain to one of its controllers here. */
static bool
query_bind(struct hop_command *c, const struct order *o)
{
    (void)o;
    return hop_write_text(c, "", 0) &&
           hop_write_textf(c, "The kerberos KDC binding cache has been queried "
                              "successfully.") &&
           hop_write_textf(c, "KDC binding cache entries: (0)") &&
           hop_write_textf(c, "Controllers are found by DNS, or named in "
                              "/etc/krb5.conf.");
}

static bool
sessions(struct hop_command *c, const struct order *o)
{
    AUTO_TICKETS struct hop_tickets t = {0};
    AUTO_STATUS struct hop_agent_status s = {0}, machine = {0};
    bool agent = has_agent(&s);

    (void)!hop_tickets_list(&t, NULL);
    if (!hop_write_textf(c, "[0] Session 0 0:0x%lx %s %s", own_id(),
                         t.owner != NULL ? t.owner : "(no ticket)",
                         agent ? "Kerberos:Network" : "Kerberos:Interactive"))
        return false;
    if (!hop_tickets_agent(true, &machine, NULL) || machine.count == 0)
        return true;
    return hop_write_textf(c, "[1] Session 0 0:0x%x %s Kerberos:Service",
                           MACHINE_ID, machine.entries[0].text);
}

static bool
get(struct hop_command *c, const struct order *o)
{
    struct hop_error err = {0};
    struct hop_ticket t = {0};
    bool ok;

    if (is_machine(o))
        return hop_write_textf(
            c, "Tickets of the machine are made by hopd alone.");
    if (!hop_tickets_get(o->spn, &t, &err))
        return fail(c, &err);
    ok = hop_write_textf(c, "A ticket to %s has been retrieved successfully.",
                         o->spn) &&
         hop_write_text(c, "", 0) &&
         hop_write_textf(c, "Cached Tickets: (1)") && write_ticket(c, 0, &t);
    hop_ticket_done(&t);
    return ok;
}

struct verb {
    const char *name;
    bool with_spn;
    bool (*run)(struct hop_command *c, const struct order *o);
};

static const struct verb verbs[] = {
    {"tickets", false, tickets},
    {"tgt", false, tgt},
    {"purge", false, purge},
    {"sessions", false, sessions},
    {"get", true, get},
    {"kcd_cache", false, kcd_cache},
    {"query_bind", false, query_bind},
};

/* ---- the command line */

static const char *
word(struct hop_command *c, size_t i)
{
    struct hop_value v = hop_value_base(hop_arg_item(c, WORDS, i));

    return hop_is_string(v) ? hop_cstr(v) : "";
}

static bool
is_option(const char *w, const char *name)
{
    return (*w == '-' || *w == '/') && hop_ascii_ieq(w + 1, name);
}

static const struct verb *
find_verb(const char *w)
{
    w += *w == '-' || *w == '/';
    for (size_t k = 0; k < HOP_ARRAY_SIZE(verbs); k++)
        if (hop_ascii_ieq(w, verbs[k].name))
            return &verbs[k];
    return NULL;
}

/* False: it is not Windows' command line. */
static bool
read_words(struct hop_command *c, struct order *o)
{
    size_t n = hop_arg_count(c, WORDS);

    for (size_t i = 0; i < n; i++) {
        const char *w = word(c, i);
        char *end = NULL;

        if (is_option(w, "li") || is_option(w, "lh")) {
            unsigned long id = i + 1 < n ? strtoul(word(c, i + 1), &end, 0) : 0;
            if (end == NULL || *end != '\0')
                return false;
            if (is_option(w, "li"))
                o->id = id;
            o->has_id = true;
            i++;
        } else if (o->verb == NULL && (o->verb = find_verb(w)) != NULL) {
            if (o->verb->with_spn && ++i >= n)
                return false;
            o->spn = o->verb->with_spn ? word(c, i) : NULL;
        } else {
            return false;
        }
    }
    if (o->verb == NULL)
        o->verb = &verbs[0];
    return true;
}

static bool
throw_usage(struct hop_command *c)
{
    static const struct hop_error_spec spec = {
        .id = "BadArguments",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.ArgumentException"};

    return hop_command_throw(
        c, &spec,
        "klist does not know these words, and there is no other klist on the "
        "PATH that could (package krb5-user): klist [-lh HIGH] [-li LOGONID] "
        "[tickets | tgt | sessions | purge | kcd_cache | query_bind | get "
        "SPN].");
}

static bool
run_other(struct hop_command *c)
{
    struct cmdinfo *other = find_external(c->rs, "klist");
    HOP_AUTO_VALUE struct hop_value owned = other ? hop_obj(other) : hop_null();
    size_t n = hop_arg_count(c, WORDS);
    struct hop_value *args = hop_xcalloc(n + 1, sizeof(*args));
    bool ok;

    for (size_t i = 0; i < n; i++)
        args[i] = hop_arg_item(c, WORDS, i);
    ok = other
             ? hop_command_run(c, other->definition, hop_null(), args, n, NULL)
             : throw_usage(c);
    free(args);
    return ok;
}

static bool
process(struct hop_command *c)
{
    struct order o = {0};

    if (!read_words(c, &o))
        return run_other(c);
    if (o.has_id && o.id != MACHINE_ID && o.id != own_id())
        return write_id(c, &o) &&
               hop_write_textf(
                   c, "Error calling API LsaCallAuthenticationPackage: "
                      "there is no such session here, or it is not "
                      "yours; klist sessions lists those that are.");
    return write_id(c, &o) && o.verb->run(c, &o);
}

const struct hop_cmdlet hop_cmdlet_klist = {
    .name = "klist",
    HOP_PARAMS(params),
    .flags = HOP_NO_COMMON,
    .synopsis =
        "Lists and drops Kerberos tickets: klist [-li LOGONID] [tickets | tgt "
        "| sessions | purge | kcd_cache | query_bind | get SPN]. In a session "
        "it also shows what "
        "tickets are made of and why one was refused; -li 0x3e7 is the "
        "machine's own session. Other options are MIT's klist's.",
    .process = process,
};
