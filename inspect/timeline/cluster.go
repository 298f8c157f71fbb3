package timeline

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// added is the IDs of now that are not in old, as text.
func added(old, now []metadata.UUID) []string {
	var texts []string
	for _, id := range now {
		if !slices.Contains(old, id) {
			texts = append(texts, id.String())
		}
	}
	return texts
}

func sorted[V any](m map[int32]V) []int32 { return slices.Sorted(maps.Keys(m)) }

func (o *observer) config(r *metadata.ConfigRecord) {
	resource := image.Resource{Type: r.ResourceType, Name: r.ResourceName}
	old, had := o.image().Configs[resource][r.Name]
	o.apply()
	if !o.wanted {
		return
	}
	if !o.secrets && release.Sensitive(r.Name) {
		old = release.Redacted
	}
	was, is := strconv.Quote(old), "default"
	if !had {
		was = "default"
	}
	if r.Value.Valid {
		is = strconv.Quote(r.Value.String)
		if !o.secrets && release.Sensitive(r.Name) {
			is = release.Redacted
		}
	}
	if !had && !r.Value.Valid {
		is = "default (it was not set)"
	}
	who, ok := image.ConfigTypes[r.ResourceType]
	if !ok {
		who = fmt.Sprintf("resource %d", r.ResourceType)
	}
	name := strings.Clone(r.ResourceName)
	var nodes []int32
	var topics []string
	switch id, err := strconv.ParseInt(name, 10, 32); {
	case name == "":
		name = "(default)"
	case r.ResourceType == image.TopicConfig:
		topics = []string{name}
	case err == nil:
		nodes = []int32{int32(id)}
	}
	o.emit(ConfigChanged, nodes, topics, "%s %s: %s %s → %s", who, name, r.Name, was, is)
}

func (o *observer) quota(r *metadata.ClientQuotaRecord) {
	entity := make([]image.QuotaEntity, 0, len(r.Entity))
	for _, e := range r.Entity {
		entity = append(entity, image.QuotaEntity{Type: e.EntityType, Name: e.EntityName})
	}
	slices.SortStableFunc(entity, func(a, b image.QuotaEntity) int { return strings.Compare(a.Type, b.Type) })
	name := image.EntityName(entity)
	was, is := "none", "none"
	if q := o.image().Quotas[name]; q != nil {
		if v, ok := q.Values[r.Key]; ok {
			was = number(v)
		}
	}
	o.apply()
	if !r.Remove {
		is = number(r.Value)
	}
	o.emit(QuotaChanged, nil, nil, "quota of %s: %s %s → %s", name, r.Key, was, is)
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func (o *observer) feature(r *metadata.FeatureLevelRecord) {
	old, had := o.image().Features[r.Name]
	o.apply()
	switch {
	case !had:
		o.emit(FeatureChanged, nil, nil, "%s is set to %s", r.Name, level(r.Name, r.FeatureLevel))
	case old > r.FeatureLevel:
		o.emit(FeatureChanged, nil, nil, "%s is downgraded %s → %s", r.Name, level(r.Name, old), level(r.Name, r.FeatureLevel))
	case old < r.FeatureLevel:
		o.emit(FeatureChanged, nil, nil, "%s is upgraded %s → %s", r.Name, level(r.Name, old), level(r.Name, r.FeatureLevel))
	}
}

// level is a feature level as people know it: "21 (3.9-IV0)" for a metadata.version.
func level(feature string, n int16) string {
	if v, ok := release.Newest().MetadataVersionAt(n); ok && feature == image.MetadataVersionFeature {
		return fmt.Sprintf("%d (%s)", n, v.Name)
	}
	return strconv.Itoa(int(n))
}

func (o *observer) acl(r *metadata.AccessControlEntryRecord) {
	o.apply()
	if a := o.image().ACLs[r.Id]; a != nil {
		o.emit(ACLAdded, nil, nil, "access: %s", rule(a))
	}
}

func (o *observer) removeACL(r *metadata.RemoveAccessControlEntryRecord) {
	a := o.image().ACLs[r.Id]
	o.apply()
	if a == nil {
		o.emit(ACLRemoved, nil, nil, "access withdrawn: %s", r.Id)
		return
	}
	o.emit(ACLRemoved, nil, nil, "access withdrawn: %s", rule(a))
}

// rule is an access control entry in words: "User:alice ALLOW READ on TOPIC orders (PREFIXED) from *".
func rule(a *image.ACL) string {
	return fmt.Sprintf("%s %s %s on %s %s (%s) from %s", a.Principal, image.Name(image.Permissions, a.Permission), image.Name(image.Operations, a.Operation),
		image.Name(image.ResourceTypes, a.ResourceType), a.ResourceName, image.Name(image.PatternTypes, a.PatternType), a.Host)
}

func (o *observer) user(name string, mechanism int8) {
	key := image.User{Name: name, Mechanism: mechanism}
	old := o.image().Users[key]
	o.apply()
	now := o.image().Users[key]
	how, ok := image.Mechanisms[mechanism]
	if !ok {
		how = fmt.Sprintf("mechanism %d", mechanism)
	}
	switch {
	case now == nil:
		o.emit(UserChanged, nil, nil, "user %s: %s credential is removed", name, how)
	case old == nil:
		o.emit(UserChanged, nil, nil, "user %s: %s credential is set", name, how)
	default:
		o.emit(UserChanged, nil, nil, "user %s: %s credential is changed", name, how)
	}
}

func (o *observer) token(r *metadata.DelegationTokenRecord) {
	old := o.image().Tokens[r.TokenId]
	o.apply()
	now := o.image().Tokens[r.TokenId]
	if now == nil {
		return
	}
	verb := "is issued"
	if old != nil {
		verb = "is renewed"
	}
	o.emit(TokenChanged, nil, nil, "delegation token %s of %s %s until %s", now.ID, now.Owner, verb, image.Time(now.Expires))
}

func (o *observer) migration() {
	old := o.image().Migration
	o.apply()
	now := o.image().Migration
	if now == nil || old != nil && *old == *now {
		return
	}
	was := "none told"
	if old != nil {
		was = image.Name(image.MigrationStates, *old)
	}
	o.emit(Migration, nil, nil, "migration from ZooKeeper: %s → %s", was, image.Name(image.MigrationStates, *now))
}
