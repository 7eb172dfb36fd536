# Compiles the plain-C sources and the unit tests, called by tests/unit/run with
#   OUT    where everything goes
#   FLAGS  the sanitizers
#   TESTS  the programs to build, tests/unit/<folder>/test_<noun>
#
# A first line like `/* unit: -DSTRATA_FAILPOINTS */` gives a test flags of its own. A definition
# among them recompiles, beside the test, only the sources that it changes, in a folder named so.

# What is for PHP stays out.
SOURCES := $(filter-out ext/conf/ini.c ext/conf/ini_said.c ext/conf/ini_origin.c ext/api/% $(wildcard ext/codec/*.c ext/codec/image/*.c),$(wildcard ext/*/*.c ext/*/*/*.c))
HELPERS := $(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c))
OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(SOURCES) $(HELPERS))

CFLAGS := -std=gnu11 -D_GNU_SOURCE -g -Wall -Wextra -Werror -Wno-unused-parameter \
	-Wstrict-prototypes -Wformat=2 -Iext -Itests/unit -MMD -MP $(FLAGS)
LIBS := -lxxhash -lzstd -lhiredis -lmemcached -lcares -lssl -lcrypto -lpthread -lm -ldl

all: $(patsubst %,$(OUT)/%,$(TESTS))

$(OUT)/%.o: %.c tests/unit/unit.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c $< -o $@

# The list is a dependency of the archive, so that a file that is gone leaves it too.
$(shell mkdir -p $(OUT); echo '$(OBJECTS)' | cmp -s - $(OUT)/objects || echo '$(OBJECTS)' >$(OUT)/objects)

$(OUT)/libstrata.a: $(OBJECTS) $(OUT)/objects
	@rm -f $@
	ar rcs $@ $(OBJECTS)

# What comes before the archive keeps the archive's object of the same functions out.
link = mkdir -p $(@D) && $(CC) $(FLAGS) $(1) $(filter %.o,$^) $(OUT)/libstrata.a $(LIBS) -o $@

$(OUT)/tests/unit/%: $(OUT)/tests/unit/%.o $(OUT)/libstrata.a
	$(call link)

wanted = $(shell sed -n '1s|^/\* unit: \(.*\) \*/$$|\1|p' $(1).c)
macro = $(patsubst -D%,%,$(filter -D%,$(call wanted,$(1))))
changed = $(filter $(SOURCES),$(shell tests/unit/touched.sh $(1)))

# variant MACRO
define variant
$(OUT)/$(1)/%.o: %.c tests/unit/unit.mk
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) -D$(1) -c $$< -o $$@
endef

# special TEST MACRO
define special
$(OUT)/$(1): $(patsubst %.c,$(OUT)/$(addsuffix /,$(2))%.o,$(1).c $(if $(2),$(call changed,$(2)))) \
	$(OUT)/libstrata.a
	$$(call link,$$(call wanted,$(1)))
endef

SPECIAL := $(basename $(shell grep -l '^/\* unit: ' /dev/null $(addsuffix .c,$(TESTS))))
MACROS := $(sort $(foreach test,$(SPECIAL),$(call macro,$(test))))
$(foreach macro,$(MACROS),$(eval $(call variant,$(macro))))
$(foreach test,$(SPECIAL),$(eval $(call special,$(test),$(call macro,$(test)))))

.PHONY: all
.SECONDARY:
-include $(wildcard $(foreach folder,$(OUT) $(addprefix $(OUT)/,$(MACROS)), \
	$(addprefix $(folder)/,ext/*/*.d ext/*/*/*.d tests/unit/*.d tests/unit/*/*.d tests/unit/*/*/*.d)))
