#include "node/question/question.h"

#include "node/io_loop.h"
#include "os/clock.h"

enum { PROBE_WAIT = 250000 /* usec: for a node that is out and may be back */, ATTEMPTS = 2 };

/* The sentence outlives the exchange. */
static void take_error(strata_answer *out, const strata_exchange *exchange, strata_arena *arena)
{
	strata_view text = strata_arena_copy(arena, strata_view_of(exchange->error.text));

	out->error = text.data != NULL && text.size > 0 ? text.data : strata_result_text(out->result);
}

static void ask_once(strata_node *node, const strata_buffer *request, uint32_t expected,
	strata_question_end end, strata_usec deadline, strata_arena *arena, strata_answer *out)
{
	strata_exchange exchange = {
		.node = node,
		.request = *request,
		.expected = expected,
		.is_urgent = true,
		.probe_wait = PROBE_WAIT,
	};
	strata_usec began = strata_clock_usec();
	strata_usec now = began;

	out->sent_at = strata_clock_wall_usec();
	strata_io_loop_run(&exchange, 1, deadline, arena, &now);
	out->took = strata_clock_usec() - began;
	out->result = exchange.result;
	out->replies = exchange.result == STRATA_OK ? exchange.replies : NULL;
	out->error = NULL;
	if (exchange.result != STRATA_OK) {
		take_error(out, &exchange, arena);
	}
	if (end == STRATA_QUESTION_CLOSES && exchange.connection != NULL) {
		strata_connection_poison(exchange.connection);
	}
	strata_io_loop_release(&exchange);
}

void strata_question_ask(strata_node *node, strata_buffer *request, uint32_t expected,
	strata_question_end end, strata_usec time, strata_arena *arena, strata_answer *out)
{
	strata_usec deadline = strata_clock_usec() + time;

	*out = (strata_answer){ .result = STRATA_TIMEOUT };
	for (int i = 0; i < ATTEMPTS && out->result != STRATA_OK; i++) {
		if (i > 0 && (out->result != STRATA_TIMEOUT || strata_clock_usec() >= deadline)) {
			break;
		}
		ask_once(node, request, expected, end, deadline, arena, out);
	}
	strata_buffer_fini(request);
}
