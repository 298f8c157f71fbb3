package dump_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/inspect/dump"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
)

const (
	corpusDir = "../../testdata/corpus"
	scenario  = "combined-1node/4.3.1/"
	logFile   = scenario + "node1/" + metalog.PartitionDir + "/00000000000000000000.log"
)

// run dumps files of a corpus and is what was printed and the damage that was told.
func run(tb testing.TB, files fstest.MapFS, paths []string, o dump.Options) (string, []*metalog.Damage) {
	tb.Helper()
	var opened []*metalog.File
	for _, path := range paths {
		f, err := metalog.OpenFile(files, path, path)
		if err != nil {
			tb.Fatal(err)
		}
		defer f.Close()
		opened = append(opened, f)
	}
	var out bytes.Buffer
	var damage []*metalog.Damage
	if err := dump.Run(opened, o, &out, func(d *metalog.Damage) { damage = append(damage, d) }); err != nil {
		tb.Fatal(err)
	}
	return out.String(), damage
}

// TestLikeKafka prints what the kafka-dump-log of 4.3.1 printed, for every file of the corpus of which there is such a text.
func TestLikeKafka(t *testing.T) {
	files := corpus.Load(t, corpusDir)
	count := 0
	for _, path := range slices.Sorted(maps.Keys(files)) {
		plain := strings.HasSuffix(path, ".dump.txt") && strings.Contains(path, "/4.3.1/") &&
			!regexp.MustCompile(`\.(skipmeta|shallow|deep|printdata)\.dump`).MatchString(path)
		text := string(files[path].Data)
		line, _, _ := strings.Cut(text, "\n")
		file, ok := strings.CutPrefix(line, "Dumping ")
		if !plain && !strings.HasSuffix(path, ".by-4.3.1.dump.txt") || !ok || files[file] == nil {
			continue
		}
		count++
		for _, workers := range []int{1, 4} {
			if got, _ := run(t, files, []string{file}, dump.Options{ShowSecrets: true, Workers: workers}); got != text {
				t.Errorf("%s: %d bytes, want %d", path, len(got), len(text))
			}
		}
	}
	if count < 20 {
		t.Errorf("only %d files", count)
	}
}

// object is a JSON object of a dump.
type object struct {
	File        string
	Position    int64
	Offset      int64
	Epoch       int32
	Timestamp   string
	TimestampMs int64
	Type        string
	Version     int16
	Control     bool
	Damaged     bool
	Damage      string
	Data        map[string]any
	Error       string
}

// objects dumps as JSON Lines, and checks that a JSON array has the same objects.
func objects(t *testing.T, files fstest.MapFS, paths []string, o dump.Options) []object {
	t.Helper()
	o.Format = dump.JSONLines
	text, _ := run(t, files, paths, o)
	var out []object
	for line := range strings.Lines(text) {
		var one object
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		out = append(out, one)
	}
	o.Format = dump.JSON
	text, _ = run(t, files, paths, o)
	var again []object
	if err := json.Unmarshal([]byte(text), &again); err != nil || len(again) != len(out) {
		t.Errorf("%d objects in lines, %d in the array, %v", len(out), len(again), err)
	}
	return out
}

func offsets(list []object) string {
	var parts []string
	for _, o := range list {
		parts = append(parts, fmt.Sprint(o.Offset))
	}
	return strings.Join(parts, " ")
}

func TestJSON(t *testing.T) {
	files := corpus.Load(t, corpusDir, "combined-1node")
	list := objects(t, files, []string{logFile}, dump.Options{Workers: 3})
	if len(list) != 1144 {
		t.Fatalf("%d records", len(list))
	}
	for i, o := range list {
		if o.Offset != int64(i) || o.File != logFile || o.Type == "" || o.Data == nil {
			t.Fatalf("record %d: %+v", i, o)
		}
	}
	want := object{
		File: logFile, Position: 91, Offset: 2, Epoch: 1, Timestamp: "2026-11-21T06:18:34.568Z", TimestampMs: 1795241914568,
		Type: "FEATURE_LEVEL_RECORD", Data: map[string]any{"name": "metadata.version", "featureLevel": 30.0},
	}
	if got := list[2]; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v", got)
	}
	if !list[0].Control || list[0].Type != "LEADER_CHANGE" {
		t.Errorf("%+v", list[0])
	}
}

