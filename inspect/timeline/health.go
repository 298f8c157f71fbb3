package timeline

import "github.com/kraftctl/kraftctl/image"

// Health is how many partitions were not well at a time.
type Health struct {
	// Time is in ms since 1970.
	Time int64 `json:"time"`
	// UnderReplicated have a replica out of sync, Offline have no leader.
	UnderReplicated int `json:"underReplicated"`
	Offline         int `json:"offline"`
}

// health counts them from record to record.
type health struct {
	now     Health
	samples []Health
}

// count adds a partition, or takes it away with -1.
func (h *health) count(p *image.Partition, n int) {
	if p.UnderReplicated() {
		h.now.UnderReplicated += n
	}
	if p.Offline() {
		h.now.Offline += n
	}
}

// sample keeps the numbers after a record. Of records of the same time it keeps the last.
func (h *health) sample(at int64) {
	h.now.Time = at
	if n := len(h.samples); n > 0 {
		last := &h.samples[n-1]
		if last.Time == at {
			*last = h.now
			return
		}
		if last.UnderReplicated == h.now.UnderReplicated && last.Offline == h.now.Offline {
			return
		}
	}
	h.samples = append(h.samples, h.now)
}
