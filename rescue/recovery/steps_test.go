package recovery

import (
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// commands are all command lines of a plan.
func commands(p *Plan) []string {
	var out []string
	for _, s := range p.Steps {
		out = append(out, s.Commands...)
	}
	return out
}

func has(t *testing.T, p *Plan, want ...string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(commands(p), w) {
			t.Errorf("no step has %q:\n%s", w, strings.Join(commands(p), "\n"))
		}
	}
}

func TestStaticStepsNameThisCluster(t *testing.T) {
	nodes := quorumOfThree()
	opts := Options{
		Dead: []int32{2, 3}, Node: -1, Out: "new", Command: "kraftctl recover node1 --dead 2,3",
		Addresses: map[int32]string{1: "old:1", 3: "c3:3"}, Endpoints: []Endpoint{{Voter: 1, Listener: "C", Host: "now", Port: 1}},
	}
	p := planned(t, opts, nodes[0])
	has(t, p, "kraftctl recover node1 --dead 2,3 -o new --apply "+p.Hash, "controller.quorum.voters=1@now:1",
		"controller.quorum.voters=1@now:1,2@HOST2:PORT,3@c3:3    # on every node, brokers too",
		"kraftctl restore grow.tar.zst NEW-DIR-OF-NODE-3 --as-node 3", "kafka-server-start.sh -daemon controller3.properties",
		"mv BROKER-LOG-DIR/__cluster_metadata-0/quorum-state /somewhere/safe/    # before 3.9 only")
	if p.StaticVoters.Source != "--set-endpoint" || p.StaticVoters.Value != "1@now:1" {
		t.Errorf("%+v", p.StaticVoters)
	}
	opts.Endpoints, opts.Addresses = nil, nil
	if p := planned(t, opts, nodes[0]); p.StaticVoters.Value != "1@HOST:PORT" || !strings.Contains(strings.Join(p.Warnings, "\n"), "replace HOST:PORT") {
		t.Errorf("%+v, %q", p.StaticVoters, p.Warnings)
	}
}

func TestStandaloneStepsNameThisCluster(t *testing.T) {
	a := dynamicOfThree()[0].add(1, &metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: 25})
	p := planned(t, Options{Dead: []int32{2, 3}, Standalone: true, Node: -1}, a)
	known := release.Oldest()
	for _, r := range slices.Backward(release.All()) {
		if _, ok := r.MetadataVersionAt(25); ok {
			known = r
		}
	}
	has(t, p, "kraftctl format -c controller2.properties -t "+labCluster+" --no-initial-controllers --kafka-version "+known.String(),
		"kafka-metadata-quorum.sh --command-config controller3.properties --bootstrap-controller c1:9093 add-controller",
		"cp -a NEWDIR/__cluster_metadata-0 /path/to/log.dirs/of/node1/")
	for _, s := range p.Steps {
		if s.Title == "" || s.Text == "" || s.Commands == nil {
			t.Errorf("step %+v", s)
		}
	}
}

func TestEndpointStepsStartTheSeedFirst(t *testing.T) {
	p := planned(t, Options{Node: -1, Endpoints: []Endpoint{{2, "CONTROLLER", "new", 1}}}, dynamicOfThree()...)
	has(t, p, "controller.quorum.bootstrap.servers=c1:9093,new:1,c3:9093")
	var starts []string
	for _, c := range commands(p) {
		if name, ok := strings.CutPrefix(c, "kafka-server-start.sh -daemon "); ok {
			starts = append(starts, name)
		}
	}
	if !slices.Equal(starts, []string{"controller1.properties", "controller2.properties", "controller3.properties", "broker.properties"}) {
		t.Errorf("started are %v", starts)
	}
}

// TestWarningsAboutThisCluster looks for what makes it worse.
func TestWarningsAboutThisCluster(t *testing.T) {
	sources := sourcesOf(t, dynamicOfThree()[0])
	sources[0].InUse = "by process 7"
	p, err := NewPlan(sources, Options{Dead: []int32{2, 3}, Standalone: true, Node: -1})
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(p.Warnings, "\n")
	for _, text := range []string{"node1 is in use by process 7", "Should 2 and 3 ever start again", "--broker-dir", "producer IDs"} {
		if !strings.Contains(words, text) {
			t.Errorf("%q is not said: %s", text, words)
		}
	}
	sources[0].InUse = ""
	if again, err := NewPlan(sources, Options{Dead: []int32{2, 3}, Standalone: true, Node: -1}); err != nil || again.Hash != p.Hash {
		t.Errorf("whether a node runs changes the plan: %v", err)
	}
}

