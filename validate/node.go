package validate

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

// The keys that more than one rule looks at.
const (
	rolesKey         = "process.roles"
	nodeIDKey        = "node.id"
	brokerIDKey      = "broker.id"
	votersKey        = "controller.quorum.voters"
	bootstrapKey     = "controller.quorum.bootstrap.servers"
	controllerKey    = "controller.listener.names"
	listenersKey     = "listeners"
	advertisedKey    = "advertised.listeners"
	protocolsKey     = "listener.security.protocol.map"
	interBrokerKey   = "inter.broker.listener.name"
	interProtocolKey = "security.inter.broker.protocol"
	logDirsKey       = "log.dirs"
	logDirKey        = "log.dir"
	metadataDirKey   = "metadata.log.dir"
	authorizerKey    = "authorizer.class.name"
	superUsersKey    = "super.users"
	migrationKey     = "zookeeper.metadata.migration.enable"
	zookeeperKey     = "zookeeper.connect"
	ibpKey           = "inter.broker.protocol.version"
	rackKey          = "broker.rack"
	mechanismsKey    = "sasl.enabled.mechanisms"
	brokerMechanism  = "sasl.mechanism.inter.broker.protocol"
	ctrlMechanism    = "sasl.mechanism.controller.protocol"
)

// endpoint is one entry of listeners or advertised.listeners.
type endpoint struct {
	name, text string
	hostPort
	// wellFormed tells whether text could be read; the other fields are empty if not.
	wellFormed bool
}

// voter is one entry of controller.quorum.voters.
type voter struct {
	id   int32
	text string
	hostPort
}

// node is what can be read of one configuration, whether Kafka accepts it or not.
type node struct {
	src     *Source
	index   int
	release release.Release
	verdict *nodeconf.Verdict
	props   *javaprops.Properties
	// entries are those that decide a key, and lines the physical lines of the text.
	entries []javaprops.Entry
	lines   []physicalLine

	// kraft says that process.roles names a role.
	kraft, broker, controller bool
	// otherRole says that it names something that is no role as well, so that a role may only seem to be missing.
	otherRole bool
	// migrating says that zookeeper.metadata.migration.enable is on, and zkBroker that this is a ZooKeeper broker for which it is.
	migrating, zkBroker bool

	id    int32
	hasID bool
	// voters are those that can be read; votersSound says that all could.
	voters      []voter
	votersSound bool
	bootstrap   []hostPort

	controllerNames []string
	listeners       []endpoint
	// advertised are the entries of advertised.listeners, or else all listeners.
	advertised    []endpoint
	hasAdvertised bool
	protocols     map[string]string
	interBroker   string
	logDirs       []string
	metas         []*metaFile
}

func newNode(src *Source, verdict *nodeconf.Verdict, rel release.Release, index int) *node {
	n := &node{src: src, index: index, release: rel, verdict: verdict, props: verdict.Props}
	if text, marked := bytes.CutPrefix(src.Text, []byte("\uFEFF")); marked { // the first key is meant; byte-order-mark says that it is lost
		n.props, _ = javaprops.Parse(text)
	}
	n.entries = n.props.Deciding()
	if src.Lines == nil {
		n.lines = physicalLines(src.Text)
	}
	for _, role := range n.list(rolesKey) {
		n.broker = n.broker || role == "broker"
		n.controller = n.controller || role == "controller"
		n.otherRole = n.otherRole || role != "broker" && role != "controller"
	}
	n.kraft = n.broker || n.controller || len(n.list(rolesKey)) > 0
	n.migrating = n.isTrue(migrationKey) && release.Range{Since: release.V3_4, Until: release.V3_9}.Contains(rel)
	n.zkBroker = n.migrating && !n.kraft
	n.readID()
	n.readQuorum()
	n.readListeners()
	n.logDirs = n.list(logDirsKey)
	if !n.has(logDirsKey) {
		n.logDirs = n.list(logDirKey)
	}
	return n
}

// onlyBroker and onlyController tell a node that certainly has just the one role.
func (n *node) onlyBroker() bool     { return n.broker && !n.controller && !n.otherRole }
func (n *node) onlyController() bool { return n.controller && !n.broker && !n.otherRole }

// serves tells whether the node is a broker, one of a ZooKeeper cluster that migrates included.
func (n *node) serves() bool { return n.broker || n.zkBroker }

