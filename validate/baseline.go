package validate

import (
	"encoding/json"
	"fmt"
)

// Baseline is findings that were accepted at some time. Lines are not kept, so that a file may be edited around them, and
// messages are not either, because they show values.
type Baseline struct {
	Version  int        `json:"version"`
	Findings []Accepted `json:"findings"`
}

// Accepted tells one finding from others.
type Accepted struct {
	Rule string `json:"rule"`
	File string `json:"file"`
	Key  string `json:"key,omitempty"`
}

const baselineVersion = 1

// NewBaseline accepts all findings of a report.
func NewBaseline(report *Report) *Baseline {
	b := &Baseline{Version: baselineVersion, Findings: []Accepted{}}
	for _, f := range report.Findings {
		b.Findings = append(b.Findings, Accepted{f.Rule, f.File, f.Key})
	}
	return b
}

// Marshal is the baseline as a file.
func (b *Baseline) Marshal() ([]byte, error) {
	text, err := json.MarshalIndent(b, "", "  ")
	return append(text, '\n'), err
}

// ParseBaseline reads a baseline file.
func ParseBaseline(text []byte) (*Baseline, error) {
	var b Baseline
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, err
	}
	if b.Version != baselineVersion {
		return nil, fmt.Errorf("it has version %d, and this kraftctl reads version %d", b.Version, baselineVersion)
	}
	return &b, nil
}

// Apply takes the accepted findings out of a report, and returns those that are no longer there.
func (b *Baseline) Apply(report *Report) (gone []Accepted) {
	accepted := map[Accepted]bool{}
	for _, a := range b.Findings {
		accepted[a] = false
	}
	kept := []Finding{}
	for _, f := range report.Findings {
		a := Accepted{f.Rule, f.File, f.Key}
		if _, ok := accepted[a]; !ok {
			kept = append(kept, f)
			continue
		}
		accepted[a] = true
		report.Suppressed = append(report.Suppressed, Suppressed{Finding: f, By: "baseline"})
	}
	report.Findings = kept
	for _, a := range b.Findings {
		if !accepted[a] {
			gone = append(gone, a)
		}
	}
	return gone
}
