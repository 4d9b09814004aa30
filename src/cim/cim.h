/* What a host can be asked about itself: classes of instances (DSP0004), as
 * WMI names them.  A class is one const table with the functions that find its
 * instances in /proc, systemd, the journal; hop_cim_classes lists them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CIM_CIM_H
#define HOP_CIM_CIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"

/* DSP0004 5.2.3. */
enum hop_cim_type {
    HOP_CIM_BOOLEAN,
    HOP_CIM_UINT8,
    HOP_CIM_UINT16,
    HOP_CIM_UINT32,
    HOP_CIM_UINT64,
    HOP_CIM_SINT8,
    HOP_CIM_SINT16,
    HOP_CIM_SINT32,
    HOP_CIM_SINT64,
    HOP_CIM_REAL64,
    HOP_CIM_STRING,
    HOP_CIM_DATETIME,
    HOP_CIM_TYPES
};
/* "boolean", "uint8" ... */
extern const char *const hop_cim_type_names[HOP_CIM_TYPES];

/* 100 ns since 0001-01-01; ends of what DATETIME carries. */
#define HOP_CIM_TICKS_PER_SECOND 10000000LL
#define HOP_CIM_TICKS_TO_1970    (62135596800LL * HOP_CIM_TICKS_PER_SECOND)

/* The HRESULTs of WMI (MS-WMI 2.2.11), in hop_error.code with domain
 * HOP_ERROR_WSMAN. */
#define HOP_CIM_E_FAILED            0x80041001u
#define HOP_CIM_E_NOT_FOUND         0x80041002u
#define HOP_CIM_E_ACCESS_DENIED     0x80041003u
#define HOP_CIM_E_INVALID_PARAMETER 0x80041008u
#define HOP_CIM_E_INVALID_NAMESPACE 0x8004100Eu
#define HOP_CIM_E_INVALID_CLASS     0x80041010u
#define HOP_CIM_E_INVALID_QUERY     0x80041017u
#define HOP_CIM_E_NO_METHOD         0x80041055u
/* Sets err with that code.  Always false. */
bool hop_cim_fail(struct hop_error *err, uint32_t code, const char *fmt, ...)
    HOP_PRINTF(3, 4);

enum {
    HOP_CIM_KEY = 1,
    HOP_CIM_ARRAY = 2,
    HOP_CIM_WRITE = 4,
};

struct hop_cim_property {
    const char *name;
    enum hop_cim_type type;
    unsigned flags;
};

struct hop_cim_value {
    bool set;      /* not null */
    bool interval; /* of DATETIME: i counts from nothing */
    union {
        int64_t i;  /* SINT*, DATETIME: ticks, UTC */
        uint64_t u; /* BOOLEAN, UINT* */
        double d;
        char *s; /* owned */
    };
    struct hop_cim_value *items; /* of an array, owned */
    size_t n;
};

/* One instance: a value for each of n properties. */
struct hop_cim_instance {
    const char *class_name;                    /* borrowed */
    const struct hop_cim_property *properties; /* borrowed */
    struct hop_cim_value *values;              /* owned */
    size_t n;
    bool owned; /* so are the name and the properties: made by begin and add */
};
#define HOP_AUTO_CIM_INSTANCE HOP_CLEANUP(hop_cim_instance_done)

struct hop_wql;
struct hop_cim_cursor;

/* Arguments of a method and what it gives back: names and values in pairs. */
struct hop_cim_argument {
    const char *name, *value;
};
struct hop_cim_call {
    const struct hop_cim_argument *in;
    size_t n_in;
    struct hop_cim_instance *self; /* NULL: of the class */
    uint32_t result;               /* ReturnValue */
    /* Besides ReturnValue; set by the method. */
    const char *out_name;
    uint64_t out_value;
    char *out_text; /* instead of it, owned by who calls; or NULL */
};
/* The argument's text, or NULL. */
const char *hop_cim_argument(const struct hop_cim_call *call, const char *name);

struct hop_cim_method {
    const char *name;
    bool is_static;
    const char *in;  /* parameters, blank-separated: "CommandLine" */
    const char *out; /* besides ReturnValue */
    bool (*call)(struct hop_cim_call *call, struct hop_error *err);
};

struct hop_cim_class {
    const char *name, *parent;
    const struct hop_cim_property *properties;
    size_t n;
    const struct hop_cim_method *methods; /* ends with a NULL name, or NULL */
    size_t state_size;                    /* of what open fills, zeroed */
    /* q: to look at fewer things than all; what does not match may still
     * come.  NULL: no condition. */
    bool (*open)(void *state, const struct hop_wql *q, struct hop_error *err);
    /* Sets what the instance has: 1, 0 at the end, -1 with err. */
    int (*next)(void *state, struct hop_cim_instance *i, struct hop_error *err);
    void (*close)(void *state); /* or NULL */
};
#define HOP_CIM_PROPERTIES(table)                                              \
    .properties = (table), .n = HOP_ARRAY_SIZE(table)

