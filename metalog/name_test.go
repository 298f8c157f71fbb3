package metalog_test

import (
	"testing"

	"github.com/kraftctl/kraftctl/metalog"
)

func TestParseName(t *testing.T) {
	for file, want := range map[string]metalog.Name{
		"00000000000000002110.log":                               {Kind: metalog.Segment, Offset: 2110, Epoch: -1},
		"a/b/00000000000000002110.log.deleted":                   {Base: "00000000000000002110.log.deleted", Kind: metalog.Segment, Offset: 2110, Epoch: -1, Deleted: true},
		"00000000000000000007.index":                             {Kind: metalog.OffsetIndex, Offset: 7, Epoch: -1},
		"00000000000000000007.timeindex":                         {Kind: metalog.TimeIndex, Offset: 7, Epoch: -1},
		"00000000000000000007.snapshot":                          {Kind: metalog.ProducerState, Offset: 7, Epoch: -1},
		"00000000000000002110-0000000003.checkpoint":             {Kind: metalog.Snapshot, Offset: 2110, Epoch: 3},
		"00000000000000002110-0000000003.checkpoint.deleted":     {Kind: metalog.Snapshot, Offset: 2110, Epoch: 3, Deleted: true},
		"00000000000000002110-00000000031234567.checkpoint.part": {Kind: metalog.Snapshot, Offset: 2110, Epoch: 3, Partial: true},
		"bootstrap.checkpoint":                                   {Kind: metalog.Bootstrap, Epoch: -1},
		"leader-epoch-checkpoint":                                {Kind: metalog.EpochCheckpoint, Epoch: -1},
		"quorum-state":                                           {Kind: metalog.QuorumState, Epoch: -1},
		"partition.metadata":                                     {Kind: metalog.PartitionMetadata, Epoch: -1},
		"meta.properties":                                        {Kind: metalog.MetaProperties, Epoch: -1},
		"x.log":                                                  {Epoch: -1},
		"-5.log":                                                 {Epoch: -1},
		"99999999999999999999.log":                               {Epoch: -1},
		"00000000000000002110-x.checkpoint":                      {Epoch: -1},
		"00000000000000002110.checkpoint":                        {Epoch: -1},
		"quorum-state.tmp":                                       {Epoch: -1},
		"":                                                       {Base: ".", Epoch: -1},
	} {
		if want.Base == "" {
			want.Base = file
		}
		if got := metalog.ParseName(file); got != want {
			t.Errorf("%q: %+v, want %+v", file, got, want)
		}
	}
}

func TestSnapshotName(t *testing.T) {
	if got := metalog.SnapshotName(2110, 3); got != "00000000000000002110-0000000003.checkpoint" {
		t.Error(got)
	}
}

func TestKindRecords(t *testing.T) {
	for kind, want := range map[metalog.Kind]bool{
		metalog.Segment: true, metalog.Snapshot: true, metalog.Bootstrap: true, metalog.OffsetIndex: false, metalog.ProducerState: false,
	} {
		if kind.Records() != want {
			t.Errorf("%s: %t", kind, !want)
		}
	}
}
