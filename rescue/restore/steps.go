package restore

import (
	"fmt"

	"github.com/kraftctl/kraftctl/internal/shellword"
)

// Step is one thing to do after the restore.
type Step struct {
	// Text says what to do.
	Text string `json:"text"`
	// Commands are command lines for it; DIR, HOST:PORT and server.properties stand for what only the person knows.
	Commands []string `json:"commands"`
}

// next lists what to do after the restore.
func (p *Plan) next() {
	add := func(text string, commands ...string) {
		p.Steps = append(p.Steps, Step{Text: text, Commands: append([]string{}, commands...)})
	}
	add(fmt.Sprintf("Make %s the metadata log directory of node %d: node.id=%d, and metadata.log.dir, or the first of log.dirs. Give it to the user Kafka runs as.",
		p.Directory, p.NodeID, p.NodeID))
	add("Where the node has more log directories, format those that are missing:", "kraftctl ensure -c server.properties -t "+shellword.Quote(p.ClusterID))
	switch {
	case p.Role == DynamicVoter && len(p.details.Voters) == 1, p.Role == StaticVoter && len(p.otherVoters()) == 0:
		add(fmt.Sprintf("Start node %d. It is the only voter, and leads.", p.NodeID))
	case p.votes():
		add(fmt.Sprintf("When the whole quorum is lost, bring back the other voters from this same backup too: a leader is elected once a majority of %d voters is there. Then start them.",
			len(p.details.Voters)), p.siblings()...)
	case p.Role == FormerVoter && len(p.details.Voters) == 1:
		add("Make it a quorum of its own:", "kraftctl recover "+shellword.Quote(p.Directory)+" --force-standalone")
	case p.Role == Observer && p.dynamic():
		add(fmt.Sprintf("Start node %d. It follows the leader. Only a controller becomes a voter:", p.NodeID),
			"kafka-metadata-quorum.sh --command-config server.properties --bootstrap-controller HOST:PORT add-controller")
	default:
		add(fmt.Sprintf("Start node %d.", p.NodeID))
	}
}

// siblings are the commands that restore the other voters from the same backup.
func (p *Plan) siblings() []string {
	var commands []string
	for _, v := range p.details.Voters {
		if v.ID == p.NodeID {
			continue
		}
		command := fmt.Sprintf("kraftctl restore %s DIR", shellword.Quote(p.opts.File))
		if v.ID != p.props.NodeID {
			command += fmt.Sprintf(" --as-node %d", v.ID)
			if p.dynamic() {
				command += " --directory-id " + v.DirectoryID
			}
		}
		commands = append(commands, command)
	}
	return commands
}
