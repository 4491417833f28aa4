# make            build/stackloader.so
# make install    module, plugin, helpers, manual page and bash completion below PREFIX (DESTDIR is honoured); make uninstall takes them away again
# make run        a Prosody with the tree of config/ on this machine's loopback; PROSODY=13.0.1 for another version (scripts/versions)
# make test       installs what is missing, builds, runs every spec twice (plain, sanitized), chosen ones under valgrind and in a Lua that
#                 checks the use of its API, and the linters
# make coverage   which lines and branches of src/ those chosen ones run; what they never take and spec/uncovered.txt does not list, fails
# make quick      the specs that need no Prosody, on the plain build: about a minute on two cores
# make check      only the specs on the plain build, SPEC=spec/x_spec.lua for one file
# make fuzz       random input for everything that reads some, TIME=600 seconds a target; TARGET=literal for one of them (spec/fuzz)
# make bench      how fast it is, beside Prosody's own Include; ROUNDS=3 DOMAINS=1000 for a quick look, everything otherwise
# make bench-reload  the pause of a reload of a running server, beside plain Prosody's; HOSTS="100 1000" EACH=20
# make soak       a server under load that reloads changing, broken and mended layers; CLIENTS=10 RELOADS=100 for a quick look
# make rock       build/rocks/stackloader-scm-1.src.rock, the source as a rock; ROCK=stackloader-1.0.0-1 for the release
# make lint       cppcheck, clang-tidy, gcc's analyzer, luacheck;  make format  clang-format;  make clean  removes build/

PREFIX ?= /usr/local
BUILD ?= build
LUA ?= lua5.4
LUA_INCDIR ?= /usr/include/lua5.4

# The defaults are Debian's hardening; whatever a packager sets takes their place.
CFLAGS ?= -g -O2 -fstack-protector-strong -Wformat -Werror=format-security
CPPFLAGS ?= -D_FORTIFY_SOURCE=2
LDFLAGS ?= -Wl,-z,relro -Wl,-z,now

# What the sources need whatever the flags above are. Hidden visibility leaves luaopen_stackloader as the only export.
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes
REQUIRED_CFLAGS = -std=c11 -fPIC -fvisibility=hidden
REQUIRED_CPPFLAGS = -I$(LUA_INCDIR) -D_DEFAULT_SOURCE

SOURCES = $(wildcard src/*.c)
OBJECTS = $(SOURCES:src/%.c=$(BUILD)/%.o)
HELPERS = $(wildcard lua/stackloader/*.lua)
CATALOGUES = $(wildcard lua/stackloader/catalogues/*.lua)
# C that only the tests build: shims, hosts and fuzz targets
SPEC_SOURCES = $(wildcard spec/*.c spec/*/*.c)

CMODULE_DIR = $(DESTDIR)$(PREFIX)/lib/lua/5.4
LUA_DIR = $(DESTDIR)$(PREFIX)/share/lua/5.4
COMPLETION_DIR = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
MAN_DIR = $(DESTDIR)$(PREFIX)/share/man/man1
PLUGIN_DIR = $(DESTDIR)$(PREFIX)/lib/prosody/modules

all: $(BUILD)/stackloader.so

$(BUILD)/stackloader.so: $(OBJECTS)
	$(CC) -shared $(CFLAGS) $(LDFLAGS) -o $@ $(OBJECTS)

$(BUILD)/%.o: src/%.c | $(BUILD)
	$(CC) $(REQUIRED_CPPFLAGS) $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(REQUIRED_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD):
	mkdir -p $@

-include $(OBJECTS:.o=.d)

