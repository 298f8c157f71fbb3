package nodeconf

import (
	"fmt"
	"slices"

	"github.com/kraftctl/kraftctl/release"
)

func (c *config) checkNothingAdvertised() {
	c.require(!c.isSet(advertisedKey), advertisedKey, "The advertised.listeners config must be empty when process.roles=controller",
		"remove the line: up to 3.8 the address of a controller is its entry in controller.quorum.voters")
}

// checkOnlyControllerListeners wants every listener of a dedicated controller to be a controller listener.
func (c *config) checkOnlyControllerListeners() {
	served := 0
	var other *Endpoint
	for i, l := range c.listeners {
		if c.isController(l.Name) {
			served++
		} else if other == nil {
			other = &c.listeners[i]
		}
	}
	holds := other == nil
	if c.since(release.V3_9) { // it compares counts: a name listed twice counts twice
		if names, ok := c.advertisedControllers(); ok {
			holds = len(names) == len(c.listeners)
		} else {
			return
		}
	}
	if !c.require(holds, listenersKey, "The listeners config must only contain KRaft controller listeners from controller.listener.names when process.roles=controller",
		"keep only listeners named in controller.listener.names, or add broker to process.roles") && other != nil {
		c.problems[len(c.problems)-1].Pos = other.Pos
	}
}

// advertisedControllers is effectiveAdvertisedControllerListeners (3.9 onward): for each controller listener name its
// advertised endpoint, or else the listener, which loses the host 0.0.0.0. It is false when a name is blank, which
// is then reported.
func (c *config) advertisedControllers() ([]Endpoint, bool) {
	var own, advertised, found []Endpoint
	for _, l := range c.listeners {
		if c.isController(l.Name) {
			own = append(own, l)
		}
	}
	for _, e := range c.advertised {
		if c.hasAdvert && c.isController(e.Name) {
			advertised = append(advertised, e)
		}
	}
	for _, written := range c.controllers {
		if len(own)+len(advertised) == 0 {
			break
		}
		name, t := c.normalised(written)
		if t != nil {
			c.fail(t.exception, controllerKey, t.message, t.hint)
			return nil, false
		}
		named := func(e Endpoint) bool { return e.Name == name }
		if i := slices.IndexFunc(advertised, named); i >= 0 {
			found = append(found, advertised[i])
		} else if i := slices.IndexFunc(own, named); i >= 0 {
			endpoint, ok := c.reachable(own[i], written == c.controllers[0])
			if !ok {
				return nil, false
			}
			found = append(found, endpoint)
		}
	}
	return found, true
}

// reachable is a listener as it is advertised. Since 4.2 the first one, bound to all addresses, takes the
// address the voters give this node; then no voter may have 0.0.0.0, and false is returned for one that has.
func (c *config) reachable(l Endpoint, isDefault bool) (Endpoint, bool) {
	if l.Host != "" && l.Host != nonRoutable {
		return l, true
	}
	l.Host = ""
	if !isDefault || c.until(release.V4_1) {
		return l, true
	}
	if !c.sound([]string{votersKey}) {
		return l, false
	}
	for _, v := range c.voters {
		if v.Host == nonRoutable {
			c.fail(configException, votersKey, "Host string (0.0.0.0) is not routeable", "name the address other nodes reach this voter at").Pos = v.Pos
			c.unsound[votersKey] = true
			return l, false
		}
		if int64(v.ID) == c.integer("node.id") {
			l.Host, l.Port = v.Host, v.Port
		}
	}
	return l, true
}

func (c *config) checkInterBrokerNotController() {
	if !c.has(interBrokerKey) || !c.parseInterBroker() {
		return
	}
	c.require(!c.isController(c.interBroker.name), interBrokerKey,
		"controller.listener.names must not contain an explicitly set inter.broker.listener.name configuration value when process.roles=controller'",
		"remove inter.broker.listener.name from the controller, or name the brokers' listener")
}

