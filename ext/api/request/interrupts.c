#include "api/request/interrupts.h"

#include "php.h"

#if PHP_VERSION_ID >= 80200
#define IS_SET(flag) zend_atomic_bool_load_ex(&EG(flag))
#define UNSET(flag)  zend_atomic_bool_store_ex(&EG(flag), false)
#else
#define IS_SET(flag) EG(flag)
#define UNSET(flag)  EG(flag) = false
#endif

/* As the engine does it at the next jump or call of the script. */
void strata_api_answer_interrupts(void)
{
	if (!IS_SET(vm_interrupt)) {
		return;
	}
	UNSET(vm_interrupt);
	if (IS_SET(timed_out)) {
		zend_timeout();
	} else if (zend_interrupt_function != NULL) {
		zend_interrupt_function(EG(current_execute_data));
	}
}
