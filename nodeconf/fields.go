package nodeconf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"
)

const (
	rolesKey     = "process.roles"
	earlyKey     = "early.start.listeners"
	overridesKey = "max.connections.per.ip.overrides"
	ibpKey       = "inter.broker.protocol.version"
	protocolsKey = "group.coordinator.rebalance.protocols"
)

// fieldSteps are the checks made while the fields of KafkaConfig are computed, in the order of the class.
func fieldSteps() []step {
	return concat(
		[]step{{release.Since(release.V3_3), []string{rolesKey}, (*config).checkRoles}},
		groupSteps(),
		[]step{
			{release.Since(release.V3_3), []string{rolesKey, controllerKey, listenersKey, protocolMapKey}, (*config).checkListeners},
			{release.Since(release.V3_3), []string{earlyKey, derivedListeners}, (*config).checkEarlyStart},
			{release.Until(release.V4_0), []string{overridesKey}, (*config).checkOverrides},
			{release.Until(release.V3_9), []string{ibpKey, rolesKey}, (*config).checkProtocolVersion},
			{release.Since(release.V3_7), []string{protocolsKey}, (*config).checkRebalanceProtocols},
			{release.Range{Since: release.V3_6, Until: release.V3_8}, []string{assignorsKey}, (*config).checkAssignorClasses},
			{release.Until(release.V3_8), []string{offsetsCodecKey}, checkCodec(offsetsCodecKey)},
		},
	)
}

// checkRoles computes the roles. Up to 4.1 a role given twice is an error; later the list is made distinct.
func (c *config) checkRoles() {
	roles := c.list(rolesKey)
	c.roles = Roles{Broker: slices.Contains(roles, "broker"), Controller: slices.Contains(roles, "controller")}
	if len(distinct(c.pieces(rolesKey))) == len(roles) {
		return
	}
	names := map[string]string{"broker": "broker", "controller": "controller"}
	if c.until(release.V3_3) {
		names = map[string]string{"broker": "BrokerRole", "controller": "ControllerRole"}
	}
	shown := make([]string, len(roles))
	for i, r := range roles {
		shown[i] = names[r]
	}
	c.fail(configException, rolesKey, "Duplicate role names found in `process.roles`: ArrayBuffer("+strings.Join(shown, ", ")+")", "name each role once")
}

// checkListeners computes the controller listener names, the protocol map and the listeners.
func (c *config) checkListeners() {
	c.controllers = c.controllerListenerNames()
	if !c.parseProtocolMap() {
		c.unsound[derivedListeners], c.unsound[protocolMapKey] = true, true
		return
	}
	endpoints, ok := c.parseEndpoints(listenersKey, true)
	c.listeners = endpoints
	c.unsound[derivedListeners] = !ok
}

// checkEarlyStart wants every early.start.listeners name among the listeners, as written.
func (c *config) checkEarlyStart() {
	if !c.has(earlyKey) {
		return
	}
	for _, p := range c.pieces(earlyKey) {
		name := javalang.Trim(p.text)
		if name == "" || slices.ContainsFunc(c.listeners, func(e Endpoint) bool { return e.Name == name }) {
			continue
		}
		c.fail(configException, earlyKey, fmt.Sprintf("early.start.listeners contains listener %s, but this is not contained in listeners or controller.listener.names", name),
			fmt.Sprintf("add a listener %s to listeners of this node, or take the name out; names are compared with upper case", name)).Pos = c.placeOf(earlyKey, p.at)
		return
	}
}

// pair is an entry of a map-like value.
type pair struct {
	key, value string
	at         int
}

// parseMap splits key:value pairs at the last colon of each.
//
// Source: Csv.parseCsvMap; the message is JDK 17's for a substring that begins at -1.
func (c *config) parseMap(key, text string) ([]pair, *Problem) {
	if text == "" {
		return nil, nil
	}
	var pairs []pair
	entries := splitOnCommas(text)
	if len(entries) > 1 {
		entries = dropTrailingEmpty(entries)
	}
	for _, e := range entries {
		colon := strings.LastIndexByte(e.text, ':')
		if colon < 0 {
			p := c.fail(illegalArgument, key, fmt.Sprintf("Error parsing configuration property '%s': begin 0, end -1, length %d", key, javaLength(e.text)),
				fmt.Sprintf("write %q as a name, a colon and a value", e.text))
			p.Pos = c.placeOf(key, e.at)
			return nil, p
		}
		pairs = append(pairs, pair{javalang.Trim(e.text[:colon]), javalang.Trim(e.text[colon+1:]), e.at})
	}
	return pairs, nil
}

