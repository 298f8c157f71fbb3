package migration

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// Comparison is what changed since a backup.
type Comparison struct {
	// Backup names the log of the backup, LastOffset and Time where it ends, Stage which stage it was taken in.
	Backup     string `json:"backup"`
	LastOffset int64  `json:"lastOffset"`
	Time       string `json:"time,omitempty"`
	Stage      Stage  `json:"stage"`
	// Younger tells that the backup is of a later time than what it is compared with.
	Younger bool `json:"younger"`
	// Kinds sums up, by kind, all that should stay and what is new.
	Kinds []KindChange `json:"kinds"`
	// Lost is what should have survived and is gone or different, by path.
	Lost []Difference `json:"lost"`
	// New is what there was none of, by path.
	New []Difference `json:"new"`
	// Usual counts the changes that every hour brings: leaders, ISRs, epochs, registrations.
	Usual int `json:"usual"`
}

// KindChange counts the changes of one kind.
type KindChange struct {
	Kind    string `json:"kind"`
	Then    int    `json:"then"`
	Now     int    `json:"now"`
	New     int    `json:"new"`
	Gone    int    `json:"gone"`
	Changed int    `json:"changed"`
}

// Difference is a path that differs.
type Difference struct {
	Kind      string          `json:"kind"`
	Path      string          `json:"path"`
	Operation image.Operation `json:"operation"`
	// What says what it was and is, in a few words; secrets are masked.
	What string `json:"what"`
}

// since compares the state with that of a backup.
func (f *facts) since(backup []*metalog.Log) (*Comparison, error) {
	log, report, err := furthest(backup, f.in.Progress)
	if err != nil {
		return nil, err
	}
	if report.ClusterID != "" && f.cluster != "" && report.ClusterID != f.cluster {
		return nil, fmt.Errorf("%w: %s and %s (%s)", compare.ErrForeign, f.cluster, report.ClusterID, compare.NameOf(log))
	}
	then, err := readLog(log, f.in.Release, f.in.Progress)
	if err != nil {
		return nil, err
	}
	p := then.img.Provenance
	c := &Comparison{
		Backup: compare.NameOf(log), LastOffset: p.Offset, Time: image.Time(p.Timestamp), Stage: then.stage(),
		Younger: p.Timestamp > f.img.Provenance.Timestamp, Kinds: []KindChange{}, Lost: []Difference{}, New: []Difference{},
	}
	c.compare(then.img, f.img)
	return c, nil
}

// compare sorts what differs between two states into what is lost, new, and usual.
func (c *Comparison) compare(then, now *image.Image) {
	for _, change := range image.Diff(then, now) {
		if strings.HasPrefix(change.Path, "/acls/") || strings.HasPrefix(change.Path, "/topics/byName/") && strings.HasSuffix(change.Path, "/name") {
			continue // IDs of ACLs are random, so they are compared by what they say; a topic's ID tells what becomes of it
		}
		c.sort(change, then, now)
	}
	c.compareACLs(then, now)
	order := func(a, b Difference) int { return kindOrder(a.Kind) - kindOrder(b.Kind) } // in a kind, that of the tree
	slices.SortStableFunc(c.Lost, order)
	slices.SortStableFunc(c.New, order)
	c.sum(then, now)
}

// sort puts a change where it belongs.
func (c *Comparison) sort(change image.Change, then, now *image.Image) {
	kind, stays := watched(change)
	d := Difference{Kind: kind, Path: change.Path, Operation: change.Operation, What: words(change)}
	switch {
	case kind == "":
		c.Usual++
	case change.Operation == image.Added:
		c.New = append(c.New, d)
	case !stays(change, then, now):
		c.Usual++
	default:
		c.Lost = append(c.Lost, d)
	}
}

// keeps tells whether a removal or change of something is a loss.
type keeps func(change image.Change, then, now *image.Image) bool

// watchedKind is a part of the tree that should survive.
type watchedKind struct {
	prefix, kind string
	keeps        keeps
}

func anyChange(image.Change, *image.Image, *image.Image) bool { return true }

func onlyRemoval(change image.Change, _, _ *image.Image) bool {
	return change.Operation == image.Removed
}

