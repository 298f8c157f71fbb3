package bundle

import (
	"github.com/kraftctl/kraftctl/metalog"
)

// Range is a run of offsets; both ends belong to it.
type Range [2]int64

// Overwritten is a piece of a file that cannot be proven clean and was overwritten.
type Overwritten struct {
	// Kind is what is wrong with it, as inspect verify names it.
	Kind string `json:"kind"`
	// Position and Length are those in the file it was read from, Bundled the position in the bundle; in bytes.
	Position int64 `json:"position"`
	Length   int64 `json:"length"`
	Bundled  int64 `json:"bundledPosition"`
	// FirstOffset and LastOffset are the offsets concerned, -1 when they are not known.
	FirstOffset int64 `json:"firstOffset"`
	LastOffset  int64 `json:"lastOffset"`
}

// FileReport is what was replaced in a file of a bundle.
type FileReport struct {
	// File is its name in the bundle, Source where it was read.
	File   string `json:"file"`
	Source string `json:"source"`
	// Secrets is the number of records, or lines, in which secrets were replaced, and SecretOffsets, or Lines, are which.
	Secrets       int64   `json:"secrets"`
	SecretOffsets []Range `json:"secretOffsets,omitempty"`
	Lines         []int   `json:"lines,omitempty"`
	// Unknown is the number of records of which what no schema knows was overwritten.
	Unknown        int64   `json:"unknown"`
	UnknownOffsets []Range `json:"unknownOffsets,omitempty"`
	// Undecodable is the number of records that cannot be decoded, and were overwritten.
	Undecodable        int64   `json:"undecodable"`
	UndecodableOffsets []Range `json:"undecodableOffsets,omitempty"`
	// Overwritten are batches and regions of which everything but the header was overwritten; MoreOverwritten is how many there
	// are beyond those, MoreRanges how many ranges of offsets beyond those listed.
	Overwritten     []Overwritten `json:"overwritten,omitempty"`
	MoreOverwritten int64         `json:"moreOverwritten,omitempty"`
	MoreRanges      int64         `json:"moreRanges,omitempty"`
	// CutAt is where the file was cut, in bytes of the source, because what follows was still being written; -1 when it was not.
	CutAt int64 `json:"cutAt"`
}

// Touched tells whether anything was replaced or left out.
func (f *FileReport) Touched() bool {
	return f.Secrets+f.Unknown+f.Undecodable > 0 || len(f.Overwritten) > 0 || f.CutAt >= 0
}

// Bounds of what is listed of a file.
const (
	maxRanges      = 100_000
	maxOverwritten = 1000
)

// notes gathers a FileReport.
type notes struct {
	FileReport

	// position is where the bundle's file goes on.
	position int64
}

// record notes what became of a record.
func (n *notes) record(c change, offset int64) {
	switch c {
	case hadSecret:
		n.Secrets++
		n.SecretOffsets = n.extend(n.SecretOffsets, offset)
	case hadUnknown:
		n.Unknown++
		n.UnknownOffsets = n.extend(n.UnknownOffsets, offset)
	case hadNoForm:
		n.Undecodable++
		n.UndecodableOffsets = n.extend(n.UndecodableOffsets, offset)
	case unchanged:
	}
}

func (n *notes) extend(ranges []Range, offset int64) []Range {
	if last := len(ranges) - 1; last >= 0 && ranges[last][1]+1 == offset {
		ranges[last][1] = offset
		return ranges
	}
	if len(ranges) == maxRanges {
		n.MoreRanges++
		return ranges
	}
	return append(ranges, Range{offset, offset})
}

// overwritten notes a batch whose records were overwritten.
func (n *notes) overwritten(b *metalog.Batch, kind string) {
	n.add(Overwritten{
		Kind: kind, Position: b.Position, Length: int64(len(b.Data)), Bundled: n.position,
		FirstOffset: b.BaseOffset, LastOffset: b.LastOffset(),
	})
}

// region notes a region that is no batch.
func (n *notes) region(d *metalog.Damage) {
	if d.Kind == metalog.ZeroTail {
		return
	}
	n.add(Overwritten{
		Kind: d.Kind.String(), Position: d.Position, Length: d.Length, Bundled: n.position,
		FirstOffset: d.FirstOffset, LastOffset: d.LastOffset,
	})
}

func (n *notes) add(o Overwritten) {
	if len(n.Overwritten) == maxOverwritten {
		n.MoreOverwritten++
		return
	}
	n.Overwritten = append(n.Overwritten, o)
}

// cut notes that the file ends before what is being written.
func (n *notes) cut(d *metalog.Damage) { n.CutAt = d.Position }
