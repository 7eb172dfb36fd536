#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* A command with a small value and the question about the generation fit, without another one. */
enum { SMALLEST = 1024 };

int strata_buffer_reserve(strata_buffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity > SMALLEST ? buffer->capacity : SMALLEST;
	size_t wanted;
	char *data;

	if (buffer->capacity - buffer->size >= more) {
		return 0;
	}
	if (more > SIZE_MAX / 4 || buffer->size > SIZE_MAX / 4) {
		return -1;
	}
	wanted = buffer->size + more;
	while (capacity < wanted) {
		capacity *= 2;
	}
	data = realloc(buffer->data, capacity);
	if (data == NULL) {
		return -1;
	}
	buffer->data = data;
	buffer->capacity = capacity;
	return 0;
}

int strata_buffer_append(strata_buffer *buffer, strata_view bytes)
{
	if (strata_buffer_reserve(buffer, bytes.size) != 0) {
		return -1;
	}
	if (bytes.size > 0) {
		memcpy(buffer->data + buffer->size, bytes.data, bytes.size);
		buffer->size += bytes.size;
	}
	return 0;
}

int strata_buffer_print(strata_buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size < 0 || strata_buffer_reserve(buffer, (size_t) size + 1) != 0) {
		return -1;
	}
	va_start(arguments, format);
	vsnprintf(buffer->data + buffer->size, (size_t) size + 1, format, arguments);
	va_end(arguments);
	buffer->size += (size_t) size;
	return 0;
}

void strata_buffer_consume(strata_buffer *buffer, size_t count)
{
	size_t kept = count < buffer->size ? buffer->size - count : 0;

	if (kept > 0) {
		memmove(buffer->data, buffer->data + count, kept);
	}
	buffer->size = kept;
}

void strata_buffer_fini(strata_buffer *buffer)
{
	free(buffer->data);
	*buffer = (strata_buffer){ 0 };
}
