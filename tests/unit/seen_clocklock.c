/*
 * seen_clocklock — pthread_mutex_clocklock() by way of pthread_mutex_timedlock(), which the thread
 * sanitizer knows: of the other one it sees no lock, and takes every unlock for a mistake.
 */
#include <pthread.h>
#include <time.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)

int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *end)
{
	struct timespec now, wall;
	long long nanoseconds;

	(void) clock_gettime(clock, &now);
	(void) clock_gettime(CLOCK_REALTIME, &wall);
	nanoseconds = (end->tv_sec - now.tv_sec + wall.tv_sec) * 1000000000LL + end->tv_nsec -
				  now.tv_nsec + wall.tv_nsec;
	wall.tv_sec = nanoseconds / 1000000000;
	wall.tv_nsec = nanoseconds % 1000000000;
	return pthread_mutex_timedlock(mutex, &wall);
}

#endif
#endif