# The link makes the plugin known to Lua's search path too: by it the module finds the plugin where no plugin_paths names its folder.
install: all
	install -d $(CMODULE_DIR) $(LUA_DIR)/stackloader/catalogues $(LUA_DIR)/mod_stackloader $(PLUGIN_DIR)/mod_stackloader $(COMPLETION_DIR) $(MAN_DIR)
	install -m 644 $(BUILD)/stackloader.so $(CMODULE_DIR)/stackloader.so
	install -m 644 completion/prosodyctl $(COMPLETION_DIR)/prosodyctl
	install -m 644 man/prosodyctl-mod_stackloader.1 $(MAN_DIR)/prosodyctl-mod_stackloader.1
	install -m 644 $(HELPERS) $(LUA_DIR)/stackloader/
	install -m 644 $(CATALOGUES) $(LUA_DIR)/stackloader/catalogues/
	install -m 644 lua/mod_stackloader.lua $(PLUGIN_DIR)/mod_stackloader/mod_stackloader.lua
	ln -sfn ../../../../lib/prosody/modules/mod_stackloader/mod_stackloader.lua $(LUA_DIR)/mod_stackloader/mod_stackloader.lua

uninstall:
	rm -f $(CMODULE_DIR)/stackloader.so $(COMPLETION_DIR)/prosodyctl $(MAN_DIR)/prosodyctl-mod_stackloader.1
	rm -rf $(LUA_DIR)/stackloader $(LUA_DIR)/mod_stackloader $(PLUGIN_DIR)/mod_stackloader

test:
	@CC="$(CC)" LUA="$(LUA)" scripts/enterable scripts/test

quick: all
	@scripts/enterable sh -c 'STACKLOADER_BUILD="$$(realpath "$(BUILD)")" LUA="$(LUA)" scripts/quick'

check: all
	@scripts/enterable sh -c 'STACKLOADER_BUILD="$$(realpath "$(BUILD)")" $(LUA) /usr/bin/busted $(SPEC)'

