package release

import "testing"

func TestSensitive(t *testing.T) {
	for name, want := range map[string]bool{
		"ssl.keystore.password": true, "ssl.key.password": true, "sasl.jaas.config": true,
		"listener.name.internal.ssl.keystore.password":          true,
		"listener.name.internal.scram-sha-256.sasl.jaas.config": true,
		"listener.name.internal.ssl.keystore.location":          false,
		"log.retention.ms":                   false,
		"retention.ms":                       false,
		"password.encoder.secret":            true,
		"password.encoder.iterations":        false,
		"my.plugin.api.key":                  true,
		"my.plugin.Password":                 true,
		"my.plugin.timeout":                  false,
		"delegation.token.max.lifetime.ms":   false,
		"delegation.token.secret.key":        true,
		"listener.name.":                     false,
		"ssl.truststore.certificates":        true,
		"my.plugin.passphrase":               true,
		"confluent.license.secret.somewhere": true,
	} {
		if got := Sensitive(name); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
