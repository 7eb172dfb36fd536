#include "conf/text/class_names.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "conf/text/names.h"

static bool is_word(strata_view text, const char *word)
{
	return text.size == strlen(word) && strncasecmp(text.data, word, text.size) == 0;
}

static bool is_letter(unsigned char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
		   byte >= 0x80;
}

static strata_view without_root(strata_view name)
{
	if (name.size > 0 && name.data[0] == '\\') {
		name.data++;
		name.size--;
	}
	return name;
}

/* Words between backslashes, none of which is empty or begins with a digit. */
static bool is_class_name(strata_view name)
{
	bool is_begun = false;

	for (size_t i = 0; i < name.size; i++) {
		unsigned char byte = (unsigned char) name.data[i];
		bool is_digit = byte >= '0' && byte <= '9';

		if (byte == '\\' ? !is_begun : !(is_letter(byte) || (is_digit && is_begun))) {
			return false;
		}
		is_begun = byte != '\\';
	}
	return is_begun;
}

static bool is_one_word(strata_view list)
{
	return list.size == 0 || is_word(list, "none") || is_word(list, "all");
}

/* Of one name among others. */
static const char *objection(strata_view name)
{
	if (name.size == 0) {
		return "has a comma too many";
	}
	if (is_one_word(name)) {
		return "has no place among other names";
	}
	return is_class_name(without_root(name)) ? NULL : "is no name of a class";
}

const char *strata_class_names_objection(strata_view list, strata_view *name)
{
	strata_view rest = strata_view_trimmed(list);

	*name = (strata_view){ NULL, 0 };
	if (is_one_word(rest)) {
		return NULL;
	}
	if (rest.data[rest.size - 1] == ',') {
		return objection(*name);
	}
	while (strata_names_next(&rest, name)) {
		const char *reason = objection(*name);

		if (reason != NULL) {
			return reason;
		}
	}
	return NULL;
}

/* Each object asks: the usual spelling is told without a look at cases and blanks. */
bool strata_class_names_are_all(strata_view list)
{
	static const char usual[] = "all";

	if (list.size == sizeof(usual) - 1 && memcmp(list.data, usual, sizeof(usual) - 1) == 0) {
		return true;
	}
	return is_word(strata_view_trimmed(list), "all");
}

bool strata_class_names_allow(strata_view list, strata_view name)
{
	strata_view rest = strata_view_trimmed(list), listed;

	if (is_one_word(rest)) {
		return is_word(rest, "all");
	}
	while (strata_names_next(&rest, &listed)) {
		listed = without_root(listed);
		if (listed.size == name.size && strncasecmp(listed.data, name.data, name.size) == 0) {
			return true;
		}
	}
	return false;
}
