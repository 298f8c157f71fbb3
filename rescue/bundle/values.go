package bundle

import (
	"regexp"
	"slices"
	"strings"
)

// reference is a reference to a config provider (KIP-297), which tells where a secret is and not what: ${provider:path:key}.
var reference = regexp.MustCompile(`\$\{[A-Za-z][\w.-]*:[^-}][^}]*\}`)

// assignment is a secret that a value assigns, as JAAS configurations do: password="…", user_alice="…".
var assignment = regexp.MustCompile(`(?i)(?:[\w.\-]*(?:password|passphrase|passwd|secret|credential|private|api[._-]?key|access[._-]?key)[\w.\-]*|\buser_[^\s="]+|\b[\w.\-]*token)` +
	`\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s;,"'&]+))`)

// userinfo is the password in a URL.
var userinfo = regexp.MustCompile(`(?i)[a-z][a-z0-9+.\-]*://[^/\s:@]*:([^@/\s]+)@`)

// revealing tells whether a value that should be none has a secret in it.
func revealing(value string) bool { return len(assigned(value)) > 0 }

// assigned are the secrets that a value assigns or that its URLs have, without references.
func assigned(value string) []string {
	var found []string
	for _, pattern := range []*regexp.Regexp{assignment, userinfo} {
		for _, m := range pattern.FindAllStringSubmatch(value, -1) {
			secret := strings.Join(m[1:], "")
			if rest := reference.ReplaceAllString(secret, ""); rest != "" && rest != Marker {
				found = append(found, secret)
			}
		}
	}
	return found
}

// mask is the marker in place of a value; references in it stay.
func mask(value string) string {
	var b strings.Builder
	from := 0
	hide := func(to int) {
		if to > from {
			b.WriteString(Marker)
		}
	}
	for _, at := range reference.FindAllStringIndex(value, -1) {
		hide(at[0])
		b.WriteString(value[at[0]:at[1]])
		from = at[1]
	}
	hide(len(value))
	return b.String()
}

// secretsIn is what a value must not be found as: the value, and the secrets that it assigns.
func secretsIn(value []byte) [][]byte {
	secrets := [][]byte{slices.Clone(value)}
	for _, s := range assigned(string(value)) {
		secrets = append(secrets, []byte(s))
	}
	return secrets
}
