package export_test

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/golden"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/rescue/export"
)

// asYAML is what a YAML reader makes of the documents.
func asYAML(t testing.TB, img *image.Image, o export.Options) []any {
	t.Helper()
	in := yaml.NewDecoder(strings.NewReader(text(t, func(b *strings.Builder) error { return export.WriteYAML(b, img, o) })))
	var docs []any
	for {
		var doc any
		err := in.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return docs
		}
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
}

// asJSON is what a JSON reader makes of the items.
func asJSON(t testing.TB, img *image.Image, o export.Options) []any {
	t.Helper()
	var list struct {
		APIVersion, Kind string
		Items            []any
	}
	if err := json.Unmarshal([]byte(text(t, func(b *strings.Builder) error { return export.WriteJSON(b, img, o) })), &list); err != nil {
		t.Fatal(err)
	}
	if list.APIVersion != export.APIVersion || list.Kind != "List" {
		t.Fatalf("the list is %s %s", list.APIVersion, list.Kind)
	}
	return list.Items
}

// normal gives numbers one type, so that YAML's and JSON's can be compared.
func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = normal(value)
		}
	case []any:
		for i := range v {
			v[i] = normal(v[i])
		}
	case int:
		return float64(v)
	}
	return v
}

// Whatever the names and values are, readers of YAML and JSON read the same documents, and in them those names and values.
func TestFormsRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newState()
		name, key, value := names().Draw(rt, "name"), names().Draw(rt, "key"), names().Draw(rt, "value")
		s.topic("t", [][]int32{{1, 2}, {2}}, key, value)
		s.config(image.GroupConfig, name, "k", value)
		if name != "" {
			s.quota("producer_byte_rate", rapid.Float64Range(0, 1e18).Draw(rt, "rate"), "user", name)
		}
		s.acl(2, 3, name, value, key, 3, 3)
		s.user(name, image.ScramSHA256)
		s.token(name)
		o := export.Options{Kinds: everything, ShowSecrets: true, Origin: name, Tool: value}
		a, b := normal(asYAML(t, s.Image, o)), normal(asJSON(t, s.Image, o))
		if !reflect.DeepEqual(a, b) {
			rt.Fatalf("YAML reads\n%v\nand JSON\n%v", a, b)
		}
		topic := a.([]any)[1].(map[string]any)["spec"].(map[string]any)
		if got := topic["configs"].(map[string]any)[key]; got != value {
			rt.Fatalf("configuration %q reads %q, not %q", key, got, value)
		}
		last := a.([]any)[len(a.([]any))-1].(map[string]any)["spec"].(map[string]any)
		if last["resourceName"] != name || last["principal"] != value || last["host"] != key {
			rt.Fatalf("the ACL reads %v", last)
		}
	})
}

func TestHardNames(t *testing.T) {
	for _, name := range hardNames {
		s := newState()
		s.user(name, image.ScramSHA512)
		for _, docs := range [][]any{asYAML(t, s.Image, export.Options{Kinds: everything}), asJSON(t, s.Image, export.Options{Kinds: everything})} {
			if got := docs[1].(map[string]any)["metadata"].(map[string]any)["name"]; got != name {
				t.Errorf("%q reads %q", name, got)
			}
		}
	}
}

