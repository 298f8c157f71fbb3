package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runbook maps the clusters of testdata/corpus that docs/recovery.md works on to the names it has for them.
var runbook = map[string]string{
	"quorum-3c2b/4.3.1":                 "static",
	"dynamic-initial-controllers/4.1.2": "dynamic",
	"zk-migration/3.9.2":                "zk",
}

// TestRunbook runs the sessions of docs/recovery.md, one after the other, and compares what they show; -update writes what the
// commands print now.
func TestRunbook(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(unpackIncident(t, filepath.Join(root, "testdata", "corpus")))
	for from, to := range runbook {
		if err := os.Rename(filepath.FromSlash(from), to); err != nil {
			t.Fatal(err)
		}
	}
	spoil(t, "static/controller2", "damaged")
	lose(t, "dynamic/broker21/orders-0")
	compareGuide(t, filepath.Join(root, "docs", "recovery.md"))
}

// lose makes the directory of a replica whose topic no metadata log knows.
func lose(t *testing.T, replica string) {
	t.Helper()
	err := os.Mkdir(replica, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(replica, "partition.metadata"), []byte("version: 0\ntopic_id: k8XrMgTeR5mYqMbAcoxgjw"), 0o600)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(replica, strings.Repeat("0", 20)+".log"), nil, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// spoil copies a node's directory and flips a bit in the middle of its log.
func spoil(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(to, "__cluster_metadata-0", strings.Repeat("0", 20)+".log")
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(log, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestShortened(t *testing.T) {
	const output = "a\nb\nc\nd\n"
	for text, want := range map[string]bool{
		"a\n…\nd\n": true, "…\nd\n": true, "a\n…\n": true, "a\n…\nc\n…\n": true, "a\nb\n…\nc\nd\n": true, "…\nb\n…\nd\n": true,
		output: false, "…\n": false, "b\n…\n": false, "a\n…\nc\n": false, "a\n…\nx\n…\nd\n": false, "a\n…\nc\n…\nb\n…\n": false,
	} {
		if got := shortened(text, output); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
