//go:build conformance

package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// missing names the programs that are not on the PATH; with any, every test is skipped.
var missing []string

// scratch is a directory that lives as long as the test process.
var scratch string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	for _, program := range []string{"java", "mvn"} {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, program)
		}
	}
	if len(missing) > 0 {
		shout("NOT PROVEN ON REAL KAFKA: %s not on PATH. Every conformance test is SKIPPED.", strings.Join(missing, " and "))
		code := m.Run()
		shout("NOT PROVEN ON REAL KAFKA: install a JDK (17 or newer) and Maven, then run make conformance again.")
		return code
	}
	var err error
	if scratch, err = os.MkdirTemp("", "kraftctl-conformance-"); err != nil {
		shout("%v", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	return m.Run()
}

// shout prints what must not be overlooked in a long test log.
func shout(format string, args ...any) {
	bar := strings.Repeat("!", 100)
	fmt.Printf("%s\n!!! %s\n%s\n", bar, fmt.Sprintf(format, args...), bar)
}

// kraftctl is the path of the binary under test, which is built when it is first asked for.
func kraftctl(t *testing.T) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var build = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "kraftctl")
	build := exec.Command("go", "build", "-o", path, "github.com/kraftctl/kraftctl/cmd/kraftctl")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("kraftctl does not build: %w\n%s", err, out)
	}
	return path, nil
})

// slots bounds how many clusters run at a time: a Kafka node is a JVM and the reference machine has two cores.
var slots = make(chan struct{}, 2)

// requireKafka skips a test where Kafka cannot run.
func requireKafka(t *testing.T) {
	t.Helper()
	if len(missing) > 0 {
		t.Skipf("SKIPPED, NOT PROVEN: %s not on PATH", strings.Join(missing, " and "))
	}
}

// begin makes a test run beside the others, within the bound of slots; it skips where Kafka cannot run.
func begin(t *testing.T) {
	t.Helper()
	requireKafka(t)
	t.Parallel()
	slots <- struct{}{}
	t.Cleanup(func() { <-slots })
}
