package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary stand for the programs that are measured.
func TestMain(m *testing.M) {
	switch os.Getenv("SIDEBYSIDE_TEST") {
	case "ok":
		os.Exit(0)
	case "fail":
		_, _ = os.Stderr.WriteString("no such thing\n")
		os.Exit(3)
	}
	os.Exit(m.Run())
}

func TestMeasureRunsBeforeEveryRun(t *testing.T) {
	t.Setenv("SIDEBYSIDE_TEST", "ok")
	times := 0
	got, err := measure([]string{os.Args[0]}, 3, func() error { times++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if times != 3 {
		t.Errorf("prepared %d times, want 3", times)
	}
	if got.best <= 0 || got.wall < got.best {
		t.Errorf("best %v, median %v", got.best, got.wall)
	}
}

func TestMeasureStopsWhenARunFails(t *testing.T) {
	t.Setenv("SIDEBYSIDE_TEST", "fail")
	_, err := measure([]string{os.Args[0]}, 3, nil)
	if err == nil || !strings.Contains(err.Error(), "no such thing") {
		t.Errorf("got %v, want what the program said", err)
	}
}

func TestMeasureStopsWhenPreparingFails(t *testing.T) {
	broken := errors.New("broken")
	if _, err := measure([]string{os.Args[0]}, 1, func() error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestTableWithBothTools(t *testing.T) {
	rows := []row{{
		name: "info",
		ours: sample{wall: 5 * time.Millisecond, best: 4 * time.Millisecond, rss: 8 << 20},
		jvm:  &sample{wall: 1500 * time.Millisecond, best: 1000 * time.Millisecond, rss: 100 << 20},
	}}
	var out bytes.Buffer
	printTable(&out, rows, &jvmTool{kafka: "4.3.1"})
	want := "| job | kraftctl, best / median | Kafka 4.3.1's tool, best / median | times faster | kraftctl's memory | the JVM's |\n" +
		"|---|---:|---:|---:|---:|---:|\n" +
		"| `info` | 4.0 / 5.0 ms | 1000.0 / 1500.0 ms | 250 | 8.0 MiB | 100.0 MiB |\n"
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
}

func TestTableWithoutTheJVM(t *testing.T) {
	var out bytes.Buffer
	printTable(&out, []row{{name: "info", ours: sample{wall: 1500 * time.Microsecond, best: time.Millisecond}}}, nil)
	if want := "| job | time, best / median | peak memory |\n|---|---:|---:|\n| `info` | 1.0 / 1.5 ms | unknown |\n"; out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
}

func TestJVMCommandIsThatOfKafkasScript(t *testing.T) {
	tool := &jvmTool{java: "/usr/bin/java", classpath: "a.jar:b.jar"}
	got := tool.command("", "info", "-c", "x")
	if got[0] != "/usr/bin/java" || !slices.Contains(got, "-Xmx256M") {
		t.Errorf("got %q", got)
	}
	if tail := []string{"-cp", "a.jar:b.jar", "kafka.tools.StorageTool", "info", "-c", "x"}; !slices.Equal(got[len(got)-len(tail):], tail) {
		t.Errorf("got %q", got)
	}
}

func TestConfigNamesTheDirectory(t *testing.T) {
	dir := t.TempDir()
	path, err := writeConfig(dir, "a.properties", filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "log.dirs=" + filepath.ToSlash(filepath.Join(dir, "data")) + "\n"; !strings.Contains(string(text), want) {
		t.Errorf("got %q, want a line %q", text, want)
	}
}
