package restore

import (
	"fmt"
	"strings"
	"text/tabwriter"

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
	d := p.details
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(table, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	row("backup", "%s", p.Backup.File)
	row("", "taken %s of node %d, digest %s", p.Backup.Created, d.NodeID, p.Backup.Digest)
	row("", "offsets up to %d, epoch %d, metadata.version %s, kraft.version %d", d.EndOffset, d.LastEpoch, orNone(d.MetadataVersion), d.KRaftVersion)
	row("", "topics %d, partitions %d, configurations %d, ACLs %d, quotas %d, SCRAM credentials %d, brokers %d",
		d.Objects.Topics, d.Objects.Partitions, d.Objects.Configs, d.Objects.ACLs, d.Objects.Quotas, d.Objects.Users, d.Objects.Brokers)
	row("cluster ID", "%s", p.ClusterID)
	row("node ID", "%s", p.nodeText())
	row("directory ID", "%s", p.directoryText())
	row("in the quorum", "%s%s", p.Role, p.votersText())
	row("quorum-state", "%s", quorumStateTexts[p.QuorumState])
	_ = table.Flush() // a strings.Builder takes everything
	fmt.Fprint(&b, "\nfiles\n")
	table = tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, file := range p.Files {
		origin := originTexts[file.Origin]
		if file.Path != metaprops.Name {
			origin += fmt.Sprintf("\t%d bytes", file.Size)
		}
		fmt.Fprintf(table, "  %s\t%s\n", file.Path, origin)
	}
	_ = table.Flush() // a strings.Builder takes everything
	list(&b, "warnings", p.Warnings)
	list(&b, "next", p.Steps)
	return b.String()
}

// originTexts say where a file comes from.
var originTexts = map[string]string{fromBackup: "from the backup", madeAnew: "made anew"}

// quorumStateTexts say what becomes of quorum-state.
var quorumStateTexts = map[string]string{
	stateKept: "as in the backup: the node's own vote counts on",
	stateNext: "the epoch after that of the backup, without leader and vote, which are another identity's",
	stateNone: "none in the backup; Kafka takes the epoch from the log",
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

func list(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for _, line := range lines {
		fmt.Fprintf(b, "  - %s\n", line)
	}
}

func orNone(text string) string {
	if text == "" {
		return "unknown"
	}
	return text
}
