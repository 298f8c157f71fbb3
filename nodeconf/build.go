package nodeconf

import (
	"maps"
	"slices"
	"strings"
)

// node is the accepted configuration as a Node.
func (c *config) node() *Node {
	n := &Node{
		File: c.opts.File, Release: c.opts.Release,
		Roles: c.roles, NodeID: int32(c.integer("node.id")),
		Voters: c.voters, HasVoters: len(c.voters) > 0, BootstrapServers: c.list(bootstrapKey),
		ControllerListenerNames: c.controllers, Listeners: c.listeners, AdvertisedListeners: c.advertisedToClients(),
		AdvertisedControllerListeners: c.advertisedToControllers(),

		ProtocolMap:      maps.Clone(c.protocols),
		MigrationEnabled: c.boolean(migrationKey),
		UnstableFeatureVersions: c.boolean("unstable.feature.versions.enable") ||
			c.boolean("unstable.metadata.versions.enable"),
		InterBrokerProtocolVersionSet: c.isSet(ibpKey),
		Props:                         c.props, values: &c.values,
	}
	n.InterBrokerListenerName, n.InterBrokerProtocol = c.interBroker.name, c.interBroker.protocol
	n.InterBrokerProtocolVersion, _ = c.text(ibpKey)
	n.LogDirs, _ = c.logDirs()
	if dir, ok := c.text("metadata.log.dir"); ok {
		n.MetadataLogDir = dir
	} else if len(n.LogDirs) > 0 {
		n.MetadataLogDir = n.LogDirs[0]
	}
	for _, w := range c.warnings {
		n.Warnings = append(n.Warnings, w.Message)
	}
	return n
}

// advertisedToControllers finds each controller listener among the advertised ones, then among the others.
func (c *config) advertisedToControllers() []Endpoint {
	var found []Endpoint
	for _, name := range c.controllers {
		for _, endpoints := range [][]Endpoint{c.advertised, c.listeners} {
			at := slices.IndexFunc(endpoints, func(e Endpoint) bool { return strings.EqualFold(e.Name, name) })
			if at >= 0 {
				found = append(found, endpoints[at])
				break
			}
		}
	}
	return found
}
