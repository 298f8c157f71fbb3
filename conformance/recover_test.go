//go:build conformance

package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// disaster is a cluster of three controllers and a broker that loses its majority again and again, each time with another
// survivor.
type disaster struct {
	controllers []*node
	broker      *node
	dynamic     bool
	joinsItself bool
	produced    ledger
	rounds      int
	// lost is the controller that the last round ended with losing, lostDirectory the directory ID it voted with.
	lost          *node
	lostDirectory string
}

// A quorum whose voters are configured is recovered from one controller of three, three times over. Before 3.9 Kafka
// refuses a voter set that is not the one of quorum-state.
func TestRecoverStatic(t *testing.T) {
	for version, rounds := range map[string]int{"3.6.2": 1, "3.9.2": 3} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			d := newDisaster(t, version, false)
			for range rounds {
				d.round(t)
			}
		})
	}
}

// A quorum whose voters are in the log is recovered from one controller of three, three times over.
func TestRecoverDynamic(t *testing.T) {
	for version, joinsItself := range map[string]bool{"4.1.2": false, "4.3.1": true} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			d := newDisaster(t, version, true)
			for round := range 3 {
				d.joinsItself = joinsItself && round > 0
				d.round(t)
			}
		})
	}
}

// newDisaster starts a cluster.
func newDisaster(t *testing.T, version string, dynamic bool) *disaster {
	t.Helper()
	k := theKafka(t, version)
	d := &disaster{dynamic: dynamic, broker: newNode(t, k, 4, "broker"), produced: ledger{}}
	for id := 1; id <= 3; id++ {
		d.controllers = append(d.controllers, newNode(t, k, id, "controller"))
	}
	configure, args := staticQuorum, []string(nil)
	if dynamic {
		configure, args = dynamicQuorum, []string{"--initial-controllers", initialControllers(d.controllers...)}
	}
	configure(t, d.all()...)
	for _, n := range d.controllers {
		n.format(t, args...)
	}
	d.broker.format(t)
	startAll(t, d.all()...)
	mustHaveVoters(t, d.broker.address(), 1, 2, 3)
	return d
}

func (d *disaster) all() []*node { return append(slices.Clone(d.controllers), d.broker) }

// round destroys two controllers, recovers from the third, grows back to three, and then loses the recovered one.
func (d *disaster) round(t *testing.T) {
	t.Helper()
	begun := time.Now()
	d.replaceLost(t)
	survivor := d.controllers[d.rounds%len(d.controllers)]
	dead := slices.DeleteFunc(slices.Clone(d.controllers), func(n *node) bool { return n == survivor })
	d.rounds++
	d.produced.add(t, d.broker.address(), fmt.Sprintf("before-%d", d.rounds))
	caughtUp(t, connect(t, d.broker.address()), int32(survivor.id))
	for _, n := range dead {
		n.destroy(t)
	}
	survivor.halt()
	d.broker.halt()

	book := d.recover(t, survivor, dead)
	d.mustBeWhole(t, book)
	d.loseForGood(t, survivor, dead)
	t.Logf("round %d on Kafka %s, survivor %d: %v", d.rounds, survivor.kafka.version, survivor.id, time.Since(begun).Round(time.Second))
}

// recover makes the seed and follows the steps of the plan to their end.
func (d *disaster) recover(t *testing.T, survivor *node, dead []*node) *runbook {
	t.Helper()
	book := &runbook{seed: survivor, broker: d.broker, nodes: map[int]*node{}, safe: t.TempDir(), joinsItself: d.joinsItself}
	for _, n := range d.all() {
		book.nodes[n.id] = n
		n.set("controller.quorum.auto.join.enable", fmt.Sprint(d.joinsItself && n.isController()))
		n.writeConf(t)
	}
	args := []string{survivor.logDir, "--dead", idList(dead...), "-o", book.inSafe("seed"), "--config", survivor.conf}
	if d.dynamic {
		args = append(args, "--force-standalone")
	}
	plan := planRecovery(t, book, args)
	if plan.Loss.Safe {
		t.Error("recover calls one copy of three safe")
	}
	d.untilAlone(t, book, plan)
	return book
}

