package command

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/shell"
)

// view is a table of one kind of thing in a state.
type view struct {
	name, short, example string
	// columns name the columns; as JSON they are the keys.
	columns []string
	// filters are the flags it takes.
	filters []string
	rows    func(img *image.Image, f *viewFlags, add func(row ...any))
}

// viewFlags are the filters of the views.
type viewFlags struct {
	stateFlags
	output                                string
	topic                                 string
	broker                                int32
	underReplicated, offline, reassigning bool
	byBroker                              bool
}

// The filters.
const (
	topicFilter           = "topic"
	brokerFilter          = "broker"
	underReplicatedFilter = "under-replicated"
	offlineFilter         = "offline"
	reassigningFilter     = "reassigning"
)

func (f *viewFlags) registerFilters(cmd *cobra.Command, names []string) {
	flags := cmd.Flags()
	for _, name := range names {
		switch name {
		case topicFilter:
			flags.StringVar(&f.topic, name, "", "only topics whose name matches a glob such as 'orders-*'")
		case brokerFilter:
			flags.Int32Var(&f.broker, name, -1, "only partitions with a replica on a broker")
		case underReplicatedFilter:
			flags.BoolVar(&f.underReplicated, name, false, "only partitions with a replica that is not in sync")
		case offlineFilter:
			flags.BoolVar(&f.offline, name, false, "only partitions without a leader")
		case reassigningFilter:
			flags.BoolVar(&f.reassigning, name, false, "only partitions that are being reassigned")
		}
	}
}

// wants reports whether a partition passes the filters.
func (f *viewFlags) wants(p *image.Partition) bool {
	switch {
	case f.underReplicated && !p.UnderReplicated(), f.offline && !p.Offline(), f.reassigning && !p.Reassigning():
		return false
	case f.byBroker && !slices.Contains(p.Replicas, f.broker):
		return false
	}
	return true
}

// narrow reports whether a filter on partitions is set.
func (f *viewFlags) narrow() bool {
	return f.underReplicated || f.offline || f.reassigning || f.byBroker
}

// newInspectViews are the commands of all views.
func newInspectViews(app *App) []*cobra.Command {
	var cmds []*cobra.Command
	for i := range views {
		cmds = append(cmds, newInspectView(app, &views[i]))
	}
	return cmds
}

func newInspectView(app *App, v *view) *cobra.Command {
	var flags viewFlags
	cmd := &cobra.Command{
		Use:   v.name + " DIR|FILE",
		Short: v.short,
		Long: v.short + `, as the metadata log or snapshot tells them at its end or at the moment --at.

Columns: ` + strings.Join(v.columns, ", ") + `. With --output json they are the keys of the objects below "rows".
See 'kraftctl inspect state' for how the state is found.`,
		Example: "  kraftctl inspect " + v.name + " /var/lib/kafka" + v.example,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkOutput(flags.output); err != nil {
				return err
			}
			flags.byBroker = cmd.Flags().Changed(brokerFilter)
			return withState(app, args[0], &flags.stateFlags, func(img *image.Image) error {
				return printView(app, img, v, &flags)
			})
		},
	}
	flags.register(cmd)
	flags.registerFilters(cmd, v.filters)
	registerOutput(cmd, &flags.output)
	return cmd
}

func printView(app *App, img *image.Image, v *view, flags *viewFlags) error {
	out := bufio.NewWriterSize(app.Out, 64<<10)
	var err error
	if flags.output == outputJSON {
		err = printViewJSON(out, img, v, flags)
	} else {
		err = printViewText(out, img, v, flags)
	}
	return failWrite(errors.Join(err, out.Flush()))
}

func printViewText(out io.Writer, img *image.Image, v *view, flags *viewFlags) error {
	tab := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	titles := make([]string, len(v.columns))
	for i, c := range v.columns {
		titles[i] = strings.ToUpper(c)
	}
	fmt.Fprintln(tab, strings.Join(titles, "\t"))
	rows := 0
	v.rows(img, flags, func(row ...any) {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = cellText(cell)
		}
		rows++
		fmt.Fprintln(tab, strings.Join(cells, "\t"))
	})
	if rows == 0 {
		_, err := fmt.Fprintf(out, "no %s at offset %d\n", v.name, img.Provenance.Offset)
		return err
	}
	return tab.Flush()
}

// cellText is a value as it stands in a table.
func cellText(cell any) string {
	var text string
	switch v := cell.(type) {
	case []int32:
		text = shell.Numbers(v, ",")
	case []string:
		text = strings.Join(v, ",")
	default:
		text = shell.FieldText(image.Field{Value: cell}, true)
	}
	if text == "" {
		return "-"
	}
	return text
}

func printViewJSON(out io.Writer, img *image.Image, v *view, flags *viewFlags) error {
	rows := []map[string]any{}
	v.rows(img, flags, func(row ...any) {
		object := make(map[string]any, len(row))
		for i, cell := range row {
			object[camel(v.columns[i])] = fieldJSON(cell, false)
		}
		rows = append(rows, object)
	})
	return writeJSON(out, map[string]any{"version": 1, "view": v.name, "provenance": provenanceJSON(img), "rows": rows})
}

// camel makes a key of a column: "leader epoch" becomes "leaderEpoch".
func camel(column string) string {
	words := strings.Fields(column)
	for i := 1; i < len(words); i++ {
		words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
	}
	return strings.Join(words, "")
}
