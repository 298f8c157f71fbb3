package image

import (
	"bytes"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// Redacted names a secret in whose place is [release.Redacted], such as "SCRAM user alice": the state is that of an incident
// bundle, and a node that is made of it would have lost what it stands for. It is "" when there is none.
func (i *Image) Redacted() string {
	var found []string
	for user, c := range i.Users {
		if c.Redacted() {
			found = append(found, "SCRAM user "+user.Name)
		}
	}
	for _, configs := range i.Configs {
		for name, value := range configs {
			if RedactedValue(value) {
				found = append(found, "configuration "+name)
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	return slices.Min(found)
}

// Redacted tells whether [release.Redacted] stands in the place of the salt or the key.
func (c *Credential) Redacted() bool {
	marker := []byte(release.Redacted)
	return bytes.HasPrefix(c.StoredKey, marker) || bytes.HasPrefix(c.Salt, marker)
}

// RedactedValue tells whether [release.Redacted] stands in the place of a configuration's value, or of a part of it.
func RedactedValue(value string) bool { return strings.Contains(value, release.Redacted) }
