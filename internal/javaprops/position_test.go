package javaprops

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestPositions(t *testing.T) {
	tests := []struct {
		name, text string
		key, value Position // of the last entry
	}{
		{"plain", "a=b\n", Position{1, 1}, Position{1, 3}},
		{"blanks around", "# c\n\n  key : value\n", Position{3, 3}, Position{3, 9}},
		{"CRLF lines", "a=1\r\nb=2\r\n", Position{2, 1}, Position{2, 3}},
		{"CR lines", "a=1\rb=2\r", Position{2, 1}, Position{2, 3}},
		{"value on the next line", "key=\\\n   value\n", Position{1, 1}, Position{2, 4}},
		{"empty value", "key=\nx=1", Position{2, 1}, Position{2, 3}},
		{"empty value at the end", "key=", Position{1, 1}, Position{1, 5}},
		{"key alone", "key", Position{1, 1}, Position{1, 4}},
		{"UTF-8 counts characters", "# zürich\nké=ü x\n", Position{2, 1}, Position{2, 4}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			entries, err := Scan([]byte(test.text))
			if err != nil || len(entries) == 0 {
				t.Fatalf("entries %v, error %v", entries, err)
			}
			last := entries[len(entries)-1]
			if last.KeyPos != test.key || last.ValuePos != test.value {
				t.Errorf("key at %v, value at %v; want %v and %v", last.KeyPos, last.ValuePos, test.key, test.value)
			}
		})
	}
}

func TestPositionAt(t *testing.T) {
	entries, err := Scan([]byte("voters=1@a:1,\\\r\n    2@b:2,\\\n\t3@\\u0063:3\nnext=x\n"))
	if err != nil {
		t.Fatal(err)
	}
	e := entries[0]
	if e.Value != "1@a:1,2@b:2,3@c:3" {
		t.Fatalf("value %q", e.Value)
	}
	for i, want := range map[int]Position{0: {1, 8}, 6: {2, 5}, 12: {3, 2}, 14: {3, 4}, 15: {3, 10}, len(e.Value): {3, 12}} {
		if have := e.PositionAt(i); have != want {
			t.Errorf("byte %d at %v, want %v", i, have, want)
		}
	}
	if (Entry{ValuePos: Position{4, 2}}).PositionAt(3) != (Position{4, 2}) {
		t.Error("an entry that was not scanned has one place only")
	}
}

func TestMalformedEscape(t *testing.T) {
	entries, err := Scan([]byte("good=1\npath=C:\\users\\x\nalso=2\n"))
	var malformed *MalformedEscapeError
	if !errors.As(err, &malformed) {
		t.Fatalf("error %v", err)
	}
	if malformed.Pos != (Position{2, 8}) || malformed.Key != "path" || malformed.Sequence != `\users` {
		t.Errorf("error is %+v", malformed)
	}
	if want := `line 2, column 8: "\\users" is not \u and four hexadecimal digits`; malformed.Describe() != want {
		t.Errorf("describes %s", malformed.Describe())
	}
	if len(entries) != 2 || entries[1].Key != "also" {
		t.Errorf("the other entries are %+v", entries)
	}
}

func TestProperties(t *testing.T) {
	props, err := Parse([]byte("a=1\nb=${c}\na=2\n=empty\n"))
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := props.Get("a"); !ok || v != "2" {
		t.Errorf("a is %q", v)
	}
	if _, ok := props.Get("x"); ok {
		t.Error("x is there")
	}
	if e, ok := props.Lookup("a"); !ok || e.KeyPos.Line != 3 {
		t.Errorf("a is decided at %v", e.KeyPos)
	}
	if _, ok := props.Lookup("x"); ok {
		t.Error("x is there")
	}
	if hidden := props.Hidden(); len(hidden) != 1 || hidden[0].Value != "1" {
		t.Errorf("hidden %+v", hidden)
	}
	if len(props.Deciding()) != 3 || len(props.Entries()) != 4 {
		t.Errorf("%d of %d entries decide", len(props.Deciding()), len(props.Entries()))
	}
	if v, ok := props.Store().Get("b"); !ok || v != "${c}" {
		t.Errorf("the store has b=%q", v)
	}
	props.Add(Entry{Key: "b", Value: "over"})
	if v, _ := props.Get("b"); v != "over" || props.Store().GetString("b", "") != "over" {
		t.Errorf("b is %q after it was added again", v)
	}
}

// TestPositionsPointAtKeys checks on random files that each key and value is found where it is said to be.
func TestPositionsPointAtKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,5}[=: ][A-Z]{1,5}|#[a-z ]{0,5}|`), 1, 8).Draw(t, "lines")
		ending := rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "ending")
		text := ""
		for _, line := range lines {
			text += line + ending
		}
		entries, err := Scan([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			line := lines[e.KeyPos.Line-1]
			if line[e.KeyPos.Column-1:][:len(e.Key)] != e.Key || line[e.ValuePos.Column-1:] != e.Value {
				t.Fatalf("%q: %+v", text, e)
			}
		}
	})
}
