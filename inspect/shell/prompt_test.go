package shell

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// fakeStates are states made of a few records, one an offset.
type fakeStates []metadata.Record

func (f fakeStates) build(n int, opts image.Options) *image.Image {
	b := image.NewBuilder(opts)
	f.feed(b, n)
	return b.Image()
}

func (f fakeStates) feed(b *image.Builder, n int) {
	for i, rec := range f[:n] {
		b.Apply(&metalog.Record{File: &metalog.File{Name: metalog.Name{Kind: metalog.Segment}}, Offset: int64(i), Epoch: 1, Timestamp: 1000, Record: rec})
	}
}

func (f fakeStates) At(point string) (*image.Node, *image.Image, error) {
	n, ok := map[string]int{"": len(f), "0": 1, "1": 2}[point]
	if !ok {
		return nil, nil, errors.New("no such point")
	}
	img := f.build(n, image.DefaultOptions())
	return NativeTree(img, release.Newest()), img, nil
}

func (f fakeStates) Log(path string, found func(Entry)) error {
	var b *image.Builder
	w := &Watcher{Path: path, Image: func() *image.Image { return b.Image() }, Found: found}
	opts := image.DefaultOptions()
	opts.Watch = w.Watch
	b = image.NewBuilder(opts)
	f.feed(b, len(f))
	return nil
}

func register(id int32, fenced bool) metadata.Record {
	r := metadata.NewRegisterBrokerRecord()
	r.BrokerId, r.BrokerEpoch, r.Fenced = id, 7, fenced
	return r
}

func newPrompt(t *testing.T) *Prompt {
	t.Helper()
	p := &Prompt{Session: Session{Dir: "/", Natural: true}, States: fakeStates{
		register(1, true),
		&metadata.UnfenceBrokerRecord{Id: 1, Epoch: 7},
		&metadata.UserScramCredentialRecord{Name: "alice", Mechanism: 1, Salt: []byte("salt"), Iterations: 4096},
	}}
	if err := p.Open(""); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPrompt(t *testing.T) {
	p := newPrompt(t)
	for _, step := range []struct{ line, want string }{
		{"", ""},
		{"pwd", "/\n"},
		{"cd brokers", ""},
		{"pwd", "/brokers\n"},
		{"ls", "1\n"},
		{"cd 1", "cd: 1: not a directory.\n"},
		{"cd nope", "cd: nope: no such directory.\n"},
		{"cd", ""},
		{"at 0", "offset 0, epoch 1, 1970-01-01T00:00:01.000Z\n"},
		{"ls /users", ""},
		{"diff 1", "from offset 1, epoch 1, 1970-01-01T00:00:01.000Z\n  to offset 0, epoch 1, 1970-01-01T00:00:01.000Z\n~ /brokers/1\n    state: active -> fenced\n    fenced: false -> true\n"},
		{"at", "offset 2, epoch 1, 1970-01-01T00:00:01.000Z\n"},
		{"diff 0 1 /users", "from offset 0, epoch 1, 1970-01-01T00:00:01.000Z\n  to offset 1, epoch 1, 1970-01-01T00:00:01.000Z\nno difference\n"},
		{"diff /users", "diff: a point is missing; usage: POINT [POINT] [PATH]\n"},
		{"at noon", "no such point\n"},
		{"log /users/alice", "offset 2, epoch 1, controller -1, 1970-01-01T00:00:01.000Z  USER_SCRAM_CREDENTIAL_RECORD\n+ /users/alice/SCRAM-SHA-256  iterations=4096 salt=(redacted) storedKey=(redacted) serverKey=(redacted)\n"},
		{"log /topics", "log: /topics: nothing happened there\n"},
		{"log /image/cluster", "log: /image/cluster is Kafka's own tree: give a path of the other tree, such as /topics or /brokers\n"},
		{"cat", "cat: too few arguments; usage: cat PATH...\n"},
		{"pwd x", "pwd: too many arguments; usage: pwd \n"},
		{"man ls", "ls: List metadata nodes.\n\nusage: ls [PATH...]\n"},
		{"man frob", "man: unknown command frob. Type help to get a list of commands.\n"},
		{"history x", "history: \"x\" is no count\n"},
		{"history 1", "   22  history 1\n"},
	} {
		var out bytes.Buffer
		if done, err := p.Line(&out, step.line); done || err != nil || out.String() != step.want {
			t.Errorf("%s: %t %v\n%q", step.line, done, err, out.String())
		}
	}
	if done, err := p.Line(&bytes.Buffer{}, " exit "); !done || err != nil {
		t.Error("exit does not end the shell")
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	p := newPrompt(t)
	var out bytes.Buffer
	if _, err := p.Line(&out, "help"); err != nil {
		t.Fatal(err)
	}
	for _, name := range p.CommandNames() {
		if !strings.Contains(out.String(), "\n  "+name+" ") {
			t.Errorf("%s is missing", name)
		}
	}
	p.States = nil
	if slices.Contains(p.CommandNames(), "at") || !slices.Contains(p.CommandNames(), "cat") {
		t.Error(p.CommandNames())
	}
}

func TestComplete(t *testing.T) {
	p := newPrompt(t)
	for line, want := range map[string][]string{
		"ca": {"cat"}, "h": {"help", "history"}, "ls /br": {"/brokers/"}, "ls /brokers/": {"/brokers/1"}, "cat us": {"users/"}, "man p": {"pwd"},
		"ls /nope/x": nil, "ls /features/zzz": nil,
	} {
		if got := p.Complete(line); !slices.Equal(got, want) {
			t.Errorf("%q: %q", line, got)
		}
	}
	if got := p.Complete("ls "); !slices.Contains(got, "topics/") || !slices.Contains(got, "quorum") {
		t.Error(got)
	}
}

func TestColours(t *testing.T) {
	p := newPrompt(t)
	p.Colored = true
	var out bytes.Buffer
	if _, err := p.Line(&out, "ls"); err != nil || !strings.Contains(out.String(), blue+"brokers"+plain+"\n") || !strings.Contains(out.String(), "\nquorum\n") {
		t.Errorf("%v %q", err, out.String())
	}
	out.Reset()
	if _, err := p.Line(&out, "diff 1"); err != nil || !strings.Contains(out.String(), green+"+ /users/alice/SCRAM-SHA-256"+plain) {
		t.Errorf("%v %q", err, out.String())
	}
}
