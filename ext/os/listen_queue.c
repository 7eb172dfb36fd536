#include "os/listen_queue.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

bool strata_listen_queue_waits(void)
{
	struct pollfd socket = { .fd = STDIN_FILENO, .events = POLLIN };
	socklen_t size = sizeof(int);
	int listens = 0;

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 &&
		   listens != 0 && poll(&socket, 1, 0) == 1 && (socket.revents & POLLIN) != 0;
}
