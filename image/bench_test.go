package image_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// logWriter writes a segment of metadata records.
type logWriter struct {
	out     []byte
	records []record.Record
	next    int64
}

func (w *logWriter) add(rec metadata.Record, version int16) {
	w.records = append(w.records, record.Record{OffsetDelta: int64(len(w.records)), Value: metadata.AppendFramed(nil, rec, version)})
	if len(w.records) == 500 {
		w.flush()
	}
}

func (w *logWriter) flush() {
	if len(w.records) == 0 {
		return
	}
	w.out = record.AppendBatch(w.out, record.NewBatch(w.next, 1, 1000+w.next), w.records)
	w.next, w.records = w.next+int64(len(w.records)), w.records[:0]
}

// manyPartitions is a directory with the log of a large cluster: 100 brokers, replication 3, a directory for each replica.
func manyPartitions(tb testing.TB, topics, partitions int) string {
	tb.Helper()
	w := &logWriter{}
	w.add(&metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: 25}, 0)
	for t := range topics {
		var id, dir metadata.UUID
		binary.BigEndian.PutUint64(id[:], uint64(t)+1)
		w.add(&metadata.TopicRecord{Name: "topic-" + strconv.Itoa(t), TopicId: id}, 0)
		for p := range partitions {
			replicas := []int32{int32((t + p) % 100), int32((t + 3*p + 1) % 100), int32((t*7 + p + 2) % 100)}
			dirs := make([]metadata.UUID, len(replicas))
			for i, r := range replicas {
				binary.BigEndian.PutUint64(dir[:], uint64(r)+1)
				dirs[i] = dir
			}
			rec := metadata.NewPartitionRecord()
			rec.PartitionId, rec.TopicId, rec.Replicas, rec.Isr = int32(p), id, replicas, replicas
			rec.Leader, rec.LeaderEpoch, rec.PartitionEpoch, rec.Directories = replicas[0], 0, 0, dirs
			w.add(rec, 1)
		}
	}
	w.flush()
	dir := filepath.Join(tb.TempDir(), metalog.PartitionDir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "00000000000000000000.log"), w.out, 0o600); err != nil {
		tb.Fatal(err)
	}
	return dir
}

// BenchmarkMillionPartitions is the bar of issue 6: a million partitions within 4 s and 1.5 GiB.
func BenchmarkMillionPartitions(b *testing.B) {
	dir := manyPartitions(b, 1000, 1000)
	log, err := metalog.OpenLog(os.DirFS(dir), ".", dir)
	if err != nil {
		b.Fatal(err)
	}
	var img *image.Image
	for b.Loop() {
		if img, err = image.Load(log, image.End, image.DefaultOptions(), nil); err != nil {
			b.Fatal(err)
		}
	}
	if n := img.Topics.Partitions(); n != 1_000_000 {
		b.Fatalf("%d partitions", n)
	}
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	b.ReportMetric(float64(stats.HeapAlloc)/(1<<20), "MiB-live")
	b.ReportMetric(float64(stats.Sys)/(1<<20), "MiB-system")
	runtime.KeepAlive(img)
}
