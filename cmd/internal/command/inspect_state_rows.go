package command

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/shell"
)

var partitionFilters = []string{topicFilter, brokerFilter, underReplicatedFilter, offlineFilter, reassigningFilter}

// views are the tables there are.
var views = []view{
	{
		name: "topics", short: "List topics", example: " --under-replicated", filters: partitionFilters, rows: topicRows,
		columns: []string{"topic", "id", "partitions", "replication", "offline", "under replicated", "reassigning", "configs"},
	},
	{
		name: "partitions", short: "List partitions", example: " --topic orders --offline", filters: partitionFilters, rows: partitionRows,
		columns: []string{"topic", "partition", "leader", "leader epoch", "replicas", "isr", "elr", "adding", "removing", "state"},
	},
	{
		name: "reassignments", short: "List the partitions that are being reassigned", filters: []string{topicFilter}, rows: reassignmentRows,
		columns: []string{"topic", "partition", "from", "to", "adding", "removing", "isr", "waits for"},
	},
	{
		name: "brokers", short: "List brokers", rows: brokerRows,
		columns: []string{"id", "epoch", "state", "rack", "listeners", "directories", "leads", "replicas", "metadata versions", "incarnation"},
	},
	{
		name: "controllers", short: "List controllers", rows: controllerRows,
		columns: []string{"id", "role", "listeners", "metadata versions", "migration ready", "incarnation"},
	},
	{
		name: "voters", short: "List the voters of the quorum", rows: voterRows,
		columns: []string{"id", "directory", "endpoints", "kraft versions", "leader"},
	},
	{
		name: "configs", short: "List dynamic configurations", example: " --topic 'orders-*'", filters: []string{topicFilter}, rows: configRows,
		columns: []string{"type", "resource", "key", "value"},
	},
	{
		name: "quotas", short: "List client quotas", rows: quotaRows,
		columns: []string{"user", "client", "ip", "quota", "value"},
	},
	{
		name: "users", short: "List SCRAM credentials", example: " --show-secrets", rows: userRows,
		columns: []string{"user", "mechanism", "iterations", "salt", "stored key", "server key"},
	},
	{
		name: "acls", short: "List access control entries", rows: aclRows,
		columns: []string{"principal", "permission", "operation", "type", "resource", "pattern", "host", "id"},
	},
	{
		name: "features", short: "List finalized features and what the nodes support", rows: featureRows,
		columns: []string{"feature", "level", "brokers", "controllers"},
	},
	{
		name: "tokens", short: "List delegation tokens", rows: tokenRows,
		columns: []string{"id", "owner", "requester", "renewers", "issued", "expires", "max"},
	},
}

// eachTopic goes through the topics that the filter wants.
func eachTopic(img *image.Image, f *viewFlags, do func(*image.Topic)) {
	for _, name := range img.Topics.Names() {
		if f.topic != "" {
			if match, err := path.Match(f.topic, name); err != nil || !match {
				continue
			}
		}
		do(img.Topics.ByName(name))
	}
}

func topicRows(img *image.Image, f *viewFlags, add func(...any)) {
	eachTopic(img, f, func(t *image.Topic) {
		var counts partitionCounts
		least, most, wanted := 0, 0, false
		for p := range t.Partitions() {
			counts.count(&p)
			n := len(p.Replicas)
			if counts.All == 1 {
				least = n
			}
			least, most = min(least, n), max(most, n)
			wanted = wanted || f.wants(&p)
		}
		if f.narrow() && !wanted {
			return
		}
		replication := fmt.Sprint(most)
		if least != most {
			replication = fmt.Sprintf("%d-%d", least, most)
		}
		configs := len(img.Configs[image.Resource{Type: image.TopicConfig, Name: t.Name}])
		add(t.Name, t.ID.String(), counts.All, replication, counts.Offline, counts.UnderReplicated, counts.Reassigning, configs)
	})
}

