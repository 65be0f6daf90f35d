# The front door. `make help` lists everything.
.DEFAULT_GOAL := help
.PHONY: help setup test clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

setup: ## install what is missing (Debian 12, root or sudo)
	@scripts/setup

test: setup ## everything that proves nbota, on two compilers; ends with "N passed, N failed"
	@scripts/test-all

clean: ## remove the build folder
	rm -rf build
