package export_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/export"
)

// TestQuotaEntities: every kind of entity that kafka-configs.sh knows is named with its flags, the user before the client ID.
func TestQuotaEntities(t *testing.T) {
	for want, entity := range map[string][]string{
		"--entity-type users --entity-name u":                                         {"user", "u"},
		"--entity-type users --entity-default":                                        {"user", ""},
		"--entity-type clients --entity-name c":                                       {"client-id", "c"},
		"--entity-type clients --entity-default":                                      {"client-id", ""},
		"--entity-type users --entity-name u --entity-type clients --entity-name c":   {"client-id", "c", "user", "u"},
		"--entity-type users --entity-name u --entity-type clients --entity-default":  {"client-id", "", "user", "u"},
		"--entity-type users --entity-default --entity-type clients --entity-name c":  {"client-id", "c", "user", ""},
		"--entity-type users --entity-default --entity-type clients --entity-default": {"client-id", "", "user", ""},
	} {
		s := newState()
		s.quota("request_percentage", 12.5, entity...)
		s.quota("producer_byte_rate", 1e6, entity...)
		s.quota("consumer_byte_rate", 0.1, entity...)
		s.quota("controller_mutation_rate", 3, entity...)
		s.quota("connection_creation_rate", 3, entity...)
		script, result := commands(t, s, export.CommandOptions{})
		has(t, script, "--alter "+want+" --add-config consumer_byte_rate=0.1,controller_mutation_rate=3,producer_byte_rate=1000000,request_percentage=12.5\n",
			`cannot be recreated: quota "connection_creation_rate" of `)
		if result.Commands != 1 || len(result.Losses) != 1 || result.Losses[0].Count != 1 {
			t.Errorf("%s: %+v", want, result)
		}
	}
	for want, entity := range map[string][]string{
		"--entity-type ips --entity-name 10.0.0.1": {"ip", "10.0.0.1"}, "--entity-type ips --entity-default": {"ip", ""},
	} {
		s := newState()
		s.quota("connection_creation_rate", 20, entity...)
		script, _ := commands(t, s, export.CommandOptions{})
		has(t, script, "--alter "+want+" --add-config connection_creation_rate=20\n", "!cannot be recreated")
	}
}

