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
		{"password", "node.id=1\nssl.key.password=hunter2\n", "node.id=1\nssl.key.password=(redacted)\n"},
		{"blanks and colon", "  ssl.key.password :  hunter2  \r\nnode.id=1", "  ssl.key.password :  (redacted)\r\nnode.id=1"},
		{"listener", "listener.name.a.plain.sasl.jaas.config=x y=\"z\";", "listener.name.a.plain.sasl.jaas.config=(redacted)"},
		{"twice", "ssl.key.password=a\nssl.key.password=b\n", "ssl.key.password=(redacted)\nssl.key.password=(redacted)\n"},
		{"empty", "ssl.key.password=\n", "ssl.key.password=\n"},
		{"reference", "ssl.key.password=${file:/etc/pw:key}\n", "ssl.key.password=${file:/etc/pw:key}\n"},
		{"reference within", "sasl.jaas.config=L required password=\"${env:PW}\";\n", "sasl.jaas.config=(redacted)${env:PW}(redacted)\n"},
		{"no reference", "ssl.key.password=${PW:-hunter2}\n", "ssl.key.password=(redacted)\n"},
		{"continued", "sasl.jaas.config=a \\\n  b=\"c\" \\\n  d;\nnode.id=1\n", "sasl.jaas.config=(redacted)\\\n \\\n \nnode.id=1\n"},
		{"continued at once", "sasl.jaas.config=\\\n  secret;\nnode.id=1\n", "sasl.jaas.config=\\\n  (redacted)\nnode.id=1\n"},
		{"escaped backslash ends", "ssl.key.password=a\\\\\nnode.id=1\n", "ssl.key.password=(redacted)\nnode.id=1\n"},
		{"unknown key with a URL", "my.url=http://u:pw1@h/\n", "my.url=(redacted)\n"},
		{"comment", "#ssl.key.password=hunter2\n", "#ssl.key.password=(redacted)\n"},
		{"comment with blanks", "! # password: hunter2\n", "! # password: (redacted)\n"},
		{"comment goes on", "#sasl.jaas.config=x \\\n#   user_alice=\"pw\" \\\n#  end;\n# next\n", "#sasl.jaas.config=(redacted)\n#(redacted)\n#(redacted)\n# next\n"},
		{"option in a comment", "# use username=\"a\" password=\"b\"\n", "#(redacted)\n"},
		{"prose", "# who to ask\n#The password is hunter2\n", "# who to ask\n#(redacted)\n"},
		{"comment with a blank for a sign", "# ssl.key.password hunter2\n", "#(redacted)\n"},
		{"comment of what is none", "#password.encoder.iterations=4096\n#sasl.oauthbearer.token.endpoint.url=https://h/t\n", "#password.encoder.iterations=4096\n#sasl.oauthbearer.token.endpoint.url=https://h/t\n"},
		{"comment with a reference", "#ssl.key.password=${file:/pw:k}\n", "#ssl.key.password=${file:/pw:k}\n"},
		{"token in a URL", "my.url=https://a8d71k@h/1\n", "my.url=(redacted)\n"},
		{"user in a URL", "my.url=ssh://git@h/1\n", "my.url=ssh://git@h/1\n"},
		{"at in a password", "my.url=jdbc:pg://u:p@ss@h/1\n", "my.url=(redacted)\n"},
		{"authorization", "my.header=Authorization: Bearer a8d71kk2\n", "my.header=(redacted)\n"},
		{"web token", "my.header=eyJhbGciOiJI.eyJzdWIiOiIx.SflKxw\n", "my.header=(redacted)\n"},
		{"access key", "my.id=AKIAABCDEFGHIJKLMNOP\n", "my.id=(redacted)\n"},
		{"private key", "my.pem=-----BEGIN EC PRIVATE KEY----- MHc\n", "my.pem=(redacted)\n"},
		{"JSON", "my.options={\"token\": \"x1\"}\n", "my.options=(redacted)\n"},
		{"listener of that name", "listeners=PRIVATE://:9092,TOKEN://h:1\nlistener.security.protocol.map=PRIVATE:SSL,TOKEN:SASL_SSL\n", "listeners=PRIVATE://:9092,TOKEN://h:1\nlistener.security.protocol.map=PRIVATE:SSL,TOKEN:SASL_SSL\n"},
		{"slip of the pen", "ssl.keystore.pasword=hunter2\n", "ssl.keystore.pasword=(redacted)\n"},
		{"variables", "KAFKA_NODE_ID=1\nKAFKA_SSL_KEY_PASSWORD=hunter2\nKAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL=https://h/t\n", "KAFKA_NODE_ID=1\nKAFKA_SSL_KEY_PASSWORD=(redacted)\nKAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL=https://h/t\n"},
		{"UTF-8", "ssl.key.password=h\u00fcnter\nclient.id=\u00fc\n", "ssl.key.password=(redacted)\nclient.id=\u00fc\n"},
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

// What somebody copied into a comment, as it stands in the file, is known by where it is in force.
func TestMaskKnownSecretsInComments(t *testing.T) {
	const text = "# was p\\u0061ss-word1, now h\u00fcnter-2\nssl.key.password=p\\u0061ss-word1\nssl.keystore.password=h\u00fcnter-2\nclient.id=pass-word1\n"
	s := &secrets{}
	m, err := maskProperties([]byte(text), "f", s.add)
	if err != nil {
		t.Fatal(err)
	}
	m, err = maskKnown(m.data, "f", s.compile())
	const want = "# was (redacted), now (redacted)\nssl.key.password=(redacted)\nssl.keystore.password=(redacted)\nclient.id=pass-word1\n"
	if err != nil || string(m.data) != want || fmt.Sprint(m.lines) != "[1]" {
		t.Errorf("%v %v\n%q\n%q, want", err, m.lines, m.data, want)
	}
}

func TestFolderOf(t *testing.T) {
	for text, want := range map[string]string{
		"node.id=7\n": "node-7/config", "broker.id=8\n": "node-8/config", "broker.id=8\nnode.id=7\n": "node-7/config",
		"KAFKA_NODE_ID=7\n": "node-7/config", "log.dirs=/a\n": "config", "node.id=x\n": "config",
		"a=b\n": "", "services:\n  kafka:\n    KAFKA_NODE_ID: 1\n": "", "- name: x\nnode.id: 1\n": "",
		"data: |\n  node.id=1\n": "", "node.id: 7\nlog.dirs:\n": "node-7/config", "node.id=7\nlog.dirs=\\\n  /a\n": "node-7/config", "-----BEGIN X-----\n": "", "node.id=1\x00": "", "node.id=\\u1": "",
	} {
		if got, err := folderOf([]byte(text)); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", text, got, err)
		}
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
