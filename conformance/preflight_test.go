//go:build conformance

package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// preflightDir is a directory that several releases are started on.
type preflightDir struct {
	// format is the release that formats it, run the one that runs on it before; "" leaves it as formatted.
	format, run string
	dynamic     bool
	// user tells that alice is formatted into it.
	user bool
	args []string
	// levels are lowered while it runs; snapshots has the node write one after nearly every record.
	levels    map[string]int16
	snapshots bool
}

// preflightDirs by name.
var preflightDirs = map[string]preflightDir{
	"4.4 formatted":               {format: "4.4.0", user: true},
	"4.4 formatted at 4.2":        {format: "4.4.0", user: true, args: []string{"--release-version", "4.2"}},
	"4.4 formatted and 4.2 run":   {format: "4.4.0", run: "4.2.1", user: true, args: []string{"--release-version", "4.2"}},
	"4.3 run":                     {format: "4.3.1", run: "4.3.1", user: true},
	"4.2 run lowered":             {format: "4.2.1", run: "4.2.1", user: true, levels: lowered},
	"4.2 run lowered and covered": {format: "4.2.1", run: "4.2.1", user: true, levels: lowered, snapshots: true},
	"3.9 run lowered and covered": {format: "3.9.2", run: "3.9.2", user: true, levels: map[string]int16{"metadata.version": 19}, snapshots: true},
	"3.9 run dynamic":             {format: "3.9.2", run: "3.9.2", user: true, dynamic: true, args: []string{"--standalone"}},
	"3.6 run":                     {format: "3.6.2", run: "3.6.2", user: true},
	"3.3 run":                     {format: "3.3.2", run: "3.3.2"},
	// Levels that no release gives by itself.
	"4.4 run with share 2 at 4.3":       {format: "4.4.0", run: "4.4.0", args: []string{"--portable", "--feature", "metadata.version=30", "--feature", "share.version=2"}},
	"4.3 run with transaction 2 at 3.9": {format: "4.3.1", run: "4.3.1", args: []string{"--feature", "metadata.version=21", "--feature", "transaction.version=2"}},
}

// lowered are levels 4.0 supports.
var lowered = map[string]int16{"metadata.version": 25, "share.version": 0, "streams.version": 0, "eligible.leader.replicas.version": 0}

// preflightPair is a directory, the release that is started on it, and what has to come of it.
type preflightPair struct {
	dir, to, verdict string
	// withoutBootstrap follows the advice to move bootstrap.checkpoint away.
	withoutBootstrap bool
}

var preflightPairs = []preflightPair{
	{dir: "4.4 formatted", to: "4.4.0", verdict: "loads"},
	{dir: "4.4 formatted", to: "4.3.1", verdict: "loads-but-ignores"},
	{dir: "4.4 formatted", to: "4.2.1", verdict: "does-not-load"},
	{dir: "4.4 formatted", to: "3.5.2", verdict: "loads-but-ignores"},
	{dir: "4.4 formatted at 4.2", to: "4.2.1", verdict: "loads"},
	{dir: "4.4 formatted and 4.2 run", to: "4.3.1", verdict: "does-not-load"},
	{dir: "4.3 run", to: "4.4.0", verdict: "loads"},
	{dir: "4.3 run", to: "4.2.1", verdict: "does-not-load"},
	{dir: "4.3 run", to: "3.9.2", verdict: "does-not-load"},
	{dir: "4.2 run lowered", to: "4.0.2", verdict: "does-not-load"},
	{dir: "4.2 run lowered and covered", to: "4.0.2", verdict: "loads"},
	{dir: "3.9 run lowered and covered", to: "3.7.2", verdict: "does-not-load"},
	{dir: "3.9 run lowered and covered", to: "3.7.2", verdict: "loads", withoutBootstrap: true},
	{dir: "3.9 run lowered and covered", to: "3.8.1", verdict: "loads"},
	{dir: "3.9 run dynamic", to: "3.8.1", verdict: "does-not-load"},
	{dir: "3.9 run dynamic", to: "4.1.2", verdict: "loads"},
	{dir: "3.6 run", to: "3.5.2", verdict: "does-not-load"},
	{dir: "3.6 run", to: "4.4.0", verdict: "loads"},
	{dir: "4.4 run with share 2 at 4.3", to: "4.3.1", verdict: "does-not-load"},
	{dir: "4.3 run with transaction 2 at 3.9", to: "3.9.2", verdict: "does-not-load"},
	{dir: "4.3 run with transaction 2 at 3.9", to: "4.0.2", verdict: "loads"},
	{dir: "3.3 run", to: "4.4.0", verdict: "loads"},
	{dir: "3.3 run", to: "3.4.1", verdict: "loads"},
}