// checkOverrides reads max.connections.per.ip.overrides.
func (c *config) checkOverrides() { c.unsound[overridesKey] = !c.parseOverrides() }

func (c *config) parseOverrides() bool {
	text, _ := c.text(overridesKey)
	pairs, problem := c.parseMap(overridesKey, text)
	for _, p := range pairs {
		if _, ok := parseInteger(p.value, 32); !ok {
			c.fail(numberFormat, overridesKey, fmt.Sprintf("For input string: %q", p.value), "write each entry as host:number").Pos = c.placeOf(overridesKey, p.at)
			return false
		}
	}
	return problem == nil
}

// checkProtocolVersion refuses an inter.broker.protocol.version from before KRaft and warns of any other.
func (c *config) checkProtocolVersion() {
	if c.roles == (Roles{}) || !c.isSet(ibpKey) {
		return
	}
	text, _ := c.text(ibpKey)
	if !c.protocolAtLeast("3.0-IV1") {
		c.fail(configException, ibpKey, fmt.Sprintf("A non-KRaft version %s given for %s. The minimum version is 3.0-IV1", text, ibpKey), "remove the line: KRaft does not read it")
		return
	}
	name := "metadata version"
	if c.since(release.V3_8) {
		name = "metadata.version"
	}
	c.warn("WARN", ibpKey, ibpKey+" is deprecated in KRaft mode as of 3.3 and will only be read when first upgrading from a KRaft prior to 3.3. "+
		"See kafka-storage.sh help for details on setting the "+name+" for a new KRaft cluster.")
}

// protocolAtLeast compares inter.broker.protocol.version, or its default, with a version by its full name.
func (c *config) protocolAtLeast(version string) bool {
	def, ok := release.LookupConfigKey(c.opts.Release, ibpKey)
	if !ok {
		return true
	}
	text, _ := c.text(ibpKey)
	have, known := protocolVersion(def, text)
	want, wanted := protocolVersion(def, version)
	return known && wanted && have >= want
}

// checkRebalanceProtocols wants the classic protocol, and warns as each release does of the newer ones.
func (c *config) checkRebalanceProtocols() {
	protocols := c.list(protocolsKey)
	if !slices.Contains(protocols, "classic") {
		c.fail(configException, protocolsKey, "Disabling the 'classic' protocol is not supported.", "add classic to the list")
		return
	}
	if slices.Contains(protocols, "consumer") && c.roles == (Roles{}) && c.since(release.V3_8) && c.until(release.V3_9) {
		c.fail(configException, protocolsKey, "The new 'consumer' rebalance protocol is only supported in KRaft cluster.", "take consumer out of the list, or run in KRaft mode")
		return
	}
	for _, w := range protocolWarnings {
		if w.in.Contains(c.opts.Release) && slices.Contains(protocols, w.protocol) && (w.newCoordinator || !c.boolean("group.coordinator.new.enable")) {
			c.warn("WARN", protocolsKey, w.text)
		}
	}
}

// protocolWarnings are what releases log of a rebalance protocol. Since 4.3 they do so only when the node starts.
var protocolWarnings = []struct {
	in             release.Range
	protocol       string
	newCoordinator bool // logged with the new group coordinator as well
	text           string
}{
	{release.Range{Since: release.V3_7, Until: release.V3_7}, "consumer", true, "The new 'consumer' rebalance protocol is enabled along with the new group coordinator. This is part of the early access of KIP-848 and MUST NOT be used in production."},
	{release.Range{Since: release.V3_8, Until: release.V3_9}, "consumer", true, "The new 'consumer' rebalance protocol is enabled along with the new group coordinator. This is part of the preview of KIP-848 and MUST NOT be used in production."},
	{release.Range{Since: release.V4_0, Until: release.V4_0}, "consumer", false, "The new 'consumer' rebalance protocol is only supported with the new group coordinator."},
	{release.Range{Since: release.V4_0, Until: release.V4_0}, "share", false, "The new 'share' rebalance protocol is only supported with the new group coordinator."},
	{release.Range{Since: release.V4_0, Until: release.V4_0}, "share", true, "Share groups and the new 'share' rebalance protocol are enabled. This is part of the early access of KIP-932 and MUST NOT be used in production."},
	{release.Range{Since: release.V4_2, Until: release.V4_2}, "share", true, "'share' in group.coordinator.rebalance.protocols is deprecated. Share groups are controlled by the 'share.version' feature; this broker config will be ignored in a future release."},
}
