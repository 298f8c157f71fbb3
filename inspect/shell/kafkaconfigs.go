package shell

import (
	"maps"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/release"
)

// resourceNames are the names of org.apache.kafka.common.config.ConfigResource.Type.
var resourceNames = map[int8]string{
	image.TopicConfig: "TOPIC", image.BrokerConfig: "BROKER", image.BrokerLoggerConfig: "BROKER_LOGGER",
	image.ClientMetricsConfig: "CLIENT_METRICS", image.GroupConfig: "GROUP",
}

const unknownResource = "UNKNOWN"

// resourceName is the name of a type as the release knows it.
func (k *kafkaTree) resourceName(number int8) string {
	if slices.Contains(k.resources, number) {
		return resourceNames[number]
	}
	return unknownResource
}

// configs is /image/configs: TYPE for the default of a type, TYPE:NAME for others.
func (k *kafkaTree) configs() *image.Node {
	type key struct{ kind, name string }
	all := map[key]map[string]string{}
	for r, settings := range k.img.Configs {
		at := key{k.resourceName(r.Type), r.Name}
		if all[at] == nil {
			all[at] = map[string]string{}
		}
		maps.Copy(all[at], settings)
	}
	var names []string
	for at := range all {
		if at.name == "" {
			names = append(names, at.kind)
		} else {
			names = append(names, at.kind+":"+at.name)
		}
	}
	slices.Sort(names)
	return image.Dir(func() []string { return javaOrder(names) }, func(name string) *image.Node {
		for _, number := range append(slices.Clone(k.resources), 0) {
			kind := k.resourceName(number)
			rest, ok := strings.CutPrefix(name, kind)
			if !ok {
				continue
			}
			if rest != "" && rest[0] != ':' {
				return nil
			}
			settings, ok := all[key{kind, strings.TrimPrefix(rest, ":")}]
			if !ok {
				return nil
			}
			return dir(javaOrder(slices.Sorted(maps.Keys(settings))), func(name string) *image.Node {
				if release.Sensitive(name) {
					return image.Secret(settings[name])
				}
				return image.Scalar(settings[name])
			})
		}
		return nil
	})
}

// quotaTypes are the types of entities in the order of names, with what a name calls them.
var quotaTypes = []struct{ kind, prefix string }{{"client-id", "clientId("}, {"ip", "ip("}, {"user", "user("}}

var quotaEscapes = strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`)

// quotas is /image/clientQuotas. Names leave default entities out, so that some lead nowhere or elsewhere: Kafka's own way.
func (k *kafkaTree) quotas() *image.Node {
	byEntity := map[string]*image.Quota{}
	var names []string
	for _, key := range slices.Sorted(maps.Keys(k.img.Quotas)) {
		q := k.img.Quotas[key]
		byEntity[quotaKey(q.Entity)] = q
		names = append(names, quotaName(q.Entity))
	}
	return image.Dir(func() []string { return javaOrder(names) }, func(name string) *image.Node {
		entity, ok := parseQuotaName(name)
		if !ok {
			return nil
		}
		q, ok := byEntity[quotaKey(entity)]
		if !ok {
			return nil
		}
		return dir(javaOrder(slices.Sorted(maps.Keys(q.Values))), func(name string) *image.Node { return image.Scalar(q.Values[name]) })
	})
}

// quotaKey identifies an entity.
func quotaKey(entity []image.QuotaEntity) string {
	var key strings.Builder
	for _, t := range quotaTypes {
		for _, e := range entity {
			if e.Type == t.kind && e.Name.Valid {
				key.WriteString(t.prefix + quotaEscapes.Replace(e.Name.String) + ")")
			} else if e.Type == t.kind {
				key.WriteString(t.prefix)
			}
		}
	}
	return key.String()
}

// quotaName is ClientQuotasImageNode.clientQuotaEntityToString.
func quotaName(entity []image.QuotaEntity) string {
	var parts []string
	for _, t := range quotaTypes {
		for _, e := range entity {
			if e.Type == t.kind && e.Name.Valid {
				parts = append(parts, t.prefix+quotaEscapes.Replace(e.Name.String)+")")
			}
		}
	}
	return strings.Join(parts, "_")
}

// parseQuotaName is ClientQuotasImageNode.decodeEntity.
func parseQuotaName(name string) ([]image.QuotaEntity, bool) {
	values := map[string]string{}
	for rest := name; ; {
		kind := ""
		for _, t := range quotaTypes {
			if after, ok := strings.CutPrefix(rest, t.prefix); ok {
				kind, rest = t.kind, after
				break
			}
		}
		value, after, ok := quotaValue(rest)
		if kind == "" || !ok {
			return nil, false
		}
		values[kind] = value
		if after == "" {
			return quotaEntity(values), true
		}
		if after[0] != '_' || len(after) == 1 {
			return nil, false
		}
		rest = after[1:]
	}
}

// quotaValue reads a value up to the bracket that closes it.
func quotaValue(text string) (value, rest string, ok bool) {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == ')':
			return out.String(), text[i+1:], true
		case c == '\\' && i+1 < len(text):
			i++
			out.WriteByte(text[i])
		case c != '\\':
			out.WriteByte(c)
		}
	}
	return "", "", false
}

func quotaEntity(values map[string]string) []image.QuotaEntity {
	var entity []image.QuotaEntity
	for kind, value := range values {
		e := image.QuotaEntity{Type: kind}
		e.Name.String, e.Name.Valid = value, true
		entity = append(entity, e)
	}
	return entity
}
