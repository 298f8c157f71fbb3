package format_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

const (
	testCluster = "XcZZOzUqS4yHOjhMQB6JLQ"
	otherID     = "5Yo6mVvXSSqLYK0Kv6Ppbg"
)

const staticConfig = `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:9093
listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
controller.listener.names=CONTROLLER
`

const dynamicConfig = `process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=localhost:9093
listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
controller.listener.names=CONTROLLER
`

// node reads a configuration as release r; dirs become log.dirs.
func node(t *testing.T, r release.Release, config string, dirs ...string) *nodeconf.Node {
	t.Helper()
	text := []byte(config + "log.dirs=" + commaList(dirs) + "\n")
	got, problem := nodeconf.Load(text, nodeconf.Options{File: "node.properties", Release: r})
	if problem != nil {
		t.Fatalf("%s: %s", r, problem.Message)
	}
	return got
}

func commaList(dirs []string) string {
	var b bytes.Buffer
	for i, dir := range dirs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(filepath.ToSlash(dir))
	}
	return b.String()
}

// surroundings is the real file system, a fixed time and a seeded source of randomness.
func surroundings() format.Surroundings {
	return format.Surroundings{FS: fsx.OS{}, Now: time.UnixMilli(1_700_000_000_000).UTC(), Rand: rand.NewChaCha8([32]byte{1})}
}

// refusal plans a request that must be refused.
func refusal(t *testing.T, req format.Request) *format.Refusal {
	t.Helper()
	_, err := format.NewPlan(req, surroundings())
	var refused *format.Refusal
	if !errors.As(err, &refused) {
		t.Fatalf("NewPlan error = %v; want a refusal", err)
	}
	return refused
}

func planned(t *testing.T, req format.Request) *format.Plan {
	t.Helper()
	plan, err := format.NewPlan(req, surroundings())
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func pointer[T any](v T) *T { return &v }
