//go:build conformance

package conformance

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// recoveryPlan is what the tests read of the JSON of recover.
type recoveryPlan struct {
	Hash   string
	Mode   string
	Loss   struct{ Safe bool }
	Chosen struct{ Name string }
	Seed   struct{ NodeID int }
	Steps  []recoveryStep
}

// growing is the index of the step with which the quorum begins to grow again.
func (p *recoveryPlan) growing(t *testing.T) int {
	t.Helper()
	i := slices.IndexFunc(p.Steps, func(s recoveryStep) bool {
		return strings.HasPrefix(s.Title, "Add node") || strings.HasPrefix(s.Title, "Grow")
	})
	if i < 0 {
		t.Fatalf("no step tells how the quorum grows again: %+v", p.Steps)
	}
	return i
}

type recoveryStep struct {
	Title, Text string
	Commands    []string
}

// runbook carries out the steps of a plan as an administrator would: it replaces the placeholders, and runs the commands.
type runbook struct {
	// seed is the node that is recovered, broker the only broker, nodes are all of them by ID.
	seed, broker *node
	nodes        map[int]*node
	// safe is the place for what must not come back.
	safe string
	// together tells that the seed leads only when others vote for it.
	together bool
	// joinsItself leaves out add-controller: controller.quorum.auto.join.enable is true.
	joinsItself bool
}

// comment is what stands after a command.
var comment = regexp.MustCompile(`\s{2,}#.*$`)

// follow carries out one step after the other, but for the one that is done when the plan is applied.
func (b *runbook) follow(t *testing.T, steps []recoveryStep) {
	t.Helper()
	for _, step := range steps {
		t.Logf("step: %s", step.Title)
		for _, command := range step.Commands {
			if strings.HasPrefix(command, "kraftctl recover ") {
				continue
			}
			b.run(t, command)
		}
	}
}

// run runs one command line.
func (b *runbook) run(t *testing.T, line string) {
	t.Helper()
	remark := comment.FindString(line)
	if !b.concerns(remark) {
		return
	}
	words := strings.Fields(b.fill(comment.ReplaceAllString(line, "")))
	args := words[1:]
	switch program := words[0]; {
	case program == "chown": // there is no user kafka here
	case program == "mv" || program == "cp":
		b.move(t, program, args)
	case program == "kraftctl":
		runCommand(t, b.safe, kraftctl(t), args...).mustSucceed(t, line)
	case program == "kafka-server-start.sh":
		b.serve(t, args[len(args)-1])
		for _, id := range others(remark) {
			if id != b.seed.id {
				b.serve(t, b.nodes[id].conf)
			}
		}
	case program == "kafka-metadata-quorum.sh":
		b.askQuorum(t, args)
	case strings.Contains(program, "="):
		b.configure(t, program)
	default:
		t.Fatalf("the runbook has a command that is not known here: %s", line)
	}
}

// before and since are the releases a remark restricts a command to, onNodes the nodes it names.
var (
	before  = regexp.MustCompile(`# before (\d\.\d+)`)
	since   = regexp.MustCompile(`# from (\d\.\d+) on`)
	onNodes = regexp.MustCompile(`# on ([\d, and]+)$`)
)

// concerns tells whether a command with such a remark is for the release at hand. Before 3.7, kafka-metadata-quorum knows no
// --bootstrap-controller.
func (b *runbook) concerns(remark string) bool {
	if m := before.FindStringSubmatch(remark); m != nil {
		return b.seed.kafka.atLeast(m[1]) != strings.Contains(remark, "only")
	}
	if m := since.FindStringSubmatch(remark); m != nil {
		return b.seed.kafka.atLeast(m[1])
	}
	return true
}

// others are the nodes a remark names.
func others(remark string) []int {
	m := onNodes.FindStringSubmatch(remark)
	if m == nil {
		return nil
	}
	var ids []int
	for _, word := range regexp.MustCompile(`\d+`).FindAllString(m[1], -1) {
		id, _ := strconv.Atoi(word)
		ids = append(ids, id)
	}
	return ids
}

