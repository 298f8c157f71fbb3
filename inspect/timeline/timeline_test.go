package timeline_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kraftctl/kraftctl/inspect/internal/lab"
	"github.com/kraftctl/kraftctl/inspect/timeline"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

const corpusDir = "../../testdata/corpus"

func read(t *testing.T, opts timeline.Options, logs ...*metalog.Log) *timeline.Timeline {
	t.Helper()
	line, err := timeline.Read(logs, opts)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// lines are the events as "OFFSET KIND TEXT".
func lines(line *timeline.Timeline) []string {
	var list []string
	for _, e := range line.Events {
		list = append(list, fmt.Sprintf("%d %s %s", e.Offset, e.Kind, e.Text))
	}
	return list
}

func mustHave(t *testing.T, line *timeline.Timeline, want ...string) {
	t.Helper()
	all := strings.Join(lines(line), "\n") + "\n"
	for _, w := range want {
		if !strings.Contains(all, w) {
			t.Errorf("no event %q in\n%s", w, all)
		}
	}
}

func count(line *timeline.Timeline, kind timeline.Kind) int {
	n := 0
	for _, e := range line.Events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// TestQuorum: what is known to have been done to a real cluster of three controllers and two brokers: the active controller
// killed twice, a broker killed, a reassignment, a preferred and an unclean election, a broker unregistered.
func TestQuorum(t *testing.T) {
	nodes := lab.Logs(t, corpusDir, "quorum-3c2b", "4.3.1")
	line := read(t, timeline.Everything(), nodes["controller1"])
	if n := count(line, timeline.ControllerElected); n != 4 {
		t.Errorf("%d elections", n)
	}
	mustHave(t, line,
		"62 controller-elected controller 1 is elected in epoch 3 by 1, 2 of voters 1, 2, 3, after 3 (1 between elected nobody)\n",
		"127 controller-elected controller 2 is elected in epoch 4 by 2, 3 of voters 1, 2, 3, after 1\n",
		"22 topic-created topic t-rf2 is created with 6 partitions\n",
		"40 quota-changed quota of user(alice): producer_byte_rate none → 1048576\n",
		"50 reassignment-begun reassignment of t-rf1-2 begins from replicas 11 to 11, 12\n",
		"51 reassignment-ended reassignment of t-rf1-2 ends with replicas 11, 12\n",
		"126 reassignment-cancelled reassignment of t-rf1-3 is cancelled with replicas 11\n",
		"91 isr-shrunk ISR of 13 partitions of 4 topics (t-minisr2-0, t-minisr2-1, t-minisr2-2, …) shrinks by 12\n",
		"94 partition-offline t-rf1-0: no leader, was 12\n",
		"399 leader-unclean UNCLEAN: leader of t-unclean-0 moves from nobody to 12",
		"182 broker-shutdown broker 11 begins a controlled shutdown\n",
		"201 broker-fenced broker 11 is fenced: its controlled shutdown is done\n",
		"336 broker-fenced broker 12 is fenced: it no longer leads or is in sync\n",
		"489 broker-unregistered broker 12 is unregistered\n",
	)
	if fmt.Sprint(line.Controllers, line.Brokers) != "[1 2 3] [11 12]" {
		t.Errorf("controllers %v, brokers %v", line.Controllers, line.Brokers)
	}
	offline := 0
	for _, h := range line.Health {
		offline = max(offline, h.Offline)
	}
	if offline != 18 {
		t.Errorf("at most %d partitions were offline, the log has 18", offline)
	}
}

func TestFoldAndRange(t *testing.T) {
	log := lab.Logs(t, corpusDir, "quorum-3c2b", "4.3.1")["controller1"]
	apart := timeline.Everything()
	apart.Fold = 0
	if n := count(read(t, apart, log), timeline.ISRShrunk); n != 13+16+15+18+15 {
		t.Errorf("%d shrinks one by one", n)
	}
	part := timeline.Everything()
	part.From, part.To = 94, 150
	for _, e := range read(t, part, log).Events {
		if e.Offset < 94 || e.Offset > 150 {
			t.Errorf("event at %d", e.Offset)
		}
	}
	timed := timeline.Everything()
	timed.FromTime = time.Date(2026, 11, 21, 6, 21, 59, 0, time.UTC).UnixMilli()
	if got := lines(read(t, timed, log)); len(got) != 2 || !strings.HasPrefix(got[0], "489 broker-unregistered") {
		t.Errorf("events of the last two seconds: %v", got)
	}
	line := read(t, timeline.Everything(), log)
	line.Only([]string{"broker-unregistered"})
	if len(line.Events) != 1 {
		t.Errorf("one kind only: %v", lines(line))
	}
}

func TestScenarios(t *testing.T) {
	for _, c := range []struct {
		scenario, below, node string
		want                  []string
	}{
		{"zk-migration", "3.9.2", "controller3000-stage4-finalised", []string{
			"migration migration from ZooKeeper: none told → PRE_MIGRATION\n", "PRE_MIGRATION → MIGRATION\n", "MIGRATION → POST_MIGRATION\n", "still on ZooKeeper",
		}},
		{"upgrade", "3.3.2-to-4.3.1", "stage5-4.3.1", []string{"metadata.version is upgraded 21 (3.9-IV0) → 30 (4.3-IV0)", "controller 1 is elected in epoch 5 by 1 of voters 1, again\n"}},
		{"jbod", "3.9.2", "controller1", []string{"directory-failed broker 11 loses log directory", "2 directories left"}},
		{"dynamic-standalone", "4.3.1", "controller1", []string{"voter-added voter 2 is added", "voter-removed voter 3 is removed; voters are 1, 2\n"}},
		{"combined-1node", "4.3.1", "node1", []string{"user alice: SCRAM-SHA-512 credential is set\n", "acl-added access: User:", "acl-removed access withdrawn: User:", "topic-deleted", "token-changed delegation token"}},
		{"snapshots", "4.3.1", "node1", []string{"1421 snapshot-taken snapshot of everything before offset 1422, kept by node 1\n"}},
	} {
		nodes := lab.Logs(t, corpusDir, c.scenario, c.below)
		line := read(t, timeline.Everything(), nodes[c.node])
		mustHave(t, line, c.want...)
		for _, e := range line.Events {
			if e.Text == "" || e.Level == "" || e.Count == 0 && e.Kind != timeline.TopicDeleted {
				t.Errorf("%s: %+v", c.scenario, e)
			}
		}
	}
}

// TestEveryCopy: every directory of the corpus has a timeline, alone and with the others of its scenario.
func TestEveryCopy(t *testing.T) {
	for scenario, below := range map[string]string{
		"quorum-3c2b": "3.9.2", "dynamic-standalone": "4.3.1", "dynamic-initial-controllers": "4.1.2", "jbod": "3.9.2", "upgrade": "3.3.2-to-4.3.1",
		"zk-migration": "3.9.2", "snapshots": "4.3.1",
	} {
		var logs []*metalog.Log
		most := 0
		for _, l := range lab.Logs(t, corpusDir, scenario, below) {
			logs = append(logs, l)
			most = max(most, count(read(t, timeline.Everything(), l), timeline.ControllerElected))
		}
		if n := count(read(t, timeline.Everything(), logs...), timeline.ControllerElected); n < most {
			t.Errorf("%s: %d elections in all copies, %d in one", scenario, n, most)
		}
	}
}

func TestPartedCopiesAndSecrets(t *testing.T) {
	first := lab.NewNode(1).Elect(1, 1, 1, 2, 3)
	value := func(s string) metadata.NullString { return metadata.NullString{String: s, Valid: true} }
	set := func(s string) *metadata.ConfigRecord {
		return &metadata.ConfigRecord{ResourceType: 4, ResourceName: "3", Name: "ssl.keystore.password", Value: value(s)}
	}
	second := first.Clone(2)
	first.Append(1, set("old-secret")).Append(1, &metadata.TopicRecord{Name: "lost"})
	second.Elect(2, 2, 1, 2, 3).Append(2, set("new-secret")).Append(2, &metadata.TopicRecord{Name: "kept"})
	logs := []*metalog.Log{first.Log(t), second.Log(t)}
	line := read(t, timeline.Everything(), logs...)
	var b bytes.Buffer
	if err := timeline.WriteText(&b, line, true); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); strings.Contains(s, "secret\"") || !strings.Contains(s, "topic lost is created with 0 partitions [only in node1]") ||
		!strings.Contains(s, "topic kept is created") || !strings.Contains(s, "default → (redacted)") || !strings.Contains(s, "\x1b[33mcontroller-elected") {
		t.Errorf("text:\n%s", s)
	}
	opts := timeline.Everything()
	opts.ShowSecrets = true
	mustHave(t, read(t, opts, logs...), `ssl.keystore.password default → "new-secret"`)
}

func TestDamageIsAnEvent(t *testing.T) {
	n := lab.NewNode(1).Elect(1, 1, 1).Append(1, &metadata.TopicRecord{Name: "a"}).Append(1, &metadata.TopicRecord{Name: "b"}).Flip(3).Append(1, &metadata.NoOpRecord{})
	mustHave(t, read(t, timeline.Everything(), n.Log(t)), "2 damage damage, what was here is not told: ")
}

func TestJSONLines(t *testing.T) {
	var b bytes.Buffer
	line := read(t, timeline.Everything(), lab.Logs(t, corpusDir, "quorum-3c2b", "3.9.2")["controller1"])
	if err := timeline.WriteJSONLines(&b, line); err != nil {
		t.Fatal(err)
	}
	for _, text := range strings.Split(strings.TrimSpace(b.String()), "\n") {
		var e timeline.Event
		if err := json.Unmarshal([]byte(text), &e); err != nil || e.Text == "" {
			t.Fatalf("%s: %v", text, err)
		}
	}
}
