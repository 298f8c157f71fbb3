package nodeconf

import (
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"
)

// values are the keys of one configuration as KafkaConfig holds them: those set, after synonyms and config
// providers, and defaults for the rest. Texts are converted when they are asked for.
type values struct {
	release release.Release
	// set are the originals; a key that failed to parse is not consulted, its default is.
	set    map[string]string
	broken map[string]bool
}

// lookup is the trimmed text of a key, whether it has a value at all, and its definition. A key the release does
// not know has no value, whatever the file says.
func (v *values) lookup(key string) (string, bool, *release.ConfigKey) {
	def, known := release.LookupConfigKey(v.release, key)
	if !known {
		return "", false, nil
	}
	if text, ok := v.set[key]; ok && !v.broken[key] {
		return javalang.Trim(text), true, def
	}
	return def.Default, def.Kind == release.DefaultValue, def
}

// isSet is originals().containsKey.
func (v *values) isSet(key string) bool {
	_, ok := v.set[key]
	return ok
}

func (v *values) has(key string) bool {
	_, ok, _ := v.lookup(key)
	return ok
}

func (v *values) text(key string) (string, bool) {
	text, ok, _ := v.lookup(key)
	return text, ok
}

func (v *values) integer(key string) int64 {
	text, _, _ := v.lookup(key)
	n, _ := parseInteger(text, 64)
	return n
}

func (v *values) float(key string) float64 {
	text, _, _ := v.lookup(key)
	f, _ := parseDouble(text)
	return f
}

func (v *values) boolean(key string) bool {
	text, _, _ := v.lookup(key)
	return strings.EqualFold(text, "true")
}

// list is getList, or for a key that is a text in this release what Csv.parseCsvList makes of it.
func (v *values) list(key string) []string { return texts(v.pieces(key)) }

func (v *values) pieces(key string) []piece {
	text, ok, def := v.lookup(key)
	if !ok {
		return nil
	}
	if def.Type != release.TypeList {
		return splitCSV(text)
	}
	if text == "" {
		return nil
	}
	items := splitOnCommas(text)
	if def.Check == release.CheckDistinctList {
		return distinct(items)
	}
	return items
}

func distinct(items []piece) []piece {
	seen := make(map[string]bool, len(items))
	var kept []piece
	for _, item := range items {
		if !seen[item.text] {
			seen[item.text] = true
			kept = append(kept, item)
		}
	}
	return kept
}