// fill replaces the placeholders of a command by what they stand for in this cluster.
func (b *runbook) fill(line string) string {
	line = strings.ReplaceAll(line, "/somewhere/safe", b.safe)
	line = strings.ReplaceAll(line, "BROKER-LOG-DIR", b.broker.logDir)
	for id, n := range b.nodes {
		for _, name := range []string{"/path/to/log.dirs/of/node%d", "NEW-DIR-OF-NODE-%d", "DIR-OF-NODE-%d"} {
			line = strings.ReplaceAll(line, fmt.Sprintf(name, id), n.logDir)
		}
		line = strings.ReplaceAll(line, fmt.Sprintf("controller%d.properties", id), n.conf)
	}
	line = strings.ReplaceAll(line, "broker.properties", b.broker.conf)
	return strings.ReplaceAll(line, " controller.properties", " "+b.seed.conf)
}

// move runs mv or cp. What lay on a destroyed disk cannot be put aside, nor twice at the same place.
func (b *runbook) move(t *testing.T, program string, args []string) {
	t.Helper()
	from := args[len(args)-2]
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) && program == "mv" {
		return
	}
	runCommand(t, b.safe, program, args...).mustSucceed(t, program+" "+strings.Join(args, " "))
}

// serve starts the node of a configuration file, and waits as long as the next step needs.
func (b *runbook) serve(t *testing.T, conf string) {
	t.Helper()
	for _, n := range b.nodes {
		if n.conf != conf {
			continue
		}
		if n.proc != nil && !n.proc.hasExited() {
			n.halt()
		}
		n.start(t)
		if n == b.seed && !b.together && !b.growing() {
			mustLead(t, n)
		}
		if n.isBroker() {
			n.ready(t)
		}
		return
	}
	t.Fatalf("no node has the configuration %s", conf)
}

// growing tells that the seed is not alone.
func (b *runbook) growing() bool {
	return strings.Contains(b.seed.property("controller.quorum.voters"), ",")
}

// askQuorum runs Kafka's own kafka-metadata-quorum.
func (b *runbook) askQuorum(t *testing.T, args []string) {
	t.Helper()
	adds := args[len(args)-1] == "add-controller"
	if adds && b.joinsItself {
		return
	}
	if i := slices.Index(args, "--bootstrap-controller"); i >= 0 && !b.seed.kafka.atLeast("3.7") {
		args[i], args[i+1] = "--bootstrap-server", b.broker.address()
	}
	what := "kafka-metadata-quorum.sh " + strings.Join(args, " ")
	eventually(t, what+" succeeds", func() error {
		said := b.seed.kafka.tool(t, "org.apache.kafka.tools.MetadataQuorumCommand", args...)
		if said.code != 0 && !(adds && strings.Contains(said.stderr+said.stdout, "DuplicateVoter")) {
			return fmt.Errorf("exit %d: %s%s", said.code, said.stdout, said.stderr)
		}
		return nil
	})
}

// configure sets a key of the configuration of all nodes; the voters of a quorum are the business of all.
func (b *runbook) configure(t *testing.T, line string) {
	t.Helper()
	key, value, _ := strings.Cut(line, "=")
	for _, n := range b.nodes {
		n.set(key, value)
		n.writeConf(t)
	}
}

// halt ends a node that need not end by itself: a controller without a quorum does not, nor does its broker.
func (n *node) halt() {
	if n.proc != nil {
		n.proc.stop(3 * time.Second)
	}
}

// destroy kills a node and takes its disk away, with what an earlier restore reported.
func (n *node) destroy(t *testing.T) {
	t.Helper()
	n.proc.stop(0)
	for _, path := range []string{n.logDir, n.logDir + ".report.txt", n.logDir + ".report.json"} {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
}

// mustLead waits until a node's log says that it was elected.
func mustLead(t *testing.T, n *node) {
	t.Helper()
	eventually(t, fmt.Sprintf("node %d leads", n.id), func() error {
		if n.proc.hasExited() {
			t.Fatalf("node %d exited with code %d", n.id, n.proc.cmd.ProcessState.ExitCode())
		}
		if !n.logContains("Completed transition to Leader") {
			return errors.New("its log does not say so")
		}
		return nil
	})
}

// idList gives node IDs as recover's --dead takes them.
func idList(nodes ...*node) string {
	list := make([]string, len(nodes))
	for i, n := range nodes {
		list[i] = strconv.Itoa(n.id)
	}
	return strings.Join(list, ",")
}

// inSafe is a path below the place for what must not come back.
func (b *runbook) inSafe(name string) string { return filepath.Join(b.safe, name) }
