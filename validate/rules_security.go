package validate

import (
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// securityRules are about protocols and mechanisms that have to agree.
func securityRules() []*Rule {
	return []*Rule{
		{
			Slug: "security-protocol-differs", Severity: Error, cluster: securityProtocolDiffers,
			Doc: Doc{
				What: "The controller listener, or a listener of one name on several brokers, has different security protocols. For listeners brokers do not use among themselves this is a warning.",
				Why:  "One side says hello in TLS or SASL, and the other does not expect it.",
				Fix:  "Use one protocol.",
			},
			Bad: "-- c1.properties --\nprocess.roles=controller\nnode.id=1\nlisteners=CONTROLLER://c1:9093\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=CONTROLLER:SSL\n" +
				"-- d1.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT\n",
			Good: "-- c1.properties --\nprocess.roles=controller\nnode.id=1\nlisteners=CONTROLLER://c1:9093\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=CONTROLLER:SSL\n" +
				"-- d1.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=CONTROLLER:SSL,PLAINTEXT:PLAINTEXT\n",
		},
		{
			Slug: "sasl-mechanism-differs", Severity: Error, cluster: saslMechanismDiffers,
			Doc: Doc{
				What: "A node logs in to a controller, or to another broker, with a SASL mechanism that is not enabled there.",
				Why:  "The login fails: the node never registers, or does not replicate.",
				Fix:  "Enable the mechanism on the server's side.",
			},
			Bad: "-- c1.properties --\nprocess.roles=controller\nnode.id=1\nlisteners=CONTROLLER://c1:9093\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=CONTROLLER:SASL_SSL\nsasl.enabled.mechanisms=SCRAM-SHA-512\nsasl.mechanism.controller.protocol=SCRAM-SHA-512\n" +
				"-- d1.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=CONTROLLER:SASL_SSL,PLAINTEXT:PLAINTEXT\nsasl.mechanism.controller.protocol=PLAIN\n",
			Good: "-- c1.properties --\nprocess.roles=controller\nnode.id=1\nlisteners=CONTROLLER://c1:9093\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=CONTROLLER:SASL_SSL\nsasl.enabled.mechanisms=SCRAM-SHA-512\nsasl.mechanism.controller.protocol=SCRAM-SHA-512\n" +
				"-- d1.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=CONTROLLER:SASL_SSL,PLAINTEXT:PLAINTEXT\nsasl.mechanism.controller.protocol=SCRAM-SHA-512\n",
		},
	}
}

// controllerProtocol is how a node talks to controllers.
func controllerProtocol(n *node) (string, bool) {
	if n.controllerName() == "" {
		return "", false
	}
	protocol := n.protocol(n.controllerName())
	return protocol, protocol != ""
}

func securityProtocolDiffers(c *cluster, r *reporter) {
	if ref := reference(agreement(c.controllers, controllerProtocol), nil); ref != nil {
		for _, n := range c.nodes {
			if protocol, ok := controllerProtocol(n); ok && protocol != ref.value {
				r.at(n, n.given(protocolsKey, controllerKey), "this node speaks %s with controllers, and they speak %s", protocol, ref.value).
					see(ref.first(), ref.first().given(protocolsKey, controllerKey), "the controllers' protocol")
			}
		}
	}
	named, internal := map[string][]*node{}, map[string]bool{}
	var order []string
	for _, n := range c.brokers {
		internal[n.interBroker] = true
		for _, e := range n.brokerEndpoints(n.listeners) {
			if named[e.name] == nil {
				order = append(order, e.name)
			}
			named[e.name] = append(named[e.name], n)
		}
	}
	for _, name := range order {
		protocol := func(n *node) (string, bool) { p := n.protocol(name); return p, p != "" }
		deviating(named[name], protocol, nil, func(n, ref *node) {
			r.at(n, n.given(protocolsKey, listenersKey), "%s is %s here, and %s on most brokers", name, n.protocol(name), ref.protocol(name)).
				asIf(!internal[name], Warning).see(ref, ref.given(protocolsKey, listenersKey), "most brokers have this")
		})
	}
}

// enables tells whether a listener of the node takes a mechanism; one whose mechanisms are not known may.
func (n *node) enables(listener, mechanism string) bool {
	_, enabled := n.listenerSetting(listener, mechanismsKey)
	return hasPlaceholder(enabled) || slices.Contains(splitList(enabled, ","), mechanism)
}

// firstLacking finds, for a mechanism, the first two servers that do not enable it, so that a node can leave itself out.
// Each mechanism is looked for once.
func firstLacking(servers []*node, listener func(*node) string) func(mechanism string, but *node) *node {
	lacking := map[string][]*node{}
	return func(mechanism string, but *node) *node {
		found, looked := lacking[mechanism]
		if !looked {
			for _, s := range servers {
				name := listener(s)
				if len(found) < 2 && strings.HasPrefix(s.protocol(name), "SASL_") && !s.enables(name, mechanism) {
					found = append(found, s)
				}
			}
			lacking[mechanism] = found
		}
		for _, s := range found {
			if s != but {
				return s
			}
		}
		return nil
	}
}

func saslMechanismDiffers(c *cluster, r *reporter) {
	lacking := firstLacking(c.controllers, (*node).controllerName)
	for _, n := range c.nodes {
		mechanism, ok := n.text(ctrlMechanism)
		if protocol, _ := controllerProtocol(n); !ok || !strings.HasPrefix(protocol, "SASL_") {
			continue
		}
		if server := lacking(mechanism, nil); server != nil {
			key, enabled := server.listenerSetting(server.controllerName(), mechanismsKey)
			r.at(n, ctrlMechanism, "this node logs in to controllers with %s, and one enables only %s", mechanism, enabled).see(server, key, "%s is missing here", mechanism)
		}
	}
	byListener := map[string]func(string, *node) *node{}
	for _, n := range c.brokers {
		mechanism, ok := n.text(brokerMechanism)
		if !ok || !strings.HasPrefix(n.protocol(n.interBroker), "SASL_") || !n.enables(n.interBroker, mechanism) {
			continue // the last is sasl-mechanism-not-enabled
		}
		name := n.interBroker
		if byListener[name] == nil {
			servers := only(c.brokers, func(b *node) bool { _, ok := find(b.listeners, name); return ok })
			byListener[name] = firstLacking(servers, func(*node) string { return name })
		}
		if server := byListener[name](mechanism, n); server != nil {
			key, enabled := server.listenerSetting(name, mechanismsKey)
			r.at(n, brokerMechanism, "this broker logs in to others with %s, and one enables only %s", mechanism, enabled).see(server, key, "%s is missing here", mechanism)
		}
	}
}

// identityRules are about node and cluster IDs.
func identityRules() []*Rule {
	return []*Rule{
		{
			Slug: "duplicate-node-id", Severity: Error, cluster: duplicateNodeID,
			Doc: Doc{
				What: "Two files have one node.id (broker.id where node.id is not set).",
				Why:  "The second broker is refused with DUPLICATE_BROKER_REGISTRATION; two controllers cast one vote.",
				Fix:  "Renumber.",
			},
			Bad:  "-- a.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.voters=1@c1:9093\n-- b.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.voters=1@c1:9093\n",
			Good: threeControllers,
		},
		{
			Slug: "cluster-id-differs", Severity: Error, cluster: clusterIDDiffers,
			Doc: Doc{
				What: "meta.properties files carry different cluster IDs, or another than --cluster-id.",
				Why:  "INCONSISTENT_CLUSTER_ID: the node never joins.",
				Fix:  "Format with the one ID.",
			},
			Bad:  clusterExample(11, "", "JoLxm_7Pza-GGceO6NNbNQ", ""),
			Good: clusterExample(11, "", "XcZZOzUqS4yHOjhMQB6JLQ", ""),
		},
		{
			Slug: "meta-node-id-differs", Severity: Error, cluster: metaNodeIDDiffers,
			Doc: Doc{
				What: "The meta.properties of a node has another node.id than its configuration.",
				Why:  `The node exits: "Stored node id A doesn't match previous node id B".`,
				Fix:  "Put the right disk on the right node.",
			},
			Bad:  clusterExample(12, "", "XcZZOzUqS4yHOjhMQB6JLQ", ""),
			Good: clusterExample(11, "", "XcZZOzUqS4yHOjhMQB6JLQ", ""),
		},
		{
			Slug: "directory-id-duplicate", Severity: Error, Releases: release.Since(release.V3_7), cluster: directoryIDDuplicate,
			Doc: Doc{
				What: "Two meta.properties carry one directory.id.",
				Why:  "A disk was cloned: inside one node the start fails, and of two brokers the second is refused registration.",
				Fix:  "Format the clone afresh.",
			},
			Bad:  clusterExample(11, "uSXWHpyTT-FnJ4wKLnZ8wA", "XcZZOzUqS4yHOjhMQB6JLQ", "uSXWHpyTT-FnJ4wKLnZ8wA"),
			Good: clusterExample(11, "uSXWHpyTT-FnJ4wKLnZ8wA", "XcZZOzUqS4yHOjhMQB6JLQ", "5F1iJoR2XgL73JHWf6bB4Q"),
		},
	}
}

func duplicateNodeID(c *cluster, r *reporter) {
	for _, n := range c.nodes {
		if first := c.ids[n.id]; n.hasID && first != n {
			r.at(n, n.idKey(), "%s has the ID %d as well", first.src.Path, n.id).see(first, first.idKey(), "the other node with this ID")
		}
	}
}

// atMeta reports about a key of a meta.properties file.
func (r *reporter) atMeta(m *metaFile, key, format string, args ...any) *finding {
	f := r.at(m.owner, key, format, args...)
	f.Place = m.place(key)
	return f
}

func clusterIDDiffers(c *cluster, r *reporter) {
	want, told := c.knownID(), "and the others are of"
	if c.clusterID != "" {
		told = "and the cluster's ID is"
	}
	var first *metaFile
	for _, m := range c.metas {
		if first == nil && m.sound && m.ClusterID == want {
			first = m
		}
	}
	for _, m := range c.metas {
		if !m.sound || m.NoClusterID || m.ClusterID == want {
			continue
		}
		f := r.atMeta(m, "cluster.id", "this is a directory of cluster %s, %s %s", m.ClusterID, told, want)
		if first != nil && c.clusterID == "" {
			f.Related = append(f.Related, Related{first.place("cluster.id"), "most directories have this"})
		}
	}
}

func metaNodeIDDiffers(c *cluster, r *reporter) {
	for _, n := range c.nodes {
		var f *finding
		for _, m := range n.metas {
			if !n.hasID || !m.sound || m.NoNodeID || m.NodeID == n.id {
				continue
			}
			if f == nil {
				f = r.at(n, n.idKey(), "the node is %d, and its directory was formatted for node %d", n.id, m.NodeID)
			}
			key := nodeIDKey
			if m.Version == 0 {
				key = brokerIDKey
			}
			f.Related = append(f.Related, Related{m.place(key), "the directory's node"})
		}
	}
}

func directoryIDDuplicate(c *cluster, r *reporter) {
	seen := map[string]*metaFile{}
	for _, m := range c.metas {
		if !m.sound || m.DirectoryID == nil {
			continue
		}
		id := m.DirectoryID.String()
		first := seen[id]
		if first == nil {
			seen[id] = m
			continue
		}
		f := r.atMeta(m, "directory.id", "%s has the same directory ID: one is a copy of the other", first.Path)
		f.Related = append(f.Related, Related{first.place("directory.id"), "the first directory with this ID"})
	}
}