// watchedKinds are the parts of the tree that are looked at; all else is usual.
var watchedKinds = []watchedKind{
	{"/configs/topic/", kindNames[kindTopicConfigs], anyChange},
	{"/configs/", kindNames[kindBrokerConfigs], anyChange},
	{"/quotas/", kindNames[kindQuotas], anyChange},
	{"/users/", kindNames[kindUsers], anyChange},
	{"/tokens/", kindNames[kindTokens], func(change image.Change, then, now *image.Image) bool {
		t := then.Tokens[strings.TrimPrefix(change.Path, "/tokens/")]
		return change.Operation == image.Removed && (t == nil || t.Expires > now.Provenance.Timestamp)
	}},
	{"/brokers/", "brokers", onlyRemoval},
	{"/features/", "features", func(change image.Change, then, now *image.Image) bool {
		name := strings.TrimPrefix(change.Path, "/features/")
		return now.Features[name] < then.Features[name]
	}},
	{"/producerIds", kindNames[kindProducerIDs], func(_ image.Change, then, now *image.Image) bool {
		return now.ProducerIDs == nil || then.ProducerIDs != nil && now.ProducerIDs.Next < then.ProducerIDs.Next
	}},
}

// watched is the kind of what a change is about, and when it is a loss; an empty kind for what changes every hour.
func watched(change image.Change) (string, keeps) {
	if name, ok := strings.CutPrefix(change.Path, "/topics/byName/"); ok {
		if strings.HasSuffix(name, "/id") {
			return kindNames[kindTopics], anyChange
		}
		return kindNames[kindPartitions], func(change image.Change, _, _ *image.Image) bool {
			return change.Operation == image.Removed || slices.ContainsFunc(change.Fields, func(f image.FieldChange) bool { return f.Name == "replicas" })
		}
	}
	for _, w := range watchedKinds {
		if strings.HasPrefix(change.Path, w.prefix) {
			return w.kind, w.keeps
		}
	}
	return "", nil
}

// words tells a change in a few words.
func words(change image.Change) string {
	var parts []string
	for _, f := range change.Fields {
		if strings.HasPrefix(change.Path, "/topics/byName/") && !strings.HasSuffix(change.Path, "/id") && f.Name != "replicas" {
			continue
		}
		old, current := shown(f.Old, f.Secret), shown(f.New, f.Secret)
		text := current
		switch change.Operation {
		case image.Removed:
			text = old
		case image.Changed:
			text = old + " → " + current
		}
		if f.Name != "" {
			text = f.Name + " " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

func shown(value any, secret bool) string {
	switch {
	case value == nil:
		return "none"
	case secret:
		return release.Redacted
	}
	return fmt.Sprint(value)
}

// compareACLs compares ACLs by what they say: a second migration gives them new IDs.
func (c *Comparison) compareACLs(then, now *image.Image) {
	texts := func(img *image.Image) map[string]int {
		all := map[string]int{}
		for _, a := range img.ACLs {
			all[aclText(a)]++
		}
		return all
	}
	before, after := texts(then), texts(now)
	for _, text := range slices.Sorted(maps.Keys(before)) {
		if after[text] == 0 {
			c.Lost = append(c.Lost, Difference{Kind: kindNames[kindACLs], Path: "/acls", Operation: image.Removed, What: text})
		}
	}
	for _, text := range slices.Sorted(maps.Keys(after)) {
		if before[text] == 0 {
			c.New = append(c.New, Difference{Kind: kindNames[kindACLs], Path: "/acls", Operation: image.Added, What: text})
		}
	}
}

// aclText is an ACL as one line.
func aclText(a *image.ACL) string {
	return fmt.Sprintf("%s %s to %s on %s %s %q from %s", a.Principal, image.Name(image.Permissions, a.Permission), image.Name(image.Operations, a.Operation),
		image.Name(image.PatternTypes, a.PatternType), image.Name(image.ResourceTypes, a.ResourceType), a.ResourceName, a.Host)
}

// kindOrder is the place of a kind in reports.
func kindOrder(kind string) int {
	if i := slices.Index(kindNames[:], kind); i >= 0 {
		return i
	}
	return kinds + len(kind)
}

// sum counts by kind.
func (c *Comparison) sum(then, now *image.Image) {
	was, is := present(then), present(now)
	by := map[string]*KindChange{}
	for i, name := range kindNames {
		c.Kinds = append(c.Kinds, KindChange{Kind: name, Then: was[i], Now: is[i]})
	}
	c.Kinds = append(c.Kinds, KindChange{Kind: "brokers", Then: len(then.Brokers), Now: len(now.Brokers)},
		KindChange{Kind: "features", Then: len(then.Features), Now: len(now.Features)})
	for i := range c.Kinds {
		by[c.Kinds[i].Kind] = &c.Kinds[i]
	}
	for _, d := range c.New {
		by[d.Kind].New++
	}
	for _, d := range c.Lost {
		if d.Operation == image.Removed {
			by[d.Kind].Gone++
		} else {
			by[d.Kind].Changed++
		}
	}
}
