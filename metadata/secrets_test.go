package metadata

import (
	"slices"
	"testing"
)

func TestSecrets(t *testing.T) {
	for _, c := range []struct {
		rec  Record
		want []string
	}{
		{&ConfigRecord{Name: "ssl.key.password", Value: Str("hunter2")}, []string{"value"}},
		{&ConfigRecord{Name: "ssl.key.password"}, nil},
		{&ConfigRecord{Name: "retention.ms", Value: Str("1")}, nil},
		{&UserScramCredentialRecord{Name: "alice"}, []string{"salt", "storedKey", "serverKey"}},
		{&DelegationTokenRecord{TokenId: "t"}, nil},
		{&TopicRecord{Name: "t"}, nil},
		{&Unknown{Key: 9999}, nil},
	} {
		if got := Secrets(c.rec); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.rec, got, c.want)
		}
	}
}
