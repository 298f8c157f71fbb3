package dump_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/inspect/dump"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
)

// TestIndexLikeKafka prints the entries that kafka-dump-log of 4.3.1 prints of an index.
func TestIndexLikeKafka(t *testing.T) {
	files := corpus.Load(t, corpusDir, "combined-1node", "edge")
	for _, name := range []string{"index", "timeindex"} {
		want := string(files["edge/4.3.1/"+name+".txt"].Data)
		line, _, _ := strings.Cut(want, "\n")
		path := strings.TrimPrefix(line, "Dumping ")
		got, _ := run(t, files, []string{path}, dump.Options{})
		// Kafka adds what does not fit the segment, which inspect verify tells.
		entries, _, _ := strings.Cut(want, "Found ")
		if entries, _, _ = strings.Cut(entries, "Mismatches "); got != entries {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, entries)
		}
	}
}

func TestIndexJSON(t *testing.T) {
	files := corpus.Load(t, corpusDir, "combined-1node")
	stem := strings.TrimSuffix(logFile, ".log")
	got := objects(t, files, []string{stem + ".index"}, dump.Options{Limit: 2})
	if len(got) != 2 || got[0].Offset != 55 || got[0].Position != 4154 {
		t.Errorf("%+v", got)
	}
	got = objects(t, files, []string{stem + ".timeindex"}, dump.Options{Filter: dump.Filter{Offsets: &dump.Range{From: 100, To: 200}}})
	if len(got) == 0 || got[0].Offset < 100 || got[0].TimestampMs == 0 || got[0].Timestamp == "" {
		t.Errorf("%+v", got)
	}
}

func TestWrongFile(t *testing.T) {
	files := corpus.Load(t, corpusDir, "combined-1node")
	path := scenario + "node1/" + metalog.PartitionDir + "/quorum-state"
	f, err := metalog.OpenFile(files, path, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var wrong *dump.WrongFileError
	if err := dump.Run([]*metalog.File{f}, dump.Options{}, &bytes.Buffer{}, nil); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "quorum state") {
		t.Error(err)
	}
}
