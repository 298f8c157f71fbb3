# "make help" lists what can be made; everything needs only Go, conformance also a JDK and Maven.

GO            ?= go
GOLANGCI_LINT := 2.15.0
LINTER        := .bin/golangci-lint-$(GOLANGCI_LINT)
FUZZTIME      ?= 20s
KAFKA         ?= 4.0
PLATFORMS     := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

# What "kraftctl version" says. Without git (a source tarball) the stamps stay empty and nothing fails.
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null | sed 's/^v//')
COMMIT  := $(shell git rev-parse HEAD 2>/dev/null)
DATE    := $(shell TZ=UTC0 git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ 2>/dev/null)
VCS     := $(if $(COMMIT),auto,false)
STAMPS  := $(addprefix -X github.com/kraftctl/kraftctl/cmd/internal/command.,version=$(VERSION) commit=$(COMMIT) date=$(DATE))
BUILD   := $(GO) build -trimpath -buildvcs=$(VCS) -ldflags '-s -w $(STAMPS)'

export CGO_ENABLED := 0

.DEFAULT_GOAL := build
.PHONY: help build demo test lint fmt bench fuzz conformance docs generate cross clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

build: ## build ./kraftctl, one static binary
	$(BUILD) -o kraftctl ./cmd/kraftctl

demo: build ## format three nodes for Kafka 4.0 (KAFKA=…) below ./demo; safe to repeat
	sh testdata/examples/three-nodes/format.sh ./kraftctl demo $(KAFKA)

test: ## run every test that needs nothing but Go
	$(GO) test ./...

lint: $(LINTER) ## go vet, then golangci-lint with the layer rules of .golangci.yml
	$(GO) vet -tags conformance ./...
	$(LINTER) run

fmt: $(LINTER) ## rewrite the sources as gofumpt wants them
	$(LINTER) fmt

$(LINTER):
	GOBIN=$(CURDIR)/.bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v$(GOLANGCI_LINT)
	mv .bin/golangci-lint $@

bench: build ## Go benchmarks, then kraftctl and Kafka's JVM tool side by side as a Markdown table
	$(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) run ./internal/bench/sidebyside -kraftctl ./kraftctl

fuzz: ## run each fuzz target for FUZZTIME (20s)
	GO=$(GO) .ci/fuzz $(FUZZTIME)

conformance: ## judge what kraftctl writes and reads by real Kafka; needs a JDK and Maven
	@if command -v java >/dev/null && command -v mvn >/dev/null; then \
	  $(GO) test -tags conformance ./conformance -count=1 -timeout 40m -v; \
	else \
	  echo '!!! CONFORMANCE SKIPPED: java and mvn are not both on the PATH, nothing was checked against real Kafka' >&2; \
	fi

docs: ## regenerate docs/commands, docs/man and docs/completions from the commands
	$(GO) run ./cmd/internal/gendocs -out docs

generate: ## run every generator
	$(GO) generate ./...

cross: ## build for every platform we publish, into dist/
	@for platform in $(PLATFORMS); do \
	  os=$${platform%/*}; arch=$${platform#*/}; suffix=; [ $$os = windows ] && suffix=.exe; \
	  echo "building dist/kraftctl_$${os}_$$arch$$suffix"; \
	  GOOS=$$os GOARCH=$$arch $(BUILD) -o dist/kraftctl_$${os}_$$arch$$suffix ./cmd/kraftctl || exit 1; \
	done

clean: ## remove what the targets above made
	rm -rf kraftctl kraftctl.exe dist demo
