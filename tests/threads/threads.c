/*
 * threads — PHP's requests in eight threads of one process: threads SCRIPT TOTAL REQUESTS PHP.INI.
 * Every thread runs the script that many times, each time as a request of its own, with the number
 * of the thread and of the request in $_SERVER['argv']. When all have ended, the main thread runs
 * the script TOTAL.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <sapi/embed/php_embed.h>

enum { THREADS = 8 };

typedef struct {
	const char *script;
	int number;
	int requests;
	int failed;
} worker;

static void run_request(worker *worker, int request)
{
	char number[16], count[16];
	char *arguments[] = { (char *) worker->script, number, count, NULL };
	zend_file_handle file;

	snprintf(number, sizeof(number), "%d", worker->number);
	snprintf(count, sizeof(count), "%d", request);
	SG(request_info).argc = 3;
	SG(request_info).argv = arguments;
	if (php_request_startup() != SUCCESS) {
		worker->failed++;
		return;
	}
	SG(headers_sent) = 1;
	SG(request_info).no_headers = 1;
	zend_stream_init_filename(&file, worker->script);
	/*
	 * A script that ends by a fatal error or by exit is none of our failures: what it printed says.
	 */
	zend_first_try
	{
		php_execute_script(&file);
	}
	zend_end_try();
	zend_destroy_file_handle(&file);
	php_request_shutdown(NULL);
}

static int run_total(const char *script)
{
	zend_file_handle file;
	bool ran = false;

	zend_stream_init_filename(&file, script);
	zend_first_try
	{
		ran = php_execute_script(&file);
	}
	zend_end_try();
	zend_destroy_file_handle(&file);
	return ran ? 0 : 1;
}

static void *work(void *opaque)
{
	worker *worker = opaque;

	ts_resource(0);
	for (int i = 0; i < worker->requests; i++) {
		run_request(worker, i);
	}
	ts_free_thread();
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	worker workers[THREADS];
	int failed = 0;

	if (argc != 5) {
		fprintf(stderr, "usage: threads SCRIPT TOTAL REQUESTS PHP.INI\n");
		return 2;
	}
	php_embed_module.php_ini_path_override = argv[4];
	if (php_embed_init(argc, argv) != SUCCESS) {
		return 1;
	}
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (worker){ argv[1], i, atoi(argv[3]), 0 };
		if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) {
			return 1;
		}
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		failed += workers[i].failed;
	}
	failed += run_total(argv[2]);
	php_embed_shutdown();
	return failed == 0 ? 0 : 1;
}
