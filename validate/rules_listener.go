package validate

import (
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// listenerFileRules are about the listeners of one node.
func listenerFileRules() []*Rule {
	return []*Rule{
		{
			Slug: "controller-exposes-client-listener", Severity: Error, file: controllerExposesClientListener,
			Doc: Doc{
				What: "A dedicated controller has a listener that controller.listener.names does not name.",
				Why:  "Kafka refuses the file: controllers do not serve clients.",
				Fix:  "Leave only the controller listener.",
			},
			Bad:  "process.roles=controller\nlisteners=CONTROLLER://:9093,PLAINTEXT://:9092\ncontroller.listener.names=CONTROLLER\n",
			Good: "process.roles=controller\nlisteners=CONTROLLER://:9093\ncontroller.listener.names=CONTROLLER\n",
		},
		{
			Slug: "broker-exposes-controller-listener", Severity: Error, file: brokerExposesControllerListener,
			Doc: Doc{
				What: "A dedicated broker has a listener that controller.listener.names names.",
				Why:  "Kafka refuses the file.",
				Fix:  "Remove the controller listener from listeners.",
			},
			Bad:  "process.roles=broker\nlisteners=PLAINTEXT://:9092,CONTROLLER://:9093\ncontroller.listener.names=CONTROLLER\n",
			Good: "process.roles=broker\nlisteners=PLAINTEXT://:9092\ncontroller.listener.names=CONTROLLER\n",
		},
		{
			Slug: "controller-listener-names-missing", Severity: Error, file: controllerListenerNamesMissing,
			Doc: Doc{
				What: "controller.listener.names is absent or empty.",
				Why:  "Kafka refuses the file.",
				Fix:  "Name the controller listener, on brokers too.",
			},
			Bad:  "process.roles=broker\nnode.id=1\n",
			Good: "process.roles=broker\nnode.id=1\ncontroller.listener.names=CONTROLLER\n",
		},
		{
			Slug: "controller-listener-not-listed", Severity: Error, file: controllerListenerNotListed,
			Doc: Doc{
				What: "A controller has no listener that controller.listener.names names, perhaps because only the case differs or listeners is not set.",
				Why:  "Kafka refuses the file: it reads the names in listeners in upper case, and controller.listener.names as written.",
				Fix:  "Write both in upper case, and list the controller listener in listeners.",
			},
			Bad:  "process.roles=controller\nlisteners=CONTROLLER://:9093\ncontroller.listener.names=controller\n",
			Good: "process.roles=controller\nlisteners=CONTROLLER://:9093\ncontroller.listener.names=CONTROLLER\n",
		},
	}
}

// mappingFileRules are about what listeners are mapped to and used for.
func mappingFileRules() []*Rule {
	return []*Rule{
		{
			Slug: "controller-port-shared", Severity: Error, file: controllerPortShared,
			Doc: Doc{
				What: "The controller listener and another listener of the node share a port, or a combined node has the controller listener only.",
				Why:  "Kafka refuses the file: each listener needs its own port.",
				Fix:  "Give the controller a port of its own.",
			},
			Bad:  "process.roles=broker,controller\nlisteners=PLAINTEXT://:9092,CONTROLLER://:9092\ncontroller.listener.names=CONTROLLER\n",
			Good: "process.roles=broker,controller\nlisteners=PLAINTEXT://:9092,CONTROLLER://:9093\ncontroller.listener.names=CONTROLLER\n",
		},
		{
			Slug: "listener-unmapped", Severity: Error, file: listenerUnmapped,
			Doc: Doc{
				What: "A listener, or a name in controller.listener.names, has no entry in the given or implied listener.security.protocol.map.",
				Why:  "Kafka refuses the file: No security protocol defined for listener.",
				Fix:  "Add NAME:PROTOCOL.",
			},
			Bad:  "process.roles=broker\nlisteners=BROKER://:9092\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=BROKER:SSL\n",
			Good: "process.roles=broker\nlisteners=BROKER://:9092\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=BROKER:SSL,CONTROLLER:SSL\n",
		},
		{
			Slug: "inter-broker-listener-missing", Severity: Error, file: interBrokerListenerMissing,
			Doc: Doc{
				What: "The inter-broker listener (inter.broker.listener.name, or the one named after security.inter.broker.protocol) is no advertised listener of this broker.",
				Why:  "Kafka refuses the file.",
				Fix:  "Name an advertised listener with inter.broker.listener.name.",
			},
			Bad:  "process.roles=broker\nlisteners=BROKER://:9092\nlistener.security.protocol.map=BROKER:SSL,CONTROLLER:SSL\ncontroller.listener.names=CONTROLLER\n",
			Good: "process.roles=broker\nlisteners=BROKER://:9092\nlistener.security.protocol.map=BROKER:SSL,CONTROLLER:SSL\ncontroller.listener.names=CONTROLLER\ninter.broker.listener.name=BROKER\n",
		},
		{
			Slug: "sasl-mechanism-not-enabled", Severity: Error, file: saslMechanismNotEnabled,
			Doc: Doc{
				What: "sasl.mechanism.inter.broker.protocol is not enabled on the node's own inter-broker listener.",
				Why:  "Kafka refuses the file.",
				Fix:  "Add the mechanism to sasl.enabled.mechanisms.",
			},
			Bad:  "process.roles=broker\nlisteners=SASL_SSL://:9092\nsecurity.inter.broker.protocol=SASL_SSL\nsasl.mechanism.inter.broker.protocol=PLAIN\nsasl.enabled.mechanisms=SCRAM-SHA-512\n",
			Good: "process.roles=broker\nlisteners=SASL_SSL://:9092\nsecurity.inter.broker.protocol=SASL_SSL\nsasl.mechanism.inter.broker.protocol=PLAIN\nsasl.enabled.mechanisms=PLAIN\n",
		},
	}
}

// listedControllers counts the controller listeners the node lists, as Kafka compares names.
func (n *node) listedControllers() int {
	count := 0
	for _, e := range n.opened() {
		if slices.Contains(n.controllerNames, e.name) {
			count++
		}
	}
	return count
}

func controllerExposesClientListener(n *node, r *reporter) {
	if !n.onlyController() || n.listedControllers() == 0 {
		return
	}
	for _, e := range n.brokerEndpoints(n.listeners) {
		r.at(n, listenersKey, "%s is no controller listener, and a dedicated controller may not have others", e.name)
		return
	}
}

func brokerExposesControllerListener(n *node, r *reporter) {
	if !n.onlyBroker() {
		return
	}
	for _, e := range n.opened() {
		if n.isControllerName(e.name) {
			r.at(n, listenersKey, "%s is a controller listener, and a dedicated broker may not open one", e.name)
			return
		}
	}
}

func controllerListenerNamesMissing(n *node, r *reporter) {
	if n.kraft && len(n.controllerNames) == 0 && !n.unknown(controllerKey) {
		r.at(n, controllerKey, "controller.listener.names is not set, so the node does not know how to talk to controllers")
	}
}

func controllerListenerNotListed(n *node, r *reporter) {
	if !n.controller || len(n.controllerNames) == 0 || n.unknown(listenersKey) || n.listedControllers() > 0 {
		return
	}
	for _, e := range n.opened() {
		if n.isControllerName(e.name) {
			r.at(n, controllerKey, "Kafka compares controller.listener.names as written, in this case %s, with the upper-cased %s of listeners", n.controllerName(), e.name).
				mend("Write %s.", strings.ToUpper(n.controllerName())).edit(SetValue, controllerKey, strings.ToUpper(strings.Join(n.controllerNames, ",")))
			return
		}
	}
	r.at(n, controllerKey, "listeners has no %s", joined(n.controllerNames)).mend("Add %s://:9093 to listeners.", strings.ToUpper(n.controllerName()))
}

func controllerPortShared(n *node, r *reporter) {
	if !n.controller || n.unknown(listenersKey) {
		return
	}
	opened, brokers := n.opened(), 0
	for _, e := range opened {
		if !n.isControllerName(e.name) {
			brokers++
			continue
		}
		for _, other := range opened {
			if other.port == e.port && other.name != e.name && e.port != 0 && !n.mayShare(e, other) {
				r.at(n, listenersKey, "%s and %s share port %d", e.name, other.name, e.port)
				return
			}
		}
	}
	if n.broker && brokers == 0 && n.listedControllers() > 0 && len(opened) == len(n.listeners) {
		r.at(n, listenersKey, "a combined node needs a listener for brokers and clients besides the controller's")
	}
}

// mayShare tells whether Kafka lets two listeners have one port: since 3.6 one IPv4 and one IPv6 address.
func (n *node) mayShare(a, b endpoint) bool {
	return n.release >= release.V3_6 && isIP(a.host) && isIP(b.host) && strings.Contains(a.host, ":") != strings.Contains(b.host, ":")
}

func listenerUnmapped(n *node, r *reporter) {
	if !n.kraft || n.unknown(protocolsKey) || n.controller && len(n.controllerNames) == 0 && !n.has(protocolsKey) {
		return // without a map the controller listener is mapped by its name, which controller-listener-names-missing asks for
	}
	key := n.given(protocolsKey, listenersKey)
	var names []string
	for _, e := range n.opened() {
		lowerCase := n.isControllerName(e.name) && !slices.Contains(n.controllerNames, e.name)
		if n.protocol(e.name) == "" && !(lowerCase && n.controller) { // the latter is controller-listener-not-listed
			names = append(names, e.name)
		}
	}
	if !n.controller {
		for _, name := range n.controllerNames {
			if n.protocol(name) == "" {
				names = append(names, strings.ToUpper(name))
			}
		}
	}
	if len(names) > 0 {
		r.at(n, key, "no security protocol is given for %s", joined(names)).mend("Add %s:PROTOCOL to listener.security.protocol.map.", names[0])
	}
}

func interBrokerListenerMissing(n *node, r *reporter) {
	if !n.broker || n.interBroker == "" || n.unknown(advertisedKey) || n.unknown(listenersKey) || !n.has(listenersKey) {
		return
	}
	if len(n.controllerNames) == 0 || n.isControllerName(n.interBroker) && n.onlyBroker() {
		return // which listeners are the brokers' cannot be told, and other rules say so
	}
	advertised := n.brokerEndpoints(n.advertised)
	if _, ok := find(advertised, n.interBroker); ok || len(advertised) == 0 {
		return
	}
	var names []string
	for _, e := range advertised {
		names = append(names, e.name)
	}
	key := n.given(interBrokerKey, listenersKey)
	r.at(n, key, "brokers would talk to one another over %s, and this one advertises %s", n.interBroker, joined(names)).
		mend("Set inter.broker.listener.name to one of %s.", joined(names))
}

func saslMechanismNotEnabled(n *node, r *reporter) {
	if !n.broker || !strings.HasPrefix(n.protocol(n.interBroker), "SASL_") {
		return
	}
	mechanism, ok := n.text(brokerMechanism)
	key, enabled := n.listenerSetting(n.interBroker, mechanismsKey)
	if !ok || hasPlaceholder(enabled) || slices.Contains(splitList(enabled, ","), mechanism) {
		return
	}
	at := n.given(brokerMechanism, key)
	r.at(n, at, "%s is not enabled on this node's own inter-broker listener %s, which has %s", mechanism, n.interBroker, enabled).
		see(n, key, "the mechanisms enabled")
}
