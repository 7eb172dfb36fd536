/*
 * The table of directives in docs/configuration.md, printed from the table that the extension is
 * made from, so that the two cannot differ. tests/lint/settings_table.sh compiles and runs it.
 */
#include "conf/settings.h"

#include <stdio.h>

/* A bar would end the cell of a Markdown table, and an angle bracket begin a tag. */
static void print_escaped(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '|' || *text == '<') {
			putchar('\\');
		}
		putchar(*text);
	}
}

/* What a choice accepts are words to be written as they are; of other kinds it is a sentence. */
static void print_accepts(const strata_setting *setting)
{
	const char *separator = "";

	if (setting->kind != STRATA_SETTING_CHOICE) {
		print_escaped(setting->accepts);
		return;
	}
	for (const char *word = setting->accepts; *word != '\0';) {
		size_t size = strcspn(word, "|");

		printf("%s`%.*s`", separator, (int) size, word);
		separator = ", ";
		word += size + (word[size] == '|');
	}
}

static void print_row(const strata_setting *setting)
{
	const char *initial = setting->initial[0] != '\0' ? setting->initial : "\"\"";
	const char *scope = setting->scope == STRATA_SCOPE_DATABASE ? "yes" : "no";

	printf("| `strata.%s` | `%s` | %s | ", setting->name, initial, scope);
	print_accepts(setting);
	printf(" | ");
	print_escaped(setting->sentence);
	printf(" |\n");
}

int main(void)
{
	size_t count;
	const strata_setting *settings = strata_settings_table(&count);

	printf("| directive | default | per database | accepted | meaning |\n");
	printf("|---|---|---|---|---|\n");
	for (size_t i = 0; i < count; i++) {
		print_row(&settings[i]);
	}
	return 0;
}
