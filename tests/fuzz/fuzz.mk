# SPDX-License-Identifier: MIT
# Programs of tests/fuzz: each target with a main that replays its corpus (a test), and with libFuzzer
# under AddressSanitizer and UBSan (FUZZ=1, by clang).

# Where images cannot be decoded (a cross build), there is nothing that reads an IDX file.
FUZZ_TARGETS := $(filter-out $(if $(IMAGES_LIBS),,idx),\
                  $(patsubst tests/fuzz/targets/%.c,%,$(wildcard tests/fuzz/targets/*.c)))
FUZZ_REPLAYS := $(addprefix $(BUILD)/tests/fuzz/,$(FUZZ_TARGETS))
FUZZ_CFLAGS   = $(ALL_CFLAGS) -Itests/fuzz $(IMAGES_CFLAGS)

# The decoder of images lives outside the library.
FUZZ_DECODER := $(BUILD)/tests/fuzz/obj/decode.o
$(BUILD)/tests/fuzz/idx $(BUILD)/fuzz/idx: $(FUZZ_DECODER)
$(BUILD)/tests/fuzz/idx $(BUILD)/fuzz/idx: LDLIBS += $(IMAGES_LIBS)
$(FUZZ_DECODER): advisor/images/worker/decode.c $(BUILD)/.flags
	@mkdir -p $(@D)
	$(CC) $(FUZZ_CFLAGS) -c $< -o $@

$(BUILD)/tests/fuzz/obj/%.o: tests/fuzz/%.c $(BUILD)/.flags
	@mkdir -p $(@D)
	$(CC) $(FUZZ_CFLAGS) -c $< -o $@
.PRECIOUS: $(BUILD)/tests/fuzz/obj/%.o

FUZZ_SHARED := $(BUILD)/tests/fuzz/obj/fuzz.o $(LIB)
$(FUZZ_REPLAYS): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/obj/targets/%.o $(BUILD)/tests/fuzz/obj/main.o $(FUZZ_SHARED)
	$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)
tests-build: $(FUZZ_REPLAYS)
tests-build-plainless: $(FUZZ_REPLAYS)

# How an input is changed: by the tree, by the line, or by libFuzzer's own bytes.
FUZZ_BY_TREE  := json catalogue profile samples decision engine report
FUZZ_BY_BYTES := idx quantities
FUZZ_BY_LINE  := $(filter-out $(FUZZ_BY_TREE) $(FUZZ_BY_BYTES),$(FUZZ_TARGETS))
$(addprefix $(BUILD)/fuzz/,$(FUZZ_BY_TREE)): $(BUILD)/tests/fuzz/obj/mutate_json.o
$(addprefix $(BUILD)/fuzz/,$(FUZZ_BY_LINE)): $(BUILD)/tests/fuzz/obj/mutate_lines.o
$(addprefix $(BUILD)/fuzz/,$(FUZZ_TARGETS)): $(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/obj/targets/%.o $(FUZZ_SHARED)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

.PHONY: fuzz fuzz-programs
fuzz-programs: $(addprefix $(BUILD)/fuzz/,$(FUZZ_TARGETS))
FUZZ_SECONDS ?= 600
fuzz: ## every reader against inputs that a fuzzer finds: FUZZ_SECONDS=600 of a core each; TARGET="cfg json"
	@.ci/packages $(RUN_PACKAGES) clang libclang-rt-dev python3
	@$(MAKE) --no-print-directory -s $(PARALLEL) FUZZ=1 fuzz-programs
	@tests/fuzz/run build/fuzz $(FUZZ_SECONDS) $(TARGET)

.PHONY: fuzz-coverage
fuzz-coverage: ## what the inputs that the fuzzers have found so far reach, file by file
	@$(MAKE) --no-print-directory -s $(PARALLEL) COVERAGE=1 all tests-build-plainless
	@tests/fuzz/coverage build/coverage tests/fuzz/corpus build/fuzz/corpus
