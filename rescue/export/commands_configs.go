package export

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/javaprops"
)

func (s *script) configs(img *image.Image) {
	for _, r := range resources(img) {
		e, ok := entityTypes[r.Type]
		what := named(typeName(r.Type), r.Name)
		if r.Name == "" {
			what = typeName(r.Type) + " default"
		}
		switch {
		case !ok || !e.Contains(s.options.Tools.Release):
			s.lose(lostResource, what, "kafka-configs.sh of Kafka "+s.options.Tools.Release.String()+" does not know the type")
		case r.Name == "" && !e.byDefault:
			s.lose(lostResource, what, "kafka-configs.sh has no default for "+e.name)
		case r.Type == image.TopicConfig:
			s.lose(lostResource, what, "there is no such topic")
		case r.Type == image.BrokerConfig && r.Name != "" && !registered(img, r.Name):
			s.lose(lostResource, what, "no such broker is registered, and kafka-configs.sh would wait for it in vain")
		case strings.IndexByte(r.Name, 0) >= 0:
			s.lose(lostResource, what, "no command can be given such a name")
		default:
			s.alter(e, r.Name, s.accepted(what, e, split(img.Configs[r], s.options.ShowSecrets)))
		}
	}
}

// registered reports whether a broker is part of the cluster.
func registered(img *image.Image, id string) bool {
	n, err := strconv.ParseInt(id, 10, 32)
	return err == nil && img.Brokers[int32(n)] != nil
}

// accepted are the configurations that kafka-configs.sh and the cluster take; the others are told.
func (s *script) accepted(what string, e entityType, all settings) []setting {
	for _, key := range all.hidden {
		s.lose(lostSecret, what+", "+key, "")
	}
	for _, key := range all.redacted {
		s.lose(lostRedacted, what+", "+key, "")
	}
	list := make([]setting, 0, len(all.shown))
	for _, one := range all.shown {
		if why := s.options.Tools.takes(e, one.key); why != "" {
			s.lose(lostConfig, what+", "+named("configuration", one.key), why)
			continue
		}
		list = append(list, one)
	}
	return list
}

// alter writes the command that sets configurations of a resource; there may be none. An empty name is the default.
func (s *script) alter(e entityType, name string, list []setting) {
	if len(list) == 0 {
		return
	}
	args := []string{"--alter", "--entity-type", e.name, "--entity-name", name}
	if name == "" {
		args = append(args[:3], "--entity-default")
	}
	if text, ok := addConfig(list); ok {
		s.run("kafka-configs.sh", append(args, "--add-config", text)...)
		return
	}
	var lines strings.Builder
	for i, one := range list {
		if i > 0 {
			lines.WriteByte('\n')
		}
		lines.WriteString(javaprops.EscapeKey(one.key, javaprops.ToStream) + "=" + javaprops.EscapeValue(one.value, javaprops.ToStream))
	}
	s.pipe(lines.String(), "kafka-configs.sh", append(args, "--add-config-file", "/dev/stdin")...)
}

// addConfig is the argument of --add-config for configurations; false when a value cannot be told in that way.
func addConfig(list []setting) (string, bool) {
	var b strings.Builder
	for i, one := range list {
		if !ascii(one.value) || !printable(one.value) || trimmed(one.value) || strings.ContainsAny(one.value, "[]") {
			return "", false
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(one.key)
		if strings.ContainsAny(one.value, ",=") {
			b.WriteString("=[" + one.value + "]")
		} else {
			b.WriteString("=" + one.value)
		}
	}
	return b.String(), b.Len() <= maxArgument
}

func (s *script) quotas(img *image.Image) {
	for _, q := range quotas(img) {
		args, why := quotaEntity(q)
		values, known := make([]setting, 0, len(q.Values)), clientQuotas
		if len(q.Entity) == 1 && q.Entity[0].Type == "ip" {
			known = ipQuotas
		}
		for _, key := range slices.Sorted(maps.Keys(q.Values)) {
			reason := why
			if reason == "" && !contains(known, key) {
				reason = "kafka-configs.sh does not know it for such an entity"
			}
			if reason != "" {
				s.lose(lostQuota, named("quota", key)+" of "+strconv.Quote(image.EntityName(q.Entity)), reason)
				continue
			}
			values = append(values, setting{key, number(q.Values[key]).String()})
		}
		if text, _ := addConfig(values); len(values) > 0 {
			s.run("kafka-configs.sh", append(args, "--add-config", text)...)
		}
	}
}

// quotaEntity are the arguments that name the entity of a quota, or why there are none.
func quotaEntity(q *image.Quota) (args []string, why string) {
	args = []string{"--alter"}
	types := []string{}
	for i := len(q.Entity) - 1; i >= 0; i-- { // the user before the client ID
		e := q.Entity[i]
		name, ok := quotaTypes[e.Type]
		switch {
		case !ok:
			return nil, "kafka-configs.sh does not know the type of entity"
		case e.Name.Valid && !sayable(e.Name.String):
			return nil, "no command can be given such a name"
		case e.Name.Valid:
			args = append(args, "--entity-type", name, "--entity-name", e.Name.String)
		default:
			args = append(args, "--entity-type", name, "--entity-default")
		}
		types = append(types, name)
	}
	if slices.Contains(types, "ips") && len(types) > 1 {
		return nil, "an IP address has no other entity beside it"
	}
	return args, ""
}

func (s *script) users(img *image.Image) {
	for _, u := range users(img) {
		what := named("user", u.Name) + ", " + mechanism(u)
		s.lose(lostCredential, what, "")
		if !printable(u.Name) || u.Name == "" {
			continue
		}
		value := mechanism(u) + "=[iterations=" + strconv.Itoa(int(img.Users[u].Iterations)) + ",password=…]"
		call := s.appendCall(nil, "kafka-configs.sh", []string{"--alter", "--entity-type", "users", "--entity-name", u.Name, "--add-config", value})
		s.comment("  with the password: " + string(bytes.TrimSpace(call)))
	}
}

func (s *script) tokens(img *image.Image) {
	for _, id := range slices.Sorted(maps.Keys(img.Tokens)) {
		s.lose(lostToken, named("delegation token", id)+" of "+img.Tokens[id].Owner, "")
	}
}