func partitionRows(img *image.Image, f *viewFlags, add func(...any)) {
	eachTopic(img, f, func(t *image.Topic) {
		for p := range t.Partitions() {
			if f.wants(&p) {
				add(t.Name, p.ID, leaderCell(p.Leader), p.LeaderEpoch, p.Replicas, p.ISR, p.ELR, p.Adding, p.Removing, partitionState(&p))
			}
		}
	})
}

// leaderCell is a leader; null when there is none.
func leaderCell(id int32) any {
	if id < 0 {
		return nil
	}
	return id
}

// partitionState says what is amiss with a partition, or "ok".
func partitionState(p *image.Partition) string {
	var amiss []string
	for _, is := range []struct {
		true bool
		text string
	}{
		{p.Offline(), "offline"},
		{p.UnderReplicated(), "under-replicated"},
		{p.Reassigning(), "reassigning"},
		{p.Recovery == image.Recovering, "recovering"},
	} {
		if is.true {
			amiss = append(amiss, is.text)
		}
	}
	if len(amiss) == 0 {
		return "ok"
	}
	return strings.Join(amiss, ",")
}

func reassignmentRows(img *image.Image, f *viewFlags, add func(...any)) {
	eachTopic(img, f, func(t *image.Topic) {
		for p := range t.Partitions() {
			if !p.Reassigning() {
				continue
			}
			from := without(p.Replicas, p.Adding)
			to := without(p.Replicas, p.Removing)
			add(t.Name, p.ID, from, to, p.Adding, p.Removing, p.ISR, without(to, p.ISR))
		}
	})
}

// without is a list less the elements of another.
func without(list, other []int32) []int32 {
	return slices.DeleteFunc(slices.Clone(list), func(n int32) bool { return slices.Contains(other, n) })
}

