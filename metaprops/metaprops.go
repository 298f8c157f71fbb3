// Package metaprops reads and writes meta.properties, the file that makes a Kafka log directory "formatted", and looks at
// the files of all log directories of a node together.
//
//	#                                     the empty comment Kafka passes to Properties.store
//	#Sat Nov 21 06:01:01 UTC 2026         when it was written
//	node.id=1                             v1; v0 has broker.id, and may lack it
//	directory.id=MvDxzVmcRsaTz33bUuRU6A   from 3.7 on (KIP-858)
//	version=1                             absent means 0
//	cluster.id=XcZZOzUqS4yHOjhMQB6JLQ     v0 may lack it
//
// The file is read as Latin-1 and, from 3.7 on, written in UTF-8: Kafka's own asymmetry, kept here.
//
// Source: org.apache.kafka.metadata.properties.MetaProperties, MetaPropertiesEnsemble and PropertiesUtils (3.7 and later);
// kafka.server.BrokerMetadataCheckpoint (until 3.6).
package metaprops

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/release"
)

// Name is the file's name.
const Name = "meta.properties"

// Keys of the file.
const (
	versionKey     = "version"
	clusterIDKey   = "cluster.id"
	nodeIDKey      = "node.id"
	brokerIDKey    = "broker.id"
	directoryIDKey = "directory.id"
)

// dateLayout is java.util.Date.toString: EEE MMM dd HH:mm:ss zzz yyyy.
const dateLayout = "Mon Jan 02 15:04:05 MST 2006"

// FileIn is the path of the file in a log directory; the directory "" is the current one.
func FileIn(dir string) string { return fsx.Join(dir, Name) }

// FileSeen is the path of the file as 3.7 and later see it: they join names with java.io.File, to which the directory ""
// is the root of the file system.
func FileSeen(dir string) string {
	if dir == "" {
		return "/" + Name
	}
	return FileIn(dir)
}

// Properties is what a meta.properties file says.
type Properties struct {
	// Version is the file's format: 1 in KRaft mode, 0 in ZooKeeper mode.
	Version int
	// ClusterID is the cluster's ID, which need not be a UUID from 3.7 on.
	ClusterID string
	// NodeID is node.id, or broker.id in version 0.
	NodeID int32
	// DirectoryID is directory.id; nil when the file has none.
	DirectoryID *clusterid.ID
	// NoClusterID and NoNodeID say that a version 0 file lacks the one or the other.
	NoClusterID, NoNodeID bool
}

// ParseError says why Kafka cannot make sense of a file. Its text is Kafka's message.
type ParseError struct {
	// Message is Kafka's text.
	Message string
	// Class is the exception Kafka raises.
	Class string
	// Key is the key it is about, which may be absent from the file.
	Key string
	// Line is where the key stands, from 1; 0 when it is absent.
	Line int
}

func (e *ParseError) Error() string { return e.Message }

// runtimeException is the class of nearly all of Kafka's complaints.
const runtimeException = "java.lang.RuntimeException"

// Parse reads the file as 3.7 and later do. The error is a *ParseError.
func Parse(data []byte) (Properties, error) {
	text, err := scan(data)
	if err != nil {
		return Properties{}, err
	}
	return text.properties()
}

// text is a scanned file.
type text struct{ *javaprops.Properties }

func scan(data []byte) (text, error) {
	scanned, err := javaprops.Parse(data)
	if err != nil {
		fault := &ParseError{Message: err.Error(), Class: "java.lang.IllegalArgumentException"}
		var escape *javaprops.MalformedEscapeError
		if errors.As(err, &escape) {
			fault.Key, fault.Line = escape.Key, escape.Pos.Line
		}
		return text{}, fault
	}
	return text{scanned}, nil
}

// fail is a ParseError about a key.
func (t text) fail(key, format string, args ...any) error {
	entry, _ := t.Lookup(key)
	return &ParseError{Message: fmt.Sprintf(format, args...), Class: runtimeException, Key: key, Line: entry.KeyPos.Line}
}

func (t text) properties() (Properties, error) {
	var p Properties
	var err error
	if p.Version, err = t.version(); err != nil {
		return p, err
	}
	idKey := nodeIDKey
	if p.Version == 0 {
		idKey = brokerIDKey
		_, given := t.Get(idKey)
		p.NoNodeID = !given
	}
	if !p.NoNodeID {
		if p.NodeID, err = t.int(idKey); err != nil {
			return p, err
		}
	}
	var given bool
	if p.ClusterID, given = t.Get(clusterIDKey); !given {
		p.NoClusterID = true
	}
	if written, ok := t.Get(directoryIDKey); ok {
		id, err := clusterid.Parse(written)
		if err != nil {
			return p, t.fail(directoryIDKey, "Unable to read directory.id as a Uuid: %s", err)
		}
		p.DirectoryID = &id
	}
	if p.NoClusterID && p.Version > 0 {
		return p, t.fail(clusterIDKey, "cluster.id was not found.")
	}
	return p, nil
}

func (t text) version() (int, error) {
	written, ok := t.Get(versionKey)
	if !ok {
		return 0, nil
	}
	number, err := javalang.ParseInt(javalang.Trim(written), 32)
	switch {
	case err != nil:
		return 0, t.fail(versionKey, "Invalid meta.properties version string '%s'", written)
	case number != 0 && number != 1:
		return 0, t.fail(versionKey, "Unknown meta.properties version number %d", number)
	}
	return int(number), nil
}

func (t text) int(key string) (int32, error) {
	written, ok := t.Get(key)
	if !ok {
		return 0, t.fail(key, "Failed to find %s", key)
	}
	number, err := javalang.ParseInt(written, 32)
	if err != nil {
		return 0, t.fail(key, "Unable to read %s as a base-10 number.", key)
	}
	return int32(number), nil
}

// Marshal is the file as Kafka of the release writes it at a time: the keys in the order of Java's hash table, the date in
// the zone of now. Only version 1 is ever written.
func (p Properties) Marshal(rel release.Release, now time.Time) []byte {
	escaping := javaprops.ToWriter
	if rel.Storage().EscapesUnicode {
		escaping = javaprops.ToStream
	}
	var b strings.Builder
	b.WriteString("#\n#" + now.Format(dateLayout) + "\n")
	line := func(key, value string) {
		b.WriteString(javaprops.EscapeKey(key, escaping) + "=" + javaprops.EscapeValue(value, escaping) + "\n")
	}
	line(nodeIDKey, strconv.Itoa(int(p.NodeID)))
	if p.DirectoryID != nil {
		line(directoryIDKey, p.DirectoryID.String())
	}
	line(versionKey, strconv.Itoa(p.Version))
	line(clusterIDKey, p.ClusterID)
	return []byte(b.String())
}