# Each target is a file in spec/fuzz, C or Lua, with seeds in seeds/. clang has libFuzzer; the arena's requests get a block each, whose end the
# sanitizer guards.
FUZZ_TARGETS = $(notdir $(wildcard spec/fuzz/seeds/*))
TARGET ?= $(FUZZ_TARGETS)
TIME ?= 600
FUZZ_CHECKS = -g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all -fsanitize=address,undefined
FUZZ_BUILD = $(CC) -D_DEFAULT_SOURCE -I$(LUA_INCDIR) -iquote src $(WARNINGS) -std=c11 $(FUZZ_CHECKS) -fsanitize=fuzzer

fuzz: fuzz-build
	@scripts/fuzz $(TIME) $(TARGET)

# The part of it in make test: what was found once, the seeds, and a few seconds more.
fuzz-short: fuzz-build
	@scripts/fuzz short $(FUZZ_TARGETS)

fuzz-build:
	@scripts/packages fuzz
	@$(MAKE) --no-print-directory --quiet BUILD=build/fuzz CC=clang CPPFLAGS=-DSL_BLOCK_SIZE=1 LDFLAGS= \
		CFLAGS="$(FUZZ_CHECKS) -fsanitize=fuzzer-no-link" $(FUZZ_TARGETS:%=build/fuzz/fuzz-%)

$(BUILD)/fuzz-%: spec/fuzz/%.c spec/fuzz/common.c spec/fuzz/common.h $(OBJECTS)
	$(FUZZ_BUILD) -o $@ $< spec/fuzz/common.c $(OBJECTS) -llua5.4

$(BUILD)/fuzz-%: spec/fuzz/%.lua spec/fuzz/script.c spec/fuzz/common.c spec/fuzz/common.h $(OBJECTS)
	$(FUZZ_BUILD) -DSL_FUZZ_SCRIPTS='"$(abspath spec/fuzz)"' -DSL_FUZZ_SCRIPT='"$*.lua"' -o $@ spec/fuzz/script.c spec/fuzz/common.c $(OBJECTS) \
		-llua5.4

# The results are a table, bench.json and domains.svg; trees of up to DOMAINS domain files are written and removed there.
ROUNDS ?= 9
DOMAINS ?= 100000
RESULTS ?= $(BUILD)/bench

bench: all
	@scripts/packages bench
	@scripts/prosodies
	@CC="$(CC)" $(LUA) spec/bench/run.lua "$(BUILD)" "$(ROUNDS)" "$(DOMAINS)" "$(RESULTS)"

# The reload of a running server with so many hosts, beside plain Prosody's: a table and reload.json.
HOSTS ?= 100 300 1000 3000
EACH ?= 20

bench-reload: all
	@scripts/packages bench
	@scripts/prosodies
	@STACKLOADER_BUILD="$(abspath $(BUILD))" LUA_PATH="./?.lua;/usr/lib/prosody/?.lua;;" LUA_CPATH="/usr/lib/prosody/?.so;;" \
		$(LUA) spec/bench/server.lua "$(HOSTS)" "$(EACH)" "$(RESULTS)"

CLIENTS ?= 50
RELOADS ?= 1000

soak: all
	@scripts/packages test
	@scripts/prosodies
	@STACKLOADER_BUILD="$(abspath $(BUILD))" $(LUA) spec/soak/run.lua "$(CLIENTS)" "$(RELOADS)"

run:
	@PROSODY="$(PROSODY)" scripts/run

# -O0: one branch of the machine for one of the source
COVERAGE = BUILD=build/coverage CPPFLAGS= LDFLAGS= CFLAGS="-O0 -g --coverage"

coverage:
	@scripts/packages test
	@scripts/prosodies
	@scripts/lua-checked
	@$(MAKE) --no-print-directory --quiet coverage-build
	@scripts/specs-checked --output=plainTerminal
	@$(LUA) scripts/coverage.lua build/coverage

coverage-build:
	@$(MAKE) --no-print-directory --quiet CC=gcc $(COVERAGE)

lint: lint-cppcheck lint-clang-tidy lint-analyzer lint-luacheck

lint-cppcheck:
	cppcheck --quiet -j "$$(nproc)" --error-exitcode=1 --std=c11 --enable=warning,style,performance,portability \
		--suppressions-list=.cppcheck -D_DEFAULT_SOURCE -DLUA_VERSION_NUM=504 $(SOURCES) $(SPEC_SOURCES)

lint-clang-tidy:
	printf '%s\n' $(SOURCES) | xargs -n 1 -P "$$(nproc)" sh -c 'clang-tidy --quiet "$$@" -- -std=c11 $(REQUIRED_CPPFLAGS)' clang-tidy

# As it is built, optimization included: the analyzer sees more then. The objects are of no use.
lint-analyzer:
	for file in $(SOURCES); do \
		gcc $(REQUIRED_CPPFLAGS) $(REQUIRED_CFLAGS) -O2 -fanalyzer -Werror -c -o /dev/null "$$file" || exit 1; done

lint-luacheck:
	luacheck --quiet .

# A checkout has two rockspecs, which differ in the version alone: of scm, and of the release in src/version.h.
ROCK ?= stackloader-scm-1

rock:
	rm -rf $(BUILD)/rocks
	mkdir -p $(BUILD)/rocks/$(ROCK)
	cp -R LICENSE $(ROCK).rockspec src lua $(BUILD)/rocks/$(ROCK)
	cp $(ROCK).rockspec $(BUILD)/rocks
	cd $(BUILD)/rocks && tar -czf $(ROCK).tar.gz $(ROCK)
	cd $(BUILD)/rocks && zip -q $(ROCK).src.rock $(ROCK).rockspec $(ROCK).tar.gz

format:
	clang-format -i $(SOURCES) $(wildcard src/*.h) $(SPEC_SOURCES)

# make run keeps its files outside of build/ where Prosody's user cannot reach the checkout; build/run is a link then.
# luarocks make leaves its objects and the module in the checkout.
clean:
	if [ -L build/run ]; then rm -rf "$$(readlink build/run)"; fi
	rm -rf $(BUILD)
	rm -f src/*.o stackloader.so

# Compares our reading of .env with that of two releases of docker-compose, which are fetched: not a part of CI.
FILES = 2000
compare-compose: $(BUILD)/stackloader.so
	LUA_CPATH="$(BUILD)/?.so" lua5.4 spec/fuzz/compose.lua "$$(scripts/compose-2 trixie)" "$$(scripts/compose-2 sid)" $(FILES)

.PHONY: bench-reload compare-compose all install uninstall rock test quick check bench fuzz fuzz-short fuzz-build soak run coverage coverage-build lint lint-cppcheck \
	lint-clang-tidy lint-analyzer lint-luacheck format clean
