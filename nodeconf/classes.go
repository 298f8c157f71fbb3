package nodeconf

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/kraftctl/kraftctl/release"
)

const (
	assignorsKey        = "group.consumer.assignors"
	shareAssignorsKey   = "group.share.assignors"
	streamsAssignorsKey = "group.streams.assignors"
	principalKey        = "principal.builder.class"

	assignorPackage = "org.apache.kafka.coordinator.group.assignor."
	assignorAPI     = "org.apache.kafka.coordinator.group.api."
)

// Which classes a node can load is known to its class path only. What can be told from a name alone is told here:
// a text that is no class name is never found, the JDK's own classes are there and implement nothing of Kafka's,
// and Kafka's own assignors carry known names. Any other class is taken to be there and to fit.

// isClassName tells whether a text is the binary name of a class as the Java language writes one.
func isClassName(text string) bool {
	for _, part := range strings.Split(text, ".") {
		for i, r := range part {
			if !unicode.IsLetter(r) && r != '_' && r != '$' && (i == 0 || !unicode.IsDigit(r)) {
				return false
			}
		}
		if part == "" {
			return false
		}
	}
	return true
}

func isJDKClass(name string) bool { return strings.HasPrefix(name, "java.") }

// assignorKind is a family of group assignors.
type assignorKind struct {
	key      string
	api      string            // the interface they implement
	builtins map[string]string // class to name
	named    release.Range     // the releases that take the names, too
}

var (
	consumerAssignors = assignorKind{
		assignorsKey, assignorAPI + "assignor.ConsumerGroupPartitionAssignor",
		map[string]string{assignorPackage + "UniformAssignor": "uniform", assignorPackage + "RangeAssignor": "range"},
		since40,
	}
	shareAssignors = assignorKind{
		shareAssignorsKey, assignorAPI + "assignor.ShareGroupPartitionAssignor",
		map[string]string{assignorPackage + "SimpleAssignor": "simple"},
		since41,
	}
	streamsAssignors = assignorKind{
		streamsAssignorsKey, assignorAPI + "streams.assignor.TaskAssignor",
		map[string]string{"org.apache.kafka.coordinator.group.streams.assignor.StickyTaskAssignor": "sticky"},
		since44,
	}
)

func (c *config) checkAssignorClasses()        { c.checkAssignors(consumerAssignors) }
func (c *config) checkShareAssignorClasses()   { c.checkAssignors(shareAssignors) }
func (c *config) checkStreamsAssignorClasses() { c.checkAssignors(streamsAssignors) }

func (c *config) checkAssignors(kind assignorKind) {
	names := make(map[string]bool)
	for _, item := range c.pieces(kind.key) {
		problem := c.checkAssignor(kind, item.text, names)
		if problem != nil {
			problem.Pos = c.placeOf(kind.key, item.at)
			c.unsound[kind.key] = true
			return
		}
	}
}

// checkAssignor looks at one item; names collects the names of those before it.
func (c *config) checkAssignor(kind assignorKind, item string, names map[string]bool) *Problem {
	name := item
	builtin := false
	for class, short := range kind.builtins {
		if class == item || short == item && kind.named.Contains(c.opts.Release) {
			name, builtin = short, true
		}
	}
	const hint = "use a built-in assignor, or the full name of a class on the node's class path"
	switch {
	case !builtin && (!isClassName(item) || !strings.Contains(item, ".") && isBuiltinName(kind, item)):
		return c.assignorProblem(kind, item, "Class cannot be found", "Class "+item+" cannot be found", hint)
	case isJDKClass(item):
		return c.assignorProblem(kind, item, "Class is not an instance of "+kind.api, item+" is not an instance of "+kind.api, hint)
	case item == kind.api:
		message := "Could not find a public no-argument constructor for " + kind.api
		return c.assignorProblem(kind, item, message, message, hint)
	case names[name] && c.since(release.V4_4) && kind.key != shareAssignorsKey:
		return c.invalid(kind.key, item, fmt.Sprintf("Assignor name '%s' is already registered by another configured assignor. Assignor names, whether built-in or custom, must be unique", name),
			"name each assignor once, by its short name or by its class")
	}
	names[name] = true
	return nil
}

func isBuiltinName(kind assignorKind, item string) bool {
	for _, short := range kind.builtins {
		if short == item {
			return true
		}
	}
	return false
}

// assignorProblem words a problem as 4.4 does, or as releases before it did.
func (c *config) assignorProblem(kind assignorKind, item, message, before, hint string) *Problem {
	if c.since(release.V4_4) {
		return c.invalid(kind.key, item, message, hint)
	}
	return c.fail(kafkaException, kind.key, before, hint)
}

// checkOneShareAssignor wants exactly one share assignor.
func (c *config) checkOneShareAssignor() {
	if n := len(c.list(shareAssignorsKey)); n != 1 {
		c.fail(illegalArgument, shareAssignorsKey, fmt.Sprintf("%s must contain exactly one assignor, but found %d", shareAssignorsKey, n), "keep one assignor")
	}
}

// checkPrincipalBuilder wants a class that can also serialize principals.
func (c *config) checkPrincipalBuilder() {
	class, _ := c.text(principalKey)
	c.require(!isJDKClass(class), principalKey, principalKey+" must implement KafkaPrincipalSerde",
		"use org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder, or a class of your own that implements KafkaPrincipalSerde")
}
