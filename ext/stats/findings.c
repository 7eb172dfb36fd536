#include "stats/findings.h"

#include <stdarg.h>
#include <stdio.h>

enum { SENTENCE = 512 /* bytes */ };

static void *make(strata_findings *findings, size_t size)
{
	void *made = strata_arena_alloc(findings->arena, size);

	findings->has_failed |= made == NULL;
	return made;
}

strata_checked_node *strata_findings_add_node(strata_findings *findings, const char *name,
	const char *protocol)
{
	strata_checked_node **end = &findings->nodes;
	strata_checked_node *node = make(findings, sizeof(*node));
	strata_view copy = strata_arena_copy(findings->arena, strata_view_of(name));

	if (node == NULL || copy.data == NULL) {
		findings->has_failed = true;
		return NULL;
	}
	*node = (strata_checked_node){ .name = copy.data, .protocol = protocol };
	while (*end != NULL) {
		end = &(*end)->next;
	}
	*end = node;
	return node;
}

static strata_fact *add_fact(strata_findings *findings, strata_checked_node *node,
	const strata_fact *fact)
{
	strata_fact **end = &node->facts;
	strata_fact *made = make(findings, sizeof(*made));

	if (made != NULL) {
		while (*end != NULL) {
			end = &(*end)->next;
		}
		*made = *fact;
		*end = made;
	}
	return made;
}

void strata_findings_note(strata_findings *findings, strata_checked_node *node, const char *name,
	strata_view text)
{
	strata_view copy = strata_arena_copy(findings->arena, text);

	findings->has_failed |= copy.data == NULL;
	if (copy.data != NULL) {
		(void) add_fact(findings, node,
			&(strata_fact){ .name = name, .kind = STRATA_FACT_TEXT, .text = copy });
	}
}

void strata_findings_note_integer(strata_findings *findings, strata_checked_node *node,
	const char *name, int64_t integer)
{
	(void) add_fact(findings, node,
		&(strata_fact){ .name = name, .kind = STRATA_FACT_INTEGER, .integer = integer });
}

void strata_findings_list(strata_findings *findings, strata_word **list, const char *word)
{
	strata_word *made = make(findings, sizeof(*made));

	if (made != NULL) {
		while (*list != NULL) {
			list = &(*list)->next;
		}
		*made = (strata_word){ .text = word };
		*list = made;
	}
}

void strata_findings_say(strata_findings *findings, strata_severity severity,
	const strata_checked_node *node, const char *format, ...)
{
	strata_finding **end = &findings->list;
	strata_finding *finding = make(findings, sizeof(*finding));
	char *sentence = make(findings, SENTENCE);
	va_list arguments;

	if (finding == NULL || sentence == NULL) {
		return;
	}
	va_start(arguments, format);
	vsnprintf(sentence, SENTENCE, format, arguments);
	va_end(arguments);
	*finding = (strata_finding){ severity, node != NULL ? node->name : NULL, sentence, NULL };
	while (*end != NULL) {
		end = &(*end)->next;
	}
	*end = finding;
}

/*
 * The clock was read at some moment between question and answer: half of that time is what is not
 * known (RFC 5905, where it is half of the round trip delay).
 */
void strata_findings_compare_clock(strata_findings *findings, strata_checked_node *node,
	uint64_t theirs, uint64_t sent, strata_usec took, strata_usec coarse)
{
	uint64_t ours = sent + took / 2;
	int64_t difference = (int64_t) (theirs + coarse / 2 - ours);
	double apart = (double) difference / 1000000;
	strata_usec uncertainty = took / 2 + coarse / 2;

	node->clock = (strata_clock_view){ true, difference, uncertainty };
	if (strata_usec_is_apart(difference, uncertainty)) {
		strata_findings_say(findings, STRATA_SEVERITY_WARNING, node,
			"its clock is %.1f s %s that of this host, and values would end at other times on "
			"other hosts: let NTP or chrony set both clocks",
			difference < 0 ? -apart : apart, difference < 0 ? "behind" : "ahead of");
	}
}
