package validate

import (
	"maps"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"
)

// securityProtocols map to themselves unless listener.security.protocol.map says otherwise.
var securityProtocols = map[string]string{"PLAINTEXT": "PLAINTEXT", "SSL": "SSL", "SASL_PLAINTEXT": "SASL_PLAINTEXT", "SASL_SSL": "SASL_SSL"}

func (n *node) readListeners() {
	n.controllerNames = n.list(controllerKey)
	n.listeners = parseEndpoints(n.list(listenersKey))
	n.advertised, n.hasAdvertised = n.listeners, n.has(advertisedKey)
	if n.hasAdvertised {
		n.advertised = parseEndpoints(n.list(advertisedKey))
	}
	n.readProtocols()
	n.interBroker = "PLAINTEXT"
	if n.unknown(interBrokerKey) {
		n.interBroker = ""
	} else if name, ok := n.text(interBrokerKey); ok {
		n.interBroker = strings.ToUpper(name)
	} else if name, ok := n.text(interProtocolKey); ok {
		n.interBroker = strings.ToUpper(name)
	}
}

func parseEndpoints(entries []string) []endpoint {
	endpoints := make([]endpoint, 0, len(entries))
	for _, entry := range entries {
		e := endpoint{text: entry}
		if i := strings.LastIndex(entry, "://"); i > 0 {
			e.hostPort, e.wellFormed = parseHostPort(entry[i+len("://"):])
			e.name = strings.ToUpper(entry[:i])
		}
		endpoints = append(endpoints, e)
	}
	return endpoints
}

// readProtocols computes the effective listener.security.protocol.map. Without one, the controller listeners are
// PLAINTEXT unless a listener is named after another protocol.
func (n *node) readProtocols() {
	n.protocols = map[string]string{}
	if n.has(protocolsKey) {
		for _, entry := range n.list(protocolsKey) {
			if name, protocol, found := strings.Cut(entry, ":"); found {
				n.protocols[strings.ToUpper(javalang.Trim(name))] = strings.ToUpper(javalang.Trim(protocol))
			}
		}
		return
	}
	maps.Copy(n.protocols, securityProtocols)
	for _, e := range n.listeners {
		if e.name != "PLAINTEXT" && securityProtocols[e.name] != "" {
			return
		}
	}
	for _, name := range n.controllerNames {
		if name != "PLAINTEXT" && securityProtocols[name] != "" {
			return
		}
	}
	for _, name := range n.controllerNames {
		n.protocols[name] = "PLAINTEXT" // the case stays, and lookups are in upper case: so Kafka does it
	}
}

// protocol is the security protocol of a listener; empty when there is none or it is not known.
func (n *node) protocol(name string) string {
	if n.unknown(protocolsKey) {
		return ""
	}
	return n.protocols[strings.ToUpper(name)]
}

// isControllerName tells whether controller.listener.names has the name, in whatever case.
func (n *node) isControllerName(name string) bool {
	return slices.ContainsFunc(n.controllerNames, func(c string) bool { return strings.EqualFold(c, name) })
}

// controllerName is the first of controller.listener.names, which is the one that is used.
func (n *node) controllerName() string {
	if len(n.controllerNames) == 0 {
		return ""
	}
	return n.controllerNames[0]
}

// brokerEndpoints are the entries for clients and brokers.
func (n *node) brokerEndpoints(all []endpoint) []endpoint {
	var kept []endpoint
	for _, e := range all {
		if e.wellFormed && !n.isControllerName(e.name) {
			kept = append(kept, e)
		}
	}
	return kept
}

func find(all []endpoint, name string) (endpoint, bool) {
	i := slices.IndexFunc(all, func(e endpoint) bool { return e.wellFormed && strings.EqualFold(e.name, name) })
	if i < 0 {
		return endpoint{}, false
	}
	return all[i], true
}

// opened are the listeners this node opens: all it lists that can be read.
func (n *node) opened() []endpoint {
	return slices.DeleteFunc(slices.Clone(n.listeners), func(e endpoint) bool { return !e.wellFormed })
}

// onLoopback tells whether nobody but this machine reaches a listener.
func onLoopback(e endpoint) bool { return isLoopback(e.host) }

// listenerSetting is the key that decides a setting of a listener, and its value: listener.name.<name>.<key>, else the key.
func (n *node) listenerSetting(listener, key string) (string, string) {
	prefixed := "listener.name." + strings.ToLower(listener) + "." + key
	if text, ok := n.written(prefixed); ok {
		return prefixed, text
	}
	text, _ := n.text(key)
	return key, text
}

// controllerEndpoint is where other nodes reach this controller: since 3.9 as advertised, else as listened on.
func (n *node) controllerEndpoint() (endpoint, bool) {
	if n.advertisesControllers() {
		if e, ok := find(n.advertised, n.controllerName()); ok && n.hasAdvertised {
			return e, true
		}
	}
	return find(n.listeners, n.controllerName())
}

// hosts are the names the node goes by in its own file, loopback and wildcards left out.
func (n *node) hosts() []string {
	var hosts []string
	for _, all := range [][]endpoint{n.listeners, n.advertised} {
		for _, e := range all {
			if e.wellFormed && isNamed(e.host) && !slices.Contains(hosts, e.host) {
				hosts = append(hosts, e.host)
			}
		}
	}
	return hosts
}

// advertisesControllers tells whether advertised.listeners may name controller listeners (KIP-853, 3.9).
func (n *node) advertisesControllers() bool { return n.release >= release.V3_9 }
