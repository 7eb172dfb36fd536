/*
 * What a shared tier holds of arrays and objects, before it is unserialized: names lie in the text,
 * each step goes on, and what comes behind what was read changes nothing of what was named.
 */
#include "codec/scan/igbinary_scan.h"
#include "codec/scan/text_scan.h"
#include "fuzz.h"

enum { MOST_NAMES = 4096 };

typedef struct {
	strata_view names[MOST_NAMES];
	size_t count;
	strata_text_scan_step end;
} found;

static void scan(strata_view text, found *found)
{
	strata_text_scan scan = strata_text_scan_of(text);
	strata_text_scan_step step;
	strata_view name;

	found->count = 0;
	while ((step = strata_text_scan_next(&scan, &name)) == STRATA_TEXT_SCAN_CLASS) {
		MUST(name.data > text.data && name.data + name.size < text.data + text.size);
		MUST(found->count < text.size);
		if (found->count < MOST_NAMES) {
			found->names[found->count] = name;
		}
		found->count++;
	}
	MUST(name.data == NULL && name.size == 0);
	found->end = step;
}

static void must_be_the_same(const found *one, const found *other)
{
	for (size_t i = 0; i < one->count && i < other->count && i < MOST_NAMES; i++) {
		MUST(strata_view_equal(one->names[i], other->names[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static found whole, part;
	strata_view bytes = fuzz_copy(data, size);
	strata_view half = fuzz_copy(data, size / 2);

	scan(bytes, &whole);
	scan(half, &part);
	/* A cut within C: leaves the token out; else the beginning says the same. */
	must_be_the_same(&whole, &part);
	MUST(part.count <= whole.count);
	(void) strata_igbinary_scan(bytes);
	if (strata_igbinary_scan(half) == STRATA_IGBINARY_OBJECTS) {
		MUST(strata_igbinary_scan(bytes) == STRATA_IGBINARY_OBJECTS);
	}
	free((char *) bytes.data);
	free((char *) half.data);
	return 0;
}
