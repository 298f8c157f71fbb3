package recovery

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"

	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
)

// listInputs hashes every file of the copies that the plan rests on: records, quorum-state, and what lies beside the log.
func (p *planner) listInputs() error {
	for _, c := range p.ranked {
		log := c.Copy.Log
		for _, n := range log.Files {
			if n.Deleted || n.Partial || n.Kind != metalog.Segment && n.Kind != metalog.Snapshot && n.Kind != metalog.QuorumState {
				continue
			}
			if err := p.listInput(log, n); err != nil {
				return err
			}
		}
		for _, name := range []string{bootstrapName, metaprops.Name} {
			data, err := beside(log, name)
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
				continue
			}
			if err != nil {
				return err
			}
			sum := sha256.Sum256(data)
			p.plan.Inputs = append(p.plan.Inputs, InputFile{Path: joinPath(c.Copy.Name, name), Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])})
		}
	}
	return nil
}

func joinPath(dir, name string) string {
	if dir == "" || dir == "." {
		return name
	}
	return dir + "/" + name
}

func (p *planner) listInput(log *metalog.Log, n metalog.Name) (err error) {
	f, err := log.OpenAt(n)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	size, err := f.Size()
	if err != nil {
		return err
	}
	h := sha256.New()
	if _, err := io.Copy(h, counted{io.NewSectionReader(f, 0, size), p.opts.Progress}); err != nil {
		return err
	}
	p.plan.Inputs = append(p.plan.Inputs, InputFile{Path: log.Path(n.Base), Size: size, SHA256: hex.EncodeToString(h.Sum(nil))})
	return nil
}