// TestRefused: each reason why something cannot be created is told of what it holds for, and not of what is nearly the same.
func TestRefused(t *testing.T) {
	const acl = "kafka-acls.sh"
	for name, test := range map[string]struct {
		make, near func(s *state)
		// why is in the comment, loss begins the sum of losses.
		why, loss string
	}{
		"a hole in the partitions": {
			func(s *state) { s.partitions("t", 0, 2) }, func(s *state) { s.partitions("t", 0, 1, 2) },
			`topic "t": partition numbers have holes`, "1 topic: partition numbers",
		},
		"partitions that do not begin with 0": {
			func(s *state) { s.partitions("t", 1) }, func(s *state) { s.partitions("t", 0) }, `topic "t": partition numbers have holes`, "1 topic: partition numbers",
		},
		"no replicas": {
			func(s *state) { s.topic("t", [][]int32{{1}, {}}) }, func(s *state) { s.topic("t", [][]int32{{1}, {2}}) }, `topic "t": a partition has no replicas`, "1 topic: a partition",
		},
		"a secret": {
			func(s *state) { s.config(image.BrokerConfig, "1", "ssl.keystore.password", "x") }, func(s *state) { s.config(image.BrokerConfig, "1", "ssl.keystore.location", "/x") },
			`broker "1", ssl.keystore.password: the value is secret`, "1 configuration: the value is secret",
		},
		"a name that is none": {
			func(s *state) { s.config(image.BrokerConfig, "1", "a b", "x") }, func(s *state) { s.config(image.BrokerConfig, "1", "aZ09._-", "x") },
			"takes letters, digits and ._- in a name only", "1 configuration: kafka-configs.sh",
		},
		"a broker that is not there": {
			func(s *state) { s.config(image.BrokerConfig, "3", "num.io.threads", "9") }, func(s *state) { s.config(image.BrokerConfig, "2", "num.io.threads", "9") },
			"no such broker is registered", "1 resource with",
		},
		"a broker that is no number": {
			func(s *state) { s.config(image.BrokerConfig, "one", "num.io.threads", "9") }, func(s *state) { s.config(image.BrokerConfig, "", "num.io.threads", "9") },
			"no such broker is registered", "1 resource with",
		},
		"a topic that is not there": {
			func(s *state) { s.config(image.TopicConfig, "t", "retention.ms", "9") }, func(s *state) { s.topic("t", [][]int32{{1}}, "retention.ms", "9") },
			"there is no such topic", "1 resource with",
		},
		"a default that is none": {
			func(s *state) { s.config(image.ClientMetricsConfig, "", "metrics", "x") }, func(s *state) { s.config(image.ClientMetricsConfig, "m", "metrics", "x") },
			"has no default for client-metrics", "1 resource with",
		},
		"a type nobody knows": {
			func(s *state) { s.config(99, "m", "metrics", "x") }, func(s *state) { s.config(image.BrokerLoggerConfig, "1", "metrics", "x") }, "does not know the type", "1 resource with",
		},
		"a name with a NUL": {
			func(s *state) { s.config(image.GroupConfig, "g\x00", "consumer.session.timeout.ms", "1") }, func(s *state) { s.config(image.GroupConfig, "g\x01", "consumer.session.timeout.ms", "1") },
			"no command can be given such a name", "1 resource with",
		},
		"a quota with a NUL": {
			func(s *state) { s.quota("producer_byte_rate", 1, "user", "u\x00") }, func(s *state) { s.quota("producer_byte_rate", 1, "user", "u\n") }, "no command can be given such a name", "1 quota:",
		},
		"an address and a user": {
			func(s *state) { s.quota("connection_creation_rate", 1, "ip", "10.0.0.1", "user", "u") }, func(s *state) { s.quota("connection_creation_rate", 1, "ip", "10.0.0.1") },
			"an IP address has no other entity beside it", "1 quota:",
		},
		"a quota of another entity": {
			func(s *state) { s.quota("producer_byte_rate", 1, "ip", "10.0.0.1") }, func(s *state) { s.quota("producer_byte_rate", 1, "user", "10.0.0.1") },
			"does not know it for such an entity", "1 quota:",
		},
		"an entity nobody knows": {
			func(s *state) { s.quota("producer_byte_rate", 1, "group", "g") }, func(s *state) { s.quota("producer_byte_rate", 1, "client-id", "g") }, "does not know the type of entity", "1 quota:",
		},
		"a SCRAM user":       {func(s *state) { s.user("u", image.ScramSHA256) }, nil, `user "u", SCRAM-SHA-256: the log has keys`, "1 SCRAM credential:"},
		"a mechanism":        {func(s *state) { s.user("u", 9) }, nil, `user "u", 9: the log has keys`, "1 SCRAM credential:"},
		"a delegation token": {func(s *state) { s.token("t") }, nil, `delegation token "t" of User:a`, "1 delegation token:"},
		"a permission": {
			func(s *state) { s.acl(2, 3, "t", "User:a", "*", 3, 1) }, func(s *state) { s.acl(2, 3, "t", "User:a", "*", 3, 2) }, "it neither allows nor denies", "1 ACL: " + acl,
		},
		"a type of resource": {
			func(s *state) { s.acl(1, 3, "t", "User:a", "*", 3, 3) }, func(s *state) { s.acl(3, 3, "t", "User:a", "*", 3, 3) }, "does not know the type of resource", "1 ACL: " + acl,
		},
		"a pattern": {
			func(s *state) { s.acl(2, 2, "t", "User:a", "*", 3, 3) }, func(s *state) { s.acl(2, 4, "t", "User:a", "*", 3, 3) }, "does not add patterns of this type", "1 ACL: " + acl,
		},
		"a cluster of another name": {
			func(s *state) { s.acl(4, 3, "cluster", "User:a", "*", 5, 3) }, func(s *state) { s.acl(4, 3, "kafka-cluster", "User:a", "*", 5, 3) }, "by the literal name kafka-cluster only", "1 ACL: " + acl,
		},
		"a prefix of a cluster": {
			func(s *state) { s.acl(4, 4, "kafka-cluster", "User:a", "*", 5, 3) }, func(s *state) { s.acl(4, 3, "kafka-cluster", "User:a", "*", 5, 3) }, "by the literal name kafka-cluster only", "1 ACL: " + acl,
		},
		"an operation": {
			func(s *state) { s.acl(3, 3, "g", "User:a", "*", 4, 3) }, func(s *state) { s.acl(3, 3, "g", "User:a", "*", 2, 3) }, "does not take this operation for a resource of the type GROUP", "1 ACL: " + acl,
		},
		"a principal": {
			func(s *state) { s.acl(2, 3, "t", "a", "*", 3, 3) }, func(s *state) { s.acl(2, 3, "t", ":", "*", 3, 3) }, "takes a principal as type:name only", "1 ACL: " + acl,
		},
		"a blank at the end": {
			func(s *state) { s.acl(2, 3, "t ", "User:a", "*", 3, 3) }, func(s *state) { s.acl(2, 3, "t t", "User:a", "*", 3, 3) }, "takes blanks at the ends away", "1 ACL: " + acl,
		},
		"a blank before": {
			func(s *state) { s.acl(2, 3, "t", "\tUser:a", "*", 3, 3) }, func(s *state) { s.acl(5, 3, " x ", "User:a", "*", 4, 3) }, "takes blanks at the ends away", "1 ACL: " + acl,
		},
		"no host": {
			func(s *state) { s.acl(2, 3, "t", "User:a", "", 3, 3) }, func(s *state) { s.acl(2, 3, "t", "User:a", "h", 3, 3) }, "a text must not be empty", "1 ACL: " + acl,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newState()
			test.make(s)
			script, result := commands(t, s, export.CommandOptions{})
			has(t, script, "# cannot be recreated: ", test.why)
			if len(result.Losses) == 0 || !strings.HasPrefix(result.Losses[0].String(), test.loss) {
				t.Errorf("%v", result.Losses)
			}
			for line := range strings.Lines(script) {
				if strings.HasPrefix(line, "kafka-") && result.Commands == 0 {
					t.Errorf("a command that was not counted: %s", line)
				}
			}
			if test.near == nil {
				return
			}
			s = newState()
			test.near(s)
			script, result = commands(t, s, export.CommandOptions{})
			if has(t, script, "!"+test.why); result.Commands == 0 {
				t.Errorf("what is nearly the same is not created:\n%s", script)
			}
		})
	}
}

