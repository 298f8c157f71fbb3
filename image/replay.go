package image

import (
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// Options say as whom to replay.
type Options struct {
	// Release is whose feature levels are known.
	Release release.Release
	// ConfigKnown reports whether a configuration of a type of resource is kept; nil keeps all. Kafka drops those it does
	// not know since 4.2 (org.apache.kafka.metadata.SupportedConfigChecker).
	ConfigKnown func(resourceType int8, name string) bool
	// Watch, if set, is called with every record that takes effect, when it does, and must call apply. What apply changes can
	// be seen in the Builder's image before and after.
	Watch func(r *metalog.Record, apply func())
	// OnProblem is told of records that do not fit; it may be nil.
	OnProblem func(Problem)
	// Read is told now and then how many bytes more have been read; it may be nil.
	Read func(bytes int64)
}

// DefaultOptions are those of the newest release.
func DefaultOptions() Options { return Options{Release: release.Newest()} }

// Builder makes an image of records. It is not safe for concurrent use.
type Builder struct {
	opts Options
	img  *Image
	// at is the record that is being applied.
	at metalog.Record
	// dec decodes the records of a transaction when it ends.
	dec     metadata.Decoder
	pending []held
	started int64
	inside  bool
	// covered is the time of the last record a snapshot covers.
	covered *int64
	lists   lists
	names   map[string]string
}

// held is a record of a transaction that has not ended.
type held struct {
	value     []byte
	offset    int64
	epoch     int32
	timestamp int64
}

// NewBuilder begins with the empty image.
func NewBuilder(opts Options) *Builder {
	return &Builder{opts: opts, img: New(), names: map[string]string{}}
}

// Image is the state after the records so far. It changes with the next one.
func (b *Builder) Image() *Image { return b.img }

// InTransaction reports whether a transaction has begun and not ended, and at which offset.
func (b *Builder) InTransaction() (int64, bool) { return b.started, b.inside }

// Apply applies a record. It keeps nothing of it.
func (b *Builder) Apply(r *metalog.Record) {
	if b.opts.Read != nil && r.File == b.at.File && r.Position > b.at.Position {
		b.opts.Read(r.Position - b.at.Position)
	}
	b.at = *r
	if r.Control != nil {
		if b.opts.Watch == nil {
			b.control(r.Control)
		} else {
			b.opts.Watch(&b.at, func() { b.control(r.Control) })
		}
		if !b.inside && !b.inSnapshot() {
			b.img.Provenance = Provenance{Offset: r.Offset, Epoch: r.Epoch, Timestamp: r.Timestamp}
		}
		return
	}
	switch r.Record.(type) {
	case nil:
		return
	case *metadata.BeginTransactionRecord:
		b.begin()
	case *metadata.EndTransactionRecord:
		b.end("EndTransaction", b.commit)
	case *metadata.AbortTransactionRecord:
		b.end("AbortTransaction", func() {})
	default:
		if b.inside {
			b.hold(r)
			return
		}
		b.replay(r.Record)
	}
	if !b.inside {
		b.img.Provenance = Provenance{Offset: r.Offset, Epoch: r.Epoch, Timestamp: r.Timestamp}
		if b.covered != nil && b.inSnapshot() {
			b.img.Provenance.Timestamp = *b.covered
		}
	}
}

// inSnapshot reports whether the record that is being applied was read from a snapshot.
func (b *Builder) inSnapshot() bool { return b.at.File != nil && b.at.InSnapshot() }

func (b *Builder) begin() {
	if b.inside {
		b.problem(BadTransaction, "", true, "BeginTransaction within the transaction that began at offset %d", b.started)
		return
	}
	b.inside, b.started = true, b.at.Offset
}

func (b *Builder) end(name string, then func()) {
	if !b.inside {
		b.problem(BadTransaction, "", true, "%s without a BeginTransaction before it", name)
		return
	}
	b.inside = false
	at := b.at
	then()
	b.at, b.pending = at, nil
}

func (b *Builder) hold(r *metalog.Record) {
	b.pending = append(b.pending, held{
		value: metadata.AppendFramed(nil, r.Record, r.Version), offset: r.Offset, epoch: r.Epoch, timestamp: r.Timestamp,
	})
}

// commit applies what the transaction held back.
func (b *Builder) commit() {
	for _, h := range b.pending {
		rec, version, err := b.dec.Decode(h.value)
		b.at.Offset, b.at.Epoch, b.at.Timestamp, b.at.Record, b.at.Version = h.offset, h.epoch, h.timestamp, rec, version
		if err != nil {
			b.problem(UnknownRecord, "", true, "record of a transaction: %v", err)
			continue
		}
		b.replay(rec)
	}
}

// Finish tells of what the log leaves open.
func (b *Builder) Finish() {
	if b.inside {
		b.at.Offset = b.started
		b.problem(UnfinishedTransaction, "", true,
			"the transaction that begins here has not ended; its %d records are not part of the state", len(b.pending))
	}
}

func (b *Builder) problem(kind ProblemKind, path string, skipped bool, format string, args ...any) {
	if b.opts.OnProblem == nil {
		return
	}
	p := Problem{Offset: b.at.Offset, Kind: kind, Path: path, Skipped: skipped, Message: fmt.Sprintf(format, args...), Consequence: nodesAccept}
	switch {
	case kind == UnknownRecord || kind == UnknownFeatureLevel:
		p.Consequence = nodesStop
	case kind == UnfinishedTransaction:
		p.Consequence = "nodes wait for its end; the next active controller aborts it"
	case skipped:
		p.Consequence = brokersSkip
	}
	b.opts.OnProblem(p)
}

// intern keeps one copy of texts that repeat, such as configuration keys. What it is given may be overwritten later.
func (b *Builder) intern(s string) string {
	if kept, ok := b.names[s]; ok {
		return kept
	}
	s = strings.Clone(s)
	b.names[s] = s
	return s
}

// replay applies one record that is not held back.
func (b *Builder) replay(rec metadata.Record) {
	if b.opts.Watch == nil {
		b.effect(rec)
		return
	}
	b.opts.Watch(&b.at, func() { b.effect(rec) })
}

func (b *Builder) effect(rec metadata.Record) {
	switch r := rec.(type) {
	case *metadata.PartitionRecord:
		b.partition(r)
	case *metadata.PartitionChangeRecord:
		b.partitionChange(r)
	case *metadata.TopicRecord:
		b.topic(r)
	case *metadata.RemoveTopicRecord:
		b.removeTopic(r)
	case *metadata.ClearElrRecord:
		b.clearELR(r)
	case *metadata.RegisterBrokerRecord:
		b.registerBroker(r)
	case *metadata.UnregisterBrokerRecord:
		b.unregisterBroker(r)
	case *metadata.FenceBrokerRecord:
		b.fence(r.Id, r.Epoch, true)
	case *metadata.UnfenceBrokerRecord:
		b.fence(r.Id, r.Epoch, false)
	case *metadata.BrokerRegistrationChangeRecord:
		b.brokerChange(r)
	case *metadata.RegisterControllerRecord:
		b.registerController(r)
	case *metadata.UnregisterControllerRecord:
		b.unregisterController(r)
	default:
		b.replayRest(rec)
	}
}

func (b *Builder) replayRest(rec metadata.Record) {
	switch r := rec.(type) {
	case *metadata.ConfigRecord:
		b.config(r)
	case *metadata.ClientQuotaRecord:
		b.quota(r)
	case *metadata.FeatureLevelRecord:
		b.feature(r)
	case *metadata.ProducerIdsRecord:
		b.img.ProducerIDs = &ProducerIDs{Next: r.NextProducerId, Broker: r.BrokerId, BrokerEpoch: r.BrokerEpoch}
	case *metadata.AccessControlEntryRecord:
		b.acl(r)
	case *metadata.RemoveAccessControlEntryRecord:
		b.removeACL(r)
	case *metadata.UserScramCredentialRecord:
		b.credential(r)
	case *metadata.RemoveUserScramCredentialRecord:
		delete(b.img.Users, User{Name: r.Name, Mechanism: r.Mechanism})
	case *metadata.DelegationTokenRecord:
		b.token(r)
	case *metadata.RemoveDelegationTokenRecord:
		delete(b.img.Tokens, r.TokenId)
	case *metadata.ZkMigrationStateRecord:
		b.migration(r)
	case *metadata.NoOpRecord:
	default:
		b.problem(UnknownRecord, "", true, "%v", describe(rec))
	}
}

// describe names a record that is not replayed.
func describe(rec metadata.Record) string {
	if u, ok := rec.(*metadata.Unknown); ok {
		return u.String()
	}
	return metadata.DumpName(rec.APIKey()) + " is not part of the state of a cluster"
}
