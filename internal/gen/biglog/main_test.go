package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{"1": 1, "3KiB": 3 << 10, "64MiB": 64 << 20, "2GiB": 2 << 30} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "x", "1GB", "9999999999999GiB", "1.5GiB"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{"--size", "100KiB", "--segment", "50KiB", dir}); err != nil {
		t.Fatal(err)
	}
	segments, err := filepath.Glob(filepath.Join(dir, "__cluster_metadata-0", "*.log"))
	if err != nil || len(segments) < 2 {
		t.Errorf("%v, %v", segments, err)
	}
	path := filepath.Join(dir, "one", "x.log")
	if err := run([]string{"--size", "100KiB", path}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() < 100<<10 {
		t.Errorf("%v, %v", info, err)
	}
	for _, args := range [][]string{{}, {"a", "b"}, {"--size", "x", "a"}, {"--segment", "x", "a"}} {
		if err := run(args); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}
