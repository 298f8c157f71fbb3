package format

import (
	"strings"

	"github.com/kraftctl/kraftctl/internal/javahash"
	"github.com/kraftctl/kraftctl/internal/wire"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
)

// maxBatchSize is the most bytes Kafka puts into one batch of a snapshot (KafkaRaftClient.MAX_BATCH_SIZE_BYTES).
const maxBatchSize = 8 << 20

// snapshotContent is what goes into a checkpoint file, in this order: header, kraft.version, voters, records, footer.
type snapshotContent struct {
	// at is the time of the batches, and lastContained that in the header, in ms since 1970.
	at, lastContained int64
	// kraftVersion is written when above zero.
	kraftVersion int16
	// voters are written unless there are none.
	voters *metadata.VotersRecord
	// records are the metadata records; nil leaves their batch out.
	records []metadata.Record
}

// snapshot is a checkpoint file: batches of epoch 0 with offsets from 0 (org.apache.kafka.snapshot.RecordsSnapshotWriter).
func snapshot(c snapshotContent) []byte {
	w := &snapshotWriter{at: c.at}
	control := []metadata.Control{&metadata.SnapshotHeaderRecord{LastContainedLogTimestamp: c.lastContained}}
	if c.kraftVersion > 0 {
		control = append(control, &metadata.KRaftVersionRecord{KRaftVersion: c.kraftVersion})
	}
	if c.voters != nil {
		control = append(control, c.voters)
	}
	w.control(control...)
	w.data(c.records)
	w.control(&metadata.SnapshotFooterRecord{})
	return w.out
}

type snapshotWriter struct {
	out  []byte
	next int64
	at   int64
}

// batch appends a batch of records whose keys and values are set.
func (w *snapshotWriter) batch(attributes int16, records []record.Record) {
	for i := range records {
		records[i].OffsetDelta = int64(i)
	}
	header := record.NewBatch(w.next, 0, w.at)
	header.Attributes = attributes
	w.out = record.AppendBatch(w.out, header, records)
	w.next += int64(len(records))
}

func (w *snapshotWriter) control(bodies ...metadata.Control) {
	records := make([]record.Record, len(bodies))
	for i, body := range bodies {
		records[i] = record.Record{Key: record.ControlKey(body.ControlType()), Value: body.Append(nil, 0)}
	}
	w.batch(record.ControlAttributes, records)
}

// data appends the metadata records, in as few batches as their size allows.
func (w *snapshotWriter) data(all []metadata.Record) {
	var batch []record.Record
	size := record.HeaderSize
	for _, body := range all {
		next := record.Record{Value: metadata.AppendFramed(nil, body, 0), OffsetDelta: int64(len(batch))}
		added := len(record.AppendRecord(nil, &next))
		if size+added > maxBatchSize && len(batch) > 0 {
			w.batch(0, batch)
			batch, size = nil, record.HeaderSize
		}
		batch, size = append(batch, next), size+added
	}
	if len(batch) > 0 {
		w.batch(0, batch)
	}
}

// quorumVoters is the voters record of a dynamic quorum, nil without one. Kafka names the endpoint after the first
// controller listener, in upper case, and writes the voters in the order of a hash map (org.apache.kafka.raft.VoterSet).
func (p *planner) quorumVoters() *metadata.VotersRecord {
	if p.plan.Voters == nil {
		return nil
	}
	listener := strings.ToUpper(p.req.Node.ControllerListenerNames[0])
	voters := &metadata.VotersRecord{}
	ids, byID := []int32{}, map[int32]Voter{}
	for _, v := range p.plan.Voters {
		ids, byID[v.ID] = append(ids, v.ID), v
	}
	for _, id := range javahash.IntMapCopyOrder(ids) {
		v := byID[id]
		voters.Voters = append(voters.Voters, metadata.Voter{
			VoterId: v.ID, VoterDirectoryId: wire.UUID(v.Directory),
			Endpoints:           []metadata.VoterEndpoint{{Name: listener, Host: v.Host, Port: v.Port}},
			KRaftVersionFeature: metadata.KRaftVersionFeature{MinSupportedVersion: 0, MaxSupportedVersion: 1},
		})
	}
	return voters
}
