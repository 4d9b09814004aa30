/* Taking a complete head apart: the parser's second half.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_HTTP_FIELDS_H
#define HOP_HTTP_FIELDS_H

#include "http/parser.h"

/* Splits p->text (a whole head, lines ended by CRLF, control bytes already
 * refused) into p->head and checks it; false with p->bad_status otherwise. */
HOP_MUST_CHECK bool hop_http_fields_parse(struct hop_http_parser *p,
                                          struct hop_error *err);

#endif
