package format_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/release"
)

// TestLevelsAsKafka replays version-mapping and feature-dependencies; testdata/README.md says where the answers come from.
func TestLevelsAsKafka(t *testing.T) {
	file, err := os.Open("testdata/levels.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for scanner := bufio.NewScanner(unzipped); scanner.Scan(); count++ {
		var row struct {
			Version, Command, Stdout, Error string
			Values                          []string
		}
		if err := json.Unmarshal(scanner.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		r, err := release.Parse(row.Version)
		if err != nil {
			t.Fatal(err)
		}
		lines, refusal := mappingLines(r, row.Values)
		if row.Command == "feature-dependencies" {
			lines, refusal = dependencyLines(r, row.Values)
		}
		message := ""
		if refusal != nil {
			message = refusal.Message
			if refusal.Hint == "" {
				t.Errorf("%s %s %q: no hint", row.Version, row.Command, row.Values)
			}
		}
		got := strings.Join(append(lines, ""), "\n")
		if got != row.Stdout || message != row.Error && (row.Error != "*" || message == "") {
			t.Errorf("%s %s %q: got\n%s%s\nwant\n%s%s", row.Version, row.Command, row.Values, got, message, row.Stdout, row.Error)
		}
	}
	if count == 0 {
		t.Error("no cases")
	}
}

func mappingLines(r release.Release, values []string) ([]string, *format.Refusal) {
	var asked *string
	if len(values) > 0 {
		asked = &values[len(values)-1]
	}
	mapping, refusal := format.VersionMapping(r, asked)
	if refusal != nil {
		return nil, refusal
	}
	return mapping.Lines(), nil
}

func dependencyLines(r release.Release, values []string) (lines []string, refusal *format.Refusal) {
	for _, value := range values {
		dependency, refusal := format.Dependencies(r, value)
		if refusal != nil {
			return lines, refusal
		}
		lines = append(lines, dependency.Lines()...)
	}
	return lines, nil
}

// Releases before 4.0 have neither command; asked natively they answer from the same tables.
func TestLevelsOfReleasesWithoutTheCommands(t *testing.T) {
	for _, r := range release.All() {
		mapping, refusal := format.VersionMapping(r, nil)
		if refusal != nil || mapping.MetadataVersion != r.LatestStableMetadataVersion() {
			t.Errorf("%s: got %+v, %v", r, mapping, refusal)
		}
		old := "2.8-IV1"
		if _, refusal := format.VersionMapping(r, &old); refusal == nil {
			t.Errorf("%s maps %s, which has no level", r, old)
		}
		if _, refusal := format.Dependencies(r, "metadata.version=-1"); refusal == nil {
			t.Errorf("%s knows metadata.version=-1", r)
		}
	}
}
