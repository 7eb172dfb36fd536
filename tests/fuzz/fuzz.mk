# Compiles the plain-C sources and the fuzz targets, called by tests/fuzz/run with
#   OUT      where everything goes
#   TARGETS  names of the targets to build

# conf/ini*.c and conf/topology.c are for PHP.
SOURCES := $(filter-out ext/conf/ini.c ext/conf/ini_said.c ext/conf/ini_origin.c ext/conf/topology.c ext/api/% $(wildcard ext/codec/*.c ext/codec/image/*.c) ext/cache/% ext/database/%, \
	$(wildcard ext/*/*.c ext/*/*/*.c))
OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(SOURCES) tests/fuzz/fuzz.c)
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=undefined

CC := clang
CFLAGS := -std=gnu11 -D_GNU_SOURCE -g -O1 -fno-omit-frame-pointer -Iext -Itests/fuzz -MMD -MP \
	-fsanitize=fuzzer-no-link $(SANITIZERS)
LIBS := -lxxhash -lzstd -lhiredis -lmemcached -lcares -lssl -lcrypto -lpthread -lm -ldl

all: $(patsubst %,$(OUT)/fuzz_%,$(TARGETS))

$(OUT)/%.o: %.c tests/fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c $< -o $@

$(OUT)/libstrata.a: $(OBJECTS)
	@rm -f $@
	ar rcs $@ $(OBJECTS)

$(OUT)/fuzz_%: $(OUT)/tests/fuzz/fuzz_%.o $(OUT)/libstrata.a
	$(CC) -fsanitize=fuzzer $(SANITIZERS) $< $(OUT)/libstrata.a $(LIBS) -o $@

.PHONY: all
.SECONDARY:
-include $(wildcard $(OUT)/ext/*/*.d $(OUT)/ext/*/*/*.d $(OUT)/tests/fuzz/*.d)
