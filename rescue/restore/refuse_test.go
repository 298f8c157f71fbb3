package restore_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
	"github.com/kraftctl/kraftctl/rescue/restore"
)

func TestRefusals(t *testing.T) {
	meta := func(text string) func(map[string]string, *backup.Details) {
		return func(files map[string]string, _ *backup.Details) { files[metaprops.Name] = text }
	}
	tests := []struct {
		name    string
		change  func(map[string]string, *backup.Details)
		options func(*restore.Options)
		want    string
	}{
		{"another digest", nil, func(o *restore.Options) { o.Digest = strings.Repeat("0", 64) }, "node1.tar.zst has the digest "},
		{"no meta.properties", func(files map[string]string, _ *backup.Details) { delete(files, metaprops.Name) }, nil, "node1.tar.zst has no meta.properties"},
		{"a broken meta.properties", meta("version=1\n"), nil, "node1.tar.zst: its meta.properties: Failed to find node.id"},
		{"ZooKeeper mode", meta("version=0\nbroker.id=1\ncluster.id=" + cluster + "\n"), nil, "node1.tar.zst is of a broker that began in ZooKeeper mode"},
		{"details of another node", func(_ map[string]string, d *backup.Details) { d.NodeID = 9 }, nil, "node1.tar.zst says it is of node 9 "},
		{"details of another cluster", func(_ map[string]string, d *backup.Details) { d.ClusterID = "c" }, nil, "node1.tar.zst says it is of node 1 of cluster c, and its meta.properties of node 1 of cluster " + cluster},
		{"a broken quorum-state", func(files map[string]string, _ *backup.Details) { files[state] = "{}" }, nil, "node1.tar.zst: __cluster_metadata-0/quorum-state: the field data_version is missing"},
		{"a file of a topic", func(files map[string]string, _ *backup.Details) { files["topic-0/00000000000000000000.log"] = "" }, nil, `node1.tar.zst holds "topic-0/00000000000000000000.log"`},
		{"a negative node", nil, as(-2, ""), "-2 is no node ID"},
		{"twins by keep", nil, as(2, restore.Keep), "the directory ID " + first + " is that of node 1; two nodes must not have one directory ID"},
		{"twins by ID", nil, as(2, first), "the directory ID " + first + " is that of node 1; two nodes must not have one directory ID"},
		{"the directory ID of another voter", nil, as(1, second), "the directory ID " + second + " is that of voter 2"},
		{"no directory ID", nil, as(1, "fresh"), `"fresh" is no directory ID`},
		{"a directory ID with padding", nil, as(1, second+"=="), `"` + second + `==" is no directory ID`},
		{"a reserved directory ID", nil, as(1, "AAAAAAAAAAAAAAAAAAAAAQ"), "Kafka keeps the directory ID AAAAAAAAAAAAAAAAAAAAAQ for itself"},
		{"a new directory ID for an old release", nil, func(o *restore.Options) { o.Release, o.DirectoryID = release.V3_6, restore.New }, "Kafka 3.6 writes no directory ID"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files, details := node1(true, test.change)
			_, err := restore.NewPlan(pack(t, archive.Backup, files, details), options(test.options))
			var refusal *restore.Refusal
			if !errors.As(err, &refusal) || !strings.HasPrefix(err.Error(), test.want) || refusal.Hint == "" {
				t.Errorf("error %v; want %s", err, test.want)
			}
		})
	}
	_, err := restore.NewPlan(pack(t, archive.Bundle, map[string]string{"node-1/meta.properties": ""}, struct{}{}), options(nil))
	var refusal *restore.Refusal
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), "is an incident bundle: its secrets were replaced by (redacted)") {
		t.Errorf("a bundle: %v", err)
	}
}

// Only bootstrap.checkpoint and what lies right in the partition is a file of a node's metadata.
func TestOnlyFilesOfTheMetadata(t *testing.T) {
	for name, taken := range map[string]bool{
		"__cluster_metadata-0/leader-epoch-checkpoint": true, "__cluster_metadata-0/00000000000000000000.timeindex": true,
		"__cluster_metadata-0/sub/file": false, "__cluster_metadata-1/file": false, "server.properties": false, "sub/bootstrap.checkpoint": false,
	} {
		files, details := node1(true, func(files map[string]string, _ *backup.Details) { files[name] = "x" })
		p, err := restore.NewPlan(pack(t, archive.Backup, files, details), options(nil))
		if taken && err == nil {
			if got := made(t, p)["/data/"+name]; got != "x" {
				t.Errorf("%s holds %q", name, got)
			}
			continue
		}
		var refusal *restore.Refusal
		if taken || !errors.As(err, &refusal) || !strings.Contains(err.Error(), `holds "`+name+`", which is no file of a node's metadata`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The plan of another backup has another ID, be it one byte of one file or only what the manifest says that differs.
func TestAnotherBackupIsAnotherPlan(t *testing.T) {
	seen := map[string]bool{}
	for _, change := range []func(map[string]string, *backup.Details){
		nil,
		func(files map[string]string, _ *backup.Details) { files[logName] = "Batches" },
		func(_ map[string]string, d *backup.Details) { d.EndOffset++ },
	} {
		files, details := node1(true, change)
		p, err := restore.NewPlan(pack(t, archive.Backup, files, details), options(nil))
		if err != nil || seen[p.ID] {
			t.Fatalf("%v, the ID %s again", err, p.ID)
		}
		seen[p.ID] = true
	}
}
