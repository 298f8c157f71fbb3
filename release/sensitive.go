package release

import (
	"slices"
	"strings"
	"sync"
	"unicode"

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
		if known := rows(candidate); len(known) > 0 {
			for i := range known {
				if known[i].Type == TypePassword {
					return true
				}
			}
			return false
		}
		if plain == name {
			break
		}
		_, candidate, _ = strings.Cut(candidate, ".")
	}
	folded := fold(name)
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(folded, word) }) ||
		strings.HasSuffix(folded, "key") || strings.HasSuffix(folded, ".pass") || strings.Contains(folded, ".pass.") ||
		misspelt(fold(plain))
}

// misspelt tells whether a folded name that no release knows is within two edits of one of type PASSWORD: what somebody meant
// to be a password is one, whatever Kafka makes of it.
func misspelt(name string) bool {
	const edits = 2
	has := countLetters(name)
	return slices.ContainsFunc(passwordKeys(), func(key passwordKey) bool {
		diff := len(key.name) - len(name)
		return diff >= -edits && diff <= edits && has.apart(&key.letters) <= edits && spelling.Distance(name, key.name) <= edits
	})
}

// letters counts how often a text has each letter; others are counted with one of them.
type letters [32]int8

func countLetters(text string) letters {
	var l letters
	for i := range len(text) {
		l[text[i]%32]++
	}
	return l
}

// apart is how many edits two texts are apart at least.
func (l *letters) apart(o *letters) int8 {
	var more, less int8
	for i := range l {
		if d := l[i] - o[i]; d > 0 {
			more += d
		} else {
			less -= d
		}
	}
	return max(more, less)
}

type passwordKey struct {
	name    string
	letters letters
}

// passwordKeys are all configurations of type PASSWORD of any release, by their folded names.
var passwordKeys = sync.OnceValue(func() []passwordKey {
	var keys []passwordKey
	for i := range configKeys {
		name := fold(configKeys[i].Name)
		same := func(k passwordKey) bool { return k.name == name }
		if configKeys[i].Type == TypePassword && !slices.ContainsFunc(keys, same) {
			keys = append(keys, passwordKey{name, countLetters(name)})
		}
	}
	return keys
})

// fold is a name in lower case and with the same separators everywhere.
func fold(name string) string {
	return strings.Map(func(c rune) rune {
		if c == '_' || c == '-' {
			return '.'
		}
		return unicode.ToLower(c)
	}, name)
}
