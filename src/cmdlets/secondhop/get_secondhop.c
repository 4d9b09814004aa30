/* Get-SecondHop: the seven ways from here by b to c.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "cmdlets/record.h"
#include "cmdlets/secondhop/facts.h"
#include "cmdlets/secondhop/secondhop.h"
#include "value/collections.h"
#include "value/types/secure.h"

enum { VIA, TO, CREDENTIAL, SERVER, RECOMMEND };

static const struct hop_param params[] = {
    [VIA] = {"Via", "string", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY, HOP_POS(0),
             .help = "the host in the middle"},
    [TO] = {"To", "string", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY, HOP_POS(1),
            .aliases = "ComputerName", .help = "the host with the resource"},
    [CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL,
                    .help = "whose way it is, and what may go along; the "
                            "tickets at hand without it"},
    [SERVER] = {"Server", "string", HOP_NOT_NULL_OR_EMPTY,
                .help = "the domain controller, or domain, to ask"},
    [RECOMMEND] = {"Recommend", "switch",
                   .help = "name one way and print its commands"},
};

/* ---- the objects */

enum { ORDER, WAY, AVAILABLE, WHY, COMMANDS, NAME, FROM, BY, END };

static const struct hop_property properties[] = {
    HOP_RECORD_PROPERTY(ORDER, "Order", "int"),
    HOP_RECORD_PROPERTY(WAY, "Way", "string"),
    HOP_RECORD_PROPERTY(AVAILABLE, "Available", "object"),
    HOP_RECORD_PROPERTY(WHY, "Why", "string"),
    HOP_RECORD_PROPERTY(COMMANDS, "Commands", "string[]"),
    HOP_RECORD_PROPERTY(NAME, "Name", "string"),
    HOP_RECORD_PROPERTY(FROM, "User", "string"),
    HOP_RECORD_PROPERTY(BY, "Via", "string"),
    HOP_RECORD_PROPERTY(END, "To", "string"),
    {0}};

static const struct hop_class class_way =
    HOP_RECORD_CLASS("Hop.SecondHop.Way", properties);

static struct hop_value
text_or_null(const char *text)
{
    return text ? hop_text(text) : hop_null();
}

static struct hop_value
way_value(struct hop_context *cx, const struct secondhop_facts *f,
          const struct secondhop_way *w)
{
    struct hop_record *r = hop_record_new(cx, &class_way);
    struct hop_array *commands = hop_array_new(cx, 0);

    for (size_t k = 0; k < w->command_count; k++)
        hop_array_push(commands, hop_text(w->commands[k]));
    hop_record_set(r, ORDER, hop_int((int)w->kind + 1));
    hop_record_set(r, WAY, hop_text(secondhop_title(w->kind)));
    hop_record_set(r, AVAILABLE,
                   w->available == SECONDHOP_UNKNOWN
                       ? hop_null()
                       : hop_bool(w->available == SECONDHOP_YES));
    hop_record_set(r, WHY, hop_text(hop_buf_str((struct hop_buf *)&w->why)));
    hop_record_set(r, COMMANDS, hop_obj(commands));
    hop_record_set(r, NAME, hop_text(secondhop_name(w->kind)));
    hop_record_set(r, FROM,
                   text_or_null(f->credential ? f->credential : f->user));
    hop_record_set(r, BY, hop_text(f->via));
    hop_record_set(r, END, hop_text(f->to));
    return hop_obj(r);
}

/* ---- -Recommend */

/* Names that the domain has not are tried, and warned of. */
static bool
write_doubt(struct hop_command *c, const struct secondhop_facts *f)
{
    const char *missing = f->no_directory ? NULL
                          : !f->has_via   ? f->via
                          : !f->has_to    ? f->to
                                          : NULL;

    return missing == NULL ||
           hop_write_textf(c,
                           "But the domain has no computer %s: check the name "
                           "first.",
                           missing);
}

static bool
write_recommendation(struct hop_command *c, const struct secondhop_facts *f,
                     const struct secondhop_way *w)
{
    bool open = w->available == SECONDHOP_YES;

    if (!hop_write_textf(c, "From here by %s to %s%s%s: %s.", f->via, f->to,
                         f->user || f->credential ? " as " : "",
                         f->credential ? f->credential
                         : f->user     ? f->user
                                       : "",
                         secondhop_title(w->kind)) ||
        !hop_write_textf(c, "%s: %s.",
                         open ? "It is open"
                              : "No way is open yet; this one is "
                                "closed so far",
                         hop_buf_str((struct hop_buf *)&w->why)) ||
        !hop_write_textf(c, "%s",
                         open ? "Use it so:" : "Open it and use it so:"))
        return false;
    for (size_t k = 0; k < w->command_count; k++)
        if (!hop_write_textf(c, "    %s", w->commands[k]))
            return false;
    return write_doubt(c, f);
}

/* ---- the cmdlet */

static bool
answer(struct hop_command *c, const struct secondhop_facts *f)
{
    struct secondhop_way ways[SECONDHOP_WAYS];
    bool ok = true;

    secondhop_judge(f, ways);
    if (hop_arg_on(c, RECOMMEND))
        ok = write_recommendation(c, f, secondhop_recommend(ways));
    else
        for (int k = 0; k < SECONDHOP_WAYS && ok; k++)
            ok = hop_write_take(c,
                                way_value(hop_command_context(c), f, &ways[k]));
    secondhop_done(ways);
    return ok;
}

static bool
process(struct hop_command *c)
{
    struct hop_value credential = hop_arg(c, CREDENTIAL);
    HOP_AUTO_FREE char *user = NULL;
    HOP_AUTO_SECRET struct hop_secret *password = NULL;
    HOP_AUTO_ARENA struct hop_arena arena;
    struct secondhop_question q = {.via = hop_arg_text(c, VIA),
                                   .to = hop_arg_text(c, TO),
                                   .server = hop_arg_text(c, SERVER)};
    struct secondhop_facts f;

    hop_arena_init(&arena, 0);
    if (!hop_is_null(credential)) {
        if (!hop_credential_open(hop_command_context(c), credential, &user,
                                 &password))
            password = hop_secret_new("", 0);
        q.user = user ? user : "";
        q.password = password;
    }
    secondhop_gather(&q, &arena, &f);
    return answer(c, &f);
}

const struct hop_cmdlet hop_cmdlet_get_second_hop = {
    .name = "Get-SecondHop",
    HOP_PARAMS(params),
    .output = "Hop.SecondHop.Way System.String",
    .class_name = "Hop.SecondHop.GetSecondHop",
    .synopsis =
        "Shows the seven ways to a third host, in order of preference: which "
        "are open, why the others are not, and the commands that open and use "
        "them. With -Recommend it names one and prints its commands.",
    .process = process,
};
