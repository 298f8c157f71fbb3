//go:build conformance

package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// A node whose directory is destroyed is restored from a backup that was taken while it ran, and has all topics with their IDs,
// configurations, ACLs, quotas and users as before.
func TestRestore(t *testing.T) {
	for version, dynamic := range map[string]bool{"3.9.2": false, "4.3.1": true} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			n := restorable(t, theKafka(t, version), dynamic)
			startAll(t, n)
			furnish(t, n)
			mustLogInAsBob(t, n)
			before := describe(t, n.address())
			archive := backUp(t, n)
			n.stop(t)
			destroy(t, n)

			restored(t, archive, n)
			startAll(t, n)
			mustBeHeld(t, archive, n)
			if after := describe(t, n.address()); !slices.Equal(before, after) {
				t.Errorf("before:\n%s\nafter:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
			}
			mustLogIn(t, n)
			mustLogInAsBob(t, n)
			takeRecord(t, n.address())
			deleteTopic(t, n.address(), "greetings")
			n.stop(t)
			for _, c := range changedSince(t, archive, n) {
				t.Errorf("%s %s %v", c.Operation, c.Path, c.Fields)
			}
		})
	}
}

// All controllers of a static quorum but one are destroyed. The others come back from the survivor's backup, as themselves,
// and the quorum goes on without the survivor. 3.6 refuses voters that differ from those of quorum-state.
func TestRestoreAsOtherStaticVoters(t *testing.T) {
	for _, version := range []string{"3.6.2", "3.9.2"} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			k := theKafka(t, version)
			nodes := []*node{newNode(t, k, 1, "controller"), newNode(t, k, 2, "controller"), newNode(t, k, 3, "controller"), newNode(t, k, 4, "broker")}
			staticQuorum(t, nodes...)
			for _, n := range nodes {
				n.format(t)
			}
			startAll(t, nodes...)
			survivor, broker := nodes[0], nodes[3]
			takeRecord(t, broker.address())
			crash(nodes...)
			destroy(t, nodes[1], nodes[2])

			archive := backUp(t, survivor)
			for _, n := range nodes[1:3] {
				restored(t, archive, n, "--as-node", fmt.Sprint(n.id), "--kafka-version", version)
				if state := n.quorumState(t); state.VotedID != -1 || state.LeaderID != -1 || len(state.CurrentVoters) != 3 {
					t.Errorf("quorum-state of node %d: %+v", n.id, state)
				}
			}
			startAll(t, nodes...)
			mustKeep(t, broker, nodes[:3], survivor)
		})
	}
}

// All controllers of a dynamic quorum are destroyed, and come back from one backup as the voters they were. Another controller
// comes as an observer and is added.
func TestRestoreWholeDynamicQuorum(t *testing.T) {
	begin(t)
	k := theKafka(t, "4.3.1")
	nodes := []*node{newNode(t, k, 1, "controller"), newNode(t, k, 2, "controller"), newNode(t, k, 3, "controller"), newNode(t, k, 4, "broker"), newNode(t, k, 5, "controller")}
	voters, broker, joiner := nodes[:3], nodes[3], nodes[4]
	dynamicQuorum(t, nodes[:4]...)
	joiner.set("controller.quorum.bootstrap.servers", broker.property("controller.quorum.bootstrap.servers"))
	joiner.writeConf(t)
	for _, n := range voters {
		n.format(t, "--initial-controllers", initialControllers(voters...))
	}
	broker.format(t)
	startAll(t, nodes[:4]...)
	takeRecord(t, broker.address())
	archive := backUp(t, voters[0])
	ids := map[int]string{}
	for _, n := range voters {
		ids[n.id] = n.metaProperty(t, "directory.id")
	}
	crash(nodes[:4]...)
	destroy(t, voters...)

	restored(t, archive, voters[0])
	for _, n := range voters[1:] {
		restored(t, archive, n, "--as-node", fmt.Sprint(n.id), "--directory-id", ids[n.id])
	}
	startAll(t, nodes[:4]...)
	mustKeep(t, broker, voters, voters[0])

	restored(t, archive, joiner, "--as-node", fmt.Sprint(joiner.id))
	if id := joiner.metaProperty(t, "directory.id"); id == ids[1] {
		t.Errorf("the joiner has the directory ID of node 1, %s", id)
	}
	startAll(t, joiner)
	addVoter(t, broker, joiner)
	mustHaveVoters(t, broker.address(), 1, 2, 3, 5)
}

