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

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

strata_view strata_view_trimmed(strata_view text)
{
	while (text.size > 0 && is_blank(text.data[0])) {
		text = (strata_view){ text.data + 1, text.size - 1 };
	}
	while (text.size > 0 && is_blank(text.data[text.size - 1])) {
		text.size--;
	}
	return text;
}
