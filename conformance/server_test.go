//go:build conformance

package conformance

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// patience is how long a node may take to become ready on a busy machine.
const patience = 150 * time.Second

// process is a running Kafka server.
type process struct {
	cmd    *exec.Cmd
	log    string
	exited chan struct{}
}

// start starts the node's server and returns at once; ready waits for it.
func (n *node) start(t *testing.T) {
	t.Helper()
	n.starts++
	logFile := filepath.Join(n.dir, fmt.Sprintf("server-%d.log", n.starts))
	out, err := os.Create(logFile)
	if err != nil {
		t.Fatal(err)
	}
	args := append(append(append([]string{}, smallJVM...), n.kafka.logging(t, "info")...), n.jvm...)
	cmd := exec.Command("java", append(args, "-cp", n.kafka.classpath, "kafka.Kafka", n.conf)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = n.dir, out, out, dieWithUs()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd, log: logFile, exited: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		_ = out.Close()
		close(p.exited)
	}()
	n.proc = p
	t.Cleanup(func() {
		p.stop(10 * time.Second)
		if t.Failed() {
			t.Logf("%s (node %d, Kafka %s), its complaints:\n%s\nand its end:\n%s", p.log, n.id, n.kafka.version, complaints(p.log, 40), tail(p.log, 30))
		}
	})
}

// stop ends the node's server as an administrator would and waits until it is gone.
func (n *node) stop(t *testing.T) {
	t.Helper()
	if n.proc != nil {
		n.proc.stop(60 * time.Second)
	}
}

// stop sends SIGTERM, and SIGKILL where that has no effect within grace: a controller whose quorum is gone waits for ever.
func (p *process) stop(grace time.Duration) {
	if p.hasExited() {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(grace):
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
}

func (p *process) hasExited() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// ready waits until a broker answers, or until a dedicated controller says it has started.
func (n *node) ready(t *testing.T) {
	t.Helper()
	eventually(t, fmt.Sprintf("node %d of Kafka %s is ready", n.id, n.kafka.version), func() error {
		if n.proc.hasExited() {
			t.Fatalf("node %d of Kafka %s exited with code %d", n.id, n.kafka.version, n.proc.cmd.ProcessState.ExitCode())
		}
		if n.isBroker() {
			return answers(n.address())
		}
		if !n.logContains("Kafka Server started") {
			return fmt.Errorf("its log does not say so")
		}
		return nil
	})
}

// logContains reports whether the running server's log has the text.
func (n *node) logContains(text string) bool {
	log, err := os.ReadFile(n.proc.log)
	return err == nil && bytes.Contains(log, []byte(text))
}

// startAll starts the controllers together and waits for each, and then the other nodes: a broker that starts before there is a
// leader has been seen to wait in vain on a busy machine.
func startAll(t *testing.T, nodes ...*node) {
	t.Helper()
	for _, controllers := range []bool{true, false} {
		wave := slices.DeleteFunc(slices.Clone(nodes), func(n *node) bool { return n.isController() != controllers })
		for _, n := range wave {
			n.start(t)
		}
		for _, n := range wave {
			n.ready(t)
		}
	}
}

// eventually tries until the condition holds or patience is over.
func eventually(t *testing.T, what string, condition func() error) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := condition()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited %v in vain until %s: %v", patience, what, err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// complaints gives the first different warnings and errors of a log, without their times.
func complaints(file string, most int) []byte {
	text, err := os.ReadFile(file)
	if err != nil {
		return []byte(err.Error())
	}
	seen := map[string]bool{}
	var found [][]byte
	for line := range bytes.Lines(text) {
		what := line
		for _, level := range []string{" WARN ", " ERROR "} {
			if i := bytes.Index(line, []byte(level)); i >= 0 {
				what = line[i:]
			}
		}
		if len(what) == len(line) || seen[string(what)] || len(found) == most {
			continue
		}
		seen[string(what)] = true
		found = append(found, bytes.TrimSpace(line))
	}
	return bytes.Join(found, []byte("\n"))
}

// tail gives a file's last lines.
func tail(file string, lines int) []byte {
	text, err := os.ReadFile(file)
	if err != nil {
		return []byte(err.Error())
	}
	all := bytes.Split(text, []byte("\n"))
	return bytes.Join(all[max(0, len(all)-lines):], []byte("\n"))
}
