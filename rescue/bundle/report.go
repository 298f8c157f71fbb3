package bundle

import (
	"fmt"
	"strings"
)

// Summary is what a bundle holds and what was replaced in it: the details of its manifest, and its report. Its JSON form is
// stable at Version 1.
type Summary struct {
	Version int    `json:"version"`
	Tool    string `json:"tool"`
	// Created is when it was made, RFC 3339 in UTC.
	Created string       `json:"created"`
	Nodes   []NodeReport `json:"nodes"`
	// Files are what was replaced, of all files that come from a node.
	Files   []*FileReport `json:"files"`
	LeftOut []LeftOut     `json:"leftOut"`
	// KeepUnknown tells that records of unknown types and versions were kept as they are.
	KeepUnknown bool       `json:"keepUnknown"`
	Scan        ScanReport `json:"scan"`
}

// NodeReport is a node whose copy is in a bundle.
type NodeReport struct {
	// Folder is where it is in the bundle, Source where it was read.
	Folder string `json:"folder"`
	Source string `json:"source"`
	// NodeID, ClusterID and DirectoryID are those of meta.properties; nil or empty when it does not tell.
	NodeID      *int32 `json:"nodeId"`
	ClusterID   string `json:"clusterId,omitempty"`
	DirectoryID string `json:"directoryId,omitempty"`
	// StartOffset is the first offset of the log, EndOffset the one after the last, of epoch LastEpoch; -1 without a log.
	StartOffset int64 `json:"startOffset"`
	EndOffset   int64 `json:"endOffset"`
	LastEpoch   int32 `json:"lastEpoch"`
	// Snapshots are the names of its snapshots.
	Snapshots []string `json:"snapshots,omitempty"`
}

// LeftOut is a file that is not in the bundle.
type LeftOut struct {
	File string `json:"file"`
	Why  string `json:"why"`
}

// FileSize is a file of a bundle.
type FileSize struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}

// ScanReport is the search for secrets in what was written.
type ScanReport struct {
	// Done tells that the search went through the whole bundle.
	Done bool `json:"done"`
	// Secrets is how many different secrets there were, Forms how many texts were searched for: each secret as it is, in base64,
	// hexadecimal, and escaped.
	Secrets int `json:"secrets"`
	Forms   int `json:"forms"`
	// MinLength is the length in bytes below which secrets are not searched for, TooShort where those were.
	MinLength int      `json:"minLength"`
	TooShort  []string `json:"tooShort"`
	// TooCommon is where secrets were that are a part of names that Kafka itself uses, such as "password".
	TooCommon []string `json:"tooCommon"`
	// Bytes is how much was searched, Decompressed how many bytes of decompressed records besides.
	Bytes        int64 `json:"bytes"`
	Decompressed int64 `json:"decompressedBytes"`
	// Hits are secrets that were found, the first of HitCount; there are some only when they were accepted.
	Hits     []*Hit `json:"hits"`
	HitCount int64  `json:"hitCount"`
}

// Text is the summary for people.
func (s *Summary) Text() string {
	var b strings.Builder
	for _, n := range s.Nodes {
		fmt.Fprintf(&b, "%s from %s", n.Folder, n.Source)
		switch {
		case n.EndOffset >= 0:
			fmt.Fprintf(&b, ": offsets %d to %d, epoch %d", n.StartOffset, n.EndOffset-1, n.LastEpoch)
		default:
			b.WriteString(": no log")
		}
		fmt.Fprintf(&b, "%s\n", plural(len(n.Snapshots), ", 1 snapshot", ", %d snapshots"))
	}
	s.replaced(&b)
	s.missing(&b)
	s.Scan.text(&b)
	return b.String()
}

// missing tells what was left out, files with the same reason together.
func (s *Summary) missing(b *strings.Builder) {
	var reasons []string
	files := map[string][]string{}
	for _, l := range s.LeftOut {
		if files[l.Why] == nil {
			reasons = append(reasons, l.Why)
		}
		files[l.Why] = append(files[l.Why], l.File)
	}
	for _, why := range reasons {
		list := files[why]
		more := ""
		if n := len(list) - shown; n > 0 {
			list, more = list[:shown], fmt.Sprintf(" and %d more", n)
		}
		fmt.Fprintf(b, "left out, because %s:\n  %s%s\n", why, strings.Join(list, "\n  "), more)
	}
}

