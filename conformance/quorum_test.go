//go:build conformance

package conformance

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// alice is a SCRAM user in the form --add-scram takes, with a fixed salt so that every tool computes the same keys.
const alice = `SCRAM-SHA-256=[name=alice,password=wonderland,salt="MWx2NHBkbnc0ZndxN25vdGN4bTB5eTFrN3E=",iterations=5000]`

// aliceAsDescribed is alice as meaningOf lists her.
const aliceAsDescribed = "alice SCRAM-SHA-256 5000"

// Three dedicated controllers that know each other from controller.quorum.voters, and a broker.
func TestStaticQuorum(t *testing.T) {
	for _, version := range []string{"3.9.2", "4.3.1"} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			k := theKafka(t, version)
			nodes := []*node{
				newNode(t, k, 1, "controller"), newNode(t, k, 2, "controller"), newNode(t, k, 3, "controller"), newNode(t, k, 4, "broker"),
			}
			staticQuorum(t, nodes...)
			for _, n := range nodes {
				n.format(t, "--add-scram", alice)
			}
			startAll(t, nodes...)
			broker := nodes[3]
			mustHaveVoters(t, broker.address(), 1, 2, 3)
			takeRecord(t, broker.address())
			mustLogIn(t, broker)
		})
	}
}

// A quorum of one controller made by --standalone, which a controller formatted with --no-initial-controllers joins:
// on 4.1 because the administrator adds it, on 4.3 by itself.
func TestStandaloneThenJoin(t *testing.T) {
	for version, joinsItself := range map[string]bool{"4.1.2": false, "4.3.1": true} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			k := theKafka(t, version)
			first, second := newNode(t, k, 1, "broker,controller"), newNode(t, k, 2, "controller")
			if joinsItself {
				second.set("controller.quorum.auto.join.enable", "true")
			}
			dynamicQuorum(t, first, second)
			first.format(t, "--standalone", "--add-scram", alice)
			second.format(t, "--no-initial-controllers")
			startAll(t, first)
			mustHaveVoters(t, first.address(), 1)
			second.start(t)
			if !joinsItself {
				addVoter(t, first, second)
			}
			mustHaveVoters(t, first.address(), 1, 2)
			takeRecord(t, first.address())
			mustLogIn(t, first)
		})
	}
}

// Three controllers that know each other from --initial-controllers.
func TestInitialControllers(t *testing.T) {
	for _, version := range []string{"4.1.2", "4.3.1"} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			k := theKafka(t, version)
			nodes := []*node{newNode(t, k, 1, "broker,controller"), newNode(t, k, 2, "controller"), newNode(t, k, 3, "controller")}
			dynamicQuorum(t, nodes...)
			for _, n := range nodes {
				n.format(t, "--initial-controllers", initialControllers(nodes...), "--add-scram", alice)
			}
			startAll(t, nodes...)
			mustHaveVoters(t, nodes[0].address(), 1, 2, 3)
			takeRecord(t, nodes[0].address())
			mustLogIn(t, nodes[0])
		})
	}
}

// initialControllers is the value of --initial-controllers for the controllers among the nodes.
func initialControllers(nodes ...*node) string {
	var voters []string
	for _, n := range nodes {
		if n.isController() {
			directory := strings.Repeat(string(rune('a'+n.id)), 21) + "A"
			voters = append(voters, fmt.Sprintf("%d@127.0.0.1:%d:%s", n.id, n.control, directory))
		}
	}
	return strings.Join(voters, ",")
}

// addVoter asks the cluster of the node at to make joiner a voter, once joiner has caught up.
func addVoter(t *testing.T, at, joiner *node) {
	t.Helper()
	client := connect(t, at.address())
	request := kmsg.NewPtrAddRaftVoterRequest()
	request.TimeoutMillis = 30_000
	request.VoterID = int32(joiner.id)
	request.VoterDirectoryID = directoryID(t, joiner.metaProperty(t, "directory.id"))
	listener := kmsg.NewAddRaftVoterRequestListener()
	listener.Name, listener.Host, listener.Port = "CONTROLLER", "127.0.0.1", uint16(joiner.control)
	request.Listeners = append(request.Listeners, listener)
	eventually(t, fmt.Sprintf("node %d is added as a voter", joiner.id), func() error {
		response, err := request.RequestWith(limited(t), client)
		if err != nil {
			return err
		}
		if response.ErrorCode == kerr.DuplicateVoter.Code {
			return nil
		}
		return kerr.ErrorForCode(response.ErrorCode)
	})
}

// metaProperty reads a key of the node's meta.properties whose value needs no escapes.
func (n *node) metaProperty(t *testing.T, key string) string {
	t.Helper()
	text, err := os.ReadFile(n.logDir + "/meta.properties")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, key+"="); found {
			return strings.TrimSpace(value)
		}
	}
	t.Fatalf("meta.properties of node %d has no %s:\n%s", n.id, key, text)
	return ""
}

// mustLogIn checks that alice can log in at the node's SASL listener, with her own password only.
func mustLogIn(t *testing.T, n *node) {
	t.Helper()
	address := fmt.Sprintf("127.0.0.1:%d", n.secure)
	client := connect(t, address, scramLogin("alice", "wonderland"))
	eventually(t, "alice logs in", func() error { return client.Ping(limited(t)) })
	impostor := connect(t, address, scramLogin("alice", "looking-glass"), kgo.RequestRetries(0), kgo.RetryTimeout(5*time.Second))
	if impostor.Ping(limited(t)) == nil {
		t.Error("alice logged in with a wrong password")
	}
}
