package argparse

import (
	"bufio"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// shape mirrors tool() of testdata/Golden.java.
func shape(name string) *Parser {
	files, full := name != "oldest", name == "newest"
	config := Option{Flags: []string{"--config", "-c"}, Required: true, Help: "The Kafka configuration file to use."}
	format := []Option{config, {Flags: []string{"--cluster-id", "-t"}, Required: true, Help: "The cluster ID to use."}}
	if files {
		format = append(format, Option{
			Flags: []string{"--add-scram", "-S"}, Action: Append,
			Help: "A credential e.g.\n'SCRAM-SHA-256=[name=alice,password=alice-secret]'\n" +
				"'SCRAM-SHA-512=[name=alice,iterations=8192,salt=\"N3E=\",saltedpassword=\"YCE=\"]'",
		})
	}
	format = append(format,
		Option{Flags: []string{"--ignore-formatted", "-g"}, Action: StoreTrue},
		Option{Flags: []string{"--release-version", "-r"}, Help: "A release; the minimum is 3.0 (not 2.8), the default is 3.3-IV3."})
	p := &Parser{
		Program: "kafka-storage", Description: "The Kafka storage tool.", Width: 75,
		ReadFile: func(name string) ([]byte, error) {
			content, ok := map[string]string{"args1": "-c\nF\n", "args2": "format\n\n-t\n@args1"}[name]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return []byte(content), nil
		},
	}
	if files {
		p.FilePrefix = "@"
	}
	info := Command{"info", "Get information about the Kafka log directories on this node.", []Option{config}}
	random := Command{"random-uuid", "Print a random UUID.", nil}
	formatHelp := "Format the Kafka log directories on this node."
	if !full {
		p.Commands = []Command{info, {"format", formatHelp, format}, random}
		return p
	}
	format = append(format,
		Option{Flags: []string{"--feature", "-f"}, Action: Append, Help: "A feature, in feature=level format. For example: `kraft.version=1`."},
		Option{
			Flags: []string{"--standalone", "-s"}, Action: StoreTrue, Exclusive: "quorum",
			Help: "The controller.quorum.voters config must not be set, and controller.quorum.bootstrap.servers is set instead.",
		},
		Option{Flags: []string{"--no-initial-controllers", "-N"}, Action: StoreTrue, Exclusive: "quorum", Help: "No voters."},
		Option{
			Flags: []string{"--initial-controllers", "-I"}, Exclusive: "quorum",
			Help: "For example:\n0@example.com:8082:JEXY6aqzQY-32P5TStzaFg,1@example.com:8083:MvDxzVmcRsaTz33bUuRU6A\n" +
				". When set, (a) costs $5, 3/4 or -7%; \"really\" l'eau.",
		})
	p.Commands = []Command{
		info,
		{"format", formatHelp, format},
		{"version-mapping", "Look up features, -r or --release-version names which.", []Option{
			{Flags: []string{"--release-version", "-r"}, Help: "The release version."},
		}},
		{"feature-dependencies", "Look up dependencies of a feature's level.", []Option{
			{Flags: []string{"--feature", "-f"}, Action: Append, Required: true, Help: "The features and their versions, in feature=version format."},
		}},
		random,
	}
	return p
}

func decode(t *testing.T, text string) string {
	t.Helper()
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatalf("golden file: %v", err)
	}
	return string(plain)
}

// answer writes an outcome in the form Golden.java writes it.
func answer(p *Parser, argv []string) (kind, text string) {
	result, err := p.Parse(argv)
	var asked *HelpError
	var usage *UsageError
	switch {
	case errors.As(err, &asked):
		return "help", asked.Text
	case errors.As(err, &usage):
		return "error", usage.Text()
	}
	lines := []string{"command=" + result.Command + "\n"}
	for _, command := range p.Commands {
		if command.Name != result.Command {
			continue
		}
		for _, option := range command.Options {
			if !result.Has(option.Name()) {
				continue
			}
			value, _ := result.Last(option.Name())
			switch option.Action {
			case StoreTrue:
				value = "true"
			case Append:
				value = "[" + strings.Join(result.All(option.Name()), ", ") + "]"
			}
			lines = append(lines, strings.ReplaceAll(option.Name(), "-", "_")+"="+value+"\n")
		}
	}
	sort.Strings(lines)
	return "ok", strings.Join(lines, "")
}

// TestGolden holds Parse and the line breaking against the answers of argparse4j and the JDK.
func TestGolden(t *testing.T) {
	file, err := os.Open("testdata/golden.tsv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(unzipped)
	scanner.Buffer(nil, 1<<20)
	counts := map[string]int{}
	for scanner.Scan() {
		fields := strings.Split(scanner.Text(), "\t")
		if fields[0] == "breaks" {
			checkBreaks(t, decode(t, fields[1]), fields[2])
			counts["breaks"]++
			continue
		}
		p := shape(fields[0])
		p.Width = Width(fields[1])
		var argv []string
		for _, word := range strings.Fields(fields[2]) {
			argv = append(argv, decode(t, word[1:]))
		}
		kind, text := answer(p, argv)
		if want := decode(t, fields[4]); kind != fields[3] || text != want {
			t.Errorf("%s %q, %s columns: got %s\n%s\nwant %s\n%s", fields[0], argv, fields[1], kind, text, fields[3], want)
		}
		counts[fields[3]]++
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"ok", "help", "error", "breaks"} {
		if counts[kind] == 0 {
			t.Errorf("the golden file holds no case of kind %q", kind)
		}
	}
}

func checkBreaks(t *testing.T, text, want string) {
	t.Helper()
	var ends []string
	at := 0
	for _, piece := range breakLines(text) {
		at += len(utf16.Encode([]rune(piece)))
		ends = append(ends, strconv.Itoa(at))
	}
	if got := strings.Join(ends, " "); got != want {
		t.Errorf("pieces of %q end at %s, want %s", text, got, want)
	}
}

func ExampleParser_Parse() {
	_, err := shape("newest").Parse([]string{"format", "--c", "server.properties"})
	fmt.Println(err)
	// Output: ambiguous option: --c could match --cluster-id, --config
}
