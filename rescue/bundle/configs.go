package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/release"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// Config is a configuration file of a node.
type Config struct {
	// Source is the path it was read from.
	Source string
	Data   []byte
}

// ConfigError says why a file is none that can be taken for a configuration.
type ConfigError struct {
	Source string
	Err    error
}

// Error says which file, and why.
func (e *ConfigError) Error() string { return fmt.Sprintf("%s: %v", e.Source, e.Err) }

// Unwrap is the cause.
func (e *ConfigError) Unwrap() error { return e.Err }

// config takes a configuration file.
func (b *Bundle) config(c Config) error {
	folder, err := folderOf(c.Data)
	if err != nil {
		return &ConfigError{Source: c.Source, Err: err}
	}
	name := b.unused(path.Join(folder, path.Base(strings.ReplaceAll(c.Source, `\`, "/"))))
	masked, err := maskProperties(c.Data, name, b.secrets.add)
	if err != nil {
		return &ConfigError{Source: c.Source, Err: err}
	}
	report := &FileReport{File: name, Source: c.Source, CutAt: -1, Secrets: int64(len(masked.lines)), Lines: masked.lines}
	b.note(report)
	b.add(&entry{name: name, mode: 0o644, modified: b.opts.Created, data: masked.data, report: report, config: true})
	return nil
}

// yamlLines are what YAML has and properties do not: a document's beginning, an item of a list, a block below its name.
var yamlLines = pattern.Lazy(`(?m)^---\s*$|^[ \t]*- |^[ \t]*[\w.\-]+:[ \t]*[|>]?[+\-]?\r?\n[ \t]+[^\s#!]`)

// folderOf is where a configuration goes: below its node's folder, or into config when it names no node. The error says why a
// file is no configuration.
func folderOf(data []byte) (string, error) {
	if bytes.IndexByte(data, 0) >= 0 || bytes.HasPrefix(bytes.TrimSpace(data), []byte("-----BEGIN")) {
		return "", errors.New("it is no properties file; keys and keystores are not taken")
	}
	if yamlLines().Match(data) {
		return "", errors.New("it is YAML, in which it is not known what is secret")
	}
	entries, err := javaprops.Scan(data)
	if err != nil {
		return "", err
	}
	folder, known := "config", false
	for _, e := range entries {
		setting := settingOf(e.Key)
		known = known || len(release.ConfigKeyHistory(setting)) > 0
		if setting == "node.id" || setting == "broker.id" && folder == "config" {
			if id, err := strconv.ParseInt(strings.TrimSpace(e.Value), 10, 32); err == nil && id >= 0 {
				folder = fmt.Sprintf("node-%d/config", id)
			}
		}
	}
	if !known {
		return "", errors.New("no line of it sets a configuration of Kafka's, so that it is not known what in it is secret")
	}
	return folder, nil
}

// maskComments replaces secrets in the comments of configurations that were found elsewhere.
func (b *Bundle) maskComments() error {
	for _, e := range b.entries {
		if !e.config {
			continue
		}
		masked, err := maskKnown(e.data, e.name, b.patterns)
		if err != nil {
			return &ConfigError{Source: e.report.Source, Err: err}
		}
		e.report.Lines = append(e.report.Lines, masked.lines...)
		slices.Sort(e.report.Lines)
		e.report.Lines = slices.Compact(e.report.Lines)
		e.report.Secrets = int64(len(e.report.Lines))
		e.data, e.size = masked.data, int64(len(masked.data))
	}
	return nil
}

// unused is a name no entry has yet: server.properties, server-2.properties, …
func (b *Bundle) unused(name string) string {
	taken := map[string]bool{}
	for _, e := range b.entries {
		taken[e.name] = true
	}
	unique, ext := name, path.Ext(name)
	for i := 2; taken[unique]; i++ {
		unique = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), i, ext)
	}
	return unique
}
