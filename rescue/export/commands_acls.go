package export

import (
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/image"
)

// The lists of a grant.
const (
	operations = iota
	hosts
	resourceNames
	principals
	dimensions
)

// grant is what one command of kafka-acls.sh makes: an ACL for every combination of the members of its lists.
type grant struct {
	permission, resourceType, patternType string
	lists                                 [dimensions][]string
	// length is about that of the command.
	length int
}

// acls writes few commands: ACLs that differ in one thing only are put together, first by operation, then by host, by resource,
// by principal.
func (s *script) acls(img *image.Image) {
	var grants []*grant
	for _, a := range acls(img) {
		if why := s.options.Tools.refuses(a); why != "" {
			s.lose(lostACL, aclWords(a), why)
			continue
		}
		grants = append(grants, grantOf(a))
	}
	for dimension := range dimensions {
		grants = gather(grants, dimension)
	}
	for _, g := range grants {
		s.run("kafka-acls.sh", g.args()...)
	}
}

func grantOf(a *image.ACL) *grant {
	g := &grant{
		permission:   image.Name(image.Permissions, a.Permission),
		resourceType: image.Name(image.ResourceTypes, a.ResourceType),
		patternType:  image.Name(image.PatternTypes, a.PatternType),
	}
	g.lists = [dimensions][]string{
		operations: {image.Name(image.Operations, a.Operation)}, hosts: {a.Host}, resourceNames: {a.ResourceName}, principals: {a.Principal},
	}
	return g
}

// key is all of a grant but one list.
func (g *grant) key(without int) string {
	var b strings.Builder
	b.WriteString(g.permission + " " + g.resourceType + " " + g.patternType)
	for i, list := range g.lists {
		if i != without {
			b.WriteString("\x01" + strings.Join(list, "\x00"))
		}
	}
	return b.String()
}

// gather puts grants together that differ in one list only, in the order of the first of each.
func gather(grants []*grant, dimension int) []*grant {
	open := make(map[string]*grant, len(grants))
	list := make([]*grant, 0, len(grants))
	for _, g := range grants {
		key := g.key(dimension)
		first, ok := open[key]
		if !ok || first.length > maxArguments {
			open[key], list = g, append(list, g)
			continue
		}
		for _, one := range g.lists[dimension] {
			if !slices.Contains(first.lists[dimension], one) {
				first.lists[dimension] = append(first.lists[dimension], one)
				first.length += len(one) + len(" --delegation-token ''")
			}
		}
	}
	return list
}

// args are the arguments of kafka-acls.sh.
func (g *grant) args() []string {
	side := "--" + strings.ToLower(g.permission)
	args := []string{"--add"}
	for _, p := range g.lists[principals] {
		args = append(args, side+"-principal", p)
	}
	if !slices.Equal(g.lists[hosts], []string{"*"}) { // what the tool takes by itself
		for _, h := range g.lists[hosts] {
			args = append(args, side+"-host", h)
		}
	}
	for _, o := range g.lists[operations] {
		args = append(args, "--operation", operationName(o))
	}
	for _, r := range g.lists[resourceNames] {
		args = append(args, resourceFlags[g.resourceType])
		if g.resourceType != "CLUSTER" {
			args = append(args, r)
		}
	}
	if g.patternType != "LITERAL" {
		args = append(args, "--resource-pattern-type", strings.ToLower(g.patternType))
	}
	return args
}

// operationName is an operation as the tool's help has it: DescribeConfigs.
func operationName(operation string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(operation, "_") {
		b.WriteString(word[:1] + strings.ToLower(word[1:]))
	}
	return b.String()
}

// refuses says why kafka-acls.sh cannot make an ACL; empty when it can.
func (t Tools) refuses(a *image.ACL) string {
	g := grantOf(a)
	operation, resource := image.Name(image.Operations, a.Operation), a.ResourceName
	table, known := aclOperations[g.resourceType]
	switch {
	case g.permission != "ALLOW" && g.permission != "DENY":
		return "it neither allows nor denies"
	case !known:
		return "kafka-acls.sh does not know the type of resource"
	case g.patternType != "LITERAL" && g.patternType != "PREFIXED":
		return "kafka-acls.sh does not add patterns of this type"
	case g.resourceType == "CLUSTER" && (resource != clusterName || g.patternType != "LITERAL"):
		return "kafka-acls.sh knows the cluster by the literal name " + clusterName + " only"
	case operation != "ALL" && !t.knows(table, operation):
		return "kafka-acls.sh of Kafka " + t.Release.String() + " does not take this operation for a resource of the type " + g.resourceType
	case !strings.Contains(a.Principal, ":"):
		return "kafka-acls.sh takes a principal as type:name only"
	}
	for _, text := range []string{resource, a.Principal, a.Host} {
		if !sayable(text) || trimmed(text) && g.resourceType != "TRANSACTIONAL_ID" {
			return "kafka-acls.sh takes blanks at the ends away, and a text must not be empty"
		}
	}
	return ""
}

// aclWords names an ACL in a comment.
func aclWords(a *image.ACL) string {
	g := grantOf(a)
	return strings.Join([]string{
		"ACL", g.permission, g.lists[operations][0], "on", g.patternType, named(g.resourceType, a.ResourceName), named("to", a.Principal), named("from", a.Host),
	}, " ")
}
