package nodeconf

import (
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javahash"
	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"
)

const (
	listenersKey     = "listeners"
	advertisedKey    = "advertised.listeners"
	protocolMapKey   = "listener.security.protocol.map"
	controllerKey    = "controller.listener.names"
	emptyListener    = "The provided listener name is null or empty string"
	plaintext        = "PLAINTEXT"
	nonRoutable      = "0.0.0.0"
	endpointForm     = "write each listener as NAME://host:port, entries separated by commas; an empty host means all interfaces"
	derivedListeners = "all listeners" // marks in config.unsound that they could not be read
)

var securityProtocols = map[string]bool{plaintext: true, "SSL": true, "SASL_PLAINTEXT": true, "SASL_SSL": true}

// derived is what KafkaConfig computes from several keys.
type derived struct {
	roles       Roles
	voters      []Voter
	protocols   map[string]string // effectiveListenerSecurityProtocolMap
	controllers []string          // controllerListenerNames
	listeners   []Endpoint
	advertised  []Endpoint // the entries of advertised.listeners, or listeners when it is absent
	hasAdvert   bool
	interBroker struct{ name, protocol string }
}

// thrown is an exception while a text is parsed, on its way to become a Problem.
type thrown struct {
	exception, message string
	at                 int // the byte of the value to look at
	hint               string
}

func (t *thrown) String() string { return t.exception + ": " + t.message }

// controllerListenerNames is the list of controller.listener.names. Up to 4.0 blanks around a comma belong to
// the names, and an empty name is one.
func (c *config) controllerListenerNames() []string {
	if c.since(release.V4_1) {
		return c.list(controllerKey)
	}
	text, _ := c.text(controllerKey)
	if text == "" {
		return nil
	}
	return texts(splitKeepingBlanks(text, ','))
}

// normalised is ListenerName.normalised: the upper case of a name. Since 3.6 it refuses a blank one.
func (c *config) normalised(name string) (string, *thrown) {
	if isBlank(name) && c.since(release.V3_6) {
		return "", &thrown{configException, emptyListener, 0, "a listener has a name: remove the comma or colon that has nothing before it"}
	}
	return strings.ToUpper(name), nil
}

// parseProtocolMap computes effectiveListenerSecurityProtocolMap.
func (c *config) parseProtocolMap() bool {
	text, _ := c.text(protocolMapKey)
	entries, problem := c.parseMap(protocolMapKey, text)
	if problem != nil {
		return false
	}
	c.protocols = make(map[string]string, len(entries))
	written := make(map[string]piece, len(entries))
	keys := make([]string, 0, len(entries))
	for _, e := range entries {
		keys = append(keys, e.key)
		written[e.key] = piece{e.value, e.at}
	}
	if c.since(release.V3_8) { // a Scala map before, which keeps the order of a few entries
		keys = javahash.Order(keys)
	}
	for _, key := range keys {
		if t := c.mapListener(key, written[key].text); t != nil {
			c.fail(t.exception, protocolMapKey, t.message, t.hint).Pos = c.placeOf(protocolMapKey, written[key].at)
			return false
		}
	}
	if c.isSet(protocolMapKey) || c.roles == (Roles{}) && c.until(release.V3_9) {
		return true
	}
	return c.addImplicitProtocols()
}

func (c *config) mapListener(key, protocol string) *thrown {
	name, t := c.normalised(key)
	if t != nil {
		return t
	}
	upper := strings.ToUpper(protocol)
	if !securityProtocols[upper] {
		return &thrown{
			configException, fmt.Sprintf("Invalid security protocol `%s` defined in %s", protocol, protocolMapKey), 0,
			"a listener maps to PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
		}
	}
	if earlier, ok := c.protocols[name]; ok && c.since(release.V4_1) {
		return duplicateKey(name, earlier, upper)
	}
	c.protocols[name] = upper
	return nil
}

// duplicateKey is what Collectors.toMap throws.
func duplicateKey(name, first, second string) *thrown {
	return &thrown{
		illegalState, fmt.Sprintf("Duplicate key ListenerName(%s) (attempted merging values %s and %s)", name, first, second), 0,
		fmt.Sprintf("name %s once only", name),
	}
}

// addImplicitProtocols maps the controller listeners to PLAINTEXT when no map is given and nothing points to
// another protocol. Names keep their case here, while lookups use upper case.
func (c *config) addImplicitProtocols() bool {
	for _, name := range c.controllers {
		if isSSLOrSASL(name) {
			return true
		}
	}
	for _, l := range c.csv(listenersKey) {
		name, ok := c.listenerName(l.text)
		if !ok {
			c.fail(kafkaException, listenersKey, "Unable to parse a listener name from "+l.text, endpointForm).Pos = c.placeOf(listenersKey, l.at)
			return false
		}
		if isSSLOrSASL(name) {
			return true
		}
	}
	for i, name := range c.controllers {
		if name == plaintext {
			continue
		}
		if c.since(release.V4_1) && contains(c.controllers[:i], name) {
			t := duplicateKey(name, plaintext, plaintext)
			c.fail(t.exception, controllerKey, t.message, t.hint)
			return false
		}
		c.protocols[name] = plaintext
	}
	return true
}

