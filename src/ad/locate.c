/* SPDX-License-Identifier: MIT */
#include "ad/locate.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define ANSWER_MAX 16384
#define SRV_FIXED  6 /* bytes before the name */

static bool
take_row(ns_msg *m, int i, struct hop_locate_row *row)
{
    const unsigned char *p;
    ns_rr rr;

    if (ns_parserr(m, ns_s_an, i, &rr) != 0)
        return false;
    row->name[0] = '\0';
    if (ns_rr_type(rr) != ns_t_srv)
        return true;
    p = ns_rr_rdata(rr);
    if (ns_rr_rdlen(rr) < SRV_FIXED)
        return false;
    row->priority = (uint16_t)ns_get16(p);
    row->weight = (uint16_t)ns_get16(p + 2);
    row->port = (uint16_t)ns_get16(p + 4);
    return dn_expand(ns_msg_base(*m), ns_msg_end(*m), p + SRV_FIXED, row->name,
                     sizeof(row->name)) >= 0;
}

/* RFC 2782: of the rows with the lowest priority one is drawn, by weight. */
static size_t
choose(const struct hop_locate_row *rows, size_t n,
       uint32_t (*draw)(void *, uint32_t), void *ctx)
{
    uint32_t sum = 0, mark;
    uint16_t best = UINT16_MAX;

    for (size_t i = 0; i < n; i++)
        best = rows[i].priority < best ? rows[i].priority : best;
    for (size_t i = 0; i < n; i++)
        sum += rows[i].priority == best ? rows[i].weight + 1u : 0;
    mark = draw(ctx, sum);
    for (size_t i = 0; i < n; i++) {
        if (rows[i].priority != best)
            continue;
        if (mark <= rows[i].weight)
            return i;
        mark -= rows[i].weight + 1u;
    }
    return 0;
}

static void
order(struct hop_locate_row *rows, size_t n, uint32_t (*draw)(void *, uint32_t),
      void *ctx)
{
    for (size_t i = 0; i + 1 < n; i++) {
        size_t k = i + choose(rows + i, n - i, draw, ctx);
        struct hop_locate_row row = rows[k];
        rows[k] = rows[i];
        rows[i] = row;
    }
}

int
hop_locate_decode(const void *answer, size_t n,
                  uint32_t (*draw)(void *, uint32_t), void *ctx,
                  struct hop_locate_row rows[HOP_LOCATE_MOST])
{
    ns_msg m;
    int count = 0;

    if (ns_initparse(answer, (int)n, &m) != 0)
        return -1;
    for (int i = 0; i < ns_msg_count(m, ns_s_an) && count < HOP_LOCATE_MOST;
         i++) {
        if (!take_row(&m, i, &rows[count]))
            return -1;
        count += rows[count].name[0] != '\0';
    }
    order(rows, (size_t)count, draw, ctx);
    return count;
}

static uint32_t
draw_at_random(void *ctx, uint32_t below)
{
    uint32_t v = 0;

    (void)ctx;
    (void)!getrandom(&v, sizeof(v), 0);
    return below ? v % below : 0;
}

int
hop_locate_dcs(const char *domain, struct hop_locate_row rows[HOP_LOCATE_MOST],
               struct hop_error *err)
{
    unsigned char answer[ANSWER_MAX];
    struct __res_state state = {0};
    char name[HOP_LOCATE_NAME + 32];
    int n, count;

    snprintf(name, sizeof(name), "_ldap._tcp.dc._msdcs.%s", domain);
    if (res_ninit(&state) != 0) {
        hop_error_set(err, HOP_ERROR_GENERIC, 0, "DNS cannot be asked");
        return 0;
    }
    n = res_nquery(&state, name, ns_c_in, ns_t_srv, answer, sizeof(answer));
    if (n < 0) {
        hop_error_set(err, HOP_ERROR_GENERIC, 0,
                      state.res_h_errno == HOST_NOT_FOUND ||
                              state.res_h_errno == NO_DATA
                          ? "DNS knows no domain controller of %s (%s); check "
                            "the domain's name and this host's DNS server, or "
                            "name one with -Server"
                          : "no DNS server answers for %s (%s); check this "
                            "host's DNS server, or name a domain controller "
                            "with -Server",
                      domain, name);
        res_nclose(&state);
        return 0;
    }
    res_nclose(&state);
    count = hop_locate_decode(answer, (size_t)n, draw_at_random, NULL, rows);
    if (count <= 0)
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "the answer of DNS for %s names no domain controller",
                      name);
    return count > 0 ? count : 0;
}
