package validate

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/kraftctl/kraftctl/internal/spelling"
)

// SettingsName is the file a project's settings are in.
const SettingsName = ".kraftctl.yaml"

// settingsFile is the form of the settings:
//
//	kafka-version: "3.9"
//	profile: production
//	severities:
//	  rack-unbalanced: warning
//	  foreign-key: off
//	ignore:
//	  - rule: log-dir-in-tmp
//	    path: dev/*
//	    reason: thrown away every night
type settingsFile struct {
	KafkaVersion string            `yaml:"kafka-version"`
	Profile      string            `yaml:"profile"`
	Severities   map[string]string `yaml:"severities"`
	Ignore       []struct {
		Rule   string `yaml:"rule"`
		Path   string `yaml:"path"`
		Reason string `yaml:"reason"`
	} `yaml:"ignore"`
}

// severityOff takes a rule out.
const severityOff = "off"

// ParseSettings reads a settings file. What it does not understand is an error: a setting with a slip in it would be
// ignored silently.
func ParseSettings(text []byte) (*Settings, error) {
	var file settingsFile
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	s := &Settings{Severities: map[string]Severity{}, Profile: file.Profile, KafkaVersion: file.KafkaVersion}
	for slug, text := range file.Severities {
		if _, ok := Lookup(slug); !ok {
			return nil, unknownRule(slug)
		}
		if text == severityOff {
			s.Ignores = append(s.Ignores, Ignore{Rule: slug, Reason: "off"})
			continue
		}
		var severity Severity
		if err := severity.UnmarshalText([]byte(text)); err != nil {
			return nil, fmt.Errorf("severities: %s: %w, or off", slug, err)
		}
		s.Severities[slug] = severity
	}
	for _, i := range file.Ignore {
		if _, ok := Lookup(i.Rule); !ok && i.Rule != "*" {
			return nil, unknownRule(i.Rule)
		}
		s.Ignores = append(s.Ignores, Ignore(i))
	}
	return s, nil
}

func unknownRule(slug string) error {
	best, distance := "", 4
	for _, r := range Rules() {
		if d := spelling.Distance(slug, r.Slug); d < distance {
			best, distance = r.Slug, d
		}
	}
	if best != "" {
		return fmt.Errorf("there is no rule %q; did you mean %s?", slug, best)
	}
	return fmt.Errorf("there is no rule %q; --list-rules shows all", slug)
}
