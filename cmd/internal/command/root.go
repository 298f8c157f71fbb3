package command

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// dropIn runs one of Kafka's own tools under its own name and returns its exit code.
type dropIn func(app *App, program string, args []string) int

// dropIns maps the base name the binary was started as, without a .sh or .exe ending, to the tool it then is.
var dropIns = map[string]dropIn{
	"kafka-storage":        storageTool,
	"kafka-dump-log":       dumpTool,
	"kafka-metadata-shell": metadataShell,
}

// subcommands builds each command below the root, in the order help shows them.
var subcommands = []func(app *App) *cobra.Command{
	newFormat,
	newEnsure,
	newRandomUUID,
	newInfo,
	newVersionMapping,
	newFeatureDependencies,
	newValidate,
	newExplain,
	newInit,
	newInspect,
	newPreflight,
	newBackup,
	newMigrate,
	newRestore,
	newRecover,
	newExport,
	newVersion,
}

// Main runs the command line argv (program name first) and returns the process's exit code.
func Main(argv []string, app *App) int {
	name := filepath.Base(argv[0])
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".exe"), ".sh")
	if tool, ok := dropIns[name]; ok {
		return tool(app, name, argv[1:])
	}
	root := newRoot(app)
	root.SetArgs(argv[1:])
	cmd, err := root.ExecuteC()
	err = hinted(cmd, err)
	report(app, err)
	return exitCode(err)
}

func newRoot(app *App) *cobra.Command {
	root := &cobra.Command{
		Use:           "kraftctl",
		Short:         "Prepare, check, examine and rescue the storage of Apache Kafka KRaft nodes",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(app.In)
	root.SetOut(app.Out)
	root.SetErr(app.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError(err, seeHelp(cmd))
	})
	for _, build := range subcommands {
		root.AddCommand(build(app))
	}
	return root
}

// hinted adds what to do next to an error cobra itself raised: a flag that is missing or excluded, an unknown command.
// An output that cannot be written to is no fault of the arguments.
func hinted(cmd *cobra.Command, err error) error {
	var exit *ExitError
	if err == nil || errors.As(err, &exit) {
		return err
	}
	var output *fs.PathError
	if errors.As(err, &output) {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	return usageError(errors.New(strings.TrimSpace(err.Error())), seeHelp(cmd))
}

func seeHelp(cmd *cobra.Command) string {
	what := "flags it takes"
	if cmd.HasSubCommands() {
		what = "commands there are"
	}
	return fmt.Sprintf("run '%s --help' for the %s", cmd.CommandPath(), what)
}

// report writes an error and its hint the one way all commands share.
func report(app *App, err error) {
	if err == nil {
		return
	}
	var exit *ExitError
	if errors.As(err, &exit) && exit.Err == nil {
		return
	}
	fmt.Fprintf(app.Err, "kraftctl: %v\n", err)
	if exit != nil && exit.Hint != "" {
		fmt.Fprintf(app.Err, "  hint: %s\n", exit.Hint)
	}
}
