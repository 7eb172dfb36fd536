# Compiles strata.so with a recorder of every call, called by benchmarks/trips/run.sh with
#   TREE   the checkout whose ext/ is compiled
#   OUT    where everything goes
# PHP's own build is not used: its -flto would hide the files that functions come from, and another
# checkout's build knows nothing of the recorder.

PHP_INCLUDES := $(shell php-config --includes)
LIBRARIES := hiredis libmemcached libcares openssl libxxhash libzstd
# What configure calls them, and phpinfo() asks for.
NAMES := $(sort $(shell sed -n 's/.*STRATA_LIBRARY.\[\([A-Z]*\)\].*/\1/p' $(TREE)/config.m4))
SOURCES := $(shell cd $(TREE) && find ext -name '*.c')
OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(SOURCES)) $(OUT)/recorder.o

# Headers of PHP and of libraries are not ours: what is inlined from there is no call.
RECORDED := -O0 -fno-inline -finstrument-functions \
	-finstrument-functions-exclude-file-list=/usr/include,/usr/lib/gcc,$(shell php-config --include-dir)
CFLAGS := -std=gnu11 -D_GNU_SOURCE -g1 -gdwarf-4 -fPIC -fvisibility=hidden -w -MMD -MP \
	-ffile-prefix-map=$(TREE)/=/strata/ -I$(TREE) -I$(TREE)/ext $(PHP_INCLUDES) \
	$(shell pkg-config --cflags $(LIBRARIES)) \
	-DSTRATA_WITH_ZSTD=1 -DCOMPILE_DL_STRATA=1 -DZEND_COMPILE_DL_EXT=1 -DZEND_ENABLE_STATIC_TSRMLS_CACHE=1 \
	$(if $(filter 0,$(shell php -n -r 'echo PHP_ZTS;')),-DSTRATA_ONE_THREAD=1) \
	$(foreach name,$(NAMES),-DSTRATA_BUILT_WITH_$(name)='"any"')
# Only our own calls go to the recorder, not those of the libraries.
comma := ,
CLOCKS := $(foreach clock,clock_gettime gettimeofday time,-Wl$(comma)--wrap=$(clock))

# The list is a dependency, so that a file that is gone leaves the library too.
$(shell mkdir -p $(OUT); echo '$(OBJECTS)' | cmp -s - $(OUT)/objects || echo '$(OBJECTS)' >$(OUT)/objects)

$(OUT)/strata.so: $(OBJECTS) $(OUT)/objects
	$(CC) -shared $(CLOCKS) -o $@ $(OBJECTS) -lhiredis -lmemcached -lcares -lxxhash -lzstd -lssl -lcrypto -lpthread -ldl -lm

$(OUT)/ext/%.o: $(TREE)/ext/%.c benchmarks/trips/trips.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(RECORDED) -c $< -o $@

$(OUT)/recorder.o: benchmarks/trips/recorder.c benchmarks/trips/trips.mk
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -fPIC -c $< -o $@

-include $(patsubst %.o,%.d,$(OBJECTS))
