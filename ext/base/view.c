#include "base/view.h"

bool strata_view_contains(strata_view text, const char *word)
{
	size_t size = strlen(word);

	for (size_t at = 0; at + size <= text.size; at++) {
		if (memcmp(text.data + at, word, size) == 0) {
			return true;
		}
	}
	return false;
}
