package command

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/cmd/internal/render"
	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/shell"
)

// outputUnified is the form of diff -u.
const outputUnified = "unified"

// diffFlags are the flags of inspect diff.
type diffFlags struct {
	stateFlags
	output, path string
	exitCode     bool
}

func newInspectDiff(app *App) *cobra.Command {
	var flags diffFlags
	cmd := &cobra.Command{
		Use:   "diff DIR POINT POINT | diff A B",
		Short: "Show what differs between two states",
		Long: `Show what was added, removed and changed between two moments of one log, or between two directories or snapshots.

A POINT is an offset, a time (RFC 3339), or so long ago (-15m). A and B are directories or files, each with a point after
an @ if not its end is meant: /var/lib/kafka@1295.

In text, + is what B has and A has not, - the other way round, ~ what differs. JSON is an object with "a", "b" and "changes";
a change has "path", "operation" (added, removed, changed) and "fields" with "name", "old" and "new".`,
		Example: `  kraftctl inspect diff /var/lib/kafka 1200 1295
  kraftctl inspect diff /var/lib/kafka@-1h /var/lib/kafka --path /topics
  kraftctl inspect diff controller1/ controller2/ --output unified`,
		Args: cobra.RangeArgs(2, 3),
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains([]string{outputText, outputJSON, outputUnified}, flags.output) {
				return usageError(fmt.Errorf("unknown output format %q", flags.output), "it is one of text, json, unified")
			}
			return runDiff(app, args, &flags)
		},
	}
	flags.registerRest(cmd)
	cmd.Flags().StringVarP(&flags.output, "output", "o", outputText, "text, json or unified")
	cmd.Flags().StringVar(&flags.path, "path", "", "only what is at or below a path such as /topics/byName/orders")
	cmd.Flags().BoolVar(&flags.exitCode, "exit-code", false, "exit with 1 when anything differs")
	return cmd
}

// moment is one of the two states.
type moment struct {
	path, at string
	img      *image.Image
}

// label names a state in a heading.
func (m *moment) label() string {
	p := m.img.Provenance
	return fmt.Sprintf("%s (offset %d, %s)", m.path, p.Offset, image.Time(p.Timestamp))
}

func runDiff(app *App, args []string, flags *diffFlags) error {
	var a, b moment
	if len(args) == 3 {
		a, b = moment{path: args[0], at: args[1]}, moment{path: args[0], at: args[2]}
	} else {
		a, b = parseMoment(args[0]), parseMoment(args[1])
	}
	verdict := error(nil)
	for i, m := range []*moment{&a, &b} {
		if err := m.load(app, flags, i == 1 && a.path == b.path); err != nil {
			var exit *ExitError
			if m.img == nil || !errors.As(err, &exit) {
				return err
			}
			verdict = err
		}
	}
	changes := image.Diff(a.img, b.img)
	if flags.path != "" {
		changes = slices.DeleteFunc(changes, func(c image.Change) bool { return !within(c.Path, flags.path) })
	}
	if err := printDiff(app, &a, &b, changes, flags); err != nil {
		return failWrite(err)
	}
	if verdict == nil && flags.exitCode && len(changes) > 0 {
		verdict = &ExitError{Code: ExitFindings}
	}
	return verdict
}

// parseMoment reads PATH or PATH@POINT.
func parseMoment(arg string) moment {
	if i := strings.LastIndexByte(arg, '@'); i > 0 {
		return moment{path: arg[:i], at: arg[i+1:]}
	}
	return moment{path: arg}
}

// load loads the state. With an error that is a verdict on damage the state is there all the same.
func (m *moment) load(app *App, flags *diffFlags, quiet bool) (err error) {
	if quiet { // what there is to say of the path was said
		silent := *app
		silent.Err = io.Discard
		app = &silent
	}
	h, err := openChronicle(app, m.path, flags.kafka)
	defer func() { err = errors.Join(err, h.close()) }()
	if err != nil {
		return err
	}
	end, err := h.end(m.at)
	if err != nil {
		return err
	}
	if m.img, err = h.load(end); err != nil {
		return err
	}
	return h.verdict()
}

// within reports whether a path is another or lies below it.
func within(path, other string) bool {
	other = strings.TrimSuffix(other, "/")
	return path == other || strings.HasPrefix(path, other+"/")
}

// changeJSON is a change as JSON has it.
type changeJSON struct {
	Path      string          `json:"path"`
	Operation image.Operation `json:"operation"`
	Fields    []fieldChange   `json:"fields"`
}

type fieldChange struct {
	Name string `json:"name"`
	Old  any    `json:"old"`
	New  any    `json:"new"`
}

func printDiff(app *App, a, b *moment, changes []image.Change, flags *diffFlags) error {
	out := bufio.NewWriter(app.Out)
	var err error
	switch flags.output {
	case outputJSON:
		err = writeJSON(out, map[string]any{
			"version": 1, "a": a.json(), "b": b.json(), "changes": changesJSON(changes, flags.secrets),
		})
	case outputUnified:
		err = shell.WriteUnified(out, a.label(), b.label(), changes, flags.secrets)
	default:
		fmt.Fprintf(out, "from %s\n  to %s\n", a.label(), b.label())
		if len(changes) == 0 {
			fmt.Fprintln(out, "no difference")
		}
		err = shell.WriteChanges(out, changes, flags.secrets, render.Colored(app.Out, app.LookupEnv))
	}
	return errors.Join(err, out.Flush())
}

func (m *moment) json() map[string]any {
	object := provenanceJSON(m.img)
	object["path"] = m.path
	return object
}

func changesJSON(changes []image.Change, secrets bool) []changeJSON {
	list := []changeJSON{}
	for _, c := range changes {
		one := changeJSON{Path: c.Path, Operation: c.Operation, Fields: []fieldChange{}}
		for _, f := range c.Fields {
			one.Fields = append(one.Fields, fieldChange{
				Name: f.Name, Old: fieldJSON(f.Old, f.Secret && !secrets && f.Old != nil), New: fieldJSON(f.New, f.Secret && !secrets && f.New != nil),
			})
		}
		list = append(list, one)
	}
	return list
}
