package command_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/cmd/internal/command"
	"github.com/kraftctl/kraftctl/internal/corpus"
)

// runShell runs kafka-metadata-shell of a release in the working directory.
func runShell(version, stdin string, args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	app := &command.App{In: strings.NewReader(stdin), Out: &out, Err: &errs, Executable: "kafka-metadata-shell", LookupEnv: func(key string) (string, bool) {
		return version, key == "KRAFTCTL_KAFKA_VERSION"
	}}
	code = command.Main(append([]string{"kafka-metadata-shell.sh"}, args...), app)
	return out.String(), errs.String(), code
}

// shellCase is a recorded run of Kafka's shell; see testdata/corpus/ORIGIN.md.
type shellCase struct {
	ID, Tool, Version, Stdout, Stderr string
	Args                              []string
	Exit                              int
}

// shellCases reads the runs of the shell out of the list of all runs.
func shellCases(t *testing.T, path string) []shellCase {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var cases []shellCase
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c shellCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if c.Tool == "kafka-metadata-shell" {
			cases = append(cases, c)
		}
	}
	if err := lines.Err(); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	return cases
}

// stack are the lines of a Java stack, which the drop-in leaves out.
var stack = regexp.MustCompile(`(?m)^(\tat |Caused by: |\t\.\.\. ).*\n`)

// TestShellCorpus answers everything that Kafka's shell was recorded answering.
func TestShellCorpus(t *testing.T) {
	const archives = "../../../testdata/corpus"
	dir := t.TempDir()
	files := corpus.Load(t, archives)
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	cases := shellCases(t, filepath.Join(archives, "cases.jsonl.gz"))
	t.Chdir(dir)
	for _, c := range cases {
		stdout, stderr, code := runShell(c.Version, "", c.Args...)
		if want := string(files[c.Stdout].Data); code != c.Exit || stdout != want {
			t.Errorf("%s: exit %d, want %d; %d bytes of output, want %d", c.ID, code, c.Exit, len(stdout), len(want))
		}
		if c.Stderr == "" {
			continue
		}
		if want := stack.ReplaceAllString(string(files[c.Stderr].Data), ""); stderr != want {
			t.Errorf("%s: stderr\n%s\nwant\n%s", c.ID, stderr, want)
		}
	}
}

// TestShellArguments has what the shells of 3.3.2 and 4.3.1 answered when they were asked.
func TestShellArguments(t *testing.T) {
	files := corpus.Load(t, "../../../testdata/corpus", "combined-1node")
	t.Chdir(t.TempDir())
	if err := os.WriteFile("b.checkpoint", files["combined-1node/4.3.1/node1/bootstrap.checkpoint"].Data, 0o600); err != nil {
		t.Fatal(err)
	}
	const usage = "usage: kafka-metadata-shell [-h] --snapshot SNAPSHOT\n                            [command [command ...]]\n"
	for _, c := range []struct {
		version, args, stdout, stderr string
		code                          int
	}{
		{"4.3.1", "-s b.checkpoint cat", "too few arguments\n", "", 0},
		{"4.3.1", "-s b.checkpoint ca /", "invalid choice: 'ca': did you mean 'cat'?\n", "", 0},
		{"4.3.1", "-s b.checkpoint ls --foo", "", usage + "kafka-metadata-shell: error: unrecognized arguments: '--foo'\n", 1},
		{"4.3.1", "ls -s b.checkpoint /", "image\nlocal\n", "", 0},
		{"4.3.1", "ls --snap=b.checkpoint /", "image\nlocal\n", "", 0},
		{"4.3.1", "-sb.checkpoint ls -- -x", "unrecognized arguments: '-x'\n", "", 0},
		{"4.3.1", "-s", "", usage + "kafka-metadata-shell: error: argument --snapshot/-s: expected one argument\n", 1},
		{"4.3.1", "-s b.checkpoint cat nope", "cat: nope: No such file or directory.\n", "", 0},
		{"3.3.2", "", "", "Unexpected error: You must supply the log path via --snapshot\njava.lang.RuntimeException: You must supply the log path via --snapshot\n", 1},
		{
			"3.3.2", "-s nope ls", "",
			"Unexpected error: java.nio.file.NoSuchFileException: nope\njava.util.concurrent.ExecutionException: java.nio.file.NoSuchFileException: nope\n", 1,
		},
		{"3.3.2", "-f", "", "usage: metadata-tool [-h] [--snapshot SNAPSHOT] [command [command ...]]\nmetadata-tool: error: unrecognized arguments: '-f'\n", 1},
	} {
		stdout, stderr, code := runShell(c.version, "", strings.Fields(c.args)...)
		if stdout != c.stdout || stderr != c.stderr || code != c.code {
			t.Errorf("%s %q: exit %d\n%s\n%s", c.version, c.args, code, stdout, stderr)
		}
	}
	if stdout, _, code := runShell("4.3.1", "", "-s", "b.checkpoint", ""); stdout != "" || code != 0 {
		t.Errorf("empty command: %q, %d", stdout, code)
	}
}

// Help ends with 1 in all releases, as in Kafka.
func TestShellHelp(t *testing.T) {
	stdout, _, code := runShell("4.3.1", "", "ls", "--help")
	want := `usage: kafka-metadata-shell [-h] --snapshot SNAPSHOT
                            [command [command ...]]

The Apache Kafka metadata shell

positional arguments:
  command                The command to run.

optional arguments:
  -h, --help             show this help message and exit
  --snapshot SNAPSHOT, -s SNAPSHOT
                         The metadata snapshot file to read.
`
	if stdout != want || code != 1 {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	if stdout, _, _ := runShell("3.6", "", "-h"); !strings.Contains(stdout, "metadata-tool [-h] [--snapshot SNAPSHOT] [command") {
		t.Error(stdout)
	}
}

// Without a command, lines come from standard input.
func TestShellInteractive(t *testing.T) {
	files := corpus.Load(t, "../../../testdata/corpus", "combined-1node")
	t.Chdir(t.TempDir())
	if err := os.WriteFile("b.checkpoint", files["combined-1node/4.3.1/node1/bootstrap.checkpoint"].Data, 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := runShell("4.3.1", "cd /image\npwd\nls features\nat 3\nexit\nls\n", "-s", "b.checkpoint")
	if code != 0 || stderr != "" || !strings.Contains(stdout, "\n/image\n") || !strings.Contains(stdout, "metadataVersion\n") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if !strings.Contains(stdout, "invalid choice: 'at'") || strings.Contains(stdout, "producerIds") {
		t.Errorf("a file has one state, and exit ends the shell:\n%s", stdout)
	}
}
