package release

import "testing"

// A name with one letter too few, too many or another one, or two swapped, is still that of a secret.
func TestSensitiveSlipsOfThePen(t *testing.T) {
	for _, k := range passwordKeys() {
		for i := 1; i+1 < len(k.name); i++ {
			for _, name := range []string{
				k.name[:i] + k.name[i+1:], k.name[:i] + "z" + k.name[i:], k.name[:i] + "z" + k.name[i+1:],
				k.name[:i] + k.name[i+1:i+2] + k.name[i:i+1] + k.name[i+2:],
			} {
				if len(ConfigKeyHistory(name)) == 0 && !Sensitive(name) {
					t.Errorf("%s is not taken for %s", name, k.name)
				}
			}
		}
	}
}

func BenchmarkSensitive(b *testing.B) {
	for _, name := range []string{"ssl.keystore.type", "cleanup.policy", "my.plugin.connection.timeout.ms"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Sensitive(name)
			}
		})
	}
}

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
		"my.plugin.passwd":                   true,
		"ldap.bind.pass":                     true,
		"ldap.bind_pass":                     true,
		"ldap.bypass.cache":                  false,
		"my.pwd":                             true,
		"s3.access.key":                      true,
		"my.encryptionKey":                   true,
		"my.keys.count":                      false,
		"sasl.login.creds":                   true,
		"basic.auth.user.info":               true,
		"confluent.license":                  true,
		"ssl.keystore.pasword":               true,
		"ssl.kye.pasword":                    true,
		"SSL_TRUSTSTORE_PASSWRD":             true,
		"listener.name.a.ssl.key.passwrd":    true,
		"sl.keystore.type":                   false,
	} {
		if got := Sensitive(name); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
