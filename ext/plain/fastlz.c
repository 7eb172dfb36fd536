/*
 * The format, as https://github.com/ariya/FastLZ describes it ("Block Format"). An instruction is a
 * byte, and what follows it. The upper three bits of the very first byte are the level less one,
 * and count as zeroes in the instruction that this byte is:
 *
 *     000 count           count + 1 bytes stand here as they are
 *     length distance     length + 2 bytes are repeated, from distance + 1 bytes back. Length 7
 *                         goes on in further bytes: in one at level 1; at level 2 in as many as are
 *                         255 and one more. Then come the lower 8 bits of the distance
 *
 * At level 2 a distance that is all ones, 8191, goes on in two more bytes, the higher one first.
 */
#include "plain/fastlz.h"

#include <stdint.h>
#include <string.h>

enum {
	LOW = 31,           /* of an instruction: what is not its length */
	MOST_IN_PLACE = 7,  /* a length that goes on behind the instruction */
	LEAST_REPEATED = 2, /* bytes, beyond the length */
	LAST_BYTE_IS_ALL = 255,
	FAR = 8191, /* a distance that goes on, at level 2 */
	MOST_FROM_A_BYTE = 255
};

/* What is read and what is written, each by its place and its end. */
typedef struct {
	const unsigned char *at;
	const unsigned char *end;
	unsigned char *room;
	unsigned char *out;
	unsigned char *full;
	int level;
} unpacking;

static bool take(unpacking *self, unsigned *byte)
{
	if (self->at == self->end) {
		return false;
	}
	*byte = *self->at++;
	return true;
}

static bool copy(unpacking *self, size_t count)
{
	if (count > (size_t) (self->end - self->at) || count > (size_t) (self->full - self->out)) {
		return false;
	}
	memcpy(self->out, self->at, count);
	self->at += count;
	self->out += count;
	return true;
}

/* The source may reach into what it writes: then that is repeated, too. */
static bool repeat(unpacking *self, size_t count, size_t distance)
{
	if (count > (size_t) (self->full - self->out) || distance > (size_t) (self->out - self->room)) {
		return false;
	}
	for (const unsigned char *from = self->out - distance; count > 0; count--) {
		*self->out++ = *from++;
	}
	return true;
}

static bool read_length(unpacking *self, size_t *length)
{
	unsigned more = LAST_BYTE_IS_ALL;

	while (more == LAST_BYTE_IS_ALL) {
		if (!take(self, &more)) {
			return false;
		}
		*length += more;
		if (self->level == 1) {
			return true;
		}
	}
	return true;
}

static bool run_match(unpacking *self, unsigned instruction)
{
	size_t length = instruction >> 5;
	size_t distance = (size_t) (instruction & LOW) << 8;
	unsigned high, low;

	if (length == MOST_IN_PLACE && !read_length(self, &length)) {
		return false;
	}
	if (!take(self, &low)) {
		return false;
	}
	distance += low;
	if (self->level == 2 && distance == FAR) {
		if (!take(self, &high) || !take(self, &low)) {
			return false;
		}
		distance += (size_t) high << 8 | low;
	}
	return repeat(self, length + LEAST_REPEATED, distance + 1);
}

bool strata_fastlz_unpack(strata_view packed, char *room, size_t size)
{
	unpacking self = { .at = (const unsigned char *) packed.data,
		.end = (const unsigned char *) packed.data + packed.size,
		.room = (unsigned char *) room,
		.out = (unsigned char *) room,
		.full = (unsigned char *) room + size };
	unsigned instruction;

	if (!take(&self, &instruction) || instruction >> 5 > 1) {
		return false;
	}
	self.level = (int) (instruction >> 5) + 1;
	instruction &= LOW;
	for (;;) {
		bool is_done =
			instruction <= LOW ? copy(&self, instruction + 1) : run_match(&self, instruction);

		if (!is_done) {
			return false;
		}
		if (self.at == self.end) {
			return self.out == self.full;
		}
		instruction = *self.at++;
	}
}

/* No byte stands for more than one that goes on with the length of what is repeated. */
bool strata_fastlz_may_hold(size_t packed, size_t size)
{
	return size / MOST_FROM_A_BYTE <= packed;
}
