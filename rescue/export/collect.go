package export

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/release"
)

// setting is one configuration.
type setting struct{ key, value string }

// settings are configurations sorted by name.
type settings struct {
	shown []setting
	// hidden are the names of those whose values are secret and were not asked for.
	hidden []string
	// redacted are the names of those whose values are not known: an incident bundle has [release.Redacted] in their places.
	redacted []string
}

// split sorts configurations, and sets apart those that may not be shown.
func split(values map[string]string, secrets bool) settings {
	var s settings
	for _, key := range slices.Sorted(maps.Keys(values)) {
		switch value := values[key]; {
		case image.RedactedValue(value):
			s.redacted = append(s.redacted, key)
		case !secrets && release.Sensitive(key):
			s.hidden = append(s.hidden, key)
		default:
			s.shown = append(s.shown, setting{key, value})
		}
	}
	return s
}

// target are the replicas a partition has when its reassignment is done.
func target(p image.Partition) []int32 {
	if len(p.Removing) == 0 {
		return p.Replicas
	}
	return slices.DeleteFunc(slices.Clone(p.Replicas), func(id int32) bool { return slices.Contains(p.Removing, id) })
}

// replication is the replication factor that most partitions of a topic have.
func replication(t *image.Topic) int {
	var count [64]int
	best := 0
	for p := range t.Partitions() {
		n := min(len(target(p)), len(count)-1)
		if count[n]++; count[n] > count[best] {
			best = n
		}
	}
	return best
}

// resources are the resources that have configurations, other than topics that exist, by type and name; the default of a
// type comes first.
func resources(img *image.Image) []image.Resource {
	list := make([]image.Resource, 0, 16)
	for r, values := range img.Configs {
		if len(values) > 0 && (r.Type != image.TopicConfig || img.Topics.ByName(r.Name) == nil) {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b image.Resource) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), compareNames(a.Name, b.Name))
	})
	return list
}

// compareNames sorts numbers by size and before other names, which go by letters.
func compareNames(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	if errX == nil && errY == nil {
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	}
	return cmp.Compare(a, b)
}

// typeName is the name of a type of resource in paths.
func typeName(number int8) string {
	if name, ok := image.ConfigTypes[number]; ok {
		return name
	}
	return strconv.Itoa(int(number))
}

// quotas are the quotas in the order of their entities' names.
func quotas(img *image.Image) []*image.Quota {
	list := make([]*image.Quota, 0, len(img.Quotas))
	for _, name := range slices.Sorted(maps.Keys(img.Quotas)) {
		if q := img.Quotas[name]; len(q.Values) > 0 {
			list = append(list, q)
		}
	}
	return list
}

// users are the SCRAM credentials by name and mechanism.
func users(img *image.Image) []image.User {
	return slices.SortedFunc(maps.Keys(img.Users), func(a, b image.User) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Mechanism, b.Mechanism))
	})
}

// mechanism is the name of a SCRAM mechanism.
func mechanism(u image.User) string {
	if name, ok := image.Mechanisms[u.Mechanism]; ok {
		return name
	}
	return strconv.Itoa(int(u.Mechanism))
}

// acls are the access control entries in an order that does not depend on their IDs, but for equal ones.
func acls(img *image.Image) []*image.ACL {
	return slices.SortedFunc(maps.Values(img.ACLs), func(a, b *image.ACL) int {
		return cmp.Or(
			cmp.Compare(a.ResourceType, b.ResourceType), cmp.Compare(a.PatternType, b.PatternType), strings.Compare(a.ResourceName, b.ResourceName),
			cmp.Compare(b.Permission, a.Permission), strings.Compare(a.Principal, b.Principal), strings.Compare(a.Host, b.Host),
			cmp.Compare(a.Operation, b.Operation), strings.Compare(string(a.ID[:]), string(b.ID[:])),
		)
	})
}
