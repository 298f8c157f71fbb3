package image_test

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

const archives = "../testdata/corpus"

// openLog opens the log of a node of the corpus.
func openLog(t testing.TB, files fs.FS, node string) *metalog.Log {
	t.Helper()
	log, err := metalog.OpenLog(files, path.Join(node, metalog.PartitionDir), node)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func load(t testing.TB, log *metalog.Log, end int64) *image.Image {
	t.Helper()
	img, err := image.Load(log, end, image.DefaultOptions(), func(d *metalog.Damage) { t.Error(d) })
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// nodes are the directories with metadata logs, without those of damaged files.
func nodes(files fs.FS) []string {
	var found []string
	_ = fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == metalog.PartitionDir && !strings.HasPrefix(p, "damage") {
			found = append(found, path.Dir(p))
		}
		return err
	})
	return found
}

// orphan is a setting that the snapshots of one broker of the corpus keep though its topic is gone: a broker that loads creation,
// setting and removal of a topic at once forgets to remove the setting (ConfigurationsDelta.replay(RemoveTopicRecord) looks only
// at what was there before). A node that replays the log slowly has another state.
const orphan = "/configs/topic/topic-0107/retention.ms"

// Logs of real clusters fit together: no record of theirs is out of place, and every snapshot is what the log tells, but for
// that bug of Kafka.
func TestRealLogsAreSound(t *testing.T) {
	files := corpus.Load(t, archives)
	compared, orphans := 0, 0
	for _, node := range nodes(files) {
		log := openLog(t, files, node)
		opts := image.DefaultOptions()
		opts.OnProblem = func(p image.Problem) {
			if p.Kind == image.SnapshotDiffers && p.Path == orphan && strings.HasSuffix(node, "/broker2") {
				orphans++
				return
			}
			t.Errorf("%s: %v %s", node, &p, p.Path)
		}
		checked, err := image.CheckSnapshots(log, opts, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(checked) != len(log.Snapshots) {
			t.Errorf("%s: %d of %d snapshots", node, len(checked), len(log.Snapshots))
		}
		for _, c := range checked {
			if c.Compared {
				compared++
			}
		}
		if _, err := image.Load(log, image.End, opts, nil); err != nil {
			t.Fatal(err)
		}
	}
	if compared < 3 || orphans != 4 {
		t.Errorf("%d snapshots were compared, %d have the orphan", compared, orphans)
	}
}

// The state at an offset is that of a replay that stops there, wherever it begins.
func TestStateAtAnOffset(t *testing.T) {
	files := corpus.Load(t, archives, "snapshots")
	log := openLog(t, files, "snapshots/4.3.1/node1")
	first := log.Snapshots[0].Offset
	for _, snapshot := range log.Snapshots[1:] {
		end := snapshot.Offset + 3
		with := load(t, log, end)
		without := *log
		without.Snapshots = slices.DeleteFunc(slices.Clone(log.Snapshots), func(n metalog.Name) bool { return n.Offset > first })
		if changes := image.Diff(load(t, &without, end), with); len(changes) > 0 && changes[0].Path != "/quorum" {
			t.Errorf("at %d: %d changes, %s first", end, len(changes), changes[0].Path)
		}
		if with.Provenance.Offset != end-1 {
			t.Errorf("at %d: provenance %+v", end, with.Provenance)
		}
	}
}

func TestEndAt(t *testing.T) {
	files := corpus.Load(t, archives, "quorum-3c2b")
	log := openLog(t, files, "quorum-3c2b/4.3.1/controller1")
	for _, want := range []int64{40, 200, 333} {
		img := load(t, log, want)
		end, err := image.EndAt(log, img.Provenance.Timestamp)
		if err != nil || end < want {
			t.Errorf("offset %d: end at its time is %d, %v", want, end, err)
		}
		if later := load(t, log, end); later.Provenance.Timestamp != img.Provenance.Timestamp {
			t.Errorf("offset %d: time %d, want %d", want, later.Provenance.Timestamp, img.Provenance.Timestamp)
		}
	}
	if _, err := image.EndAt(log, 0); err == nil {
		t.Error("1970 is before the log")
	}
	if end, err := image.EndAt(log, 1<<50); err != nil || end != image.End {
		t.Errorf("the far future: %d, %v", end, err)
	}
}

// Every path that a record is about exists before it or after it.
func TestTouches(t *testing.T) {
	files := corpus.Load(t, archives, "combined-1node", "quorum-3c2b")
	for _, node := range []string{"combined-1node/4.3.1/node1", "quorum-3c2b/4.3.1/controller1"} {
		log := openLog(t, files, node)
		var b *image.Builder
		seen := 0
		opts := image.DefaultOptions()
		opts.Watch = func(r *metalog.Record, apply func()) {
			if r.Control != nil {
				apply()
				return
			}
			paths := slices.Clone(b.Image().Touches(r.Record))
			for i := range paths {
				paths[i] = strings.Clone(paths[i])
			}
			_, none := r.Record.(*metadata.NoOpRecord)
			if len(paths) == 0 && !none {
				t.Errorf("%s: offset %d: %T has no path", node, r.Offset, r.Record)
			}
			there := exists(b.Image(), paths)
			apply()
			seen++
			if len(paths) > 0 && !there && !exists(b.Image(), paths) && !deletes(r.Record) {
				t.Errorf("%s: offset %d: %v does not exist", node, r.Offset, paths)
			}
		}
		b = image.NewBuilder(opts)
		if err := image.LoadAll(log, b, nil); err != nil {
			t.Fatal(err)
		}
		if changes := image.Diff(b.Image(), load(t, log, image.End)); seen < 100 || len(changes) > 0 {
			t.Errorf("%s: %d records, %d changes", node, seen, len(changes))
		}
	}
}

// deletes reports whether a record may remove what is not there, without a fault.
func deletes(rec metadata.Record) bool {
	switch r := rec.(type) {
	case *metadata.ConfigRecord:
		return !r.Value.Valid
	case *metadata.ClientQuotaRecord:
		return r.Remove
	}
	return false
}

func exists(img *image.Image, paths []string) bool {
	root := img.Root()
	return slices.ContainsFunc(paths, func(p string) bool { return root.Find(p) != nil })
}

// The tree of a real cluster can be walked through, and every name in it leads somewhere.
func TestTree(t *testing.T) {
	files := corpus.Load(t, archives)
	for _, node := range nodes(files) {
		root := load(t, openLog(t, files, node), image.End).Root()
		leaves := 0
		for p, leaf := range root.Walk("/") {
			if again := root.Find(p); again == nil || len(again.Fields()) != len(leaf.Fields()) {
				t.Errorf("%s: %s is not found again", node, p)
			}
			leaves++
		}
		if leaves < 5 {
			t.Errorf("%s: %d leaves", node, leaves)
		}
	}
}

func TestDiff(t *testing.T) {
	p := newPlayer(image.DefaultOptions()).play(foo, partition(1, 0, 1, 2), broker(1, 5))
	q := newPlayer(image.DefaultOptions()).play(foo, partition(1, 0, 1, 2), partition(1, 1, 2, 1),
		change(1, 0, func(r *metadata.PartitionChangeRecord) { r.Isr = []int32{1} }), broker(2, 6))
	var got []string
	for _, c := range image.Diff(p.Image(), q.Image()) {
		got = append(got, string(c.Operation)+" "+c.Path)
	}
	want := []string{"removed /brokers/1", "added /brokers/2", "changed /topics/byName/foo/0", "added /topics/byName/foo/1"}
	if !slices.Equal(got, want) {
		t.Error(got)
	}
	if len(image.Diff(p.Image(), p.Image())) != 0 {
		t.Error("an image differs from itself")
	}
	again := newPlayer(image.DefaultOptions()).play(&metadata.TopicRecord{Name: "foo", TopicId: uuid(2)}, partition(2, 0, 1, 2), broker(1, 5))
	if changes := image.Diff(p.Image(), again.Image()); len(changes) != 1 || changes[0].Path != "/topics/byName/foo/id" {
		t.Errorf("%+v", changes)
	}
}

// Reading tells how far it has come: almost as many bytes as the log has, and no more.
func TestRead(t *testing.T) {
	files := corpus.Load(t, archives, "quorum-3c2b")
	node := "quorum-3c2b/4.3.1/controller1"
	info, err := fs.Stat(files, path.Join(node, metalog.PartitionDir, "00000000000000000000.log"))
	if err != nil {
		t.Fatal(err)
	}
	read := int64(0)
	opts := image.DefaultOptions()
	opts.Read = func(bytes int64) { read += bytes }
	if _, err := image.Load(openLog(t, files, node), image.End, opts, nil); err != nil {
		t.Fatal(err)
	}
	if read > info.Size() || read < info.Size()*9/10 {
		t.Errorf("%d of %d bytes", read, info.Size())
	}
}
