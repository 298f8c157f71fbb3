package nodeconf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

const (
	interBrokerKey  = "inter.broker.listener.name"
	interProtoKey   = "security.inter.broker.protocol"
	mechanismKey    = "sasl.mechanism.inter.broker.protocol"
	mechanismsKey   = "sasl.enabled.mechanisms"
	queuedKey       = "queued.max.request.bytes"
	requestKey      = "socket.request.max.bytes"
	perIPKey        = "max.connections.per.ip"
	authDelayKey    = "connection.failed.authentication.delay.ms"
	idleKey         = "connections.max.idle.ms"
	cordonedKey     = "cordoned.log.dirs"
	formatKey       = "log.message.format.version"
	cannotAdvertise = "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address."
)

// brokerSteps are the checks of validateValues about advertised and inter-broker listeners.
func brokerSteps() []step {
	return []step{
		{release.Since(release.V3_3), []string{rolesKey, derivedAdvertised, controllerKey}, (*config).checkSomethingAdvertised},
		{release.Since(release.V3_3), []string{rolesKey, derivedAdvertised, interBrokerKey, interProtoKey, controllerKey}, servesBrokers((*config).checkInterBrokerAdvertised)},
		{release.Since(release.V3_3), []string{rolesKey, derivedAdvertised, controllerKey}, servesBrokers((*config).checkAdvertisedServed)},
		{release.Since(release.V4_3), []string{rolesKey, cordonedKey, logDirsKey, logDirKey}, asBroker((*config).checkCordoned)},
		{release.Since(release.V3_3), []string{derivedAdvertised, controllerKey}, (*config).checkRoutable},
		{release.Until(release.V3_9), []string{rolesKey, derivedAdvertised, controlPlaneKey}, (*config).checkControlPlane},
		{release.Until(release.V3_9), []string{formatKey, ibpKey}, (*config).checkMessageFormat},
	}
}

// servesBrokers holds for brokers, and for the ZooKeeper brokers of 3.x, which have no role.
var servesBrokers = when(func(c *config) bool { return c.roles.Broker || c.roles == Roles{} && c.until(release.V3_9) })

// advertisedToClients are the endpoints that clients and brokers use. Up to 3.8 what advertised.listeners names is
// taken as it is.
func (c *config) advertisedToClients() []Endpoint {
	if c.hasAdvert && c.until(release.V3_8) {
		return c.advertised
	}
	var kept []Endpoint
	for _, e := range c.advertised {
		if !c.isController(e.Name) {
			kept = append(kept, e)
		}
	}
	return kept
}

func (c *config) checkSomethingAdvertised() {
	serves := c.roles.Broker || c.roles == Roles{} && c.until(release.V3_9)
	if !serves || len(c.advertisedToClients()) > 0 {
		return
	}
	message := "There must be at least one broker advertised listener."
	if c.until(release.V3_8) {
		message = "There must be at least one advertised listener."
	}
	if c.roles.Broker {
		message += " Perhaps all listeners appear in controller.listener.names?"
	}
	c.require(false, c.given(advertisedKey, listenersKey), message, "give listeners an entry that controller.listener.names does not name, for clients and other brokers")
}

// parseInterBroker computes the inter-broker listener and its protocol.
//
// Source: KafkaConfig.getInterBrokerListenerNameAndSecurityProtocol.
func (c *config) parseInterBroker() bool {
	if c.interBroker.name != "" {
		return true
	}
	text, ok := c.text(interBrokerKey)
	if !ok {
		protocol, _ := c.text(interProtoKey)
		c.interBroker.name, c.interBroker.protocol = protocol, protocol
		return true
	}
	if c.isSet(interProtoKey) {
		c.fail(configException, interProtoKey, "Only one of inter.broker.listener.name and security.inter.broker.protocol should be set.", "remove security.inter.broker.protocol; the listener's protocol is in listener.security.protocol.map")
		return c.unsoundInterBroker()
	}
	name, t := c.normalised(text)
	if t == nil && c.protocols[name] == "" {
		t = &thrown{configException, fmt.Sprintf("Listener with name %s defined in %s not found in %s.", name, interBrokerKey, protocolMapKey), 0, c.unmappedHint(name)}
	}
	if t != nil {
		c.fail(t.exception, interBrokerKey, t.message, t.hint)
		return c.unsoundInterBroker()
	}
	c.interBroker.name, c.interBroker.protocol = name, c.protocols[name]
	return true
}

