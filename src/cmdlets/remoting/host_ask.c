/* Questions of the other side, asked here.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "cmdlets/remoting/host_call.h"
#include "value/types/secure.h"

static void
wipe(char *s)
{
    if (s)
        explicit_bzero(s, strlen(s));
    free(s);
}

void
host_read_line(struct asked *a)
{
    char *s = NULL;

    if (!a->host || !a->host->ops->interactive || !a->host->ops->read_line) {
        (void)host_answered(a, HOP_ASK_UNSUPPORTED);
        return;
    }
    if (host_answered(a, a->host->ops->read_line(a->host, &s)))
        a->result = hop_text(s);
    free(s);
}

static bool
ask_secret(struct asked *a, struct hop_value *out)
{
    char *s = NULL;
    bool ok = a->host && a->host->ops->interactive && a->host->ops->read_secure;

    if (!ok)
        return host_answered(a, HOP_ASK_UNSUPPORTED);
    ok = host_answered(a, a->host->ops->read_secure(a->host, &s));
    if (ok)
        *out = hop_secure_new(a->cx, s, strlen(s));
    wipe(s);
    return ok;
}

void
host_read_secure(struct asked *a)
{
    (void)ask_secret(a, &a->result);
}

static void
say(struct asked *a, const char *s)
{
    if (a->host && a->host->ops->write && *s)
        a->host->ops->write(a->host, s, strlen(s), HOP_COLOR_NONE,
                            HOP_COLOR_NONE);
}

static void
say_line(struct asked *a, const char *s)
{
    if (*s) {
        say(a, s);
        say(a, "\n");
    }
}

/* Who is asked for a secret is told by whom. */
static void
say_who_asks(struct asked *a)
{
    HOP_AUTO_FREE char *s = hop_xasprintf(
        "This question comes from %s: answer it only if you trust what runs "
        "there.",
        a->r->target->computer);

    say_line(a, s);
}

static void
ask_credential(struct asked *a, const char *user, struct hop_value *out)
{
    HOP_AUTO_FREE char *name = *user ? hop_xstrdup(user) : NULL;
    HOP_AUTO_VALUE struct hop_value secret = hop_null(), who = hop_null();

    if (!a->host || !a->host->ops->interactive || !a->host->ops->read_line) {
        (void)host_answered(a, HOP_ASK_UNSUPPORTED);
        return;
    }
    say_who_asks(a);
    if (!name) {
        say(a, "User: ");
        if (!host_answered(a, a->host->ops->read_line(a->host, &name)))
            return;
    }
    say(a, "Password for user ");
    say(a, name);
    say(a, ": ");
    if (!ask_secret(a, &secret))
        return;
    who = hop_text(name);
    if (!hop_construct(a->cx, &hop_class_pscredential,
                       (struct hop_value[]){who, secret}, 2, out))
        hop_drop_exception(a->cx);
}

void
host_prompt_credential(struct asked *a)
{
    say(a, "\n");
    say_line(a, host_text(a, 0));
    say_line(a, host_text(a, 1));
    ask_credential(a, host_text(a, 2), &a->result);
}

/* A label, without the & before its hot key. */
static void
say_label(struct asked *a, const char *label)
{
    const char *mark = strchr(label, '&');
    HOP_AUTO_FREE char *text =
        mark ? hop_xasprintf("%.*s%s", (int)(mark - label), label, mark + 1)
             : hop_xstrdup(label);

    say(a, text);
}

/* FieldDescription, 2.2.3.8. */
static void
ask_field(struct asked *a, struct hop_value field, struct hop_value *out)
{
    HOP_AUTO_STRING struct hop_string *name = host_field_text(a, field, "name");
    HOP_AUTO_STRING struct hop_string *label =
        host_field_text(a, field, "label");
    HOP_AUTO_STRING struct hop_string *type =
        host_field_text(a, field, "parameterTypeFullName");
    char *s = NULL;

    if (strstr(type->data, "PSCredential")) {
        ask_credential(a, "", out);
        return;
    }
    say_label(a, label->len ? label->data : name->data);
    say(a, ": ");
    if (strstr(type->data, "SecureString")) {
        (void)ask_secret(a, out);
        return;
    }
    if (host_answered(a, a->host->ops->read_line(a->host, &s)))
        *out = hop_text(s);
    free(s);
}