// partitions adds a topic with the partitions that are named.
func (s *state) partitions(name string, ids ...int32) {
	id := metadata.UUID{9}
	s.apply(&metadata.TopicRecord{Name: name, TopicId: id})
	for _, p := range ids {
		s.partition(id, p, []int32{1}, nil, nil)
	}
}

// TestOrder: what is created first is what the rest needs, and numbers go by size.
func TestOrder(t *testing.T) {
	s := rich()
	script, _ := commands(t, s, export.CommandOptions{})
	last := -1
	for _, heading := range []string{"# Topics", "# Configurations", "# Quotas", "# SCRAM users", "# Delegation tokens", "# ACLs"} {
		at := strings.Index(script, "\n"+heading+"\n")
		if at <= last {
			t.Errorf("%s is at %d", heading, at)
		}
		last = at
	}
	s = newState()
	for _, name := range []string{"b", "10", "a", "9", "1"} {
		s.config(image.GroupConfig, name, "consumer.session.timeout.ms", "50000")
	}
	var names []string
	for _, doc := range asYAML(t, s.Image, export.Options{Kinds: everything})[1:] {
		names = append(names, doc.(map[string]any)["metadata"].(map[string]any)["name"].(string))
	}
	if !slices.Equal(names, []string{"1", "9", "10", "a", "b"}) {
		t.Errorf("%v", names)
	}
}

// TestFactor: the replication factor is that of most partitions in documents, and that which the cluster is left to place; the smallest
// is what a reassignment begins with.
func TestFactor(t *testing.T) {
	s := newState()
	s.topic("t", [][]int32{{1, 2}, {1}, {2, 1}, {9, 10, 1}})
	if got := asYAML(t, s.Image, export.Options{Kinds: everything})[1].(map[string]any)["spec"].(map[string]any)["replicationFactor"]; got != 2 {
		t.Errorf("%v", got)
	}
	script, _ := commands(t, s, export.CommandOptions{FactorOnly: true})
	has(t, script, "--partitions 4 --replication-factor 2\n", "!kafka-reassign-partitions.sh")
	script, _ = commands(t, s, export.CommandOptions{})
	has(t, script, "--partitions 4 --replication-factor 1\n", "kafka-reassign-partitions.sh")
}

