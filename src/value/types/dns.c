/* System.Net.Dns.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <errno.h>
#include <netdb.h>
#include <unistd.h>

#include "value/types/more.h"

/* The addresses of a host; the system's resolver and its limits of time. */
static struct hop_array *
resolve(struct hop_context *cx, const char *host)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *all = NULL;
    int r = getaddrinfo(host, NULL, &hints, &all);
    struct hop_array *a;

    if (r != 0) {
        hop_throw(cx, &hop_exception_socket, "%s",
                  r == EAI_NONAME || r == EAI_NODATA
                      ? "Name or service not known"
                      : gai_strerror(r));
        return NULL;
    }
    a = hop_array_new_of(cx, hop_types_array(cx, &hop_class_ipaddress, 1), 0);
    for (struct addrinfo *i = all; i; i = i->ai_next) {
        char text[INET6_ADDRSTRLEN];
        HOP_AUTO_VALUE struct hop_value s = hop_null();
        struct hop_value ip = hop_null();

        if (getnameinfo(i->ai_addr, i->ai_addrlen, text, sizeof(text), NULL, 0,
                        NI_NUMERICHOST) != 0)
            continue;
        text[strcspn(text, "%")] = '\0';
        s = hop_text(text);
        if (hop_convert(cx, s, &hop_class_ipaddress, &ip))
            hop_array_push(a, ip);
        else
            hop_drop_exception(cx);
    }
    freeaddrinfo(all);
    return a;
}

METHOD(dns_name)
{
    char name[256] = "";

    if (gethostname(name, sizeof(name) - 1) != 0)
        return hop_throw_errno(cx, errno, "gethostname", false);
    RETURN(hop_text(name));
}

METHOD(dns_addresses)
{
    struct hop_array *a;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "hostNameOrAddress");
    a = resolve(cx, ARG_S(0)->data);
    if (!a)
        return false;
    RETURN(hop_obj(a));
}

struct host_entry {
    struct hop_object base;
    struct hop_value name, addresses;
};

static void
destroy_entry(struct hop_object *o)
{
    hop_release(((struct host_entry *)o)->name);
    hop_release(((struct host_entry *)o)->addresses);
}

/* The name that the system has for an address; else the text itself. */
static struct hop_value
canonical(const char *host)
{
    struct addrinfo hints = {.ai_flags = AI_CANONNAME}, *all = NULL;
    struct addrinfo numeric = {.ai_flags = AI_NUMERICHOST};
    char name[NI_MAXHOST];
    struct hop_value v = hop_null();

    if (getaddrinfo(host, NULL, &numeric, &all) == 0) {
        if (getnameinfo(all->ai_addr, all->ai_addrlen, name, sizeof(name), NULL,
                        0, NI_NAMEREQD) == 0)
            v = hop_text(name);
    } else if (getaddrinfo(host, NULL, &hints, &all) == 0 &&
               all->ai_canonname) {
        v = hop_text(all->ai_canonname);
    }
    if (all)
        freeaddrinfo(all);
    return hop_is_null(v) ? hop_text(host) : v;
}

METHOD(dns_entry)
{
    HOP_AUTO_STRING struct hop_string *host = NULL;
    struct hop_array *a;
    struct host_entry *e;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "hostNameOrAddress");
    if (!hop_to_string(cx, c->args[0], &host))
        return false;
    a = resolve(cx, host->data);
    if (!a)
        return false;
    e = hop_object_new(cx, &hop_class_host_entry);
    e->addresses = hop_obj(a);
    e->name = canonical(host->data);
    RETURN(hop_obj(e));
}

GETTER(get_entry)
{
    struct host_entry *e = (struct host_entry *)self.u.o;

    *out = data == 0   ? hop_retain(e->name)
           : data == 1 ? hop_obj(hop_array_new_of(
                             cx, hop_types_array(cx, &hop_class_string, 1), 0))
                       : hop_retain(e->addresses);
    return true;
}

static const struct hop_property entry_properties[] = {
    {"HostName", "string", get_entry, NULL, 0, 0},
    {"Aliases", "string[]", get_entry, NULL, 0, 1},
    {"AddressList", "ipaddress[]", get_entry, NULL, 0, 2},
    END_PROPERTIES,
};

const struct hop_class hop_class_host_entry = {
    .name = "System.Net.IPHostEntry",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct host_entry),
    .properties = entry_properties,
    .destroy = destroy_entry,
};

static const struct hop_method dns_methods[] = {
    {"static string GetHostName()", dns_name},
    {"static ipaddress[] GetHostAddresses(string hostNameOrAddress)",
     dns_addresses},
    {"static System.Net.IPHostEntry GetHostEntry(ipaddress address)",
     dns_entry},
    {"static System.Net.IPHostEntry GetHostEntry(string hostNameOrAddress)",
     dns_entry},
    {"static System.Net.IPHostEntry GetHostByName(string hostName)", dns_entry},
    END_METHODS,
};
STATIC_CLASS(dns, "System.Net.Dns", .methods = dns_methods);
