package validate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

// Check judges sources together. The sources may come in any order; each Path must be there once.
func Check(sources []Source, opts Options) *Report {
	run := newRun(sources, opts)
	report := run.report()
	if opts.UpgradeTo != nil {
		report.Upgrade = run.upgrade(report, *opts.UpgradeTo)
	}
	return report
}

// run is one pass over all sources.
type run struct {
	opts     Options
	sources  []Source
	nodes    []*node
	clusters []*cluster
	found    []*finding
}

func newRun(sources []Source, opts Options) *run {
	r := &run{opts: opts, sources: slices.Clone(sources)}
	slices.SortStableFunc(r.sources, func(a, b Source) int { return cmp.Compare(a.Path, b.Path) })
	nodes := make([]*node, len(r.sources))
	each(len(r.sources), opts.Workers, func(i int) {
		if r.sources[i].Err == nil {
			nodes[i] = r.judge(&r.sources[i], i)
		}
	})
	r.nodes = only(nodes, func(n *node) bool { return n != nil })
	r.attachMetas()
	r.clusters = clustersOf(r.nodes, opts)
	return r
}

// each calls work for 0 … n-1, some at a time.
func each(n, workers int, work func(i int)) {
	if workers = min(workers, n); workers < 2 {
		for i := range n {
			work(i)
		}
		return
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(i)
			}
		})
	}
	group.Wait()
}

func (r *run) judge(src *Source, index int) *node {
	reading := r.opts.Reading
	reading.File, reading.Release = src.Path, r.opts.Release
	if src.Release != nil {
		reading.Release = *src.Release
	}
	if src.Lines != nil { // it runs elsewhere, with another environment and other files
		reading.Env, reading.ReadFile, reading.ReadDir = nil, nil, nil
	}
	if src.Verdict == nil {
		src.Verdict = nodeconf.Judge(src.Text, reading)
	}
	return newNode(src, src.Verdict, reading.Release, index)
}

// attachMetas gives each meta.properties to its owner.
func (r *run) attachMetas() {
	byPath := make(map[string]*node, len(r.nodes))
	for _, n := range r.nodes {
		byPath[n.src.Path] = n
	}
	for _, m := range r.opts.Metas {
		if n := byPath[m.Owner]; n != nil {
			file := readMeta(m)
			file.owner = n
			n.metas = append(n.metas, file)
		}
	}
}

// report applies the rules.
func (r *run) report() *Report {
	r.fileRules()
	r.clusterRules()
	r.refusals()
	report := &Report{Release: r.opts.Release, Profile: r.opts.Profile}
	for _, f := range r.settled() {
		report.Findings = append(report.Findings, f.Finding)
	}
	r.describe(report)
	newSuppressor(r).apply(report)
	r.excerpts(report)
	return report
}

func (r *run) fileRules() {
	perNode := make([][]*finding, len(r.nodes))
	each(len(r.nodes), r.opts.Workers, func(i int) {
		n := r.nodes[i]
		unreadable := n.verdict.Refusal != nil && n.verdict.Refusal.Stage == nodeconf.StageLoad
		for _, rule := range Rules() {
			// Of a file that cannot be loaded only the text is judged: a key that seems absent may be the broken one.
			if rule.file == nil || !rule.holds(n.release, r.opts.Profile) || rule.Textual && n.src.Lines != nil || unreadable && !rule.Textual {
				continue
			}
			rep := &reporter{rule: rule, profile: r.opts.Profile}
			rule.file(n, rep)
			perNode[i] = append(perNode[i], rep.findings...)
		}
	})
	for _, findings := range perNode {
		r.found = append(r.found, findings...)
	}
}

// refusals adds what Kafka refuses files for and no rule has said better.
func (r *run) refusals() {
	of := make(map[*node][]*finding, len(r.nodes))
	for _, f := range r.found {
		of[f.node] = append(of[f.node], f)
	}
	for _, n := range r.nodes {
		r.found = append(r.found, refusals(n, of[n])...)
	}
}

