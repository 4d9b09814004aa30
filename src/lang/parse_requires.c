#include "lang/parser.h"
void parse_requires(struct parser *p) { (void)p; }
