package image

import (
	"maps"
	"slices"
	"strconv"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// Root is the tree of everything in the image, whose paths are stable (see the package's documentation).
func (img *Image) Root() *Node {
	return fixed(
		entry{"provenance", Leaf(img.provenanceFields)},
		entry{"quorum", Leaf(img.quorumFields)},
		entry{"voters", byNumber(img.Voters, (*Voter).fields)},
		entry{"features", values(img.Features, func(_ string, v int16) []Field { return scalar(int64(v)) })},
		entry{"migration", Leaf(img.migrationFields)},
		entry{"brokers", byNumber(img.Brokers, (*Broker).fields)},
		entry{"controllers", byNumber(img.Controllers, (*Controller).fields)},
		entry{"topics", fixed(entry{"byName", img.topicsByName()}, entry{"byId", img.topicsByID()})},
		entry{"configs", img.configs()},
		entry{"quotas", img.quotas()},
		entry{"producerIds", Leaf(img.producerFields)},
		entry{"acls", byID(img.ACLs, (*ACL).fields)},
		entry{"users", img.users()},
		entry{"tokens", values(img.Tokens, func(_ string, t *Token) []Field { return t.fields() })},
	)
}

func scalar(v any) []Field { return []Field{{Value: v}} }

// values is a directory of leaves by name.
func values[V any](m map[string]V, fields func(name string, v V) []Field) *Node {
	return Dir(func() []string { return slices.Collect(maps.Keys(m)) }, func(name string) *Node {
		v, ok := m[name]
		if !ok {
			return nil
		}
		return Leaf(func() []Field { return fields(name, v) })
	})
}

// byNumber is a directory of leaves by the ID of a node.
func byNumber[V any](m map[int32]V, fields func(V) []Field) *Node {
	return Dir(func() []string {
		names := make([]string, 0, len(m))
		for id := range m {
			names = append(names, strconv.Itoa(int(id)))
		}
		return names
	}, func(name string) *Node {
		id, err := strconv.ParseInt(name, 10, 32)
		if v, ok := m[int32(id)]; ok && err == nil {
			return Leaf(func() []Field { return fields(v) })
		}
		return nil
	})
}

// byID is a directory of leaves by a UUID.
func byID[V any](m map[metadata.UUID]V, fields func(V) []Field) *Node {
	return Dir(func() []string { return idNames(m) }, func(name string) *Node {
		id, err := clusterid.Parse(name)
		if v, ok := m[metadata.UUID(id)]; ok && err == nil {
			return Leaf(func() []Field { return fields(v) })
		}
		return nil
	})
}

func idNames[V any](m map[metadata.UUID]V) []string {
	names := make([]string, 0, len(m))
	for id := range m {
		names = append(names, id.String())
	}
	return names
}

func (img *Image) topicsByName() *Node {
	topics := img.Topics.byName
	return Dir(func() []string { return slices.Collect(maps.Keys(topics)) }, func(name string) *Node { return topics[name].node() })
}

func (img *Image) topicsByID() *Node {
	topics := img.Topics.byID
	return Dir(func() []string { return idNames(topics) }, func(name string) *Node {
		id, err := clusterid.Parse(name)
		if err != nil {
			return nil
		}
		return topics[metadata.UUID(id)].node()
	})
}

// node is the directory of a topic.
func (t *Topic) node() *Node {
	if t == nil {
		return nil
	}
	return Dir(func() []string {
		names := make([]string, 0, t.Len()+2)
		names = append(names, "id", "name")
		for _, id := range t.IDs() {
			names = append(names, strconv.Itoa(int(id)))
		}
		return names
	}, func(name string) *Node {
		switch name {
		case "id":
			return Scalar(t.ID.String())
		case "name":
			return Scalar(t.Name)
		}
		id, err := strconv.ParseInt(name, 10, 32)
		p, ok := t.Partition(int32(id))
		if err != nil || !ok {
			return nil
		}
		return Leaf(p.fields)
	})
}

func (img *Image) configs() *Node {
	types := map[string]map[string]map[string]string{}
	return Dir(func() []string {
		clear(types)
		for r := range img.Configs {
			types[nameOr(ConfigTypes, r.Type)] = nil
		}
		return slices.Collect(maps.Keys(types))
	}, func(typeName string) *Node {
		resources := map[string]map[string]string{}
		for r, settings := range img.Configs {
			if nameOr(ConfigTypes, r.Type) == typeName {
				resources[resourceName(r.Name)] = settings
			}
		}
		if len(resources) == 0 {
			return nil
		}
		return Dir(func() []string { return slices.Collect(maps.Keys(resources)) }, func(name string) *Node {
			settings, ok := resources[name]
			if !ok {
				return nil
			}
			return values(settings, func(key, value string) []Field {
				return []Field{{Value: value, Secret: release.Sensitive(key)}}
			})
		})
	})
}

func resourceName(name string) string {
	if name == "" {
		return defaultName
	}
	return name
}

func (img *Image) quotas() *Node {
	return Dir(func() []string { return slices.Collect(maps.Keys(img.Quotas)) }, func(name string) *Node {
		q, ok := img.Quotas[name]
		if !ok {
			return nil
		}
		return values(q.Values, func(_ string, v float64) []Field { return scalar(v) })
	})
}

func (img *Image) users() *Node {
	return Dir(func() []string {
		names := map[string]bool{}
		for u := range img.Users {
			names[u.Name] = true
		}
		return slices.Collect(maps.Keys(names))
	}, func(name string) *Node {
		mechanisms := map[string]*Credential{}
		for number := range Mechanisms {
			if c, ok := img.Users[User{Name: name, Mechanism: number}]; ok {
				mechanisms[Mechanisms[number]] = c
			}
		}
		if len(mechanisms) == 0 {
			return nil
		}
		return values(mechanisms, func(_ string, c *Credential) []Field { return c.fields() })
	})
}
