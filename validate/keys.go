package validate

import (
	"slices"
	"strings"
	"sync"

	"github.com/kraftctl/kraftctl/internal/spelling"
	"github.com/kraftctl/kraftctl/release"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// pluginKeys are keys that are not in Kafka's ConfigDef and that its own plugins read. The prefixes end in a dot.
var (
	pluginKeys     = map[string]bool{superUsersKey: true, "allow.everyone.if.no.acl.found": true}
	pluginPrefixes = []string{"config.providers.", "listener.name.", "rlmm.config.", "rsm.config.", "metrics.jmx."}
	// dynamicOnly can be set while a broker runs; in the file they do nothing, and are no mistake to know of.
	dynamicOnly = map[string]bool{
		"follower.replication.throttled.rate": true, "leader.replication.throttled.rate": true,
		"replica.alter.log.dirs.io.max.bytes.per.second": true,
	}
)

func builtInPluginKey(key string) bool {
	if pluginKeys[key] || dynamicOnly[key] || key == "config.providers" {
		return true
	}
	for _, prefix := range pluginPrefixes {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// knows tells whether a release, or a plugin it comes with, reads the key.
func knows(r release.Release, key string) bool {
	_, known := release.LookupConfigKey(r, key)
	return known || builtInPluginKey(key)
}

// spelledWords are what the names of secrets have in them.
var spelledWords = []string{"password", "passwd", "secret", "jaas.config", "keystore.key"}

// spelledSecret is what may be a secret key with its value in the middle of a text: that of a setting which a backslash at
// the end of the line before has made part of another value.
var spelledSecret = pattern.Lazy(`(?i)([a-z0-9._-]*(?:` + strings.ReplaceAll(strings.Join(spelledWords, "|"), ".", `\.`) +
	`)[a-z0-9._-]*)(\s*[=:]\s*)(?:"[^"]*"|[^\s"]\S*)`)

// maskSecrets hides the values of secret keys that a text spells out. Most texts have no such word, which is quickly seen.
func maskSecrets(text string) string {
	if !strings.ContainsAny(text, "=:") {
		return text
	}
	lower := strings.ToLower(text)
	if !slices.ContainsFunc(spelledWords, func(word string) bool { return strings.Contains(lower, word) }) {
		return text
	}
	return spelledSecret().ReplaceAllStringFunc(text, func(match string) string {
		parts := spelledSecret().FindStringSubmatch(match)
		if !release.Sensitive(parts[1]) { // such as password.encoder.iterations
			return match
		}
		return parts[1] + parts[2] + release.Redacted
	})
}

// spellsSecret tells whether a text spells out the value of a secret key.
func spellsSecret(text string) bool { return maskSecrets(text) != text }

// history says which releases know a key: since is the first, until the last; false when none does.
func history(key string) (since, until release.Release, ok bool) {
	rows := release.ConfigKeyHistory(key)
	if len(rows) == 0 {
		return 0, 0, false
	}
	since, until = rows[0].Since, rows[0].Until
	for _, row := range rows[1:] {
		since, until = min(since, row.Since), max(until, row.Until)
	}
	return since, until, true
}

// everyKey maps each key of any release, folded, to itself, to find keys written in another case or with other separators.
var everyKey = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, r := range release.All() {
		for _, key := range release.ConfigKeys(r) {
			all[fold(key.Name)] = key.Name
		}
	}
	for key := range pluginKeys {
		all[fold(key)] = key
	}
	return all
})

func fold(key string) string {
	return strings.NewReplacer("_", ".", "-", ".").Replace(strings.ToLower(key))
}

// suggestions remembers what was found for each misspelt key.
var suggestions sync.Map

// suggest is the key of a release that an unknown key is meant to be: the same but for case, _ and -, or within two edits.
func suggest(r release.Release, key string) (string, bool) {
	type question struct {
		release release.Release
		key     string
	}
	if found, ok := suggestions.Load(question{r, key}); ok {
		return found.(string), found != ""
	}
	found := search(r, key)
	suggestions.Store(question{r, key}, found)
	return found, found != ""
}

func search(r release.Release, key string) string {
	if same, ok := everyKey()[fold(key)]; ok && knows(r, same) {
		return same
	}
	best, distance := "", min(2, len(key)/4)+1
	for _, known := range release.ConfigKeys(r) {
		if diff := len(known.Name) - len(key); diff >= distance || -diff >= distance {
			continue
		}
		if d := spelling.Distance(key, known.Name); d < distance {
			best, distance = known.Name, d
		}
	}
	return best
}