// untilAlone follows the plan. After the seed's start, it checks that the node leads alone and the broker serves all data.
func (d *disaster) untilAlone(t *testing.T, book *runbook, plan recoveryPlan) {
	t.Helper()
	grows := plan.growing(t)
	book.follow(t, plan.Steps[:grows])
	mustHaveVoters(t, d.broker.address(), int32(book.seed.id))
	d.produced.mustRead(t, d.broker.address())
	d.produced.add(t, d.broker.address(), fmt.Sprintf("alone-%d", d.rounds))
	if !d.dynamic {
		book.seed.stop(t)
		d.broker.halt()
	}
	book.follow(t, plan.Steps[grows:])
	if !d.dynamic && d.broker.proc.hasExited() {
		startAll(t, d.broker)
	}
}

// planRecovery makes a plan, sees that nothing was written, and applies it.
func planRecovery(t *testing.T, book *runbook, args []string) recoveryPlan {
	t.Helper()
	args = append([]string{"recover", "--output", "json"}, args...)
	said := runCommand(t, book.safe, kraftctl(t), args...)
	var plan recoveryPlan
	if err := json.Unmarshal([]byte(said.stdout), &plan); err != nil || said.code > 1 {
		t.Fatalf("recover: exit %d, %v\n%s%s", said.code, err, said.stdout, said.stderr)
	}
	if _, err := os.Stat(book.inSafe("seed")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("without --apply, recover made %s: %v", book.inSafe("seed"), err)
	}
	runCommand(t, book.safe, kraftctl(t), append(args, "--apply", plan.Hash)...).mustSucceed(t, "recover --apply")
	return plan
}

// mustBeWhole waits until the quorum has its three voters again.
func (d *disaster) mustBeWhole(t *testing.T, book *runbook) {
	t.Helper()
	client := connect(t, d.broker.address())
	mustHaveVotersOf(t, client, 1, 2, 3)
	for _, n := range d.controllers {
		caughtUp(t, client, int32(n.id))
	}
	if report := book.inSafe("seed.report.txt"); !exists(report) {
		t.Errorf("there is no %s", report)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// loseForGood destroys the recovered controller: the others elect a leader, and everything goes on.
func (d *disaster) loseForGood(t *testing.T, recovered *node, others []*node) {
	t.Helper()
	if d.dynamic {
		d.lostDirectory = recovered.metaProperty(t, "directory.id")
	}
	d.lost = recovered
	recovered.destroy(t)
	client := connect(t, d.broker.address(), kgo.RetryTimeout(outage))
	eventually(t, "another controller leads", func() error {
		q, err := quorumOf(t, client)
		if err == nil && !slices.ContainsFunc(others, func(n *node) bool { return int32(n.id) == q.leader }) {
			err = fmt.Errorf("leader %d", q.leader)
		}
		return err
	})
	d.produced.add(t, d.broker.address(), fmt.Sprintf("after-%d", d.rounds))
	d.produced.mustRead(t, d.broker.address())
}

// replaceLost puts a new controller in the place of the one that was lost, so that there are three again.
func (d *disaster) replaceLost(t *testing.T) {
	t.Helper()
	if d.lost == nil {
		return
	}
	client := connect(t, d.broker.address(), kgo.RetryTimeout(outage))
	if !d.dynamic {
		d.lost.format(t)
		d.lost.start(t)
	} else {
		removeVoter(t, client, d.lost.id, d.lostDirectory)
		d.lost.set("controller.quorum.auto.join.enable", "false")
		d.lost.writeConf(t)
		d.lost.format(t, "--no-initial-controllers")
		d.lost.start(t)
		addVoter(t, d.broker, d.lost)
	}
	mustHaveVotersOf(t, client, 1, 2, 3)
	caughtUp(t, client, int32(d.lost.id))
}

// removeVoter asks the cluster to remove a voter that does not come back.
func removeVoter(t *testing.T, client *kgo.Client, id int, directory string) {
	t.Helper()
	request := kmsg.NewPtrRemoveRaftVoterRequest()
	request.VoterID, request.VoterDirectoryID = int32(id), directoryID(t, directory)
	eventually(t, fmt.Sprintf("voter %d is removed", id), func() error {
		response, err := request.RequestWith(limited(t), client)
		if err != nil {
			return err
		}
		if response.ErrorCode == kerr.VoterNotFound.Code {
			return nil
		}
		return kerr.ErrorForCode(response.ErrorCode)
	})
}
