package command_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/cmd/internal/command"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/release"
)

// runDump runs kafka-dump-log of a release in the working directory.
func runDump(version string, args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	app := &command.App{In: strings.NewReader(""), Out: &out, Err: &errs, Executable: "kafka-dump-log", LookupEnv: func(key string) (string, bool) {
		return version, key == "KRAFTCTL_KAFKA_VERSION"
	}}
	code = command.Main(append([]string{"kafka-dump-log.sh"}, args...), app)
	return out.String(), errs.String(), code
}

// TestDumpDifferential replays what three releases print, options and all; see inspect/dumplog/testdata/ORIGIN.md.
func TestDumpDifferential(t *testing.T) {
	files := corpus.Load(t, "../../../inspect/dumplog/testdata", "differential")
	dir := t.TempDir()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(bytes.NewReader(files["cases.jsonl"].Data)); dec.More(); {
		var c struct {
			ID, Dir, Version, Stderr string
			Args                     []string
			Exit                     int
		}
		if err := dec.Decode(&c); err != nil {
			t.Fatal(err)
		}
		t.Chdir(filepath.Join(dir, c.Dir))
		stdout, stderr, code := runDump(c.Version, c.Args...)
		stderr = strings.ReplaceAll(stderr, filepath.Join(dir, c.Dir)+"/", "")
		if want := string(files["golden/"+c.ID+".stdout"].Data); stdout != want {
			t.Errorf("%s: stdout has %d bytes, want %d", c.ID, len(stdout), len(want))
		}
		if code != c.Exit || strings.TrimSpace(stderr) != strings.TrimSpace(c.Stderr) {
			t.Errorf("%s: exit %d, want %d; stderr\n%s\nwant\n%s", c.ID, code, c.Exit, stderr, c.Stderr)
		}
	}
}

// TestDumpHelp compares help with that of Kafka; testdata/dumplog-help has it of every release line in which it changed, as the
// tool of 3.3.2, 3.8.1, 3.9.2, 4.1.2 and 4.3.1 printed it. The help of 4.0 is that of 4.1.
func TestDumpHelp(t *testing.T) {
	const purpose = "This tool helps to parse a log file and dump its contents to the console, useful for debugging a seemingly corrupt log segment.\n"
	table := "3.3"
	for _, rel := range release.All() {
		switch rel {
		case release.V4_0:
			table = "4.1"
		case release.V4_2:
			table = "4.3"
		case release.V3_8, release.V3_9:
			table = rel.String()
		}
		want, err := os.ReadFile(filepath.Join("testdata", "dumplog-help", table+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		for first, args := range map[string][]string{
			purpose: {"--help", "--version"},
			"Missing required argument \"[files]\"\n": {"--cluster-metadata-decoder"},
		} {
			stdout, stderr, code := runDump(rel.String(), args...)
			if stdout != "" || code != 1 || stderr != first+string(want) {
				t.Errorf("%s: exit %d, help\n%s\nwant\n%s", rel, code, stderr, first+string(want))
			}
		}
	}
	if _, stderr, code := runDump("4.3"); code != 1 || !strings.HasPrefix(stderr, purpose) {
		t.Errorf("without arguments: exit %d, %s", code, stderr)
	}
}

func TestDumpVersion(t *testing.T) {
	for version, want := range map[string]string{
		"3.3": "3.3.2 (Commit:b66af662e61082cb)\n", "3.4.1": "3.4.1 (Commit:8a516edc2755df89)\n", "3.5": "3.5.2\n", "4.3.1": "4.3.1\n",
	} {
		if stdout, stderr, code := runDump(version, "--version"); stdout != want || stderr != "" || code != 0 {
			t.Errorf("%s: %q %q %d", version, stdout, stderr, code)
		}
	}
	if _, stderr, code := runDump("9.9", "--version"); code != 1 || !strings.Contains(stderr, "KRAFTCTL_KAFKA_VERSION") {
		t.Errorf("unknown release: %q %d", stderr, code)
	}
}

// Decoders of topics are not here, and say so at the first record they would have to decode.
func TestDumpTopicDecoders(t *testing.T) {
	files := corpus.Load(t, "../../../inspect/dumplog/testdata", "differential")
	t.Chdir(t.TempDir())
	if err := os.WriteFile("2.log", files["vi/n02/7.log"].Data, 0o600); err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]map[string]string{
		"4.3": {
			"--offsets-decoder":             "using the specified decoder (message had a missing key)",
			"--transaction-log-decoder":     "using the specified decoder (message had a missing key)",
			"--share-group-state-decoder":   "using the specified decoder (message had a missing key)",
			"--remote-log-metadata-decoder": "--remote-log-metadata-decoder is not here",
		},
		"4.0": {
			"--offsets-decoder":           "using offset topic decoder (message had a missing key)",
			"--share-group-state-decoder": "using share group state topic decoder (message had a missing key)",
		},
		"3.7": {
			"--offsets-decoder":             "Failed to decode message using offset topic decoder (message had a missing key)",
			"--remote-log-metadata-decoder": "remote-log-metadata-decoder is not a recognized option",
		},
	} {
		for option, text := range want {
			if _, stderr, code := runDump(version, option, "--files", "2.log"); code != 1 || !strings.Contains(stderr, text) {
				t.Errorf("%s %s: exit %d, %q, want %q", version, option, code, stderr, text)
			}
		}
	}
}