func (r *run) clusterRules() {
	for _, c := range r.clusters {
		for _, rule := range Rules() {
			if rule.cluster == nil || !rule.holds(c.release, r.opts.Profile) {
				continue
			}
			rep := &reporter{rule: rule, profile: r.opts.Profile}
			rule.cluster(c, rep)
			if len(r.clusters) > 1 {
				for _, f := range rep.findings {
					f.Cluster = c.name
				}
			}
			r.found = append(r.found, rep.findings...)
		}
	}
}

// settled is the findings in the order of files and lines. Of several of one rule about one key of one file, the worst
// stays: one cause, one finding.
func (r *run) settled() []*finding {
	worst := map[subject]*finding{}
	for _, f := range r.found {
		s := subjectOf(f)
		if other := worst[s]; other == nil || f.Severity > other.Severity {
			worst[s] = f
		}
	}
	kept := slices.DeleteFunc(r.found, func(f *finding) bool { return worst[subjectOf(f)] != f })
	slices.SortStableFunc(kept, func(a, b *finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(b.Severity, a.Severity))
	})
	return kept
}

// subject is what a finding is about.
type subject struct {
	rule, file, key string
	// line tells the nodes of a file with several apart; 0 in a file of one.
	line int
}

func subjectOf(f *finding) subject {
	s := subject{f.Rule, f.File, f.Key, 0}
	if f.node != nil && f.node.src.Lines != nil {
		s.line = f.Line
	}
	return s
}

// describe fills in what the report says of files and clusters.
func (r *run) describe(report *Report) {
	of := map[*Source]*node{}
	for _, n := range r.nodes {
		of[n.src] = n
	}
	inCluster := map[*node]string{}
	for _, c := range r.clusters {
		summary := ClusterSummary{Name: c.name, ID: c.knownID()}
		for _, n := range c.nodes {
			summary.Files = append(summary.Files, n.src.Path)
			if len(r.clusters) > 1 {
				inCluster[n] = c.name
			}
		}
		report.Clusters = append(report.Clusters, summary)
	}
	for i := range r.sources {
		src := &r.sources[i]
		file := File{Path: src.Path, Err: src.Err}
		if n := of[src]; n != nil {
			file.Verdict, file.Release, file.NodeID, file.Roles, file.Cluster = shownVerdict(n.verdict), n.release, "?", n.roles(), inCluster[n]
			if n.hasID {
				file.NodeID = fmt.Sprint(n.id)
			}
		}
		report.Files = append(report.Files, file)
	}
}

func (n *node) roles() string {
	var roles []string
	if n.broker {
		roles = append(roles, "broker")
	}
	if n.controller {
		roles = append(roles, "controller")
	}
	if n.zkBroker {
		roles = append(roles, "ZooKeeper broker")
	}
	if len(roles) == 0 {
		return "?"
	}
	return strings.Join(roles, ",")
}

// upgrade is what another release adds to a report.
func (r *run) upgrade(now *Report, to release.Release) *Upgrade {
	opts := r.opts
	opts.Release, opts.UpgradeTo = to, nil
	sources := slices.Clone(r.sources)
	for i := range sources {
		sources[i].Release, sources[i].Verdict = nil, nil
	}
	then := newRun(sources, opts).report()
	type subject struct{ rule, file, key string }
	known := map[subject]Severity{}
	for _, f := range now.Findings {
		known[subject{f.Rule, f.File, f.Key}] = f.Severity
	}
	up := &Upgrade{To: to, Findings: []Finding{}}
	for _, f := range then.Findings {
		if before, ok := known[subject{f.Rule, f.File, f.Key}]; !ok || f.Severity > before {
			up.Findings = append(up.Findings, f)
		}
	}
	up.Defaults = changedDefaults(r.nodes, r.opts.Release, to)
	return up
}

// changedDefaults lists the documented keys whose default differs and that some node does not set.
func changedDefaults(nodes []*node, from, to release.Release) []DefaultChange {
	var changes []DefaultChange
	for _, before := range release.ConfigKeys(from) {
		after, known := release.LookupConfigKey(to, before.Name)
		if !known || before.Internal || after.Internal || before.Default == after.Default || after.Kind != release.DefaultValue {
			continue
		}
		if slices.ContainsFunc(nodes, func(n *node) bool { return !n.has(before.Name) }) {
			changes = append(changes, DefaultChange{before.Name, before.Default, after.Default})
		}
	}
	return changes
}
