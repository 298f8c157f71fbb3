package command

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/kraftctl/kraftctl/cmd/internal/argparse"
	"github.com/kraftctl/kraftctl/release"
)

// TestStorageScreens compares help screens and usage errors with those of the real tool, byte for byte.
func TestStorageScreens(t *testing.T) {
	file, err := os.Open("testdata/storage-usage.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(unzipped)
	scanner.Buffer(nil, 1<<20)
	seen := map[string]bool{}
	for scanner.Scan() {
		var row struct {
			Release, Columns, Text string
			Args                   []string
			Help                   bool
		}
		if err := json.Unmarshal(scanner.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rel, err := release.Parse(row.Release)
		if err != nil {
			t.Fatal(err)
		}
		seen[rel.String()] = true
		if text, help := screen(storageParser(rel, argparse.Width(row.Columns)), row.Args); text != row.Text || help != row.Help {
			t.Errorf("%s %q (COLUMNS=%s): got\n%s\nwant\n%s", row.Release, row.Args, row.Columns, text, row.Text)
		}
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	if len(seen) != len(release.All()) {
		t.Errorf("screens of %d releases, want %d", len(seen), len(release.All()))
	}
}

// screen is what is printed instead of running a command, and whether that is help.
func screen(p *argparse.Parser, args []string) (text string, isHelp bool) {
	_, err := p.Parse(args)
	var help *argparse.HelpError
	var usage *argparse.UsageError
	switch {
	case errors.As(err, &help):
		return help.Text, true
	case errors.As(err, &usage):
		return usage.Text(), false
	}
	return "", false
}

func TestReadStorageRequest(t *testing.T) {
	given, err := storageParser(release.V4_3, 75).Parse([]string{
		"format", "-gc", "c.properties", "-t-dash", "-r", "4.2", "-S", "a", "-Sb", "-f=x=1", "--init", "1@h:1:id",
	})
	if err != nil {
		t.Fatal(err)
	}
	r, ok := readStorageRequest(given).(formatRequest)
	if !ok {
		t.Fatalf("got %T", readStorageRequest(given))
	}
	if r.config != "c.properties" || r.clusterID != "-dash" || *r.releaseVersion != "4.2" || *r.initialControllers != "1@h:1:id" {
		t.Errorf("got %+v", r)
	}
	if len(r.scram) != 2 || len(r.features) != 1 || r.features[0] != "x=1" || !r.ignoreFormatted || r.standalone || r.noInitialControllers {
		t.Errorf("got %+v", r)
	}
	for command, want := range map[string]any{"random-uuid": randomUUIDRequest{}, "version-mapping": versionMappingRequest{}} {
		given, err := storageParser(release.V4_3, 75).Parse([]string{command})
		if err != nil {
			t.Fatal(err)
		}
		if got := readStorageRequest(given); got != want {
			t.Errorf("%s: got %#v", command, got)
		}
	}
}
