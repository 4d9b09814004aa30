/* libxml2 with its tree and paths, loaded when the first [xml] is made: with
 * what it needs itself (ICU, the C++ library) it takes longer to load than the
 * shell to start.
 *
 * Sources include this instead of libxml2's headers and call its functions by
 * their names; one that is not in the list is linked as usual.  Without the
 * library the process ends as the dynamic loader would have ended it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_LIBXML_H
#define HOP_BASE_LIBXML_H

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlsave.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

/* clang-format off */
#define HOP_LIBXML(X) \
    X(xmlAddChildList) X(xmlBufferContent) X(xmlBufferCreate) \
    X(xmlBufferFree) X(xmlCopyDoc) X(xmlDocCopyNode) X(xmlDocGetRootElement) \
    X(xmlFreeDoc) X(xmlFreeNode) X(xmlFreeProp) X(xmlGetProp) X(xmlHasProp) \
    X(xmlNewCDataBlock) X(xmlNewDoc) X(xmlNewDocComment) X(xmlNewDocNode) \
    X(xmlNewDocPI) X(xmlNewDocProp) X(xmlNewDocText) X(xmlNewNs) \
    X(xmlNodeDump) X(xmlNodeGetContent) X(xmlNodeSetContent) \
    X(xmlParseInNodeContext) X(xmlReadFile) X(xmlReadMemory) X(xmlSetNs) \
    X(xmlSetProp) X(xmlUnlinkNode) X(xmlXPathEvalExpression) \
    X(xmlXPathFreeContext) X(xmlXPathFreeObject) X(xmlXPathNewContext) \
    X(xmlXPathRegisterNs) X(xmlXPathSetContextNode)
/* clang-format on */

struct hop_libxml {
#define X(f) __typeof__(f) *f;
    HOP_LIBXML(X)
#undef X
    xmlFreeFunc *free;
};

/* The functions; loads the library at the first call. */
const struct hop_libxml *hop_libxml(void);
/* the source of this alone means the names themselves */
#ifndef HOP_LIBXML_PLAIN
#define xmlAddChildList (hop_libxml()->xmlAddChildList)
#define xmlBufferContent (hop_libxml()->xmlBufferContent)
#define xmlBufferCreate (hop_libxml()->xmlBufferCreate)
#define xmlBufferFree (hop_libxml()->xmlBufferFree)
#define xmlCopyDoc (hop_libxml()->xmlCopyDoc)
#define xmlDocCopyNode (hop_libxml()->xmlDocCopyNode)
#define xmlDocGetRootElement (hop_libxml()->xmlDocGetRootElement)
#define xmlFreeDoc (hop_libxml()->xmlFreeDoc)
#define xmlFreeNode (hop_libxml()->xmlFreeNode)
#define xmlFreeProp (hop_libxml()->xmlFreeProp)
#define xmlGetProp (hop_libxml()->xmlGetProp)
#define xmlHasProp (hop_libxml()->xmlHasProp)
#define xmlNewCDataBlock (hop_libxml()->xmlNewCDataBlock)
#define xmlNewDoc (hop_libxml()->xmlNewDoc)
#define xmlNewDocComment (hop_libxml()->xmlNewDocComment)
#define xmlNewDocNode (hop_libxml()->xmlNewDocNode)
#define xmlNewDocPI (hop_libxml()->xmlNewDocPI)
#define xmlNewDocProp (hop_libxml()->xmlNewDocProp)
#define xmlNewDocText (hop_libxml()->xmlNewDocText)
#define xmlNewNs (hop_libxml()->xmlNewNs)
#define xmlNodeDump (hop_libxml()->xmlNodeDump)
#define xmlNodeGetContent (hop_libxml()->xmlNodeGetContent)
#define xmlNodeSetContent (hop_libxml()->xmlNodeSetContent)
#define xmlParseInNodeContext (hop_libxml()->xmlParseInNodeContext)
#define xmlReadFile (hop_libxml()->xmlReadFile)
#define xmlReadMemory (hop_libxml()->xmlReadMemory)
#define xmlSetNs (hop_libxml()->xmlSetNs)
#define xmlSetProp (hop_libxml()->xmlSetProp)
#define xmlUnlinkNode (hop_libxml()->xmlUnlinkNode)
#define xmlXPathEvalExpression (hop_libxml()->xmlXPathEvalExpression)
#define xmlXPathFreeContext (hop_libxml()->xmlXPathFreeContext)
#define xmlXPathFreeObject (hop_libxml()->xmlXPathFreeObject)
#define xmlXPathNewContext (hop_libxml()->xmlXPathNewContext)
#define xmlXPathRegisterNs (hop_libxml()->xmlXPathRegisterNs)
#define xmlXPathSetContextNode (hop_libxml()->xmlXPathSetContextNode)
#define xmlFree (*hop_libxml()->free)
#endif

#endif