/* NULL-terminated. */
extern const struct hop_cim_class *const hop_cim_classes[];
/* By name, in any case of letters; NULL: there is none. */
const struct hop_cim_class *hop_cim_class_find(const char *name);

/* ---- instances ---- */

/* All values null; the class's table is borrowed. */
void hop_cim_instance_init(struct hop_cim_instance *i,
                           const struct hop_cim_class *cls);
void hop_cim_instance_done(struct hop_cim_instance *i);
/* An instance of a class that has no table here: properties are added one by
 * one.  The value is taken. */
void hop_cim_instance_begin(struct hop_cim_instance *i, const char *class_name);
void hop_cim_instance_add(struct hop_cim_instance *i, const char *name,
                          enum hop_cim_type type, unsigned flags,
                          struct hop_cim_value *value);
/* Index of a property, in any case of letters, or -1. */
int hop_cim_find(const struct hop_cim_instance *i, const char *name);
/* NULL: no such property, or it is null. */
const struct hop_cim_value *hop_cim_get(const struct hop_cim_instance *i,
                                        const char *name);
/* Text of a string property, or NULL. */
const char *hop_cim_text(const struct hop_cim_instance *i, const char *name);

/* For sources: the property must exist in the class; NULL text leaves it null.
 * Numbers go to integer types of either sign. */
void hop_cim_set_text(struct hop_cim_instance *i, const char *name,
                      const char *s);
void hop_cim_set_textf(struct hop_cim_instance *i, const char *name,
                       const char *fmt, ...) HOP_PRINTF(3, 4);
void hop_cim_set_number(struct hop_cim_instance *i, const char *name,
                        int64_t n);
void hop_cim_set_bool(struct hop_cim_instance *i, const char *name, bool b);
/* ticks: UTC. */
void hop_cim_set_time(struct hop_cim_instance *i, const char *name,
                      int64_t ticks);
void hop_cim_add_text(struct hop_cim_instance *i, const char *name,
                      const char *s);

/* A value by itself. */
void hop_cim_value_done(enum hop_cim_type type, unsigned flags,
                        struct hop_cim_value *v);
/* From the text of a peer or of a query; false when the type has no such. */
HOP_MUST_CHECK bool hop_cim_value_parse(enum hop_cim_type type, const char *s,
                                        struct hop_cim_value *out);
/* Appends it: numbers decimal, "TRUE", DATETIME as DMTF has it (DSP0004
 * 5.2.4: 20261121193000.000000+000). */
void hop_cim_value_format(enum hop_cim_type type, const struct hop_cim_value *v,
                          struct hop_buf *out);
/* Ticks of "20261121193000.000000+060"; also of ISO 8601 (cim:Datetime). */
HOP_MUST_CHECK bool hop_cim_time_parse(const char *s, int64_t *ticks,
                                       bool *interval);

/* ---- asking ---- */

/* The instances of a class for which q's condition holds.  cls and q are
 * borrowed until close. */
HOP_MUST_CHECK bool hop_cim_open(const struct hop_cim_class *cls,
                                 const struct hop_wql *q,
                                 struct hop_cim_cursor **out,
                                 struct hop_error *err);
/* 1 with *i (the caller's to end), 0 at the end, -1 with err. */
HOP_MUST_CHECK int hop_cim_next(struct hop_cim_cursor *c,
                                struct hop_cim_instance *i,
                                struct hop_error *err);
void hop_cim_close(struct hop_cim_cursor *c);
void hop_cim_closep(struct hop_cim_cursor **c);
#define HOP_AUTO_CIM_CURSOR HOP_CLEANUP(hop_cim_closep)

/* The instance that has these keys (all that are given must be equal). */
HOP_MUST_CHECK bool hop_cim_get_instance(const struct hop_cim_class *cls,
                                         const struct hop_cim_argument *keys,
                                         size_t n, struct hop_cim_instance *out,
                                         struct hop_error *err);
/* Calls a method, of the instance with these keys or (n == 0) of the class. */
HOP_MUST_CHECK bool hop_cim_invoke(const struct hop_cim_class *cls,
                                   const struct hop_cim_argument *keys,
                                   size_t n, const char *method,
                                   struct hop_cim_call *call,
                                   struct hop_error *err);

/* This host's name without its domain, as SystemName and CSName show it. */
const char *hop_cim_host(char out[65]);

#endif
