package dump_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/inspect/dump"
	"github.com/kraftctl/kraftctl/internal/corpus"
)

// FuzzDump prints arbitrary bytes: every line is a JSON object, whatever is in it, and backwards there are as many.
func FuzzDump(f *testing.F) {
	files := corpus.Load(f, corpusDir, "damage")
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if corpus.IsRecords(path) {
			f.Add(files[path].Data[:min(2500, len(files[path].Data))])
		}
	}
	const name = "00000000000000000000.log"
	f.Fuzz(func(t *testing.T, data []byte) {
		files := fstest.MapFS{name: {Data: data}}
		count := -1
		for _, reverse := range []bool{false, true} {
			text, _ := run(t, files, []string{name}, dump.Options{Format: dump.JSONLines, Reverse: reverse})
			lines := 0
			for line := range strings.Lines(text) {
				lines++
				if !json.Valid([]byte(line)) {
					t.Fatalf("not JSON: %q", line)
				}
			}
			if count >= 0 && lines != count {
				t.Fatalf("%d lines, %d backwards", count, lines)
			}
			count = lines
		}
		run(t, files, []string{name}, dump.Options{})
	})
}
