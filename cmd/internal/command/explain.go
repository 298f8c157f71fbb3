package command

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/cmd/internal/render"
	"github.com/kraftctl/kraftctl/validate"
	"github.com/kraftctl/kraftctl/validate/explain"
)

// maxPasted is the most text that is explained at once.
const maxPasted = 1 << 20

func newExplain(app *App) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "explain RULE | TEXT… | -",
		Short: "Explain a rule of the linter, or what Kafka says in a log",
		Long: `With the name of a rule (validate --list-rules) it tells what the rule finds, why that matters, how to mend it,
with an example of each, and what Kafka would say.

With anything else it looks for messages of Kafka's in the text: lines pasted from a log with their timestamps and
class names, a stack trace, or a part of a message. For each it tells when it is said, what causes it, what to do,
and which rules find the cause in the configurations beforehand. - reads the text from standard input.

Exit codes: 0 something was explained, 1 nothing matches (the closest messages and rules are suggested).`,
		Example: `  kraftctl explain voters-differ
  kraftctl explain "No security protocol defined for listener CONTROLLER"
  kraftctl explain "java.lang.RuntimeException: Stored node id 1 doesn't match previous node id 2 in /d/meta.properties"
  tail -n 50 server.log | kraftctl explain -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkOutput(output); err != nil {
				return err
			}
			text := strings.Join(args, " ")
			if text == "-" {
				pasted, err := io.ReadAll(io.LimitReader(app.In, maxPasted))
				if err != nil {
					return &ExitError{Code: ExitFailure, Err: fmt.Errorf("standard input: %w", err)}
				}
				text = string(pasted)
			}
			return app.explain(text, output)
		},
	}
	registerOutput(cmd, &output)
	return cmd
}

func (app *App) explain(text, output string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return usageError(errors.New("there is no text to explain"), "name a rule, or paste a message")
	}
	var e render.Explanation
	if rule, ok := validate.Lookup(strings.ToLower(text)); ok {
		e.Rules = append(e.Rules, render.NewRuleInfo(rule))
	} else {
		for _, m := range explain.Explain(text) {
			e.Messages = append(e.Messages, render.NewMessageInfo(m))
		}
	}
	if len(e.Rules)+len(e.Messages) == 0 {
		return notExplained(text)
	}
	write := func() error { return e.Text(app.Out, render.Colored(app.Out, app.LookupEnv)) }
	if output == outputJSON {
		write = func() error { return e.JSON(app.Out) }
	}
	if err := write(); err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	return nil
}

// notExplained is the error for a text nothing is known of, with what may be meant.
func notExplained(text string) error {
	var hints []string
	if !strings.ContainsAny(text, " \n") {
		if slugs := closeRules(strings.ToLower(text)); len(slugs) > 0 {
			hints = append(hints, "the closest rules are "+strings.Join(slugs, ", "))
		}
	}
	if len(hints) == 0 {
		for _, s := range explain.Closest(text, 3) {
			hints = append(hints, fmt.Sprintf("the message may be %q", s.Shown()))
		}
	}
	if len(hints) == 0 {
		hints = append(hints, "paste the line of the log as it is, or run kraftctl validate over the configurations of all nodes")
	}
	const most = 80
	if shown := []rune(text); len(shown) > most {
		text = string(shown[:most]) + "…"
	}
	return &ExitError{Code: ExitFindings, Err: fmt.Errorf("%q is no rule and holds no message kraftctl knows", text), Hint: strings.Join(hints, "\n  hint: ")}
}

// closeRules are the slugs that share a part with a text, or nearly are it; at most five.
func closeRules(text string) []string {
	var slugs []string
	for _, r := range validate.Rules() {
		if strings.Contains(r.Slug, text) || sharedWords(r.Slug, text) >= 2 {
			slugs = append(slugs, r.Slug)
		}
	}
	return slugs[:min(5, len(slugs))]
}

// sharedWords counts the words of a text that begin, in their first four letters, as one of a slug does.
func sharedWords(slug, text string) int {
	n := 0
	for word := range strings.SplitSeq(text, "-") {
		start := word[:min(4, len(word))]
		for have := range strings.SplitSeq(slug, "-") {
			if start != "" && strings.HasPrefix(have, start) {
				n++
				break
			}
		}
	}
	return n
}
