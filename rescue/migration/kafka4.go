package migration

import (
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/release"
)

// Readiness is whether the cluster can be upgraded to Kafka 4.0 or later.
type Readiness struct {
	// Ready tells that nothing seen here stands in the way.
	Ready bool `json:"ready"`
	// Reached tells that the cluster runs it: its metadata.version is one of 4.0 or later.
	Reached bool `json:"reached"`
	// Obstacles have to be removed before; Notes are what Kafka 4.0 drops without a word.
	Obstacles []Finding `json:"obstacles"`
	Notes     []Finding `json:"notes"`
	// Unseen is what neither a log nor a configuration tells.
	Unseen []string `json:"unseen"`
}

// unseen4 is what an upgrade to 4.0 needs besides (release notes of 4.0.0: KIP-1013, KIP-896, KIP-653).
var unseen4 = []string{
	"brokers and controllers need Java 17",
	"clients, Connect and Streams need 2.1 or later",
	"a log4j 1 configuration has to become one of log4j 2",
}

// kafka4 tells what stands between the cluster and Kafka 4.0.
func (f *facts) kafka4() Readiness {
	if f.past4() && f.done() {
		return Readiness{Ready: true, Reached: true, Obstacles: []Finding{}, Notes: []Finding{}, Unseen: []string{}}
	}
	r := Readiness{Obstacles: []Finding{}, Notes: []Finding{}, Unseen: unseen4}
	r.stage(f)
	if len(f.problems) > 0 {
		r.obstacle("log-damaged", -1, f.logPlace(), "not all of the log can be read", "look at the copy of another node")
	}
	if level, lowest := f.level, lowestLevel(release.V4_0); level > 0 && level < lowest.Level {
		r.obstacle("metadata-version-too-low", -1, f.featurePlace(), fmt.Sprintf("metadata.version is %s; 4.0 knows none before %s", versionName(level), lowest.Name),
			"kafka-features.sh upgrade --release-version 3.9, while the cluster runs 3.9")
	}
	for _, c := range f.in.Configs {
		r.config(c)
	}
	r.dynamic(f)
	r.Ready = len(r.Obstacles) == 0
	return r
}

// stage adds what the migration itself lacks.
func (r *Readiness) stage(f *facts) {
	where := f.clusterPlace()
	if n := len(f.history); n > 0 {
		where = f.history[n-1].place()
	}
	const silent = "4.x takes no part in a migration: its controllers start on such a log without a word, and ZooKeeper is left behind"
	switch {
	case f.stage == None && f.origin == FromZooKeeper:
		r.obstacle("not-migrated", -1, where, "the cluster runs on ZooKeeper, which 4.x does not know", "migrate on 3.9 first")
	case f.stage == PreMigration:
		r.obstacle("not-migrated", -1, where, "nothing has been copied from ZooKeeper yet; "+silent, "finish the migration on 3.9")
	case f.stage == DualWrite:
		r.obstacle("not-finalised", -1, where, "the migration is not finalised; "+silent, "finalise it on 3.9")
	}
	for _, id := range f.remaining() {
		r.obstacle("broker-on-zookeeper", id, f.brokerPlace(id), "the broker is registered as running on ZooKeeper", "restart it in KRaft mode on 3.9")
	}
}

// lowestLevel is the lowest metadata.version with a level that a release knows.
func lowestLevel(rel release.Release) release.MetadataVersion {
	for _, v := range rel.MetadataVersions() {
		if v.Level > 0 {
			return v
		}
	}
	return release.MetadataVersion{}
}

// config adds what Kafka 4.0 makes of a configuration.
func (r *Readiness) config(c *Config) {
	switch {
	case c.onZooKeeper():
		r.obstacle("config-on-zookeeper", c.ID, c.at(rolesKey), "the configuration is one of a broker on ZooKeeper", "migrate the broker on 3.9")
		return // what is to be removed from it is told where it is converted
	case c.later.Refusal != nil:
		p := c.later.Refusal
		r.obstacle("config-refused", c.ID, Place{File: c.File, Line: p.Pos.Line}, "Kafka 4.0 refuses the configuration: "+p.Message, p.Hint)
	case c.value(authorizerKey) == zookeeperAuthorizer:
		r.obstacle("zookeeper-authorizer", c.ID, c.at(authorizerKey), "AclAuthorizer is gone in 4.0", "set authorizer.class.name="+kraftAuthorizer)
	}
	var dropped []string
	line := 0
	for _, e := range c.verdict.Props.Deciding() {
		_, known := release.LookupConfigKey(release.V4_0, e.Key)
		if known || len(release.ConfigKeyHistory(e.Key)) == 0 {
			continue
		}
		if dropped = append(dropped, e.Key); line == 0 {
			line = e.KeyPos.Line
		}
	}
	if len(dropped) > 0 {
		r.note("key-dropped", c.ID, Place{File: c.File, Line: line}, "4.0 does not know, and ignores, "+strings.Join(dropped, ", "), "remove "+plural(len(dropped), "it", "them"))
	}
}

// dynamic adds the dynamic configurations of brokers that 4.0 does not know.
func (r *Readiness) dynamic(f *facts) {
	configs := child(f.img.Root(), "configs")
	for path := range child(configs, image.ConfigTypes[image.BrokerConfig]).Walk("/configs/broker") {
		key := path[strings.LastIndexByte(path, '/')+1:]
		if _, known := release.LookupConfigKey(release.V4_0, key); !known && len(release.ConfigKeyHistory(key)) > 0 {
			r.note("key-dropped", -1, f.logPlace(), "4.0 does not know, and ignores, "+path, "kafka-configs.sh --alter --delete-config "+key)
		}
	}
	for path := range child(configs, image.ConfigTypes[image.TopicConfig]).Walk("/configs/topic") {
		if strings.HasSuffix(path, "/message.format.version") {
			r.note("key-dropped", -1, f.logPlace(), "4.0 has no "+path, "kafka-configs.sh --alter --delete-config message.format.version")
		}
	}
}

// child is a node of a tree, an empty one when there is none.
func child(n *image.Node, name string) *image.Node {
	if c := n.Child(name); c != nil {
		return c
	}
	return image.Dir(func() []string { return nil }, func(string) *image.Node { return nil })
}

func (r *Readiness) obstacle(rule string, node int32, where Place, what, do string) {
	r.Obstacles = append(r.Obstacles, finding(rule, node, where, what, do))
}

func (r *Readiness) note(rule string, node int32, where Place, what, do string) {
	r.Notes = append(r.Notes, finding(rule, node, where, what, do))
}

func finding(rule string, node int32, where Place, what, do string) Finding {
	f := Finding{Rule: rule, Where: where, What: what, Do: do}
	if node >= 0 {
		f.Node = &node
	}
	return f
}
