/* The names of one document, each kept once: a handler may compare and keep
 * the pointers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_XML_NAMES_H
#define HOP_XML_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* What expat puts between the parts; no name can hold it. */
#define HOP_XML_NAME_BREAK '\x01'

struct hop_xml_name {
    struct hop_xml_name *next; /* with the same slot */
    uint64_t hash;
    size_t key_len, longest; /* bytes; of the longest part */
    const char *ns, *local, *prefix;
    char key[];
};

struct hop_xml_names {
    struct hop_xml_name **slots;
    size_t cap, count;
};

void hop_xml_names_done(struct hop_xml_names *t);
/* The name behind "ns BREAK local BREAK prefix", "ns BREAK local" or "local";
 * it lives until hop_xml_names_done. */
const struct hop_xml_name *hop_xml_names_get(struct hop_xml_names *t,
                                             const char *key);

#endif
