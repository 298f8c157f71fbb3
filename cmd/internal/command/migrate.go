package command

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// migrateOptions are the flags of migrate.
type migrateOptions struct {
	kafkaVersion, backup, output string
}

func newMigrate(app *App) *cobra.Command {
	var o migrateOptions
	cmd := &cobra.Command{
		Use:   "migrate DIR… [CONFIG…]",
		Short: "Tell where a migration from ZooKeeper to KRaft stands, and what blocks the next stage",
		Long: `Tell, from the metadata log and the configurations, where a migration from ZooKeeper to KRaft (KIP-866) stands: none,
pre-migration, dual-write or finalised; when each stage began and at what offset; what was copied from ZooKeeper, by kind; which
node runs in which mode, and is configured for which; what blocks the next stage, where that is seen, and what to do; how to go
back, and when that will no longer be possible; and whether the cluster is ready for Kafka 4.

DIR is the log directory of a controller or broker, a directory with several of them below it, an archive of them, or a backup.
When several copies of the log are given, the one that goes furthest is used, and the others are held against it. A directory of a
broker on ZooKeeper, which has a meta.properties and no metadata log, counts as well. CONFIG is the server.properties of a node; a
directory without logs in which there are *.properties means those. What is a DIR and what a CONFIG is told by what it is.

With --compare BACKUP it also tells what changed since the backup, by kind: what is new, and what should have survived and is gone
or different (topics, partitions, replicas, configurations, ACLs, quotas, SCRAM credentials, producer IDs). Leaders, ISRs, epochs
and registrations change all the time and are only counted. A backup is an archive of kraftctl backup, or any copy of a log
directory.

Configurations are judged by the rules of --kafka-version, unless the cluster has got past it. What a config provider would put into
them is taken from where kraftctl runs, and where it has no value, what depends on it is not judged.

Nothing is written or locked, and the nodes may be running. ZooKeeper is not asked: which brokers it knows, only a running cluster
can tell. Values of configurations that are secret are never shown. An archive of kraftctl's is checked against its manifest first.

Exit codes: 0 nothing blocks the next stage, or there is nothing to migrate; 1 something blocks it, or something of the backup is
gone or different; 2 the arguments cannot be used: no log directory among them, nodes of different clusters, two configurations of
one node, or an archive that is not as it was written; 4 reading failed.`,
		Example: `  kraftctl migrate /var/lib/kafka/metadata /etc/kafka/*.properties
  kraftctl migrate controller1/ controller2/ controller3/ configs/
  kraftctl migrate /var/lib/kafka/metadata --compare before.tar.zst
  kraftctl migrate copies.tar.gz configs/ --output json | jq -r '.blockers[] | "\(.node) \(.what): \(.do)"'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkOutput(o.output); err != nil {
				return err
			}
			return runMigrate(app, args, &o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.kafkaVersion, "kafka-version", release.V3_9.String(), "the Kafka `release` the nodes run, by whose rules the configurations are judged")
	flags.StringVar(&o.backup, "compare", "", "also tell what changed since this `BACKUP`: an archive or a directory")
	flags.StringVar(&o.output, "output", outputText, "text or json")
	return cmd
}

func runMigrate(app *App, args []string, o *migrateOptions) (err error) {
	rel, err := parseKafkaVersion(o.kafkaVersion)
	if err != nil {
		return err
	}
	m := &migrateInput{app: app, targets: &targets{}, release: rel}
	defer func() { err = errors.Join(err, m.targets.close()) }()
	if err := m.open(args); err != nil {
		return err
	}
	in := migration.Input{Logs: m.logs, Directories: m.directories, Configs: m.configs, Release: rel}
	if o.backup != "" {
		if in.Backup, err = m.backup(o.backup); err != nil {
			return err
		}
	}
	// Every log is read once to find the copy that goes furthest, which is then read again.
	bar := newProgress(app, &targets{list: append(append([]target{}, m.targets.list...), m.targets.list...)}, false)
	in.Progress = bar.add
	report, err := migration.Examine(in)
	bar.done()
	if err != nil {
		return migrateError(err)
	}
	return printMigration(app, report, o.output)
}

func migrateError(err error) error {
	var damage *metalog.Damage
	switch {
	case errors.Is(err, compare.ErrForeign):
		return usageError(err, "give the directories, and the backup, of one cluster")
	case errors.As(err, &damage):
		return usageError(err, "run kraftctl inspect verify on it")
	}
	return &ExitError{Code: ExitFailure, Err: err}
}

func printMigration(app *App, report *migration.Report, output string) error {
	var err error
	if output == outputJSON {
		err = writeJSON(app.Out, report)
	} else {
		err = migration.WriteText(app.Out, report)
	}
	switch {
	case err != nil:
		return failWrite(err)
	case !report.Sound():
		return &ExitError{Code: ExitFindings}
	}
	return nil
}
