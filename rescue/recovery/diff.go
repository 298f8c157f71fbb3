package recovery

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// Differences tells what differs between a plan that was printed earlier, as JSON, and this one, in words. The error says that
// the former is no plan.
func Differences(earlier []byte, now *Plan) ([]string, error) {
	var before Plan
	if err := json.Unmarshal(earlier, &before); err != nil {
		return nil, fmt.Errorf("not the JSON of a plan: %w", err)
	}
	if before.Version != 1 || before.Hash == "" {
		return nil, fmt.Errorf("not a plan of 'kraftctl recover': version %d, hash %q", before.Version, before.Hash)
	}
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if before.Mode != now.Mode {
		say("the kind of recovery was %s and is %s", before.Mode, now.Mode)
	}
	if !slices.Equal(before.Quorum.Dead, now.Quorum.Dead) {
		say("the dead were %s and are %s", wording.IDs(before.Quorum.Dead), wording.IDs(now.Quorum.Dead))
	}
	if before.Chosen.Name != now.Chosen.Name {
		say("the copy chosen was %s and is %s", before.Chosen.Name, now.Chosen.Name)
	}
	if before.Seed.NodeID != now.Seed.NodeID {
		say("the seed was for node %d and is for node %d", before.Seed.NodeID, now.Seed.NodeID)
	}
	out = append(out, inputDifferences(before.Inputs, now.Inputs)...)
	if len(out) == 0 && before.Hash != now.Hash {
		say("the files are the same; the arguments, or the kraftctl that made the plan, differ")
	}
	return out, nil
}

func inputDifferences(before, now []InputFile) []string {
	var out []string
	old, current := byPath(before), byPath(now)
	for _, path := range slices.Sorted(maps.Keys(old)) {
		was := old[path]
		is, ok := current[path]
		switch {
		case !ok:
			out = append(out, path+" is gone")
		case was.Size != is.Size:
			out = append(out, fmt.Sprintf("%s had %d bytes and has %d", path, was.Size, is.Size))
		case was.SHA256 != is.SHA256:
			out = append(out, path+" has other content")
		}
	}
	for _, path := range slices.Sorted(maps.Keys(current)) {
		if _, ok := old[path]; !ok {
			out = append(out, path+" is new")
		}
	}
	return out
}

func byPath(files []InputFile) map[string]InputFile {
	m := make(map[string]InputFile, len(files))
	for _, f := range files {
		m[f.Path] = f
	}
	return m
}
