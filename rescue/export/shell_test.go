package export_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/rescue/export"
)

// call is a command as the tool gets it.
type call struct {
	tool  string
	args  []string
	stdin string
}

// value is the argument that follows the first of a flag.
func (c call) value(flag string) (string, bool) {
	if i := slices.Index(c.args, flag); i >= 0 && i+1 < len(c.args) {
		return c.args[i+1], true
	}
	return "", false
}

// all are the arguments that follow any of some flags.
func (c call) all(flags ...string) []string {
	var list []string
	for i, arg := range c.args[:len(c.args)-1] {
		if slices.Contains(flags, arg) {
			list = append(list, c.args[i+1])
		}
	}
	return list
}

// recorder stands in for Kafka's tools: it notes what it was given.
const recorder = `#!/bin/sh
{
	printf '%s\0' "${0##*/}" "$#" "$@"
	case "$*" in *" /dev/stdin"*) cat ;; esac
	printf '\0'
} >> "$RECORD"
`

// tools is a directory with a recorder for each of Kafka's tools.
func tools(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"kafka-topics.sh", "kafka-configs.sh", "kafka-acls.sh", "kafka-reassign-partitions.sh"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(recorder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// run runs a script in a POSIX shell and tells what Kafka's tools would have been given.
func run(t testing.TB, dir, script string) []call {
	t.Helper()
	record := filepath.Join(dir, "record")
	_ = os.Remove(record) // it may not be there yet
	cmd := exec.Command("sh", "-s")
	cmd.Stdin = strings.NewReader(script)
	cmd.Env = []string{"PATH=" + dir + ":/usr/bin:/bin", "BOOTSTRAP_SERVER=host:9092", "RECORD=" + record}
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%v %s\n%s", err, out, script)
	}
	data, err := os.ReadFile(record)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var calls []call
	for words := strings.Split(string(data), "\x00"); len(words) > 1; {
		n, err := strconv.Atoi(words[1])
		if err != nil {
			t.Fatal(err)
		}
		calls = append(calls, call{tool: words[0], args: words[2 : n+2], stdin: words[n+2]})
		words = words[n+3:]
	}
	return calls
}

// Whatever the names are, the tools get them as they are in the state.
func TestNamesReachTools(t *testing.T) {
	t.Parallel()
	dir := tools(t)
	rapid.Check(t, func(rt *rapid.T) {
		group, user, client := names().Draw(rt, "group"), names().Draw(rt, "user"), names().Draw(rt, "client")
		bootstrap := names().Draw(rt, "bootstrap")
		s := newState()
		if group != "" {
			s.config(image.GroupConfig, group, "consumer.session.timeout.ms", "50000")
		}
		if user != "" && client != "" {
			s.quota("request_percentage", 0.5, "user", user, "client-id", client)
		}
		s.user(user, image.ScramSHA256) // a comment, whatever the name
		script, result := commands(t, s, export.CommandOptions{Bootstrap: bootstrap, CommandConfig: bootstrap})
		calls := run(t, dir, script)
		if len(calls) != result.Commands {
			rt.Fatalf("%d commands were counted, and %d ran:\n%s", result.Commands, len(calls), script)
		}
		for _, c := range calls {
			if got, _ := c.value("--bootstrap-server"); bootstrap != "" && got != bootstrap || bootstrap == "" && got != "host:9092" {
				rt.Fatalf("--bootstrap-server %q", got)
			}
			got := c.all("--entity-name")
			if !slices.Equal(got, []string{group}) && !slices.Equal(got, []string{user, client}) {
				rt.Fatalf("--entity-name %q of group %q, user %q, client %q:\n%s", got, group, user, client, script)
			}
		}
	})
}

// Whatever the values are, what ConfigCommand makes of them is what they were.
func TestValuesReachTools(t *testing.T) {
	t.Parallel()
	dir := tools(t)
	value := rapid.OneOf(names(), rapid.StringMatching(`[a-z\[\],= ]{0,12}`))
	rapid.Check(t, func(rt *rapid.T) {
		want := map[string]string{}
		s := newState()
		for _, key := range []string{"metrics", "match", "interval.ms"}[:rapid.IntRange(1, 3).Draw(rt, "n")] {
			want[key] = value.Draw(rt, key)
			s.config(image.ClientMetricsConfig, "m", key, want[key])
		}
		script, _ := commands(t, s, export.CommandOptions{})
		calls := run(t, dir, script)
		if len(calls) != 1 {
			rt.Fatalf("%d commands\n%s", len(calls), script)
		}
		got := toolConfigs(rt, calls[0])
		if len(got) != len(want) {
			rt.Fatalf("%q becomes %q", want, got)
		}
		for key := range want {
			if got[key] != want[key] {
				rt.Fatalf("%q becomes %q\n%s", want[key], got[key], script)
			}
		}
	})
}

// Topic configurations come from kafka-topics.sh --config and kafka-configs.sh together.
func TestTopicValuesReachTools(t *testing.T) {
	t.Parallel()
	dir := tools(t)
	value := rapid.OneOf(names(), rapid.StringMatching(`[a-z\[\],= ]{0,12}`))
	rapid.Check(t, func(rt *rapid.T) {
		want := value.Draw(rt, "value")
		s := newState()
		s.topic("t", [][]int32{{1}}, "cleanup.policy", want)
		script, _ := commands(t, s, export.CommandOptions{})
		calls := run(t, dir, script)
		var got string
		if config, ok := calls[0].value("--config"); ok {
			// TopicCommand.parseTopicConfigsToBeAdded: config.split("\\s*=\\s*"), two parts, trimmed.
			key, value, _ := strings.Cut(config, "=")
			if key != "cleanup.policy" || strings.Contains(value, "=") || value == "" || len(calls) != 1 {
				rt.Fatalf("--config %q", config)
			}
			got = javaTrim(value)
		} else {
			got = toolConfigs(rt, calls[1])["cleanup.policy"]
		}
		if got != want {
			rt.Fatalf("%q becomes %q\n%s", want, got, script)
		}
	})
}

// toolConfigs is kafka.admin.ConfigCommand.parseConfigsToBeAdded.
func toolConfigs(t *rapid.T, c call) map[string]string {
	props := map[string]string{}
	if file, ok := c.value("--add-config-file"); ok {
		entries, err := javaprops.Scan([]byte(c.stdin))
		if err != nil || file != "/dev/stdin" {
			t.Fatalf("%s: %v", file, err)
		}
		for _, e := range entries {
			props[e.Key] = e.Value
		}
	}
	if text, ok := c.value("--add-config"); ok {
		for _, pair := range splitOutside(text, ',') {
			parts := splitOutside(pair, '=')
			if len(parts) != 2 {
				t.Fatalf("--add-config %q: %q", text, parts)
			}
			props[javaTrim(parts[0])] = javaTrim(strings.NewReplacer("[", "", "]", "").Replace(parts[1]))
		}
	}
	return props
}

// splitOutside splits at a character that is followed by an opening bracket, or the end, before a closing one: the pattern
// (?=[^\]]*(?:\[|$)) of the tool.
func splitOutside(s string, at byte) []string {
	var parts []string
	start := 0
	for i := range len(s) {
		if s[i] != at {
			continue
		}
		rest := s[i+1:]
		closing, opening := strings.IndexByte(rest, ']'), strings.IndexByte(rest, '[')
		if closing < 0 || opening >= 0 && opening < closing {
			parts, start = append(parts, s[start:i]), i+1
		}
	}
	return append(parts, s[start:])
}

// javaTrim is java.lang.String.trim.
func javaTrim(s string) string { return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }) }

