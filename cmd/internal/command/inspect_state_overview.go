package command

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/release"
)

// overview counts what is in a state.
type overview struct {
	Version    int              `json:"version"`
	Offset     int64            `json:"offset"`
	Epoch      int32            `json:"epoch"`
	Time       string           `json:"time"`
	Leader     int32            `json:"leader"`
	KRaft      int16            `json:"kraftVersion"`
	Metadata   string           `json:"metadataVersion"`
	Features   map[string]int16 `json:"features"`
	Migration  string           `json:"migration,omitempty"`
	Voters     []int32          `json:"voters"`
	Brokers    map[string]int   `json:"brokers"`
	Controller []int32          `json:"controllers"`
	Topics     int              `json:"topics"`
	Partitions partitionCounts  `json:"partitions"`
	Configs    int              `json:"configs"`
	Quotas     int              `json:"quotas"`
	Users      int              `json:"users"`
	ACLs       int              `json:"acls"`
	Tokens     int              `json:"tokens"`
}

// partitionCounts counts partitions by what is amiss with them.
type partitionCounts struct {
	All             int `json:"all"`
	Offline         int `json:"offline"`
	UnderReplicated int `json:"underReplicated"`
	Reassigning     int `json:"reassigning"`
	Recovering      int `json:"recovering"`
}

func newOverview(img *image.Image) overview {
	o := overview{
		Version: 1, Offset: img.Provenance.Offset, Epoch: img.Provenance.Epoch, Time: image.Time(img.Provenance.Timestamp),
		Leader: img.Leader.ID, KRaft: img.KRaftVersion, Metadata: metadataVersionName(img), Features: img.Features,
		Voters: slices.Sorted(maps.Keys(img.Voters)), Brokers: map[string]int{}, Controller: slices.Sorted(maps.Keys(img.Controllers)),
		Topics: img.Topics.Len(), Configs: len(img.Configs), Quotas: len(img.Quotas), Users: len(img.Users), ACLs: len(img.ACLs), Tokens: len(img.Tokens),
	}
	if img.Migration != nil {
		o.Migration = image.Name(image.MigrationStates, *img.Migration)
	}
	for _, b := range img.Brokers {
		o.Brokers[b.State()]++
	}
	for id := range img.Topics.IDs() {
		for p := range img.Topics.ByID(id).Partitions() {
			o.Partitions.count(&p)
		}
	}
	return o
}

func (c *partitionCounts) count(p *image.Partition) {
	c.All++
	for _, amiss := range []struct {
		is bool
		n  *int
	}{
		{p.Offline(), &c.Offline},
		{p.UnderReplicated(), &c.UnderReplicated},
		{p.Reassigning(), &c.Reassigning},
		{p.Recovery == image.Recovering, &c.Recovering},
	} {
		if amiss.is {
			*amiss.n++
		}
	}
}

// metadataVersionName is the finalized metadata.version by name, or its level when no release has it.
func metadataVersionName(img *image.Image) string {
	level, ok := img.Features[image.MetadataVersionFeature]
	if !ok {
		return ""
	}
	if name := release.MetadataVersionName(level); name != "" {
		return name
	}
	return fmt.Sprint(level)
}

func printOverview(out io.Writer, img *image.Image, asJSON bool) error {
	o := newOverview(img)
	if asJSON {
		return failWrite(writeJSON(out, o))
	}
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tab, "as of\toffset %d, epoch %d, %s\n", o.Offset, o.Epoch, o.Time)
	fmt.Fprintf(tab, "active controller\t%s\n", leaderText(img))
	fmt.Fprintf(tab, "metadata.version\t%s\n", o.Metadata)
	if features := featureTexts(img); len(features) > 0 {
		fmt.Fprintf(tab, "features\t%s\n", strings.Join(features, ", "))
	}
	if o.Migration != "" && o.Migration != "NONE" {
		fmt.Fprintf(tab, "migration\t%s\n", o.Migration)
	}
	if len(o.Voters) > 0 {
		fmt.Fprintf(tab, "voters\t%s (kraft.version %d)\n", joinIDs(o.Voters), o.KRaft)
	}
	fmt.Fprintf(tab, "controllers\t%s\n", orNone(joinIDs(o.Controller)))
	fmt.Fprintf(tab, "brokers\t%s\n", brokerCounts(o.Brokers))
	fmt.Fprintf(tab, "topics\t%d\n", o.Topics)
	p := o.Partitions
	fmt.Fprintf(tab, "partitions\t%d: %d offline, %d under-replicated, %d reassigning, %d recovering\n",
		p.All, p.Offline, p.UnderReplicated, p.Reassigning, p.Recovering)
	fmt.Fprintf(tab, "also\t%d configured resources, %d quota entities, %d SCRAM credentials, %d ACLs, %d delegation tokens\n",
		o.Configs, o.Quotas, o.Users, o.ACLs, o.Tokens)
	return failWrite(tab.Flush())
}

// failWrite is the error of output that could not be written.
func failWrite(err error) error {
	if err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	return nil
}

func featureTexts(img *image.Image) []string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(img.Features)) {
		if name != image.MetadataVersionFeature {
			texts = append(texts, fmt.Sprintf("%s %d", name, img.Features[name]))
		}
	}
	return texts
}

func brokerCounts(states map[string]int) string {
	var texts []string
	for _, state := range slices.Sorted(maps.Keys(states)) {
		texts = append(texts, fmt.Sprintf("%d %s", states[state], state))
	}
	return orNone(strings.Join(texts, ", "))
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// joinIDs joins the IDs of nodes.
func joinIDs(ids []int32) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = fmt.Sprint(id)
	}
	return strings.Join(texts, ", ")
}

// leaderText tells the active controller, its epoch, and since which offset, as far as that is known.
func leaderText(img *image.Image) string {
	l := img.Leader
	switch {
	case l.ID < 0:
		return "not told since the snapshot"
	case l.Offset < 0:
		return fmt.Sprintf("%d, epoch %d, as quorum-state says", l.ID, l.Epoch)
	}
	return fmt.Sprintf("%d, epoch %d, since offset %d", l.ID, l.Epoch, l.Offset)
}
