package backup

import (
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/metalog"
)

// Lines tell in words what the details of a backup say.
func (d *Details) Lines() []string {
	lines := []string{
		fmt.Sprintf("node %d of cluster %s%s", d.NodeID, d.ClusterID, prefixed(", directory ", d.DirectoryID)),
		d.versions(),
		"log: " + d.extent(),
	}
	if len(d.Voters) > 0 {
		lines = append(lines, "voters: "+d.voters())
	}
	lines = append(lines, "holds "+d.Objects.String())
	if c := d.Cut; c != nil {
		lines = append(lines, c.line())
	}
	for _, w := range d.Warnings {
		lines = append(lines, "warning: "+w)
	}
	return lines
}

// String counts them in words.
func (o Objects) String() string {
	counts := []struct {
		n    int
		noun string
	}{
		{o.Topics, "topic"},
		{o.Partitions, "partition"},
		{o.Brokers, "broker"},
		{o.Controllers, "controller"},
		{o.Configs, "configuration"},
		{o.Quotas, "quota"},
		{o.ACLs, "ACL"},
		{o.Users, "SCRAM credential"},
		{o.Tokens, "delegation token"},
	}
	parts := make([]string, len(counts))
	for i, c := range counts {
		parts[i] = fmt.Sprintf("%d %s", c.n, c.noun)
		if c.n != 1 {
			parts[i] += "s"
		}
	}
	return strings.Join(parts, ", ")
}

func (c *Cut) line() string {
	why := "a batch that was being written"
	if c.Reason == Damaged {
		why = "damage, and what follows it"
	}
	return fmt.Sprintf("left out: %s: %d bytes from byte %d of %s on: %s", why, c.Bytes, c.Position, c.File, c.Message)
}

func (d *Details) versions() string {
	version := d.MetadataVersion
	if version == "" {
		version = "not told yet"
	}
	return fmt.Sprintf("metadata.version %s, kraft.version %d", version, d.KRaftVersion)
}

// extent says which offsets there are.
func (d *Details) extent() string {
	var parts []string
	if d.Snapshot != "" {
		name := metalog.ParseName(d.Snapshot)
		parts = append(parts, fmt.Sprintf("snapshot of all before offset %d (%s)", name.Offset, d.Snapshot))
	}
	if d.LastTime != "" {
		parts = append(parts, fmt.Sprintf("offsets %d to %d, leader epoch %d, %s", d.FirstOffset, d.EndOffset-1, d.LastEpoch, d.LastTime))
	}
	if len(parts) == 0 {
		return "empty"
	}
	return strings.Join(parts, "; ")
}

func (d *Details) voters() string {
	var all []string
	for _, v := range d.Voters {
		text := fmt.Sprint(v.ID)
		if len(v.Endpoints) > 0 {
			text += " (" + strings.Join(v.Endpoints, " ") + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}
