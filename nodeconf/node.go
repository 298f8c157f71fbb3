package nodeconf

import (
	"slices"

	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/release"
)

// Roles are the values of process.roles. No role at all is ZooKeeper mode up to 3.9.
type Roles struct{ Broker, Controller bool }

// Endpoint is one entry of listeners or advertised.listeners.
type Endpoint struct {
	// Name is the listener name, in upper case as Kafka holds it.
	Name string
	// Host is as written, without brackets; empty means all interfaces, or the canonical host name when advertised.
	Host string
	// Port is not range-checked by Kafka.
	Port int
	// Protocol is the security protocol the name maps to: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.
	Protocol string
	// Pos is the place of the entry in the file; zero for a default.
	Pos javaprops.Position
}

// Voter is one entry of controller.quorum.voters.
type Voter struct {
	ID int32
	// Host is as Kafka parsed it (from junk before the host an empty one remains, up to 3.7 and in 3.9).
	Host string
	Port int
	// Text is the entry's host:port as written.
	Text string
	Pos  javaprops.Position
}

// Node is the configuration of one node as its Kafka release holds it.
type Node struct {
	// File and Release are those of the Options.
	File    string
	Release release.Release

	Roles  Roles
	NodeID int32

	// LogDirs are log.dirs, or else log.dir, in the order written and trimmed.
	LogDirs []string
	// MetadataLogDir is metadata.log.dir, or else the first of LogDirs.
	MetadataLogDir string

	// Voters are the entries of controller.quorum.voters in the order written; of one id given twice the last counts.
	Voters []Voter
	// HasVoters tells whether controller.quorum.voters names any.
	HasVoters bool
	// BootstrapServers are the host:port entries of controller.quorum.bootstrap.servers.
	BootstrapServers []string

	ControllerListenerNames []string
	// Listeners are all listeners, those for controllers included; AdvertisedListeners what brokers advertise.
	Listeners           []Endpoint
	AdvertisedListeners []Endpoint
	// AdvertisedControllerListeners is where other nodes reach this controller, in the order of ControllerListenerNames: as
	// advertised, else as listened on (KafkaConfig.effectiveAdvertisedControllerListeners).
	AdvertisedControllerListeners []Endpoint
	// InterBrokerListenerName is the listener brokers use among one another, and InterBrokerProtocol its protocol.
	InterBrokerListenerName string
	InterBrokerProtocol     string
	// ProtocolMap is the effective listener.security.protocol.map.
	ProtocolMap map[string]string

	// InterBrokerProtocolVersion is inter.broker.protocol.version (3.3 to 3.9) as written, or the release's
	// default, and InterBrokerProtocolVersionSet tells which.
	InterBrokerProtocolVersion    string
	InterBrokerProtocolVersionSet bool
	// UnstableFeatureVersions is unstable.feature.versions.enable, or by release unstable.metadata.versions.enable.
	UnstableFeatureVersions bool
	// MigrationEnabled is zookeeper.metadata.migration.enable (3.4 to 3.9).
	MigrationEnabled bool

	// Warnings are the texts Kafka logs while reading the file.
	Warnings []string
	// Props are the properties of the file with their places; overrides stand at the end, without one.
	Props *javaprops.Properties

	values *values
}

// IsBroker and IsController tell the roles of the node.
func (n *Node) IsBroker() bool { return n.Roles.Broker }

// IsController tells whether the node has the controller role.
func (n *Node) IsController() bool { return n.Roles.Controller }

// Voter is the voter with an id; of several the last, as in Kafka.
func (n *Node) Voter(id int32) (Voter, bool) {
	for _, v := range slices.Backward(n.Voters) {
		if v.ID == id {
			return v, true
		}
	}
	return Voter{}, false
}

// IsSet tells whether the file, or an override, gives key. A synonym does not count.
func (n *Node) IsSet(key string) bool {
	_, ok := n.Props.Get(key)
	return ok
}

// Pos is where the value of key stands: zero when it is not in the file.
func (n *Node) Pos(key string) javaprops.Position {
	e, _ := n.Props.Lookup(key)
	return e.ValuePos
}

// Text is the value of key as Kafka holds it, trimmed, its providers resolved, or its default; false when
// the release does not know the key or the value is null.
func (n *Node) Text(key string) (string, bool) { return n.values.text(key) }

// Int is the value of a key of type INT, SHORT or LONG; false when it has none.
func (n *Node) Int(key string) (int64, bool) {
	return n.values.integer(key), n.values.has(key)
}

// Float is the value of a key of type DOUBLE; false when it has none.
func (n *Node) Float(key string) (float64, bool) {
	return n.values.float(key), n.values.has(key)
}

// Bool is the value of a key of type BOOLEAN; false when it has none.
func (n *Node) Bool(key string) bool { return n.values.boolean(key) }

// List is the value of a key of type LIST, or of another key split as Kafka splits lists.
func (n *Node) List(key string) []string { return n.values.list(key) }