// TestLocale: names that are not ASCII are preceded by a locale once, and others by none.
func TestLocale(t *testing.T) {
	s := newState()
	s.config(image.GroupConfig, "plain", "consumer.session.timeout.ms", "50000")
	script, _ := commands(t, s, export.CommandOptions{})
	has(t, script, "!LC_ALL")
	for _, name := range []string{"é", "日本"} {
		s.config(image.GroupConfig, name, "consumer.session.timeout.ms", "50000")
	}
	script, _ = commands(t, s, export.CommandOptions{})
	if n := strings.Count(script, "\nexport LC_ALL=C.UTF-8\n"); n != 1 || strings.Index(script, "LC_ALL") > strings.Index(script, "é") {
		t.Errorf("%d times:\n%s", n, script)
	}
}

// TestEveryACLIsMadeOrTold: whatever ACLs there are, of all types and with texts the tool trims, each is made by the commands or told in
// a comment, none twice; and never more commands than ACLs.
func TestEveryACLIsMadeOrTold(t *testing.T) {
	t.Parallel()
	flags := map[string]int8{"--topic": 2, "--group": 3, "--cluster": 4, "--transactional-id": 5, "--delegation-token": 6, "--user-principal": 7}
	dir := tools(t)
	rapid.Check(t, func(rt *rapid.T) {
		s := newState()
		distinct := map[string]bool{}
		kind, name, host := rapid.Int8Range(1, 8), rapid.SampledFrom([]string{"a", "b'c", " x", "kafka-cluster"}), rapid.SampledFrom([]string{"*", "h", ""})
		for range rapid.IntRange(0, 20).Draw(rt, "n") {
			k, n, h := kind.Draw(rt, "type"), name.Draw(rt, "name"), host.Draw(rt, "host")
			op, principal := rapid.Int8Range(2, 15).Draw(rt, "operation"), rapid.SampledFrom([]string{"User:x", "User:y", "z"}).Draw(rt, "principal")
			key := strings.Join([]string{strconv.Itoa(int(k)), n, h, strconv.Itoa(int(op)), principal}, "|")
			if !distinct[key] {
				distinct[key] = true
				s.acl(k, 3, n, principal, h, op, 3)
			}
		}
		script, result := at(t, s, rapid.SampledFrom(release.All()).Draw(rt, "release"))
		made := map[string]bool{}
		for _, c := range run(t, dir, script) {
			for flag, k := range flags {
				named := c.all(flag)
				if flag == "--cluster" && slices.Contains(c.args, flag) {
					named = []string{"kafka-cluster"}
				}
				for _, key := range combinations(c, k, named) {
					if made[key] || !distinct[key] {
						rt.Fatalf("%s is made twice, or from nothing\n%s", key, script)
					}
					made[key] = true
				}
			}
		}
		told := strings.Count(script, "# cannot be recreated: ACL ")
		if len(made)+told != len(distinct) || result.Commands > len(distinct) || told > 0 && result.Losses[0].Count != told {
			rt.Fatalf("of %d ACLs %d are made and %d told\n%s", len(distinct), len(made), told, script)
		}
	})
}

// combinations are what a command of kafka-acls.sh makes of resources of a type.
func combinations(c call, kind int8, resources []string) []string {
	hosts := c.all("--allow-host")
	if len(hosts) == 0 {
		hosts = []string{"*"}
	}
	var list []string
	for _, name := range resources {
		for _, host := range hosts {
			for _, principal := range c.all("--allow-principal") {
				for _, word := range c.all("--operation") {
					list = append(list, strings.Join([]string{strconv.Itoa(int(kind)), name, host, strconv.Itoa(operationNumber(word)), principal}, "|"))
				}
			}
		}
	}
	return list
}

// operationNumber is the number of an operation that kafka-acls.sh calls by a name such as DescribeConfigs.
func operationNumber(word string) int {
	return slices.IndexFunc(image.Operations, func(name string) bool { return strings.EqualFold(strings.ReplaceAll(name, "_", ""), word) })
}
