package release

import (
	"slices"
	"strings"
)

// secretWords make the name of a configuration that no release knows look like one of a secret.
var secretWords = []string{"password", "passphrase", "secret", "credential", "jaas", "token", "private", "keystore.key", "api.key", "apikey"}

// Sensitive reports whether the value of a configuration is a secret: when its type is PASSWORD in any release, or, for a name
// no release knows, when the name looks like it. A name may be given for one listener and SASL mechanism
// (listener.name.internal.scram-sha-256.sasl.jaas.config).
func Sensitive(name string) bool {
	plain := name
	if rest, ok := strings.CutPrefix(name, "listener.name."); ok {
		_, plain, _ = strings.Cut(rest, ".")
	}
	for candidate := plain; candidate != ""; {
		if history := ConfigKeyHistory(candidate); len(history) > 0 {
			return slices.ContainsFunc(history, func(k ConfigKey) bool { return k.Type == TypePassword })
		}
		if plain == name {
			break
		}
		_, candidate, _ = strings.Cut(candidate, ".")
	}
	lower := strings.ToLower(name)
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(lower, word) })
}
