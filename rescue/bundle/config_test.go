package bundle

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/internal/javaprops"
)

func masked(t fataler, text string) (string, []int, []string) {
	t.Helper()
	var found []string
	m, err := maskProperties([]byte(text), "f", func(secret []byte, _ string) { found = append(found, string(secret)) })
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return string(m.data), m.lines, found
}

func TestMaskProperties(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing", "node.id=1\n# who\n", "node.id=1\n# who\n"},
		{"password", "node.id=1\nssl.key.password=hunter2\n", "node.id=1\nssl.key.password=[redacted]\n"},
		{"blanks and colon", "  ssl.key.password :  hunter2  \r\nnode.id=1", "  ssl.key.password :  [redacted]\r\nnode.id=1"},
		{"listener", "listener.name.a.plain.sasl.jaas.config=x y=\"z\";", "listener.name.a.plain.sasl.jaas.config=[redacted]"},
		{"twice", "ssl.key.password=a\nssl.key.password=b\n", "ssl.key.password=[redacted]\nssl.key.password=[redacted]\n"},
		{"empty", "ssl.key.password=\n", "ssl.key.password=\n"},
		{"reference", "ssl.key.password=${file:/etc/pw:key}\n", "ssl.key.password=${file:/etc/pw:key}\n"},
		{"reference within", "sasl.jaas.config=L required password=\"${env:PW}\";\n", "sasl.jaas.config=[redacted]${env:PW}[redacted]\n"},
		{"no reference", "ssl.key.password=${PW:-hunter2}\n", "ssl.key.password=[redacted]\n"},
		{"continued", "sasl.jaas.config=a \\\n  b=\"c\" \\\n  d;\nnode.id=1\n", "sasl.jaas.config=[redacted]\\\n \\\n \nnode.id=1\n"},
		{"continued at once", "sasl.jaas.config=\\\n  secret;\nnode.id=1\n", "sasl.jaas.config=\\\n  [redacted]\nnode.id=1\n"},
		{"escaped backslash ends", "ssl.key.password=a\\\\\nnode.id=1\n", "ssl.key.password=[redacted]\nnode.id=1\n"},
		{"unknown key with a URL", "my.url=http://u:pw1@h/\n", "my.url=[redacted]\n"},
		{"comment", "#ssl.key.password=hunter2\n", "#ssl.key.password=[redacted]\n"},
		{"comment with blanks", "! # password: hunter2\n", "! # password: [redacted]\n"},
		{"comment goes on", "#sasl.jaas.config=x \\\n#   user_alice=\"pw\" \\\n#  end;\n# next\n", "#sasl.jaas.config=[redacted]\n#[redacted]\n#[redacted]\n# next\n"},
		{"option in a comment", "# use username=\"a\" password=\"b\"\n", "#[redacted]\n"},
		{"prose", "# The password is in the vault\n", "# The password is in the vault\n"},
		{"UTF-8", "ssl.key.password=h\u00fcnter\nclient.id=\u00fc\n", "ssl.key.password=[redacted]\nclient.id=\u00fc\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, _, _ := masked(t, test.in)
			if got != test.want {
				t.Errorf("\n%q\n%q, want", got, test.want)
			}
			if again, lines, _ := masked(t, got); again != got || len(lines) > 0 {
				t.Errorf("masked again: %q, lines %v", again, lines)
			}
		})
	}
}

func TestMaskPropertiesTellsSecretsAndLines(t *testing.T) {
	const text = "node.id=1\nsasl.jaas.config=L required username=\"admin\" password=\"admin-pw\" user_bob='bob-pw';\n#ssl.key.password=old-pw1\n# password: of words\n"
	_, lines, found := masked(t, text)
	want := []string{`L required username="admin" password="admin-pw" user_bob='bob-pw';`, "admin-pw", "bob-pw", "old-pw1"}
	if fmt.Sprint(lines) != "[2 3 4]" || strings.Join(found, "|") != strings.Join(want, "|") {
		t.Errorf("lines %v, secrets %q", lines, found)
	}
	if _, err := maskProperties([]byte("a=\\u12"), "f", nil); err == nil {
		t.Error("a malformed escape was accepted")
	}
}

// Whatever the file: as many lines, the same keys at the same places, no secret.
func TestMaskKeepsEverythingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(1, 8).Draw(t, "lines") {
			b.WriteString(rapid.SampledFrom([]string{"", " ", "#", "! "}).Draw(t, "before"))
			b.WriteString(rapid.SampledFrom([]string{"node.id", "ssl.key.password", "sasl.jaas.config", "k\\ ey", "passw\\\n ord", ""}).Draw(t, "key"))
			b.WriteString(rapid.SampledFrom([]string{"=", ":", " ", " = ", "", "=\\\n  "}).Draw(t, "sign"))
			b.WriteString(rapid.SampledFrom([]string{"", "1", "S3cret~", "S3cret~ \\\n S3cret~", "\\\\", "a\\", "${env:X}S3cret~"}).Draw(t, "value"))
			b.WriteString(rapid.SampledFrom([]string{"\n", "\r\n", "\r", "\n\n"}).Draw(t, "end"))
		}
		text := b.String()
		before, err := javaprops.Scan([]byte(text))
		if err != nil {
			return
		}
		got, _, _ := masked(t, text)
		after, err := javaprops.Scan([]byte(got))
		if err != nil || len(after) != len(before) || len(split([]byte(got))) != len(split([]byte(text))) {
			t.Fatalf("%q became %q", text, got)
		}
		for i, e := range after {
			if e.Key != before[i].Key || e.KeyPos != before[i].KeyPos {
				t.Fatalf("%q became %q", text, got)
			}
			if (e.Key == "ssl.key.password" || e.Key == "sasl.jaas.config") && strings.Contains(e.Value, "S3cret~") {
				t.Fatalf("%q still has it: %q", text, got)
			}
		}
	})
}

func FuzzMaskProperties(f *testing.F) {
	f.Add([]byte("ssl.key.password=a\\\n  b\n#password=c\n"))
	f.Add([]byte("sasl.jaas.config\\\n = x\\\r\n\\\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := maskProperties(data, "f", func([]byte, string) {})
		if err != nil {
			return
		}
		if bytes.Count(m.data, []byte("\n")) != bytes.Count(data, []byte("\n")) {
			t.Fatalf("%q became %q", data, m.data)
		}
		again, err := maskProperties(m.data, "f", func([]byte, string) {})
		if err != nil || !bytes.Equal(again.data, m.data) {
			t.Fatalf("%q became %q and then %v %v", data, m.data, again, err)
		}
	})
}
