package nodeconf

import (
	"fmt"
	"net/netip"

	"github.com/kraftctl/kraftctl/release"
)

// checkEndpoints wants names, and for listeners ports, to be distinct. Since 3.6 one port may serve an IPv4 and an
// IPv6 address.
//
// Source: CoreUtils.listenerListToEndPoints, since 4.3 AbstractKafkaConfig.validate.
func (c *config) checkEndpoints(key string, endpoints []Endpoint, distinctPorts bool) *thrown {
	names := make(map[string]bool, len(endpoints))
	for i, e := range endpoints {
		if names[e.Name] {
			return c.unmet(i, "Each listener must have a different name, listeners: "+c.listText(key), "give the listeners different names")
		}
		names[e.Name] = true
	}
	if !distinctPorts {
		return nil
	}
	byPort := make(map[int][]int, len(endpoints))
	for i, e := range endpoints {
		if e.Port != 0 {
			byPort[e.Port] = append(byPort[e.Port], i)
		}
	}
	for i, e := range endpoints {
		if group := byPort[e.Port]; len(group) > 1 && group[0] == i {
			if t := c.checkSharedPort(key, endpoints, group); t != nil {
				return t
			}
		}
	}
	return nil
}

// unmet is the exception of a requirement: Scala's require up to 4.2, plain Java after.
func (c *config) unmet(at int, message, hint string) *thrown {
	if c.until(release.V4_2) {
		message = requirementFailed + message
	}
	return &thrown{illegalArgument, message, at, hint}
}

func (c *config) checkSharedPort(key string, endpoints []Endpoint, group []int) *thrown {
	last := group[len(group)-1]
	var addresses []netip.Addr
	named := 0
	for _, i := range group {
		if address, err := netip.ParseAddr(endpoints[i].Host); err == nil && c.since(release.V3_6) {
			addresses = append(addresses, address)
		} else {
			named++
		}
	}
	text := c.listText(key)
	const hint = "give each listener its own port; two may share one only as one IPv4 and one IPv6 address"
	switch {
	case named > 1:
		return c.unmet(last, "Each listener must have a different port, listeners: "+text, hint)
	case len(addresses) == 2:
		message := fmt.Sprintf("If you have two listeners on the same port then one needs to be IPv4 and the other IPv6, listeners: %s, port: %d", text, endpoints[last].Port)
		if addresses[0].Is4() == addresses[1].Is4() {
			return c.unmet(last, message, hint)
		}
		if named > 0 {
			return &thrown{illegalArgument, message, last, hint}
		}
		return nil
	}
	if len(addresses) == 0 {
		return nil
	}
	return &thrown{illegalArgument, fmt.Sprintf("Each listener must have a different port unless exactly one listener has an IPv4 address and the other IPv6 address, listeners: %s, port: %d",
		text, endpoints[last].Port), last, hint}
}