// What preflight says of a directory and a release is what becomes of a real start, in the words it names.
func TestPreflight(t *testing.T) {
	requireKafka(t)
	groups := map[string][]preflightPair{}
	for _, p := range preflightPairs {
		groups[p.dir] = append(groups[p.dir], p)
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		t.Run(name, func(t *testing.T) {
			begin(t)
			dir := preflightDirs[name]
			template := dir.make(t)
			for _, p := range groups[name] {
				t.Run(fmt.Sprintf("%s without bootstrap %t", p.to, p.withoutBootstrap), func(t *testing.T) { p.check(t, &dir, template) })
			}
		})
	}
}

// A controller that joins a quorum starts though it was formatted at a level that its release does not know: it has the log from
// the leader, and never begins one.
func TestPreflightJoining(t *testing.T) {
	begin(t)
	k := theKafka(t, "4.1.2")
	leader, joiner := newNode(t, k, 1, "broker,controller"), newNode(t, k, 2, "controller")
	dynamicQuorum(t, leader, joiner)
	leader.format(t, "--standalone")
	byKraftctlAs("4.2.1")(t, joiner, "--no-initial-controllers").mustSucceed(t, "format")
	if r := preflightOf(t, joiner, "--config", joiner.conf); r.Verdict != "loads" {
		t.Errorf("preflight says %s: %v", r.Verdict, r.Findings)
	}
	startAll(t, leader)
	joiner.start(t)
	addVoter(t, leader, joiner)
	mustHaveVoters(t, leader.address(), 1, 2)
}

// make formats the directory, and runs on it.
func (d *preflightDir) make(t *testing.T) *node {
	t.Helper()
	version := d.run
	if version == "" {
		version = d.format
	}
	n := newNode(t, theKafka(t, version), 1, "broker,controller")
	d.quorum(t, n)
	args := slices.Clone(d.args)
	if d.user {
		args = append(args, "--add-scram", alice)
	}
	byKraftctlAs(d.format)(t, n, args...).mustSucceed(t, "format")
	if d.run == "" {
		return n
	}
	if d.snapshots {
		n.set("metadata.log.max.record.bytes.between.snapshots", "1")
		n.writeConf(t)
	}
	startAll(t, n)
	createTopic(t, connect(t, n.address()), "greetings", 1)
	lowerLevels(t, n, d.levels)
	if d.snapshots {
		createTopic(t, connect(t, n.address()), "covered", 1)
		time.Sleep(time.Second)
	}
	n.stop(t)
	return n
}

func (d *preflightDir) quorum(t *testing.T, n *node) {
	t.Helper()
	if d.dynamic {
		dynamicQuorum(t, n)
		return
	}
	staticQuorum(t, n)
}

// lowerLevels is kafka-features downgrade.
func lowerLevels(t *testing.T, n *node, levels map[string]int16) {
	t.Helper()
	if len(levels) == 0 {
		return
	}
	request := kmsg.NewPtrUpdateFeaturesRequest()
	for name, level := range levels {
		update := kmsg.NewUpdateFeaturesRequestFeatureUpdate()
		update.Feature, update.MaxVersionLevel, update.UpgradeType = name, level, 2
		request.FeatureUpdates = append(request.FeatureUpdates, update)
	}
	response, err := request.RequestWith(limited(t), connect(t, n.address()))
	if err == nil {
		err = kerr.ErrorForCode(response.ErrorCode)
	}
	if err != nil {
		t.Fatalf("UpdateFeatures: %v", err)
	}
	for _, result := range response.Results {
		if err := kerr.ErrorForCode(result.ErrorCode); err != nil {
			t.Fatalf("UpdateFeatures %s: %v", result.Feature, err)
		}
	}
}

