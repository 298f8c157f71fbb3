package export_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/internal/golden"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/export"
)

// directories are log directories that real clusters of the releases wrote.
var directories = []struct {
	name, scenario, dir string
	release             release.Release
}{
	{"combined-3.3.2", "combined-1node", "combined-1node/3.3.2/node1", release.V3_3},
	{"combined-3.7.2", "combined-1node", "combined-1node/3.7.2/node1", release.V3_7},
	{"migrated-3.9.2", "zk-migration", "zk-migration/3.9.2/controller3000-stage4-finalised", release.V3_9},
	{"combined-4.3.1", "combined-1node", "combined-1node/4.3.1/node1", release.V4_3},
}

// load is the state at the end of a log.
func load(t testing.TB, scenario, dir string) *image.Image {
	t.Helper()
	log, err := metalog.OpenLog(corpus.Load(t, "../../testdata/corpus", scenario), dir+"/__cluster_metadata-0", dir)
	if err != nil {
		t.Fatal(err)
	}
	img, err := image.Load(log, image.End, image.DefaultOptions(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestRealClusters holds the commands for the release that wrote a directory, and what they do not create, against what was read and
// found right; YAML and JSON of each read the same, and a shell runs every command.
func TestRealClusters(t *testing.T) {
	dir := tools(t)
	for _, d := range directories {
		t.Run(d.name, func(t *testing.T) {
			img := load(t, d.scenario, d.dir)
			o := export.Options{Kinds: everything, Origin: d.dir, Tool: "kraftctl"}
			var result export.Result
			script := text(t, func(b *strings.Builder) (err error) {
				result, err = export.WriteCommands(b, img, export.CommandOptions{Options: o, Tools: export.Tools{Release: d.release}})
				return err
			})
			for _, loss := range result.Losses {
				script += "# " + loss.String() + "\n"
			}
			golden.Check(t, d.name+".sh", script)
			if calls := run(t, dir, script); len(calls) != result.Commands {
				t.Errorf("%d commands were counted, and %d ran", result.Commands, len(calls))
			}
			if a, b := normal(asYAML(t, img, o)), normal(asJSON(t, img, o)); !reflect.DeepEqual(a, b) {
				t.Error("YAML and JSON differ")
			}
			golden.Check(t, d.name+".yaml", text(t, func(b *strings.Builder) error { return export.WriteYAML(b, img, o) }))
		})
	}
}

// TestSameBytes: two exports of a state are the same bytes, whatever the order of the kinds that are asked for.
func TestSameBytes(t *testing.T) {
	img := load(t, "combined-1node", "combined-1node/4.3.1/node1")
	backwards := []export.Kind{export.KindACL, export.KindToken, export.KindUser, export.KindQuota, export.KindConfig, export.KindTopic}
	for form, write := range map[string]func(*strings.Builder, export.Options) error{
		"yaml": func(b *strings.Builder, o export.Options) error { return export.WriteYAML(b, img, o) },
		"json": func(b *strings.Builder, o export.Options) error { return export.WriteJSON(b, img, o) },
		"commands": func(b *strings.Builder, o export.Options) error {
			_, err := export.WriteCommands(b, img, export.CommandOptions{Options: o, Tools: export.Tools{Release: release.V4_3}})
			return err
		},
	} {
		first := text(t, func(b *strings.Builder) error { return write(b, export.Options{Kinds: everything}) })
		if again := text(t, func(b *strings.Builder) error { return write(b, export.Options{Kinds: backwards}) }); again != first {
			t.Errorf("%s differs from itself", form)
		}
	}
}

// TestKindsAlone: each kind asked for alone is what it is among the others, and the kinds together are the whole.
func TestKindsAlone(t *testing.T) {
	img := load(t, "combined-1node", "combined-1node/4.3.1/node1")
	whole := asYAML(t, img, export.Options{Kinds: everything})[1:]
	var parts []any
	for _, kind := range everything {
		docs := asYAML(t, img, export.Options{Kinds: []export.Kind{kind}})
		if docs[0].(map[string]any)["kind"] != "Export" {
			t.Errorf("%s begins with %v", kind, docs[0])
		}
		for _, doc := range docs[1:] {
			if got := doc.(map[string]any)["kind"]; got != string(kind) {
				t.Errorf("%s has a %v", kind, got)
			}
		}
		if len(docs) == 1 {
			t.Errorf("the cluster has no %s: this proves nothing", kind)
		}
		parts = append(parts, docs[1:]...)
	}
	if !reflect.DeepEqual(parts, whole) {
		t.Errorf("%d documents of kinds, %d in all", len(parts), len(whole))
	}
}

// TestIncomplete: an export of a log that cannot be read wholly says so where a reader looks first, in every form.
func TestIncomplete(t *testing.T) {
	s := rich()
	for damaged, want := range map[int]string{
		0: "", 1: "# INCOMPLETE: a place of the log cannot be read, or does not fit the rest; objects may be missing, or older than they were.\n",
		3: "# INCOMPLETE: 3 places of the log cannot be read, or do not fit the rest; objects may be missing, or older than they were.\n",
	} {
		o := export.Options{Kinds: everything, Damaged: damaged}
		script, _ := commands(t, s, export.CommandOptions{Options: o})
		document := text(t, func(b *strings.Builder) error { return export.WriteYAML(b, s.Image, o) })
		if want == "" && (strings.Contains(script, "INCOMPLETE") || strings.Contains(document, "INCOMPLETE")) {
			t.Error("a whole export is called incomplete")
		}
		head, _, _ := strings.Cut(script, "set -e\n")
		if !strings.HasSuffix(head, want) || !strings.HasPrefix(document, want) {
			t.Errorf("%d: %q and %q", damaged, head, document[:60])
		}
		for _, docs := range [][]any{asYAML(t, s.Image, o), asJSON(t, s.Image, o)} {
			if got := docs[0].(map[string]any)["spec"].(map[string]any)["complete"]; got != (damaged == 0) {
				t.Errorf("%d: complete is %v", damaged, got)
			}
		}
	}
}

// TestEmpty: a cluster without objects is a document and a script that do nothing.
func TestEmpty(t *testing.T) {
	img := image.New()
	if docs := asJSON(t, img, export.Options{Kinds: everything}); len(docs) != 1 {
		t.Errorf("%v", docs)
	}
	var result export.Result
	script := text(t, func(b *strings.Builder) (err error) {
		result, err = export.WriteCommands(b, img, export.CommandOptions{Options: export.Options{Kinds: everything}})
		return err
	})
	if result.Commands != 0 || len(result.Losses) != 0 || strings.Contains(script, "kafka-") && !strings.Contains(script, "kafka-features.sh") || strings.Contains(script, "\n# Topics") {
		t.Errorf("%+v\n%s", result, script)
	}
}