// replaced tells what was replaced, file by file.
func (s *Summary) replaced(b *strings.Builder) {
	for _, f := range s.Files {
		if !f.Touched() {
			continue
		}
		fmt.Fprintf(b, "%s:\n", f.File)
		unit := "records"
		if len(f.Lines) > 0 {
			unit = "lines"
		}
		if f.Secrets == 1 {
			unit = strings.TrimSuffix(unit, "s")
		}
		counted := func(n int64, ranges []Range, format string) {
			if n > 0 {
				fmt.Fprintf(b, "  "+format+"%s\n", n, offsets(ranges))
			}
		}
		if f.Secrets > 0 {
			fmt.Fprintf(b, "  secrets replaced in %d %s%s%s\n", f.Secrets, unit, offsets(f.SecretOffsets), numbers(f.Lines))
		}
		counted(f.Unknown, f.UnknownOffsets, "records of types, versions or with fields that are not known, overwritten: %d")
		counted(f.Undecodable, f.UndecodableOffsets, "records that cannot be decoded, overwritten: %d")
		for _, o := range f.Overwritten {
			fmt.Fprintf(b, "  %s at byte %d, overwritten (%d bytes)\n", o.Kind, o.Position, o.Length)
		}
		if f.MoreOverwritten > 0 {
			fmt.Fprintf(b, "  … and %d more damaged places, overwritten\n", f.MoreOverwritten)
		}
		if f.CutAt >= 0 {
			fmt.Fprintf(b, "  cut at byte %d: the batch there was not finished\n", f.CutAt)
		}
	}
}

// text tells of the search.
func (s *ScanReport) text(b *strings.Builder) {
	fmt.Fprintf(b, "secrets found and replaced: %d different ones, searched for in %d forms\n", s.Secrets, s.Forms)
	if s.Done {
		fmt.Fprintf(b, "scan: %d bytes of files and %d bytes of decompressed records searched: ", s.Bytes, s.Decompressed)
		fmt.Fprintf(b, "%s\n", plural(int(s.HitCount), "a secret is still there", "secrets are still there in %d places"))
	}
	for _, h := range s.Hits {
		fmt.Fprintf(b, "  accepted: %v\n", h)
	}
	for _, where := range s.TooShort {
		fmt.Fprintf(b, "  not searched for, because it is shorter than %d bytes: %s\n", s.MinLength, where)
	}
	for _, where := range s.TooCommon {
		fmt.Fprintf(b, "  not searched for, because it is a part of a name that Kafka uses: %s\n", where)
	}
}

// plural words a number; 0 is the empty text, or, of the scan, that none is left.
func plural(n int, one, many string) string {
	switch {
	case n == 0 && strings.Contains(many, "still"):
		return "no secret is left"
	case n == 0:
		return ""
	case n == 1:
		return one
	}
	return fmt.Sprintf(many, n)
}

// shown is how many ranges and lines the text names.
const shown = 10

func offsets(ranges []Range) string {
	if len(ranges) == 0 {
		return ""
	}
	var parts []string
	for _, r := range ranges[:min(shown, len(ranges))] {
		if r[0] == r[1] {
			parts = append(parts, fmt.Sprint(r[0]))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", r[0], r[1]))
		}
	}
	if len(ranges) > shown {
		parts = append(parts, "…")
	}
	return ", offsets " + strings.Join(parts, ", ")
}

func numbers(lines []int) string {
	if len(lines) == 0 {
		return ""
	}
	var parts []string
	for _, n := range lines[:min(shown, len(lines))] {
		parts = append(parts, fmt.Sprint(n))
	}
	if len(lines) > shown {
		parts = append(parts, "…")
	}
	return ", lines " + strings.Join(parts, ", ")
}
