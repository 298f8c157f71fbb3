package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

// configOptions are the flags of every command that reads one node's configuration.
type configOptions struct {
	file         string
	kafkaVersion string
	set          []string
}

func (o *configOptions) register(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&o.file, "config", "c", "", "the node's server.properties `file`")
	cmd.Flags().StringArrayVar(&o.set, "set", nil, "set a configuration key, as `key=value`, over what the file says (repeatable)")
	registerKafkaVersion(cmd, &o.kafkaVersion)
	_ = cmd.MarkFlagRequired("config") // the flag is there
}

// registerKafkaVersion adds the flag that chooses the release to behave as.
func registerKafkaVersion(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "kafka-version", release.Newest().String(),
		fmt.Sprintf("behave as this Kafka `release`, %s … %s; a patch number is accepted", release.Oldest(), release.Newest()))
}

// parseKafkaVersion reads --kafka-version.
func parseKafkaVersion(text string) (release.Release, error) {
	r, err := release.Parse(text)
	if err != nil {
		return 0, usageError(fmt.Errorf("--kafka-version: %w", err), "")
	}
	return r, nil
}

// overrides reads --set.
func (o *configOptions) overrides() ([]nodeconf.Property, error) {
	var all []nodeconf.Property
	for _, text := range o.set {
		key, value, found := strings.Cut(text, "=")
		if !found || key == "" {
			return nil, usageError(fmt.Errorf("--set %q is not key=value", text), "for example --set node.id=2")
		}
		all = append(all, nodeconf.Property{Key: key, Value: value})
	}
	return all, nil
}

// node reads the configuration and holds it to the rules of the release. The error says which line is to blame.
func (o *configOptions) node(app *App) (*nodeconf.Node, error) {
	r, err := parseKafkaVersion(o.kafkaVersion)
	if err != nil {
		return nil, err
	}
	overrides, err := o.overrides()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(o.file)
	if err != nil {
		return nil, unreadableConfig(err)
	}
	verdict := nodeconf.Judge(text, app.judgeOptions(o.file, r, overrides))
	for _, reference := range verdict.Unresolved {
		place := located(o.file, reference.Pos.Line)
		return nil, unusableConfig(fmt.Errorf("%s: %s: %s cannot be resolved: %s", place, reference.Key, reference.Reference, reference.Reason),
			"Kafka would go on with the text of the reference as the value")
	}
	if verdict.Refusal != nil {
		return nil, refusedConfig(o.file, r, verdict)
	}
	return verdict.Node, nil
}

// judgeOptions is the surroundings config providers see: this process's environment and files.
func (app *App) judgeOptions(file string, r release.Release, overrides []nodeconf.Property) nodeconf.Options {
	return nodeconf.Options{
		File: file, Release: r, Overrides: overrides,
		Env:      app.LookupEnv,
		ReadFile: os.ReadFile,
		ReadDir:  os.ReadDir,
	}
}

// configError says that a node's configuration cannot be read: the file, a value a config provider has to give, or Kafka's rules
// stand in the way.
type configError struct{ error }

func (e *configError) Unwrap() error { return e.error }

// unusableConfig is a usage error that is about the configuration.
func unusableConfig(err error, hint string) error { return usageError(&configError{err}, hint) }

func unreadableConfig(err error) error {
	hint := "name the node's server.properties with --config"
	if errors.Is(err, fs.ErrPermission) {
		hint = "run as a user who may read it"
	}
	return unusableConfig(fmt.Errorf("the configuration cannot be read: %w", err), hint)
}

// refusedConfig words Kafka's refusal of a configuration, with the place Kafka does not tell.
func refusedConfig(file string, r release.Release, verdict *nodeconf.Verdict) error {
	problem := verdict.Refusal
	text := fmt.Sprintf("%s: Kafka %s refuses this configuration: %s", located(file, problem.Pos.Line), r, problem.Message)
	for _, other := range verdict.Others {
		text += fmt.Sprintf("\n  %s: and then: %s", located(file, other.Pos.Line), other.Message)
	}
	return unusableConfig(errors.New(text), problem.Hint)
}

// located is a place in a file as an editor understands it; line 0 is the file as a whole.
func located(file string, line int) string {
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}
