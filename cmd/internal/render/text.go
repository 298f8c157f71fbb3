package render

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/kraftctl/kraftctl/validate"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// Text writes one block for each finding, then what the linter decided by itself, then a summary by node.
//
//	b2.properties:4:1: error: controller.quorum.voters differs … [voters-differ]
//	   4 | controller.quorum.voters=1@c1:9093
//	     | ^^^^^^^^^^^^^^^^^^^^^^^^
//	  b1.properties:4: the same key of most files
//	   4 | controller.quorum.voters=1@c1:9093,2@c2:9093
//	  why: …
//	  fix: …
func Text(out io.Writer, report *validate.Report, o Options) error {
	t := textReport{palette: newPalette(o.Color)}
	for _, f := range report.Files {
		if f.Err != nil {
			fmt.Fprintf(&t.b, "%s %s it cannot be read: %s\n\n", t.place(plain(f.Path)+":"), t.severity[validate.Error]("error:"), plain(f.Err.Error()))
		}
	}
	for _, f := range report.Findings {
		t.finding(f)
	}
	if report.Upgrade != nil {
		t.upgrade(report.Upgrade)
	}
	for _, note := range report.Notes {
		fmt.Fprintf(&t.b, "note: %s\n", plain(note))
	}
	t.nodes(report)
	t.sum(report)
	_, err := out.Write(t.b.Bytes())
	return err
}

// textReport is a text report in the making.
type textReport struct {
	palette
	b bytes.Buffer
}

func (t *textReport) finding(f validate.Finding) {
	fmt.Fprintf(&t.b, "%s %s %s %s\n", t.place(position(f.Place)+":"), t.severity[f.Severity](f.Severity.String()+":"), plain(f.Message), t.rule("["+f.Rule+"]"))
	t.excerpt(f.Place, f.Key)
	for _, r := range f.Related {
		fmt.Fprintf(&t.b, "  %s %s\n", t.place(position(r.Place)+":"), plain(r.Message))
		t.excerpt(r.Place, f.Key)
	}
	for _, line := range [][2]string{{"why", f.Why}, {"fix", f.Fix}} {
		if line[1] != "" {
			fmt.Fprintf(&t.b, "  %s %s\n", t.dim(line[0]+":"), plain(line[1]))
		}
	}
	t.b.WriteByte('\n')
}

// position is a place as editors and terminals make it a link.
func position(p validate.Place) string {
	text := plain(p.File)
	if p.Line > 0 {
		text += ":" + strconv.Itoa(p.Line)
		if p.Column > 0 {
			text += ":" + strconv.Itoa(p.Column)
		}
	}
	return text
}

// widest is the most of a line that is shown.
const widest = 120

// excerpt shows the line of a place with carets below what it is about.
func (t *textReport) excerpt(p validate.Place, key string) {
	line := []rune(plain(strings.TrimRight(p.Excerpt, "\r\n")))
	if len(line) == 0 {
		return
	}
	start := min(max(p.Column-1, 0), len(line)-1)
	length := pointedAt(string(line[:start]), string(line[start:]), key)
	prefix := ""
	if start > widest/2 && len(line) > widest {
		cut := start - widest/3
		line, start, prefix = line[cut:], start-cut+1, "…"
	}
	shown := prefix + string(line)
	if len(line) > widest {
		shown = prefix + string(line[:widest]) + "…"
	}
	number := strconv.Itoa(p.Line)
	length = max(1, min(length, widest-start))
	fmt.Fprintf(&t.b, "  %s %s\n", t.dim(fmt.Sprintf("%4s |", number)), shown)
	fmt.Fprintf(&t.b, "  %s %s%s\n", t.dim(strings.Repeat(" ", max(4, len(number)))+" |"), strings.Repeat(" ", start), t.severity[validate.Error](strings.Repeat("^", length)))
}

// pointedAt is the number of characters a caret goes under: the key, an element of a list, or the whole value.
func pointedAt(before, rest, key string) int {
	before = strings.TrimSpace(before)
	end := " \\"
	switch {
	case key != "" && strings.HasPrefix(rest, key):
		return len([]rune(key))
	case before == "":
		end = " =:"
	case strings.HasSuffix(before, ","):
		end = " ,\\"
	}
	if i := strings.IndexAny(rest, end); i > 0 {
		rest = rest[:i]
	}
	return len([]rune(rest))
}

// upgrade shows what a newer release would say.
func (t *textReport) upgrade(u *validate.Upgrade) {
	if len(u.Findings)+len(u.Defaults) == 0 {
		fmt.Fprintf(&t.b, "After an upgrade to Kafka %s nothing would newly break or be ignored.\n\n", u.To)
		return
	}
	fmt.Fprintf(&t.b, "After an upgrade to Kafka %s:\n\n", u.To)
	for _, f := range u.Findings {
		t.finding(f)
	}
	for _, d := range u.Defaults {
		fmt.Fprintf(&t.b, "  default of %s: %s → %s\n", d.Key, orNone(d.From), orNone(d.To))
	}
	if len(u.Defaults) > 0 {
		t.b.WriteByte('\n')
	}
}

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return plain(text)
}

// nodes is a line for each file something was found in.
func (t *textReport) nodes(report *validate.Report) {
	counts := map[string]*[3]int{}
	for _, f := range report.Findings {
		if counts[f.File] == nil {
			counts[f.File] = &[3]int{}
		}
		counts[f.File][f.Severity]++
	}
	table := tabwriter.NewWriter(&t.b, 0, 0, 2, ' ', 0)
	rows := 0
	for _, f := range report.Files {
		n := counts[f.Path]
		if n == nil || f.Err != nil {
			continue
		}
		if rows++; rows == 1 {
			_, _ = fmt.Fprintln(table, "NODE\tROLES\tERRORS\tWARNINGS\tINFO\tFILE") // into memory
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%s\n", plain(f.NodeID), plain(f.Roles), n[validate.Error], n[validate.Warning], n[validate.Info], plain(f.Path))
	}
	_ = table.Flush()
	if rows > 0 {
		t.b.WriteByte('\n')
	}
}

// sum is the last line.
func (t *textReport) sum(report *validate.Report) {
	accepted, refused, unread := 0, 0, 0
	for _, f := range report.Files {
		switch {
		case f.Err != nil || f.Verdict == nil:
			unread++
		case f.Verdict.Refusal == nil:
			accepted++
		default:
			refused++
		}
	}
	fmt.Fprintf(&t.b, "%s: Kafka %s accepts %d and refuses %d", wording.Count(len(report.Files), "file"), report.Release, accepted, refused)
	if unread > 0 {
		fmt.Fprintf(&t.b, "; %d could not be read", unread)
	}
	errors, warnings, infos := report.Count()
	if errors+warnings+infos > 0 {
		fmt.Fprintf(&t.b, "; %s, %s, %d of advice", wording.Count(errors, "error"), wording.Count(warnings, "warning"), infos)
	}
	if n := len(report.Suppressed); n > 0 {
		fmt.Fprintf(&t.b, "; %d ignored", n)
	}
	if report.ReleaseFrom != "" {
		fmt.Fprintf(&t.b, " (release from %s)", plain(report.ReleaseFrom))
	}
	t.b.WriteByte('\n')
}
