package command

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/nodeconf"
)

// maxConfigSize is far above any configuration, and keeps a file named by mistake out of memory.
const maxConfigSize = 16 << 20

func newValidate(app *App) *cobra.Command {
	var kafkaVersion, output string
	cmd := &cobra.Command{
		Use:   "validate FILE…",
		Short: "Judge server.properties files as a Kafka node would",
		Long: `Reads each file as the chosen Kafka release reads it when a node starts, and tells whether the node
would accept it. A refusal is in Kafka's own words, with the line and column Kafka does not tell and what to do
about it. After the first error, which is all Kafka reports, come the others it would report next.

Config providers (config.providers) are resolved with this process's environment and files, as the node would.
A reference that stays unresolved is reported, too: Kafka goes on with its text as the value.

FILE may be - for standard input. Exit codes: 0 all files are accepted, 1 a file is refused or has an unresolved
reference, 2 wrong usage or a file that cannot be read.`,
		Example: `  kraftctl validate /etc/kafka/server.properties
  kraftctl validate --kafka-version 3.9 broker.properties controller.properties
  kraftctl validate --output json server.properties`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			r, err := parseKafkaVersion(kafkaVersion)
			if err != nil {
				return err
			}
			if output != "text" && output != "json" {
				return usageError(fmt.Errorf("--output %q is neither text nor json", output), "")
			}
			report := &validateReport{Version: 1, KafkaVersion: r.String()}
			for _, file := range files {
				report.add(file, app.judge(file, r))
			}
			if err := report.write(app.Out, output); err != nil {
				return &ExitError{Code: ExitFailure, Err: fmt.Errorf("the report cannot be written: %w", err)}
			}
			return report.exit()
		},
	}
	registerKafkaVersion(cmd, &kafkaVersion)
	cmd.Flags().StringVarP(&output, "output", "o", "text", "how to print: text or json")
	return cmd
}

// judgement is what became of one file: a verdict, or the reason there is none.
type judgement struct {
	verdict *nodeconf.Verdict
	err     error
}

// readConfig reads one configuration. Only regular files are opened: opening a pipe could wait for ever.
func (app *App) readConfig(file string) ([]byte, error) {
	in := app.In
	if file != "-" {
		info, err := os.Stat(file)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is not a regular file", file)
		}
		opened, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer func() { _ = opened.Close() }() // it was only read
		in = opened
	}
	text, err := io.ReadAll(io.LimitReader(in, maxConfigSize+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxConfigSize:
		return nil, fmt.Errorf("%s is larger than %d MiB, which no configuration is", file, maxConfigSize>>20)
	case isBinary(text):
		return nil, fmt.Errorf("%s is not a text file", file)
	}
	return text, nil
}

// isBinary tells whether a tenth of the bytes are control characters no text has. A few of them Kafka reads as part
// of a value, and so do we.
func isBinary(text []byte) bool {
	control := 0
	for _, b := range text {
		if b < '\t' || b > '\r' && b < ' ' && b != 0x1b {
			control++
		}
	}
	return control*10 > len(text)
}

// write prints the report in one of its forms.
func (r *validateReport) write(out io.Writer, output string) error {
	if output == "text" {
		return r.writeText(out)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

// exit is the error that carries the exit code; what is wrong has been printed already.
func (r *validateReport) exit() error {
	code := ExitOK
	for _, f := range r.Files {
		switch {
		case f.Error != "":
			return &ExitError{Code: ExitUsage}
		case !f.Kafka.Accepted || len(f.Unresolved) > 0:
			code = ExitFindings
		}
	}
	if code == ExitOK {
		return nil
	}
	return &ExitError{Code: code}
}
