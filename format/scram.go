package format

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"io"
	"math/big"

	"github.com/kraftctl/kraftctl/metadata"
)

// Bounds and default of the iteration count (org.apache.kafka.common.security.scram.internals.ScramMechanism).
const (
	minScramIterations     = 4096
	maxScramIterations     = 16384
	defaultScramIterations = 4096
)

// scramMechanism is one of the two SCRAM mechanisms Kafka knows (KIP-84).
type scramMechanism struct {
	name string
	// constant is the name of Kafka's enumeration constant, which some messages show.
	constant string
	code     int8
	hash     func() hash.Hash
}

var scramMechanisms = []scramMechanism{
	{"SCRAM-SHA-256", "SCRAM_SHA_256", 1, sha256.New},
	{"SCRAM-SHA-512", "SCRAM_SHA_512", 2, sha512.New},
}

func scramMechanismNamed(name string) (scramMechanism, bool) {
	for _, m := range scramMechanisms {
		if m.name == name {
			return m, true
		}
	}
	return scramMechanism{}, false
}

func (m scramMechanism) mac(key []byte, text string) []byte {
	mac := hmac.New(m.hash, key)
	io.WriteString(mac, text) //nolint:errcheck // a hash takes every write
	return mac.Sum(nil)
}

// scramUser is one --add-scram argument, taken apart.
type scramUser struct {
	mechanism  scramMechanism
	name       string
	salt       []byte
	iterations int
	// password is nil where the salted password was given.
	password *string
	salted   []byte
	// guarded is set where the release reports a failure to derive the keys in words of its own (3.5 … 3.8).
	guarded bool
}

// record derives the keys of RFC 5802 that Kafka stores for a user. The only refusal is an empty key, which
// javax.crypto does not take.
func (u *scramUser) record() (*metadata.UserScramCredentialRecord, error) {
	if u.password != nil {
		if *u.password == "" {
			return nil, refuse("give the user a password", "Empty key")
		}
		salted, err := pbkdf2.Key(u.mechanism.hash, *u.password, u.salt, u.iterations, u.mechanism.hash().Size())
		if err != nil {
			return nil, err
		}
		u.salted = salted
	}
	if len(u.salted) == 0 {
		message := "Empty key"
		if u.guarded {
			message = "Error attempting to create UserScramCredentialRecord: " + message
		}
		return nil, refuse("give the user a salted password", "%s", message)
	}
	stored := u.mechanism.hash()
	stored.Write(u.mechanism.mac(u.salted, "Client Key"))
	return &metadata.UserScramCredentialRecord{
		Name:       u.name,
		Mechanism:  u.mechanism.code,
		Salt:       u.salt,
		StoredKey:  stored.Sum(nil),
		ServerKey:  u.mechanism.mac(u.salted, "Server Key"),
		Iterations: int32(u.iterations),
	}, nil
}

// randomSalt is 130 random bits as text in base 36, as ScramFormatter.secureRandomBytes draws them.
func randomSalt(random io.Reader) ([]byte, error) {
	raw := make([]byte, 17)
	if _, err := io.ReadFull(random, raw); err != nil {
		return nil, err
	}
	raw[0] &= 0x03
	return []byte(new(big.Int).SetBytes(raw).Text(36)), nil
}
