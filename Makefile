# pickmodel: which network should run on THIS board?   `make help` lists the targets.
# SPDX-License-Identifier: MIT

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0

CC     ?= cc
STD    := -std=c11 -D_GNU_SOURCE
WARN   := -Wall -Wextra -Wshadow -Wcast-qual -Wconversion -Wdouble-promotion -Wstrict-prototypes \
          -Wmissing-prototypes -Wpointer-arith -Wformat=2 -Wundef -Wvla
CFLAGS ?= -O2 -g
ifdef WERROR
WARN += -Werror
endif
ifdef SANITIZE
BUILD  := build/sanitize
CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
endif
ifdef TSAN
BUILD  := build/tsan
CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
endif
ifdef FUZZ
BUILD  := build/fuzz
CC     := clang
WARN   := -w
CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
endif
ifdef COVERAGE
BUILD  := build/coverage
CFLAGS := -O0 -g --coverage
endif
ALL_CFLAGS := $(STD) $(WARN) $(CFLAGS) -fvisibility=hidden -Iadvisor -MMD -MP \
              -DPM_VERSION='"$(VERSION)"'

# The program: everything under advisor/ but the engines, each of which is a program of its own.
ROOMS   := base json network images stats record sensor meter advise report chart deployment cli
LIB_SRC := $(foreach room,$(ROOMS),$(wildcard advisor/$(room)/*.c))
LIB_C_OBJ := $(LIB_SRC:advisor/%.c=$(BUILD)/obj/%.o)
LIB_OBJ := $(LIB_C_OBJ) $(BUILD)/obj/deployment/assets.o
LIB     := $(BUILD)/libpickmodel.a
LDLIBS  := -lgsl -lgslcblas -lcjson -lsmartcols -lyaml -lsensors -lpthread -ldl -lm
PROGRAM := $(BUILD)/pickmodel

# The Darknet engine. DARKNET_DIR names your own tree (darknet.h in it or in include/, and
# libdarknet.so); DARKNET_CFLAGS the macros it was built with (-DGPU -DCUDNN change its structs).
DARKNET_DIR    ?= /usr/lib/darknet
DARKNET_CFLAGS ?=
DARKNET_INC    := $(firstword $(wildcard $(DARKNET_DIR)/include/darknet.h $(DARKNET_DIR)/darknet.h))
DARKNET_LIB    := $(abspath $(DARKNET_DIR))/libdarknet.so
ENGINE_DARKNET := $(BUILD)/engines/darknet
# Engines speak for themselves: base, json and network are all they may use of ours.
ENGINE_ROOMS   := base json network
ENGINE_BUILD   := build/plain
# All objects of the worker but the one that says which engine it is.
ENGINE_SRC     := $(filter-out %/stock.c,$(wildcard advisor/engines/darknet/*.c)) \
                  $(foreach room,$(ENGINE_ROOMS),$(wildcard advisor/$(room)/*.c))
ENGINE_OBJ     := $(ENGINE_SRC:advisor/%.c=$(ENGINE_BUILD)/obj/%.o)

# The same worker with convolutions by OpenBLAS, and what does that as a library for anyone's own
# Darknet program.
ENGINE_BLAS    := $(BUILD)/engines/darknet-blas
BLAS_LIB       := $(BUILD)/lib/libdarknet_blas.so
BLAS_OBJ       := $(patsubst advisor/%.c,$(ENGINE_BUILD)/obj/%.o,\
                  $(filter-out %/accelerate.c,$(wildcard advisor/engines/darknet_blas/*.c)))

# What prepares images for `pickmodel evaluate`, where gdk-pixbuf is there: a program of its own too.
PKG_CONFIG     ?= pkg-config
IMAGES_CFLAGS  := $(shell $(PKG_CONFIG) --cflags gdk-pixbuf-2.0 zlib 2>/dev/null | sed 's/-I/-isystem /g')
IMAGES_LIBS    := $(shell $(PKG_CONFIG) --libs gdk-pixbuf-2.0 zlib 2>/dev/null)
IMAGES         := $(if $(IMAGES_LIBS),$(BUILD)/images/worker)
IMAGES_OBJ     := $(patsubst advisor/%.c,$(ENGINE_BUILD)/obj/%.o,$(wildcard advisor/images/*.c \
                  advisor/images/worker/*.c) $(foreach room,base json,$(wildcard advisor/$(room)/*.c)))

# ONNX Runtime, where it is wanted (make onnxruntime): a worker in JavaScript.
ENGINE_ORT     := $(BUILD)/engines/onnxruntime
ORT_SRC        := advisor/engines/onnxruntime
ORT_MODULES    := $(ENGINE_ORT)/.installed

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: FORCE
FORCE:

# No product is empty: an empty file below build/ is what a full disk or a killed compiler left, and is
# made again.
$(shell [ ! -d build ] || find build \( -name root -o -name apt -o -name node_modules \) -prune -o \
    -type f -empty -exec rm -f {} +)

# $(call note,FILE,TEXT): FILE holds TEXT and is rewritten only when that changes. What depends on it is
# made anew with other flags, with a tool that has come since, or when a source is gone.
quoted = '$(subst ','\'',$(strip $1))'
define note
$1: FORCE
	@mkdir -p $$(@D); printf '%s\n' $$(call quoted,$2) | cmp -s - $$@ || printf '%s\n' $$(call quoted,$2) >$$@
endef

# Submakes that build use all cores, unless the user said how many.
PARALLEL = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: all run test check engines-all sanitize valgrind browser fault device bench bench-build bench-engines bench-predict bench-verdicts bench-growth lint layers \
        function-length format format-check golden coverage man install uninstall dist clean help \
        packages test-packages

all: $(PROGRAM) engines ## build the program and its engines, installing nothing

.PHONY: engines
engines: $(IMAGES) $(ENGINE_DARKNET)/worker $(ENGINE_DARKNET)/engine.json \
         $(ENGINE_BLAS)/worker $(ENGINE_BLAS)/engine.json $(BLAS_LIB) \
         $(if $(wildcard $(ENGINE_ORT)),$(ENGINE_ORT)/engine.json)

# ---------------------------------------------------------------------------- packages

RUN_PACKAGES  := gcc libc6-dev darknet libgsl-dev libcjson-dev libsmartcols-dev libyaml-dev \
                 libsensors-dev libopenblas-dev libgdk-pixbuf-2.0-dev zlib1g-dev pkg-config
TEST_PACKAGES  = $(RUN_PACKAGES) $(WEB_PACKAGES) libcmocka-dev libasan8 libubsan1 clang-format \
                 python3 python3-jsonschema mandoc procps umockdev chromium fonts-liberation \
                 librsvg2-bin poppler-utils dataset-fashion-mnist

packages:
	@.ci/packages --for "Then it builds and answers: two minutes." $(RUN_PACKAGES)
test-packages:
	@.ci/packages --for "Then npm brings 150 MB to build/ and tests/, and all is built and tested: about eight minutes." $(TEST_PACKAGES)

# Plain `make` never installs: it says what is missing and the command that brings it.
$(BUILD)/.checked: Makefile
	@mkdir -p $(@D)
	@missing=; \
	need() { echo "#include <$$2>" | $(CC) -E - >/dev/null 2>&1 || missing="$$missing $$1"; }; \
	need libc6-dev stdio.h; need libgsl-dev gsl/gsl_multifit_nlinear.h; \
	need libcjson-dev cjson/cJSON.h; need libsmartcols-dev libsmartcols/libsmartcols.h; \
	need libyaml-dev yaml.h; need libsensors-dev sensors/sensors.h; \
	echo 'int openblas_get_num_threads(void); int main(void) { return openblas_get_num_threads(); }' | \
	  $(CC) -x c - -o /dev/null -lopenblas 2>/dev/null || missing="$$missing libopenblas-dev"; \
	[ -n "$(DARKNET_INC)" ] || missing="$$missing darknet"; \
	if [ -n "$$missing" ]; then \
	  echo "pickmodel: missing packages:$$missing" >&2; \
	  echo "  apt-get install -y --no-install-recommends$$missing     (or: make run)" >&2; \
	  exit 1; fi
	@echo "the packages it needs are there" >$@

# ---------------------------------------------------------------------------- building

$(eval $(call note,$(BUILD)/.flags,$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(LDLIBS)))
$(eval $(call note,$(BUILD)/.sources,$(LIB_SRC)))

# An object without its list of headers would not notice a change of one. The lists are made with it.
DEPENDENCIES = $(patsubst %.o,%.d,$(LIB_C_OBJ) $(BUILD)/obj/pickmodel.o $(ENGINE_OBJ) $(BLAS_OBJ) $(IMAGES_OBJ) \
               $(ENGINE_BUILD)/obj/engines/darknet/stock.o $(ENGINE_BUILD)/obj/engines/darknet_blas/accelerate.o)

# A peak is one only with fused multiply-adds, in whatever build.
$(BUILD)/obj/meter/peak.o: ALL_CFLAGS += -O2 -ffp-contract=fast
$(BUILD)/obj/%.o: advisor/%.c $(BUILD)/obj/%.d $(BUILD)/.flags | $(BUILD)/.checked
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c $< -o $@

$(LIB): $(LIB_OBJ) $(BUILD)/.sources
	@rm -f $@
	ar rcs $@ $(LIB_OBJ)

$(PROGRAM): $(BUILD)/obj/pickmodel.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The worker is never sanitized: libdarknet takes 40 s to start under ASan and leaks by nature.
# An engine is known by its bytes: built in another folder it is the same engine.
PLAIN_CFLAGS := $(STD) $(WARN) -O2 -g -ffile-prefix-map=$(CURDIR)=. -fvisibility=hidden -Iadvisor -MMD -MP \
                -DPM_VERSION='"$(VERSION)"'
$(eval $(call note,$(ENGINE_BUILD)/.flags,$(CC) $(PLAIN_CFLAGS) $(DARKNET_INC) $(DARKNET_CFLAGS) $(DARKNET_LIB) $(IMAGES_CFLAGS) $(LDFLAGS)))
$(ENGINE_BUILD)/obj/engines/%.o: EXTRA = -isystem $(dir $(DARKNET_INC)) $(DARKNET_CFLAGS)
# Loops over pixels are to become vectors, which needs sqrt and exp without errno.
$(ENGINE_BUILD)/obj/engines/darknet_blas/%.o: EXTRA += -O3 -fno-math-errno -fPIC -fopenmp
$(ENGINE_BUILD)/obj/%.o: advisor/%.c $(ENGINE_BUILD)/obj/%.d $(ENGINE_BUILD)/.flags | $(BUILD)/.checked
	@mkdir -p $(@D)
	$(CC) $(PLAIN_CFLAGS) $(EXTRA) -c $< -o $@

ENGINE_LINK = $(DARKNET_LIB) -Wl,-rpath,$(dir $(DARKNET_LIB)) -lcjson -lpthread -lm
$(ENGINE_DARKNET)/worker: $(ENGINE_OBJ) $(ENGINE_BUILD)/obj/engines/darknet/stock.o
	@mkdir -p $(@D)
	$(CC) -O2 -g $(LDFLAGS) -o $@ $^ $(ENGINE_LINK)
$(ENGINE_BUILD)/obj/images/worker/%.o: EXTRA = $(IMAGES_CFLAGS)
$(BUILD)/images/worker: $(IMAGES_OBJ)
	@mkdir -p $(@D)
	$(CC) -O2 -g $(LDFLAGS) -o $@ $^ $(IMAGES_LIBS) -lcjson -lm
$(ENGINE_BLAS)/worker: $(ENGINE_OBJ) $(ENGINE_BUILD)/obj/engines/darknet_blas/accelerate.o $(BLAS_OBJ)
	@mkdir -p $(@D)
	$(CC) -O2 -g $(LDFLAGS) -fopenmp -o $@ $^ $(ENGINE_LINK) -lopenblas
$(BLAS_LIB): $(BLAS_OBJ)
	@mkdir -p $(@D)
	$(CC) -O2 -g $(LDFLAGS) -shared -Wl,-z,defs -Wl,-soname,libdarknet_blas.so -fopenmp -o $@ $^ -lopenblas -lm

$(ENGINE_DARKNET)/engine.json $(ENGINE_BLAS)/engine.json: Makefile $(ENGINE_BUILD)/.flags
	@mkdir -p $(@D)
	@printf '{\n  "schema": "pickmodel/engine/1",\n  "name": "%s",\n  "program": "worker",\n  "libraries": [%s],\n  "precision": "fp32",\n  "devices": "cpu",\n  "threads": %s,\n  "direct": %s,\n  "layers": true,\n  "environment": [%s]\n}\n' \
	    $(notdir $(@D)) '$(LIBRARIES)' $(THREADS) $(if $(DARKNET_CFLAGS),false,true) '$(ENVIRONMENT)' > $@
$(ENGINE_DARKNET)/engine.json: LIBRARIES = "$(DARKNET_LIB)"
$(ENGINE_DARKNET)/engine.json: THREADS = 1
$(ENGINE_BLAS)/engine.json: LIBRARIES = "$(DARKNET_LIB)", "$(realpath $(shell $(CC) -print-file-name=libopenblas.so))"
$(ENGINE_BLAS)/engine.json: THREADS = 0
$(ENGINE_BLAS)/engine.json: ENVIRONMENT = "OPENBLAS_CORETYPE"

# npm brings ONNX Runtime for every system it knows; one is kept.
$(ORT_MODULES): FORCE
	@.ci/npm $(ORT_SRC) $(ENGINE_ORT) 'cd node_modules/onnxruntime-node/bin && \
	  find . -mindepth 3 -maxdepth 3 ! -path "*/linux/$$(node -p process.arch)" -exec rm -r {} +'
ORT_SCRIPTS := $(patsubst $(ORT_SRC)/%,$(ENGINE_ORT)/%,$(wildcard $(ORT_SRC)/*.mjs))
$(ORT_SCRIPTS): $(ENGINE_ORT)/%: $(ORT_SRC)/%
	@mkdir -p $(@D)
	@cp $< $@
$(ENGINE_ORT)/engine.json: $(ORT_MODULES) $(ORT_SCRIPTS) Makefile
	@cd $(ENGINE_ORT) && printf '{\n  "schema": "pickmodel/engine/1",\n  "name": "onnxruntime",\n  "program": "worker.mjs",\n  "libraries": [%s],\n  "reads": ["darknet-cfg", "extended-cfg", "onnx"],\n  "precision": "fp32",\n  "devices": "cpu",\n  "threads": 0,\n  "direct": true\n}\n' \
	    "$$(find node_modules/onnxruntime-node/bin -name 'libonnxruntime.so*' -printf '"%p"')" > engine.json

.PHONY: onnxruntime
onnxruntime: node-packages ## add ONNX Runtime as an engine (installs nodejs and npm when absent)
	@$(MAKE) --no-print-directory -s $(ENGINE_ORT)/engine.json

# ---------------------------------------------------------------------------- the report's page

# What a page is made of. Charts need Node once, when they are bundled (make web); the what-if needs
# clang and lld. Without them the report is written all the same, with tables in their place. A
# source tarball (make dist) carries both ready made, in web/prebuilt.
WEB      := build/web
WEB_SRC  := advisor/deployment/web
PREBUILT := $(WEB_SRC)/prebuilt
WASM_SRC := $(WEB_SRC)/page_rule.c advisor/advise/whatif.c advisor/advise/rule.c
WASM_HDR := advisor/advise/whatif.h advisor/advise/rule.h
NPM_DONE := $(WEB)/npm/.installed
CHARTS_SRC := $(addprefix $(WEB_SRC)/,charts.mjs bundle.mjs package-lock.json)

# By what each is made now; empty when by nothing. A ready-made part that is older than its sources is
# none. $(call ready,PART,SOURCES)
ready     = $(shell [ -s $(PREBUILT)/$1 ] && [ -z "$$(find $2 -newer $(PREBUILT)/$1)" ] && echo prebuilt)
WASM_BY   := $(or $(call ready,whatif.wasm,$(WASM_SRC) $(WASM_HDR)),\
             $(shell command -v clang >/dev/null && command -v wasm-ld >/dev/null && echo clang))
CHARTS_BY := $(or $(call ready,charts.js,$(CHARTS_SRC)),\
             $(shell [ -d $(dir $(NPM_DONE)) ] && command -v npm >/dev/null && echo npm))
ASSETS    := $(addprefix $(WEB)/,page.css whatif.js policy.txt \
             $(if $(CHARTS_BY),charts.js) $(if $(WASM_BY),whatif.b64))
$(eval $(call note,$(WEB)/.wasm-by,what-if: $(or $(WASM_BY),none)))
$(eval $(call note,$(WEB)/.charts-by,charts: $(or $(CHARTS_BY),none)))

$(BUILD)/obj/deployment/assets.o: advisor/deployment/assets.S $(ASSETS) $(WEB)/.wasm-by $(WEB)/.charts-by
	@mkdir -p $(@D)
	$(CC) -c $(if $(CHARTS_BY),-DWITH_CHARTS) $(if $(WASM_BY),-DWITH_WHAT_IF) -Wa,-I$(WEB) $< -o $@
	@[ "$(words $(CHARTS_BY) $(WASM_BY))" = 2 ] || echo "pickmodel: built without the report's$(if \
	  $(CHARTS_BY),, charts)$(if $(CHARTS_BY)$(WASM_BY),, and)$(if $(WASM_BY),, what-if); make web adds what is missing"

$(WEB)/page.css $(WEB)/whatif.js: $(WEB)/%: $(WEB_SRC)/%
	@mkdir -p $(@D)
	cp $< $@
$(WEB)/whatif.b64: $(WEB)/whatif.wasm
	base64 -w0 $< > $@
$(WEB)/policy.txt: $(WEB_SRC)/policy $(filter %.css %.js,$(ASSETS)) $(WEB)/.charts-by
	$< $(WEB)/page.css $(if $(CHARTS_BY),$(WEB)/charts.js,/dev/null) $(WEB)/whatif.js > $@

$(WEB)/whatif.wasm: $(WASM_SRC) $(WASM_HDR) $(WEB)/.wasm-by
	@mkdir -p $(@D)
	$(if $(filter prebuilt,$(WASM_BY)),cp $(PREBUILT)/whatif.wasm $@,\
	  clang --target=wasm32 -std=c11 -O2 -Wall -Wextra -ffreestanding -nostdlib -Iadvisor \
	      -Wl,--no-entry -Wl,--strip-all -o $@ $(WASM_SRC))

$(WEB)/charts.js: $(CHARTS_SRC) $(WEB)/.charts-by $(if $(filter npm,$(CHARTS_BY)),$(NPM_DONE))
	@mkdir -p $(@D)
	$(if $(filter prebuilt,$(CHARTS_BY)),cp $(PREBUILT)/charts.js $@,\
	  cp $(addprefix $(WEB_SRC)/,charts.mjs bundle.mjs) $(WEB)/npm/ && \
	  cd $(WEB)/npm && node bundle.mjs ../charts.js >/dev/null)

$(NPM_DONE): FORCE
	@.ci/npm $(WEB_SRC) $(WEB)/npm

.PHONY: web web-modules
web: web-packages ## build the report's charts and what-if into the program (installs nodejs, npm, clang and lld when absent)
	@$(MAKE) --no-print-directory -s web-modules
	@$(MAKE) --no-print-directory -s $(PARALLEL) all
web-modules: $(if $(call ready,charts.js,$(CHARTS_SRC)),,$(NPM_DONE))

# Node may be there without being Debian's package.
NODE_PACKAGES = $(shell node --version >/dev/null 2>&1 || echo nodejs) $(shell npm --version >/dev/null 2>&1 || echo npm)
WEB_PACKAGES = $(NODE_PACKAGES) clang lld
.PHONY: web-packages node-packages
web-packages:
	@.ci/packages $(WEB_PACKAGES)
node-packages:
	@.ci/packages $(NODE_PACKAGES)

# ---------------------------------------------------------------------------- using

ARGS ?= --min-top1 70 --max-latency 500ms

run: packages ## install what is missing, build, and answer a question: make run ARGS="..."
	@$(MAKE) --no-print-directory -s $(PARALLEL) all
	@$(PROGRAM) $(ARGS); status=$$?; \
	case $$status in 0|1|4) exit 0;; *) exit $$status;; esac

man: docs/pickmodel.1 ## read the manual page
	man -l docs/pickmodel.1

install: all ## install under PREFIX (default /usr/local), DESTDIR honoured
	install -Dm755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/pickmodel
	install -Dm755 $(ENGINE_DARKNET)/worker $(DESTDIR)$(PREFIX)/libexec/pickmodel/engines/darknet/worker
	install -Dm644 $(ENGINE_DARKNET)/engine.json $(DESTDIR)$(PREFIX)/libexec/pickmodel/engines/darknet/engine.json
	install -Dm755 $(ENGINE_BLAS)/worker $(DESTDIR)$(PREFIX)/libexec/pickmodel/engines/darknet-blas/worker
	install -Dm644 $(ENGINE_BLAS)/engine.json $(DESTDIR)$(PREFIX)/libexec/pickmodel/engines/darknet-blas/engine.json
	rm -rf $(DESTDIR)$(PREFIX)/libexec/pickmodel/engines/onnxruntime
	if [ -f $(ENGINE_ORT)/engine.json ]; then cp -r $(ENGINE_ORT) $(DESTDIR)$(PREFIX)/libexec/pickmodel/engines/; fi
	if [ -f $(BUILD)/images/worker ]; then install -Dm755 $(BUILD)/images/worker $(DESTDIR)$(PREFIX)/libexec/pickmodel/images/worker; fi
	install -Dm644 $(BLAS_LIB) $(DESTDIR)$(PREFIX)/lib/libdarknet_blas.so
	install -Dm644 advisor/engines/darknet_blas/darknet_blas.h $(DESTDIR)$(PREFIX)/include/darknet_blas.h
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/pickmodel/data data/networks.json
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/pickmodel/data/networks $(wildcard data/networks/*.cfg)
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/pickmodel/data/calibration data/calibration/networks.json
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/pickmodel/data/calibration/networks $(wildcard data/calibration/networks/*.cfg)
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/pickmodel/profiles $(wildcard profiles/*.json)
	install -Dm644 docs/pickmodel.1 $(DESTDIR)$(PREFIX)/share/man/man1/pickmodel.1
	install -Dm644 docs/pickmodel-formats.5 $(DESTDIR)$(PREFIX)/share/man/man5/pickmodel-formats.5
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/doc/pickmodel docs/method.md \
	    docs/engine-protocol.md $(wildcard docs/*.schema.json)
	install -Dm644 docs/completion.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/pickmodel

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/pickmodel $(DESTDIR)$(PREFIX)/lib/libdarknet_blas.so \
	    $(DESTDIR)$(PREFIX)/include/darknet_blas.h \
	    $(DESTDIR)$(PREFIX)/share/man/man1/pickmodel.1 \
	    $(DESTDIR)$(PREFIX)/share/man/man5/pickmodel-formats.5 \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/pickmodel
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/pickmodel
	rm -rf $(DESTDIR)$(PREFIX)/libexec/pickmodel $(DESTDIR)$(PREFIX)/share/pickmodel

# ---------------------------------------------------------------------------- testing

TEST_SRC := $(wildcard tests/unit/test_*.c)
TESTS    := $(TEST_SRC:tests/unit/%.c=$(BUILD)/tests/%)
# What several test programs share (tests/unit/*.c that are no test_*.c).
TEST_HELP_OBJ := $(patsubst tests/unit/%.c,$(BUILD)/tests/obj/%.o,\
                 $(filter-out $(TEST_SRC),$(wildcard tests/unit/*.c)))
TEST_CFLAGS = $(ALL_CFLAGS) -Itests/unit

# Sources against devices that play in real time. The tools are no tests themselves.
DEVICE_TOOLS := $(BUILD)/tests/device/tools/play $(BUILD)/tests/device/tools/read_power
DEVICE_TESTS := $(DEVICE_TOOLS) $(BUILD)/tests/device/sources
# One engine against another.
ENGINE_TESTS := $(BUILD)/tests/engines/blas_equals_stock $(BUILD)/tests/engines/preprocess_equals_darknet $(BUILD)/tests/engines/tools/stock_outputs

$(BUILD)/tests/obj/%.o: tests/unit/%.c $(BUILD)/tests/obj/%.d $(BUILD)/.flags
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -c $< -o $@
$(BUILD)/tests/%: $(BUILD)/tests/obj/%.o $(TEST_HELP_OBJ) $(LIB)
	$(CC) $(CFLAGS) -o $@ $^ -lcmocka $(LDLIBS)
.PRECIOUS: $(BUILD)/tests/obj/%.o
DEPENDENCIES += $(patsubst tests/unit/%.c,$(BUILD)/tests/obj/%.d,$(wildcard tests/unit/*.c))

# What drives the browser; of the tests alone.
BROWSER_MODULES := tests/browser/.installed
$(BROWSER_MODULES): FORCE
	@.ci/npm tests/browser tests/browser

$(sort $(DEPENDENCIES)): ;
-include $(shell find build -name root -prune -o -name '*.d' -type f -print 2>/dev/null)

test: test-packages ## install what the tests need, build, run every test
	@$(MAKE) --no-print-directory -s web-modules $(ENGINE_ORT)/engine.json $(BROWSER_MODULES)
	@$(MAKE) --no-print-directory -s $(PARALLEL) all tests-build
	@tests/run $(BUILD)
check: test

.PHONY: tests-build tests-run
tests-build: $(TESTS) $(BUILD)/tests/fault/oom $(DEVICE_TESTS) $(ENGINE_TESTS)
tests-run: all tests-build $(BROWSER_MODULES)
	@tests/run $(BUILD) $(ONLY)

sanitize: ## unit and CLI tests, and the fuzzers' corpora, under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory -s SANITIZE=1 all tests-build-plainless
	@tests/run build/sanitize unit cli fuzz

tsan: ## what has threads, under ThreadSanitizer: the meter's, against devices that play
	@.ci/packages libtsan2
	@$(MAKE) --no-print-directory -s TSAN=1 $(PARALLEL) tests-build-plainless build/tsan/pickmodel build/tsan/tests/device/sources
	@CASE='@(test_sensor*|test_meter|test_power|sources)' TSAN_OPTIONS=halt_on_error=1 tests/run build/tsan unit device

.PHONY: tests-build-plainless tsan
tests-build-plainless: $(TESTS)

valgrind: ## unit tests under valgrind
	@$(MAKE) --no-print-directory -s all tests-build
	@VALGRIND=1 tests/run $(BUILD) unit

# The out-of-memory loop replaces malloc, so it is a program of its own and never sanitized.
$(BUILD)/tests/fault/%: tests/fault/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -o $@ $< $(LIB) -rdynamic $(LDLIBS)

# What must hold for every question, over random worlds (tests/property).
PROPERTY_SRC := $(wildcard tests/property/*.c)
PROPERTY_OBJ := $(PROPERTY_SRC:tests/property/%.c=$(BUILD)/tests/obj/property/%.o)
$(BUILD)/tests/obj/property/%.o: tests/property/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/property -c $< -o $@
$(BUILD)/tests/property/property: $(PROPERTY_OBJ) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)
tests-build: $(BUILD)/tests/property/property

include tests/fuzz/fuzz.mk

.PHONY: soak soak-short
soak: ## 1,000 kills, 100 pairs, failing system calls, half a million questions; SEED=N repeats: fifteen minutes
	@.ci/packages $(TEST_PACKAGES) strace
	@$(MAKE) --no-print-directory -s $(PARALLEL) all tests-build
	@tests/soak/kills.py $(BUILD) 1000
	@tests/soak/pairs.py $(BUILD) 100
	@tests/soak/calls.py $(BUILD) 12
	@seed=$${SEED:-$$(date +%s)}; echo "seed $$seed"; \
	$(BUILD)/tests/property/property --worlds 6000 --seed $$seed --show 5
soak-short: all tests-build ## some of each
	@.ci/packages strace
	@tests/soak/kills.py $(BUILD) 63
	@tests/soak/pairs.py $(BUILD) 18
	@tests/soak/calls.py $(BUILD) 1

.PHONY: check-mutants
check-mutants: ## the properties notice the rule, the relaxations and the import broken in 41 places: five minutes
	@tests/property/mutants

# Never sanitized, as the engines are not.
BESIDE_DARKNET = $(CC) $(PLAIN_CFLAGS) -Itests/engines -isystem $(dir $(DARKNET_INC)) $(DARKNET_CFLAGS) \
                 -o $@ $(filter %.c,$^) $(BLAS_LIB) -Wl,-rpath,$(abspath $(dir $(BLAS_LIB))) $(ENGINE_LINK)
$(BUILD)/tests/engines/%: tests/engines/%.c tests/engines/stock.c tests/engines/stock.h $(BLAS_LIB)
	@mkdir -p $(@D)
	$(BESIDE_DARKNET)
$(BUILD)/tests/engines/tools/%: tests/engines/%.c tests/engines/stock.c tests/engines/stock.h $(BLAS_LIB)
	@mkdir -p $(@D)
	$(BESIDE_DARKNET)

# Trains the small networks whose accuracy is measured (tests/accuracy/regenerate).
$(BUILD)/tests/accuracy/train: tests/accuracy/train.c
	@mkdir -p $(@D)
	$(CC) $(PLAIN_CFLAGS) -isystem $(dir $(DARKNET_INC)) $(DARKNET_CFLAGS) -o $@ $< $(ENGINE_LINK)

.PHONY: demo-accuracy
demo-accuracy: packages ## train, evaluate, profile, fit, recommend and report on real images: two minutes
	@.ci/packages dataset-fashion-mnist
	@$(MAKE) --no-print-directory -s all $(BUILD)/tests/accuracy/train
	@tests/accuracy/demo $(BUILD)

engines-all: ## darknet_blas against Darknet on every cfg of its package that loads
	@$(MAKE) --no-print-directory -s all $(ENGINE_TESTS)
	@cd $(BUILD) && tests/engines/blas_equals_stock $$(ls /usr/share/darknet/cfg/*.cfg | \
	    grep -vE '/(gru|rnn|rnn.train|yolo9000|darknet9000|writing|jnet-conv|yolov1)[.]cfg')

$(BUILD)/tests/device/tools/%: tests/device/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -o $@ $< $(LIB) $(LDLIBS)
$(BUILD)/tests/device/%: tests/device/%.c tests/device/window.h $(LIB) $(DEVICE_TOOLS)
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -o $@ $< $(LIB) $(LDLIBS)

device: ## power sources against devices that play in real time
	@$(MAKE) --no-print-directory -s all tests-build
	@tests/run $(BUILD) device

browser: web ## the report's page in Chromium; screenshots in build/screens
	@$(MAKE) --no-print-directory -s tests-run ONLY=browser

fault: ## failing allocations, misbehaving engines, kill -9 at random moments
	@$(MAKE) --no-print-directory -s all tests-build
	@tests/run $(BUILD) fault

BENCH := $(BUILD)/tests/bench/floor $(BUILD)/tests/bench/bare
$(BENCH): $(BUILD)/tests/bench/%: tests/bench/%.c tests/engines/stock.c tests/engines/stock.h $(BLAS_LIB)
	@mkdir -p $(@D)
	$(BESIDE_DARKNET) -lopenblas

$(BUILD)/tests/bench/verdicts: tests/bench/verdicts.c $(BUILD)/tests/obj/spells.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -o $@ $< $(BUILD)/tests/obj/spells.o $(LIB) $(LDLIBS)
bench-verdicts: $(BUILD)/tests/bench/verdicts ## how often a verdict on a latency is wrong, on machines of 25 kinds (ten minutes)
	@$< && $< --confidence 0.99 && $< --quantile 0.5 && $< --quantile 0.95 && $< --quantile 0.99

bench-build: all onnxruntime
	@.ci/packages python3 python3-opencv
	@$(MAKE) --no-print-directory -s $(BENCH)
bench: bench-build ## six tables of speed, and build/bench.json (three quarters of an hour; see tests/bench/bench.py)
	@/usr/bin/python3 tests/bench/bench.py $(BUILD)
bench-predict: all ## predict against networks its calibration has never seen (five minutes)
	@/usr/bin/python3 tests/bench/predict.py $(BUILD)/pickmodel
bench-growth: all ## does time grow with what is given, or with its square? (two minutes)
	@/usr/bin/python3 tests/bench/growth.py $(BUILD)/pickmodel
bench-engines: bench-build ## its first part: the engines side by side
	@/usr/bin/python3 tests/bench/bench.py $(BUILD) engines

SUITE ?= bookworm trixie
WAY   ?= house
.PHONY: check-debian
check-debian: ## what CI runs, in bare chroots of Debian 12 and 13: SUITE=trixie, WAY=sudo (see .ci/newcomer); as root
	@for suite in $(SUITE); do .ci/bare $$suite .ci/newcomer $(WAY) || exit 1; done

.PHONY: check-build
check-build: all tests-build ## each kind of build product deleted, emptied and made old: the next make mends it
	@tests/build/mends.sh $(BUILD)

.PHONY: check-arm64
check-arm64: $(ASSETS) ## cross-build for arm64 and try it under qemu (installs a cross compiler and qemu)
	@.ci/arm64 build/arm64

golden: all ## rewrite the expected outputs of tests/cli; review the diff
	@GOLDEN=1 tests/run $(BUILD) cli

coverage: ## line coverage of the unit and CLI tests
	@$(MAKE) --no-print-directory -s COVERAGE=1 all tests-build-plainless
	@tests/run build/coverage unit cli
	@cd build/coverage && gcov -n $$(find obj -name '*.gcno') 2>/dev/null | \
	    awk -F"[':% ]+" '/^File .advisor/{f=$$2} /^Lines/{if(f){print $$3 "% of", $$5, f; f=""}}' | sort -n

# ---------------------------------------------------------------------------- keeping house

C_FILES := $(shell find advisor tests -name '*.[ch]')

lint: layers function-length format-check ## layers, function length, format, cppcheck, clang-tidy, shellcheck
	cppcheck --quiet --std=c11 --error-exitcode=1 --enable=warning,performance,portability \
	    --inline-suppr --suppress=missingIncludeSystem -Iadvisor $(LIB_SRC) advisor/pickmodel.c
	clang-tidy --quiet $(LIB_SRC) $(wildcard advisor/engines/*/*.c advisor/images/worker/*.c) advisor/pickmodel.c -- $(STD) \
	    $(IMAGES_CFLAGS) -Iadvisor -isystem $(dir $(DARKNET_INC)) -DPM_VERSION='""' 2>/dev/null
	shellcheck tests/property/mutants .ci/arm64 .ci/bare .ci/newcomer .ci/npm .ci/run .ci/packages .ci/layers .ci/dist advisor/deployment/web/policy docs/completion.bash tests/run tests/accuracy/demo tests/accuracy/regenerate $(wildcard tests/*.sh tests/*/*.sh)

layers: ## check that the rooms of advisor/ include only what they may, and that each mutant finds its place
	@.ci/layers
	@tests/property/mutants --list-only

function-length: ## no function over 60 lines, no file over 500
	@.ci/function-length

format: ## rewrite the sources with clang-format
	@clang-format -i $(C_FILES)
format-check:
	@clang-format --dry-run --Werror $(C_FILES)

dist: all ## a source tarball that carries the built charts and what-if
	@.ci/dist $(VERSION) $(WEB) $(PREBUILT)

clean: ## remove build/
	rm -rf build

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
