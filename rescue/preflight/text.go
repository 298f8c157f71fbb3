package preflight

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/kraftctl/kraftctl/internal/textwrap"
	"github.com/kraftctl/kraftctl/release"
)

var verdictWords = map[Verdict]string{
	Loads: "loads", LoadsIgnoring: "LOADS, BUT IGNORES SOMETHING", Damaged: "IS DAMAGED", Fails: "DOES NOT LOAD",
}

// WriteText writes a report for people.
func WriteText(out io.Writer, r *Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on Kafka %s: %s\n", r.name(), r.Release, verdictWords[r.Verdict])
	fmt.Fprintf(&b, "  it would load %s\n", r.Reads.text())
	findingsText(&b, r)
	levelsText(&b, r)
	filesText(&b, r)
	if len(r.Steps) > 0 {
		b.WriteString("\nWhat to do\n")
		for i, s := range r.Steps {
			stepText(&b, i+1, s)
		}
	}
	raisesText(&b, r)
	for line := range strings.Lines(b.String()) {
		if _, err := io.WriteString(out, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// WriteLine writes the verdict of one release of several, and the first finding that it rests on.
func WriteLine(out io.Writer, r *Report) error {
	line := fmt.Sprintf("  %-4s  %-28s", r.Release, verdictWords[r.Verdict])
	if f := r.decisive(); f != nil {
		line += "  " + f.where() + f.Message
	}
	_, err := fmt.Fprintln(out, strings.TrimRight(line, " "))
	return err
}

func (r *Report) name() string {
	var is []string
	if r.NodeID != nil {
		is = append(is, fmt.Sprintf("node %d", *r.NodeID))
	}
	if r.ClusterID != "" {
		is = append(is, "cluster "+r.ClusterID)
	}
	if len(is) == 0 {
		return r.Directory
	}
	return fmt.Sprintf("%s (%s)", r.Directory, strings.Join(is, ", "))
}

func (r Reads) text() string {
	var parts []string
	if r.Snapshot != "" {
		parts = append(parts, "the snapshot "+r.Snapshot)
	}
	if r.EndOffset > r.FirstOffset {
		parts = append(parts, fmt.Sprintf("the log from offset %d to %d", r.FirstOffset, r.EndOffset-1))
	}
	switch r.Bootstrap {
	case "":
	case byDefault:
		parts = append(parts, "no metadata record, and begin the log with its own default")
	case byLeader:
		parts = append(parts, "no metadata record: "+fromLeader)
	case elsewhere:
		parts = append(parts, "no metadata from here: this is not the node's metadata directory")
	default:
		parts = append(parts, "no metadata record, and begin the log with "+r.Bootstrap)
	}
	if r.Records > 0 {
		parts[len(parts)-1] += fmt.Sprintf(" (%s)", text(r.Records, "metadata record"))
	}
	return strings.Join(parts, ", ")
}

// endsWhom says for which roles a finding is the end.
var endsWhom = map[string]string{
	featureLevel:   "a controller ends, also one that is a broker too; a broker of its own logs the fault and never gets ready",
	bootstrapLevel: "a controller that begins the log ends, also one that is a broker too; a broker of its own and a controller that joins a quorum do not use the file: --config tells which it is",
}

func findingsText(b *strings.Builder, r *Report) {
	if len(r.Findings) > 0 {
		b.WriteString("\nFindings, in the order in which the node comes upon them\n")
	}
	told := map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		fmt.Fprintf(b, "  %-8s %s%s\n", f.Effect, f.where(), f.Message)
		for _, line := range f.Details {
			fmt.Fprintf(b, "             %s\n", line)
		}
		if len(f.Log) > 0 {
			fmt.Fprintf(b, "           its log says: %s\n", strings.Join(f.Log, "\n                     or: "))
		}
		if who := endsWhom[f.ID]; who != "" && f.Role == ControllerRole && !told[who] {
			told[who] = true
			fmt.Fprintf(b, "           %s\n", who)
		}
	}
}

// where is the place of a finding.
func (f *Finding) where() string {
	var parts []string
	if f.File != "" {
		parts = append(parts, f.File[strings.LastIndexByte(f.File, '/')+1:])
	}
	switch {
	case f.Offset != nil && f.LastOffset != nil && *f.LastOffset > *f.Offset:
		parts = append(parts, fmt.Sprintf("offset %d and %d more up to %d", *f.Offset, f.Count-1, *f.LastOffset))
	case f.Offset != nil:
		parts = append(parts, fmt.Sprintf("offset %d", *f.Offset))
	case f.Count > 1:
		parts = append(parts, text(f.Count, "record"))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + ": "
}

func levelsText(b *strings.Builder, r *Report) {
	if len(r.Features) == 0 {
		return
	}
	b.WriteString("\nFeature levels\n")
	w := tabwriter.NewWriter(b, 0, 4, 2, ' ', 0)
	for _, f := range r.Features {
		verdict := ""
		switch can := (span{f.Lowest, f.Highest}); {
		case f.Level > can.high:
			verdict = "too high"
		case f.Level < can.low:
			verdict = "too low"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s supports %s\t%s\n", f.Name, levelText(f.Name, f.Level), r.Release, span{f.Lowest, f.Highest}, verdict)
	}
	_ = w.Flush()
}

// shownFiles is how many files of the same use and reason are named.
const shownFiles = 3

func filesText(b *strings.Builder, r *Report) {
	b.WriteString("\nFiles\n")
	w := tabwriter.NewWriter(b, 0, 4, 2, ' ', 0)
	for i := 0; i < len(r.Files); {
		f := r.Files[i]
		same := 1
		for i+same < len(r.Files) && r.Files[i+same].Use == f.Use && r.Files[i+same].Why == f.Why {
			same++
		}
		for _, one := range r.Files[i : i+min(same, shownFiles)] {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", one.Use, strings.TrimPrefix(one.File, r.Directory+"/"), one.Why)
		}
		if same > shownFiles {
			fmt.Fprintf(w, "  %s\t… and %d more\t%s\n", f.Use, same-shownFiles, f.Why)
		}
		i += same
	}
	_ = w.Flush()
}

func stepText(b *strings.Builder, number int, s Step) {
	indent := "     "
	fmt.Fprintf(b, "  %d. ", number)
	if s.Command != "" {
		fmt.Fprintf(b, "%s\n%s", s.Command, indent)
	}
	mark := map[string]string{Safe: "", Loses: "loses something: ", Impossible: "impossible: "}[s.Risk]
	for i, line := range textwrap.Lines(mark+s.Text, 119) {
		if i > 0 {
			b.WriteString(indent)
		}
		b.WriteString(line + "\n")
	}
}

func raisesText(b *strings.Builder, r *Report) {
	if len(r.Raises) == 0 {
		return
	}
	fmt.Fprintf(b, "\nOnce all nodes run %s, these levels can be raised (nothing has to be)\n", r.Release)
	w := tabwriter.NewWriter(b, 0, 4, 2, ' ', 0)
	for _, x := range r.Raises {
		back := "and lowered again"
		if !x.Back {
			back = "for good: it cannot be lowered again"
		}
		fmt.Fprintf(w, "  %s\t%s → %s\t%s\n", x.Name, levelText(x.Name, x.From), levelText(x.Name, x.To), back)
	}
	_ = w.Flush()
	for _, x := range r.Raises {
		if x.Name == release.MetadataVersionFeature {
			fmt.Fprintf(b, "  %supgrade --feature metadata.version=%d\n", featuresTool, x.To)
		}
	}
}