func isSSLOrSASL(name string) bool {
	return name == "SSL" || name == "SASL_SSL" || name == "SASL_PLAINTEXT"
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// csv is the parts of a listener list: since 4.2 a LIST, before a text for Csv.parseCsvList.
func (c *config) csv(key string) []piece { return c.pieces(key) }

// listenerName is EndPoint.parseListenerName: what stands before the first colon, or up to 3.8 the name in a
// whole endpoint.
func (c *config) listenerName(entry string) (string, bool) {
	if c.until(release.V3_8) {
		name, _, _, ok := splitEndpoint(entry)
		return strings.ToUpper(name), ok
	}
	name, _, found := strings.Cut(entry, ":")
	return strings.ToUpper(name), found
}

// splitEndpoint matches NAME://host:port, the host perhaps in brackets.
func splitEndpoint(entry string) (name, host, port string, ok bool) {
	i := strings.LastIndex(entry, "://")
	if i < 0 || strings.ContainsFunc(entry[:i], isLineTerminator) {
		return "", "", "", false
	}
	name, address := entry[:i], entry[i+len("://"):]
	colon := strings.LastIndexByte(address, ':')
	if colon < 0 || !isDigits(strings.TrimPrefix(address[colon+1:], "-")) {
		return "", "", "", false
	}
	host = strings.TrimSuffix(strings.TrimPrefix(address[:colon], "["), "]")
	return name, host, address[colon+1:], isHostText(host)
}

// parseEndpoints reads listeners or advertised.listeners; only the former needs distinct ports.
func (c *config) parseEndpoints(key string, distinctPorts bool) ([]Endpoint, bool) {
	var endpoints []Endpoint
	for _, entry := range c.csv(key) {
		endpoint, t := c.parseEndpoint(entry.text)
		if t != nil {
			p := c.fail(illegalArgument, key, fmt.Sprintf("Error creating broker listeners from '%s': %s", c.listText(key), t.message), t.hint)
			p.Causes = []string{t.String()}
			p.Pos = c.placeOf(key, entry.at)
			return nil, false
		}
		endpoint.Pos = c.placeOf(key, entry.at)
		endpoints = append(endpoints, endpoint)
	}
	if t := c.checkEndpoints(key, endpoints, distinctPorts); t != nil {
		p := c.fail(t.exception, key, t.message, t.hint)
		if c.since(release.V4_3) {
			p.Causes = []string{t.String()}
			p.Message = fmt.Sprintf("Error creating broker listeners from '%s': %s", c.listText(key), t.message)
		}
		p.Pos = endpoints[t.at].Pos
		return nil, false
	}
	return endpoints, true
}

// listText is how Kafka prints the whole value: since 4.2 as a list.
func (c *config) listText(key string) string {
	if c.since(release.V4_2) {
		return javaList(c.list(key))
	}
	text, _ := c.text(key)
	return text
}

func (c *config) parseEndpoint(entry string) (Endpoint, *thrown) {
	name, host, port, ok := splitEndpoint(entry)
	if !ok {
		return Endpoint{}, &thrown{kafkaException, "Unable to parse " + entry + " to a broker endpoint", 0, endpointForm}
	}
	upper, t := c.normalised(name)
	if t != nil {
		return Endpoint{}, t
	}
	number, ok := parseInteger(port, 32)
	if !ok {
		return Endpoint{}, &thrown{numberFormat, fmt.Sprintf("For input string: %q", port), 0, "a port is a number from 0 to 65535"}
	}
	protocol, ok := c.protocols[upper]
	if !ok {
		return Endpoint{}, &thrown{illegalArgument, "No security protocol defined for listener " + upper, 0, c.unmappedHint(upper)}
	}
	return Endpoint{Name: upper, Host: host, Port: int(number), Protocol: protocol}, nil
}

func (c *config) unmappedHint(name string) string {
	for _, written := range c.controllers {
		if written != name && strings.EqualFold(javalang.Trim(written), name) {
			return fmt.Sprintf("controller.listener.names has %q, which is compared as written; write %s there", written, name)
		}
	}
	return fmt.Sprintf("add %s:PLAINTEXT (or SSL, SASL_PLAINTEXT, SASL_SSL) to %s, or use a name it has", name, protocolMapKey)
}
