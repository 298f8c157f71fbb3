package image

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/kraftctl/kraftctl/metadata"
)

func (img *Image) provenanceFields() []Field {
	p := img.Provenance
	return []Field{{Name: "offset", Value: p.Offset}, {Name: "epoch", Value: int64(p.Epoch)}, {Name: "time", Value: Time(p.Timestamp)}}
}

func (img *Image) quorumFields() []Field {
	return []Field{
		{Name: "leader", Value: int64(img.Leader.ID)},
		{Name: "epoch", Value: int64(img.Leader.Epoch)},
		{Name: "since", Value: img.Leader.Offset},
		{Name: "kraftVersion", Value: int64(img.KRaftVersion)},
	}
}

func (img *Image) migrationFields() []Field {
	if img.Migration == nil {
		return scalar("")
	}
	return scalar(Name(MigrationStates, *img.Migration))
}

func (img *Image) producerFields() []Field {
	if img.ProducerIDs == nil {
		return []Field{{Name: "next", Value: int64(-1)}}
	}
	p := img.ProducerIDs
	return []Field{{Name: "next", Value: p.Next}, {Name: "broker", Value: int64(p.Broker)}, {Name: "brokerEpoch", Value: p.BrokerEpoch}}
}

func (v *Voter) fields() []Field {
	return []Field{
		{Name: "id", Value: int64(v.ID)},
		{Name: "directory", Value: v.Directory.String()},
		{Name: "endpoints", Value: EndpointTexts(v.Endpoints)},
		{Name: "kraftVersions", Value: Range{Min: v.MinVersion, Max: v.MaxVersion}.String()},
	}
}

func (b *Broker) fields() []Field {
	fields := []Field{
		{Name: "id", Value: int64(b.ID)},
		{Name: "epoch", Value: b.Epoch},
		{Name: "incarnation", Value: b.Incarnation.String()},
		{Name: "state", Value: b.State()},
		{Name: "fenced", Value: b.Fenced},
		{Name: "inControlledShutdown", Value: b.InControlledShutdown},
		{Name: "rack", Value: nullable(b.Rack)},
		{Name: "listeners", Value: EndpointTexts(b.Endpoints)},
		{Name: "features", Value: RangeTexts(b.Features)},
		{Name: "directories", Value: IDTexts(b.Directories)},
	}
	if len(b.Cordoned) > 0 {
		fields = append(fields, Field{Name: "cordoned", Value: IDTexts(b.Cordoned)})
	}
	if b.MigratingZK {
		fields = append(fields, Field{Name: "migratingZk", Value: true})
	}
	return fields
}

// State is how a broker stands in one word: "fenced", "shutting-down" or "active".
func (b *Broker) State() string {
	switch {
	case b.Fenced:
		return "fenced"
	case b.InControlledShutdown:
		return "shutting-down"
	}
	return "active"
}

func (c *Controller) fields() []Field {
	return []Field{
		{Name: "id", Value: int64(c.ID)},
		{Name: "incarnation", Value: c.Incarnation.String()},
		{Name: "listeners", Value: EndpointTexts(c.Endpoints)},
		{Name: "features", Value: RangeTexts(c.Features)},
		{Name: "migrationReady", Value: c.MigrationReady},
	}
}

func (p *Partition) fields() []Field {
	fields := []Field{
		{Name: "leader", Value: int64(p.Leader)},
		{Name: "leaderEpoch", Value: int64(p.LeaderEpoch)},
		{Name: "partitionEpoch", Value: int64(p.Epoch)},
		{Name: "replicas", Value: p.Replicas},
		{Name: "isr", Value: p.ISR},
		{Name: "recovery", Value: Name(RecoveryStates, p.Recovery)},
	}
	for _, more := range []struct {
		name string
		list []int32
	}{{"adding", p.Adding}, {"removing", p.Removing}, {"elr", p.ELR}, {"lastKnownElr", p.LastKnownELR}} {
		if len(more.list) > 0 {
			fields = append(fields, Field{Name: more.name, Value: more.list})
		}
	}
	if !unassigned(p.Directories) {
		fields = append(fields, Field{Name: "directories", Value: IDTexts(p.Directories)})
	}
	return fields
}

func (a *ACL) fields() []Field {
	return []Field{
		{Name: "principal", Value: a.Principal},
		{Name: "permission", Value: Name(Permissions, a.Permission)},
		{Name: "operation", Value: Name(Operations, a.Operation)},
		{Name: "resourceType", Value: Name(ResourceTypes, a.ResourceType)},
		{Name: "resourceName", Value: a.ResourceName},
		{Name: "patternType", Value: Name(PatternTypes, a.PatternType)},
		{Name: "host", Value: a.Host},
	}
}

func (c *Credential) fields() []Field {
	return []Field{
		{Name: "iterations", Value: int64(c.Iterations)},
		{Name: "salt", Value: c.Salt, Secret: true},
		{Name: "storedKey", Value: c.StoredKey, Secret: true},
		{Name: "serverKey", Value: c.ServerKey, Secret: true},
	}
}

func (t *Token) fields() []Field {
	return []Field{
		{Name: "id", Value: t.ID},
		{Name: "owner", Value: t.Owner},
		{Name: "requester", Value: t.Requester},
		{Name: "renewers", Value: t.Renewers},
		{Name: "issued", Value: Time(t.Issued)},
		{Name: "expires", Value: Time(t.Expires)},
		{Name: "max", Value: Time(t.Max)},
	}
}

func nullable(s metadata.NullString) any {
	if !s.Valid {
		return nil
	}
	return s.String
}

// Time is a time in ms since 1970 as people and programs read it, in UTC; "" for -1.
func Time(ms int64) string {
	if ms == -1 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
}

// String is the range as Kafka prints it: "1-30", or "1" when it is a single level.
func (r Range) String() string {
	if r.Min == r.Max {
		return strconv.Itoa(int(r.Min))
	}
	return strconv.Itoa(int(r.Min)) + "-" + strconv.Itoa(int(r.Max))
}

// String is the address as "NAME://host:port", with the protocol in brackets where it is not the name.
func (e Endpoint) String() string {
	text := e.Name + "://" + e.Host + ":" + strconv.Itoa(int(e.Port))
	if p := ProtocolName(e.Protocol); p != "" && p != e.Name {
		text += " (" + p + ")"
	}
	return text
}

// EndpointTexts are addresses as text.
func EndpointTexts(endpoints []Endpoint) []string {
	texts := make([]string, len(endpoints))
	for i, e := range endpoints {
		texts[i] = e.String()
	}
	return texts
}

// RangeTexts are feature ranges as text, by name.
func RangeTexts(ranges map[string]Range) []string {
	texts := make([]string, 0, len(ranges))
	for _, name := range slices.Sorted(maps.Keys(ranges)) {
		texts = append(texts, name+" "+ranges[name].String())
	}
	return texts
}

// IDTexts are IDs as text.
func IDTexts(ids []metadata.UUID) []string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	return texts
}
