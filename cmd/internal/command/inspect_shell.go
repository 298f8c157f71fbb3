package command

import (
	"bufio"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/cmd/internal/render"
	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/shell"
)

func newInspectShell(app *App) *cobra.Command {
	var flags stateFlags
	cmd := &cobra.Command{
		Use:   "shell DIR|FILE [COMMAND [ARGUMENT...]]",
		Short: "Walk through the state of the cluster as through directories",
		Long: `Walk through the state of the cluster as through directories: ls, cd, cat, tree, find, pwd, help, history, exit, as in
Kafka's metadata shell, with globs (*, ?, {a,b}); and at POINT (go to another moment), diff POINT [POINT] (what differs), log PATH
(what happened there, and when).

Without a COMMAND lines are read from standard input; on a terminal with history, completion (Tab) and colours. With a COMMAND
it is run and that is all. The tree has the paths of 'kraftctl inspect state', and below /image that of Kafka's shell.

It reads beside a running node and takes no lock. The drop-in kafka-metadata-shell answers as Kafka's own shell does.`,
		Example: `  kraftctl inspect shell /var/lib/kafka
  kraftctl inspect shell /var/lib/kafka ls /topics/byName
  kraftctl inspect shell /var/lib/kafka --at 1295 cat '/brokers/*'
  kraftctl inspect shell /var/lib/kafka log /topics/byName/orders/0`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return runInspectShell(app, args[0], args[1:], &flags)
		},
	}
	flags.register(cmd)
	cmd.Flags().SetInterspersed(true)
	return cmd
}

func runInspectShell(app *App, path string, words []string, flags *stateFlags) (err error) {
	h, err := openChronicle(app, path, flags.kafka)
	defer func() { err = errors.Join(err, h.close()) }()
	if err != nil {
		return err
	}
	prompt := &shell.Prompt{
		Session: shell.Session{Dir: "/", Natural: true, Secrets: flags.secrets, Colored: render.Colored(app.Out, app.LookupEnv)},
		States:  (*chronicleStates)(h),
	}
	if err := prompt.Open(flags.at); err != nil {
		return err
	}
	h.quiet = true
	if len(words) == 0 {
		return failWrite(talk(app, prompt))
	}
	out := bufio.NewWriter(app.Out)
	if err := prompt.Do(out, words); err != nil {
		var exit *ExitError
		if !errors.As(err, &exit) {
			err = usageError(err, "")
		}
		return errors.Join(out.Flush(), err)
	}
	if err := failWrite(out.Flush()); err != nil {
		return err
	}
	return h.verdict()
}

// talk reads lines until exit or the end of the input: with an editor on a terminal, else as they come.
func talk(app *App, prompt *shell.Prompt) error {
	if stdin, ok := interactive(app); ok {
		return editLines(app, stdin, prompt)
	}
	lines := bufio.NewScanner(app.In)
	for lines.Scan() {
		if done, err := prompt.Line(app.Out, lines.Text()); done || err != nil {
			return err
		}
	}
	return lines.Err()
}

// chronicleStates lets a shell look at the states of a log.
type chronicleStates chronicle

// At loads a state.
func (s *chronicleStates) At(point string) (*image.Node, *image.Image, error) {
	h := (*chronicle)(s)
	end, err := h.end(point)
	if err != nil {
		return nil, nil, err
	}
	img, err := h.load(end)
	if err != nil {
		return nil, nil, err
	}
	return shell.NativeTree(img, h.release), img, nil
}

// Log replays the whole log and tells what happened at a path.
func (s *chronicleStates) Log(path string, found func(shell.Entry)) error {
	h := (*chronicle)(s)
	if h.log == nil {
		return fmt.Errorf("%s is a single file: its history is in the directory it belongs to", h.path)
	}
	var b *image.Builder
	w := &shell.Watcher{Path: path, Image: func() *image.Image { return b.Image() }, Found: found}
	bar := newProgress(h.app, h.targets, false)
	defer bar.done()
	b = image.NewBuilder(image.Options{Release: h.release, Watch: w.Watch, Read: bar.add})
	return image.LoadAll(h.log, b, nil)
}
