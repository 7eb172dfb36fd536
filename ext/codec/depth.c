/*
 * Serializers call themselves for each level, and no serializer looks how much stack is left before
 * PHP 8.3 (igbinary never does). Two thirds of a level are kept in hand below: the figures are what
 * GCC and clang made of PHP 8.1 to 8.4.
 */
#include "codec/depth.h"

#include "Zend/zend_fibers.h"
#include "ext/standard/basic_functions.h"

#include "os/stack.h"

enum {
	RESERVE = 128 * 1024, /* for what user code does at the deepest level */
#if ZEND_DEBUG
	WRITTEN = 2304,
	READ = 1536
#else
	WRITTEN = 1760, /* bytes a level: serialize() keeps the digits of a number in each */
	READ = 512
#endif
};

/* A fiber has a stack of its own, whose bounds PHP only tells since 8.3. */
static size_t stack_left(void)
{
	size_t left = strata_stack_left();

#ifdef ZEND_CHECK_STACK_LIMIT
	uintptr_t here = (uintptr_t) __builtin_frame_address(0), limit = (uintptr_t) EG(stack_limit);

	if (limit != 0) {
		return here > limit ? here - limit : 0;
	}
#endif
	return left != 0 ? left : (size_t) EG(fiber_stack_size) / 2;
}

static zend_long levels(size_t bytes_a_level)
{
	size_t left = stack_left();
	zend_long room = left > RESERVE ? (zend_long) ((left - RESERVE) / bytes_a_level) : 0;
	zend_long allowed = BG(unserialize_max_depth);

	return MAX(1, allowed > 0 && allowed < room ? allowed : room);
}

zend_long strata_depth_to_write(void)
{
	return levels(WRITTEN);
}

zend_long strata_depth_to_read(void)
{
	return levels(READ);
}