// TestFilters selects records in every way, alone and together.
func TestFilters(t *testing.T) {
	files := corpus.Load(t, corpusDir, "combined-1node")
	types := func(names ...string) *dump.TypeSet {
		set, err := dump.ParseTypes(names)
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	topic := func(text string) *dump.Topic {
		topic := dump.NewTopic(text)
		f, err := metalog.OpenFile(files, logFile, logFile)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := dump.Learn([]*metalog.File{f}, topic, 2); err != nil || !topic.Known() {
			t.Fatalf("%s: %v", text, err)
		}
		return topic
	}
	number := func(n int32) *int32 { return &n }
	for name, c := range map[string]struct {
		filter dump.Filter
		want   string
	}{
		"offsets":            {dump.Filter{Offsets: &dump.Range{From: 20, To: 23}}, "20 21 22 23"},
		"offset at the end":  {dump.Filter{Offsets: &dump.Range{From: 1142, To: 9999}}, "1142 1143"},
		"times":              {dump.Filter{Times: &dump.Range{From: 1795241915573, To: 1795241916519}}, "14 15 16 17"},
		"epoch and type":     {dump.Filter{Epoch: number(2), Types: types("leaderchange")}, "412"},
		"types":              {dump.Filter{Types: types("feature-level", "PRODUCER_IDS_RECORD"), Offsets: &dump.Range{To: 300}}, "2 3 4 5 6 198"},
		"topic by name":      {dump.Filter{Topic: topic("plain-0"), Offsets: &dump.Range{To: 200}}, "16 17 142 143 144 145"},
		"topic by ID":        {dump.Filter{Topic: topic("DeJmGElXRhKErme3jyTMzA"), Offsets: &dump.Range{To: 200}}, "16 17 142 143 144 145"},
		"topic, partition":   {dump.Filter{Topic: topic("plain-2"), Partition: number(2), Offsets: &dump.Range{To: 200}}, "25"},
		"broker":             {dump.Filter{Broker: number(1), Offsets: &dump.Range{To: 17}}, "10 12 13 17"},
		"user":               {dump.Filter{User: "bob", Offsets: &dump.Range{To: 190}}, "170 178 179 183 187"},
		"grep":               {dump.Filter{Grep: regexp.MustCompile(`"name":"plain-[12]"`)}, "18 22"},
		"nothing":            {dump.Filter{Types: types("abort-transaction")}, ""},
		"type of other kind": {dump.Filter{Types: types("SnapshotHeader")}, ""},
	} {
		for _, workers := range []int{1, 3} {
			if got := offsets(objects(t, files, []string{logFile}, dump.Options{Filter: c.filter, Workers: workers})); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
	}
}

func TestParseTypes(t *testing.T) {
	if _, err := dump.ParseTypes([]string{"frob"}); err == nil {
		t.Error("there is a type frob")
	}
	if _, err := dump.ParseTypes(dump.TypeNames()); err != nil {
		t.Error(err)
	}
}

func TestQuery(t *testing.T) {
	files := corpus.Load(t, corpusDir, "combined-1node")
	for expression, want := range map[string]string{
		`select(.type == "TOPIC_RECORD") | .data.name`:      "\"plain-0\"\n\"plain-1\"\n",
		`select(.offset == 9) | .data.controllerId, .epoch`: "1\n1\n",
		`empty`:                                "",
		`select(.offset == 163) | .data.value`: "2097152.0\n",
		`select(.offset == 3) | .timestampMs`:  "1795241914568\n",
	} {
		q, err := dump.NewQuery(expression)
		if err != nil {
			t.Fatal(err)
		}
		o := dump.Options{Format: dump.JSONLines, Filter: dump.Filter{Query: q}}
		if strings.Contains(expression, "TOPIC") {
			o.Limit = 2
		}
		if got, _ := run(t, files, []string{logFile}, o); got != want {
			t.Errorf("%s: %q, want %q", expression, got, want)
		}
	}
	q, err := dump.NewQuery(`.offset == 5`)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := run(t, files, []string{logFile}, dump.Options{Filter: dump.Filter{Query: q}})
	if strings.Count(got, "\n| offset:") != 1 || !strings.Contains(got, "| offset: 5 ") {
		t.Errorf("%q", got)
	}
	if _, err := dump.NewQuery(`.[`); err == nil {
		t.Error("a broken expression compiles")
	}
	q, err = dump.NewQuery(`.offset | keys`)
	if err != nil {
		t.Fatal(err)
	}
	f, err := metalog.OpenFile(files, logFile, logFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	err = dump.Run([]*metalog.File{f}, dump.Options{Filter: dump.Filter{Query: q}}, &bytes.Buffer{}, nil)
	if err == nil || !strings.Contains(err.Error(), "offset 0: jq:") {
		t.Error(err)
	}
}

// TestReverse prints the same records, last first, with any number of workers, and stops at a limit.
func TestReverse(t *testing.T) {
	files := corpus.Load(t, corpusDir, "snapshots")
	dir := "snapshots/4.3.1/node1/" + metalog.PartitionDir + "/"
	paths := []string{dir + "00000000000000001295.log", dir + "00000000000000001552.log", dir + "00000000000000001781.log"}
	forward := objects(t, files, paths, dump.Options{})
	backward := objects(t, files, paths, dump.Options{Reverse: true, Workers: 3})
	slices.Reverse(backward)
	if offsets(forward) != offsets(backward) || len(forward) != 2114-1295 {
		t.Errorf("%d records, %d in reverse", len(forward), len(backward))
	}
	limited := objects(t, files, paths, dump.Options{Reverse: true, Limit: 4, Filter: dump.Filter{Offsets: &dump.Range{From: 0, To: 1553}}})
	if got := offsets(limited); got != "1553 1552 1551 1550" {
		t.Error(got)
	}
}

// TestShort leaves out what was not asked for.
func TestShort(t *testing.T) {
	files := corpus.Load(t, corpusDir, "combined-1node")
	text := string(files[scenario+"oracle/node1__00000000000000000000.log.shallow.dump.txt"].Data)
	if got, _ := run(t, files, []string{logFile}, dump.Options{HeadersOnly: true}); got != text {
		t.Error("--headers-only is not what kafka-dump-log prints without flags")
	}
	text = string(files[scenario+"oracle/node1__00000000000000000000.log.deep.dump.txt"].Data)
	got, _ := run(t, files, []string{logFile}, dump.Options{NoData: true})
	control := regexp.MustCompile(`\] (LeaderChange: .*|endTxnMarker.*)`)
	if got != control.ReplaceAllString(text, "]") {
		t.Error("--no-data is not what kafka-dump-log prints with --deep-iteration")
	}
	for _, o := range objects(t, files, []string{logFile}, dump.Options{NoData: true, Limit: 5}) {
		if o.Data != nil || o.Type == "" {
			t.Errorf("%+v", o)
		}
	}
	if batches := objects(t, files, []string{logFile}, dump.Options{HeadersOnly: true, Limit: 3}); len(batches) != 3 || batches[1].Position != 91 {
		t.Errorf("%+v", batches)
	}
}

// TestDamage tells damage, goes on behind it, and marks what it prints of damaged batches.
func TestDamage(t *testing.T) {
	files := corpus.Load(t, corpusDir, "damage")
	for name, want := range map[string]struct {
		records, damaged int
		kind             string
	}{
		"23-bitflip-crc":                 {186, 4, "bad-crc"},
		"10-length-negative":             {182, 0, "bad-length"},
		"32-bad-frame-version-recrc":     {186, 0, "undecodable"},
		"33-record-length-garbage-recrc": {182, 0, "undecodable"},
		"13-zero-tail-4096":              {186, 0, "zero-tail"},
	} {
		records, damaged, kind := 0, 0, ""
		for _, o := range objects(t, files, []string{"damage/4.3.1/" + name + "/00000000000000000000.log"}, dump.Options{}) {
			switch {
			case o.Damage != "":
				kind = o.Damage
			case o.Damaged:
				damaged++
				records++
			default:
				records++
			}
		}
		if records != want.records || damaged != want.damaged || kind != want.kind {
			t.Errorf("%s: %d records, %d damaged, %s", name, records, damaged, kind)
		}
	}
}
