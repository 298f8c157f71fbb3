package restore_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
	"github.com/kraftctl/kraftctl/rescue/restore"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// batchOf is a batch of records, all of version 0.
func batchOf(base int64, records ...metadata.Record) []byte {
	var all []record.Record
	for i, r := range records {
		all = append(all, record.Record{OffsetDelta: int64(i), Value: metadata.AppendFramed(nil, r, 0)})
	}
	return record.AppendBatch(nil, record.NewBatch(base, 1, 1_000), all)
}

func controlOf(base int64, body metadata.Control) []byte {
	b := record.NewBatch(base, 1, 1_000)
	b.Attributes |= 1 << 5
	return record.AppendBatch(nil, b, []record.Record{{Key: record.ControlKey(body.ControlType()), Value: body.Append(nil, metadata.ControlVersion)}})
}

// drawRecord is a change of one of a few topics, configurations and quotas.
func drawRecord(t *rapid.T, step int) metadata.Record {
	id := metadata.UUID{15: byte(rapid.IntRange(1, 5).Draw(t, "topic"))}
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		r := metadata.NewTopicRecord()
		r.TopicId, r.Name = id, string(rune('a'+id[15]))
		return r
	case 1:
		r := metadata.NewRemoveTopicRecord()
		r.TopicId = id
		return r
	case 2:
		r := metadata.NewConfigRecord()
		r.ResourceType, r.ResourceName, r.Name, r.Value = 4, "1", "log.cleaner.threads", metadata.Str(strings.Repeat("1", step%7+1))
		return r
	}
	r := metadata.NewPartitionRecord()
	r.TopicId, r.PartitionId, r.Replicas, r.Isr, r.Leader = id, int32(step%3), []int32{1}, []int32{1}, 1
	return r
}

// drawNode is the log directory of a node: a log of a few segments, and perhaps a snapshot of what is before some offset of it.
func drawNode(t *rapid.T) fstest.MapFS {
	level := metadata.NewFeatureLevelRecord()
	level.Name, level.FeatureLevel = "metadata.version", 21
	history := []metadata.Record{level}
	for i := range rapid.IntRange(0, 20).Draw(t, "records") {
		history = append(history, drawRecord(t, i))
	}
	roll := rapid.IntRange(1, len(history)).Draw(t, "roll")
	cut := rapid.IntRange(0, len(history)).Draw(t, "snapshot")
	head, tail := controlOf(0, metadata.NewLeaderChangeMessage()), []byte(nil)
	for i, r := range history {
		if i < roll {
			head = append(head, batchOf(int64(i+1), r)...)
			continue
		}
		tail = append(tail, batchOf(int64(i+1), r)...)
	}
	node := fstest.MapFS{
		metaprops.Name: {Data: []byte("#\nnode.id=1\ndirectory.id=" + first + "\nversion=1\ncluster.id=" + cluster + "\n")},
		state:          {Data: []byte(stateV0)}, logName: {Data: head},
	}
	if len(tail) > 0 {
		node[fmt.Sprintf("%s/%020d.log", metalog.PartitionDir, roll+1)] = &fstest.MapFile{Data: tail}
	}
	if cut > 0 {
		// A snapshot may be any list of records that leads to the same state, such as those of the log.
		data := append(controlOf(0, metadata.NewSnapshotHeaderRecord()), batchOf(1, history[:cut]...)...)
		data = append(data, controlOf(int64(cut+1), metadata.NewSnapshotFooterRecord())...)
		node[metalog.PartitionDir+"/"+metalog.SnapshotName(int64(cut+1), 1)] = &fstest.MapFile{Data: data}
	}
	return node
}

// loaded is the state that the log of a directory leads to.
func loaded(t *rapid.T, dir fs.FS) *image.Image {
	log, err := metalog.OpenLog(dir, metalog.PartitionDir, metalog.PartitionDir)
	if err != nil {
		t.Fatal(err)
	}
	img, err := image.Load(log, image.End, image.DefaultOptions(), func(d *metalog.Damage) { t.Fatalf("damage: %v", d) })
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// Whatever the log, and whoever it is restored for: the state of the restored directory is that of the node that was backed up.
func TestTheStateIsTheSame(t *testing.T) {
	temp := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		node := drawNode(rt)
		var packed bytes.Buffer
		take := backup.Options{Whole: rapid.Bool().Draw(rt, "whole"), Workers: 1}
		err := backup.Take(node, metalog.PartitionDir, "node1", take, func(p *backup.Plan) error {
			_, err := p.Write(&packed, archive.Manifest{Tool: "kraftctl test", Created: "2026-11-21T06:01:01Z"})
			return err
		})
		if err != nil {
			rt.Fatal(err)
		}
		a, err := archive.Read(&packed, "node1.tar.zst", archive.Options{TempDir: temp})
		if err != nil {
			rt.Fatal(err)
		}
		defer a.Close()
		who := rapid.SampledFrom([]func(*restore.Options){nil, as(1, restore.New), as(2, ""), as(9, third)}).Draw(rt, "for")
		p, err := restore.NewPlan(a, options(who))
		if err != nil {
			rt.Fatal(err)
		}
		disk := fsx.NewCrash()
		work, err := p.Work(disk)
		if err != nil {
			rt.Fatal(err)
		}
		if err := stage.Make(t.Context(), disk, work, nil); err != nil {
			rt.Fatal(err)
		}
		restored := fstest.MapFS{}
		for name, text := range tree(t, disk, "/data") {
			restored[strings.TrimPrefix(name, "/data/")] = &fstest.MapFile{Data: []byte(text)}
		}
		before, after := loaded(rt, node), loaded(rt, restored)
		if changes := image.Diff(before, after); len(changes) > 0 || before.Provenance.Offset != after.Provenance.Offset {
			rt.Fatalf("offset %d, then %d; %v", before.Provenance.Offset, after.Provenance.Offset, changes)
		}
		if p.Backup.Details.EndOffset != before.Provenance.Offset+1 {
			rt.Fatalf("the backup ends before offset %d, the log after %d", p.Backup.Details.EndOffset, before.Provenance.Offset)
		}
	})
}
