package metalog_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/metalog"
)

// TestNotRegular refuses pipes and devices that have the name of a file, rather than waiting for them.
func TestNotRegular(t *testing.T) {
	files := fstest.MapFS{segmentName: {Mode: fs.ModeNamedPipe}, "quorum-state": {Mode: fs.ModeDevice}}
	log, err := metalog.OpenLog(files, ".", "somewhere")
	if err != nil {
		t.Fatal(err)
	}
	_, err = log.Open(log.Segments[0])
	_, stateErr := log.ReadFile("quorum-state")
	for name, err := range map[string]error{segmentName: err, "quorum-state": stateErr} {
		if err == nil || !strings.Contains(err.Error(), "somewhere/"+name+": it is not a regular file") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
