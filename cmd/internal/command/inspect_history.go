package command

import (
	"bufio"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/inspect/compare"
	changes "github.com/kraftctl/kraftctl/inspect/history"
	"github.com/kraftctl/kraftctl/inspect/timeline"
	"github.com/kraftctl/kraftctl/metalog"
)

func newInspectHistory(app *App) *cobra.Command {
	var output, from, to string
	var secrets bool
	cmd := &cobra.Command{
		Use:   "history DIR PATH",
		Short: "Tell every change of a topic, partition, broker, configuration, user or voter",
		Long: `Tell every change of one thing: its offset, time and epoch, the active controller that wrote it, and each field from old to new.

PATH is a path as 'inspect state' shows it, such as /topics/byName/orders/0, /brokers/3 or /configs/topic/orders, and stands for
everything below it. Short forms are topic/NAME, partition/NAME/NUMBER (or NAME-NUMBER), broker/ID, controller/ID, voter/ID,
config/TYPE/NAME, acl/ID, user/NAME, quota/ENTITY, feature/NAME and token/ID; a path of Kafka's own shell may be given below
/image. /quorum has the elections.

When the log begins with a snapshot, what that holds comes first. Of several copies below DIR the one that goes furthest is taken.

Secrets (SCRAM salts and keys, configuration values of type password) are masked unless --show-secrets is given.
The exit code is 1 when nothing about PATH is in the log.`,
		Example: `  kraftctl inspect history /var/lib/kafka partition/orders-0
  kraftctl inspect history /var/lib/kafka broker/3 --from -1d
  kraftctl inspect history backup.tar.gz /configs/topic/orders --output jsonl`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			if output != outputText && output != "jsonl" {
				return usageError(fmt.Errorf("unknown output format %q", output), "it is one of text, jsonl")
			}
			span := timeline.Everything()
			for _, err := range []error{parseBound(from, app.Now(), &span.From, &span.FromTime), parseBound(to, app.Now(), &span.To, &span.ToTime)} {
				if err != nil {
					return usageError(err, "give an offset (1295), a time (2026-01-31T12:00:00Z), or how long ago (-15m)")
				}
			}
			return runHistory(app, args[0], changes.Path(args[1]), &span, secrets, output == "jsonl")
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", outputText, "text or jsonl (one object a line)")
	cmd.Flags().StringVar(&from, "from", "", "begin at an offset, at a time (RFC 3339) or so long ago (-15m)")
	cmd.Flags().StringVar(&to, "to", "", "end after an offset, a time or so long ago")
	cmd.Flags().BoolVar(&secrets, "show-secrets", false, "print secrets instead of masking them")
	return cmd
}

func runHistory(app *App, dir, path string, span *timeline.Options, secrets, asJSON bool) (err error) {
	t, err := openTargets(app, []string{dir})
	defer func() { err = errors.Join(err, t.close()) }()
	if err != nil {
		return err
	}
	log, err := furthest(app, t)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(app.Out, 64<<10)
	w := changes.Writer{Out: out, ShowSecrets: secrets}
	write := w.Text
	if asJSON {
		write = w.JSONLine
	}
	bar := newProgress(app, t, false)
	defer bar.done()
	found, damaged := 0, 0
	for c, err := range changes.Of(log, path, bar.add) {
		var damage *metalog.Damage
		switch {
		case errors.As(err, &damage):
			if !damage.Tail {
				damaged++
				fmt.Fprintf(app.Err, "kraftctl: damage: %s: %v\n", damage.Kind, damage)
			}
			continue
		case err != nil:
			return &ExitError{Code: ExitFailure, Err: errors.Join(err, out.Flush())}
		}
		found++
		if !span.Contains(c.Offset, c.Timestamp) {
			continue
		}
		if err := write(&c); err != nil {
			return &ExitError{Code: ExitFailure, Err: err}
		}
	}
	switch err := out.Flush(); {
	case err != nil:
		return &ExitError{Code: ExitFailure, Err: err}
	case found == 0:
		return &ExitError{
			Code: ExitFindings, Err: fmt.Errorf("%s: the log has nothing about %s", compare.NameOf(log), path),
			Hint: "'kraftctl inspect state DIR' shows which paths there are now",
		}
	case damaged > 0:
		return &ExitError{Code: ExitFindings}
	}
	return nil
}

// furthest is the log of the targets that goes furthest; of several it says which.
func furthest(app *App, t *targets) (*metalog.Log, error) {
	logs, err := t.logs()
	if err != nil {
		return nil, err
	}
	if len(logs) == 1 {
		return logs[0], nil
	}
	copies, err := compare.Read(logs, nil)
	if err != nil {
		return nil, &ExitError{Code: ExitFailure, Err: err}
	}
	r, err := compare.Copies(copies, compare.Options{NoStates: true})
	if err != nil {
		return nil, usageError(err, "give copies of one cluster")
	}
	for i, c := range r.Copies {
		if c.Name == r.Reference {
			fmt.Fprintf(app.Err, "kraftctl: note: of %d copies, %s goes furthest\n", len(logs), c.Name)
			return logs[i], nil
		}
	}
	return logs[0], nil
}
