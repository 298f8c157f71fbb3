package preflight_test

import (
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/rescue/preflight"
)

// A batch whose CRC does not fit.
func TestDamage(t *testing.T) {
	torn := batch(2, noOp())
	torn[30] ^= 1
	r := check(t, made(nil, batch(1, mv(7)), torn, batch(3, noOp())), ".", "4.4")
	if r.Verdict != preflight.Damaged || finding(t, r, "damage").Type != "bad-crc" {
		t.Errorf("%s", said(t, r))
	}
	mustSay(t, r, "kraftctl inspect verify .", "lost: ")
}

// Kafka makes indexes and producer snapshots anew, and a snapshot that it does not begin with may be damaged (seen on 4.2.1).
func TestDamageThatIsNoObstacle(t *testing.T) {
	broken := snapshotOf(mv(21))
	broken = broken[:len(broken)-20]
	log := [][]byte{batch(1, mv(21)), batch(2, noOp()), batch(3, noOp())}
	index := strings.TrimSuffix(segment, ".log") + ".index"
	for say, others := range map[string]map[string]string{
		"Kafka at start-up: builds the index anew": {index: strings.Repeat("\x7f", 24)},
		"4.2 does not look at it":                  {snapshot(2): broken, snapshot(3): snapshotOf(mv(21))},
	} {
		t.Run(say, func(t *testing.T) {
			r := check(t, made(others, log...), ".", "4.2")
			if f := finding(t, r, "damage"); r.Verdict != preflight.Loads || f.Effect != preflight.Tells {
				t.Errorf("%s", said(t, r))
			}
			mustSay(t, r, say)
		})
	}
	for name, others := range map[string]map[string]string{
		"newest snapshot": {snapshot(2): snapshotOf(mv(21)), snapshot(3): broken},
		"0-0 snapshot":    {zeroSnapshot: zeroOf(1)[:180], snapshot(3): snapshotOf(mv(21))},
	} {
		t.Run(name, func(t *testing.T) {
			if r := check(t, made(others, log...), ".", "4.2"); r.Verdict != preflight.Damaged {
				t.Errorf("%s", said(t, r))
			}
		})
	}
}

// A quorum-state of a newer Kafka is not damage (4.2.1 ends with these words).
func TestNewerQuorumState(t *testing.T) {
	state := `{"clusterId":"","leaderId":1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":2}`
	r := check(t, made(map[string]string{metalog.PartitionDir + "/quorum-state": state}, batch(1, mv(21))), ".", "4.2")
	f := first(r, preflight.Stops)
	if f == nil || f.ID != "quorum-state" || f.Log[0] != "data_version (2) is not within the min (0) and max (1) supported version" || len(r.Findings) != 1 {
		t.Errorf("%s", said(t, r))
	}
}
