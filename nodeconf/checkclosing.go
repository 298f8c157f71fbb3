package nodeconf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"
)

// closingSteps are the last checks of validateValues.
func closingSteps() []step {
	return concat(
		[]step{
			{release.Until(release.V3_9), []string{offsetsCodecKey, ibpKey, rolesKey}, inZooKeeper((*config).checkZstd)},
			{release.Since(release.V3_3), []string{interBrokerKey, interProtoKey, protocolMapKey, mechanismKey, mechanismsKey}, (*config).checkMechanism},
			{release.Since(release.V3_3), []string{queuedKey, requestKey}, (*config).checkQueued},
			{release.Since(release.V4_1), []string{overridesKey}, (*config).checkOverrides},
			{release.Since(release.V3_3), []string{perIPKey, overridesKey}, (*config).checkPerIP},
			{release.Since(release.V3_3), []string{overridesKey}, (*config).checkOverrideHosts},
			{release.Since(release.V3_3), []string{authDelayKey, idleKey}, (*config).checkAuthDelay},
			{release.Since(release.V3_3), []string{principalKey}, (*config).checkPrincipalBuilder},
		},
		relationSteps(release.Range{Since: release.V3_5, Until: release.V3_8}, consumerRelations()),
		[]step{{release.Range{Since: release.V3_9, Until: release.V3_9}, nil, (*config).warnRequiredAcks}},
	)
}

// checkMessageFormat warns of an old log.message.format.version, and in ZooKeeper mode refuses one that is newer
// than the inter-broker protocol.
func (c *config) checkMessageFormat() {
	format, _ := c.text(formatKey)
	protocol, _ := c.text(ibpKey)
	if c.protocolAtLeast("3.0-IV1") {
		if recordFormat(format) < 2 {
			c.warn("WARN", formatKey, fmt.Sprintf("Broker configuration %s with value %s is ignored because the inter-broker protocol version `%s` is greater or equal than 3.0. "+
				"This configuration is deprecated and it will be removed in Apache Kafka 4.0.", formatKey, format, protocol))
		}
		return
	}
	if c.roles == (Roles{}) && recordFormat(protocol) < recordFormat(format) {
		needed := [...]string{"0.8.0", "0.10.0", "0.11.0"}[recordFormat(format)]
		c.require(false, formatKey, fmt.Sprintf("log.message.format.version %s can only be used when inter.broker.protocol.version is set to version %s or higher", format, needed),
			"remove log.message.format.version, or raise inter.broker.protocol.version")
	}
}

// recordFormat is the magic of the record batches a protocol version writes.
func recordFormat(version string) int {
	switch {
	case strings.HasPrefix(version, "0.8.") || strings.HasPrefix(version, "0.9."):
		return 0
	case strings.HasPrefix(version, "0.10."):
		return 1
	}
	return 2
}

func (c *config) checkZstd() {
	if c.integer(offsetsCodecKey) == 4 && !c.protocolAtLeast("0.11.0-IV0") {
		c.require(false, offsetsCodecKey, "offsets.topic.compression.codec zstd can only be used when inter.broker.protocol.version is set to version 2.1 or higher", "raise inter.broker.protocol.version")
	}
}

// checkMechanism wants the SASL mechanism between brokers among those the listener takes.
func (c *config) checkMechanism() {
	if !c.parseInterBroker() || !strings.HasPrefix(c.interBroker.protocol, "SASL_") {
		return
	}
	mechanism, _ := c.text(mechanismKey)
	if c.roles == (Roles{}) && c.until(release.V3_9) && !c.protocolAtLeast("0.10.0-IV1") && mechanism != "GSSAPI" {
		version, _ := c.text(ibpKey)
		c.require(false, mechanismKey, "Only GSSAPI mechanism is supported for inter-broker communication with SASL when inter.broker.protocol.version is set to "+version, "raise inter.broker.protocol.version")
		return
	}
	key := mechanismsKey
	if override := "listener.name." + strings.ToLower(c.interBroker.name) + "." + mechanismsKey; c.isSet(override) {
		key = override
	}
	if slices.Contains(c.mechanisms(key), mechanism) {
		return
	}
	c.require(false, key, "sasl.mechanism.inter.broker.protocol must be included in sasl.enabled.mechanisms when SASL is used for inter-broker communication",
		fmt.Sprintf("add %s to %s, or set sasl.mechanism.inter.broker.protocol to one it has", mechanism, key))
}

// mechanisms is a list of SASL mechanisms, perhaps one with a listener's prefix, which no release defines as a key.
func (c *config) mechanisms(key string) []string {
	if key == mechanismsKey {
		return c.list(key)
	}
	text := javalang.Trim(c.set[key])
	if text == "" {
		return nil
	}
	return texts(splitOnCommas(text))
}

func (c *config) checkQueued() {
	queued, request := c.integer(queuedKey), c.integer(requestKey)
	c.require(queued <= 0 || queued >= request, c.given(queuedKey, requestKey), "queued.max.request.bytes must be larger or equal to socket.request.max.bytes",
		fmt.Sprintf("use %d or more, or -1 for no limit", request))
}

func (c *config) overrides() []pair {
	text, _ := c.text(overridesKey)
	pairs, _ := c.parseMap(overridesKey, text)
	return pairs
}

func (c *config) checkPerIP() {
	c.require(c.integer(perIPKey) != 0 || len(c.overrides()) > 0, perIPKey, "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.",
		"name the hosts that may connect in max.connections.per.ip.overrides, or use 1 or more")
}

func (c *config) checkOverrideHosts() {
	var invalid []string
	for _, p := range c.overrides() {
		if !isHostText(p.key) && !slices.Contains(invalid, p.key) {
			invalid = append(invalid, p.key)
		}
	}
	if len(invalid) > 0 {
		c.fail(illegalArgument, overridesKey, "max.connections.per.ip.overrides contains invalid addresses : "+strings.Join(invalid, ","), "write an IPv6 address without brackets")
	}
}

func (c *config) checkAuthDelay() {
	delay, idle := c.integer(authDelayKey), c.integer(idleKey)
	c.require(idle < 0 || delay < idle, c.given(authDelayKey, idleKey), fmt.Sprintf("connection.failed.authentication.delay.ms=%d should always be less than connections.max.idle.ms=%d to prevent failed authentication responses from timing out", delay, idle),
		fmt.Sprintf("use an idle time above %d, or -1 for none", delay))
}

func (c *config) warnRequiredAcks() {
	if c.isSet(requiredAcksKey) {
		c.warn("WARN", requiredAcksKey, requiredAcksKey+" is deprecated and it will be removed in Apache Kafka 4.0.")
	}
}