// preflightReport is what the test needs of the JSON report.
type preflightReport struct {
	Verdict  string
	Features []struct {
		Name  string
		Level int16
	}
	Findings []struct {
		ID, Effect, Message string
		Log, Where          []string
	}
}

func (p *preflightPair) check(t *testing.T, d *preflightDir, template *node) {
	n := newNode(t, theKafka(t, p.to), 1, "broker,controller")
	n.set("listeners", template.property("listeners"))
	n.broker, n.secure, n.control = template.broker, template.secure, template.control
	if d.dynamic && n.kafka.atLeast("3.9") {
		dynamicQuorum(t, n)
	} else {
		staticQuorum(t, n)
	}
	n.takeDirectory(t, template.logDir)
	if p.withoutBootstrap {
		if err := os.Remove(filepath.Join(n.logDir, "bootstrap.checkpoint")); err != nil {
			t.Fatal(err)
		}
	}
	report := preflightOf(t, n)
	if report.Verdict != p.verdict {
		t.Errorf("preflight says %s, want %s: %v", report.Verdict, p.verdict, report.Findings)
	}
	n.start(t)
	if got := n.becomes(t, d.user); got != p.verdict {
		t.Errorf("the start of %s %s, want %s", p.to, got, p.verdict)
	}
	report.mustFit(t, n)
	n.stop(t)
}

// preflightOf runs preflight for the node's release and checks its exit code.
func preflightOf(t *testing.T, n *node, args ...string) *preflightReport {
	t.Helper()
	args = append([]string{"preflight", n.logDir, "--kafka-version", n.kafka.version, "--output", "json"}, args...)
	r := runCommand(t, n.dir, kraftctl(t), args...)
	var all struct{ Reports []*preflightReport }
	if err := json.Unmarshal([]byte(r.stdout), &all); err != nil || len(all.Reports) != 1 {
		t.Fatalf("preflight: exit %d, %v\n%s%s", r.code, err, r.stdout, r.stderr)
	}
	report := all.Reports[0]
	want := 1
	if report.Verdict == "loads" {
		want = 0
	}
	if r.code != want {
		t.Errorf("exit code %d for %s, want %d", r.code, report.Verdict, want)
	}
	return report
}

// becomes waits until the node is ready or gone.
func (n *node) becomes(t *testing.T, user bool) string {
	t.Helper()
	verdict := ""
	eventually(t, "the node is ready or gone", func() error {
		if n.proc.hasExited() {
			verdict = "does-not-load"
			return nil
		}
		return answers(n.address())
	})
	if verdict != "" {
		return verdict
	}
	if user && len(meaningOf(t, n.address()).Users) == 0 {
		return "loads-but-ignores"
	}
	return "loads"
}

// mustFit compares the report with the node's log, or with the levels the running node has.
func (r *preflightReport) mustFit(t *testing.T, n *node) {
	t.Helper()
	if !n.proc.hasExited() {
		want := map[string]int16{}
		for _, f := range r.Features {
			want[f.Name] = f.Level
		}
		if got := featuresOf(t, n.address()); !maps.Equal(got, want) {
			t.Errorf("the features are %v, preflight says %v", got, want)
		}
		return
	}
	for _, f := range r.Findings {
		if f.Effect != "stops" {
			continue
		}
		n.mustSayOneOf(t, f.Log)
		n.mustSayOneOf(t, f.Where)
		return
	}
	t.Error("preflight has no finding that stops the node")
}

func (n *node) mustSayOneOf(t *testing.T, texts []string) {
	t.Helper()
	if len(texts) > 0 && !slices.ContainsFunc(texts, n.logContains) {
		t.Errorf("the log of %s has none of\n  %s", n.kafka.version, strings.Join(texts, "\n  "))
	}
}
