package nodeconf

import (
	"fmt"
	"slices"

	"github.com/kraftctl/kraftctl/release"
)

const controlPlaneKey = "control.plane.listener.name"

// quorumSteps are the checks of validateValues about roles, voters and controller listeners. The first one computes
// the advertised listeners, which Kafka also does first.
func quorumSteps() []step {
	return []step{
		{release.Since(release.V3_3), []string{derivedListeners, advertisedKey}, (*config).checkAdvertised},
		{release.Since(release.V3_3), []string{rolesKey, votersKey, bootstrapKey}, inKRaft((*config).checkQuorumGiven)},
		{release.Until(release.V3_9), []string{rolesKey, controlPlaneKey, protocolMapKey}, inKRaft((*config).checkNoControlPlane)},
		// broker and combined
		{release.Until(release.V3_8), []string{rolesKey, derivedAdvertised, controllerKey}, asBroker((*config).checkNoControllerAdvertised)},
		// broker only
		{release.Since(release.V3_3), []string{rolesKey, votersKey, "node.id"}, brokerOnly((*config).checkNotVoter)},
		{release.Since(release.V3_3), []string{rolesKey, controllerKey}, brokerOnly((*config).checkControllersNamed)},
		{release.Since(release.V3_3), []string{rolesKey, controllerKey, derivedListeners}, brokerOnly((*config).checkNoControllerListener)},
		{release.Since(release.V3_3), []string{rolesKey, controllerKey, protocolMapKey}, brokerOnly((*config).checkControllersMapped)},
		{release.Since(release.V4_2), []string{rolesKey, autoJoinKey}, brokerOnly((*config).checkAutoJoin)},
		{release.Since(release.V3_3), []string{rolesKey, controllerKey}, brokerOnly((*config).warnSeveralControllers)},
		{release.Since(release.V4_0), []string{rolesKey}, brokerOnly((*config).warnWrongRole)},
		// controller only
		{release.Until(release.V3_8), []string{rolesKey}, controllerOnly((*config).checkNothingAdvertised)},
		{release.Since(release.V3_3), []string{rolesKey, controllerKey, derivedListeners, derivedAdvertised}, controllerOnly((*config).checkOnlyControllerListeners)},
		{release.Since(release.V4_0), []string{rolesKey, controllerKey, interBrokerKey, protocolMapKey}, controllerOnly((*config).checkInterBrokerNotController)},
		// controller and combined
		{release.Since(release.V3_3), []string{rolesKey, votersKey, "node.id"}, asController((*config).checkIsVoter)},
		{release.Since(release.V3_3), []string{rolesKey, controllerKey, derivedListeners, derivedAdvertised}, asController((*config).checkSomeControllerListener)},
		{release.Since(release.V3_3), []string{rolesKey, controllerKey, derivedListeners}, asController((*config).checkAllControllerListeners)},
		// no role
		{release.Until(release.V3_9), []string{rolesKey, controllerKey, migrationKey, votersKey, bootstrapKey, logDirsKey, ibpKey}, inZooKeeper((*config).checkMigration)},
	}
}

const (
	autoJoinKey       = "controller.quorum.auto.join.enable"
	derivedAdvertised = "all advertised listeners" // marks in config.unsound that they could not be read
)

func when(holds func(c *config) bool) func(run func(c *config)) func(c *config) {
	return func(run func(c *config)) func(c *config) {
		return func(c *config) {
			if holds(c) {
				run(c)
			}
		}
	}
}

var (
	inKRaft        = when(func(c *config) bool { return c.roles != Roles{} })
	inZooKeeper    = when(func(c *config) bool { return c.roles == Roles{} })
	asBroker       = when(func(c *config) bool { return c.roles.Broker })
	asController   = when(func(c *config) bool { return c.roles.Controller })
	brokerOnly     = when(func(c *config) bool { return c.roles == Roles{Broker: true} })
	controllerOnly = when(func(c *config) bool { return c.roles == Roles{Controller: true} })
)

// checkAdvertised reads advertised.listeners, or takes the listeners in their place.
func (c *config) checkAdvertised() {
	if c.hasAdvert = c.has(advertisedKey); !c.hasAdvert {
		c.advertised = c.listeners
		return
	}
	endpoints, ok := c.parseEndpoints(advertisedKey, false)
	c.advertised = endpoints
	c.unsound[derivedAdvertised] = !ok
}

func (c *config) isController(name string) bool { return slices.Contains(c.controllers, name) }

func (c *config) checkQuorumGiven() {
	if len(c.voters) > 0 {
		return
	}
	if c.until(release.V3_8) {
		c.fail(configException, votersKey, "If using process.roles, controller.quorum.voters must contain a parseable set of voters.",
			"add controller.quorum.voters=id@host:port,… with all controllers")
		return
	}
	if len(c.list(bootstrapKey)) == 0 {
		c.fail(configException, bootstrapKey, "If using process.roles, either controller.quorum.bootstrap.servers must contain the set of bootstrap controllers or controller.quorum.voters must contain a parseable set of controllers.",
			"add controller.quorum.bootstrap.servers=host:port,… (dynamic quorum) or controller.quorum.voters=id@host:port,… (static quorum)")
	}
}

