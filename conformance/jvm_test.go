//go:build conformance

package conformance

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// smallJVM keeps a node or tool small and quick to start.
var smallJVM = []string{"-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto"}

// result is what a finished process said.
type result struct {
	stdout, stderr string
	code           int
}

// runCommand runs a program to its end in dir; only a program that cannot be started at all fails the test.
func runCommand(t *testing.T, dir, name string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	cmd.SysProcAttr = dieWithUs()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", name, err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// tool runs one of Kafka's command line tools by its main class.
func (k *kafka) tool(t *testing.T, mainClass string, args ...string) result {
	t.Helper()
	jvm := append(append([]string{}, smallJVM...), k.logging(t, "off")...)
	return runCommand(t, t.TempDir(), "java", append(append(jvm, "-cp", k.classpath, mainClass), args...)...)
}

// storageTool is Kafka's kafka-storage.
func (k *kafka) storageTool(t *testing.T, args ...string) result {
	t.Helper()
	return k.tool(t, "kafka.tools.StorageTool", args...)
}

// dumpTool is Kafka's kafka-dump-log. 4.4.0's is not published, and 4.3.1's reads everything 4.4.0 writes.
func dumpTool(t *testing.T, k *kafka, args ...string) result {
	t.Helper()
	if noTools[k.version] {
		k = theKafka(t, "4.3.1")
	}
	class := "kafka.tools.DumpLogSegments"
	if k.atLeast("4.3") {
		class = "org.apache.kafka.tools.DumpLogSegments"
	}
	return k.tool(t, class, args...)
}

// logging gives the JVM flags that send the log, from the level on, to stderr: 3.x brings reload4j, 4.x is given slf4j-simple.
func (k *kafka) logging(t *testing.T, level string) []string {
	t.Helper()
	if k.major() != "3" {
		return []string{"-Dorg.slf4j.simpleLogger.defaultLogLevel=" + level, "-Dorg.slf4j.simpleLogger.showDateTime=true"}
	}
	text := "log4j.rootLogger=" + strings.ToUpper(level) + ", err\n" +
		"log4j.appender.err=org.apache.log4j.ConsoleAppender\nlog4j.appender.err.Target=System.err\n" +
		"log4j.appender.err.layout=org.apache.log4j.PatternLayout\nlog4j.appender.err.layout.ConversionPattern=[%d] %p %m (%c)%n\n"
	file := filepath.Join(t.TempDir(), "log4j.properties")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return []string{"-Dlog4j.configuration=file:" + file}
}

// mustSucceed fails the test unless the process ended with exit code 0.
func (r result) mustSucceed(t *testing.T, what string) result {
	t.Helper()
	if r.code != 0 {
		t.Fatalf("%s: exit %d\nstdout:\n%s\nstderr:\n%s", what, r.code, r.stdout, r.stderr)
	}
	return r
}
