package shell

import (
	"maps"
	"slices"
	"strconv"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/javadouble"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// file is a file or directory of the tree that the shells of 3.3 and 3.4 make of records; directories have children.
type file struct {
	children map[string]*file
	text     string
}

func newFolder() *file { return &file{children: map[string]*file{}} }

// folder is a directory below, made if need be; nil when a file is in the way.
func (f *file) folder(names ...string) *file {
	for _, name := range names {
		next := f.children[name]
		if next == nil {
			next = newFolder()
			f.children[name] = next
		}
		if next.children == nil {
			return nil
		}
		f = next
	}
	return f
}

// write sets the content of a file, unless a directory is in the way.
func (f *file) write(name, text string) {
	if f == nil {
		return
	}
	if old := f.children[name]; old != nil && old.children != nil {
		return
	}
	f.children[name] = &file{text: text}
}

// lookup is the file or directory at a path, or nil.
func (f *file) lookup(names ...string) *file {
	for _, name := range names {
		if f == nil || f.children == nil {
			return nil
		}
		f = f.children[name]
	}
	return f
}

func (f *file) remove(names ...string) {
	if parent := f.lookup(names[:len(names)-1]...); parent != nil {
		delete(parent.children, names[len(names)-1])
	}
}

func (f *file) node() *image.Node {
	if f.children == nil {
		return image.Scalar(f.text)
	}
	return image.Dir(func() []string { return slices.SortedFunc(maps.Keys(f.children), compareJava) }, func(name string) *image.Node {
		if child := f.children[name]; child != nil {
			return child.node()
		}
		return nil
	})
}

// legacy makes the tree of the shells of 3.3 and 3.4 (org.apache.kafka.shell.MetadataNodeManager).
type legacy struct {
	release    release.Release
	root       *file
	partitions map[*file]*metadata.PartitionRecord
}

func newLegacy(r release.Release) *legacy {
	l := &legacy{release: r, root: newFolder(), partitions: map[*file]*metadata.PartitionRecord{}}
	local := l.root.folder("local")
	local.write("version", r.Observed())
	local.write("commitId", commits[r])
	return l
}

func (l *legacy) tree() *image.Node {
	for f, p := range l.partitions {
		f.text = prettyPartition(p)
	}
	return l.root.node()
}

func (l *legacy) batch(last int64) {
	l.root.folder("metadataQuorum").write("offset", strconv.FormatInt(last, 10))
}

func (l *legacy) control(r *metalog.Record) {
	if c, ok := r.Control.(*metadata.LeaderChangeMessage); ok {
		l.root.folder("metadataQuorum").write("leader",
			"LeaderAndEpoch(leaderId=OptionalInt["+number(c.LeaderId)+"], epoch="+number(r.Epoch)+")")
	}
}

func number[N int8 | int16 | int32 | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

const isFenced = "isFenced"

func (l *legacy) metadata(r *metalog.Record) {
	switch rec := r.Record.(type) {
	case *metadata.RegisterBrokerRecord:
		broker := l.root.folder("brokers", number(rec.BrokerId))
		broker.write("registration", registrationText(l.release, rec))
		broker.write(isFenced, "true")
	case *metadata.UnregisterBrokerRecord:
		l.root.remove("brokers", number(rec.BrokerId))
	case *metadata.FenceBrokerRecord:
		l.root.folder("brokers", number(rec.Id)).write(isFenced, "true")
	case *metadata.UnfenceBrokerRecord:
		l.root.folder("brokers", number(rec.Id)).write(isFenced, "false")
	case *metadata.BrokerRegistrationChangeRecord:
		l.brokerChange(rec)
	case *metadata.TopicRecord:
		l.topic(rec)
	case *metadata.RemoveTopicRecord:
		l.removeTopic(rec)
	case *metadata.PartitionRecord:
		l.partition(rec)
	case *metadata.PartitionChangeRecord:
		l.partitionChange(rec)
	default:
		l.rest(r.Record)
	}
}

func (l *legacy) rest(record metadata.Record) {
	switch rec := record.(type) {
	case *metadata.ConfigRecord:
		l.config(rec)
	case *metadata.ClientQuotaRecord:
		l.quota(rec)
	case *metadata.ProducerIdsRecord:
		ids := l.root.folder("producerIds")
		ids.write("lastBlockBrokerId", number(rec.BrokerId))
		ids.write("lastBlockBrokerEpoch", number(rec.BrokerEpoch))
		ids.write("nextBlockStartId", number(rec.NextProducerId))
	case *metadata.AccessControlEntryRecord:
		l.root.folder("acl", "id").write(rec.Id.String(), prettyACL(rec))
	case *metadata.RemoveAccessControlEntryRecord:
		l.root.folder("acl", "id")
		l.root.remove("acl", "id", rec.Id.String())
	case *metadata.FeatureLevelRecord:
		features := l.root.folder("features")
		if rec.FeatureLevel == 0 {
			features.remove(rec.Name)
			return
		}
		features.write(rec.Name, prettyFeature(rec))
	}
}

// brokerChange sets what the record says of the two states, and refuses values it does not know.
func (l *legacy) brokerChange(rec *metadata.BrokerRegistrationChangeRecord) {
	if rec.Fenced < -1 || rec.Fenced > 1 {
		return
	}
	id := number(rec.BrokerId)
	if rec.Fenced != 0 {
		l.root.folder("brokers", id).write(isFenced, strconv.FormatBool(rec.Fenced == 1))
	}
	if rec.InControlledShutdown == 1 {
		l.root.folder("brokers", id).write("inControlledShutdown", "true")
	}
}

func (l *legacy) topic(rec *metadata.TopicRecord) {
	id := rec.TopicId.String()
	folder := l.root.folder("topics", rec.Name)
	if folder == nil {
		return
	}
	folder.write("id", id)
	folder.write("name", rec.Name)
	l.root.folder("topicIds").children[id] = folder
}

func (l *legacy) removeTopic(rec *metadata.RemoveTopicRecord) {
	id := rec.TopicId.String()
	name := l.root.lookup("topicIds", id, "name")
	if name == nil || name.children != nil {
		return
	}
	for _, partition := range l.root.lookup("topicIds", id).children {
		delete(l.partitions, partition.lookup("data"))
	}
	l.root.remove("topics", name.text)
	l.root.remove("topicIds", id)
}

func (l *legacy) partition(rec *metadata.PartitionRecord) {
	folder := l.root.folder("topicIds", rec.TopicId.String(), number(rec.PartitionId))
	if folder == nil {
		return
	}
	delete(l.partitions, folder.lookup("data"))
	folder.write("data", "")
	kept := *rec
	kept.Replicas, kept.Isr = slices.Clone(rec.Replicas), slices.Clone(rec.Isr)
	kept.RemovingReplicas, kept.AddingReplicas = slices.Clone(rec.RemovingReplicas), slices.Clone(rec.AddingReplicas)
	l.partitions[folder.lookup("data")] = &kept
}

// partitionChange knows only some of the fields, as the shell of that time does.
func (l *legacy) partitionChange(rec *metadata.PartitionChangeRecord) {
	p := l.partitions[l.root.lookup("topicIds", rec.TopicId.String(), number(rec.PartitionId), "data")]
	if p == nil {
		return
	}
	if rec.Isr != nil {
		p.Isr = slices.Clone(rec.Isr)
	}
	if rec.Leader != -2 {
		p.Leader = rec.Leader
		p.LeaderEpoch++
	}
	if rec.LeaderRecoveryState != -1 {
		p.LeaderRecoveryState = rec.LeaderRecoveryState
	}
	p.PartitionEpoch++
}

// defaultName stands for the default resource or entity.
const defaultName = "<default>"

func (l *legacy) config(rec *metadata.ConfigRecord) {
	kind, ok := map[int8]string{image.TopicConfig: "topic", image.BrokerConfig: "broker"}[rec.ResourceType]
	if !ok {
		return
	}
	name := rec.ResourceName
	if name == "" {
		name = defaultName
	}
	folder := l.root.folder("configs", kind, name)
	if !rec.Value.Valid {
		folder.remove(rec.Name)
		return
	}
	folder.write(rec.Name, rec.Value.String)
}

func (l *legacy) quota(rec *metadata.ClientQuotaRecord) {
	entity := slices.Clone(rec.Entity)
	slices.SortStableFunc(entity, func(a, b metadata.QuotaEntity) int { return compareJava(a.EntityType, b.EntityType) })
	folder := l.root.folder("client-quotas")
	for _, e := range entity {
		name := defaultName
		if e.EntityName.Valid {
			name = e.EntityName.String
		}
		folder = folder.folder(e.EntityType)
		if folder != nil {
			folder = folder.folder(name)
		}
		if folder == nil {
			return
		}
	}
	if rec.Remove {
		folder.remove(rec.Key)
		return
	}
	folder.write(rec.Key, string(javadouble.Append(nil, rec.Value)))
}
