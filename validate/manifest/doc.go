// Package manifest finds Kafka nodes in YAML files: services of a Compose file, containers of Kubernetes workloads,
// server.properties texts in ConfigMaps, and the Kafka and KafkaNodePool resources of Strimzi.
//
//	YAML → documents → containers with their variables → the properties the image would write → Node
//
// A Node holds the text a Kafka process in that container would read, and for each of its lines the place in the YAML
// file (or env_file) it comes from. What cannot be known from the file, such as the value of a Secret, is never guessed:
// the node is left out and a note says why.
//
// The rules of the images are those of their start scripts: KafkaDockerWrapper of apache/kafka (KIP-975), the templates of
// confluentinc/kafka-images, libkafka.sh of bitnami/containers. Interpolation is that of the Compose specification.
package manifest

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// Place is where a line of a Node's text comes from.
type Place struct {
	// File is the YAML file as it was named, or an env_file beside it.
	File string
	// Line and Column start at 1; the column counts characters.
	Line, Column int
	// Excerpt is that line of the file, its value masked when the key is a secret.
	Excerpt string
}

// Node is the configuration of one Kafka process.
type Node struct {
	// Name tells it from the others of its file, such as "kafka-1" or "StatefulSet/kafka[2]".
	Name string
	// Text is what its server.properties would hold, one property to a line, under a comment that names the node.
	Text []byte
	// Lines has a Place for each line of Text.
	Lines []Place
	// Image is the container image, or the version of a Strimzi resource; empty when the file does not tell.
	Image string
	// Release is the Kafka release of the image; nil when its tag does not tell one we know.
	Release *release.Release
	// ClusterID is the ID its storage is formatted with, and ClusterIDPlace where that is said; empty when the file does
	// not tell.
	ClusterID      string
	ClusterIDPlace Place
}

// Surroundings are what a file may refer to.
type Surroundings struct {
	// Env looks up a variable of the environment; nil finds none.
	Env func(name string) (string, bool)
	// ReadFile reads a file named by an env_file or extends; nil finds none.
	ReadFile func(path string) ([]byte, error)
}

// Result is what a YAML file holds. A file that has nothing to do with Kafka holds nothing.
type Result struct {
	Nodes []Node
	// Notes say which nodes were left out, and why, and what was assumed.
	Notes []string
}

// SyntaxError says that a file is no YAML. Its text leaves out the file's name, as all errors of Read do.
type SyntaxError struct {
	File string
	// Line is where the parser gave up; 0 when it does not tell.
	Line   int
	Reason string
}

func (e *SyntaxError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d is no YAML: %s", e.Line, e.Reason)
	}
	return "it is no YAML: " + e.Reason
}

// IsYAML tells by its name whether a file may be for Read.
func IsYAML(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yml", ".yaml":
		return true
	}
	return false
}

// marks are texts that only a file about Kafka nodes, or Kafka's clients, has.
var marks = []string{"KAFKA_", "kafka.strimzi.io", "process.roles"}

// Certain tells whether a file is about Kafka beyond doubt, so that it is worth an error when it is broken.
func Certain(data []byte) bool {
	return slices.ContainsFunc(marks, func(mark string) bool { return bytes.Contains(data, []byte(mark)) })
}

// Mentions tells whether a file may hold a Kafka node: a quick look that spares the parsing of most files.
func Mentions(data []byte) bool {
	return bytes.Contains(data, []byte("kafka")) || Certain(data)
}

// LooksLikeYAML tells a manifest from a properties file when there is no name to go by.
func LooksLikeYAML(data []byte) bool {
	for line := range bytes.Lines(data) {
		for _, start := range []string{"apiVersion:", "services:", "{\"apiVersion\"", "%YAML"} {
			if bytes.HasPrefix(line, []byte(start)) {
				return true
			}
		}
	}
	return false
}

// Read finds the Kafka nodes of one file. The error is a *SyntaxError, or says that the file is too large or too deep to
// be read; a file that is a template of YAML (Helm, Jinja) is no error but a note.
func Read(file string, data []byte, around Surroundings) (Result, error) {
	var result Result
	if !Mentions(data) {
		return result, nil
	}
	docs, err := parse(file, data)
	if err != nil {
		if isTemplate(data) {
			result.note("%s is a template of YAML; render it first, as with: helm template CHART | kraftctl validate -", file)
			return result, nil
		}
		return result, err
	}
	r := &reader{file: file, around: around, result: &result, sources: map[string][]string{file: splitLines(data)}}
	if err := r.read(docs); err != nil {
		return Result{}, err
	}
	for i := range result.Nodes {
		result.Nodes[i].accept(r.sources[file])
	}
	return result, nil
}

// ignoreMark begins a comment that accepts findings of a rule in its file.
const ignoreMark = "kraftctl:ignore"

// accept copies such comments of the YAML file into the text of a node, where they are looked for.
func (n *Node) accept(lines []string) {
	for i, line := range lines {
		before, comment, found := strings.Cut(line, "# "+ignoreMark)
		if !found || len(n.Lines) == 0 {
			continue
		}
		if !strings.HasSuffix(string(n.Text), "\n") {
			n.Text = append(n.Text, '\n')
		}
		at := n.Lines[0]
		at.Line, at.Column, at.Excerpt = i+1, len([]rune(before))+1, ""
		end := max(len(splitLines(n.Text))-1, 0)
		n.Text = append(n.Text, "# "+ignoreMark+comment+"\n"...)
		n.Lines = append(n.Lines[:min(end, len(n.Lines))], at)
	}
}

func isTemplate(data []byte) bool {
	text := string(data)
	return strings.Contains(text, "{{") || strings.Contains(text, "{%")
}

func (r *Result) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}