// The commands together make every ACL there is and no other, whatever they combine.
func TestACLsReachTools(t *testing.T) {
	t.Parallel()
	dir := tools(t)
	few := func(label string, rt *rapid.T, all ...string) string { return rapid.SampledFrom(all).Draw(rt, label) }
	rapid.Check(t, func(rt *rapid.T) {
		s, want := newState(), map[string]bool{}
		for range rapid.IntRange(0, 25).Draw(rt, "n") {
			name, principal, host := few("name", rt, "a", "b c", "*"), few("principal", rt, "User:x", "User:CN=o'x,O=é", "G:*"), few("host", rt, "*", "10.0.0.1", "h")
			operation, permission := rapid.SampledFrom([]int8{2, 3, 8}).Draw(rt, "op"), rapid.SampledFrom([]int8{2, 3}).Draw(rt, "permission")
			kind, pattern := rapid.SampledFrom([]int8{2, 3}).Draw(rt, "type"), rapid.SampledFrom([]int8{3, 4}).Draw(rt, "pattern")
			s.acl(kind, pattern, name, principal, host, operation, permission)
			want[strings.Join([]string{
				map[int8]string{2: "--topic", 3: "--group"}[kind], name, map[int8]string{3: "", 4: "prefixed"}[pattern],
				map[int8]string{2: "deny", 3: "allow"}[permission], principal, host, map[int8]string{2: "All", 3: "Read", 8: "Describe"}[operation],
			}, "|")] = true
		}
		script, _ := commands(t, s, export.CommandOptions{})
		got := map[string]bool{}
		for _, c := range run(t, dir, script) {
			for _, words := range grants(c) {
				if got[words] {
					rt.Fatalf("%s is made twice\n%s", words, script)
				}
				got[words] = true
			}
		}
		for words := range want {
			if !got[words] {
				rt.Fatalf("%s is not made\n%s", words, script)
			}
		}
		if len(got) != len(want) {
			rt.Fatalf("%d ACLs become %d\n%s", len(want), len(got), script)
		}
	})
}

// grants are all combinations a command of kafka-acls.sh makes.
func grants(c call) []string {
	var list []string
	pattern, _ := c.value("--resource-pattern-type")
	for _, side := range []string{"allow", "deny"} {
		hosts := c.all("--" + side + "-host")
		if len(hosts) == 0 {
			hosts = []string{"*"}
		}
		for _, principal := range c.all("--" + side + "-principal") {
			for _, host := range hosts {
				for _, operation := range c.all("--operation") {
					for _, kind := range []string{"--topic", "--group"} {
						for _, name := range c.all(kind) {
							list = append(list, strings.Join([]string{kind, name, pattern, side, principal, host, operation}, "|"))
						}
					}
				}
			}
		}
	}
	return list
}
