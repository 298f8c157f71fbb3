package nodeconf

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/release"
)

// combined is a configuration every release accepts.
const combined = `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:9093
listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
controller.listener.names=CONTROLLER
log.dirs=/var/lib/kafka
`

func at(line, column int) javaprops.Position { return javaprops.Position{Line: line, Column: column} }

func TestProblemPlaces(t *testing.T) {
	tests := []struct {
		name, text string
		release    release.Release
		key        string
		pos        javaprops.Position
		message    string // a part of it
	}{
		{"value of a key", combined + "num.io.threads = x\n", release.V4_4, "num.io.threads", at(7, 18), "Not a number of type INT"},
		{"item of a list", strings.Replace(combined, "broker,controller", "broker, ctrl", 1), release.V4_4, "process.roles", at(1, 23), "ctrl"},
		{"voter on a continued line", strings.Replace(combined, "1@localhost:9093", "1@localhost:9093,\\\n  2:x", 1), release.V3_9, votersKey, at(4, 3), "{id}@{host}:{port}"},
		{"synonym stands in the file", strings.Replace(combined, "node.id=1", "node.id=one", 1), release.V4_4, "node.id", at(2, 9), "configuration broker.id"},
		{"listener without protocol", strings.Replace(combined, "CONTROLLER://", "CTRL://", 1), release.V4_4, listenersKey, at(4, 38), "No security protocol defined for listener CTRL"},
		{"advertised nowhere", combined + "advertised.listeners=PLAINTEXT://0.0.0.0:1\n", release.V4_4, advertisedKey, at(7, 22), "0.0.0.0"},
		{"missing key", "node.id=1\n", release.V4_4, rolesKey, javaprops.Position{}, "process.roles"},
		{"last of a duplicated key", combined + "node.id=2\nnode.id=3x\n", release.V4_4, "node.id", at(8, 9), "3x"},
		{"two listeners on a port", strings.Replace(combined, "localhost:9093\ncontroller.l", "localhost:9092\ncontroller.l", 1), release.V4_4, listenersKey, at(4, 38), "different port"},
		{"malformed escape", "log.dirs=C:\\users\n", release.V4_4, "log.dirs", at(1, 12), "Malformed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, problem := Load([]byte(test.text), Options{Release: test.release})
			if problem == nil {
				t.Fatal("accepted")
			}
			if problem.Key != test.key || problem.Pos != test.pos || !strings.Contains(problem.Error(), test.message) {
				t.Errorf("%s at %v: %s", problem.Key, problem.Pos, problem)
			}
			if problem.Hint == "" {
				t.Error("no hint")
			}
		})
	}
}

// TestOtherProblems wants every mistake told once, and none that only follows from another.
func TestOtherProblems(t *testing.T) {
	text := `process.roles=broker,controler
node.id=1x
controller.quorum.voters=1@a:99999
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
controller.listener.names=CONTROLLER
log.dirs=/d
log.retention.ms=0
queued.max.request.bytes=1
num.partitions=many
`
	verdict := Judge([]byte(text), Options{Release: release.V4_4})
	if verdict.Refusal == nil || verdict.Node != nil {
		t.Fatal("accepted")
	}
	keys := []string{verdict.Refusal.Key}
	for _, p := range verdict.Others {
		keys = append(keys, p.Key)
	}
	want := "node.id process.roles num.partitions controller.quorum.voters log.retention.ms queued.max.request.bytes"
	if have := strings.Join(keys, " "); have != want {
		t.Errorf("problems of %s\nwant        %s", have, want)
	}
}

func TestOverrides(t *testing.T) {
	node, problem := Load([]byte(combined), Options{Release: release.V4_4, Overrides: []Property{
		{"node.id", "7"}, {votersKey, "7@localhost:9093"}, {"log.dirs", "/a, /b"},
	}})
	if problem != nil {
		t.Fatal(problem)
	}
	if node.NodeID != 7 || strings.Join(node.LogDirs, "|") != "/a|/b" || node.MetadataLogDir != "/a" {
		t.Errorf("node %d with %q", node.NodeID, node.LogDirs)
	}
	if !node.Pos("node.id").IsZero() {
		t.Error("an override has no place in the file")
	}
	_, problem = Load([]byte(combined), Options{Release: release.V4_4, Overrides: []Property{{"num.io.threads", "0"}}})
	if problem == nil || !problem.Pos.IsZero() {
		t.Errorf("problem of an override: %+v", problem)
	}
}

