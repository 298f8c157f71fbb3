// Package stage makes results appear whole: new directories and new files, over which a power cut, a full disk or an interrupt may
// come at any moment.
//
// A directory is made by Make in this order:
//
//	mkdir DIR, synced into its parent
//	DIR/.kraftctl-incomplete      written, synced: from here on DIR says that it is not finished
//	DIR/a.kraftctl-part → DIR/a   each file under a temporary name, checked, synced, renamed
//	sync of all directories
//	DIR/meta.properties           the files that are Last, in the same way: from here on Kafka takes the directory
//	PREFIX.report.txt, .json      beside DIR
//	DIR/.kraftctl-incomplete      removed
//
// So at any moment DIR is missing, empty, marked, or whole, and what is marked is finished by the same command. A single file
// is made by NewFile: PATH.part, then its reports, then the rename to PATH.
//
// Nothing that is there is ever replaced, but for what an interrupted run of the same command left.
package stage

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
)

// File is one file of a directory to be made.
type File struct {
	// Path is relative to the directory, with slashes. Directories above it are made with the permissions 0777 before the umask.
	Path string
	// Mode is the permission, before the umask.
	Mode fs.FileMode
	// Size is how long the content is, in bytes.
	Size int64
	// Sum is the SHA-256 of the content. What Open gives is held against Size and Sum.
	Sum [sha256.Size]byte
	// Open gives the content. It may be called again.
	Open func() (io.ReadCloser, error)
	// Last says that the file is written when all others are durable: meta.properties, which makes a directory "formatted".
	Last bool
}

// Bytes is a File whose content is at hand.
func Bytes(path string, mode fs.FileMode, data []byte) File {
	return File{
		Path: path, Mode: mode, Size: int64(len(data)), Sum: sha256.Sum256(data),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}
}

// Work is a directory to be made.
type Work struct {
	// Dir is the directory. It must not exist, or be empty, or be what an interrupted run of the same plan left. The lost+found
	// of a mount point does not count.
	Dir string
	// Command is what the directory is made by, such as "restore".
	Command string
	// Plan identifies what is made, in hex: an unfinished directory of another plan is refused.
	Plan string
	// Note is one line that Mark keeps for the run that finishes the directory: what the first run drew or read from a clock. See Noted.
	Note string
	// Files are the files; directories come with them.
	Files []File
	// Reports are written beside the directory when it is done.
	Reports []Report
}

// Report is a file written beside a result.
type Report struct {
	// Path is where it is written, Data the whole content.
	Path string
	Data []byte
}

// The ends of the names of reports.
const (
	textReport = ".report.txt"
	jsonReport = ".report.json"
)

// ReportPaths are the paths Reports gives reports with the prefix.
func ReportPaths(prefix string) []string { return []string{prefix + textReport, prefix + jsonReport} }

// Reports are the two forms of a report: PREFIX.report.txt holds text, PREFIX.report.json value, indented.
func Reports(prefix, text string, value any) ([]Report, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("report %s%s: %w", prefix, jsonReport, err)
	}
	return []Report{{prefix + textReport, []byte(text)}, {prefix + jsonReport, out.Bytes()}}, nil
}
