/* SPDX-License-Identifier: MIT */
#include "net/ping.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAYLOAD_MAX 65500

bool
hop_ping_resolve(const char *name, int family, struct hop_ping_target *out,
                 struct hop_error *err)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_DGRAM};
    struct addrinfo *found = NULL;
    int r = getaddrinfo(name, NULL, &hints, &found);

    if (r != 0)
        return hop_error_set(err, HOP_ERROR_GENERIC, r,
                             "Cannot resolve the target name.");
    memcpy(&out->address, found->ai_addr, found->ai_addrlen);
    out->size = found->ai_addrlen;
    r = getnameinfo(found->ai_addr, found->ai_addrlen, out->text,
                    sizeof(out->text), NULL, 0, NI_NUMERICHOST);
    freeaddrinfo(found);
    return r == 0 || hop_error_set(err, HOP_ERROR_GENERIC, r,
                                   "Target IPv4/IPv6 address absent.");
}

static bool
is_v6(const struct hop_ping_target *t)
{
    return t->address.ss_family == AF_INET6;
}

/* The kernel's own ping sockets need no privilege, where the group of the
 * caller is in net.ipv4.ping_group_range. */
static int
open_socket(const struct hop_ping_target *to)
{
    int family = is_v6(to) ? AF_INET6 : AF_INET;
    int protocol = is_v6(to) ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
    int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, protocol);

    return fd >= 0 ? fd : socket(family, SOCK_RAW | SOCK_CLOEXEC, protocol);
}

static void
set_options(int fd, const struct hop_ping_target *to,
            const struct hop_ping_options *o)
{
    int level = is_v6(to) ? IPPROTO_IPV6 : IPPROTO_IP, on = 1;
    int discover = is_v6(to) ? IPV6_PMTUDISC_DO : IP_PMTUDISC_DO;

    if (o->ttl)
        setsockopt(fd, level, is_v6(to) ? IPV6_UNICAST_HOPS : IP_TTL, &o->ttl,
                   sizeof(o->ttl));
    if (o->whole)
        setsockopt(fd, level, is_v6(to) ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER,
                   &discover, sizeof(discover));
    setsockopt(fd, level, is_v6(to) ? IPV6_RECVERR : IP_RECVERR, &on,
               sizeof(on));
}

/* RFC 1071; the kernel does it for ICMPv6 and for ping sockets. */
static uint16_t
checksum(const uint8_t *p, size_t n)
{
    uint32_t sum = 0;

    for (size_t i = 0; i + 1 < n; i += 2)
        sum += (uint32_t)p[i] << 8 | p[i + 1];
    if (n % 2)
        sum += (uint32_t)p[n - 1] << 8;
    while (sum >> 16)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return htons((uint16_t)~sum);
}

/* Both versions begin alike: type, code, checksum, id, sequence. */
struct echo {
    uint8_t type, code;
    uint16_t sum, id, sequence;
    uint8_t payload[PAYLOAD_MAX];
};

int
hop_ping_send(const struct hop_ping_target *to,
              const struct hop_ping_options *o, struct hop_error *err)
{
    static struct echo e; /* filled anew for each */
    size_t bytes = o->bytes < PAYLOAD_MAX ? o->bytes : PAYLOAD_MAX;
    size_t n = offsetof(struct echo, payload) + bytes;
    int fd = open_socket(to);

    if (fd < 0) {
        hop_error_errno(err, errno,
                        "this user may send no echo requests: an administrator "
                        "can allow it with sysctl net.ipv4.ping_group_range");
        return -1;
    }
    set_options(fd, to, o);
    memset(&e, 0, offsetof(struct echo, payload));
    e.type = is_v6(to) ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
    e.id = htons((uint16_t)getpid());
    e.sequence = htons(o->sequence);
    for (size_t i = 0; i < bytes; i++)
        e.payload[i] = (uint8_t)('a' + i % 23); /* as Windows' ping does */
    if (!is_v6(to))
        e.sum = checksum((const uint8_t *)&e, n);
    if (sendto(fd, &e, n, 0, (const struct sockaddr *)&to->address, to->size) <
        0) {
        hop_error_errno(err, errno, "the request cannot be sent");
        close(fd);
        return -1;
    }
    return fd;
}

static enum hop_ping_answer
take_error(int fd)
{
    char data[256], control[512];
    struct iovec io = {data, sizeof(data)};
    struct msghdr m = {.msg_iov = &io,
                       .msg_iovlen = 1,
                       .msg_control = control,
                       .msg_controllen = sizeof(control)};

    if (recvmsg(fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
        return HOP_PING_WAIT;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
        /* struct sock_extended_err begins: errno, origin, type */
        const unsigned char *p = CMSG_DATA(c);

        if (p[5] == ICMP_TIME_EXCEEDED || p[5] == ICMP6_TIME_EXCEEDED)
            return HOP_PING_TTL_EXPIRED;
    }
    return HOP_PING_UNREACHABLE;
}

enum hop_ping_answer
hop_ping_take(int fd, const struct hop_ping_target *to,
              const struct hop_ping_options *o)
{
    uint8_t data[2048];
    ssize_t n = recv(fd, data, sizeof(data), MSG_DONTWAIT);
    int type = 0;
    socklen_t size = sizeof(type);
    size_t at = 0;
    uint16_t sequence;

    if (n < 0)
        return errno == EAGAIN ? take_error(fd)
               : errno == EHOSTUNREACH || errno == ENETUNREACH ||
                       errno == ECONNREFUSED
                   ? take_error(fd)
                   : HOP_PING_WAIT;
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
    if (type == SOCK_RAW && !is_v6(to))
        at = (size_t)(data[0] & 15) * 4; /* behind the IP header */
    if ((size_t)n < at + 8 ||
        data[at] != (is_v6(to) ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY))
        return HOP_PING_WAIT;
    memcpy(&sequence, data + at + 6, sizeof(sequence));
    if (type == SOCK_RAW) {
        uint16_t id;
        memcpy(&id, data + at + 4, sizeof(id));
        if (id != htons((uint16_t)getpid()))
            return HOP_PING_WAIT;
    }
    return sequence == htons(o->sequence) ? HOP_PING_REPLY : HOP_PING_WAIT;
}

int
hop_ping_connect(const struct hop_ping_target *to, uint16_t port,
                 struct hop_error *err)
{
    struct sockaddr_storage a = to->address;
    int fd = socket(a.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (is_v6(to))
        ((struct sockaddr_in6 *)(void *)&a)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)(void *)&a)->sin_port = htons(port);
    if (fd < 0) {
        hop_error_errno(err, errno, "no socket can be made");
        return -1;
    }
    if (connect(fd, (const struct sockaddr *)&a, to->size) == 0 ||
        errno == EINPROGRESS)
        return fd;
    hop_error_errno(err, errno, "the connection cannot be made");
    close(fd);
    return -1;
}

int
hop_ping_connected(int fd)
{
    int e = 0;
    socklen_t n = sizeof(e);

    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &n) == 0 ? e : errno;
}
