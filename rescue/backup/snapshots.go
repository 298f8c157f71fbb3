package backup

import (
	"path"
	"slices"

	"github.com/kraftctl/kraftctl/inspect/verify"
	"github.com/kraftctl/kraftctl/metalog"
)

// tolerable are problems of a file, as package verify names them, with which it is still worth as much as Kafka made it: records of a
// later Kafka, names that are no text, and what is odd about elections.
var tolerable = map[string]bool{"unknown-record": true, "invalid-text": true, "no-leader-change": true, "quorum-epoch": true}

// snapshots are the sound snapshots to take, oldest first: the newest, or all when the whole log is asked for.
func (p *Plan) snapshots() ([]*File, error) {
	var taken []*File
	for _, n := range slices.Backward(p.log.Snapshots) {
		f, err := p.reader.open(path.Join(p.dir, n.Base), path.Join(metalog.PartitionDir, n.Base))
		if err != nil {
			return nil, err
		}
		problem, err := p.unsound(f, n)
		switch {
		case err != nil:
			return nil, err
		case problem != "":
			p.warn("the snapshot %s is passed over, because it is damaged: %s", n.Base, problem)
			continue
		}
		taken = append(taken, f)
		if !p.opts.Whole {
			break
		}
	}
	slices.Reverse(taken)
	return taken, nil
}

// unsound tells why a snapshot cannot be used; "" when it can.
func (p *Plan) unsound(f *File, n metalog.Name) (string, error) {
	fsys, err := view([]*File{f})
	if err != nil {
		return "", err
	}
	report, err := verify.One(fsys, f.Name, p.log.Path(n.Base), verify.Options{Workers: max(p.opts.Workers, 1), Progress: p.opts.Progress})
	if err != nil {
		return "", err
	}
	for _, file := range report.Files {
		for _, problem := range file.Problems {
			if !tolerable[problem.Kind] {
				return problem.Message, nil
			}
		}
	}
	return "", nil
}
