package metadata

import "github.com/kraftctl/kraftctl/release"

// configValue is the field that holds the value of a configuration.
var configValue = []string{"value"}

// Secrets are the JSON names of the fields of a record that are not shown unless asked for: those of its type, and the value of
// a ConfigRecord whose name is that of a secret ([release.Sensitive]).
func Secrets(rec Record) []string {
	if c, ok := rec.(*ConfigRecord); ok {
		if c.Value.Valid && release.Sensitive(c.Name) {
			return configValue
		}
		return nil
	}
	if t, ok := TypeOf(rec.APIKey()); ok {
		return t.Secrets
	}
	return nil
}
