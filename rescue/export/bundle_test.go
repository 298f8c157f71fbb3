package export_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/bundle"
	"github.com/kraftctl/kraftctl/rescue/export"
)

// secretRecords are a cluster with a broker's password, one in the value of a configuration that is no secret by its name, and a SCRAM user.
func secretRecords() []metadata.Record {
	broker := metadata.NewRegisterBrokerRecord()
	broker.BrokerId = 10
	set := func(name, value string) metadata.Record {
		return &metadata.ConfigRecord{ResourceType: image.BrokerConfig, ResourceName: "10", Name: name, Value: metadata.Str(value)}
	}
	return []metadata.Record{
		&metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: 29},
		broker,
		set("background.threads", "11"), set("ssl.keystore.password", "open-sesame-4711"), set("my.reporter.url", "https://joe:open-sesame-0815@metrics"),
		&metadata.UserScramCredentialRecord{
			Name: "alice", Mechanism: image.ScramSHA256, Iterations: 4096,
			Salt: []byte("salt of alice"), StoredKey: []byte("stored key of alice"), ServerKey: []byte("server key of alice"),
		},
	}
}

// bundled is the state of a log as an incident bundle of it tells it.
func bundled(t *testing.T, records []metadata.Record) *image.Image {
	t.Helper()
	list := make([]record.Record, len(records))
	for i, r := range records {
		list[i] = record.Record{OffsetDelta: int64(i), Value: metadata.AppendFramed(nil, r, 0)}
	}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	fsys := fstest.MapFS{
		"meta.properties": {Data: []byte("version=1\nnode.id=10\ncluster.id=AAAAAAAAQACAAAAAAAAAAg\n")},
		metalog.PartitionDir + "/00000000000000000000.log": {Data: record.AppendBatch(nil, record.NewBatch(0, 1, now.UnixMilli()), list)},
	}
	log, err := metalog.OpenLog(fsys, metalog.PartitionDir, metalog.PartitionDir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bundle.New(bundle.Options{Nodes: []bundle.Node{{Log: log, FS: fsys}}, Tool: "kraftctl test", Created: now})
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	if err := b.Write(&packed); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Read(&packed, "incident.tar.zst", archive.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if log, err = metalog.OpenLog(a.FS, "node-10/"+metalog.PartitionDir, "node-10"); err != nil {
		t.Fatal(err)
	}
	builder := image.NewBuilder(image.DefaultOptions())
	for r, err := range log.Records(1 << 60) {
		if err != nil {
			t.Fatal(err)
		}
		builder.Apply(&r)
	}
	return builder.Image()
}

// What an incident bundle has no value of is told as hidden, whether secrets were asked for or not: its mask is no value.
func TestAMaskIsNoValue(t *testing.T) {
	img := bundled(t, secretRecords())
	for _, secrets := range []bool{false, true} {
		o := export.Options{Kinds: everything, ShowSecrets: secrets}
		yaml := text(t, func(b *strings.Builder) error { return export.WriteYAML(b, img, o) })
		for _, want := range []string{"    background.threads: \"11\"\n", "  hiddenConfigs: [my.reporter.url, ssl.keystore.password]\n", "    iterations: 4096\n"} {
			if !strings.Contains(yaml, want) {
				t.Errorf("with secrets %v: %q is not in\n%s", secrets, want, yaml)
			}
		}
		json := text(t, func(b *strings.Builder) error { return export.WriteJSON(b, img, o) })
		for form, got := range map[string]string{"YAML": yaml, "JSON": json} {
			if strings.Contains(got, release.Redacted) || strings.Contains(got, "storedKey") {
				t.Errorf("with secrets %v: a mask is in the %s\n%s", secrets, form, got)
			}
		}

		var result export.Result
		script := text(t, func(b *strings.Builder) (err error) {
			result, err = export.WriteCommands(b, img, export.CommandOptions{Options: o, Tools: export.Tools{Release: release.Newest()}})
			return err
		})
		if !strings.Contains(script, "--entity-name 10 --add-config background.threads=11\n") {
			t.Errorf("with secrets %v: background.threads is not set in\n%s", secrets, script)
		}
		for line := range strings.Lines(script) {
			if !strings.HasPrefix(line, "#") && strings.Contains(line, "redacted") {
				t.Errorf("with secrets %v: a mask is set: %s", secrets, line)
			}
		}
		if !strings.Contains(result.Losses[0].String(), "replaced by (redacted)") || result.Losses[0].Count != 2 {
			t.Errorf("with secrets %v: the losses are %v", secrets, result.Losses)
		}
	}
}
