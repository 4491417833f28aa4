LUA_INCDIR ?= /usr/include/lua5.4
BUILD ?= build
CC ?= cc
CFLAGS ?= -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes
override CFLAGS += -std=c11 -fPIC -fvisibility=hidden $(WARNINGS)
override CPPFLAGS += -I$(LUA_INCDIR) -D_DEFAULT_SOURCE
LDFLAGS ?= -Wl,-z,relro,-z,now

SOURCES = $(wildcard src/*.c)
OBJECTS = $(SOURCES:src/%.c=$(BUILD)/%.o)

all: $(BUILD)/stackloader.so

$(BUILD)/stackloader.so: $(OBJECTS)
	$(CC) -shared $(LDFLAGS) -o $@ $(OBJECTS)

$(BUILD)/%.o: src/%.c | $(BUILD)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -c -o $@ $<

$(BUILD):
	mkdir -p $@

-include $(OBJECTS:.o=.d)

clean:
	rm -rf $(BUILD)

.PHONY: all clean
