package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// Bounds that no manifest of a cluster reaches; they stop files that unfold without end.
const (
	maxSize    = 16 << 20
	maxVisits  = 1 << 20
	maxDepth   = 64
	maxReplica = 100
)

var (
	errTooLarge = errors.New("the file unfolds to more than a cluster could need; its aliases repeat one another")
	errTooDeep  = errors.New("aliases or merges are nested too deeply, or in a circle")
)

// yamlLine finds the line in the errors of the YAML library, which has no type for it.
var yamlLine = pattern.Lazy(`line (\d+): (.*)`)

// parse reads all documents of a file.
func parse(file string, data []byte) ([]*yaml.Node, error) {
	if len(data) > maxSize {
		return nil, fmt.Errorf("it is larger than %d MiB, which no manifest is", maxSize>>20)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var docs []*yaml.Node
	for {
		var doc yaml.Node
		err := decoder.Decode(&doc)
		switch {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return nil, syntaxError(file, data, err)
		case len(doc.Content) > 0:
			docs = append(docs, doc.Content[0])
		}
	}
}

func syntaxError(file string, data []byte, err error) *SyntaxError {
	e := &SyntaxError{File: file, Reason: strings.TrimPrefix(err.Error(), "yaml: ")}
	if found := yamlLine().FindStringSubmatch(e.Reason); found != nil {
		e.Line, _ = strconv.Atoi(found[1]) // too large for a number: no line
		e.Reason = found[2]
	}
	if line := brokenLine(data); line > 0 {
		e.Line = line
	}
	return e
}

// brokenLine is the line behind the longest beginning of a file that is YAML. The library tells the line where the mapping
// around an error begins, which in a manifest is the first one more often than not. It is 0 for a file too large to try.
func brokenLine(data []byte) int {
	const most, ahead = 1 << 20, 40
	if len(data) > most {
		return 0
	}
	ends := []int{0}
	for i, b := range data {
		if b == '\n' {
			ends = append(ends, i+1)
		}
	}
	isYAML := func(lines int) bool {
		decoder := yaml.NewDecoder(bytes.NewReader(data[:ends[lines]]))
		for {
			var doc yaml.Node
			if err := decoder.Decode(&doc); err != nil {
				return errors.Is(err, io.EOF)
			}
		}
	}
	good := 0
	for {
		good += sort.Search(len(ends)-1-good, func(more int) bool { return !isYAML(good + more + 1) })
		further := 0
		for more := 2; more <= ahead && good+more < len(ends) && further == 0; more++ {
			if isYAML(good + more) { // what failed before was but the middle of something
				further = more
			}
		}
		if further == 0 {
			return good + 1
		}
		good += further
	}
}

// field is one key of a mapping and its value.
type field struct{ key, value *yaml.Node }

// walker looks into YAML nodes, follows aliases and merges, and counts what it visits.
type walker struct {
	visits int
	err    error
}

// ok spends one visit; after the first failure nothing more is found.
func (w *walker) ok() bool {
	w.visits++
	if w.visits > maxVisits && w.err == nil {
		w.err = errTooLarge
	}
	return w.err == nil
}

// follow is the node behind an alias.
func (w *walker) follow(n *yaml.Node) *yaml.Node {
	for range maxDepth {
		if n == nil || !w.ok() {
			return nil
		}
		if n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	w.err = errTooDeep
	return nil
}

// fields are those of a mapping in their order, its merges (<<) after its own, each key once.
func (w *walker) fields(n *yaml.Node) []field {
	seen := make(map[string]bool)
	var all []field
	w.collect(n, 0, func(f field) {
		if !seen[f.key.Value] {
			seen[f.key.Value] = true
			all = append(all, f)
		}
	})
	return all
}

func (w *walker) collect(n *yaml.Node, depth int, add func(field)) {
	n = w.follow(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	if depth > maxDepth {
		w.err = errTooDeep
		return
	}
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content) && w.ok(); i += 2 {
		key := w.follow(n.Content[i])
		if key == nil || key.Kind != yaml.ScalarNode {
			continue
		}
		if key.Tag == "!!merge" {
			merges = append(merges, w.merged(n.Content[i+1])...)
			continue
		}
		add(field{n.Content[i], n.Content[i+1]})
	}
	for _, m := range merges {
		w.collect(m, depth+1, add)
	}
}

// merged are the mappings a merge key names: one, or a list of them.
func (w *walker) merged(n *yaml.Node) []*yaml.Node {
	if n = w.follow(n); n != nil && n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

// get descends through the mappings along keys; nil when there is no such field.
func (w *walker) get(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		var found *yaml.Node
		for _, f := range w.fields(n) {
			if f.key.Value == key {
				found = f.value
			}
		}
		if n = w.follow(found); n == nil {
			return nil
		}
	}
	return w.follow(n)
}

// items are the elements of a list, or the node itself when it is a single scalar.
func (w *walker) items(n *yaml.Node) []*yaml.Node {
	n = w.follow(n)
	if n == nil || !w.ok() {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		return []*yaml.Node{n}
	}
	items := make([]*yaml.Node, 0, len(n.Content))
	for _, c := range n.Content {
		if c = w.follow(c); c != nil {
			items = append(items, c)
		}
	}
	return items
}

// text is the value of the scalar along keys; empty when there is none or it is null.
func (w *walker) text(n *yaml.Node, keys ...string) string {
	found := w.get(n, keys...)
	if found == nil || found.Kind != yaml.ScalarNode || isNull(found) {
		return ""
	}
	return found.Value
}

// number is the scalar along keys as a number, or otherwise when it is none.
func (w *walker) number(n *yaml.Node, otherwise int, keys ...string) int {
	if value, err := strconv.Atoi(w.text(n, keys...)); err == nil {
		return value
	}
	return otherwise
}

func isNull(n *yaml.Node) bool { return n.Tag == "!!null" }

// splitLines are the lines of a file without their ends.
func splitLines(data []byte) []string {
	lines := strings.Split(string(data), "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines
}
