package metaprops_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
)

var (
	now       = time.Date(2026, 11, 1, 6, 1, 1, 0, time.UTC)
	directory = clusterid.ID{0x32, 0xf0, 0xf1, 0xcd, 0x59, 0x9c, 0x46, 0xc6, 0x93, 0xcf, 0x7d, 0xdb, 0xb9, 0x44, 0x54, 0xe8}
)

func TestMarshal(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	tests := []struct {
		name       string
		properties metaprops.Properties
		release    release.Release
		now        time.Time
		want       string
	}{
		{
			"with a directory ID",
			metaprops.Properties{Version: 1, ClusterID: "XcZZOzUqS4yHOjhMQB6JLQ", NodeID: 1, DirectoryID: &directory},
			release.V4_3, now,
			"#\n#Sun Nov 01 06:01:01 UTC 2026\nnode.id=1\ndirectory.id=MvDxzVmcRsaTz33buURU6A\nversion=1\ncluster.id=XcZZOzUqS4yHOjhMQB6JLQ\n",
		},
		{
			"before there were any",
			metaprops.Properties{Version: 1, ClusterID: "XcZZOzUqS4yHOjhMQB6JLQ", NodeID: 3000},
			release.V3_6, now.In(berlin),
			"#\n#Sun Nov 01 07:01:01 CET 2026\nnode.id=3000\nversion=1\ncluster.id=XcZZOzUqS4yHOjhMQB6JLQ\n",
		},
		{
			"an ID that is no UUID",
			metaprops.Properties{Version: 1, ClusterID: " a=b:c#d!e\\f g\tä😀"},
			release.V3_9, now,
			"#\n#Sun Nov 01 06:01:01 UTC 2026\nnode.id=0\nversion=1\ncluster.id=\\ a\\=b\\:c\\#d\\!e\\\\f g\\tä😀\n",
		},
		{
			"escaped until 3.6",
			metaprops.Properties{Version: 1, ClusterID: "ä😀"},
			release.V3_3, now,
			"#\n#Sun Nov 01 06:01:01 UTC 2026\nnode.id=0\nversion=1\ncluster.id=\\u00E4\\uD83D\\uDE00\n",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(test.properties.Marshal(test.release, test.now)); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// What is written is read back, but for characters beyond ASCII: Kafka writes UTF-8 and reads Latin-1.
func TestMarshalParseRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := metaprops.Properties{
			Version:   1,
			ClusterID: rapid.StringOf(rapid.Map(rapid.IntRange(0, 0x7f), func(i int) rune { return rune(i) })).Draw(t, "cluster"),
			NodeID:    rapid.Int32Min(0).Draw(t, "node"),
		}
		if rapid.Bool().Draw(t, "has a directory ID") {
			id := clusterid.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "directory"))
			want.DirectoryID = &id
		}
		rel := rapid.SampledFrom(release.All()).Draw(t, "release")
		got, err := metaprops.Parse(want.Marshal(rel, now))
		if err != nil {
			t.Fatal(err)
		}
		sameID := (got.DirectoryID == nil) == (want.DirectoryID == nil) && (got.DirectoryID == nil || *got.DirectoryID == *want.DirectoryID)
		if got.ClusterID != want.ClusterID || got.NodeID != want.NodeID || got.Version != 1 || !sameID {
			t.Fatalf("read back %+v; wrote %+v", got, want)
		}
	})
}

func TestParseErrorNamesTheLine(t *testing.T) {
	tests := []struct {
		text, key string
		line      int
	}{
		{"#\nversion=1\nnode.id=x\ncluster.id=a\n", "node.id", 3},
		{"version=1\nnode.id=1\n", "cluster.id", 0},
		{"a=b\nversion=2\n", "version", 2},
		{"a=b\nc=\\u12\n", "c", 2},
	}
	for _, test := range tests {
		_, err := metaprops.Parse([]byte(test.text))
		var fault *metaprops.ParseError
		if !errors.As(err, &fault) || fault.Key != test.key || fault.Line != test.line || fault.Class == "" {
			t.Errorf("Parse(%q) = %+v; want key %q in line %d", test.text, fault, test.key, test.line)
		}
	}
}