func TestNodeGetters(t *testing.T) {
	text := combined + "num.io.threads=12\nauto.create.topics.enable=FALSE\nlog.cleaner.min.cleanable.ratio=.25\nbroker.rack= r1 \nlog.cleanup.policy=compact , delete\nzookeeper.connect=x\n"
	node, problem := Load([]byte(text), Options{File: "s.properties", Release: release.V4_4})
	if problem != nil {
		t.Fatal(problem)
	}
	if n, ok := node.Int("num.io.threads"); !ok || n != 12 || !node.IsSet("num.io.threads") || node.Pos("num.io.threads") != at(7, 16) {
		t.Errorf("num.io.threads is %d at %v", n, node.Pos("num.io.threads"))
	}
	if n, ok := node.Int("num.network.threads"); !ok || n != 3 || node.IsSet("num.network.threads") {
		t.Errorf("the default of num.network.threads is %d", n)
	}
	if node.Bool("auto.create.topics.enable") || !node.Bool("delete.topic.enable") {
		t.Error("booleans")
	}
	if f, ok := node.Float("log.cleaner.min.cleanable.ratio"); !ok || f != 0.25 {
		t.Errorf("ratio %v", f)
	}
	if rack, ok := node.Text("broker.rack"); !ok || rack != "r1" {
		t.Errorf("rack %q", rack)
	}
	if _, ok := node.Text("metadata.log.dir"); ok {
		t.Error("metadata.log.dir has a value")
	}
	if _, ok := node.Text("zookeeper.connect"); ok {
		t.Error("4.4 does not know zookeeper.connect")
	}
	if got := node.List("log.cleanup.policy"); strings.Join(got, "|") != "compact|delete" {
		t.Errorf("policy %q", got)
	}
	if voter, ok := node.Voter(1); !ok || voter.Host != "localhost" || voter.Port != 9093 || voter.Pos != at(3, 26) {
		t.Errorf("voter %+v", voter)
	}
	if _, ok := node.Voter(2); ok || !node.IsBroker() || !node.IsController() {
		t.Error("roles and voters")
	}
}

func TestAnchor(t *testing.T) {
	for text, want := range map[string]javaprops.Position{
		"a=1\nnode.id=1\nprocess.roles=x\n": at(3, 1),
		"a=1\n node.id=1\n":                 at(2, 2),
		"a=1\nbroker.id=1\n":                at(2, 1),
		"":                                  at(1, 1),
	} {
		props, err := javaprops.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if have := Anchor(props); have != want {
			t.Errorf("%q: %v, want %v", text, have, want)
		}
	}
}

// TestMendingLeadsOn removes the line of each first problem: what Kafka says next is among the others told before,
// or follows from the line being gone.
func TestMendingLeadsOn(t *testing.T) {
	bad := []string{
		"num.io.threads=0", "log.retention.ms=0", "queued.max.request.bytes=1", "compression.type=zip", "log.cleaner.threads=0",
		"group.consumer.session.timeout.ms=1", "auto.leader.rebalance.enable=yes", "max.connections.per.ip=0",
	}
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfNDistinct(rapid.SampledFrom(bad), 1, 5, rapid.ID[string]).Draw(t, "lines")
		r := release.Release(rapid.IntRange(int(release.V3_9), int(release.Newest())).Draw(t, "release"))
		verdict := Judge([]byte(combined+strings.Join(lines, "\n")), Options{Release: r})
		if got := 1 + len(verdict.Others); verdict.Refusal == nil || got != len(lines) {
			t.Fatalf("%d problems of %q: %v, %v", got, lines, verdict.Refusal, verdict.Others)
		}
		var rest []string
		for _, line := range lines {
			if !strings.HasPrefix(line, verdict.Refusal.Key+"=") {
				rest = append(rest, line)
			}
		}
		next := Judge([]byte(combined+strings.Join(rest, "\n")), Options{Release: r})
		if len(rest) == 0 != (next.Refusal == nil) || len(rest) > 0 && next.Refusal.Message != verdict.Others[0].Message {
			t.Fatalf("next is %v, told was %v", next.Refusal, verdict.Others)
		}
	})
}

func FuzzJudge(f *testing.F) {
	for _, seed := range []string{
		combined, "node.id=\\u12", "config.providers=a\nconfig.providers.a.class=x\nk=${a:b:c}", "listeners=://,::\ncontroller.listener.names=,\nprocess.roles=controller",
		"process.roles=broker\nlistener.security.protocol.map=:\nmax.connections.per.ip.overrides=a:b,", "controller.quorum.voters=1@[::1]:1,@,1@h:0",
	} {
		for _, r := range []release.Release{release.V3_3, release.V3_9, release.V4_1, release.V4_4} {
			f.Add([]byte(seed), int8(r))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, r int8) {
		if r < 0 || r > int8(release.Newest()) {
			t.Skip()
		}
		verdict := Judge(text, Options{Release: release.Release(r), Env: func(string) (string, bool) { return "v", true }})
		if (verdict.Node == nil) == (verdict.Refusal == nil) {
			t.Fatal("neither a node nor a refusal, or both")
		}
		for _, p := range append(verdict.Others, verdict.Refusal) {
			if p != nil && (p.Message == "" || p.Exception == "" || p.Stage == "") {
				t.Fatalf("incomplete problem %+v", p)
			}
		}
	})
}

func BenchmarkJudge(b *testing.B) {
	text := []byte(combined)
	for b.Loop() {
		Judge(text, Options{Release: release.V4_4})
	}
}
