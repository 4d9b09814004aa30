#include "lang/parser.h"
void lang_check(struct hop_unit *u) { (void)u; }
