package metaprops_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
)

// rows reads a recorded table; testdata/README.md says where it comes from.
func rows[T any](t *testing.T, name string) []T {
	t.Helper()
	packed, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	lines := bufio.NewScanner(unpacked)
	for lines.Scan() {
		var row T
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := lines.Err(); err != nil || len(all) == 0 {
		t.Fatalf("%s: %d rows, %v", name, len(all), err)
	}
	return all
}

func TestParseAsKafka(t *testing.T) {
	type row struct{ ID, Text, Error, Metadata string }
	for _, row := range rows[row](t, "parse.jsonl.gz") {
		properties, err := metaprops.Parse([]byte(row.Text))
		message := ""
		if err != nil {
			message = err.Error()
		}
		if message != row.Error {
			t.Errorf("%s: error %q; Kafka's is %q", row.ID, message, row.Error)
		} else if err == nil && shown(properties) != row.Metadata {
			t.Errorf("%s: %s; Kafka shows %s", row.ID, shown(properties), row.Metadata)
		}
	}
}

// shown is MetaProperties as kafka-storage info prints it.
func shown(p metaprops.Properties) string {
	var fields []string
	idKey := "node.id"
	if p.Version == 0 {
		idKey = "broker.id"
	}
	if !p.NoNodeID {
		fields = append(fields, fmt.Sprintf("%s=%d", idKey, p.NodeID))
	}
	if !p.NoClusterID {
		fields = append(fields, "cluster.id="+p.ClusterID)
	}
	if p.DirectoryID != nil {
		fields = append(fields, "directory.id="+p.DirectoryID.String())
	}
	fields = append(fields, fmt.Sprintf("version=%d", p.Version))
	slices.Sort(fields)
	return "{" + strings.Join(fields, ", ") + "}"
}

func TestVerifyAsKafka(t *testing.T) {
	type row struct {
		Version, ID, Cluster, Verify string
		Node                         int32
		Dirs, Predirs                []string
		Unreadable                   *[]string
		Files                        map[string]string
	}
	for _, row := range rows[row](t, "verify.jsonl.gz") {
		disk := fsx.NewCrash()
		dirs := make([]string, len(row.Dirs))
		for i, dir := range row.Dirs {
			dirs[i] = strings.ReplaceAll(dir, "@DIR@", "/case")
		}
		for _, dir := range row.Predirs {
			mustMkdir(t, disk, "/case/"+dir)
		}
		for name, text := range row.Files {
			mustMkdir(t, disk, path.Dir("/case/"+name))
			mustWrite(t, disk, "/case/"+name, text)
		}
		rel, err := release.Parse(row.Version)
		if err != nil {
			t.Fatal(err)
		}
		ensemble := metaprops.Load(disk, dirs)
		message := ""
		if err := ensemble.Verify(rel, row.Cluster, row.Node); err != nil {
			message = strings.ReplaceAll(err.Error(), "/case", "@DIR@")
		}
		if message != row.Verify {
			t.Errorf("%s: %q; Kafka says %q", row.ID, message, row.Verify)
		}
		if row.Unreadable != nil {
			unreadable := ensemble.In(metaprops.Unreadable)
			for i := range unreadable {
				unreadable[i] = strings.ReplaceAll(unreadable[i], "/case", "@DIR@")
			}
			if !slices.Equal(slices.Sorted(slices.Values(unreadable)), *row.Unreadable) {
				t.Errorf("%s: unreadable %q; Kafka names %q", row.ID, unreadable, *row.Unreadable)
			}
		}
	}
}

func mustMkdir(t *testing.T, disk fsx.FS, name string) {
	t.Helper()
	if _, err := fsx.MkdirAll(disk, name, 0o777); err != nil && !errors.Is(err, os.ErrExist) {
		t.Fatal(err)
	}
}

func mustWrite(t *testing.T, disk fsx.FS, name, text string) {
	t.Helper()
	file, err := disk.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}
