package validate

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/kraftctl/kraftctl/release"
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

// secretWords mark keys whose values are never shown, whoever defines them.
var secretWords = []string{"password", "passwd", "secret", "jaas.config", "credential", "keystore.key", "token", "private", "passphrase", "pwd"}

// isSecret tells whether the value of a key must never be shown: keys of type PASSWORD, with or without a listener prefix,
// all that sound like one, and slips of the pen in one.
func isSecret(key string) bool {
	for _, row := range release.ConfigKeyHistory(key) {
		return row.Type == release.TypePassword
	}
	lower := strings.ToLower(key)
	for _, word := range secretWords {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return resemblesSecret(lower)
}

// passwordKeys are the names of all keys of type PASSWORD of any release.
var passwordKeys = sync.OnceValue(func() []string {
	var names []string
	for folded, name := range everyKey() {
		for _, row := range release.ConfigKeyHistory(name) {
			if row.Type == release.TypePassword {
				names = append(names, folded)
				break
			}
		}
	}
	return names
})

// resembling remembers which unknown keys resemble one of type PASSWORD.
var resembling sync.Map

// resemblesSecret tells whether an unknown key, in lower case, is within two edits of one of type PASSWORD: what somebody
// meant to be a password is one, whatever Kafka makes of it.
func resemblesSecret(lower string) bool {
	if known, ok := resembling.Load(lower); ok {
		return known.(bool)
	}
	name := fold(lower)
	if parts := strings.SplitN(name, ".", 4); len(parts) == 4 && strings.HasPrefix(name, "listener.name.") {
		name = parts[3]
	}
	found := slices.ContainsFunc(passwordKeys(), func(secret string) bool {
		diff := len(secret) - len(name)
		return diff >= -2 && diff <= 2 && editDistance(name, secret) <= 2
	})
	resembling.Store(lower, found)
	return found
}

// spelledSecret is what may be a secret key with its value in the middle of a text: that of a setting which a backslash at
// the end of the line before has made part of another value.
var spelledSecret = regexp.MustCompile(`(?i)([a-z0-9._-]*(?:password|passwd|secret|jaas\.config|keystore\.key)[a-z0-9._-]*)(\s*[=:]\s*)(?:"[^"]*"|[^\s"]\S*)`)

// maskSecrets hides the values of secret keys that a text spells out. Most texts have no such word, which is quickly seen.
func maskSecrets(text string) string {
	if !strings.ContainsAny(text, "=:") {
		return text
	}
	lower := strings.ToLower(text)
	if !slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(lower, word) }) {
		return text
	}
	return spelledSecret.ReplaceAllStringFunc(text, func(match string) string {
		parts := spelledSecret.FindStringSubmatch(match)
		if !isSecret(parts[1]) { // such as password.encoder.iterations
			return match
		}
		return parts[1] + parts[2] + mask
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
		if d := editDistance(key, known.Name); d < distance {
			best, distance = known.Name, d
		}
	}
	return best
}

// editDistance is the number of characters to insert, delete, replace or swap with the next to make one text of the other.
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
