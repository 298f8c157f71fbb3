package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/nodeconf"
)

// planJSON is the stable JSON form of a plan, version 1.
type planJSON struct {
	Version         int         `json:"version"`
	Changed         bool        `json:"changed"`
	KafkaVersion    string      `json:"kafkaVersion"`
	ClusterID       string      `json:"clusterId"`
	NodeID          int32       `json:"nodeId"`
	MetadataVersion levelJSON   `json:"metadataVersion"`
	Features        []levelJSON `json:"features"`
	Users           []userJSON  `json:"scramUsers"`
	// Records are the types of the bootstrap records, in order.
	Records     []string        `json:"records"`
	Voters      []voterJSON     `json:"voters"`
	Directories []directoryJSON `json:"directories"`
	Warnings    []string        `json:"warnings"`
}

type levelJSON struct {
	Name  string `json:"name"`
	Level int16  `json:"level"`
}

type userJSON struct {
	Name       string `json:"name"`
	Mechanism  string `json:"mechanism"`
	Iterations int32  `json:"iterations"`
}

type voterJSON struct {
	ID          int32  `json:"id"`
	Endpoint    string `json:"endpoint"`
	DirectoryID string `json:"directoryId"`
}

type directoryJSON struct {
	Path        string     `json:"path"`
	Kind        string     `json:"kind,omitempty"`
	State       string     `json:"state"`
	Reason      string     `json:"reason"`
	DirectoryID string     `json:"directoryId,omitempty"`
	Files       []fileJSON `json:"files,omitempty"`
}

type fileJSON struct {
	Path string `json:"path"`
	Size int    `json:"size"`
	Mode string `json:"mode"`
}

// planReport is a plan in its JSON form; changed says whether it has been carried out.
func planReport(plan *format.Plan, changed bool) planJSON {
	report := planJSON{
		Version: 1, Changed: changed, KafkaVersion: plan.Release.String(), ClusterID: plan.ClusterID, NodeID: plan.NodeID,
		MetadataVersion: levelJSON{plan.MetadataVersion.Name, plan.MetadataVersion.Level},
		Features:        []levelJSON{}, Users: []userJSON{}, Records: []string{}, Voters: []voterJSON{}, Directories: []directoryJSON{},
		Warnings: append([]string{}, plan.Warnings...),
	}
	for _, name := range slices.Sorted(maps.Keys(plan.Levels)) {
		report.Features = append(report.Features, levelJSON{name, plan.Levels[name]})
	}
	for _, record := range plan.Records {
		report.Records = append(report.Records, metadata.DumpName(record.APIKey()))
		if user, ok := record.(*metadata.UserScramCredentialRecord); ok {
			report.Users = append(report.Users, userJSON{user.Name, mechanismName(user.Mechanism), user.Iterations})
		}
	}
	for _, voter := range plan.Voters {
		report.Voters = append(report.Voters, voterJSON{voter.ID, voter.Address(), voter.Directory.String()})
	}
	for _, work := range plan.Directories {
		report.Directories = append(report.Directories, workReport(work, changed))
	}
	for _, dir := range plan.Formatted {
		report.Directories = append(report.Directories, directoryJSON{Path: dir, State: "formatted", Reason: "it was formatted before"})
	}
	for _, skipped := range plan.Skipped {
		report.Directories = append(report.Directories, directoryJSON{Path: skipped.Directory, State: "unreadable", Reason: skipped.Err.Error()})
	}
	return report
}

func workReport(work format.DirectoryWork, done bool) directoryJSON {
	dir := directoryJSON{Path: work.Directory, Kind: work.Kind, State: "unformatted", Reason: "it has no meta.properties"}
	if done {
		dir.State, dir.Reason = "formatted", "it had no meta.properties and was formatted now"
	}
	for _, file := range work.Files {
		dir.Files = append(dir.Files, fileJSON{file.Path, len(file.Data), fmt.Sprintf("%04o", file.Mode().Perm())})
	}
	return dir
}

// mechanismName is the name of a SCRAM mechanism's code (org.apache.kafka.clients.admin.ScramMechanism).
func mechanismName(code int8) string {
	if code == 2 {
		return "SCRAM-SHA-512"
	}
	return "SCRAM-SHA-256"
}

// renderPlan prints what would be done.
func renderPlan(app *App, plan *format.Plan, output string) error {
	report := planReport(plan, false)
	if output == "json" {
		return writeJSON(app.Out, report)
	}
	w := &strings.Builder{}
	fmt.Fprintf(w, "Plan for node %d of cluster %s, as Kafka %s would format it (nothing is written):\n", report.NodeID, report.ClusterID, report.KafkaVersion)
	fmt.Fprintf(w, "  %s=%d (%s)\n", "metadata.version", report.MetadataVersion.Level, report.MetadataVersion.Name)
	for _, feature := range report.Features {
		fmt.Fprintf(w, "  %s=%d\n", feature.Name, feature.Level)
	}
	for _, user := range report.Users {
		fmt.Fprintf(w, "  SCRAM user %s: %s, %d iterations\n", user.Name, user.Mechanism, user.Iterations)
	}
	for _, voter := range report.Voters {
		fmt.Fprintf(w, "  voter %d at %s, directory %s\n", voter.ID, voter.Endpoint, voter.DirectoryID)
	}
	fmt.Fprintf(w, "  bootstrap records: %s\n", strings.Join(foldRepeats(report.Records), ", "))
	for _, dir := range report.Directories {
		fmt.Fprintf(w, "%s: %s\n", dir.Path, dir.State)
		for _, file := range dir.Files {
			fmt.Fprintf(w, "  write %s (%d bytes, mode %s)\n", file.Path, file.Size, file.Mode)
		}
	}
	_, err := io.WriteString(app.Out, w.String())
	return err
}

// foldRepeats counts runs: "6 FEATURE_LEVEL_RECORD".
func foldRepeats(names []string) []string {
	var folded []string
	for i := 0; i < len(names); {
		run := 1
		for i+run < len(names) && names[i+run] == names[i] {
			run++
		}
		folded = append(folded, fmt.Sprintf("%d %s", run, names[i]))
		i += run
	}
	return folded
}

// writeJSON prints a report as indented JSON.
func writeJSON(out io.Writer, report any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(report)
}

// refused turns a refusal into an error with its place, its hint and its exit code.
func refused(err error, node *nodeconf.Node) error {
	var refusal *format.Refusal
	if !errors.As(err, &refusal) {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	code := ExitUsage
	if refusal.Conflict {
		code = ExitConflict
	}
	if refusal.Key != "" {
		if pos := node.Pos(refusal.Key); pos.Line > 0 {
			err = fmt.Errorf("%s: %w", located(node.File, pos.Line), err)
		}
	}
	return &ExitError{Code: code, Err: err, Hint: refusal.Hint}
}
