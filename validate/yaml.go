package validate

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate/manifest"
)

// YAML is what a YAML file has for Check.
type YAML struct {
	Sources []Source
	// Metas hold the cluster IDs that the containers format their storage with.
	Metas []Meta
	// Notes say which nodes were left out, and what release an image stands for.
	Notes []string
}

// ReadYAML makes sources of the Kafka nodes in a Compose file or a Kubernetes manifest. A file that has nothing to do with
// Kafka yields nothing; the error is that of manifest.Read.
func ReadYAML(file string, data []byte, around manifest.Surroundings) (YAML, error) {
	result, err := manifest.Read(file, data, around)
	if err != nil {
		return YAML{}, err
	}
	y := YAML{Notes: result.Notes}
	taken := map[string]int{}
	for _, n := range result.Nodes {
		name := file + "#" + sourceName(n.Name)
		if taken[name]++; taken[name] > 1 {
			name = fmt.Sprintf("%s~%d", name, taken[name])
		}
		y.Sources = append(y.Sources, Source{Path: name, Text: n.Text, Lines: masked(n.Text, places(n.Lines...)), Release: n.Release})
		if n.ClusterID != "" {
			y.Metas = append(y.Metas, clusterIDMeta(file, name, n))
		}
		if n.Release != nil && n.Image != "" {
			note := fmt.Sprintf("%s: %s is judged as Kafka %s", file, n.Image, n.Release)
			if !slices.Contains(y.Notes, note) {
				y.Notes = append(y.Notes, note)
			}
		}
	}
	return y, nil
}

// sourceName is the name of a node as the end of a path, in which a slash would mean a directory.
func sourceName(name string) string {
	return strings.NewReplacer("/", ".", " ", ".").Replace(strings.TrimPrefix(name, "service "))
}

// clusterIDMeta is a meta.properties with nothing but the cluster ID a container is given. Version 0 may lack the node ID.
func clusterIDMeta(file, owner string, n manifest.Node) Meta {
	at := places(n.ClusterIDPlace)[0]
	return Meta{Path: file, Owner: owner, Text: []byte("version=0\ncluster.id=" + n.ClusterID + "\n"), Lines: []Place{at, at}}
}

func places(from ...manifest.Place) []Place {
	all := make([]Place, len(from))
	for i, p := range from {
		all[i] = Place{File: p.File, Line: p.Line, Column: p.Column, Excerpt: p.Excerpt}
	}
	return all
}

// masked hides the values of secret keys in the excerpts of the places a text's lines come from.
func masked(text []byte, lines []Place) []Place {
	for i, line := range physicalLines(text) {
		if i >= len(lines) || line.comment || !release.Sensitive(line.key) {
			continue
		}
		value := string(line.text)
		if !line.continued {
			value = string(valueOf(bytes.TrimPrefix(line.text, []byte(line.key))))
		}
		excerpt := &lines[i].Excerpt
		switch {
		case value == "":
		case strings.Contains(*excerpt, value):
			*excerpt = strings.ReplaceAll(*excerpt, value, release.Redacted)
		case !strings.Contains(*excerpt, release.Redacted): // written with escapes, or on other lines
			*excerpt = ""
		}
	}
	return lines
}

// yaml reads the nodes of a YAML file. One found in a directory that is broken is an error only when it is sure to be
// about Kafka.
func (f *finder) yaml(found *Found, file foundFile, text []byte) {
	y, err := ReadYAML(file.path, text, manifest.Surroundings{Env: f.env, ReadFile: func(name string) ([]byte, error) {
		return readFile(f.fsys, nil, name)
	}})
	switch {
	case err != nil && (file.sure || manifest.Certain(text)):
		found.Sources = append(found.Sources, Source{Path: file.path, Err: err})
	case file.sure && len(y.Sources)+len(y.Notes) == 0:
		found.Notes = append(found.Notes, file.path+" has no Kafka node in it")
	}
	found.Sources = append(found.Sources, y.Sources...)
	found.Metas = append(found.Metas, y.Metas...)
	found.Notes = append(found.Notes, y.Notes...)
}

// Told is the release that every source that could be read tells by itself, as image tags do; nil when one tells none or
// another.
func (f *Found) Told() *release.Release {
	var told *release.Release
	for _, s := range f.Sources {
		if s.Err != nil {
			continue
		}
		if s.Release == nil || told != nil && *told != *s.Release {
			return nil
		}
		told = s.Release
	}
	return told
}
