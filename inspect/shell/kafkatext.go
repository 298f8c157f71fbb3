package shell

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/image"
)

// partition is org.apache.kafka.metadata.PartitionRegistration.toString.
func (k *kafkaTree) partition(p *image.Partition) string {
	var text strings.Builder
	list := func(name string, numbers []int32) {
		text.WriteString(name + "=[" + Numbers(numbers, ", ") + "], ")
	}
	text.WriteString("PartitionRegistration(")
	list("replicas", p.Replicas)
	if k.directories {
		text.WriteString("directories=[" + strings.Join(image.IDTexts(p.Directories), ", ") + "], ")
	}
	list("isr", p.ISR)
	list("removingReplicas", p.Removing)
	list("addingReplicas", p.Adding)
	if k.directories {
		list("elr", p.ELR)
		list("lastKnownElr", p.LastKnownELR)
	}
	fmt.Fprintf(&text, "leader=%d, leaderRecoveryState=%s, leaderEpoch=%d, partitionEpoch=%d)",
		p.Leader, image.Name(image.RecoveryStates, p.Recovery), p.LeaderEpoch, p.Epoch)
	return text.String()
}

// broker is org.apache.kafka.metadata.BrokerRegistration.toString.
func (k *kafkaTree) broker(b *image.Broker) string {
	var text strings.Builder
	rack := "Optional.empty"
	if b.Rack.Valid {
		rack = "Optional[" + b.Rack.String + "]"
	}
	fmt.Fprintf(&text, "BrokerRegistration(id=%d, epoch=%d, incarnationId=%s, %s, rack=%s, fenced=%t, inControlledShutdown=%t, isMigratingZkBroker=%t",
		b.ID, b.Epoch, b.Incarnation, listenersAndFeatures(b.Endpoints, b.Features), rack, b.Fenced, b.InControlledShutdown, b.MigratingZK)
	if k.directories {
		text.WriteString(", directories=[" + strings.Join(image.IDTexts(b.Directories), ", ") + "]")
	}
	if k.cordoned {
		cordoned := "null"
		if b.Cordoned != nil {
			cordoned = "[" + strings.Join(image.IDTexts(b.Cordoned), ", ") + "]"
		}
		text.WriteString(", cordonedDirectories=" + cordoned)
	}
	text.WriteString(")")
	return text.String()
}

// controller is org.apache.kafka.metadata.ControllerRegistration.toString.
func (k *kafkaTree) controller(c *image.Controller) string {
	return fmt.Sprintf("ControllerRegistration(id=%d, incarnationId=%s, zkMigrationReady=%t, %s)",
		c.ID, c.Incarnation, c.MigrationReady, listenersAndFeatures(c.Endpoints, c.Features))
}

func listenersAndFeatures(endpoints []image.Endpoint, features map[string]image.Range) string {
	byName := map[string]image.Endpoint{}
	for _, e := range endpoints {
		byName[e.Name] = e
	}
	var listeners, ranges []string
	for _, name := range slices.SortedFunc(maps.Keys(byName), compareJava) {
		e := byName[name]
		listeners = append(listeners, fmt.Sprintf("Endpoint(listenerName='%s', securityProtocol=%s, host='%s', port=%d)",
			e.Name, javaProtocol(e.Protocol), e.Host, e.Port))
	}
	for _, name := range slices.SortedFunc(maps.Keys(features), compareJava) {
		ranges = append(ranges, name+": "+javaRange(features[name]))
	}
	return "listeners=[" + strings.Join(listeners, ", ") + "], supportedFeatures={" + strings.Join(ranges, ", ") + "}"
}

func javaProtocol(number int16) string {
	if number < 0 || int(number) >= len(image.SecurityProtocols) {
		return "null"
	}
	return image.SecurityProtocols[number]
}

// javaRange is org.apache.kafka.controller.metadata.VersionRange.toString.
func javaRange(r image.Range) string {
	const highest = 1<<15 - 1
	if r.Max == highest && r.Min != r.Max {
		return fmt.Sprintf("%d+", r.Min)
	}
	return r.String()
}

// acl is org.apache.kafka.metadata.authorizer.StandardAcl.toString.
func (k *kafkaTree) acl(a *image.ACL) string {
	open, end := "(", ")"
	if k.recordACL {
		open, end = "[", "]"
	}
	return fmt.Sprintf("StandardAcl%sresourceType=%s, resourceName=%s, patternType=%s, principal=%s, host=%s, operation=%s, permissionType=%s%s",
		open, image.Name(image.ResourceTypes, a.ResourceType), a.ResourceName, image.Name(image.PatternTypes, a.PatternType),
		a.Principal, a.Host, image.Name(image.Operations, a.Operation), image.Name(image.Permissions, a.Permission), end)
}
