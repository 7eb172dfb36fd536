# Compiles the plain-C sources and the unit tests, called by tests/unit/run with
#   OUT    where everything goes, one folder for each set of flags
#   FLAGS  the sanitizers, and the definitions a test asks for
#   TESTS  the programs to build, tests/unit/<folder>/test_<noun>

# conf/ini.c is for PHP.
SOURCES := $(filter-out ext/conf/ini.c ext/api/% ext/codec/%,$(wildcard ext/*/*.c ext/*/*/*.c))
HELPERS := $(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c))
OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(SOURCES) $(HELPERS))

CFLAGS := -std=gnu11 -D_GNU_SOURCE -g -Wall -Wextra -Werror -Wno-unused-parameter \
	-Wstrict-prototypes -Wformat=2 -Iext -Itests/unit -MMD -MP $(FLAGS)
LIBS := -lxxhash -lhiredis -lmemcached -lssl -lcrypto -lpthread -lm -ldl

all: $(patsubst %,$(OUT)/%,$(TESTS))

$(OUT)/%.o: %.c tests/unit/unit.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c $< -o $@

# The list is a dependency of the archive, so that a file that is gone leaves it too.
$(shell mkdir -p $(OUT); echo '$(OBJECTS)' | cmp -s - $(OUT)/objects || echo '$(OBJECTS)' >$(OUT)/objects)

$(OUT)/libstrata.a: $(OBJECTS) $(OUT)/objects
	@rm -f $@
	ar rcs $@ $(OBJECTS)

$(OUT)/tests/unit/%: $(OUT)/tests/unit/%.o $(OUT)/libstrata.a
	$(CC) $(FLAGS) $< $(OUT)/libstrata.a $(LIBS) -o $@

.PHONY: all
.SECONDARY:
-include $(wildcard $(addprefix $(OUT)/,ext/*/*.d ext/*/*/*.d tests/unit/*.d tests/unit/*/*.d tests/unit/*/*/*.d))
