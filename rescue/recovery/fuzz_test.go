package recovery

import (
	"testing"

	"github.com/kraftctl/kraftctl/inspect/verify"
	"github.com/kraftctl/kraftctl/metalog"
)

// FuzzSeed makes seeds of logs with arbitrary bytes: whatever a disk holds, there is a refusal, or a seed that can be read from one end to
// the other.
func FuzzSeed(f *testing.F) {
	whole := dynamicOfThree()[0].noop(1, 3).snapshot(4, 1)
	f.Add(whole.log, whole.files[metalog.PartitionDir+"/"+metalog.SnapshotName(4, 1)].Data, []byte(`{"leaderId":1,"leaderEpoch":1,"votedId":-1,"data_version":1}`))
	static := quorumOfThree()[0]
	f.Add(static.log, []byte{}, []byte(`{"clusterId":"","leaderId":1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}`))
	f.Add(static.log[:len(static.log)-7], []byte("x"), []byte("{"))
	f.Fuzz(func(t *testing.T, log, snapshot, quorum []byte) {
		n := newNode(1)
		n.log = log
		n.file(metalog.PartitionDir+"/"+metalog.SnapshotName(4, 1), snapshot).file(metalog.PartitionDir+"/quorum-state", quorum)
		p, err := NewPlan(sourcesOf(t, n), Options{Dead: []int32{2, 3}, Standalone: true, Node: -1})
		if err != nil {
			return
		}
		report := verify.Log(madeLog(t, p), verify.Options{Workers: 1})
		for _, file := range report.Files {
			for _, problem := range file.Problems {
				if problem.Kind == metalog.BadCRC.String() || problem.Kind == metalog.Gap.String() || problem.Kind == metalog.Truncated.String() {
					t.Errorf("%s: %s", file.Path, problem.Message)
				}
			}
		}
	})
}
