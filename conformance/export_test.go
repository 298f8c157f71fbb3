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
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// The commands that export writes, run through a shell on a fresh cluster with Kafka's own tools, make the state they were
// exported from.
func TestExport(t *testing.T) {
	versions := []string{"3.9.2", "4.3.1"}
	if only := os.Getenv("KRAFTCTL_CONFORMANCE_EXPORT"); only != "" { // other releases, for whoever changes the tables of the tools
		versions = strings.Fields(only)
	}
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			begin(t)
			k := theKafka(t, version)
			old := exportCluster(t, k)
			startAll(t, old...)
			client := connect(t, old[0].address())
			fill(t, k, client)
			waitForReplicas(t, client)
			client.Close()
			stopAll(t, old)

			script := exported(t, k, old[0])
			fresh := exportCluster(t, k)
			startAll(t, fresh...)
			replay(t, k, script, fresh[0].address())
			waitForReplicas(t, connect(t, fresh[0].address()))
			stopAll(t, fresh)
			for _, c := range differences(t, old[0], fresh[0]) {
				t.Errorf("%s %s %v", c.Operation, c.Path, c.Fields)
			}
		})
	}
}

// exportCluster describes a cluster of two brokers, one of which is the controller as well, formatted.
func exportCluster(t *testing.T, k *kafka) []*node {
	t.Helper()
	nodes := []*node{newNode(t, k, 1, "broker,controller"), newNode(t, k, 2, "broker")}
	for _, n := range nodes {
		n.set("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
		n.set("super.users", "User:ANONYMOUS")
	}
	staticQuorum(t, nodes...)
	for _, n := range nodes {
		n.format(t)
	}
	return nodes
}

// stopAll stops the broker before the controller.
func stopAll(t *testing.T, nodes []*node) {
	t.Helper()
	for _, n := range slices.Backward(nodes) {
		n.stop(t)
	}
}

// hardValue is a secret that no quoting is simple for.
const hardValue = ` p=[w],"d" 'é\$HOME `

// fill makes objects of all kinds, most of them hard to spell.
func fill(t *testing.T, k *kafka, client *kgo.Client) {
	t.Helper()
	makeTopic(t, client, "orders", map[string]string{
		"cleanup.policy": "compact,delete", "retention.ms": "-1", "follower.replication.throttled.replicas": "0:1,1:2", "min.cleanable.dirty.ratio": "0.3",
	}, []int32{1, 2}, []int32{2, 1}, []int32{1, 2})
	makeTopic(t, client, "-dash.topic_x", map[string]string{"leader.replication.throttled.replicas": "", "segment.bytes": "1048576"}, []int32{2})
	for _, name := range []string{"mixed", "mixed2"} {
		makeTopic(t, client, name, nil, []int32{1, 2}, []int32{2, 1})
		shrink(t, client, name, 1, 2)
	}

	configure(t, client, kmsg.ConfigResourceTypeBroker, "", map[string]string{"log.cleaner.threads": "2", "message.max.bytes": "2000000"})
	configure(t, client, kmsg.ConfigResourceTypeBroker, "2", map[string]string{
		"background.threads": "11", "listener.name.sasl_plaintext.ssl.keystore.password": hardValue,
	})
	if k.atLeast("3.7") {
		configure(t, client, kmsg.ConfigResourceTypeClientMetrics, "my sub", map[string]string{
			"metrics": "org.apache.kafka.producer.,org.apache.kafka.consumer.", "interval.ms": "5000", "match": "client_id=app-[0-9]+,client_source_port=9",
		})
	}
	if k.atLeast("4.0") {
		configure(t, client, kmsg.ConfigResourceTypeGroupConfig, "gr,p=[é] $HOME", map[string]string{"consumer.session.timeout.ms": "50000"})
	}
	fillQuotas(t, client)
	fillACLs(t, k, client)
	_, err := kadm.NewClient(client).AlterUserSCRAMs(limited(t), nil, []kadm.UpsertSCRAM{
		{User: "alice", Mechanism: kadm.ScramSha512, Iterations: 8192, Password: "alice's"},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func makeTopic(t *testing.T, client *kgo.Client, name string, configs map[string]string, replicas ...[]int32) {
	t.Helper()
	topic := kmsg.NewCreateTopicsRequestTopic()
	topic.Topic, topic.NumPartitions, topic.ReplicationFactor = name, -1, -1
	for i, list := range replicas {
		topic.ReplicaAssignment = append(topic.ReplicaAssignment, kmsg.CreateTopicsRequestTopicReplicaAssignment{Partition: int32(i), Replicas: list})
	}
	for key, value := range configs {
		topic.Configs = append(topic.Configs, kmsg.CreateTopicsRequestTopicConfig{Name: key, Value: &value})
	}
	eventually(t, "topic "+name+" is created", func() error {
		request := kmsg.NewPtrCreateTopicsRequest()
		request.Topics = append(request.Topics, topic)
		response, err := request.RequestWith(limited(t), client)
		if err != nil {
			return err
		}
		return explained(response.Topics[0].ErrorCode, response.Topics[0].ErrorMessage)
	})
}

// explained is the error of a code in an answer, with the message beside it.
func explained(code int16, message *string) error {
	err := kerr.ErrorForCode(code)
	if err != nil && message != nil {
		return fmt.Errorf("%w: %s", err, *message)
	}
	return err
}

// shrink leaves a partition with the given replicas only, so that the topic's partitions differ in their number.
func shrink(t *testing.T, client *kgo.Client, topic string, partition int32, replicas ...int32) {
	t.Helper()
	request := kmsg.NewPtrAlterPartitionAssignmentsRequest()
	request.Topics = append(request.Topics, kmsg.AlterPartitionAssignmentsRequestTopic{
		Topic: topic, Partitions: []kmsg.AlterPartitionAssignmentsRequestTopicPartition{{Partition: partition, Replicas: replicas}},
	})
	response, err := request.RequestWith(limited(t), client)
	if err == nil {
		err = explained(response.Topics[0].Partitions[0].ErrorCode, response.Topics[0].Partitions[0].ErrorMessage)
	}
	if err != nil {
		t.Fatalf("reassignment of %s: %v", topic, err)
	}
}

func configure(t *testing.T, client *kgo.Client, kind kmsg.ConfigResourceType, name string, configs map[string]string) {
	t.Helper()
	resource := kmsg.IncrementalAlterConfigsRequestResource{ResourceType: kind, ResourceName: name}
	for key, value := range configs {
		resource.Configs = append(resource.Configs, kmsg.IncrementalAlterConfigsRequestResourceConfig{Name: key, Value: &value})
	}
	request := kmsg.NewPtrIncrementalAlterConfigsRequest()
	request.Resources = append(request.Resources, resource)
	response, err := request.RequestWith(limited(t), client)
	if err == nil {
		err = explained(response.Resources[0].ErrorCode, response.Resources[0].ErrorMessage)
	}
	if err != nil {
		t.Fatalf("configurations of %v %q: %v", kind, name, err)
	}
}

// fillQuotas sets a quota for each kind of entity; "" is the default of a type.
func fillQuotas(t *testing.T, client *kgo.Client) {
	t.Helper()
	set := func(key string, value float64, entity ...string) {
		t.Helper()
		entry := kmsg.NewAlterClientQuotasRequestEntry()
		for i := 0; i < len(entity); i += 2 {
			part := kmsg.AlterClientQuotasRequestEntryEntity{Type: entity[i]}
			if name := entity[i+1]; name != "" {
				part.Name = &name
			}
			entry.Entity = append(entry.Entity, part)
		}
		entry.Ops = append(entry.Ops, kmsg.AlterClientQuotasRequestEntryOp{Key: key, Value: value})
		request := kmsg.NewPtrAlterClientQuotasRequest()
		request.Entries = append(request.Entries, entry)
		response, err := request.RequestWith(limited(t), client)
		if err == nil {
			err = explained(response.Entries[0].ErrorCode, response.Entries[0].ErrorMessage)
		}
		if err != nil {
			t.Fatalf("quota of %v: %v", entity, err)
		}
	}
	set("producer_byte_rate", 1.5e10, "user", "zoë o'neil ")
	set("request_percentage", 0.1, "user", "zoë o'neil ")
	set("consumer_byte_rate", 1e6, "user", "", "client-id", "-app=1,[2]")
	set("controller_mutation_rate", 1000.5, "user", "CN=a,O=b", "client-id", "")
	set("request_percentage", 50, "user", "CN=a,O=b", "client-id", "")
	set("connection_creation_rate", 5, "ip", "")
	set("connection_creation_rate", 7, "ip", "10.0.0.2")
}

func fillACLs(t *testing.T, k *kafka, client *kgo.Client) {
	t.Helper()
	request := kmsg.NewPtrCreateACLsRequest()
	add := func(kind kmsg.ACLResourceType, pattern kmsg.ACLResourcePatternType, name, principal, host string, permission kmsg.ACLPermissionType, operations ...kmsg.ACLOperation) {
		for _, operation := range operations {
			request.Creations = append(request.Creations, kmsg.CreateACLsRequestCreation{
				ResourceType: kind, ResourcePatternType: pattern, ResourceName: name, Principal: principal, Host: host, PermissionType: permission, Operation: operation,
			})
		}
	}
	const allow, deny = kmsg.ACLPermissionTypeAllow, kmsg.ACLPermissionTypeDeny
	const literal, prefixed = kmsg.ACLResourcePatternTypeLiteral, kmsg.ACLResourcePatternTypePrefixed
	const read, write, describe = kmsg.ACLOperationRead, kmsg.ACLOperationWrite, kmsg.ACLOperationDescribe
	hard := `User:CN=O'Brien,OU="x y",C=é*`
	for _, topic := range []string{"orders", "*"} {
		add(kmsg.ACLResourceTypeTopic, literal, topic, hard, "*", allow, read, write, describe)
		add(kmsg.ACLResourceTypeTopic, literal, topic, hard, "10.0.0.1", allow, read, write, describe)
	}
	add(kmsg.ACLResourceTypeTopic, prefixed, "ord", "User:*", "*", deny, kmsg.ACLOperationDelete)
	add(kmsg.ACLResourceTypeGroup, prefixed, "g,$(x)", "User:b", "*", allow, kmsg.ACLOperationAll)
	add(kmsg.ACLResourceTypeCluster, literal, "kafka-cluster", "User:b", "*", allow, kmsg.ACLOperationClusterAction, kmsg.ACLOperationIdempotentWrite)
	add(kmsg.ACLResourceTypeTransactionalId, prefixed, "tx-", "User:b", "*", allow, write, describe)
	add(kmsg.ACLResourceTypeDelegationToken, literal, "token", "User:b", "*", allow, describe)
	add(kmsg.ACLResourceTypeUser, literal, "User:c", "User:b", "*", allow, kmsg.ACLOperationCreateTokens, kmsg.ACLOperationDescribeTokens)
	if k.atLeast("4.1") {
		add(kmsg.ACLResourceTypeTransactionalId, prefixed, "tx-", "User:b", "*", allow, kmsg.ACLOperation(15)) // TWO_PHASE_COMMIT
	}
	response, err := request.RequestWith(limited(t), client)
	if err != nil {
		t.Fatal(err)
	}
	for i, result := range response.Results {
		if err := explained(result.ErrorCode, result.ErrorMessage); err != nil {
			t.Fatalf("ACL %+v: %v", request.Creations[i], err)
		}
	}
}

// waitForReplicas waits until the reassignments of the topics "mixed" are done and all replicas are in sync.
func waitForReplicas(t *testing.T, client *kgo.Client) {
	t.Helper()
	eventually(t, "every partition has its replicas in sync", func() error {
		topics, err := kadm.NewClient(client).ListTopics(limited(t))
		if err != nil {
			return err
		}
		for _, topic := range topics {
			for _, p := range topic.Partitions {
				if len(p.ISR) != len(p.Replicas) || strings.HasPrefix(topic.Topic, "mixed") && p.Partition == 1 && len(p.Replicas) != 1 {
					return fmt.Errorf("%s-%d: replicas %v, in sync %v", topic.Topic, p.Partition, p.Replicas, p.ISR)
				}
			}
		}
		return nil
	})
}

// exported is the script that export writes from a node's directory; it must say that the SCRAM user is all it cannot create.
func exported(t *testing.T, k *kafka, n *node) string {
	t.Helper()
	r := runCommand(t, n.dir, kraftctl(t), "export", "all", n.logDir, "--format", "commands", "--show-secrets", "--kafka-version", k.version)
	r.mustSucceed(t, "export")
	lost := []string{}
	for line := range strings.Lines(r.stderr) {
		if what, found := strings.CutPrefix(line, "kraftctl: cannot be recreated: "); found {
			what, _, _ = strings.Cut(what, ":")
			lost = append(lost, what)
		}
	}
	if want := []string{"1 SCRAM credential", "4 topic IDs"}; !slices.Equal(lost, want) {
		t.Errorf("export says that %q cannot be recreated, want %q", lost, want)
	}
	return r.stdout
}

// toolClass is a main class, and the first release that has it no longer.
type toolClass struct{ class, until string }

// toolClasses are the main classes of the tools, the newest first.
var toolClasses = map[string][]toolClass{
	"kafka-topics.sh":              {{"org.apache.kafka.tools.TopicCommand", ""}, {"kafka.admin.TopicCommand", "3.7"}},
	"kafka-configs.sh":             {{"kafka.admin.ConfigCommand", ""}},
	"kafka-acls.sh":                {{"org.apache.kafka.tools.AclCommand", ""}, {"kafka.admin.AclCommand", "4.0"}},
	"kafka-reassign-partitions.sh": {{"org.apache.kafka.tools.reassign.ReassignPartitionsCommand", ""}, {"kafka.admin.ReassignPartitionsCommand", "3.7"}},
}

// replay runs a script with the release's tools on the PATH.
func replay(t *testing.T, k *kafka, script, bootstrap string) {
	t.Helper()
	bin := t.TempDir()
	for name, classes := range toolClasses {
		class := classes[0].class
		for _, c := range classes[1:] {
			if !k.atLeast(c.until) {
				class = c.class
			}
		}
		jvm := append(append([]string{}, smallJVM...), k.logging(t, "off")...)
		text := "#!/bin/sh\nexec java " + strings.Join(jvm, " ") + " -cp '" + k.classpath + "' " + class + " \"$@\"\n"
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(bin, "export.sh")
	if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	r := runCommand(t, bin, "env", "PATH="+bin+":"+os.Getenv("PATH"), "BOOTSTRAP_SERVER="+bootstrap, "LC_ALL=C", "sh", file)
	if r.code != 0 {
		t.Fatalf("the script exits with %d\n%s\nstdout:\n%s\nstderr:\n%s", r.code, script, r.stdout, r.stderr)
	}
	t.Logf("replayed:\n%s", script)
}

// stateChange is a change of inspect diff.
type stateChange struct {
	Path, Operation string
	Fields          []struct {
		Name     string
		Old, New any
	}
}

// passing are the fields that differ between any two clusters: IDs, epochs, and who leads at the moment.
var passing = []string{"id", "leaderEpoch", "partitionEpoch", "leader", "isr", "directories", "elr", "lastKnownElr"}

// differences are what inspect diff tells between two directories, but for what cannot be the same: registrations, IDs and
// epochs, the user whose password nobody knows, and ACLs of equal content.
func differences(t *testing.T, a, b *node) []stateChange {
	t.Helper()
	r := runCommand(t, a.dir, kraftctl(t), "inspect", "diff", a.logDir, b.logDir, "--output", "json", "--show-secrets").mustSucceed(t, "inspect diff")
	var all struct{ Changes []stateChange }
	if err := json.Unmarshal([]byte(r.stdout), &all); err != nil {
		t.Fatal(err)
	}
	acls := map[string]int{}
	alice := false
	var left []stateChange
	for _, c := range all.Changes {
		switch kind := strings.Split(c.Path, "/")[1]; kind {
		case "brokers", "controllers", "voters", "quorum", "producerIds", "provenance":
			continue
		case "acls":
			countACL(acls, c)
			continue
		case "users":
			if c.Operation == "removed" && strings.HasPrefix(c.Path, "/users/alice/") {
				alice = true
				continue
			}
		case "topics":
			for i := len(c.Fields) - 1; i >= 0 && c.Operation == "changed"; i-- {
				if slices.Contains(passing, c.Fields[i].Name) || strings.HasSuffix(c.Path, "/id") {
					c.Fields = slices.Delete(c.Fields, i, i+1)
				}
			}
			if c.Operation == "changed" && len(c.Fields) == 0 {
				continue
			}
		}
		left = append(left, c)
	}
	if !alice || len(acls) < 15 {
		t.Errorf("inspect diff tells of the lost user %v, and of %d ACLs", alice, len(acls))
	}
	for words, n := range acls {
		if n != 0 {
			t.Errorf("%+d ACL: %s", n, words)
		}
	}
	return left
}

// countACL counts an ACL that one side has by its content.
func countACL(counts map[string]int, c stateChange) {
	words, n := []string{}, 1
	for _, f := range c.Fields {
		value := f.New
		if c.Operation == "removed" {
			value, n = f.Old, -1
		}
		words = append(words, fmt.Sprintf("%s=%v", f.Name, value))
	}
	counts[strings.Join(words, " ")] += n
}
