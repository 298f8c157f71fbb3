package image

import (
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/metadata"
)

func (b *Builder) config(r *metadata.ConfigRecord) {
	if b.opts.ConfigKnown != nil && !b.opts.ConfigKnown(r.ResourceType, r.Name) {
		return
	}
	resource := Resource{Type: r.ResourceType, Name: r.ResourceName}
	values := b.img.Configs[resource]
	if !r.Value.Valid {
		delete(values, r.Name)
		if len(values) == 0 {
			delete(b.img.Configs, resource)
		}
		return
	}
	if values == nil {
		values = map[string]string{}
		resource.Name = strings.Clone(resource.Name)
		b.img.Configs[resource] = values
	}
	values[b.intern(r.Name)] = b.intern(r.Value.String)
}

func (b *Builder) quota(r *metadata.ClientQuotaRecord) {
	entity := make([]QuotaEntity, 0, len(r.Entity))
	for _, e := range r.Entity {
		entity = append(entity, QuotaEntity{Type: b.intern(e.EntityType), Name: cloneNull(e.EntityName)})
	}
	sortEntity(entity)
	key := EntityName(entity)
	q := b.img.Quotas[key]
	if r.Remove {
		if q != nil {
			delete(q.Values, r.Key)
			if len(q.Values) == 0 {
				delete(b.img.Quotas, key)
			}
		}
		return
	}
	if q == nil {
		q = &Quota{Entity: entity, Values: map[string]float64{}}
		b.img.Quotas[key] = q
	}
	q.Values[b.intern(r.Key)] = r.Value
}

func sortEntity(entity []QuotaEntity) {
	slices.SortStableFunc(entity, func(x, y QuotaEntity) int { return strings.Compare(x.Type, y.Type) })
}

// EntityName is the name of a quota's entity in paths: "client-id(app)_user(<default>)".
func EntityName(entity []QuotaEntity) string {
	var name strings.Builder
	for i, e := range entity {
		if i > 0 {
			name.WriteByte('_')
		}
		name.WriteString(e.Type)
		name.WriteByte('(')
		if e.Name.Valid {
			name.WriteString(entityEscapes.Replace(e.Name.String))
		} else {
			name.WriteString(defaultName)
		}
		name.WriteByte(')')
	}
	return name.String()
}

// entityEscapes keeps names apart from what surrounds them, and from the default.
var entityEscapes = strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`, `<`, `\<`, `/`, `\s`)

// defaultName stands for the default entity or resource in paths.
const defaultName = "<default>"

func (b *Builder) feature(r *metadata.FeatureLevelRecord) {
	name := b.intern(r.Name)
	if name == MetadataVersionFeature {
		if _, ok := b.opts.Release.MetadataVersionAt(r.FeatureLevel); !ok {
			b.problem(UnknownFeatureLevel, "/features/"+name, true, "metadata.version %d is not known to Kafka %s", r.FeatureLevel, b.opts.Release)
			return
		}
	} else if f, ok := b.opts.Release.Feature(name); r.FeatureLevel != 0 {
		if ok {
			_, ok = f.Level(b.opts.Release, r.FeatureLevel, true)
		}
		if !ok {
			b.problem(UnknownFeatureLevel, "/features/"+name, false, "%s %d is not known to Kafka %s", name, r.FeatureLevel, b.opts.Release)
		}
	}
	if r.FeatureLevel == 0 {
		delete(b.img.Features, name)
		return
	}
	b.img.Features[name] = r.FeatureLevel
}

func (b *Builder) acl(r *metadata.AccessControlEntryRecord) {
	b.img.ACLs[r.Id] = &ACL{
		ID: r.Id, ResourceType: r.ResourceType, ResourceName: b.intern(r.ResourceName), PatternType: r.PatternType,
		Principal: b.intern(r.Principal), Host: b.intern(r.Host), Operation: r.Operation, Permission: r.PermissionType,
	}
}

func (b *Builder) removeACL(r *metadata.RemoveAccessControlEntryRecord) {
	if b.img.ACLs[r.Id] == nil {
		b.problem(UnknownACL, "/acls/"+topicID(r.Id), true, "removal of the access control entry %s, which does not exist", topicID(r.Id))
		return
	}
	delete(b.img.ACLs, r.Id)
}

func (b *Builder) credential(r *metadata.UserScramCredentialRecord) {
	b.img.Users[User{Name: strings.Clone(r.Name), Mechanism: r.Mechanism}] = &Credential{
		Salt: slices.Clone(r.Salt), StoredKey: slices.Clone(r.StoredKey), ServerKey: slices.Clone(r.ServerKey), Iterations: r.Iterations,
	}
}

func (b *Builder) token(r *metadata.DelegationTokenRecord) {
	t := &Token{
		ID: strings.Clone(r.TokenId), Owner: b.intern(r.Owner), Requester: b.intern(r.Requester),
		Issued: r.IssueTimestamp, Max: r.MaxTimestamp, Expires: r.ExpirationTimestamp,
	}
	for _, name := range r.Renewers {
		t.Renewers = append(t.Renewers, b.intern(name))
	}
	b.img.Tokens[t.ID] = t
}

func (b *Builder) migration(r *metadata.ZkMigrationStateRecord) {
	if r.ZkMigrationState < 0 || int(r.ZkMigrationState) >= len(MigrationStates) {
		b.problem(BadMigrationState, "/migration", true, "state %d of the migration from ZooKeeper is none", r.ZkMigrationState)
		return
	}
	state := r.ZkMigrationState
	b.img.Migration = &state
}
