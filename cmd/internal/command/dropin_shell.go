package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/kraftctl/kraftctl/inspect/shell"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
)

// metadataShell is kafka-metadata-shell of the release at hand: its arguments, its tree, its texts and its exit codes. It
// takes no lock, so that it also works beside a running node, and neither hangs nor loses the race with its own loading.
//
// Source: org.apache.kafka.shell.MetadataShell.
func metadataShell(app *App, _ string, args []string) int {
	rel, err := dropInRelease(app)
	if err != nil {
		return failDropIn(app, err)
	}
	columns, _ := app.LookupEnv("COLUMNS")
	given, text, err := parseShellArgs(rel, columns, args)
	switch {
	case text != "":
		fmt.Fprint(app.Out, text)
		return dropInFailed
	case err != nil:
		fmt.Fprint(app.Err, err)
		return dropInFailed
	case given.snapshot == "" && !given.hasSnapshot:
		return unexpected(app, "java.lang.RuntimeException", noSnapshot(rel))
	}
	session, code := openShell(app, rel, given.snapshot)
	if session == nil {
		return code
	}
	if len(given.command) == 0 {
		fmt.Fprintln(app.Out, "Loading...\nStarting...\n[ Kafka Metadata Shell ]")
		if err := talk(app, &shell.Prompt{Session: *session}); err != nil {
			return failDropIn(app, err)
		}
		return ExitOK
	}
	return runShellCommand(app, rel, session, given.command)
}

// noSnapshot is what the releases say that do not demand --snapshot of the command line.
func noSnapshot(rel release.Release) string {
	if rel <= release.V3_4 {
		return "You must supply the log path via --snapshot"
	}
	return "You must specify either a raft manager or a snapshot file reader."
}

// unexpected prints an exception that ends the shell, without the stack.
func unexpected(app *App, class, message string) int {
	fmt.Fprintf(app.Err, "Unexpected error: %s\n%s: %s\n", message, class, message)
	return dropInFailed
}

// openShell loads a file; the session is nil when it cannot be read, and the code says what to exit with.
func openShell(app *App, rel release.Release, path string) (*shell.Session, int) {
	file, err := metalog.OpenFile(os.DirFS(filepath.Dir(path)), filepath.Base(path), path)
	if err != nil {
		return nil, unexpected(app, "java.util.concurrent.ExecutionException", fileException(path, err))
	}
	defer file.Close()
	root, err := shell.Load(file, rel, func(d *metalog.Damage) {
		fmt.Fprintf(app.Err, "damage: %v\n", d)
	})
	if err != nil {
		return nil, unexpected(app, "java.util.concurrent.ExecutionException", fileException(path, err))
	}
	return &shell.Session{
		Root: root, Dir: "/", Secrets: true, Unsorted: rel == release.V3_5, Strict: rel <= release.V3_9, StrictFind: true,
	}, 0
}

// fileException names the exception of java.nio.file for a file that cannot be read.
func fileException(path string, err error) string {
	path = metaprops.JavaPath(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "java.nio.file.NoSuchFileException: " + path
	case errors.Is(err, fs.ErrPermission):
		return "java.nio.file.AccessDeniedException: " + path
	}
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return "java.io.IOException: " + javaError(err).Error()
	}
	return "java.io.IOException: " + err.Error()
}

// runShellCommand runs the command of the command line.
func runShellCommand(app *App, rel release.Release, session *shell.Session, words []string) int {
	command, targets, answer := parseShellCommand(rel, words)
	if command == "" {
		fmt.Fprint(app.Out, answer)
		return ExitOK
	}
	err := session.Run(app.Out, command, targets)
	var crash *shell.CrashError
	switch {
	case errors.As(err, &crash):
		return unexpected(app, "java.lang.RuntimeException", crash.Message)
	case err != nil:
		return failDropIn(app, err)
	}
	return ExitOK
}

// terminalWidth is the number of columns the environment tells; 0 when it does not.
func terminalWidth(app *App) int {
	columns, _ := app.LookupEnv("COLUMNS")
	n, err := strconv.Atoi(columns)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
