package nodeconf

import (
	"errors"
	"fmt"
	"sync"

	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/release"
)

// The Java classes of the exceptions KafkaConfig throws.
const (
	configException   = "org.apache.kafka.common.config.ConfigException"
	kafkaException    = "org.apache.kafka.common.KafkaException"
	illegalArgument   = "java.lang.IllegalArgumentException"
	illegalState      = "java.lang.IllegalStateException"
	numberFormat      = "java.lang.NumberFormatException"
	arithmetic        = "java.lang.ArithmeticException"
	noSuchElement     = "java.util.NoSuchElementException"
	unknownCodec      = "kafka.common.UnknownCodecException"
	requirementFailed = "requirement failed: " // what Scala's require puts before its text
)

// Judge reads a file as Kafka's release would and tells all that can be told of it.
func Judge(text []byte, opts Options) *Verdict {
	props, err := javaprops.Parse(text)
	for _, o := range opts.Overrides {
		props.Add(javaprops.Entry{Key: o.Key, Value: o.Value})
	}
	c := newConfig(props, opts)
	var malformed *javaprops.MalformedEscapeError
	if errors.As(err, &malformed) {
		c.problems = append(c.problems, &Problem{
			Key: malformed.Key, Message: malformed.Error(), Exception: illegalArgument, Stage: StageLoad, Pos: malformed.Pos,
			Hint: fmt.Sprintf("%q is not \\u and four hexadecimal digits; write two backslashes for one that belongs to the value", malformed.Sequence),
		})
	}
	c.synonyms()
	c.resolveProviders()
	c.parseKeys()
	for _, s := range steps() {
		if s.in.Contains(opts.Release) && c.sound(s.needs) {
			s.run(c)
		}
	}
	return c.verdict()
}

// step is one of the checks KafkaConfig makes after it has parsed the keys.
type step struct {
	// in are the releases that make it.
	in release.Range
	// needs are keys the check reads; it says nothing new when one of them has already failed.
	needs []string
	run   func(c *config)
}

// steps are all checks in Kafka's order, put together when the first file is judged.
var steps = sync.OnceValue(func() []step {
	return concat(fieldSteps(), valueSteps(), quorumSteps(), brokerSteps(), closingSteps())
})

func concat(groups ...[]step) []step {
	var all []step
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// config is a configuration on its way from text to Node.
type config struct {
	opts  Options
	props *javaprops.Properties
	values
	// unsound are keys, and the names of derived values, that later checks cannot rely on.
	unsound    map[string]bool
	problems   []*Problem
	warnings   []Warning
	unresolved []Unresolved
	derived
}

func newConfig(props *javaprops.Properties, opts Options) *config {
	set := make(map[string]string)
	for _, e := range props.Deciding() {
		set[e.Key] = e.Value
	}
	broken := make(map[string]bool)
	return &config{
		opts: opts, props: props, unsound: make(map[string]bool),
		values: values{release: opts.Release, set: set, broken: broken},
	}
}

// synonyms copies node.id to broker.id or back when one of them is given.
//
// Source: KafkaConfig.populateSynonyms.
func (c *config) synonyms() {
	if c.isSet("broker.id") && c.since(release.V4_4) {
		c.warn("WARN", "broker.id", "The 'broker.id' configuration is deprecated and will be removed in Apache Kafka 5.0. Please use 'node.id' instead.")
	}
	broker, hasBroker := c.set["broker.id"]
	node, hasNode := c.set["node.id"]
	switch {
	case hasNode && !hasBroker:
		c.set["broker.id"] = node
	case hasBroker && !hasNode:
		c.set["node.id"] = broker
	}
}

func (c *config) since(r release.Release) bool { return c.opts.Release >= r }

func (c *config) until(r release.Release) bool { return c.opts.Release <= r }

func (c *config) sound(keys []string) bool {
	for _, key := range keys {
		if c.unsound[key] {
			return false
		}
	}
	return true
}

// fail records an error about key and returns it for more detail. Later checks that read the key are left out.
func (c *config) fail(exception, key, message, hint string) *Problem {
	c.unsound[key] = true
	p := &Problem{Key: c.written(key), Message: message, Exception: exception, Stage: StageConfig, Hint: hint}
	p.Pos = c.place(key)
	c.problems = append(c.problems, p)
	return p
}

// require records a failed requirement of Scala's, unless it holds.
func (c *config) require(holds bool, key, message, hint string) bool {
	if !holds {
		c.fail(illegalArgument, key, requirementFailed+message, hint)
	}
	return holds
}

// given is the first of some keys that the file sets, or else the first.
func (c *config) given(keys ...string) string {
	for _, key := range keys {
		if c.isSet(key) {
			return key
		}
	}
	return keys[0]
}

// written is the name the file gives a key by: a synonym's when only that is there.
func (c *config) written(key string) string {
	other := synonymOf[key]
	if _, ok := c.props.Get(key); !ok && other != "" {
		if _, ok := c.props.Get(other); ok {
			return other
		}
	}
	return key
}

// place is where the value of key stands; zero when the file does not give it.
func (c *config) place(key string) javaprops.Position {
	e, _ := c.props.Lookup(c.written(key))
	return e.ValuePos
}

// placeOf is where byte at of the trimmed value of key stands. When a config provider has put other text there
// it is the start of the value.
func (c *config) placeOf(key string, at int) javaprops.Position {
	e, ok := c.props.Lookup(c.written(key))
	if !ok || e.Value != c.set[key] {
		return e.ValuePos
	}
	blanks := 0
	for blanks < len(e.Value) && e.Value[blanks] <= ' ' {
		blanks++
	}
	return e.PositionAt(blanks + at)
}

func (c *config) warn(level, key, message string) {
	if len(c.problems) > 0 { // Kafka has stopped by now
		return
	}
	c.warnings = append(c.warnings, Warning{Level: level, Message: message, Key: c.written(key), Pos: c.place(key)})
}

func (c *config) verdict() *Verdict {
	v := &Verdict{Warnings: c.warnings, Unresolved: c.unresolved, Props: c.props}
	if len(c.problems) > 0 {
		v.Refusal, v.Others = c.problems[0], c.problems[1:]
		return v
	}
	v.Node = c.node()
	return v
}
