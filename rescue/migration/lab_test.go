package migration_test

import (
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// lab makes a metadata log record by record, where no real cluster wrote the one that is needed.
type lab struct {
	t    testing.TB
	log  []byte
	next int64
	more fstest.MapFS
}

func newLog(t testing.TB) *lab {
	l := &lab{t: t, more: fstest.MapFS{}}
	body := &metadata.LeaderChangeMessage{LeaderId: 3000, Voters: []metadata.LeaderChangeVoter{{VoterId: 3000}}}
	b := record.NewBatch(0, 1, 1795000000000)
	b.Attributes = record.ControlAttributes
	l.log = record.AppendBatch(nil, b, []record.Record{{Key: record.ControlKey(body.ControlType()), Value: body.Append(nil, metadata.ControlVersion)}})
	l.next = 1
	return l
}

// add appends a batch of records.
func (l *lab) add(records ...metadata.Record) *lab {
	var list []record.Record
	for i, r := range records {
		version := int16(0)
		if _, ok := r.(*metadata.RegisterBrokerRecord); ok {
			version = 2 // the first with isMigratingZkBroker
		}
		list = append(list, record.Record{OffsetDelta: int64(i), Value: metadata.AppendFramed(nil, r, version)})
	}
	l.log = record.AppendBatch(l.log, record.NewBatch(l.next, 1, 1795000000000+l.next*1000), list)
	l.next += int64(len(records))
	return l
}

// bootstrap appends what a first controller writes; state is below 0 for none.
func (l *lab) bootstrap(level int16, state int8) *lab {
	l.add(&metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: level})
	if state >= 0 {
		l.state(state)
	}
	return l
}

func (l *lab) state(state int8) *lab {
	return l.add(&metadata.ZkMigrationStateRecord{ZkMigrationState: state})
}

// topic appends a topic with one partition on a broker.
func (l *lab) topic(name string, broker int32) *lab {
	id := metadata.UUID{1: byte(len(name)), 2: name[0], 3: name[len(name)-1], 15: 1}
	return l.add(&metadata.TopicRecord{Name: name, TopicId: id},
		&metadata.PartitionRecord{TopicId: id, Replicas: []int32{broker}, Isr: []int32{broker}, Leader: broker})
}

func (l *lab) begin(name string) *lab {
	return l.add(&metadata.BeginTransactionRecord{Name: metadata.Str(name)})
}

func (l *lab) end() *lab { return l.add(&metadata.EndTransactionRecord{}) }

func (l *lab) abort(reason string) *lab {
	return l.add(&metadata.AbortTransactionRecord{Reason: metadata.Str(reason)})
}

// broker registers a broker.
func (l *lab) broker(id int32, onZooKeeper bool) *lab {
	return l.add(&metadata.RegisterBrokerRecord{BrokerId: id, IsMigratingZkBroker: onZooKeeper, BrokerEpoch: l.next})
}

// controller registers a controller.
func (l *lab) controller(id int32, ready bool) *lab {
	return l.add(&metadata.RegisterControllerRecord{ControllerId: id, ZkMigrationReady: ready})
}

// logs opens it.
func (l *lab) logs() []*metalog.Log {
	fsys := fstest.MapFS{
		"node/__cluster_metadata-0/00000000000000000000.log": {Data: l.log},
		"node/meta.properties":                               {Data: []byte("version=1\nnode.id=3000\ncluster.id=AAAAAAAAQACAAAAAAAAAAg\n")},
	}
	for name, file := range l.more {
		fsys[name] = file
	}
	return openLogs(l.t, fsys, "node")
}
