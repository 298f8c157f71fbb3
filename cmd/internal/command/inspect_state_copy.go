package command

import (
	"errors"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
)

// tip is where a copy of the log ends.
type tip struct {
	log   *metalog.Log
	epoch int32
	end   int64
}

// further tells whether t goes further than o, as inspect compare ranks copies (org.apache.kafka.raft.OffsetAndEpoch).
func (t *tip) further(o *tip) bool {
	return t.epoch > o.epoch || t.epoch == o.epoch && t.end > o.end
}

// tipOf finds the end of a log without reading all of it. A log that is behind its newest snapshot goes on from there.
func tipOf(log *metalog.Log) (*tip, error) {
	t := &tip{log: log, epoch: -1}
	for _, n := range slices.Backward(log.Segments) {
		found, err := t.endOf(n)
		if err != nil {
			return nil, err
		}
		if found {
			break
		}
	}
	if n := len(log.Snapshots); n > 0 && log.Snapshots[n-1].Offset > t.end {
		t.end, t.epoch = log.Snapshots[n-1].Offset, log.Snapshots[n-1].Epoch
	}
	return t, nil
}

// endOf takes the end of the last batch of a segment; false when it has none.
func (t *tip) endOf(n metalog.Name) (found bool, err error) {
	f, err := t.log.Open(n)
	if err != nil {
		return false, err
	}
	defer f.Close()
	pos, err := f.SeekOffset(math.MaxInt64)
	if err != nil {
		return false, err
	}
	for b, err := range f.Batches(pos) {
		var damage *metalog.Damage
		if err != nil && !errors.As(err, &damage) {
			return false, err
		}
		if b.Data != nil {
			t.epoch, t.end, found = b.LeaderEpoch, b.NextOffset(), true
		}
	}
	return found, nil
}

// furthest chooses, of several copies of one cluster's log, the one that goes furthest, and says so.
func (h *chronicle) furthest(logs []*metalog.Log) error {
	names := make([]string, len(logs))
	clusters := map[string]bool{}
	var best *tip
	for i, log := range logs {
		names[i] = compare.NameOf(log)
		if id := clusterOf(log); id != "" {
			clusters[id] = true
		}
		t, err := tipOf(log)
		if err != nil {
			return &ExitError{Code: ExitFailure, Err: err}
		}
		if best == nil || t.further(best) {
			best = t
		}
	}
	if len(clusters) > 1 {
		return usageError(fmt.Errorf("%s: it has %d metadata logs below it, of different clusters, and only one can be looked at", h.path, len(logs)),
			"give one of "+strings.Join(names, ", "))
	}
	h.log = best.log
	shown := compare.NameOf(best.log)
	names = slices.DeleteFunc(names, func(name string) bool { return name == shown })
	fmt.Fprintf(h.app.Err, "kraftctl: %s has %d copies of the log; this is %s, which goes furthest (epoch %d, end offset %d); to look at another, give %s\n",
		h.path, len(logs), shown, best.epoch, best.end, strings.Join(names, " or "))
	return nil
}

// clusterOf is the cluster ID in the meta.properties of a log, "" when it does not tell.
func clusterOf(log *metalog.Log) string {
	name := "../meta.properties"
	if path.Base(log.Path("")) != metalog.PartitionDir {
		name = "meta.properties"
	}
	data, err := log.ReadFile(name)
	if err != nil {
		return ""
	}
	p, err := metaprops.Parse(data)
	if err != nil {
		return ""
	}
	return p.ClusterID
}