func brokerRows(img *image.Image, _ *viewFlags, add func(...any)) {
	leads, replicas := map[int32]int{}, map[int32]int{}
	for id := range img.Topics.IDs() {
		for p := range img.Topics.ByID(id).Partitions() {
			leads[p.Leader]++
			for _, r := range p.Replicas {
				replicas[r]++
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(img.Brokers)) {
		b := img.Brokers[id]
		var rack any
		if b.Rack.Valid {
			rack = b.Rack.String
		}
		add(b.ID, b.Epoch, b.State(), rack, image.EndpointTexts(b.Endpoints), len(b.Directories), leads[id], replicas[id],
			b.Features[image.MetadataVersionFeature].String(), b.Incarnation.String())
	}
}

func controllerRows(img *image.Image, _ *viewFlags, add func(...any)) {
	for _, id := range slices.Sorted(maps.Keys(img.Controllers)) {
		c := img.Controllers[id]
		role := "standby"
		if id == img.Leader.ID {
			role = "active"
		}
		add(c.ID, role, image.EndpointTexts(c.Endpoints), c.Features[image.MetadataVersionFeature].String(), c.MigrationReady, c.Incarnation.String())
	}
}

func voterRows(img *image.Image, _ *viewFlags, add func(...any)) {
	for _, id := range slices.Sorted(maps.Keys(img.Voters)) {
		v := img.Voters[id]
		add(v.ID, v.Directory.String(), image.EndpointTexts(v.Endpoints), image.Range{Min: v.MinVersion, Max: v.MaxVersion}.String(), id == img.Leader.ID)
	}
}

func configRows(img *image.Image, f *viewFlags, add func(...any)) {
	configs := img.Root().Child("configs")
	for _, kind := range configs.Sorted() {
		resources := configs.Child(kind)
		for _, name := range resources.Sorted() {
			if match, err := path.Match(f.topic, name); f.topic != "" && (kind != "topic" || err != nil || !match) {
				continue
			}
			keys := resources.Child(name)
			for _, key := range keys.Sorted() {
				for _, value := range keys.Child(key).Fields() {
					add(kind, name, key, shell.FieldText(value, f.secrets))
				}
			}
		}
	}
}

func quotaRows(img *image.Image, _ *viewFlags, add func(...any)) {
	for _, key := range slices.Sorted(maps.Keys(img.Quotas)) {
		q := img.Quotas[key]
		cells := map[string]any{}
		for _, e := range q.Entity {
			cells[e.Type] = "<default>"
			if e.Name.Valid {
				cells[e.Type] = e.Name.String
			}
		}
		for _, name := range slices.Sorted(maps.Keys(q.Values)) {
			add(cells["user"], cells["client-id"], cells["ip"], name, q.Values[name])
		}
	}
}

func userRows(img *image.Image, f *viewFlags, add func(...any)) {
	users := slices.SortedFunc(maps.Keys(img.Users), func(a, b image.User) int {
		return strings.Compare(a.Name+"\x00"+image.Mechanisms[a.Mechanism], b.Name+"\x00"+image.Mechanisms[b.Mechanism])
	})
	for _, u := range users {
		c := img.Users[u]
		secret := func(key []byte) string { return shell.FieldText(image.Field{Value: key, Secret: true}, f.secrets) }
		add(u.Name, image.Mechanisms[u.Mechanism], c.Iterations, secret(c.Salt), secret(c.StoredKey), secret(c.ServerKey))
	}
}

func aclRows(img *image.Image, _ *viewFlags, add func(...any)) {
	acls := slices.Collect(maps.Values(img.ACLs))
	slices.SortFunc(acls, func(a, b *image.ACL) int { return strings.Compare(aclKey(a), aclKey(b)) })
	for _, a := range acls {
		add(a.Principal, image.Name(image.Permissions, a.Permission), image.Name(image.Operations, a.Operation),
			image.Name(image.ResourceTypes, a.ResourceType), a.ResourceName, image.Name(image.PatternTypes, a.PatternType), a.Host, a.ID.String())
	}
}

func aclKey(a *image.ACL) string {
	return fmt.Sprintf("%s\x00%02d\x00%s\x00%02d\x00%s", a.Principal, a.ResourceType, a.ResourceName, a.Operation, a.ID)
}

func featureRows(img *image.Image, _ *viewFlags, add func(...any)) {
	names := map[string]bool{}
	brokers, controllers := map[string][]image.Range{}, map[string][]image.Range{}
	for name := range img.Features {
		names[name] = true
	}
	for _, b := range img.Brokers {
		collect(names, brokers, b.Features)
	}
	for _, c := range img.Controllers {
		collect(names, controllers, c.Features)
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		level := fmt.Sprint(img.Features[name])
		if name == "kraft.version" {
			level = fmt.Sprint(img.KRaftVersion)
		}
		if name == image.MetadataVersionFeature {
			level += " (" + metadataVersionName(img) + ")"
		}
		add(name, level, common(brokers[name], len(img.Brokers)), common(controllers[name], len(img.Controllers)))
	}
}

func collect(names map[string]bool, into map[string][]image.Range, features map[string]image.Range) {
	for name, r := range features {
		names[name] = true
		into[name] = append(into[name], r)
	}
}

// common is the range of levels that all nodes support; null when some do not know the feature.
func common(ranges []image.Range, nodes int) any {
	if len(ranges) == 0 || len(ranges) < nodes {
		return nil
	}
	all := ranges[0]
	for _, r := range ranges {
		all = image.Range{Min: max(all.Min, r.Min), Max: min(all.Max, r.Max)}
	}
	return all.String()
}

func tokenRows(img *image.Image, _ *viewFlags, add func(...any)) {
	for _, id := range slices.Sorted(maps.Keys(img.Tokens)) {
		t := img.Tokens[id]
		add(t.ID, t.Owner, t.Requester, t.Renewers, image.Time(t.Issued), image.Time(t.Expires), image.Time(t.Max))
	}
}
