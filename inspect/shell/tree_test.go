package shell

import (
	"bytes"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// treeOf loads a file of the corpus as the shell of a release does.
func treeOf(t *testing.T, name string, r release.Release) *image.Node {
	t.Helper()
	scenario, _, _ := strings.Cut(name, "/")
	f, err := metalog.OpenFile(corpus.Load(t, "../../testdata/corpus", scenario), name, name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	root, err := Load(f, r, func(*metalog.Damage) {})
	if err != nil {
		t.Fatal(err)
	}
	return root
}

const upgraded = "upgrade/3.3.2-to-4.3.1/stage3-3.7.2/__cluster_metadata-0/00000000000000000000.log"

// What differs from release to release: see the table of habits.
func TestHabits(t *testing.T) {
	for _, c := range []struct {
		release release.Release
		path    string
		want    string
	}{
		{release.V3_4, "/metadataQuorum/leader", "LeaderAndEpoch(leaderId=OptionalInt["},
		{release.V3_4, "/brokers/1/registration", "RegisterBrokerRecord(brokerId=1, isMigratingZkBroker=false, incarnationId="},
		{release.V3_4, "/local/commitId", "8a516edc2755df89"},
		{release.V3_5, "/image/cluster/1", "BrokerRegistration(id=1"},
		{release.V3_6, "/image/features/metadataVersion", "3."},
		{release.V3_7, "/image/cluster/brokers/1", ", directories=["},
		{release.V3_9, "/image/features/zkMigrationState", "NONE"},
		{release.V4_1, "/image/features/metadataVersion", "Optional[3."},
		{release.V4_2, "/image/cluster/brokers/1", "isMigratingZkBroker=false, directories=["},
		{release.V4_3, "/image/cluster/brokers/1", ", cordonedDirectories=null)"},
	} {
		node := treeOf(t, upgraded, c.release).Find(c.path)
		if node == nil || node.IsDir() {
			t.Errorf("%s: no %s", c.release, c.path)
			continue
		}
		if text := FieldText(node.Fields()[0], true); !strings.Contains(text, c.want) {
			t.Errorf("%s: %s is %s", c.release, c.path, text)
		}
	}
	for path, r := range map[string]release.Release{
		"/image": release.V3_4, "/image/delegationToken": release.V3_5, "/image/cluster/controllers": release.V3_6,
		"/image/acls/byId": release.V3_8, "/image/features/zkMigrationState": release.V4_0,
	} {
		if treeOf(t, upgraded, r).Find(path) != nil {
			t.Errorf("%s has %s", r, path)
		}
	}
}

// TestOlderShells replays what the shells of 3.4.1, 3.5.2, 3.8.1, 4.0.2, 4.1.2 and 4.2.1 printed; see testdata/ORIGIN.md.
func TestOlderShells(t *testing.T) {
	goldens, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, golden := range goldens {
		version, command, ok := strings.Cut(strings.TrimSuffix(golden.Name(), ".txt"), "-")
		if !ok {
			continue
		}
		r, err := release.Parse(version)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(path.Join("testdata", golden.Name()))
		if err != nil {
			t.Fatal(err)
		}
		s := &Session{Root: treeOf(t, oldLogs[r], r), Dir: "/", Secrets: true, Unsorted: r == release.V3_5, Strict: r <= release.V3_9, StrictFind: true}
		var out bytes.Buffer
		_ = s.Run(&out, command, []string{"/"}) // some end in a crash, as Kafka does
		if out.String() != string(want) {
			t.Errorf("%s differs", golden.Name())
		}
		seen++
	}
	if seen < 8 {
		t.Errorf("only %d goldens", seen)
	}
}

// oldLogs are the files of the corpus that the goldens are of.
var oldLogs = map[release.Release]string{
	release.V3_4: "upgrade/3.3.2-to-4.3.1/stage1-3.3.2/__cluster_metadata-0/00000000000000000000.log",
	release.V3_5: "upgrade/3.3.2-to-4.3.1/stage2-3.5.2/__cluster_metadata-0/00000000000000000000.log",
	release.V3_8: upgraded,
	release.V4_0: "quorum-3c2b/3.9.2/controller1/__cluster_metadata-0/00000000000000000000.log",
	release.V4_1: "dynamic-initial-controllers/4.1.2/controller1/__cluster_metadata-0/00000000000000000000.log",
	release.V4_2: "combined-1node/4.2.1/node1/__cluster_metadata-0/00000000000000000000.log",
}

// A damaged file is shown as far as it can be read, where Kafka's shell hangs.
func TestDamage(t *testing.T) {
	files := corpus.Load(t, "../../testdata/corpus", "damage")
	tried := 0
	for name := range files {
		if !strings.HasSuffix(name, ".log") {
			continue
		}
		f, err := metalog.OpenFile(files, name, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []release.Release{release.V3_3, release.V4_3} {
			root, err := Load(f, r, func(*metalog.Damage) {})
			if err != nil || root == nil || root.Find("/local/version") == nil {
				t.Errorf("%s as %s: %v", name, r, err)
			}
		}
		tried++
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if tried < 5 {
		t.Errorf("only %d files", tried)
	}
}
