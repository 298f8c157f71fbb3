//go:build conformance

package conformance

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// formatCase is a way of formatting whose files are compared.
type formatCase struct {
	name    string
	since   string
	dynamic bool
	roles   string
	args    func(n *node) []string
}

var formatCases = []formatCase{
	{"defaults", "3.3", false, "broker,controller", func(*node) []string { return nil }},
	{"broker", "3.3", false, "broker", func(*node) []string { return nil }},
	{"scram", "3.5", false, "controller", func(*node) []string {
		return []string{"--release-version", "3.5", "--add-scram", alice, "--add-scram", strings.ReplaceAll(alice, "256", "512")}
	}},
	{"standalone", "3.9", true, "broker,controller", func(*node) []string { return []string{"--standalone"} }},
	{"initial controllers", "3.9", true, "controller", func(n *node) []string {
		return []string{"--initial-controllers", initialControllers(n) + ",9@[::1]:9093:zzzzzzzzzzzzzzzzzzzzzA", "--add-scram", alice}
	}},
	{"no initial controllers", "3.9", true, "controller", func(*node) []string { return []string{"--no-initial-controllers"} }},
}

// Format writes the files Kafka's own StorageTool writes, byte for byte but for what is random or a clock's.
func TestFiles(t *testing.T) {
	for _, version := range releases {
		t.Run(version, func(t *testing.T) {
			begin(t)
			k := theKafka(t, version)
			for _, c := range formatCases {
				if k.atLeast(c.since) {
					t.Run(c.name, func(t *testing.T) { compareFiles(t, k, c) })
				}
			}
		})
	}
}

func compareFiles(t *testing.T, k *kafka, c formatCase) {
	ours := newNode(t, k, 1, c.roles)
	ours.set("log.dirs", ours.logDir+","+ours.logDir+"2")
	configure := staticQuorum
	if c.dynamic {
		configure = dynamicQuorum
	}
	if !ours.isController() {
		configure = elsewhere
	}
	configure(t, ours)
	theirs := *ours
	theirs.dir = t.TempDir()
	theirs.conf, theirs.logDir = filepath.Join(theirs.dir, "server.properties"), filepath.Join(theirs.dir, "data")
	theirs.set("log.dirs", theirs.logDir+","+theirs.logDir+"2")
	theirs.writeConf(t)
	args := c.args(ours)
	ours.format(t, args...)
	byKafka(t, &theirs, args...).mustSucceed(t, "Kafka's format")
	for _, suffix := range []string{"", "2"} {
		got, want := tree(t, ours.logDir+suffix), tree(t, theirs.logDir+suffix)
		for name := range got {
			if _, known := want[name]; !known {
				t.Errorf("data%s: we wrote %s, Kafka does not", suffix, name)
			}
		}
		for name, content := range want {
			if got[name] != content {
				t.Errorf("data%s/%s differs (random and clock values zeroed)\nours:   %q\nKafka's: %q", suffix, name, got[name], content)
			}
		}
	}
}

// elsewhere gives brokers a controller that is none of the nodes.
func elsewhere(t *testing.T, nodes ...*node) {
	t.Helper()
	for _, n := range nodes {
		n.set("controller.quorum.voters", "9@127.0.0.1:9093")
		n.writeConf(t)
	}
}

// tree is what a formatted directory holds: mode and normal form of every file, by relative path.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	meta, err := os.ReadFile(filepath.Join(dir, "meta.properties"))
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		files[name] = info.Mode().String()
		if entry.IsDir() {
			return nil
		}
		content, err := os.ReadFile(path)
		files[name] += " " + normal(name, content, meta)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var (
	dateComment = regexp.MustCompile(`(?m)^#\w{3} \w{3} \d\d \d\d:\d\d:\d\d .* \d{4}$`)
	directoryOf = regexp.MustCompile(`directory\.id=([\w-]{22})`)
)

// normal replaces what differs from one run to the next: dates, checksums, clock values and random directory IDs.
// meta is the directory's meta.properties, which names the ID.
func normal(name string, content, meta []byte) string {
	id := directoryOf.FindSubmatch(meta)
	if name == "meta.properties" {
		content = dateComment.ReplaceAll(content, []byte("#DATE"))
		return string(directoryOf.ReplaceAll(content, []byte("directory.id=RANDOM")))
	}
	if !strings.HasSuffix(name, ".checkpoint") {
		return string(content)
	}
	content = bytes.Clone(content)
	for position := 0; position+61 <= len(content); {
		length := 12 + int(binary.BigEndian.Uint32(content[position+8:]))
		batch := content[position:min(position+length, len(content))]
		clear(batch[17:21]) // CRC
		clear(batch[27:43]) // base and maximum timestamp
		if position == 0 && strings.HasPrefix(name, "__cluster_metadata-0") {
			clear(batch[73:81]) // lastContainedLogTimestamp of the snapshot header; 0 in bootstrap.checkpoint
		}
		position += length
	}
	if id != nil {
		raw, _ := base64.RawURLEncoding.DecodeString(string(id[1]))
		content = bytes.ReplaceAll(content, raw, make([]byte, 16))
	}
	return fmt.Sprintf("%d bytes %x", len(content), content)
}

// Kafka's info understands our directories, and our info under Kafka's name says the same of both.
func TestInfo(t *testing.T) {
	for _, version := range releases {
		t.Run(version, func(t *testing.T) {
			begin(t)
			k := theKafka(t, version)
			for name, by := range map[string]formatter{"our directory": underTest(), "Kafka's directory": byKafka} {
				n := newNode(t, k, 1, "broker,controller")
				staticQuorum(t, n)
				by(t, n).mustSucceed(t, "format")
				want := k.storageTool(t, "info", "-c", n.conf).mustSucceed(t, "Kafka's info")
				got := ourStorageTool(t, k, "info", "-c", n.conf)
				if got.code != want.code || got.stdout != want.stdout {
					t.Errorf("%s: exit %d, Kafka exits %d\nours:\n%s%s\nKafka's:\n%s", name, got.code, want.code, got.stdout, got.stderr, want.stdout)
				}
				runCommand(t, n.dir, kraftctl(t), "info", "-c", n.conf).mustSucceed(t, "kraftctl info")
			}
		})
	}
}

// ourStorageTool runs the binary under test as a drop-in for a release's kafka-storage.
func ourStorageTool(t *testing.T, k *kafka, args ...string) result {
	t.Helper()
	link := filepath.Join(t.TempDir(), "kafka-storage.sh")
	if err := os.Symlink(kraftctl(t), link); err != nil {
		t.Fatal(err)
	}
	return runCommand(t, t.TempDir(), "env", append([]string{"KRAFTCTL_KAFKA_VERSION=" + k.version, link}, args...)...)
}
