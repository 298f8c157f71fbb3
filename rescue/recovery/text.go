package recovery

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/textwrap"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// textWidth is how wide a line of text may be, in columns.
const textWidth = 120

// Text is the plan for people.
func Text(p *Plan) string {
	w := &writer{}
	w.head(p)
	w.copies(p)
	w.section("What may be missing")
	for _, s := range p.Loss.Words {
		w.item(s)
	}
	w.seed(p)
	w.section("Warnings")
	for _, s := range p.Warnings {
		w.item(s)
	}
	w.steps(p)
	fmt.Fprintf(w, "\nPlan %s\n", p.Hash)
	return w.String()
}

type writer struct{ strings.Builder }

func (w *writer) section(title string) { fmt.Fprintf(w, "\n%s\n", title) }

// item writes a paragraph with a mark before it.
func (w *writer) item(s string) { w.wrapped("- ", "  ", s) }

// wrapped writes a paragraph whose first line begins with first, and the others with rest.
func (w *writer) wrapped(first, rest, s string) {
	mark := first
	for _, line := range textwrap.Lines(s, textWidth-len(rest)) {
		w.WriteString(mark + line + "\n")
		mark = rest
	}
}

// modeWords say what a recovery of a mode does.
var modeWords = map[Mode]string{
	Static:     "static voters (kraft.version 0): the log stays as it is, controller.quorum.voters changes on every node",
	Standalone: "voters in the log (kraft.version 1): node %d becomes the only voter",
	Endpoints:  "voters in the log (kraft.version 1): the same voters at new addresses",
}

func (w *writer) head(p *Plan) {
	fmt.Fprintf(w, "Recovery of cluster %s\n\n", orDefault(p.ClusterID, "unknown"))
	q := &p.Quorum
	fmt.Fprintf(w, "Voters   %s; dead for good: %s; majority: %d\n", wording.IDs(q.Voters), wording.IDs(q.Dead), q.Majority)
	how := modeWords[p.Mode]
	if strings.Contains(how, "%d") {
		how = fmt.Sprintf(how, p.Seed.NodeID)
	}
	fmt.Fprintf(w, "Kind     %s\n", how)
	fmt.Fprintf(w, "Seed     node %d, from %s: %s\n", p.Seed.NodeID, p.Chosen.Name, p.Chosen.Why)
	safe := "nothing that was committed is missing"
	if !p.Loss.Safe {
		safe = fmt.Sprintf("COMMITTED RECORDS MAY BE MISSING. The seed ends at offset %d, written %s", p.Loss.Kept-1, orUnknown(p.Loss.KeptTime))
		if p.Loss.From > 0 {
			safe += fmt.Sprintf("; nothing before offset %d is missing", p.Loss.From)
		}
	}
	fmt.Fprintf(w, "Loss     %s\n", safe)
}

func (w *writer) copies(p *Plan) {
	w.section("Copies, the one that goes furthest first")
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "  NODE\tROLE\tUSABLE\tLAST EPOCH\tLAST TIME\tHEARD OF EPOCH\tCOPY")
	for _, c := range p.Copies {
		node, role := "?", "observer"
		if c.NodeID != nil {
			node = fmt.Sprint(*c.NodeID)
		}
		if c.Voter {
			role = "voter"
		}
		if c.Dead {
			role = "dead voter"
		}
		usable, last := "nothing", "-"
		if c.EndOffset >= 0 {
			usable, last = span(c.StartOffset, c.EndOffset), fmt.Sprint(c.LastEpoch)
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\t%d\t%s\n", node, role, usable, last, orDefault(image.Time(c.LastTime), "-"), c.HeardEpoch, c.Name)
	}
	t.Flush() //nolint:errcheck // a Builder takes everything
	for _, c := range p.Copies {
		for _, trouble := range c.Troubles {
			w.wrapped("  ", "    ", c.Name+": "+trouble)
		}
	}
}

func span(start, end int64) string {
	if end <= start {
		return fmt.Sprintf("snapshot at %d", end)
	}
	return fmt.Sprintf("%d-%d", start, end-1)
}

func (w *writer) seed(p *Plan) {
	s := &p.Seed
	w.section("The seed")
	fmt.Fprintf(w, "  node %d, directory ID %s, log %s, epoch %d\n", s.NodeID, orDefault(s.DirectoryID, "none"), span(s.StartOffset, s.EndOffset), s.Epoch)
	for _, r := range s.Appended {
		fmt.Fprintf(w, "  appended at %d: %s %s\n", r.Offset, r.Type, r.Data)
	}
	fmt.Fprintf(w, "  quorum-state: %s\n", s.QuorumState)
	if p.StaticVoters != nil {
		fmt.Fprintf(w, "  controller.quorum.voters=%s\n", p.StaticVoters.Value)
	}
	for _, f := range p.Files {
		fmt.Fprintf(w, "  %12d  %s  %s\n", f.Size, f.SHA256[:12], f.Path)
	}
	fmt.Fprintf(w, "  made from %s\n", wording.Count(len(p.Inputs), "file"))
}

func (w *writer) steps(p *Plan) {
	w.section("Steps")
	for i, s := range p.Steps {
		w.wrapped(fmt.Sprintf("%2d. ", i+1), "    ", s.Title+". "+s.Text)
		for _, c := range s.Commands {
			fmt.Fprintf(w, "      %s\n", c)
		}
	}
}
