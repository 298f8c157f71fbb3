package command_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/record"
)

// treeEntry is one file or link after a run.
type treeEntry struct {
	Symlink   string `json:"symlink"`
	Unchanged bool   `json:"unchanged"`
	Text      string `json:"text"`
	Norm      string `json:"norm_sha256"`
	Mode      string `json:"mode"`
	Volatile  bool   `json:"volatile_content"`
}

var (
	dateComment   = regexp.MustCompile(`(?m)^#[A-Z][a-z]{2} [A-Z][a-z]{2} \d.*$`)
	directoryLine = regexp.MustCompile(`(?m)^directory\.id=(.*)$`)
	uuidLine      = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_-]{21}\n$`)
	scramKeys     = regexp.MustCompile(`salt=\[[^\]]*\], storedKey=\[[^\]]*\], serverKey=\[[^\]]*\]`)
	javaClass     = regexp.MustCompile(`(Exception in thread "main" )?(?:Caused by: )?\b(?:[a-z][\w$]*\.)+[A-Z][\w$]*(?:Exception|Error|Failure)\b:? ?`)
	causeLine     = regexp.MustCompile(`(?m)^Caused by:.*$`)
	usageBlock    = regexp.MustCompile(`(?s)^usage:.*?(kafka-storage:\s+error:|$)`)
	usageError    = regexp.MustCompile(`kafka-storage:\s+error:`)
	directoryName = regexp.MustCompile(`@DIR@/\S+`)
	matchError    = regexp.MustCompile(`\[Ljava\.lang\.String;@\S+.*`)
)

func (c *storageCase) comparableStdout(out string) (got, want string, compared bool) {
	want = c.Expected.Stdout
	switch {
	case strings.HasPrefix(want, "usage:"), c.volatile("which-directories"), c.volatile("stdout:java-stack-frames"):
		return "", "", false
	case c.volatile("stdout:uuid") && uuidLine.MatchString(out):
		out = "@UUID@\n"
	case c.volatile("scram-salt-and-keys"):
		out = scramKeys.ReplaceAllString(out, "salt=[@RANDOM@], storedKey=[@RANDOM@], serverKey=[@RANDOM@]")
	}
	if c.RecordedDir != "" {
		return sortedLines(anyDirectory(out)), sortedLines(anyDirectory(want)), true
	}
	return out, want, true
}

// anyDirectory masks which of its directories a text names: where Kafka goes by the hash of absolute paths, that depends on
// the directory of the run. The javahash package is held to the orders themselves.
func anyDirectory(s string) string { return directoryName.ReplaceAllString(s, "@DIR@/…") }

func sortedLines(s string) string {
	lines := strings.Split(s, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// comparableStderr is what a person reads in both texts: no Java class names, no usage, white space folded.
func (c *storageCase) comparableStderr(errs string) (got, want string) {
	got, want = message(errs), matchError.ReplaceAllString(message(c.Expected.Stderr), "")
	if usageError.MatchString(c.Expected.Stderr) {
		squeeze := func(s string) string {
			s = strings.Join(strings.Fields(s), "")
			if c.RecordedDir != "" {
				s = strings.ReplaceAll(s, c.RecordedDir, "@DIR@")
			}
			return s
		}
		return squeeze(got), squeeze(want)
	}
	if c.RecordedDir != "" || strings.HasPrefix(want, "I/O error trying to read log directory") {
		return anyDirectory(got), anyDirectory(want)
	}
	return got, want
}

func message(s string) string {
	s = usageBlock.ReplaceAllString(s, "$1")
	s, _, _ = strings.Cut(s, "\nDid you mean:")
	s = causeLine.ReplaceAllString(s, "")
	s = strings.ReplaceAll(javaClass.ReplaceAllString(s, ""), "requirement failed: ", "")
	return strings.Join(strings.Fields(s), " ")
}

// compareTree says where the directories and files after a run differ from the recorded ones.
func (c *storageCase) compareTree(dir string) []string {
	files, dirs, err := c.tree(dir)
	if err != nil {
		return []string{err.Error()}
	}
	var differences []string
	if !slices.Equal(dirs, c.Expected.Dirs) {
		differences = append(differences, fmt.Sprintf("directories %q; want %q", dirs, c.Expected.Dirs))
	}
	for name, want := range c.Expected.Tree {
		got, there := files[name]
		delete(files, name)
		if want.Volatile {
			want.Norm, got.Norm = "", ""
		}
		if want.Mode == "" {
			got.Mode = ""
		}
		want.Volatile = false
		if !there || got != want {
			differences = append(differences, fmt.Sprintf("%s: %+v (there: %v); want %+v", name, got, there, want))
		}
	}
	for name := range files {
		differences = append(differences, name+": not expected")
	}
	return differences
}

// tree is what is in dir, in the form of the recorded runs.
func (c *storageCase) tree(dir string) (map[string]treeEntry, []string, error) {
	files, dirs := map[string]treeEntry{}, []string{}
	drawn := map[string]string{} // log directory → the directory ID drawn for it
	var checkpoints []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		switch {
		case entry.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			files[name] = treeEntry{Symlink: target}
			return err
		case entry.IsDir():
			dirs = append(dirs, name)
			return nil
		case name == "c.properties" || name == "args.txt":
			return nil
		}
		data, err := os.ReadFile(path)
		if before, was := c.Files[name]; was && strings.ReplaceAll(before, "@DIR@", dir) == string(data) {
			files[name] = treeEntry{Unchanged: true}
			return err
		}
		if strings.HasSuffix(name, "meta.properties") {
			text, id := c.maskProperties(string(data))
			drawn[filepath.Dir(name)] = id
			files[name] = treeEntry{Text: text}
			return err
		}
		checkpoints = append(checkpoints, name)
		return err
	})
	for _, name := range checkpoints {
		data, readErr := os.ReadFile(filepath.Join(dir, name))
		info, statErr := os.Stat(filepath.Join(dir, name))
		if readErr != nil || statErr != nil {
			return nil, nil, fmt.Errorf("%w %w", readErr, statErr)
		}
		normal := normalCheckpoint(data)
		logDir, _, inQuorum := strings.Cut(name, "/__cluster")
		if id, err := clusterid.Parse(drawn[logDir]); inQuorum && err == nil {
			normal = bytes.ReplaceAll(normal, id[:], make([]byte, len(id)))
		}
		sum := sha256.Sum256(normal)
		files[name] = treeEntry{Norm: hex.EncodeToString(sum[:]), Mode: fmt.Sprintf("0o%o", info.Mode().Perm())}
	}
	slices.Sort(dirs)
	return files, dirs, err
}

// maskProperties masks the date of a meta.properties, and its directory ID unless the case gave it.
func (c *storageCase) maskProperties(text string) (masked, drawn string) {
	text = dateComment.ReplaceAllString(text, "#@DATE@")
	id := directoryLine.FindStringSubmatch(text)
	if id == nil || strings.Contains(strings.Join(c.Args, "\x00"), id[1]) {
		return text, ""
	}
	for _, before := range c.Files {
		if strings.Contains(before, id[1]) {
			return text, ""
		}
	}
	return strings.ReplaceAll(text, id[1], "@UUID@"), id[1]
}

// normalCheckpoint zeroes what differs between two runs: CRC, timestamps, and the time in the snapshot header.
func normalCheckpoint(data []byte) []byte {
	normal := bytes.Clone(data)
	for at := 0; at+record.HeaderSize <= len(normal); {
		size := record.LogOverhead + int(binary.BigEndian.Uint32(normal[at+8:]))
		clear(normal[at+17 : at+21])
		clear(normal[at+27 : at+43])
		// The header record is the first of its control batch: length, attributes, two deltas, key length (a byte each), key.
		if key := at + record.HeaderSize + 5; bytes.HasPrefix(normal[key:], []byte{0, 0, 0, 3}) {
			clear(normal[key+4+1+2 : key+4+1+2+8])
		}
		at += size
	}
	return normal
}
