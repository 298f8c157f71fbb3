package backup_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/rescue/backup"
)

// liveNode writes a metadata log as a node does: it appends batches, rolls segments, writes snapshots, removes what they cover, and
// truncates its log when a new leader does not have its end.
type liveNode struct {
	t    *testing.T
	dir  string
	rand *rand.Rand

	epoch, next int64
	// ends are the sizes of the segments, and the batches in the last of them.
	segments []int64
	batches  []written
	snaps    []metalog.Name
	topics   []string // topics[i] was created at offsets[i]
	offsets  []int64

	mu sync.Mutex
	// states are the number of topics by end offset and epoch.
	states map[[2]int64][]string
}

// written is a batch in the last segment.
type written struct {
	offset, position int64
	epoch            int64
}

func newLiveNode(t *testing.T, seed uint64) *liveNode {
	t.Helper()
	root := t.TempDir()
	n := &liveNode{t: t, dir: filepath.Join(root, metalog.PartitionDir), rand: rand.New(rand.NewPCG(seed, 1)), states: map[[2]int64][]string{}}
	must(t, os.Mkdir(n.dir, 0o755))
	must(t, os.WriteFile(filepath.Join(root, "meta.properties"), []byte("version=1\nnode.id=7\ncluster.id=AAAAAAAAQACAAAAAAAAACQ\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(n.dir, "partition.metadata"), []byte("version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ"), 0o600))
	n.segments = []int64{0}
	n.elect()
	return n
}

// must ends the goroutine, which need not be that of the test.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
		runtime.Goexit()
	}
}

func (n *liveNode) path(base string) string { return filepath.Join(n.dir, base) }

func (n *liveNode) segment() string {
	return n.path(fmt.Sprintf("%020d.log", n.segments[len(n.segments)-1]))
}

// append writes a batch at the end of the log, in two pieces.
func (n *liveNode) append(attributes int16, records ...record.Record) {
	b := record.NewBatch(n.next, int32(n.epoch), 1_700_000_000_000+n.next)
	b.Attributes = attributes
	for i := range records {
		records[i].OffsetDelta = int64(i)
	}
	data := record.AppendBatch(nil, b, records)
	f, err := os.OpenFile(n.segment(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	must(n.t, err)
	info, err := f.Stat()
	must(n.t, err)
	n.batches = append(n.batches, written{n.next, info.Size(), n.epoch})
	half := n.rand.IntN(len(data))
	n.next += int64(len(records))
	n.know()
	for _, part := range [][]byte{data[:half], data[half:]} {
		_, err = f.Write(part)
		must(n.t, err)
		time.Sleep(time.Duration(n.rand.IntN(100)) * time.Microsecond)
	}
	must(n.t, f.Close())
}

// know notes the state that is about to be true.
func (n *liveNode) know() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.states[[2]int64{n.next, n.epoch}] = slices.Clone(n.topics)
}

// elect begins an epoch.
func (n *liveNode) elect() {
	n.epoch++
	must(n.t, os.WriteFile(n.path("quorum-state.tmp"), metalog.Quorum{LeaderID: 7, LeaderEpoch: int32(n.epoch), VotedID: -1, Voters: []int32{7}}.Marshal(), 0o600))
	must(n.t, os.Rename(n.path("quorum-state.tmp"), n.path("quorum-state")))
	message := &metadata.LeaderChangeMessage{LeaderId: 7}
	n.append(record.ControlAttributes, record.Record{Key: record.ControlKey(message.ControlType()), Value: message.Append(nil, 0)})
}

// create makes some topics.
func (n *liveNode) create() {
	var records []record.Record
	for range 1 + n.rand.IntN(5) {
		topic := metadata.NewTopicRecord()
		topic.Name = fmt.Sprintf("topic-%d-%d", n.epoch, n.next+int64(len(records)))
		topic.TopicId[0], topic.TopicId[7] = 1, byte(n.epoch)
		for i := range 7 {
			topic.TopicId[15-i] = byte((n.next + int64(len(records))) >> (8 * i))
		}
		n.topics = append(n.topics, topic.Name)
		n.offsets = append(n.offsets, n.next+int64(len(records)))
		records = append(records, record.Record{Value: metadata.AppendFramed(nil, topic, 0)})
	}
	n.append(0, records...)
}

func (n *liveNode) roll() {
	if n.segments[len(n.segments)-1] == n.next {
		return
	}
	n.segments = append(n.segments, n.next)
	n.batches = nil
	f, err := os.Create(n.segment())
	must(n.t, err)
	must(n.t, f.Close())
}

// truncate takes back the last batches of the last segment, and begins a new epoch.
func (n *liveNode) truncate() {
	if len(n.batches) < 4 {
		return
	}
	at := n.batches[len(n.batches)-1-n.rand.IntN(3)]
	if len(n.snaps) > 0 && n.snaps[len(n.snaps)-1].Offset > at.offset {
		return
	}
	for len(n.offsets) > 0 && n.offsets[len(n.offsets)-1] >= at.offset {
		n.offsets, n.topics = n.offsets[:len(n.offsets)-1], n.topics[:len(n.topics)-1]
	}
	for n.batches[len(n.batches)-1].offset >= at.offset {
		n.batches = n.batches[:len(n.batches)-1]
	}
	must(n.t, os.Truncate(n.segment(), at.position))
	n.next = at.offset
	n.elect()
}

// snapshot writes the state into a snapshot, and removes segments and snapshots that it makes unneeded.
func (n *liveNode) snapshot() {
	if len(n.snaps) > 0 && n.snaps[len(n.snaps)-1].Offset == n.next {
		return
	}
	name := metalog.ParseName(metalog.SnapshotName(n.next, int32(n.epoch)))
	header, footer := &metadata.SnapshotHeaderRecord{}, &metadata.SnapshotFooterRecord{}
	control := func(body metadata.Control) []record.Record {
		return []record.Record{{Key: record.ControlKey(body.ControlType()), Value: body.Append(nil, 0)}}
	}
	batch := func(dst []byte, offset int64, attributes int16, records []record.Record) []byte {
		b := record.NewBatch(offset, name.Epoch, 1_700_000_000_000)
		b.Attributes = attributes
		return record.AppendBatch(dst, b, records)
	}
	data := batch(nil, 0, record.ControlAttributes, control(header))
	var records []record.Record
	for i, topic := range n.topics {
		rec := metadata.NewTopicRecord()
		rec.Name = topic
		rec.TopicId[0] = 2
		rec.TopicId[14], rec.TopicId[15] = byte(i>>8), byte(i)
		records = append(records, record.Record{OffsetDelta: int64(i), Value: metadata.AppendFramed(nil, rec, 0)})
	}
	if len(records) > 0 {
		data = batch(data, 1, 0, records)
	}
	data = batch(data, int64(1+len(records)), record.ControlAttributes, control(footer))
	must(n.t, os.WriteFile(n.path(name.Base+".part"), data, 0o600))
	must(n.t, os.Rename(n.path(name.Base+".part"), n.path(name.Base)))
	n.snaps = append(n.snaps, name)
	n.clean()
}

// clean keeps two snapshots and the segments that the older of them needs.
func (n *liveNode) clean() {
	for len(n.snaps) > 2 {
		n.remove(n.snaps[0].Base)
		n.snaps = n.snaps[1:]
	}
	for len(n.segments) > 1 && n.segments[1] <= n.snaps[0].Offset {
		n.remove(fmt.Sprintf("%020d.log", n.segments[0]))
		n.segments = n.segments[1:]
	}
}

func (n *liveNode) remove(base string) {
	must(n.t, os.Rename(n.path(base), n.path(base+".deleted")))
	must(n.t, os.Remove(n.path(base+".deleted")))
}

// live runs until stop is closed.
func (n *liveNode) live(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		switch x := n.rand.IntN(100); {
		case x < 70:
			n.create()
		case x < 82:
			n.roll()
		case x < 92:
			n.truncate()
		default:
			n.snapshot()
		}
		time.Sleep(time.Duration(n.rand.IntN(200)) * time.Microsecond)
	}
}

// TestBesideLiveNode takes backups while a node works a thousand times faster than a real one: each holds a state that was.
func TestBesideLiveNode(t *testing.T) {
	n := newLiveNode(t, 42)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		n.live(stop)
	}()
	root := os.DirFS(filepath.Dir(n.dir))
	again, gaveUp, snapshots, cuts := 0, 0, 0, 0
	until := time.Now().Add(4 * time.Second)
	rounds := 0
	for ; time.Now().Before(until) || rounds < 20; rounds++ {
		got, err := take(t, root, metalog.PartitionDir, backup.Options{
			Whole: rounds%3 == 0,
			Pause: func(int) { again++; time.Sleep(time.Duration(rounds%5) * time.Millisecond) },
		})
		var changed *backup.ChangedError
		if errors.As(err, &changed) {
			gaveUp++
			continue
		}
		if err != nil {
			t.Errorf("backup %d: %v", rounds, err)
			break
		}
		if got.details.Snapshot != "" {
			snapshots++
		}
		if got.details.Cut != nil {
			cuts++
		}
		n.compare(got)
	}
	close(stop)
	<-done
	t.Logf("%d backups: %d with a snapshot, %d cut within a batch, %d attempts were repeated, %d given up, %d topics, epoch %d",
		rounds, snapshots, cuts, again, gaveUp, len(n.topics), n.epoch)
	if gaveUp > rounds/2 || snapshots == 0 {
		t.Error("hardly any backup was taken")
	}
}

// compare holds a backup against what the node knew.
func (n *liveNode) compare(got *taken) {
	img := state(n.t, got.FS, metalog.PartitionDir, 1<<62)
	names := img.Topics.Names()
	n.mu.Lock()
	want, known := n.states[[2]int64{got.details.EndOffset, int64(got.details.LastEpoch)}]
	want = slices.Clone(want)
	n.mu.Unlock()
	slices.Sort(names)
	slices.Sort(want)
	if !known || !slices.Equal(names, want) {
		n.t.Errorf("the backup ends at offset %d, epoch %d, with %d topics; the node had %d there (%v)",
			got.details.EndOffset, got.details.LastEpoch, len(names), len(want), known)
	}
	if got.details.NodeID != 7 || got.details.Objects.Topics != len(names) {
		n.t.Errorf("the manifest tells %+v", got.details)
	}
}
