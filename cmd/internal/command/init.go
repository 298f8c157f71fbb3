package command

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/validate/scaffold"
)

// initOptions are the flags of init.
type initOptions struct {
	kafkaVersion string
	scaffold.Request
	print bool
}

func newInit(app *App) *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "Write the configurations of a new cluster",
		Long: `Writes one configuration for each node of a new cluster into DIR: controller-1.properties, broker-1.properties, or
kafka-1.properties for a combined node. Kafka accepts them, and validate --profile production has nothing to say of
them. Where you ask for what that profile warns of (--combined, --controllers 1, --tls=false), the file says so itself,
in a kraftctl:ignore comment with the reason.

With --tls, which is the default, nodes and clients show certificates: each node needs its key and certificates in
node.pem, with its host name as CN, and the CA in ca.pem, below --tls-dir. With --sasl scram clients log in instead;
nodes still use certificates among one another.

Nothing is overwritten: if one of the files is there, none is written (exit code 3).`,
		Example: `  kraftctl init --controllers 3 --brokers 5 --sasl scram cluster/
  kraftctl init --dynamic --host-pattern '{role}{n}.kafka.example.com' --racks a,b,c cluster/
  kraftctl init --controllers 1 --brokers 1 --combined --tls=false --print test/`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return app.initCluster(&o, args[0])
		},
	}
	flags := cmd.Flags()
	registerKafkaVersion(cmd, &o.kafkaVersion)
	flags.IntVar(&o.Controllers, "controllers", 3, "number of controllers: 1, 3 or 5")
	flags.IntVar(&o.Brokers, "brokers", 3, "number of brokers, combined nodes included")
	flags.BoolVar(&o.Combined, "combined", false, "make the controllers brokers as well, for small clusters and tests")
	flags.BoolVar(&o.Dynamic, "dynamic", false, "a quorum whose controllers can be exchanged (Kafka 3.9 and newer)")
	flags.BoolVar(&o.TLS, "tls", true, "encrypt and authenticate all listeners; false is for tests")
	flags.StringVar(&o.SASL, "sasl", scaffold.NoSASL, "how clients log in: none, scram (SHA-512), scram-sha-256 or scram-sha-512")
	flags.StringVar(&o.HostPattern, "host-pattern", "{role}-{n}", "host `name` of a node; {role} is controller, broker or kafka, {n} counts them, {id} is node.id")
	flags.StringVar(&o.LogDir, "log-dir", "/var/lib/kafka/data", "`directory` of the data on a node")
	flags.StringVar(&o.MetadataDir, "metadata-dir", "/var/lib/kafka/metadata", "`directory` of the metadata log on a controller")
	flags.StringVar(&o.TLSDir, "tls-dir", "/etc/kafka/tls", "`directory` with node.pem and ca.pem on a node")
	flags.StringSliceVar(&o.Racks, "racks", nil, "`names` of racks or zones, given to the brokers in turn")
	flags.BoolVar(&o.print, "print", false, "print the files instead of writing them")
	return cmd
}

func (app *App) initCluster(o *initOptions, dir string) error {
	var err error
	if o.Release, err = parseKafkaVersion(o.kafkaVersion); err != nil {
		return err
	}
	if o.SASL == "scram" {
		o.SASL = scaffold.Scram512
	}
	files, err := scaffold.Plan(o.Request)
	if err != nil {
		return usageError(err, "run 'kraftctl init --help' for the flags")
	}
	var text strings.Builder
	if o.print {
		for _, f := range files {
			fmt.Fprintf(&text, "-- %s --\n%s", fsx.Join(dir, f.Name), f.Text)
		}
	} else {
		if err := scaffold.Write(fsx.OS{}, dir, files); err != nil {
			return initError(err)
		}
		for _, f := range files {
			fmt.Fprintf(&text, "wrote %s\n", fsx.Join(dir, f.Name))
		}
		text.WriteString(nextSteps(o, dir, files))
	}
	if _, err := io.WriteString(app.Out, text.String()); err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	return nil
}

func initError(err error) error {
	var exists *scaffold.ExistsError
	if errors.As(err, &exists) {
		return &ExitError{Code: ExitConflict, Err: err, Hint: "name an empty directory, or move the file away"}
	}
	return &ExitError{Code: ExitFailure, Err: err}
}

// nextSteps tells how to go on from the files to a running cluster.
func nextSteps(o *initOptions, dir string, files []scaffold.File) string {
	var b strings.Builder
	b.WriteString("\nnext:\n  check       kraftctl validate --profile production --kafka-version " + o.Release.String() + " " + dir + "\n")
	b.WriteString("  cluster ID  kraftctl random-uuid\n")
	controller, broker := "", ""
	for _, f := range files {
		path := fsx.Join(dir, f.Name)
		switch {
		case f.Node.Controller && controller == "":
			controller = path
		case !f.Node.Controller && broker == "":
			broker = path
		}
	}
	flags := " --cluster-id ID --kafka-version " + o.Release.String()
	scram := ""
	if o.SASL != scaffold.NoSASL {
		scram = " --add-scram '" + strings.ToUpper(o.SASL) + "=[name=admin,password=…]'"
	}
	voters := ""
	if o.Dynamic {
		voters = " --initial-controllers '" + initialControllers(files) + "'"
	}
	b.WriteString("  format      kraftctl ensure --config " + controller + flags + voters + scram + "   (each controller)\n")
	if broker != "" {
		b.WriteString("              kraftctl ensure --config " + broker + flags + scram + "   (each broker)\n")
	}
	return b.String()
}

// initialControllers is the value of --initial-controllers, but for the directory IDs that random-uuid makes.
func initialControllers(files []scaffold.File) string {
	var voters []string
	for _, f := range files {
		if f.Node.Controller {
			voters = append(voters, fmt.Sprintf("%d@%s:%d:DIRECTORY_ID", f.Node.ID, f.Node.Host, scaffold.ControllerPort))
		}
	}
	return strings.Join(voters, ",")
}
