package migration

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

// Mode is in which mode a node runs, or is configured to.
type Mode string

// The modes.
const (
	// ZooKeeper: a broker without process.roles that takes no part in the migration.
	ZooKeeper Mode = "zookeeper"
	// Migrating: a broker that runs on ZooKeeper and registers with the KRaft controllers.
	Migrating Mode = "zookeeper-migrating"
	// KRaft: a node with process.roles.
	KRaft Mode = "kraft"
	// Guiding: a controller that has the migration enabled.
	Guiding Mode = "kraft-migrating"
)

// The configuration keys the migration is about.
const (
	flagKey         = "zookeeper.metadata.migration.enable"
	connectKey      = "zookeeper.connect"
	rolesKey        = "process.roles"
	brokerIDKey     = "broker.id"
	nodeIDKey       = "node.id"
	ibpKey          = "inter.broker.protocol.version"
	votersKey       = "controller.quorum.voters"
	bootstrapKey    = "controller.quorum.bootstrap.servers"
	namesKey        = "controller.listener.names"
	mapKey          = "listener.security.protocol.map"
	authorizerKey   = "authorizer.class.name"
	encoderKey      = "password.encoder.secret"
	controlPlaneKey = "control.plane.listener.name"
	dirsKey         = "log.dirs"
	providersKey    = "config.providers"
)

// nodeKeys tell that a file configures a Kafka node: each of them is read by nothing else.
var nodeKeys = []string{rolesKey, brokerIDKey, nodeIDKey, connectKey, votersKey, bootstrapKey, "log.dirs", "log.dir"}

// ErrNoNode means that a properties file is not the configuration of a Kafka node.
var ErrNoNode = errors.New("not the configuration of a Kafka node")

// Config is the configuration of one node.
type Config struct {
	// File is how messages call it.
	File string
	// ID is node.id or broker.id; -1 when a broker is to get one from ZooKeeper.
	ID   int32
	Mode Mode
	// Broker and Controller are the roles; a node in ZooKeeper mode is a broker.
	Broker, Controller bool
	// Flag is zookeeper.metadata.migration.enable.
	Flag bool

	// verdict is what the release says of it, later what Kafka 4.0 says.
	verdict, later *nodeconf.Verdict
}

// ReadConfig reads a server.properties file as a release would. The error is [ErrNoNode], or that it is no properties file.
func ReadConfig(text []byte, opts nodeconf.Options) (*Config, error) {
	c := &Config{File: opts.File, ID: -1, verdict: nodeconf.Judge(text, opts)}
	if p := c.verdict.Refusal; p != nil && p.Stage == nodeconf.StageLoad {
		return nil, fmt.Errorf("%s: %s", Place{File: opts.File, Line: p.Pos.Line}, p.Message)
	}
	if c.verdict.Props == nil || !slices.ContainsFunc(nodeKeys, c.has) {
		return nil, fmt.Errorf("%s: %w", opts.File, ErrNoNode)
	}
	opts.Release = release.V4_0
	c.later = nodeconf.Judge(text, opts)
	for _, key := range []string{brokerIDKey, nodeIDKey} {
		if n, err := strconv.ParseInt(c.value(key), 10, 32); err == nil {
			c.ID = int32(n)
		}
	}
	c.Flag = strings.EqualFold(c.value(flagKey), "true")
	for role := range strings.SplitSeq(c.value(rolesKey), ",") {
		c.Broker = c.Broker || strings.TrimSpace(role) == "broker"
		c.Controller = c.Controller || strings.TrimSpace(role) == "controller"
	}
	switch {
	case c.value(rolesKey) == "" && c.Flag:
		c.Mode, c.Broker = Migrating, true
	case c.value(rolesKey) == "":
		c.Mode, c.Broker = ZooKeeper, true
	case c.Controller && c.Flag:
		c.Mode = Guiding
	default:
		c.Mode = KRaft
	}
	return c, nil
}