func (c *config) checkIsVoter() {
	if c.since(release.V3_9) && len(c.voters) == 0 {
		return
	}
	id := c.integer("node.id")
	c.require(c.isVoter(), "node.id", fmt.Sprintf("If process.roles contains the 'controller' role, the node id %d must be included in the set of voters %s=%s", id, votersKey, c.voterSet()),
		fmt.Sprintf("add %d@host:port to controller.quorum.voters on all nodes, or correct node.id", id))
}

func (c *config) checkSomeControllerListener() {
	holds := slices.ContainsFunc(c.listeners, func(l Endpoint) bool { return c.isController(l.Name) })
	if c.since(release.V3_9) {
		found, ok := c.advertisedControllers()
		if !ok {
			return
		}
		holds = len(found) > 0
	}
	c.require(holds, controllerKey, "controller.listener.names must contain at least one value appearing in the 'listeners' configuration when running the KRaft controller role",
		"name the controller's listener here exactly as listeners has it, in upper case, and give listeners an entry for it")
}

func (c *config) checkAllControllerListeners() {
	for _, p := range c.controllers {
		if !slices.ContainsFunc(c.listeners, func(l Endpoint) bool { return l.Name == p }) {
			c.require(false, controllerKey, "controller.listener.names must only contain values appearing in the 'listeners' configuration when running the KRaft controller role",
				fmt.Sprintf("%q is not a listener of this node; names are compared with upper case, and up to 4.0 with the blanks around a comma", p))
			return
		}
	}
}

// checkMigration is what a ZooKeeper broker wants before it migrates, and forbids otherwise.
func (c *config) checkMigration() {
	if !c.boolean(migrationKey) {
		c.require(len(c.controllers) == 0, controllerKey, "controller.listener.names must be empty when not running in KRaft mode: "+javaList(c.controllers),
			"add process.roles to run in KRaft mode, or remove controller.listener.names")
		return
	}
	if c.opts.Release == release.V3_4 && !c.require(!c.isSet("authorizer.class.name"), "authorizer.class.name",
		"ZooKeeper migration does not yet support authorizers. Remove authorizer.class.name before performing a migration.", "upgrade to 3.5 or later before you migrate") {
		return
	}
	if c.since(release.V3_9) && !c.require(c.integer("broker.id") >= 0, "broker.id",
		"broker.id generation is incompatible with ZooKeeper migration. Please stop using it before enabling migration (set broker.id to a value greater or equal to 0).",
		"set broker.id to the id the broker has now (see its meta.properties)") {
		return
	}
	if !c.checkMigrationQuorum() ||
		!c.require(len(c.controllers) > 0, controllerKey, "controller.listener.names must not be empty when running in ZooKeeper migration mode: []", "name the controllers' listener") ||
		!c.require(c.protocolAtLeast("3.4-IV0"), ibpKey, "Cannot enable ZooKeeper migration without setting 'inter.broker.protocol.version' to 3.4 or higher", "raise inter.broker.protocol.version first") {
		return
	}
	c.checkMigrationDirs()
}

func (c *config) checkMigrationQuorum() bool {
	if len(c.voters) > 0 || c.since(release.V3_9) && len(c.list(bootstrapKey)) > 0 {
		return true
	}
	message := "If using zookeeper.metadata.migration.enable, controller.quorum.voters must contain a parseable set of voters."
	if c.since(release.V3_9) {
		message = "If using zookeeper.metadata.migration.enable, either controller.quorum.bootstrap.servers must contain the set of bootstrap controllers or controller.quorum.voters must contain a parseable set of controllers."
	}
	c.fail(configException, votersKey, message, "name the KRaft controllers the broker migrates to")
	return false
}

func (c *config) checkMigrationDirs() {
	dirs, key := c.logDirs()
	switch {
	case len(dirs) <= 1 || c.until(release.V3_4):
	case c.until(release.V3_6):
		c.require(false, key, "Cannot enable ZooKeeper migration when multiple log directories (aka JBOD) are in use.", "upgrade to 3.7 before you migrate")
	default:
		c.require(c.protocolAtLeast("3.7-IV2"), ibpKey, "Cannot enable ZooKeeper migration with multiple log directories (aka JBOD) without setting 'inter.broker.protocol.version' to 3.7-IV2 or higher",
			"raise inter.broker.protocol.version first")
	}
}
