package validate

import (
	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/metaprops"
)

// metaFile is a meta.properties file as read.
type metaFile struct {
	Meta
	metaprops.Properties
	// sound says that Kafka could make sense of it.
	sound bool
	lines *javaprops.Properties
	owner *node
}

func readMeta(m Meta) *metaFile {
	file := &metaFile{Meta: m}
	properties, err := metaprops.Parse(m.Text)
	file.Properties, file.sound = properties, err == nil
	file.lines, _ = javaprops.Parse(m.Text) // what can be read of a broken one still has its places
	return file
}

// place is where a key stands; the first line when it is absent.
func (m *metaFile) place(key string) Place {
	if len(m.Lines) > 0 {
		return m.Lines[0]
	}
	if e, ok := m.lines.Lookup(key); ok {
		column := e.KeyPos.Column
		if e.ValuePos.Line == e.KeyPos.Line {
			column = e.ValuePos.Column
		}
		return Place{File: m.Path, Line: e.KeyPos.Line, Column: column}
	}
	return Place{File: m.Path, Line: 1, Column: 1}
}
