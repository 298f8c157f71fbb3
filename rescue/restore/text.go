package restore

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/kraftctl/kraftctl/internal/textwrap"
	"github.com/kraftctl/kraftctl/metaprops"
)

// Text is the plan, or the report once it was carried out, for people.
func (p *Plan) Text() string {
	var b strings.Builder
	verb := "restore into"
	if p.Restored {
		verb = "restored into"
	}
	fmt.Fprintf(&b, "%s %s\nplan %s\n\n", verb, p.Directory, p.ID)
	p.decisions(&b)
	p.files(&b)
	if len(p.Warnings) > 0 {
		b.WriteString("\nwarnings\n")
	}
	for _, text := range p.Warnings {
		paragraph(&b, "  - ", text)
	}
	b.WriteString("\nnext\n")
	for i, step := range p.Steps {
		paragraph(&b, fmt.Sprintf("  %d. ", i+1), step.Text)
		for _, command := range step.Commands {
			fmt.Fprintf(&b, "       %s\n", command)
		}
	}
	return b.String()
}

// decisions tells what is restored, and as what.
func (p *Plan) decisions(w io.Writer) {
	d := p.details
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(table, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	row("backup", "%s", p.Backup.File)
	row("", "taken %s of node %d, digest %s", p.Backup.Created, d.NodeID, p.Backup.Digest)
	row("", "ends before offset %d, epoch %d, metadata.version %s, kraft.version %d", d.EndOffset, d.LastEpoch, orNone(d.MetadataVersion), d.KRaftVersion)
	row("", "holds %s", d.Objects)
	row("cluster ID", "%s", p.ClusterID)
	row("node ID", "%s", p.nodeText())
	row("directory ID", "%s", p.directoryText())
	row("in the quorum", "%s%s", p.Role, p.votersText())
	row("quorum-state", "%s", p.quorumStateText())
	_ = table.Flush() // a strings.Builder takes everything
}

// files lists them.
func (p *Plan) files(w io.Writer) {
	fmt.Fprint(w, "\nfiles\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, file := range p.Files {
		origin := originTexts[file.Origin]
		if file.Path != metaprops.Name {
			origin += fmt.Sprintf("\t%d bytes", file.Size)
		}
		fmt.Fprintf(table, "  %s\t%s\n", file.Path, origin)
	}
	_ = table.Flush() // a strings.Builder takes everything
}

// textWidth is how long the lines of a paragraph are, in characters.
const textWidth = 120

// paragraph writes a text with a mark before it, and its further lines under the first.
func paragraph(b *strings.Builder, mark, text string) {
	for i, line := range textwrap.Lines(text, textWidth-len(mark)) {
		if i > 0 {
			mark = strings.Repeat(" ", len(mark))
		}
		fmt.Fprintf(b, "%s%s\n", mark, line)
	}
}

// originTexts say where a file comes from.
var originTexts = map[string]string{fromBackup: "from the backup", madeAnew: "made anew"}

// quorumStateTexts say what becomes of quorum-state.
var quorumStateTexts = map[string]string{
	stateKept: "as in the backup",
	stateNext: "the epoch after that of the backup, without leader and vote, which are another identity's",
	stateNone: "none in the backup; Kafka takes the epoch from the log",
}

func (p *Plan) quorumStateText() string {
	text := quorumStateTexts[p.QuorumState]
	if p.QuorumState == stateKept && p.votes() {
		text += ": the node's own vote counts on"
	}
	return text
}

func (p *Plan) nodeText() string {
	if p.sameNode() {
		return fmt.Sprintf("%d, as in the backup", p.NodeID)
	}
	return fmt.Sprintf("%d instead of %d", p.NodeID, p.props.NodeID)
}

func (p *Plan) directoryText() string {
	switch {
	case p.DirectoryChoice == choiceKept:
		return p.DirectoryID + ", as in the backup"
	case p.DirectoryChoice == choiceNone:
		return "none; Kafka 3.7 and later draw one when they start"
	case p.DirectoryID == "":
		return "a new one, drawn when it is restored"
	case p.details.DirectoryID == "":
		return p.DirectoryID
	}
	return fmt.Sprintf("%s instead of %s", p.DirectoryID, p.details.DirectoryID)
}

func (p *Plan) votersText() string {
	if len(p.details.Voters) == 0 {
		return ""
	}
	ids := make([]string, len(p.details.Voters))
	for i, v := range p.details.Voters {
		ids[i] = fmt.Sprint(v.ID)
		if v.DirectoryID != "" {
			ids[i] += " (" + v.DirectoryID + ")"
		}
	}
	return "; voters: " + strings.Join(ids, ", ")
}

func orNone(text string) string {
	if text == "" {
		return "unknown"
	}
	return text
}
