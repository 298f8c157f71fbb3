package clusterid_test

import (
	"bytes"
	"errors"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/clusterid"
)

func TestParse(t *testing.T) {
	// Texts and reasons as kafka-storage 3.6.2 printed them for `format -t X`.
	tests := []struct{ text, canonical, fault string }{
		{"XcZZOzUqS4yHOjhMQB6JLQ", "XcZZOzUqS4yHOjhMQB6JLQ", ""},
		{"XcZZOzUqS4yHOjhMQB6JLQ==", "XcZZOzUqS4yHOjhMQB6JLQ", ""},
		{"XcZZOzUqS4yHOjhMQB6JLR", "XcZZOzUqS4yHOjhMQB6JLQ", ""},
		{"AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA", ""},
		{"XcZZOzUqS4yHOjhMQB6JLQXXX", "", "Input string with prefix `XcZZOzUqS4yHOjhMQB6JLQXX` is too long to be decoded as a base64 UUID"},
		{"abcd", "", "Input string `abcd` decoded as 3 bytes, which is not equal to the expected 16 bytes of a base64-encoded UUID"},
		{"XcZZOzUqS4yHOjhMQB6J+Q", "", "Illegal base64 character 2b"},
	}
	for _, test := range tests {
		id, err := clusterid.Parse(test.text)
		switch {
		case test.fault != "":
			if err == nil || err.Error() != test.fault {
				t.Errorf("Parse(%q) error = %v; want %q", test.text, err, test.fault)
			}
		case err != nil:
			t.Errorf("Parse(%q): %v", test.text, err)
		case id.String() != test.canonical:
			t.Errorf("Parse(%q) = %s; want %s", test.text, id, test.canonical)
		}
	}
}

func TestCanonical(t *testing.T) {
	for text, want := range map[string]bool{
		"XcZZOzUqS4yHOjhMQB6JLQ":   true,
		"XcZZOzUqS4yHOjhMQB6JLR":   false,
		"XcZZOzUqS4yHOjhMQB6JLQ==": false,
		"my cluster":               false,
	} {
		if got := clusterid.Canonical(text); got != want {
			t.Errorf("Canonical(%q) = %v; want %v", text, got, want)
		}
	}
}

func TestTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := clusterid.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		back, err := clusterid.Parse(id.String())
		if err != nil || back != id || !clusterid.Canonical(id.String()) {
			t.Fatalf("Parse(%s) = %s, %v", id, back, err)
		}
	})
}

func TestReservedDirectory(t *testing.T) {
	tests := []struct {
		id   clusterid.ID
		want bool
	}{
		{clusterid.Zero, true},
		{clusterid.One, true},
		{clusterid.Lost, true},
		{clusterid.ID{15: 99}, true},
		{clusterid.ID{15: 100}, false},
		{clusterid.ID{8: 0x80}, true},
		{clusterid.ID{7: 1}, false},
	}
	for _, test := range tests {
		if got := test.id.ReservedDirectory(); got != test.want {
			t.Errorf("%x reserved = %v; want %v", test.id[:], got, test.want)
		}
	}
}

// dashes is a text of random bytes whose first 16-byte draw would print with a leading dash (0xf8 → '-').
func dashes() *bytes.Reader {
	draw := bytes.Repeat([]byte{0xfb}, 16)
	return bytes.NewReader(append(draw, bytes.Repeat([]byte{0x11}, 16)...))
}

func TestRandomIDsNeverBeginWithDash(t *testing.T) {
	id, err := clusterid.New(dashes())
	if err != nil || id.String()[0] == '-' {
		t.Errorf("New = %s, %v", id, err)
	}
	if id[6]>>4 != 4 || id[8]>>6 != 2 {
		t.Errorf("New = %x, not a version-4 UUID", id[:])
	}
	dir, err := clusterid.NewDirectory(dashes())
	if err != nil || dir != clusterid.ID(bytes.Repeat([]byte{0x11}, 16)) {
		t.Errorf("NewDirectory = %s, %v", dir, err)
	}
}

func TestRandomSourceFails(t *testing.T) {
	broken := errors.New("no entropy")
	if _, err := clusterid.New(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("New error = %v", err)
	}
	if _, err := clusterid.NewDirectory(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("NewDirectory error = %v", err)
	}
}