// What other readers of YAML take for something else is quoted, and a text that is no UTF-8 reads the same in both forms.
func TestQuoted(t *testing.T) {
	s := newState()
	s.config(image.GroupConfig, "g", "=", "\ta\n\tb", "b", "\xff", "c", "yes", "d", "1:30", "e", "1e3")
	s.quota("producer_byte_rate", 1e6, "user", "u")
	s.quota("consumer_byte_rate", math.NaN(), "user", "u")
	got := text(t, func(b *strings.Builder) error { return export.WriteYAML(b, s.Image, export.Options{Kinds: everything}) })
	for _, want := range []string{`    "=": "\ta\n\tb"`, `    b: "\uFFFD"`, `    c: "yes"`, `    d: "1:30"`, `    e: "1e3"`, "    producer_byte_rate: 1000000\n", "    consumer_byte_rate: .nan\n"} {
		if !strings.Contains(strings.ReplaceAll(got, "\uFFFD", `\uFFFD`), want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
	got = text(t, func(b *strings.Builder) error { return export.WriteJSON(b, s.Image, export.Options{Kinds: everything}) })
	for _, want := range []string{`"b":"\ufffd"`, `"consumer_byte_rate":"NaN","producer_byte_rate":1000000`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
}

// An export of any length is a document for each object.
func TestManyDocuments(t *testing.T) {
	s := newState()
	for i := range 2000 {
		s.acl(2, 3, "topic-"+strconv.Itoa(i), "User:a", "*", 3, 3)
	}
	docs := asYAML(t, s.Image, export.Options{Kinds: everything})
	if len(docs) != 2001 {
		t.Fatalf("%d documents", len(docs))
	}
	if !reflect.DeepEqual(normal(docs), normal(asJSON(t, s.Image, export.Options{Kinds: everything}))) {
		t.Error("YAML and JSON differ")
	}
}

// rich is a state with something of everything.
func rich() *state {
	s := newState()
	s.apply(&metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: 29})
	s.topic("orders", [][]int32{{1, 2}, {2, 1}}, "retention.ms", "-1", "cleanup.policy", "compact,delete")
	s.topic("__consumer_offsets", [][]int32{{1}})
	s.config(image.BrokerConfig, "", "log.cleaner.threads", "2")
	s.config(image.BrokerConfig, "10", "background.threads", "11", "ssl.keystore.password", "sesame")
	s.config(image.BrokerConfig, "9", "background.threads", "12")
	s.config(image.ClientMetricsConfig, "my sub", "metrics", "a,b")
	s.config(image.GroupConfig, "g", "consumer.session.timeout.ms", "50000")
	s.quota("producer_byte_rate", 1.5e10, "user", "alice", "client-id", "")
	s.quota("connection_creation_rate", 5, "ip", "")
	s.user("alice", image.ScramSHA256)
	s.user("alice", image.ScramSHA512)
	s.token("tok")
	s.acl(2, 4, "ord", "User:alice", "*", 3, 3)
	s.acl(2, 4, "ord", "User:alice", "*", 8, 3)
	return s
}

func TestYAML(t *testing.T) {
	got := text(t, func(b *strings.Builder) error {
		return export.WriteYAML(b, rich().Image, export.Options{Kinds: everything, Origin: "dir", Tool: "kraftctl 1.0", Damaged: 2})
	})
	golden.Check(t, "rich.yaml", got)
	if strings.Contains(got, "sesame") || strings.Contains(got, "salt") {
		t.Error("a secret is shown")
	}
	got = text(t, func(b *strings.Builder) error {
		return export.WriteYAML(b, rich().Image, export.Options{Kinds: []export.Kind{export.KindConfig, export.KindUser}, ShowSecrets: true})
	})
	for _, want := range []string{"    ssl.keystore.password: sesame\n", "    salt: c2FsdHNhbHQ=\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if strings.Contains(got, "kind: Topic") || strings.Contains(got, "hiddenConfigs") {
		t.Errorf("what was not asked for is in\n%s", got)
	}
}

// A reassignment is told with what is added and removed; the factor is that after it.
func TestReassigning(t *testing.T) {
	s := newState()
	id := metadata.UUID{1}
	s.apply(&metadata.TopicRecord{Name: "t", TopicId: id})
	s.partition(id, 0, []int32{3, 4, 1, 2}, []int32{3, 4}, []int32{1, 2})
	got := text(t, func(b *strings.Builder) error { return export.WriteYAML(b, s.Image, export.Options{Kinds: everything}) })
	for _, want := range []string{"  replicationFactor: 2\n", "  - {partition: 0, replicas: [3, 4, 1, 2], adding: [3, 4], removing: [1, 2]}\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	script, _ := commands(t, s, export.CommandOptions{})
	if !strings.Contains(script, "--replica-assignment 3:4\n") || !strings.Contains(script, `# topic "t" was being reassigned`) {
		t.Error(script)
	}
}

// failing accepts no byte.
type failing struct{}

var errFull = errors.New("disk full")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestWriteErrors(t *testing.T) {
	img, o := rich().Image, export.Options{Kinds: everything}
	_, err := export.WriteCommands(failing{}, img, export.CommandOptions{Options: o})
	for form, err := range map[string]error{
		"yaml": export.WriteYAML(failing{}, img, o), "json": export.WriteJSON(failing{}, img, o), "commands": err,
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: %v", form, err)
		}
	}
}
