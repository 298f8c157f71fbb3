package dumplog_test

import (
	"compress/gzip"
	"io"
	"os"
	"testing"

	"github.com/kraftctl/kraftctl/release"
)

// corpusCase is one recorded run of kafka-dump-log.
type corpusCase struct {
	ID, Tool, Version, Stdout, Stderr string
	Args                              []string
	Exit                              int

	release release.Release
}

// corpusCases are the runs of kafka-dump-log on the corpus.
func corpusCases(t *testing.T) []corpusCase {
	t.Helper()
	f, err := os.Open("../../testdata/corpus/cases.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var cases []corpusCase
	for _, c := range lines[corpusCase](t, data) {
		if c.Tool != "kafka-dump-log" {
			continue
		}
		if c.release, err = release.Parse(c.Version); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}
