package verify

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/kraftctl/kraftctl/inspect/listing"
	"github.com/kraftctl/kraftctl/metalog"
)

// One verifies one file, called name in fsys, without the others of its directory, except that an index is compared with its
// segment. Messages will call it shown. A file whose name tells nothing is taken for one of record batches.
func One(fsys fs.FS, name, shown string, o Options) (*Report, error) {
	n := metalog.ParseName(name)
	v := &verifier{opts: o, report: &Report{}, start: -1, next: -1}
	if n.Kind.Records() || n.Kind == metalog.Other {
		f, err := metalog.OpenFile(fsys, name, shown)
		if err != nil {
			return nil, err
		}
		out, err := o.records(f, nil)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		v.add(out)
		return v.report, nil
	}
	log, err := metalog.OpenLog(fsys, path.Dir(name), strings.TrimSuffix(strings.TrimSuffix(shown, n.Base), "/"))
	if err != nil {
		return nil, err
	}
	v.log = log
	if check := smallChecks[n.Kind]; check != nil {
		v.one(n.Base, n.Kind, check)
		return v.report, nil
	}
	return v.report, v.indexAlone(n)
}

// indexAlone verifies an index against its segment, and leaves the segment out of the report.
func (v *verifier) indexAlone(n metalog.Name) error {
	stem := strings.TrimSuffix(n.Base, path.Ext(n.Base))
	x := &indexes{}
	if n.Kind == metalog.OffsetIndex {
		x.offsets, x.offsetsFile = v.openIndex(n.Base, offsetEntry)
	} else {
		x.times, x.timesFile = v.openIndex(n.Base, timeEntry)
	}
	f, err := v.log.OpenAt(metalog.ParseName(stem + ".log"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		x.finish(v, noSegment())
		v.report.Files[0].note("its segment is not there; only what the index tells by itself was checked")
		return nil
	case err != nil:
		return err
	}
	segment, err := v.opts.records(f, x)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	x.finish(v, segment)
	return nil
}

// noSegment stands for a segment of which nothing is known, in which every entry of an index fits.
func noSegment() *File {
	return &File{Size: 1 << 62, Summary: &listing.Summary{NextOffset: -1}}
}
