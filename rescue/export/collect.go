package export

import (
	"cmp"
	"encoding/base64"
	"iter"
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
}

// split sorts configurations, and sets apart those that may not be shown.
func split(values map[string]string, secrets bool) settings {
	var s settings
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if !secrets && release.Sensitive(key) {
			s.hidden = append(s.hidden, key)
			continue
		}
		s.shown = append(s.shown, setting{key, values[key]})
	}
	return s
}

// members are the parts of an object that tell its configurations.
func (s settings) members() []member {
	list := []member{{"configs", s.object()}}
	if len(s.hidden) > 0 {
		list = append(list, member{"hiddenConfigs", s.hidden})
	}
	return list
}

// documents are the objects of an image, the head first.
func documents(img *image.Image, o Options) iter.Seq[object] {
	return func(yield func(object) bool) {
		if !yield(head(img, o)) {
			return
		}
		for _, part := range []struct {
			kind Kind
			all  func(*image.Image, Options) iter.Seq[object]
		}{
			{KindTopic, topicDocuments},
			{KindConfig, configDocuments},
			{KindQuota, quotaDocuments},
			{KindUser, userDocuments},
			{KindToken, tokenDocuments},
			{KindACL, aclDocuments},
		} {
			if !slices.Contains(o.Kinds, part.kind) {
				continue
			}
			for doc := range part.all(img, o) {
				if !yield(doc) {
					return
				}
			}
		}
	}
}

func head(img *image.Image, o Options) object {
	kinds := make([]string, len(o.Kinds))
	for i, k := range o.Kinds {
		kinds[i] = string(k)
	}
	slices.Sort(kinds)
	features := object{}
	for _, name := range slices.Sorted(maps.Keys(img.Features)) {
		features = append(features, member{name, int64(img.Features[name])})
	}
	return document(KindExport, member{"spec", object{
		{"tool", o.Tool},
		{"source", o.Origin},
		{"offset", img.Provenance.Offset},
		{"epoch", int64(img.Provenance.Epoch)},
		{"time", image.Time(img.Provenance.Timestamp)},
		{"complete", o.Damaged == 0},
		{"kinds", kinds},
		{"features", features},
	}})
}

func topicDocuments(img *image.Image, o Options) iter.Seq[object] {
	return func(yield func(object) bool) {
		for _, name := range img.Topics.Names() {
			t := img.Topics.ByName(name)
			s := split(img.Configs[image.Resource{Type: image.TopicConfig, Name: name}], o.ShowSecrets)
			spec := object{{"partitions", int64(t.Len())}, {"replicationFactor", int64(replication(t))}, {"internal", internalTopics[name]}}
			spec = append(append(spec, s.members()...), member{"assignment", partitions{t}})
			if !yield(document(KindTopic, member{"metadata", object{{"name", name}, {"id", t.ID.String()}}}, member{"spec", spec})) {
				return
			}
		}
	}
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

func configDocuments(img *image.Image, o Options) iter.Seq[object] {
	return func(yield func(object) bool) {
		for _, r := range resources(img) {
			s := split(img.Configs[r], o.ShowSecrets)
			name := member{"name", r.Name}
			if r.Name == "" {
				name = member{"default", true}
			}
			if !yield(document(KindConfig, member{"metadata", object{{"type", typeName(r.Type)}, name}}, member{"spec", object(s.members())})) {
				return
			}
		}
	}
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

func quotaDocuments(img *image.Image, _ Options) iter.Seq[object] {
	return func(yield func(object) bool) {
		for _, q := range quotas(img) {
			entity := []object{}
			for _, e := range q.Entity {
				if e.Name.Valid {
					entity = append(entity, object{{"type", e.Type}, {"name", e.Name.String}})
				} else {
					entity = append(entity, object{{"type", e.Type}, {"default", true}})
				}
			}
			values := object{}
			for _, key := range slices.Sorted(maps.Keys(q.Values)) {
				values = append(values, member{key, q.Values[key]})
			}
			if !yield(document(KindQuota, member{"metadata", object{{"entity", entity}}}, member{"spec", object{{"quotas", values}}})) {
				return
			}
		}
	}
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

func userDocuments(img *image.Image, o Options) iter.Seq[object] {
	return func(yield func(object) bool) {
		for list := users(img); len(list) > 0; {
			name, credentials := list[0].Name, []object{}
			for len(list) > 0 && list[0].Name == name {
				c := img.Users[list[0]]
				one := object{{"mechanism", mechanism(list[0])}, {"iterations", int64(c.Iterations)}}
				if o.ShowSecrets {
					encode := base64.StdEncoding.EncodeToString
					one = append(one, member{"salt", encode(c.Salt)}, member{"storedKey", encode(c.StoredKey)}, member{"serverKey", encode(c.ServerKey)})
				}
				credentials, list = append(credentials, one), list[1:]
			}
			if !yield(document(KindUser, member{"metadata", object{{"name", name}}}, member{"spec", object{{"credentials", credentials}}})) {
				return
			}
		}
	}
}

func tokenDocuments(img *image.Image, _ Options) iter.Seq[object] {
	return func(yield func(object) bool) {
		for _, id := range slices.Sorted(maps.Keys(img.Tokens)) {
			t := img.Tokens[id]
			spec := object{
				{"owner", t.Owner},
				{"requester", t.Requester},
				{"renewers", append([]string{}, t.Renewers...)},
				{"issued", image.Time(t.Issued)},
				{"expires", image.Time(t.Expires)},
				{"max", image.Time(t.Max)},
			}
			if !yield(document(KindToken, member{"metadata", object{{"id", t.ID}}}, member{"spec", spec})) {
				return
			}
		}
	}
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

func aclDocuments(img *image.Image, _ Options) iter.Seq[object] {
	return func(yield func(object) bool) {
		for _, a := range acls(img) {
			if !yield(document(KindACL, member{"metadata", object{{"id", a.ID.String()}}}, member{"spec", object{
				{"resourceType", image.Name(image.ResourceTypes, a.ResourceType)},
				{"patternType", image.Name(image.PatternTypes, a.PatternType)},
				{"resourceName", a.ResourceName},
				{"principal", a.Principal},
				{"host", a.Host},
				{"operation", image.Name(image.Operations, a.Operation)},
				{"permission", image.Name(image.Permissions, a.Permission)},
			}})) {
				return
			}
		}
	}
}
