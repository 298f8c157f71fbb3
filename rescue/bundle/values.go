package bundle

import (
	"regexp"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// reference is a reference to a config provider (KIP-297), which tells where a secret is and not what: ${provider:path:key}.
var reference = pattern.Lazy(`\$\{[A-Za-z][\w.-]*:[^-}][^}]*\}`)

// telling are the secrets that may stand within a value, whatever its name; their groups are the secrets.
var telling = []func() *regexp.Regexp{
	// What JAAS configurations, queries of URLs and JSON assign: password="…", user_alice="…", &api_key=…, "token": "…".
	pattern.Lazy(`(?i)(?:[\w.\-]*(?:password|passphrase|passwd|pwd|secret|credential|private|api[._-]?key|access[._-]?key)[\w.\-]*|` +
		`\buser_[^\s="]+|\b[\w.\-]*token|\bpass)(?:\s*=|["']\s*:)\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s;,"'&]+))`),
	// The password in a URL.
	pattern.Lazy(`(?i)[a-z][a-z0-9+.\-]*://[^/\s:@]*:([^/\s]+)@`),
	// What stands alone before the host of a URL, if it is no word.
	pattern.Lazy(`(?i)[a-z][a-z0-9+.\-]*://([^/\s:@]*[0-9][^/\s:@]*)@`),
	// An HTTP authorization.
	pattern.Lazy(`(?i)\b(?:basic|bearer)\s+([\w+/=.~\-]{8,})`),
	// A JSON Web Token, an AWS access key, a private key in PEM.
	pattern.Lazy(`\b(eyJ[\w\-]{8,}\.[\w\-]{8,}(?:\.[\w\-]*)?)`),
	pattern.Lazy(`\b((?:AKIA|ASIA)[0-9A-Z]{16})\b`),
	pattern.Lazy(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----(.*)`),
}

// revealing tells whether a value that should be none has a secret in it.
func revealing(value string) bool { return len(assigned(value)) > 0 }

// assigned are the secrets that stand within a value, without references.
func assigned(value string) []string {
	// Most values have nothing that one of the patterns needs.
	if !strings.ContainsAny(value, "=@\"' \t") && !strings.Contains(value, "eyJ") && !strings.Contains(value, "AKIA") && !strings.Contains(value, "ASIA") {
		return nil
	}
	var found []string
	for _, expr := range telling {
		for _, m := range expr().FindAllStringSubmatch(value, -1) {
			secret := strings.Join(m[1:], "")
			if rest := reference().ReplaceAllString(secret, ""); rest != "" && rest != Marker {
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
	for _, at := range reference().FindAllStringIndex(value, -1) {
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
