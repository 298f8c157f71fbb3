package bundle

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/rescue/archive"
)

var made = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// nodes are the logs below the given directories of a file system.
func nodes(t *testing.T, fsys fstest.MapFS, dirs ...string) []Node {
	t.Helper()
	var list []Node
	for _, dir := range dirs {
		found, err := metalog.Find(fsys, dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range found {
			log, err := metalog.OpenLog(fsys, at, at)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, Node{Log: log, FS: fsys})
		}
	}
	return list
}

func options(nodes []Node, configs ...Config) Options {
	return Options{Nodes: nodes, Configs: configs, Tool: "kraftctl test", Created: made}
}

// write makes a bundle and unpacks it.
func write(t *testing.T, b *Bundle) map[string][]byte {
	t.Helper()
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Verify(bytes.NewReader(out.Bytes()), nil); err != nil {
		t.Fatal(err)
	}
	return unpack(t, out.Bytes())
}

func unpack(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

// secretsOf reads the secrets of real logs without the code under test.
func secretsOf(t *testing.T, fsys fstest.MapFS, dir string) []string {
	t.Helper()
	var found []string
	for _, n := range nodes(t, fsys, dir) {
		for r, err := range n.Log.Records(1 << 60) {
			if err != nil {
				t.Fatal(err)
			}
			switch x := r.Record.(type) {
			case *metadata.UserScramCredentialRecord:
				found = append(found, string(x.Salt), string(x.StoredKey), string(x.ServerKey))
			case *metadata.ConfigRecord:
				if strings.Contains(x.Name, "password") {
					found = append(found, strings.Clone(x.Value.String))
				}
			}
		}
	}
	return found
}

func TestBundleOfARealNode(t *testing.T) {
	fsys := corpus.Load(t, "../../testdata/corpus", "combined-1node")
	for _, version := range []string{"3.7.2", "4.2.1", "4.3.1"} {
		t.Run(version, func(t *testing.T) {
			dir := "combined-1node/" + version
			config := Config{Source: dir + "/server.properties", Data: fsys[dir+"/server.properties"].Data}
			b, err := New(options(nodes(t, fsys, dir+"/node1"), config))
			if err != nil {
				t.Fatal(err)
			}
			secret := append(secretsOf(t, fsys, dir+"/node1"), "admin-secret", "alice-secret", "lab-secret-key")
			b.AddReport("verify.txt", []byte("sound, but for "+secret[0]+"\n"))
			files := write(t, b)
			for name, data := range files {
				all := data
				if metalog.ParseName(name[strings.LastIndex(name, "/")+1:]).Kind.Records() {
					all = plainOf(t, "00000000000000000000.log", data)
				}
				for _, s := range secret {
					if len(s) >= 8 && leaks(all, s) {
						t.Errorf("%s: %q is still there", name, s)
					}
				}
			}
			if got := string(files["reports/verify.txt"]); got != "sound, but for (redacted)\n" {
				t.Errorf("%q", got)
			}
			if lines := bytes.Count(files["node-1/config/server.properties"], []byte("\n")); lines != bytes.Count(config.Data, []byte("\n")) {
				t.Errorf("the configuration has %d lines", lines)
			}
			if !bytes.Equal(files["node-1/meta.properties"], fsys[dir+"/node1/meta.properties"].Data) {
				t.Error("meta.properties is another")
			}
			checkDetails(t, files)
		})
	}
}

func checkDetails(t *testing.T, files map[string][]byte) {
	t.Helper()
	var m archive.Manifest
	var s Summary
	if err := errors.Join(json.Unmarshal(files[archive.ManifestName], &m), json.Unmarshal(m.Details, &s)); err != nil {
		t.Fatal(err)
	}
	if m.Kind != archive.Bundle || len(s.Nodes) != 1 || *s.Nodes[0].NodeID != 1 || !s.Scan.Done || s.Scan.HitCount != 0 || s.Scan.Secrets == 0 {
		t.Errorf("%+v", s)
	}
	total := int64(0)
	for name, data := range files {
		if name != archive.ManifestName {
			total += int64(len(data))
		}
	}
	if s.Scan.Bytes < total {
		t.Errorf("%d bytes were searched, there are %d", s.Scan.Bytes, total)
	}
	i := slices.IndexFunc(s.Files, func(f *FileReport) bool { return strings.HasSuffix(f.File, "-0/00000000000000000000.log") })
	if i < 0 || s.Files[i].Secrets == 0 || len(s.Files[i].SecretOffsets) == 0 {
		t.Errorf("the log's secrets are not told: %+v", s.Files)
	}
}

// one is a file system with one node whose log has the given records, and its configuration.
func one(values ...[]byte) fstest.MapFS {
	var records []record.Record
	for i, v := range values {
		records = append(records, record.Record{OffsetDelta: int64(i), Value: v})
	}
	// Enough of the same that compressing is worth it, and nothing stays as it is.
	records = append(records, record.Record{OffsetDelta: int64(len(values)), Value: topic(strings.Repeat("a", 2000))})
	b := record.NewBatch(0, 1, made.UnixMilli())
	b.Attributes = int16(record.Gzip)
	return fstest.MapFS{
		"n/meta.properties":                                 {Data: []byte("version=1\nnode.id=7\ncluster.id=AAAAAAAAQACAAAAAAAAAAQ\n")},
		"n/__cluster_metadata-0/" + segment:                 {Data: record.AppendBatch(nil, b, records)},
		"n/__cluster_metadata-0/quorum-state":               {Data: []byte(`{"leaderId":1,"leaderEpoch":1,"votedId":-1,"currentVoters":[{"voterId":1}],"data_version":0}`)},
		"n/__cluster_metadata-0/unheard.of":                 {Data: []byte("x")},
		"n/__cluster_metadata-0/" + segment[:20] + ".index": {Data: nil},
	}
}

func password(value string) []byte {
	return metadata.AppendFramed(nil, &metadata.ConfigRecord{ResourceType: 4, ResourceName: "7", Name: "ssl.key.password", Value: metadata.Str(value)}, 0)
}

func topic(name string) []byte {
	return metadata.AppendFramed(nil, &metadata.TopicRecord{Name: name}, 0)
}

// A secret that has the text of a name cannot be taken away: nothing is written, unless that is accepted.
func TestASecretThatIsStillThere(t *testing.T) {
	fsys := one(password("orders-2026"), topic("orders-2026"))
	opts := options(nodes(t, fsys, "n"))
	b, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	var hit *Hit
	if err := b.Write(io.Discard); !errors.As(err, &hit) || !hit.Decompressed || strings.Contains(err.Error(), "orders-2026") {
		t.Fatalf("%v", err)
	}
	opts.AcceptHits = true
	if b, err = New(opts); err != nil {
		t.Fatal(err)
	}
	write(t, b)
	if s := b.Summary().Scan; s.HitCount != 1 || !strings.Contains(b.Summary().Text(), "accepted: node-7/__cluster_metadata-0/"+segment) {
		t.Errorf("%+v\n%s", s, b.Summary().Text())
	}
}

// A secret of one file that stands in another is found, also in names and in reports' names.
func TestSecretsAreSearchedForEverywhere(t *testing.T) {
	fsys := one(password("Zq7-4711"))
	b, err := New(options(nodes(t, fsys, "n"), Config{Source: "/etc/Zq7-4711.properties", Data: []byte("node.id=7\n")}))
	if err != nil {
		t.Fatal(err)
	}
	var hit *Hit
	if err := b.Write(io.Discard); !errors.As(err, &hit) || hit.File != "the name of a file" {
		t.Errorf("%v", err)
	}
}

func TestALogThatChangesMeanwhile(t *testing.T) {
	fsys := one(topic("a"))
	name := "n/__cluster_metadata-0/" + segment
	b, err := New(options(nodes(t, fsys, "n")))
	if err != nil {
		t.Fatal(err)
	}
	whole := fsys[name].Data
	more := record.AppendBatch(bytes.Clone(whole), record.NewBatch(2, 1, 0), []record.Record{{Value: topic("b")}})
	fsys[name] = &fstest.MapFile{Data: more}
	if files := write(t, b); !bytes.Equal(files["node-7/__cluster_metadata-0/"+segment], whole) {
		t.Error("what came later is not left out")
	}
	for what, data := range map[string][]byte{
		"shorter": whole[:20],
		"another": record.AppendBatch(nil, record.NewBatch(0, 2, 0), []record.Record{{Value: topic("something else")}}),
	} {
		fsys[name] = &fstest.MapFile{Data: data}
		if err := b.Write(io.Discard); err == nil {
			t.Errorf("%s: it was written", what)
		}
	}
}

// The end of a log that is being written is cut off; that of a log nobody writes to is overwritten.
func TestTheEndOfALog(t *testing.T) {
	fsys := one(topic("a"))
	name := "n/__cluster_metadata-0/" + segment
	whole := fsys[name].Data
	next := record.AppendBatch(nil, record.NewBatch(2, 1, 0), []record.Record{{Value: password("Zq7-4711")}})
	fsys[name] = &fstest.MapFile{Data: append(bytes.Clone(whole), next[:len(next)-3]...)}
	b, err := New(options(nodes(t, fsys, "n")))
	if err != nil {
		t.Fatal(err)
	}
	if files := write(t, b); !bytes.Equal(files["node-7/__cluster_metadata-0/"+segment], whole) {
		t.Error("it is not cut")
	}
	if text := b.Summary().Text(); !strings.Contains(text, fmt.Sprintf("cut at byte %d: the batch there was not finished", len(whole))) {
		t.Error(text)
	}
	delete(fsys, "n/__cluster_metadata-0/quorum-state")
	if b, err = New(options(nodes(t, fsys, "n"))); err != nil {
		t.Fatal(err)
	}
	got := write(t, b)["node-7/__cluster_metadata-0/"+segment]
	if len(got) != len(fsys[name].Data) || bytes.Contains(got, []byte("4711")) {
		t.Errorf("%q", got)
	}
	if text := b.Summary().Text(); !strings.Contains(text, fmt.Sprintf("truncated at byte %d, overwritten", len(whole))) {
		t.Error(text)
	}
}

func TestFolders(t *testing.T) {
	fsys := fstest.MapFS{}
	for _, dir := range []string{"a", "b"} {
		for name, file := range one(topic("a")) {
			fsys[dir+name[1:]] = file
		}
	}
	for _, name := range []string{"x y/__cluster_metadata-0/", "reports/__cluster_metadata-0/", "formatted/"} {
		fsys[name+"bootstrap.checkpoint"] = &fstest.MapFile{}
		fsys[name+segment] = fsys["a/__cluster_metadata-0/"+segment]
	}
	fsys["formatted/meta.properties"] = &fstest.MapFile{Data: []byte("no properties of a node=\n")}
	fsys["only/bootstrap.checkpoint"] = &fstest.MapFile{}
	fsys["only/meta.properties"] = &fstest.MapFile{Data: []byte("#\n")}
	b, err := New(options(nodes(t, fsys, "a", "b", "formatted", "reports", "x y", "only")))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range b.Summary().Nodes {
		got = append(got, n.Folder)
	}
	if want := "node-7 node-7-2 formatted reports-2 x_y only"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
	files := write(t, b)
	for _, name := range []string{"formatted/__cluster_metadata-0/" + segment, "formatted/meta.properties", "only/bootstrap.checkpoint", "only/meta.properties", "x_y/__cluster_metadata-0/" + segment} {
		if _, ok := files[name]; !ok {
			t.Errorf("there is no %s", name)
		}
	}
}

func TestReadableQuorum(t *testing.T) {
	const v0 = `{"clusterId":"","leaderId":1,"leaderEpoch":5,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}`
	const v1 = `{"leaderId":1,"leaderEpoch":5,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`
	for text, want := range map[string]bool{
		v0: true, v1: true, v1[:20]: false,
		strings.Replace(v0, "appliedOffset", "appliedhunter2", 1):       false,
		strings.Replace(v0, `"voterId":1`, `"voterId":1,"pw" : "x"`, 1): false,
	} {
		if err := readableQuorum([]byte(text)); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// meta.properties has no place for a secret; a line that Kafka does not write there may have one.
func TestStrangeLinesOfMetaPropertiesAreOverwritten(t *testing.T) {
	fsys := one(topic("a"))
	const before = "#\n#Sat Nov 21 06:19:48 UTC 2026\r\nversion=1\nnode.id=x7\ncluster.id=AAAA\n"
	fsys["n/meta.properties"] = &fstest.MapFile{Data: []byte(before + "hunter22node.id=7\n# hunter22\n")}
	b, err := New(options(nodes(t, fsys, "n")))
	if err != nil {
		t.Fatal(err)
	}
	b.AddReport("verify.txt", []byte("odd: hunter22node.id=7"))
	files := write(t, b)
	if got := string(files["n/meta.properties"]); got != before+"(redacted)(redact\n(redacted)\n" {
		t.Errorf("%q", got)
	}
	if got := string(files["reports/verify.txt"]); got != "odd: (redacted)" {
		t.Errorf("%q", got)
	}
	i := slices.IndexFunc(b.Summary().Files, func(f *FileReport) bool { return f.File == "n/meta.properties" })
	if got := b.Summary().Files[i].Overwritten; len(got) != 2 || got[0].Position != int64(len(before)) || got[0].Length != 17 {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsLeftOutAndOverwritten(t *testing.T) {
	fsys := one(topic("a"))
	fsys["n/__cluster_metadata-0/leader-epoch-checkpoint"] = &fstest.MapFile{Data: []byte("0\n1\nnon\\sen\"se")}
	fsys["n/__cluster_metadata-0/00000000000000000009-0000000001.checkpoint.part"] = &fstest.MapFile{}
	b, err := New(options(nodes(t, fsys, "n")))
	if err != nil {
		t.Fatal(err)
	}
	b.AddReport("verify.txt", []byte(`"non\\sen\"se" is not of the form EPOCH OFFSET`))
	files := write(t, b)
	if got := string(files["node-7/__cluster_metadata-0/leader-epoch-checkpoint"]); got != "(redacted)(red" {
		t.Errorf("%q", got)
	}
	if got := string(files["reports/verify.txt"]); got != `"(redacted)" is not of the form EPOCH OFFSET` {
		t.Errorf("the report quotes what was overwritten: %s", got)
	}
	var why []string
	for _, l := range b.Summary().LeftOut {
		why = append(why, l.File)
	}
	want := []string{".index", ".checkpoint.part", "unheard.of"}
	if len(why) != len(want) {
		t.Fatalf("left out %v", why)
	}
	for i, suffix := range want {
		if !strings.HasSuffix(why[i], suffix) {
			t.Errorf("left out %s, want %s", why[i], suffix)
		}
	}
}

func TestConfigurations(t *testing.T) {
	refused := map[string]string{
		"a key":      "-----BEGIN PRIVATE KEY-----\n",
		"a keystore": "\xfe\xed\x00\x02",
		"JAAS":       "KafkaServer {\n  org.apache.kafka.common.security.plain.PlainLoginModule required\n  user_alice=\"pw\";\n};\n",
		"an escape":  "node.id=\\u12\n",
	}
	for name, text := range refused {
		var config *ConfigError
		if _, err := New(options(nil, Config{Source: "x", Data: []byte(text)})); !errors.As(err, &config) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b, err := New(options(nil,
		Config{Source: "/etc/a/server.properties", Data: []byte("node.id=1\n")},
		Config{Source: `C:\kafka\server.properties`, Data: []byte("broker.id=5\nnode.id=1\n")},
		Config{Source: "c.properties", Data: []byte("process.roles=broker\nssl.key.password=abc\n")},
	))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range b.Files() {
		names = append(names, f.Name)
	}
	if want := "README.txt node-1/config/server.properties node-1/config/server-2.properties config/c.properties"; strings.Join(names, " ") != want {
		t.Errorf("%v", names)
	}
	text := b.Summary().Text()
	for _, want := range []string{"config/c.properties:\n  secrets replaced in 1 line, lines 2", "shorter than 6 bytes: config/c.properties line 2: ssl.key.password"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s\nhas no %q", text, want)
		}
	}
}

// The same input gives the same bytes.
func TestSameInputSameBundle(t *testing.T) {
	fsys := corpus.Load(t, "../../testdata/corpus", "quorum-3c2b")
	var first []byte
	for range 2 {
		b, err := New(options(nodes(t, fsys, "quorum-3c2b/4.3.1")))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := b.Write(&out); err != nil {
			t.Fatal(err)
		}
		if first != nil && !bytes.Equal(first, out.Bytes()) {
			t.Error("they differ")
		}
		first = out.Bytes()
	}
}