// TestSecondQuorumIsOfAllOldVoters has five voters of which two that live could join one of the dead.
func TestSecondQuorumIsOfAllOldVoters(t *testing.T) {
	nodes := wholeCopies(5, true)
	p := planned(t, Options{Dead: []int32{3, 4, 5}, Standalone: true, Node: -1}, nodes[0], nodes[1])
	if words := strings.Join(p.Warnings, "\n"); !strings.Contains(words, "Should 3 of 2, 3, 4 and 5 ever start again with their old metadata logs and not reach node 1") {
		t.Errorf("said is %s", words)
	}
	two := wholeCopies(2, true)
	p = planned(t, Options{Dead: []int32{2}, Standalone: true, Node: -1}, two[0])
	if words := strings.Join(p.Warnings, "\n"); strings.Contains(words, "ever start again") {
		t.Errorf("voter 2 alone elects nobody, and said is %s", words)
	}
}

// TestCombinedNodesKeepTheirTopicData has controllers that are brokers as well, and no brokers apart.
func TestCombinedNodesKeepTheirTopicData(t *testing.T) {
	registered := func(nodes []*node) []*node {
		for _, n := range nodes {
			for id := range int32(4) {
				n.add(1, &metadata.RegisterBrokerRecord{BrokerId: id + 1})
			}
		}
		return nodes
	}
	p := planned(t, Options{Dead: []int32{3, 4}, Standalone: true, Node: 1}, registered(wholeCopies(4, true))[:2]...)
	has(t, p, "mv /path/to/log.dirs/of/node2/__cluster_metadata-0 /somewhere/safe/node2-metadata-before-recovery",
		"mv /path/to/log.dirs/of/node3 /somewhere/safe/node3-before-recovery")
	all := strings.Join(commands(p), "\n")
	if strings.Contains(all, "format -c controller2.properties") || !strings.Contains(all, "format -c controller3.properties") || strings.Contains(all, startBroker) {
		t.Errorf("commands:\n%s", all)
	}
	if text := Text(p); strings.Count(text, "It is a broker as well") != 4 {
		t.Errorf("not said that the seed's node is a broker: %s", text)
	}
	static := planned(t, Options{Dead: []int32{2, 3, 4}, Node: -1}, registered(wholeCopies(4, false))[0])
	if text := Text(static); !strings.Contains(text, "brokers as well (2, 3 and 4)") || strings.Contains(text, "BROKER-LOG-DIR") {
		t.Errorf("steps of combined nodes: %s", text)
	}
}

// TestBrokerAsController gives a broker's log to a node with the broker's ID, at a listener nobody has heard of.
func TestBrokerAsController(t *testing.T) {
	a := dynamicOfThree()[0].add(1, &metadata.RegisterBrokerRecord{BrokerId: 9})
	opts := Options{Dead: []int32{1, 2, 3}, Standalone: true, Node: 9, Endpoints: []Endpoint{{9, "C", "h", 1}}}
	if words := strings.Join(planned(t, opts, a.clone(9)).Warnings, "\n"); !strings.Contains(words, "only in the same process") {
		t.Errorf("said is %s", words)
	}
	opts = Options{Dead: []int32{2, 3}, Standalone: true, Node: -1, Endpoints: []Endpoint{{1, "SECRET", "h", 1}}}
	if words := strings.Join(planned(t, opts, a).Warnings, "\n"); !strings.Contains(words, "Listener SECRET of --set-endpoint 1=SECRET://h:1 is none that node 1 has had (CONTROLLER://c1:9093)") {
		t.Errorf("said is %s", words)
	}
}

// TestBackupsDoNotCountAsWhole has copies of all voters, of which two may be older than what the nodes had in the end.
func TestBackupsDoNotCountAsWhole(t *testing.T) {
	sources := sourcesOf(t, quorumOfThree()...)
	opts := Options{Dead: []int32{2, 3}, Node: -1}
	if p, err := NewPlan(sources, opts); err != nil || !p.Loss.Safe {
		t.Errorf("whole copies of all: %v", err)
	}
	sources[1].Backup = true
	if p, err := NewPlan(sources, opts); err != nil || !p.Loss.Safe {
		t.Errorf("whole copies of two: %v", err)
	}
	sources[2].Backup = true
	if p, err := NewPlan(sources, opts); err != nil || p.Loss.Safe || p.Loss.From != p.Loss.CertainEnd {
		t.Errorf("a whole copy of one: %v", err)
	}
}
