package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
	"unicode/utf8"
)

// ManifestName is the name of the last entry.
const ManifestName = "kraftctl-manifest.json"

// Format is the version of the format this package writes and reads.
const Format = 1

// Bounds of what an archive may hold.
const (
	// MaxManifest is the greatest size of a manifest, in bytes.
	MaxManifest = 64 << 20
	// MaxFiles is the greatest number of files.
	MaxFiles = 1 << 17
	// MaxName is the greatest length of a file's name, in bytes.
	MaxName = 1024
)

// Kind is what an archive is for.
type Kind string

// The kinds.
const (
	// Backup: the metadata of one node.
	Backup Kind = "backup"
	// Bundle: what is needed to look into an incident, of several nodes, without its secrets.
	Bundle Kind = "bundle"
)

// Entry is a file in an archive.
type Entry struct {
	// Name is its path, with slashes.
	Name string `json:"name"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// SHA256 is of its content, in hexadecimal.
	SHA256 string `json:"sha256"`
	// Mode are the permissions, in octal, such as "0644".
	Mode string `json:"mode"`
	// Modified is when it was last written, RFC 3339 in UTC, to the second.
	Modified string `json:"modified"`
}

// Manifest tells what an archive is and holds.
type Manifest struct {
	// Format is the version of the format.
	Format int `json:"format"`
	// Kind is what the archive is for.
	Kind Kind `json:"kind"`
	// Tool wrote it, such as "kraftctl 1.0.0".
	Tool string `json:"tool"`
	// Created is when, RFC 3339 in UTC.
	Created string `json:"created"`
	// Files are all files but the manifest, in the order of the archive.
	Files []Entry `json:"files"`
	// Details are what the kind adds; package backup and package bundle know them.
	Details json.RawMessage `json:"details"`
	// Digest is the SHA-256, in hexadecimal, of the manifest with this field empty. It stands for all there is in the archive.
	Digest string `json:"digest"`
}

// Find is the file with a name, and whether there is one.
func (m *Manifest) Find(name string) (Entry, bool) {
	for _, e := range m.Files {
		if e.Name == name {
			return e, true
		}
	}
	return Entry{}, false
}

// Size is how many bytes the files have together.
func (m *Manifest) Size() int64 {
	total := int64(0)
	for _, e := range m.Files {
		total += e.Size
	}
	return total
}

// encode is the one form in which a manifest is written.
func (m *Manifest) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// digest is what [Manifest.Digest] has to be.
func (m *Manifest) digest() (string, error) {
	bare := *m
	bare.Digest = ""
	data, err := bare.encode()
	if err != nil {
		return "", err
	}
	return hexSum(sha256.Sum256(data)), nil
}

func hexSum(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:]) }

// parseManifest reads a manifest, whose digest must fit.
func parseManifest(data []byte) (*Manifest, error) {
	var version struct {
		Format *int `json:"format"`
	}
	if err := json.Unmarshal(data, &version); err != nil || version.Format == nil {
		return nil, fault(Foreign, ManifestName, "it is no manifest of kraftctl's")
	}
	if *version.Format > Format {
		return nil, fault(Newer, "", "it has format %d, and this kraftctl knows formats up to %d", *version.Format, Format)
	}
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil || m.Format != Format {
		return nil, fault(Tampered, ManifestName, "it is no manifest of format %d", Format)
	}
	if m.Kind != Backup && m.Kind != Bundle {
		return nil, fault(Tampered, ManifestName, "kind %q is unknown", m.Kind)
	}
	want, err := m.digest()
	if err != nil {
		return nil, fault(Tampered, ManifestName, "%w", err)
	}
	if want != m.Digest {
		return nil, fault(Tampered, ManifestName, "the digest it states, %s, is not its own, %s", m.Digest, want)
	}
	if again, err := m.encode(); err != nil || !bytes.Equal(again, data) {
		return nil, fault(Tampered, ManifestName, "it is not written as kraftctl writes it")
	}
	return &m, nil
}

// checkName tells why a name cannot be that of a file in an archive.
func checkName(name string) error {
	switch {
	case name == "" || name == ".":
		return errors.New("a file without a name")
	case path.IsAbs(name):
		return errors.New("the name is an absolute path")
	case len(name) > MaxName:
		return fmt.Errorf("the name has more than %d bytes", MaxName)
	case !utf8.ValidString(name) || strings.ContainsAny(name, "\x00\\"):
		return errors.New("the name has bytes that names of files cannot have everywhere")
	case !fs.ValidPath(name):
		return errors.New("the name is no plain path within the archive")
	}
	return nil
}

// newEntry describes a file of which all but the content's sum is known.
func newEntry(name string, mode fs.FileMode, modified time.Time, size int64) Entry {
	return Entry{Name: name, Size: size, Mode: fmt.Sprintf("%04o", mode.Perm()), Modified: stamp(modified)}
}

// stamp is a time as manifests have it. Times that a tar header cannot hold become 1970.
func stamp(t time.Time) string {
	t = t.UTC().Truncate(time.Second)
	if t.Unix() < 0 || t.Unix() >= 1<<33 {
		t = time.Unix(0, 0).UTC()
	}
	return t.Format(time.RFC3339)
}