// restorable is a formatted combined node with an authorizer and one user.
func restorable(t *testing.T, k *kafka, dynamic bool) *node {
	t.Helper()
	n := newNode(t, k, 1, "broker,controller")
	n.set("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
	n.set("super.users", "User:ANONYMOUS")
	if dynamic {
		dynamicQuorum(t, n)
		n.format(t, "--standalone", "--add-scram", alice)
	} else {
		staticQuorum(t, n)
		n.format(t, "--add-scram", alice)
	}
	return n
}

// furnish makes objects of all kinds.
func furnish(t *testing.T, n *node) {
	t.Helper()
	client := connect(t, n.address())
	makeTopic(t, client, "orders", map[string]string{"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.3"}, []int32{1}, []int32{1}, []int32{1})
	makeTopic(t, client, "payments", nil, []int32{1})
	deleteTopic(t, n.address(), "payments")
	makeTopic(t, client, "payments", map[string]string{"retention.ms": "-1"}, []int32{1}, []int32{1}) // again, with another ID
	configure(t, client, kmsg.ConfigResourceTypeTopic, "orders", map[string]string{"segment.bytes": "1048576"})
	configure(t, client, kmsg.ConfigResourceTypeBroker, "", map[string]string{"log.cleaner.threads": "2", "message.max.bytes": "2000000"})
	configure(t, client, kmsg.ConfigResourceTypeBroker, "1", map[string]string{"background.threads": "11"})
	fillQuotas(t, client)
	fillACLs(t, n.kafka, client)
	for _, credential := range []kadm.UpsertSCRAM{
		{User: "bob", Mechanism: kadm.ScramSha256, Iterations: 4096, Password: "builder"},
		{User: "bob", Mechanism: kadm.ScramSha512, Iterations: 8192, Password: "can we fix it"},
	} {
		altered, err := kadm.NewClient(client).AlterUserSCRAMs(limited(t), nil, []kadm.UpsertSCRAM{credential})
		if err == nil {
			err = altered.Error()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func deleteTopic(t *testing.T, address, topic string) {
	t.Helper()
	if _, err := kadm.NewClient(connect(t, address)).DeleteTopic(limited(t), topic); err != nil {
		t.Fatalf("topic %s is deleted: %v", topic, err)
	}
}

// describe asks a broker for everything that a backup must bring back, one line each.
func describe(t *testing.T, address string) []string {
	t.Helper()
	client := connect(t, address)
	admin := kadm.NewClient(client)
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	topics, err := admin.ListTopics(limited(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range topics {
		add("topic %s %s %v", topic.Topic, topic.ID, topic.Partitions.Numbers())
	}
	for _, resource := range describedConfigs(t, client, topics.Names()) {
		for _, config := range resource.Configs {
			if own := config.Source == kmsg.ConfigSourceDynamicTopicConfig || config.Source == kmsg.ConfigSourceDynamicBrokerConfig || config.Source == kmsg.ConfigSourceDynamicDefaultBrokerConfig; own && config.Value != nil {
				add("config of %v %q: %s=%s (%v)", resource.ResourceType, resource.ResourceName, config.Name, *config.Value, config.Source)
			}
		}
	}
	for _, resource := range describedACLs(t, client) {
		for _, acl := range resource.ACLs {
			add("ACL %v %v %q: %s %s %v %v", resource.ResourceType, resource.ResourcePatternType, resource.ResourceName, acl.Principal, acl.Host, acl.Operation, acl.PermissionType)
		}
	}
	quotas, err := kmsg.NewPtrDescribeClientQuotasRequest().RequestWith(limited(t), client)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range quotas.Entries {
		slices.SortFunc(entry.Values, func(a, b kmsg.DescribeClientQuotasResponseEntryValue) int { return strings.Compare(a.Key, b.Key) })
		text, err := json.Marshal(entry)
		if err != nil {
			t.Fatal(err)
		}
		add("quota %s", text)
	}
	means := meaningOf(t, address)
	for _, user := range means.Users {
		add("user %s", user)
	}
	add("features %v", means.Features)
	for _, kind := range []string{"topic ", "config ", "ACL ", "quota ", "user alice ", "user bob SCRAM-SHA-256 ", "user bob SCRAM-SHA-512 "} {
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, kind) }) {
			t.Errorf("the cluster has no %s:\n%s", kind, strings.Join(lines, "\n"))
		}
	}
	slices.Sort(lines)
	return lines
}

func describedConfigs(t *testing.T, client *kgo.Client, topics []string) []kmsg.DescribeConfigsResponseResource {
	t.Helper()
	request := kmsg.NewPtrDescribeConfigsRequest()
	add := func(kind kmsg.ConfigResourceType, name string) {
		request.Resources = append(request.Resources, kmsg.DescribeConfigsRequestResource{ResourceType: kind, ResourceName: name})
	}
	for _, topic := range topics {
		add(kmsg.ConfigResourceTypeTopic, topic)
	}
	add(kmsg.ConfigResourceTypeBroker, "")
	var resources []kmsg.DescribeConfigsResponseResource
	ask := func() {
		response, err := request.RequestWith(limited(t), client)
		if err != nil {
			t.Fatal(err)
		}
		resources = append(resources, response.Resources...)
	}
	ask()
	request.Resources = nil
	add(kmsg.ConfigResourceTypeBroker, "1")
	ask()
	return resources
}

func describedACLs(t *testing.T, client *kgo.Client) []kmsg.DescribeACLsResponseResource {
	t.Helper()
	request := kmsg.NewPtrDescribeACLsRequest()
	request.ResourceType, request.ResourcePatternType = kmsg.ACLResourceTypeAny, kmsg.ACLResourcePatternTypeAny
	request.Operation, request.PermissionType = kmsg.ACLOperationAny, kmsg.ACLPermissionTypeAny
	response, err := request.RequestWith(limited(t), client)
	if err == nil {
		err = explained(response.ErrorCode, response.ErrorMessage)
	}
	if err != nil {
		t.Fatal(err)
	}
	return response.Resources
}

// mustLogInAsBob logs in with both of bob's passwords.
func mustLogInAsBob(t *testing.T, n *node) {
	t.Helper()
	for _, login := range []kgo.Opt{
		scramLogin("bob", "builder"), kgo.SASL(scram.Auth{User: "bob", Pass: "can we fix it"}.AsSha512Mechanism()),
	} {
		client := connect(t, fmt.Sprintf("127.0.0.1:%d", n.secure), login)
		eventually(t, "bob logs in", func() error { return client.Ping(limited(t)) })
	}
}

// backUp takes a backup of the node, beside it when it runs.
func backUp(t *testing.T, n *node) string {
	t.Helper()
	archive := filepath.Join(t.TempDir(), fmt.Sprintf("node%d.tar.zst", n.id))
	runCommand(t, n.dir, kraftctl(t), "backup", n.logDir, "-o", archive).mustSucceed(t, "backup")
	return archive
}

// restored makes the node's directory out of a backup.
func restored(t *testing.T, archive string, n *node, args ...string) {
	t.Helper()
	said := runCommand(t, n.dir, kraftctl(t), append([]string{"restore", archive, n.logDir}, args...)...).mustSucceed(t, "restore")
	t.Log(said.stdout)
}

// mustBeHeld checks that the directory of the running node is refused.
func mustBeHeld(t *testing.T, archive string, n *node) {
	t.Helper()
	said := runCommand(t, n.dir, kraftctl(t), "restore", archive, n.logDir)
	if said.code != 3 || !strings.Contains(said.stderr, fmt.Sprintf("process %d, a running Kafka node, holds %s", n.proc.cmd.Process.Pid, n.logDir)) {
		t.Errorf("restore into the directory of a running node: exit %d\n%s", said.code, said.stderr)
	}
}

// crash ends the nodes at once, as a power cut does.
func crash(nodes ...*node) {
	for _, n := range nodes {
		n.proc.stop(0)
	}
}

// destroy removes everything the nodes have on disk.
func destroy(t *testing.T, nodes ...*node) {
	t.Helper()
	for _, n := range nodes {
		if err := os.RemoveAll(n.logDir); err != nil {
			t.Fatal(err)
		}
	}
}

// storedState is what the tests read of quorum-state.
type storedState struct {
	LeaderID, LeaderEpoch, VotedID int32
	CurrentVoters                  []struct{ VoterID int32 }
}

func (n *node) quorumState(t *testing.T) storedState {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(n.logDir, "__cluster_metadata-0", "quorum-state"))
	if err != nil {
		t.Fatal(err)
	}
	var state storedState
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return state
}

// mustKeep checks that the cluster has its topic, that its voters are the given ones, and that it works without one of them, which
// stays away.
func mustKeep(t *testing.T, broker *node, voters []*node, without *node) {
	t.Helper()
	ids := []int32{}
	for _, n := range voters {
		ids = append(ids, int32(n.id))
	}
	mustHaveVoters(t, broker.address(), ids...)
	if got := consume(t, broker.address(), "greetings"); got != "hello" {
		t.Errorf("the record reads %q", got)
	}
	createTopic(t, connect(t, broker.address()), "restored", 1)
	crash(without)
	createTopic(t, connect(t, broker.address()), "without", 1)
}

// changedSince are the changes of inspect diff from a backup to the directory of a node that was restored from it and has run, but for
// registrations and the elections of a new start.
func changedSince(t *testing.T, archive string, n *node) []stateChange {
	t.Helper()
	r := runCommand(t, n.dir, kraftctl(t), "inspect", "diff", archive, n.logDir, "--output", "json", "--show-secrets").mustSucceed(t, "inspect diff")
	var all struct{ Changes []stateChange }
	if err := json.Unmarshal([]byte(r.stdout), &all); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all.Changes, func(c stateChange) bool {
		switch strings.Split(c.Path, "/")[1] {
		case "brokers", "controllers", "quorum", "producerIds", "provenance":
			return true
		case "topics":
			return c.Operation == "changed" && onlyElections(c)
		}
		return false
	})
}

// elections are the fields that change when the only broker of a partition stops and comes back. From 4.1 on (KIP-966) the controller
// sees that the broker did not stop cleanly, as its directory has no .kafka_cleanshutdown, and takes it out of the ISR until it is elected again.
var elections = []string{"leader", "leaderEpoch", "partitionEpoch", "isr", "elr", "lastKnownElr", "recovery"}

// onlyElections says that nothing changed but who leads.
func onlyElections(c stateChange) bool {
	for _, field := range c.Fields {
		if !slices.Contains(elections, field.Name) {
			return false
		}
	}
	return true
}