void
host_prompt(struct asked *a)
{
    struct hop_array *fields = hop_as_array(host_arg(a, 2));
    struct hop_dict *d = hop_hashtable_new(a->cx);

    a->result = hop_obj(d);
    if (!a->host || !a->host->ops->interactive || !a->host->ops->read_line) {
        (void)host_answered(a, HOP_ASK_UNSUPPORTED);
        return;
    }
    say_line(a, host_text(a, 0));
    say_line(a, host_text(a, 1));
    for (size_t i = 0; fields && i < fields->n && !a->failure; i++) {
        HOP_AUTO_STRING struct hop_string *name =
            host_field_text(a, fields->items[i], "name");
        struct hop_value v = hop_null();

        ask_field(a, fields->items[i], &v);
        hop_dict_set_text(d, name->data, v);
    }
}

#define MAX_CHOICES 64

struct offered {
    struct hop_choice choices[MAX_CHOICES];
    struct hop_string *texts[2 * MAX_CHOICES];
    size_t n;
};

static void
take_offered(struct asked *a, struct offered *o)
{
    struct hop_array *list = hop_as_array(host_arg(a, 2));

    o->n = list && list->n < MAX_CHOICES ? list->n : 0;
    for (size_t i = 0; i < o->n; i++) {
        struct hop_string **t = &o->texts[2 * i];

        t[0] = host_field_text(a, list->items[i], "label");
        t[1] = host_field_text(a, list->items[i], "helpMessage");
        o->choices[i] = (struct hop_choice){t[0]->data, t[1]->data};
    }
}

static void
done_offered(struct offered *o)
{
    for (size_t i = 0; i < 2 * o->n; i++)
        hop_string_release(o->texts[i]);
}

void
host_prompt_choice(struct asked *a)
{
    HOP_CLEANUP(done_offered) struct offered o = {0};
    enum hop_ask how = HOP_ASK_UNSUPPORTED;
    int chosen = -1;

    take_offered(a, &o);
    if (o.n && a->host && a->host->ops->interactive && a->host->ops->choice)
        how =
            a->host->ops->choice(a->host, host_text(a, 0), host_text(a, 1),
                                 o.choices, o.n, (int)host_int(a, 3), &chosen);
    if (host_answered(a, how))
        a->result = hop_int(chosen);
}

/* The defaults are an array's elements and length (2.2.6.1.4). */
void
host_prompt_choices(struct asked *a)
{
    HOP_CLEANUP(done_offered) struct offered o = {0};
    HOP_AUTO_VALUE struct hop_value defaults =
        hop_member_path(a->cx, host_arg(a, 3), "mae");
    HOP_AUTO_VALUE struct hop_value chosen =
        hop_obj(hop_object_new(a->cx, &hop_class_array_list));
    enum hop_ask how = HOP_ASK_UNSUPPORTED;

    take_offered(a, &o);
    if (o.n && a->host && a->host->ops->interactive &&
        a->host->ops->choose_some)
        how = a->host->ops->choose_some(
            a->host, host_text(a, 0), host_text(a, 1), o.choices, o.n,
            hop_as_array(hop_value_base(defaults)), hop_as_array(chosen));
    if (host_answered(a, how))
        a->result = hop_value_steal(&chosen);
}

/* KeyInfo, 2.2.3.26. */
void
host_read_key(struct asked *a)
{
    struct hop_object *o;
    struct hop_key key = {.down = true};

    if (!a->host || !a->host->ops->interactive || !a->host->ops->read_key) {
        (void)host_answered(a, HOP_ASK_UNSUPPORTED);
        return;
    }
    if (!host_answered(
            a, a->host->ops->read_key(a->host, (int)host_int(a, 0), &key)))
        return;
    o = hop_custom_new(a->cx);
    hop_psrp_set_types(a->cx, o, (const char *const[]){NULL});
    hop_custom_set_text(o, "virtualKeyCode", hop_int(key.key));
    hop_custom_set_text(o, "character", hop_char((uint16_t)key.cp));
    hop_custom_set_text(o, "controlKeyState", hop_int(key.control));
    hop_custom_set_text(o, "keyDown", hop_bool(key.down));
    a->result = hop_obj(o);
}
