# The front door. `make help` lists everything.
.DEFAULT_GOAL := help
.PHONY: help setup build demo firmware guide bench test test-exhaustive test-double test-mutants test-power test-local test-faults test-campaign test-brownout test-random-power test-branches fuzz check format format-check layers-check \
        symbols-check shell-check docs-check test-clean clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

INSTRUCTIONS ?= 100
OPERATIONS ?= 100
DOUBLE ?= 50
MINUTES ?= 10
EXCHANGES ?= 10000
ROUNDS ?= 10
CUTS ?= 1000
PRODUCT ?= S31-NB
KEY ?=

space := $(subst ,, )
comma := ,
commas = $(subst $(space),$(comma),$(strip $(1)))
# What was built with KEY once is built without it the next time: keys belong to one command line, not to a folder.
keys = $(subst $(space),;,$(strip $(abspath $(KEY))))
build_preset = @cmake --preset $(1) $(2) >/dev/null && cmake --build --preset $(1)

setup: ## install what is missing (Debian 12, root or sudo)
	@scripts/setup

build: setup ## build firmware and host programs
	$(call build_preset,arm,"-DNBOTA_KEYS=$(keys)")
	$(call build_preset,gcc)

demo: build ## watch a node update itself over the air
	@build/gcc/bin/nbota demo

firmware: setup ## build the node into build/arm; KEY="a.pem b.pem" makes it take only what they signed
	$(call build_preset,arm,"-DNBOTA_KEYS=$(keys)")

guide: build ## play docs/guide.md anew: its logs and pictures
	@NBOTA=$(CURDIR)/build/gcc/bin/nbota NBOTA_FIRMWARE=$(CURDIR)/build/arm/firmware scripts/guide-logs

bench: build ## processor and gateway, each beside a known one
	@ninja -C build/gcc bench_cpu bench_gateway

test: setup ## everything that proves nbota: "N passed, N failed"
	@scripts/test-all

SCENARIOS ?= update rollback resume changed settings

test-exhaustive: build ## cut the power at every persistent operation of updates, ways back, resumes and settings
	@NBOTA_FIRMWARE=$(CURDIR)/build/arm/firmware build/gcc/bin/nbota prove --scenario $(call commas,$(SCENARIOS))

# For each scenario as many as it has to offer: SCENARIO:CASES.
DOUBLES ?= update:9000 rollback:8000 resume:1500 changed:500 settings:1000 local:1500

test-double: build ## 21,500 cuts with a second one each while the node recovers; SEED=N draws others
	@NBOTA_FIRMWARE=$(CURDIR)/build/arm/firmware build/gcc/bin/nbota prove --seed $(or $(SEED),1) \
		--scenario $(call commas,$(foreach double,$(DOUBLES),$(firstword $(subst :, ,$(double))))) \
		--double $(call commas,$(foreach double,$(DOUBLES),$(lastword $(subst :, ,$(double)))))

test-mutants: build ## plant bugs in the firmware and have the prover find each; MUTANTS="head-before-body" some
	@NBOTA_FIRMWARE=$(CURDIR)/build/arm/firmware scripts/test-mutants $(MUTANTS)

test-power: build ## 250 power cuts; SEED=N CASES=i7,o3 replays some
	@NBOTA=$(CURDIR)/build/gcc/bin/nbota NBOTA_FIRMWARE=$(CURDIR)/build/arm/firmware python3 -B tests/e2e/power_cuts.py \
		--seed "$(SEED)" --cases "$(CASES)" --instructions $(INSTRUCTIONS) --operations $(OPERATIONS) --double $(DOUBLE)

test-faults: build ## 10,000 exchanges with a failing modem; SEED=N CASES=7,no-sim replays some; PRODUCT=S31-CB
	@NBOTA=$(CURDIR)/build/gcc/bin/nbota NBOTA_FIRMWARE=$(CURDIR)/build/arm/firmware python3 -B tests/e2e/fault_runs.py \
		--product "$(PRODUCT)" --seed "$(SEED)" --cases "$(CASES)" --exchanges $(EXCHANGES)

test-local: build ## a local update cut in every operation; SEED=N CASES=7,120 replays some
	@NBOTA=$(CURDIR)/build/gcc/bin/nbota NBOTA_FIRMWARE=$(CURDIR)/build/arm/firmware python3 -B tests/e2e/local_cuts.py \
		--seed "$(SEED)" --cases "$(CASES)"

test-campaign: build ## updates with failing memories and lying servers; SEED=N CASES=memory-busy/3 replays some; ROUNDS=10
	@NBOTA=$(CURDIR)/build/gcc/bin/nbota NBOTA_FIRMWARE=$(CURDIR)/build/arm/firmware python3 -B tests/e2e/campaign_runs.py \
		--seed "$(SEED)" --cases "$(CASES)" --rounds $(ROUNDS)

test-brownout: build ## an update with power for 0.1..3 s, 1,000 times; SEED=N CASES=3 replays some
	@NBOTA=$(CURDIR)/build/gcc/bin/nbota NBOTA_FIRMWARE=$(CURDIR)/build/arm/firmware python3 -B tests/e2e/supply_runs.py brownout \
		--seed "$(SEED)" --cases "$(CASES)" --cuts $(CUTS)

test-random-power: build ## 24 hours of random power at 30 % packet loss; SEED=N CASES=3 replays some
	@NBOTA=$(CURDIR)/build/gcc/bin/nbota NBOTA_FIRMWARE=$(CURDIR)/build/arm/firmware python3 -B tests/e2e/supply_runs.py day \
		--seed "$(SEED)" --cases "$(CASES)" --rounds 1

test-branches: build ## every conditional branch of node/boot and node/store taken both ways, or excused
	@NBOTA=$(CURDIR)/build/gcc/bin/nbota NBOTA_BUILD=$(CURDIR)/build/gcc NBOTA_FIRMWARE=$(CURDIR)/build/arm/firmware \
		python3 -B tests/e2e/branch_runs.py build/branches

fuzz: setup ## look for inputs that break a parser; MINUTES=10 for each target, TARGETS="at hex"
	@scripts/fuzz $(MINUTES) $(TARGETS)

check: firmware ## the house rules: every scripts/check-*
	@scripts/check

format-check: ## C files laid out as .clang-format says
	@scripts/check-format

layers-check: ## who includes whom
	@scripts/check-layers

symbols-check: firmware ## what the node's libraries leave undefined
	@scripts/check-symbols

shell-check: ## shell scripts
	@scripts/check-shell

docs-check: ## documents, headings and scripts that are named exist
	@scripts/check-docs

format: ## lay out all C files
	@scripts/check-format --fix

test-clean: ## demo and test in a fresh Debian 12 (root or sudo)
	@scripts/setup test-clean
	@scripts/test-clean

clean: ## remove the build folder
	rm -rf build
