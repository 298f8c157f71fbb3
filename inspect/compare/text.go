package compare

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/textwrap"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// shownChanges is how many differences of state the text shows for a copy.
const shownChanges = 10

// WriteText writes a report for people.
func WriteText(out io.Writer, r *Report) error {
	var b strings.Builder
	head(&b, r)
	copiesTable(&b, r)
	epochsTable(&b, r)
	differenceText(&b, r)
	statesText(&b, r)
	electionText(&b, r)
	b.WriteString("\nVerdict\n")
	for _, sentence := range r.Verdict.Words {
		for _, line := range textwrap.Lines(sentence, 110) {
			b.WriteString("  " + line + "\n")
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func head(b *strings.Builder, r *Report) {
	if r.ClusterID != "" {
		fmt.Fprintf(b, "Cluster %s, ", r.ClusterID)
	}
	fmt.Fprintf(b, "voters %s", wording.IDs(r.Voters))
	if len(r.Dead) > 0 {
		fmt.Fprintf(b, ", dead %s", wording.IDs(r.Dead))
	}
	b.WriteString("\n\n")
}

func copiesTable(b *strings.Builder, r *Report) {
	w := tabwriter.NewWriter(b, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "NODE\tROLE\tOFFSETS\tLAST EPOCH\tLAST TIME\tKNOWS LEADER\tVOTED\tRELATION\tCOPY")
	for _, c := range r.Copies {
		node, role, leader, voted := "?", "observer", "?", "?"
		if c.NodeID != nil {
			node = fmt.Sprint(*c.NodeID)
		}
		if c.Voter {
			role = "voter"
		}
		if q := c.Quorum; q != nil {
			leader, voted = fmt.Sprintf("%s, epoch %d", whom(q.LeaderID), q.LeaderEpoch), whom(q.VotedID)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\n", node, role, span(c.StartOffset, c.EndOffset), c.LastEpoch, dash(image.Time(c.LastTime)),
			leader, voted, relationText(&c), c.Name)
	}
	w.Flush() //nolint:errcheck // a Builder takes everything
	for _, c := range r.Copies {
		for _, t := range c.Troubles {
			fmt.Fprintf(b, "  %s: %s\n", c.Name, t)
		}
	}
}

func relationText(c *CopyReport) string {
	if c.Lacks+c.Extra > 0 {
		return fmt.Sprintf("%s at %d (lacks %s, has %d of its own)", c.Relation, c.AgreesUntil, wording.Count(c.Lacks, "batch"), c.Extra)
	}
	return string(c.Relation)
}

func whom(id int32) string {
	if id < 0 {
		return "nobody"
	}
	return fmt.Sprint(id)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func span(start, end int64) string {
	if end <= start {
		return "none"
	}
	return fmt.Sprintf("%d-%d", start, end-1)
}

// epochsTable tells who led when, as the reference has it.
func epochsTable(b *strings.Builder, r *Report) {
	for _, c := range r.Copies {
		if c.Name != r.Reference || len(c.Epochs) == 0 {
			continue
		}
		fmt.Fprintf(b, "\nLeaders, as %s has them\n", c.Name)
		for i, e := range c.Epochs {
			end := c.EndOffset
			if i+1 < len(c.Epochs) {
				end = c.Epochs[i+1].Start
			}
			fmt.Fprintf(b, "  epoch %d: %s, offsets %s\n", e.Epoch, whom(e.Leader), span(e.Start, end))
		}
		return
	}
}

func differenceText(b *strings.Builder, r *Report) {
	b.WriteString("\n")
	if r.CommonUntil > 0 {
		fmt.Fprintf(b, "All copies agree up to offset %d.\n", r.CommonUntil-1)
	} else {
		b.WriteString("The copies have no common beginning.\n")
	}
	d := r.Difference
	if d == nil {
		return
	}
	fmt.Fprintf(b, "First difference (%s) at offset %d:\n", d.Kind, d.Offset)
	for _, s := range d.Sides {
		if s.Batch == nil {
			fmt.Fprintf(b, "  %s: no batch there\n", s.Copy)
			continue
		}
		v := s.Batch
		fmt.Fprintf(b, "  %s: offsets %d-%d, epoch %d, %s, %d bytes at byte %d of %s, CRC %08x\n", s.Copy, v.BaseOffset, v.LastOffset, v.LeaderEpoch,
			image.Time(v.Time), v.Size, v.Position, v.File, v.CRC)
		if v.Damage != "" {
			fmt.Fprintf(b, "    damaged: %s\n", v.Damage)
		}
		for _, rec := range v.Records {
			fmt.Fprintf(b, "    %d %s %s\n", rec.Offset, rec.Type, rec.Data)
		}
	}
}

func statesText(b *strings.Builder, r *Report) {
	for _, s := range r.States {
		if s.SameOffset {
			fmt.Fprintf(b, "\nState of %s before offset %d, which should equal the one of %s and does not: ", s.Copy, s.Offset, r.Reference)
		} else {
			fmt.Fprintf(b, "\nState at the end of %s, compared with the end of %s: ", s.Copy, r.Reference)
		}
		fmt.Fprintf(b, "%d more, %d fewer, %d other\n", s.Added, s.Removed, s.Changed)
		for i, c := range s.Changes {
			if i == shownChanges {
				fmt.Fprintf(b, "  … and %d more\n", s.Added+s.Removed+s.Changed-i)
				break
			}
			fmt.Fprintf(b, "  %s\n", c)
		}
	}
}

// String is the change on one line.
func (c StateChange) String() string {
	sign := map[image.Operation]string{image.Added: "+", image.Removed: "-"}[c.Operation]
	if sign != "" {
		return sign + " " + c.Path
	}
	parts := make([]string, 0, len(c.Fields))
	for _, f := range c.Fields {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s → %s", f.Name, valueText(f.Reference), valueText(f.Copy))))
	}
	return "~ " + c.Path + ": " + strings.Join(parts, ", ")
}

func valueText(v any) string {
	if v == nil {
		return "none"
	}
	return fmt.Sprint(v)
}

func electionText(b *strings.Builder, r *Report) {
	if len(r.Election) == 0 {
		return
	}
	b.WriteString("\nWho could win an election\n")
	for _, c := range r.Election {
		why := fmt.Sprintf("votes from %s", wording.IDs(c.Grants))
		if len(c.Refuses) > 0 {
			why += fmt.Sprintf(", refused by %s, whose log goes further", wording.IDs(c.Refuses))
		}
		if len(c.Unknown) > 0 {
			why += fmt.Sprintf(", unknown: %s", wording.IDs(c.Unknown))
		}
		if c.Dead {
			why = "dead"
		}
		fmt.Fprintf(b, "  %d %s: %s\n", c.Voter, strings.ReplaceAll(string(c.Chance), "-", " "), why)
	}
}
