package shell

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/image"
)

func TestGlobPattern(t *testing.T) {
	for _, c := range []struct {
		glob, name string
		matches    bool
	}{
		{"*", "anything", true},
		{"a*", "abc", true},
		{"a*", "bac", false},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"{a,b}", "b", true},
		{"{a,b}", "c", false},
		{"x{1,2}y*", "x2yz", true},
		{`a\**`, "a*b", true},
		{`a\**`, "ab", false},
		{"a.*", "abc", false},
		{"a.*", "a.c", true},
		{"*(1)", "user(1)", true},
		{"a,b*", "a,bc", true},
	} {
		pattern := globPattern(c.glob)
		if pattern == nil || pattern.MatchString(c.name) != c.matches {
			t.Errorf("%q and %q: %v", c.glob, c.name, pattern)
		}
	}
	for _, literal := range []string{"", "abc", "a.b", `a\*`, "{a", "{a{b}}", "a}", `trailing\`} {
		if pattern := globPattern(literal); pattern != nil {
			t.Errorf("%q is not literal: %v", literal, pattern)
		}
	}
}

func TestSplit(t *testing.T) {
	for path, want := range map[string]string{
		"": "", "/": "", "//a//b/": "a/b", "a/./b": "a/b", "a/../b": "b", "../../a": "a", "a/..": "",
	} {
		if got := strings.Join(split(path), "/"); got != want {
			t.Errorf("split(%q) = %q", path, got)
		}
	}
}

func TestWords(t *testing.T) {
	for line, want := range map[string][]string{
		"": nil, "  ls   /a  ": {"ls", "/a"}, `cat 'a b' "c d"`: {"cat", "a b", "c d"}, `a\ b`: {"a b"}, `''`: {""}, `x"y"z`: {"xyz"}, `'a\b'`: {`a\b`},
	} {
		if got := Words(line); !slices.Equal(got, want) {
			t.Errorf("Words(%q) = %q", line, got)
		}
	}
}

func TestCompareJava(t *testing.T) {
	sorted := []string{"", "A", "a", "a1", "b", "\U00010000", "\uffff"}
	for i := range sorted[1:] {
		if compareJava(sorted[i], sorted[i+1]) >= 0 || compareJava(sorted[i+1], sorted[i]) <= 0 {
			t.Errorf("%q comes before %q", sorted[i], sorted[i+1])
		}
	}
}

// The layout is that of LsCommandHandlerTest: as many columns as fit.
func TestColumns(t *testing.T) {
	names := []string{"abcdef", "beta", "gamma", "d", "epsilon", "z"}
	for width, want := range map[int]string{
		0:  "abcdef\nbeta\ngamma\nd\nepsilon\nz\n",
		20: "abcdef  d\nbeta    epsilon\ngamma   z\n",
		80: "abcdef  beta  gamma  d  epsilon  z\n",
	} {
		s := &Session{Width: width, Root: leafDir(names...), Dir: "/"}
		var out bytes.Buffer
		s.Root = image.Dir(func() []string { return names }, func(name string) *image.Node { return image.Scalar(name) })
		s.Unsorted = true
		if err := s.Run(&out, "ls", nil); err != nil || out.String() != want {
			t.Errorf("width %d: %v\n%s", width, err, out.String())
		}
	}
}

func leafDir(names ...string) *image.Node {
	return dir(names, func(name string) *image.Node { return image.Scalar("is " + name) })
}

// sample is a small tree with a name that leads nowhere.
func sample() *image.Node {
	return directory2("a", leafDir("10", "9", "x"), "b", image.Dir(
		func() []string { return []string{"lost", "kept"} },
		func(name string) *image.Node {
			if name != "kept" {
				return nil
			}
			return image.Leaf(func() []image.Field {
				return []image.Field{{Name: "open", Value: int64(1)}, {Name: "hidden", Value: []byte("key"), Secret: true}}
			})
		}))
}

func TestSession(t *testing.T) {
	for _, c := range []struct {
		command, targets, want string
		session                Session
	}{
		{"ls", "/", "a\nb\n", Session{}},
		{"ls", "/a /b", "a:\n10\n9\nx\n\nb:\nkept\nlost\n", Session{}},
		{"ls", "/a", "9\n10\nx\n", Session{Natural: true}},
		{"ls", "/a/x /a", "x\n\na:\n10\n9\nx\n", Session{}},
		{"ls", "/nope", "ls: /nope: no such file or directory.\n", Session{}},
		{"ls", "9 ../a/1*", "9\n10\n", Session{Dir: "/a"}},
		{"cat", "/a/9 /a /c", "is 9\ncat: /a: Is a directory\ncat: /c: No such file or directory.\n", Session{}},
		{"cat", "/b/kept", "open: 1\nhidden: (redacted)\n", Session{}},
		{"cat", "/b/kept", "open: 1\nhidden: a2V5\n", Session{Secrets: true}},
		{"tree", "/", "a:\n  10:\n    is 10\n  9:\n    is 9\n  x:\n    is x\nb:\n  kept:\n    open: 1\n    hidden: (redacted)\n  lost:\n", Session{}},
		{"tree", "/c", "tree: /c: No such file or directory.\n", Session{}},
		{"find", "/a /c", "/a\n/a/10\n/a/9\n/a/x\nfind: /c: no such file or directory.\n", Session{}},
		{"find", "", "/\n/a\n/a/10\n/a/9\n/a/x\n/b\n/b/kept\n", Session{}},
		{"cat", "/{a,b}/[9x]", "cat: /{a,b}/[9x]: No such file or directory.\n", Session{}},
	} {
		s := c.session
		s.Root = sample()
		if s.Dir == "" {
			s.Dir = "/"
		}
		targets := strings.Fields(c.targets)
		if c.command == "find" && c.targets == "" {
			targets = []string{"/"}
		}
		var out bytes.Buffer
		if err := s.Run(&out, c.command, targets); err != nil || out.String() != c.want {
			t.Errorf("%s %s: %v\n%s", c.command, c.targets, err, out.String())
		}
	}
}

// Where Kafka dies, the session of a drop-in dies.
func TestCrashes(t *testing.T) {
	for command, want := range map[string]string{
		"find /b":   "Expected lost to be a valid child of /b, but it was not.",
		"cat /b/l*": "Expected lost to be a valid child of class org.apache.kafka.image.node.ClientQuotasImageNode, but it was not.",
		"tree /b":   nullChild,
	} {
		s := &Session{Root: sample(), Dir: "/", Strict: true, StrictFind: true}
		words := strings.Fields(command)
		err := s.Run(&bytes.Buffer{}, words[0], words[1:])
		var crash *CrashError
		if !errors.As(err, &crash) || crash.Error() != want {
			t.Errorf("%s: %v", command, err)
		}
	}
	if err := (&Session{Root: sample()}).Run(&bytes.Buffer{}, "frob", nil); err == nil {
		t.Error("frob is no command")
	}
}

func TestPretty(t *testing.T) {
	const want = `{
  "a" : 1,
  "b" : [ ],
  "c" : [ 1, "x" ],
  "d" : {
    "e" : null
  },
  "f" : true,
  "g" : "<\u0001>"
}`
	if got := pretty([]byte(`{"a":1,"b":[],"c":[1,"x"],"d":{"e":null},"f":true,"g":"<\u0001>"}`)); got != want {
		t.Errorf("%s", got)
	}
}

func TestQuotaNames(t *testing.T) {
	for name, want := range map[string]string{
		"user(a)": "user=a", "clientId(x)_user(y)": "client-id=x,user=y", `ip(1\)2)`: "ip=1)2", "user()": "user=",
	} {
		entity, ok := parseQuotaName(name)
		parts := make([]string, len(entity))
		for i, e := range entity {
			parts[i] = e.Type + "=" + e.Name.String
		}
		slices.Sort(parts)
		if !ok || strings.Join(parts, ",") != want {
			t.Errorf("%q: %v %t", name, parts, ok)
		}
	}
	for _, bad := range []string{"", "user", "user(", "user(a)_", "user(a)x", "group(a)", "user(a)_x(b)"} {
		if _, ok := parseQuotaName(bad); ok {
			t.Errorf("%q is a name", bad)
		}
	}
}

// The order is that of java.util.HashMap of JDK 17, as the shell of 3.5.2 listed /image and its topics.
func TestJavaOrder(t *testing.T) {
	got := javaOrder([]string{"provenance", "features", "cluster", "topics", "configs", "clientQuotas", "producerIds", "acls", "scram"})
	want := []string{"features", "cluster", "configs", "provenance", "acls", "topics", "producerIds", "clientQuotas", "scram"}
	if !slices.Equal(got, want) {
		t.Error(got)
	}
}
