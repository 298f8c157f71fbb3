// Package nodeconf reads a server.properties file as the KafkaConfig of a given Kafka release reads it,
// and yields a typed Node, or the error Kafka itself would report, with what Kafka never says: the line,
// the column and what to do.
//
// Judging a file walks the way Kafka walks it, in this order; Kafka stops at the first failure:
//
//	load       java.util.Properties over Latin-1 bytes, overrides on top
//	synonyms   node.id and broker.id stand for one another
//	providers  ${provider:path:key} is replaced where config.providers names one
//	parse      each key in the order Kafka defines it: type, then range or list of values
//	fields     checks made while KafkaConfig's fields are computed (listeners, protocol map, …)
//	values     KafkaConfig.validateValues
//
// Judge goes on after the first failure and collects what else can be told; a check is left out when a
// key it reads has failed before, so that one mistake is not reported twice.
//
// The package reads no file, no environment and no clock of its own: config providers get theirs from Options.
package nodeconf

import (
	"io/fs"

	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/release"
)

// Property is a key and a value given beside the file, as by kafka-server-start --override or kraftctl --set.
type Property struct{ Key, Value string }

// Options says how, and in what surroundings, a file is read. The zero value reads as Kafka 3.3 does, with
// an empty environment and no files for config providers to read.
type Options struct {
	// File is the file's name, for messages only.
	File string
	// Release is the Kafka release line whose rules apply.
	Release release.Release
	// Overrides are set after the file is loaded, in order.
	Overrides []Property
	// Env looks up an environment variable for EnvVarConfigProvider; nil finds none.
	Env func(name string) (string, bool)
	// ReadFile reads a file for FileConfigProvider and DirectoryConfigProvider; nil finds none.
	ReadFile func(path string) ([]byte, error)
	// ReadDir lists a directory for DirectoryConfigProvider; nil finds none.
	ReadDir func(path string) ([]fs.DirEntry, error)
}

// Load reads a file as Kafka's release would. Exactly one of the results is nil: the Node when Kafka
// accepts the file, or the first error Kafka would report.
func Load(text []byte, opts Options) (*Node, *Problem) {
	verdict := Judge(text, opts)
	return verdict.Node, verdict.Refusal
}

// Verdict is all that can be told of one file.
type Verdict struct {
	// Node is the configuration Kafka would run with; nil when it refuses the file.
	Node *Node
	// Refusal is the first error Kafka reports; nil when it accepts the file.
	Refusal *Problem
	// Others are the errors Kafka would report next, each if those before it were mended.
	Others []*Problem
	// Warnings is what Kafka logs at level WARN or ERROR while it reads the file, up to the refusal.
	Warnings []Warning
	// Unresolved are references to config providers that no value was found for; Kafka leaves the text
	// of the reference as the value.
	Unresolved []Unresolved
	// Props are the properties as loaded, with their places; nil when they could not be.
	Props *javaprops.Properties
}

// Stages at which Kafka refuses a file.
const (
	// StageLoad is reading the properties format.
	StageLoad = "load"
	// StageConfig is everything KafkaConfig checks.
	StageConfig = "config"
)

// Problem is an error Kafka reports for a file, and what helps to mend it.
type Problem struct {
	// Key is the key to look at, as the file has it where it is in the file.
	Key string
	// Message is exactly what Kafka's exception says (getMessage).
	Message string
	// Exception is the Java class of the exception, such as org.apache.kafka.common.config.ConfigException.
	Exception string
	// Causes are the exceptions it was caused by, outermost first, each as "class: message".
	Causes []string
	// Stage is StageLoad or StageConfig.
	Stage string
	// Pos is the place to look at; zero when no line of the file is to blame.
	Pos javaprops.Position
	// Hint says how to mend it, in one or two sentences.
	Hint string
}

// Error is Kafka's own message.
func (p *Problem) Error() string { return p.Message }

// Warning is a line Kafka logs while reading a configuration it may accept.
type Warning struct {
	// Level is WARN or ERROR.
	Level string
	// Message is the text Kafka logs.
	Message string
	// Key and Pos are the key it is about and where its value stands; Pos is zero when the file does not set it.
	Key string
	Pos javaprops.Position
}

// Unresolved is a ${provider:path:key} in a value that stays as it is because its provider has no such value.
type Unresolved struct {
	// Key is the property the reference stands in and Pos the place of the reference.
	Key string
	Pos javaprops.Position
	// Reference is the text, such as "${env:KAFKA_NODE_ID}".
	Reference string
	// Reason says why it was not replaced.
	Reason string
}

// Anchor is the place to show for a key that the file does not give: that of process.roles, else of node.id, else
// of broker.id, else the first line.
func Anchor(props *javaprops.Properties) javaprops.Position {
	for _, key := range []string{rolesKey, "node.id", "broker.id"} {
		if e, ok := props.Lookup(key); ok && !e.KeyPos.IsZero() {
			return e.KeyPos
		}
	}
	return javaprops.Position{Line: 1, Column: 1}
}