func TestLoadStates(t *testing.T) {
	disk := fsx.NewCrash()
	mustMkdir(t, disk, "/formatted")
	mustWrite(t, disk, "/formatted/meta.properties", "version=1\nnode.id=1\ncluster.id=c\n")
	mustMkdir(t, disk, "/empty")
	mustWrite(t, disk, "/file", "")
	mustMkdir(t, disk, "/odd/meta.properties")
	mustMkdir(t, disk, "/bad")
	mustWrite(t, disk, "/bad/meta.properties", "version=7")
	want := map[string]metaprops.State{
		"/formatted": metaprops.Formatted, "/empty": metaprops.Empty, "/missing": metaprops.Empty,
		"/file": metaprops.Unreadable, "/odd": metaprops.Unreadable, "/bad": metaprops.Unreadable,
	}
	for path, state := range want {
		dir := metaprops.Load(disk, []string{path})[0]
		if dir.State != state || (dir.Err != nil) != (state == metaprops.Unreadable) {
			t.Errorf("%s is %s (%v); want %s", path, dir.State, dir.Err, state)
		}
	}
	faulty := &fsx.Faulty{Under: disk, Errno: syscall.EACCES, At: 1}
	if dir := metaprops.Load(faulty, []string{"/formatted"})[0]; dir.State != metaprops.Unreadable || !errors.Is(dir.Err, syscall.EACCES) {
		t.Errorf("a file that may not be read is %s (%v); want unreadable", dir.State, dir.Err)
	}
}

func TestReservedIDIsMisspelledUntil40(t *testing.T) {
	disk := fsx.NewCrash()
	mustMkdir(t, disk, "/d")
	mustWrite(t, disk, "/d/meta.properties", "version=1\nnode.id=1\ncluster.id=c\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAg\n")
	ensemble := metaprops.Load(disk, []string{"/d"})
	for rel, word := range map[release.Release]string{release.V3_7: "resrved", release.V4_0: "resrved", release.V4_1: "reserved", release.V4_4: "reserved"} {
		var mismatch *metaprops.Mismatch
		err := ensemble.Verify(rel, "c", 1)
		if !errors.As(err, &mismatch) || mismatch.Kind != metaprops.ReservedDirectoryID || !strings.Contains(err.Error(), " "+word+" ") {
			t.Errorf("%s: %v; want the word %q", rel, err, word)
		}
	}
}

func TestRaw(t *testing.T) {
	raw, err := metaprops.ParseRaw([]byte("b=2\nversion= 1\na=1\nb=3\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(raw.Keys(), " "); got != "a b version" {
		t.Errorf("keys %q", got)
	}
	if value, ok := raw.Get("b"); !ok || value != "3" {
		t.Errorf("b = %q; the last one counts", value)
	}
	if version, err := raw.Version(); version != 1 || err != nil {
		t.Errorf("version %d, %v", version, err)
	}
	// Texts as kafka-storage 3.3.2 printed them.
	for text, message := range map[string]string{
		"version=abc": `Failed to parse version property as an int: For input string: "abc"`,
		"version=1 ":  `Failed to parse version property as an int: For input string: "1 "`,
		"version=":    `Failed to parse version property as an int: For input string: ""`,
	} {
		raw, err := metaprops.ParseRaw([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := raw.Version(); err == nil || err.Error() != message {
			t.Errorf("%q: %v; want %q", text, err, message)
		}
	}
	if _, err := metaprops.ParseRaw([]byte(`a=\u1`)); err == nil || err.Error() != `Malformed \uxxxx encoding.` {
		t.Errorf("bad escape: %v", err)
	}
}

func TestJavaPath(t *testing.T) {
	for path, want := range map[string]string{"/a//b/": "/a/b", "a": "a", "./d1": "./d1", "/": "/", "": "", "/x/../y//": "/x/../y"} {
		if got := metaprops.JavaPath(path); got != want {
			t.Errorf("JavaPath(%q) = %q; want %q", path, got, want)
		}
	}
}
