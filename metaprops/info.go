package metaprops

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"
)

// Info is what `kafka-storage info` reports of a node's log directories.
type Info struct {
	// Found are the directories that exist, sorted.
	Found []string
	// Metadata is what the first readable file says, in Kafka's form {key=value, …}; empty when none can be read.
	Metadata string
	// Problems is what is wrong, in Kafka's words and order.
	Problems []string
}

// Text is the report as kafka-storage prints it.
func (i *Info) Text() string {
	var text strings.Builder
	block := func(one, many string, lines []string) {
		switch len(lines) {
		case 0:
			return
		case 1:
			text.WriteString(one + "\n")
		default:
			text.WriteString(many + "\n")
		}
		for _, line := range lines {
			text.WriteString("  " + line + "\n")
		}
		text.WriteString("\n")
	}
	block("Found log directory:", "Found log directories:", i.Found)
	if i.Metadata != "" {
		text.WriteString("Found metadata: " + i.Metadata + "\n\n")
	}
	block("Found problem:", "Found problems:", i.Problems)
	return text.String()
}

// Problems about directories formatted for the other mode than the configuration is for.
const (
	legacyDirectories = "The kafka configuration file appears to be for a cluster in KRaft mode, but the directories are formatted for legacy mode."
	legacyConfig      = "The kafka configuration file appears to be for a legacy cluster, but the directories are formatted for a cluster in KRaft mode."
)

// readers says how the tool of a release takes up the file of one directory.
var readers = []struct {
	releases release.Range
	take     func(i *inspection, file string, data []byte) error
}{
	{release.Until(release.V3_6), (*inspection).takeRaw},
	{release.Since(release.V3_7), (*inspection).takeParsed},
}

// inspection is an Info in the making.
type inspection struct {
	info  Info
	first *Properties // of the first readable file, as 3.7 and later see it
	// version is the format of the first readable file.
	version int
}

// Inspect looks at the log directories as the storage tool of a release does. kraft says that the configuration
// has process.roles. An error is one that ends Kafka's tool before it prints anything: a file that cannot be read
// (*fs.PathError), or, depending on the release, one it cannot make sense of (*ParseError).
//
// Source: kafka.tools.StorageTool.infoCommand.
func Inspect(fsys fsx.FS, rel release.Release, kraft bool, dirs []string) (*Info, error) {
	i := &inspection{}
	for _, dir := range javalang.SortedSet(dirs) {
		if err := i.look(fsys, rel, dir); err != nil {
			return nil, err
		}
	}
	if i.info.Metadata != "" {
		switch {
		case kraft && i.version == 0:
			i.problem(legacyDirectories)
		case !kraft && i.version == 1:
			i.problem(legacyConfig)
		}
	}
	return &i.info, nil
}

func (i *inspection) problem(format string, args ...any) {
	i.info.Problems = append(i.info.Problems, fmt.Sprintf(format, args...))
}

// look takes up one directory.
func (i *inspection) look(fsys fsx.FS, rel release.Release, dir string) error {
	path := JavaPath(dir)
	switch status := stat(fsys, dir); {
	case status == nil:
		i.problem("%s does not exist", path)
		return nil
	case !status.IsDir():
		i.problem("%s is not a directory", path)
		return nil
	}
	i.info.Found = append(i.info.Found, path)
	name := FileIn(dir)
	if stat(fsys, name) == nil {
		i.problem("%s is not formatted.", path)
		return nil
	}
	data, err := fsys.ReadFile(name)
	if err != nil {
		return err
	}
	for _, reader := range readers {
		if reader.releases.Contains(rel) {
			return reader.take(i, JavaPath(name), data)
		}
	}
	return nil
}

// stat is what a name leads to; nil when that cannot be told, which Java's Files.exists takes for absence.
func stat(fsys fsx.FS, name string) fs.FileInfo {
	status, err := fsys.Stat(name)
	if err != nil {
		return nil
	}
	return status
}

// noneGet is what 3.3 … 3.6 stop at when a later file has a version they do not support.
var noneGet = &ParseError{Message: "None.get", Class: "java.util.NoSuchElementException"}

// takeRaw compares all that is in the files, as 3.3 … 3.6 do.
func (i *inspection) takeRaw(file string, data []byte) error {
	raw, err := ParseRaw(data)
	if err != nil {
		return err
	}
	version, err := raw.Version()
	if err != nil {
		return err
	}
	if version != 0 && version != 1 {
		i.problem("Unsupported version for %s: %d", file, version)
		if i.info.Metadata != "" {
			return noneGet
		}
		return nil
	}
	shown := raw.String()
	switch {
	case i.info.Metadata == "":
		i.info.Metadata, i.version = shown, version
	case i.info.Metadata != shown:
		i.problem("Metadata for %s was %s, but other directories featured %s", file, shown, i.info.Metadata)
	}
	return nil
}

// takeParsed compares the IDs, as 3.7 and later do; a file that makes no sense is a problem like others.
func (i *inspection) takeParsed(file string, data []byte) error {
	scanned, err := scan(data)
	if err != nil {
		return err
	}
	properties, err := scanned.properties()
	var fault *ParseError
	switch {
	case errors.As(err, &fault):
		i.problem("Error loading %s: %s", file, fault.Message)
	case i.first == nil:
		i.first, i.version, i.info.Metadata = &properties, properties.Version, properties.String()
	case i.first.NoClusterID != properties.NoClusterID || i.first.ClusterID != properties.ClusterID:
		i.problem("Mismatched cluster IDs between storage directories.")
	case i.first.NoNodeID != properties.NoNodeID || i.first.NodeID != properties.NodeID:
		i.problem("Mismatched node IDs between storage directories.")
	}
	return nil
}

// String is the form in which Kafka shows the properties: {key=value, …} with sorted keys.
func (p Properties) String() string {
	shown := map[string]string{versionKey: strconv.Itoa(p.Version)}
	if !p.NoClusterID {
		shown[clusterIDKey] = p.ClusterID
	}
	if !p.NoNodeID {
		key := nodeIDKey
		if p.Version == 0 {
			key = brokerIDKey
		}
		shown[key] = strconv.Itoa(int(p.NodeID))
	}
	if p.DirectoryID != nil {
		shown[directoryIDKey] = p.DirectoryID.String()
	}
	return braces(shown)
}

// String is the form in which 3.3 … 3.6 show a file: {key=value, …} with sorted keys.
func (r Raw) String() string {
	shown := map[string]string{}
	for _, key := range r.Keys() {
		shown[key], _ = r.Get(key)
	}
	return braces(shown)
}

func braces(shown map[string]string) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(shown)) {
		pairs = append(pairs, key+"="+shown[key])
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}
