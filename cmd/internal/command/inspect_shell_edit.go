package command

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/mattn/go-isatty"
	"github.com/reeflective/readline"

	"github.com/kraftctl/kraftctl/inspect/shell"
)

// interactive is the terminal that lines are typed on, if both ends are one.
func interactive(app *App) (*os.File, bool) {
	in, ok := app.In.(*os.File)
	if !ok || !isatty.IsTerminal(in.Fd()) {
		return nil, false
	}
	out, ok := app.Out.(*os.File)
	return in, ok && isatty.IsTerminal(out.Fd())
}

// editLines reads lines with an editor: history, completion, and a prompt with the working directory.
func editLines(app *App, stdin *os.File, prompt *shell.Prompt) error {
	editor := readline.NewShell()
	editor.Prompt.Primary(func() string {
		if prompt.Colored {
			return "\x1b[1;34m" + prompt.Dir + "\x1b[0m >> "
		}
		return prompt.Dir + " >> "
	})
	editor.Completer = func(line []rune, cursor int) readline.Completions {
		return readline.CompleteValues(prompt.Complete(string(line[:cursor]))...).NoSpace('/')
	}
	for {
		line, err := editor.Readline()
		if prompt.Width = terminalWidth(app); prompt.Width == 0 {
			prompt.Width = screenWidth(stdin)
		}
		switch {
		case errors.Is(err, readline.ErrInterrupt):
			fmt.Fprintln(app.Out, "^C")
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if done, err := prompt.Line(app.Out, line); done || err != nil {
			return err
		}
	}
}
