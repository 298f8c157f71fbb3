package release

import (
	"slices"
	"strings"
	"sync"

	"github.com/kraftctl/kraftctl/internal/spelling"
)

// Redacted stands where a secret is not shown, in the word of Kafka's own RecordRedactor (org.apache.kafka.image).
const Redacted = "(redacted)"

// secretWords make the name of a configuration that no release knows look like one of a secret, wherever in it they are.
var secretWords = []string{
	"password", "passphrase", "passwd", "pwd", "secret", "credential", "creds", "jaas", "token", "private", "keystore.key",
	"api.key", "apikey", "license", "user.info",
}

// Sensitive reports whether the value of a configuration is a secret: when its type is PASSWORD in any release, or, for a name
// no release knows, when the name looks like it, or like a slip of the pen in one of type PASSWORD. A name may be given for one
// listener and SASL mechanism (listener.name.internal.scram-sha-256.sasl.jaas.config).
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
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(lower, word) }) ||
		strings.HasSuffix(lower, "key") || slices.Contains(strings.Split(fold(lower), "."), "pass") || misspelt(fold(strings.ToLower(plain)))
}

// misspelt tells whether a folded name that no release knows is within two edits of one of type PASSWORD: what somebody meant
// to be a password is one, whatever Kafka makes of it.
func misspelt(name string) bool {
	return slices.ContainsFunc(passwordKeys(), func(secret string) bool {
		diff := len(secret) - len(name)
		return diff >= -2 && diff <= 2 && spelling.Distance(name, secret) <= 2
	})
}

// passwordKeys are the folded names of all configurations of type PASSWORD of any release.
var passwordKeys = sync.OnceValue(func() []string {
	var names []string
	for _, r := range All() {
		for _, k := range ConfigKeys(r) {
			if name := fold(k.Name); k.Type == TypePassword && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
})

// fold is a name with the same separators everywhere.
func fold(name string) string { return strings.NewReplacer("_", ".", "-", ".").Replace(name) }
