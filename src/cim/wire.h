/* Instances as XML, as WS-Management carries them (DSP0230; MS-WSMV 2.2.4).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CIM_WIRE_H
#define HOP_CIM_WIRE_H

#include "base/buf.h"
#include "cim/cim.h"
#include "wsman/uri.h"
#include "xml/tree.h"

/* Classes as resources: MS-WSMV 2.2.4.1 and DSP0230 5.1; a class's name, or *
 * for a query that names it, follows. */
#define HOP_URI_WMI_CIMV2 HOP_URI_WMI "root/cimv2/"
#define HOP_URI_CIM_CLASS "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
#define HOP_URI_CIM_ALL   "http://schemas.dmtf.org/wbem/wscim/1/*"
#define HOP_NS_CIM_COMMON "http://schemas.dmtf.org/wbem/wscim/1/common"

/* Is the resource one of classes? */
bool hop_cim_uri_is(const char *uri);
/* The class's name in it ("*" for any), and its namespace (root/cimv2), both
 * borrowed from uri or static; *ns_len bytes.  False when it names none. */
bool hop_cim_uri_parse(const char *uri, const char **class_name,
                       const char **ns, size_t *ns_len);

struct hop_wql;

/* Appends the instance as an element of the class's namespace; only what q
 * selects (then as w:XmlFragment), if q is not NULL and names columns. */
void hop_cim_encode(struct hop_buf *out, const struct hop_cim_instance *i,
                    const struct hop_wql *q);
/* Appends its reference, a:EndpointReference. */
void hop_cim_encode_epr(struct hop_buf *out, const struct hop_cim_instance *i);
/* Appends what a method gives back: METHOD_OUTPUT. */
void hop_cim_encode_result(struct hop_buf *out, const char *class_name,
                           const char *method, const struct hop_cim_call *call);
/* Appends METHOD_INPUT, the body of a call. */
void hop_cim_encode_input(struct hop_buf *out, const char *uri,
                          const char *method, const struct hop_cim_argument *in,
                          size_t n);

/* An instance, a method's result or a w:XmlFragment from its element.  Types
 * are those of the class of that name here; a class not known here has them
 * guessed from the texts.  class_name: of a fragment, which does not tell, or
 * NULL.  *out is owned by the caller. */
HOP_MUST_CHECK bool hop_cim_decode(const struct hop_xml_node *node,
                                   const char *class_name,
                                   struct hop_cim_instance *out,
                                   struct hop_error *err);

#endif
