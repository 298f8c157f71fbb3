package verify_test

import (
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
)

// FuzzLog verifies a directory with arbitrary bytes in one of its files; which one, the first argument tells.
func FuzzLog(f *testing.F) {
	files := corpus.Load(f, corpusDir, "snapshots")
	names := []string{
		"00000000000000001781.log", "00000000000000001781.index", "00000000000000001781.timeindex", "leader-epoch-checkpoint",
		"quorum-state", "partition.metadata", "00000000000000001781.snapshot", "00000000000000002110-0000000001.checkpoint",
	}
	for i, name := range names {
		data := files[logDir+"/"+name].Data
		f.Add(uint8(i), data[:min(len(data), 3000)])
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		spoiled := fstest.MapFS{}
		for _, name := range names {
			spoiled["d/"+metalog.PartitionDir+"/"+name] = files[logDir+"/"+name]
		}
		spoiled["d/"+metalog.PartitionDir+"/"+names[int(which)%len(names)]] = &fstest.MapFile{Data: data}
		for _, found := range verifyDir(t, spoiled, "d/"+metalog.PartitionDir).Files {
			for _, p := range found.Problems {
				if p.Message == "" || p.Kind == "" {
					t.Errorf("%s: %+v", found.Path, p)
				}
			}
		}
	})
}
