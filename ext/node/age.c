#include "node/age.h"

#include "os/clock.h"
#include "os/process.h"

strata_age strata_age_new(void)
{
	strata_msec now = strata_clock_msec();

	return (strata_age){ now, now, 80 + (uint32_t) (strata_process_random_word() % 41) };
}

void strata_age_use(strata_age *age)
{
	age->used_at = strata_clock_msec();
}

static strata_usec idle_for(const strata_age *age)
{
	return (strata_clock_msec() - age->used_at) * 1000;
}

bool strata_age_is_over(const strata_age *age, const strata_client_options *options)
{
	strata_usec lifetime = options->max_lifetime * age->lifetime_share / 100;
	strata_usec alive = (strata_clock_msec() - age->opened_at) * 1000;

	return (lifetime != 0 && alive >= lifetime) ||
		   (options->idle_close != 0 && idle_for(age) >= options->idle_close);
}

bool strata_age_wants_proof(const strata_age *age, const strata_client_options *options)
{
	return options->check_after_idle != 0 && idle_for(age) >= options->check_after_idle;
}