// onZooKeeper tells that the node is configured as a broker of ZooKeeper.
func (c *Config) onZooKeeper() bool { return c.Mode == ZooKeeper || c.Mode == Migrating }

// has tells whether the file gives a key.
func (c *Config) has(key string) bool {
	_, ok := c.verdict.Props.Get(key)
	return ok
}

// value is what the file gives for a key, with config providers resolved where Kafka accepts the file; "" when it does not.
func (c *Config) value(key string) string {
	if c.verdict.Node != nil && c.has(key) {
		if text, ok := c.verdict.Node.Text(key); ok {
			return text
		}
	}
	text, _ := c.verdict.Props.Get(key)
	return strings.TrimSpace(text)
}

// refusals are the errors Kafka reports for the file, the one it stops at last.
func (c *Config) refusals() []*nodeconf.Problem {
	if c.verdict.Refusal == nil {
		return nil
	}
	return append(slices.Clone(c.verdict.Others), c.verdict.Refusal)
}

// unresolved tells that a value has a reference that nothing replaced, so that what it stands for is not known.
func unresolved(value string) bool { return strings.Contains(value, "${") }

// elsewhere tells that a key's value is known only where the node runs: the file names a config provider, which has no value here.
func (c *Config) elsewhere(key string) bool { return c.has(providersKey) && unresolved(c.value(key)) }

// lacksFlag tells that the migration is not enabled; where only the node knows, it tells nothing.
func (c *Config) lacksFlag() bool { return !c.Flag && !c.elsewhere(flagKey) }

// at is the place of a key, or of the line to look at when the file does not give it.
func (c *Config) at(key string) Place {
	if e, ok := c.verdict.Props.Lookup(key); ok {
		return Place{File: c.File, Line: e.KeyPos.Line}
	}
	return Place{File: c.File, Line: nodeconf.Anchor(c.verdict.Props).Line}
}

// voterIDs are the IDs in controller.quorum.voters.
func (c *Config) voterIDs() []int32 {
	var ids []int32
	for entry := range strings.SplitSeq(c.value(votersKey), ",") {
		text, _, _ := strings.Cut(strings.TrimSpace(entry), "@")
		if n, err := strconv.ParseInt(text, 10, 32); err == nil {
			ids = append(ids, int32(n))
		}
	}
	return ids
}

// controllerListeners are the names in controller.listener.names.
func (c *Config) controllerListeners() []string {
	var names []string
	for name := range strings.SplitSeq(c.value(namesKey), ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// mapsListener tells whether listener.security.protocol.map has a listener. A broker on ZooKeeper whose file has none knows the
// names of the protocols only; for a KRaft node Kafka then adds the controllers' listeners itself.
func (c *Config) mapsListener(name string) bool {
	if !c.has(mapKey) {
		return !c.onZooKeeper() || slices.Contains(image.SecurityProtocols, strings.ToUpper(name))
	}
	for entry := range strings.SplitSeq(c.value(mapKey), ",") {
		if key, _, _ := strings.Cut(strings.TrimSpace(entry), ":"); strings.EqualFold(strings.TrimSpace(key), name) {
			return true
		}
	}
	return false
}

// dirs are the log directories.
func (c *Config) dirs() []string {
	var dirs []string
	for dir := range strings.SplitSeq(c.value(dirsKey), ",") {
		if dir = strings.TrimSpace(dir); dir != "" {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// protocol is the version brokers on ZooKeeper speak among one another: inter.broker.protocol.version, or what the release
// takes when the file has none.
func (c *Config) protocol(rel release.Release) (release.MetadataVersion, bool) {
	text := c.value(ibpKey)
	if text == "" {
		key, ok := release.LookupConfigKey(rel, ibpKey)
		if !ok {
			return release.MetadataVersion{}, false
		}
		text = key.Default
	}
	return rel.ParseMetadataVersion(text)
}
