package format_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/release"
)

func metaPropertiesOf(t *testing.T, work format.DirectoryWork) metaprops.Properties {
	t.Helper()
	for _, file := range work.Files {
		if file.Role == format.MetaProperties {
			properties, err := metaprops.Parse(file.Data)
			if err != nil {
				t.Fatal(err)
			}
			return properties
		}
	}
	t.Fatalf("%s gets no meta.properties", work.Directory)
	return metaprops.Properties{}
}

// names lists the files of a directory's work by their base names.
func names(work format.DirectoryWork) []string {
	var all []string
	for _, file := range work.Files {
		all = append(all, filepath.Base(file.Path))
	}
	return all
}

func TestFilesByRelease(t *testing.T) {
	const snapshot = "00000000000000000000-0000000000.checkpoint"
	tests := []struct {
		releases release.Range
		dynamic  bool
		portable bool
		want     []string
	}{
		{release.Until(release.V3_6), false, false, []string{"meta.properties", "bootstrap.checkpoint"}},
		{release.Range{Since: release.V3_7, Until: release.V4_3}, false, false, []string{"bootstrap.checkpoint", "meta.properties"}},
		{release.Range{Since: release.V3_9, Until: release.V4_3}, true, false, []string{"bootstrap.checkpoint", snapshot, "meta.properties"}},
		{release.Since(release.V4_4), false, false, []string{snapshot, "meta.properties"}},
		{release.Since(release.V4_4), true, false, []string{snapshot, "meta.properties"}},
		{release.Since(release.V4_4), false, true, []string{"bootstrap.checkpoint", "meta.properties"}},
		{release.Since(release.V4_4), true, true, []string{"bootstrap.checkpoint", snapshot, "meta.properties"}},
	}
	for _, test := range tests {
		for _, r := range release.All() {
			if !test.releases.Contains(r) {
				continue
			}
			config := staticConfig
			if test.dynamic {
				config = dynamicConfig
			}
			plan := planned(t, format.Request{
				Release: r, Node: node(t, r, config, t.TempDir()+"/d"), ClusterID: testCluster, Standalone: test.dynamic, Portable: test.portable,
			})
			if got := names(plan.Directories[0]); !slices.Equal(got, test.want) {
				t.Errorf("%s dynamic %v portable %v: %q; want %q", r, test.dynamic, test.portable, got, test.want)
			}
		}
	}
}

// Every snapshot a plan holds is a sound sequence of batches that begins with a header and ends with a footer.
func TestSnapshotsAreSound(t *testing.T) {
	for _, r := range release.All() {
		plan := planned(t, format.Request{Release: r, Node: node(t, r, staticConfig, t.TempDir()+"/d"), ClusterID: testCluster})
		for _, file := range plan.Directories[0].Files {
			if file.Role == format.MetaProperties {
				continue
			}
			records := readSnapshot(t, file.Data)
			if len(records) != len(plan.Records) {
				t.Errorf("%s %s: %d records; want %d", r, file.Path, len(records), len(plan.Records))
			}
		}
	}
}

// readSnapshot checks a snapshot's frame and returns its metadata records.
func readSnapshot(t *testing.T, data []byte) []metadata.Record {
	t.Helper()
	var records []metadata.Record
	var control []int16
	var next int64
	for len(data) > 0 {
		batch, whole, err := record.Parse(data)
		if err != nil || batch.BaseOffset != next {
			t.Fatalf("batch at offset %d, %v; want %d", batch.BaseOffset, err, next)
		}
		if err := record.CheckCRC(whole); err != nil {
			t.Fatal(err)
		}
		var iterator record.Iterator
		iterator.Start(&batch, whole)
		for iterator.Next() {
			r := iterator.Record()
			if batch.Control() {
				_, kind, _ := record.ParseControlKey(r.Key)
				control = append(control, kind)
				continue
			}
			decoded, _, err := metadata.Decode(r.Value)
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, decoded)
		}
		if iterator.Err() != nil {
			t.Fatal(iterator.Err())
		}
		next, data = batch.NextOffset(), data[batch.Size():]
	}
	if len(control) < 2 || control[0] != 3 || control[len(control)-1] != 4 {
		t.Fatalf("control records %d; want a header (3) first and a footer (4) last", control)
	}
	return records
}

func TestPlanWritesNothing(t *testing.T) {
	root := t.TempDir()
	planned(t, format.Request{Release: release.Newest(), Node: node(t, release.Newest(), staticConfig, root+"/a", root+"/b"), ClusterID: testCluster})
	entries, err := os.ReadDir(root)
	if err != nil || len(entries) != 0 {
		t.Errorf("after planning there is %v, %v", entries, err)
	}
}

func TestMetadataDirectoryFirst(t *testing.T) {
	root := t.TempDir()
	r := release.Newest()
	n := node(t, r, staticConfig+"metadata.log.dir="+root+"/z\n", root+"/a", root+"/b", root+"/c", root+"/d")
	plan := planned(t, format.Request{Release: r, Node: n, ClusterID: testCluster})
	if got := plan.Directories[0].Directory; got != root+"/z" {
		t.Errorf("first directory is %s; want the metadata directory", got)
	}
}

func TestWarnings(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"d/lost+found", "d/topic-0", "d/topic-1"} {
		if err := os.MkdirAll(filepath.Join(root, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	r := release.Newest()
	plan := planned(t, format.Request{Release: r, Node: node(t, r, staticConfig, root+"/d", os.TempDir()+"/x"), ClusterID: "not a uuid"})
	text := strings.Join(plan.Warnings, "\n")
	for _, want := range []string{
		"is not a canonical base64 UUID", "holds lost+found", "holds the data of 2 partitions (such as topic-0)", "which the system may empty",
		"keeps the bootstrap records in",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no warning says %q:\n%s", want, text)
		}
	}
}

// Before 3.7 a directory counts as formatted whatever its file says; we say what Kafka does not.
func TestForeignDirectoryWarning(t *testing.T) {
	for content, want := range map[string]string{
		"version=1\nnode.id=1\ncluster.id=" + otherID + "\n":     "belongs to cluster " + otherID,
		"version=1\nnode.id=7\ncluster.id=" + testCluster + "\n": "belongs to node 7",
		"version=9\n": "is not valid",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "meta.properties"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		plan := planned(t, format.Request{
			Release: release.V3_6, Node: node(t, release.V3_6, staticConfig, dir), ClusterID: testCluster, IgnoreFormatted: true,
		})
		if text := strings.Join(plan.Warnings, "\n"); !strings.Contains(text, want) {
			t.Errorf("no warning says %q:\n%s", want, text)
		}
	}
}

func TestEmptyDirectoryName(t *testing.T) {
	for _, r := range release.All() {
		n := node(t, r, staticConfig+"metadata.log.dir=\n", t.TempDir()+"/d")
		got := refusal(t, format.Request{Release: r, Node: n, ClusterID: testCluster})
		if got.Key != "metadata.log.dir" {
			t.Errorf("%s: %+v", r, got)
		}
	}
}