// checkNoControlPlane refuses control.plane.listener.name, which only ZooKeeper mode has.
func (c *config) checkNoControlPlane() {
	if _, ok := c.controlPlane(); ok {
		c.require(false, controlPlaneKey, controlPlaneKey+" is not supported in KRaft mode.", "remove the line")
	}
}

// controlPlane is the control plane listener; a name that maps to no protocol is reported, and false returned.
func (c *config) controlPlane() (string, bool) {
	text, ok := c.text(controlPlaneKey)
	if !ok || c.unsound[controlPlaneKey] {
		return "", false
	}
	name, t := c.normalised(text)
	if t == nil && c.protocols[name] == "" {
		t = &thrown{configException, fmt.Sprintf("Listener with %s defined in %s not found in %s.", name, controlPlaneKey, protocolMapKey), 0, "remove the line in KRaft mode, or map the name"}
	}
	if t != nil {
		c.fail(t.exception, controlPlaneKey, t.message, t.hint)
		c.unsound[controlPlaneKey] = true
		return "", false
	}
	return name, true
}

func (c *config) checkNoControllerAdvertised() {
	for _, e := range c.advertised {
		if c.hasAdvert && c.isController(e.Name) {
			if !c.require(false, advertisedKey, "The advertised.listeners config must not contain KRaft controller listeners from controller.listener.names when process.roles contains the broker role because "+
				"Kafka clients that send requests via advertised listeners do not send requests to KRaft controllers -- they only send requests to KRaft brokers.",
				"take "+e.Name+" out of advertised.listeners") {
				c.problems[len(c.problems)-1].Pos = e.Pos
				return
			}
		}
	}
}

func (c *config) isVoter() bool {
	id := c.integer("node.id")
	return slices.ContainsFunc(c.voters, func(v Voter) bool { return int64(v.ID) == id })
}

// voterSet prints the ids as Scala prints the set of a java.util.HashMap's keys.
func (c *config) voterSet() string {
	ids := make([]int32, len(c.voters))
	for i, v := range c.voters {
		ids[i] = v.ID
	}
	capacity := len(c.voters)
	if c.until(release.V3_7) {
		capacity = 16
	}
	return idSet(ids, capacity)
}

func (c *config) checkNotVoter() {
	id := c.integer("node.id")
	c.require(!c.isVoter(), "node.id", fmt.Sprintf("If process.roles contains just the 'broker' role, the node id %d must not be included in the set of voters %s=%s", id, votersKey, c.voterSet()),
		fmt.Sprintf("give the broker an id no controller has, or add controller to process.roles if node %d is one", id))
}

func (c *config) checkControllersNamed() {
	c.require(len(c.controllers) > 0, controllerKey, "controller.listener.names must contain at least one value when running KRaft with just the broker role",
		"add controller.listener.names=CONTROLLER, the name of the controllers' listener")
}

func (c *config) checkNoControllerListener() {
	for _, l := range c.listeners {
		if c.isController(l.Name) {
			c.require(false, listenersKey, "controller.listener.names must not contain a value appearing in the 'listeners' configuration when running KRaft with just the broker role",
				"take "+l.Name+" out of listeners: a broker does not serve it")
			c.problems[len(c.problems)-1].Pos = l.Pos
			return
		}
	}
}

func (c *config) checkControllersMapped() {
	for _, written := range c.controllers {
		name, t := c.normalised(written)
		if t == nil && c.protocols[name] == "" {
			t = &thrown{
				configException, fmt.Sprintf("Controller listener with name %s defined in controller.listener.names not found in listener.security.protocol.map  "+
					"(an explicit security mapping for each controller listener is required if listener.security.protocol.map is non-empty, or if there are security protocols other than PLAINTEXT in use)", name), 0,
				fmt.Sprintf("add %s:PLAINTEXT (or SSL, SASL_PLAINTEXT, SASL_SSL) to listener.security.protocol.map", name),
			}
		}
		if t != nil {
			c.fail(t.exception, controllerKey, t.message, t.hint)
			return
		}
	}
}

func (c *config) checkAutoJoin() {
	c.require(!c.boolean(autoJoinKey), autoJoinKey, autoJoinKey+" is only supported when process.roles contains the 'controller' role.", "remove the line: only a controller joins the quorum")
}

func (c *config) warnSeveralControllers() {
	if len(c.controllers) > 1 {
		c.warn("WARN", controllerKey, "controller.listener.names has multiple entries; only the first will be used since process.roles=broker: "+javaList(c.controllers))
	}
}

// warnWrongRole warns of keys on a broker that only controllers read.
func (c *config) warnWrongRole() {
	blank := ""
	if c.since(release.V4_4) {
		blank = " "
	}
	for _, key := range []string{"create.topic.policy.class.name", "alter.config.policy.class.name"} {
		if c.isSet(key) {
			c.warn("WARN", key, key+" is defined in broker. It should be defined in the controller role."+blank)
		}
	}
	for _, key := range []string{"num.partitions", "default.replication.factor"} {
		switch {
		case !c.isSet(key) || c.until(release.V4_2):
		case c.until(release.V4_3):
			c.warn("WARN", key, fmt.Sprintf("%s is defined in the broker role. This configuration will be ignored in 5.0. Please set %[1]s in the controller role instead.", key))
		default:
			c.warn("WARN", key, key+" is defined in broker. It should be defined in the controller role. This configuration will be ignored in the broker role in 5.0.")
		}
	}
}
