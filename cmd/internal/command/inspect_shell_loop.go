package command

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/inspect/shell"
)

// shellLoop runs the lines that someone types.
type shellLoop struct {
	app     *App
	session *shell.Session
	history []string
}

func newShellLoop(app *App, session *shell.Session) *shellLoop {
	session.Width = terminalWidth(app)
	return &shellLoop{app: app, session: session}
}

// interact reads lines until exit or the end of the input.
func interact(app *App, loop *shellLoop) int {
	lines := bufio.NewScanner(app.In)
	for {
		fmt.Fprint(app.Out, ">> ")
		if !lines.Scan() {
			fmt.Fprintln(app.Out)
			return ExitOK
		}
		if loop.line(lines.Text()) {
			return ExitOK
		}
	}
}

// line runs one line; it is true when the shell is to end.
func (l *shellLoop) line(text string) bool {
	words := strings.Fields(text)
	if len(words) == 0 {
		return false
	}
	l.history = append(l.history, text)
	if words[0] == "exit" {
		return true
	}
	if err := l.session.Run(l.app.Out, words[0], words[1:]); err != nil {
		fmt.Fprintln(l.app.Out, err)
	}
	return false
}