func (c *config) unsoundInterBroker() bool {
	c.unsound[interBrokerKey] = true
	return false
}

func endpointNames(endpoints []Endpoint) []string {
	var names []string
	for _, e := range endpoints {
		if !slices.Contains(names, e.Name) {
			names = append(names, e.Name)
		}
	}
	return names
}

func (c *config) checkInterBrokerAdvertised() {
	if !c.parseInterBroker() {
		return
	}
	names := endpointNames(c.advertisedToClients())
	if !c.require(slices.Contains(names, c.interBroker.name), c.given(interBrokerKey, interProtoKey),
		"inter.broker.listener.name must be a listener name defined in advertised.listeners. The valid options based on currently configured listeners are "+nameSet(names),
		fmt.Sprintf("brokers reach one another through %s; set inter.broker.listener.name to one of %s", c.interBroker.name, strings.Join(names, ", "))) {
		c.unsound[interBrokerKey] = true
	}
}

func (c *config) checkAdvertisedServed() {
	served, names := endpointNames(c.listeners), endpointNames(c.advertisedToClients())
	for _, e := range c.advertisedToClients() {
		if !slices.Contains(served, e.Name) {
			c.require(false, advertisedKey, fmt.Sprintf("advertised.listeners listener names must be equal to or a subset of the ones defined in listeners. Found %s. The valid options based on the current configuration are %s",
				nameSet(names), nameSet(served)), fmt.Sprintf("add a listener %s to listeners, or stop advertising it", e.Name))
			c.problems[len(c.problems)-1].Pos = e.Pos
			return
		}
	}
}

// checkCordoned wants cordoned directories to be log directories; * alone means all.
func (c *config) checkCordoned() {
	cordoned := c.list(cordonedKey)
	if slices.Contains(cordoned, "*") {
		c.require(len(cordoned) == 1, cordonedKey, "When cordoned.log.dirs is set to *, it must not contain other values", "keep * alone, or name directories")
		return
	}
	dirs, _ := c.logDirs()
	missing := slices.DeleteFunc(cordoned, func(dir string) bool { return slices.Contains(dirs, dir) })
	c.require(len(missing) == 0, cordonedKey, "All entries in cordoned.log.dirs must be present in log.dirs or log.dir. Missing entries : "+strings.Join(missing, ", "),
		"write the directories as log.dirs has them")
}

func (c *config) checkRoutable() {
	endpoints := c.advertisedToClients()
	if c.since(release.V3_9) {
		controllers, ok := c.advertisedControllers()
		if !ok {
			return
		}
		endpoints = slices.Concat(endpoints, controllers)
	}
	for _, e := range endpoints {
		if e.Host == nonRoutable {
			c.require(false, c.given(advertisedKey, listenersKey), cannotAdvertise, "advertise a name or address other nodes can connect to; 0.0.0.0 belongs in listeners only")
			c.problems[len(c.problems)-1].Pos = e.Pos
			return
		}
	}
}

// checkControlPlane is what ZooKeeper mode wants of control.plane.listener.name.
func (c *config) checkControlPlane() {
	name, ok := c.controlPlane()
	if !ok || c.roles != (Roles{}) {
		return
	}
	names := endpointNames(c.advertisedToClients())
	if !c.require(slices.Contains(names, name), controlPlaneKey,
		"control.plane.listener.name must be a listener name defined in advertised.listeners. The valid options based on currently configured listeners are "+nameSet(names), "advertise the listener") ||
		!c.sound([]string{interBrokerKey, interProtoKey}) || !c.parseInterBroker() {
		return
	}
	c.require(name != c.interBroker.name, controlPlaneKey,
		fmt.Sprintf("control.plane.listener.name, when defined, should have a different value from the inter broker listener name. Currently they both have the value ListenerName(%s)", name),
		"name another listener")
}
