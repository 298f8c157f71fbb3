package command

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/shell"
	"github.com/kraftctl/kraftctl/release"
)

func newInspectState(app *App) *cobra.Command {
	var flags stateFlags
	var output string
	cmd := &cobra.Command{
		Use:   "state DIR|FILE [PATH]",
		Short: "Show the state of the cluster at any moment",
		Long: `Show the state of the cluster that a metadata log or snapshot describes: an overview, or what is at a PATH.

The log is replayed from the newest snapshot at or before the moment, as a node does when it starts. A transaction that has
not ended is not part of the state. Records that do not fit, such as the change of a partition that does not exist, are told on
standard error with what a real node does with them.

PATH is one of
  /brokers/ID  /controllers/ID  /voters/ID  /quorum  /features/NAME  /topics/byName/NAME/PARTITION  /topics/byId/ID/PARTITION
  /configs/TYPE/NAME/KEY  /quotas/ENTITY/KEY  /users/NAME/MECHANISM  /acls/ID  /tokens/ID  /producerIds  /migration  /provenance
or /image/…, the tree of Kafka's own metadata shell. "/" is everything.

Output forms: tree (as of Kafka's shell), table (one line for each leaf), json.`,
		Example: `  kraftctl inspect state /var/lib/kafka
  kraftctl inspect state /var/lib/kafka /topics/byName/orders --at 2026-01-31T12:00:00Z
  kraftctl inspect state /var/lib/kafka /brokers --output json`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			if output != outputJSON && output != "tree" && output != "table" {
				return usageError(fmt.Errorf("unknown output format %q", output), "it is one of tree, table, json")
			}
			return withState(app, args[0], &flags, func(img *image.Image) error {
				if len(args) == 1 {
					return printOverview(app.Out, img, output == outputJSON)
				}
				return printState(app, img, &flags, args[1], output)
			})
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "tree", "tree, table or json")
	return cmd
}

// nativeTree is the tree of an image, with that of Kafka's shell below /image.
func nativeTree(img *image.Image, kafka string) (*image.Node, error) {
	rel, err := parseKafkaVersion(kafka)
	if err != nil {
		return nil, err
	}
	return shell.NativeTree(img, rel), nil
}

func printState(app *App, img *image.Image, flags *stateFlags, path, output string) error {
	root, err := nativeTree(img, flags.kafka)
	if err != nil {
		return err
	}
	node := root.Find(path)
	if node == nil {
		return usageError(fmt.Errorf("%s: there is no such path at offset %d", path, img.Provenance.Offset), nearestHint(root, path))
	}
	out := bufio.NewWriter(app.Out)
	switch output {
	case outputJSON:
		err = writeJSON(out, map[string]any{
			"version": 1, "path": path, "provenance": provenanceJSON(img), "state": nodeJSON(node, flags.secrets),
		})
	case "table":
		err = printLeaves(out, path, node, flags.secrets)
	default:
		session := &shell.Session{Root: node, Dir: "/", Natural: true, Secrets: flags.secrets}
		err = session.Run(out, "tree", []string{"/"})
	}
	if err = errors.Join(err, out.Flush()); err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	return nil
}

// nearestHint names what there is on the way to a path that does not exist.
func nearestHint(root *image.Node, path string) string {
	at, node := "/", root
	for part := range strings.SplitSeq(path, "/") {
		if part == "" {
			continue
		}
		next := node.Child(part)
		if next == nil {
			break
		}
		at, node = image.Join(at, part), next
	}
	names := node.Sorted()
	if !node.IsDir() || len(names) == 0 {
		return at + " has nothing below it"
	}
	const shown = 12
	if len(names) > shown {
		names = append(names[:shown:shown], "…")
	}
	return at + " has " + strings.Join(names, ", ")
}

// printLeaves prints a line for each leaf.
func printLeaves(out io.Writer, path string, node *image.Node, secrets bool) error {
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for path, leaf := range node.Walk(path) {
		if _, err := fmt.Fprintf(tab, "%s\t%s\n", path, leafText(leaf.Fields(), secrets)); err != nil {
			return err
		}
	}
	return tab.Flush()
}

// leafText is the value of a leaf on one line.
func leafText(fields []image.Field, secrets bool) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = shell.FieldText(f, secrets)
		if f.Name != "" {
			parts[i] = f.Name + "=" + parts[i]
		}
	}
	return strings.Join(parts, " ")
}

// nodeJSON is a node as encoding/json prints it: objects for directories and leaves with several fields.
func nodeJSON(node *image.Node, secrets bool) any {
	if !node.IsDir() {
		return fieldsJSON(node.Fields(), secrets)
	}
	object := map[string]any{}
	for _, name := range node.Names() {
		if child := node.Child(name); child != nil {
			object[name] = nodeJSON(child, secrets)
		}
	}
	return object
}

func fieldsJSON(fields []image.Field, secrets bool) any {
	if len(fields) == 1 && fields[0].Name == "" {
		return fieldJSON(fields[0].Value, fields[0].Secret && !secrets)
	}
	object := map[string]any{}
	for _, f := range fields {
		object[f.Name] = fieldJSON(f.Value, f.Secret && !secrets)
	}
	return object
}

// fieldJSON masks a secret, and keeps empty lists from becoming null.
func fieldJSON(value any, hidden bool) any {
	if hidden {
		return release.Redacted
	}
	switch v := value.(type) {
	case []int32:
		return append([]int32{}, v...)
	case []string:
		return append([]string{}, v...)
	}
	return value
}

func provenanceJSON(img *image.Image) map[string]any {
	p := img.Provenance
	return map[string]any{"offset": p.Offset, "epoch": p.Epoch, "time": image.Time(p.Timestamp)}
}
