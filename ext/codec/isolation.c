/*
 * serialize() inside of serialize() goes on with the table of references of the outer one, unless
 * PHP raised the lock, which it does not do for all code of the script that it runs. A value that
 * is written so refers to what is not in it, and one that is read so gets what is not its own.
 * Raising the lock ourselves would part them, and would part a class that serializes what it holds
 * from the rest of our value too. So the state is put aside as a whole: our value is the outermost
 * one, and what runs inside of it shares its references as it would anywhere.
 *
 * No fiber may be switched meanwhile. This state knows of nesting but not of taking turns: two
 * fibers, one suspended in __serialize() and one in __unserialize(), leave a dangling pointer
 * there. A FiberError that says so is better than a crash.
 */
#include "codec/isolation.h"

#include "Zend/zend_fibers.h"

void strata_isolation_enter(strata_isolation *outer)
{
	zend_fiber_switch_block();
	*outer = (strata_isolation){ BG(serialize_lock), BG(serialize).data, BG(serialize).level,
		BG(unserialize).data, BG(unserialize).level };
	BG(serialize_lock) = 0;
	BG(serialize).data = NULL;
	BG(serialize).level = 0;
	BG(unserialize).data = NULL;
	BG(unserialize).level = 0;
}

void strata_isolation_leave(const strata_isolation *outer)
{
	BG(serialize_lock) = outer->lock;
	BG(serialize).data = outer->written;
	BG(serialize).level = outer->write_level;
	BG(unserialize).data = outer->read;
	BG(unserialize).level = outer->read_level;
	zend_fiber_switch_unblock();
}