// written is the value of a key as the file means it: trimmed, its config providers resolved where that could be done, and
// without quotes or a comment behind it, which are findings of their own and must not lead to others.
func (n *node) written(key string) (string, bool) {
	text, ok := n.props.Get(key)
	if !ok {
		return "", false
	}
	if n.verdict.Node != nil && strings.Contains(text, "${") {
		if resolved, known := n.verdict.Node.Text(key); known {
			text = resolved
		}
	}
	if text = javalang.Trim(text); !release.Sensitive(key) {
		text = meant(text)
	}
	return text, true
}

func meant(text string) string {
	if strings.Contains(text, "#") {
		if at := blankHash().FindStringIndex(text); at != nil && strings.Count(text[:at[0]], `"`)%2 == 0 {
			text = javalang.Trim(text[:at[0]])
		}
	}
	if isQuoted(text) {
		text = text[1 : len(text)-1]
	}
	return text
}

// unknown tells whether the value of key is not known here: it holds a reference or template that was not replaced.
func (n *node) unknown(key string) bool {
	text, ok := n.written(key)
	return ok && hasPlaceholder(text)
}

func hasPlaceholder(text string) bool {
	return strings.Contains(text, "${") || strings.Contains(text, "{{")
}

// text is the value of key as the release has it: from the file, or the default. It is false when the value is not
// known, or null, or the release ignores the key.
func (n *node) text(key string) (string, bool) {
	def, known := release.LookupConfigKey(n.release, key)
	if text, ok := n.written(key); ok {
		return text, (known || builtInPluginKey(key)) && !hasPlaceholder(text)
	}
	if !known || def.Kind != release.DefaultValue {
		return "", false
	}
	return def.Default, true
}

func (n *node) int(key string) (int64, bool) {
	text, ok := n.text(key)
	number, err := strconv.ParseInt(text, 10, 64)
	return number, ok && err == nil
}

func (n *node) isTrue(key string) bool {
	text, _ := n.text(key)
	return strings.EqualFold(text, "true")
}

func (n *node) list(key string) []string {
	text, ok := n.text(key)
	if !ok {
		return nil
	}
	return splitList(text, ",")
}

// given is the first of some keys the file has, or else the last.
func (n *node) given(keys ...string) string {
	for _, key := range keys {
		if _, ok := n.props.Get(key); ok {
			return key
		}
	}
	return keys[len(keys)-1]
}

// has tells whether the file has the key at all.
func (n *node) has(key string) bool {
	_, ok := n.props.Get(key)
	return ok
}

// splitList is the trimmed parts of a list that are not empty.
func splitList(text, separator string) []string {
	var parts []string
	for part := range strings.SplitSeq(text, separator) {
		if part = javalang.Trim(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// idKey is the key that gives the node its ID.
func (n *node) idKey() string { return n.given(nodeIDKey, brokerIDKey, nodeIDKey) }

func (n *node) readID() {
	text, ok := n.written(n.idKey())
	id, err := strconv.ParseInt(text, 10, 32)
	n.id, n.hasID = int32(id), ok && err == nil
}

func (n *node) readQuorum() {
	n.votersSound = !n.unknown(votersKey)
	for _, entry := range n.list(votersKey) {
		id, address, found := strings.Cut(entry, "@")
		number, err := strconv.ParseInt(id, 10, 32)
		hp, ok := parseHostPort(address)
		if !found || err != nil || !ok {
			n.votersSound = false
			continue
		}
		n.voters = append(n.voters, voter{int32(number), entry, hp})
	}
	if n.release < release.V3_9 {
		return
	}
	for _, entry := range n.list(bootstrapKey) {
		if hp, ok := parseHostPort(entry); ok {
			n.bootstrap = append(n.bootstrap, hp)
		}
	}
}

// voter is the entry of an ID; of several the last, as in Kafka.
func (n *node) voter(id int32) (voter, bool) {
	for i := len(n.voters) - 1; i >= 0; i-- {
		if n.voters[i].id == id {
			return n.voters[i], true
		}
	}
	return voter{}, false
}

// place is where to point for a key: its first line, or the anchor when the file lacks it.
func (n *node) place(key string) Place {
	at := nodeconf.Anchor(n.props)
	if e, ok := n.props.Lookup(key); ok && !e.KeyPos.IsZero() {
		at = e.KeyPos
		if e.ValuePos.Line == at.Line {
			at.Column = e.ValuePos.Column
		}
	}
	return n.at(at.Line, at.Column)
}

// at is a place of the source's text in the original.
func (n *node) at(line, column int) Place {
	if n.src.Lines == nil {
		return Place{File: n.src.Path, Line: line, Column: column}
	}
	if line < 1 || line > len(n.src.Lines) {
		return Place{File: n.src.Path, Line: 1, Column: 1}
	}
	return n.src.Lines[line-1]
}
