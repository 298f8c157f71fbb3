package command_test

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kraftctl/kraftctl/cmd/internal/command"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in testdata/scripts with what the commands print now")

// programs are the names scripts may start the binary under; each but the first is one of Kafka's tools.
var programs = []string{"kraftctl", "kafka-storage", "kafka-storage.sh", "kafka-dump-log", "kafka-dump-log.sh", "kafka-metadata-shell", "kafka-metadata-shell.sh"}

func TestMain(m *testing.M) {
	// testscript shortens os.Args[0] to the program's name; the tools look for Kafka's jars beside the real path.
	executable := os.Args[0]
	run := func() {
		app := command.System()
		app.Executable = executable
		os.Exit(command.Main(os.Args, app))
	}
	entries := make(map[string]func(), len(programs))
	for _, name := range programs {
		entries[name] = run
	}
	testscript.Main(m, entries)
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                filepath.Join("..", "..", "..", "testdata", "scripts"),
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Setup:              pointAtExamples,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exitcode": exitCodeIs,
			"mask":     maskFile,
			"cmpnorm":  compareMasked,
		},
	})
}

// pointAtExamples lets scripts find testdata/examples as $EXAMPLES.
func pointAtExamples(env *testscript.Env) error {
	examples, err := filepath.Abs(filepath.Join("..", "..", "..", "testdata", "examples"))
	env.Setenv("EXAMPLES", filepath.ToSlash(examples))
	return err
}

// exitCodeIs runs "exitcode N program args…" and fails unless the program exits with N.
// Its output is there for stdout, stderr and cmp, as after exec.
func exitCodeIs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N program [args…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exited *exec.ExitError
	switch {
	case errors.As(err, &exited):
		got = exited.ExitCode()
	case err != nil:
		ts.Fatalf("could not run %s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("%s exited with %d, want %d", args[1], got, want)
	}
}

// maskFile runs "mask SRC DST": DST is SRC with everything masked that differs from run to run.
// "mask stdout got" and then "cmp got want" lets -update maintain want.
func maskFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mask SRC DST")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(mask(ts, ts.ReadFile(args[0]))), 0o600))
}

// compareMasked runs "cmpnorm GOT WANT": both are equal once masked.
func compareMasked(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] cmpnorm GOT WANT")
	}
	got, want := mask(ts, ts.ReadFile(args[0])), mask(ts, ts.ReadFile(args[1]))
	if (got == want) == neg {
		ts.Fatalf("masked, %s is:\n%s\nand %s is:\n%s", args[0], got, args[1], want)
	}
}

// masks hide, in this order, what differs from run to run.
var masks = []struct {
	pattern *regexp.Regexp
	by      string
}{
	// java.util.Date.toString, as in the comment of meta.properties.
	{regexp.MustCompile(`\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \S+ \d{4}\b`), "@DATE@"},
	// RFC 3339 times.
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)?`), "@TIME@"},
	// Milliseconds since 1970, between 2001 and 2286.
	{regexp.MustCompile(`\b1\d{12}\b`), "@MILLIS@"},
}

// word is a longest run of base64url characters.
var word = regexp.MustCompile(`[A-Za-z0-9_-]+`)

// isUUID reports whether a word is a Kafka UUID's text: 22 characters, the last of which holds only two bits.
// Hyphenated lower-case names of that length are none.
func isUUID(text string) bool {
	return len(text) == 22 && strings.ContainsRune("AQgw", rune(text[21])) && strings.ContainsAny(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
}

func mask(ts *testscript.TestScript, text string) string {
	text = strings.ReplaceAll(text, ts.Getenv("WORK"), "@WORK@")
	for _, m := range masks {
		text = m.pattern.ReplaceAllString(text, m.by)
	}
	return word.ReplaceAllStringFunc(text, func(found string) string {
		if isUUID(found) {
			return "@UUID@"
		}
		return found
	})
}
