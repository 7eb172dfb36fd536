/*
 * line_protocol — the simplest protocol there can be, to test what is true of all of them: a
 * command is a line, a reply is a line. A line that begins with ! is against the protocol. With a
 * user in the options it greets "HELLO <user>" and wants "WELCOME"; with a password that counts as
 * AUTH.
 */
#ifndef STRATA_TESTS_LINE_PROTOCOL_H
#define STRATA_TESTS_LINE_PROTOCOL_H

#include "protocol/protocol.h"

/* Its replies are strata_view: the line without its end. */
extern const strata_protocol line_protocol;

#endif
