package format

import "fmt"

// Lines is what Kafka's tool prints before it turns to the directories. The plan may be one that was refused.
func (p *Plan) Lines() []string {
	lines := append([]string{}, p.Notices...)
	for _, skipped := range p.Skipped {
		lines = append(lines, fmt.Sprintf("I/O error trying to read log directory %s. Ignoring...", skipped.Directory))
	}
	switch {
	case p.Bootstrap != "":
		lines = append(lines, p.Bootstrap)
	case p.complete && len(p.Directories) == 0:
		lines = append(lines, "All of the log directories are already formatted.")
	}
	return lines
}
