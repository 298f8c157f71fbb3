//go:build conformance

package conformance

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// One directory of a static quorum, formatted once at a level all of them know, means the same to 3.7 … 4.4.
func TestPortableStatic(t *testing.T) {
	requireKafka(t)
	want := meaning{Features: map[string]int16{"metadata.version": 19}, Users: []string{aliceAsDescribed}}
	template := newNode(t, theKafka(t, "4.4.0"), 1, "broker,controller")
	staticQuorum(t, template)
	template.formatPortable(t, "--release-version", "3.7", "--add-scram", alice)
	for _, version := range []string{"3.7.2", "3.8.1", "3.9.2", "4.0.2", "4.1.2", "4.2.1", "4.3.1", "4.4.0"} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			n := newNode(t, theKafka(t, version), 1, "broker,controller")
			staticQuorum(t, n)
			n.takeDirectory(t, template.logDir)
			startAll(t, n)
			mustMean(t, n, want)
		})
	}
}

// The promise begins with 3.7, and yet the lines before it read such a directory too. (They know SCRAM users from 3.5 on.)
func TestPortableOldest(t *testing.T) {
	requireKafka(t)
	template := newNode(t, theKafka(t, "4.4.0"), 1, "broker,controller")
	staticQuorum(t, template)
	template.formatPortable(t, "--release-version", "3.3")
	for _, version := range []string{"3.3.2", "3.4.1", "3.5.2", "3.6.2"} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			n := newNode(t, theKafka(t, version), 1, "broker,controller")
			staticQuorum(t, n)
			n.takeDirectory(t, template.logDir)
			startAll(t, n)
			eventually(t, "metadata.version is 3.3-IV3", func() error {
				if got := featuresOf(t, n.address()); !maps.Equal(got, map[string]int16{"metadata.version": 7}) {
					return fmt.Errorf("the features are %v", got)
				}
				return nil
			})
		})
	}
}

// A directory formatted as a release before 3.7 lacks a directory.id, which the newer ones add themselves.
func TestPortableWithoutDirectoryID(t *testing.T) {
	for _, version := range []string{"3.7.2", "4.4.0"} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			n := newNode(t, theKafka(t, version), 1, "broker,controller")
			staticQuorum(t, n)
			byKraftctlAs("3.6.2")(t, n, "--portable", "--release-version", "3.5", "--add-scram", alice).mustSucceed(t, "format --portable")
			startAll(t, n)
			mustMean(t, n, meaning{Features: map[string]int16{"metadata.version": 11}, Users: []string{aliceAsDescribed}})
		})
	}
}

// One directory of a dynamic quorum means the same to 3.9 … 4.4. Its snapshot holds the address of its only voter, so the
// releases take turns at the one port.
func TestPortableStandalone(t *testing.T) {
	begin(t)
	want := meaning{Features: map[string]int16{"metadata.version": 21, "kraft.version": 1}, Users: []string{aliceAsDescribed}}
	template := newNode(t, theKafka(t, "4.4.0"), 1, "broker,controller")
	dynamicQuorum(t, template)
	template.formatPortable(t, "--release-version", "3.9", "--standalone", "--add-scram", alice)
	for _, version := range []string{"3.9.2", "4.0.2", "4.1.2", "4.2.1", "4.3.1", "4.4.0"} {
		t.Run(version, func(t *testing.T) {
			n := newNode(t, theKafka(t, version), 1, "broker,controller")
			n.set("listeners", template.property("listeners"))
			n.broker, n.secure, n.control = template.broker, template.secure, template.control
			dynamicQuorum(t, n)
			n.takeDirectory(t, template.logDir)
			startAll(t, n)
			mustMean(t, n, want)
			n.stop(t)
		})
	}
}

// Brokers of their own learn everything too. (Metadata records in a 0-0 snapshot would reach nobody but the controller
// that holds it, and up to 4.2 no broker would come up.)
func TestPortableBroker(t *testing.T) {
	want := meaning{Features: map[string]int16{"metadata.version": 19}, Users: []string{aliceAsDescribed}}
	for _, version := range []string{"3.7.2", "4.2.1", "4.4.0"} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			k := theKafka(t, version)
			controller, broker := newNode(t, k, 1, "controller"), newNode(t, k, 2, "broker")
			staticQuorum(t, controller, broker)
			controller.formatPortable(t, "--release-version", "3.7", "--add-scram", alice)
			broker.formatPortable(t, "--release-version", "3.7", "--add-scram", alice)
			startAll(t, controller, broker)
			mustMean(t, broker, want)
			mustLogIn(t, broker)
		})
	}
}

// Three controllers from --initial-controllers, a fourth that joins from --no-initial-controllers, and a broker.
func TestPortableDynamic(t *testing.T) {
	want := meaning{Features: map[string]int16{"metadata.version": 21, "kraft.version": 1}, Users: []string{aliceAsDescribed}}
	for _, version := range []string{"3.9.2", "4.4.0"} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			k := theKafka(t, version)
			nodes := []*node{newNode(t, k, 1, "controller"), newNode(t, k, 2, "controller"), newNode(t, k, 3, "controller"), newNode(t, k, 4, "broker")}
			joiner := newNode(t, k, 5, "controller")
			voters := initialControllers(nodes...)
			dynamicQuorum(t, append(slices.Clone(nodes), joiner)...)
			for _, n := range nodes {
				n.formatPortable(t, "--release-version", "3.9", "--initial-controllers", voters, "--add-scram", alice)
			}
			joiner.formatPortable(t, "--release-version", "3.9", "--no-initial-controllers", "--add-scram", alice)
			startAll(t, nodes...)
			broker := nodes[3]
			mustMean(t, broker, want)
			mustHaveVoters(t, broker.address(), 1, 2, 3)
			joiner.start(t)
			addVoter(t, broker, joiner)
			mustHaveVoters(t, broker.address(), 1, 2, 3, 5)
			mustLogIn(t, broker)
		})
	}
}

// What format warns of without --portable is true: 4.3 loses everything a 4.4 directory was formatted with.
func TestPortableWarning(t *testing.T) {
	begin(t)
	n := newNode(t, theKafka(t, "4.3.1"), 1, "broker,controller")
	staticQuorum(t, n)
	said := byKraftctlAs("4.4.0")(t, n, "--release-version", "3.7", "--add-scram", alice).mustSucceed(t, "format")
	if !strings.Contains(said.stderr, "--portable") {
		t.Errorf("format as 4.4 does not warn: %s", said.stderr)
	}
	startAll(t, n)
	mustMean(t, n, meaning{Features: map[string]int16{"metadata.version": 30}})
}

// formatPortable formats the node with --portable as the newest release would.
func (n *node) formatPortable(t *testing.T, args ...string) {
	t.Helper()
	byKraftctlAs("4.4.0")(t, n, append([]string{"--portable"}, args...)...).mustSucceed(t, "format --portable")
}

// takeDirectory gives the node a copy of a formatted directory.
func (n *node) takeDirectory(t *testing.T, formatted string) {
	t.Helper()
	if err := os.CopyFS(n.logDir, os.DirFS(formatted)); err != nil {
		t.Fatal(err)
	}
}

// mustMean waits until the cluster has the features and users, which reach a broker a moment after it answers.
func mustMean(t *testing.T, n *node, want meaning) {
	t.Helper()
	eventually(t, "the cluster has the features and users it was formatted with", func() error {
		got := meaningOf(t, n.address())
		if !maps.Equal(got.Features, want.Features) || !slices.Equal(got.Users, want.Users) {
			return fmt.Errorf("it has %v, want %v", got, want)
		}
		return nil
	})
}
