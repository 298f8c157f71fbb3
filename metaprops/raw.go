package metaprops

import (
	"slices"

	"github.com/kraftctl/kraftctl/internal/javalang"
)

// Raw is a file as 3.3 … 3.6 see it: keys and values, of which nothing is checked but the version, and that late
// (kafka.server.RawMetaProperties).
type Raw struct{ text text }

// ParseRaw reads a file as 3.3 … 3.6 do. The only error is a *ParseError for a malformed escape.
func ParseRaw(data []byte) (Raw, error) {
	scanned, err := scan(data)
	return Raw{scanned}, err
}

// Keys are all keys, sorted.
func (r Raw) Keys() []string {
	var keys []string
	for _, entry := range r.text.Deciding() {
		keys = append(keys, entry.Key)
	}
	slices.Sort(keys)
	return keys
}

// Get is the value of a key, and whether there is one.
func (r Raw) Get(key string) (string, bool) { return r.text.Get(key) }

// Version is the file's format, 0 when it does not say. The error is a *ParseError.
func (r Raw) Version() (int, error) {
	written, ok := r.text.Get(versionKey)
	if !ok {
		return 0, nil
	}
	number, err := javalang.ParseInt(written, 32)
	if err != nil {
		return 0, r.text.fail(versionKey, `Failed to parse version property as an int: For input string: "%s"`, written)
	}
	return int(number), nil
}
